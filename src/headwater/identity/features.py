"""What of a person record is compared? Names folded and keyed, dates of birth with their precision, places, numbers."""

from __future__ import annotations

import csv
import io
from functools import cache

import pyarrow as pa

from headwater.areas import prepare_addresses
from headwater.catalogue import read_text
from headwater.engine import Engine, leaves
from headwater.identity.repeats import COMPARED
from headwater.records import fingerprint

CROWDED = 12
"""From this many different family names on, an address is treated as a shared one (tower without flat numbers, hostel)."""

MOST_NAMES = 100
"""From more different full names than this on, an address is a shared one, however few family names there are: to compare all
who were ever written down there with each other would be millions of pairs that say nothing."""

MOST_OF_A_NUMBER = 30
"""A telephone number or a system's own number that more different names than this carry (a hostel's switchboard, "unknown")
names nobody."""

NUMBERED_FLAT = r"\b(flat|flt|fl|apt|apartment|room|rm|unit|floor|studio)\b|\d+ ?[a-z]\b|\d.*\D\d|/"
"""How a line tells which flat: by a word for it, a letter after a number, or two numbers. Without, it names the block."""

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
    # Of a short name nothing would be left to tell it from others (Wei, Wu, Wai): it stands for itself.
    return f"CASE WHEN length({text}) > 1 THEN CASE WHEN length({key}) > 1 THEN {key} ELSE {text} END END"


def split_parts(text: str) -> str:
    """SQL: the parts of a name between blanks, hyphens and apostrophes, folded, as a list without empty ones."""
    apart = f"regexp_replace({text}, '[^[:alpha:]]+', ' ', 'g')"
    return f"list_filter(string_split(coalesce({fold(apart)}, ''), ' '), lambda part: part <> '')"


@cache
def read_name_parts(kind: str) -> tuple[str, ...]:
    """The name parts of the catalogue of one kind.

    An *article* (Al-, bin) is no name. A *prefix* (Mohammed, Md, Syed) stands before the name that somebody goes by. A
    *shared* part (Singh, Kaur, Begum) is borne by custom beside or instead of a family name.
    """
    rows = csv.DictReader(io.StringIO(read_text("identity", "name_parts.csv")))
    return tuple(row["part"] for row in rows if row["kind"] == kind)


def name_of_lists() -> str:
    """A short name for exactly these lists of names: what was compared with others is not to be carried over."""
    return fingerprint([read_text("identity", f"{name}.csv") for name in ("name_parts", "nicknames", "two_names")])


def _any_of(kind: str) -> str:
    return ", ".join(f"'{part}'" for part in read_name_parts(kind))


def written_table(records: str = "person_record") -> str:
    """SQL: for each name as it is written anywhere in the `records` (`written`), what is compared of it; a name stands in many
    records, and is taken apart once.

    `folded` and its key `folded_key`; `parts`, and `part_keys` in the same order; `kept_keys`: those of parts that are a name and no
    article or initial; `bare`: the parts written together without a leading article, and its key `bare_key`; `has_prefix`: the
    first part is a prefix; `short_form`: how the full name begins when this is a pet form.
    """
    articles, prefixes = _any_of("article"), _any_of("prefix")
    kept = f"list_filter(parts, lambda part: length(part) > 1 AND part NOT IN ({articles}))"
    return f"""
        SELECT written, folded, {skeleton("folded")} AS folded_key, parts, list_transform(parts, lambda part: {skeleton("part")}) AS part_keys,
               list_transform({kept}, lambda part: {skeleton("part")}) AS kept_keys, bare, {skeleton("bare")} AS bare_key,
               coalesce(parts[1] IN ({prefixes}), false) AS has_prefix,
               nullif(left(regexp_extract(folded, '{SHORT_FORM}', 1), -1), '') AS short_form
        FROM (
            SELECT *, nullif(CASE WHEN parts[2] IS NOT NULL AND parts[1] IN ({articles}) THEN substr(together, length(parts[1]) + 1)
                             ELSE together END, '') AS bare
            FROM (
                SELECT *, array_to_string(parts, '') AS together
                FROM (
                    SELECT written, {fold("written")} AS folded, {split_parts("written")} AS parts
                    FROM (
                        SELECT given_name AS written FROM {records} UNION SELECT middle_name FROM {records}
                        UNION SELECT family_name FROM {records}
                    ) WHERE written IS NOT NULL
                )
            )
        )
    """


