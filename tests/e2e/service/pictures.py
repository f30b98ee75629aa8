"""Take the pictures of the service for the documentation, and hold every page in them to axe: `python -m tests.e2e.service.pictures DATA FOLDER [WORD]`.

DATA is what `make demo SERVE=no` has made; nothing is changed in it. Empty lists and lists of ten thousand rows come from a
service of their own. WORD takes only the pictures whose name holds it. Everybody in the pictures is made up.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.e2e.axe import run_axe
from tests.e2e.chromium import HOW, find_chromium, open_chromium
from tests.e2e.picture import MOST_BYTES, PictureTooLarge, pack_png
from tests.e2e.service.conftest import Live, serving, sign_in_on
from tests.e2e.service.steps import in_service
from tests.service.areas.made_up import load_made_up, write_catalogue

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
"""Width and height of the screen."""
TALLEST = {"desk": 1350, "phone": 1688}
"""Where a picture is cut."""

Shot = tuple[str, str, str]
"""The picture's name, who looks, and the address."""

ROLES = (
    ("sergeant", "sergeant@police"), ("officer", "officer@police"), ("pcso", "pcso@police"), ("partnership", "partnership@police"),
    ("analyst", "analyst@police"), ("auditor", "auditor@police"), ("administrator", "administrator@police"),
    ("youth-worker", "youth-worker@charity"), ("council-manager", "council-manager@council"),
)  # fmt: skip
SOME: tuple[Shot, ...] = (
    *((f"my-work-{name}", key, "/") for name, key in ROLES),
    ("inbox", "sergeant@police", "/inbox/"),
    ("package", "sergeant@police", "/packages/K-example0001/"),
    ("cases", "officer@police", "/cases/"),
    ("case", "officer@police", "/cases/1/"),
    ("case-referred", "youth-worker@charity", "/cases/1/"),
    ("timeline", "officer@police", "/cases/1/timeline/"),
    ("plan", "officer@police", "/cases/1/plan/"),
    ("refer", "officer@police", "/cases/1/refer/"),
    ("referrals", "council-manager@council", "/referrals/"),
    ("notices", "sergeant@police", "/notices/"),
    ("desk-queue", "analyst@police", "/desk/?state=all"),
    ("caseload", "sergeant@police", "/caseload/"),
    ("oversight", "auditor@police", "/oversight/"),
    ("tell-at-once", "sergeant@police", "/cases/1/disclose/"),
    ("print", "officer@police", "/cases/1/plan/print/"),
    ("design", "officer@police", "/design/"),
)
NONE: tuple[Shot, ...] = (
    ("my-work-none", "sergeant-coventry@police", "/"),
    ("inbox-none", "sergeant-coventry@police", "/inbox/"),
    ("cases-none", "sergeant-coventry@police", "/cases/"),
    ("referrals-none", "sergeant-coventry@police", "/referrals/"),
    ("notices-none", "sergeant-coventry@police", "/notices/"),
    ("plan-none", "officer@police", "/cases/{begun}/plan/"),
)
MANY: tuple[Shot, ...] = (
    ("my-work-many", "officer@police", "/"),
    ("inbox-many", "sergeant@police", "/inbox/"),
    ("cases-many", "officer@police", "/cases/"),
    ("timeline-many", "officer@police", "/cases/{longest}/timeline/"),
    ("plan-many", "officer@police", "/cases/{longest}/plan/"),
    ("referrals-many", "youth-worker@charity", "/referrals/"),
    ("notices-many", "sergeant@police", "/notices/"),
    ("search-many", "officer@police", "/search/?q=made-up"),
)
AREAS: tuple[Shot, ...] = (
    ("areas", "sergeant@police", "/areas/"),
    ("area", "sergeant@police", "/areas/{area}/"),
    ("plans", "planner@police", "/areas/plans/"),
    ("plan-of-posts", "planner@police", "/areas/plans/{plan}/?with={other}"),
    ("plans-side-by-side", "planner@police", "/areas/plans/side-by-side/?plan={plan}&plan={other}"),
    ("plan-of-posts-form", "planner@police", "/areas/plans/{other}/change/"),
)
"""Taken with made-up measures."""
BEGIN = """
from datetime import timedelta
from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import Team, User, today
from headwater.service.cases.actions.cases import begin_case
officer = Actor(User.objects.get(email="officer@police.example"))
subject = {"name": "Quinn Example", "born_on": today() - timedelta(5000)}
print(begin_case(acting=officer, team=Team.objects.get(lake_team="DY07"), subject=subject, why="A teacher is worried.", review_every=28).pk)
"""
PLAN = """
from headwater.areas.levels import TEAM
from headwater.areas.teams import read_teams
from headwater.service.agencies.access import Actor
from headwater.service.agencies.models import User, today
from headwater.service.areas import actions
from headwater.service.areas.atlas import read_atlas
from headwater.service.areas.choices import Choices, RoleChoice
planner, atlas = Actor(User.objects.get(email="planner@police.example")), read_atlas()
level = atlas.levels[TEAM]
rows = "".join(f"{team},PC,{3 + number % 5}\\n{team},PCSO,{1 + number % 3}\\n" for number, team in enumerate(read_teams().teams))
posts = actions.bring_staffing(acting=planner, name="Posts on 1 April", as_of=today(), level=level, content=f"area,role,posts\\n{rows}".encode())
whole = {role: sum(held.values()) for role, held in posts.posts().items()}
def make(name, **more):
    roles = {"pc": RoleChoice(whole["pc"], floor=2, **more), "pcso": RoleChoice(whole["pcso"], **more)}
    return actions.save_plan(None, acting=planner, atlas=atlas, name=name, level=level, staffing=posts, choices=Choices(roles=roles))
other, plan = make("At most 40 moves", most_moves=40), make("Two in every team")
actions.publish(plan, acting=planner, decided_by="Chief Superintendent A. Example", words="Agreed at the board: every team keeps two officers.")
print(next(iter(level.of)), plan.pk, other.pk)
"""
BOARD = """
import typst
from django.test import RequestFactory
from headwater.service.areas.atlas import read_atlas
from headwater.service.areas.board import PAGE, tell_board
from headwater.service.areas.models import Plan
from headwater.service.areas.views.decide import what_was_set
from headwater.service.areas.views.beside import beside
plan = Plan.objects.get(pk={plan})
found, _, told = beside(RequestFactory().get("/"), plan, read_atlas())
told = tell_board(plan, found, what_was_set(plan, found.other, told))
pages = typst.compile(PAGE.read_bytes(), format="png", ppi=110, ignore_system_fonts=True, sys_inputs=told)
Path({path!r}).write_bytes(pages[0])
"""
FILL_MANY = """
from headwater.service.cases.models import Case
from tests.e2e.service.many_rows import fill_many
fill_many()
print(Case.objects.latest("pk").pk)
"""


