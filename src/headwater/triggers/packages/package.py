"""What is a package? The exact shape of what a search hands on for one subject; its JSON Schema is published.

Names, addresses and quoted words live only here, so one place decides what may be shown:
intelligence is never quoted, a protected address is never printed.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Base of every part: no unknown fields, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordReference(Part):
    """Which record says so."""

    source: str = Field(description="Source id, for example `crime`.")
    source_title: str = Field(description="Source in words, for example `Crime records`.")
    reference: str = Field(description="The number to quote to the source.")
    event_id: str = Field(description="The event in the lake.")
    batch: str
    row_no: int


class Quote(Part):
    """The exact words of a record. `start` and `end` are characters of `text` and mark the words to highlight, if any."""

    whose: str | None = Field(default=None, description="Whose words these are, or of whom they were written.")
    text: str = Field(description="A passage of the record, exactly as written.")
    start: int
    end: int
    cue: str | None = Field(description="The words that decided how the mention was read, if any.")


class EvidenceItem(Part):
    """One thing that was found, once, however many records tell it."""

    evidence_id: str
    indicator: str = Field(description="Indicator id, for example `household_domestic_abuse`.")
    occurred_on: date | None = Field(description="When it happened; null is shown as `not known`.")
    recorded_on: date
    age_at_event: int | None = Field(description="The subject's age in whole years on that day.")
    strength: Literal["strong", "moderate", "weak"]
    sureness: Literal["recorded", "disclosed", "suspected"]
    role: str = Field(description="The subject's part, in words: `lived in the household`.")
    other: str | None = Field(
        default=None, description="Which person of the home it is about, where a record names one."
    )
    is_new: bool = Field(default=False, description="Recorded since the lead of an update took it on.")
    sentence: str = Field(description="What it says, in one plain sentence.")
    records: list[RecordReference] = Field(description="Every record that tells it, the deciding one first.")
    quotes: list[Quote]
    counts: bool = Field(description="Whether the trigger counted it; false: shown for context.")
    statutory: bool = Field(default=False, description="The law itself asks to act on it.")
    occurrence: str = Field(
        default="", description="Names the underlying thing: two items of one occurrence are no two kinds of harm."
    )
    why_not_counted: str | None
    handling: str
    because_text: bool = Field(description="Found by reading free text.")
    because_linkage: bool = Field(description="Found because records of different spelling were joined.")


class EvidenceKind(Part):
    """All that was found of one indicator."""

    indicator: str
    title: str
    claims: str = Field(description="What the indicator claims, in one sentence.")
    does_not_claim: str
    items: list[EvidenceItem]


class Saying(Part):
    """What the subject said, in the words of the record."""

    said_on: date
    where: str = Field(description="In which kind of record: `in a protection notice`.")
    text: str = Field(description="The whole of it, with protected addresses masked.")
    record: RecordReference


class HouseholdMember(Part):
    """Who is at home on the as-of date, as far as records tell, or who was at an earlier home."""

    person_id: str
    name: str
    relationship: str = Field(description="To the subject, in words; `not known` when not stated.")
    age: int | None
    since: date | None
    certainty: Literal["stated", "likely", "uncertain"]
    why: str
    suspected_on: date | None = Field(
        default=None, description="The newest day on which what was found names this person as a suspect or offender."
    )
    package_id: str | None = Field(
        default=None, description="The draft about this person in the same run, where there is one."
    )


class Identity(Part):
    """Who or what the subject is, and how sure we are that the records are one person."""

    kind: Literal["person", "place"] = "person"
    person_id: str = Field(description="The person in the lake (P-…), or the place (A-…).")
    name: str
    other_names: list[str]
    date_of_birth: date | None
    age: int | None
    sex: str
    address: str = Field(description="Newest known address, or `address withheld`, or `not known`.")
    address_since: date | None = Field(description="The day of the first record that names this address.")
    address_note: str | None = Field(default=None, description="What kind of place it is, and whether that has ended.")
    address_withheld: bool
    area: str = Field(description="Neighbourhood name; a coarser area when the address is withheld.")
    records_joined: int
    sources_joined: list[str]
    certainty: Literal["certain", "likely", "doubtful"]
    doubts: list[str] = Field(description="What argues against these records being one person, in words.")


class Team(Part):
    """Which neighbourhood team, and why."""

    team_id: str
    name: str
    npu: str
    why: str


class TimelineEntry(Part):
    """One point of the timeline."""

    on: date | None
    until: date | None
    lane: str = Field(description="Which row of the picture: an indicator's title, or `help`.")
    label: str
    evidence_id: str | None
    counts: bool


class Statement(Part):
    """One line of reasoning with where it comes from."""

    text: str
    records: list[RecordReference] = Field(default_factory=list)


class IntelligenceHeld(Part):
    """That intelligence is held, and whom to ask; never what it says."""

    reference: str
    text: str


class CriterionFound(Part):
    """One criterion of a programme: its answer with reasons, and what to ask where it is not known."""

    label: str
    answer: Literal["met", "not met", "not known"]
    reasons: list[str]
    ask: list[str]


class ProgrammeFit(Part):
    """A kind of help that may fit. Criteria warn and ask; a person decides."""

    title: str
    about: str
    version: str
    criteria: list[CriterionFound]


class UpdateFor(Part):
    """Why this is an update for somebody who leads already, not a new package."""

    reason: str
    lead: str
    since: date | None


class TellAnother(Part):
    """The subject lives outside this force now: a proposal to tell the force there."""

    reason: str
    since: date | None
    small_area: str = Field(description="The small area (LSOA) of the newest home.")


class Method(Part):
    """How this was found."""

    trigger: str
    trigger_title: str
    trigger_version: str
    purpose: str = "welfare"
    in_childhood: bool = Field(default=True, description="Only what happened in childhood counts.")
    help: str = ""
    owner: str = ""
    review_by: date | None = None
    indicator_versions: dict[str, str]
    left_out: list[str] = Field(default_factory=list, description="Kinds of evidence that the force has switched off.")
    linkage_model: str
    identity: str = Field(description="Names the joining of records that this package rests on.")
    lexicon: str
    software: str


class Confirmation(Part):
    """Who confirmed person, event and role of what is left, and when."""

    by: str
    at: str
    rejected: int = Field(description="Pieces of the draft that were rejected and are not in it.")
    held_back: int = Field(description="Pieces that are right and must not be passed on.")


class Package(Part):
    """What a search proposes for one subject (a draft: nobody has confirmed it), or what an analyst has released of it."""

    package_id: str
    status: Literal["draft", "confirmed"]
    confirmed: Confirmation | None = Field(default=None, description="Who released it; a draft has none.")
    made_up: bool = Field(description="True when the records come from a made-up force.")
    as_of: date
    subject: Identity
    why_now: str = Field(description="What made the trigger fire: the newest of each kind, and how sure each is.")
    fired_by: list[str] = Field(description="Evidence ids of what `why_now` names.")
    contact_safely: str | None = Field(description="How to make contact without raising the danger; first on the page.")
    update_for: UpdateFor | None
    tell_another: TellAnother | None = None
    exclusions: list[str] = Field(
        default_factory=list, description="Ids of the exclusions that made it an update or a proposal."
    )
    urgent_on: date | None = Field(
        default=None, description="The day on which the newest strong statutory event was put on record."
    )
    ready_on: date | None = Field(default=None, description="Since when the records meet the trigger's rule.")
    answer_by: date | None = Field(default=None, description="By when the team is asked to answer.")
    waits: bool = Field(
        default=False, description="Over the team's limit: it waits in the list that the inspector sees."
    )
    team: Team
    timeline: list[TimelineEntry]
    evidence: list[EvidenceKind]
    protective: list[EvidenceKind] = Field(
        default_factory=list, description="What protects; it never counts towards the trigger."
    )
    household: list[HouseholdMember]
    lived_with_before: list[HouseholdMember] = Field(
        default_factory=list, description="Who was at an earlier home within three years."
    )
    said: list[Saying] = Field(default_factory=list, description="What the subject said, newest first.")
    argues_against: list[Statement]
    helps_already: list[Statement]
    programmes: list[ProgrammeFit] = Field(default_factory=list, description="Kinds of help that may fit.")
    told: str = Field(
        default="not recorded", description="Whether the person or a parent has been told, by whom, or why not."
    )
    not_known: list[Statement]
    intelligence: list[IntelligenceHeld]
    method: Method


class TeamListEntry(Part):
    """One line of a team's list."""

    package_id: str
    kind: Literal["person", "place"] = "person"
    name: str
    age: int | None
    area: str
    why_now: str
    newest_strong: date | None
    newest: date | None
    kinds: list[str]
    update_for: str | None
    contact_safely: bool
    urgent: bool = Field(default=False, description="A strong statutory event made the trigger fire.")
    ready_on: date | None = None
    certainty: Literal["certain", "likely", "doubtful"]


class TeamList(Part):
    """The drafts of one team, newest strong evidence first; those over the team's limit wait, in the same order."""

    team_id: str
    name: str
    npu: str
    as_of: date
    made_up: bool
    confirmed: bool = Field(default=False, description="The list of what was handed on, not of drafts.")
    trigger_title: str
    entries: list[TeamListEntry]
    limit: int | None = Field(default=None, description="How many new packages the team is given at once.")
    waiting: list[TeamListEntry] = Field(default_factory=list)
    waiting_since: date | None = Field(
        default=None, description="The oldest day on which records met the rule, of those that wait."
    )
