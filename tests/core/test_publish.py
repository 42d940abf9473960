"""Publishing: whole or not at all, once and for ever, with the record beside it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import canonical_bytes
from engine.core import publish as publishing
from engine.core import stages, storage
from engine.core.digests import FileDigest
from engine.core.errors import (
    ConflictReason,
    PublishConflict,
    PublishFailure,
    PublishReason,
    PublishUnknown,
    SealFailure,
    SealReason,
)
from engine.core.publish import RecordFields, Stage

PARTITION = {"seed": "42", "manifest_fingerprint": "ab"}
TARGET = "data/layer1/X/table/seed=42/manifest_fingerprint=ab/"
FIELDS = RecordFields(
    state="X.S1",
    law_version=1,
    rows=3,
    content_digest="12" * 32,
    inputs={"zeta": "34" * 32, "alpha": "56" * 32},
    inputs_key="78" * 32,
)
FILES = {"part-00000.parquet": b"zero", "part-00001.parquet": b"one"}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Everything under `folder` but tmp/: content of files, None for folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.relative_to(folder).parts[0] != "tmp"
    }


def staged(run: Path, files: dict[str, bytes], key: str = FIELDS.inputs_key) -> tuple[Stage, Path]:
    stage = Stage.open(run, "X.S1", key)
    folder = stage.dataset_folder("table_X", PARTITION)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return stage, folder


def published(
    run: Path, files: dict[str, bytes], fields: RecordFields = FIELDS, **options: Any
) -> publishing.PublishResult:
    stage, folder = staged(run, files)
    with stage:
        return publishing.publish(
            run,
            dataset="table_X",
            partition=PARTITION,
            target=TARGET,
            staged=folder,
            fields=fields,
            **options,
        )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def test_a_partition_is_made_with_its_record(run: Path) -> None:
    result = published(run, FILES)
    assert (result.status, result.bytes) == ("made", 7)
    assert {name: (run / TARGET / name).read_bytes() for name in FILES} == FILES
    record = {
        "dataset": "table_X",
        "partition": "seed=42/manifest_fingerprint=ab",
        "state": "X.S1",
        "law_version": 1,
        "rows": 3,
        "files": [
            {"path": name, "bytes": len(data), "sha256_hex": sha(data)} for name, data in FILES.items()
        ],
        "content_digest": "12" * 32,
        "inputs": [{"id": "alpha", "digest": "56" * 32}, {"id": "zeta", "digest": "34" * 32}],
        "inputs_key": "78" * 32,
    }
    path = run / "published/table_X/seed=42/manifest_fingerprint=ab.json"
    assert path.read_bytes() == canonical_bytes(record) + b"\n"
    assert publishing.read_record(run, "table_X", PARTITION) == record
    assert list(publishing.published_records(run)) == [record]
    assert list((run / "tmp").iterdir()) == []


def test_the_same_again_is_reused_and_changes_nothing(run: Path) -> None:
    published(run, FILES)
    before = tree(run)
    times = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    assert published(run, FILES).status == "reused"
    assert tree(run) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times
    assert list((run / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("files", "where", "expected", "found"),
    [
        ({**FILES, "part-00001.parquet": b"two"}, "part-00001.parquet", sha(b"one"), sha(b"two")),
        ({**FILES, "a": b"x"}, "a", "no such file", sha(b"x")),
        ({"part-00000.parquet": b"zero"}, "part-00001.parquet", sha(b"one"), "no such file"),
        ({"part-00000.parquet": b"Zero", "z": b""}, "part-00000.parquet", sha(b"zero"), sha(b"Zero")),
    ],
)
@pytest.mark.parametrize("same_inputs", [True, False])
def test_other_files_are_refused_naming_the_first_that_differs(
    files: dict[str, bytes], where: str, expected: str, found: str, same_inputs: bool, run: Path
) -> None:
    published(run, FILES)
    before = tree(run)
    fields = FIELDS if same_inputs else RecordFields("X.S1", 1, 3, None, {}, "99" * 32)
    with pytest.raises(PublishConflict) as caught:
        published(run, files, fields)
    assert caught.value.where == TARGET + where
    assert expected in caught.value.expected
    assert found in caught.value.found
    assert caught.value.reason is (ConflictReason.NON_IDEMPOTENT if same_inputs else ConflictReason.IMMUTABLE)
    assert tree(run) == before


def test_another_record_for_the_same_files_is_refused(run: Path) -> None:
    published(run, FILES)
    before = tree(run)
    with pytest.raises(PublishConflict) as caught:
        published(run, FILES, RecordFields("X.S1", 1, 4, "12" * 32, FIELDS.inputs, FIELDS.inputs_key))
    assert caught.value.where.endswith("manifest_fingerprint=ab.json rows")
    assert (caught.value.expected, caught.value.found) == ("published 3", "new 4")
    assert tree(run) == before


def test_a_partition_without_record_is_completed(run: Path) -> None:
    published(run, FILES)
    before = tree(run)
    record = run / publishing.record_path("table_X", PARTITION)
    record.unlink()
    with pytest.raises(PublishConflict) as caught:
        published(run, {**FILES, "part-00000.parquet": b"other"})
    assert caught.value.reason is ConflictReason.IMMUTABLE
    assert not record.exists()
    assert published(run, FILES).status == "reused"
    assert tree(run) == before


def test_a_record_without_partition_binds_what_may_be_published_again(run: Path) -> None:
    published(run, FILES)
    before = tree(run)
    for path in (run / TARGET).iterdir():
        path.unlink()
    (run / TARGET).rmdir()
    with pytest.raises(PublishConflict) as caught:
        published(run, {**FILES, "part-00001.parquet": b"two"})
    assert sha(b"one") in caught.value.expected
    assert sha(b"two") in caught.value.found
    assert not (run / TARGET).exists()
    assert published(run, FILES).status == "made"
    assert tree(run) == before


def test_a_damaged_record_is_refused_and_kept(run: Path) -> None:
    published(run, FILES)
    record = run / publishing.record_path("table_X", PARTITION)
    record.write_bytes(record.read_bytes()[:-20])
    damaged = record.read_bytes()
    with pytest.raises(PublishConflict):
        published(run, FILES)
    assert record.read_bytes() == damaged
    with pytest.raises(SealFailure) as caught:
        publishing.read_record(run, "table_X", PARTITION)
    assert caught.value.reason is SealReason.RECORD


@pytest.mark.parametrize(
    "change",
    [
        {"dataset": "other"},
        {"partition": "seed=43"},
        {"more": 1},
        {"files": [1]},
        {"files": [{"path": "../x", "bytes": 1, "sha256_hex": ""}]},
    ],
)
def test_a_record_that_lies_elsewhere_or_has_another_form_is_found(change: dict[str, Any], run: Path) -> None:
    published(run, FILES)
    path = run / publishing.record_path("table_X", PARTITION)
    path.write_bytes(canonical_bytes({**json.loads(path.read_bytes()), **change}))
    with pytest.raises(SealFailure) as caught:
        publishing.read_record(run, "table_X", PARTITION)
    assert caught.value.reason is SealReason.RECORD
    with pytest.raises(SealFailure):
        list(publishing.published_records(run))


def test_no_record_and_no_records_are_not_errors(run: Path) -> None:
    assert publishing.read_record(run, "table_X", PARTITION) is None
    assert list(publishing.published_records(run)) == []


def test_a_dataset_without_tokens_has_a_record_of_its_own(run: Path) -> None:
    assert publishing.record_path("plain", {}) == "published/plain.json"
    stage, _ = staged(run, {})
    with stage:
        (stage.dataset_folder("plain", {}) / "x.json").write_bytes(b"{}\n")
        publishing.publish(
            run,
            dataset="plain",
            partition={},
            target="data/plain",
            staged=stage.dataset_folder("plain", {}),
            fields=FIELDS,
        )
    record = publishing.read_record(run, "plain", {})
    assert record is not None
    assert record["partition"] == ""
    assert list(publishing.published_records(run)) == [record]


@pytest.mark.parametrize("target", ["../x", "/x", "a/../b", "", "a//b", "a\\b", ".x/y", "é"])
def test_a_target_that_could_leave_the_run_is_refused(target: str, run: Path) -> None:
    stage, folder = staged(run, FILES)
    with stage, pytest.raises(ValueError, match="published"):
        publishing.publish(
            run, dataset="table_X", partition=PARTITION, target=target, staged=folder, fields=FIELDS
        )
    for partition in ({"seed": "../../x"}, {"seed": "a/b/../c"}):
        with pytest.raises(ValueError, match="published"):
            publishing.record_path("table_X", partition)


def test_nothing_staged_is_nothing_published(run: Path) -> None:
    with pytest.raises(ValueError, match="nothing is staged"):
        published(run, {})


@pytest.mark.parametrize(
    "link", ["data", "data/layer1/X", TARGET.rstrip("/"), "published", "published/table_X", "tmp"]
)
def test_symbolic_links_on_the_way_are_never_followed(link: str, run: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (run / link).parent.mkdir(parents=True, exist_ok=True)
    (run / link).symlink_to(outside)
    with pytest.raises(PublishFailure) as caught:
        published(run, FILES)
    assert caught.value.reason is PublishReason.SYMLINK
    assert caught.value.where == str(run / link)
    assert list(outside.iterdir()) == []


def test_a_link_inside_a_published_partition_is_a_conflict(run: Path, tmp_path: Path) -> None:
    published(run, FILES)
    victim = run / TARGET / "part-00000.parquet"
    victim.rename(tmp_path / "elsewhere")
    victim.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PublishConflict) as caught:
        published(run, FILES)
    assert caught.value.where == str(victim)


def test_a_file_where_a_folder_must_be_is_a_failure(run: Path) -> None:
    (run / "data").write_bytes(b"")
    with pytest.raises(PublishFailure) as caught:
        published(run, FILES)
    assert caught.value.reason is PublishReason.TAKEN
    assert caught.value.where == str(run / "data")


def test_known_digests_save_a_reading_and_a_wrong_size_is_not_believed(run: Path) -> None:
    known = {"part-00000.parquet": FileDigest(4, "ee" * 32), "part-00001.parquet": FileDigest(99, "ee" * 32)}
    result = published(run, FILES, known=known)
    assert [file.sha256_hex for file in result.files] == ["ee" * 32, sha(b"one")]


@pytest.mark.parametrize("portable", [False, True])
def test_renames_never_replace(portable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if portable:
        monkeypatch.setattr(storage, "_renameat2", lambda: None)

    def folder(name: str, *files: str) -> Path:
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text(name)
        return tmp_path / name

    def file(name: str) -> Path:
        (tmp_path / name).write_text(name)
        return tmp_path / name

    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for source, target in [
        (folder("s1", "x"), folder("t1", "x")),
        (folder("s2", "x"), folder("t2")),
        (folder("s3", "x"), file("t3")),
        (file("s4"), file("t4")),
        (file("s5"), folder("t5")),
        (file("s6"), tmp_path / "dangling"),
        (folder("s7", "x"), tmp_path / "dangling"),
    ]:
        before = tree(tmp_path)
        with pytest.raises(FileExistsError):
            storage.rename_without_replacing(source, target)
        assert tree(tmp_path) == before
    storage.rename_without_replacing(tmp_path / "s1", tmp_path / "u1")
    storage.rename_without_replacing(tmp_path / "s4", tmp_path / "u4")
    assert (tmp_path / "u1" / "x").read_text() == "s1"
    assert (tmp_path / "u4").read_text() == "s4"
    assert not (tmp_path / "s1").exists()
    assert not (tmp_path / "s4").exists()


def test_the_portable_rename_does_not_clobber_a_target_that_appears_in_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "_renameat2", lambda: None)
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    for name in ("s", "t"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").write_text(name)
        (tmp_path / f"{name}.json").write_text(name)
    for end in ("", ".json"):
        with pytest.raises(FileExistsError):
            storage.rename_without_replacing(tmp_path / f"s{end}", tmp_path / f"t{end}")
    assert (tmp_path / "t" / "x").read_text() == (tmp_path / "t.json").read_text() == "t"


def test_a_partition_that_another_writer_put_there_in_between_is_compared(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename finds the name taken: same bytes are reused, others are a conflict."""
    real = storage.rename_without_replacing
    for other, expected in ((dict(FILES), "reused"), ({**FILES, "part-00000.parquet": b"x"}, None)):
        target = run / f"data/{expected}"

        def late(
            source: Path, destination: Path, other: dict[str, bytes] = other, target: Path = target
        ) -> None:
            if destination == target:
                target.mkdir()
                for name, data in other.items():
                    (target / name).write_bytes(data)
            real(source, destination)

        monkeypatch.setattr(publishing, "rename_without_replacing", late)
        stage, folder = staged(run, FILES)
        arguments: dict[str, Any] = {
            "dataset": f"d{expected}",
            "partition": PARTITION,
            "target": f"data/{expected}",
        }
        with stage:
            if expected:
                assert publishing.publish(run, staged=folder, fields=FIELDS, **arguments).status == expected
            else:
                with pytest.raises(PublishConflict):
                    publishing.publish(run, staged=folder, fields=FIELDS, **arguments)
        assert (target / "part-00000.parquet").read_bytes() == other["part-00000.parquet"]


