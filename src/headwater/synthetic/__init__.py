"""A made-up force with known truth: `make_force` writes seven exports and, beside them, what is true.

Nobody in it is real. See docs/explanation/made-up-force.md.
"""

from headwater.synthetic.force import ForceError, ForceReport, make_force
from headwater.synthetic.geography import GeographyError

__all__ = ["ForceError", "ForceReport", "GeographyError", "make_force"]
