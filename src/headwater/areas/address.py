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


def prepare_addresses(engine: Engine) -> None:
    """Make table `address_place` (address_record_id, address_key, spelled, `postcode`, uprn and lsoa as the record gives them, and
    `home_of`: the person record that states it as a home), one row for each of `address_record`: one key for one place, and its line
    as `spell_out` writes it.

    The key is the UPRN where the record gives one. Where it gives none, it is the UPRN that other records give for the
    same line and postcode, if they agree on one; else line and postcode. A line without a postcode takes the postcode
    that all others of that line and small area give. NULL when there is neither.
    """
    spell_addresses(engine, "address_record")
    engine.create("address_place", place_addresses(engine))
    engine.define("address_spelled", SPELLED)


SPELLED = "SELECT * EXCLUDE (address_key) FROM address_place"
"""SQL: the rows of `address_spelled`."""


def spell_addresses(engine: Engine, records: str) -> int:
    """Make table `address_spelled` from the address `records`: all that tells of them which place they are. Returns how many."""
    # One line stands in many records: each is spelled out once.
    engine.create(
        "address_line",
        f"SELECT line, {spell_out('line')} AS spelled FROM (SELECT DISTINCT line FROM {records} WHERE line IS NOT NULL)",
    )
    return engine.create(
        "address_spelled",
        "SELECT a.address_record_id, a.uprn, a.lsoa, replace(upper(a.postcode), ' ', '') AS postcode, l.spelled, "
        "CASE WHEN a.purpose IN ('home', 'placement') THEN a.person_record_id END AS home_of "
        f"FROM {records} a LEFT JOIN address_line l ON l.line = a.line",
    )


def place_addresses(engine: Engine) -> str:
    """SQL: the rows of `address_spelled` with the key of their place. Which place an address is depends on the others whose line is
    spelled the same, and on no more: those have to be there."""
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
    return """
        SELECT a.*, coalesce('u' || coalesce(a.uprn, u.uprn), a.spelled || '|' || coalesce(a.postcode, p.postcode)) AS address_key
        FROM address_spelled a
        LEFT JOIN address_postcode p ON a.postcode IS NULL AND p.spelled = a.spelled AND p.lsoa = a.lsoa
        LEFT JOIN address_uprn u ON u.spelled = a.spelled AND u.postcode = coalesce(a.postcode, p.postcode)
        """
