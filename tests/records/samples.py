"""Small exports of the seven sources, written by hand. All of it is made up."""

from __future__ import annotations

import json
from pathlib import Path

from tests.synthetic.exports_reader import HEADERS

CRIME_COLUMNS = HEADERS["crime"]


def crime_row(number: str = "20DY/000001/16", person: int = 1, version: int = 1, **values: str) -> str:
    """One line of the crime export."""
    row = dict.fromkeys(CRIME_COLUMNS, "")
    row |= {
        "CRIME_NO": number, "VERSION": str(version), "HO_CODE": "8N", "OFFENCE_TITLE": "Assault with injury",
        "STATUS": "LIVE", "REPORTED_AT": "04/03/2016 21:14", "COMMITTED_FROM": "04/03/2016 20:30", "FLAGS": "DA|CHILDPRES",
        "SCENE_ADDRESS": "1 Made Up Street", "SCENE_POSTCODE": "dy10cc", "PERSON_SEQ": str(person), "ROLE": "VIC",
        "FORENAMES": "Ann Made", "SURNAME": f"Up{person}", "DOB": "02/05/1985", "SEX": "F", "ADDRESS": "1 Made Up Street",
        "POSTCODE": "DY1 0CC", "UPRN": "990000000001", "MO_TEXT": "Partner struck her in the face.",
    }  # fmt: skip
    row |= values
    return ",".join(_quoted(value) for value in row.values())


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\n\r') else value


def crime_file(folder: Path, *rows: str, name: str = "crime_2016.csv") -> Path:
    """A crime export of these lines."""
    path = folder / name
    path.write_bytes(("\r\n".join([",".join(CRIME_COLUMNS), *rows]) + "\r\n").encode("utf-8"))
    return path


HOME = {
    "line": "1 Made Up Street",
    "postcode": "DY1 0CC",
    "uprn": "990000000001",
    "lsoa": "E01009750",
    "premises": "HOUSE",
    "protected": False,
}


def incident(log: str = "1-040316", **values: object) -> dict[str, object]:
    """One incident log."""
    caller = {"seq": 1, "role": "CALLER", "name": "UP, Ann Made", "dob": "1985-05-02", "sex": "F"}
    content: dict[str, object] = {
        "log": log, "version": 1, "opened": "2016-03-04T20:31:00", "closed": "2016-03-04T23:00:00", "type_opening": "1",
        "type_closing": "1", "qualifiers": ["606", "609"], "priority": "P2", "result": "CRIMED",
        "crime_no": "20DY/000001/16", "location": HOME, "people": [caller | {"phone": "07700 900000", "address": None}],
        "running_log": "20:31:05 OP1 CALLER STATES PARTNER HAS HIT HER\n20:32:10 KIDS UPSTAIRS",
    }  # fmt: skip
    return content | values


def incident_file(folder: Path, *logs: dict[str, object], name: str = "incidents_2016.jsonl") -> Path:
    """An incident export of these logs."""
    path = folder / name
    path.write_text("".join(json.dumps(log) + "\n" for log in logs), encoding="utf-8")
    return path


def notice(ref: str = "PN/0000001/16", **values: object) -> dict[str, object]:
    """One protection notice about a child."""
    common = {"middle": "", "ethnicity": "W1", "lives_here": True, "present": True, "address": None, "surname": "Up1"}
    child = {
        "no": 1,
        "role": "SUBJECT",
        "forename": "Ben",
        "dob": "2008-01-09",
        "sex": "M",
        "nominal": "N1",
        "to_child": "",
    }
    mother = {
        "no": 2, "role": "PARENT", "forename": "Ann", "dob": "1985-05-02", "sex": "F", "nominal": "N2",
        "to_child": "MOTHER",
    }  # fmt: skip
    content: dict[str, object] = {
        "ref": ref, "version": 1, "kind": "CHILD", "created": "2016-03-05 09:00", "grade": "AMBER",
        "incident_log": "1-040316", "crime_no": None, "status": "LIVE", "address": HOME, "boxes": ["DV", "ALC"],
        "people": [child | common, mother | common],
        "narrative": 'Child was upstairs. Mother had been drinking, {not} a "first" time: [sic].', "voice": "",
        "submitted_by": "Response",
    }  # fmt: skip
    return content | values


def notice_file(folder: Path, *notices: dict[str, object], name: str = "protection_notices_2016.json") -> Path:
    """A notice export of these notices."""
    path = folder / name
    path.write_text(json.dumps(list(notices), indent=1), encoding="utf-8")
    return path


def intelligence_file(folder: Path, *lines: str, name: str = "intelligence_2016.txt") -> Path:
    """An intelligence export of these lines."""
    header = (
        "REPORT_REF|VERSION|SUBMITTED|SCHEME|SOURCE_GRADE|INFORMATION_GRADE|HANDLING_GRADE|SUBJECT_SEQ|SUBJECT_ROLE|NAME|"
        "DOB|SEX|NOMINAL_ID|PNC_ID|ADDRESS|POSTCODE|LSOA|TITLE|TEXT"
    )
    path = folder / name
    path.write_bytes("\r\n".join([header, *lines, ""]).encode("windows-1252"))
    return path
