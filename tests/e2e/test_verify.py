"""Verification finds any change to any sealed or published byte, and passes on what nobody touched."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import verify
from engine.execute.table_contents import TableContents
from engine.execute.verify import verified
from tests.support.runs import flipped, published_bytes


def test_a_whole_run_passes_and_says_what_was_looked_at(tiny_original: RunFolder) -> None:
    outcome = verified(tiny_original.root)
    assert outcome.ordered() == []
    for what in (
        "published partitions",
        "published files",
        "rows",
        "bundles",
        "states",
        "seals",
        "validators",
    ):
        assert outcome.checks[what] > 0


def test_the_digest_of_the_largest_table_goes_ahead_where_a_core_is_free(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[Path]] = []
    monkeypatch.setattr(TableContents, "ahead", lambda self, paths, ended: begun.append(list(paths)))
    for jobs, times in ((1, 0), (2, 1)):
        assert verified(tiny_original.root, jobs=jobs).passed
        assert len(begun) == times
    tables: dict[Path, int] = defaultdict(int)
    for path in tiny_original.root.rglob("*.parquet"):
        tables[path.parent] += path.stat().st_size
    assert {path.parent for path in begun[0]} == {max(tables, key=lambda folder: tables[folder])}


def test_verification_writes_nothing(tiny_run: RunFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")}
    verified(tiny_run.root)
    assert {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")} == before


def test_a_flipped_byte_in_any_covered_file_is_found(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by digests, records, bundles and identity alone, before any state's law is asked."""
    monkeypatch.setattr(verify, "is_implemented", lambda _card: False)
    missed = []
    for relative in published_bytes(tiny_run):
        path = tiny_run.root / relative
        whole = path.read_bytes()
        flipped(path)
        try:
            if verified(tiny_run.root).passed:
                missed.append(relative)
        except EngineError:
            pass  # a receipt that no longer leads to its identity ends the verification at once
        path.write_bytes(whole)
    assert missed == []
    monkeypatch.undo()
    assert verified(tiny_run.root).passed


def test_a_removed_file_is_found(tiny_run: RunFolder) -> None:
    part = next(tiny_run.root.glob("data/**/s3_day_effects/**/*.parquet"))
    part.unlink()
    assert [finding.code.name for finding in verified(tiny_run.root).ordered()]


@pytest.mark.parametrize("place", ["data/layer1/2B", "data/layer1/1B/validation", "logs"])
def test_a_stray_file_is_found(tiny_run: RunFolder, place: str) -> None:
    folder = next(
        path for path in [tiny_run.root / place, *(tiny_run.root / place).rglob("*")] if path.is_dir()
    )
    (folder / "stray.txt").write_text("nobody made me")
    assert any("stray.txt" in finding.where for finding in verified(tiny_run.root).ordered())


def test_a_symbolic_link_in_published_data_is_found(tiny_run: RunFolder) -> None:
    part = next(tiny_run.root.glob("data/**/s4_group_weights/**/*.parquet"))
    elsewhere = tiny_run.root.parent / "elsewhere.parquet"
    shutil.move(part, elsewhere)
    part.symlink_to(elsewhere)
    assert not verified(tiny_run.root).passed


def test_an_edited_publish_record_is_found_even_when_its_file_digests_hold(tiny_run: RunFolder) -> None:
    path = next(tiny_run.root.glob("published/s1_site_weights/**/*.json"))
    record = json.loads(path.read_text())
    record["rows"] += 1
    path.write_bytes(document_bytes(record))
    names = {finding.code.name for finding in verified(tiny_run.root).ordered()}
    assert names == {"CONTENT_DIGEST_MISMATCH"}


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        verified(tmp_path)
    assert caught.value.code.name == "RUN_NOT_FOUND"
    assert caught.value.exit_code == 2


def test_a_run_in_a_folder_of_another_name_is_found(tiny_run: RunFolder) -> None:
    moved = tiny_run.root.with_name("0" * 32)
    tiny_run.root.rename(moved)
    assert "RUN_IDENTITY_MISMATCH" in {finding.code.name for finding in verified(moved).ordered()}
