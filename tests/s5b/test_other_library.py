"""5B.S5 over tables that another library wrote: the same verdict, report and bundle, and the same faults found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.canonical import document_bytes
from engine.core import publish
from engine.core.digests import sha256_bytes
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.core.table_files import SAME_ROWS, OtherLibrary, writer_of
from engine.execute.verify import verified
from generated.datasets import BY_ID
from tests.s5b.arrived_runs import copied, refused, run_report, use_small_blocks, validate
from tests.s5b.segment_faults import FAULTS, Fault
from tests.support.other_library import another_library, other_version, own_version, relabel
from tests.support.runs import published_bytes

SAME = OtherLibrary(f"pyarrow {other_version()}", f"pyarrow {own_version()}")
BUNDLE, REPORT, ISSUES = "validation_bundle_5B", "validation_report_5B", "validation_issue_table_5B"


def foreign(folder: RunFolder) -> RunFolder:
    """Let another library have written every table of S2 to S4, with records that tell of it."""
    for record in list(publish.published_records(folder.root)):
        dataset, tokens = BY_ID[record["dataset"]], publish.partition_tokens(record)
        if record["state"] in ("5B.S2", "5B.S3", "5B.S4") and dataset.format == "parquet":
            for path in sorted(folder.folder(dataset, tokens).iterdir()):
                relabel(path)
            resealed(folder, record)
    return folder


def resealed(folder: RunFolder, record: dict[str, Any]) -> None:
    """A publish record that tells of its files as they are."""
    tokens = publish.partition_tokens(record)
    for entry in record["files"]:
        data = (folder.folder(BY_ID[record["dataset"]], tokens) / entry["path"]).read_bytes()
        entry |= {"bytes": len(data), "sha256_hex": sha256_bytes(data)}
    path = folder.root / publish.record_path(record["dataset"], tokens)
    path.write_bytes(document_bytes(record))


@pytest.fixture(scope="module")
def honest(parted_arrivals: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The run with its bundle, by one library; tests must not change it."""
    folder = copied(parted_arrivals, tmp_path_factory.mktemp("honest"))
    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        validate(folder, jobs=2)
    return folder


