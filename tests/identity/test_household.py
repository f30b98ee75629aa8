"""Who lives with whom: from stated homes and kinship, with hostels, strays and long silences in mind? All made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from headwater.engine import DuckDBEngine
from headwater.identity.household import make_households

HOUSE, OTHER, HOSTEL = "house", "other house", "hostel"
Home = tuple[str, str, date]
"""A person, a place, and the day on which a record states it."""
Tie = tuple[str, str, str, bool | None]
"""One person is *kind* of the other; whether a record says that they live together."""

BORN = {
    "Mum": date(1980, 1, 1),
    "Dad": date(1978, 1, 1),
    "Child": date(2006, 1, 1),
    "Lodger": date(1985, 1, 1),
    "Friend": date(1986, 1, 1),
}
FAMILY = {"Mum": "Oak", "Dad": "Oak", "Child": "Oak", "Lodger": "Elm", "Friend": "Ash"}


def live_together(
    homes: Sequence[Home],
    ties: Sequence[Tie] = (),
    on: date = date(2015, 6, 1),
    in_care: Sequence[tuple[str, date, date | None]] = (),
) -> dict[str, dict[str, str]]:
    """For each person who lives with whom on a day, and how sure it is; `in_care` are people with the days of an episode."""
    people = sorted({person for person, *_ in homes} | {name for tie in ties for name in tie[:2]})
    with DuckDBEngine() as engine:

        def table(name: str, columns: dict[str, list[object]], types: dict[str, pa.DataType]) -> None:
            engine.register(
                name, pa.table({key: pa.array(values, types.get(key, pa.string())) for key, values in columns.items()})
            )

        count = len(homes)
        table(
            "home_record",
            {
                "person_record_id": [f"{person}-{number}" for number, (person, *_) in enumerate(homes)],
                "address_key": [place for _, place, _ in homes], "line": [place for _, place, _ in homes], "postcode": [None] * count,
                "uprn": [None] * count, "lsoa": [None] * count, "premises": [None] * count, "protected": [False] * count,
                "stated_on": [day for *_, day in homes], "handling": ["ordinary"] * count,
            },
            {"protected": pa.bool_(), "stated_on": pa.date32()},
        )  # fmt: skip
        table(
            "address_kind",
            {
                "address_key": [HOUSE, OTHER, HOSTEL], "crowded": [False, False, True], "institution": [False, False, True],
                "refuge": [False] * 3, "shared_house": [False] * 3,
            },
            {name: pa.bool_() for name in ("crowded", "institution", "refuge", "shared_house")},
        )  # fmt: skip
        records = [f"{person}-{number}" for number, (person, *_) in enumerate(homes)] + [
            f"{person}-named" for person in people
        ]
        owners = [person for person, *_ in homes] + people
        table("person", {"person_record_id": records, "person_id": owners, "certainty": ["certain"] * len(records)}, {})
        table("person_record", {"person_record_id": records, "family_name": [FAMILY[name] for name in owners]}, {})
        table(
            "person_summary",
            {"person_id": people, "date_of_birth": [BORN[name] for name in people]},
            {"date_of_birth": pa.date32()},
        )
        table(
            "tie",
            {
                "person_id": [tie[0] for tie in ties], "other_person_id": [tie[1] for tie in ties], "kind": [tie[2] for tie in ties],
                "lives_together": [tie[3] for tie in ties], "stated_on": [date(2015, 1, 1)] * len(ties),
            },
            {"lives_together": pa.bool_(), "stated_on": pa.date32()},
        )  # fmt: skip
        episodes = [f"care-{number}" for number in range(len(in_care))]
        table(
            "event",
            {
                "event_id": episodes, "kind": ["care_episode"] * len(episodes), "handling": ["ordinary"] * len(episodes),
                "status": ["live"] * len(episodes), "started_at": [begin for _, begin, _ in in_care], "ended_at": [end for *_, end in in_care],
            },
            {"started_at": pa.date32(), "ended_at": pa.date32()},
        )  # fmt: skip
        table(
            "involvement",
            {
                "event_id": episodes, "role": ["subject"] * len(episodes),
                "person_record_id": [f"{person}-named" for person, *_ in in_care],
            },
            {},
        )  # fmt: skip
        make_households(engine)
        rows = engine.fetch(
            "SELECT household_id, person_id, min(CASE certainty WHEN 'stated' THEN 0 WHEN 'likely' THEN 1 ELSE 2 END) AS sure "
            "FROM household_member WHERE $on BETWEEN from_date AND to_date GROUP BY ALL",
            {"on": on},
        ).to_pylist()
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["household_id"], {})[row["person_id"]] = ("stated", "likely", "uncertain")[row["sure"]]
    return found


def test_a_parent_and_child_whose_records_state_one_home_live_together() -> None:
    found = live_together(
        [("Mum", HOUSE, date(2015, 3, 1)), ("Child", HOUSE, date(2015, 5, 1))], [("Mum", "Child", "parent", None)]
    )
    assert found["Child"] == {"Mum": "stated"}
    assert found["Mum"] == {"Child": "stated"}


def test_two_adults_of_different_names_at_one_address_are_not_certain_to_be_one_household() -> None:
    found = live_together([("Lodger", HOUSE, date(2015, 3, 1)), ("Friend", HOUSE, date(2015, 5, 1))])
    assert found["Friend"] == {"Lodger": "uncertain"}


def test_one_family_name_at_one_address_makes_it_likely() -> None:
    assert live_together([("Mum", HOUSE, date(2015, 3, 1)), ("Dad", HOUSE, date(2015, 5, 1))])["Dad"] == {
        "Mum": "likely"
    }


def test_a_hostel_makes_no_household_without_a_stated_relationship() -> None:
    homes = [
        ("Mum", HOSTEL, date(2015, 3, 1)),
        ("Child", HOSTEL, date(2015, 5, 1)),
        ("Lodger", HOSTEL, date(2015, 5, 1)),
    ]
    assert live_together(homes) == {}
    assert live_together(homes, [("Mum", "Child", "parent", None)])["Child"] == {"Mum": "stated"}


def test_who_moved_out_is_not_at_home_any_more() -> None:
    homes = [
        ("Child", HOUSE, date(2014, 1, 1)),
        ("Child", HOUSE, date(2015, 12, 1)),
        ("Dad", HOUSE, date(2014, 1, 1)),
        ("Dad", OTHER, date(2014, 9, 1)),
    ]
    ties = [("Dad", "Child", "parent", None)]
    assert "Child" not in live_together(homes, ties)
    assert live_together(homes, ties, date(2014, 5, 1))["Child"] == {"Dad": "stated"}


def test_one_stray_address_between_two_of_the_same_home_is_no_move() -> None:
    homes = [
        ("Child", HOUSE, date(2014, 1, 1)), ("Child", HOUSE, date(2015, 12, 1)), ("Dad", HOUSE, date(2014, 6, 1)),
        ("Dad", OTHER, date(2015, 2, 1)), ("Dad", HOUSE, date(2015, 11, 1)),
    ]  # fmt: skip
    assert live_together(homes, [("Dad", "Child", "parent", None)])["Child"] == {"Dad": "stated"}


def test_a_stay_in_a_hostel_between_is_a_move() -> None:
    homes = [
        ("Child", HOUSE, date(2014, 1, 1)), ("Child", HOUSE, date(2015, 12, 1)), ("Dad", HOUSE, date(2014, 6, 1)),
        ("Dad", HOSTEL, date(2015, 5, 30)), ("Dad", HOUSE, date(2015, 11, 1)),
    ]  # fmt: skip
    assert "Child" not in live_together(homes, [("Dad", "Child", "parent", None)], date(2015, 5, 30))


def test_a_family_is_believed_for_longer_than_strangers_when_one_of_them_is_stated_near_that_day() -> None:
    day = date(2015, 6, 1)
    family = [("Dad", HOUSE, date(2015, 5, 1)), ("Child", HOUSE, date(2012, 1, 1))]
    strangers = [("Lodger", HOUSE, date(2015, 5, 1)), ("Friend", HOUSE, date(2012, 1, 1))]
    assert live_together(family, on=day)["Child"] == {"Dad": "likely"}
    assert live_together(strangers, on=day) == {}


def test_when_nothing_is_stated_near_that_day_nobody_is_believed_to_live_there() -> None:
    homes = [("Dad", HOUSE, date(2012, 3, 1)), ("Child", HOUSE, date(2012, 1, 1))]
    assert live_together(homes, [("Dad", "Child", "parent", None)]) == {}


def test_a_record_that_says_they_live_together_needs_no_address() -> None:
    assert live_together([], [("Mum", "Child", "parent", True)])["Child"] == {"Mum": "stated"}


def test_a_record_that_says_they_live_apart_outweighs_one_address() -> None:
    homes = [("Dad", HOUSE, date(2015, 3, 1)), ("Child", HOUSE, date(2015, 5, 1))]
    assert live_together(homes, [("Dad", "Child", "parent", False)]) == {}


FOSTER = ("Friend", OTHER, date(2015, 1, 1))
"""The foster carer's home is the other house."""


def test_who_came_home_from_care_is_not_thought_to_live_with_the_foster_carer() -> None:
    homes = [FOSTER, ("Child", OTHER, date(2015, 2, 1))]
    assert "Friend" in live_together(homes)["Child"]
    ended = live_together(homes, in_care=[("Child", date(2014, 10, 1), date(2015, 4, 1))])
    assert "Child" not in ended
    during = live_together(homes, on=date(2015, 3, 1), in_care=[("Child", date(2014, 10, 1), date(2015, 4, 1))])
    assert "Friend" in during["Child"]


def test_who_came_into_care_is_not_thought_to_live_at_home_any_more() -> None:
    homes, ties = (
        [("Mum", HOUSE, date(2015, 1, 1)), ("Child", HOUSE, date(2015, 1, 1))],
        [("Mum", "Child", "parent", None)],
    )
    assert "Mum" in live_together(homes, ties)["Child"]
    assert "Child" not in live_together(homes, ties, in_care=[("Child", date(2015, 4, 1), None)])
