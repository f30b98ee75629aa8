"""Who is at home now, where did it happen, and whose words are quoted? A page must not lend one child another's words.

Everybody in these stories is made up.
"""

from __future__ import annotations

import pytest

from headwater.triggers.packages.package import Package
from tests.triggers.world import (
    Found,
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

# Osric's brother Piran said what happens at home; Osric himself was never asked.

osric_mother, osric = a_family("Osricton", born="2006-05-05")
piran = Who("Piran", "Osricton", "2004-04-04", "M", osric.home)
world.notice(
    "2016-08-08", piran, mother(osric_mother), child_of_the_home(osric, "SIBLING"),
    text="Seen at home.", voice="Mum gets hit by her boyfriend and I hide.",
)  # fmt: skip
world.notice("2016-09-09", osric, mother(osric_mother), text="Mother was drunk and could not stand.")

# Quilla said it herself.

quilla_mother, quilla = a_family("Quillaby", born="2005-05-06")
world.notice(
    "2016-08-09", quilla, mother(quilla_mother), text="Seen at home.", voice="Mum gets hit by her boyfriend and I hide."
)
world.notice("2016-09-10", quilla, mother(quilla_mother), text="Mother was drunk and could not stand.")

# Rufus left the home of his mother's former partner and lives with his aunt.

rufus_mother, rufus = a_family("Rufusham", born="2006-06-08")
rufus = rufus.but(nominal="N-Rufus")
old_man = Who("Oldman", "Otherby", "1970-01-09", "M", rufus.home)
world.crime(
    "2015-05-05", victim(rufus_mother), suspect(old_man, "PARTNER"), present(rufus), flags="DA", scene=rufus.home
)
world.notice("2015-06-06", rufus, mother(rufus_mother), father(old_man), text="Mother was drunk and fell.")
new_home = a_home("Rufusham New Road")
aunt = Who("Auntine", "Rufusham", "1972-02-03", "F", new_home)
world.notice("2016-10-10", rufus.at(new_home), mother(aunt), text="Seen at home with her.")

# Silvan's placement has ended; Tamsin's is open.


def in_care(name: str, until: str) -> Who:
    woman, child = a_family(name, born="2007-07-07")
    child = child.but(nominal=f"N-{name}")
    placed = a_home(f"{name} Foster Lane")
    world.plan("2015-08-01", child, "EARLY_HELP", until="2015-09-09", parent=woman)
    world.notice("2015-08-08", child, mother(woman), text="Mother was drunk and could not stand.")
    world.care("2015-10-10", child.at(placed), until=until, lead="Looked after children team")
    return child


silvan, tamsin = in_care("Silvanby", "2016-11-11"), in_care("Tamsinby", "")

# Ursel is recorded as abused by a man who is recorded at home.

ursel_mother, ursel = a_family("Urselton", born="2004-08-09")
ursel_man = Who("Urselman", "Urselton", "1971-03-04", "M", ursel.home)
world.crime(
    "2016-05-05",
    victim(ursel),
    suspect(ursel_man, "CHILD"),
    code="19D",
    outcome="1",
    scene=ursel.home,
    text="Made-up words of how.",
)
world.notice("2016-06-06", ursel, mother(ursel_mother), father(ursel_man), text="Seen at home.")

# Valko's mother's call was taken back; his brother Waldo was present, Valko was not named.

valko_mother, valko = a_family("Valkoby", born="2006-09-09")
waldo = Who("Waldo", "Valkoby", "2008-10-10", "M", valko.home)
world.notice(
    "2016-01-02",
    valko,
    mother(valko_mother),
    child_of_the_home(waldo, "SIBLING"),
    text="Mother was drunk and could not stand.",
)
world.incident(
    "2016-03-03", victim(valko_mother), present(waldo), closing="304", place=valko.home,
    text="20:00:00 OP1 CALLER STATES HUSBAND HIT HER\n20:30:00 OP1 CALLER RANG BACK TO SAY THAT DOMESTIC VIOLENCE WAS NOT TRUE",
)  # fmt: skip

# Xanthe's father is a suspect of domestic abuse in another family's home; Yarrow's in her own.


def suspected(name: str, elsewhere: bool) -> Who:
    woman, child = a_family(name, born="2005-11-11")
    man = Who(f"{name[:4]}man", name, "1974-04-05", "M", child.home)
    other = Who("Strangine", f"Else{name}", "1980-02-05", "F", a_home(f"{name} Other Street"))
    world.notice("2016-01-02", child, mother(woman), father(man), text="Mother was drunk and could not stand.")
    world.crime(
        "2016-02-02",
        victim(other if elsewhere else woman),
        suspect(man, "PARTNER"),
        flags="DA",
        scene=other.home if elsewhere else child.home,
    )
    return child


xanthe, yarrow = suspected("Xantheby", True), suspected("Yarrowby", False)

# An open plan for Zeno, from before the newest record.

zeno_mother, zeno = a_family("Zenoville", born="2006-12-12")
world.crime("2015-10-10", victim(zeno_mother), present(zeno), flags="DA", scene=zeno.home)
world.plan("2016-01-01", zeno, "CHILD_IN_NEED", lead="Zenoville team")
world.notice("2016-05-05", zeno, mother(zeno_mother), text="Mother was drunk and could not stand.")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("homes"))


