"""The checks that all states share, on tables and documents made for them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from codegen.runtime.cards import StateCard
from engine.core.inputs import shape_of
from engine.core.run import Run, RunFolder, RunNotes
from engine.core.validation import Borders, block_findings
from generated import states
from generated.datasets import BY_ID

TOKENS = ("seed", "manifest_fingerprint", "parameter_hash", "run_id")
SMALL = {"string": "x", "bool": True, "float64": 0.5, "date32": np.datetime64("2024-01-01", "D")}


def repeating_tables() -> list[Any]:
    """(card, dataset, column) for every column that repeats a part of the identity."""
    found = []
    for card in states.CARDS:
        for dataset in card.writes:
            shape = shape_of(dataset) if dataset.format == "parquet" else None
            for name in TOKENS if shape is not None else ():
                if name in shape.ARROW_SCHEMA.names:
                    found.append(pytest.param(card, dataset.id, name, id=f"{dataset.id}.{name}"))
    return found


def one_row(dataset: str, folder: RunFolder, **changed: Any) -> Any:
    """A table of one row that repeats the run's identity; its other values are anything."""
    shape: Any = shape_of(BY_ID[dataset])
    columns = {}
    for spec in shape.SPEC.columns:
        value = folder.tokens.get(spec.name, SMALL.get(spec.type, 1))
        if spec.name == "created_utc":
            value = folder.identity.created_utc if spec.type == "string" else run_of(folder).created
        columns[spec.name] = changed.get(spec.name, value)
    arrays = []
    for spec in shape.SPEC.columns:
        value = columns[spec.name]
        plain = np.array([value]) if isinstance(value, np.datetime64) else [value]
        arrays.append(pa.array(plain, pa.string() if spec.type == "string" else None).cast(spec.arrow_type))
    return shape(pa.Table.from_arrays(arrays, schema=shape.ARROW_SCHEMA))


def run_of(folder: RunFolder) -> Run:
    return Run(folder.identity, folder.tokens, {}, RunNotes())


def partition_findings(card: StateCard, folder: RunFolder, dataset: str, table: Any) -> list[str]:
    split = BY_ID[dataset].path.split_token
    place = "2024-01-01" if split == "utc_day" else "x"
    outputs = SimpleNamespace(**{dataset: {place: table} if split else table})
    found = block_findings(card, run_of(folder), None, outputs)
    return [
        f"{finding.where} {finding.expected}"
        for findings in found.values()
        for finding in findings
        if any(str(token) == finding.expected for token in folder.tokens.values())
    ]


@pytest.mark.parametrize(("card", "dataset", "column"), repeating_tables())
def test_a_column_that_repeats_the_identity_holds_the_run_s_value_whatever_the_path_is_split_by(
    tiny_original: RunFolder, card: StateCard, dataset: str, column: str
) -> None:
    right = one_row(dataset, tiny_original)
    assert partition_findings(card, tiny_original, dataset, right) == []
    value: Any = 7 if column == "seed" else "0" * len(str(tiny_original.tokens[column]))
    wrong = one_row(dataset, tiny_original, **{column: value})
    (found,) = partition_findings(card, tiny_original, dataset, wrong)
    assert column in found
    assert str(tiny_original.tokens[column]) in found


def test_a_wrong_time_in_a_gate_s_receipt_is_found_though_its_card_lists_no_such_validator(
    tiny_original: RunFolder,
) -> None:
    from engine.core.inputs import opened

    card = states.S2B_S0.CARD
    receipt = opened(tiny_original, BY_ID["s0_gate_receipt_2B"])
    inventory = opened(tiny_original, BY_ID["sealed_inputs_2B"])
    late = receipt.model_copy(update={"verified_at_utc": "2030-01-01T00:00:00.000000Z"})
    for document, names in ((receipt, []), (late, ["CREATED_UTC_MISMATCH"])):
        outputs = states.S2B_S0.Outputs(s0_gate_receipt_2B=document, sealed_inputs_2B=inventory)
        found = block_findings(card, run_of(tiny_original), None, outputs)
        assert [finding.code.name for findings in found.values() for finding in findings] == names


def test_borders_see_a_fall_and_a_repeated_key_between_parts_and_nothing_else(
    tiny_original: RunFolder,
) -> None:
    from engine.core.inputs import opened

    card = states.S2B_S4.CARD
    whole = opened(tiny_original, BY_ID["s4_group_weights"]).read()
    head, tail = whole.rows(0, 100), whole.rows(100, 200)

    def names(*parts: Any) -> list[str]:
        borders = Borders(card)
        return [
            finding.code.name
            for part in parts
            for _, finding in borders.findings(states.S2B_S4.Outputs(s4_group_weights=part))
        ]

    assert names(head, tail) == []
    assert names(head, whole.rows(0, 0), tail) == []
    assert names(tail, head) == ["WRITER_ORDER_NOT_PK"]
    assert names(head, whole.rows(99, 200)) == ["PK_DUPLICATE"]
    assert names(tail, whole.rows(0, 0), head) == ["WRITER_ORDER_NOT_PK"]


def test_borders_ask_nothing_of_a_table_whose_order_holds_inside_each_part(tiny_original: RunFolder) -> None:
    from engine.core.inputs import opened

    dataset = BY_ID["s4_group_weights"]
    assert dataset.ordered_within == "partition"
    assert BY_ID["s5_selection_log"].ordered_within == BY_ID["s6_edge_log"].ordered_within == "part"
    inside = replace(dataset, ordered_within="part")
    card = replace(states.S2B_S4.CARD, writes=(inside,))
    whole = opened(tiny_original, dataset).read()
    borders = Borders(card)
    for part in (whole.rows(100, 200), whole.rows(0, 100), whole.rows(0, 100)):
        assert list(borders.findings(states.S2B_S4.Outputs(s4_group_weights=part))) == []
    turned = whole.take(np.arange(100)[::-1])
    found = block_findings(card, run_of(tiny_original), None, states.S2B_S4.Outputs(s4_group_weights=turned))
    assert {finding.code.name for findings in found.values() for finding in findings} == {
        "WRITER_ORDER_NOT_PK"
    }
