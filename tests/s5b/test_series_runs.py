"""5B.S2 and 5B.S3 in whole runs: the same bytes by any number of workers, other laws, interruptions, forgeries."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import closedworld
from codegen.runtime.tables import Table
from engine.core import publish
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.execute import prepare
from engine.execute.runs import opened_run
from engine.execute.status import run_status
from engine.execute.verify import verified
from engine.s5b import s2_latent_intensity, s3_bucket_counts
from generated.datasets import BY_ID
from tests.s5b.gated_runs import run_states
from tests.support.runs import config_folder, flipped, published_bytes

SERIES_A_BLOCK = 6
SCENARIOS = ("baseline_v1", "stress_peak_v1")
COUNTS = "s3_bucket_counts_5B"

# Runs 5B.S3 in small blocks and kills itself: before a part of the counts is marked complete, or once a dataset is
# published.
KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from engine.core import publish
from engine.core.stages import Stage
from engine.execute import plan, session
from engine.execute.runs import opened_run
from tests.s5b.test_series_runs import use_small_blocks

run, place = Path(sys.argv[1]), sys.argv[2]
use_small_blocks(pytest.MonkeyPatch())
mark, move = Stage.mark_part_complete, publish.publish

def at(here):
    if here == place:
        os.kill(os.getpid(), signal.SIGKILL)

def mark_part_complete(stage, dataset, partition, name, summary=None):
    at(f"{dataset} {name}")
    return mark(stage, dataset, partition, name, summary)

def published(root, **arguments):
    done = move(root, **arguments)
    at(" ".join(filter(None, (arguments["dataset"], arguments["partition"].get("scenario_id")))))
    return done

Stage.mark_part_complete, publish.publish = mark_part_complete, published
session.run_states(opened_run(run), [plan.card_of("5B.S3")], jobs=1)
"""


def use_small_blocks(patch: pytest.MonkeyPatch) -> None:
    """Blocks of a few series, so that a tiny world has several in each scenario."""
    for module, name in (
        (s2_latent_intensity, "S2_REALISED_INTENSITY_5B"),
        (s3_bucket_counts, "S3_BUCKET_COUNTS_5B"),
    ):
        patch.setattr(module, name, replace(getattr(module, name), block_size=SERIES_A_BLOCK))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_small_blocks(monkeypatch)
    yield


def copy_of(folder: RunFolder, root: Path) -> RunFolder:
    target = root / folder.root.name
    shutil.copytree(folder.root, target)
    return opened_run(target)


def counted(folder: RunFolder, jobs: int = 1) -> RunFolder:
    from engine.execute import plan, session

    session.run_states(folder, [plan.card_of(name) for name in ("5B.S2", "5B.S3")], jobs=jobs)
    return folder


def parts(folder: RunFolder, dataset: str, scenario: str) -> list[str]:
    place = folder.path(BY_ID[dataset], {"scenario_id": scenario})
    return sorted(path.name for path in place.iterdir())


def test_any_number_of_workers_gives_the_same_bytes(
    gated_original: RunFolder, tmp_path: Path, small_blocks: None
) -> None:
    runs = [counted(copy_of(gated_original, tmp_path / str(jobs)), jobs) for jobs in (1, 2, 5)]
    first, *others = (published_bytes(folder) for folder in runs)
    assert all(other == first for other in others)
    own = parts(runs[0], COUNTS, SCENARIOS[0]), parts(runs[0], COUNTS, SCENARIOS[1])
    assert [len(names) for names in own] == [7, 7]
    assert not set(own[0]) & set(own[1])  # numbered through the scenarios
    assert verified(runs[0].root, replay=1.0).ordered() == []


def test_the_size_of_a_block_moves_no_value(gated_original: RunFolder, tmp_path: Path) -> None:
    whole = counted(copy_of(gated_original, tmp_path / "whole"))
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        small = counted(copy_of(gated_original, tmp_path / "small"))
    for dataset in ("s2_realised_intensity_5B", COUNTS, "s2_latent_field_5B"):
        for scenario in SCENARIOS:
            tokens = {"scenario_id": scenario}
            one, other = (opened(folder, BY_ID[dataset], tokens).read() for folder in (whole, small))
            assert one.arrow.equals(other.arrow.unify_dictionaries().combine_chunks()) or all(
                np.array_equal(_plain(getattr(one, spec.name)), _plain(getattr(other, spec.name)))
                for spec in one.SPEC.columns
            )


