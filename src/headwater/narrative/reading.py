"""What does free text say? `read` answers with one row a mention: where, of what, how meant, about whom."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.narrative import rules as r
from headwater.narrative.background import Background
from headwater.narrative.context import judge
from headwater.narrative.cues import gather_cues
from headwater.narrative.denials import Accounts
from headwater.narrative.lexicon import Lexicon, Mentions
from headwater.narrative.people import find_people
from headwater.narrative.phrases import Found, expand
from headwater.narrative.rules import Layers, read_rules
from headwater.narrative.sentences import find_sentences
from headwater.narrative.whom import Borne, attribute
from headwater.narrative.words import Flags, Ints, TextsError, Words, measure_texts, split_words

CHUNK = 1 << 20
"""About how many characters are read at a time: few enough for the memory of a small machine, so many that what a call of numpy
costs before it begins is a small part."""

_LARGE_BLOCK = 31 << 20
"""Just below the size up to which glibc learns from a block that it gets back (mallopt(3), M_MMAP_THRESHOLD)."""

SCHEMA = pa.schema(
    [
        ("text", pa.int64()),
        ("concept", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("negated", pa.bool_()),
        ("historical", pa.bool_()),
        ("hypothetical", pa.bool_()),
        ("withdrawn", pa.bool_()),
        ("experiencer", pa.string()),
        ("cue", pa.string()),
    ]
)
_EXPERIENCER = pa.array(["subject", "other"], pa.string())
_ROLES = pa.array(r.ROLES, pa.string())
DETAIL_SCHEMA = pa.schema([*SCHEMA, ("about", pa.string()), ("elsewhere", pa.bool_()), ("named", pa.bool_())])


def read(texts: Sequence[str], lexicon: Lexicon | None = None) -> pa.Table:
    """The mentions in `texts`, each in its context.

    Answers an Arrow table with one row a mention, ordered by text, start, end and concept: `text` (index into
    `texts`), `concept`, `start` and `end` (characters of the given string, end exclusive), `negated`, `historical`,
    `hypothetical`, `withdrawn`, `experiencer` ("subject": the one the text is about, or "other") and `cue` (the words
    that decided, null when nothing did). Whole words, any case, the longest match within a concept; concepts may
    overlap. `lexicon` is the catalogue's unless given. Raises TextsError when an item is not a string.
    """
    return read_detail(texts, lexicon).select(SCHEMA.names)


def read_detail(
    texts: Sequence[str], lexicon: Lexicon | None = None, *, background: Background | None = None
) -> pa.Table:
    """As `read`, and two more columns: `about` (whose adversity it is: subject, mother, father, parent, step_parent,
    partner, ex_partner, sibling, child, grandparent, relative, neighbour, associate, stranger, household, unknown) and
    `elsewhere` (the text says that this person lives elsewhere), `named` (the words themselves say who it is, by a name, a
    noun or a pronoun; false when nobody is named and the one whom the text is about is assumed).

    `background` is what the records say of the texts beside their words.
    """
    if isinstance(texts, (str, bytes)):
        raise TextsError("`texts` is one string; hand over a list of strings, for example [text].")
    texts = list(texts)
    chosen = lexicon if lexicon is not None else Lexicon.from_catalogue()
    told = background if background is not None else Background()
    lengths = measure_texts(texts)
    _keep_memory()
    tables = [
        _read_chunk(texts[low:high], lengths[low:high], low, chosen, told.at(np.arange(low, high)))
        for low, high in _cut(lengths)
    ]
    return pa.concat_tables(tables) if tables else DETAIL_SCHEMA.empty_table()


@cache
def _keep_memory() -> None:
    """Have memory that arrays give back kept for the next ones. Without that each array beyond some size is asked of the kernel
    anew, which has to blank it: a fourth of the time of reading. It takes one large block, given back at once and never touched."""
    np.empty(_LARGE_BLOCK, np.uint8)


def _cut(lengths: Ints) -> list[tuple[int, int]]:
    """Stretches of about CHUNK characters, all of about one size: a small one takes almost as long as a large one."""
    end = np.cumsum(lengths + 1)
    characters = int(end[-1]) if len(end) else 0
    count = max(1, round(characters / CHUNK))
    cuts = np.searchsorted(end, np.arange(1, count) * (characters / count), side="right")
    return list(itertools.pairwise(np.unique(np.concatenate(([0], cuts, [len(lengths)]))).tolist()))


def _read_chunk(texts: list[str], lengths: Ints, offset: int, lexicon: Lexicon, background: Background) -> pa.Table:
    words = split_words(texts, lengths)
    mentions = lexicon.find(words)
    if not len(mentions.spans):
        return DETAIL_SCHEMA.empty_table()
    named = np.zeros(len(texts), np.bool_)
    named[words.text[mentions.spans.first]] = True
    origin = np.flatnonzero(named)
    if len(origin) * 4 < len(texts) * 3:
        # Most texts name nothing: read on only in those that do.
        stays = named[words.text]
        place = np.cumsum(stays) - 1

        def moved(found: Found) -> Found:
            return Found(place[found.first], place[found.last - 1] + 1, found.owner)

        times = mentions.times
        times = moved(times.keep(stays[times.first])) if times is not None else None
        mentions = replace(mentions, spans=moved(mentions.spans), times=times)
        words = words.only(named)
        background = background.at(origin)
    else:
        origin = np.arange(len(texts))
    return _read_words(words, mentions, origin + offset, lexicon, background)


def _read_words(words: Words, mentions: Mentions, origin: Ints, lexicon: Lexicon, background: Background) -> pa.Table:
    rules = read_rules()
    known = rules.finder.know(words)
    sentences = find_sentences(words, known, rules)
    found = Layers(*rules.finder.find_apart(words, known, sentences.starts), known, rules)
    spans = mentions.spans
    if mentions.times is not None:
        sentences = sentences.over(mentions.times, spans)
    years = background.years if len(background.years) else None
    cues, sentences = gather_cues(found, spans, mentions.open, words, known, sentences, rules, years)
    people = find_people(found, spans, words, known, sentences, rules, background)
    accounts = Accounts(people, found, lexicon.bears[mentions.concept])
    status = judge(cues, spans, mentions.open, accounts, sentences, words, known, rules)
    borne = Borne(lexicon.bears[mentions.concept], lexicon.grown[mentions.concept], background.children)
    whom = attribute(people, found, mentions, borne, cues.headings, sentences, words, known, rules)

    # The cue shown is that of the weightiest status; the person when only that matters.
    other = whom.role != r.SUBJECT
    shown = np.full(len(spans), -1, np.int64)
    for category in (r.HISTORICAL, r.HYPOTHETICAL, r.WITHDRAWN, r.NEGATED):
        shown = np.where(status.decided[category] >= 0, status.decided[category], shown)
    shown_first = np.where(shown >= 0, _take(cues.first, shown), np.where(other, whom.first, -1))
    shown_last = np.where(shown >= 0, _take(cues.last, shown), np.where(other, whom.last, -1))

    text = words.text[spans.first]
    begin = words.text_start[text]
    start, end = words.start[spans.first] - begin, words.end[spans.last - 1] - begin
    order = _in_order(spans, lexicon.rank[mentions.concept])

    def flags(category: int) -> pa.Array:
        return pa.array(status.holds[category][order])

    return pa.table(
        [
            pa.array(origin[text[order]]),
            _named(mentions.concept[order], lexicon.names),
            pa.array(start[order]),
            pa.array(end[order]),
            flags(r.NEGATED),
            pa.array((status.holds[r.HISTORICAL] | mentions.over)[order]),
            flags(r.HYPOTHETICAL),
            flags(r.WITHDRAWN),
            _named(other[order], _EXPERIENCER),
            _cut_out(words, shown_first[order], shown_last[order]),
            _named(whom.role[order], _ROLES),
            pa.array(whom.elsewhere[order]),
            pa.array((whom.first >= 0)[order]),
        ],
        schema=DETAIL_SCHEMA,
    )


def _in_order(spans: Found, rank: Ints) -> Ints | slice:
    """The order of the rows: by place, of equals by `rank`. The spans are ordered by first and last."""
    equal = (spans.first[1:] == spans.first[:-1]) & (spans.last[1:] == spans.last[:-1])
    if not (equal & (rank[1:] < rank[:-1])).any():
        return slice(None)
    return np.lexsort((rank, spans.last, spans.first))


def _take(values: Ints, which: Ints) -> Ints:
    return values[np.maximum(which, 0)] if len(values) else np.zeros(len(which), np.int64)


def _named(numbers: Ints | Flags, names: pa.Array) -> pa.Array:
    return names.take(pa.array(numbers.astype(np.int64)))


def _cut_out(words: Words, first: Ints, last: Ints) -> pa.Array:
    """The words from `first` to `last` of each row as they are written, null where `first` is -1."""
    there = first >= 0
    some = np.flatnonzero(there)
    begin = words.start[first[some]]
    length = words.end[last[some] - 1] - begin
    row, at = expand(begin, length)
    characters = words.characters[at]
    offsets = np.zeros(len(first) + 1, np.int64)
    offsets[some + 1] = length
    wide = np.flatnonzero(characters > 0x7F)
    if len(wide):
        np.add.at(offsets, some[row[wide]] + 1, _more_bytes(characters[wide]))
        data = characters.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass").encode("utf-8", "replace")
    else:
        data = characters.astype(np.uint8).tobytes()
    np.cumsum(offsets, out=offsets)
    valid = pa.py_buffer(np.packbits(there, bitorder="little").tobytes())
    positions = pa.py_buffer(offsets.astype(np.int32).tobytes())
    return pa.Array.from_buffers(pa.string(), len(first), [valid, positions, pa.py_buffer(data)])


def _more_bytes(characters: npt.NDArray[np.uint8] | npt.NDArray[np.uint32]) -> Ints:
    """How many bytes more than one each takes in UTF-8, all beyond ASCII. Half of a surrogate pair becomes "?"."""
    more = 1 + (characters > 0x7FF).astype(np.int64) + (characters > 0xFFFF)
    more[(characters >= 0xD800) & (characters < 0xE000)] = 0
    return more
