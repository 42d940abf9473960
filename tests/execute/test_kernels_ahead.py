"""Processes that compile beside the work: begun by need, heard, ended with the run, and never needed for a result."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.execute import kernels_ahead
from engine.numerics import cached_files, kernel_cache

ROOT = Path(__file__).parents[2]
REPORTS = (
    "import json, os, sys; sys.path[:] = {path!r}; "
    "open(os.environ['TOLD'] + sys.argv[1], 'w').write(str(os.getpid())); "
    "print(json.dumps(dict(kernels=3, seconds=1.5, faults=['a file is cut']))); "
    "print(json.dumps(dict(kernels=4, seconds=2.5, faults=['a file is cut'])), flush=True); sys.stdin.read()"
)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where processes that only pretend to compile leave their numbers; as on a machine of two cores."""
    monkeypatch.setenv("TOLD", str(tmp_path / "process"))
    monkeypatch.setattr(kernels_ahead, "_PROGRAM", REPORTS)
    monkeypatch.setattr(kernels_ahead, "_how_many", lambda jobs: 0 if jobs == 1 else 2)
    monkeypatch.setattr(cached_files, "_said", False)
    monkeypatch.setattr(cached_files, "_faults", [])
    return tmp_path


def _missed() -> None:
    for call in tuple(kernel_cache._at_miss):
        call()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _waited_for(folder: Path, files: int) -> list[int]:
    until = time.monotonic() + 60.0
    while time.monotonic() < until:
        held = [path.read_text() for path in sorted(folder.glob("process*"))]
        if len(held) == files and all(held):
            return [int(text) for text in held]
        time.sleep(0.02)
    raise AssertionError("the processes did not begin")


def test_processes_begin_at_the_first_miss_are_heard_and_end_with_the_work(
    told: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="closedworld"):
        with kernels_ahead.compiled_ahead():
            assert not list(told.glob("process*"))
            _missed()
            processes = _waited_for(told, 2)
            time.sleep(0.3)
        assert not any(map(_alive, processes))
    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("8 kernels were compiled in 5 s of processor time") for line in lines)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert warnings == ["compiled kernels: a file is cut"]


def test_where_every_kernel_is_there_nothing_begins_and_nothing_is_said(
    told: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="closedworld"), kernels_ahead.compiled_ahead():
        pass
    assert not list(told.glob("process*"))
    assert caplog.records == []


def test_one_job_compiles_by_itself(told: Path) -> None:
    with kernels_ahead.compiled_ahead(1):
        _missed()
        time.sleep(0.2)
    assert not list(told.glob("process*"))


def test_a_command_around_another_begins_processes_once(told: Path) -> None:
    with kernels_ahead.compiled_ahead():
        _missed()
        first = _waited_for(told, 2)
        with kernels_ahead.compiled_ahead():
            _missed()
        assert all(map(_alive, first))
    assert _waited_for(told, 2) == first


@pytest.mark.parametrize("python", ["/nowhere/python", "", str(ROOT)])
def test_where_no_python_can_be_started_the_work_goes_on(
    told: Path, python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with kernels_ahead.compiled_ahead():
        _missed()
        time.sleep(0.2)


@pytest.mark.parametrize(
    "program", ["raise SystemExit(3)", "print('no report')", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_process_that_dies_or_talks_nonsense_changes_nothing(
    told: Path, program: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kernels_ahead, "_PROGRAM", program)
    with caplog.at_level(logging.INFO, logger="closedworld"), kernels_ahead.compiled_ahead():
        _missed()
        time.sleep(0.5)
    assert caplog.records == []


def test_the_work_fails_with_its_own_error_and_leaves_no_process(told: Path) -> None:
    processes: list[int] = []
    with pytest.raises(KeyboardInterrupt), kernels_ahead.compiled_ahead():
        _missed()
        processes += _waited_for(told, 2)
        raise KeyboardInterrupt
    assert not any(map(_alive, processes))


PARENT = """
import sys, time
from engine.execute import kernels_ahead
from engine.numerics import cached_files, kernel_cache
kernels_ahead._how_many = lambda jobs: 1
kernels_ahead._PROGRAM = (
    "import os, sys, threading, time; sys.path[:] = {path!r}; from engine.execute import kernels_ahead; "
    "threading.Thread(target=kernels_ahead._end_with_parent, daemon=True).start(); "
    "open(os.environ['TOLD'] + '0', 'w').write(str(os.getpid())); time.sleep(600)"
)
with kernels_ahead.compiled_ahead():
    for call in tuple(kernel_cache._at_miss):
        call()
    time.sleep(600)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_a_run_that_is_ended(told: Path, end: signal.Signals) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
    )
    (child,) = _waited_for(told, 1)
    assert _alive(child)
    parent.send_signal(end)
    parent.wait(60.0)
    until = time.monotonic() + 30.0
    while _alive(child) and time.monotonic() < until:
        time.sleep(0.02)
    assert not _alive(child)


def test_how_many_processes_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert [kernels_ahead._how_many(jobs) for jobs in (None, 1, 2, 16)] == [2, 0, 2, 2]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert [kernels_ahead._how_many(jobs) for jobs in (None, 1, 2)] == [0, 0, 0]


LEFT = """
import sys
from pathlib import Path
from engine.execute import kernels_ahead
from engine.execute.kernel_steps import STEPS
for step in STEPS:
    step()
"""


@pytest.mark.slow
@pytest.mark.e2e
def test_after_all_steps_a_run_of_all_states_finds_nothing_left_to_compile(tmp_path: Path) -> None:
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", LEFT], env=environment, cwd=ROOT, check=True)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.nbc")}
    assert len(kept) > 100
    command = [sys.executable, "-m", "closedworld.command", "run", "--recipe", "tiny", "--runs-root"]
    run = subprocess.run(
        [*command, str(tmp_path / "runs")],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "kernels were compiled" not in run.stderr
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").rglob("*.nbc")} == kept