def _plain(values: object) -> object:
    return values.decoded() if hasattr(values, "decoded") else values  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("policy", "old", "new"),
    [
        ("arrival_lgcp_config_5B", b"log_gaussian_ou_v1", b"log_gaussian_iid_v1"),
        ("arrival_lgcp_config_5B", b"log_gaussian_ou_v1", b"none"),
        ("arrival_count_config_5B", b"count_law_id: nb2", b"count_law_id: poisson"),
        ("rng_evidence_policy_5B", b"full_up_to_events: 5000000", b"full_up_to_events: 0"),
    ],
)
def test_other_laws_and_forms_of_evidence_hold_too(
    gated_run: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    small_blocks: None, policy: str, old: bytes, new: bytes,
) -> None:  # fmt: skip
    def changed(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new)

    config = config_folder(tmp_path / "config", {policy: changed})
    monkeypatch.setattr(prepare, "recipe_policies", lambda name: prepare.folder_policies(config))
    folder = closedworld.run("tiny", runs_root=gated_run.root.parent, to="5B.S3", jobs=1)
    assert folder.identity.run_id != gated_run.identity.run_id
    assert verified(folder.root, replay=1.0).ordered() == []
    records = {record["dataset"] for record in publish.published_records(folder.root)}
    table = opened(folder, BY_ID[COUNTS], {"scenario_id": SCENARIOS[0]}).read()
    if new == b"none":
        realised = opened(folder, BY_ID["s2_realised_intensity_5B"], {"scenario_id": SCENARIOS[0]}).read()
        assert (realised.lambda_random_component == 1.0).all()
        assert not records & {"rng_audit_log_5B_S2", "rng_event_arrival_lgcp_gaussian"}
        assert "rng_trace_log_5B_S2" in records
    if new.endswith(b"poisson"):
        assert np.ma.getmaskarray(table.kappa).all()
    if new.endswith(b": 0"):
        assert {"rng_commitment_arrival_lgcp_gaussian", "rng_commitment_arrival_bucket_count"} <= records
        assert not records & {"rng_event_arrival_lgcp_gaussian", "rng_event_arrival_bucket_count"}
    else:
        assert "rng_event_arrival_bucket_count" in records


def killed(folder: RunFolder, place: str) -> None:
    """Run 5B.S3 in another process until it kills itself."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder.root), place],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_killed_run_goes_on_block_by_block_and_ends_in_the_same_bytes(
    gated_original: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_blocks: None
) -> None:
    wanted = published_bytes(counted(copy_of(gated_original, tmp_path / "in one go")))
    folder = copy_of(gated_original, tmp_path / "killed")
    run_states(folder, "5B.S2")
    killed(folder, f"{COUNTS} part-00009.parquet")
    written: list[str] = []
    write = Table.write_file

    def write_file(table: Table, path: Path) -> None:
        written.append(path.name)
        write(table, path)

    monkeypatch.setattr(Table, "write_file", write_file)
    run_states(folder, "5B.S3")
    assert sorted(set(written)) == [f"part-{number:05d}.parquet" for number in range(9, 14)]
    assert published_bytes(folder) == wanted


@pytest.mark.parametrize("last", ["rng_event_arrival_bucket_count", f"{COUNTS} {SCENARIOS[0]}"])
def test_a_run_killed_between_two_of_its_outputs_makes_again_what_the_stage_lacks(
    gated_original: RunFolder, tmp_path: Path, small_blocks: None, last: str
) -> None:
    wanted = published_bytes(counted(copy_of(gated_original, tmp_path / "in one go")))
    folder = copy_of(gated_original, tmp_path / "killed")
    run_states(folder, "5B.S2")
    killed(folder, last)
    assert {row.state: row.status for row in run_status(folder)}["5B.S3"] != "done"
    run_states(folder, "5B.S3")
    assert published_bytes(folder) == wanted
    assert list((folder.root / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("state", "last"), [("5B.S2", "rng_trace_log_5B_S2"), ("5B.S3", "rng_trace_log_5B_S3")]
)
def test_a_state_that_ended_between_its_scenarios_does_not_look_whole(
    gated_original: RunFolder, tmp_path: Path, state: str, last: str
) -> None:
    folder = counted(copy_of(gated_original, tmp_path))
    before = published_bytes(folder)
    table = {"5B.S2": "s2_realised_intensity_5B", "5B.S3": COUNTS}[state]
    for dataset, tokens in ((table, {"scenario_id": SCENARIOS[1]}), (last, {})):
        shutil.rmtree(folder.folder(BY_ID[dataset], tokens))
        path = publish.record_path(dataset, folder.partition(BY_ID[dataset], tokens))
        (folder.root / path).unlink()
    rows = {row.state: row.status for row in run_status(folder)}
    assert rows[state] != "done"
    counted(folder)
    assert published_bytes(folder) == before


@pytest.mark.parametrize("dataset", ["s2_realised_intensity_5B", COUNTS])
def test_one_changed_byte_of_a_table_is_found_and_refused(
    gated_original: RunFolder, tmp_path: Path, dataset: str
) -> None:
    folder = counted(copy_of(gated_original, tmp_path))
    place = folder.path(BY_ID[dataset], {"scenario_id": SCENARIOS[1]})
    flipped(next(place.iterdir()))
    findings = verified(folder.root).ordered()
    assert any(dataset.removesuffix("_5B") in finding.where for finding in findings)
    if dataset != COUNTS:
        shutil.rmtree(folder.root / "published" / COUNTS)
        with pytest.raises(Exception, match="s2_realised_intensity"):
            run_states(folder, "5B.S3")
