"""From what is loaded to posts: the labels and facts of areas, a planner's rules, posts as they stand, and the proposal with its reasons."""

from headwater.areas.planning.facts import Facts, FactsError, Labels, Shelf, facts_of, labels_of, open_shelf
from headwater.areas.planning.proposal import Proposal, Result, propose
from headwater.areas.planning.reasons import explain_posts, sum_up
from headwater.areas.planning.scenario import Scenario, ScenarioError, parse_scenario, read_scenario
from headwater.areas.planning.staffing import Staffing, StaffingError, parse_staffing, read_staffing
from headwater.areas.planning.sureness import Sureness, sureness_of

__all__ = [
    "Facts",
    "FactsError",
    "Labels",
    "Proposal",
    "Result",
    "Scenario",
    "ScenarioError",
    "Shelf",
    "Staffing",
    "StaffingError",
    "Sureness",
    "explain_posts",
    "facts_of",
    "labels_of",
    "open_shelf",
    "parse_scenario",
    "parse_staffing",
    "propose",
    "read_scenario",
    "read_staffing",
    "sum_up",
    "sureness_of",
]
