"""Which outputs can be taken over from another run, and what is written again under the taker's identity."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from codegen.runtime.cards import StateCard
from engine.core import sharing
from engine.core.digests import file_digest
from engine.core.publish import published_records
from engine.core.run import RunFolder
from generated import states
from generated.datasets import BY_ID
from tests.support.runs import flipped

DAY_EFFECTS = states.S2B_S3.CARD
AUDIT = BY_ID["rng_audit_log_2B_S3"]


def key_of(run: RunFolder, state: str) -> str:
    keys = {record["inputs_key"] for record in published_records(run.root) if record["state"] == state}
    (key,) = keys
    return str(key)


def taker(run: RunFolder, **changes: object) -> RunFolder:
    """Another run under the same runs root; it need not be there."""
    identity = replace(run.identity, run_id="ab" * 16, **changes)  # type: ignore[arg-type]
    return RunFolder(run.root.parent / identity.run_id, identity, {})


def found(run: RunFolder, taking: RunFolder, card: StateCard = DAY_EFFECTS, key: str = "") -> list[str]:
    chosen = key or key_of(run, card.id)
    return [source.run_id for source in sharing.sources(card, taking, run.root.parent, chosen)]


def test_a_gate_is_never_shared_and_neither_is_a_state_whose_wholeness_cannot_be_seen() -> None:
    shareable = {card.id for card in states.CARDS if sharing.is_shareable(card)}
    assert {"1A.S0", "2A.S0", "2B.S1", "2B.S2", "2B.S3", "2B.S4"} <= shareable
    assert not {card.id for card in states.CARDS if card.kind == "gate"} & shareable
    (grid,) = (card for card in states.CARDS if all(dataset.path.split_token for dataset in card.writes))
    assert sharing.is_shareable(grid)  # its two tables have the same scenarios
    assert not sharing.is_shareable(replace(grid, writes=grid.writes[:1]))


def test_only_the_audit_log_names_a_run_that_its_inputs_key_does_not_cover() -> None:
    open_names = {
        dataset.id: sharing.uncovered_identity(card, dataset)
        for card in states.CARDS
        if sharing.is_shareable(card) and "run_id" not in card.identity
        for dataset in card.writes
        if sharing.uncovered_identity(card, dataset)
    }
    assert open_names == {AUDIT.id: {"run_id", "parameter_hash", "contracts_digest"}}


def test_a_json_flag_names_the_fingerprint() -> None:
    card, dataset = states.S2B_S4.CARD, replace(BY_ID["validation_bundle_1A"], flag_form="json")
    assert sharing.uncovered_identity(card, dataset) == {"manifest_fingerprint"}
    assert sharing.uncovered_identity(card, replace(dataset, flag_form="text")) == set()


def test_a_run_is_a_source_for_others_and_not_for_itself(tiny_run: RunFolder) -> None:
    assert found(tiny_run, taker(tiny_run)) == [tiny_run.identity.run_id]
    assert found(tiny_run, tiny_run) == []


def test_another_key_another_state_or_a_hidden_folder_is_no_source(tiny_run: RunFolder) -> None:
    other, key = taker(tiny_run), key_of(tiny_run, "2B.S3")
    assert found(tiny_run, other, key="0" * 64) == []
    assert found(tiny_run, other, states.S2B_S4.CARD, key) == []
    tiny_run.root.rename(tiny_run.root.with_name(f".{tiny_run.root.name}"))
    assert found(tiny_run, other, key=key) == []


def test_a_runs_root_that_is_not_there_has_no_sources(tiny_run: RunFolder, tmp_path: Path) -> None:
    assert list(sharing.sources(DAY_EFFECTS, taker(tiny_run), tmp_path / "nowhere", "0" * 64)) == []


def test_a_run_without_all_required_outputs_is_no_source(tiny_run: RunFolder) -> None:
    key = key_of(tiny_run, "2B.S3")
    (record,) = (tiny_run.root / "published" / "s3_day_effects").rglob("*.json")
    record.unlink()
    assert found(tiny_run, taker(tiny_run), key=key) == []


def test_a_damaged_record_makes_its_run_no_source_and_is_told(
    tiny_run: RunFolder, caplog: pytest.LogCaptureFixture
) -> None:
    key = key_of(tiny_run, "2B.S3")
    (record,) = (tiny_run.root / "published" / "s3_day_effects").rglob("*.json")
    record.write_bytes(record.read_bytes()[:-20])
    with caplog.at_level("WARNING", logger="closedworld"):
        assert found(tiny_run, taker(tiny_run), key=key) == []
    assert f"2B.S3 is not shared from run {tiny_run.identity.run_id}" in caplog.text


def test_an_output_that_names_another_fingerprint_is_shared_only_where_it_is_equal(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle with a JSON flag whose card's identity lacks the fingerprint."""
    card = states.CARDS[[card.id for card in states.CARDS].index("1A.S0")]
    key = key_of(tiny_run, "1A.S0")
    same, other = taker(tiny_run), taker(tiny_run, manifest_fingerprint="f" * 64)
    assert found(tiny_run, other, card, key) == [tiny_run.identity.run_id]
    named = tuple(
        replace(dataset, flag_form="json") if dataset.kind == "bundle" else dataset for dataset in card.writes
    )
    strict = replace(card, writes=named)
    assert found(tiny_run, same, strict, key) == [tiny_run.identity.run_id]
    assert found(tiny_run, other, strict, key) == []


