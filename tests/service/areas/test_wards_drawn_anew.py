"""Once wards are drawn anew: do staffing files and plans of earlier wards count where these lie today, at a cost that is told, or say why not?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headwater.areas.earlier_wards import load_wards
from headwater.areas.levels import read_levels
from tests.service.areas.made_up import write_wards_and_postcodes
from tests.service.areas.test_plans import DAY, PLANNER, make, publish
from tests.service.conftest import Town

pytestmark = pytest.mark.service


class Force:
    """The made-up town with wards, which can be drawn anew: of each two wards that follow each other the first takes a part of the second."""

    def __init__(self, town: Town, service: Path, catalogue: Path) -> None:
        self.town, self.service, self.catalogue = town, service, catalogue
        self.client = town.client(PLANNER)

    def wards(self) -> list[str]:
        return list(read_levels(self.catalogue)["ward"].names)

    def lookup(self, path: Path) -> Path:
        """The wards as they are, as a lookup like the published one."""
        level = read_levels(self.catalogue)["ward"]
        rows = [f"{lsoa},{ward},{level.names[ward]}" for lsoa, ward in level.of.items()]
        path.write_text("\n".join(["LSOA11CD,WD13CD,WD13NM", *rows]) + "\n", encoding="utf-8")
        return path

    def draw_anew(self) -> None:
        path = self.catalogue / "areas" / "wards.csv"
        rows = list(csv.DictReader(path.read_text().splitlines()))
        first: set[str] = set()
        lines = ["lsoa,ward,name"]
        for row in sorted(rows, key=lambda row: row["lsoa"]):
            number = int(row["ward"][1:])
            # The first small area of every other ward goes to its neighbour; the last ward stays whole.
            if number % 2 and row["ward"] not in first:
                first.add(row["ward"])
                number -= 1
            lines.append(f"{row['lsoa']},X{number:03d},New Ward {number}")
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def bring(self, name: str = "By earlier wards", wards: list[str] | None = None) -> Any:
        from headwater.service.areas.models import Staffing

        lines = [f"{ward},PC,{5 + number % 3},1" for number, ward in enumerate(wards or self.wards())]
        file = io.BytesIO("\n".join(["ward,role,posts,fixed", *lines]).encode())
        file.name = "posts.csv"
        answer = self.client.post("/areas/plans/staffing/add/", {"name": name, **DAY, "level": "ward", "file": file})
        assert answer.status_code == 302, answer.content.decode()
        return Staffing.objects.get(name=name)

    def page(self, address: str) -> str:
        return str(self.client.get(address).content.decode())


@pytest.fixture
def force(town_with_measures: Town, service: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Force]:
    from django.conf import settings

    catalogue = write_wards_and_postcodes(tmp_path / "catalogue")
    monkeypatch.setattr(settings, "HEADWATER", settings.HEADWATER.model_copy(update={"catalogue": catalogue}))
    yield Force(town_with_measures, service, catalogue)
    for path in (service / "measures" / "lookups").glob("wards-*"):
        path.unlink()


def total(posts: dict[str, int]) -> int:
    return sum(posts.values())


def test_posts_of_earlier_wards_are_carried_and_the_plan_and_its_files_say_at_which_cost(force: Force) -> None:
    from pypdf import PdfReader

    kept, lookup = force.bring(), force.lookup(force.catalogue / "wd13.csv")
    held = total(kept.posts()["pc"])
    force.draw_anew()
    load_wards(lookup, force.service / "measures", read_levels(force.catalogue)["ward"].of, None)
    plan = make(force.town, level="ward", staffing=kept.pk, pc_floor="0")
    assert set(plan.result["today"]["pc"]) <= set(force.wards())
    assert total(plan.result["today"]["pc"]) == held
    told = f"Carried over: {held:,} posts of 85 wards that were drawn anew (wd13, wd13.csv) count where these lie today"
    assert told in force.page(f"/areas/plans/{plan.pk}/")
    assert told in force.client.get(f"/areas/plans/{plan.pk}/export/csv/").content.decode("utf-8-sig")
    pdf = PdfReader(io.BytesIO(force.client.get(f"/areas/plans/{plan.pk}/export/pdf/").content))
    assert told in " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    again = force.bring("Brought in later", wards=[f"W{number:03d}" for number in range(85)])
    later = make(force.town, name="Later", level="ward", staffing=again.pk, pc_floor="0")
    assert later.result["today"] == plan.result["today"]
    assert told in force.page(f"/areas/plans/side-by-side/?plan={plan.pk}&plan={later.pk}")


def test_without_the_earlier_lookup_wards_are_named_and_it_is_said_what_to_load(force: Force) -> None:
    from headwater.service.areas.models import Plan
    from tests.service.areas.test_plans import choices

    kept = force.bring()
    force.draw_anew()
    answer = force.client.post("/areas/plans/add/", choices(force.town, version="0", level="ward", staffing=kept.pk))
    assert answer.status_code == 422
    told = answer.content.decode()
    assert (
        "Posts of today, “By earlier wards”: W000, W001, W002, W003, W004 and 80 more: there is no such ward today"
        in told
    )
    assert "headwater areas load FILE --as wards" in told
    assert not Plan.objects.exists()


def test_a_published_plan_stays_as_it_was_and_stands_beside_a_new_one(force: Force) -> None:
    old = make(force.town, name="Old", level="ward", pc_floor="0")
    publish(force.town, old)
    lookup = force.lookup(force.catalogue / "wd13.csv")
    force.draw_anew()
    new = make(force.town, name="New", level="ward", pc_floor="0")
    page = force.page(f"/areas/plans/{old.pk}/")
    assert "Made-up Ward 7" in page, "places are called as they were"
    lost = force.page(f"/areas/plans/{new.pk}/?with={old.pk}")
    assert "“Old” cannot stand beside this plan. It has posts in W000, W001" in lost
    load_wards(lookup, force.service / "measures", read_levels(force.catalogue)["ward"].of, None)
    assert "“Old”. Carried over: 1,190 posts of 85 wards" in force.page(f"/areas/plans/{new.pk}/?with={old.pk}")
    assert "since this one was worked out the wards were drawn anew" in force.page(
        f"/areas/plans/{old.pk}/?with={new.pk}"
    )
    answer = force.client.get(f"/areas/plans/side-by-side/?plan={old.pk}&plan={new.pk}")
    assert answer.status_code == 422
    assert "“Old” is by wards that are no more: W000, W001, W002, W003, W004 and 80 more. Copy it" in (
        answer.content.decode()
    )
