"""Which packages are locked? Those of a trigger that finds people in danger, and every other about somebody who is restricted."""

from __future__ import annotations

from collections.abc import Iterable

from headwater.service.cases.models import Case, Package, Subject

RESTRICTED_TRIGGERS = {"repeat_domestic_abuse": "domestic-abuse"}
"""Trigger → why what it finds is restricted from the beginning."""


def settle_packages(subjects: Iterable[int], agency_id: int) -> None:
    """Lock and unlock the packages of one agency about these subjects that no case holds, as their triggers and the restricted cases of
    the same subject say today, open or closed, of any team. Inside a transaction: what comes in and who restricts wait for each other."""
    for number in subjects:
        rows = Package.objects.filter(subject_id=number, team__agency_id=agency_id, case=None)
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        Subject.objects.select_for_update().values_list("pk").get(pk=number)
        held = list(rows.values_list("pk", "trigger", "restricted", "restriction"))
        case = Case.objects.filter(about__subject=number, team__agency_id=agency_id, restricted=True).order_by("pk")
        because = case.values_list("restriction", flat=True).first() or next(
            (RESTRICTED_TRIGGERS[trigger] for _, trigger, _, _ in held if trigger in RESTRICTED_TRIGGERS), ""
        )
        for package, trigger, *before in held:
            restriction = RESTRICTED_TRIGGERS.get(trigger, because)
            if before != [bool(restriction), restriction]:  # Not by save(): the search has not touched it.
                Package.objects.filter(pk=package).update(restricted=bool(restriction), restriction=restriction)
