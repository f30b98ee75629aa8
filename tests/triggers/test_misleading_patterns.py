"""Does any of the eleven ways in which records mislead about childhood pass for evidence?

Each story is told twice: once as it misleads, once as it is meant, so that a search which finds nothing fails too. Everybody
is made up.
"""

from __future__ import annotations

import pytest

from tests.triggers.world import (
    Found,
    Home,
    Who,
    World,
    a_home,
    caller,
    child_of_the_home,
    father,
    involved,
    mother,
    pnc,
    present,
    suspect,
    victim,
)

DOMESTIC_ABUSE = "household_domestic_abuse"
world = World()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    return world.search(tmp_path_factory.mktemp("misleading"))


# 1. The same address. In each of these a child and a man are written down at one address on the same days; he is suspected of
# domestic abuse against a woman elsewhere. Wherever strangers share a roof, that tells nothing about the child.

SHARED: dict[str, Who] = {}
for premises, child, man in (
    ("HMO", Who("Ida", "Mosslebeck", "2006-02-03"), Who("Gus", "Thrupwold", "1980-03-11", "M")),
    ("HOSTEL", Who("Edda", "Plumbrake", "2007-04-19"), Who("Rolf", "Oxhanger", "1979-07-23", "M")),
    ("REFUGE", Who("Suki", "Wendlefen", "2005-09-08"), Who("Abel", "Yarncastle", "1984-01-29", "M")),
    ("CARE_HOME", Who("Nell", "Fothergrub", "2004-11-21"), Who("Kurt", "Zellwick", "1990-05-17", "M")),
    ("HOUSE", Who("Mina", "Crumblehay", "2006-06-14"), Who("Otto", "Vinterhouse", "1981-10-02", "M")),
):
    roof = a_home("Borrowed Roof", premises=premises)
    world.notice("2016-04-01", child.at(roof), text="Routine visit.")
    world.crime(
        "2016-04-20",
        victim(Who("Elsewhere", man.family + "x", "1982-02-02")),
        suspect(man.at(roof), "PARTNER"),
        flags="DA",
    )
    SHARED[premises] = child


@pytest.mark.parametrize("premises", ["HMO", "HOSTEL", "REFUGE", "CARE_HOME"])
def test_strangers_under_one_shared_roof_are_no_household(found: Found, premises: str) -> None:
    assert found.kinds(SHARED[premises]) - {"homelessness"} == set()


def test_the_same_rows_in_a_plain_house_are_a_household(found: Found) -> None:
    assert found.strengths(SHARED["HOUSE"], DOMESTIC_ABUSE) == {"moderate"}


hmo = a_home("Manifold Terrace", premises="HMO")
wilma, wilmas_father = (
    Who("Wilma", "Dabbleton", "2007-01-05", home=hmo),
    Who("Hugo", "Dabbleton", "1980-12-12", "M", hmo),
)
world.notice("2016-04-01", wilma, father(wilmas_father))
world.crime(
    "2016-04-20", victim(Who("Farah", "Elsewherex", "1983-02-02")), suspect(wilmas_father, "PARTNER"), flags="DA"
)


def test_a_father_in_a_shared_house_is_of_the_household_when_a_record_says_that_he_is_the_father(found: Found) -> None:
    assert found.strengths(wilma, DOMESTIC_ABUSE) == {"moderate"}


# A tower block: clerks leave out the flat. Thirteen families have "Skyhigh House, Tower Road" as their address.

tower = Home("Skyhigh House, Tower Road", "B90 1TR", "FLAT")
for number, name in enumerate(
    (
        "Abbotsnip",
        "Birkmoss",
        "Cinderloft",
        "Dunkerley",
        "Elmsquare",
        "Fennimole",
        "Gossipthwaite",
        "Hobbleden",
        "Inkersole",
        "Jubblewick",
        "Kettlemere",
    )
):
    world.incident(f"2016-05-{number + 1:02}", involved(Who("Tenant", name, f"19{60 + number}-01-01", home=tower)))
