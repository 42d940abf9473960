"""The tiny run made up to 5B.S4 once a session, in two forms, and ways to run 5B.S5 over copies that something lies in.

A fault is planted in a published file whose publish record then tells of the file as it is, so that every seal holds
and only the laws on the rows can find it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import closedworld
from engine.core import publish
from engine.core.run import RunFolder
from engine.core.runner import StateAborted, StateResult
from engine.execute import plan, prepare, session
from engine.execute.runs import opened_run
from engine.s5b import s2_latent_intensity, s3_bucket_counts, s4_arrival_events
from engine.s5b.s5_validation_bundle import validation_bundle
from generated import states
from generated.datasets import BY_ID
from tests.s2b.routed_runs import partitions
from tests.support.runs import config_folder

LAST = "5B.S4"
SERIES_A_BLOCK = 12
BASELINE, STRESS = "baseline_v1", "stress_peak_v1"
EVENTS = "s4_arrival_events_5B"
OWN = tuple(dataset.id for dataset in states.S5B_S5.CARD.writes)


def copied(original: RunFolder, root: Path) -> RunFolder:
    """A copy of a run under a runs root of its own."""
    target = root / "runs" / original.root.name
    shutil.copytree(original.root, target)
    return opened_run(target)


def copy_of(folder: RunFolder, root: Path) -> RunFolder:
    """A copy of a run in a folder that is then its runs root."""
    target = root / folder.root.name
    shutil.copytree(folder.root, target)
    return opened_run(target)


@pytest.fixture(scope="session")
def arrived_original(gated_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run made up to 5B.S4; tests must not change it."""
    folder = copied(gated_original, tmp_path_factory.mktemp("arrived"))
    session.run_states(folder, plan.planned("5B.S2", LAST), jobs=2)
    return folder


@pytest.fixture(scope="session")
def passed(arrived_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run to its end, with 5B's bundle and flag; tests must not change it."""
    folder = copied(arrived_original, tmp_path_factory.mktemp("passed"))
    session.run_states(folder, plan.planned("5B.S5", "5B.S5"), jobs=2)
    return folder


@pytest.fixture
def arrived_run(arrived_original: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of that run, which a test may damage."""
    return copied(arrived_original, tmp_path)


def use_small_blocks(patch: pytest.MonkeyPatch) -> None:
    """Blocks of a few series, so that a tiny world has several in each scenario."""
    for module, name in (
        (s2_latent_intensity, "S2_REALISED_INTENSITY_5B"),
        (s3_bucket_counts, "S3_BUCKET_COUNTS_5B"),
        (s4_arrival_events, "S4_ARRIVAL_EVENTS_5B"),
    ):
        patch.setattr(module, name, replace(getattr(module, name), block_size=SERIES_A_BLOCK))


def replaced(*pairs: tuple[bytes, bytes]) -> Any:
    """A change of a file: each text, which must be there, by another."""

    def change(data: bytes) -> bytes:
        for old, new in pairs:
            assert old in data, old
            data = data.replace(old, new)
        return data

    return change


def made_with(folder: RunFolder, root: Path, changes: Mapping[str, Any], *, to: str = LAST) -> RunFolder:
    """The run that other policies give, beside a run that shares its world."""
    config = config_folder(root / "config", changes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prepare, "recipe_policies", lambda _name: prepare.folder_policies(config))
        return closedworld.run("tiny", runs_root=folder.root.parent, to=to, jobs=2)


@pytest.fixture(scope="session")
def parted_arrivals(gated_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run in blocks of a few series, all of them replayed; events of one family stored, others committed to.

    Tests must not change it, and must use small blocks themselves.
    """
    root = tmp_path_factory.mktemp("parted")
    changes = {
        "rng_evidence_policy_5B": replaced((b"full_up_to_events: 5000000", b"full_up_to_events: 100")),
        "validation_policy_5B": replaced((b"share: 0.02", b"share: 1.0")),
    }
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        return made_with(copied(gated_original, root), root, changes)


@pytest.fixture
def parted_run(parted_arrivals: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """A copy of that run, which a test may damage; its blocks are small from now on."""
    use_small_blocks(monkeypatch)
    return copied(parted_arrivals, tmp_path)


def validate(folder: RunFolder, jobs: int = 1) -> StateResult:
    """Run 5B.S5."""
    (result,) = session.run_states(folder, [plan.card_of("5B.S5")], jobs=jobs)
    return result


def run_report(folder: RunFolder) -> dict[str, Any]:
    """What the last run of 5B.S5 reported."""
    (path,) = (folder.root / "reports" / "layer2" / "5B" / "state=S5").rglob("run_report.json")
    value: dict[str, Any] = json.loads(path.read_bytes())
    return value


def own_files(folder: RunFolder) -> list[str]:
    """What 5B.S5 has published in a run, files and records."""
    files = [str(folder.folder(BY_ID[name])) for name in OWN if folder.folder(BY_ID[name]).exists()]
    return files + [r["dataset"] for r in publish.published_records(folder.root) if r["dataset"] in OWN]


def refused(folder: RunFolder) -> StateAborted:
    """The findings with which 5B.S5 refuses a run; it has published nothing."""
    with pytest.raises(StateAborted) as caught:
        validate(folder)
    assert own_files(folder) == []
    return caught.value


def seen_by_s5(folder: RunFolder) -> tuple[Any, Any]:
    """The inputs and the run that 5B.S5 is given."""
    from engine.core import registry

    caught: list[tuple[Any, Any]] = []

    def law(inputs: Any, run: Any) -> Any:
        caught.append((inputs, run))
        return validation_bundle(inputs, run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry._LAWS, "5B.S5", law)
        validate(folder)
    return caught[0]


def tokens_of(folder: RunFolder, dataset: str, scenario: str) -> dict[str, str]:
    """The tokens of a scenario's partition of a dataset."""
    return next(t for t in partitions(folder, dataset) if t.get("scenario_id") == scenario)


def without_partition(folder: RunFolder, dataset: str, scenario: str) -> None:
    """Remove a scenario's partition of a dataset with its record."""
    tokens = tokens_of(folder, dataset, scenario)
    shutil.rmtree(folder.folder(BY_ID[dataset], tokens))
    (folder.root / publish.record_path(dataset, tokens)).unlink()


def with_values(table: Any, name: str, values: Mapping[int, Any] | Any) -> Any:
    """A table with other values in some rows of a column, or one other value in all of them."""
    place = table.arrow.schema.get_field_index(name)
    field = table.arrow.schema.field(place)
    held = table.arrow.column(place).to_pylist()
    if isinstance(values, Mapping):
        for row, value in values.items():
            held[row] = value
    else:
        held = [values] * len(held)
    coded = pa.types.is_dictionary(field.type)
    array = pa.array(held, pa.string() if coded else field.type)
    return type(table)(table.arrow.set_column(place, field, array.dictionary_encode() if coded else array))
