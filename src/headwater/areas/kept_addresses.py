"""Which place is each written address, when most were known before? Only those are worked out that share a line with one that came or went."""

from __future__ import annotations

import shutil

from headwater.areas.address import find_places, make_places, spell_records
from headwater.engine import Engine
from headwater.records import Lake, find_opened, fingerprint

METHOD = "1"
"""Goes up when the code that tells places apart changes, so that what was kept before is not used."""

SPELLED = "uprn, lsoa, postcode, spelled"
"""The columns of `address_spelled`, beside the record's id."""

STAGE = "addresses"
"""The folder of derived tables: one beside each of the kept current records."""


def keep_addresses(engine: Engine, lake: Lake) -> None:
    """Keep the places of the addresses that `keep_current` keeps, where they are not kept yet. Call it while holding the lake."""
    opened = find_opened(engine, lake)
    if not opened.kept or lake.derived(STAGE, _name(opened.kept.name)).exists():
        return
    engine.read_parquet("address_record_kept", [opened.kept / "address_record.parquet"])
    spell_records(engine, "address_record_kept")
    find_places(engine, "place_found", SPELLED)
    with lake.make_derived(STAGE, _name(opened.kept.name)) as working:
        engine.write_parquet("SELECT * FROM place_found", working / "place.parquet")
        (working / "done.json").write_text("{}", encoding="utf-8")
    engine.drop("place_found")
    for folder in lake.list_derived(STAGE)[2:]:
        shutil.rmtree(folder, ignore_errors=True)


def prepare_addresses(engine: Engine, lake: Lake | None = None) -> None:
    """Make `address_place` and `address_spelled` as `make_places` does, from table `address_record`.

    With the `lake` from which `open_records` opened that table, the places that `keep_addresses` kept are used: the place of
    an address depends on the records alone whose line is spelled alike, so only where one of those came or went it is found anew.
    """
    opened = find_opened(engine, lake) if lake else None
    kept = lake.derived(STAGE, _name(opened.kept.name)) / "place.parquet" if lake and opened and opened.kept else None
    if opened is None or kept is None or not kept.exists():
        make_places(engine)
        return
    engine.read_parquet("place_kept", [kept])
    if opened.near:
        engine.create("address_gone", "SELECT id FROM claimed_address_record")
        spell_records(engine, "address_record_since")
    else:  # What is open is what was kept.
        engine.create("address_gone", "SELECT '' AS id WHERE false")
        spell_records(engine, "(SELECT * FROM address_record WHERE false)")
    engine.create("address_spelled_since", "SELECT * FROM address_spelled")
    engine.create(
        "line_touched",
        "SELECT spelled FROM address_spelled_since WHERE spelled IS NOT NULL UNION "
        "SELECT spelled FROM place_kept SEMI JOIN address_gone ON id = address_record_id WHERE spelled IS NOT NULL",
    )
    engine.create(
        "address_spelled_near",
        f"SELECT address_record_id, {SPELLED} FROM place_kept SEMI JOIN line_touched USING (spelled) ANTI JOIN address_gone ON id = address_record_id",
    )
    engine.create(
        "address_spelled",
        "SELECT * FROM address_spelled_since UNION ALL BY NAME SELECT * FROM address_spelled_near",
    )
    find_places(engine, "place_since", SPELLED)
    engine.create("place_gone", "SELECT id FROM address_gone UNION SELECT address_record_id FROM address_spelled_near")
    left = "place_kept ANTI JOIN place_gone ON id = address_record_id"
    for table, own in (("address_place", "address_key, spelled"), ("address_spelled", SPELLED)):
        query = f"SELECT address_record_id, {own} FROM {left} UNION ALL BY NAME SELECT address_record_id, {own} FROM place_since"
        # Many ask for the place of an address, few how it is spelled.
        (engine.create if table == "address_place" else engine.define)(table, query)


def _name(kept: str) -> str:
    return fingerprint([METHOD, kept])
