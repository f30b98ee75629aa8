"""Fill a service for the load benchmark: skewed as real ones are (a big force, busy teams), made up, the same each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

AGENCIES, TEAMS, PEOPLE, PER_CASE = 200, 2_000, 5_000, 25

# $1 is the number of cases. Team 1 of agency 1 is the busiest; every tenth agency is a police force.
STEPS: tuple[tuple[str, str], ...] = (
    ("agencies", """
        INSERT INTO agencies_agency (id, name, kind, regime, domains, data_protection_emails, answer_within_days, takes_referrals, why_full)
        SELECT 1000 + n, 'Made-up agency ' || n, CASE WHEN n % 10 = 1 THEN 'police' ELSE (ARRAY['council','housing','health','school','charity'])[1 + n % 5] END,
               'uk-gdpr', ARRAY['a' || n || '.example'], '{}', 5, true, '' FROM generate_series(1, 200) n"""),
    ("teams", """
        INSERT INTO agencies_team (id, agency_id, name, lake_team)
        SELECT 1000 + n, 1001 + (n - 1) % 200, 'Made-up team ' || n, 'load' || n FROM generate_series(1, 2000) n"""),
    ("users", """
        INSERT INTO agencies_user (id, password, email, name, title, is_active, joined_on, agency_id)
        SELECT 1000 + n, '!', 'u' || n || '@load.example', 'Made-up user ' || n, '', true, now(), 1001 + ((n - 1) % 2000) % 200 FROM generate_series(1, 5000) n"""),
    ("memberships", """
        INSERT INTO agencies_membership (user_id, team_id, role, starts)
        SELECT 1000 + n, 1001 + (n - 1) % 2000,
               CASE WHEN ((n - 1) % 2000) % 10 = 0 THEN (ARRAY['sergeant','officer','officer'])[1 + (n - 1) / 2000] ELSE 'partner worker' END, '2020-01-01'
        FROM generate_series(1, 5000) n"""),
    ("agreements", """
        INSERT INTO agencies_agreement (giver_id, receiver_id, purpose, lawful_basis, categories, starts, ends, review_on, why_withdrawn, version)
        SELECT g, r, 'Made-up', 'public-task', ARRAY['identity','reasons','plan','notes','wishes'], '2020-01-01', '2099-01-01', '2098-01-01', '', 1
        FROM generate_series(1001, 1200, 10) g, generate_series(1001, 1200) r WHERE r <> g"""),
    ("signatures", """
        INSERT INTO agencies_signature (agreement_id, agency_id, role, user_id, signed_on)
        SELECT a.id, x.agency, 'Head', 1001, '2020-01-01' FROM agencies_agreement a, LATERAL (VALUES (a.giver_id), (a.receiver_id)) x(agency) WHERE a.giver_id > 1000"""),
    ("subjects", """
        INSERT INTO cases_subject (id, kind, name, other_names, born_on, sex, address, address_withheld, area, lake_id, known_on, tokens)
        SELECT 1000 + n, 'person', 'Given' || n % 400 || ' Family' || (n * 7) % 900, '{}', date '1995-01-01' + n % 8000, 'male', n % 300 || ' Made-up Road', false,
               'Made-up', '', now(), ARRAY['given' || n % 400, 'family' || (n * 7) % 900, 'made', 'up', 'road'] FROM generate_series(1, $1) n"""),
    ("cases", """
        INSERT INTO cases_case (id, team_id, lead_id, state, purpose, why, opened_at, opened_by_id, consent, without_basis, without_why, wishes, strengths, needs,
            contact_safely, worry, review_every, next_review_on, restricted, restriction, closed_at, outcome, outcome_words, learned, moved_at, version)
        SELECT 1000 + n, t, 1000 + (t - 1001) + 1 + 2000 * (n % 2), CASE WHEN n % 4 = 0 THEN 'open' ELSE 'closed' END, 'welfare', 'Made-up reason ' || n,
               now() - n * interval '7 minutes', 1000 + (t - 1001) + 1, 'given', '', '', 'Made-up wish', '', '', '', 'some', 28, current_date - 20 + n % 60, n % 50 = 0,
               '', CASE WHEN n % 4 = 0 THEN NULL ELSE now() END, '', '', '', now() - n * interval '6 minutes', 1
        FROM (SELECT n, 1001 + 10 * floor(200 * power((n * 0.6180339887) % 1, 2))::int AS t FROM generate_series(1, $1) n) x"""),
    ("who they are about", "INSERT INTO cases_casesubject (case_id, subject_id) SELECT 1000 + n, 1000 + n FROM generate_series(1, $1) n"),
    ("lines of timelines", """
        INSERT INTO cases_entry (case_id, at, made_at, kind, category, agency_id, by_id, by_words, words, text, present)
        SELECT 1000 + c, now() - (c + k * 211) * interval '5 minutes', now(), (ARRAY['note','contact','action','review','worry'])[1 + k % 5],
               (ARRAY['notes','plan','reasons'])[1 + k % 3], 1001 + (k % 7) * 10, 1001 + (c + k) % 5000, '', 'Made-up line ' || k, repeat('Made-up words. ', 8), '{}'
        FROM generate_series(1, $1) c, generate_series(1, 25) k"""),
    ("goals", "INSERT INTO cases_goal (case_id, words, unsafe_to_print, version) SELECT 1000 + n, 'Made-up goal', false, 1 FROM generate_series(1, $1) n"),
    ("actions", """
        INSERT INTO cases_action (case_id, words, agency_id, owner_id, owner_words, due_on, state, how, unsafe_to_print, version)
        SELECT 1000 + n, 'Made-up action ' || k, 1001, 1001 + (n * 3 + k) % 5000, '', current_date - 20 + (n + k * 9) % 60,
               CASE WHEN n % 4 = 0 AND k < 3 THEN 'open' ELSE 'done' END, '', false, 1 FROM generate_series(1, $1) n, generate_series(1, 3) k"""),
    ("referrals", """
        INSERT INTO cases_referral (case_id, sender_id, sender_team_id, by_id, receiver_id, agreement_id, outside_email, ask, categories, state, sent_at, answer_by,
            reason, words, information, why_ended, version)
        SELECT c.id, t.agency_id, t.id, c.opened_by_id, a.receiver_id, a.id, '', 'Made-up request', ARRAY['identity','reasons','plan','notes'],
               CASE WHEN c.id % 8 = 0 THEN 'accepted' WHEN c.id % 8 = 4 THEN 'sent' ELSE 'ended' END, now(), current_date + 3, '', '', '', '', 1
        FROM cases_case c JOIN agencies_team t ON t.id = c.team_id JOIN LATERAL (
            SELECT id, receiver_id FROM agencies_agreement WHERE giver_id = t.agency_id ORDER BY id OFFSET c.id % 199 LIMIT 1) a ON true
        WHERE c.id > 1000 AND c.id % 2 = 0"""),
    ("packages", """
        INSERT INTO cases_package (reference, subject_id, team_id, state, trigger, trigger_title, run, why_now, newest_on, content, digest, news, received_at, updated_at,
            answer_by, urgent, restricted, restriction, reason, note, evidence_id, case_id, version)
        SELECT 'K-load' || n, 1000 + n, c.team_id, CASE WHEN n % 6 = 0 THEN 'waiting' ELSE 'taken on' END, 'tipt', 'Made-up', 'load', 'Made-up reason', current_date - n % 90,
               e.content, '', '[]', now() - n * interval '3 minutes', now(), current_date + 9, false, n % 40 = 0, '', '', '', '', CASE WHEN n % 6 = 0 THEN NULL ELSE c.id END, 1
        FROM generate_series(1, $1 / 4) n JOIN cases_case c ON c.id = 1000 + n, (SELECT content FROM cases_package WHERE reference = 'K-example0001') e"""),
    ("notices", """
        INSERT INTO notices_notice (user_id, words, reference, link, urgent, at, acknowledged_at)
        SELECT 1001 + n % 5000, 'Made-up notice', 'C-000001', '/', false, now() - n * interval '1 minute', CASE WHEN n % 5 = 0 THEN NULL ELSE now() END
        FROM generate_series(1, $1) n"""),
)  # fmt: skip


def fill(data: Path, *, cases: int, users: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Fill an empty service in a process of its own; sessions of so many users with cases and packages that are theirs."""
    note = data / f"filled-{cases}.json"
    if not note.exists():
        subprocess.run(
            [sys.executable, __file__, str(data), str(cases), str(users)],
            check=True,
            stdout=sys.stderr,
            env={**os.environ, "HEADWATER_DATA": str(data)},
        )
    found: dict[str, Any] = json.loads(note.read_text())
    say("Rows: " + ", ".join(f"{count:,} {name}" for name, count in found["rows"].items()))
    return found


