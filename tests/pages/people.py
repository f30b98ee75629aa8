"""Which packages do the pages' tests draw? Made-up people in every shape: full, bare, hostile, wordy, very many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from headwater.triggers.packages.package import (
    EvidenceItem,
    EvidenceKind,
    HouseholdMember,
    Identity,
    IntelligenceHeld,
    Method,
    Package,
    Quote,
    RecordReference,
    Statement,
    Team,
    TeamList,
    TeamListEntry,
    TimelineEntry,
    UpdateFor,
)
from headwater.triggers.pages import RunIndex, SearchedSource, TeamCount

AS_OF = date(2017, 3, 7)
HOSTILE = "<script>alert('x')</script>\"><img src=https://evil.example/x onerror=alert(1)>&amp;{{ 7*7 }}"
RTL = "فاطمة بنت محمد الأنصاري"
LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 3


def make_reference(number: int = 1, source: str = "crime", title: str = "Crime records") -> RecordReference:
    return RecordReference(
        source=source,
        source_title=title,
        reference=f"20DD/{number:06}/16",
        event_id=f"{source}:20DD/{number:06}/16",
        batch="2017-03-07-0001",
        row_no=number,
    )


def make_quote(before: str, marked: str, after: str, cue: str | None = None) -> Quote:
    return Quote(text=before + marked + after, start=len(before), end=len(before) + len(marked), cue=cue)


def make_item(number: int = 1, **changes: Any) -> EvidenceItem:
    day = changes.get("occurred_on", date(2016, 11, 18))
    return EvidenceItem(
        **{
            "evidence_id": f"E-{number:04}",
            "indicator": "household_domestic_abuse",
            "occurred_on": day,
            "recorded_on": (day or AS_OF) + timedelta(days=1),
            "age_at_event": 14,
            "strength": "strong",
            "sureness": "recorded",
            "role": "lived in the household and was there",
            "sentence": "Violence between adults was recorded at home; the child was in the next room.",
            "records": [make_reference(number)],
            "quotes": [],
            "counts": True,
            "why_not_counted": None,
            "handling": "ordinary",
            "because_text": False,
            "because_linkage": False,
            **changes,
        }
    )


def make_identity(**changes: Any) -> Identity:
    return Identity(
        **{
            "person_id": "P-0a1b2c3d4e5f",
            "name": "Tamsin Marlowe",
            "other_names": ["Tamzin Marlow", "Tammy Hale"],
            "date_of_birth": date(2002, 5, 3),
            "age": 14,
            "sex": "female",
            "address": "12 Sandpiper Rise, DY0 0AA",
            "address_since": date(2014, 9, 1),
            "address_withheld": False,
            "area": "Vale Hill Top",
            "records_joined": 9,
            "sources_joined": ["Crime records", "Incident logs", "Missing people", "Protection notices"],
            "certainty": "likely",
            "doubts": ["One record gives the date of birth 5 March 2002: day and month may be swapped."],
            **changes,
        }
    )


METHOD = Method(
    trigger="tipt",
    trigger_title="Children and young people with adversity",
    trigger_version="1.0.0",
    indicator_versions={
        "repeat_missing": "1.0.0",
        "household_domestic_abuse": "1.0.0",
        "household_substance_misuse": "1.1.0",
        "child_abuse": "1.0.0",
    },
    linkage_model="people-2 (sha256 4f1d0c22)",
    identity="0a1b2c3d4e5f6071",
    lexicon="7 (sha256 90ab13fe)",
    software="headwater 0.1.0",
)


def make_team() -> Team:
    return Team(
        team_id="DY03", name="Vale Hill Top", npu="Dudley", why="the newest known home address lies in its area"
    )


def make_rich() -> Package:
    """A package with everything on it: three kinds, doubts, an update, help, intelligence."""
    abuse = [
        make_item(
            1,
            quotes=[
                make_quote(
                    "INF STATES NEIGHBOURS CAN HEAR A MALE SHOUTING. ON ARRIVAL DAUGHTER (14) UPSTAIRS, SAYS ",
                    "HE PUNCHED MUM IN THE FACE",
                    " AND SHE RANG US HERSELF. SUSPECT LEFT BEFORE POLICE ARRIVED.",
                )
            ],
            records=[
                make_reference(4127),
                make_reference(88, "command_and_control", "Incident logs"),
                make_reference(12, "protection_notice", "Protection notices"),
            ],
            because_text=True,
        ),
        make_item(
            2,
            occurred_on=date(2015, 2, 9),
            age_at_event=12,
            strength="moderate",
            sureness="disclosed",
            sentence="The mother told a health visitor that her partner had hit her; the child lived at home.",
            records=[make_reference(31, "protection_notice", "Protection notices")],
            because_linkage=True,
        ),
        make_item(
            3,
            occurred_on=date(2014, 12, 24),
            age_at_event=12,
            strength="weak",
            sureness="suspected",
            sentence="A domestic incident was recorded at the next address.",
            role="not in this household",
            counts=False,
            why_not_counted="It happened next door: the address alone does not make it this household's.",
            quotes=[make_quote("Shouting heard from ", "domestic at number 14", ", not number 12.", "not number 12")],
        ),
    ]
    missing = [
        make_item(
            10 + step,
            indicator="repeat_missing",
            occurred_on=day,
            recorded_on=day,
            age_at_event=14,
            strength="moderate",
            role="was missing",
            sentence=sentence,
            records=[make_reference(700 + step, "missing", "Missing people")],
        )
        for step, (day, sentence) in enumerate(
            [
                (date(2016, 12, 3), "A child went missing overnight and was found by a friend's parents."),
                (date(2017, 1, 14), "A child went missing for two days and came home by herself."),
                (date(2017, 2, 20), "A child went missing overnight: the third time in 90 days."),
            ]
        )
    ]
    misuse = [
        make_item(
            20,
            indicator="household_substance_misuse",
            occurred_on=date(2016, 6, 1),
            age_at_event=14,
            strength="moderate",
            sureness="suspected",
            role="lived with the person",
            sentence="Somebody at home was described as drinking heavily most days.",
            quotes=[
                make_quote(
                    "Tamsin said that when she gets in from school her mum's partner ",
                    "has usually been drinking since lunch",
                    " and that she stays in her room until he sleeps.",
                    "has usually been",
                )
            ],
            records=[make_reference(12, "protection_notice", "Protection notices")],
            because_text=True,
        ),
        make_item(
            21,
            indicator="household_substance_misuse",
            occurred_on=None,
            age_at_event=None,
            strength="weak",
            sureness="disclosed",
            role="not known",
            sentence="A grandfather drank; the words speak of the mother's own childhood.",
            counts=False,
            why_not_counted="It is history: it belongs to the mother's childhood.",
            quotes=[make_quote("Grandad ", "drank", " when her mum was small.", "when her mum was small")],
        ),
    ]
    kinds = [
        EvidenceKind(
            indicator="household_domestic_abuse",
            title="Domestic abuse in the child's household",
            claims="A child lived in a home where abuse between adults was recorded.",
            does_not_claim="That the child was hurt, or who did what to whom.",
            items=abuse,
        ),
        EvidenceKind(
            indicator="repeat_missing",
            title="Repeatedly missing",
            claims="A child was reported missing three times or more within 90 days.",
            does_not_claim="Why the child left, or that anybody harmed the child.",
            items=missing,
        ),
        EvidenceKind(
            indicator="household_substance_misuse",
            title="Alcohol or drug misuse in the household",
            claims="Somebody living with the child was said to misuse alcohol or drugs at the time.",
            does_not_claim="That anybody is dependent, or that it goes on today.",
            items=misuse,
        ),
    ]
    short = {
        "household_domestic_abuse": "Violence at home",
        "repeat_missing": "Missing",
        "household_substance_misuse": "Drinking",
    }
    timeline = [
        TimelineEntry(
            on=item.occurred_on,
            until=None,
            lane=kind.title,
            label=short[kind.indicator],
            evidence_id=item.evidence_id,
            counts=item.counts,
        )
        for kind in kinds
        for item in kind.items
    ] + [
        TimelineEntry(
            on=date(2016, 1, 11),
            until=date(2016, 7, 20),
            lane="help",
            label="Early help plan",
            evidence_id=None,
            counts=False,
        )
    ]
    return Package(
        package_id="tipt-P-0a1b2c3d4e5f",
        status="draft",
        made_up=True,
        as_of=AS_OF,
        subject=make_identity(),
        fired_by=["E-0001"],
        why_now="A child of 14 has been missing three times since December; violence at home is on record.",
        contact_safely=(
            "Do not call the home number, leave a card or say why you ring: somebody at home may be dangerous. "
            "Speak first to the school's safeguarding lead."
        ),
        update_for=UpdateFor(
            reason="An early help plan was open until July 2016 and its worker knows the family.",
            lead="Early Help, Dudley North",
            since=date(2016, 1, 11),
        ),
        team=make_team(),
        timeline=timeline,
        evidence=kinds,
        household=[
            HouseholdMember(
                person_id="P-111111111111",
                name="Corinne Marlowe",
                relationship="mother",
                age=36,
                since=date(2014, 9, 1),
                certainty="stated",
                why="two protection notices name her as the mother at this address",
            ),
            HouseholdMember(
                person_id="P-222222222222",
                name="Dale Hurst",
                relationship="mother's partner",
                age=41,
                since=None,
                certainty="likely",
                why="three records place him at this address since May 2015",
            ),
            HouseholdMember(
                person_id="P-333333333333",
                name="not known",
                relationship="not known",
                age=None,
                since=None,
                certainty="uncertain",
                why="an incident log speaks of a small boy",
            ),
        ],
        argues_against=[
            Statement(
                text="The incident of November 2016 was closed with no further action.", records=[make_reference(4127)]
            ),
            Statement(
                text="The mother's partner may have moved out: a custody record of January 2017 gives another address."
            ),
        ],
        helps_already=[
            Statement(
                text="An aunt takes her in at weekends.",
                records=[make_reference(12, "protection_notice", "Protection notices")],
            ),
            Statement(text="Her school reports steady attendance until Christmas."),
        ],
        not_known=[
            Statement(text="Whether a return interview was offered after 20 February 2017."),
            Statement(text="What she says herself: no record holds her own words after June 2016."),
        ],
        intelligence=[
            IntelligenceHeld(
                reference="IR/0091/16",
                text="One intelligence report is held: ask the force intelligence bureau.",
            )
        ],
        method=METHOD,
    )


def make_bare() -> Package:
    """A package with as little on it as the shape allows."""
    item = make_item(
        1,
        occurred_on=None,
        age_at_event=None,
        sentence="A child protection plan was recorded.",
        role="was the child of the plan",
        records=[make_reference(5, "childrens_services", "Children's services")],
    )
    return Package(
        package_id="tipt-P-000000000001",
        status="draft",
        made_up=True,
        as_of=AS_OF,
        subject=make_identity(
            name="not known",
            other_names=[],
            date_of_birth=None,
            age=None,
            sex="unknown",
            address="12 Secret Street",
            address_since=None,
            address_withheld=True,
            area="Dudley",
            records_joined=1,
            sources_joined=["Children's services"],
            certainty="certain",
            doubts=[],
        ),
        fired_by=[],
        why_now="A child protection plan was recorded.",
        contact_safely=None,
        update_for=None,
        team=make_team(),
        timeline=[],
        evidence=[
            EvidenceKind(
                indicator="child_abuse",
                title="Physical or sexual abuse of the child",
                claims="The child was recorded as harmed.",
                does_not_claim="Who did it.",
                items=[item],
            )
        ],
        household=[],
        argues_against=[],
        helps_already=[],
        not_known=[],
        intelligence=[],
        method=METHOD,
    )


def make_hostile() -> Package:
    """A package whose every text tries to break the page: markup, right-to-left, words without a break."""
    rich = make_rich()
    text = f"{HOSTILE} {RTL} {LONG_WORD}"
    reference = RecordReference(
        source="crime", source_title=text, reference=LONG_WORD, event_id="crime:1", batch="1", row_no=1
    )
    item = make_item(
        1,
        sentence=text,
        role=text,
        records=[reference] * 3,
        quotes=[make_quote(RTL + "\n", HOSTILE, "\n" + LONG_WORD, HOSTILE)],
    )
    statement = Statement(text=text, records=[reference])
    return rich.model_copy(
        update={
            "subject": make_identity(name=text, other_names=[RTL, HOSTILE], address=text, area=text, doubts=[text]),
            "why_now": text,
            "fired_by": [],
            "contact_safely": text,
            "update_for": UpdateFor(reason=text, lead=text, since=None),
            "team": Team(team_id="DY03", name=text, npu=text, why=text),
            "timeline": [
                TimelineEntry(
                    on=date(2016, 1, 1), until=None, lane=text, label=text, evidence_id="E-0001", counts=True
                ),
                TimelineEntry(on=date(2016, 1, 2), until=None, lane=text, label=RTL, evidence_id="gone", counts=False),
                TimelineEntry(on=None, until=None, lane=HOSTILE, label=HOSTILE, evidence_id=None, counts=False),
            ],
            "evidence": [
                EvidenceKind(indicator="x", title=text, claims=text, does_not_claim=text, items=[item]),
            ],
            "household": [
                HouseholdMember(
                    person_id="P-1", name=text, relationship=text, age=0, since=None, certainty="likely", why=text
                )
            ],
            "argues_against": [statement],
            "helps_already": [statement],
            "not_known": [statement],
            "intelligence": [IntelligenceHeld(reference=LONG_WORD, text=text)],
        }
    )


def make_crowded(items: int = 120) -> Package:
    """A package with very many lines of one kind over four years."""
    rich = make_rich()
    days = [date(2013, 1, 5) + timedelta(days=step * 1500 // items) for step in range(items)]
    lines = [
        make_item(step, occurred_on=day, counts=step % 3 > 0, why_not_counted=None if step % 3 else "The same event.")
        for step, day in enumerate(days, start=1)
    ]
    kind = rich.evidence[0].model_copy(update={"items": lines})
    timeline = [
        TimelineEntry(
            on=line.occurred_on,
            until=None,
            lane=kind.title,
            label=f"Incident {number}",
            evidence_id=line.evidence_id,
            counts=line.counts,
        )
        for number, line in enumerate(lines, start=1)
    ]
    return rich.model_copy(update={"evidence": [kind], "timeline": timeline})


GIVEN = ["Tamsin", "Jaskirat", "Oluwaseun", "Zofia", "Kyle", "Aaliyah", "Brendan", "Mei", RTL]
FAMILY = ["Marlowe", "Hale", "Ogunbanjo", "Wiśniewska", "Hurst", "O'Dowd-Featherstonehaugh"]


def make_team_list(entries: int) -> TeamList:
    """A team's list of that length, with every kind of line in it."""
    return TeamList(
        team_id="DY03",
        name="Vale Hill Top",
        npu="Dudley",
        as_of=AS_OF,
        made_up=True,
        trigger_title=METHOD.trigger_title,
        entries=[
            TeamListEntry(
                package_id=f"tipt-P-{number:012x}",
                name=f"{GIVEN[number % len(GIVEN)]} {FAMILY[number % len(FAMILY)]}",
                age=None if number % 11 == 10 else 5 + number % 19,
                area="Vale Hill Top" if number % 4 else "Copper Bridge End",
                why_now="A child has been missing three times since December; violence at home is on record."
                if number % 2 == 0
                else "A parent was sentenced to prison in February 2017 and a carer's drinking is on record.",
                newest_strong=None if number % 7 == 6 else AS_OF - timedelta(days=3 * number + 9),
                newest=AS_OF - timedelta(days=3 * number + 2),
                kinds=["Repeatedly missing", "Domestic abuse in the child's household"],
                update_for="Early Help, Dudley North" if number % 5 == 2 else None,
                contact_safely=number % 3 == 0,
                certainty=("certain", "likely", "certain", "doubtful")[number % 4],
            )
            for number in range(entries)
        ],
    )


