"""What must be so? A set of labelled criteria, as data: tests over facts, and judgements that a named person makes."""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

from headwater.criteria.expression import CriteriaError, Named, Test, facts_in, read_test
from headwater.criteria.facts import FactDefinition


class Criterion(BaseModel):
    """One criterion: a test, or a fact of yes or no that only a named person may judge."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1, description="What must be so, in words.")
    test: str | None = None
    judged: str | None = Field(None, description="The fact that a named person answers, instead of a test.")


class Criteria(BaseModel):
    """All criteria of one thing (a programme, a cohort), with the facts that they name; all of them must be met.

    Raises CriteriaError for a fact whose purposes do not allow this one, a test that may not be, a fact that there is not, or an id given twice.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))

    id: str
    title: str
    version: str
    purpose: str = Field(min_length=1, description="What the answer is used for.")
    facts: list[FactDefinition]
    criteria: list[Criterion] = Field(min_length=1)

    def model_post_init(self, context: object) -> None:
        """Check everything once, so that a set that exists can be used."""
        for kind, names in (
            ("fact", [fact.name for fact in self.facts]),
            ("criterion", [one.id for one in self.criteria]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise CriteriaError(f"{self.id}: the {kind} {twice[0]!r} is given twice.")
        if taken := {"subject_id", "answer"} & {
            *(fact.name for fact in self.facts),
            *(one.id for one in self.criteria),
        }:
            raise CriteriaError(f"{self.id}: {min(taken)!r} is a column of every answer; choose another name.")
        for fact in self.facts:
            if self.purpose not in fact.purposes:
                raise CriteriaError(
                    f"{self.id}: the fact {fact.name!r} may not be used for {self.purpose!r}, only for {', '.join(fact.purposes)}."
                )
        if len(self.tests) != len(self.criteria):
            raise CriteriaError(f"{self.id}: a criterion has no test.")

    @cached_property
    def known_facts(self) -> dict[str, FactDefinition]:
        """The facts by name."""
        return {fact.name: fact for fact in self.facts}

    @cached_property
    def tests(self) -> dict[str, Test]:
        """The checked test of each criterion."""
        return {one.id: self._test(one) for one in self.criteria}

    @cached_property
    def rests_on(self) -> dict[str, tuple[str, ...]]:
        """The facts on which each criterion rests."""
        return {name: tuple(facts_in(test)) for name, test in self.tests.items()}

    @cached_property
    def named_facts(self) -> dict[str, FactDefinition]:
        """Those of the facts on which any criterion rests."""
        return {name: self.known_facts[name] for names in self.rests_on.values() for name in names}

    def names(self, criterion: Criterion) -> list[str]:
        """The facts on which a criterion rests."""
        return list(self.rests_on[criterion.id])

    def _test(self, one: Criterion) -> Test:
        if (one.test is None) == (one.judged is None):
            raise CriteriaError(
                f"{self.id}, criterion {one.id!r}: give either a test or the fact that a person judges."
            )
        if one.judged is not None:
            fact = self.known_facts.get(one.judged)
            if fact is None or fact.type != "boolean":
                raise CriteriaError(f"{self.id}, criterion {one.id!r}: {one.judged!r} is no fact of yes or no.")
            return Named(fact.name, fact.type)
        try:
            return read_test(one.test or "", self.known_facts)
        except CriteriaError as fault:
            raise CriteriaError(f"{self.id}, criterion {one.id!r}: {fault}") from None
