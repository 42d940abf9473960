"""The checks that the runner makes for 5B.S0 and 5B.S1: each finds a planted fault under the card's own code."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core import publish
from engine.core.run import RunFolder
from engine.core.validation import block_findings
from generated import states
from generated.models.s5b import S0GateReceipt5B, SealedData5B, SealedInputs5B
from tests.s2b.small_plan import changed_rows, edited, unchecked
from tests.s5b.gated_runs import forged, own_files, refusal, run_states
from tests.s5b.small_segment import SmallSegment

GRID, GROUPING = "s1_time_grid_5B", "s1_grouping_5B"
BASELINE = "baseline_v1"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallSegment:
    return SmallSegment(tmp_path_factory.mktemp("segment"))


def found(small: SmallSegment, state: str, outputs: Any) -> set[tuple[str, str]]:
    """(validator, code) of what the shared checks find in outputs."""
    card = states.BY_ID[state].CARD
    findings = block_findings(card, small.run, None, outputs)
    return {(validator, finding.code.name) for validator, each in findings.items() for finding in each}


@pytest.mark.parametrize("state", ["5B.S0", "5B.S1"])
def test_sound_outputs_pass(small: SmallSegment, state: str) -> None:
    assert found(small, state, small.outputs(state)) == set()


def _document(name: str, model: type[Any], pointer: str, value: object) -> Callable[[Any], Any]:
    def change(outputs: Any) -> Any:
        content = getattr(outputs, name).content()
        if isinstance(content, list):
            rows = [
                unchecked_row(model, edited(content[0], pointer, value)),
                *getattr(outputs, name).root[1:],
            ]
            return replace(outputs, **{name: unchecked(model, rows)})
        return replace(outputs, **{name: unchecked(model, edited(content, pointer, value))})

    return change


def unchecked_row(model: type[Any], content: Any) -> Any:
    """A row of a list that its schema may refuse."""
    row = model.model_fields["root"].annotation.__args__[0]
    return unchecked(row, content)


def _rows(name: str, **columns: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def change(outputs: Any) -> Any:
        held = getattr(outputs, name)
        return replace(outputs, **{name: {**held, BASELINE: changed_rows(held[BASELINE], **columns)}})

    return change


def _taken(name: str, *rows: int) -> Callable[[Any], Any]:
    def change(outputs: Any) -> Any:
        held = getattr(outputs, name)
        return replace(outputs, **{name: {**held, BASELINE: held[BASELINE].take(np.array(rows))}})

    return change


def _all(text: str) -> Callable[[Any], Any]:
    return lambda values: [text for _ in values]


RECEIPT, INPUTS, BYTES = S0GateReceipt5B, SealedInputs5B, SealedData5B
FAULTS: list[tuple[str, str, str, Callable[[Any], Any]]] = [
    ("5B.S0", "V-12", "SEALED_INPUTS_SCHEMA_INVALID", _document("sealed_inputs_5B", INPUTS, "role", "file")),
    ("5B.S0", "V-13", "GATE_RECEIPT_SCHEMA_INVALID", _document("s0_gate_receipt_5B", RECEIPT, "run_id", "x")),
    ("5B.S0", "V-14", "SEALED_INPUTS_SCHEMA_INVALID", _document("sealed_data_5B", BYTES, "path", "/up")),
    (
        "5B.S0", "V-15", "RUN_IDENTITY_INVALID",
        _document("s0_gate_receipt_5B", RECEIPT, "created_utc", "2025-01-01T00:00:00.000000Z"),
    ),
    ("5B.S0", "V-16", "RUN_IDENTITY_INVALID", _document("s0_gate_receipt_5B", RECEIPT, "seed", 43)),
    ("5B.S1", "V-15", "TIME_GRID_SCHEMA_INVALID", _rows(GRID, local_day_of_week=lambda v: v + 7)),
    ("5B.S1", "V-16", "GROUPING_SCHEMA_INVALID", _rows(GROUPING, group_id=_all("g|calm"))),
    ("5B.S1", "V-17", "TIME_GRID_OVERLAP_OR_ORDER", _taken(GRID, 0, 1, 1)),
    ("5B.S1", "V-18", "GROUPING_DUPLICATE_KEY", _taken(GROUPING, 0, 0, 1)),
    ("5B.S1", "V-19", "TIME_GRID_OVERLAP_OR_ORDER", _taken(GRID, 1, 0)),
    ("5B.S1", "V-20", "GROUPING_SCHEMA_INVALID", _taken(GROUPING, 1, 0)),
    ("5B.S1", "V-21", "TIME_GRID_SCHEMA_INVALID", _rows(GRID, scenario_id=_all("other_v1"))),
    ("5B.S1", "V-22", "GROUPING_SCHEMA_INVALID", _rows(GROUPING, parameter_hash=_all("0" * 64))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "validator", "code", "change"), FAULTS, ids=[f"{f[0]} {f[1]}" for f in FAULTS]
)
def test_a_planted_fault_is_found(
    small: SmallSegment, state: str, validator: str, code: str, change: Callable[[Any], Any]
) -> None:
    assert (validator, code) in found(small, state, change(small.outputs(state)))


@pytest.mark.parametrize("state", ["5B.S0", "5B.S1"])
def test_outputs_that_cannot_be_moved_into_place_leave_nothing(
    ungated_run: RunFolder, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    if state == "5B.S1":
        run_states(ungated_run, "5B.S0")
    before = own_files(ungated_run)

    def refuse(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(publish, "rename_without_replacing", refuse)
    error = refusal(ungated_run, state)
    assert error.code.name == "IO_WRITE_FAILED" and error.exit_code == 6
    assert own_files(ungated_run) == before


def test_a_gate_document_with_other_bytes_is_never_overwritten(gated_run: RunFolder) -> None:
    forged(gated_run, "s0_gate_receipt_5B", lambda value: value | {"label": "x"})
    error = refusal(gated_run, "5B.S0")
    assert error.code.name == "IO_WRITE_CONFLICT" and error.exit_code == 5


def test_every_shared_check_of_the_cards_is_planted_here_or_in_a_run() -> None:
    in_a_run = {
        ("5B.S0", "dictionary_resolution"), ("5B.S0", "write_once"), ("5B.S0", "idempotent_reemit"),
        ("5B.S1", "s0_receipt"), ("5B.S1", "sealed_inputs"), ("5B.S1", "write_once"),
        ("5B.S1", "idempotent_reemit"),
    }  # fmt: skip
    here = {(state, validator) for state, validator, _, _ in FAULTS}
    for state in ("5B.S0", "5B.S1"):
        for spec in states.BY_ID[state].CARD.validators:
            if spec.shared:
                assert (state, spec.id) in here or (state, spec.shared) in in_a_run