posy, man_of_the_tower = (
    Who("Posy", "Larkspindle", "2006-08-30", home=tower),
    Who("Bram", "Mugglestone", "1977-08-08", "M", tower),
)
world.notice("2016-04-01", posy)
world.crime(
    "2016-04-20", victim(Who("Third", "Elsewherey", "1978-05-05")), suspect(man_of_the_tower, "PARTNER"), flags="DA"
)

flat = Home("Flat 9, Skyhigh House, Tower Road", "B90 1TR", "FLAT")
rosa, man_of_the_flat = (
    Who("Rosa", "Nettlecombe", "2006-08-29", home=flat),
    Who("Dirk", "Oddlestone", "1976-08-08", "M", flat),
)
world.notice("2016-04-01", rosa)
world.crime(
    "2016-04-20", victim(Who("Fourth", "Elsewherez", "1977-05-05")), suspect(man_of_the_flat, "PARTNER"), flags="DA"
)


def test_a_tower_block_without_a_flat_number_is_no_household_but_one_flat_of_it_is(found: Found) -> None:
    assert found.kinds(posy) == set()
    assert found.strengths(rosa, DOMESTIC_ABUSE) == {"moderate"}


low_block = a_home("Lowly Court", premises="FLAT")
small_block = Home("Lowly Court, Quiet Way", low_block.postcode, "FLAT")
tilda, other_tenant = (
    Who("Tilda", "Pinchbatten", "2005-03-03", home=small_block),
    Who("Lars", "Quenby", "1975-04-04", "M", small_block),
)
world.notice("2016-04-01", tilda)
world.crime(
    "2016-04-20", victim(Who("Fifth", "Elsewherew", "1976-05-05")), suspect(other_tenant, "PARTNER"), flags="DA"
)


def test_a_block_of_flats_without_a_flat_number_says_little_even_when_few_of_its_families_are_known(
    found: Found,
) -> None:
    assert found.strengths(tilda) <= {"weak"}


# 2. The institution effect: staff of a children's home must call the police for what a parent would settle.

childrens_home = a_home("Staffed Lodge", premises="CARE_HOME")
kit, boy_next_door = (
    Who("Kit", "Ramsbottle", "2003-05-06", "M", childrens_home),
    Who("Jem", "Sallowby", "2003-07-08", "M", childrens_home),
)
for day in ("2016-06-01", "2016-06-20", "2016-07-11", "2016-08-02"):
    world.incident(
        day, involved(kit), victim(boy_next_door), qualifiers=("606", "609"), closing="304", place=childrens_home,
        text="Staff report an argument over the television. One cup broken.",
    )  # fmt: skip
world.crime("2016-09-01", victim(kit), suspect(boy_next_door), code="8N", flags="DA", scene=childrens_home)
family_home = a_home("Unstaffed Lane")
bo, bos_mother = (
    Who("Bo", "Tanglewort", "2003-05-07", "M", family_home),
    Who("Ulla", "Tanglewort", "1980-05-07", home=family_home),
)
world.notice("2016-01-10", bo, mother(bos_mother))
world.incident("2016-06-01", victim(bos_mother), qualifiers=("606", "609"), closing="304", place=family_home)


def test_calls_by_the_staff_of_a_childrens_home_are_no_domestic_abuse_but_a_call_from_a_family_home_is(
    found: Found,
) -> None:
    assert found.kinds(kit) == set()
    assert DOMESTIC_ABUSE in found.kinds(bo)


lotte = Who("Lotte", "Umberslade", "2002-10-10", home=childrens_home)
for day in ("2016-09-01", "2016-09-14", "2016-10-02", "2016-10-15", "2016-11-05"):
    world.missing(day, lotte, looked_after=True)


def test_reports_by_the_staff_of_a_childrens_home_are_one_occurrence_and_alone_make_nobody_a_subject(
    found: Found,
) -> None:
    assert {row["together"] for row in found.evidence(lotte, "repeat_missing")} == {"bout 1"}
    assert not found.fires(lotte)