NAME_PARTS = """
    SELECT given_name, middle_name, family_name, g.folded AS given, f.bare AS family, g.folded_key AS given_skeleton, f.bare_key AS family_skeleton,
           g.short_form,
           list_sort(list_distinct(list_concat(list_concat(coalesce(g.kept_keys, CAST([] AS VARCHAR[])), coalesce(m.kept_keys, CAST([] AS VARCHAR[]))),
                                               coalesce(f.kept_keys, CAST([] AS VARCHAR[]))))) AS parts,
           CASE WHEN coalesce(len(g.parts), 0) = 0
                THEN CASE WHEN coalesce(m.has_prefix, false) THEN coalesce(m.part_keys[2], m.part_keys[1]) ELSE m.part_keys[1] END
                WHEN g.has_prefix THEN coalesce(g.part_keys[2], m.part_keys[1], g.part_keys[1]) ELSE g.part_keys[1] END AS called,
           nullif(concat(array_to_string(g.parts, ''), array_to_string(m.parts, '')), '') AS whole
    FROM (SELECT DISTINCT given_name, middle_name, family_name FROM {records}) n
    LEFT JOIN written g ON g.written = n.given_name
    LEFT JOIN written m ON m.written = n.middle_name
    LEFT JOIN written f ON f.written = n.family_name
"""
"""SQL: for each way a whole name is written in the `records` (`given_name`, `middle_name`, `family_name`) what is compared of it.

`parts`: keys of all its parts in any order, articles left out; `called`: the key of the name that the person goes by (the
second where the first is a prefix); `whole`: given names written together; `family`: the family name without its article.
"""


def nickname_table() -> pa.Table:
    """Each given name with the numbers of the pairs it belongs to: two names are nicknames when they share a number."""
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(read_text("identity", "nicknames.csv")))):
        for name in (row["name"], row["other"]):
            groups.setdefault(name, []).append(number)
    names = sorted(groups)
    return pa.table({"name": names, "groups": pa.array([groups[name] for name in names], pa.list_(pa.int64()))})


def two_name_table() -> pa.Table:
    """Each given name that sounds like another name in use (Hassan, Hussain), with those others."""
    others: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(read_text("identity", "two_names.csv"))):
        others.setdefault(row["name"], set()).add(row["other"])
        others.setdefault(row["other"], set()).add(row["name"])
    names = sorted(others)
    return pa.table(
        {"name": names, "others": pa.array([sorted(others[name]) for name in names], pa.list_(pa.string()))}
    )


IN_USE, IN_USE_SHARE = 5, 5e-5
"""A given name with this many family names, in this share of records, is one in use and no slip of the pen."""

SHORT_FORM = r"^([a-z]+(?:bb|cc|dd|gg|kk|ll|mm|nn|pp|rr|ss|tt|vv|zz))(?:y|ie|i|ey)$"
"""A pet form with a doubled letter (Danny, Kully, Manny): what is left without the last two letters begins the full name."""


KEPT = (
    "unique_id", "source", "event_key", "given", "family", "given_skeleton", "family_skeleton", "parts", "called", "whole", "short_form",
    "alias_family", "nick", "two_names", "in_use", "birth", "precision", "address_key", "postcode", "line_key", "crowded", "pnc_id", "sex",
    "phone_stated", "phone_shared", "local_stated", "local_shared", "digest",
)  # fmt: skip
"""The columns of `linkable` from which all others follow, and `digest`, of all that is compared, which is dear to work out."""


