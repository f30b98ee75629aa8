"""What of a person record is compared? Names folded and keyed, dates of birth with their precision, places, numbers."""

from __future__ import annotations

import csv
import io

import pyarrow as pa

from headwater.areas import prepare_addresses
from headwater.catalogue import read_text
from headwater.engine import Engine

CROWDED = 12
"""From this many different family names on, an address is treated as a shared one (tower without flat numbers, hostel)."""

NUMBERED_FLAT = r"\b(flat|flt|fl|apt|apartment|room|rm|unit|floor|studio)\b|\d+ ?[a-z]\b|\d.*\D\d|/"
"""How a line tells which flat: by a word for it, a letter after a number, or two numbers. Without, it names the block."""

FAR_APART = 400
"""Days from which two dates of birth are no slip of the pen: father and son, not a wrong day, month or year."""

_FOLD = (
    "nullif(trim(regexp_replace(replace(replace(replace(replace(replace(lower(strip_accents({0})), "
    "'ł', 'l'), 'ø', 'o'), 'ß', 'ss'), 'đ', 'd'), 'æ', 'ae'), '[^a-z ]', '', 'g')), '')"
)


def fold(text: str) -> str:
    """SQL: a name in ASCII, lower case, letters and spaces only; NULL when nothing is left."""
    return _FOLD.format(text)


def skeleton(text: str) -> str:
    """SQL: the consonants that remain when spellings of one sound are made alike.

    Transliteration changes vowels and doubles letters (Mohammed, Muhammad; Hussain, Hussein) and swaps letters of one
    sound (ph/f, ck/k, sz/sh, cz/ch, w/v, j/y between vowels); this key forgets just that. The first letter is kept, so
    that Ali and Eli stay apart.
    """
    plain = text
    for pattern, replacement in (
        ("ph", "f"), ("sz", "sh"), ("cz", "ch"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("dh", "d"), ("bh", "b"),
        ("kh", "k"), ("gh", "g"), ("th", "t"), ("w", "v"), ("z", "s"), ("c", "k"),
    ):  # fmt: skip
        plain = f"replace({plain}, '{pattern}', '{replacement}')"
    rest = f"regexp_replace(substr({plain}, 2), '[aeiouyh ]', '', 'g')"
    key = f"left({plain}, 1) || {rest}"
    for letter in "bdfgklmnprstv":
        key = f"regexp_replace({key}, '{letter}{{2,}}', '{letter}', 'g')"
    return f"CASE WHEN length({text}) > 1 THEN {key} END"


def nickname_table() -> pa.Table:
    """Each given name with the numbers of the pairs it belongs to: two names are nicknames when they share a number."""
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(read_text("identity", "nicknames.csv")))):
        for name in (row["name"], row["other"]):
            groups.setdefault(name, []).append(number)
    names = sorted(groups)
    return pa.table({"name": names, "groups": pa.array([groups[name] for name in names], pa.list_(pa.int64()))})


def prepare_features(engine: Engine) -> int:
    """Make table `linkable` (one row a person record) from the canonical tables; returns its number of rows.

    `address_key` is that of `headwater.areas.prepare_addresses`; `crowded` marks institutions and shared addresses, whose
    agreement says little.
    """
    engine.register("nickname", nickname_table())
    prepare_addresses(engine)
    engine.create(
        "home_record",
        "SELECT person_record_id, line, postcode, uprn, lsoa, premises, protected, stated_on, valid_from, valid_to, address_record.handling, address_key, "
        "CASE WHEN length(spelled) >= 8 THEN spelled END AS line_key "
        "FROM address_record JOIN address_place USING (address_record_id) JOIN (SELECT address_record_id, spelled FROM address_spelled) "
        "USING (address_record_id) "
        "WHERE person_record_id IS NOT NULL AND purpose IN ('home', 'placement')",
    )
    engine.create(
        "address_kind",
        f"""
        SELECT h.address_key,
               bool_or(coalesce(h.premises, '') IN ('hmo', 'hostel', 'refuge', 'care_home', 'prison', 'hospital', 'no_fixed'))
               OR count(DISTINCT {fold("p.family_name")}) >= {CROWDED}
               OR (NOT starts_with(h.address_key, 'u') AND bool_and(h.premises = 'flat' AND NOT regexp_matches(lower(h.line), '{NUMBERED_FLAT}'))) AS crowded,
               bool_or(coalesce(h.premises, '') IN ('hostel', 'care_home', 'prison', 'hospital')) AS institution,
               bool_or(coalesce(h.premises, '') = 'refuge') AS refuge,
               bool_or(coalesce(h.premises, '') = 'hmo') AS shared_house,
               count(DISTINCT {fold("p.family_name")}) AS family_names
        FROM home_record h JOIN person_record p USING (person_record_id)
        WHERE h.address_key IS NOT NULL GROUP BY h.address_key
        """,
    )
    engine.create(
        "one_home",
        "SELECT person_record_id, address_key, line_key, postcode FROM home_record QUALIFY row_number() OVER "
        "(PARTITION BY person_record_id ORDER BY address_key NULLS LAST, postcode NULLS LAST, line NULLS LAST) = 1",
    )
    engine.create(
        "folded",
        f"""
        SELECT p.person_record_id, p.source, p.event_key, p.local_person_id, p.pnc_id, p.sex, p.phone, p.date_of_birth,
               p.date_of_birth_precision, {fold("p.given_name")} AS given, {fold("p.middle_name")} AS middle,
               replace({fold("p.family_name")}, ' ', '') AS family, {fold("p.alias_name")} AS alias
        FROM (SELECT *, source || ':' || record_key AS event_key FROM person_record) p
        """,
    )
    return engine.create(
        "linkable",
        f"""
        SELECT f.person_record_id AS unique_id, f.source, f.event_key, f.given, f.family, f.given || ' ' || f.family AS full_name,
               {skeleton("f.given")} AS given_skeleton, {skeleton("f.family")} AS family_skeleton,
               coalesce(n.groups, CAST([] AS BIGINT[])) AS nick,
               split_part(f.alias, ' ', -1) AS alias_family,
               f.date_of_birth AS birth, f.date_of_birth_precision AS "precision",
               CASE WHEN f.date_of_birth_precision = 'day' THEN f.date_of_birth END AS birth_full,
               strftime(f.date_of_birth, '%Y%m%d') AS birth_text, year(f.date_of_birth) AS birth_year,
               CASE WHEN f.date_of_birth_precision = 'day' THEN strftime(f.date_of_birth, '%m%d') END AS day_month,
               o.address_key, o.postcode, left(o.postcode, greatest(length(o.postcode) - 4, 0)) AS district,
               CASE WHEN NOT coalesce(k.crowded, false) THEN o.address_key END AS home_key,
               CASE WHEN NOT coalesce(k.crowded, false) THEN o.postcode END AS home_postcode,
               CASE WHEN NOT coalesce(k.crowded, false) THEN o.line_key END AS home_line,
               coalesce(k.crowded, false) AS crowded, f.pnc_id, f.source || ':' || f.local_person_id AS local,
               CASE WHEN f.sex IN ('male', 'female') THEN f.sex END AS sex, f.phone
        FROM folded f
        LEFT JOIN one_home o USING (person_record_id)
        LEFT JOIN address_kind k USING (address_key)
        LEFT JOIN nickname n ON n.name = f.given
        ORDER BY f.person_record_id
        """,
    )
