"""A run that was killed goes on block by block: complete parts are kept, and the bytes are the same."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.runtime.canonical import document_bytes
from codegen.runtime.tables import Table
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from tests.cli.command import command
from tests.support.runs import LAST, published_bytes, run_to, without
from tests.support.small_blocks import use_small_blocks

BLOCKS = 6
FROM_S3 = ("s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")

# Runs 2B.S3 and kills itself, as a power cut would: at one of three instants of one block.
KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from codegen.runtime.tables import Table
from engine.core.stages import Stage
from engine.execute import plan, session
from engine.execute.runs import opened_run
from tests.support.small_blocks import use_small_blocks

run, place, part, jobs = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
use_small_blocks(pytest.MonkeyPatch())
write, mark = Table.write_file, Stage.mark_part_complete

def at(here, name):
    if (here, name) == (place, part):
        os.kill(os.getpid(), signal.SIGKILL)

def write_file(table, path):
    at("before writing", path.name)
    write(table, path)

def mark_part_complete(stage, dataset, partition, name, summary=None):
    at("before the note", name)
    done = mark(stage, dataset, partition, name, summary)
    at("after the note", name)
    return done

Table.write_file, Stage.mark_part_complete = write_file, mark_part_complete
session.run_states(opened_run(run), plan.planned("2B.S3", "2B.S3"), jobs=jobs)
"""

Kill = Callable[[str, int, int], Path]


def part(number: int) -> str:
    return f"part-{number:05d}.parquet"


