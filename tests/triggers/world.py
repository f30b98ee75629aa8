"""A small world of a few rows, told in the seven sources' own export formats and searched through the front door.

Everybody in it is made up: names, numbers and streets are plainly invented and belong to nobody.

A story is written as rows (`world.crime(…)`, `world.plan(…)`), then `world.search(folder)` writes the exports, loads them into
a lake, runs the real search and returns what was found. Stories of one test module share a world, because a search costs
more than a row; families of different stories have nothing in common.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from headwater.areas import read_teams
from headwater.engine import DuckDBEngine
from headwater.records import Lake
from headwater.triggers.packages.package import Package
from headwater.triggers.rules.definition import read_triggers
from headwater.triggers.search import SearchReport, search

TODAY = date(2017, 3, 31)
"""The day from which every story is seen unless it says otherwise."""

AREA = "E01008881"


@dataclass(frozen=True)
class Home:
    """An address as a clerk writes it."""

    line: str
    postcode: str
    premises: str = "HOUSE"
    protected: bool = False
    lsoa: str = AREA
    uprn: str = ""


_HOMES = itertools.count()


def a_home(street: str, **more: Any) -> Home:
    """A home of its own, in a postcode that no other home has."""
    number = next(_HOMES)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    postcode = f"DY{1 + number // 400} {1 + number % 9}{letters[number // 20 % 20]}{letters[number % 20]}"
    return Home(f"{number + 1} {street}", postcode, **more)


@dataclass(frozen=True)
class Who:
    """A person who does not exist."""

    given: str
    family: str
    born: str
    sex: str = "F"
    home: Home | None = None
    pnc: str = ""
    ethnicity: str = "W1"
    nominal: str = ""
    """The number that a system gives a person; within one system it joins the records of somebody who moves."""

    def at(self, home: Home | None) -> Who:
        """The same person, written down with this home."""
        return replace(self, home=home)

    def but(self, **changes: Any) -> Who:
        """The same person, written down differently."""
        return replace(self, **changes)


def a_family(name: str, *, born: str = "", **more: Any) -> tuple[Who, Who]:
    """A mother and her child, of invented names and birthdays of their own, in a home of their own."""
    home = a_home(f"{name} Street", **more)
    number = int(home.line.split()[0])
    child_born = born or (date(2005, 2, 2) + timedelta(days=17 * (number % 150))).isoformat()
    mother_born = (date(1978, 3, 3) + timedelta(days=23 * (number % 150))).isoformat()
    return (
        Who(f"{name[:4]}ine", name, mother_born, "F", home),
        Who(f"{name[:4]}o", name, child_born, "FM"[number % 2], home),
    )


def pnc(year: int, serial: int) -> str:
    """A PNC id in canonical form with its right check letter."""
    return f"{year}/{serial:07}{'ZABCDEFGHJKLMNPQRTUVWXY'[int(f'{year % 100}{serial:07}') % 23]}"


@dataclass(frozen=True)
class Part:
    """What somebody is in a record: `relation` is to the victim of a crime, or to the subject of a notice."""

    who: Who
    role: str
    relation: str = ""


def victim(who: Who) -> Part:
    """The victim of a crime or incident."""
    return Part(who, "victim")


def suspect(who: Who, relation: str = "") -> Part:
    """The suspect, and what he or she is to the victim."""
    return Part(who, "suspect", relation)


def present(who: Who) -> Part:
    """A child who was there."""
    return Part(who, "child_present")


def caller(who: Who) -> Part:
    """Who made the call."""
    return Part(who, "caller")


def involved(who: Who) -> Part:
    """Somebody whom an incident log names, and no more."""
    return Part(who, "involved")


def child_of_the_home(who: Who, relation: str = "") -> Part:
    """Another child whom a notice names."""
    return Part(who, "child", relation)


def mother(who: Who) -> Part:
    """The mother of a notice's subject."""
    return Part(who, "parent", "MOTHER")


def father(who: Who) -> Part:
    """The father of a notice's subject."""
    return Part(who, "parent", "FATHER")


