"""Who is who: people and households, from person records of many systems; every join explained, every decision kept."""

from headwater.identity.decisions import Decision, DecisionError, decide, list_decisions
from headwater.identity.link import link, open_identity, train

__all__ = ["Decision", "DecisionError", "decide", "link", "list_decisions", "open_identity", "train"]
