"""Is a refuge or protected address printed anywhere, in any spelling, by anybody's package?

Everybody and every address is made up. A refuge's place is kept from the ones who look for those inside it, and they may be
named in the same packages.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from headwater.engine import DuckDBEngine
from headwater.triggers.desk import RELEASE, Decision, confirmed_packages, keep_decisions, pieces, seen_of
from headwater.triggers.handover import hand_over
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.runs.explain import explain
from tests.triggers.world import (
    Found,
    Home,
    Who,
    World,
    a_family,
    a_home,
    child_of_the_home,
    father,
    mother,
    present,
    suspect,
    victim,
)

HIDDEN = "E01009750"
refuge = Home("Sanctum House, 27 Hidden Larch Avenue", "DY4 7ZQ", "REFUGE", True, HIDDEN, "990000777001")
witness_home = Home("Flat 3, 81 Secretive Mews", "DY5 8XQ", "FLAT", True, HIDDEN)
SECRETS = ["hiddenlarch", "dy47zq", "990000777001", "sanctum", "secretivemews", "dy58xq"]
world = World()

# Hagar left with Ilse and Jory for a refuge. Lasse, the eldest, stayed with his father. Old records give the old home.

old_home = a_home("Leftbehind Lane")
hagar, knut = (
    Who("Hagar", "Underhallow", "1980-04-14", "F", old_home, nominal="N-Hagar"),
    Who("Knut", "Underhallow", "1978-05-15", "M", old_home),
)
ilse, jory = (
    Who("Ilse", "Underhallow", "2006-06-16", "F", old_home, nominal="N-Ilse"),
    Who("Jory", "Underhallow", "2009-07-17", "M", old_home, nominal="N-Jory"),
)
lasse = Who("Lasse", "Underhallow", "2002-08-18", "M", old_home)
world.notice(
    "2015-12-01",
    ilse,
    mother(hagar),
    father(knut),
    child_of_the_home(jory, "SIBLING"),
    child_of_the_home(lasse, "SIBLING"),
)
world.crime(
    "2016-05-05", victim(hagar), suspect(knut, "PARTNER"), present(ilse), present(jory), present(lasse), flags="DA", scene=old_home,
    text="Her partner hit her.",
)  # fmt: skip
world.notice(
    "2016-12-12", ilse.at(refuge), mother(hagar.at(refuge)), child_of_the_home(jory.at(refuge), "SIBLING"),
    text="Mother was drunk when staff of 27 Hidden Larch Ave, dy47zq came to the door. She is safe at SANCTUM HSE now.",
    voice="Mum drinks too much since we came to hidden larch.",
)  # fmt: skip
world.notice(
    "2017-01-10", jory.at(refuge), mother(hagar.at(refuge)),
    text="Mother was drunk again at Sanctum Hse 27 Hidden Larch Av DY4  7ZQ and could not stand.",
)  # fmt: skip
# Lasse's own notice names his mother without any address; a worker wrote hers into the text.
world.notice(
    "2017-01-20", lasse, father(knut), mother(hagar.at(None)),
    text="Father was drunk and shouted that he would go to 27 Hidden-Larch Avenue, DY47ZQ to fetch mother.",
)  # fmt: skip

# Mila came to the same refuge with her mother; each system writes it in its own way and none marks it.

mila_parent, mila = a_family("Vesperly")
mila_parent, mila = mila_parent.but(nominal="N-mila-parent"), mila.but(nominal="N-mila")
world.notice("2016-01-01", mila, mother(mila_parent))
world.crime("2016-04-04", victim(mila_parent), present(mila), flags="DA", scene=mila.home)
shortened = Home("Sanctum Hse, 27 Hidden Larch Av", "DY4 7ZQ", "HOUSE", False, HIDDEN)
world.notice(
    "2016-12-20", mila.at(shortened), mother(mila_parent.at(shortened)), text="Mother was drunk and could not stand."
)
nils_parent, nils = a_family("Wicklow")
nils_parent, nils = nils_parent.but(nominal="N-nils-parent"), nils.but(nominal="N-nils")
world.notice("2016-01-01", nils, mother(nils_parent))
world.crime("2016-04-04", victim(nils_parent), present(nils), flags="DA", scene=nils.home)
without_name = Home("27 Hidden Larch Avenue", "DY4 7ZQ", "HOUSE", False, HIDDEN)
world.notice(
    "2016-12-20",
    nils.at(without_name),
    mother(nils_parent.at(without_name)),
    text="Mother was drunk and could not stand.",
)

# A protected flat, marked by one crime only, on the mother's row.

olga, pelle = a_family("Xanthorpe")
world.crime("2016-03-03", victim(olga.at(witness_home)), flags="DA", scene=witness_home)
unmarked = Home("Flat 3, 81 Secretive Mews", "DY5 8XQ", "FLAT", False, HIDDEN)
world.notice(
    "2016-11-11",
    pelle.at(unmarked),
    mother(olga.at(unmarked)),
    text="Mother was drunk and fell down the stairs of 81 Secretive Mews.",
)

# A stranger's package, into whose log somebody wrote the refuge.

quirin_parent, quirin = a_family("Yellowhay")
world.crime("2016-03-03", victim(quirin_parent), present(quirin), flags="DA", scene=quirin.home)
world.notice(
    "2016-11-11",
    quirin,
    mother(quirin_parent),
    text="Mother was drunk outside the refuge at 27 Hidden Larch Avenue, DY4 7ZQ.",
)

# The honest twin: nothing is secret, so the address is printed.

open_parent, in_the_open = a_family("Zinnialand")
world.crime("2016-03-03", victim(open_parent), present(in_the_open), flags="DA", scene=in_the_open.home)
world.notice("2016-11-11", in_the_open, mother(open_parent), text=f"Mother was drunk at {in_the_open.home.line}.")

WITHHELD = {"Ilse": ilse, "Jory": jory, "Mila": mila, "Nils": nils, "Pelle": pelle}
ALL = WITHHELD | {"Lasse": lasse, "Quirin": quirin}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("protected"))


def squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


@pytest.mark.parametrize("name", ALL)
def test_each_of_these_children_has_a_package_so_that_these_tests_can_fail(found: Found, name: str) -> None:
    package = found.package(ALL[name])
    assert any(item.quotes for kind in package.evidence for item in kind.items)


@pytest.mark.parametrize("name", WITHHELD)
def test_whoever_lives_at_a_refuge_or_protected_address_has_it_withheld_however_a_clerk_wrote_it(
    found: Found, name: str
) -> None:
    subject = found.package(WITHHELD[name]).subject
    assert (subject.address, subject.address_withheld, subject.address_since) == ("address withheld", True, None)
    assert "address withheld" in found.files()[f"packages/{found.package(WITHHELD[name]).package_id}.html"].lower()


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_of_the_run_holds_any_part_of_a_protected_address_in_any_spelling(found: Found, secret: str) -> None:
    files = found.files()
    assert {"index.html", "report.json", "run.json"} <= set(files)
    assert sum(name.startswith("teams/") for name in files) > 1
    assert [name for name, text in files.items() if secret in squeezed(text)] == []


@pytest.fixture(scope="module")
def handed_on(found: Found, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The words of every file that leaves once all these packages are confirmed."""
    trigger, target = read_triggers()["tipt"], tmp_path_factory.mktemp("handed") / "on"
    for package in found.packages:
        known = pieces(package) | {RELEASE: seen_of(package)}
        keep_decisions(
            found.lake,
            [
                Decision(
                    package_id=package.package_id, piece=piece, verdict="confirmed", by="one", at=datetime.now(UTC), run="r", rules="tipt", seen=seen
                )
                for piece, seen in known.items()
            ],
        )  # fmt: skip
    released = list(confirmed_packages(found.lake, found.report.folder, trigger))
    assert len(released) == len(found.packages)
    hand_over(found.lake, released, target, trigger, run="r", purpose="welfare")
    words = {}
    for path in target.rglob("*"):
        if path.suffix == ".pdf":
            words[path.name] = " ".join(page.extract_text() for page in PdfReader(path).pages)
        elif path.suffix == ".parquet":
            words[path.name] = str(pq.read_table(path).to_pylist())
        elif path.is_file():
            words[path.name] = path.read_bytes().decode("utf-8", "replace")
    return words


