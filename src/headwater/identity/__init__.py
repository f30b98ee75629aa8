"""Who is who: people and households, from person records of many systems; every join explained, every decision kept."""

from headwater.identity.decisions import Decision, DecisionError, Verdict, decide, list_decisions
from headwater.identity.explain import explain_links
from headwater.identity.link import link, open_identity, open_places, train

__all__ = [
    "Decision",
    "DecisionError",
    "Verdict",
    "decide",
    "explain_links",
    "link",
    "list_decisions",
    "open_identity",
    "open_places",
    "train",
]
