"""What does the public need to know about a trigger? The fields of the Algorithmic Transparency Recording Standard, filled in."""

from headwater.triggers.transparency.record import Answered, Figures, Record, describe, read_figures

__all__ = ["Answered", "Figures", "Record", "describe", "read_figures"]
