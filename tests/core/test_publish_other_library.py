"""Publishing and taking over what another library wrote: rows decide what stands, and a partition has one writer."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.errors import ConflictReason, PublishConflict
from engine.core.publish import PublishResult, RecordFields, Stage, publish, read_record
from engine.core.stages import FinishedBlocks, finished_blocks
from tests.support.other_library import relabel, relabelled

PARTITION = {"seed": "42"}
TARGET = "data/table/seed=42/"
FIELDS = RecordFields("X.S1", 1, 3, "12" * 32, {}, "78" * 32)


def rows(*values: int) -> bytes:
    sink = io.BytesIO()
    column = pa.array(values, pa.uint64())
    pq.write_table(pa.table({"value": column}), sink, compression="zstd", store_schema=False)
    return sink.getvalue()


PARTS = {"part-00000.parquet": rows(1, 2), "part-00001.parquet": rows(3)}
THERE = {name: relabelled(data) for name, data in PARTS.items()}


def published(run: Path, files: dict[str, bytes], fields: RecordFields = FIELDS) -> PublishResult:
    with Stage.open(run, fields.state, fields.inputs_key) as stage:
        folder = stage.dataset_folder("table", PARTITION)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return publish(run, dataset="table", partition=PARTITION, target=TARGET, staged=folder, fields=fields)


def held(run: Path) -> dict[str, bytes]:
    kept = (run / "data", run / "published")
    return {
        str(p.relative_to(run)): p.read_bytes() for top in kept for p in sorted(top.rglob("*")) if p.is_file()
    }


def record_of(run: Path) -> dict[str, Any]:
    record = read_record(run, "table", PARTITION)
    assert record is not None
    return record


def test_the_same_rows_by_another_library_are_reused_and_stay(tmp_path: Path) -> None:
    published(tmp_path, THERE)
    before = held(tmp_path)
    done = published(tmp_path, PARTS)
    assert done.status == "reused"
    assert [file.sha256_hex for file in done.files] == [e["sha256_hex"] for e in record_of(tmp_path)["files"]]
    assert held(tmp_path) == before
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_partition_whose_record_was_not_written_gets_one_of_the_files_that_stand(tmp_path: Path) -> None:
    """Ended between the two renames by one library, gone on with by another."""
    published(tmp_path, THERE)
    whole = held(tmp_path)
    (tmp_path / "published" / "table" / "seed=42.json").unlink()
    assert published(tmp_path, PARTS).status == "reused"
    assert held(tmp_path) == whole


@pytest.mark.parametrize(
    "forged",
    [
        {"part-00001.parquet": relabelled(rows(4))},
        {"part-00001.parquet": relabelled(rows())},
        {"part-00000.parquet": relabelled(rows(2, 1))},
        {"part-00002.parquet": relabelled(rows(5))},
        {"part-00001.parquet": b"PAR1 nothing PAR1"},
    ],
    ids=["a row", "no row", "another order", "a part more", "no table"],
)
def test_other_rows_are_a_conflict_whoever_their_file_names(tmp_path: Path, forged: dict[str, bytes]) -> None:
    published(tmp_path, {**THERE, **forged})
    before = held(tmp_path)
    with pytest.raises(PublishConflict) as caught:
        published(tmp_path, PARTS)
    assert caught.value.reason is ConflictReason.NON_IDEMPOTENT
    assert min(forged) in str(caught.value.where)
    assert held(tmp_path) == before


def test_other_bytes_by_the_same_library_are_a_conflict(tmp_path: Path) -> None:
    sink = io.BytesIO()
    table = pa.table({"value": pa.array([3], pa.uint64())})
    pq.write_table(table, sink, compression="zstd", store_schema=False, use_dictionary=False)
    published(tmp_path, {**PARTS, "part-00001.parquet": sink.getvalue()})
    with pytest.raises(PublishConflict):
        published(tmp_path, PARTS)


@pytest.mark.parametrize("name", ["rows.jsonl", "index.json", "blob.bin"])
def test_what_is_no_table_has_one_form(tmp_path: Path, name: str) -> None:
    published(tmp_path, {**THERE, name: b"1\n"})
    with pytest.raises(PublishConflict) as caught:
        published(tmp_path, {**PARTS, name: b"2\n"})
    assert name in str(caught.value.where)


@pytest.mark.parametrize("change", [{"content_digest": "34" * 32}, {"rows": 4}, {"law_version": 2}])
def test_a_record_that_says_something_else_is_a_conflict(tmp_path: Path, change: dict[str, Any]) -> None:
    published(tmp_path, THERE)
    with pytest.raises(PublishConflict):
        published(tmp_path, PARTS, replace(FIELDS, **change))


def test_a_record_of_other_files_than_those_that_stand_is_a_conflict(tmp_path: Path) -> None:
    """A part that was put in place of the published one, with the same rows and another writer's name."""
    published(tmp_path, PARTS)
    relabel(tmp_path / TARGET / "part-00000.parquet")
    with pytest.raises(PublishConflict):
        published(tmp_path, PARTS)


# -- dead stages -----------------------------------------------------------------------------------------------


def dead_stage(run: Path, files: dict[str, bytes]) -> None:
    """A stage whose process was ended after it had noted these parts as complete."""
    folder = run / "tmp" / "X.S1-0123456789abcdef"
    folder.mkdir(parents=True)
    (folder / "stage.json").write_bytes(document_bytes({"state": "X.S1", "inputs_key": FIELDS.inputs_key}))
    stage = Stage(folder, "X.S1", FIELDS.inputs_key)
    for name, data in files.items():
        (stage.dataset_folder("table", PARTITION) / name).write_bytes(data)
        stage.mark_part_complete("table", PARTITION, name)


def test_finished_parts_of_another_library_are_made_again(tmp_path: Path) -> None:
    mixed = {
        "part-00000.parquet": THERE["part-00000.parquet"],
        "part-00001.parquet": PARTS["part-00001.parquet"],
        "part-00002.parquet": relabelled(rows(9)),
        "part-00000.jsonl": b"{}\n",
    }
    dead_stage(tmp_path, mixed)
    with Stage.open(tmp_path, "X.S1", FIELDS.inputs_key) as stage:
        assert sorted(stage.complete_parts("table", PARTITION)) == ["part-00000.jsonl", "part-00001.parquet"]
        names = sorted(path.name for path in stage.dataset_folder("table", PARTITION).iterdir())
        assert names == ["part-00000.jsonl", "part-00001.parquet"]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, FinishedBlocks()),
        (PARTS, FinishedBlocks(2, 0)),
        (THERE, FinishedBlocks(0, 2)),
        ({**PARTS, "part-00000.parquet": THERE["part-00000.parquet"]}, FinishedBlocks(1, 1)),
    ],
    ids=["none", "own", "other", "both"],
)
def test_finished_blocks_are_counted_by_who_wrote_them(
    tmp_path: Path, files: dict[str, bytes], found: FinishedBlocks
) -> None:
    dead_stage(tmp_path, files)
    assert finished_blocks(tmp_path, "X.S1", FIELDS.inputs_key, ["table"]) == found
    assert finished_blocks(tmp_path, "X.S1", "0" * 64, ["table"]) == FinishedBlocks()
    assert json.loads((next((tmp_path / "tmp").iterdir()) / "stage.json").read_text())["state"] == "X.S1"
