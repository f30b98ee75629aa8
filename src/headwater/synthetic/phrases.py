"""What sentences can be written? Templates read from words/*.yaml, spread into every variant, with what each states.

A template is a sentence with slots in braces, alternatives `(one|another)` and, between `[[` and `]]`, the passage that
states something. A *frame* says how it is stated (denied, long ago, of a neighbour …); a *phrase* says what. Every frame
meets every phrase of its form, so few lines give many sentences. A passage may name its own concept and status,
`[[neglect/negated>no neglect]]`, so that one sentence denies one thing and states another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.synthetic.names import read_words

Ints = NDArray[np.int64]

CONCEPTS = (
    "alcohol_misuse",
    "drug_misuse",
    "domestic_abuse",
    "physical_abuse",
    "sexual_abuse",
    "neglect",
    "emotional_abuse",
    "mental_ill_health",
    "suicide_attempt",
    "imprisonment",
    "in_care",
    "going_missing",
    "exploitation",
    "bereavement",
    "homelessness",
)
CONCEPT = {name: number for number, name in enumerate(CONCEPTS)}
ABOUT = (
    "subject", "mother", "father", "parent", "step_parent", "partner", "ex_partner", "sibling", "child",
    "grandparent", "relative", "neighbour", "associate", "stranger", "household", "unknown",
)  # fmt: skip
ABOUT_CODE = {name: number for number, name in enumerate(ABOUT)}
SLOTS = (
    "who", "Who", "they", "They", "them", "their", "she", "She", "him", "his",
    "name", "street", "time", "num", "shop", "town", "age",
)  # fmt: skip
"""{who} {they} {them} {their}: the person whose adversity it is; {name} {she} {him} {his}: whom the text is about."""
SLOT = {name: number for number, name in enumerate(SLOTS)}
STATUSES = (
    "true", "negated", "historical", "hypothetical", "withdrawn", "neighbour", "other_person", "lives_elsewhere",
)  # fmt: skip
OF_OTHERS = ("neighbour", "other_person", "lives_elsewhere")
"""Statuses whose frames name the person that they speak of: their lines are grouped by whose adversity it is."""
MOST_VARIANTS = 48

_TOKEN = re.compile(r"\[\[(?:([a-z_]+)/([a-z_]+)>)?|\]\]|\{([A-Za-z]+)\}")
_HEAD = re.compile(r"\[\[(?:[a-z_]+/[a-z_]+>)?")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_FORM = re.compile(r"\{(state|np|ger|past|base|voice)(?::([mf]):((?:[^{}]|\{[a-z]+\})*))?\}")


class PhraseError(ValueError):
    """A template cannot be used; the message says which and why."""


@dataclass
class Sentences:
    """Every sentence that can be written, in pieces.

    Piece arrays hold, for each piece of each template, either the number of a literal text or a slot, and which passage
    it belongs to (-1: none). Template arrays hold what the passage states.
    """

    literals: list[str] = field(default_factory=list)
    piece_literal: list[int] = field(default_factory=list)
    piece_slot: list[int] = field(default_factory=list)
    piece_mark: list[int] = field(default_factory=list)
    piece_concept: list[int] = field(default_factory=list)
    piece_status: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    about: list[int] = field(default_factory=list)
    names_whom: list[bool] = field(default_factory=list)
    """Whether the sentence says whose adversity it is; one that does not is of the text's subject."""
    banks: dict[str, tuple[int, int]] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)

    def add_bank(self, name: str, templates: list[tuple[str, int, int, int]]) -> None:
        """Add a bank of (template, concept or -1, status, about or -1)."""
        start = len(self.first)
        for text, concept, status, about in templates:
            self._add(text, concept, status, about)
        self.banks[name] = (start, len(templates))

    def _literal(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = len(self.literals)
            self.literals.append(text)
        return self._known[text]

    def _add(self, text: str, concept: int, status: int, about: int) -> None:
        text = text.strip()
        # A sentence begins with a capital, whether its first piece is a word or a slot.
        head = _HEAD.match(text)
        opening, rest = (head.group(0), text[head.end() :]) if head else ("", text)
        if rest.startswith(("{who}", "{they}", "{she}")):
            rest = "{" + rest[1].upper() + rest[2:]
        else:
            rest = rest[:1].upper() + rest[1:]
        text = opening + rest
        self.first.append(len(self.piece_literal))
        self.about.append(about)
        self.names_whom.append("{who}" in text.lower())
        mark, inside, place, stated = -1, False, 0, (concept, status)
        for token in _TOKEN.finditer(text):
            self._piece(text[place : token.start()], -1, mark if inside else -1, stated)
            place = token.end()
            own_concept, own_status, slot = token.groups()
            if token.group(0).startswith("[["):
                mark, inside = mark + 1, True
                stated = (CONCEPT[own_concept], STATUSES.index(own_status)) if own_concept else (concept, status)
                if stated[0] < 0:
                    raise PhraseError(f"a passage must state something: {text}")
            elif token.group(0) == "]]":
                inside = False
            elif slot in SLOT:
                self._piece("", SLOT[slot], mark if inside else -1, stated)
            else:
                raise PhraseError(f"slot {token.group(0)} is not known, in: {text}")
        self._piece(text[place:], -1, -1, stated)
        if concept >= 0 and mark < 0:
            raise PhraseError(f"a sentence that states something needs a [[passage]]: {text}")
        self.count.append(len(self.piece_literal) - self.first[-1])

    def _piece(self, text: str, slot: int, mark: int, stated: tuple[int, int]) -> None:
        if text or slot >= 0:
            self.piece_literal.append(self._literal(text) if slot < 0 else -1)
            self.piece_slot.append(slot)
            self.piece_mark.append(mark)
            self.piece_concept.append(stated[0] if mark >= 0 else -1)
            self.piece_status.append(stated[1])


def spread(text: str) -> list[str]:
    """Every variant of a text with alternatives in round brackets, at most MOST_VARIANTS of them, evenly chosen."""
    found = [text]
    while True:
        following: list[str] = []
        done = True
        for one in found:
            match = _CHOICE.search(one)
            if match is None:
                following.append(one)
                continue
            done = False
            following += [one[: match.start()] + choice + one[match.end() :] for choice in match.group(1).split("|")]
        found = following
        if len(found) > MOST_VARIANTS * 8:
            found = found[:: len(found) // (MOST_VARIANTS * 4)]
        if done:
            break
    if len(found) > MOST_VARIANTS:
        found = [found[index * len(found) // MOST_VARIANTS] for index in range(MOST_VARIANTS)]
    return found


def _dress(phrase: str, sex: str | None, who: str | None) -> str:
    """A phrase with its person put in words, when the frame names one (a neighbour, a friend)."""
    if who is None:
        return phrase
    they, them, their = ("he", "him", "his") if sex == "m" else ("she", "her", "her")
    return phrase.replace("{who}", who).replace("{they}", they).replace("{them}", them).replace("{their}", their)


_STATES_OF_LAW = frozenset({"imprisonment", "homelessness"})
"""What nobody is taught to spot, hears through a wall or expects to happen at home: named there as a noun it makes no sense."""


def _combine(concept: str, status: str, frames: list[str], phrases: dict[str, list[str]]) -> list[str]:
    """Every frame with phrases of its form, thinned so that one bank stays within 600 templates."""
    made: list[str] = []
    for frame in (variant for text in frames for variant in spread(text)):
        match = _FORM.search(frame)
        if f"[[{concept}/" in frame:
            # A frame that denies this very thing beside would contradict itself.
            continue
        if match is None:
            raise PhraseError(f"a frame needs one of state, np, ger, past, base, voice: {frame}")
        form, sex, who = match.groups()
        if form == "np" and concept in _STATES_OF_LAW and status in ("hypothetical", "neighbour", "other_person"):
            continue
        for phrase in phrases.get(form, []):
            made.append(frame[: match.start()] + _dress(phrase, sex, who) + frame[match.end() :])
    limit = 500
    if len(made) > limit:
        made = [made[index * len(made) // limit] for index in range(limit)]
    return made


@lru_cache(maxsize=1)
def read_sentences() -> Sentences:
    """Read and spread every template. Banks are named `status:concept:register` and by the keys of ordinary.yaml."""
    sentences = Sentences()
    concepts: dict[str, dict[str, list[str]]] = read_words("concepts")
    frames: dict[str, dict[str, Any]] = read_words("frames")
    for concept, forms in concepts.items():
        spreads = {form: [variant for text in texts for variant in spread(text)] for form, texts in forms.items()}
        for status, by_register in frames.items():
            for register, lines in by_register.items():
                about = -1
                if status in OF_OTHERS:
                    # Each group of frames names the person it speaks of.
                    made = []
                    for word, group in lines.items():
                        made += [
                            (text, CONCEPT[concept], STATUSES.index(status), ABOUT_CODE[word])
                            for text in _combine(concept, status, group, spreads)
                        ]
                else:
                    made = [
                        (text, CONCEPT[concept], STATUSES.index(status), about)
                        for text in _combine(concept, status, lines, spreads)
                    ]
                if made:
                    sentences.add_bank(f"{status}:{concept}:{register}", made)
    for name, lines in read_words("ordinary").items():
        sentences.add_bank(name, [(variant, -1, 0, -1) for text in lines for variant in spread(text)])
    for name, groups in read_words("told").items():
        made = []
        for group in groups:
            about = ABOUT_CODE[group["about"]] if "about" in group else -1
            concept = CONCEPT[group["concept"]] if "concept" in group else -1
            made += [
                (variant, concept, STATUSES.index(group.get("status", "true")), about)
                for text in group["lines"]
                for variant in spread(text)
            ]
        sentences.add_bank(name, made)
    return sentences