def _following() -> str:
    """SQL: the columns of `linkable` that follow from those in KEPT, row by row."""
    return f"""
        given || ' ' || family AS full_name, family IN ({_any_of("shared")}) AS shared_family,
        CASE WHEN "precision" = 'day' THEN birth END AS birth_full,
        coalesce(CASE WHEN "precision" = 'day' AND year(birth) BETWEEN 1000 AND 9999 THEN strftime(birth, '%Y%m%d')::BIGINT END, -1) AS birth_number,
        strftime(birth, '%Y%m%d') AS birth_text, year(birth) AS birth_year,
        CASE WHEN "precision" = 'day' THEN strftime(birth, '%m%d') END AS day_month,
        left(postcode, greatest(length(postcode) - 4, 0)) AS district,
        CASE WHEN NOT crowded THEN address_key END AS home_key, CASE WHEN NOT crowded THEN postcode END AS home_postcode,
        CASE WHEN NOT crowded THEN line_key END AS home_line,
        CASE WHEN NOT phone_shared THEN phone_stated END AS phone, CASE WHEN NOT local_shared THEN source || ':' || local_stated END AS local
    """


def whole_rows(kept: str) -> str:
    """SQL: rows of `linkable` from a query or table that has the columns in KEPT."""
    return f"SELECT *, {_following()} FROM {kept}"


def homes_of(records: str) -> str:
    """SQL: the homes that some records state (column `person_record_id` of a query)."""
    return HOMES.format(places=f"(SELECT * FROM address_place SEMI JOIN ({records}) r ON r.person_record_id = home_of)")


HOMES = """
    SELECT address_record.person_record_id, line, address_record.postcode, address_record.uprn, address_record.lsoa, premises, protected, stated_on,
           valid_from, valid_to, address_record.handling, p.address_key, CASE WHEN length(p.spelled) >= 8 THEN p.spelled END AS line_key
    FROM address_record JOIN {places} p USING (address_record_id) WHERE p.home_of IS NOT NULL
"""
"""SQL: the homes that records state, from `address_record` and the `places` of these addresses."""


@leaves("address_place", "address_kind", "linkable")
def prepare_features(engine: Engine) -> int:
    """Make table `linkable` (one row a person record, in no order) from the canonical tables; returns its number of rows.

    `address_key` is that of `headwater.areas.prepare_addresses`, which is called; `crowded` marks institutions and shared addresses,
    whose agreement says little. `address_place`, `address_kind` and `home_record` are left for what comes after.
    """
    prepare_addresses(engine)
    engine.create("home_record", HOMES.format(places="address_place"))
    engine.create("address_kind", address_kinds("home_record", "person_record"))
    fold_names(engine, "person_record")
    count_names(engine, "folded")
    rows = make_rows(engine, "linkable", "home_record")
    engine.define("home_record", HOMES.format(places="address_place"))
    return rows


def address_kinds(homes: str, records: str) -> str:
    """SQL: for each address of `homes` what kind of place it is, from these and the person `records` that state them."""
    return f"""
        SELECT h.address_key,
               bool_or(coalesce(h.premises, '') IN ('hmo', 'hostel', 'refuge', 'care_home', 'prison', 'hospital', 'no_fixed'))
               OR count(DISTINCT {fold("p.family_name")}) >= {CROWDED}
               OR count(DISTINCT lower(p.given_name || ' ' || p.family_name)) > {MOST_NAMES}
               OR (NOT starts_with(h.address_key, 'u') AND bool_and(h.premises = 'flat' AND NOT regexp_matches(lower(h.line), '{NUMBERED_FLAT}'))) AS crowded,
               bool_or(coalesce(h.premises, '') IN ('hostel', 'care_home', 'prison', 'hospital')) AS institution,
               bool_or(coalesce(h.premises, '') = 'refuge') AS refuge,
               bool_or(coalesce(h.premises, '') = 'hmo') AS shared_house,
               count(DISTINCT {fold("p.family_name")}) AS family_names
        FROM {homes} h JOIN {records} p USING (person_record_id)
        WHERE h.address_key IS NOT NULL GROUP BY h.address_key
    """


