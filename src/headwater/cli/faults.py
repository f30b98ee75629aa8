"""Which faults of the analysis packages are expected, so that the reader sees one message instead of a traceback?"""

from __future__ import annotations


def expected_faults() -> tuple[type[Exception], ...]:
    """All of them. Their packages are imported here, when something has gone wrong: no command waits for those of the others."""
    from headwater.areas.allocation import AllocationError
    from headwater.areas.deprivation import DeprivationError
    from headwater.areas.earlier_wards import GoneError
    from headwater.areas.fit import FitError
    from headwater.areas.measures import MeasureError
    from headwater.areas.need import NeedError
    from headwater.areas.planning import FactsError, ScenarioError, StaffingError
    from headwater.areas.typology import TypologyError
    from headwater.engine import CannotTranslate, EngineFault
    from headwater.identity import DecisionError
    from headwater.records import FileFault, MappingError
    from headwater.service.config.secret import SecretError
    from headwater.service.postgres.place import DatabaseFault
    from headwater.service.running.prepare import NotReady
    from headwater.triggers.answers.feedback import FeedbackError
    from headwater.triggers.desk import DeskConflict
    from headwater.triggers.desk.sheet import SheetError
    from headwater.triggers.handover import HandOverError, NotConfirmed
    from headwater.triggers.measuring.sample import SampleError
    from headwater.triggers.rules.indicator import RuleError
    from headwater.triggers.runs.find import NotFound

    return (
        AllocationError,
        DeprivationError,
        MeasureError,
        FitError,
        GoneError,
        NeedError,
        FactsError,
        ScenarioError,
        StaffingError,
        TypologyError,
        CannotTranslate,
        EngineFault,
        FileFault,
        MappingError,
        RuleError,
        DecisionError,
        NotFound,
        SheetError,
        DeskConflict,
        FeedbackError,
        SampleError,
        HandOverError,
        NotConfirmed,
        SecretError,
        DatabaseFault,
        NotReady,
    )
