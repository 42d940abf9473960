"""The checks that the runner makes for every state: each of S0 to S4 finds a planted fault under its own code.

The faults are planted in a tiny run on disk, or in what a law does or gives; the runner itself is untouched.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import SHARED_CHECKS, StateCard
from engine.core import publish, registry, runner
from engine.core.blocks import Blocks
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from generated import states
from generated.datasets import BY_ID
from tests.s2b.small_plan import changed_rows, unchecked
from tests.support.runs import run_to, tiny_original, tiny_run, without

__all__ = ["tiny_original", "tiny_run"]

STATES = ("2B.S0", "2B.S1", "2B.S2", "2B.S3", "2B.S4")
Plant = Callable[[RunFolder, str, pytest.MonkeyPatch], None]

NOT_REACHED = {
    (
        "2B.S0",
        "050",
    ): "the partition of a sealed input is resolved from the run's own tokens, so there is no other",
    ("2B.S0", "020", "partition_selection"): "as 050",
    ("2B.S1", "071"): "s1_site_weights repeats no token of its path",
    ("2B.S2", "071"): "neither index nor blob repeats a token of its path",
    ("2B.S4", "071"): "s4_group_weights repeats no token of its path",
    ("2B.S2", "042", "output_shape"): "fields that the policy requires are V-26's",
    ("2B.S2", "045", "output_shape"): "counts are V-13's",
}
"""Codes of shared checks that no fault can reach, with the reason."""


def rerun(folder: RunFolder, state: str) -> EngineError:
    """The error that running one state again ends with."""
    with pytest.raises(EngineError) as caught:
        run_to(folder, state, state)
    return caught.value


def outputs_of(card: StateCard) -> tuple[str, ...]:
    """The datasets that a state publishes."""
    return tuple(dataset.id for dataset in card.writes)


def altered_law(state: str, patch: pytest.MonkeyPatch, change: Callable[[Any], Any]) -> None:
    """Let a state's law give outputs that `change` made of the true ones."""
    law = registry.law_of(states.BY_ID[state].CARD)

    def faulty(inputs: Any, run: Any) -> Any:
        returned = law(inputs, run)
        if isinstance(returned, Blocks):
            return Blocks(returned.plan, lambda block: change(returned.compute(block)))
        return change(returned)

    patch.setitem(registry._LAWS, state, faulty)


def forgotten(folder: RunFolder, state: str) -> None:
    """Remove a state's outputs, so that it runs again."""
    without(folder, *outputs_of(states.BY_ID[state].CARD))


# -- outputs ---------------------------------------------------------------------------------------------------

TABLES = {"2B.S1": "s1_site_weights", "2B.S3": "s3_day_effects", "2B.S4": "s4_group_weights"}


