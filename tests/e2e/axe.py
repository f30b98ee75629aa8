"""What does axe say about a page? Every violation of every rule, best practice too, as lines of words."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def run_axe(page: Page) -> list[str]:
    """The violations on the page as it stands; folded parts are checked only when they are open."""
    page.wait_for_load_state()
    page.evaluate(SOURCE)
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert len(found["passes"]) > 15, "axe checked next to nothing"
    return [f"{v['id']}: {v['help']} at {node['target']}" for v in found["violations"] for node in v["nodes"]]


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
