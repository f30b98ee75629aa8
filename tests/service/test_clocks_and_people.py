"""Do clocks do what they say; do administrators, uploads and the first agency work?"""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from tests.service.conftest import Town, read_and_send

pytestmark = pytest.mark.service


def test_an_unanswered_referral_is_escalated_once_and_then_lapses(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.actions.referral_clock import watch_clocks
    from headwater.service.notices.models import Notice

    case = town.case()
    asked = town.referred(case, accepted=False)
    assert watch_clocks() == (0, 0)
    asked.answer_by = today() - timedelta(1)
    asked.save()
    assert watch_clocks() == (1, 0)
    assert watch_clocks() == (0, 0)
    manager = town.user("charity-manager@charity")
    assert Notice.objects.filter(user=manager, urgent=True, words="A referral is not answered in time").count() == 1
    asked.refresh_from_db()
    asked.answer_by = today() - timedelta(15)
    asked.save()
    assert watch_clocks() == (0, 1)
    asked.refresh_from_db()
    assert (asked.state, asked.whose_move) == ("lapsed", "nobody")
    assert town.client("youth-worker@charity").get(f"/referrals/{asked.pk}/").content.decode().count("Jordan") == 0


def test_an_answer_is_never_due_on_a_bank_holiday(town: Town) -> None:
    from django.test import override_settings

    from headwater.service.cases.workdays import add_working_days, next_review

    assert add_working_days(date(2026, 12, 24), 1) == date(
        2026, 12, 29
    )  # Christmas, a Saturday, a Sunday, Boxing Day's substitute.
    assert add_working_days(date(2026, 11, 25), 5) == date(2026, 12, 2)
    assert next_review(date(2026, 11, 27), 28) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 4)
    with override_settings(NATION="SCT"):
        assert add_working_days(date(2026, 12, 31), 1) == date(
            2027, 1, 5
        )  # The second of January, a Saturday, is given on the Monday.


def test_an_urgent_notice_that_nobody_acknowledged_goes_to_the_managers(town: Town) -> None:
    from django.utils import timezone

    from headwater.service.notices.actions import acknowledge, escalate_urgent, tell
    from headwater.service.notices.models import Notice

    officer, pcso = town.user("officer@police"), town.actor("pcso@police")
    tell([officer, pcso.user], "Something urgent", link="/", urgent=True)
    Notice.objects.filter(words="Something urgent").update(at=timezone.now() - timedelta(hours=2))
    acknowledge(Notice.objects.get(words="Something urgent", user=pcso.user), acting=pcso)
    assert escalate_urgent() == 1
    assert escalate_urgent() == 0
    assert (
        Notice.objects.filter(user=town.user("sergeant@police"), words__contains="Nobody has acknowledged").count() == 1
    )


def test_an_urgent_notice_of_somebody_who_has_left_goes_to_the_agency_s_managers(town: Town) -> None:
    from django.utils import timezone

    from headwater.service.agencies.actions import end_time_here
    from headwater.service.notices.actions import escalate_urgent, tell
    from headwater.service.notices.models import Notice

    tell([town.user("officer@police")], "Something urgent", link="/", urgent=True)
    Notice.objects.filter(words="Something urgent").update(at=timezone.now() - timedelta(hours=2))
    end_time_here(acting=town.actor("administrator@police"), user_id=town.user("officer@police").pk)
    assert escalate_urgent() == 1
    told = Notice.objects.filter(words__contains="Nobody has acknowledged: Something urgent")
    assert {one.user.email for one in told} >= {"sergeant@police.example", "partnership@police.example"}


def test_what_presses_stands_first_among_the_notices(town: Town) -> None:
    from headwater.service.notices.actions import tell

    officer = town.user("officer@police")
    tell([officer], "This presses", link="/", urgent=True)
    tell([officer], "This can wait", link="/")
    page = town.client("officer@police").get("/notices/").content.decode()
    assert page.index("This presses") < page.index("This can wait")
    page = town.client("officer@police").get("/notices/?order=new").content.decode()
    assert page.index("This presses") > page.index("This can wait")


def test_what_is_not_taken_on_goes_and_leaves_no_name_in_the_history(town: Town) -> None:
    from django.utils import timezone

    from headwater.service.cases.models import Package, Subject
    from headwater.service.retention import NOT_TAKEN_ON_DAYS, remove_expired

    package = town.package()
    sent = town.client("sergeant@police").post(
        f"/packages/{package.reference}/not-needed/", {"reason": "help-in-place", "note": ""}
    )
    assert sent.status_code == 302
    long_ago = timezone.now() - timedelta(NOT_TAKEN_ON_DAYS + 1)
    Package.objects.filter(pk=package.pk).update(decided_at=long_ago)
    remove_expired()
    assert Package.objects.filter(pk=package.pk).exists(), "the answer has not gone back to the search yet"
    Package.objects.filter(pk=package.pk).update(returned_at=long_ago)
    remove_expired()
    remove_expired()
    assert not Package.objects.filter(pk=package.pk).exists()
    assert not Subject.objects.filter(pk=package.subject_id).exists()


def test_both_parties_are_reminded_of_a_review_at_each_step_once(town: Town) -> None:
    from headwater.service.agencies.actions import remind_of_reviews
    from headwater.service.agencies.models import Agreement, today

    one = Agreement.objects.get(receiver=town.agency("Council"))
    told: list[str] = []

    def tell(users: object, words: str, agreement: Agreement) -> None:
        told.append(words)

    for days, expected in ((90, 0), (59, 2), (40, 2), (29, 4), (6, 6), (1, 6)):
        one.review_on = today() + timedelta(days)
        one.save(update_fields=["review_on"])
        remind_of_reviews(tell)
        assert len(told) == expected, days