def items(package: Package, indicator: str) -> list:
    return [item for kind in package.evidence if kind.indicator == indicator for item in kind.items]


def test_only_the_child_s_own_words_are_told_by_the_child(found: Found) -> None:
    (told,) = items(found.package(quilla), "household_domestic_abuse")
    assert told.sureness == "disclosed"
    assert told.sentence.startswith("The child spoke")
    assert [quote.whose for quote in told.quotes] == ["What the child said"]
    (other,) = items(found.package(osric), "household_domestic_abuse")
    assert other.sureness == "suspected"
    assert other.sentence.startswith("Another child said")
    assert [quote.whose for quote in other.quotes] == ["What another child, Piran Osricton, said"]


def test_what_the_child_said_is_shown_whole_and_nobody_else_s(found: Found) -> None:
    (saying,) = found.package(quilla).said
    assert saying.text == "Mum gets hit by her boyfriend and I hide."
    assert found.package(osric).said == []
    page = found.files()[f"packages/{found.package(quilla).package_id}.html"]
    assert "What the child said" in page
    assert saying.text in page


def test_only_the_present_home_is_who_is_at_home(found: Found) -> None:
    package = found.package(rufus)
    assert [member.name for member in package.household] == ["Auntine Rufusham"]
    before = {member.name: member for member in package.lived_with_before}
    assert "Oldman Otherby" in before
    assert all(member.package_id is None for member in before.values())


def test_a_placement_is_called_one_and_so_is_its_end(found: Found) -> None:
    ended, open_ = found.package(silvan), found.package(tamsin)
    assert "ended on 11 November 2016" in str(ended.subject.address_note)
    assert "not known" in str(ended.subject.address_note)
    assert "placement has ended" in ended.team.why
    assert ended.household == []
    assert str(open_.subject.address_note).startswith("The child is in care")
    assert "has ended" not in open_.team.why


def test_a_suspect_of_abuse_at_home_stands_first_on_the_page(found: Found) -> None:
    warning = str(found.package(ursel).contact_safely)
    assert warning.startswith(
        "Somebody who is recorded at home is named as a suspect of abuse of this child. Do not alert them"
    )
    assert "Domestic abuse is recorded" not in warning
    assert "suspect of abuse of this child" not in str(found.package(yarrow).contact_safely)


def test_a_crime_shows_how_it_was_done(found: Found) -> None:
    quotes = [quote for item in items(found.package(ursel), "sexual_abuse") for quote in item.quotes]
    assert [(quote.whose, quote.text) for quote in quotes] == [
        ("How it was done, as the crime record says", "Made-up words of how.")
    ]


def test_what_was_taken_back_argues_against_it_on_every_child_s_page(found: Found) -> None:
    for child in (valko, waldo):
        assert any("takes back" in line.text for line in found.package(child).argues_against), child.given


def test_the_sentence_says_where_it_was_and_who_of_the_home(found: Found) -> None:
    (there,), (here,) = (items(found.package(child), "household_domestic_abuse") for child in (xanthe, yarrow))
    assert there.sentence.endswith("at another address.")
    assert there.other == "Xantman Xantheby, born 1974"
    assert "at the child's home" in here.sentence


def test_an_update_marks_what_is_new_for_its_lead(found: Found) -> None:
    package = found.package(zeno)
    assert package.update_for is not None
    new = {item.indicator: item.is_new for kind in package.evidence for item in kind.items}
    assert new == {"household_domestic_abuse": False, "household_substance_misuse": True}
    assert found.files()[f"packages/{package.package_id}.html"].count("New for the lead</strong>") == 1


def test_weak_evidence_says_why_it_is_weak(found: Found) -> None:
    weak = [
        item
        for package in found.packages
        for kind in package.evidence
        for item in kind.items
        if item.strength == "weak"
    ]
    assert all(item.why_not_counted and item.why_not_counted.startswith("It is weak on its own: ") for item in weak)
