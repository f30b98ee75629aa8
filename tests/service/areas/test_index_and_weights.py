"""Does a planner choose the index and how it is weighed, and do the plan, its files and the board's report say which?"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from headwater.areas.deprivation import WEIGHTS
from headwater.areas.measures.shelf import keep
from headwater.areas.need import WITHOUT_CRIME
from headwater.service.areas.choices import Choices
from tests.service.areas.test_plans import PLANNER, choices, make
from tests.service.conftest import Town, version_in

pytestmark = pytest.mark.service

OTHER_YEAR = "English Indices of Deprivation 2025"


@pytest.fixture
def two_indices(service: Path, town_with_measures: Town) -> Iterator[Town]:
    """A second index beside the first: made-up ranks of 2025 for the same small areas, the other way round."""
    folder = service / "measures"
    rows = pq.read_table(folder / "imd2019" / "values.parquet")
    turned = pc.subtract(32_845.0, rows["value"])
    manifest = json.loads((folder / "imd2019" / "manifest.json").read_text()) | {"set": "imd2025", "vintage": "2025"}
    keep(folder, "imd2025", rows.set_column(rows.column_names.index("value"), "value", turned), manifest)
    yield town_with_measures
    shutil.rmtree(folder / "imd2025")


def told_by(town: Town, plan: Any) -> dict[str, str]:
    """What the page, the table and the report for the board say."""
    from pypdf import PdfReader

    client = town.client(PLANNER)
    pdf = client.get(f"/areas/plans/{plan.pk}/export/pdf/").content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return {
        "page": client.get(f"/areas/plans/{plan.pk}/").content.decode(),
        "table": client.get(f"/areas/plans/{plan.pk}/export/csv/").content.decode("utf-8-sig"),
        "board": " ".join(text.split()),
    }


def test_another_index_gives_other_posts_and_is_named_wherever_the_plan_is_told(two_indices: Town) -> None:
    page = two_indices.client(PLANNER).get("/areas/plans/add/").content.decode()
    assert "The one that covers most of the force; now " + OTHER_YEAR in page
    newer = make(two_indices)
    older = make(two_indices, name="By the older", index="imd2019")
    assert newer.posts != older.posts
    for where, words in told_by(two_indices, older).items():
        assert "English Indices of Deprivation 2019" in words, where
        assert "chosen by the planner" in words, where
        assert OTHER_YEAR not in words, where
    for where, words in told_by(two_indices, newer).items():
        assert f"{OTHER_YEAR} (" in words, where
        assert "none was chosen" in words, where
    both = two_indices.client(PLANNER).get(f"/areas/plans/side-by-side/?plan={newer.pk}&plan={older.pk}")
    assert b"chosen by the planner" in both.content


def test_a_file_of_rules_rests_on_the_index_of_the_form(two_indices: Town) -> None:
    from headwater.service.areas.models import Plan

    client = two_indices.client(PLANNER)
    for index, name in (("imd2019", "Old"), ("imd2025", "New")):
        file = io.BytesIO(b"title: T\nroles: {pc: {name: PC, posts: 850}}\n")
        file.name = "rules.yaml"
        version = version_in(client.get("/areas/plans/add/").content.decode())
        told = {"name": name, "level": "team", "index": index, "version": version, "rules": file}
        answer = client.post("/areas/plans/add/", told)
        assert answer.status_code == 302, answer.content.decode()
    old, new = Plan.objects.get(name="Old"), Plan.objects.get(name="New")
    assert old.posts != new.posts
    assert old.choices["index"] == "imd2019"
    page = client.get(f"/areas/plans/{old.pk}/change/").content.decode()
    kept = choices(two_indices, name="Old", version=version_in(page), index="imd2025")
    only = {name: value for name, value in kept.items() if name in ("name", "level", "version", "index")}
    answer = client.post(f"/areas/plans/{old.pk}/change/", only)
    assert answer.status_code == 302, answer.content.decode()
    assert Plan.objects.get(pk=old.pk).posts == new.posts


def test_a_named_weighting_takes_the_place_of_the_weights_and_is_told(town_with_measures: Town) -> None:
    start = {f"weight_{name}": f"{weight * 100:.1f}" for name, weight in WEIGHTS.items()}
    plan = make(town_with_measures, weighting="without_crime", **start)
    assert plan.choices["weights"] == WITHOUT_CRIME
    for where, words in told_by(town_with_measures, plan).items():
        assert "As published, without crime: income 25%" in words, where
        assert "Crime counts nowhere" in words or "no crime is in need" in words, where
    own = make(town_with_measures, name="Own", weighting="own", weight_crime="50")
    page = town_with_measures.client(PLANNER).get(f"/areas/plans/{own.pk}/").content.decode()
    assert "The planner’s own: income 16%" in page
    assert "Crime counts nowhere" not in page


def test_weights_that_were_typed_and_would_not_count_are_refused(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    answer = town_with_measures.client(PLANNER).post(
        "/areas/plans/add/", choices(town_with_measures, version="0", weighting="published", weight_income="40")
    )
    assert answer.status_code == 422
    assert "“As published” was chosen, and “Weight of income” was changed. Choose “By my own weights, below”" in (
        answer.content.decode()
    )
    assert not Plan.objects.exists()


def test_a_kept_plan_says_which_way_its_weights_are() -> None:
    assert Choices().weighting == "published"
    assert Choices({name: 3 * weight for name, weight in WITHOUT_CRIME.items()}).weighting == "without_crime"
    assert Choices({"income": 1.0}).weighting == "own"
    kept = Choices(index="imd2019")
    assert Choices.from_json(kept.as_json()) == kept
    old = kept.as_json()
    del old["index"]
    assert not Choices.from_json(old).index, "a plan that was kept before the index could be chosen"


def test_a_plan_without_work_does_not_name_minutes_as_its_source() -> None:
    from dataclasses import replace

    from headwater.service.areas.choices import RoleChoice
    from headwater.service.areas.result import work_out
    from tests.service.areas.test_planning import LEVEL, facts

    given = replace(facts(minutes=5.0), work_sources=("Minutes of work (nobody)",))
    for workload, there in ((0.0, False), (0.5, True)):
        told = work_out("T", given, LEVEL, Choices(workload=workload, roles={"pc": RoleChoice(30)}), None)
        assert ("Minutes of work (nobody)" in told["sources"]) is there
        assert told["no_crime"] is False
