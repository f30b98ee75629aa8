"""Is what people write ever run, in a page, an export, an address or a number?"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.service.asking import addresses, some
from tests.service.conftest import Town
from tests.service.test_stranger import fill, make_ids, ours

pytestmark = pytest.mark.service


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now %}"


FORMULA = "=HYPERLINK(1)"


def write_everywhere(town: Town, words: str) -> dict[str, dict[str, Any]]:
    """The same words in every text of the town."""
    from django.apps import apps
    from django.db import models

    ids = make_ids(town)
    town.referred(town_case(ids), categories=["plan", "wishes", "notes", "documents"])
    for label in ("agencies", "notices", "cases"):
        for model in apps.get_app_config(label).get_models():
            fields = [
                field.name
                for field in model._meta.local_fields
                if isinstance(field, models.CharField | models.TextField)
                and not field.choices
                and not field.unique
                and not isinstance(field, models.EmailField | models.FileField)
                and field.name not in ("link", "lake_team", "lake_id", "token_digest", "password", "trigger", "kind", "file", "reason", "purpose")
            ]  # fmt: skip
            once = {name for one in model._meta.constraints for name in getattr(one, "fields", ())}
            for row in model._default_manager.all():
                values = {}
                for name in fields:
                    most = getattr(model._meta.get_field(name), "max_length", None) or 4000
                    values[name] = f"{words[: most - 8]} {row.pk}" if name in once else words[:most]
                model._default_manager.filter(pk=row.pk).update(**values)
    spoil_package(words)
    return ids


def town_case(ids: dict[str, dict[str, Any]]) -> Any:
    from headwater.service.cases.models import Case

    return Case.objects.get(pk=ids["cases"]["number"])


def spoil_package(words: str) -> None:
    """The package's own content, with the words wherever a sentence stands."""
    from headwater.service.cases.models import Package

    def spoil(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one, key) for one in value]
        told = (
            "sentence",
            "name",
            "text",
            "why_now",
            "address",
            "address_note",
            "label",
            "where",
            "why",
            "title",
            "trigger_title",
            "help",
            "owner",
            "area",
        )
        return words if isinstance(value, str) and key in told else value

    for package in Package.objects.all():
        Package.objects.filter(pk=package.pk).update(content=spoil(package.content))


@pytest.mark.parametrize(
    "key", some("sergeant@police", "youth-worker@charity", "administrator@police", "teacher@school", short=2)
)
def test_what_people_write_is_never_run(town: Town, key: str) -> None:
    ids = write_everywhere(town, EVIL)
    client = town.client(key)
    shown = 0
    for route, pattern in ours():
        address = fill(route, pattern, ids)
        answer = client.get(address)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        text = answer.content.decode()
        assert "<script>alert" not in text, address
        assert "<img src=x" not in text, address
        shown += "&lt;script&gt;alert" in text
    assert shown > 3


@pytest.mark.parametrize(
    "key", ["sergeant@police", "administrator@police", "auditor@police", "charity-manager@charity"]
)
def test_no_cell_of_any_export_is_a_formula(town: Town, key: str) -> None:
    ids = write_everywhere(town, FORMULA)
    client = town.client(key)
    seen = 0
    for route, pattern in ours():
        answer = client.get(fill(route, pattern, ids), {"format": "csv", "state": "all"})
        if answer.headers.get("Content-Type", "").startswith("text/csv"):
            assert answer.headers["Content-Disposition"].startswith("attachment")
            for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))):
                for cell in row:
                    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r"), route
                    seen += "HYPERLINK" in cell
    assert seen or key == "auditor@police"


HOSTILE = (
    "²",
    "٣",
    "9" * 40,
    "-1",
    "\x00",
    "%",
    "' OR 1=1 --",
    "C-²",
    "C-" + "9" * 18,
    "C-٣",
    "K-\x00",
    "../../etc/passwd",
    "\ud83d",
    "a" * 5000,
)


@pytest.mark.parametrize("key", some("sergeant@police", "auditor@police", "administrator@police", "analyst@police"))
def test_hostile_words_in_the_address_break_nothing(town: Town, key: str) -> None:
    client = town.client(key)
    names = (
        "q",
        "after",
        "before",
        "order",
        "state",
        "team",
        "lead",
        "due",
        "kind",
        "verb",
        "who",
        "case",
        "side",
        "move",
        "goal",
        "format",
        "trigger",
        "here",
    )
    for address, has_item in addresses(town):
        if not has_item or "timeline" in address or "actions/add" in address:
            for word in HOSTILE:
                word = word.encode("utf-8", "replace").decode()
                answer = client.get(address, dict.fromkeys(names, word))
                assert answer.status_code < 500, (address, word)


IMPOSSIBLE = (
    "/packages/%00/",
    "/packages/K-%00/take-on/",
    "/desk/%00/",
    "/answer/%00/",
    *(f"/{kind}/{'9' * 20}/" for kind in ("cases", "referrals", "notices", "people", "agreements", "disclosures")),
)


@pytest.mark.parametrize("address", IMPOSSIBLE)
def test_numbers_that_cannot_be_are_not_found(town: Town, address: str) -> None:
    for key in ("sergeant@police", "administrator@police", "analyst@police", "partnership@police"):
        assert town.client(key).get(address).status_code == 404, key


def test_a_number_too_large_in_a_form_is_a_fault_of_the_form(town: Town) -> None:
    case = town.case()
    officer, sergeant = town.client("officer@police"), town.client("sergeant@police")
    for client, address, told in (
        (officer, "wishes", {"wishes": "x", "version": "9" * 30}),
        (officer, "wishes", {"wishes": "x\x00", "version": "1"}),
        (officer, "actions/add", {"words": "x", "who": "u" + "9" * 30, "due_day": "1", "due_month": "1", "due_year": "99999"}),
        (officer, "notes/add", {"words": "x", "text": "y", "once": "not a number"}),
        (sergeant, "lead", {"lead": "9" * 30}),
    ):  # fmt: skip
        assert client.post(f"/cases/{case.pk}/{address}/", told).status_code == 422, (address, told)