def fold_names(engine: Engine, records: str) -> None:
    """Make table `folded`: what is compared of names and numbers of the person `records`, each by itself."""
    engine.create("written", written_table(records))
    engine.create("name_part", NAME_PARTS.format(records=records))
    engine.create(
        "folded",
        f"""
        SELECT p.person_record_id AS unique_id, p.source, p.event_key, p.local_person_id AS local_stated, p.pnc_id, p.sex, p.phone AS phone_stated,
               p.date_of_birth, p.date_of_birth_precision, n.given, n.family, n.given_skeleton, n.family_skeleton, n.short_form,
               {fold("p.alias_name")} AS alias, n.parts, n.called, n.whole
        FROM (SELECT *, source || ':' || record_key AS event_key FROM {records}) p
        JOIN name_part n ON n.given_name IS NOT DISTINCT FROM p.given_name AND n.middle_name IS NOT DISTINCT FROM p.middle_name
            AND n.family_name IS NOT DISTINCT FROM p.family_name
        """,
    )


NUMBERS = (("phone", "phone_stated"), ("local", "source || ':' || local_stated"))
"""What a number is called, and how records of different systems that state the same are told apart."""


def count_names(engine: Engine, records: str) -> None:
    """Make `given_in_use` (given) and `shared_phone`, `shared_local` (number): given names in use and numbers that name nobody, from
    given, family, source and stated numbers of all `records`."""
    engine.create(
        "given_in_use",
        f"SELECT given FROM {records} GROUP BY given "
        f"HAVING count(DISTINCT family) >= {IN_USE} AND count(*) >= {IN_USE_SHARE} * (SELECT count(*) FROM {records})",
    )
    for name, number in NUMBERS:
        # Few numbers are in so many records at all; names are counted for those only.
        engine.create(
            f"shared_{name}",
            f"""
            SELECT r.number FROM (SELECT {number} AS number, given, family FROM {records}) r
            SEMI JOIN (SELECT {number} AS number FROM {records} WHERE {name}_stated IS NOT NULL GROUP BY 1 HAVING count(*) > {MOST_OF_A_NUMBER}) o
            USING (number)
            GROUP BY r.number HAVING count(DISTINCT concat_ws(' ', r.given, r.family)) > {MOST_OF_A_NUMBER}
            """,
        )


def make_rows(engine: Engine, name: str, homes: str) -> int:
    """Make table `name`, rows of `linkable`, of the records of `folded` and their `homes`; `address_kind` and the tables of
    `count_names` must be there. Returns how many."""
    engine.register("nickname", nickname_table())
    engine.register("two_name", two_name_table())
    engine.create(
        "one_home",
        f"SELECT person_record_id AS unique_id, address_key, line_key, postcode FROM {homes} QUALIFY row_number() OVER "
        "(PARTITION BY person_record_id ORDER BY address_key NULLS LAST, postcode NULLS LAST, line NULLS LAST) = 1",
    )
    kept = """
        SELECT f.unique_id, f.source, f.event_key, f.given, f.family, f.given_skeleton, f.family_skeleton, f.parts, f.called, f.whole, f.short_form,
               split_part(f.alias, ' ', -1) AS alias_family,
               coalesce(n.groups, CAST([] AS BIGINT[])) AS nick, coalesce(w.others, CAST([] AS VARCHAR[])) AS two_names, g.given IS NOT NULL AS in_use,
               f.date_of_birth AS birth, f.date_of_birth_precision AS "precision", o.address_key, o.postcode, o.line_key,
               coalesce(k.crowded, false) AS crowded, f.pnc_id, CASE WHEN f.sex IN ('male', 'female') THEN f.sex END AS sex,
               f.phone_stated, sp.number IS NOT NULL AS phone_shared, f.local_stated, sl.number IS NOT NULL AS local_shared
        FROM folded f
        LEFT JOIN one_home o USING (unique_id)
        LEFT JOIN address_kind k USING (address_key)
        LEFT JOIN nickname n ON n.name = f.given
        LEFT JOIN two_name w ON w.name = f.given
        LEFT JOIN given_in_use g ON g.given = f.given
        LEFT JOIN shared_phone sp ON sp.number = f.phone_stated
        LEFT JOIN shared_local sl ON sl.number = f.source || ':' || f.local_stated
    """
    return engine.create(name, f"SELECT *, hash({', '.join(COMPARED)}) AS digest FROM ({whole_rows(f'({kept})')})")
