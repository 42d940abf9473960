"""One writer per run folder."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.core.errors import LockHeld
from engine.core.lock import run_lock

ROOT = Path(__file__).parents[2]

HOLD = """
import sys
from pathlib import Path
from engine.core.lock import run_lock
with run_lock(Path(sys.argv[1]), wait=False):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(run: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_writer_fails_and_learns_who_holds_the_run(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
            pytest.fail("two writers")
        assert caught.value.pid == process.pid
        assert str(process.pid) in caught.value.found
        process.communicate("\n")
    with run_lock(tmp_path, wait=False):
        pass


def test_a_waiting_writer_is_told_once_and_then_goes_on(tmp_path: Path) -> None:
    told: list[int | None] = []
    with holder(tmp_path) as process:

        def on_wait(pid: int | None) -> None:
            told.append(pid)
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

        with run_lock(tmp_path, wait=True, on_wait=on_wait):
            assert process.wait(10) == 0
        assert told == [process.pid]
    with run_lock(tmp_path, wait=True, on_wait=on_wait):
        pass
    assert told == [process.pid]


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.kill()
        process.wait(10)
        with run_lock(tmp_path, wait=False):
            pass


def test_two_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    entered = threading.Event()
    leave = threading.Event()

    def first() -> None:
        with run_lock(tmp_path, wait=False):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=first)
    thread.start()
    assert entered.wait(10)
    with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
        pytest.fail("two writers")
    assert caught.value.pid == os.getpid()
    leave.set()
    thread.join()


def test_an_error_inside_releases_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path, wait=False):
        raise ZeroDivisionError
    with run_lock(tmp_path, wait=False):
        pass
    assert not (tmp_path / "run.lock.holder").exists()


def test_a_damaged_holder_note_hides_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        (tmp_path / "run.lock.holder").write_bytes(b"{")
        with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
            pytest.fail("two writers")
        assert caught.value.pid == (process.pid if sys.platform == "linux" else None)
        process.communicate("\n")
