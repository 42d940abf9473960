"""5B.S4 and 5B.S5 in whole runs: the same bytes by any number of workers, interruptions, a full disk, altered data."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import closedworld
from codegen.runtime.tables import Table
from engine.core import publish
from engine.core.errors import EngineError
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.verify import verified
from engine.s5b import s4_arrival_events
from generated.datasets import BY_ID
from tests.s5b.arrived_runs import copy_of
from tests.s5b.gated_runs import refusal, run_states
from tests.s5b.test_series_runs import use_small_blocks as use_small_series_blocks
from tests.support.runs import config_folder, flipped, published_bytes

SERIES_A_BLOCK = 7
SCENARIOS = ("baseline_v1", "stress_peak_v1")
EVENTS, SUMMARY = "s4_arrival_events_5B", "s4_arrival_summary_5B"
STATES = ("5B.S2", "5B.S3", "5B.S4", "5B.S5")

# Runs 5B.S4 in small blocks and kills itself before a part of the arrivals is marked complete.
KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from engine.core.stages import Stage
from engine.execute import plan, session
from engine.execute.runs import opened_run
from tests.s5b.test_arrival_runs import use_small_blocks

run, place = Path(sys.argv[1]), sys.argv[2]
use_small_blocks(pytest.MonkeyPatch())
mark = Stage.mark_part_complete

def mark_part_complete(stage, dataset, partition, name, summary=None):
    if f"{dataset} {name}" == place:
        os.kill(os.getpid(), signal.SIGKILL)
    return mark(stage, dataset, partition, name, summary)

Stage.mark_part_complete = mark_part_complete
session.run_states(opened_run(run), [plan.card_of("5B.S4")], jobs=1)
"""


def use_small_blocks(patch: pytest.MonkeyPatch) -> None:
    """Blocks of a few series, of another number than those of S2 and S3."""
    use_small_series_blocks(patch)
    own = replace(s4_arrival_events.S4_ARRIVAL_EVENTS_5B, block_size=SERIES_A_BLOCK)
    patch.setattr(s4_arrival_events, "S4_ARRIVAL_EVENTS_5B", own)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_small_blocks(monkeypatch)
    yield


def finished(folder: RunFolder, jobs: int = 1) -> RunFolder:
    session.run_states(folder, [plan.card_of(name) for name in STATES], jobs=jobs)
    return folder


def test_any_number_of_workers_gives_the_same_bytes(
    gated_original: RunFolder, tmp_path: Path, small_blocks: None
) -> None:
    runs = [finished(copy_of(gated_original, tmp_path / str(jobs)), jobs) for jobs in (1, 3)]
    one, other = (published_bytes(folder) for folder in runs)
    assert one == other
    parts = sorted(path.name for path in runs[0].path(BY_ID[EVENTS], {"scenario_id": SCENARIOS[1]}).iterdir())
    assert parts == [f"part-{number:05d}.parquet" for number in range(6, 12)]
    assert verified(runs[0].root, replay=1.0, jobs=2).ordered() == []


def test_the_size_of_a_block_moves_no_value(
    gated_original: RunFolder, arrived: RunFolder, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        small = copy_of(gated_original, tmp_path / "small")
        run_states(small, "5B.S2", "5B.S3", "5B.S4")
    for dataset in (EVENTS, SUMMARY):
        for scenario in SCENARIOS:
            tokens = {"scenario_id": scenario}
            one, other = (opened(folder, BY_ID[dataset], tokens).read() for folder in (arrived, small))
            assert one.arrow.to_pylist() == other.arrow.to_pylist()


def test_commitments_instead_of_events_hold_too(
    gated_run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_blocks: None
) -> None:
    def changed(data: bytes) -> bytes:
        assert b"full_up_to_events: 5000000" in data
        return data.replace(b"full_up_to_events: 5000000", b"full_up_to_events: 0")

    config = config_folder(tmp_path / "config", {"rng_evidence_policy_5B": changed})
    monkeypatch.setattr(prepare, "recipe_policies", lambda name: prepare.folder_policies(config))
    folder = closedworld.run("tiny", runs_root=gated_run.root.parent, jobs=2)
    assert verified(folder.root, replay=1.0).ordered() == []
    records = {record["dataset"] for record in publish.published_records(folder.root)}
    for family in ("arrival_time_jitter", "arrival_site_pick", "arrival_edge_pick"):
        assert f"rng_commitment_{family}" in records
        assert f"rng_event_{family}" not in records
    assert "validation_bundle_5B" in records


def test_a_killed_run_goes_on_block_by_block_and_ends_in_the_same_bytes(
    gated_original: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_blocks: None
) -> None:
    folder = copy_of(gated_original, tmp_path / "killed")
    run_states(folder, "5B.S2", "5B.S3")
    whole = copy_of(folder, tmp_path / "in one go")
    run_states(whole, "5B.S4")
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder.root), f"{EVENTS} part-00009.parquet"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    written = written_parts(monkeypatch)
    run_states(folder, "5B.S4")
    assert sorted(set(written)) == [f"part-{number:05d}.parquet" for number in range(9, 12)]
    assert published_bytes(folder) == published_bytes(whole)


