"""Can the service's own role get past the log? Each attempt runs as the role that answers pages."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.service.conftest import Town, as_admin

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
    "act as somebody without a role": "SELECT set_config('headwater.actor', '{}', false); UPDATE agencies_agency SET why_full = 'x'",
    "act as somebody with an empty role": "SELECT set_config('headwater.actor', '{\"role\": \" \"}', false); UPDATE agencies_agency SET why_full = 'x'",
    "put a table in front": "CREATE TEMP TABLE audit_entry (LIKE public.audit_entry)",
    "put a schema in front": "CREATE SCHEMA mine",
    "put an operator in front": "CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.textcat)",
    "let the function look elsewhere": "ALTER FUNCTION audit_actor() SET search_path = pg_temp",
    "replace a trigger": "CREATE OR REPLACE TRIGGER audit_change AFTER INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "hang a trigger on the log": "CREATE TRIGGER mine BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "put a rule on the log": "CREATE RULE mine AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "change the owner's password": "ALTER ROLE headwater_owner PASSWORD 'x'",
    "become the eraser": "SET ROLE headwater_eraser",
    "become the administrator": "SET SESSION AUTHORIZATION headwater_admin",
    "copy lines in": "COPY audit_entry FROM STDIN",
    "read old values": "SELECT old FROM audit_value",
    "merge into old values": "MERGE INTO audit_value v USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT (entry_id, salt) VALUES (1, '')",
    "lock the log": "BEGIN; LOCK TABLE audit_entry IN ACCESS EXCLUSIVE MODE",
    "write a file": "COPY cases_case TO '/tmp/x'",
    "run a program": "COPY cases_case TO PROGRAM 'cat'",
    "read a file": "SELECT pg_read_file('/etc/passwd')",
    "move the counter of the log": "SELECT setval('audit_entry_id_seq', 1)",
    "use up the counter of the seals": "SELECT nextval('audit_seal_sequence_seq')",
    "set a parameter of the server": "ALTER SYSTEM SET session_replication_role = replica",
    "set a parameter for all": "ALTER ROLE headwater_service SET session_replication_role = replica",
    "forget what was migrated": "DELETE FROM django_migrations",
    "write in a snapshot of before": "BEGIN ISOLATION LEVEL REPEATABLE READ; "
    "SELECT set_config('headwater.actor', '{\"role\": \"x\"}', false), audit_write('consult', 'x', '{}', NULL, '{}', '', NULL, '')",
    "write in a serial transaction": "BEGIN ISOLATION LEVEL SERIALIZABLE; "
    "SELECT set_config('headwater.actor', '{\"role\": \"x\"}', false); UPDATE agencies_agency SET why_full = 'x'",
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


ERASER_ATTEMPTS = {
    "take old values out past the path": "DELETE FROM audit_value",
    "read old values": "SELECT * FROM audit_value",
    "change a line": "UPDATE audit_entry SET verb = 'consult'",
    "take a line out": "DELETE FROM audit_entry",
    "take a seal out": "DELETE FROM audit_seal",
    "read people": "SELECT * FROM cases_subject",
    "remove people": "DELETE FROM cases_subject",
    "write a line": "SELECT audit_write('consult', 'x', '{}', NULL, '{}', '', NULL, '')",
    "call the inner function": "SELECT audit_add('consult', 'x', '{}', NULL, '{}', '', NULL, '', '')",
    "erase as nobody": "SELECT audit_forget('cases_subject', '{1}', 'x')",
    "become the service": "SET ROLE headwater_service",
    "make a table": "CREATE TABLE mine (a int)",
}


@pytest.mark.parametrize("attempt", ERASER_ATTEMPTS)
def test_the_eraser_cannot(service: Path, attempt: str) -> None:
    from headwater.service.postgres import open_cluster

    with (
        open_cluster(service / "database").connect("headwater_eraser") as made,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        made.execute(ERASER_ATTEMPTS[attempt])


def test_two_who_write_at_once_do_not_fork_the_chain(service: Path) -> None:
    from headwater.service.postgres import open_cluster

    cluster = open_cluster(service / "database")
    write = "SELECT set_config('headwater.actor', '{\"role\": \"test\"}', false), audit_write('consult', 'x', '{}', NULL, '{}', '', NULL, '')"
    with cluster.connect("headwater_service", autocommit=False) as one, cluster.connect("headwater_service") as other:
        one.execute("SELECT count(*) FROM audit_seal")
        one.execute(write)
        other.execute(write)
        one.commit()
        assert other.execute("SELECT * FROM audit_faults()").fetchall() == []


RIGHTS = {
    "may become the owner": ("GRANT headwater_owner TO headwater_service", "REVOKE headwater_owner FROM headwater_service"),
    "may make things": ("GRANT CREATE ON SCHEMA public TO headwater_service", "REVOKE CREATE ON SCHEMA public FROM headwater_service"),
    "may put tables in front": ("GRANT TEMP ON DATABASE headwater TO headwater_service", "REVOKE TEMP ON DATABASE headwater FROM headwater_service"),
    "writes one column": ("GRANT UPDATE (verb) ON audit_entry TO headwater_service", "REVOKE UPDATE (verb) ON audit_entry FROM headwater_service"),
    "empties a table": ("GRANT TRUNCATE ON cases_entry TO headwater_service", "REVOKE TRUNCATE ON cases_entry FROM headwater_service"),
    "calls the inner function": (
        "GRANT EXECUTE ON FUNCTION audit_add(text, text, text[], bigint, text[], text, bigint, text, text) TO headwater_service",
        "REVOKE EXECUTE ON FUNCTION audit_add(text, text, text[], bigint, text[], text, bigint, text, text) FROM headwater_service",
    ),
    "erases": (
        "GRANT EXECUTE ON FUNCTION audit_forget(text, text[], text) TO headwater_service",
        "REVOKE EXECUTE ON FUNCTION audit_forget(text, text[], text) FROM headwater_service",
    ),
    "switched off": ("ALTER TABLE cases_case DISABLE TRIGGER audit_change", "ALTER TABLE cases_case ENABLE ALWAYS TRIGGER audit_change"),
    "not as a replica": ("ALTER TABLE cases_case ENABLE TRIGGER audit_change", "ALTER TABLE cases_case ENABLE ALWAYS TRIGGER audit_change"),
    "skips triggers": (
        "GRANT SET ON PARAMETER session_replication_role TO headwater_service",
        "REVOKE SET ON PARAMETER session_replication_role FROM headwater_service",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHTS)
def test_the_service_does_not_start_with_too_many_rights(service: Path, name: str) -> None:
    from headwater.service.audit.guards import find_gaps
    from headwater.service.postgres import open_cluster

    give, take = RIGHTS[name]
    assert find_gaps() == []
    with open_cluster(service / "database").connect() as admin:
        admin.execute(give)  # type: ignore[call-overload]
        try:
            assert find_gaps()
        finally:
            admin.execute(take)  # type: ignore[call-overload]
    assert find_gaps() == []


def test_values_that_went_without_a_line_are_missed(service: Path, raw: psycopg.Connection) -> None:
    from headwater.service.postgres import open_cluster

    with open_cluster(service / "database").connect(autocommit=False) as admin:
        admin.execute("DELETE FROM audit_value WHERE entry_id = (SELECT min(entry_id) FROM audit_value)")
        faults = [fault for (fault,) in admin.execute("SELECT fault FROM audit_faults()").fetchall()]
        assert faults == ["its values are gone, and no line says that they were erased"]
        admin.rollback()


def test_lines_that_were_cut_off_the_end_are_missed_by_the_witness(service: Path, tmp_path: Path) -> None:
    from headwater.service.audit.witness import keep_head, lost_heads
    from headwater.service.postgres import open_cluster

    keep_head(tmp_path)
    keep_head(tmp_path)
    assert lost_heads(tmp_path) == []
    kept = tmp_path / "log-heads"
    assert len(kept.read_text().splitlines()) == 1
    assert kept.stat().st_mode & 0o077 == 0
    with open_cluster(service / "database").connect() as admin:
        cut = admin.execute(
            "WITH gone AS (DELETE FROM audit_seal WHERE sequence = (SELECT max(sequence) FROM audit_seal) RETURNING *) SELECT * FROM gone"
        ).fetchone()
        assert cut
        try:
            (told,) = lost_heads(tmp_path)
            assert str(cut[0]) in told
        finally:
            admin.execute(
                "INSERT INTO audit_seal (sequence, previous, hash, entry_id) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)",
                _in_order(admin, cut),
            )
    assert lost_heads(tmp_path) == []


def _in_order(admin: psycopg.Connection, row: tuple[object, ...]) -> list[object]:
    names = [one.name for one in admin.execute("SELECT * FROM audit_seal LIMIT 0").description or ()]
    told = dict(zip(names, row, strict=True))
    return [told[name] for name in ("sequence", "previous", "hash", "entry_id")]


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
        "INSERT INTO cases_subject (kind, name, other_names, sex, address, address_withheld, area, lake_id, tokens, known_on, key, corrected, search_says) "
        "VALUES ('person', 'Secret Name', '{}', '', '', false, '', '', '{}', now(), '', '{}', '{}') RETURNING id"
    ).fetchone() or (0,)
    held = "SELECT count(*) FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id WHERE e.item_type = 'cases_subject' AND e.items = ARRAY[%s]"
    assert as_admin(service, held, str(number)) == [(1,)]
    raw.execute("DELETE FROM cases_subject WHERE id = %s", [number])
    assert forget("cases_subject", [number], why="retention") == 2
    assert as_admin(service, held, str(number)) == [(0,)]
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
