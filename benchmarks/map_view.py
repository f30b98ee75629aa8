"""How long until the map of all small areas is there? A new browser with an empty cache opens the page; the drawn areas are counted.

    python benchmarks/map_view.py --views 5

A made-up force of 1,719 small areas, as many as the West Midlands have by the census of 2021: the built-in ones, 39 of them cut in two,
with made-up ranks and residents. Each view is a browser of its own, whose only load is the cookie of somebody who has signed in. It counts from the
beginning of the navigation, by the browser's own clock, until the map is at rest with every area on it. Measured three ways: *just started*, the
first view after the service has come up; *first*, a new browser when the service has answered before; *again*, the same browser once more.
One JSON object on standard output. Needs Chromium; the map is drawn without a graphics card.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from machine import describe_machine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

AREAS = 1_719
WATCH = """
window.addEventListener("DOMContentLoaded", () => {
  const map = document.querySelector("[data-map]");
  if (map) new MutationObserver(() => {
    if (map.dataset.drawn === "%d" && !window.shownAt) window.shownAt = performance.now();
  }).observe(map, { attributes: true });
});
"""
TOLD = """() => ({
  seconds: window.shownAt / 1000,
  answered: performance.getEntriesByType("navigation")[0].responseStart / 1000,
  bytes: performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((sum, one) => sum + one.transferSize, 0),
  requests: performance.getEntriesByType("resource").length + 1,
  outside: performance.getEntriesByType("resource").filter((one) => !one.name.startsWith(location.origin)).map((one) => one.name),
})"""


def make_catalogue(folder: Path) -> Path:
    """The built-in areas and teams with the outlines of 39 small areas cut in two: (catalogue, in `folder`; outlines beside it)."""
    import shapely
    from shapely.geometry import mapping, shape

    from headwater.areas.boundaries import copy_boundaries
    from headwater.catalogue import read_text

    areas = folder / "catalogue" / "areas"
    areas.mkdir(parents=True)
    outlines = json.loads(copy_boundaries(folder / "built-in").read_text("utf-8"))
    by_size = sorted(outlines["features"], key=lambda one: -shape(one["geometry"]).area)[
        : AREAS - len(outlines["features"])
    ]
    tables = {
        name: list(csv.DictReader(read_text("areas", name).splitlines()))
        for name in ("small_areas.csv", "team_areas.csv", "teams.csv")
    }
    for number, feature in enumerate(by_size):
        code, new = feature["properties"]["lsoa"], f"E0109{number:04d}"
        whole = shape(feature["geometry"])
        west, south, east, north = whole.bounds
        half = shapely.box(west, south, (west + east) / 2, north)
        feature["geometry"] = mapping(_largest(whole & half))
        properties = {**feature["properties"], "lsoa": new}
        outlines["features"].append(
            {"type": "Feature", "properties": properties, "geometry": mapping(_largest(whole - half))}
        )
        for name in ("small_areas.csv", "team_areas.csv"):
            tables[name] += [{**row, "lsoa": new} for row in tables[name] if row["lsoa"] == code]
    for name, rows in tables.items():
        with (areas / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    (folder / "outlines.geojson").write_text(json.dumps(outlines), encoding="utf-8")
    return folder / "catalogue"


def _largest(one: Any) -> Any:
    import shapely

    return max(shapely.get_parts(one), key=lambda part: part.area)


def load_numbers(catalogue: Path, data: Path, scratch: Path) -> None:
    """Made-up ranks and residents of every area, and the outlines where the service looks for them."""
    from headwater.areas.measures import load_measures, read_measure_sets
    from headwater.areas.teams import read_teams
    from headwater.synthetic.measures import write_measures

    rows = list(csv.reader(write_measures(scratch / "measures.csv").read_text("utf-8").splitlines()))
    known = {row[0]: row[1:] for row in rows[1:]}
    codes = sorted(read_teams(catalogue).areas)
    spare = list(known.values())
    with (scratch / "measures.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows([code, *known.get(code, spare[number % len(spare)])] for number, code in enumerate(codes))
    load_measures(scratch / "measures.csv", read_measure_sets(), data / "measures")
    (data / "boundaries").mkdir(exist_ok=True)
    (data / "boundaries" / "lsoa11.geojson").write_bytes((scratch / "outlines.geojson").read_bytes())


def view(chromium: str, address: str, signed_in: dict[str, Any], again: bool) -> list[dict[str, Any]]:
    """One new browser: what its first view took, and its second where that is asked for. Stops where an area is not drawn."""
    from tests.e2e.chromium import open_chromium

    found = []
    with open_chromium(chromium) as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}, storage_state=signed_in).new_page()
        page.add_init_script(WATCH % AREAS)
        for _ in range(2 if again else 1):
            page.goto(address)
            page.locator(f'[data-map][data-drawn="{AREAS}"]').wait_for(timeout=60_000)
            told = page.evaluate(TOLD)
            drawn = page.locator("[data-map]").get_attribute("data-drawn")
            assert drawn == str(AREAS), f"{drawn} areas are drawn, and there are {AREAS}"
            assert told.pop("outside") == [], "the page asked somebody else"
            found.append(told)
    return found


def sign_in(chromium: str, live: Any) -> dict[str, Any]:
    """The cookie of an officer."""
    from tests.e2e.chromium import open_chromium
    from tests.e2e.service.conftest import sign_in_on

    with open_chromium(chromium) as browser:
        context = browser.new_context(base_url=live.address)
        sign_in_on(context.new_page(), live, "officer@police")
        return dict(context.storage_state())


def measure(views: int) -> dict[str, Any]:
    """Open the page by itself, over and over."""
    from tests.e2e.chromium import HOW, find_chromium
    from tests.e2e.service.conftest import serving

    chromium = find_chromium()
    if chromium is None:
        sys.exit(HOW)
    with tempfile.TemporaryDirectory(prefix="headwater-map-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        catalogue = make_catalogue(folder)
        data = folder / "data"
        data.mkdir(mode=0o700)
        load_numbers(catalogue, data, folder)
        with serving(data, {"HEADWATER_CATALOGUE": str(catalogue)}) as live:
            signed_in = sign_in(chromium, live)
            address = f"{live.address}/areas/?level=small-area"
            started = view(chromium, address, signed_in, again=False)[0]
            pairs = [view(chromium, address, signed_in, again=True) for _ in range(views)]
        time.sleep(6)  # The database's supervisor lets go of the folder.
    first, second = [one for one, _ in pairs], [one for _, one in pairs]
    return {
        "machine": describe_machine(), "load_average": round(os.getloadavg()[0], 1), "areas": AREAS, "views": views,
        "just_started": _rounded(started), "first": _middle(first), "again": _middle(second),
    }  # fmt: skip


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) for name, value in told.items()}


def _middle(many: list[dict[str, Any]]) -> dict[str, Any]:
    """The median view, and the quickest."""
    found = {name: statistics.median(one[name] for one in many) for name in many[0]}
    return _rounded({**found, "best_seconds": min(one["seconds"] for one in many)})


def main() -> None:
    """Measure; print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--views", type=int, default=5, help="how many new browsers open the page")
    found = measure(parser.parse_args().views)
    for name in ("just_started", "first", "again"):
        print(f"{name.replace('_', ' ')}: {found[name]['seconds']} s until {AREAS:,} areas are drawn", file=sys.stderr)
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
