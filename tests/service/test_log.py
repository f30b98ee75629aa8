"""Can the service's own role get past the log? Each attempt runs as the role that answers pages."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.service.conftest import Town

pytestmark = pytest.mark.service

ATTEMPTS = {
    "change a line": "UPDATE audit_entry SET verb = 'consult'",
    "take a line out": "DELETE FROM audit_entry",
    "empty the log": "TRUNCATE audit_entry CASCADE",
    "forge a line": "INSERT INTO audit_entry (at, verb, role, request, item_type, items, categories, recipient, basis, digest) "
    "VALUES (now(), 'consult', '', '', 'x', '{}', '{}', '', '', '')",
    "forge a seal": "INSERT INTO audit_seal (entry_id, previous, hash) VALUES (1, '', '')",
    "change old values": "UPDATE audit_value SET old = NULL",
    "take old values out": "DELETE FROM audit_value",
    "forge old values": "INSERT INTO audit_value (entry_id, salt) VALUES (1, '')",
    "empty old values": "TRUNCATE audit_value",
    "act as a replica, whose triggers do not fire": "SET session_replication_role = replica",
    "switch a trigger off": "ALTER TABLE cases_case DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER audit_change ON cases_case",
    "become the owner": "SET ROLE headwater_owner",
    "change the function": "CREATE OR REPLACE FUNCTION audit_actor() RETURNS jsonb LANGUAGE sql AS 'SELECT ''{}''::jsonb'",
    "put a function in front": "CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "make a table": "CREATE TABLE mine (a int)",
    "log a change that was none": "SELECT set_config('headwater.actor', '{}', false), audit_write('alter', 'x', '{}', NULL, '{}', '', NULL, '')",
    "call the inner function": "SELECT audit_add('consult', 'x', '{}', NULL, '{}', '', NULL, '', '')",
    "forget values without being the eraser": "SELECT audit_forget('cases_case', '{1}', 'x')",
    "empty a table past the log": "TRUNCATE cases_entry",
}


@pytest.fixture
def raw(service: Path):  # type: ignore[no-untyped-def]
    """A connection of its own as the service's role."""
    from django.db import connection

    told = connection.settings_dict
    with psycopg.connect(
        host=told["HOST"],
        port=told["PORT"],
        dbname=told["NAME"],
        user=told["USER"],
        password=told["PASSWORD"],
        autocommit=True,
    ) as made:
        assert made.execute("SELECT current_user").fetchone() == ("headwater_service",)
        yield made


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_service_cannot(raw: psycopg.Connection, attempt: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(ATTEMPTS[attempt])


def test_ignoring_triggers_by_a_setting_ignores_nothing(raw: psycopg.Connection) -> None:
    raw.execute(
        "SELECT set_config('pgtrigger.ignore', '{*}', false), set_config('headwater.actor', '{\"role\": \"test\"}', false)"
    )
    before = raw.execute("SELECT count(*) FROM audit_entry").fetchone()
    raw.execute(
        "UPDATE agencies_agency SET why_full = why_full || 'x' WHERE id = (SELECT min(id) FROM agencies_agency)"
    )
    after = raw.execute("SELECT count(*) FROM audit_entry").fetchone()
    assert before
    assert after
    assert after[0] == before[0] + 1


def test_a_change_by_nobody_is_refused(raw: psycopg.Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="Nobody is named as acting"):
        raw.execute("UPDATE agencies_agency SET why_full = 'x'")


def test_the_chain_holds_and_tells_where_it_was_broken(service: Path) -> None:
    from django.db import connections

    from headwater.service.postgres import open_cluster

    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_seal")
        assert cursor.fetchone()[0] > 100
        cursor.execute("SELECT * FROM audit_faults()")
        assert cursor.fetchall() == []
    with open_cluster(service / "database").connect(autocommit=False) as admin:
        admin.execute("UPDATE audit_entry SET verb = 'print' WHERE id = (SELECT min(entry_id) FROM audit_seal)")
        broken = admin.execute("SELECT fault FROM audit_faults()").fetchall()
        assert [fault for (fault,) in broken] == ["the words of the line are not those that were sealed"]
        admin.rollback()
        admin.execute("DELETE FROM audit_seal WHERE sequence = (SELECT min(sequence) + 5 FROM audit_seal)")
        faults = {fault for (_, fault) in admin.execute("SELECT entry, fault FROM audit_faults()").fetchall()}
        assert "a line before this one is missing or was put in" in faults
        admin.rollback()


def test_erasing_old_values_leaves_the_chain_whole(service: Path, raw: psycopg.Connection) -> None:
    from headwater.service.audit.actions import forget

    raw.execute("SELECT set_config('headwater.actor', '{\"role\": \"test\"}', false)")
    made = raw.execute(
        "INSERT INTO design_sent (number, led_to, at) VALUES (gen_random_uuid(), '', now()) RETURNING 1"
    ).fetchone()
    assert made
    (number,) = raw.execute(
        "INSERT INTO cases_subject (kind, name, other_names, sex, address, address_withheld, area, lake_id, tokens, known_on) "
        "VALUES ('person', 'Secret Name', '{}', '', '', false, '', '', '{}', now()) RETURNING id"
    ).fetchone() or (0,)
    held = "SELECT count(*) FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id WHERE e.item_type = 'cases_subject' AND e.items = ARRAY[%s]"
    assert raw.execute(held, [str(number)]).fetchone() == (1,)
    raw.execute("DELETE FROM cases_subject WHERE id = %s", [number])
    assert forget("cases_subject", [number], why="retention") == 2
    assert raw.execute(held, [str(number)]).fetchone() == (0,)
    assert raw.execute(
        "SELECT count(*) FROM audit_entry WHERE item_type = 'cases_subject' AND items = ARRAY[%s]", [str(number)]
    ).fetchone() == (3,)
    assert raw.execute("SELECT * FROM audit_faults()").fetchall() == []


def test_a_look_at_a_case_is_in_the_log_with_who_and_what(town: Town) -> None:
    from headwater.service.audit.models import Entry

    case = town.case()
    town.referred(case)
    town.client("youth-worker@charity").get(f"/cases/{case.pk}/")
    line = Entry.objects.filter(verb="consult", case=case.pk).latest("id")
    assert (line.user, line.agency) == (town.user("youth-worker@charity").pk, town.agency("Fresh Start").pk)
    assert line.categories == ["identity", "plan", "reasons"]
    told = Entry.objects.filter(verb="disclose", case=case.pk).latest("id")
    assert told.agreement is not None
    assert told.recipient == f"agency {town.agency('Fresh Start').pk}"


def test_no_line_of_the_log_holds_personal_text(town: Town) -> None:
    from django.db import connection

    case = town.case()
    town.client("officer@police").get("/search/", {"q": "Jordan Example"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM audit_entry e")
        for (line,) in cursor.fetchall():
            assert "Jordan" not in line
            assert "Made-up House" not in line
            json.loads(line)
    assert case.pk