def make_index(*, found: bool = True) -> RunIndex:
    """A run over five teams in two NPUs, or one that found nobody."""
    counts = [38, 17, 1, 0, 5] if found else [0] * 5
    names = ["Vale Hill Top", "Sandpiper Rise", "Copper Bridge End", "Wren Edge", "Quarry Green"]
    return RunIndex(
        as_of=AS_OF,
        made_up=True,
        trigger_title=METHOD.trigger_title,
        trigger_version="1.0.0",
        people=20314,
        sources=[
            SearchedSource(source="crime", title="Crime records", rows=48211, quarantined=37, newest=date(2017, 3, 6)),
            SearchedSource(source="missing", title="Missing people", rows=902, quarantined=0, newest=AS_OF),
            SearchedSource(source="intelligence", title="Intelligence reports", rows=3120, quarantined=4, newest=None),
        ]
        if found
        else [],
        teams=[
            TeamCount(
                team_id=f"T{number:02}",
                name=name,
                npu="Dudley" if number < 3 else "Walsall",
                drafts=count,
                updates=count // 5,
                newest_strong=AS_OF - timedelta(days=number) if count > 1 else None,
            )
            for number, (name, count) in enumerate(zip(names, counts, strict=True))
        ],
        report="run.html" if found else None,
    )