# 3. The surveillance effect: who is watched is written down.

zeb = Who("Zeb", "Vetchcombe", "2002-03-04", "M", a_home("Watched Walk"))
for month in range(1, 11):
    world.incident(
        f"2016-{month:02}-05", involved(zeb), qualifiers=("607", "642"), closing="1", time="23:10:00",
        text="Patrol. Stopped and searched in the park with others. Nothing found. Sent on his way.",
    )  # fmt: skip
    world.intelligence(f"2016-{month:02}-06", zeb, "Seen again in the park with others.")
world.crime("2016-10-20", suspect(zeb), victim(Who("Shop", "Keepwell", "1960-01-01")), code="46")
world.custody("2016-10-20", zeb, markers="DRUG_DEP", code="46")
world.custody("2016-11-20", zeb, markers="DRUG_DEP", code="46")
yusra = Who("Yusra", "Wagtailby", "2002-03-05", home=a_home("Unwatched Walk"))
world.incident(
    "2016-05-05",
    present(yusra),
    caller(Who("Dora", "Wagtailby", "1980-08-08", home=yusra.home)),
    qualifiers=("606",),
    place=yusra.home,
)


def test_twenty_contacts_without_need_tell_nothing_and_one_event_with_need_tells(found: Found) -> None:
    assert found.kinds(zeb) == set()
    assert not found.fires(zeb)
    assert "strong" in found.strengths(yusra, DOMESTIC_ABUSE)


# 4. Duplicates: one night, told by the log, the crime, the notice and the custody record.

home4 = a_home("Echo Street")
ann4, ben4 = (
    Who("Annis", "Bellweather", "1985-05-02", home=home4),
    Who("Corin", "Bellweather", "1983-06-03", "M", home4),
)
tess = Who("Tess", "Bellweather", "2008-01-09", home=home4)
log4 = world.incident("2016-03-04", caller(ann4), suspect(ben4), present(tess), qualifiers=("606", "609"), place=home4)
crime4 = world.crime(
    "2016-03-04", victim(ann4), suspect(ben4, "PARTNER"), present(tess), flags="DA|CHILDPRES", log=log4, scene=home4
)
world.notice(
    "2016-03-06",
    tess,
    mother(ann4),
    father(ben4),
    boxes=("DV", "ALC"),
    log=log4,
    text="Mother was drunk and could not stand.",
)
world.custody("2016-03-08", ben4, crime=crime4)

home5 = a_home("Twice Street")
eve5, fay = (
    Who("Evelina", "Candlewright", "1985-05-12", home=home5),
    Who("Fay", "Candlewright", "2008-01-19", home=home5),
)
world.crime("2016-03-04", victim(eve5), present(fay), flags="DA", scene=home5)
world.notice("2016-10-06", fay, mother(eve5), text="Mother was drunk and could not stand.")


def test_one_night_told_by_four_systems_is_one_occurrence_and_its_second_kind_is_not_independent(found: Found) -> None:
    assert {"command_and_control", "crime", "protection_notice"} <= {
        row["event_id"].split(":")[0] for row in found.evidence(tess)
    }
    assert found.kinds(tess) == {DOMESTIC_ABUSE, "household_substance_misuse"}
    assert len(found.counts(tess)) == 1
    assert not found.fires(tess)


def test_two_kinds_from_two_nights_are_independent(found: Found) -> None:
    assert found.kinds(fay) == {DOMESTIC_ABUSE, "household_substance_misuse"}
    assert len(found.counts(fay)) == 2
    assert found.fires(fay)


# 5. Abuse long ago, told by an adult: it belongs to that adult's childhood.

home6 = a_home("Longago Road")
mara, bea = Who("Mara", "Dunnockby", "1986-07-01", home=home6), Who("Bea", "Dunnockby", "2009-04-04", home=home6)
world.crime("1997-06-01", victim(mara), code="20B", outcome="1", reported="2016-06-01")
world.notice(
    "2016-06-02",
    bea,
    mother(mara),
    text="Mother disclosed that she was sexually abused by her uncle when she was a child.",
)

