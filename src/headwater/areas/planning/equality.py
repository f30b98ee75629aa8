"""What does an allocation do to groups of people? Posts for 10,000 residents as each group has them, today's beside the proposed.

For the equality duty: looked at afterwards. Nothing that classifies, works out need or gives out posts reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from headwater.areas.allocation.summary import posts_by_group
from headwater.areas.deprivation import tenth_of
from headwater.areas.levels import Level
from headwater.areas.need import Numbers
from headwater.areas.planning.facts import Facts, Shelf

FIFTHS = ("most deprived fifth", "second fifth", "middle fifth", "fourth fifth", "least deprived fifth")


@dataclass(frozen=True)
class Split:
    """One group of residents, how many there are, and the posts for 10,000 residents where they live; `today` None: not known."""

    group: str
    residents: int
    today: float | None
    proposed: float


def groups_of(shelf: Shelf, facts: Facts, index: str | None = None) -> dict[str, Numbers]:
    """Group → how many residents of each of the facts' small areas belong to it: all, by fifth of the index in the country, and by each
    measure of a loaded set that is there for monitoring."""
    name = shelf.index(index)
    people = np.asarray(facts.residents, np.float64)
    found = {"all residents": people}
    tenth = tenth_of(shelf.kept[name].of("index_rank", facts.codes), shelf.sets[name].complete)
    for number, words in enumerate(FIFTHS):
        found[f"in areas of the {words} of the country"] = np.where((tenth + 1) // 2 == number + 1, people, 0.0)
    for set_name, of in shelf.sets.items():
        for measure in of.measures:
            if measure.monitoring and measure.id in shelf.kept[set_name].values:
                values = np.nan_to_num(shelf.kept[set_name].of(measure.id, facts.codes))
                found[measure.title] = values * people if measure.kind == "share" else values
    return found


def split_posts(
    groups: Mapping[str, Numbers],
    facts: Facts,
    level: Level,
    today: Mapping[str, int] | None,
    proposed: Mapping[str, int],
) -> list[Split]:
    """The posts (place → posts, of one role or of all together) as each group has them. A group that nobody belongs to is left out."""
    where = facts.at(level).place

    def by_place(people: Numbers) -> dict[str, float]:
        summed = np.bincount(where, people, minlength=len(level.names))
        return {code: float(summed[at]) for at, code in enumerate(level.names)}

    lives = {name: by_place(people) for name, people in groups.items() if people.sum()}
    residents = by_place(np.asarray(facts.residents, np.float64))
    after = posts_by_group(lives, residents, proposed)
    before = posts_by_group(lives, residents, today) if today is not None else {}
    return [Split(name, round(sum(lives[name].values())), before.get(name), share) for name, share in after.items()]