# -------------------------------------------------------------------------------------- failing storage


@contextmanager
def failing(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, code: int, after: int = 0
) -> Iterator[None]:
    """Inside, call number `after` and all later ones of module.name raise OSError(code)."""
    real, calls = getattr(module, name), 0

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > after:
            raise OSError(code, os.strerror(code))
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, call)
        yield


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, PublishReason.DISK_FULL),
        (errno.EDQUOT, PublishReason.DISK_FULL),
        (errno.EROFS, PublishReason.READ_ONLY),
        (errno.EACCES, PublishReason.PERMISSION),
        (errno.EPERM, PublishReason.PERMISSION),
        (errno.EIO, PublishReason.INPUT_OUTPUT),
    ],
)
@pytest.mark.parametrize("place", ["sync_tree", "write_new", "make_folders", "rename_without_replacing"])
def test_a_failure_before_the_rename_publishes_nothing(
    code: int, reason: PublishReason, place: str, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, folder = staged(run, FILES)
    with stage, failing(monkeypatch, publishing, place, code), pytest.raises(PublishFailure) as caught:
        publishing.publish(
            run, dataset="table_X", partition=PARTITION, target=TARGET, staged=folder, fields=FIELDS
        )
    assert not folder.exists()
    assert caught.value.reason is reason
    assert os.strerror(code) in caught.value.found
    assert not (run / TARGET).exists()
    assert publishing.read_record(run, "table_X", PARTITION) is None
    assert list((run / "tmp").iterdir()) == []
    assert published(run, FILES).status == "made"


@pytest.mark.parametrize(
    ("place", "after"), [("sync_folder", 0), ("sync_folder", 1), ("rename_without_replacing", 1)]
)
def test_a_failure_after_the_rename_is_unknown_and_the_next_run_settles_it(
    place: str, after: int, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with failing(monkeypatch, publishing, place, errno.EIO, after), pytest.raises(PublishUnknown):
        published(run, FILES)
    assert {name: (run / TARGET / name).read_bytes() for name in FILES} == FILES
    assert published(run, FILES).status == "reused"
    assert publishing.read_record(run, "table_X", PARTITION) is not None
    assert list((run / "tmp").iterdir()) == []


# ---------------------------------------------------------------------------------------------- stages


def abandon(stage: Stage) -> None:
    """What the death of the process does: the folder stays, nobody holds it."""
    stages._LIVE.release(stage.folder)


def test_a_dead_stage_with_the_same_key_is_taken_over_with_its_complete_parts(run: Path) -> None:
    stage, folder = staged(run, {"a": b"1", "b": b"22", "c": b"333", "d": b"4444", "sub/e": b"5"})
    stage.mark_part_complete("table_X", PARTITION, "a", {"rows": 1})
    for name in ("b", "c", "sub/e"):
        stage.mark_part_complete("table_X", PARTITION, name)
    (folder / "b").write_bytes(b"23")  # torn after it was marked
    (folder / "c").unlink()
    abandon(stage)
    taken = Stage.open(run, "X.S1", FIELDS.inputs_key)
    assert taken.folder == stage.folder
    parts = taken.complete_parts("table_X", PARTITION)
    assert {name: (part.bytes, part.sha256_hex, part.summary) for name, part in parts.items()} == {
        "a": (1, sha(b"1"), {"rows": 1}),
        "sub/e": (1, sha(b"5"), None),
    }
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["a", "e"]
    assert taken.complete_parts("other", PARTITION) == {}
    taken.close()
    assert list((run / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"bytes":1}', b'{"bytes":"1","sha256_hex":1,"summary":null}']
)
def test_a_torn_completion_note_counts_for_nothing(damage: bytes, run: Path) -> None:
    stage, folder = staged(run, {"a": b"1"})
    stage.mark_part_complete("table_X", PARTITION, "a")
    note = next(path for path in (stage.folder / "complete").rglob("*") if path.is_file())
    note.write_bytes(damage)
    abandon(stage)
    with Stage.open(run, "X.S1", FIELDS.inputs_key) as taken:
        assert taken.complete_parts("table_X", PARTITION) == {}
        assert not (folder / "a").exists()


def test_dead_stages_of_the_state_with_another_key_or_torn_are_removed(run: Path) -> None:
    old, _ = staged(run, {"a": b"1"}, key="00" * 32)
    abandon(old)
    torn = run / "tmp" / "X.S1-0123"
    torn.mkdir()
    (torn / "stage.json").write_bytes(b"{")
    other = Stage.open(run, "X.S10", "00" * 32)
    abandon(other)
    with Stage.open(run, "X.S1", FIELDS.inputs_key) as stage:
        assert sorted((run / "tmp").iterdir()) == sorted([stage.folder, other.folder])


def test_a_live_stage_is_neither_taken_over_nor_removed(run: Path) -> None:
    first = Stage.open(run, "X.S1", FIELDS.inputs_key)
    second = Stage.open(run, "X.S1", FIELDS.inputs_key)
    third = Stage.open(run, "X.S1", "00" * 32)
    assert len({first.folder, second.folder, third.folder}) == 3
    assert publishing.remove_dead_stages(run) == []
    assert all(stage.folder.is_dir() for stage in (first, second, third))
    for stage in (first, second, third):
        stage.close()


def test_dead_stages_are_removed_unless_they_are_still_wanted(run: Path) -> None:
    kept = Stage.open(run, "X.S1", "11" * 32)
    dead = Stage.open(run, "X.S2", "22" * 32)
    for stage in (kept, dead):
        abandon(stage)
    (run / "tmp" / "record-1234").write_bytes(b"half")
    (run / "tmp" / "link").symlink_to(run)
    removed = publishing.remove_dead_stages(run, keep=lambda state, key: (state, key) == ("X.S1", "11" * 32))
    assert sorted(removed) == sorted([dead.folder.name, "link", "record-1234"])
    assert list((run / "tmp").iterdir()) == [kept.folder]
    assert publishing.remove_dead_stages(run) == [kept.folder.name]
    assert publishing.remove_dead_stages(run / "none") == []


def test_an_error_removes_the_stage_and_an_interrupt_keeps_its_parts(run: Path) -> None:
    with pytest.raises(ZeroDivisionError), staged(run, FILES)[0]:
        raise ZeroDivisionError
    assert list((run / "tmp").iterdir()) == []
    with pytest.raises(KeyboardInterrupt), staged(run, {})[0] as stage:
        (stage.dataset_folder("table_X", PARTITION) / "a").write_bytes(b"1")
        stage.mark_part_complete("table_X", PARTITION, "a")
        raise KeyboardInterrupt
    with Stage.open(run, "X.S1", FIELDS.inputs_key) as taken:
        assert list(taken.complete_parts("table_X", PARTITION)) == ["a"]


@pytest.mark.parametrize("place", ["sync_tree", "write_new", "make_folders", "rename_without_replacing"])
def test_a_disk_that_refuses_while_publishing_leaves_the_whole_parts_to_the_next_run(
    place: str, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, folder = staged(run, FILES)
    whole, begun = sorted(FILES)[:-1], sorted(FILES)[-1]
    for name in whole:
        stage.mark_part_complete("table_X", PARTITION, name)
    with failing(monkeypatch, publishing, place, errno.ENOSPC), pytest.raises(PublishFailure), stage:
        publishing.publish(
            run,
            dataset="table_X",
            partition=PARTITION,
            target=TARGET,
            staged=folder,
            fields=FIELDS,
            known=stage.complete_parts("table_X", PARTITION),
        )
    assert not (run / TARGET).exists()
    with Stage.open(run, "X.S1", FIELDS.inputs_key) as taken:
        assert list(taken.complete_parts("table_X", PARTITION)) == whole
        kept = taken.dataset_folder("table_X", PARTITION)
        assert {name: (kept / name).read_bytes() for name in whole} == {name: FILES[name] for name in whole}
        assert not (kept / begun).exists()


def test_a_stage_crosses_process_borders(run: Path) -> None:
    stage, folder = staged(run, {"a": b"1"})
    twin = pickle.loads(pickle.dumps(stage))
    twin.mark_part_complete("table_X", PARTITION, "a", [1, 2])
    assert stage.complete_parts("table_X", PARTITION)["a"].summary == [1, 2]
    assert twin.dataset_folder("table_X", PARTITION) == folder
    stage.close()


def test_complete_parts_give_publish_its_digests(run: Path) -> None:
    stage, folder = staged(run, FILES)
    with stage:
        for name in FILES:
            stage.mark_part_complete("table_X", PARTITION, name)
        result = publishing.publish(
            run,
            dataset="table_X",
            partition=PARTITION,
            target=TARGET,
            staged=folder,
            fields=FIELDS,
            known=stage.complete_parts("table_X", PARTITION),
        )
    assert [(file.path, file.sha256_hex) for file in result.files] == [
        (name, sha(data)) for name, data in FILES.items()
    ]


@pytest.mark.parametrize("linkable", [True, False])
def test_published_files_of_another_run_are_shared_after_a_check(
    linkable: bool, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(run, FILES)
    files = {name: FileDigest(len(data), sha(data)) for name, data in FILES.items()}
    second = tmp_path / "second"
    second.mkdir()
    if not linkable:
        monkeypatch.setattr(
            os, "link", lambda *a, **k: (_ for _ in ()).throw(OSError(errno.EXDEV, "other disk"))
        )
    with Stage.open(second, "X.S1", FIELDS.inputs_key) as stage:
        folder = stage.adopt("table_X", PARTITION, run / TARGET, files)
        result = publishing.publish(
            second, dataset="table_X", partition=PARTITION, target=TARGET, staged=folder, fields=FIELDS
        )
    assert result.status == "made"
    assert tree(second) == tree(run)
    shared = (second / TARGET / "part-00000.parquet").stat().st_ino == (
        run / TARGET / "part-00000.parquet"
    ).stat().st_ino
    assert shared == linkable


def test_a_shared_file_that_changed_is_refused(run: Path, tmp_path: Path) -> None:
    published(run, FILES)
    files = {name: FileDigest(len(data), sha(data)) for name, data in FILES.items()}
    (run / TARGET / "part-00001.parquet").write_bytes(b"two")
    (tmp_path / "second").mkdir()
    with Stage.open(tmp_path / "second", "X.S1", FIELDS.inputs_key) as stage:
        with pytest.raises(SealFailure) as caught:
            stage.adopt("table_X", PARTITION, run / TARGET, files)
        assert caught.value.reason is SealReason.DIGEST
        assert list(stage.dataset_folder("table_X", PARTITION).iterdir()) == []
        with pytest.raises(SealFailure) as caught:
            stage.adopt("table_X", PARTITION, run / "none", files)
        assert caught.value.reason is SealReason.MISSING


# ------------------------------------------------------------------------------- single files and reports


def test_a_file_is_written_once(run: Path) -> None:
    assert publishing.write_once(run, "run_receipt.json", b"{}\n") == "made"
    assert publishing.write_once(run, "run_receipt.json", b"{}\n") == "reused"
    assert publishing.write_once(run, "config/deep/a.json", b"1") == "made"
    with pytest.raises(PublishConflict) as caught:
        publishing.write_once(run, "run_receipt.json", b"[]\n")
    assert (caught.value.where, caught.value.reason) == ("run_receipt.json", ConflictReason.IMMUTABLE)
    assert sha(b"{}\n") in caught.value.expected
    assert sha(b"[]\n") in caught.value.found
    assert (run / "run_receipt.json").read_bytes() == b"{}\n"
    assert list((run / "tmp").iterdir()) == []
    with pytest.raises(PublishConflict):
        publishing.write_once(run, "config", b"x")
    with pytest.raises(ValueError, match="published"):
        publishing.write_once(run, "../x", b"")
    (run / "link").symlink_to(run / "run_receipt.json")
    with pytest.raises(PublishFailure) as refused:
        publishing.write_once(run, "link", b"{}\n")
    assert refused.value.reason is PublishReason.SYMLINK


def test_write_once_tells_not_done_from_unknown(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing(monkeypatch, publishing, "write_new", errno.ENOSPC), pytest.raises(PublishFailure):
        publishing.write_once(run, "a", b"1")
    assert not (run / "a").exists()
    with failing(monkeypatch, publishing, "sync_folder", errno.EIO), pytest.raises(PublishUnknown):
        publishing.write_once(run, "a", b"1")
    assert publishing.write_once(run, "a", b"1") == "reused"


def test_reports_are_replaced_and_logs_grow_by_whole_lines(run: Path) -> None:
    publishing.replace_report(run, "reports/x/run_report.json", b"1")
    publishing.replace_report(run, "reports/x/run_report.json", b"2")
    assert (run / "reports/x/run_report.json").read_bytes() == b"2"
    for number in range(3):
        publishing.append_report_line(run, "reports/log.jsonl", {"n": number})
    assert (run / "reports/log.jsonl").read_bytes() == b'{"n":0}\n{"n":1}\n{"n":2}\n'
    for function in (publishing.replace_report, publishing.append_report_line):
        with pytest.raises(ValueError, match="reports"):
            function(run, "data/x", b"")
    assert list((run / "tmp").iterdir()) == []
