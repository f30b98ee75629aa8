"""Does this person qualify? Labelled tests over facts that answer met, not met or not known, each with its reasons.

One person (`judge`) and a table of millions (`sql_of`) get the same answer: SQL's own three-valued logic (Codd 1979).
"""

from headwater.criteria.criterion import Criteria, Criterion
from headwater.criteria.expression import CriteriaError
from headwater.criteria.facts import Fact, FactDefinition
from headwater.criteria.judge import Finding, Judgement, fails, judge
from headwater.criteria.table import FACT_SCHEMA, facts_table, sql_of

__all__ = [
    "FACT_SCHEMA",
    "Criteria",
    "CriteriaError",
    "Criterion",
    "Fact",
    "FactDefinition",
    "Finding",
    "Judgement",
    "facts_table",
    "fails",
    "judge",
    "sql_of",
]