home7 = a_home("Lately Road")
liv, tot = Who("Liv", "Emberleigh", "1998-07-01", home=home7), Who("Tot", "Emberleigh", "2015-04-04", "M", home7)
world.crime("2015-06-01", victim(liv), code="20B", outcome="1", reported="2016-06-01")
world.notice("2016-06-02", tot, mother(liv))


def test_abuse_long_ago_told_by_a_mother_says_nothing_about_her_child(found: Found) -> None:
    assert found.kinds(bea) == set()
    assert found.kinds(tot) == set()


def test_abuse_told_later_belongs_to_the_one_who_was_a_child_then(found: Found) -> None:
    (row,) = found.evidence(liv, "sexual_abuse")
    assert (row["age_at_event"], row["strength"]) == (16, "strong")
    assert found.fires(liv)
    assert not found.fires(mara)


# 6. The inversion: she is the victim, he alleges that she hit him, she is arrested.

home8 = a_home("Turnabout Close")
nora, jago = Who("Nora", "Finchcote", "1984-02-14", home=home8), Who("Jago", "Finchcote", "1982-09-09", "M", home8)
ivy = Who("Ivy", "Finchcote", "2007-12-01", home=home8)
world.notice("2016-01-15", ivy, mother(nora), father(jago))
world.crime("2016-05-01", victim(nora), suspect(jago, "PARTNER"), present(ivy), flags="DA", scene=home8)
counter = world.crime("2016-05-02", victim(jago), suspect(nora, "PARTNER"), present(ivy), flags="DA", scene=home8)
world.custody("2016-05-02", nora, crime=counter)

home9 = a_home("Straight Close")
ruth, sol = Who("Ruth", "Gadfleet", "1984-02-24", home=home9), Who("Sol", "Gadfleet", "2007-12-11", "M", home9)
world.notice("2016-01-15", sol, mother(ruth))
world.crime(
    "2016-05-02",
    victim(Who("Piers", "Gadfleet", "1982-09-19", "M", home9)),
    suspect(ruth, "PARTNER"),
    flags="DA",
    scene=home9,
)


def test_a_counter_allegation_neither_counts_twice_nor_names_the_victim_as_suspect(found: Found) -> None:
    assert len(found.counts(ivy, DOMESTIC_ABUSE)) == 1
    said = {row["sentence"] for row in found.evidence(ivy)}
    assert not [sentence for sentence in said if "mother was named as a suspect" in sentence]
    assert "strong" in found.strengths(ivy, DOMESTIC_ABUSE)
    assert not found.fires(ivy)


def test_a_mother_who_is_suspected_and_was_never_the_victim_is_named_so(found: Found) -> None:
    assert [row for row in found.evidence(sol) if "mother was named as a suspect" in row["sentence"]]


# 7. Marks without a date or an author.

home10 = a_home("Sticker Row")
vic, ada = Who("Vico", "Hatherpike", "1981-03-03", "M", home10), Who("Ada", "Hatherpike", "2008-03-13", home=home10)
world.notice("2016-02-01", ada, father(vic), boxes=("DRUG", "ALC", "NEGLECT"))
world.crime("2016-03-01", victim(vic), flags="DRUGS|ALC|MH|VULN", code="46")
world.custody("2016-04-01", vic, markers="DRUG_DEP")

home11 = a_home("Signed Row")
tom, gil = Who("Tomas", "Ivelchester", "1981-03-23", "M", home11), Who("Gil", "Ivelchester", "2008-03-30", "M", home11)
world.notice("2016-02-01", gil, father(tom))
world.custody("2016-04-01", tom, markers="DRUG_DEP")
world.custody("2016-07-01", tom, markers="DRUG_TEST_POS")


def test_marks_alone_are_no_evidence_that_counts_but_two_detentions_assessed_alike_are(found: Found) -> None:
    assert found.strengths(ada) == {"weak"}
    assert found.counts(ada) == set()
    assert "moderate" in found.strengths(gil, "household_substance_misuse")


