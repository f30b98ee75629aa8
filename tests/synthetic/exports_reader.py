"""What do the exports of a made-up force say? A plain reader of its own, so that the loader is not its own witness."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HEADERS = {
    "crime": [
        "CRIME_NO",
        "VERSION",
        "HO_CODE",
        "OFFENCE_TITLE",
        "STATUS",
        "OUTCOME",
        "REPORTED_AT",
        "COMMITTED_FROM",
        "COMMITTED_TO",
        "LOG_NO",
        "FLAGS",
        "SCENE_ADDRESS",
        "SCENE_POSTCODE",
        "SCENE_UPRN",
        "SCENE_LSOA",
        "PERSON_SEQ",
        "NOMINAL_ID",
        "ROLE",
        "FORENAMES",
        "SURNAME",
        "DOB",
        "SEX",
        "SELF_ETHNICITY",
        "PNC_ID",
        "ADDRESS",
        "POSTCODE",
        "UPRN",
        "LSOA",
        "ADDRESS_TYPE",
        "PROTECTED",
        "REL_TO_VICTIM",
        "MO_TEXT",
    ],
    "custody": [
        "CUSTODY_NO",
        "VERSION",
        "ARRIVED",
        "RELEASED",
        "STATION",
        "REASON_HO_CODE",
        "REASON_TITLE",
        "FORENAME",
        "MIDDLE_NAMES",
        "SURNAME",
        "ALIAS",
        "DOB",
        "SEX",
        "ETHNICITY",
        "PNC_ID",
        "NOMINAL_ID",
        "ADDRESS_LINE",
        "POSTCODE",
        "UPRN",
        "LSOA",
        "ADDRESS_TYPE",
        "PROTECTED",
        "MARKERS",
        "DEPENDANTS_AT_HOME",
        "DISPOSAL",
        "COURT_RESULT",
        "COURT_DATE",
        "SENTENCE_MONTHS",
        "CRIME_NO",
        "DETENTION_NOTES",
    ],
    "missing": [
        "MISPER_ID",
        "VERSION",
        "STATUS",
        "CATEGORY",
        "RISK",
        "MISSING_FROM",
        "REPORTED_AT",
        "LAST_SEEN_AT",
        "RETURNED_AT",
        "FOUND_BY",
        "REASON",
        "HARM",
        "FULL_NAME",
        "DOB",
        "SEX",
        "ETHNICITY",
        "PNC_ID",
        "NOMINAL_ID",
        "HOME_ADDRESS",
        "POSTCODE",
        "UPRN",
        "LSOA",
        "PREMISES",
        "PROTECTED",
        "LOOKED_AFTER",
        "RESPONSIBLE_AUTHORITY",
        "INFORMANT_NAME",
        "INFORMANT_DOB",
        "INFORMANT_RELATIONSHIP",
        "LOG_NO",
        "CIRCUMSTANCES",
        "RETURN_INTERVIEW",
    ],
    "intelligence": [
        "REPORT_REF",
        "VERSION",
        "SUBMITTED",
        "SCHEME",
        "SOURCE_GRADE",
        "INFORMATION_GRADE",
        "HANDLING_GRADE",
        "SUBJECT_SEQ",
        "SUBJECT_ROLE",
        "NAME",
        "DOB",
        "SEX",
        "NOMINAL_ID",
        "PNC_ID",
        "ADDRESS",
        "POSTCODE",
        "LSOA",
        "TITLE",
        "TEXT",
    ],
    "childrens_services": [
        "FACT_REF",
        "VERSION",
        "FACT",
        "TYPE",
        "START",
        "END",
        "FORENAME",
        "SURNAME",
        "DOB",
        "GENDER",
        "ETHNICITY",
        "CHILD_REF",
        "ADDRESS",
        "POSTCODE",
        "UPRN",
        "PARENT1_NAME",
        "PARENT1_DOB",
        "PARENT1_IS",
        "SCHOOL",
        "LEAD_TEAM",
    ],
}
SHAPES = {
    # source -> (pattern, encoding, separator, date and time, date)
    "crime": ("crime*.csv", "utf-8", ",", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
    "custody": ("custody*.csv", "cp1252", ",", "%d-%b-%Y %H:%M", "%d-%b-%Y"),
    "missing": ("missing*.csv", "utf-8-sig", ",", "%Y-%m-%d %H:%M", "%Y-%m-%d"),
    "intelligence": ("intelligence*.txt", "cp1252", "|", "%Y%m%d", "%Y%m%d"),
    "childrens_services": ("childrens_services*.csv", "utf-8", ";", "%d/%m/%Y", "%d/%m/%Y"),
}
KEYS = {
    "crime": "CRIME_NO",
    "custody": "CUSTODY_NO",
    "missing": "MISPER_ID",
    "intelligence": "REPORT_REF",
    "childrens_services": "FACT_REF",
}


def read_separated(exports: Path, source: str) -> Iterator[dict[str, str]]:
    """Whole rows of one source with delimited files; rows broken on purpose are left out."""
    pattern, encoding, separator, _, _ = SHAPES[source]
    for path in sorted(exports.glob(pattern)):
        lines = csv.reader(io.StringIO(path.read_bytes().decode(encoding), newline=""), delimiter=separator)
        header = next(lines)
        assert header == HEADERS[source], path
        for values in lines:
            row = dict(zip(header, values, strict=False))
            if len(values) == len(header) and row[KEYS[source]] and not row[KEYS[source]].startswith("BROKEN"):
                yield row


def read_incidents(exports: Path) -> Iterator[dict[str, Any]]:
    """Whole incident logs."""
    for path in sorted(exports.glob("incidents*")):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in content.decode().splitlines():
            try:
                log = json.loads(line)
            except ValueError:
                continue
            if isinstance(log, dict) and log.get("log") and not log["log"].startswith("900"):
                yield log


def read_notices(exports: Path) -> Iterator[dict[str, Any]]:
    """Whole protection notices."""
    for path in sorted(exports.glob("protection_notices*.json")):
        for notice in json.loads(path.read_text(encoding="utf-8")):
            if isinstance(notice, dict) and notice.get("ref") and not notice["ref"].startswith("PN/9"):
                yield notice


def read_texts(exports: Path) -> dict[str, str]:
    """Every narrative by its id."""
    texts: dict[str, str] = {}
    for log in read_incidents(exports):
        texts[f"command_and_control:{log['log']}:log"] = log["running_log"]
    for notice in read_notices(exports):
        texts[f"protection_notice:{notice['ref']}:narrative"] = notice["narrative"]
        texts[f"protection_notice:{notice['ref']}:voice"] = notice["voice"]
    for row in read_separated(exports, "crime"):
        texts[f"crime:{row['CRIME_NO']}:mo"] = row["MO_TEXT"]
    for row in read_separated(exports, "custody"):
        texts[f"custody:{row['CUSTODY_NO']}:notes"] = row["DETENTION_NOTES"]
    for row in read_separated(exports, "missing"):
        texts[f"missing:{row['MISPER_ID']}:circumstances"] = row["CIRCUMSTANCES"]
        texts[f"missing:{row['MISPER_ID']}:return"] = row["RETURN_INTERVIEW"]
    for row in read_separated(exports, "intelligence"):
        texts[f"intelligence:{row['REPORT_REF']}:text"] = row["TEXT"]
    return {name: text for name, text in texts.items() if text}


def read_record_ids(exports: Path) -> set[str]:
    """The id of every person record, as the sources' keys make it."""
    ids: set[str] = set()
    for row in read_separated(exports, "crime"):
        ids.add(f"crime:{row['CRIME_NO']}:{row['PERSON_SEQ']}")
    for log in read_incidents(exports):
        ids |= {f"command_and_control:{log['log']}:{person['seq']}" for person in log["people"]}
    ids |= {f"custody:{row['CUSTODY_NO']}" for row in read_separated(exports, "custody")}
    for row in read_separated(exports, "missing"):
        ids.add(f"missing:{row['MISPER_ID']}:missing")
        if row["INFORMANT_NAME"]:
            ids.add(f"missing:{row['MISPER_ID']}:informant")
    for notice in read_notices(exports):
        ids |= {f"protection_notice:{notice['ref']}:{person['no']}" for person in notice["people"]}
    for row in read_separated(exports, "intelligence"):
        ids.add(f"intelligence:{row['REPORT_REF']}:{row['SUBJECT_SEQ']}")
    for row in read_separated(exports, "childrens_services"):
        ids.add(f"childrens_services:{row['FACT_REF']}")
        if row["PARENT1_NAME"]:
            ids.add(f"childrens_services:{row['FACT_REF']}:parent1")
    return ids
