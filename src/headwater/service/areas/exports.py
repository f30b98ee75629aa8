"""A plan as files: a table of comma-separated values, and a spreadsheet of the OpenDocument format (ISO 26300). Pure: no Django."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from headwater.service.areas.comparing import Comparison, Line
from headwater.triggers.desk.sheet import safe_cell

Cell = str | int | float
Sheet = tuple[str, list[list[Cell]]]

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"'
)


def sheets_of(found: Comparison, about: Sequence[tuple[str, str]]) -> list[Sheet]:
    """What a plan's files hold: places, moves, each post, what it rests on."""
    places: list[list[Cell]] = [_head("Code", "Place", "Unit", found, why=True)]
    places += [[line.code, line.name, line.unit, *_cells(line), *(why for _, why in line.why)] for line in found.lines]
    units: list[list[Cell]] = [_head("Unit", None, None, found, why=False)]
    units += [[line.name, *_cells(line)] for line in found.units]
    moves: list[list[Cell]] = [["Role", "Posts", "From", "To", "Within the unit"]]
    moves += [
        [one.role, one.posts, one.source or "new", one.target or "given up", "yes" if one.within_unit else "no"]
        for one in found.moves
    ]
    even: list[list[Cell]] = [["Role", "Posts of", "Posts", "Least", "Median", "Most", "Places without any"]]
    for role, *both in found.fairness:
        for whose, one in zip((found.other, "this plan"), both, strict=True):
            even.append(
                [
                    role,
                    whose,
                    one["posts"],
                    *(_ratio(one[part]) for part in ("least", "middle", "most")),
                    one["without"],
                ]
            )
    people: list[list[Cell]] = [["Residents", f"Posts for 10,000, {found.other}", "Posts for 10,000, this plan"]]
    people += [[name, round(before, 2), round(after, 2)] for name, before, after in found.people]
    weights: list[list[Cell]] = [
        ["Code", "Place", "Role", "Least in nine of ten draws", "Most", "Draws with as many", "More", "Fewer"]
    ]
    weights += [
        [
            line.code,
            line.name,
            one.role,
            one.low,
            one.high,
            *(_ratio(share) for share in (one.same, one.more, one.fewer)),
        ]
        for line in found.lines
        for one in line.sure
    ]
    posts: list[list[Cell]] = [["Code", "Place", "Why each post is there"]]
    posts += [[line.code, line.name, words] for line in found.lines for words in line.each]
    return [
        ("Places", places), ("Units", units), ("Moves", moves), ("Need for one post", even), ("Residents", people), ("Weights", weights), ("Posts", posts),
        ("About", [list(line) for line in about]),
    ]  # fmt: skip


def _ratio(number: float | None) -> Cell:
    return "not known" if number is None else round(number, 4)


def _head(first: str, second: str | None, third: str | None, found: Comparison, *, why: bool) -> list[Cell]:
    named: list[Cell] = [name for name in (first, second, third) if name]
    for role in found.roles:
        named += [f"{role}, {found.other}", f"{role}, this plan", f"{role}, change"]
    named.insert(len(named) - 3 * len(found.roles), "Share of need")
    return [*named, *(f"Why {role}" for role in found.roles if why)]


def _cells(line: Line) -> list[Cell]:
    return [round(line.need, 6), *(number for _, *numbers in line.cells for number in numbers)]


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """The sheets one under the other, each under its name; no cell can be taken for a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for number, (name, rows) in enumerate(sheets):
        if number:
            writer.writerow([])
        writer.writerow([name])
        writer.writerows([[safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
    return ("\ufeff" + text.getvalue()).encode()


def as_ods(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as an OpenDocument spreadsheet: numbers as numbers, words as words, no formula. The same sheets give the same bytes."""
    content = "".join(
        f'<table:table table:name="{_quote(name)}">{"".join(map(_row, rows))}</table:table>' for name, rows in sheets
    )
    files = {
        "content.xml": (
            f"<office:document-content {NAMES}><office:body><office:spreadsheet>{content}</office:spreadsheet></office:body>"
            "</office:document-content>"
        ),
        "META-INF/manifest.xml": (
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{SPREADSHEET}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
        ),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            _entry("mimetype", zipfile.ZIP_STORED), SPREADSHEET
        )  # first and not compressed, as the format asks
        for name, text in files.items():
            archive.writestr(_entry(name, zipfile.ZIP_DEFLATED), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return held.getvalue()


def _entry(name: str, how: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.compress_type = how
    return made


def _row(cells: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{_clean(cell)}</text:p></table:table-cell>'
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    )


def _clean(text: str) -> str:
    """As XML can hold it."""
    return escape("".join(sign for sign in text if sign.isprintable()))


def _quote(text: str) -> str:
    return escape(text, {'"': "&quot;"})
