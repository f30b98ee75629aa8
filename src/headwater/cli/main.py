"""Which commands are there, and how does each fault become a clear message and an exit code?"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from headwater import __version__
from headwater.areas import BoundariesError, TeamsError
from headwater.cli import adjust, answers, areas, demo, desk, inspect, make, pairs, retention, service, tidy, work
from headwater.cli.console import BAD_INPUT, BUSY, EXIT_CODES, FAULT, LAKE, OK, STOPPED, USAGE, err, log, start_log
from headwater.cli.faults import expected_faults
from headwater.cli.storage import explain_storage
from headwater.engine import EngineMissing, OutOfRoom, WorkerLost
from headwater.records.lake import LakeError
from headwater.settings import SettingsError

app = typer.Typer(
    name="headwater",
    help="Notices harm early in the records a force already holds, and says which record says so.",
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"headwater {__version__}")
        raise typer.Exit()


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version and stop.")
    ] = False,
    log_level: Annotated[
        str, typer.Option("--log", help="Structured log on standard error: off, info, debug.", envvar="HEADWATER_LOG")
    ] = "off",
) -> None:
    """Notices harm early in the records a force already holds, and says which record says so."""
    if log_level not in ("off", "info", "debug"):
        raise typer.BadParameter("use off, info or debug", param_hint="--log")
    start_log(log_level)


work.add_commands(app)
inspect.add_commands(app)
make.add_commands(app)
demo.add_commands(app)
adjust.add_commands(app)
pairs.add_commands(app)
desk.add_commands(app)
answers.add_commands(app)
service.add_commands(app)
retention.add_commands(app)
tidy.add_commands(app)
areas.add_commands(app)


def main() -> None:
    """Run the command line; every expected fault ends in one message and its exit code, never in a traceback."""
    os.umask(0o077)  # What is written is for its owner only, also when it is copied out of the lake.
    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _say(_STOPPED_WORDS)
        sys.exit(STOPPED)
    except typer.TyperException as fault:
        if said := fault.format_message().rstrip("."):  # Empty when the help was shown because nothing was asked for.
            _say(f"{said}. See --help for an example.")
        sys.exit(USAGE)
    except (SettingsError, EngineMissing, TeamsError, BoundariesError) as fault:
        _say(str(fault))
        sys.exit(USAGE)
    except LakeError as fault:
        _say(str(fault))
        sys.exit(BUSY if type(fault).__name__ == "LakeBusy" else LAKE)
    except expected_faults() as fault:
        _say(str(fault))
        sys.exit(BAD_INPUT)
    except OutOfRoom:
        _say(_NO_ROOM_WORDS)
        sys.exit(LAKE)
    except WorkerLost as fault:
        _say(str(fault))
        sys.exit(LAKE)
    except BrokenPipeError:
        sys.exit(OK)
    except OSError as fault:
        _say(
            explain_storage(fault)
            or f"{fault.strerror or fault}: {fault.filename or Path.cwd()}. Check the disk and who may write there."
        )
        sys.exit(LAKE)
    except Exception as fault:
        if _was_interrupted(fault):
            _say(_STOPPED_WORDS)
            sys.exit(STOPPED)
        if _comes_from(fault, OutOfRoom):
            _say(_NO_ROOM_WORDS)
            sys.exit(LAKE)
        if words := explain_storage(fault):
            _say(words)
            sys.exit(LAKE)
        log.exception("fault", extra={"fields": {"kind": type(fault).__name__}})
        _say(
            f"Something went wrong inside Headwater ({type(fault).__name__}). Nothing half-done was kept. "
            "Run the same command with --log debug before it and report what it prints; it holds no personal data."
        )
        sys.exit(FAULT)
    if code == STOPPED:  # Typer turns Ctrl-C inside a command into this code.
        _say(_STOPPED_WORDS)
    sys.exit(code if isinstance(code, int) else OK)


_NO_ROOM_WORDS = (
    "The memory that the engine may use, with the disk beside the lake, is not enough for this. Raise the setting "
    "`memory` (HEADWATER_MEMORY) or make room on the disk, then run the same command again; nothing half-done was kept."
)
_STOPPED_WORDS = "Stopped. What was finished is kept; the same command goes on from there."


def _was_interrupted(fault: BaseException | None) -> bool:
    """Whether Ctrl-C lies behind the fault: the engine and the linker turn it into faults of their own."""
    while fault is not None:
        if isinstance(fault, KeyboardInterrupt) or "interrupt" in f"{type(fault).__name__} {fault}".lower():
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def _say(text: str) -> None:
    err.print(f"[bold]headwater:[/bold] {_escape(text)}")


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _comes_from(fault: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether a fault of this kind lies behind it: libraries wrap the engine's faults in their own."""
    while fault is not None:
        if isinstance(fault, kind):
            return True
        fault = fault.__cause__ or fault.__context__
    return False
