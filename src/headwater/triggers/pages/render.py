"""What does the reader see? Turns a package, a team's list and a run's index into HTML. Pure: no file, no clock.

The pages work from a file: no script, no request to anywhere, a strict Content-Security-Policy. `file:` stands beside
`'self'` in it because not every browser lets `'self'` match a page opened from a file.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from headwater.triggers.packages import words
from headwater.triggers.packages.package import Method, Package, Part, TeamList, TeamListEntry
from headwater.triggers.pages.index import RunIndex, TeamCount
from headwater.triggers.pages.timeline import HELP, NARROW, WIDE, draw_key, draw_timeline, order_entries
from headwater.triggers.rules.indicator import ACTS_AGAINST

PAGE_LENGTH = 100
LINES_SHOWN = 10  # lines of one kind of evidence before the older ones are folded


class NoSuchPage(ValueError):
    """A team's list has no page of that number."""

    def __init__(self, team_id: str, page: int, pages: int) -> None:
        super().__init__(f"the list of team {team_id} has {pages} pages; page {page} was asked for")


def render_package(package: Package) -> str:
    """One draft as a whole HTML page, to lie in the folder `packages` of a run."""
    return _environment().get_template("package.html.j2").render(_package_words(package))


def render_parts(package: Package, draft_at: Callable[[str], str] | None = None) -> dict[str, str]:
    """The parts of the same page for a page of somebody else's: `safely`, `who`, `first` (update, why now), `rest` (timeline and all below).

    `draft_at` gives the address of another draft by its number; without it drafts about others at home are not linked.
    """
    template = _environment().get_template("package.html.j2")
    parts = _environment().get_template("parts.html.j2").module
    context = template.new_context(_package_words(package) | {"parts": parts, "draft_at": draft_at, "guide": ""})
    return {name: "".join(template.blocks[name](context)) for name in ("safely", "who", "first", "rest")}


def name_anchors(package: Package) -> dict[str, str]:
    """Evidence id → the name of its place in the page."""
    items = [item for kind in package.evidence for item in kind.items]
    return {item.evidence_id: f"evidence-{number}" for number, item in enumerate(items, start=1)}


def _package_words(package: Package) -> dict[str, object]:
    lanes = [kind.title for kind in package.evidence]
    grown = package.subject.age is not None and package.subject.age >= words.ADULT
    return {
        "package": package, "subject": package.subject, "made_up": package.made_up, "confirmed": package.status == "confirmed",
        "in_childhood": package.method.in_childhood, "welfare": package.method.purpose not in ACTS_AGAINST, "root": "../",
        "whose": "person" if grown else "child",
        "anchors": name_anchors(package), "draft_at": lambda ident: quote(name_package_page(ident)), "guide": "../guide.html",
        "versions": _say_versions(package.method.model_dump_json()),
        "wide": draw_timeline(package.timeline, package.as_of, WIDE, lanes), "narrow": draw_timeline(package.timeline, package.as_of, NARROW, lanes),
        "undated": sum(entry.on is None for entry in package.timeline), "team_page": quote(name_team_page(package.team.team_id, 1)),
    }  # fmt: skip


@lru_cache(maxsize=8)
def _say_versions(method: str) -> Markup:
    """The versions of every rule: the same for all drafts of a search, so made once. `method` is a Method as JSON."""
    parts: Any = _environment().get_template("parts.html.j2").module
    return Markup(parts.versions(Method.model_validate_json(method)))  # noqa: S704  (a template's own words)


def render_team_list(team_list: TeamList, page: int | None = None) -> str:
    """A team's drafts as an HTML page, to lie in the folder `teams`.

    One page of a hundred, or all of them when `page` is None. Raises NoSuchPage.
    """
    pages = count_pages(team_list)
    if page is not None and not 1 <= page <= pages:
        raise NoSuchPage(team_list.team_id, page, pages)
    first = 0 if page is None else (page - 1) * PAGE_LENGTH
    entries: list[TeamListEntry] = team_list.entries if page is None else team_list.entries[first : first + PAGE_LENGTH]
    return (
        _environment()
        .get_template("team_list.html.j2")
        .render(
            team=team_list,
            made_up=team_list.made_up,
            confirmed=team_list.confirmed,
            root="../",
            entries=entries,
            first=first + 1,
            page=page or 1,
            pages=1 if page is None else pages,
            updates=sum(entry.update_for is not None for entry in team_list.entries),
        )
    )


def render_index(index: RunIndex) -> str:
    """A run's first page: every team with its number of drafts, by NPU, and what was searched."""
    units: dict[str, list[TeamCount]] = {}
    for team in sorted(index.teams, key=lambda team: (team.npu, team.name, team.team_id)):
        units.setdefault(team.npu, []).append(team)
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            index=index,
            made_up=index.made_up,
            confirmed=False,
            root="",
            units=units,
            drafts=sum(team.drafts for team in index.teams),
            updates=sum(team.updates for team in index.teams),
            busy=sum(team.drafts > 0 for team in index.teams),
        )
    )


def render_report(report: Part, *, made_up: bool) -> str:
    """A run's report as a page that lies beside its folder `assets`."""
    return (
        _environment().get_template("report.html.j2").render(report=report, made_up=made_up, confirmed=False, root="")
    )


def render_transparency(record: Part, categories: list[str]) -> str:
    """A trigger's transparency record as a page that lies beside its folder `assets`."""
    page = _environment().get_template("transparency.html.j2")
    return page.render(record=record, categories=categories, made_up=False, confirmed=False, root="")


def render_guide(*, made_up: bool) -> str:
    """How to read the pages: what each word means, what the search does and does not claim."""
    return _environment().get_template("guide.html.j2").render(made_up=made_up, confirmed=False, root="")


def count_pages(team_list: TeamList) -> int:
    """How many pages of a hundred a team's list takes; an empty list takes one."""
    return max(-(-len(team_list.entries) // PAGE_LENGTH), 1)


def name_team_page(team_id: str, page: int) -> str:
    """The file of one page of a team's list."""
    return f"{team_id}.html" if page == 1 else f"{team_id}-{page}.html"


def name_package_page(package_id: str) -> str:
    """The file of a draft's page."""
    return f"{package_id}.html"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("headwater.triggers.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {
        "named_once": words.name_once,
        "age": words.say_age,
        "capital": words.capitalise,
        "day": words.say_day,
        "handling": words.say_handling,
        "known": words.say_or_not_known,
        "listed": words.say_list,
        "package_page": lambda ident: quote(name_package_page(ident)),
        "split_quote": words.split_quote,
        "uncapital": words.uncapitalise,
    }
    environment.tests |= {"quotable": words.may_quote}
    environment.globals |= {
        "AT_HOME": words.AT_HOME,
        "HELP": HELP,
        "ONE_PERSON": words.ONE_PERSON,
        "SHOWN": LINES_SHOWN,
        "STRENGTH": words.STRENGTH,
        "SURENESS": words.SURENESS,
        "count": words.say_count,
        "draw_key": draw_key,
        "order_by_date": words.order_by_date,
        "order_entries": order_entries,
        "team_page": lambda ident, page=1: quote(name_team_page(ident, page)),
    }
    return environment