@pytest.mark.parametrize("secret", SECRETS)
def test_no_file_that_leaves_holds_any_part_of_a_protected_address(handed_on: dict[str, str], secret: str) -> None:
    assert any(name.endswith(".pdf") for name in handed_on)
    assert [name for name, text in handed_on.items() if secret in squeezed(text)] == []


@pytest.mark.parametrize("name", ALL)
def test_explaining_a_package_prints_no_protected_address(found: Found, name: str) -> None:
    with DuckDBEngine() as engine:
        told = squeezed(json.dumps(explain(found.lake, engine, found.package(ALL[name])), default=str))
    assert [secret for secret in SECRETS if secret in told] == []


def test_quotes_keep_their_words_and_lose_the_address(found: Found) -> None:
    quotes = [
        quote
        for child in ALL.values()
        for kind in found.package(child).evidence
        for item in kind.items
        for quote in item.quotes
    ]
    masked = [quote for quote in quotes if "[address withheld]" in quote.text]
    assert len(masked) >= 5
    assert all(quote.text[quote.start : quote.end].strip() for quote in masked)
    assert [quote for quote in masked if "drunk" in quote.text[quote.start : quote.end].lower()]


@pytest.mark.parametrize("name", WITHHELD)
def test_the_team_comes_from_the_coarser_area_and_the_small_area_is_not_named(found: Found, name: str) -> None:
    package = found.package(WITHHELD[name])
    assert package.team.team_id.startswith("NPU-")
    assert package.subject.area == package.team.npu
    small = found.small_area(HIDDEN)
    told = package.model_dump_json() + found.files()[f"packages/{package.package_id}.html"]
    assert [word for word in (HIDDEN, small["name"], small["team"]) if word in told] == []


def test_a_team_list_holds_its_withheld_children_without_a_neighbourhood(found: Found) -> None:
    lists = {name: text for name, text in found.files().items() if re.fullmatch(r"teams/NPU-.*\.json", name)}
    entries = {entry["name"]: entry for text in lists.values() for entry in json.loads(text)["entries"]}
    assert {f"{child.given} {child.family}" for child in WITHHELD.values()} <= set(entries)
    assert found.small_area(HIDDEN)["team"] not in "".join(lists.values())


def test_an_address_that_nobody_protects_is_printed(found: Found) -> None:
    package = found.package(in_the_open)
    assert package.subject.address == f"{in_the_open.home.line}, {in_the_open.home.postcode}"
    assert not package.team.team_id.startswith("NPU-")
    quotes = [quote.text for kind in package.evidence for item in kind.items for quote in item.quotes]
    assert [text for text in quotes if in_the_open.home.line in text]


def test_the_one_who_stayed_keeps_his_own_address(found: Found) -> None:
    assert found.package(lasse).subject.address == f"{old_home.line}, {old_home.postcode}"
