"""Does each part of a package say what the records say, no more, and no later?

Everybody in these stories is made up.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from headwater.engine import DuckDBEngine
from headwater.records import Lake, load
from headwater.triggers.runs.explain import explain
from headwater.triggers.runs.find import NotFound, find_package
from headwater.triggers.search import search
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

world = World()

# Two kinds fire for Amber: one recorded by a crime, one told by her mother. Neither older evidence nor weak is named.

amber_mother, amber = a_family("Amberly", born="2006-04-05")
world.crime("2014-01-01", victim(amber_mother), present(amber), flags="DA", scene=amber.home)
world.crime("2016-08-08", victim(amber_mother), present(amber), flags="DA", scene=amber.home)
world.notice("2016-10-10", amber, mother(amber_mother), text="Mother was drunk and could not stand.")

# A plan alone fires for Bede.

bede_mother, bede = a_family("Bedeworth", born="2007-05-06")
world.plan("2016-09-09", bede, "CP_NEGLECT", parent=bede_mother)

# Cato's father went to prison and records say later that he lives with Cato again; Drusus's father did not come back.


def jailed(name: str, back: str) -> tuple[Who, Who]:
    woman, child = a_family(name, born="2006-06-07")
    man = Who(f"{name[:4]}us", name, "1975-07-08", "M", child.home, nominal=f"N-{name}", pnc="")
    world.notice("2015-09-09", child, mother(woman), father(man), text="Mother was drunk and could not stand.")
    world.custody("2016-01-10", man, disposal="CHARGE", court="IMPRISONMENT", court_on="2016-02-20")
    if back:
        world.notice(back, child, mother(woman), father(man), text="Mother was drunk and fell.")
    else:
        world.notice("2016-11-11", child, mother(woman), text="Mother was drunk and fell.")
    return man, child


cato_father, cato = jailed("Catoville", "2016-12-12")
drusus_father, drusus = jailed("Drusuham", "")

# A baby born after the first record of the home.

ennis_mother, ennis = a_family("Ennisford", born="2004-02-02")
ennis_baby = Who("Babyo", "Ennisford", "2016-05-05", "M", ennis.home)
world.crime("2015-11-11", victim(ennis_mother), present(ennis), flags="DA", scene=ennis.home)
world.notice(
    "2016-06-06",
    ennis,
    mother(ennis_mother),
    child_of_the_home(ennis_baby, "SIBLING"),
    text="Mother was drunk and fell.",
)

# Ivo lives with the man who is suspected of hitting his mother.

ivo_mother, ivo = a_family("Ivington", born="2005-01-09")
ivo_man = Who("Ivoman", "Ivington", "1979-02-02", "M", ivo.home)
world.crime("2016-03-03", victim(ivo_mother), suspect(ivo_man, "PARTNER"), present(ivo), flags="DA", scene=ivo.home)
world.notice("2016-04-04", ivo, mother(ivo_mother), father(ivo_man), text="Mother was drunk and fell.")

# Jory lives with his mother alone, and she is in prison.

jory_mother, jory = a_family("Jorytown", born="2006-02-07")
jory_mother = jory_mother.but(nominal="N-Jorytown")
world.notice("2016-02-02", jory, mother(jory_mother), text="Mother was drunk and could not stand.")
world.custody("2016-05-10", jory_mother, disposal="CHARGE", court="IMPRISONMENT", court_on="2016-06-20")

# Kit and Lark are brother and sister of one home; the search drafts a package about both.

kit_mother, kit = a_family("Kitterby", born="2004-03-01")
lark = Who("Lark", "Kitterby", "2008-04-02", "F", kit.home)
world.crime("2016-03-03", victim(kit_mother), present(kit), present(lark), flags="DA", scene=kit.home)
world.notice(
    "2016-04-04", kit, mother(kit_mother), child_of_the_home(lark, "SIBLING"), text="Mother was drunk and fell."
)

# A log about Fabian denies one thing of the home, and speaks of a neighbour and of what might be.

fabian_mother, fabian = a_family("Fabianby")
world.crime("2016-02-02", victim(fabian_mother), present(fabian), flags="DA", scene=fabian.home)
world.notice(
    "2016-07-07", fabian, mother(fabian_mother),
    text="Mother was drunk. There is no violence at home. The neighbour does not use drugs. If mother is not drunk she may stay.",
)  # fmt: skip

# Two calls about a mother's drinking: somebody went to the one, nobody to the other.


def called_about(name: str, result: str) -> Who:
    woman, child = a_family(name)
    world.notice("2016-01-01", child, mother(woman), text="Seen at home.")
    world.incident(
        "2016-05-05", victim(woman), present(child), place=child.home, result=result,
        text="20:00:00 OP1 INFT STATES THE MOTHER IS DRUNK AGAIN",
    )  # fmt: skip
    world.crime("2016-06-06", victim(woman), present(child), flags="DA", scene=child.home)
    return child


attended, not_attended = called_about("Attendham", "ATTENDED"), called_about("Nobodywent", "NFA")

# Gisela's is no domestic abuse, but her home is withheld: contact is warned of all the same.

gisela_mother, gisela = a_family("Giselton", premises="REFUGE", protected=True)
world.plan("2016-09-09", gisela, "CP_NEGLECT", parent=gisela_mother)
world.notice("2016-09-09", gisela, mother(gisela_mother), text="Seen at home.")

# Only intelligence knows the birthday and the mother of Hesper.

hesper_home = a_home("Hesper Row")
hesper = Who("Hesper", "Intelworth", "2006-03-03", "F", hesper_home, nominal="N-Hesper", pnc="")
world.intelligence("2016-05-05", hesper, "Marked words about Hesper.")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("parts"))


def test_why_now_names_what_fired_how_sure_it_is_and_when(found: Found) -> None:
    package = found.package(amber)
    assert package.why_now == (
        "Two or more kinds of harm within 24 months of each other: drink or drugs in the home (suspected, 10 October 2016); "
        "domestic abuse in the home (recorded, 8 August 2016)."
    )
    items = {item.evidence_id: item for kind in package.evidence for item in kind.items}
    assert [items[name].occurred_on for name in package.fired_by] == [date(2016, 10, 10), date(2016, 8, 8)]
    assert all(items[name].counts for name in package.fired_by)


def test_one_strong_event_is_said_to_be_one(found: Found) -> None:
    package = found.package(bede)
    assert package.why_now == ("One strong event in the last 24 months: neglect (recorded, 9 September 2016).")
    assert len(package.fired_by) == 1


def test_what_fired_is_evidence_on_the_page_for_every_package(found: Found) -> None:
    for package in found.packages:
        items = {item.evidence_id for kind in package.evidence for item in kind.items if item.counts}
        assert package.fired_by
        assert set(package.fired_by) <= items


def test_a_father_whom_records_put_back_home_after_prison_is_at_home(found: Found) -> None:
    member = next(m for m in found.package(cato).household if m.person_id == found.id(cato_father))
    assert member.certainty == "stated"
    assert "20 February 2016" in member.why
    assert "A record of 12 December 2016 says again that they live together." in member.why


def test_of_a_father_who_went_to_prison_it_is_not_known_whether_he_is_back(found: Found) -> None:
    member = next(m for m in found.package(drusus).household if m.person_id == found.id(drusus_father))
    assert member.certainty == "uncertain"
    assert member.why.endswith("Whether they are back is not known.")


def test_who_of_the_home_is_a_suspect_is_said(found: Found) -> None:
    by_name = {member.name: member for member in found.package(ivo).household}
    assert by_name["Ivoman Ivington"].suspected_on == date(2016, 3, 3)
    assert by_name["Ivinine Ivington"].suspected_on is None
    page = found.files()[f"packages/{found.package(ivo).package_id}.html"]
    assert "Named as a suspect in what was found, last on 3 March 2016." in page


def test_it_is_said_when_nobody_is_known_to_look_after_the_child(found: Found) -> None:
    def told(child: Who) -> bool:
        return any("Who looks after the child" in line.text for line in found.package(child).not_known)

    assert told(jory)
    assert not told(drusus)  # His mother is at home.


def test_brothers_and_sisters_with_drafts_lead_to_each_other(found: Found) -> None:
    one, other = found.package(kit), found.package(lark)
    assert {m.package_id for m in one.household} == {None, other.package_id}
    assert f'href="{other.package_id}.html"' in found.files()[f"packages/{one.package_id}.html"]


def test_household_days_are_days_of_records_and_no_day_before_a_birth(found: Found) -> None:
    by_name = {member.name: member for member in found.package(ennis).household}
    baby = by_name["Babyo Ennisford"]
    assert baby.since == date(2016, 6, 6)
    assert by_name["Enniine Ennisford"].since == date(2015, 11, 11)
    assert "The newest record that says so is of 6 June 2016." in baby.why


def test_nobody_lives_anywhere_before_birth(found: Found) -> None:
    for package in found.packages:
        born = package.subject.date_of_birth
        for member in package.household:
            assert member.since is None or born is None or member.since >= born


def test_what_argues_against_is_said_of_the_home_and_as_a_fact(found: Found) -> None:
    said = " ".join(statement.text for statement in found.package(fabian).argues_against)
    assert "no violence at home" in said
    assert "neighbour does not use drugs" not in said
    assert "may stay" not in said


@pytest.mark.parametrize(("child", "strength"), [(attended, "moderate"), (not_attended, "weak")])
def test_health_of_an_adult_at_home_counts_only_where_somebody_attended(
    found: Found, child: Who, strength: str
) -> None:
    assert found.strengths(child, "household_substance_misuse") == {strength}
    assert found.fires(child) == (strength == "moderate")


def test_contact_is_warned_of_where_an_address_is_withheld(found: Found) -> None:
    package = found.package(gisela)
    assert package.subject.address_withheld
    assert package.contact_safely
    assert "safeguarding" in found.files()[f"packages/{package.package_id}.html"]


def test_who_is_in_intelligence_only_has_neither_name_nor_birthday_in_any_file(found: Found) -> None:
    everything = "".join(found.files().values())
    assert "Hesper" not in everything
    assert "2006-03-03" not in everything
    assert "Marked words" not in everything


# What was loaded or protected after a search.

refuge_later = Home("77 Laterward Crescent", "DY9 7ZZ", "HOUSE", False)


@pytest.fixture(scope="module")
def looked_back(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """A search of June in a lake that knows of a refuge since July."""
    told = World()
    woman, child = a_family("Laterward")
    woman, child = woman.at(refuge_later), child.at(refuge_later)
    told.notice("2016-02-02", child, mother(woman), text="Mother was drunk at 77 Laterward Crescent.")
    told.crime(
        "2016-03-03", victim(woman), suspect(Who("Manno", "Laterman", "1980-01-01", "M")), present(child), flags="DA"
    )
    told.notice(
        "2016-07-20", child.at(Home(refuge_later.line, refuge_later.postcode, "REFUGE", True)), text="Safe now."
    )
    return told.search(tmp_path_factory.mktemp("looked_back"), as_of=date(2016, 6, 30))


def test_a_search_that_looks_back_keeps_what_was_protected_since(looked_back: Found) -> None:
    (package,) = looked_back.packages
    assert package.subject.address_withheld
    everything = "".join(looked_back.files().values()).lower().replace(" ", "")
    assert "laterwardcrescent" not in everything
    assert "dy97zz" not in everything
    with DuckDBEngine(threads=2) as engine:
        told = json.dumps(explain(looked_back.lake, engine, package), default=str).lower().replace(" ", "")
    assert "laterwardcrescent" not in told
    assert "dy97zz" not in told


def test_explain_reads_as_the_search_read_whatever_was_loaded_since(
    found: Found, tmp_path_factory: pytest.TempPathFactory
) -> None:
    told = World()
    woman, child = a_family("Oldenough")
    told.plan("2016-02-02", child, parent=woman)
    folder = tmp_path_factory.mktemp("explained")
    old = told.search(folder, as_of=date(2016, 6, 30))
    package = old.package(child)
    newer = World()
    newer.notice("2016-08-08", child.but(family="Married-Oldenough"), mother(woman), text="Mother was drunk.")
    with DuckDBEngine(threads=2) as engine:
        before = explain(old.lake, engine, package)
    with DuckDBEngine(threads=2) as engine:
        report = load(Lake.open(folder / "lake"), [newer.export(folder / "newer")], engine=engine)
        assert sum(batch.accepted for batch in report.batches)
        search(old.lake, engine=engine, as_of=date(2017, 3, 31))
    with DuckDBEngine(threads=2) as engine:
        assert explain(old.lake, engine, package) == before


def test_explain_says_when_the_joining_behind_a_package_is_gone(found: Found) -> None:
    package = found.package(bede)
    package = package.model_copy(update={"method": package.method.model_copy(update={"identity": "0000000000000000"})})
    with DuckDBEngine(threads=2) as engine, pytest.raises(NotFound, match="Search again"):
        explain(found.lake, engine, package)


def test_explain_tells_what_argues_against_and_takes_the_run_that_is_named(found: Found) -> None:
    package = find_package(found.lake, found.package(fabian).package_id, found.report.run)
    with DuckDBEngine(threads=2) as engine:
        told = explain(found.lake, engine, package)
    assert [line["text"] for line in told["argues_against"]] == [line.text for line in package.argues_against]
    assert any(row["text"] for line in told["argues_against"] for row in line["rows"])
    for link in told["links"]:
        assert link["match_weight"] == pytest.approx(
            link["starting_weight"] + sum(weight or 0 for weight in link["weights"].values()), abs=0.01
        )
    with pytest.raises(NotFound, match="no-such-run"):
        find_package(found.lake, package.package_id, "no-such-run")
