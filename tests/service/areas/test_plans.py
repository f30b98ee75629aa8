"""From a staffing file to a published plan: who may, what is kept, and what nobody can change any more."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from headwater.areas.deprivation import WEIGHTS
from headwater.areas.teams import read_teams
from tests.service.conftest import Town, version_in

pytestmark = pytest.mark.service

PLANNER = "planner@police"
DAY = {"as_of_day": "1", "as_of_month": "4", "as_of_year": "2026"}
OTHERS = ("sergeant@police", "analyst@police", "auditor@police", "administrator@police")
OUTSIDE = ("youth-worker@charity", "council-manager@council", "charity-administrator@charity")


def staffing(town: Town) -> Any:
    from headwater.service.areas.models import Staffing

    lines = [f"{team},PC,5,0\n{team},PCSO,2,0" for team in read_teams().teams]
    file = io.BytesIO("\n".join(["area,role,posts,fixed", *lines]).encode())
    file.name = "posts.csv"
    told = {"name": "Posts on 1 April", **DAY, "level": "team", "file": file}
    answer = town.client(PLANNER).post("/areas/plans/staffing/add/", told)
    assert answer.status_code == 302, answer.content.decode()
    return Staffing.objects.get()


def choices(town: Town, **more: Any) -> dict[str, Any]:
    told = {
        "name": "By need", "level": "team", "workload": "0", "method": "webster", "pc_posts": "850", "pc_floor": "2", "pcso_posts": "340",
        **{f"weight_{name}": f"{weight * 100:.1f}" for name, weight in WEIGHTS.items()},
    }  # fmt: skip
    return told | more


def make(town: Town, **more: Any) -> Any:
    from headwater.service.areas.models import Plan

    client = town.client(PLANNER)
    version = version_in(client.get("/areas/plans/add/").content.decode())
    answer = client.post("/areas/plans/add/", choices(town, version=version, **more))
    assert answer.status_code == 302, answer.content.decode()
    return Plan.objects.latest("id")


def publish(town: Town, plan: Any) -> None:
    told = {"decided_by": "Chief Superintendent A. Example", "words": "Agreed at the board."}
    assert town.client(PLANNER).post(f"/areas/plans/{plan.pk}/publish/", told).status_code == 302


def test_a_plan_is_worked_out_from_the_form(town_with_measures: Town) -> None:
    kept = staffing(town_with_measures)
    plan = make(town_with_measures, staffing=kept.pk)
    assert sum(plan.posts["pc"].values()) == 850
    assert min(plan.posts["pc"].values()) >= 2
    assert plan.result["left_out"] == 2, "two small areas have no number"
    page = town_with_measures.client(PLANNER).get(f"/areas/plans/{plan.pk}/").content.decode()
    assert "posts move beside Posts on 1 April" in page
    assert "2 small areas lack a number" in page
    assert "What is not in it" in page
    assert "by need" in page
    assert page.count('<details class="govuk-details unit">') == 8, "folded by unit"
    assert page.count("Each post in ") == 170


def test_the_database_keeps_who_and_when(town_with_measures: Town) -> None:
    from headwater.service.audit.models import Entry

    plan = make(town_with_measures)
    town_with_measures.client(PLANNER).get(f"/areas/plans/{plan.pk}/")
    lines = list(Entry.objects.filter(item_type="areas_plan", items__contains=[str(plan.pk)]).order_by("id"))
    assert [line.verb for line in lines][:1] == ["collect"]
    assert "consult" in [line.verb for line in lines]
    assert {line.user for line in lines} == {town_with_measures.user(PLANNER).pk}
    for kind in ("csv", "ods", "pdf"):
        town_with_measures.client(PLANNER).get(f"/areas/plans/{plan.pk}/export/{kind}/")
    assert Entry.objects.filter(verb="export", item_type="areas_plan").count() == 3


def test_a_draft_is_for_planners(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    for key in (*OTHERS, *OUTSIDE):
        client = town_with_measures.client(key)
        for part in ("", "change/", "copy/", "publish/", "withdraw/", "export/csv/", "export/pdf/"):
            for method in ("get", "post"):
                assert getattr(client, method)(f"/areas/plans/{plan.pk}/{part}").status_code in (404, 405), (key, part)
        answer = client.get("/areas/plans/")
        assert answer.status_code == (404 if key in OUTSIDE else 200), key
        assert b"By need" not in answer.content, key


def test_the_force_reads_what_was_published_and_changes_nothing(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    publish(town_with_measures, plan)
    for key in OTHERS:
        client = town_with_measures.client(key)
        page = client.get(f"/areas/plans/{plan.pk}/")
        assert page.status_code == 200, key
        assert b"Chief Superintendent A. Example" in page.content, key
        for part in ("change/", "copy/", "publish/", "withdraw/"):
            assert f"/areas/plans/{plan.pk}/{part}".encode() not in page.content, (key, part)
            assert client.get(f"/areas/plans/{plan.pk}/{part}").status_code == 404, (key, part)
        assert client.get(f"/areas/plans/{plan.pk}/export/ods/").status_code == 200, key


def test_partners_never_read_a_plan(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    publish(town_with_measures, plan)
    for key in OUTSIDE:
        assert town_with_measures.client(key).get(f"/areas/plans/{plan.pk}/").status_code == 404
        assert b"/areas/plans/" not in town_with_measures.client(key).get("/areas/").content


CHANGES = (
    "UPDATE areas_plan SET name = 'x' WHERE id = %s", "DELETE FROM areas_plan WHERE id = %s", "UPDATE areas_plan SET state = 'draft' WHERE id = %s",
    "UPDATE areas_plandecision SET words = 'x' WHERE plan_id = %s", "DELETE FROM areas_plandecision WHERE plan_id = %s",
)  # fmt: skip


def test_the_database_refuses_to_change_what_was_published(town_with_measures: Town) -> None:
    from django.db import IntegrityError, connection, transaction

    plan = make(town_with_measures)
    publish(town_with_measures, plan)
    for change in CHANGES:
        with (
            pytest.raises(IntegrityError, match="does not change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change, [plan.pk])
    client = town_with_measures.client(PLANNER)
    assert client.post(f"/areas/plans/{plan.pk}/publish/", choices(town_with_measures)).status_code == 404
    for method in (client.get, client.post):
        answer = method(f"/areas/plans/{plan.pk}/change/", choices(town_with_measures))
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/areas/plans/{plan.pk}/copy/")
    assert "This plan is published" in client.get(f"/areas/plans/{plan.pk}/copy/").content.decode()


def test_the_list_tells_the_last_thing_done_about_a_plan(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    plan, later = make(town_with_measures, name="First made"), make(town_with_measures, name="Made later")
    client = town_with_measures.client(PLANNER)
    page = client.get("/areas/plans/")
    assert [one.pk for one in page.context["plans"]] == [later.pk, plan.pk]
    assert "worked out by Planner" in page.content.decode()
    publish(town_with_measures, plan)
    page = client.get("/areas/plans/")
    assert [one.pk for one in page.context["plans"]] == [plan.pk, later.pk], "publishing is a change"
    assert "published by Planner" in page.content.decode()
    assert Plan.objects.get(pk=plan.pk).last_change[0] == plan.decisions.get().at
    assert "This plan is published" not in client.get(f"/areas/plans/{later.pk}/copy/").content.decode()


def test_a_published_plan_is_withdrawn_and_still_read(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    publish(town_with_measures, plan)
    client = town_with_measures.client(PLANNER)
    assert client.post(f"/areas/plans/{plan.pk}/withdraw/", {"decided_by": "", "words": ""}).status_code == 422
    told = {"decided_by": "Chief Superintendent B. Example", "words": "The wards were redrawn."}
    assert client.post(f"/areas/plans/{plan.pk}/withdraw/", told).status_code == 302
    page = client.get(f"/areas/plans/{plan.pk}/").content.decode()
    assert "Withdrawn" in page
    assert "The wards were redrawn." in page
    assert client.post(f"/areas/plans/{plan.pk}/withdraw/", told).status_code == 422


def test_a_copy_is_a_draft_beside_the_plan_that_it_came_from(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    plan = make(town_with_measures)
    publish(town_with_measures, plan)
    client = town_with_measures.client(PLANNER)
    assert client.post(f"/areas/plans/{plan.pk}/copy/").status_code == 302
    copy = Plan.objects.latest("id")
    assert (copy.state, copy.posts) == ("draft", plan.posts)
    page = client.get(f"/areas/plans/{copy.pk}/?with={plan.pk}").content.decode()
    assert "No post moves beside By need" in page


def test_moves_are_limited_by_an_integer_programme(town_with_measures: Town) -> None:
    kept = staffing(town_with_measures)
    plan = make(town_with_measures, staffing=kept.pk, pc_moves="20", pcso_moves="10")
    away = sum(max(0, 5 - posts) for posts in plan.posts["pc"].values())
    assert away <= 20
    assert plan.result["gap"] is not None
    assert "Integer programme" in town_with_measures.client(PLANNER).get(f"/areas/plans/{plan.pk}/").content.decode()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"pc_floor": "9"}, "floors add up to 1530 posts, and there are 850"),
        ({"workload": "50"}, "No minutes of work are known"),
        ({"pc_moves": "5"}, "A limit on moves needs the posts of today"),
        ({"mix_least": "1"}, "fill in both, or neither"),
        ({"mix_least": "2", "mix_most": "1"}, "the most is below the least"),
        ({f"weight_{name}": "0" for name in WEIGHTS}, "at least one must be more than 0"),
        ({"pc_posts": ""}, "posts in all: fill this in"),
        ({"pc_posts": "-1"}, "PC: posts in all: write a whole number from 0 to 20,000, in digits without commas."),
        ({"weight_crime": "x"}, "Weight of crime: write a number from 0 to 100, with at most 1 place after the point"),
        ({"weight_crime": "9.33"}, "Weight of crime: write a number from 0 to 100"),
        ({"workload": "101"}, "Share of work in need, in per cent: write a number from 0 to 100"),
        ({"mix_least": "x", "mix_most": "1"}, "PCSOs for one PC, at least: write a number from 0 to 100"),
        ({"seconds": "61"}, "Seconds that the integer programme may take: write a whole number from 1 to 60"),
        ({"staffing": "77"}, "Posts of today: what was sent is no choice"),
        ({"index": "imd2025"}, "Which index: what was sent is no choice"),
        ({"name": "x" * 121}, "What is this plan called: this is 121 signs long, and 120 are the most. Write less."),
        ({"level": "small-area"}, "To what are posts given: what was sent is no choice, or no longer one. Choose from those that are listed."),
        ({"name": ""}, "fill this in"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_above_the_form_and_nothing_is_kept(
    town_with_measures: Town, more: dict[str, str], told: str
) -> None:
    from headwater.service.areas.models import Plan

    answer = town_with_measures.client(PLANNER).post(
        "/areas/plans/add/", choices(town_with_measures, version="0", **more)
    )
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Plan.objects.exists()


def test_two_planners_do_not_overwrite_each_other(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    plan = make(town_with_measures)
    client, address = town_with_measures.client(PLANNER), f"/areas/plans/{plan.pk}/change/"
    version = version_in(client.get(address).content.decode())
    assert client.post(address, choices(town_with_measures, version=version, pc_floor="3")).status_code == 302
    late = client.post(address, choices(town_with_measures, version=version, pc_floor="1"))
    assert late.status_code == 422
    assert b"Somebody changed this" in late.content
    assert Plan.objects.get(pk=plan.pk).choices["roles"]["pc"]["floor"] == 3


def test_without_measures_a_plan_says_what_to_load(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from headwater.service.areas import atlas

    monkeypatch.setattr(atlas, "measures_folder", lambda: tmp_path)
    answer = town.client(PLANNER).post("/areas/plans/add/", choices(town, version="0"))
    assert answer.status_code == 422
    assert "headwater areas load" in answer.content.decode()
    assert "No measure of areas is loaded yet" in town.client(PLANNER).get("/areas/?level=small-area").content.decode()


def test_a_staffing_file_with_a_fault_is_refused_whole(town: Town) -> None:
    from headwater.service.areas.models import Staffing

    file = io.BytesIO(b"area,role,posts\nDY07,PC,4\nnowhere,PC,4\n")
    file.name = "posts.csv"
    told = {"name": "x", **DAY, "level": "team", "file": file}
    answer = town.client(PLANNER).post("/areas/plans/staffing/add/", told)
    assert answer.status_code == 422
    assert "line 3: there is no team" in answer.content.decode()
    assert not Staffing.objects.exists()


def test_the_report_for_the_board_is_tagged_and_complete(town_with_measures: Town) -> None:
    from pypdf import PdfReader

    plan = make(town_with_measures, staffing=staffing(town_with_measures).pk, name="#strong[x] = y")
    publish(town_with_measures, plan)
    content = town_with_measures.client("auditor@police").get(f"/areas/plans/{plan.pk}/export/pdf/").content
    reader = PdfReader(io.BytesIO(content))
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == "Plan of posts: #strong[x] = y"
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    for words in (
        "Birmingham East", "Agreed at the board", "What is not in it", "Made up", "Lark Hill Top", "Share of need, by team",
        "Change in posts, by team", "of all need", "Crown copyright", "As many posts (", "Loses 3 or more (", "Who loses and who gains most",
        "least, middle and most", "most deprived fifth", "whom residents trust",
    ):  # fmt: skip
        assert words in " ".join(text.split()), words
    assert ".;" not in text, "sources read as sentences"
    assert text.count("Not known: none of its small areas") == 0, "every team has a number"


def test_without_outlines_the_report_says_so(town_with_measures: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PdfReader

    from headwater.areas.boundaries import BoundariesError
    from headwater.service.areas import atlas

    def none(folder: Path, catalogue: Path | None) -> Path:
        raise BoundariesError("Install the extra.")

    plan = make(town_with_measures)
    monkeypatch.setattr(atlas, "copy_boundaries", none)
    content = town_with_measures.client(PLANNER).get(f"/areas/plans/{plan.pk}/export/pdf/").content
    assert "There is no map: Install the extra." in PdfReader(io.BytesIO(content)).pages[0].extract_text()


def test_a_search_that_ran_out_of_time_says_how_far_it_may_be_from_the_best(town_with_measures: Town) -> None:
    from headwater.service.areas.models import Plan

    plan = make(town_with_measures, staffing=staffing(town_with_measures).pk, pc_moves="20", seconds="7")
    client = town_with_measures.client(PLANNER)
    assert plan.result["gap"] == 0
    assert "Proven best: no plan that keeps these rules" in client.get(f"/areas/plans/{plan.pk}/").content.decode()
    Plan.objects.filter(pk=plan.pk).update(result=plan.result | {"gap": 0.0213})
    page = client.get(f"/areas/plans/{plan.pk}/").content.decode()
    assert "Not proven best: the time of 7 seconds was up" in page
    assert "a better one could save at most 2.13%" in page


@pytest.mark.parametrize("seconds", ["0", "61", "x"])
def test_a_search_is_given_one_to_sixty_seconds(town_with_measures: Town, seconds: str) -> None:
    answer = town_with_measures.client(PLANNER).post(
        "/areas/plans/add/", choices(town_with_measures, version="0", seconds=seconds)
    )
    assert answer.status_code == 422


def test_how_much_posts_depend_on_the_weights_is_told(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    client = town_with_measures.client(PLANNER)
    page = client.get(f"/areas/plans/{plan.pk}/").content.decode()
    assert "of 170 places have as many posts in at least nine of ten draws" in page
    rows = client.get(f"/areas/plans/{plan.pk}/export/csv/").content.decode("utf-8-sig")
    assert "Draws with as many" in rows


def test_what_is_kept_of_a_plan_is_plain_json(town_with_measures: Town) -> None:
    plan = make(town_with_measures)
    assert json.loads(json.dumps(plan.result)) == plan.result


def test_made_up_numbers_say_so_wherever_they_are_shown(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A set that nobody published stands in for the index, and its manifest says what it is."""
    from headwater.areas.measures import read_measure_sets
    from headwater.service.areas import atlas
    from tests.service.areas.made_up import load_made_up

    load_made_up(tmp_path / "measures", tmp_path)
    for manifest in (tmp_path / "measures").glob("*/manifest.json"):
        told = json.loads(manifest.read_text()) | {"made_up": True, "publisher": "nobody", "vintage": "made up"}
        manifest.write_text(json.dumps(told))
    monkeypatch.setattr(atlas, "measures_folder", lambda: tmp_path / "measures")
    assert "imd2019" in read_measure_sets()
    plan = make(town)
    pages = [
        town.client(PLANNER).get(address).content.decode()
        for address in (
            "/areas/",
            "/areas/?level=small-area&format=csv",
            f"/areas/plans/{plan.pk}/",
            f"/areas/plans/{plan.pk}/export/csv/",
        )
    ]
    for page in pages:
        assert "Made up: " in page


def test_a_planner_is_told_what_comes_first_and_what_comes_next(town_with_measures: Town) -> None:
    client = town_with_measures.client(PLANNER)
    for page in ("/", "/areas/plans/"):
        assert "ring in the posts of today" in client.get(page).content.decode()
    staffing(town_with_measures)
    for page in ("/", "/areas/plans/"):
        told = client.get(page).content.decode()
        assert "There is no plan yet." in told
        assert "it is compared with the posts of today" in told