@pytest.fixture
def half_made(tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """The tiny run before 2B.S3, whose blocks are small from now on."""
    without(tiny_run, *FROM_S3)
    use_small_blocks(monkeypatch)
    return tiny_run


@pytest.fixture
def wanted(half_made: RunFolder, tmp_path: Path) -> dict[str, bytes]:
    """Every byte of the same run, made without interruption in another place."""
    copy = tmp_path / "in one go" / half_made.root.name
    shutil.copytree(half_made.root, copy)
    run_to(opened_run(copy), LAST, "2B.S3")
    return published_bytes(opened_run(copy))


@pytest.fixture
def killed(half_made: RunFolder) -> Kill:
    """Runs 2B.S3 in another process until it kills itself; gives the stage that it leaves."""

    def run(place: str, block: int, jobs: int) -> Path:
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(half_made.root), place, part(block), str(jobs)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr
        (stage,) = (path for path in (half_made.root / "tmp").iterdir() if path.name.startswith("2B.S3-"))
        assert not half_made.root.joinpath("published/s3_day_effects").exists()
        return stage

    return run


def written_parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collects the names of the part files that are written from now on."""
    names: list[str] = []
    write = Table.write_file

    def write_file(table: Table, path: Path) -> None:
        names.append(path.name)
        write(table, path)

    monkeypatch.setattr(Table, "write_file", write_file)
    return names


@pytest.mark.parametrize(
    ("place", "block", "kept"),
    [("before writing", 3, 3), ("before the note", 3, 3), ("after the note", 3, 4), ("before writing", 0, 0)],
)
def test_complete_parts_of_a_killed_run_are_kept_and_the_bytes_are_the_same(
    half_made: RunFolder,
    wanted: dict[str, bytes],
    killed: Kill,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    block: int,
    kept: int,
) -> None:
    stage = killed(place, block, 1)
    notes = sorted(path.name for path in stage.glob("complete/s3_day_effects/**/*.json"))
    assert notes == [f"{part(number)}.json" for number in range(kept)]
    inodes = {path.name: path.stat().st_ino for path in stage.glob("data/s3_day_effects/**/*.parquet")}
    with monkeypatch.context() as patch:
        names = written_parts(patch)
        run_to(half_made, "2B.S3", "2B.S3")
    assert names == [part(number) for number in range(kept, BLOCKS)]
    published = {path.name: path for path in half_made.root.glob("data/**/s3_day_effects/**/*.parquet")}
    assert sorted(published) == [part(number) for number in range(BLOCKS)]
    for number in range(kept):
        assert published[part(number)].stat().st_ino == inodes[part(number)], (
            "a complete part was written again"
        )
    run_to(half_made, LAST, "2B.S4")
    assert published_bytes(half_made) == wanted
    assert list((half_made.root / "tmp").iterdir()) == []


@pytest.mark.parametrize(("block", "code"), [(3, errno.ENOSPC), (0, errno.ENOSPC), (3, errno.EIO)])
def test_what_was_finished_before_the_disk_refused_is_kept(
    half_made: RunFolder,
    wanted: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    block: int,
    code: int,
) -> None:
    """The part that was being written is gone at once; the next run begins with it."""
    write = Table.write_file

    def refused(table: Table, path: Path) -> None:
        write(table, path)
        if path.name == part(block):
            path.write_bytes(path.read_bytes()[:100])
            raise OSError(code, os.strerror(code), str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Table, "write_file", refused)
        with pytest.raises(EngineError) as caught:
            run_to(half_made, "2B.S3", "2B.S3")
    assert caught.value.exit_code == 6
    assert part(block) in str(caught.value)
    staged = [path.name for path in sorted((half_made.root / "tmp").rglob("*.parquet"))]
    assert staged == [part(number) for number in range(block)]
    with monkeypatch.context() as patch:
        names = written_parts(patch)
        run_to(half_made, LAST, "2B.S3")
    assert names[: BLOCKS - block] == [part(number) for number in range(block, BLOCKS)]
    assert published_bytes(half_made) == wanted
    assert list((half_made.root / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("place", "block", "finished"), [("before the note", 2, 2), ("after the note", 3, 4)]
)
def test_a_dry_run_says_how_many_blocks_are_kept(
    half_made: RunFolder, killed: Kill, place: str, block: int, finished: int
) -> None:
    killed(place, block, 1)
    words = ("run", "--run", half_made.identity.run_id, "--to", "2B.S4", "--dry-run")
    words = (*words, "--runs-root", str(half_made.root.parent))
    by_state = {row["state"]: row for row in json.loads(command(*words, "--json").out)["states"]}
    assert by_state["2B.S3"]["plan"] == "will run"
    assert {name: row["finished_blocks"] for name, row in by_state.items() if row["finished_blocks"]} == {
        "2B.S3": finished
    }
    assert f"{finished} finished blocks kept" in " ".join(command(*words).out.split())
    manifest = next((half_made.root / "tmp").glob("2B.S3-*/stage.json"))
    manifest.write_bytes(document_bytes({"state": "2B.S3", "inputs_key": "0" * 64}))
    assert "finished blocks" not in command(*words).out  # of other inputs: nothing of it is kept


def test_a_run_that_was_taken_over_verifies_and_replays(half_made: RunFolder, killed: Kill) -> None:
    killed("after the note", 3, 1)
    run_to(half_made, LAST, "2B.S3")
    assert verified(half_made.root, replay=1.0).ordered() == []


def test_a_run_that_was_killed_with_several_workers_goes_on_with_any_number(
    half_made: RunFolder, wanted: dict[str, bytes], killed: Kill
) -> None:
    killed("before the note", 2, 3)
    run_to(half_made, LAST, "2B.S3", jobs=2)
    assert published_bytes(half_made) == wanted


def test_a_part_that_was_damaged_after_the_kill_is_made_again(
    half_made: RunFolder, wanted: dict[str, bytes], killed: Kill
) -> None:
    path = next(killed("after the note", 3, 1).glob(f"data/s3_day_effects/**/{part(1)}"))
    path.write_bytes(path.read_bytes()[:-10])
    run_to(half_made, LAST, "2B.S3")
    assert published_bytes(half_made) == wanted


def test_the_parts_of_other_inputs_are_not_taken_over(
    half_made: RunFolder, wanted: dict[str, bytes], killed: Kill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage whose inputs key no longer holds is dead for good."""
    manifest = killed("after the note", 3, 1) / "stage.json"
    key = manifest.read_text().split('"inputs_key":"')[1][:64]
    manifest.write_text(manifest.read_text().replace(key, "0" * 64))
    with monkeypatch.context() as patch:
        names = written_parts(patch)
        run_to(half_made, "2B.S3", "2B.S3")
    assert names == [part(number) for number in range(BLOCKS)]
    run_to(half_made, LAST, "2B.S4")
    assert published_bytes(half_made) == wanted
    assert list((half_made.root / "tmp").iterdir()) == []


def test_an_interrupted_run_keeps_its_parts_like_a_killed_one(
    half_made: RunFolder, wanted: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Table.write_file

    def interrupted(table: Table, path: Path) -> None:
        if path.name == part(4):
            raise KeyboardInterrupt
        write(table, path)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Table, "write_file", interrupted)
        run_to(half_made, "2B.S3", "2B.S3")
    assert len(list(half_made.root.glob("tmp/2B.S3-*/complete/s3_day_effects/**/*.json"))) == 4
    run_to(half_made, LAST, "2B.S3")
    assert published_bytes(half_made) == wanted


def test_what_was_kept_for_a_state_that_needs_no_making_any_more_is_removed(tiny_run: RunFolder) -> None:
    """A run was interrupted in a state whose outputs it then found elsewhere: its finished parts help nobody."""
    left = {}
    for state in ("2B.S3", "2B.S4"):
        left[state] = tiny_run.root / "tmp" / f"{state}-0123456789abcdef"
        left[state].mkdir(parents=True)
        (left[state] / "stage.json").write_bytes(document_bytes({"state": state, "inputs_key": "0" * 64}))
        (left[state] / "part-00000.parquet").write_bytes(b"half a table")
    run_to(tiny_run, "2B.S3", "2B.S3")
    assert not left["2B.S3"].exists()
    assert left["2B.S4"].exists()
    run_to(tiny_run, "2B.S4", "2B.S4")
    assert not left["2B.S4"].exists()
    assert verified(tiny_run.root).ordered() == []
