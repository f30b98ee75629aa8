"""From what is loaded to posts: the labels and facts of areas, a planner's rules, posts as they stand, and the proposal with its reasons."""

from headwater.areas.planning.equality import Split, groups_of, split_posts
from headwater.areas.planning.facts import Facts, FactsError, Labels, Shelf, facts_of, labels_of, open_shelf
from headwater.areas.planning.made_of import MadeOf, made_of, say_recipe, say_rests_on
from headwater.areas.planning.proposal import Proposal, Result, propose
from headwater.areas.planning.reasons import explain_posts, sum_up
from headwater.areas.planning.saved import Saved, open_scenario, save_scenario
from headwater.areas.planning.scenario import Scenario, ScenarioError, parse_scenario, read_scenario
from headwater.areas.planning.staffing import Staffing, StaffingError, read_staffing
from headwater.areas.planning.sureness import sureness_of

__all__ = [
    "Facts",
    "FactsError",
    "Labels",
    "MadeOf",
    "Proposal",
    "Result",
    "Saved",
    "Scenario",
    "ScenarioError",
    "Shelf",
    "Split",
    "Staffing",
    "StaffingError",
    "explain_posts",
    "facts_of",
    "groups_of",
    "labels_of",
    "made_of",
    "open_scenario",
    "open_shelf",
    "parse_scenario",
    "propose",
    "read_scenario",
    "read_staffing",
    "save_scenario",
    "say_recipe",
    "say_rests_on",
    "split_posts",
    "sum_up",
    "sureness_of",
]
