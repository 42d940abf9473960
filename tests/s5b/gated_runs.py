"""The tiny run made up to 5B.S1 once a session, and copies of it for tests that damage something."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes, parse_json
from engine.core import publish
from engine.core.digests import sha256_file
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.core.runner import StateResult
from engine.execute import plan, session
from engine.execute.runs import opened_run
from generated import states
from generated.datasets import BY_ID
from tests.support.runs import built

LAST = "5B.S1"
OWN = tuple(dataset for state in ("5B.S0", "5B.S1") for dataset in states.BY_ID[state].CARD.writes)


@pytest.fixture(scope="session")
def gated_original(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run, made up to 5B.S1 once a session; tests must not change it."""
    return built(tmp_path_factory.mktemp("gated") / "runs", to=LAST)


@pytest.fixture
def gated_run(gated_original: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of that run, which a test may damage."""
    target = tmp_path / "runs" / gated_original.root.name
    shutil.copytree(gated_original.root, target)
    return opened_run(target)


@pytest.fixture
def ungated_run(gated_run: RunFolder) -> RunFolder:
    """A copy in which 5B has not run yet."""
    for dataset in OWN:
        shutil.rmtree(gated_run.root / "published" / dataset.id, ignore_errors=True)
    shutil.rmtree(gated_run.root / "data" / "layer2" / "5B")
    return gated_run


def asking_for(folder: RunFolder, *scenarios: str) -> RunFolder:
    """The run as if the user had named these scenarios."""
    return replace(folder, receipt={**folder.receipt, "scenario_set": list(scenarios)})


def run_states(folder: RunFolder, *names: str) -> list[StateResult]:
    """Run some states of a run."""
    return session.run_states(folder, [plan.card_of(name) for name in names], jobs=1)


def refusal(folder: RunFolder, state: str) -> EngineError:
    """The error with which a state refuses to run."""
    with pytest.raises(EngineError) as refused:
        run_states(folder, state)
    return refused.value


def own_files(folder: RunFolder) -> list[str]:
    """What 5B has published in a run."""
    records = [record["dataset"] for record in publish.published_records(folder.root)]
    own = {dataset.id for dataset in OWN}
    data = folder.root / "data" / "layer2" / "5B"
    files = [path.name for path in data.rglob("*") if path.is_file()] if data.is_dir() else []
    return [name for name in records if name in own] + files


def place(folder: RunFolder, dataset: str, scenario: str = "") -> Path:
    """Where a dataset lies."""
    split = BY_ID[dataset].path.split_token
    return folder.path(BY_ID[dataset], {split: scenario} if split else None)


def without_record(folder: RunFolder, dataset: str) -> None:
    """Forget who published a dataset, as for one that was put there by hand."""
    shutil.rmtree(folder.root / "published" / dataset)


def forged(folder: RunFolder, dataset: str, change: Callable[[Any], Any]) -> None:
    """Change a published document and its record, so that the record is true of it."""
    path = place(folder, dataset)
    path.write_bytes(document_bytes(change(parse_json(path.read_bytes(), name=path.name))))
    (record,) = (folder.root / "published" / dataset).rglob("*.json")
    value: Any = parse_json(record.read_bytes(), name=record.name)
    value["files"] = [{"path": path.name, "bytes": path.stat().st_size, "sha256_hex": sha256_file(path)}]
    record.write_bytes(document_bytes(value))
