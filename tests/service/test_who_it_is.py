"""Can people correct who somebody is and how to make contact safely, and does what they wrote stay and reach no further than it may?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.conftest import Town, read_and_send

pytestmark = pytest.mark.service

OFFICER, HOUSING = "officer@police", "housing-officer@housing"
OLD, NEW = "1 Made-up House", "9 Hidden Row"


def answers(case: Any, **other: Any) -> dict[str, Any]:
    """The form as it stands, with what is different."""
    subject = case.subject
    day = subject.born_on
    told = {
        "name": subject.name, "address": subject.address, "contact_safely": case.contact_safely,
        **({"born_on_day": day.day, "born_on_month": day.month, "born_on_year": day.year} if day else {}),
        **({"address_withheld": "on"} if subject.address_withheld else {}),
    }  # fmt: skip
    return {name: value for name, value in (told | other).items() if value is not None}


def fresh(case: Any) -> Any:
    from headwater.service.cases.models import Case

    return Case.objects.get(pk=case.pk)


def change(client: Any, case: Any, **other: Any) -> Any:
    case = fresh(case)
    return read_and_send(client, f"/cases/{case.pk}/people/{case.subject.pk}/", answers(case, **other))


def search_again(case: Any, run: str, **subject: Any) -> None:
    """A later run of the search tells something about the person of the worked example."""
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.bring import bring_in
    from headwater.service.demo.example import make_example

    team = case.team
    one = make_example(team.lake_team, team.name, "Dudley", today())
    told = one.model_copy(update={"subject": one.subject.model_copy(update=subject), "why_now": run})
    assert bring_in([told], run=run).updated == 1


def helped_by_housing(town: Town, case: Any, categories: list[str]) -> Any:
    from headwater.service.cases.actions.referrals import accept

    asked = town.referred(case, to="Made-up Homes", categories=categories, accepted=False)
    accept(asked, acting=town.actor(HOUSING))
    return town.client(HOUSING)


def test_a_name_that_was_wrong_is_put_right_and_a_later_search_does_not_undo_it(town: Town) -> None:
    from headwater.triggers.packages.words import say_day

    case = town.case()
    born = say_day(case.subject.born_on)
    officer = town.client(OFFICER)
    assert change(officer, case, name="Jordan Righton", address=NEW, born_on_year=1999).status_code == 302
    search_again(case, "later", name="Jordan Exampel", address=OLD, other_names=["Jo"])
    case = fresh(case)
    assert (case.name, case.subject.address, case.subject.other_names) == ("Jordan Righton", NEW, ["Jo"])
    entry = case.entries.get(words__startswith="The search says something else")
    assert entry.words.endswith("name, date of birth, address")
    page = officer.get(f"/cases/{case.pk}/people/{case.subject.pk}/").content.decode()
    assert f"The newest search says: name Jordan Exampel, date of birth {born}, address 1 Made-up House." in page
    search_again(case, "later still", name="Jordan Exampel", address=OLD, other_names=["Jo", "J"])
    assert case.entries.filter(words__startswith="The search says something else").count() == 1
    assert case.reference in officer.get("/search/", {"q": "Righton"}).content.decode()
    corrected = case.entries.get(words__startswith="Corrected")
    assert corrected.by.email == f"{OFFICER}.example"
    assert NEW not in corrected.words + corrected.text


def test_a_withheld_address_is_nowhere_from_then_on(town: Town) -> None:
    from headwater.service.cases.actions.sight import what_can_be_told

    case = town.case()
    officer = town.client(OFFICER)
    housing = helped_by_housing(town, case, ["contact", "plan"])
    where = ("", "timeline/", "plan/print/", f"people/{case.subject.pk}/")
    assert OLD in officer.get(f"/cases/{case.pk}/").content.decode()
    assert OLD in officer.get("/packages/K-example0001/").content.decode()
    assert change(officer, case, address=NEW).status_code == 302
    assert NEW in housing.get(f"/cases/{case.pk}/").content.decode()
    assert change(officer, case, address_withheld="on").status_code == 302
    search_again(case, "later", address=OLD)
    for client in (officer, housing):
        for address in (*(f"/cases/{case.pk}/{one}" for one in where), "/packages/K-example0001/"):
            text = client.get(address).content.decode()
            assert OLD not in text, address
            assert NEW not in text, address
        for words in ("Hidden Row", "Made-up House"):
            assert case.reference not in client.get("/search/", {"q": words}).content.decode()
    told = fresh(case)
    assert "Address withheld" in [one.words for one in what_can_be_told(told)["contact"]]
    assert (told.subject.address, told.subject.search_says) == ("", {})


def test_an_address_that_the_search_learns_is_protected_is_withheld_until_people_say_otherwise(town: Town) -> None:
    case = town.case()
    officer = town.client(OFFICER)
    change(officer, case, address=NEW)
    search_again(case, "later", address="address withheld", address_withheld=True)
    assert fresh(case).subject.address_withheld
    assert NEW not in officer.get(f"/cases/{case.pk}/").content.decode()
    assert change(officer, case, address=NEW, address_withheld=None).status_code == 302
    search_again(case, "once more", address="address withheld", address_withheld=True)
    told = fresh(case).subject
    assert (told.address, told.address_withheld) == (NEW, False)


def test_how_to_make_contact_safely_is_written_by_hand_and_heard_of_at_once(town: Town) -> None:
    from headwater.service.cases.actions.plan import add_action
    from headwater.service.notices.models import Notice

    case = town.case(lead="sergeant@police")
    pcso = town.actor("pcso@police")
    add_action(case, acting=pcso, words="x", due=case.next_review_on, agency=case.team.agency, owner=pcso.user)
    officer = town.client(OFFICER)
    words = "Text first. Never call at home."
    assert change(officer, case, contact_safely=words).status_code == 302
    assert words in town.client("pcso@police").get(f"/cases/{case.pk}/").content.decode()
    assert "needs care on paper" in officer.get(f"/cases/{case.pk}/plan/print/").content.decode()
    told = Notice.objects.filter(words__startswith="How to contact somebody safely", urgent=True)
    assert {one.user.email for one in told} == {"sergeant@police.example", "pcso@police.example"}
    assert "contact_safely" in officer.get("/cases/begin/").content.decode()


def test_a_case_begun_by_hand_carries_how_to_make_contact_safely(town: Town) -> None:
    from headwater.service.cases.models import Case

    team = town.actor(OFFICER).user.live_memberships[0].team_id
    told = {
        "team": team, "name": "Robin Byhand", "why": "x", "review_every": "28", "looked": "on", "contact_safely": "Only at school.",
    }  # fmt: skip
    assert town.client(OFFICER).post("/cases/begin/", told).status_code == 302
    assert Case.objects.latest("pk").contact_safely == "Only at school."


def test_what_only_a_restricted_case_may_know_does_not_reach_other_work(town: Town) -> None:
    from headwater.service.agencies.models import Team
    from headwater.service.cases.actions.cases import restrict
    from headwater.service.cases.models import Case, CaseSubject

    case = town.case()
    elsewhere = Team.objects.filter(agency=case.team.agency).exclude(pk=case.team_id)[0]
    other = Case.objects.create(team=elsewhere, opened_by=case.opened_by, why="x", next_review_on=case.next_review_on)
    CaseSubject.objects.create(case=other, subject=case.subject)
    sergeant = town.actor("sergeant@police")
    restrict(case, acting=sergeant, restriction="domestic-abuse", people=[town.user(OFFICER)])
    officer = town.client(OFFICER)
    for told in ({"address": NEW}, {"name": "A New Name"}):
        refused = change(officer, case, **told)
        assert refused.status_code == 422
        assert "would be read there" in refused.content.decode()
    assert change(officer, case, address_withheld="on").status_code == 302
    line = other.entries.get()
    assert (line.words, line.by_words, line.category, line.by) == (
        "Brought up to date: address",
        "Headwater",
        "own team",
        None,
    )


def test_only_the_team_that_leads_says_who_it_is_and_not_behind_broken_glass(town: Town) -> None:
    from headwater.service.cases.actions.cases import restrict

    case = town.case()
    housing = helped_by_housing(town, case, ["identity", "contact", "plan", "household", "wishes"])
    pages = (f"/cases/{case.pk}/people/{case.subject.pk}/", f"/cases/{case.pk}/people/add/")
    pcso = town.client("pcso@police")
    for page in pages:
        assert housing.get(page).status_code == 404
        assert pcso.get(page).status_code == 200
    restrict(case, acting=town.actor("sergeant@police"), restriction="other", people=[])
    assert (
        pcso.post(f"/cases/{case.pk}/break-glass/", {"reason": "She has not come home from school."}).status_code == 302
    )
    for page in pages:
        assert pcso.get(page).status_code == 404


def test_a_case_is_about_two_people_and_about_one_again(town: Town) -> None:
    case = town.case()
    officer = town.client(OFFICER)
    add = f"/cases/{case.pk}/people/add/"
    assert officer.post(add, {"name": "Ashley Sibling", "address": NEW}).status_code == 302
    assert officer.post(add, {"name": "ashley sibling"}).status_code == 422
    page = officer.get(f"/cases/{case.pk}/").content.decode()
    assert "Ashley Sibling" in page
    assert NEW in page
    for words in ("Ashley", "Jordan", "Hidden Row"):
        assert case.reference in officer.get("/search/", {"q": words}).content.decode(), words
    second = fresh(case).about.last().subject
    asks = officer.get(f"/cases/{case.pk}/plan/print/").content.decode()
    assert "Whose paper is it?" in asks
    assert "needs care on paper" in asks
    first = f"/cases/{case.pk}/people/{case.subject.pk}/"
    assert read_and_send(officer, first, answers(case, gone="on")).status_code == 422  # A package is about him.
    told = {"name": second.name, "address": second.address, "gone": "on"}
    assert read_and_send(officer, f"/cases/{case.pk}/people/{second.pk}/", told).status_code == 302
    assert [one.subject.name for one in fresh(case).about.all()] == [case.subject.name]


def test_two_who_correct_at_once_are_told(town: Town) -> None:
    from tests.service.conftest import version_in

    case = town.case()
    officer, pcso = town.client(OFFICER), town.client("pcso@police")
    address = f"/cases/{case.pk}/people/{case.subject.pk}/"
    version = version_in(pcso.get(address).content.decode())
    assert change(officer, case, name="Jordan Righton").status_code == 302
    answer = pcso.post(address, answers(case, address=NEW) | {"version": version, "name": "Jordan Example"})
    assert answer.status_code == 422
    assert "Jordan Righton" in answer.content.decode()
    assert fresh(case).subject.address != NEW
