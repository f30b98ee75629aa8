"""Is what a night carries over of names and addresses what a full preparation gives, whatever bears upon records that did not change?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.engine import DuckDBEngine
from headwater.identity.carry import LAYERS, carry_features, find_rows, keep_features, mark_rows
from headwater.identity.features import CROWDED, IN_USE, MOST_OF_A_NUMBER, prepare_features
from headwater.records import open_layers, write_layers
from tests.identity.nights import count_feature_faults

DAY = date(2016, 1, 1)


@dataclass(frozen=True)
class Said:
    """What one record says of a person and, with `line`, of a home."""

    name: str
    given: str = "Ada"
    family: str = "Smith"
    phone: str | None = None
    local: str | None = None
    line: str | None = None
    postcode: str | None = "B1 1CV"
    uprn: str | None = None
    lsoa: str | None = None
    premises: str = "house"
    batch: str = "first"

    def person(self) -> dict[str, object]:
        """The person record."""
        return {
            "person_record_id": self.name, "source": "crime", "record_key": self.name, "batch": self.batch, "row_no": 1,
            "given_name": self.given, "middle_name": None, "family_name": self.family, "alias_name": None, "local_person_id": self.local,
            "pnc_id": None, "sex": "female", "phone": self.phone, "date_of_birth": DAY, "date_of_birth_precision": "day",
        }  # fmt: skip

    def address(self) -> dict[str, object]:
        """The address record."""
        return {
            "address_record_id": f"{self.name}:home", "person_record_id": self.name, "purpose": "home", "batch": self.batch, "row_no": 1,
            "line": self.line, "postcode": self.postcode, "uprn": self.uprn, "lsoa": self.lsoa, "premises": self.premises, "protected": False,
            "stated_on": DAY, "valid_from": None, "valid_to": None, "handling": "ordinary",
        }  # fmt: skip


def table(rows: list[dict[str, object]], like: dict[str, object]) -> pa.Table:
    """The rows, typed by their names."""
    types = {"row_no": pa.int64(), "protected": pa.bool_()}
    dated = {"date_of_birth", "stated_on", "valid_from", "valid_to"}
    kinds = {name: pa.date32() if name in dated else types.get(name, pa.string()) for name in like}
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})


@dataclass
class Force:
    """Records that change from night to night, and what was kept of them last."""

    engine: DuckDBEngine
    folder: Path
    said: list[Said]
    nights: int = 0
    kept: Path = field(init=False)

    def __post_init__(self) -> None:
        self.open()
        mark_rows(self.engine)
        prepare_features(self.engine)
        self.kept = self.folder / "0"
        self.kept.mkdir()
        keep_features(self.engine, self.kept)

    def open(self) -> None:
        """The canonical tables that matter here, as they stand."""
        pattern = Said("x")
        for name, rows, like in (
            ("person_record", [one.person() for one in self.said], pattern.person()),
            ("address_record", [one.address() for one in self.said if one.line], pattern.address()),
        ):
            self.engine.register("sent", table(rows, like))
            self.engine.create(name, "SELECT * FROM sent")

    def night(self, *came: Said, without: tuple[str, ...] = (), altered: tuple[str, ...] = ()) -> set[str]:
        """Some records come, or come again as something else, and some go: which are not as they were for comparing?"""
        names = {one.name for one in came} | set(without)
        self.said = [one for one in self.said if one.name not in names] + list(came)
        self.nights += 1
        self.open()
        mark_rows(self.engine)
        for name, key in LAYERS.items():
            open_layers(self.engine, self.kept, name, [key], f"{name}_earlier")
        find_rows(self.engine)
        carry_features(self.engine, altered)
        folder = self.folder / str(self.nights)
        folder.mkdir()
        for name in LAYERS:
            write_layers(
                self.engine,
                self.kept,
                folder,
                name,
                gone=f"SELECT * FROM {name}_gone",
                since=f"SELECT * FROM {name}_since",
            )
        self.kept = folder
        changed = self.read("changed")
        assert count_feature_faults(self.engine) == 0
        return changed

    def read(self, name: str) -> set[str]:
        """The records of a table."""
        return set(self.engine.fetch(f"SELECT unique_id FROM {name}")["unique_id"].to_pylist())

    def of(self, column: str, record: str) -> object:
        """What `linkable` has of a record."""
        return self.engine.fetch(f"SELECT {column} AS v FROM linkable WHERE unique_id = '{record}'")["v"][0].as_py()


Open = Callable[[list[Said]], Force]


@pytest.fixture
def force(tmp_path: Path) -> Iterator[Open]:
    """A force with 40 records of people at homes of their own and those that a test brings."""
    others = [
        Said(
            f"o{number}",
            given=f"Bo{chr(97 + number % 26)}{chr(97 + number // 26)}",
            family="Jones",
            line=f"{number} Long Lane",
        )
        for number in range(40)
    ]
    with DuckDBEngine() as engine:
        yield lambda said: Force(engine, tmp_path, [*others, *said])


def family(number: int) -> str:
    """A family name for each number."""
    return f"K{chr(97 + number // 26)}{chr(97 + number % 26)}man"


def test_nothing_is_worked_out_anew_where_nothing_came(force: Open) -> None:
    found = force([Said("a", line="1 High Street")])
    assert found.night() == set()
    assert found.engine.fetch("SELECT count(*) AS n FROM person_afresh")["n"][0].as_py() == 0


def test_an_address_becomes_crowded_and_is_so_no_longer(force: Open) -> None:
    there = [Said(f"r{n}", family=family(n), line="Flat 1, 5 High Street", uprn="55") for n in range(CROWDED - 1)]
    found = force(there)
    assert found.of("home_key", "r0") == "u55"
    last = Said("new", family="Zulu", line="flat 1 5 high st", batch="second")
    assert found.night(last) == {one.name for one in [*there, last]}
    assert found.of("home_key", "r0") is None
    assert found.night(without=("r1",)) == {one.name for one in [*there, last]} - {"r1"}
    assert found.of("home_key", "r0") == "u55"


def test_a_name_comes_into_use(force: Open) -> None:
    there = [Said(f"r{n}", given="Zuzu", family=family(n)) for n in range(IN_USE - 1)]
    found = force(there)
    assert found.of("in_use", "r0") is False
    last = Said("new", given="Zuzu", family="Zulu", batch="second")
    assert found.night(last) == {one.name for one in [*there, last]}
    assert found.of("in_use", "r0") is True
    assert found.night(replace(there[0], given="Zaza", batch="third")) == {one.name for one in [*there, last]}
    assert found.of("in_use", "new") is False


@pytest.mark.parametrize("number", ["phone", "local"])
def test_a_number_becomes_one_of_many_and_is_so_no_longer(force: Open, number: str) -> None:
    there = [Said(f"r{n}", family=family(n), phone="1", local="1") for n in range(MOST_OF_A_NUMBER)]
    found = force(there)
    assert found.of(number, "r0") is not None
    last = Said("new", family="Zulu", batch="second", **{number: "1"})  # type: ignore[arg-type]
    assert found.night(last) == {one.name for one in [*there, last]}
    assert found.of(number, "r0") is None
    found.night(Said("other", line="9 High Street", batch="third"))
    assert found.of(number, "r0") is None, "a number that was of many is kept so"
    assert found.night(without=("r1",)) == {one.name for one in [*there, last]} - {"r1"}
    assert found.of(number, "r0") is not None


def test_another_record_gives_the_number_of_a_house(force: Open) -> None:
    there = [
        Said("a", line="1 High Street"),
        Said("b", line="1 High St", postcode=None, lsoa="E1"),
        Said("c", line="2 High Street"),
    ]
    found = force(there)
    assert found.of("address_key", "b") is None
    assert found.night(Said("d", line="1 high street", uprn="7", lsoa="E1", batch="second")) == {"a", "b", "d"}
    assert found.of("address_key", "a") == found.of("address_key", "b") == "u7"
    assert found.read("differing") >= {"a", "b", "d"}
    found.night(Said("e", line="1 High Street", uprn="8", batch="third"))
    assert found.of("address_key", "a") == "1highstreet|B11CV", "two numbers for one line name neither"


def test_who_lives_in_what_is_now_a_refuge_states_another_home(force: Open) -> None:
    found = force([Said("a", line="1 High Street", premises="hmo"), Said("b", line="2 High Street")])
    assert found.night(Said("c", line="1 High Street", premises="refuge", batch="second")) == {"c"}
    assert found.read("differing") == {"a", "c"}


def test_records_that_go_move_or_are_issued_anew(force: Open) -> None:
    found = force([Said("a", line="1 High Street"), Said("b", line="1 High Street"), Said("c", line="2 High Street")])
    assert found.night(replace(found.said[-1], line="3 High Street", batch="second"), without=("a",)) == {"c"}
    assert found.read("stale") == {"a", "c"}
    assert found.night(replace(found.said[-1], batch="third")) == set()
    assert found.read("reissued") == {"c"}
    assert found.night(Said("a", line="1 High Street", batch="fourth")) == {"a"}


def test_rows_of_a_batch_that_was_altered_are_read_again(force: Open) -> None:
    found = force([Said("a", line="1 High Street"), Said("b", line="1 High Street", batch="other")])
    now = Said("b", family="Removed", batch="other")
    assert found.night(now, altered=("other",)) == {"b"}
    assert found.of("family", "b") == "removed"