unborn = Who("Undated", "Jessamore", "", home=a_home("Calendar Place"))
mother_of_unborn = Who("Orla", "Jessamore", "1985-11-11", home=unborn.home)
world.crime("2016-05-05", victim(mother_of_unborn), present(unborn), flags="DA", scene=unborn.home)


def test_somebody_whose_age_is_not_known_is_no_child_of_the_search(found: Found) -> None:
    people = {row["person_id"] for row in found.names if row["given_name"] == "Undated"}
    assert people
    assert not people & found.subjects
    assert not people & {row["person_id"] for row in found.rows}


# 8. One name and one date of birth, two people.

sam_here = Who("Sam", "Kenworthington", "2004-04-04", "M", a_home("First Sam Street"), pnc(2011, 1111))
sam_there = Who("Sam", "Kenworthington", "2004-04-04", "M", a_home("Second Sam Street"), pnc(2012, 2222))
world.crime("2016-02-02", victim(sam_here), code="20B", outcome="1")
world.crime("2016-03-03", victim(sam_there), code="105A")
sams_care = world.care("2016-08-08", sam_here.but(pnc="", home=None))

pat = Who("Pat", "Loxleyham", "2004-04-14", "M", a_home("Only Pat Street"), pnc(2013, 3333))
world.crime("2016-02-02", victim(pat), code="20B", outcome="1")
world.crime("2016-03-03", victim(pat), code="105A")
pats_care = world.care("2016-08-08", pat.but(pnc=""))


def test_two_pnc_ids_are_two_people_and_what_one_suffered_is_not_the_others(found: Found) -> None:
    (here,), (there,) = found.ids_by_pnc(sam_here), found.ids_by_pnc(sam_there)
    assert here != there
    assert not [row for row in found.rows if row["person_id"] == there and row["indicator"] == "sexual_abuse"]
    assert [row for row in found.rows if row["person_id"] == here and row["indicator"] == "sexual_abuse"]


def test_a_record_that_only_name_and_birth_give_to_one_of_two_namesakes_is_weak(found: Found) -> None:
    assert {row["strength"] for row in found.rows if row["event_id"].endswith(sams_care)} <= {"weak"}
    assert {row["strength"] for row in found.rows if row["event_id"].endswith(pats_care)} == {"strong"}


# The same without any number: one name and date of birth at two homes in one month, and a record that gives no home.
joe_here = Who("Joe", "Yaxleyburn", "2004-05-04", "M", a_home("First Joe Street"))
joe_there = joe_here.at(a_home("Second Joe Street"))
joes_crime = world.crime("2016-02-02", victim(joe_here), code="20B", outcome="1")
world.crime("2016-02-03", victim(joe_there), code="105A")
world.crime("2016-02-23", victim(joe_here), code="105A")
joes_care = world.care("2016-08-08", joe_there)

kim = Who("Kim", "Zouchmoor", "2004-05-14", "F", a_home("Only Kim Street"))
world.crime("2016-02-02", victim(kim), code="105A")
kims_care = world.care("2016-08-08", kim.at(None))


def test_namesakes_at_two_homes_are_two_people_or_their_evidence_is_weak(found: Found) -> None:
    told = {row["event_id"].split(":")[1]: row for row in found.rows}
    crime, care = told[joes_crime], told[joes_care]
    assert crime["person_id"] != care["person_id"] or {crime["strength"], care["strength"]} == {"weak"}


def test_a_person_whose_records_are_joined_by_name_and_birth_alone_is_not_called_certain(found: Found) -> None:
    assert [row for row in found.evidence(kim) if row["event_id"].endswith(kims_care)]
    assert found.package(kim).subject.certainty != "certain"


# 9. Brothers and sisters: what happened to one did not happen to all.

