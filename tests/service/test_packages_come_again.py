"""Does a later search lose, hide or show too much? What is restricted stays so, what is new reaches people, what people wrote stays."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

NAME = "Jordan Example"
REFERENCE = "K-example0001"
PLACES = ("/", "/inbox/?state=all", "/inbox/?state=all&format=csv", "/search/?q=Jordan", "/packages/K-second0001/")


def example(town: Town, **changes: Any) -> Any:
    """The worked example as a search would bring it, with changes."""
    from headwater.service.agencies.models import today
    from headwater.service.demo.example import make_example

    team = town.package().team
    return make_example(team.lake_team, team.name, "Dudley", today()).model_copy(update=changes)


def second(town: Town, trigger: str = "frequent_missing", **changes: Any) -> Any:
    """Another package about the same person, of another trigger."""
    made = example(town, package_id="K-second0001", **changes)
    return made.model_copy(update={"method": made.method.model_copy(update={"trigger": trigger})})


def with_line(released: Any, sentence: str = "Missing once more.", number: str = "EV-new") -> Any:
    """The same package with one more piece of evidence."""
    first, *others = released.evidence
    day = released.as_of - timedelta(1)
    item = first.items[0].model_copy(update={"evidence_id": number, "occurred_on": day, "sentence": sentence})
    return released.model_copy(update={"evidence": [first.model_copy(update={"items": [*first.items, item]}), *others]})


def member(number: str, name: str, *, suspected_on: date | None = None, relationship: str = "sibling") -> Any:
    from headwater.triggers.packages.package import HouseholdMember

    return HouseholdMember.model_validate(
        {
            "person_id": number, "name": name, "relationship": relationship, "age": 12, "since": None, "certainty": "stated", "why": "",
            "suspected_on": suspected_on,
        }
    )  # fmt: skip


def bring(*packages: Any, run: str = "later") -> Any:
    from headwater.service.cases.actions.bring import bring_in

    return bring_in(packages, run=run)


def say_no(town: Town, state: str = "not needed", **told: Any) -> Any:
    from headwater.service.cases.actions import packages
    from headwater.service.cases.rules import PackageState

    package = town.package()
    told = told or {"reason": "help-in-place", "note": "The school leads a plan."}
    packages.say_no(package, acting=town.actor("sergeant@police"), state=PackageState(state), **told)
    return package


def restrict(town: Town, case: Any, restriction: str = "gang-witness") -> None:
    from headwater.service.cases.actions import cases

    case.refresh_from_db()
    cases.restrict(case, acting=town.actor("sergeant@police"), restriction=restriction, people=[])


def shows(town: Town, key: str = "pcso@police") -> list[str]:
    """The pages on which somebody reads the name of the second package's subject, or a link to the package."""
    client = town.client(key)
    pages = {address: client.get(address) for address in PLACES}
    return [
        address
        for address, page in pages.items()
        if "/packages/K-second0001" in page.content.decode()
        or (page.status_code == 200 and NAME in page.content.decode())
    ]


def count_in_navigation(town: Town, key: str) -> int:
    from headwater.service.cases.selectors import waiting_packages

    return waiting_packages(town.actor(key)).count()


def told_to(town: Town, key: str) -> list[tuple[str, bool]]:
    from headwater.service.notices.models import Notice

    return list(Notice.objects.filter(user=town.user(key)).order_by("id").values_list("words", "urgent"))


# ---- restricted


def test_a_new_package_about_somebody_restricted_comes_in_locked(town: Town) -> None:
    restrict(town, town.case())
    before = count_in_navigation(town, "pcso@police"), count_in_navigation(town, "sergeant@police")
    bring(second(town))
    assert shows(town) == []
    assert "K-second0001 for" in town.client("pcso@police").get("/inbox/").content.decode()
    assert count_in_navigation(town, "pcso@police") == before[0]
    assert count_in_navigation(town, "sergeant@police") == before[1] + 1, "those who decide have it"
    assert town.client("sergeant@police").get("/packages/K-second0001/").status_code == 200