@pytest.fixture
def passed_elsewhere(honest: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """The same run whose 5B.S5 alone another library made."""
    use_small_blocks(monkeypatch)
    folder = copied(honest, tmp_path)
    for name in (BUNDLE, REPORT, ISSUES):
        remove(folder, name)
    with another_library():
        validate(folder, jobs=2)
    return folder


def remove(folder: RunFolder, name: str) -> None:
    shutil.rmtree(folder.folder(BY_ID[name]))
    shutil.rmtree(folder.root / "published" / name)


def test_blocks_of_another_library_come_out_identical(parted_run: RunFolder, honest: RunFolder) -> None:
    validate(foreign(parted_run), jobs=2)
    for name in (REPORT, ISSUES):
        path, wanted = parted_run.path(BY_ID[name]), honest.path(BY_ID[name])
        for one in path.iterdir() if path.is_dir() else [path]:
            assert one.read_bytes() == (wanted / one.relative_to(path)).read_bytes()
    replay = json.loads(parted_run.path(BY_ID[REPORT]).read_bytes())["replay"]["states"]
    assert all(row["blocks_identical"] == row["blocks_replayed"] > 0 for row in replay)
    (noted,) = run_report(parted_run)["counters"][SAME_ROWS]
    assert (noted["wrote"], noted["here"]) == SAME
    assert len(noted["files"]) > 10
    outcome = verified(parted_run.root, 1.0)
    assert outcome.ordered() == []
    ((found, files),) = outcome.others.items()
    assert (found, set(files)) == (SAME, set(noted["files"]))


def test_a_bundle_of_another_library_is_compared_as_it_stands(
    passed_elsewhere: RunFolder, honest: RunFolder
) -> None:
    """Its copy of the issue table has other bytes, so index and flag are others too."""
    mine, theirs = published_bytes(honest), published_bytes(passed_elsewhere)
    differing = {name.rpartition("/")[2] for name in mine if mine[name] != theirs[name]}
    assert {"index.json", "_passed.flag", "part-00000.parquet"} <= differing
    assert "validation_report.json" not in differing
    for replay in (None, 1.0):
        outcome = verified(passed_elsewhere.root, replay)
        assert outcome.ordered() == []
        ((found, files),) = outcome.others.items()
        assert found == SAME
        assert {name.partition("/")[0] for name in files} == {BUNDLE, ISSUES}
    assert validate(passed_elsewhere).status == "reused"


@pytest.mark.parametrize("lost", [(BUNDLE,), (BUNDLE, REPORT, ISSUES), (ISSUES,)], ids=str)
def test_a_bundle_whose_record_was_not_written_is_gone_on_with(
    passed_elsewhere: RunFolder, lost: tuple[str, ...]
) -> None:
    """Ended after the rename and before the record, by one library; gone on with by another."""
    before = published_bytes(passed_elsewhere)
    for name in lost:
        shutil.rmtree(passed_elsewhere.root / "published" / name)
    validate(passed_elsewhere)
    assert published_bytes(passed_elsewhere) == before


def test_a_bundle_that_is_missing_takes_the_table_as_it_is_made_here(passed_elsewhere: RunFolder) -> None:
    remove(passed_elsewhere, BUNDLE)
    assert validate(passed_elsewhere).status == "made"
    (member,) = passed_elsewhere.folder(BY_ID[BUNDLE]).rglob("*.parquet")
    (table,) = passed_elsewhere.folder(BY_ID[ISSUES]).iterdir()
    assert writer_of(member) != writer_of(table)
    assert verified(passed_elsewhere.root).ordered() == []
    with another_library():
        assert verified(passed_elsewhere.root).ordered() == []


V20 = [
    fault for fault in FAULTS if fault.validator == "V-20" and "another" in fault.label and not fault.parted
]


@pytest.mark.parametrize("fault", V20, ids=lambda fault: fault.label)
def test_a_row_that_only_replay_misses_is_found_under_another_librarys_name(
    arrived_run: RunFolder, fault: Fault
) -> None:
    """Every law of the row holds; its file names another library and its record agrees with it."""
    where = fault.plant(arrived_run)
    foreign(arrived_run)
    found = refused(arrived_run).findings
    assert {finding.code.name for finding in found} == {"REPLAY_MISMATCH"}
    assert [finding.where for finding in found] == [where]


@pytest.mark.parametrize("dataset", ["s2_realised_intensity_5B", "s3_bucket_counts_5B"])
def test_a_changed_row_under_another_librarys_name_is_found(arrived_run: RunFolder, dataset: str) -> None:
    record = next(publish.dataset_records(arrived_run.root, dataset))
    path = arrived_run.folder(BY_ID[dataset], publish.partition_tokens(record)) / "part-00000.parquet"
    shape: Any = shape_of(BY_ID[dataset])
    table = shape.read_file(path)
    values = np.array(table.lambda_realised)
    row = int(np.flatnonzero(values > 0)[0])
    values[row] = np.nextafter(values[row], 2.0)
    place = table.arrow.schema.get_field_index("lambda_realised")
    shape(table.arrow.set_column(place, table.arrow.schema.field(place), [values])).write_file(path)
    relabel(path)
    resealed(arrived_run, record)
    assert refused(arrived_run).findings


def test_a_member_with_another_row_under_another_librarys_name_is_found(passed_elsewhere: RunFolder) -> None:
    """A bundle made anew around a forged issue table: index and flag agree with it, the run's own rows do not."""
    from engine.core.work import write_members
    from generated.tables.s5b import ValidationIssueTable5B

    dataset = BY_ID[BUNDLE]
    folder = passed_elsewhere.folder(dataset)
    index = json.loads((folder / "index.json").read_bytes())["entries"]
    members = {row["path"]: (row["role"], (folder / row["path"]).read_bytes()) for row in index}
    (name,) = [name for name in members if name.endswith(".parquet")]
    forged = ValidationIssueTable5B.from_columns(
        manifest_fingerprint=passed_elsewhere.identity.manifest_fingerprint,
        parameter_hash=passed_elsewhere.identity.parameter_hash,
        seed=np.array([passed_elsewhere.identity.seed], dtype=np.uint64),
        code=["5B.S5.REPLAY_MISMATCH"],
        where=["nowhere"],
        message=["nothing"],
        severity=["warn"],
        s5_spec_version="1.0.0",
    )
    path = folder.parent / "forged.parquet"
    with another_library():
        forged.write_file(path)
    members[name] = (members[name][0], path.read_bytes())
    path.unlink()
    shutil.rmtree(folder)
    fingerprint = passed_elsewhere.identity.manifest_fingerprint
    write_members(dataset, folder, members, {}, fingerprint, folder.parent / "nowhere")
    (record,) = publish.dataset_records(passed_elsewhere.root, BUNDLE)
    resealed(passed_elsewhere, record)
    found = {
        (finding.code.name, finding.where.rpartition("/")[2])
        for finding in verified(passed_elsewhere.root).ordered()
    }
    assert ("REPLAY_MISMATCH", "part-00000.parquet") in found
    assert ("REPLAY_MISMATCH", "index.json") in found