def _table(state: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda outputs: replace(outputs, **{TABLES[state]: change(getattr(outputs, TABLES[state]))})


def _document(name: str, **values: object) -> Callable[[Any], Any]:
    def change(outputs: Any) -> Any:
        return replace(outputs, **{name: getattr(outputs, name).model_copy(update=values)})

    return change


def bad_shape(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """A value outside its declared range."""
    forgotten(folder, state)
    changes = {
        "2B.S1": _table("2B.S1", lambda t: changed_rows(t, p_weight=lambda p: p + 1.0)),
        "2B.S2": _document("s2_alias_index", merchants_count=-1),
        "2B.S3": _table("2B.S3", lambda t: changed_rows(t, sigma_gamma=lambda sigma: sigma + 5.0)),
        "2B.S4": _table("2B.S4", lambda t: changed_rows(t, denom_raw=lambda total: -total)),
    }
    altered_law(state, patch, changes[state])


def bad_receipt(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """A receipt that lists nothing."""
    forgotten(folder, state)
    altered_law(state, patch, _document("s0_gate_receipt_2B", sealed_inputs=[]))


def bad_inventory(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """An inventory without rows."""
    forgotten(folder, state)
    altered_law(
        state, patch, lambda made: replace(made, sealed_inputs_2B=unchecked(type(made.sealed_inputs_2B), []))
    )


def repeated_key(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """The last row a second time."""
    forgotten(folder, state)
    altered_law(
        state, patch, _table(state, lambda t: t.take(np.append(np.arange(t.num_rows), t.num_rows - 1)))
    )


def wrong_order(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """The rows from last to first."""
    forgotten(folder, state)
    altered_law(state, patch, _table(state, lambda t: t.take(np.arange(t.num_rows)[::-1].copy())))


def another_time(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """created_utc a microsecond later than the run's."""
    forgotten(folder, state)
    if state == "2B.S2":
        altered_law(state, patch, _document("s2_alias_index", created_utc="2024-01-01T00:00:00.000001Z"))
        return
    later = np.timedelta64(1, "us")
    altered_law(
        state, patch, _table(state, lambda t: changed_rows(t, created_utc=lambda times: times + later))
    )


def another_token(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """A repeated path token with another value."""
    forgotten(folder, state)
    if state == "2B.S0":
        altered_law(state, patch, _document("s0_gate_receipt_2B", manifest_fingerprint="0" * 64))
        return

    def change(outputs: Any) -> Any:
        (row,) = outputs.rng_audit_log_2B_S3
        return replace(
            outputs, rng_audit_log_2B_S3=(unchecked(type(row), row.content() | {"run_id": "0" * 32}),)
        )

    altered_law(state, patch, change)


# -- publishing ------------------------------------------------------------------------------------------------


def _damaged(folder: RunFolder, state: str) -> None:
    """Change a published file's bytes."""
    name = outputs_of(states.BY_ID[state].CARD)[0]
    path = sorted(p for p in folder.folder(BY_ID[name]).rglob("*") if p.is_file())[0]
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + b"\0")


def overwritten(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """Other bytes stand at the target, and nothing says which inputs they came from."""
    _damaged(folder, state)
    for name in outputs_of(states.BY_ID[state].CARD):
        shutil.rmtree(folder.root / "published" / name)


def emitted_again(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """Other bytes stand at the target under a record of the same inputs."""
    _damaged(folder, state)
    patch.setattr(runner, "_reusable", lambda *_: None)


# -- inputs ----------------------------------------------------------------------------------------------------


def no_receipt(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """The gate has not run."""
    without(folder, "s0_gate_receipt_2B", "sealed_inputs_2B")


def _forged_inventory(folder: RunFolder, state: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the inventory's row of the state's first sealed input, with a publish record that vouches for it."""
    read = next(read for read in states.BY_ID[state].CARD.reads if read.via in ("sealed", "policy"))
    path = folder.path(BY_ID["sealed_inputs_2B"])
    rows = json.loads(path.read_bytes())
    change(next(row for row in rows if row["asset_id"] == read.dataset.id))
    _write_anew(path, document_bytes(rows))
    (record_path,) = (folder.root / "published" / "sealed_inputs_2B").rglob("*.json")
    record = json.loads(record_path.read_bytes())
    record["files"][0] |= {
        "bytes": path.stat().st_size,
        "sha256_hex": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    _write_anew(record_path, document_bytes(record))


def _write_anew(path: Path, data: bytes) -> None:
    """Replace a file by a new one: the old may be shared with another run."""
    path.unlink()
    path.write_bytes(data)


def another_path(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """A sealed input lies elsewhere than the dictionary says; for the gate, behind a symbolic link."""
    if state == "2B.S0":
        forgotten(folder, state)
        place = folder.path(BY_ID["site_timezones"])
        moved = place.with_name("moved")
        place.rename(moved)
        place.symlink_to(moved)
        return
    _forged_inventory(folder, state, lambda row: row.update(path=row["path"] + "x"))


def another_partition(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
    """A sealed input is one of another partition."""
    _forged_inventory(folder, state, lambda row: row.update(partition={"seed": "7"}))


def _meddling(act: Callable[[RunFolder], object]) -> Plant:
    def plant(folder: RunFolder, state: str, patch: pytest.MonkeyPatch) -> None:
        forgotten(folder, state)

        def law(inputs: Any, run: Any) -> Any:
            act(folder)
            raise AssertionError("the guard let the law through")

        registry.law_of(states.BY_ID[state].CARD)
        patch.setitem(registry._LAWS, state, law)

    return plant


def _reads(path: Path) -> None:
    with path.open("rb") as file:
        file.read(1)


literal_path = _meddling(lambda folder: _reads(Path("/etc/hostname")))
undeclared_read = _meddling(lambda folder: _reads(folder.root / "run_receipt.json"))
network = _meddling(lambda folder: socket.create_connection(("127.0.0.1", 9)))

PLANTS: dict[tuple[str, str], Plant] = {
    ("s0_receipt", "S0_RECEIPT_MISSING"): no_receipt,
    ("dictionary_resolution", "DICTIONARY_RESOLUTION_ERROR"): another_path,
    ("dictionary_resolution", "PROHIBITED_LITERAL_PATH"): literal_path,
    ("partition_selection", "PARTITION_SELECTION_INCORRECT"): another_partition,
    ("output_shape", "OUTPUT_SCHEMA_INVALID"): bad_shape,
    ("output_shape", "INDEX_SCHEMA_INVALID"): bad_shape,
    ("output_shape", "RECEIPT_SCHEMA_INVALID"): bad_receipt,
    ("output_shape", "INVENTORY_SCHEMA_INVALID"): bad_inventory,
    ("key_unique", "PK_DUPLICATE"): repeated_key,
    ("writer_order", "WRITER_ORDER_NOT_PK"): wrong_order,
    ("created_utc", "CREATED_UTC_MISMATCH"): another_time,
    ("path_embed", "PATH_EMBED_MISMATCH"): another_token,
    ("write_once", "IMMUTABLE_OVERWRITE"): overwritten,
    ("idempotent_reemit", "NON_IDEMPOTENT_REEMIT"): emitted_again,
    ("no_extra_reads", "NETWORK_IO_ATTEMPT"): network,
    ("no_extra_reads", "UNDECLARED_ASSET_ACCESSED"): undeclared_read,
    ("no_extra_reads", "PROHIBITED_LITERAL_PATH"): literal_path,
}


def _cases() -> list[tuple[str, str, str, str, Plant]]:
    cases = []
    for state in STATES:
        for spec in states.BY_ID[state].CARD.validators:
            for code in spec.codes if spec.shared else ():
                number = code.full.rsplit("-", 1)[1]
                if (state, number) in NOT_REACHED or (state, number, spec.shared) in NOT_REACHED:
                    continue
                cases.append((state, spec.id, code.full, spec.shared, PLANTS[spec.shared, code.name]))
    return cases


CASES = _cases()


@pytest.mark.parametrize(
    ("state", "validator", "code", "check", "plant"),
    CASES,
    ids=lambda v: v if isinstance(v, str) else v.__name__,
)
def test_a_shared_check_finds_a_planted_fault(
    tiny_run: RunFolder,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    validator: str,
    code: str,
    check: str,
    plant: Plant,
) -> None:
    plant(tiny_run, state, monkeypatch)
    error = rerun(tiny_run, state)
    assert error.code.full == code
    assert error.where and error.expected and error.found


def test_every_shared_check_of_the_cards_is_planted_or_has_a_reason() -> None:
    planted = {(state, validator) for state, validator, *_ in CASES}
    for state in STATES:
        for spec in states.BY_ID[state].CARD.validators:
            assert spec.shared or spec.method
            if spec.shared:
                assert spec.shared in SHARED_CHECKS
                numbers = {code.full.rsplit("-", 1)[1] for code in spec.codes}
                reasoned = any((state, number) in NOT_REACHED for number in numbers)
                assert (state, spec.id) in planted or reasoned


@pytest.mark.parametrize("state", STATES)
def test_sound_runs_pass_and_a_second_run_reuses(tiny_run: RunFolder, state: str) -> None:
    (second,) = run_to(tiny_run, state, state)
    assert second.status == "reused"
    forgotten(tiny_run, state)
    (made,) = run_to(tiny_run, state, state)
    assert made.status == "made"
    assert [finding.code.full for finding in made.warnings] == []


@pytest.mark.parametrize("state", STATES)
def test_a_publish_that_fails_has_the_states_code_and_leaves_nothing(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    forgotten(tiny_run, state)

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(target))

    monkeypatch.setattr(publish, "rename_without_replacing", refuse)
    error = rerun(tiny_run, state)
    assert error.code is states.BY_ID[state].CARD.errors["082"]
    for name in outputs_of(states.BY_ID[state].CARD):
        assert not tiny_run.folder(BY_ID[name]).exists()


def test_an_upstream_bundle_that_was_changed_is_not_read(tiny_run: RunFolder) -> None:
    forgotten(tiny_run, "2B.S0")
    bundle = tiny_run.folder(BY_ID["validation_bundle_2A"])
    member = next(path for path in sorted(bundle.rglob("*.json")) if path.name != "index.json")
    _write_anew(member, member.read_bytes() + b" ")
    assert rerun(tiny_run, "2B.S0").code.full == "2B-S0-011"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda flag: b"", "2B-S0-013"),
        (lambda flag: flag[:-5], "2B-S0-013"),
        (lambda flag: flag.replace(b"=", b":"), None),
        (lambda flag: b"sha256_hex = " + b"0" * 64 + b"\n", "2B-S0-011"),
    ],
)
def test_a_flag_opens_the_gate_in_its_accepted_forms_only(
    tiny_run: RunFolder, change: Callable[[bytes], bytes], code: str | None
) -> None:
    forgotten(tiny_run, "2B.S0")
    flag = tiny_run.path(BY_ID["validation_passed_flag_1B"])
    _write_anew(flag, change(flag.read_bytes()))
    if code is None:
        (made,) = run_to(tiny_run, "2B.S0", "2B.S0")
        assert made.status == "made"
    else:
        assert rerun(tiny_run, "2B.S0").code.full == code


@pytest.mark.parametrize("dataset", ["validation_bundle_1B", "site_locations"])
def test_a_missing_input_stops_the_gate(tiny_run: RunFolder, dataset: str) -> None:
    forgotten(tiny_run, "2B.S0")
    shutil.rmtree(tiny_run.folder(BY_ID[dataset]))
    error = rerun(tiny_run, "2B.S0")
    assert error.code.full == "2B-S0-010"
    assert dataset.removesuffix("_1B") in error.where or "validation" in error.where


def test_an_index_that_names_no_member_stops_the_gate(tiny_run: RunFolder) -> None:
    forgotten(tiny_run, "2B.S0")
    _write_anew(tiny_run.folder(BY_ID["validation_bundle_1B"]) / "index.json", b"[]\n")
    assert rerun(tiny_run, "2B.S0").code.full == "2B-S0-012"


def test_a_run_without_the_timetable_warns_in_the_gate_and_in_the_weights(tiny_run: RunFolder) -> None:
    """The bundle of 2A does not hold the timetable itself, so that 2B can do without it."""
    for state in ("2B.S0", "2B.S1"):
        forgotten(tiny_run, state)
    shutil.rmtree(tiny_run.folder(BY_ID["tz_timetable_cache"]))
    gate, weights = run_to(tiny_run, "2B.S1", "2B.S0")
    assert [warning.code.full for warning in gate.warnings] == ["2B-S0-090"]
    assert [warning.code.full for warning in weights.warnings] == ["2B-S1-090"]