def test_a_stream_that_names_another_run_than_it_lies_in_is_refused(tiny_run: RunFolder) -> None:
    """Its digest is right: the source was made wrong, so nothing of it is used."""
    path = next(tiny_run.folder(AUDIT).iterdir())
    path.write_text(path.read_text("utf-8").replace(tiny_run.identity.run_id, "0" * 32), "utf-8")
    (record,) = (tiny_run.root / "published" / AUDIT.id).rglob("*.json")
    value = json.loads(record.read_text("utf-8"))
    digest = file_digest(path)
    value["files"][0] |= {"bytes": digest.bytes, "sha256_hex": digest.sha256_hex}
    record.write_text(json.dumps(value), "utf-8")
    other = taker(tiny_run)
    other.root.mkdir()
    key = key_of(tiny_run, "2B.S3")
    assert sharing.shared_records(DAY_EFFECTS, other, tiny_run.root.parent, key, {}) is None
    assert not (other.root / "published").exists()
    assert list((other.root / "tmp").iterdir()) == []


def test_what_is_taken_over_names_the_taker_s_inputs_and_partition(tiny_run: RunFolder) -> None:
    other = taker(tiny_run)
    other.root.mkdir()
    key = key_of(tiny_run, "2B.S3")
    shared = sharing.shared_records(DAY_EFFECTS, other, tiny_run.root.parent, key, {"an_input": "c" * 64})
    assert shared is not None
    source, records = shared
    assert source == tiny_run.identity.run_id
    assert [record["inputs"] for record in records] == [[{"id": "an_input", "digest": "c" * 64}]] * 2
    audit = json.loads(next(other.path(AUDIT).iterdir()).read_text("utf-8"))
    assert audit["run_id"] == other.identity.run_id
    assert other.identity.run_id in str(next((other.root / "published" / AUDIT.id).rglob("*.json")))


def test_nothing_is_published_when_the_last_file_of_a_source_does_not_hold(tiny_run: RunFolder) -> None:
    card, key = states.S2B_S2.CARD, key_of(tiny_run, "2B.S2")
    flipped(tiny_run.path(BY_ID["s2_alias_blob"]))
    other = taker(tiny_run)
    other.root.mkdir()
    assert sharing.shared_records(card, other, tiny_run.root.parent, key, {}) is None
    assert not (other.root / "published").exists()