_CRIME_ROLES = {
    "victim": "VIC",
    "suspect": "SUS",
    "offender": "OFF",
    "witness": "WIT",
    "child_present": "CHP",
    "parent": "PAR",
}
_LOG_ROLES = {
    "victim": "VICTIM",
    "suspect": "SUSPECT",
    "child_present": "CHILD",
    "caller": "CALLER",
    "involved": "INVOLVED",
}
_NOTICE_ROLES = {"parent": "PARENT", "child": "CHILD", "partner": "PARTNER", "alleged": "ALLEGED"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _slashed(day: str) -> str:
    return f"{day[8:10]}/{day[5:7]}/{day[:4]}"


def _named_month(day: str) -> str:
    return f"{day[8:10]}-{_MONTHS[int(day[5:7]) - 1]}-{day[:4]}"


def _place(home: Home | None) -> dict[str, Any] | None:
    if home is None:
        return None
    return {
        "line": home.line, "postcode": home.postcode, "uprn": home.uprn, "lsoa": home.lsoa, "premises": home.premises,
        "protected": home.protected,
    }  # fmt: skip


class World:
    """Rows of the seven sources. Every method adds one record and returns its number."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self._numbers: Counter[str] = Counter()

    def _number(self, source: str) -> int:
        self._numbers[source] += 1
        return self._numbers[source]

    def _add(self, source: str, row: dict[str, Any]) -> None:
        self.rows.setdefault(source, []).append(row)

    def crime(
        self, on: str, *parts: Part, code: str = "8N", flags: str = "", outcome: str = "", status: str = "LIVE", text: str = "",
        log: str = "", scene: Home | None = None, reported: str = "", number: str = "", version: int = 1,
    ) -> str:  # fmt: skip
        """A crime: one row for each person in it."""
        number = number or f"20XX/{self._number('crime'):06}/{on[2:4]}"
        for seq, part in enumerate(parts, start=1):
            home = part.who.home
            self._add("crime", {
                "CRIME_NO": number, "VERSION": version, "HO_CODE": code, "OFFENCE_TITLE": "", "STATUS": status, "OUTCOME": outcome,
                "REPORTED_AT": f"{_slashed(reported or on)} 21:00", "COMMITTED_FROM": f"{_slashed(on)} 20:00", "COMMITTED_TO": "",
                "LOG_NO": log, "FLAGS": flags, "SCENE_ADDRESS": scene.line if scene else "", "SCENE_POSTCODE": scene.postcode if scene else "",
                "SCENE_UPRN": scene.uprn if scene else "", "SCENE_LSOA": scene.lsoa if scene else "", "PERSON_SEQ": seq, "NOMINAL_ID": part.who.nominal,
                "ROLE": _CRIME_ROLES[part.role], "FORENAMES": part.who.given, "SURNAME": part.who.family, "DOB": _slashed(part.who.born),
                "SEX": part.who.sex, "SELF_ETHNICITY": part.who.ethnicity, "PNC_ID": part.who.pnc, "ADDRESS": home.line if home else "",
                "POSTCODE": home.postcode if home else "", "UPRN": home.uprn if home else "", "LSOA": home.lsoa if home else "",
                "ADDRESS_TYPE": home.premises if home else "", "PROTECTED": "Y" if home and home.protected else "",
                "REL_TO_VICTIM": part.relation, "MO_TEXT": text,
            })  # fmt: skip
        return number

    def incident(
        self, on: str, *parts: Part, qualifiers: tuple[str, ...] = (), closing: str = "1", text: str = "", crime: str = "",
        place: Home | None = None, time: str = "20:00:00", result: str = "ATTENDED",
    ) -> str:  # fmt: skip
        """An incident log; with result NFA nobody went."""
        number = f"{self._number('incident')}-{on[8:10]}{on[5:7]}{on[2:4]}"
        self._add("incident", {
            "log": number, "version": 1, "opened": f"{on}T{time}", "closed": f"{on}T23:00:00", "type_opening": closing, "type_closing": closing,
            "qualifiers": list(qualifiers), "priority": "P2", "result": result, "crime_no": crime or None, "location": _place(place),
            "people": [
                {
                    "seq": seq, "role": _LOG_ROLES[part.role], "name": f"{part.who.family.upper()}, {part.who.given}", "dob": part.who.born,
                    "sex": part.who.sex, "phone": "", "address": _place(part.who.home),
                }
                for seq, part in enumerate(parts, start=1)
            ],
            "running_log": text,
        })  # fmt: skip
        return number

    def notice(
        self, on: str, subject: Who, *parts: Part, boxes: tuple[str, ...] = (), text: str = "", voice: str = "", grade: str = "AMBER",
        log: str = "", status: str = "LIVE", at: Home | None = None,
    ) -> str:  # fmt: skip
        """A protection notice about `subject`, who lives at `at`, or at the home that the subject is written with."""
        number = f"PN/{self._number('notice'):07}/{on[2:4]}"
        home = at or subject.home
        self._add("notice", {
            "ref": number, "version": 1, "kind": "CHILD", "created": f"{on} 09:00", "grade": grade, "incident_log": log or None,
            "crime_no": None, "status": status, "address": _place(home), "boxes": list(boxes),
            "people": [
                {
                    "no": no, "role": "SUBJECT" if no == 1 else _NOTICE_ROLES[part.role], "forename": part.who.given, "middle": "",
                    "surname": part.who.family, "dob": part.who.born, "sex": part.who.sex, "ethnicity": part.who.ethnicity, "nominal": part.who.nominal,
                    "to_child": part.relation, "lives_here": part.who.home == home, "present": True, "address": _place(part.who.home),
                }
                for no, part in enumerate((Part(subject, "subject"), *parts), start=1)
            ],
            "narrative": text, "voice": voice, "submitted_by": "Response",
        })  # fmt: skip
        return number

    def custody(
        self, on: str, who: Who, *, disposal: str = "RUI", court: str = "", court_on: str = "", markers: str = "", crime: str = "",
        notes: str = "", code: str = "8N",
    ) -> str:  # fmt: skip
        """A detention, with the result in court where there was one."""
        number = f"CU/{self._number('custody'):06}/{on[2:4]}"
        home = who.home
        self._add("custody", {
            "CUSTODY_NO": number, "VERSION": 1, "ARRIVED": f"{_named_month(on)} 22:00", "RELEASED": f"{_named_month(on)} 23:30",
            "STATION": "", "REASON_HO_CODE": code, "REASON_TITLE": "", "FORENAME": who.given, "MIDDLE_NAMES": "", "SURNAME": who.family,
            "ALIAS": "", "DOB": _named_month(who.born), "SEX": who.sex, "ETHNICITY": who.ethnicity, "PNC_ID": who.pnc, "NOMINAL_ID": who.nominal,
            "ADDRESS_LINE": home.line if home else "", "POSTCODE": home.postcode if home else "", "UPRN": home.uprn if home else "",
            "LSOA": home.lsoa if home else "", "ADDRESS_TYPE": home.premises if home else "", "PROTECTED": "Y" if home and home.protected else "",
            "MARKERS": markers, "DEPENDANTS_AT_HOME": "", "DISPOSAL": disposal, "COURT_RESULT": court,
            "COURT_DATE": _named_month(court_on) if court_on else "", "SENTENCE_MONTHS": "", "CRIME_NO": crime, "DETENTION_NOTES": notes,
        })  # fmt: skip
        return number

    def missing(
        self, on: str, who: Who, *, back: str = "", looked_after: bool = False, informant: Who | None = None, relation: str = "",
        text: str = "", interview: str = "", harm: str = "NONE", status: str = "CLOSED", log: str = "",
    ) -> str:  # fmt: skip
        """A missing-person report: an episode that ends on `back`, or the next morning."""
        number = f"MP/{self._number('missing'):06}/{on[2:4]}"
        home = who.home
        self._add("missing", {
            "MISPER_ID": number, "VERSION": 1, "STATUS": status, "CATEGORY": "MISSING", "RISK": "MEDIUM", "MISSING_FROM": "",
            "REPORTED_AT": f"{on} 22:00", "LAST_SEEN_AT": f"{on} 18:00", "RETURNED_AT": f"{back or on} 23:50", "FOUND_BY": "", "REASON": "",
            "HARM": harm, "FULL_NAME": f"{who.given} {who.family}", "DOB": who.born, "SEX": who.sex, "ETHNICITY": who.ethnicity,
            "PNC_ID": who.pnc, "NOMINAL_ID": who.nominal, "HOME_ADDRESS": home.line if home else "", "POSTCODE": home.postcode if home else "",
            "UPRN": home.uprn if home else "", "LSOA": home.lsoa if home else "", "PREMISES": home.premises if home else "",
            "PROTECTED": "Y" if home and home.protected else "", "LOOKED_AFTER": "Y" if looked_after else "N", "RESPONSIBLE_AUTHORITY": "",
            "INFORMANT_NAME": f"{informant.given} {informant.family}" if informant else "",
            "INFORMANT_DOB": informant.born if informant else "", "INFORMANT_RELATIONSHIP": relation, "LOG_NO": log,
            "CIRCUMSTANCES": text, "RETURN_INTERVIEW": interview,
        })  # fmt: skip
        return number

    def council(
        self, on: str, child: Who, fact: str, kind: str, *, until: str = "", lead: str = "", parent: Who | None = None,
        parent_is: str = "MOTHER", number: str = "", version: int = 1,
    ) -> str:  # fmt: skip
        """A fact of children's services: fact PLAN, CARE or EXCLUSION."""
        number = number or f"CS{self._number('council'):06}"
        home = child.home
        self._add("council", {
            "FACT_REF": number, "VERSION": version, "FACT": fact, "TYPE": kind, "START": _slashed(on), "END": _slashed(until) if until else "",
            "FORENAME": child.given, "SURNAME": child.family, "DOB": _slashed(child.born),
            "GENDER": {"F": "Female", "M": "Male"}.get(child.sex, ""), "ETHNICITY": child.ethnicity, "CHILD_REF": child.nominal,
            "ADDRESS": home.line if home else "", "POSTCODE": home.postcode if home else "", "UPRN": home.uprn if home else "",
            "PARENT1_NAME": f"{parent.given} {parent.family}" if parent else "", "PARENT1_DOB": _slashed(parent.born) if parent else "",
            "PARENT1_IS": parent_is if parent else "", "SCHOOL": "", "LEAD_TEAM": lead,
        })  # fmt: skip
        return number

    def plan(self, on: str, child: Who, kind: str = "CP_NEGLECT", **more: Any) -> str:
        """A plan of children's services."""
        return self.council(on, child, "PLAN", kind, **more)

    def care(self, on: str, child: Who, kind: str = "FOSTER", **more: Any) -> str:
        """A care episode."""
        return self.council(on, child, "CARE", kind, **more)

    def intelligence(self, on: str, who: Who, text: str, *, title: str = "", handling: str = "P") -> str:
        """An intelligence report."""
        number = f"IR/{self._number('intelligence'):06}/{on[2:4]}"
        home = who.home
        self._add("intelligence", {
            "REPORT_REF": number, "VERSION": 1, "SUBMITTED": on.replace("-", ""), "SCHEME": "3x5x2", "SOURCE_GRADE": "1",
            "INFORMATION_GRADE": "A", "HANDLING_GRADE": handling, "SUBJECT_SEQ": 1, "SUBJECT_ROLE": "SUBJECT",
            "NAME": f"{who.family.upper()} {who.given}", "DOB": who.born.replace("-", ""), "SEX": who.sex, "NOMINAL_ID": who.nominal, "PNC_ID": who.pnc,
            "ADDRESS": home.line if home else "", "POSTCODE": home.postcode if home else "", "LSOA": home.lsoa if home else "",
            "TITLE": title, "TEXT": text,
        })  # fmt: skip
        return number

    def export(self, folder: Path) -> Path:
        """Write one export a source, as the force's systems would."""
        folder.mkdir(parents=True, exist_ok=True)
        for source, (name, delimiter, encoding) in {
            "crime": ("crime_made_up.csv", ",", "utf-8"), "custody": ("custody_made_up.csv", ",", "windows-1252"),
            "missing": ("missing_made_up.csv", ",", "utf-8-sig"), "council": ("childrens_services_made_up.csv", ";", "utf-8"),
            "intelligence": ("intelligence_made_up.txt", "|", "windows-1252"),
        }.items():  # fmt: skip
            if rows := self.rows.get(source):
                text = io.StringIO(newline="")
                writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
                writer.writeheader()
                writer.writerows(rows)
                (folder / name).write_bytes(text.getvalue().encode(encoding))
        if logs := self.rows.get("incident"):
            (folder / "incidents_made_up.jsonl").write_text(
                "".join(json.dumps(log) + "\n" for log in logs), encoding="utf-8"
            )
        if notices := self.rows.get("notice"):
            (folder / "protection_notices_made_up.json").write_text(json.dumps(notices, indent=1), encoding="utf-8")
        return folder

    def search(self, folder: Path, *, as_of: date = TODAY, catalogue: Path | None = None) -> Found:
        """Export, load and search in `folder`; what was found about whom."""
        exports = self.export(folder / "exports")
        lake = Lake.open(folder / "lake")
        with DuckDBEngine(threads=2) as engine:
            report = search(lake, engine=engine, inputs=[exports], as_of=as_of, catalogue=catalogue, made_up=True)
            assert sum(batch.quarantined for batch in report.load.batches) == 0, (
                "a story holds a row that breaks its source's schema"
            )
            assert not report.load.not_recognised
            return _found(engine, lake, report)


@dataclass
class Found:
    """What one search found: evidence rows, subjects, packages."""

    lake: Lake
    report: SearchReport
    names: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    counted: set[str]
    subjects: set[str]
    excluded: dict[str, str]
    households: list[dict[str, Any]]
    packages: list[Package] = field(default_factory=list)

    def ids(self, who: Who) -> set[str]:
        """The people of the lake that a name and date of birth belong to."""
        return {
            row["person_id"] for row in self.names
            if (row["given_name"] or "").lower() == who.given.lower() and (row["family_name"] or "").lower() == who.family.lower()
            and str(row["date_of_birth"]) == who.born and (not who.pnc or row["pnc_id"] in (None, who.pnc))
        }  # fmt: skip

    def ids_by_pnc(self, who: Who) -> set[str]:
        """The people of the lake that a PNC id belongs to."""
        return {row["person_id"] for row in self.names if row["pnc_id"] == who.pnc}

    def id(self, who: Who) -> str:
        """The one person of that name and date of birth."""
        found = self.ids(who)
        assert len(found) == 1, f"{who.given} {who.family} is {len(found)} people"
        return next(iter(found))

    def evidence(self, who: Who, indicator: str | None = None) -> list[dict[str, Any]]:
        """All evidence about somebody, oldest first; what protects only when it is asked for by its indicator."""
        person = self.id(who)
        protects = set(read_triggers()["tipt"].protective)
        return [
            row
            for row in self.rows
            if row["person_id"] == person
            and (row["indicator"] == indicator or (indicator is None and row["indicator"] not in protects))
        ]

    def kinds(self, who: Who) -> set[str]:
        """Indicators that found anything at all about somebody."""
        return {row["indicator"] for row in self.evidence(who)}

    def counts(self, who: Who, indicator: str | None = None) -> set[str]:
        """The underlying occurrences that the trigger counted."""
        return {row["underlying_id"] for row in self.evidence(who, indicator) if row["evidence_id"] in self.counted}

    def strengths(self, who: Who, indicator: str | None = None) -> set[str]:
        """How strong what was found is."""
        return {row["strength"] for row in self.evidence(who, indicator)}

    def fires(self, who: Who) -> bool:
        """Whether the search drafts a package about somebody."""
        return self.id(who) in self.subjects

    def package(self, who: Who) -> Package:
        """The draft package about somebody."""
        person = self.id(who)
        return next(package for package in self.packages if package.subject.person_id == person)

    def lives_with(self, who: Who, other: Who) -> bool:
        """Whether the two are thought to have lived together at some time."""
        person, mate = self.id(who), self.id(other)
        return any(row["household_id"] == person and row["person_id"] == mate for row in self.households)

    def small_area(self, lsoa: str) -> dict[str, str]:
        """A small area's name and its neighbourhood team's, by code."""
        teams = read_teams()
        team = teams.team_for(lsoa)
        assert team is not None
        return {"name": teams.areas[lsoa].name, "team": team.name}

    def files(self) -> dict[str, str]:
        """Every file of the run as text, by its name in the run's folder."""
        return {
            str(path.relative_to(self.report.folder)): path.read_bytes().decode("utf-8", "replace")
            for path in sorted(self.report.folder.rglob("*")) if path.is_file()
        }  # fmt: skip


def _found(engine: DuckDBEngine, lake: Lake, report: SearchReport) -> Found:
    def rows(sql: str) -> list[dict[str, Any]]:
        return list(engine.fetch(sql).to_pylist())

    return Found(
        lake=lake,
        report=report,
        names=rows(
            "SELECT DISTINCT person_id, given_name, family_name, date_of_birth, pnc_id FROM person JOIN person_record USING (person_record_id)"
        ),
        rows=rows("SELECT * FROM evidence ORDER BY occurred_on, evidence_id"),
        counted={row["evidence_id"] for row in rows("SELECT DISTINCT evidence_id FROM counted")},
        subjects={row["person_id"] for row in rows("SELECT person_id FROM subject")},
        excluded={
            row["person_id"]: row["reason"] for row in rows("SELECT person_id, reason FROM excluded ORDER BY ALL")
        },
        households=rows("SELECT * FROM lives_with"),
        packages=[
            Package.model_validate_json(path.read_text("utf-8"))
            for path in sorted((report.folder / "packages").glob("K-*.json"))
        ],
    )
