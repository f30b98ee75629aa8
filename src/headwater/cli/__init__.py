"""The command line: `headwater …`. One file for each group of commands; nothing here knows how a thing is done."""

from headwater.cli.main import main

__all__ = ["main"]
