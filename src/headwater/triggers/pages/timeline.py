"""What does a life's course look like? Draws a package's timeline as SVG: one lane per kind, time from left to right.

Shape tells what a point is, colour only repeats it: filled = the trigger counted it, hollow = shown for context,
square = help. Lanes and as many points as fit carry their words in the picture; the page holds the same as a table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from textwrap import wrap

from markupsafe import Markup, escape

from headwater.triggers.packages.package import TimelineEntry
from headwater.triggers.packages.words import say_count, say_day, say_month

INK, WATER, MOSS, SLATE, LINE = "#14222b", "#0b5c78", "#1d6b45", "#51626c", "#c4c9c6"
HOLLOW = f'fill="#fff" stroke="{SLATE}" stroke-width="2" stroke-dasharray="3 2"'
HELP = "help"

EDGE = 10.0  # free space at the left, so that a mark on the first day is whole
MARK = 6.5  # half the width of a mark
APART = 2 * MARK + 3  # marks nearer than this are drawn as one, with their number
LETTER = 0.53  # mean width of a letter as a share of the type size, measured on this typeface
BOLD_LETTER = 0.56
LABEL_ROWS = 3
LONGEST_LABEL = 28  # letters; longer words stand in the table and the picture shows months


@dataclass(frozen=True)
class Size:
    """How wide the picture is and how large its words, in the units of its viewBox (pixels when drawn 1:1)."""

    name: str
    width: int
    type_size: int
    right: float  # free space at the right, so that the newest marks have room for their words

    @property
    def row(self) -> float:
        return self.type_size * 1.3


NARROW = Size("narrow", 340, 15, 36.0)
WIDE = Size("wide", 620, 15, 64.0)


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    plot: float

    def place(self, day: date) -> float:
        whole = (self.last - self.first).days
        return EDGE + self.plot * (day - self.first).days / whole


@dataclass(frozen=True)
class _Mark:
    x: float
    until: float | None
    entries: tuple[TimelineEntry, ...]

    @property
    def counts(self) -> bool:
        return any(entry.counts for entry in self.entries)


def draw_timeline(entries: list[TimelineEntry], as_of: date, size: Size, lanes: Iterable[str] = ()) -> Markup | None:
    """The timeline as one `<svg>`; None when no entry has a date.

    `lanes` gives the order of the lanes; lanes it does not name follow in the order of the entries, help comes last.
    """
    dated = sorted(
        (entry for entry in entries if entry.on is not None), key=lambda e: (e.on, e.until or date.max, e.lane, e.label)
    )
    if not dated:
        return None
    starts = [entry.on for entry in dated if entry.on]
    scale = _fit_scale(min(starts), max([as_of, *starts, *(e.until for e in dated if e.until)]), size)

    drawn: list[str] = []
    top = size.row * 1.5
    for lane in _order_lanes(dated, lanes):
        inside = [entry for entry in dated if entry.lane == lane]
        part, top = _draw_lane(lane, inside, scale, size, top)
        drawn.append(part)
    height = top + 6
    axis = _draw_axis(scale, size, height, as_of)

    counted = sum(entry.counts for entry in dated)
    title = f"Timeline, {say_day(min(starts))} to {say_day(as_of)}"
    desc = (
        f"{say_count(counted, 'point', 'points')} counted by the trigger and "
        f"{say_count(len(dated) - counted, 'point', 'points')} shown for context or help, in lanes by kind. "
        "The table that follows says the same."
    )
    ident = f"timeline-{size.name}"
    return Markup(  # noqa: S704  (every word in it went through `escape` in `_say`)
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline__{size.name}" '
        f'viewBox="0 0 {size.width} {height:.0f}" width="{size.width}" height="{height:.0f}" role="img" '
        f'aria-labelledby="{ident}-title {ident}-desc" font-size="{size.type_size}" fill="{INK}">'
        f'<title id="{ident}-title">{title}</title><desc id="{ident}-desc">{desc}</desc>{axis}{"".join(drawn)}</svg>'
    )


def draw_key(shape: str) -> Markup:
    """One small mark for the line of words under the picture: `counted`, `context` or `help`."""
    mark = {
        "counted": f'<circle cx="9" cy="7" r="5.5" fill="{WATER}"/>',
        "context": f'<circle cx="9" cy="7" r="5" {HOLLOW}/>',
        "help": f'<rect x="4" y="2" width="10" height="10" fill="{MOSS}"/>',
    }[shape]
    svg = f'<svg viewBox="0 0 18 14" width="18" height="14" aria-hidden="true" focusable="false">{mark}</svg>'
    return Markup(svg)  # noqa: S704  (constants only)


def order_entries(entries: list[TimelineEntry]) -> list[TimelineEntry]:
    """The table's order: newest first, undated last, ties by lane, label and evidence."""
    return sorted(
        entries,
        key=lambda e: (e.on is None, -e.on.toordinal() if e.on else 0, e.lane, e.label, e.evidence_id or ""),
    )


