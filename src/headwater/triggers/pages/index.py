"""What does a run's first page need to know? Which teams have how many drafts, and what was searched."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from headwater.triggers.packages.package import Part


class SearchedSource(Part):
    """One source that the search read."""

    source: str = Field(description="Source id, for example `crime`.")
    title: str = Field(description="Source in words, for example `Crime records`.")
    rows: int = Field(description="Rows of the source that the lake accepted.")
    quarantined: int = Field(default=0, description="Rows set aside because they broke the schema.")
    repeats: int = Field(default=0, description="Rows that were exact repeats of rows the lake had.")
    newest: date | None = Field(default=None, description="Newest event; null is shown as `not known`.")


class TeamCount(Part):
    """One team, with or without drafts."""

    team_id: str
    name: str
    npu: str
    drafts: int = Field(description="All drafts of the team, updates included.")
    updates: int = Field(description="Drafts that are an update for somebody who leads already.")
    waiting: int = Field(default=0, description="Drafts over the team's limit.")
    waiting_since: date | None = None
    newest_strong: date | None


class RunIndex(Part):
    """What one search found, by team."""

    as_of: date
    made_up: bool
    trigger_title: str
    trigger_version: str
    left_out: list[str] = Field(default_factory=list, description="Kinds of evidence that the force has switched off.")
    people: int = Field(description="People whom the search looked at.")
    sources: list[SearchedSource]
    teams: list[TeamCount] = Field(description="Every team, also those without a draft.")
    report: str | None = Field(
        None, description="The run's report as a link relative to the index page, if there is one."
    )
