"""The whole of segment 2B on a roster of several blocks: routed, audited, bundled, verified; the same for any jobs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.core.run import RunFolder
from engine.execute.runs import opened_run, run_folders
from engine.execute.verify import verified
from tests.cli.command import command
from tests.support.runs import published_bytes

ROWS = 600_000
"""More than two blocks of the roster, so that logs and evidence have several parts."""


def routed(root: Path, jobs: int) -> RunFolder:
    """A tiny run with a roster of its own, taken to the end of the segment."""
    runs = ["--runs-root", str(root)]
    for words in (["world", "build", "--recipe", "tiny"], ["roster", "make", "--rows", str(ROWS)]):
        outcome = command(*words, *runs, "--json")
        assert outcome.exit_code == 0, outcome.err
    run_id = json.loads(outcome.out)["run_id"]
    outcome = command("run", "--run", run_id, "--to", "2B.S8", "--jobs", str(jobs), *runs)
    assert outcome.exit_code == 0, outcome.err
    return opened_run(root / run_id)


@pytest.fixture(scope="module")
def routed_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return routed(tmp_path_factory.mktemp("routed") / "runs", jobs=1)


def test_a_roster_of_several_blocks_is_routed_audited_and_bundled(routed_run: RunFolder) -> None:
    outcome = verified(routed_run.root)
    assert outcome.ordered() == []
    report = json.loads(next(routed_run.root.glob("data/**/s7_audit_report*.json")).read_text())
    assert report["summary"]["overall_status"] == "PASS"
    assert report["metrics"]["selections_checked"] == ROWS
    assert report["metrics"]["draws_observed"] == report["metrics"]["draws_expected"]


def test_its_bytes_do_not_depend_on_the_jobs(routed_run: RunFolder, tmp_path: Path) -> None:
    again = routed(tmp_path / "runs", jobs=3)
    assert published_bytes(again) == published_bytes(routed_run)


def test_the_world_and_the_plan_are_shared_with_the_run_of_another_roster(routed_run: RunFolder) -> None:
    folders = run_folders(routed_run.root.parent)
    assert len(folders) == 2
    part = next(routed_run.root.glob("data/**/site_locations/**/*.parquet"))
    assert part.stat().st_nlink == 2


def test_a_copy_of_the_bundle_verifies_alone(routed_run: RunFolder, tmp_path: Path) -> None:
    (bundle,) = (routed_run.root / "data/layer1/2B/validation").iterdir()
    copy = tmp_path / "handed over"
    shutil.copytree(bundle, copy)
    assert command("verify", str(copy)).exit_code == 0
    member = next(path for path in sorted(copy.rglob("*.json")) if path.name != "index.json")
    member.write_bytes(member.read_bytes().replace(b"1", b"2", 1))
    assert command("verify", str(copy)).exit_code == 1
