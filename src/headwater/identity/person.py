"""What is known about each person, put together from the records that are theirs, and what speaks against joining them?"""

from __future__ import annotations

from headwater.engine import Engine, leaves
from headwater.identity.cluster import FAR_APART


@leaves("person_summary")
def make_people(engine: Engine) -> None:
    """Make table `person_summary` from `person` and the canonical tables.

    The name is the one written most often (then the newest, then the first by letters). The date of birth is the most
    frequent full date, else the most frequent partial one. Somebody is doubtful, and nothing found about them strong, whose
    records hold two PNC ids, dates of birth far apart, or an event before their birth.
    """
    engine.create(
        "mine",
        "SELECT p.person_id, p.certainty, p.cut, r.* FROM person p JOIN person_record r USING (person_record_id)",
    )
    # SHAH, Shah and shah are one spelling: the one that is not in capitals throughout is shown.
    engine.create(
        "best_name",
        """
        SELECT person_id, given_name, family_name FROM (
            SELECT person_id, max_by(given_name, ROW(given_name <> upper(given_name), given_name <> lower(given_name), given_name)) AS given_name,
                   max_by(family_name, ROW(family_name <> upper(family_name), family_name <> lower(family_name), family_name)) AS family_name,
                   count(*) AS n, max(stated_on) AS newest, bool_or(handling = 'ordinary') AS ordinary
            FROM mine
            GROUP BY person_id, lower(given_name), lower(family_name)
        )
        QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY ordinary DESC, (given_name IS NOT NULL)::INTEGER + (family_name IS NOT NULL)::INTEGER DESC,
            n DESC, newest DESC, lower(family_name), lower(given_name)) = 1
        """,
    )
    engine.create(
        "best_birth",
        "SELECT person_id, date_of_birth, date_of_birth_precision FROM (SELECT person_id, date_of_birth, "
        "date_of_birth_precision, count(*) AS n FROM mine WHERE date_of_birth IS NOT NULL AND handling = 'ordinary' GROUP BY ALL) QUALIFY "
        "row_number() OVER (PARTITION BY person_id ORDER BY date_of_birth_precision = 'day' DESC, n DESC, date_of_birth) = 1",
    )
    for column in ("sex", "ethnicity"):
        engine.create(
            f"best_{column}",
            f"SELECT person_id, {column} FROM (SELECT person_id, {column}, count(*) AS n FROM mine WHERE {column} IS NOT NULL "
            f"AND {column} NOT IN ('unknown', 'unmapped') AND handling = 'ordinary' GROUP BY ALL) QUALIFY row_number() OVER "
            f"(PARTITION BY person_id ORDER BY n DESC, {column}) = 1",
        )
    # One date of birth in a hundred records is a slip; one that several records give, and many of them, is a rival.
    engine.create(
        "rival_birth",
        """
        SELECT person_id, count(*) AS rivals FROM (
            SELECT person_id, date_of_birth, count(*) AS n, sum(count(*)) OVER (PARTITION BY person_id) AS dated FROM mine
            WHERE date_of_birth_precision = 'day' GROUP BY person_id, date_of_birth
        ) WHERE n >= 2 AND n * 5 >= dated GROUP BY person_id
        """,
    )
    # Farther apart than a slip of the pen: 1958 for 1985 is one, two digits changed places.
    engine.create(
        "far_birth",
        f"""
        WITH birth AS (SELECT DISTINCT person_id, date_of_birth FROM mine WHERE date_of_birth_precision = 'day' AND handling = 'ordinary')
        SELECT DISTINCT a.person_id FROM birth a JOIN birth b ON a.person_id = b.person_id AND a.date_of_birth < b.date_of_birth
        WHERE date_diff('day', a.date_of_birth, b.date_of_birth) > {FAR_APART}
            AND damerau_levenshtein(strftime(a.date_of_birth, '%Y%m%d'), strftime(b.date_of_birth, '%Y%m%d')) > 1
        """,
    )
    engine.create(
        "too_early",
        "SELECT DISTINCT m.person_id FROM mine m JOIN best_birth b USING (person_id) "
        "WHERE b.date_of_birth_precision = 'day' AND m.stated_on < b.date_of_birth AND m.handling = 'ordinary'",
    )
    engine.create(
        "gathered",
        """
        SELECT person_id, count(*) FILTER (WHERE handling = 'ordinary') AS records,
               coalesce(list_sort(list(DISTINCT source) FILTER (WHERE handling = 'ordinary')), []) AS sources, max(died_on) AS died_on,
               list_sort(list(DISTINCT lower(trim(coalesce(given_name, '') || ' ' || coalesce(family_name, ''))))
                   FILTER (WHERE handling = 'ordinary')) AS names,
               count(DISTINCT CASE WHEN date_of_birth_precision = 'day' AND handling = 'ordinary' THEN date_of_birth END) AS births,
               count(DISTINCT sex) FILTER (WHERE sex IN ('male', 'female') AND handling = 'ordinary') AS sexes,
               count(DISTINCT pnc_id) AS pncs, bool_or(cut) AS cut,
               bool_or(date_of_birth IS NULL) AS birth_missing,
               min(CASE certainty WHEN 'certain' THEN 2 WHEN 'likely' THEN 1 ELSE 0 END) AS surest
        FROM mine GROUP BY person_id
        """,
    )
    engine.create(
        "person_summary",
        """
        SELECT g.person_id, n.given_name, n.family_name,
               list_filter(g.names, lambda x: x <> n.shown AND x <> '') AS other_names,
               b.date_of_birth, coalesce(b.date_of_birth_precision, 'none') AS date_of_birth_precision, s.sex, e.ethnicity,
               g.died_on, g.records, g.sources,
               CASE WHEN g.pncs > 1 OR r.rivals > 1 OR g.surest = 0 OR f.person_id IS NOT NULL OR t.person_id IS NOT NULL THEN 'doubtful'
                    WHEN g.births > 1 OR g.cut OR g.surest = 1 THEN 'likely' ELSE 'certain' END AS certainty,
               list_filter([
                   CASE WHEN g.pncs > 1 THEN 'The records hold more than one PNC id.' END,
                   CASE WHEN g.births > 1 THEN 'The records give ' || g.births || ' different dates of birth.' END,
                   CASE WHEN f.person_id IS NOT NULL THEN 'Two of the dates of birth are too far apart for a slip of the pen.' END,
                   CASE WHEN t.person_id IS NOT NULL THEN 'A record is older than the date of birth that the records give.' END,
                   CASE WHEN g.sexes > 1 THEN 'The records differ about sex.' END,
                   CASE WHEN g.cut THEN 'Some records looked alike but were kept apart, because they cannot be one person.' END,
                   CASE WHEN g.records > 1 AND g.birth_missing THEN 'At least one record has no date of birth.' END
               ], lambda x: x IS NOT NULL) AS doubts
        FROM gathered g JOIN (
            SELECT *, lower(trim(coalesce(given_name, '') || ' ' || coalesce(family_name, ''))) AS shown FROM best_name
        ) n USING (person_id)
        LEFT JOIN best_birth b USING (person_id) LEFT JOIN best_sex s USING (person_id) LEFT JOIN best_ethnicity e USING (person_id)
        LEFT JOIN rival_birth r USING (person_id) LEFT JOIN far_birth f USING (person_id) LEFT JOIN too_early t USING (person_id)
        """,
    )


def make_ties(engine: Engine) -> None:
    """Make table `tie`: what records say two people are to each other, from `person` and the canonical tables."""
    engine.create(
        "tie",
        "SELECT DISTINCT a.person_id, b.person_id AS other_person_id, r.kind, r.lives_together, r.event_id, r.stated_on "
        "FROM relationship r JOIN person a ON a.person_record_id = r.person_record_id "
        "JOIN person b ON b.person_record_id = r.other_person_record_id "
        "JOIN event e ON e.event_id = r.event_id AND e.handling = 'ordinary' "
        "WHERE a.person_id <> b.person_id AND r.kind <> 'unmapped'",
    )
