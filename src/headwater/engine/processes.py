"""How is plain Python spread over the cores of this machine? Processes that share nothing with this one but a pipe.

They are new processes, not copies of this one: a copy of a process with an engine's threads and locks in it may wait for ever,
and its memory would be counted twice. Nor do they run the caller's main file again, as `multiprocessing` does. Each is told
once what all pieces of the work have in common, then gets one piece after the other.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, TypeVar

Told = TypeVar("Told")
Piece = TypeVar("Piece")
Answer = TypeVar("Answer")

_START = "import sys; from headwater.engine.processes import _serve; _serve(int(sys.argv[1]))"

MOST = 8
"""So many processes at once and no more: each takes some 150 MB, and one caller cuts the pieces for all of them."""


class WorkerLost(Exception):
    """A process of ours was ended by something else."""

    def __init__(self, code: int) -> None:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        super().__init__(
            f"A process that did a part of the work was ended from outside ({how}): perhaps the machine had too little memory. "
            "Nothing half-done was kept. Run the same command again."
        )


def count_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    begin: Callable[[Told], Callable[[Piece], Iterable[Answer]]], told: Told, pieces: Iterable[Piece], *, processes: int
) -> Iterator[Answer]:
    """The answers to each piece, as they come: in the order of the pieces when `processes` is 1, in any order else; those to one piece
    always in theirs.

    `begin`, a function of a module, takes what all pieces share and gives the function that does one piece and answers as often as it
    likes. It, what is told, pieces and answers must be of a kind that can be pickled. With one process all is done in this one.
    When a piece fails, its error is raised here and the others are stopped; so they are when the caller stops reading or is
    interrupted. When this process is killed they end by themselves, see `alone`. Raises WorkerLost when one of them is killed.
    """
    if processes <= 1:
        do = begin(told)
        for piece in pieces:
            yield from do(piece)
        return
    first = pickle.dumps((begin, told), pickle.HIGHEST_PROTOCOL)
    workers: dict[Connection, subprocess.Popen[bytes]] = {}
    try:
        for _ in range(min(processes, MOST)):
            near, worker = _start()
            workers[near] = worker
        yield from _deal(workers, first, pieces)
        for near in workers:
            near.close()
        for worker in workers.values():
            worker.wait()
    finally:
        for near, worker in workers.items():
            near.close()
            worker.kill()
            worker.wait()


def alone() -> bool:
    """Whether this is a process of `spread` whose caller is gone: then what it makes is of no use, and it must touch no file."""
    return _caller is not None and os.getppid() != _caller


_caller: int | None = None


def _start() -> tuple[Connection, subprocess.Popen[bytes]]:
    near, far = Pipe()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with far:
        # A process group of its own: what a keyboard sends to stop the command reaches the caller only, which stops this one.
        worker = subprocess.Popen(  # noqa: S603 - this interpreter, and no word of anybody's
            [sys.executable, "-c", _START, str(far.fileno())], pass_fds=[far.fileno()], process_group=0, env=environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    return near, worker


def _deal(workers: dict[Connection, subprocess.Popen[bytes]], first: bytes, pieces: Iterable[Any]) -> Iterator[Any]:
    """One piece at a time to each worker, and the next when it has done that."""
    left = iter(pieces)
    busy: set[Connection] = set()

    def give(near: Connection) -> None:
        try:
            piece = next(left)
        except StopIteration:
            return
        near.send_bytes(pickle.dumps(piece, pickle.HIGHEST_PROTOCOL))
        busy.add(near)

    def lost(near: Connection) -> WorkerLost:
        return WorkerLost(workers[near].wait())

    for near in workers:
        try:
            near.send_bytes(first)
            give(near)
        except (BrokenPipeError, ConnectionResetError):
            raise lost(near) from None
    while busy:
        ready = wait(list(busy))
        for near in [one for one in busy if one in ready]:
            try:
                answers, done, fault = near.recv()
            except (EOFError, ConnectionResetError):
                raise lost(near) from None
            if fault is not None:
                raise fault
            if done:
                busy.discard(near)
                try:
                    give(near)
                except (BrokenPipeError, ConnectionResetError):
                    raise lost(near) from None
            yield from answers


def _serve(descriptor: int) -> None:
    """What a worker does: do piece after piece until the caller closes its end or is gone."""
    global _caller
    _caller = os.getppid()
    near = Connection(descriptor)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        begin, told = near.recv()
        try:
            do = begin(told)
        except Exception as fault:  # It is the caller's to deal with.
            near.recv_bytes()
            near.send(((), True, _sendable(fault)))
            return
        while True:
            piece = near.recv()
            try:
                for answer in do(piece):
                    near.send(((answer,), False, None))
            except (BrokenPipeError, ConnectionResetError):
                raise
            except Exception as fault:
                near.send(((), True, _sendable(fault)))
                return
            near.send(((), True, None))


def _sendable(fault: Exception) -> Exception:
    """The error itself where it can be sent, or one that says the same."""
    try:
        pickle.loads(pickle.dumps(fault))  # noqa: S301 - our own
    except Exception:
        return RuntimeError(f"{type(fault).__name__}: {fault}")
    return fault
