"""Where does a list of denials without signs end? In a log "no homework no PE kit detention" denies two things, not three.

Where each item has a denial of its own (asyndetic coordination, CGEL 15.1), an item that follows the last one without a
denial, a sign or a link is no item of the list; nor is one of which the words behind it say where it is or what became of
it: "no voices music in background".
"""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.cues import Cues
from headwater.narrative.phrases import Found
from headwater.narrative.rules import Rules
from headwater.narrative.words import Flags, Ints


def stands_behind_the_list(cues: Cues, mentions: Found, cue: Ints, start: Ints, size: int, rules: Rules) -> Flags:
    """Whether the mention that begins at `start` stands behind the items of the denials in a row of which `cue` is one."""
    denials = np.flatnonzero((rules.category[cues.group] == r.NEGATED) & (rules.direction[cues.group] == r.FORWARD))
    if not len(denials):
        return np.zeros(len(cue), np.bool_)
    before, here = denials[:-1], denials[1:]
    follows = (cues.sentence[before] == cues.sentence[here]) & (cues.group[before] == cues.group[here])
    follows &= cues.last[before] <= cues.first[here]
    follows &= cues.stops[r.LINK].none_between(cues.last[before], cues.first[here])
    row = np.concatenate((np.zeros(1, np.int64), np.cumsum(~follows)))
    item_end = np.zeros(size + 2, np.int64)
    np.maximum.at(item_end, mentions.first, mentions.last)
    end = item_end[cues.last[denials[np.flatnonzero(np.append(~follows, True))]]]
    # Another mention stands right behind the last item: "no rash no fever or | rigors" goes on.
    ends = (end > 0) & (item_end[end] > 0)
    ends &= (np.bincount(row) > 1) | cues.stops[r.STATEMENT].hold(item_end[end])
    list_end = np.full(len(cues.group), size + 2, np.int64)
    list_end[denials] = np.where(ends, end, size + 2)[row]
    return np.asarray(start >= list_end[cue])
