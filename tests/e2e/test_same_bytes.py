"""Same inputs, same bytes: any number of jobs, any folder, after a rebuild; and a rerun makes nothing again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import closedworld
from engine.core.run import RunFolder
from tests.support.runs import LAST, built, published_bytes, run_to


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_published_byte_is_the_same_for_any_number_of_jobs_in_any_folder(
    tiny_original: RunFolder, tmp_path: Path, jobs: int
) -> None:
    again = built(tmp_path / f"elsewhere {jobs}" / "runs", jobs=jobs)
    assert again.identity == tiny_original.identity
    mine, theirs = published_bytes(again), published_bytes(tiny_original)
    assert mine.keys() == theirs.keys()
    assert [path for path in mine if mine[path] != theirs[path]] == []


def test_a_run_that_was_removed_is_rebuilt_to_the_same_bytes(tmp_path: Path) -> None:
    first = built(tmp_path / "runs")
    before = published_bytes(first)
    shutil.rmtree(first.root)
    assert published_bytes(built(tmp_path / "runs")) == before


def test_a_rerun_reuses_every_state_and_changes_no_byte(tiny_run: RunFolder) -> None:
    before = published_bytes(tiny_run)
    results = run_to(tiny_run, LAST)
    assert {result.state: result.status for result in results} == {
        result.state: "reused" for result in results
    }
    assert published_bytes(tiny_run) == before


def test_the_parts_of_blocked_tables_do_not_depend_on_the_jobs(tmp_path: Path) -> None:
    """The demo world has several merchants a block and more than one block in no table; standard has: see bench/."""
    one = closedworld.run("demo", runs_root=tmp_path / "one", to=LAST, jobs=1)
    five = closedworld.run("demo", runs_root=tmp_path / "five", to=LAST, jobs=5)
    assert published_bytes(one) == published_bytes(five)


def test_another_seed_is_another_run_with_other_draws(tiny_original: RunFolder, tmp_path: Path) -> None:
    other = built(tmp_path / "runs", seed=43)
    assert other.identity.run_id != tiny_original.identity.run_id
    mine, theirs = published_bytes(other), published_bytes(tiny_original)
    gammas = [path for path in mine if "s3_day_effects" in path and path.endswith(".parquet")]
    assert gammas
    assert all(path not in theirs for path in gammas)
