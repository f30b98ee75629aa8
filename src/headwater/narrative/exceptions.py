"""Who is left out of a denial? "No one was drunk except the mother" tells it of the mother (CGEL 8.10, exceptive adjuncts)."""

from __future__ import annotations

import numpy as np

from headwater.narrative import rules as r
from headwater.narrative.people import People
from headwater.narrative.phrases import Found
from headwater.narrative.places import among
from headwater.narrative.rules import Layers, Rules
from headwater.narrative.words import Ints

VERB_BEHIND = 3
"""How many words of the denial may stand behind the one left out: "none apart from dad, | who had been drunk"."""


def left_out(people: People, found: Layers, mentions: Found, rules: Rules) -> Ints:
    """Per mention the number of the person whom a denial around or right before it leaves out; -1 for none."""
    result = np.full(len(mentions), -1, np.int64)
    cues = found.spans(r.CUE)
    cues = cues.keep(rules.detail[cues.owner] == rules.exception_group)
    if not len(cues) or not len(people.first) or not len(mentions):
        return result
    cue = np.searchsorted(cues.first, mentions.first, side="right") - 1
    first, last = cues.first[np.maximum(cue, 0)], cues.last[np.maximum(cue, 0)]
    told = (cue >= 0) & ((mentions.last <= last) | (mentions.first == last))
    person = people.begun.below(last) - 1
    at = np.maximum(person, 0)
    told &= (person >= 0) & (people.first[at] > first) & (people.last[at] >= last - VERB_BEHIND)
    told &= people.named[at] & ~among(people.role[at], [r.PROFESSIONAL]) & (people.first[at] != mentions.first)
    # Of what nobody does or suffers, not of what somebody else does: "no one knew that she was | beaten except her sister".
    of_nobody = people.begun.below(mentions.first) == people.begun.below(first + 1)
    told &= of_nobody | (mentions.first >= people.first[at])
    result[told] = person[told]
    return result