def take(browser: Browser, live: Live, shots: Iterable[Shot], folder: Path) -> Iterator[Path]:
    """One picture of each page at each size. Raises PictureTooLarge; AssertionError for a page that axe faults or that is too wide."""
    pages: dict[tuple[str, str], Page] = {}
    for name, key, address in shots:
        for size, (width, height) in SIZES.items():
            if (key, size) not in pages:
                context = browser.new_context(
                    viewport={"width": width, "height": height}, base_url=live.address, reduced_motion="reduce"
                )
                pages[key, size] = context.new_page()
                sign_in_on(pages[key, size], live, key)
            path = folder / f"service-{name}-{size}.png"
            save(pages[key, size], address, path, width, TALLEST[size])
            yield path


def save(page: Page, address: str, path: Path, width: int, tallest: int) -> None:
    """One picture, cut where it gets too tall."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, f"{address}: {answer.status}"
    if page.locator("[data-map]").count():
        page.locator("[data-map][data-drawn]").wait_for()
    assert run_axe(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is too wide"
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), tallest)
    picture = pack_png(page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall}))
    if len(picture) > MOST_BYTES:
        raise PictureTooLarge(f"{path} takes {len(picture):,} bytes; at most {MOST_BYTES:,} are allowed")
    path.write_bytes(picture)


@contextmanager
def empty_service(more: dict[str, str] | None = None) -> Iterator[Live]:
    """A service with made-up people and one package, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="headwater-pictures-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with serving(folder / "data", more) as live:
            yield live
        time.sleep(6)  # The database's supervisor lets go of the folder.


def told_made_up(folder: Path) -> dict[str, str]:
    """Settings by which no made-up measure is shown as the published one."""
    folder.chmod(0o755)
    return {"HEADWATER_CATALOGUE": str(write_catalogue(folder / "catalogue"))}


def take_all(data: Path, folder: Path, word: str) -> Iterator[Path]:
    """Every picture whose name holds the word."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HOW)
    wanted = [[shot for shot in shots if word in shot[0]] for shots in (SOME, NONE, MANY, AREAS)]
    some, none, many, areas = wanted
    with open_chromium(chromium) as browser:
        if some:
            with serving(data) as live:
                yield from take(browser, live, some, folder)
        if areas:
            with tempfile.TemporaryDirectory() as scratch, empty_service(told := told_made_up(Path(scratch))) as live:
                load_made_up(live.data / "measures", Path(scratch), Path(told["HEADWATER_CATALOGUE"]))
                area, plan, other = in_service(live, PLAN, more=told).split()
                yield from take(
                    browser, live, [(n, k, a.format(area=area, plan=plan, other=other)) for n, k, a in areas], folder
                )
                board = folder / "plan-of-posts-board.png"
                in_service(live, BOARD.format(plan=plan, path=str(board)), more=told)
                board.write_bytes(pack_png(board.read_bytes()))
                yield board
        if none or many:
            with empty_service() as live:
                begun = in_service(live, BEGIN).strip()
                yield from take(browser, live, [(n, k, a.format(begun=begun)) for n, k, a in none], folder)
                if many:
                    longest = in_service(live, FILL_MANY, seconds=900).strip()
                    yield from take(browser, live, [(n, k, a.format(longest=longest)) for n, k, a in many], folder)


if __name__ == "__main__":
    for one in take_all(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else ""):
        print(one)