def test_a_package_that_waits_is_locked_when_its_persons_case_is(town: Town) -> None:
    case = town.case()
    bring(second(town))
    assert town.client("pcso@police").get("/packages/K-second0001/").status_code == 200
    before = count_in_navigation(town, "pcso@police")
    restrict(town, case)
    assert shows(town) == []
    assert count_in_navigation(town, "pcso@police") == before - 1
    bring(with_line(second(town)))
    assert shows(town) == [], "a later run does not open it"
    restrict(town, case, "")
    assert town.client("pcso@police").get("/packages/K-second0001/").status_code == 200, (
        "nor does it stay locked for ever"
    )


def test_a_closed_case_that_is_restricted_still_locks_and_so_does_one_of_another_team(town: Town) -> None:
    from headwater.service.agencies.models import Team
    from headwater.service.cases.actions import cases

    case = town.case()
    restrict(town, case)
    cases.close(case, acting=town.actor("sergeant@police"), outcome="better", words="x", learned="")
    other = Team.objects.filter(agency=case.team.agency).exclude(lake_team="").exclude(pk=case.team_id).first()
    assert other is not None
    type(case).objects.filter(pk=case.pk).update(team=other)
    bring(second(town))
    assert shows(town) == []


def test_what_the_trigger_locked_stays_locked_when_the_case_is_opened_again(town: Town) -> None:
    case = town.case()
    restrict(town, case)
    bring(second(town, "repeat_domestic_abuse"))
    restrict(town, case, "")
    assert "/packages/K-second0001/" not in shows(town)
    assert town.client("pcso@police").get("/packages/K-second0001/").status_code == 404


def test_one_package_about_abuse_locks_the_others_about_the_same_person(town: Town) -> None:
    assert town.client("pcso@police").get(f"/packages/{REFERENCE}/").status_code == 200
    bring(second(town, "repeat_domestic_abuse"))
    pcso = town.client("pcso@police")
    assert pcso.get(f"/packages/{REFERENCE}/").status_code == 404
    assert NAME not in pcso.get("/search/?q=Jordan").content.decode()


# ---- answered, and something new


def test_new_evidence_brings_an_answered_package_back_and_the_old_answer_stands_on_it(town: Town) -> None:
    from headwater.service.agencies.models import today

    package = say_no(town)
    done = bring(with_line(example(town)))
    assert done.updated == 1
    package.refresh_from_db()
    assert package.state == "waiting"
    assert package.answer_by == today() + timedelta(28)
    assert (package.reason, package.note, package.decided_by) == ("", "", None)
    page = town.client("sergeant@police").get(f"/packages/{REFERENCE}/").content.decode()
    assert "Answered before: not needed" in page
    assert "The school leads a plan." in page
    assert "Missing once more." in page
    assert "Take it on" in page
    assert REFERENCE in town.client("sergeant@police").get("/inbox/").content.decode()
    assert ("1 package that your team had answered is back with something new", False) in told_to(
        town, "sergeant@police"
    )
    lies = done.lies[REFERENCE]
    assert (lies.state, lies.before) == ("waiting", "not needed")


def test_other_words_alone_leave_an_answer_and_what_it_was_given_to(town: Town) -> None:
    package = say_no(town)
    package.refresh_from_db()
    before = told_to(town, "sergeant@police")
    first, *others = example(town).evidence
    changed = first.model_copy(
        update={"items": [one.model_copy(update={"sentence": "Put otherwise."}) for one in first.items]}
    )
    done = bring(example(town, evidence=[changed, *others]))
    assert (done.updated, done.unchanged) == (0, 1)
    content = package.content
    package.refresh_from_db()
    assert package.state == "not needed"
    assert package.content == content
    assert told_to(town, "sergeant@police") == before


