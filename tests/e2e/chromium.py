"""Which browser do the tests drive? An installed Chromium, never one that a test tool downloads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A sandbox needs user namespaces that containers often refuse; the pages are our own, so none is needed.
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]
ARGUMENTS += [
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # the map is drawn by WebGL, here without a graphics card
HOW = "no Chromium: set HEADWATER_CHROMIUM to one, or install it (Debian: apt-get install chromium)"


def find_chromium() -> str | None:
    """The path of a Chromium: `HEADWATER_CHROMIUM`, else the first known name on the PATH, else None."""
    named = os.environ.get("HEADWATER_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_chromium(path: str) -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
