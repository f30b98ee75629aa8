"""Does the map on paper show every area, in its colour or hatched, north above?"""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from headwater.service.areas.paper_map import draw_areas

SVG = "{http://www.w3.org/2000/svg}"


def square(code: str, west: float, south: float) -> dict[str, object]:
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_each_area_is_drawn_once_and_one_without_a_colour_is_hatched() -> None:
    whole = {"features": [square("north", -2.0, 52.6), square("south", -2.0, 52.5), square("nobody", -1.9, 52.5)]}
    drawn = draw_areas(json.dumps(whole).encode(), {"north": "#06303f", "south": "#e3eff3"}, 'Need & "more"')
    tree = ElementTree.fromstring(drawn)  # noqa: S314 - our own picture
    assert tree.get("aria-label") == 'Need & "more"'
    paths = tree.findall(f".//{SVG}g/{SVG}path")
    assert [one.get("fill") for one in paths] == ["#06303f", "#e3eff3", "url(#hatch)"]
    assert tree.find(f".//{SVG}pattern") is not None
    highest = [min(float(y) for y in re.findall(r",([0-9.]+)", one.get("d") or "")) for one in paths]
    assert highest[0] < highest[1], "north is above"


def test_an_area_that_loses_is_told_without_its_colour() -> None:
    whole = json.dumps({"features": [square("loses", -2.0, 52.6), square("gains", -2.0, 52.5)]}).encode()
    drawn = draw_areas(whole, {"loses": "#f6d5ac", "gains": "#a9cfdc"}, "x", lined={"#f6d5ac"})
    tree = ElementTree.fromstring(drawn)  # noqa: S314 - our own picture
    fills = [one.get("fill") for one in tree.findall(f".//{SVG}g/{SVG}path")]
    assert fills == ["url(#lined-f6d5ac)", "#a9cfdc"]
    pattern = next(one for one in tree.findall(f".//{SVG}pattern") if one.get("id") == "lined-f6d5ac")
    assert [part.get("fill") for part in pattern] == ["#f6d5ac", "#14222b"]


def test_holes_and_islands_are_kept() -> None:
    hole = [[-1.95, 52.53], [-1.93, 52.53], [-1.93, 52.55], [-1.95, 52.53]]
    one = square("a", -2.0, 52.5)
    geometry = one["geometry"]
    assert isinstance(geometry, dict)
    many = {
        "type": "MultiPolygon",
        "coordinates": [[geometry["coordinates"][0], hole], square("b", -1.5, 52.5)["geometry"]["coordinates"]],
    }  # type: ignore[index]
    drawn = draw_areas(json.dumps({"features": [{**one, "geometry": many}]}).encode(), {"a": "#000000"}, "x")
    assert drawn.count("M") - drawn.count("Map") == 3
