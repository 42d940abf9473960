"""A run that is killed at any moment holds whole partitions only, and the next run ends in the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.core.run import RunFolder
from engine.execute.verify import verified
from tests.support.runs import only_run, published_bytes

REPOSITORY = Path(__file__).parents[2]
KILLS = 50
SEED = 20240304


def started(runs_root: Path) -> subprocess.Popen[bytes]:
    """The whole of segment 2B on the tiny world, as a process of its own."""
    words = [
        "run",
        "--recipe",
        "tiny",
        "--to",
        "2B.S8",
        "--jobs",
        "2",
        "--runs-root",
        str(runs_root),
        "--quiet",
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "closedworld.command", *words],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=(runs_root.parent / "story.txt").open("wb"),
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def finished(runs_root: Path) -> RunFolder:
    """The run after a process that nobody killed."""
    process = started(runs_root)
    assert process.wait() == 0, (runs_root.parent / "story.txt").read_text()
    return only_run(runs_root)


@pytest.mark.slow
def test_a_run_killed_at_any_moment_ends_in_the_same_bytes_when_it_is_run_again(tmp_path: Path) -> None:
    """Moments are drawn over the whole run, which starts anew each time that one came to its end."""
    expected = published_bytes(finished(tmp_path / "whole"))
    began = time.monotonic()  # of a second run: the first one may have compiled the kernels
    assert published_bytes(finished(tmp_path / "again")) == expected
    length = time.monotonic() - began
    moments = random.Random(SEED)
    runs_root, killed, endings = tmp_path / "killed", 0, 0
    while killed < KILLS:
        process = started(runs_root)
        try:
            process.wait(moments.uniform(0.0, length))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            continue
        assert process.returncode == 0, (runs_root.parent / "story.txt").read_text()
        endings += 1
        assert published_bytes(only_run(runs_root)) == expected
        shutil.rmtree(runs_root)
    run = finished(runs_root)
    assert published_bytes(run) == expected
    assert verified(run.root).ordered() == []
    assert list((run.root / "tmp").iterdir()) == []
