"""What did a run do, and for whom? One report for the force, with true numbers, and one for everybody, with protected ones."""

from headwater.triggers.report.build import RunReport, Section, build_report

__all__ = ["RunReport", "Section", "build_report"]
