"""The cases app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Packages, cases, plans, referrals."""

    name = "headwater.service.cases"
    label = "cases"

    def ready(self) -> None:
        """Stand in the navigation, and hear when somebody leaves."""
        from headwater.service.agencies.access import AGREES, Role
        from headwater.service.agencies.actions import ROLES_ENDED
        from headwater.service.cases.access import LEADS, OVERSEERS, POLICE, WORKERS
        from headwater.service.cases.actions.people import hand_back_work
        from headwater.service.cases.front import oversees, read_oversight
        from headwater.service.cases.selectors import waiting_packages, waiting_referrals
        from headwater.service.design.frame import PLACES, Place
        from headwater.service.design.front import PARTS, Part

        PARTS.insert(0, Part("cases/front_oversight.html", oversees, read_oversight))
        ROLES_ENDED.append(hand_back_work)
        PLACES[:0] = [
            Place("My work", "my_work", lambda actor: True),
            Place("Inbox", "inbox", lambda actor: actor.has(*POLICE), waiting_packages, also=("/packages/",)),
            Place("Cases", "cases", lambda actor: actor.has(*WORKERS)),
            Place("Referrals", "referrals", lambda actor: actor.has(*WORKERS), waiting_referrals),
            Place("Caseload", "caseload", lambda actor: actor.has(*LEADS)),
            Place("Search", "search", lambda actor: actor.has(*WORKERS)),
        ]
        PLACES += [
            Place(
                "People",
                "people",
                lambda actor: actor.has(Role.ADMINISTRATOR),
                about="Who joins, moves and leaves your agency, and what each may do.",
            ),
            Place(
                "Agreements",
                "agreements",
                lambda actor: actor.has(*AGREES),
                about="With which agencies yours shares what, why, and until when.",
            ),
            Place(
                "Oversight",
                "oversight",
                lambda actor: actor.has(*OVERSEERS),
                about="Which restricted cases were opened, what was told at once, and why.",
            ),
            Place(
                "Log",
                "log",
                lambda actor: actor.has(Role.AUDITOR),
                about="Who has looked at what, changed what and told whom.",
            ),
        ]