def test_an_answer_that_has_not_gone_back_still_goes_when_the_package_waits_again(town: Town, service: Any) -> None:
    from headwater.records import Lake
    from headwater.service.cases.actions.feedback import return_answers
    from headwater.triggers.answers.store import read_answers

    line = town.package().content["evidence"][0]["items"][0]
    say_no(town, "wrong evidence", note="That was his cousin.", evidence_id=line["evidence_id"])
    rewritten = with_line(example(town)).evidence[1:]
    bring(
        example(
            town,
            evidence=[
                *rewritten,
                with_line(example(town))
                .evidence[0]
                .model_copy(update={"items": with_line(example(town)).evidence[0].items[-1:]}),
            ],
        )
    )
    package = town.package()
    assert package.state == "waiting"
    page = town.client("sergeant@police").get(f"/packages/{REFERENCE}/").content.decode()
    assert line["sentence"] in page, "the line that they meant is gone from the package and not from the answer"
    from django.conf import settings

    lake = Lake.open(settings.HEADWATER.lake)
    assert return_answers([package.pk]) == 1
    answer = read_answers(lake)[-1]
    assert (answer.package_id, answer.answer, answer.evidence_id) == (REFERENCE, "wrong evidence", line["evidence_id"])
    assert answer.reason == "That was his cousin."
    package.refresh_from_db()
    assert package.answers[0]["returned"]
    assert package.returned_at is None
    assert return_answers([package.pk]) == 0


def test_after_a_wrong_person_the_page_says_to_check_first(town: Town) -> None:
    say_no(town, "wrong person", note="His cousin of the same name.")
    bring(with_line(example(town)))
    page = town.client("sergeant@police").get(f"/packages/{REFERENCE}/").content.decode()
    assert "Answered before: wrong person" in page
    assert f"Check first that this is about {NAME}." in page


def test_what_came_back_and_is_taken_back_is_answered_as_before(town: Town) -> None:
    from headwater.service.cases.actions.bring import take_back

    package = say_no(town)
    package.refresh_from_db()
    content = package.content
    bring(with_line(example(town)))
    take_back(REFERENCE)
    package.refresh_from_db()
    assert package.state == "not needed"
    assert package.note == "The school leads a plan."
    assert package.content == content
    assert (package.answers, package.news) == ([], [])


def test_the_desk_never_says_that_a_team_has_what_is_in_no_inbox(town: Town) -> None:
    from headwater.service.desk.words import say_where

    say_no(town)
    words = say_where(bring(example(town)).lies[REFERENCE])
    assert "nobody’s inbox" in words
    assert "not needed" in words
    assert "in the inbox of" in say_where(bring(with_line(example(town))).lies[REFERENCE])
    town.case()
    assert "nothing is new" in say_where(bring(with_line(example(town))).lies[REFERENCE])
    more = with_line(with_line(example(town)), "Missing a third time.", "EV-newer")
    assert "was added to a case" in say_where(bring(more).lies[REFERENCE])


# ---- what keeps people safe


def test_what_keeps_people_safe_reaches_the_open_case(town: Town) -> None:
    from headwater.service.cases.paper import plan_for_paper
    from headwater.service.cases.rules import WHOLE

    case = town.case()
    type(case).objects.filter(pk=case.pk).update(wishes="To be left alone.", contact_safely="Ring the aunt.")
    day = example(town).as_of
    home = [
        member("P-dad", "Dan Example", relationship="step-parent", suspected_on=day),
        member("P-sis", "Sue Example"),
    ]
    bring(example(town, contact_safely="Do not leave a message.", household=home))
    case.refresh_from_db()
    assert case.contact_safely.startswith("Ring the aunt.\nFrom the search")
    assert case.contact_safely.endswith("Do not leave a message.")
    assert case.household.filter(suspected_on=day).count() == 1
    assert case.household.count() == 2
    assert plan_for_paper(case, WHOLE).wants == "", "the paper knows of the suspect"
    lines = case.entries.filter(kind="household").values_list("text", flat=True)
    assert "Suspected of harm at home" in "".join(lines)
    assert case.entries.filter(kind="news", category="contact", text="Do not leave a message.").exists()
    assert ("The search found something new for a case that you lead", True) in told_to(town, "officer@police")
    number = case.entries.count()
    bring(example(town, contact_safely="Do not leave a message.", household=home, why_now="Put otherwise."))
    assert case.entries.count() == number, "told once"


