"""What is need made of, over the force and in one place? The recipe in a sentence, and the numbers behind a place's share."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.areas.levels import Level
from headwater.areas.need import NeedError, Recipe, hardship_of
from headwater.areas.planning.facts import Facts


def say_recipe(recipe: Recipe) -> str:
    """The recipe in a sentence: hardship by which weights, crime in it or not, and how much work counts."""
    told = ", ".join(f"{name} {value:g}" for name, value in recipe.weights.items())
    crime = "crime is in it" if recipe.weights.get("crime") else "crime is not in it"
    return f"Need is {1 - recipe.workload_share:.0%} hardship (weights: {told}; {crime}) and {recipe.workload_share:.0%} work."


def say_rests_on(facts: Facts, recipe: Recipe) -> str:
    """Source and vintage of all that need rests on, in one line."""
    return "; ".join(facts.rests_on(recipe.workload_share))


@dataclass(frozen=True)
class MadeOf:
    """What a place's share of need is made of. Shares are of the force (0 to 1). Hardship is the weighted score of deprivation (0 to
    100, the more the harder), its mean over residents here (None: nobody lives here) and over the force. `minutes_share` is None where work
    is no part of need."""

    need: float
    residents: int
    residents_share: float
    hardship: float | None
    hardship_of_all: float
    workload_share: float
    minutes_share: float | None

    def in_words(self) -> str:
        """As a sentence."""
        told = f"{self.residents:,} residents ({self.residents_share:.2%} of the force's)"
        if self.hardship is not None:
            told += f", mean hardship {self.hardship:.0f} against {self.hardship_of_all:.0f} over the force"
        if self.minutes_share is not None:
            told += f"; {self.minutes_share:.2%} of the force's work"
        return f"Behind its need: {told}."


def made_of(facts: Facts, level: Level, recipe: Recipe, place: str, need: float) -> MadeOf:
    """What the share `need` of a place (its code) of a level is made of. Of areas that were left out nothing counts. Raises
    NeedError where nobody lives in the whole force."""
    areas = facts.at(level)
    number = list(level.names).index(place)
    here = areas.place == number
    people, everybody = float(areas.residents[here].sum()), float(areas.residents.sum())
    if not everybody:
        raise NeedError("Nobody lives in any of the areas.")
    hard = hardship_of(areas, recipe, len(level.names))
    minutes = float(areas.minutes[here].sum() / areas.minutes.sum()) if recipe.workload_share else None
    return MadeOf(
        need, round(people), people / everybody, float(hard[number]) / people if people else None, float(hard.sum()) / everybody,
        recipe.workload_share, minutes,
    )  # fmt: skip
