"""Time and memory by size and by stage as one picture: two panels of lines in SVG, both axes logarithmic.

Each stage has a colour, a shape of point and its name at the line's end, so that it is told apart in grey too. The picture
holds a title, a description in words and no script, no font and no reference to elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

INK, FAINT, PAPER = "#0b0c0c", "#b1b4b6", "#ffffff"
LOOKS = {
    "synth": ("#505a5f", "diamond"), "load": ("#1d70b8", "circle"), "link": ("#942514", "square"), "read": ("#00703c", "triangle"),
    "search": ("#4c2c92", "cross"), "whole search": (INK, "circle"),
}  # fmt: skip
WIDTH, HEIGHT, TOP, BOTTOM, SIDE = 960, 500, 96, 64, 64
PANEL = 290
SECONDS = (1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800)
GIB = tuple(2.0**power for power in range(-4, 8))
LINE = 15
"""Least distance between two names at the ends of lines."""


@dataclass(frozen=True)
class Scale:
    """From a value to a place on an axis, by its logarithm."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: float) -> float:
        """Where a value lies."""
        share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return round(self.start + share * (self.end - self.start), 1)


def draw_growth(rows: Sequence[dict[str, Any]], machine: str) -> str:
    """The picture of rows {people, stage, seconds, peak_bytes}; raises ValueError when there are none."""
    if not rows:
        raise ValueError("there is nothing to draw")
    sizes = sorted({int(row["people"]) for row in rows})
    panels = [
        _draw_panel(rows, sizes, SIDE, "Time on the clock", lambda row: float(row["seconds"]), say_seconds, SECONDS),
        _draw_panel(
            rows, sizes, SIDE + PANEL + 190, "Highest memory", lambda row: row["peak_bytes"] / 2**30, say_memory, GIB,
        ),
    ]  # fmt: skip
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="growth-title growth-desc"'
            ' font-family="Arial, Helvetica, sans-serif" font-size="13">',
            '<title id="growth-title">Time and memory by number of people and by stage</title>',
            f'<desc id="growth-desc">{escape(describe(rows))}</desc>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
            _text(SIDE, 30, "How time and memory grow with the number of people", size=18, weight="bold"),
            _text(SIDE, 52, f"{machine}. Both axes are logarithmic; the broken line is growth in step with the people.", fill="#505a5f"),
            *panels,
            "</svg>\n",
        ]
    )  # fmt: skip


def describe(rows: Sequence[dict[str, Any]]) -> str:
    """The picture in words: the figures of each stage from the smallest to the largest size."""
    told = []
    for stage in LOOKS:
        of_stage = sorted((row for row in rows if row["stage"] == stage), key=lambda row: int(row["people"]))
        figures = [
            f"{row['people']:,} people {say_seconds(row['seconds'])} and {say_memory(row['peak_bytes'] / 2**30)}"
            for row in of_stage
        ]
        if figures:
            told.append(f"{stage}: {', '.join(figures)}.")
    return " ".join(told)


def say_seconds(seconds: float) -> str:
    """Seconds, or minutes from two on."""
    return f"{seconds / 60:,.3g} min" if seconds >= 120 else f"{seconds:,.3g} s"


def say_memory(gib: float) -> str:
    """GiB, or MiB below one."""
    return f"{gib:,.3g} GiB" if gib >= 1 else f"{gib * 1024:,.0f} MiB"


def _draw_panel(
    rows: Sequence[dict[str, Any]], sizes: Sequence[int], left: float, title: str,
    value: Callable[[dict[str, Any]], float], say: Callable[[float], str], ticks: Sequence[float],
) -> str:  # fmt: skip
    floor = HEIGHT - BOTTOM
    values = [value(row) for row in rows if value(row) > 0]
    low, high = min(values) / 1.3, max(values) * 1.3
    across = Scale(sizes[0] / 1.15, sizes[-1] * 1.15, left, left + PANEL)
    up = Scale(low, high, floor, TOP)
    parts = [_text(left, TOP - 12, title, weight="bold")]
    for tick in (tick for tick in ticks if low <= tick <= high):
        place = up.place(tick)
        parts.append(
            f'<line x1="{left}" x2="{left + PANEL}" y1="{place}" y2="{place}" stroke="{FAINT}" stroke-width="0.6"/>'
        )
        parts.append(_text(left - 6, place + 4, say(tick), anchor="end", size=11))
    for size in sizes:
        place = across.place(size)
        parts.append(f'<line x1="{place}" x2="{place}" y1="{floor}" y2="{floor + 5}" stroke="{INK}" stroke-width="1"/>')
        parts.append(_text(place, floor + 20, f"{size:,}", anchor="middle", size=11))
    parts.append(f'<line x1="{left}" x2="{left + PANEL}" y1="{floor}" y2="{floor}" stroke="{INK}" stroke-width="1"/>')
    parts.append(_text(left + PANEL / 2, floor + 42, "people in the force", anchor="middle"))
    first = max(value(row) for row in rows if row["people"] == sizes[0])
    upto = min(sizes[-1], sizes[0] * high / first)
    parts.append(
        f'<line x1="{across.place(sizes[0])}" y1="{up.place(first)}" x2="{across.place(upto)}" '
        f'y2="{up.place(first * upto / sizes[0])}" stroke="#505a5f" stroke-width="1.2" stroke-dasharray="5 4"/>'
    )
    ends = []
    for stage, (colour, shape) in LOOKS.items():
        of_stage = sorted((row for row in rows if row["stage"] == stage), key=lambda row: int(row["people"]))
        points = [(across.place(row["people"]), up.place(value(row))) for row in of_stage if value(row) > 0]
        if not points:
            continue
        width = 3 if stage == "whole search" else 1.8
        line = " ".join(f"{x},{y}" for x, y in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
        )
        parts += [_draw_point(shape, x, y, colour) for x, y in points]
        ends.append((points[-1][1], points[-1][0], f"{stage} {say(value(of_stage[-1]))}", colour))
    parts += [
        _text(left + PANEL + 12, y + 4, words, fill=colour, size=12)
        for y, (_, _, words, colour) in zip(spread([end[0] for end in sorted(ends)]), sorted(ends), strict=True)
    ]
    return "\n".join(parts)


def spread(places: Sequence[float]) -> list[float]:
    """Rising places moved apart to LINE at least, as little as need be, none below the lowest end of the panel."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + LINE) if moved else place)
    lowest = HEIGHT - BOTTOM
    for number in reversed(range(len(moved))):
        moved[number] = min(moved[number], lowest)
        lowest = int(moved[number]) - LINE
    return moved


def _draw_point(shape: str, x: float, y: float, colour: str) -> str:
    paint = f'fill="{colour}" stroke="{PAPER}" stroke-width="1"'
    if shape == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4.5" {paint}/>'
    if shape == "square":
        return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" {paint}/>'
    if shape == "triangle":
        return f'<path d="M{x} {y - 5.5}l5 9h-10z" {paint}/>'
    if shape == "diamond":
        return f'<path d="M{x} {y - 6}l5.5 6l-5.5 6l-5.5 -6z" {paint}/>'
    return f'<path d="M{x - 4} {y - 4}l8 8m0 -8l-8 8" fill="none" stroke="{colour}" stroke-width="2.4"/>'


def _text(
    x: float, y: float, words: str, *, size: int = 13, anchor: str = "start", fill: str = INK, weight: str = "normal"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
