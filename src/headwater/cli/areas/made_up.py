"""What of areas does the demonstration have? Made-up measures, the demand of its own records, and posts as they stand."""

from __future__ import annotations

from pathlib import Path

from headwater.cli.areas.answers import measures_folder
from headwater.cli.areas.loading import count_demand
from headwater.cli.console import out
from headwater.settings import Settings

PLANNER = "planner@police.example"


def load_made_up_measures(settings: Settings, force: Path, seed: int) -> None:
    """Load the made-up ranks and residents of the force's areas, and count its demand, for `headwater areas`; write posts of today."""
    from headwater.areas.demand import Window
    from headwater.areas.measures import load_measures, read_measure_sets
    from headwater.areas.planning import FactsError, facts_of, open_shelf, read_scenario
    from headwater.synthetic.measures import write_measures
    from headwater.synthetic.staffing import write_staffing

    path = force / "measures" / "made_up.csv"
    if not path.exists():
        write_measures(path, seed)
    load_measures(path, read_measure_sets(settings.catalogue), measures_folder(settings), name="made_up")
    count_demand(settings, made_up=True, window=Window(months=36))
    shelf, scenario = open_shelf(measures_folder(settings), settings.catalogue), read_scenario()
    try:
        facts = facts_of(shelf)
    except FactsError:  # A catalogue of one's own, with areas that the made-up force has not.
        return
    people = dict(zip(facts.codes, facts.residents.tolist(), strict=True))
    roles = {role.name: role.posts for role in scenario.roles.values()}
    write_staffing(staffing_file(settings), shelf.level(scenario.level), people, roles)


def staffing_file(settings: Settings) -> Path:
    """Where the made-up posts of today stand."""
    return settings.data / "staffing.csv"


def tell_posts(settings: Settings) -> None:
    """Where posts stand and where they would go, and how to see it."""
    from headwater.synthetic.staffing import SHORT

    file = staffing_file(settings)
    if not file.exists():
        return
    out.print(
        f"Posts as they stand, made up: {file}, by residents, with {SHORT} short. Where they would go, on made-up measures: "
        f"headwater areas allocate --today {file} --data {settings.data}",
        markup=False,
    )


def bring_made_up_staffing(settings: Settings) -> None:
    """Bring the made-up posts of today into the service (its database is up), once."""
    from headwater.areas.levels import read_levels
    from headwater.areas.planning import read_scenario
    from headwater.service.agencies.access import Actor
    from headwater.service.agencies.models import User, today
    from headwater.service.areas.actions import bring_staffing
    from headwater.service.areas.models import Staffing
    from headwater.service.audit.actions import acting_as, name_actor

    with acting_as("demonstration"):
        planner = User.objects.filter(email=PLANNER).first()
        if planner is None or Staffing.objects.exists() or not staffing_file(settings).exists():
            return
        name_actor(user=planner.pk, agency=planner.agency_id, role=planner.role_words, request="demonstration")
        level = read_levels(settings.catalogue)[read_scenario().level or "team"]
        bring_staffing(
            acting=Actor(planner), name="Made-up posts of today", as_of=today(), level=level, content=staffing_file(settings).read_bytes()
        )  # fmt: skip
