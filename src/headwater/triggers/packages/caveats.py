"""What argues against a package, and what is not known? Doubts, denials in the same records, gaps."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from headwater.triggers.finding.gathered import Rows
from headwater.triggers.finding.protection import Secrets
from headwater.triggers.packages.items import quote, refer_to, whose_words
from headwater.triggers.packages.package import EvidenceKind, HouseholdMember, Statement
from headwater.triggers.packages.words import ADULT, say_name, say_some_day, uncapitalise

_MOST_AGAINST = 12

_SPOKEN_OF = {
    "domestic_abuse": ("household_domestic_abuse", "domestic abuse"), "alcohol_misuse": ("household_substance_misuse", "misuse of alcohol"),
    "drug_misuse": ("household_substance_misuse", "misuse of drugs"), "physical_abuse": ("physical_abuse", "physical abuse"),
    "sexual_abuse": ("sexual_abuse", "sexual abuse"), "imprisonment": ("household_imprisonment", "time in prison"),
    "in_care": ("care_experience", "time in care"), "emotional_abuse": ("emotional_abuse", "emotional abuse"), "neglect": ("neglect", "neglect"),
    "mental_ill_health": ("household_mental_ill_health", "mental ill health"), "suicide_attempt": ("household_suicide_attempt", "an attempted suicide"),
    "exploitation": ("exploitation", "exploitation"), "bereavement": ("bereavement", "a death"), "homelessness": ("homelessness", "homelessness"),
}  # fmt: skip
"""The concepts that each indicator reads, as a denial names them."""


def what_argues_against(
    rows: Rows, kinds: list[EvidenceKind], titles: dict[str, str], protected: Secrets, withheld: bool
) -> list[Statement]:
    """Doubts about the person, denials and withdrawals in the records, and how far it all rests on text or inference."""
    found = [Statement(text=doubt) for doubt in rows["who"][0]["doubts"] or []]
    counted = {kind.indicator for kind in kinds if any(item.counts for item in kind.items)}
    shown = {record.event_id for kind in kinds for item in kind.items if item.counts for record in item.records}
    for row in rows["against"]:
        indicator, what = _SPOKEN_OF.get(row["concept"], ("", ""))
        if indicator in counted and len(found) < _MOST_AGAINST:
            told = (
                f"takes back or calls false what was said of {what}"
                if row["withdrawn"]
                else f"has words that deny {what}"
            )
            words = quote(row["text"], row["start"], row["end"], row["cue"], protected).text
            whose = whose_words(row)
            which = (
                "The same record that counts above"
                if row["event_id"] in shown
                else f"A record of {say_some_day(row['occurred_on'])}"
            )
            by = f" ({uncapitalise(whose)})" if whose else ""
            found.append(Statement(text=f"{which} {told}{by}: “{words}”", records=[refer_to(row, titles)]))
    if all(item.because_text for kind in kinds for item in kind.items if item.counts):
        found.append(Statement(text="All that counts was found by reading free text; no record marks it."))
    if any(say_name(row) == say_name(rows["who"][0]) for row in rows["household"] if row["here"]):
        found.append(
            Statement(
                text="Somebody of the same name is recorded in the same home: perhaps one person whose records were not joined."
            )
        )
    here = [row for row in rows["household"] if row["here"]]
    if not withheld and any(row["certainty"] != "stated" for row in here):
        found.append(Statement(text="Part of the household is inferred from addresses; no record states it."))
    found += [
        Statement(
            text=f"{say_name(one)} and {say_name(other)}, both recorded at home, may be one person whose records were not joined."
        )
        for one, other in combinations([] if withheld else here, 2)
        if _may_be_one(one, other)
    ]
    if any(item.strength == "weak" for kind in kinds for item in kind.items):
        found.append(Statement(text="Some of what is shown is weak on its own and was not counted."))
    return found


def _may_be_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """One given name, and about one age: twins share the day of birth and not the name."""
    if None in (one["given_name"], other["given_name"], one["date_of_birth"], other["date_of_birth"]):
        return False
    same = str(one["given_name"]).casefold() == str(other["given_name"]).casefold()
    return same and abs((one["date_of_birth"] - other["date_of_birth"]).days) < 400


def what_is_not_known(
    rows: Rows,
    who: dict[str, Any],
    withheld: bool,
    household: list[HouseholdMember],
    jailed: set[str],
    *,
    in_childhood: bool,
) -> list[Statement]:
    """What no record tells of the subject and the home, to be asked by whoever plans with the family."""
    found = []
    if in_childhood and not rows["voice"]:
        found.append(
            Statement(
                text="What the child or young person said: no record keeps it on its own. Officers' notes may report some of it: read the quotes."
            )
        )
    if withheld:
        found.append(
            Statement(
                text="Who is at home: not shown, because the address is withheld. Records of an earlier home would mislead."
            )
        )
    elif not household:
        found.append(Statement(text="Who is at home: not known."))
    adults = [member for member in household if member.age is None or member.age >= ADULT]
    if jailed & {member.person_id for member in household} and not [m for m in adults if m.certainty != "uncertain"]:
        found.append(Statement(text="Who looks after the child while an adult of the home is in prison: not recorded."))
    if who["kind"] == "place":
        return found
    if not who["ethnicity"]:
        found.append(Statement(text="Ethnicity: not recorded."))
    if who["date_of_birth_precision"] != "day":
        found.append(Statement(text="The exact date of birth: not known."))
    found.append(
        Statement(text=f"Whether {'the family' if in_childhood else 'the person'} has been told: not recorded.")
    )
    return found