def test_without_a_live_agreement_nothing_passes_and_what_passed_is_seen_no_more(town: Town) -> None:
    from headwater.service.agencies.models import Agreement

    case = town.case()
    town.referred(case)
    youth = town.client("youth-worker@charity")
    assert youth.get(f"/cases/{case.pk}/").status_code == 200
    agreement = Agreement.objects.get(receiver=town.agency("Fresh Start"))
    sent = town.client("partnership@police").post(
        f"/agreements/{agreement.pk}/withdraw/", {"why": "A breach is looked into."}
    )
    assert sent.status_code == 302
    assert youth.get(f"/cases/{case.pk}/").status_code == 404
    page = town.client("officer@police").get(f"/cases/{case.pk}/refer/").content.decode()
    assert "Fresh Start" not in page
    assert "Made-up Council" in page


def test_an_idle_session_ends(town: Town) -> None:
    import time

    client = town.client("officer@police")
    assert client.get("/").status_code == 200
    session = client.session
    session["seen_at"] = time.time() - 5 * 3600
    session.save()
    assert client.get("/").status_code == 302


def test_packages_come_in_by_a_page_and_whatever_is_none_does_not(town: Town) -> None:
    from headwater.service.agencies.models import today
    from headwater.service.cases.models import Package
    from headwater.service.demo.example import make_example

    analyst = town.client("analyst@police")
    one = make_example("DY10", "x", "Dudley", today()).model_copy(update={"package_id": "K-upload0001"})

    def file(text: str, name: str = "K-upload0001.json") -> io.BytesIO:
        made = io.BytesIO(text.encode())
        made.name = name
        return made

    bad = analyst.post("/bring-in/", {"chosen": [file(one.model_dump_json()), file("{}", "K-bad.json")]})
    assert bad.status_code == 422
    assert "K-bad.json is no package" in bad.content.decode()
    assert not Package.objects.filter(reference="K-upload0001").exists()
    good = analyst.post("/bring-in/", {"chosen": [file(one.model_dump_json())]})
    assert good.status_code == 302
    assert Package.objects.get(reference="K-upload0001").team.lake_team == "DY10"
    assert town.client("sergeant@police").get("/bring-in/").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"), (b"\x89PNG\r\n\x1a\n....", "png"), (b"\xff\xd8\xff....", "jpg"), ("Grüße".encode(), "txt"), (b"", None),
        (b"<svg onload=alert(1)>", None), (b"<!DOCTYPE html><script>", None), (b"MZ\x90\x00\x03", None), (b"\x7fELF\x02\x01", None),
        (b"PK\x03\x04 no zip", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_is_read_from_its_bytes(content: bytes, kind: str | None) -> None:
    from headwater.service.cases.files import kind_of_file

    assert kind_of_file(content) == kind


def test_a_document_is_kept_and_never_shown_inside_a_page(town: Town) -> None:
    case = town.case()
    officer = town.client("officer@police")
    evil = io.BytesIO(b"<svg xmlns='x'><script>alert(1)</script></svg>")
    evil.name = "picture.png"
    assert officer.post(f"/cases/{case.pk}/documents/add/", {"title": "Evil", "file": evil}).status_code == 422
    letter = io.BytesIO(b"Dear all")
    letter.name = "letter.html"
    assert officer.post(f"/cases/{case.pk}/documents/add/", {"title": "Letter", "file": letter}).status_code == 302
    kept = case.documents.get()
    answer = officer.get(f"/cases/{case.pk}/documents/{kept.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_who_is_at_home_is_written_by_hand_and_guards_the_paper(town: Town) -> None:
    case = town.case()
    officer = town.client("officer@police")
    told = {"name": "A step-father", "relationship": "step-father", "lives_here": "on", "suspected": "on"}
    assert read_and_send(officer, f"/cases/{case.pk}/household/add/", told).status_code == 302
    assert "A recorded suspect lives there" in officer.get(f"/cases/{case.pk}/plan/print/").content.decode()
    member = case.household.get()
    assert read_and_send(officer, f"/cases/{case.pk}/household/{member.pk}/", told | {"gone": "on"}).status_code == 302
    assert not case.household.exists()


def test_the_first_agency_is_entered_by_the_operator(town: Town) -> None:
    from headwater.service.running.enrol import enrol
    from headwater.service.running.prepare import NotReady

    told = {
        "name": "Another Force",
        "kind": "police",
        "domains": ["force.example"],
        "data_protection": ["dpo@force.example"],
    }
    link = enrol(**told, email="first@force.example", person="First Person")
    assert "/sign-in/password/reset/key/" in link
    page = town.client(None).get(
        link.split("localhost:8000")[1] if "localhost:8000" in link else "/" + link.split("/", 3)[3], follow=True
    )
    assert page.status_code == 200
    with pytest.raises(NotReady, match="already"):
        enrol(**told, email="second@force.example", person="Second Person")
    with pytest.raises(NotReady, match="kind"):
        enrol(**(told | {"name": "Third", "kind": "circus"}), email="third@force.example", person="Third")


def test_a_team_covers_areas_with_days(town: Town) -> None:
    from headwater.service.agencies.models import Team

    team = Team.objects.get(lake_team="DY07")
    administrator = town.client("administrator@police")
    day = {"starts_day": "1", "starts_month": "1", "starts_year": "2020"}
    assert (
        administrator.post(f"/teams/{team.pk}/areas/add/", {"code": "E0", "name": "Made-up area", **day}).status_code
        == 302
    )
    area = team.areas.get(code="E0")
    assert administrator.post(f"/teams/{team.pk}/areas/{area.pk}/end/", {"once": ""}).status_code == 302
    area.refresh_from_db()
    assert area.ends is not None
