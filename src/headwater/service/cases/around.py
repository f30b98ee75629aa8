"""Who else is around the family: other work about the same person, or about people whom records name at the same home."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from headwater.service.agencies.access import Actor
from headwater.service.cases import access
from headwater.service.cases.about import with_names
from headwater.service.cases.models import Case, CaseSubject, Member, Package

SHOWN = 10


@dataclass(frozen=True)
class Around:
    """What the reader may see of it, and how far it was looked. `locked`: cases that the reader may not
    open, of the teams for which they decide. `at_home`: people at home whom the package names; `known`: those of them who can be told again elsewhere."""

    cases: list[Case]
    packages: list[Package]
    subject_id: int
    locked: int
    at_home: int
    known: int

    @property
    def lines(self) -> list[tuple[Case | Package, bool]]:
        """Each case, then each package, and whether it is about the same person."""
        cases: list[tuple[Case | Package, bool]] = [
            (one, any(about.subject_id == self.subject_id for about in one.about.all())) for one in self.cases
        ]
        return cases + [(one, one.subject_id == self.subject_id) for one in self.packages]


def around(actor: Actor, package: Package) -> Around:
    """Other work around the one whom a package is about. People of a home are told again by keyed digests of their numbers in the lake;
    of a case that is only referred to the reader's agency, who is at home is not told, so those are found by the same person alone."""
    subject, keys = package.subject, {key for key in [package.subject.key, *package.household_keys] if key}
    same = Q(Exists(CaseSubject.objects.filter(case=OuterRef("pk"), subject=subject)))
    home = Q(Exists(CaseSubject.objects.filter(case=OuterRef("pk"), subject__key__in=keys)))
    home |= Q(Exists(Member.objects.filter(case=OuterRef("pk"), key__in=keys)))
    ours = home & Q(team_id__in=actor.teams(*access.WORKERS))
    cases = with_names(access.readable_cases(actor).filter(same | ours).exclude(pk=package.case_id or 0))
    about = Q(subject=subject) | Q(subject__key__in=keys) | Q(household_keys__overlap=sorted(keys))
    packages = access.own_packages(actor).filter(about, state="waiting").exclude(pk=package.pk).select_related("team")
    decides = actor.teams(*access.PACKAGE["decide"].own)
    held = access.locked_cases(actor).filter(same | home, team_id__in=decides).exclude(pk=package.case_id or 0)
    return Around(
        list(cases.order_by("-moved_at")[:SHOWN]), list(packages.defer(*Package.HEAVY)[:SHOWN]), subject.pk, held.count(),
        len(package.content["household"]), sum(bool(key) for key in package.household_keys),
    )  # fmt: skip