def _order_lanes(entries: list[TimelineEntry], lanes: Iterable[str]) -> list[str]:
    present = {entry.lane for entry in entries}
    order = [lane for lane in dict.fromkeys([*lanes, *(entry.lane for entry in entries)]) if lane in present]
    return [lane for lane in order if lane != HELP] + [lane for lane in order if lane == HELP]


def _fit_scale(first: date, last: date, size: Size) -> _Scale:
    """A little air before the first and after the last day, never less than three months in all."""
    whole = max((last - first).days, 1)
    air = timedelta(days=max(round(whole * 0.03), 5))
    first, last = first - air, last + air
    short = 92 - (last - first).days
    if short > 0:
        first -= timedelta(days=short)
    return _Scale(first, last, size.width - EDGE - size.right)


def _draw_lane(lane: str, entries: list[TimelineEntry], scale: _Scale, size: Size, top: float) -> tuple[str, float]:
    """One lane at `top`: its name, its line, its marks, their words. Returns the SVG and where the next lane begins."""
    helping = lane == HELP
    marks = _gather(entries, scale)
    room = int((size.width - 2 * EDGE) / (size.type_size * BOLD_LETTER))
    title = _wrap("Help" if helping else lane, room)
    line_at = top + len(title) * size.row + MARK + 8
    parts = [
        *(_say(EDGE - MARK, top + line * size.row, words, weight=700) for line, words in enumerate(title, start=1)),
        f'<line x1="{EDGE - MARK:.1f}" x2="{size.width - EDGE + MARK:.1f}" y1="{line_at:.1f}" y2="{line_at:.1f}" '
        f'stroke="{LINE}" stroke-width="1"/>',
    ]
    words, rows, left_out = _place_words(marks, line_at, size)
    parts += words
    parts += [_draw_mark(mark, line_at, helping=helping) for mark in marks]
    bottom = line_at + MARK + 4 + rows * size.row
    if left_out:
        bottom += size.row
        parts.append(_say(EDGE - MARK, bottom - 4, f"and {left_out} more in the table", fill=SLATE))
    return "<g>" + "".join(parts) + "</g>", bottom + 8


@lru_cache(maxsize=1024)
def _wrap(title: str, room: int) -> tuple[str, ...]:
    """A lane's title in lines; few titles stand in thousands of pictures."""
    return tuple(wrap(title, room, max_lines=2, placeholder="…")) or ("not known",)


def _gather(entries: list[TimelineEntry], scale: _Scale) -> list[_Mark]:
    """Marks from left to right; points that would touch become one mark with their number."""
    marks: list[_Mark] = []
    for entry in entries:
        if entry.on is None:
            continue
        x = scale.place(entry.on)
        until = scale.place(entry.until) if entry.until and entry.until > entry.on else None
        near = marks and x - marks[-1].x < (APART if len(marks[-1].entries) == 1 else APART + 4)
        if near and (until is None) and (marks[-1].until is None):
            last = marks[-1]
            marks[-1] = _Mark(last.x, None, (*last.entries, entry))
        else:
            marks.append(_Mark(x, until, (entry,)))
    return marks


def _draw_mark(mark: _Mark, y: float, *, helping: bool) -> str:
    colour = MOSS if helping else WATER
    style = f'fill="{colour}" stroke="#fff" stroke-width="1"' if mark.counts or helping else HOLLOW
    if mark.until is not None:
        wide = max(mark.until - mark.x, 2 * MARK)
        return (
            f'<rect x="{mark.x - MARK:.1f}" y="{y - MARK:.1f}" width="{wide + MARK:.1f}" height="{2 * MARK:.1f}" '
            f'rx="{0 if helping else MARK}" {style}/>'
        )
    number = len(mark.entries)
    half = MARK if number == 1 else MARK + 3
    shape = (
        f'<rect x="{mark.x - half:.1f}" y="{y - half:.1f}" width="{2 * half:.1f}" height="{2 * half:.1f}" {style}/>'
        if helping
        else f'<circle cx="{mark.x:.1f}" cy="{y:.1f}" r="{half:.1f}" {style}/>'
    )
    if number == 1:
        return shape
    fill = "#fff" if mark.counts or helping else INK
    return shape + _say(mark.x, y + 4.5, str(number), fill=fill, weight=700, anchor="middle", type_size=13)


