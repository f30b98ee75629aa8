"""Which written addresses are one place? Lines spelled out, numbers of premises carried to those that lack one."""

from __future__ import annotations

from headwater.engine import Engine

ABBREVIATIONS = {
    "flat": ("fl", "flt", "apt", "apartment"), "room": ("rm",), "house": ("hse", "ho"), "block": ("blk",), "floor": ("flr",),
    "road": ("rd",), "street": ("st", "str"), "avenue": ("ave", "av"), "close": ("cl",), "lane": ("ln", "la"), "drive": ("dr", "drv"),
    "crescent": ("cres", "cr", "cresc"), "gardens": ("gdns", "gdn", "gardns"), "terrace": ("tce", "terr", "ter"), "place": ("pl",),
    "grove": ("gr", "gro", "grv"), "court": ("ct", "crt"), "square": ("sq",), "park": ("pk",), "walk": ("wk", "wlk"),
    "buildings": ("bldgs", "bldg"), "green": ("grn",), "hill": ("hl",), "mount": ("mt",), "parade": ("pde",), "rise": ("rs",),
    "way": ("wy",), "view": ("vw",), "croft": ("crft",), "north": ("nth",), "south": ("sth",),
}  # fmt: skip
"""Short forms of the words of British addresses, after the usual ones of gazetteers (BS 7666, Royal Mail's PAF guide)."""


def spell_out(line: str) -> str:
    """SQL: an address line in small letters and digits only, short forms spelled out; NULL when nothing is left.

    "St" is a street only at the end ("St Ann's Road" keeps its saint). The words run together, so that "Yew Tree" and
    "Yewtree" are one.
    """
    text = f"' ' || trim(regexp_replace(lower(strip_accents({line})), '[^a-z0-9]+', ' ', 'g')) || ' '"
    for word, shorts in ABBREVIATIONS.items():
        forms = "|".join(shorts)
        end = "$" if word == "street" else ""
        text = f"regexp_replace({text}, ' (?:{forms}) {end}', ' {word} ', 'g')"
    return f"nullif(replace({text}, ' ', ''), '')"


def make_places(engine: Engine, rows: str = "address_record") -> None:
    """Make table `address_place` (address_record_id, address_key, spelled): one key for one place, from a table like `address_record`, and
    its line as `spell_out` writes it.

    The key is the UPRN where the record gives one. Where it gives none, it is the UPRN that other records give for the
    same line and postcode, if they agree on one; else line and postcode. A line without a postcode takes the postcode
    that all others of that line and small area give. NULL when there is neither. So it depends on no record but those whose
    line is spelled alike.
    """
    spell_records(engine, rows)
    find_places(engine)


def spell_records(engine: Engine, rows: str) -> None:
    """Make `address_spelled` (address_record_id, uprn, lsoa, postcode, spelled) from a table like `address_record`."""
    # One line stands in many records: each is spelled out once.
    engine.create(
        "address_line",
        f"SELECT line, {spell_out('line')} AS spelled FROM (SELECT DISTINCT line FROM {rows} WHERE line IS NOT NULL)",
    )
    engine.create(
        "address_spelled",
        "SELECT a.address_record_id, a.uprn, a.lsoa, replace(upper(a.postcode), ' ', '') AS postcode, l.spelled "
        f"FROM {rows} a LEFT JOIN address_line l ON l.line = a.line",
    )


def find_places(engine: Engine, name: str = "address_place", columns: str = "spelled") -> None:
    """Make `address_place`, or a table of another name, with these columns of `address_spelled`, see `make_places`."""
    own = ", ".join(f"a.{column}" for column in columns.split(", "))
    engine.create(
        "address_postcode",
        "SELECT spelled, lsoa, min(postcode) AS postcode FROM address_spelled WHERE postcode IS NOT NULL AND lsoa IS NOT NULL "
        "GROUP BY spelled, lsoa HAVING count(DISTINCT postcode) = 1",
    )
    engine.create(
        "address_uprn",
        "SELECT spelled, postcode, min(uprn) AS uprn FROM address_spelled WHERE uprn IS NOT NULL AND postcode IS NOT NULL "
        "GROUP BY spelled, postcode HAVING count(DISTINCT uprn) = 1",
    )
    engine.create(
        name,
        f"""
        SELECT a.address_record_id, coalesce('u' || coalesce(a.uprn, u.uprn), a.spelled || '|' || coalesce(a.postcode, p.postcode)) AS address_key, {own}
        FROM address_spelled a
        LEFT JOIN address_postcode p ON a.postcode IS NULL AND p.spelled = a.spelled AND p.lsoa = a.lsoa
        LEFT JOIN address_uprn u ON u.spelled = a.spelled AND u.postcode = coalesce(a.postcode, p.postcode)
        """,
    )