home12 = a_home("Sibling Green")
una, rex = Who("Una", "Mistlethorn", "1980-01-31", home=home12), Who("Rex", "Mistlethorn", "2006-01-01", "M", home12)
pia = Who("Pia", "Mistlethorn", "2009-02-02", home=home12)
world.notice(
    "2016-05-05", rex, mother(una), child_of_the_home(pia, "SIBLING"), boxes=("PHYS",), grade="RED",
    text="Rex was hit with a belt by his uncle.", voice="My uncle hit me with a belt.",
)  # fmt: skip
world.plan("2016-06-06", rex, "CP_PHYSICAL", lead="Sibling Team")
for day in ("2016-07-01", "2016-07-15", "2016-08-01"):
    world.missing(day, rex, informant=una, relation="MOTHER")
world.crime("2016-10-10", victim(una), flags="DA", scene=home12)


def test_what_happened_to_one_child_is_not_copied_to_a_sister_but_what_happened_at_home_is_hers_too(
    found: Found,
) -> None:
    assert found.kinds(rex) == {"physical_abuse", "repeat_missing", DOMESTIC_ABUSE}
    assert found.kinds(pia) == {DOMESTIC_ABUSE}
    assert found.fires(rex)
    assert not found.fires(pia)


# 10. Words that are denied.

home13 = a_home("Denial Hill")
gwen, max_ = Who("Gwen", "Nuthatchley", "1983-03-31", home=home13), Who("Max", "Nuthatchley", "2008-09-01", "M", home13)
world.notice(
    "2016-05-05", max_, mother(gwen),
    text="No drugs in the home. Mother denies drinking. There was no domestic abuse. Max was not hit by anybody. Father has never been in prison.",
)  # fmt: skip
home14 = a_home("Say So Hill")
hope, finn = Who("Hope", "Osierwick", "1983-03-30", home=home14), Who("Finn", "Osierwick", "2008-09-11", "M", home14)
world.notice("2016-05-05", finn, mother(hope), text="Mother uses heroin in the home. Father is in prison.")


def test_denied_words_are_no_evidence_and_the_same_words_meant_are(found: Found) -> None:
    assert found.kinds(max_) == set()
    assert found.kinds(finn) == {"household_substance_misuse", "household_imprisonment"}


# 11. Recording policy: the same night as one crime, as four crimes of one log, or recorded again under another code.

home15 = a_home("Four Crimes Street")
cass, ned = Who("Cass", "Pollardby", "1983-01-30", home=home15), Who("Ned", "Pollardby", "2008-11-01", "M", home15)
log15 = world.incident("2016-05-05", caller(cass), place=home15)
for code in ("8N", "105A", "8L", "58A"):
    world.crime(
        "2016-05-05", victim(cass), present(ned), code=code, flags="DA", log=log15, scene=home15, reported="2016-05-20"
    )
home16 = a_home("One Crime Street")
dot, una2 = Who("Dot", "Quincebury", "1983-01-20", home=home16), Who("Oona", "Quincebury", "2008-11-11", home=home16)
number = world.crime("2016-05-05", victim(dot), present(una2), code="8N", flags="DA", scene=home16)
world.crime("2016-05-05", victim(dot), present(una2), code="8L", flags="DA", scene=home16, number=number, version=2)
home17 = a_home("Many Crimes Street")
meg, lil = Who("Meg", "Rushbrookby", "1983-01-10", home=home17), Who("Lil", "Rushbrookby", "2008-11-21", home=home17)
for month in range(1, 13):
    world.crime(f"2016-{month:02}-05", victim(meg), present(lil), code="8L", flags="DA", scene=home17)


def test_more_crimes_for_one_night_or_another_code_make_no_more_evidence(found: Found) -> None:
    assert len(found.counts(ned)) == len(found.counts(una2)) == 1
    assert found.strengths(ned) == found.strengths(una2)
    assert found.fires(ned) == found.fires(una2) is False


def test_twelve_events_of_one_kind_are_twelve_occurrences_and_still_one_kind(found: Found) -> None:
    assert len(found.counts(lil)) == 12
    assert not found.fires(lil)
