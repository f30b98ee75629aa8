"""Which guards stand in the database? A trigger on each table of ours, grants that leave the service no way to the logs; put up
anew after each migration, and checked before the service starts."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

NEVER_KEPT = {
    "agencies_user": ("password", "last_login"),
    "mfa_authenticator": ("data", "last_used_at"),
    "notices_mail": ("body",),
    "socialaccount_socialaccount": ("extra_data", "last_login"),
}
"""Table → columns whose values stand in no log."""

ALSO_WATCHED = ("mfa_authenticator", "account_emailaddress", "socialaccount_socialaccount")
"""Tables of other apps whose changes matter to accountability: who may sign in, and how."""

MAY_CALL = ("audit_write", "audit_faults")
"""What the service may call of the log's functions."""

LOGS = ("audit_entry", "audit_seal", "audit_value")
OLD_WORDS = "audit_value"
"""The log that the service writes through triggers and cannot read."""

ERASER = "headwater_eraser"


def watched_tables() -> list[str]:
    """Every table of ours but the logs themselves."""
    ours: list[type[Model]] = [
        model for label in settings.OURS for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    return sorted(
        {model._meta.db_table for model in ours if model._meta.db_table not in LOGS and model._meta.managed}
        | set(ALSO_WATCHED)
    )


def put_in_place() -> None:
    """As the owner, all or nothing: functions, triggers and grants. Done again, nothing changes. Triggers fire always, also where a
    session says that it is a replica."""
    service, eraser = settings.DATABASE_ROLES["default"], settings.DATABASE_ROLES.get("eraser", ERASER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute((Path(__file__).parent / "sql" / "functions.sql").read_text("utf-8"))
        for table in watched_tables():
            told = ", ".join(f"'{column}'" for column in NEVER_KEPT.get(table, ()))
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION audit_change({told})'
            )
            cursor.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER audit_change')
        cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = 'audit_seal' AND tgrelid = 'audit_entry'::regclass")
        if cursor.fetchone() is None:
            cursor.execute(
                "CREATE CONSTRAINT TRIGGER audit_seal AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION audit_seal_entry()"
            )
        cursor.execute("ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_seal")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'REVOKE ALL ON "{table}" FROM PUBLIC, "{service}", "{eraser}"')
            if table == OLD_WORDS:
                continue  # No page needs them: nobody reads them but the owner.
            if table in (*LOGS, "django_migrations"):
                cursor.execute(f'GRANT SELECT ON "{table}" TO "{service}"')
            else:
                cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{service}"')
        cursor.execute(f'GRANT SELECT ON audit_entry TO "{eraser}"')
        cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")
        for (sequence,) in cursor.fetchall():
            if not sequence.startswith("audit_"):
                cursor.execute(f'GRANT USAGE ON SEQUENCE "{sequence}" TO "{service}"')
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'REVOKE ALL ON FUNCTION {name} FROM PUBLIC, "{service}", "{eraser}"')
        cursor.execute(
            f'GRANT EXECUTE ON FUNCTION audit_write(text, text, text[], bigint, text[], text, bigint, text), audit_faults() TO "{service}"'
        )
        cursor.execute(
            f'GRANT EXECUTE ON FUNCTION audit_forget(text, text[], text), audit_forget_removed(text[]) TO "{eraser}"'
        )


def find_gaps() -> list[str]:
    """What is missing of the guards, in words, as the service's own role sees it; empty when all stand."""
    return [*_rights_too_many(), *_triggers_missing()]


def _rights_too_many() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication FROM pg_roles WHERE rolname = current_user"
        )
        if cursor.fetchone() != (False,):
            found.append("the service signs in to the database with too many rights")
        cursor.execute(
            "SELECT r.rolname FROM pg_roles r WHERE r.rolname <> current_user AND pg_has_role(current_user, r.oid, 'MEMBER')"
        )
        found += [f"the service may act as {name}" for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT has_schema_privilege('public', 'CREATE'), has_database_privilege(current_database(), 'CREATE'), "
            "has_database_privilege(current_database(), 'TEMP')"
        )
        if any(cursor.fetchone()):
            found.append("the service may make tables or functions of its own, which the log's could take for theirs")
        for table in LOGS:
            cursor.execute(
                "SELECT has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER'), has_any_column_privilege(%s, 'INSERT, UPDATE'), "
                "tableowner = current_user FROM pg_tables WHERE schemaname = 'public' AND tablename = %s",
                [table, table, table],
            )
            if cursor.fetchone() != (False, False, False):
                found.append(f"the service may write {table}, or it is not there")
        cursor.execute("SELECT has_any_column_privilege(%s, 'SELECT')", [OLD_WORDS])
        if cursor.fetchone() != (False,):
            found.append("the service may read old values")
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND has_table_privilege(oid, 'TRUNCATE, TRIGGER')"
        )
        found += [f"the service may empty {table} past the log" for (table,) in cursor.fetchall()]
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'audit\\_%%' "
            "AND proname <> ALL(%s) AND has_function_privilege(oid, 'EXECUTE')",
            [list(MAY_CALL)],
        )
        found += [f"the service may call {name}" for (name,) in cursor.fetchall()]
        cursor.execute("SHOW server_version_num")
        if int(cursor.fetchone()[0]) >= 150_000:
            cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
            if cursor.fetchone() != (False,):
                found.append("the service may switch triggers off")
    return found


def _triggers_missing() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgname = 'audit_change' AND p.proname = 'audit_change' AND t.tgenabled = 'A'"
        )
        watched = {name for (name,) in cursor.fetchall()}
        found += [f"changes of {table} are not logged" for table in watched_tables() if table not in watched]
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname = 'audit_seal' AND tgenabled = 'A'")
        if cursor.fetchone() != (1,):
            found.append("lines of the log are not sealed")
    return found
