"""Each file is flushed once, each folder when it was given something new, and always before what relies on it."""

from __future__ import annotations

import os
import stat
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

import closedworld
from engine.core import publish, storage
from engine.core.publish import RecordFields, Stage
from tests.support.runs import only_run

FIELDS = RecordFields("T.S1", 1, None, None, {}, "k")
PARTITION = {"seed": "1"}


class Flushed(NamedTuple):
    """One fsync."""

    inode: int
    folder: bool
    path: str


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> list[Flushed]:
    """Every fsync, in order."""
    found: list[Flushed] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        held = os.fstat(descriptor)
        found.append(
            Flushed(
                held.st_ino, stat.S_ISDIR(held.st_mode), str(Path(f"/proc/self/fd/{descriptor}").readlink())
            )
        )
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return found


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="names of open files are told by Linux"
)


def test_a_run_flushes_no_file_twice_and_no_more_than_it_holds(
    flushes: list[Flushed], tmp_path: Path
) -> None:
    closedworld.run("tiny", runs_root=tmp_path, to="2B.S5", jobs=2)
    run = only_run(tmp_path).root
    lasting = [path for path in run.rglob("*") if path.relative_to(run).parts[0] not in ("reports", "tmp")]
    files = {
        path.stat().st_ino for path in lasting if path.is_file() and not path.name.startswith("run.lock")
    }
    folders = [path for path in lasting if path.is_dir()]
    twice = [flushed for flushed, count in Counter(f for f in flushes if not f.folder).items() if count > 1]
    assert not twice
    # Every file that is published is flushed, and no other.
    assert {flushed.inode for flushed in flushes if not flushed.folder} == files
    # A folder is flushed once for what a state puts into it; some get something from several states.
    assert len([flushed for flushed in flushes if flushed.folder]) <= 1.5 * len(folders)
    assert len(flushes) <= len(files) + 1.5 * len(folders)


def test_a_part_that_is_complete_is_not_flushed_again_when_it_is_published(
    flushes: list[Flushed], tmp_path: Path
) -> None:
    with Stage.open(tmp_path, "T.S1", "k") as stage:
        folder = stage.dataset_folder("table_T", PARTITION)
        for name in ("a", "b"):
            (folder / name).write_bytes(b"x")
        stage.mark_part_complete("table_T", PARTITION, "a")
        _publish(tmp_path, stage, folder)
    assert sorted(Path(flushed.path).name for flushed in flushes if not flushed.folder)[:2] == ["a", "b"]
    assert len([flushed for flushed in flushes if not flushed.folder]) == 3  # and the record


def _publish(run: Path, stage: Stage, folder: Path) -> None:
    publish.publish(
        run,
        dataset="table_T",
        partition=PARTITION,
        target="data/table/seed=1",
        staged=folder,
        fields=FIELDS,
        known=stage.complete_parts("table_T", PARTITION),
    )


def test_nothing_is_renamed_before_what_it_holds_is_on_the_disk(
    flushes: list[Flushed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and folders of a partition, then its rename, then the folder above, then the record, then its folder."""
    real = storage.rename_without_replacing
    order: list[tuple[str, int]] = []

    def rename(source: Path, target: Path) -> None:
        order.append((target.relative_to(tmp_path).as_posix(), len(flushes)))
        real(source, target)

    monkeypatch.setattr(publish, "rename_without_replacing", rename)
    with Stage.open(tmp_path, "T.S1", "k") as stage:
        folder = stage.dataset_folder("table_T", PARTITION)
        (folder / "deep").mkdir()
        (folder / "deep" / "a").write_bytes(b"x")
        inodes = {path.stat().st_ino for path in (folder, *folder.rglob("*"))}
        _publish(tmp_path, stage, folder)
    (data, before_data), (record, before_record) = order
    assert (data, record) == ("data/table/seed=1", "published/table_T/seed=1.json")
    assert inodes <= {flushed.inode for flushed in flushes[:before_data]}
    record_inode = (tmp_path / record).stat().st_ino
    assert record_inode in {flushed.inode for flushed in flushes[:before_record]}
    above = (tmp_path / "data/table").stat().st_ino
    assert above in {flushed.inode for flushed in flushes[before_data:before_record]}
    assert (tmp_path / "published/table_T").stat().st_ino in {f.inode for f in flushes[before_record:]}


def test_reports_and_notes_are_not_flushed(flushes: list[Flushed], tmp_path: Path) -> None:
    publish.replace_report(tmp_path, "reports/a/run_report.json", b"{}")
    publish.append_report_line(tmp_path, "reports/log.jsonl", {"n": 1})
    assert flushes == []


def test_files_of_a_new_run_are_there_when_their_folders_are_flushed(
    flushes: list[Flushed], tmp_path: Path
) -> None:
    later: set[Path] = set()
    for name in ("a.json", "config/b.json", "config/deep/c.json"):
        publish.write_once(tmp_path, name, name.encode(), later=later)
    assert [flushed.folder for flushed in flushes] == [False] * 3
    publish.sync_folders(later)
    assert sorted(flushed.path for flushed in flushes[3:]) == [
        str(tmp_path / name).rstrip("/") for name in ("", "config", "config/deep")
    ]
