"""A process that made a bundle need not ask its laws again of the same files; of any other file it does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import closedworld
from engine.core import looked_at
from engine.core.guard import engines_own_access
from engine.core.run import RunFolder
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from engine.s5b import s5_validation_bundle
from generated import states
from generated.datasets import BY_ID
from tests.support.runs import TINY, flipped, run_to

KEPT = "bundles whose rows this process has looked at"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[RunFolder]:
    """The tiny run to its end, made by this process a moment ago."""
    looked_at.forget()
    yield closedworld.run(TINY, runs_root=tmp_path / "runs", jobs=1)
    looked_at.forget()


def part(folder: RunFolder, dataset: str) -> Path:
    """The first file of a dataset's first partition."""
    found = sorted(folder.root.glob(BY_ID[dataset].path.glob()))[0]
    return min(path for path in (found, *found.rglob("*")) if path.is_file())


def kept_times(path: Path, change: Callable[[Path], object]) -> None:
    """Change a file and set its times back, so that neither its size nor its times tell."""
    before = path.stat()
    change(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_findings_of_this_process_stand_as_long_as_every_digest_does(made: RunFolder) -> None:
    kept = verified(made.root, jobs=1)
    assert (kept.status, kept.checks.pop(KEPT)) == ("PASS", 1)
    looked_at.forget()
    asked = verified(made.root, jobs=1)
    assert KEPT not in asked.checks
    assert kept.as_json() == asked.as_json()


@pytest.mark.parametrize(
    "dataset",
    [
        "s4_arrival_events_5B",
        "s3_bucket_counts_5B",
        "s2_realised_intensity_5B",
        "s1_grouping_5B",
        "merchant_zone_scenario_local_5A",
        "site_timezones",
        "s1_site_weights",
        "validation_policy_5B",
        "s0_gate_receipt_5B",
    ],
)
def test_a_file_that_changed_after_the_law_read_it_is_found(made: RunFolder, dataset: str) -> None:
    kept_times(part(made, dataset), flipped)
    outcome = verified(made.root, jobs=1)
    assert outcome.status == "FAIL"
    assert KEPT not in outcome.checks


def test_a_file_of_another_process_is_looked_at_again(made: RunFolder, tmp_path: Path) -> None:
    """A copy of the run lies elsewhere: what this process found out was not about its files."""
    copy = tmp_path / "copy" / made.root.name
    shutil.copytree(made.root, copy)
    assert KEPT not in verified(copy, jobs=1).checks


def test_a_run_that_was_put_in_its_place_is_looked_at_again(made: RunFolder, tmp_path: Path) -> None:
    other = closedworld.run(TINY, runs_root=tmp_path / "other", seed=7, jobs=1)
    looked_at.forget()
    shutil.rmtree(made.root)
    shutil.copytree(other.root, made.root)
    assert KEPT not in verified(made.root, jobs=1).checks


def test_a_file_that_is_written_while_the_law_looks_leaves_no_memory(
    made: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dataset in ("validation_bundle_5B", "validation_report_5B", "validation_issue_table_5B"):
        shutil.rmtree(made.folder(BY_ID[dataset]))
        shutil.rmtree(made.root / "published" / dataset)
    looked_at.forget()
    real = s5_validation_bundle._judged
    touched = part(made, "s4_arrival_events_5B")

    def judged(*arguments: object) -> object:
        with engines_own_access():
            flipped(touched)
            flipped(touched)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(s5_validation_bundle, "_judged", judged)
    run_to(opened_run(made.root), "5B.S5", "5B.S5")
    assert looked_at.found_out(made, states.S5B_S5.CARD) is None
    outcome = verified(made.root, jobs=1)
    assert (outcome.status, KEPT in outcome.checks) == ("PASS", False)


def test_memory_keeps_no_run_that_nobody_finished(tiny_original: RunFolder) -> None:
    looked_at.forget()
    assert KEPT not in verified(tiny_original.root).checks
