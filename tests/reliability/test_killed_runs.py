"""A run that is killed at any moment holds whole partitions only, and the next run ends in the same bytes."""

from __future__ import annotations

import multiprocessing
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

import closedworld
from engine.core.run import RunFolder
from engine.execute.verify import verified
from tests.support.runs import only_run, published_bytes

KILLS = 50
SEED = 20240304
LAST = "5B.S3"


def whole_run(runs_root: Path) -> None:
    """The world, segment 2B and what there is of 5B, on the tiny recipe; runs in a process of its own."""
    closedworld.run("tiny", runs_root=runs_root, to=LAST, jobs=2)


def processes() -> Any:
    """Makes processes from one that has imported and loaded everything and runs nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "tests.reliability.warm"])
    return context


def started(runs_root: Path) -> Any:
    """The whole run, begun."""
    process = processes().Process(target=whole_run, args=(runs_root,))
    process.start()
    return process


def finished(runs_root: Path) -> RunFolder:
    """The run after a process that nobody killed."""
    process = started(runs_root)
    process.join()
    assert process.exitcode == 0
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
        process.join(moments.uniform(0.0, length))
        if process.exitcode is None:
            process.kill()
            process.join()
            killed += 1
            continue
        assert process.exitcode == 0
        endings += 1
        assert published_bytes(only_run(runs_root)) == expected
        shutil.rmtree(runs_root)
    run = finished(runs_root)
    assert published_bytes(run) == expected
    assert verified(run.root).ordered() == []
    assert list((run.root / "tmp").iterdir()) == []