def _place_words(marks: list[_Mark], line_at: float, size: Size) -> tuple[list[str], int, int]:
    """Words under the marks, newest first, in as many rows as it takes up to three; how many points found no room.

    Words begin under their mark. Where no row has room for that they move left, but never under another mark.
    """
    free = [float("inf")] * LABEL_ROWS  # how far right each row is still free
    taken: list[list[tuple[float, float]]] = [[] for _ in range(LABEL_ROWS)]  # from where to where words stand
    labels = [entry.label for mark in marks for entry in mark.entries]
    by_date = (len(labels) > 1 and len(set(labels)) == 1) or max(map(len, labels)) > LONGEST_LABEL
    parts: list[str] = []
    rows = left_out = 0
    for number in reversed(range(len(marks))):
        mark = marks[number]
        words = _words_of(mark, by_date=by_date)
        long = min(len(words) * size.type_size * LETTER, size.width - 2 * EDGE)
        wanted = max(min(mark.x - MARK, size.width - EDGE - long), EDGE - MARK)
        furthest = max(EDGE - MARK, marks[number - 1].x + MARK if number else 0.0)
        open_rows = [
            row
            for row in range(LABEL_ROWS)
            if not any(left <= mark.x <= right for above in taken[:row] for left, right in above)
        ]
        places = [(row, wanted) for row in open_rows if wanted + long + 8 <= free[row]]
        places += [
            (row, start)
            for row in open_rows
            if (start := min(wanted, free[row] - 8 - long)) >= furthest and start + long >= mark.x
        ]
        if not places:
            left_out += len(mark.entries)
            continue
        row, start = places[0]
        taken[row].append((start, start + long))
        for above in range(row):  # the thin line down to this row keeps the rows above free of words
            free[above] = min(free[above], mark.x - 3)
        free[row] = start
        rows = max(rows, row + 1)
        y = line_at + MARK + 4 + (row + 1) * size.row - 5
        if row:
            parts.append(
                f'<line x1="{mark.x:.1f}" x2="{mark.x:.1f}" y1="{line_at + MARK + 1:.1f}" y2="{y - size.type_size:.1f}" '
                f'stroke="{SLATE}" stroke-width="1"/>'
            )
        parts.append(_say(start, y, _shorten(words, size.width - 2 * EDGE, size.type_size)))
    return parts, rows, left_out


def _words_of(mark: _Mark, *, by_date: bool) -> str:
    """A mark's words: its label, or its month where labels are whole sentences or only repeat the lane's name."""
    if by_date:
        months = list(dict.fromkeys(say_month(entry.on) for entry in mark.entries if entry.on))
        first, last = months[0], months[-1]
        if first == last:
            return first
        return f"{first[:3] if first[-4:] == last[-4:] else first} to {last}"
    labels = list(dict.fromkeys(entry.label for entry in mark.entries))
    return labels[0] if len(labels) == 1 else f"{labels[0]} and {len(labels) - 1} more"


def _draw_axis(scale: _Scale, size: Size, height: float, as_of: date) -> str:
    top = size.row * 1.35
    parts = []
    today = scale.place(as_of)
    taken = float("-inf")
    for day, words in _choose_ticks(scale, size):
        x = scale.place(day)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{height:.1f}" stroke="{LINE}" stroke-width="1"/>'
        )
        long = len(words) * size.type_size * LETTER
        middle = max(x, long / 2)
        if middle - long / 2 > taken and middle + long / 2 < size.width:
            parts.append(_say(middle, size.row, words, fill=SLATE, anchor="middle"))
            taken = middle + long / 2 + 6
    parts.append(
        f'<line x1="{today:.1f}" x2="{today:.1f}" y1="{top:.1f}" y2="{height:.1f}" stroke="{INK}" stroke-width="1.5" '
        f'stroke-dasharray="2 4"/>'
    )
    return "<g>" + "".join(parts) + "</g>"


def _choose_ticks(scale: _Scale, size: Size) -> list[tuple[date, str]]:
    """Firsts of January (or of a quarter or month for a short span), as many as leave room for their words."""
    per_day = scale.plot / (scale.last - scale.first).days
    for months in (1, 3, 6, 12, 24, 60, 120, 240):
        room = months * 30.4 * per_day
        words = 4 if months >= 12 else 8
        if room >= words * size.type_size * LETTER + 14:
            break
    days = []
    month = scale.first.year * 12 + scale.first.month - 1
    month += -month % months
    while (day := date(month // 12, month % 12 + 1, 1)) <= scale.last:
        if day >= scale.first:
            days.append((day, str(day.year) if months >= 12 else say_month(day)))
        month += months
    return days


def _say(
    x: float, y: float, words: str, *, fill: str = INK, weight: int = 400, anchor: str = "start", type_size: int = 0
) -> str:
    extra = f' font-size="{type_size}"' if type_size else ""
    extra += f' font-weight="{weight}"' if weight != 400 else ""
    extra += f' text-anchor="{anchor}"' if anchor != "start" else ""
    extra += ' paint-order="stroke" stroke="#fff" stroke-width="4"' if fill != "#fff" else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{fill}"{extra}>{escape(words)}</text>'


def _shorten(words: str, room: float, type_size: int) -> str:
    most = max(int(room / (type_size * LETTER)), 1)
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