def written_parts(patch: pytest.MonkeyPatch) -> list[str]:
    """The names of parts that are written from now on."""
    written: list[str] = []
    write = Table.write_file

    def write_file(table: Table, path: Path) -> None:
        written.append(path.name)
        write(table, path)

    patch.setattr(Table, "write_file", write_file)
    return written


def test_a_disk_that_fills_up_is_named_and_the_next_run_goes_on_where_it_was(
    gated_original: RunFolder, tmp_path: Path, small_blocks: None
) -> None:
    folder = copy_of(gated_original, tmp_path / "full")
    run_states(folder, "5B.S2", "5B.S3")
    whole = copy_of(folder, tmp_path / "in one go")
    run_states(whole, "5B.S4")
    write, last = Table.write_file, "part-00007.parquet"

    def refused(table: Table, path: Path) -> None:
        write(table, path)
        if path.name == last and "arrival_events" in str(path):
            path.write_bytes(path.read_bytes()[:100])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "write_file", refused)
        with pytest.raises(EngineError) as caught:
            run_states(folder, "5B.S4")
    assert caught.value.exit_code == 6 and last in str(caught.value)
    assert "No space left" in str(caught.value)
    staged = [path.name for path in (folder.root / "tmp").rglob("*.parquet") if "arrival_events" in str(path)]
    assert sorted(staged) == [f"part-{number:05d}.parquet" for number in range(7)]
    assert not any(EVENTS in record["dataset"] for record in publish.published_records(folder.root))
    with pytest.MonkeyPatch.context() as patch:
        written = written_parts(patch)
        run_states(folder, "5B.S4")
    assert sorted(set(written)) == [f"part-{number:05d}.parquet" for number in range(7, 12)]
    assert published_bytes(folder) == published_bytes(whole)
    assert list((folder.root / "tmp").iterdir()) == []


def test_counts_that_were_altered_after_publishing_are_refused(arrived: RunFolder, tmp_path: Path) -> None:
    folder = copy_of(arrived, tmp_path)
    for dataset in (EVENTS, SUMMARY):
        shutil.rmtree(folder.root / "published" / dataset)
    flipped(next(folder.path(BY_ID["s3_bucket_counts_5B"], {"scenario_id": SCENARIOS[1]}).iterdir()))
    error = refusal(folder, "5B.S4")
    assert error.exit_code == 4
    assert "s3_bucket_counts" in error.where and SCENARIOS[1] in error.where


@pytest.mark.parametrize("dataset", [EVENTS, SUMMARY])
def test_one_changed_byte_of_the_arrivals_is_found_and_refused(
    arrived: RunFolder, tmp_path: Path, dataset: str
) -> None:
    folder = copy_of(arrived, tmp_path)
    flipped(next(folder.path(BY_ID[dataset], {"scenario_id": SCENARIOS[0]}).iterdir()))
    name = dataset.removesuffix("_5B")
    assert any(name in finding.where for finding in verified(folder.root).ordered())
    error = refusal(folder, "5B.S5")
    assert error.exit_code == 4 and name in error.where


@pytest.mark.parametrize(
    ("state", "code"), [("5B.S4", "S1_OR_S3_OUTPUT_MISSING"), ("5B.S5", "DOMAIN_DISCOVERY_FAILED")]
)
def test_a_state_that_comes_too_early_names_what_is_missing(
    gated_original: RunFolder, tmp_path: Path, state: str, code: str
) -> None:
    error = refusal(copy_of(gated_original, tmp_path), state)
    assert (error.code.name, error.exit_code) == (code, 4)
    assert "no publish record" in error.found and "closedworld" in error.code.remedy
