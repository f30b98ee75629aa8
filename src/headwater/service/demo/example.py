"""The worked example: a made-up young man in council accommodation, in care since 14, repeatedly missing, small crimes, benefits on hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from headwater import __version__
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.indicator import read_indicators

REFERENCE = "K-example0001"


def make_example(team_id: str, team_name: str, npu: str, on: date) -> Package:
    """The package as an analyst would have released it, dated back from `on`."""
    born = on - timedelta(int(18.4 * 365.25))
    missing = [300, 240, 150, 64, 21]
    evidence = [
        _kind(
            "care_experience",
            [
                _item(
                    1,
                    on,
                    4 * 365,
                    "He came into the care of the council at 14.",
                    "children",
                    "CS/EX/14",
                    "strong",
                    "recorded",
                    "in care",
                )
            ],
        ),
        _kind(
            "repeat_missing",
            [
                _item(
                    10 + number,
                    on,
                    days,
                    f"He was reported missing from his accommodation for {2 + number % 3} days.",
                    "missing",
                    f"MP/EX/{number}",
                    "strong",
                    "recorded",
                    "missing",
                )
                for number, days in enumerate(missing)
            ],
        ),
        _kind(
            "charge_or_conviction",
            [
                _item(
                    30,
                    on,
                    45,
                    "He was dealt with for taking food from a shop.",
                    "crime",
                    "20DY/EX/1",
                    "moderate",
                    "recorded",
                    "suspected",
                )
            ],
        ),
        _kind(
            "homelessness",
            [
                _item(
                    40,
                    on,
                    12,
                    "His benefits are on hold, and his place in council accommodation is at risk.",
                    "command_and_control",
                    "CC/EX/1",
                    "moderate",
                    "disclosed",
                    "told an officer",
                )
            ],
        ),
    ]
    items = [item for kind in evidence for item in kind["items"]]
    return Package.model_validate(
        {
            "package_id": REFERENCE, "status": "confirmed", "made_up": True, "as_of": on, "urgent_on": None, "ready_on": on - timedelta(21),
            "confirmed": {"by": "made-up analyst", "at": f"{on}T09:00:00", "rejected": 0, "held_back": 0}, "answer_by": on + timedelta(28),
            "subject": {
                "person_id": "P-example", "name": "Jordan Example", "other_names": ["Jordy Example"], "date_of_birth": born, "age": 18, "sex": "male",
                "address": "Flat 2, 1 Made-up House, Dudley DY1 0ZZ", "address_since": on - timedelta(200), "address_note": "Council accommodation",
                "address_withheld": False, "area": team_name, "records_joined": 9, "sources_joined": ["Missing people", "Crime records", "Children’s services"],
                "certainty": "certain", "doubts": [],
            },
            "why_now": "Missing again 3 weeks ago, for the fifth time in a year, as a young man who has been in care since 14; his benefits are on hold.",
            "fired_by": [item["evidence_id"] for item in items if item["indicator"] in ("care_experience", "repeat_missing")], "contact_safely": None,
            "update_for": None, "team": {"team_id": team_id, "name": team_name, "npu": npu, "why": "His accommodation lies in this ward."},
            "timeline": [
                {"on": item["occurred_on"], "until": None, "lane": kind["title"], "label": item["sentence"], "evidence_id": item["evidence_id"], "counts": True}
                for kind in evidence for item in kind["items"]
            ],
            "evidence": evidence, "household": [], "said": [
                {"said_on": on - timedelta(21), "where": "in a return interview", "text": "I only go because there is nothing to do there. I would like to work with cars.",
                 "record": _record("missing", "MP/EX/4", 4)},
            ],
            "argues_against": [{"text": "He came back by himself each time.", "records": [_record("missing", "MP/EX/4", 4)]}],
            "helps_already": [{"text": "A leaving-care adviser of the council sees him once a month.", "records": [_record("children", "CS/EX/15", 5)]}],
            "not_known": [{"text": "Whether he has anybody he trusts.", "records": []}, {"text": "Whether he or his adviser has been told.", "records": []}],
            "intelligence": [],
            "method": {
                "trigger": "tipt", "trigger_title": "TIPT: young people with adverse childhood experiences", "trigger_version": "example", "purpose": "welfare",
                "help": "To see early who needs help, and to plan it with them.", "owner": "Partnership lead for children", "review_by": None,
                "indicator_versions": {kind["indicator"]: "example" for kind in evidence}, "linkage_model": "example", "identity": "example", "lexicon": "example",
                "software": f"Headwater {__version__}",
            },
        }
    )  # fmt: skip


def _kind(indicator: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    found = read_indicators()[indicator]
    return {
        "indicator": indicator, "title": found.title, "claims": found.claims, "does_not_claim": found.does_not_claim,
        "items": [item | {"indicator": indicator} for item in items],
    }  # fmt: skip


def _record(source: str, reference: str, row: int) -> dict[str, Any]:
    titles = {
        "missing": "Missing people",
        "crime": "Crime records",
        "children": "Children’s services",
        "command_and_control": "Command and control",
    }
    return {
        "source": source,
        "source_title": titles[source],
        "reference": reference,
        "event_id": f"E-example-{row}",
        "batch": "example",
        "row_no": row,
    }


def _item(
    number: int,
    on: date,
    days: int,
    sentence: str,
    source: str,
    reference: str,
    strength: str,
    sureness: str,
    role: str,
) -> dict[str, Any]:
    day = on - timedelta(days)
    return {
        "evidence_id": f"EV-example-{number}", "occurred_on": day, "recorded_on": day, "age_at_event": int(18.4 - days / 365.25), "strength": strength,
        "sureness": sureness, "role": role, "sentence": sentence, "records": [_record(source, reference, number)], "quotes": [], "counts": True,
        "why_not_counted": None, "handling": "official", "because_text": False, "because_linkage": False,
    }  # fmt: skip
