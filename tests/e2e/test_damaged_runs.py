"""Verification meets every kind of damage with a finding of its own: it never passes and never breaks down."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.run import RunFolder
from engine.execute import verify
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from tests.support.runs import run_to


def files(folder: RunFolder, *tops: str) -> list[Path]:
    return [path for top in tops for path in sorted((folder.root / top).rglob("*")) if path.is_file()]


def names(folder: RunFolder) -> set[str]:
    return {finding.code.name for finding in verified(folder.root).ordered()}


def test_any_published_file_that_is_gone_is_a_finding_and_no_law_stumbles_over_it(
    tiny_run: RunFolder,
) -> None:
    for path in files(tiny_run, "data", "logs"):
        whole = path.read_bytes()
        path.unlink()
        found = names(tiny_run)
        assert found, path
        assert "UNEXPECTED" not in found, path
        path.write_bytes(whole)
    assert names(tiny_run) == set()


@pytest.mark.parametrize(
    "content", [None, b"", b"{}\n", b"world: 1\n"], ids=["gone", "empty", "object", "other"]
)
def test_a_recipe_that_is_not_the_run_s_ends_what_follows_from_it_and_nothing_else(
    tiny_run: RunFolder, content: bytes | None
) -> None:
    path = tiny_run.config / "recipe.yaml"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    outcome = verified(tiny_run.root)
    assert {finding.code.name for finding in outcome.ordered()} == {"CONFIG_EDITED"}
    assert any("laws were not checked" in note for note in outcome.notes)
    assert outcome.checks["published partitions"] > 0
    assert "states" not in outcome.checks


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b'"x"', b"\xff", b"{", b'{"a":1e400}'],
    ids=lambda data: repr(data),
)
def test_a_record_in_any_other_form_is_a_finding(tiny_run: RunFolder, content: bytes) -> None:
    next(tiny_run.root.glob("published/s4_group_weights/**/*.json")).write_bytes(content)
    found = names(tiny_run)
    assert "PUBLISH_RECORD_INVALID" in found
    assert "UNEXPECTED" not in found


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda r: r.update(rows=r["rows"] - 1), id="rows"),
        pytest.param(lambda r: r.update(content_digest=None), id="no content digest"),
        pytest.param(lambda r: r.update(content_digest="0" * 64), id="another content digest"),
        pytest.param(lambda r: r.update(state="2B.S3"), id="another state"),
        pytest.param(lambda r: r.update(law_version=2), id="another law version"),
        pytest.param(lambda r: r.update(inputs=[]), id="no inputs"),
        pytest.param(lambda r: r["inputs"].reverse(), id="inputs in another order"),
        pytest.param(lambda r: r.update(inputs_key="0" * 64), id="another inputs key"),
        pytest.param(lambda r: r["files"].clear(), id="no files"),
        pytest.param(lambda r: r["files"][0].update(path="../../x"), id="a path that leaves"),
        pytest.param(lambda r: r["files"][0].update(bytes=1), id="another size"),
    ],
)
def test_every_word_of_a_record_is_held_against_what_it_is_about(
    tiny_run: RunFolder, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the records alone, before any law is asked."""
    monkeypatch.setattr(verify, "is_implemented", lambda _card: False)
    path = next(tiny_run.root.glob("published/s4_group_weights/**/*.json"))
    record = json.loads(path.read_text())
    change(record)
    path.write_bytes(document_bytes(record))
    found = names(tiny_run)
    assert found and "UNEXPECTED" not in found


@pytest.mark.parametrize("dataset", ["s2_alias_index", "s2_alias_blob", "rng_audit_log_2B_S3"])
@pytest.mark.parametrize(
    "change", [{"rows": 77}, {"content_digest": "0" * 64}], ids=["rows", "content digest"]
)
def test_a_record_of_what_is_no_table_claims_no_rows_and_no_content(
    tiny_run: RunFolder, dataset: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "is_implemented", lambda _card: False)
    path = next(tiny_run.root.glob(f"published/{dataset}/**/*.json"))
    path.write_bytes(document_bytes(json.loads(path.read_text()) | change))
    assert names(tiny_run) == {"CONTENT_DIGEST_MISMATCH"}


@pytest.mark.parametrize("partition", ["seed", "seed=42/other=1", "=", "nothing=", "seed=7"])
def test_a_record_of_a_partition_that_cannot_be_is_a_finding(tiny_run: RunFolder, partition: str) -> None:
    source = next(tiny_run.root.glob("published/s4_group_weights/**/*.json"))
    record = json.loads(source.read_text()) | {"partition": partition}
    target = tiny_run.root / "published" / "s4_group_weights" / f"{partition}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(document_bytes(record))
    found = names(tiny_run)
    assert found and "UNEXPECTED" not in found