def test_a_search_never_takes_a_suspicion_away_or_brings_back_what_people_took_away(town: Town) -> None:
    case = town.case()
    day = example(town).as_of
    suspect = member("P-dad", "Dan Example", relationship="step-parent", suspected_on=day - timedelta(9))
    bring(example(town, household=[suspect, member("P-sis", "Sue Example")]))
    case.household.filter(name__contains="ibling").delete()
    bring(example(town, household=[suspect, member("P-sis", "Sue Example")], why_now="Put another way."))
    assert case.household.count() == 1, "whom people took off the list stays off it"
    bring(example(town, household=[suspect.model_copy(update={"suspected_on": None}), member("P-sis", "Sue Example")]))
    assert case.household.get().suspected_on == day - timedelta(9)
    case.household.all().delete()
    suspect = suspect.model_copy(update={"suspected_on": None})
    bring(example(town, household=[suspect, member("P-sis", "Sue Example")], why_now="Put otherwise."))
    assert case.household.count() == 0
    bring(example(town, household=[suspect.model_copy(update={"suspected_on": day}), member("P-sis", "Sue Example")]))
    assert case.household.get().suspected_on == day, "a newer suspicion is news"


def test_people_at_home_whom_people_wrote_down_are_not_doubled(town: Town) -> None:
    from headwater.service.cases.models import Member

    case = town.case()
    Member.objects.create(case=case, name="carol example", relationship="mum", age_words="about 40")
    bring(example(town, household=[member("P-mum", "Carol Example", relationship="parent")]))
    mother = case.household.get()
    assert (mother.relationship, mother.age_words) == ("mum", "about 40")
    assert mother.key


def test_a_package_that_waits_and_becomes_urgent_says_so_once_and_is_never_less(town: Town) -> None:
    from headwater.service.agencies.models import today

    bring(example(town, urgent_on=today(), answer_by=today() + timedelta(2)))
    package = town.package()
    assert package.urgent
    assert package.answer_by == today() + timedelta(2)
    assert ("1 package that waits for your team has something new", True) in told_to(town, "sergeant@police")
    assert "It is urgent now." in town.client("officer@police").get(f"/packages/{REFERENCE}/").content.decode()
    bring(with_line(example(town)))
    assert town.package().urgent
    assert told_to(town, "sergeant@police")[-1] == ("1 package that waits for your team has something new", False)


def test_new_evidence_for_a_case_that_nobody_works_on_reaches_those_who_could(town: Town) -> None:
    from headwater.service.cases.actions import cases

    case = town.case()
    cases.close(case, acting=town.actor("sergeant@police"), outcome="better", words="x", learned="")
    lies = bring(with_line(example(town))).lies[REFERENCE]
    assert lies.closed
    assert ("The search found something new for a case that is closed", False) in told_to(town, "sergeant@police")


# ---- taken on


def test_a_package_that_joins_a_case_brings_what_keeps_safe_and_asks_for_no_lead(town: Town) -> None:
    case = town.case()
    home = [member("P-dad", "Dan Example", suspected_on=example(town).as_of)]
    bring(second(town, contact_safely="Ring the school.", household=home))
    sergeant = town.client("sergeant@police")
    page = sergeant.get("/packages/K-second0001/take-on/").content.decode()
    assert case.reference in page
    assert "Who leads?" not in page
    assert "How often" not in page
    assert sergeant.post("/packages/K-second0001/take-on/", {"once": uuid.uuid4()}).status_code == 302
    case.refresh_from_db()
    assert case.lead == town.user("officer@police")
    assert case.contact_safely == "Ring the school."
    assert case.household.filter(suspected_on__isnull=False).exists()
    assert ("One more package was added to a case that you lead", True) in told_to(town, "officer@police")


def test_why_it_was_passed_on_is_nobodys_answer(town: Town) -> None:
    from headwater.service.agencies.models import Membership, Team
    from headwater.service.cases.actions.earlier import answer_now
    from headwater.service.cases.actions.packages import pass_on, take_on

    package = town.package()
    other = Team.objects.filter(agency=package.team.agency).exclude(lake_team="").exclude(pk=package.team_id).first()
    assert other is not None
    sergeant = town.user("sergeant@police")
    Membership.objects.create(user=sergeant, team=other, role="sergeant")
    pass_on(package, acting=town.actor("sergeant@police"), team=other, note="He moved to your ward.")
    package = town.package()
    page = town.client("sergeant@police").get(f"/packages/{REFERENCE}/").content.decode()
    assert "Another team passed it on" in page
    assert "He moved to your ward." in page
    take_on(package, acting=town.actor("sergeant@police"), lead=town.user("sergeant@police"), review_every=28)
    assert answer_now(town.package()).words == ""