def main(data: Path, cases: int, users: int) -> None:
    """Fill as the administrator of the embedded database, past triggers and keys: the rows are right by construction."""
    from headwater.service.postgres import open_cluster
    from headwater.service.running.prepare import bring_up_to_date, database_up

    with database_up(data):
        bring_up_to_date(print)
        from headwater.service.demo import fill as fill_demo

        fill_demo(data, [], run="none")
        with open_cluster(data / "database").connect() as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute("SET synchronous_commit = off")
            for name, sql in STEPS:
                rows = admin.execute(sql.replace("$1", str(cases))).rowcount
                print(f"  {rows:,} {name}", flush=True)
            for table in ("agencies_agency", "agencies_team", "agencies_user", "cases_subject", "cases_case"):
                admin.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            admin.execute("VACUUM (ANALYZE)")
            tables = (
                "agencies_agency",
                "agencies_user",
                "cases_case",
                "cases_entry",
                "cases_action",
                "cases_referral",
                "cases_package",
                "notices_notice",
            )
            counts = {table: admin.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables}
        found = {"rows": {table: count[0] for table, count in counts.items() if count}, "users": _sessions(users)}
    (data / f"filled-{cases}.json").write_text(json.dumps(found))


def _sessions(number: int) -> list[dict[str, Any]]:
    """Users of several roles from busy and quiet teams, each with a session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from headwater.service.agencies.access import Actor, Role
    from headwater.service.agencies.models import User
    from headwater.service.audit.actions import acting_as
    from headwater.service.cases import access

    found: list[dict[str, Any]] = []
    with acting_as("benchmark"):
        for user in (
            User.objects.filter(email__endswith="@load.example").select_related("agency").order_by("id").iterator()
        ):
            police = user.live_memberships and user.live_memberships[0].role != Role.PARTNER_WORKER
            wanted = number * 4 // 5
            if len([one for one in found if one["police"] == police]) >= (wanted if police else number - wanted):
                continue
            actor = Actor(user)
            cases = list(access.readable_cases(actor).values_list("pk", flat=True)[:40])
            if not cases:
                continue
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            packages = list(access.own_packages(actor).values_list("reference", flat=True)[:40])
            found.append(
                {
                    "email": user.email,
                    "police": police,
                    "session": session.session_key,
                    "cases": cases,
                    "packages": packages,
                }
            )
            if len(found) == number:
                break
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
