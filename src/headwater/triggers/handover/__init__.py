"""Handing confirmed packages on: what may leave, as page, paper and tables, logged as disclosure. Drafts never leave."""

from headwater.triggers.handover.log import Disclosed, log_disclosure, read_disclosures
from headwater.triggers.handover.pdf import set_package
from headwater.triggers.handover.share import NotConfirmed, to_share
from headwater.triggers.handover.tables import team_csv, to_tables
from headwater.triggers.handover.write import HandOverError, hand_over

__all__ = [
    "Disclosed",
    "HandOverError",
    "NotConfirmed",
    "hand_over",
    "log_disclosure",
    "read_disclosures",
    "set_package",
    "team_csv",
    "to_share",
    "to_tables",
]
