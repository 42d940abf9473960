"""The tiny run made up to 5B.S4 once a session."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.core.run import RunFolder
from engine.execute.runs import opened_run
from tests.s5b.gated_runs import run_states


def copy_of(folder: RunFolder, root: Path) -> RunFolder:
    """A copy of a run, under another runs root."""
    target = root / folder.root.name
    shutil.copytree(folder.root, target)
    return opened_run(target)


@pytest.fixture(scope="session")
def arrived(gated_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run, made up to 5B.S4 once a session; tests must not change it."""
    folder = copy_of(gated_original, tmp_path_factory.mktemp("arrived") / "runs")
    run_states(folder, "5B.S2", "5B.S3", "5B.S4")
    return folder


@pytest.fixture(scope="session")
def passed(arrived: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run to its end, with 5B's bundle and flag; tests must not change it."""
    folder = copy_of(arrived, tmp_path_factory.mktemp("passed") / "runs")
    run_states(folder, "5B.S5")
    return folder
