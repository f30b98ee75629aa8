"""How is a published lookup of areas read? A CSV file (or .csv.gz) whose columns are known by what they are called in any year."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from headwater.areas.fit import FitError

LSOA, WARD = r"lsoa\d\dcd|lsoa\d\d_code", r"wd\d\dcd|ward\d\d_code"
WARD_NAME = r"wd\d\dnm|ward\d\d_name"
"""Columns as the Office for National Statistics writes them and as geographr does."""


@dataclass(frozen=True)
class LookupFile:
    """A lookup as it was published: which column stands for each key, its rows by key (with the line of each), and what names the file."""

    name: str
    sha256: str
    heads: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]

    def vintage(self, key: str) -> str:
        """The kind and year of a column of codes: `lsoa21`, `wd24`."""
        return re.sub(r"(cd|nm|_code|_name)$", "", self.heads[key].strip(), flags=re.I).lower()


def read_lookup_file(path: Path, heads: Mapping[str, str], advice: str) -> LookupFile:
    """The columns of `heads` (key → pattern of its name, whatever the case). Raises FitError without the file, a column, a row, or a code
    where one should be; `advice` says which file to take."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except FileNotFoundError:
        raise FitError(f"There is no file {path}.") from None
    except (UnicodeDecodeError, OSError):
        raise FitError(f"{path.name} is no CSV file in UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text))
    there = reader.fieldnames or ()
    found = {
        key: next((head for head in there if re.fullmatch(words, head.strip(), re.I)), "")
        for key, words in heads.items()
    }
    if lacking := [key for key, head in found.items() if not head]:
        raise FitError(f"{path.name} has no column for {', '.join(lacking)}; it has: {', '.join(there)}. {advice}")
    rows = []
    for row in reader:
        told = {key: (row[head] or "").strip() for key, head in found.items()}
        if lacks := [found[key] for key, value in told.items() if not value]:
            raise FitError(
                f"{path.name}, line {reader.line_num}: {lacks[0]} is missing. Take the file as it was published."
            )
        rows.append((reader.line_num, told))
    if not rows:
        raise FitError(f"{path.name} has a heading and no rows. {advice}")
    return LookupFile(path.name, hashlib.sha256(data).hexdigest(), found, tuple(rows))
