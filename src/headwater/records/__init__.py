"""What the force holds: the canonical schema, source mappings, loading with quarantine, the lake."""

from headwater.records.aside import RowSetAside, rows_set_aside
from headwater.records.batch import BatchReport
from headwater.records.current import (
    RawRow,
    as_of_default,
    count_dangling_references,
    hide_later,
    holds_all_of,
    open_and_keep,
    open_records,
    raw_row,
)
from headwater.records.examine import FileFault
from headwater.records.lake import Lake, LakeBusy, LakeError, fingerprint, verify_log, write_json
from headwater.records.layers import open_layers, renew_layers, show_layers, without, write_layers
from headwater.records.load import LoadReport, find_files, load
from headwater.records.mapping import MappingError, SourceMapping, read_sources

__all__ = [
    "BatchReport",
    "FileFault",
    "Lake",
    "LakeBusy",
    "LakeError",
    "LoadReport",
    "MappingError",
    "RawRow",
    "RowSetAside",
    "SourceMapping",
    "as_of_default",
    "count_dangling_references",
    "find_files",
    "fingerprint",
    "hide_later",
    "holds_all_of",
    "load",
    "open_and_keep",
    "open_layers",
    "open_records",
    "raw_row",
    "read_sources",
    "renew_layers",
    "rows_set_aside",
    "show_layers",
    "verify_log",
    "without",
    "write_json",
    "write_layers",
]
