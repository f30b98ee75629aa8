-- A made-up service at the size of a region, for the load benchmark. `:cases` and `:seed` are put in by service_fill.py; each part is
-- one statement under its name. Numbers above 1000 are ours; those below are the demonstration's. Skew: one big force, few busy teams,
-- long timelines of few cases, common names.

-- chances
CREATE FUNCTION pg_temp.dice(n bigint, what int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (hashint8extended(n, :seed * 1000 + what) & 9007199254740991) / 9007199254740992.0::float8
$$;

-- agencies: twenty police forces, and councils, landlords, hospitals, schools and charities
INSERT INTO agencies_agency (id, name, kind, regime, domains, data_protection_emails, answer_within_days, takes_referrals, why_full)
SELECT 1000 + n, 'Made-up agency ' || n, CASE WHEN n <= 20 THEN 'police' ELSE (ARRAY['council','housing','health','school','charity'])[1 + n % 5] END,
       'uk-gdpr', ARRAY['a' || n || '.example'], '{}', 5, true, '' FROM generate_series(1, 200) n;

-- teams: 400 of the big force, 30 of each other force, five or six of each partner
INSERT INTO agencies_team (id, agency_id, name, lake_team)
SELECT 1000 + n, CASE WHEN n <= 400 THEN 1001 WHEN n <= 970 THEN 1002 + (n - 401) % 19 ELSE 1021 + (n - 971) % 180 END,
       'Made-up team ' || n, CASE WHEN n <= 970 THEN 'load' || n ELSE '' END FROM generate_series(1, 2000) n;

-- users: one who leads each team, and more where there is more to do
INSERT INTO agencies_user (id, password, email, name, title, is_active, joined_on, agency_id)
SELECT 1000 + n, '!', 'u' || n || '@load.example', 'Made-up user ' || n, '', true, '2020-01-01', t.agency_id
FROM generate_series(1, 5000) n
JOIN agencies_team t ON t.id = 1001 + CASE WHEN n <= 2000 THEN n - 1 ELSE floor(2000 * power(pg_temp.dice(n, 1), 1.6))::int END;

-- roles
INSERT INTO agencies_membership (user_id, team_id, role, starts)
SELECT 1000 + n, t.id, CASE
           WHEN t.id <= 1970 AND n <= 2000 THEN 'sergeant'
           WHEN n <= 2000 THEN 'partner manager'
           WHEN t.id > 1970 THEN 'partner worker'
           WHEN n % 20 = 0 THEN 'partnership officer'
           WHEN pg_temp.dice(n, 2) < 0.3 THEN 'PCSO' ELSE 'officer' END, '2020-01-01'
FROM generate_series(1, 5000) n
JOIN agencies_team t ON t.id = 1001 + CASE WHEN n <= 2000 THEN n - 1 ELSE floor(2000 * power(pg_temp.dice(n, 1), 1.6))::int END;

-- further teams: partnership officers work for three more, every third sergeant covers a neighbour's
INSERT INTO agencies_membership (user_id, team_id, role, starts)
SELECT m.user_id, other.id, m.role, '2020-01-01'
FROM agencies_membership m JOIN agencies_team t ON t.id = m.team_id
CROSS JOIN LATERAL (
    SELECT o.id FROM agencies_team o WHERE o.agency_id = t.agency_id AND o.id <> t.id ORDER BY pg_temp.dice(o.id * 7919 + m.user_id, 3)
    LIMIT CASE WHEN m.role = 'partnership officer' THEN 3 ELSE 1 END
) other
WHERE m.user_id > 1000 AND (m.role = 'partnership officer' OR (m.role = 'sergeant' AND m.user_id % 3 = 0));

-- who works in a team
CREATE TEMP TABLE crew AS SELECT team_id, array_agg(user_id ORDER BY user_id) AS users FROM agencies_membership WHERE team_id > 1000 GROUP BY team_id;

-- agreements: every force with everybody
INSERT INTO agencies_agreement (giver_id, receiver_id, purpose, lawful_basis, categories, starts, ends, review_on, why_withdrawn, version)
SELECT g, r, 'Made-up', 'public-task', ARRAY['identity','reasons','contact','plan','notes','wishes'], '2020-01-01', '2099-01-01', '2098-01-01', '', 1
FROM generate_series(1001, 1020) g, generate_series(1001, 1200) r WHERE r <> g;

-- signatures
INSERT INTO agencies_signature (agreement_id, agency_id, role, user_id, signed_on)
SELECT a.id, x.agency, 'Head', 1001, '2020-01-01' FROM agencies_agreement a, LATERAL (VALUES (a.giver_id), (a.receiver_id)) x(agency) WHERE a.giver_id > 1000;

-- cases: most are the police's and most are closed; the busiest team has some three in a hundred
INSERT INTO cases_case (id, team_id, lead_id, state, purpose, why, opened_at, opened_by_id, consent, without_basis, without_why, wishes, strengths, needs,
    contact_safely, worry, review_every, next_review_on, restricted, restriction, closed_at, outcome, outcome_words, learned, moved_at, version)
SELECT 1000 + n, x.team, CASE WHEN open AND pg_temp.dice(n, 16) < 0.03 THEN NULL ELSE c.users[1 + floor(pg_temp.dice(n, 17) * array_length(c.users, 1))::int] END,
       CASE WHEN open THEN 'open' ELSE 'closed' END, 'welfare', 'Made-up reason ' || n, now() - age * interval '1 day', c.users[1], 'given', '', '',
       'Made-up wish. ', 'Made-up strength.', 'Made-up need.', '', (ARRAY['none','some','some','serious'])[1 + n % 4], 28,
       current_date - 12 + floor(40 * pg_temp.dice(n, 18))::int, restricted, CASE WHEN restricted THEN 'domestic-abuse' ELSE '' END,
       CASE WHEN NOT open THEN now() - (age - length) * interval '1 day' END, CASE WHEN open THEN '' ELSE 'better' END, '', '',
       now() - (age - length) * interval '1 day', 1
FROM (
    SELECT n, pg_temp.dice(n, 10) < 0.25 AS open, pg_temp.dice(n, 11) < 0.02 AS restricted,
           1001 + CASE WHEN pg_temp.dice(n, 12) < 0.85 THEN floor(970 * power(pg_temp.dice(n, 13), 2))::int
                       ELSE 970 + floor(1030 * power(pg_temp.dice(n, 13), 1.3))::int END AS team,
           CASE WHEN pg_temp.dice(n, 10) < 0.25 THEN 500 * power(pg_temp.dice(n, 14), 2) ELSE 200 + 1500 * pg_temp.dice(n, 14) END AS age,
           CASE WHEN pg_temp.dice(n, 10) < 0.25 THEN 500 * power(pg_temp.dice(n, 14), 2) * (1 - power(pg_temp.dice(n, 15), 2)) ELSE 30 + 160 * pg_temp.dice(n, 15) END AS length
    FROM generate_series(1, :cases) n
) x JOIN crew c ON c.team_id = x.team;

-- whom the cases are about
INSERT INTO cases_casesubject (case_id, subject_id) SELECT 1000 + n, 1000 + n FROM generate_series(1, :cases) n;

-- households
INSERT INTO cases_member (case_id, name, relationship, age_words, lives_here, source)
SELECT 1000 + n, 'Made-up relative ' || k, 'parent', '', true, '' FROM generate_series(1, :cases) n, generate_series(1, 2) k;

-- named readers of restricted cases: the lead of every other
INSERT INTO cases_grant (case_id, user_id, by_id, at) SELECT id, lead_id, opened_by_id, opened_at FROM cases_case WHERE id > 1000 AND restricted AND id % 2 = 0 AND lead_id IS NOT NULL;

-- broken glass
INSERT INTO cases_breakglass (case_id, user_id, reason, at, until)
SELECT id, opened_by_id, 'Made-up reason', now(), now() + CASE WHEN id % 10 = 1 THEN interval '3 hours' ELSE interval '-1 day' END
FROM cases_case WHERE id > 1000 AND restricted AND id % 2 = 1;

-- referrals: police teams ask partners, the best known most
INSERT INTO cases_referral (case_id, sender_id, sender_team_id, by_id, receiver_id, agreement_id, outside_email, ask, categories, state, sent_at, answer_by,
    answered_at, ended_at, reason, words, information, why_ended, version)
SELECT x.id, x.agency_id, x.team_id, x.opened_by_id, a.receiver_id, a.id, '', 'Made-up request', (ARRAY['identity','reasons','plan','notes','contact','wishes'])[1:2 + x.id % 5],
       x.state, CASE WHEN x.state = 'draft' THEN NULL WHEN x.state IN ('sent', 'returned for information') THEN now() - interval '1 day' ELSE x.opened_at END,
       CASE WHEN x.state IN ('sent', 'returned for information') THEN current_date + 1 + (x.id % 5)::int ELSE x.opened_at::date + 5 END, CASE WHEN x.state IN ('accepted', 'ended', 'declined') THEN x.opened_at END,
       CASE WHEN x.state = 'ended' THEN x.closed_at END, CASE WHEN x.state = 'declined' THEN 'no-capacity' ELSE '' END, '', '', '', 1
FROM (
    SELECT c.id, t.agency_id, c.team_id, c.opened_by_id, c.opened_at, c.closed_at, 1021 + floor(180 * power(pg_temp.dice(c.id * 3 + k, 20), 2))::int AS receiver,
           CASE WHEN pg_temp.dice(c.id * 3 + k, 21) < 0.2 THEN 'declined' WHEN c.state = 'closed' THEN 'ended'
                WHEN pg_temp.dice(c.id * 3 + k, 22) < 0.75 THEN 'accepted'
                ELSE (ARRAY['sent','sent','returned for information','draft'])[1 + c.id % 4] END AS state
    FROM cases_case c JOIN agencies_team t ON t.id = c.team_id CROSS JOIN generate_series(1, 2) k
    WHERE c.id > 1000 AND t.agency_id <= 1020 AND pg_temp.dice(c.id * 3 + k, 23) < 0.4 / k
) x JOIN agencies_agreement a ON a.giver_id = x.agency_id AND a.receiver_id = x.receiver;

-- lines of timelines: some 25 for a case, hundreds for one in two hundred; in the order in which they were written
INSERT INTO cases_entry (case_id, at, made_at, kind, category, agency_id, by_id, by_words, words, text, present)
SELECT id, at, at, (ARRAY['note','contact','action','review','worry'])[1 + k % 5], (ARRAY['notes','notes','plan','contact','reasons'])[1 + (k + id) % 5],
       CASE WHEN receiver IS NOT NULL AND k % 4 = 3 THEN receiver ELSE agency_id END,
       CASE WHEN receiver IS NOT NULL AND k % 4 = 3 THEN NULL ELSE users[1 + (id + k) % array_length(users, 1)] END,
       CASE WHEN receiver IS NOT NULL AND k % 4 = 3 THEN 'Made-up worker' ELSE '' END, 'Made-up line ' || k, repeat('Made-up words. ', (1 + (id + k) % 20)::int), '{}'
FROM (
    SELECT c.id, t.agency_id, w.users, r.receiver_id AS receiver, k, c.opened_at + (c.moved_at - c.opened_at) * (k::float8 / c.length) AS at
    FROM (
        SELECT *, CASE WHEN pg_temp.dice(id, 30) < 0.005 THEN 200 + floor(700 * pg_temp.dice(id, 31))::int
                       ELSE 1 + floor(-22 * ln(1 - pg_temp.dice(id, 31)))::int END AS length
        FROM cases_case WHERE id > 1000
    ) c
    JOIN agencies_team t ON t.id = c.team_id JOIN crew w ON w.team_id = c.team_id
    LEFT JOIN LATERAL (SELECT receiver_id FROM cases_referral WHERE case_id = c.id AND state IN ('accepted', 'ended') LIMIT 1) r ON true
    CROSS JOIN LATERAL generate_series(1, c.length) k
    ORDER BY at
) x;

-- goals
INSERT INTO cases_goal (id, case_id, words, unsafe_to_print, version)
SELECT 1000 + n * 2 + k, 1000 + n, 'Made-up goal ' || k, false, 1 FROM generate_series(1, :cases) n, generate_series(0, 1) k;

-- actions
INSERT INTO cases_action (case_id, goal_id, words, agency_id, owner_id, owner_words, due_on, state, ended_on, how, unsafe_to_print, version)
SELECT c.id, 1000 + (c.id - 1000) * 2 + k % 2, 'Made-up action ' || k, t.agency_id, w.users[1 + (c.id + k) % array_length(w.users, 1)], '',
       CASE WHEN c.state = 'open' AND k <= 2 THEN current_date - 10 + floor(40 * pg_temp.dice(c.id * 5 + k, 40))::int ELSE c.moved_at::date END,
       CASE WHEN c.state = 'open' AND k <= 2 THEN 'open' ELSE 'done' END, CASE WHEN c.state = 'open' AND k <= 2 THEN NULL ELSE c.moved_at::date END, '', false, 1
FROM cases_case c JOIN agencies_team t ON t.id = c.team_id JOIN crew w ON w.team_id = c.team_id CROSS JOIN generate_series(1, 4) k WHERE c.id > 1000;

-- reviews
INSERT INTO cases_review (case_id, held_on, better, worse, person_says, by_id)
SELECT id, opened_at::date + 28, 'Made-up words.', '', '', opened_by_id FROM cases_case WHERE id > 1000 AND opened_at < now() - interval '30 days';

-- how worried people were
INSERT INTO cases_worry (case_id, level, why, at, by_id) SELECT id, worry, 'Made-up reason.', opened_at, opened_by_id FROM cases_case WHERE id > 1000;

-- packages: every fourth case came from one, and one in twenty more waits
INSERT INTO cases_package (reference, subject_id, team_id, state, trigger, trigger_title, run, why_now, newest_on, content, digest, news, received_at, updated_at,
    answer_by, urgent, restricted, restriction, decided_at, decided_by_id, reason, note, evidence_id, returned_at, case_id, version)
SELECT 'K-load' || n, 1000 + n, team, CASE WHEN waits THEN 'waiting' ELSE 'taken on' END, 'tipt', 'Made-up', 'load', 'Made-up reason',
       CASE WHEN waits THEN current_date - floor(60 * pg_temp.dice(n, 50))::int ELSE x.opened_at::date END, e.content, '', '[]', coalesce(x.opened_at, now() - n % 20 * interval '1 day'), now(),
       current_date + 9, pg_temp.dice(n, 51) < 0.01, pg_temp.dice(n, 52) < 0.02, CASE WHEN pg_temp.dice(n, 52) < 0.02 THEN 'domestic-abuse' ELSE '' END,
       x.opened_at, x.opened_by_id, '', '', '', x.opened_at, x.id, 1
FROM (
    SELECT n, false AS waits, c.team_id AS team, c.id, c.opened_at, c.opened_by_id
    FROM generate_series(1, :cases, 4) n JOIN cases_case c ON c.id = 1000 + n WHERE c.team_id <= 1970
    UNION ALL
    SELECT n, true, 1001 + floor(970 * power(pg_temp.dice(n, 13), 2))::int, NULL, NULL, NULL FROM generate_series(:cases + 1, :cases + :cases / 20) n
) x, (SELECT content FROM cases_package WHERE reference = 'K-example0001') e;

-- notices
INSERT INTO notices_notice (user_id, words, reference, link, urgent, at, acknowledged_at)
SELECT 1001 + floor(5000 * power(pg_temp.dice(n, 60), 1.5))::int, 'Made-up notice', 'C-000001', '/', n % 100 = 1, now() - (:cases - n) * interval '1 minute',
       CASE WHEN n % 5 = 0 THEN NULL ELSE now() END
FROM generate_series(1, :cases) n;

-- the log: a line for each line of a timeline, and a look for every fourth. They are not sealed: a page reads no seal.
INSERT INTO audit_entry (at, verb, "user", agency, role, request, item_type, items, "case", categories, recipient, agreement, basis, digest)
SELECT at, CASE k WHEN 0 THEN 'collect' ELSE 'consult' END, coalesce(by_id, 1001), agency_id, 'officer', md5(id::text), CASE k WHEN 0 THEN 'cases_entry' ELSE 'cases_case' END,
       ARRAY[id::text], case_id, CASE k WHEN 0 THEN '{}'::text[] ELSE ARRAY['identity','notes','plan'] END, '', NULL, '', CASE k WHEN 0 THEN encode(sha256(id::text::bytea), 'hex') ELSE '' END
FROM cases_entry CROSS JOIN LATERAL generate_series(0, CASE WHEN id % 4 = 0 THEN 1 ELSE 0 END) k ORDER BY id;

-- second factors, so that the service may ask for them
INSERT INTO mfa_authenticator (type, data, user_id, created_at) SELECT 'totp', '{}', id, now() FROM agencies_user WHERE id > 1000;