# ---- around the family


def sister(town: Town, **changes: Any) -> Any:
    made = example(town, package_id="K-sister0001", **changes)
    subject = made.subject.model_copy(update={"person_id": "P-sis", "name": "Sue Example", "other_names": []})
    return made.model_copy(update={"subject": subject})


def around(town: Town, key: str, reference: str) -> str:
    page = town.client(key).get(f"/packages/{reference}/").content.decode()
    return page[page.index("Who else is around the family") :].split("</section>")[0]


def test_work_about_people_of_the_same_home_is_found_from_either_side(town: Town) -> None:
    from headwater.service.cases.models import Member, Package

    bring(example(town, household=[member("P-sis", "Sue Example")]), sister(town))
    assert "K-sister0001" in around(town, "pcso@police", REFERENCE)
    assert "about the same home" in around(town, "pcso@police", REFERENCE)
    assert REFERENCE in around(town, "pcso@police", "K-sister0001"), "though her package names nobody at home"
    case = town.case()
    assert f"{case.reference}</a>" in around(town, "pcso@police", "K-sister0001")
    held = f"{Package.objects.filter(reference=REFERENCE).values()} {Member.objects.filter(case=case).values()}"
    assert "P-sis" not in held, "numbers of people at home do not cross over"


def test_locked_work_about_the_home_is_counted_only_for_those_who_decide(town: Town) -> None:
    bring(example(town, household=[member("P-sis", "Sue Example")]), sister(town))
    case = town.case()
    restrict(town, case)
    case.grants.filter(user=town.user("partnership@police")).delete()
    part = around(town, "partnership@police", "K-sister0001")
    assert "1 case of your team that you may not open" in part
    assert case.reference not in part
    assert "may not open" not in around(town, "pcso@police", "K-sister0001")
    assert case.reference not in around(town, "pcso@police", "K-sister0001")


def test_the_page_says_what_was_looked_at(town: Town) -> None:
    assert "Records name nobody else at home." in around(town, "pcso@police", REFERENCE)
    bring(example(town, household=[member("", "Sibling, 12 years")]))
    assert "this package came as a file" in around(town, "pcso@police", REFERENCE)
    bring(example(town, household=[member("P-sis", "Sue Example")]))
    assert "and 1 other person at home" in around(town, "pcso@police", REFERENCE)


def test_what_was_there_before_gets_its_key_and_its_kind(town: Town) -> None:
    from importlib import import_module

    from django.apps import apps

    from headwater.service.cases.actions.timeline import enter
    from headwater.service.cases.models import Subject

    case = town.case()
    entry = enter(case, "wishes", "Who is at home was written down", acting=None, category="household", by_words="x")
    Subject.objects.filter(pk=case.subject.pk).update(key="")
    import_module("headwater.service.cases.migrations.0003_what_came_before").bring_forward(apps, None)
    town.actor("sergeant@police")
    assert Subject.objects.get(pk=case.subject.pk).key
    entry.refresh_from_db()
    assert entry.kind == "household"


def test_who_is_at_home_has_a_kind_of_its_own_in_the_timeline(town: Town) -> None:
    from headwater.service.cases.actions.cases import write_member

    case = town.case()
    content = {"name": "Sue", "relationship": "sister", "age_words": "", "lives_here": True, "suspected": False}
    write_member(case, acting=town.actor("officer@police"), content=content)
    client = town.client("officer@police")
    line = "Who is at home was written down"
    assert line in client.get(f"/cases/{case.pk}/timeline/?kind=household").content.decode()
    assert line not in client.get(f"/cases/{case.pk}/timeline/?kind=wishes").content.decode()
