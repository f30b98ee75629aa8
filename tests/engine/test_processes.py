"""Is work that is spread over processes done once, and does every end of one of them end the others?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from headwater.engine.processes import WorkerLost, spread
from headwater.engine.scratch import is_running
from tests.engine.spreading import begin_counting, begin_dying, begin_failing, begin_nothing, begin_squaring


def soon(so: Callable[[], bool]) -> bool:
    """Whether it comes to be so, while there is patience."""
    for _ in range(3000):
        if so():
            return True
        time.sleep(0.01)
    return False


def gone(process: int) -> bool:
    """Whether a process has ended; one that nobody has buried yet has."""
    stat = Path(f"/proc/{process}/stat")
    try:
        return not is_running(process) or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_every_piece_is_done_once_whether_here_or_by_others() -> None:
    wanted = [number * number + 5 for number in range(20)]
    here = list(spread(begin_squaring, 5, range(20), processes=1))
    assert here == [(square, os.getpid()) for square in wanted]
    others = list(spread(begin_squaring, 5, range(20), processes=3))
    assert sorted(square for square, _ in others) == wanted
    assert os.getpid() not in {who for _, who in others}
    assert all(gone(who) for _, who in others)


def test_there_may_be_more_processes_than_pieces_and_no_piece_at_all() -> None:
    assert [square for square, _ in spread(begin_squaring, 0, [2], processes=3)] == [4]
    assert list(spread(begin_squaring, 0, [], processes=2)) == []


@pytest.mark.parametrize("processes", [1, 2])
def test_a_piece_may_be_answered_often_or_not_at_all(processes: int) -> None:
    answers = list(spread(begin_counting, None, [3, 0, 2], processes=processes))
    assert sorted(answers) == [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]
    assert [number for piece, number in answers if piece == 3] == [0, 1, 2]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_a_piece_is_the_callers_with_all_that_it_says(processes: int) -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        list(spread(begin_failing, "/full/disk", range(20), processes=processes))
    assert (caught.value.errno, caught.value.filename) == (28, "/full/disk")


def test_an_error_before_the_first_piece_is_the_callers_too() -> None:
    with pytest.raises(ValueError, match="cannot"):
        list(spread(begin_nothing, "cannot", range(20), processes=2))


def test_a_process_that_is_killed_is_said_and_not_waited_for() -> None:
    with pytest.raises(WorkerLost, match=r"signal 9.*Nothing half-done was kept"):
        list(spread(begin_dying, None, range(20), processes=2))


def test_when_the_caller_stops_reading_the_others_stop() -> None:
    answers = spread(begin_squaring, 0, iter(range(10_000)), processes=2)
    seen = {next(answers)[1] for _ in range(20)}
    answers.close()  # type: ignore[attr-defined]
    assert all(gone(who) for who in seen)


CALLER = """
import sys
from pathlib import Path
from headwater.engine.processes import spread
from tests.engine.spreading import begin_telling
list(spread(begin_telling, Path(sys.argv[1]), range(20), processes=2))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_when_the_caller_is_killed_or_interrupted_the_others_end(tmp_path: Path, how: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    caller = subprocess.Popen([sys.executable, "-c", CALLER, str(tmp_path)], env=environment, stderr=subprocess.DEVNULL)
    try:
        assert soon(lambda: len(list(tmp_path.iterdir())) == 2)
        caller.send_signal(how)
        caller.wait(30)
        assert soon(lambda: all(gone(int(path.name)) for path in tmp_path.iterdir()))
    finally:
        caller.kill()
        caller.wait()
