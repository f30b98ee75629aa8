"""What does the review look like in a terminal? Plays the first screen of a draft and writes it as a picture.

python -m tests.e2e.review_picture DATA/lake docs/images/review-terminal.png
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from headwater.cli.desk_screen import Screen, Stop
from headwater.records import Lake
from headwater.triggers.desk import judge_draft, queue
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.runs.find import list_runs
from tests.e2e.chromium import HOW, find_chromium, open_chromium


def draw_review(lake: Lake, target: Path) -> Path:
    """Write the review of the first draft that has between two and four pieces, as the analyst sees it at 96 columns."""
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit(HOW)
    folder = next(
        one
        for one in list_runs(lake)
        if json.loads((one / "report.json").read_text("utf-8"))["trigger"]["id"] == "tipt"
    )
    trigger = read_triggers()["tipt"]
    drafts = [draft for draft, _ in queue(lake, folder, trigger)]
    draft = next(
        one
        for one in drafts
        if 2 <= sum(item.counts for kind in one.evidence for item in kind.items) <= 3 and not one.contact_safely
    )
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True, highlight=False)
    screen = Screen(io.StringIO("y\ny\ny\ny\nq\n"), console)
    state, page_name = judge_draft(draft, [], trigger), Path("runs") / folder.name / f"{draft.package_id}.html"
    with contextlib.suppress(Stop):
        screen.review(draft, state, [], trigger, page_name, "analyst", folder.name, (1, len(drafts)))
    with tempfile.TemporaryDirectory() as name, open_chromium(chromium) as browser:
        page_file = Path(name) / "review.svg"
        page_file.write_text(console.export_svg(title="headwater review"), encoding="utf-8")
        page = browser.new_page(viewport={"width": 1180, "height": 1000})
        page.goto(page_file.as_uri())
        page.locator("svg").screenshot(path=str(target))
    return target


if __name__ == "__main__":
    print(draw_review(Lake.open(Path(sys.argv[1]), create=False), Path(sys.argv[2])))
