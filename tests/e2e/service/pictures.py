"""Take the pictures of the service for the documentation: `python -m tests.e2e.service.pictures ADDRESS SIGN_IN_FILE FOLDER`.

ADDRESS is a running demonstration, SIGN_IN_FILE the file `sign-in.txt` beside its data. Everybody in the pictures is made up. For
pictures of very long lists run it on the database that benchmarks/service_load.py fills, with what benchmarks/service_seats.py prints:
`… ADDRESS SEATS.json FOLDER --many`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.e2e.chromium import HOW, find_chromium, open_chromium

SIZES = {"desk": (1280, 900), "phone": (390, 844)}
PICTURES = (
    ("my-work-sergeant", "sergeant@police", "/"),
    ("my-work-officer", "officer@police", "/"),
    ("my-work-youth-worker", "youth-worker@charity", "/"),
    ("my-work-analyst", "analyst@police", "/"),
    ("inbox", "sergeant@police", "/inbox/"),
    ("inbox-empty", "sergeant-coventry@police", "/inbox/?q=nobody"),
    ("package", "sergeant@police", "/packages/K-example0001/"),
    ("case", "officer@police", "/cases/1/"),
    ("timeline", "officer@police", "/cases/1/timeline/"),
    ("plan", "officer@police", "/cases/1/plan/"),
    ("desk-queue", "analyst@police", "/desk/?state=all"),
    ("caseload", "sergeant@police", "/caseload/"),
    ("design", "officer@police", "/design/"),
)


def sign_in(page: Page, key: str, password: str) -> None:
    """By the form."""
    page.goto("/")
    page.get_by_label("Email").fill(f"{key}.example")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()


def take(browser: Browser, address: str, password: str, folder: Path) -> None:
    """One picture of each page at each size; long pages are cut where a second screen ends."""
    for size, (width, height) in SIZES.items():
        pages: dict[str, Page] = {}
        for name, key, path in PICTURES:
            if key not in pages:
                pages[key] = browser.new_context(
                    viewport={"width": width, "height": height}, base_url=address
                ).new_page()
                sign_in(pages[key], key, password)
            save(pages[key], path, folder / f"service-{name}-{size}.png", width, height)


def take_many(browser: Browser, address: str, seats: Path, folder: Path) -> None:
    """Lists with ten thousand rows and more."""
    user = json.loads(seats.read_text())[0]
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=address)
    context.add_cookies([{"name": "headwater-session", "value": user["session"], "url": address}])
    for name, path in (("cases", "/cases/?state=all"), ("inbox", "/inbox/")):
        save(context.new_page(), path, folder / f"service-{name}-many-desk.png", 1280, 900)


def save(page: Page, path: str, to: Path, width: int, height: int) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"
    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), height * 2)
    page.screenshot(path=str(to), full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall})


def main() -> int:
    path = find_chromium()
    if path is None:
        sys.stderr.write(HOW + "\n")
        return 1
    address, note, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with open_chromium(path) as browser:
        if "--many" in sys.argv:
            take_many(browser, address, note, folder)
        else:
            take(browser, address, note.read_text("utf-8").splitlines()[0].rpartition(" ")[2], folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