@pytest.mark.parametrize("change", [lambda data: data + b"\n", lambda data: data.replace(b":", b": ", 1)])
def test_a_record_that_says_the_same_in_another_form_is_a_finding(
    tiny_run: RunFolder, change: Callable[[bytes], bytes]
) -> None:
    path = next(tiny_run.root.glob("published/s4_group_weights/**/*.json"))
    path.write_bytes(change(path.read_bytes()))
    assert names(tiny_run) == {"PUBLISH_RECORD_INVALID"}


def test_a_table_that_hides_rows_in_a_file_that_no_reader_opens_is_a_finding(tiny_run: RunFolder) -> None:
    """The record lists the file, so its digest holds; readers take part files only."""
    part = next(tiny_run.root.glob("data/**/s4_group_weights/**/*.parquet"))
    hidden = part.with_name("more.parquet")
    hidden.write_bytes(part.read_bytes())
    path = next(tiny_run.root.glob("published/s4_group_weights/**/*.json"))
    record = json.loads(path.read_text())
    record["files"].insert(0, record["files"][0] | {"path": hidden.name})
    record["rows"] *= 2
    path.write_bytes(document_bytes(record))
    assert "PUBLISH_RECORD_INVALID" in names(tiny_run)


def test_a_state_that_was_cut_short_between_two_outputs_is_no_lie(tiny_run: RunFolder) -> None:
    """Killed between two publications, a run holds whole partitions only: verification says what it could not check."""
    import shutil

    blob = next(tiny_run.root.glob("data/**/s2_alias_blob/seed=*"))
    shutil.rmtree(blob)
    shutil.rmtree(tiny_run.root / "published" / "s2_alias_blob")
    outcome = verified(tiny_run.root)
    assert outcome.ordered() == []
    assert (outcome.status, outcome.exit_code) == ("UNFINISHED", 7)
    assert [(work.state, work.missing) for work in outcome.unfinished] == [("2B.S2", ("s2_alias_blob",))]
    assert any("2B.S2" in note and "s2_alias_blob" in note for note in outcome.notes)
    run_to(opened_run(tiny_run.root), "2B.S2", "2B.S2")
    assert verified(tiny_run.root).notes == []
    assert verified(tiny_run.root).status == "PASS"


def test_a_law_that_breaks_down_over_hostile_data_is_a_finding(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.s2b.s4_group_weights import GroupWeightValidators

    def broken(_self: object, _outputs: object) -> object:
        raise IndexError("index 7 is out of bounds")

    monkeypatch.setattr(GroupWeightValidators, "v_12_the_days_are_those_of_s3_day_effects", broken)
    found = verified(tiny_run.root).ordered()
    assert [(finding.code.name, finding.found) for finding in found] == [
        ("UNEXPECTED", "IndexError: index 7 is out of bounds")
    ]


def test_a_damaged_record_hides_nothing_that_is_wrong_elsewhere(tiny_run: RunFolder) -> None:
    next(tiny_run.root.glob("published/s1_site_weights/**/*.json")).write_bytes(b"{}")
    altered = next(tiny_run.root.glob("data/**/s4_group_weights/**/*.parquet"))
    data = bytearray(altered.read_bytes())
    data[len(data) // 2] ^= 1
    altered.write_bytes(data)
    stray = tiny_run.root / "data" / "stray.bin"
    stray.write_bytes(b"?")
    found = {(finding.code.name, finding.where) for finding in verified(tiny_run.root).ordered()}
    assert any(
        name == "PUBLISH_RECORD_INVALID" and where.startswith("published/s1_site") for name, where in found
    )
    relative = altered.relative_to(tiny_run.root).as_posix()
    assert any(relative in where and "record" not in where for _, where in found), found
    assert ("PUBLISH_RECORD_MISMATCH", "data/stray.bin") in found


def test_what_was_found_stays_when_a_later_part_cannot_be_read(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codegen.runtime.findings import Finding
    from engine.s2b.s4_group_weights import GroupWeightValidators
    from generated.errors import S2B_S4

    def wrong(_self: object, _outputs: object) -> object:
        yield Finding(S2B_S4.S0_RECEIPT_MISSING, "the first part", "a row", "another")

    def torn(_self: object, _outputs: object) -> object:
        raise IndexError("torn")

    monkeypatch.setattr(GroupWeightValidators, "v_12_the_days_are_those_of_s3_day_effects", wrong)
    monkeypatch.setattr(verify.Borders, "findings", torn)
    found = verified(tiny_run.root).ordered()
    assert "the first part" in {finding.where for finding in found}
    assert "IndexError: torn" in {finding.found for finding in found}
