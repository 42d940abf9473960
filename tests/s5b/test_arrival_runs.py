"""5B.S4 and 5B.S5 in whole runs: the same bytes by any number of workers, interruptions, a full disk, altered data."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import closedworld
from codegen.runtime.canonical import document_bytes
from codegen.runtime.tables import Table
from engine.core import publish
from engine.core.content_digest import content_digest_of_files
from engine.core.digests import sha256_file
from engine.core.errors import EngineError
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.core.work import StateAborted
from engine.execute import plan, prepare, session
from engine.execute.verify import verified
from engine.s5b import s4_arrival_events
from generated.datasets import BY_ID
from generated.tables.s5b import S4ArrivalEvents5B
from tests.s5b.arrival_faults import columns_of, table_of
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
    gated_original: RunFolder, arrived_original: RunFolder, tmp_path: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        small = copy_of(gated_original, tmp_path / "small")
        run_states(small, "5B.S2", "5B.S3", "5B.S4")
    for dataset in (EVENTS, SUMMARY):
        for scenario in SCENARIOS:
            tokens = {"scenario_id": scenario}
            one, other = (
                opened(folder, BY_ID[dataset], tokens).read() for folder in (arrived_original, small)
            )
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


def test_counts_that_were_altered_after_publishing_are_refused(
    arrived_original: RunFolder, tmp_path: Path
) -> None:
    folder = copy_of(arrived_original, tmp_path)
    for dataset in (EVENTS, SUMMARY):
        shutil.rmtree(folder.root / "published" / dataset)
    flipped(next(folder.path(BY_ID["s3_bucket_counts_5B"], {"scenario_id": SCENARIOS[1]}).iterdir()))
    error = refusal(folder, "5B.S4")
    assert error.exit_code == 4
    assert "s3_bucket_counts" in error.where and SCENARIOS[1] in error.where


@pytest.mark.parametrize("dataset", [EVENTS, SUMMARY])
def test_one_changed_byte_of_the_arrivals_is_found_and_refused(
    arrived_original: RunFolder, tmp_path: Path, dataset: str
) -> None:
    folder = copy_of(arrived_original, tmp_path)
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
    assert error.found in ("none", "no publish record") and "closedworld" in error.code.remedy


def test_verification_asks_a_bundle_that_tells_of_all_rows_and_finds_what_was_forged(
    arrived_original: RunFolder, tmp_path: Path
) -> None:
    """A forger who alters an arrival and makes record and report fit is found by S5's laws and by the bytes."""
    folder = copy_of(arrived_original, tmp_path)
    run_states(folder, "5B.S5")
    sound = verified(folder.root, jobs=2)
    assert sound.ordered() == []
    (path,) = folder.path(BY_ID[EVENTS], {"scenario_id": SCENARIOS[0]}).iterdir()
    held = S4ArrivalEvents5B.read_file(path)
    columns = columns_of(held)
    columns["ts_local_primary"][40] += np.timedelta64(3_600, "s")
    forged_part(folder, path, table_of(held, columns))
    found = verified(folder.root, jobs=2).ordered()
    codes = {finding.code.full for finding in found}
    assert "5B.S5.CIVIL_TIME_MAPPING_FAILED" in codes
    assert any("row 40" in finding.where for finding in found)


def forged_part(folder: RunFolder, path: Path, table: Table) -> None:
    """Write a part anew, and make its publish record true of it."""
    table.write_file(path)
    dataset = BY_ID[table.SPEC.dataset]
    tokens = {"scenario_id": path.parent.name.removeprefix("scenario_id=")}
    record_path = folder.root / publish.record_path(dataset.id, folder.partition(dataset, tokens))
    record = json.loads(record_path.read_text())
    entry = {"path": path.name, "bytes": path.stat().st_size, "sha256_hex": sha256_file(path)}
    record["files"] = [entry if one["path"] == path.name else one for one in record["files"]]
    columns = [(c.name, c.type, c.nullable, c.constant) for c in table.SPEC.columns]
    parts = [path.parent / one["path"] for one in record["files"]]
    record["content_digest"] = content_digest_of_files(columns, parts)
    record_path.write_bytes(document_bytes(record))


@pytest.mark.parametrize(
    ("column", "change", "code"),
    [
        ("ts_local_primary", lambda held, row: held + np.timedelta64(1, "h"), "CIVIL_TIME_MAPPING_FAILED"),
        ("site_id", lambda held, row: np.uint64(5), "PHYSICAL_ROUTING_INVALID"),
        ("arrival_seq", lambda held, row: held + np.uint32(1_000), "S4_PK_VIOLATION"),
        ("routing_universe_hash", lambda held, row: "e" * 64, "VIRTUAL_ROUTING_INVALID"),
        ("is_virtual", lambda held, row: True, "SITE_EDGE_FLAG_INCONSISTENT"),
        ("bucket_index", lambda held, row: np.int32(held + 1), "S4_PK_VIOLATION"),
        ("draw_index", lambda held, row: np.uint32(60_000), "S4_PK_VIOLATION"),
        ("ts_utc", lambda held, row: held + np.timedelta64(5, "h"), "TIME_WINDOW_VIOLATION"),
        ("scenario_id", lambda held, row: "stress_peak_v1", "S4_PARTITION_OR_IDENTITY_VIOLATION"),
        ("edge_id", lambda held, row: np.uint64(0), "S4_SCHEMA_VIOLATION"),
    ],
)
def test_a_forged_arrival_is_found_under_its_code_and_leaves_no_flag(
    arrived_original: RunFolder, tmp_path: Path, column: str, change: Callable[[Any, int], Any], code: str
) -> None:
    folder = copy_of(arrived_original, tmp_path)
    (path,) = folder.path(BY_ID[EVENTS], {"scenario_id": SCENARIOS[0]}).iterdir()
    held = S4ArrivalEvents5B.read_file(path)
    columns, row = columns_of(held), int(np.flatnonzero(~held.is_virtual)[40])
    columns[column][row] = change(columns[column][row], row)
    forged_part(folder, path, table_of(held, columns))
    with pytest.raises(StateAborted) as caught:
        run_states(folder, "5B.S5")
    assert code in {finding.code.name for finding in caught.value.findings}
    assert any(f"row {row}" in f.where or "bucket" in f.where for f in caught.value.findings)
    assert not folder.folder(BY_ID["validation_bundle_5B"]).exists()
    (report,) = (folder.root / "reports" / "layer2" / "5B").rglob("state=S5/**/run_report.json")
    told = json.loads(report.read_text())
    assert any(code in json.dumps(issue) for issue in told["counters"]["issues"])


@pytest.mark.parametrize("times", [0, 2])
def test_an_arrival_that_is_missing_or_stands_twice_is_found(
    arrived_original: RunFolder, tmp_path: Path, times: int
) -> None:
    folder = copy_of(arrived_original, tmp_path)
    (path,) = folder.path(BY_ID[EVENTS], {"scenario_id": SCENARIOS[0]}).iterdir()
    held = S4ArrivalEvents5B.read_file(path)
    rows = np.repeat(np.arange(held.num_rows), np.where(np.arange(held.num_rows) == 40, times, 1))
    forged_part(folder, path, held.take(rows))
    with pytest.raises(StateAborted) as caught:
        run_states(folder, "5B.S5")
    codes = {finding.code.name for finding in caught.value.findings}
    assert ("COUNT_MISMATCH_S3_S4" if times == 0 else "S4_PK_VIOLATION") in codes
