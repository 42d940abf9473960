"""Every validator of 5B.S2 and 5B.S3 passes sound data, and finds planted faults under each of its codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from codegen.runtime.cards import ValidatorSpec
from engine.core.runner import StateAborted
from generated import states
from generated.models.s5b import RngCommitmentArrivalBucketCount, RngCommitmentArrivalLgcpGaussian
from tests.s2b.small_plan import edited
from tests.s5b.planted_faults import Fault
from tests.s5b.series_faults import FAULTS, doubled_channels, mixed_grouping
from tests.s5b.small_segment import findings_of, policy
from tests.s5b.small_series import (
    BASELINE,
    BUCKETS,
    COUNTS,
    LGCP,
    STRESS,
    SmallSeries,
    blocks_of,
    intensities,
    with_values,
)

STATES = ("5B.S2", "5B.S3")
OWN = [(state, spec.id) for state in STATES for spec in states.BY_ID[state].CARD.validators if spec.method]
SOURCE = "merchant_zone_scenario_local_5A"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallSeries:
    return SmallSeries(tmp_path_factory.mktemp("series"))


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> SmallSeries:
    """The same, with commitments in place of events."""
    return SmallSeries(tmp_path_factory.mktemp("committed"), evidence=0)


@pytest.mark.parametrize(("state", "validator"), OWN)
@pytest.mark.parametrize("block", [0, 1])
def test_sound_data_passes(
    small: SmallSeries, committed: SmallSeries, state: str, validator: str, block: int
) -> None:
    for one in (small, committed):
        assert findings_of(state, validator, one.inputs(state), one.outputs(state)[block], one.run) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_planted_fault_is_found_under_its_code(small: SmallSeries, fault: Fault) -> None:
    inputs, outputs, run = fault.plant(small)  # type: ignore[arg-type]
    found = findings_of(fault.state, fault.validator, inputs, outputs, run)
    codes = {finding.code.name for finding in found}
    assert fault.code in codes
    assert codes <= {code.name for code in _spec(fault.state, fault.validator).codes}
    for finding in found:
        assert finding.where and finding.expected and finding.found
        assert finding.expected != finding.found


def _spec(state: str, validator: str) -> ValidatorSpec:
    found: ValidatorSpec = next(s for s in states.BY_ID[state].CARD.validators if s.id == validator)
    return found


def test_every_validator_and_code_has_a_planted_fault() -> None:
    planted = {(fault.state, fault.validator, fault.code) for fault in FAULTS}
    declared = {
        (state, spec.id, code.name)
        for state in STATES
        for spec in states.BY_ID[state].CARD.validators
        if spec.method
        for code in spec.codes
    }
    assert planted == declared


@pytest.mark.parametrize(
    ("state", "name", "model"),
    [
        ("5B.S2", "rng_commitment_arrival_lgcp_gaussian", RngCommitmentArrivalLgcpGaussian),
        ("5B.S3", "rng_commitment_arrival_bucket_count", RngCommitmentArrivalBucketCount),
    ],
)
@pytest.mark.parametrize("field", ["rows", "events", "blocks", "draws", "part", "first_scenario_id"])
def test_a_commitment_that_says_otherwise_is_found(
    committed: SmallSeries, state: str, name: str, model: Any, field: str
) -> None:
    outputs = committed.outputs(state)[0]
    (row,) = getattr(outputs, name)
    value = row.content()[field]
    other = "7" if field == "draws" else STRESS if field == "first_scenario_id" else value + 1
    changed = replace(outputs, **{name: (model.of(edited(row.content(), field, other)),)})
    found = findings_of(state, "V-13", committed.inputs(state), changed, committed.run)
    assert {finding.code.name for finding in found} == {"RNG_ACCOUNTING_MISMATCH"}
    assert any(field in finding.where for finding in found)


# -- what the laws refuse before anything is drawn ---------------------------------------------------------------


def refused(state: str, inputs: Any, small: SmallSeries) -> StateAborted:
    with pytest.raises(StateAborted) as caught:
        blocks_of(state, inputs, small.run)
    return caught.value


def with_source(small: SmallSeries, table: Any, scenario: str = BASELINE) -> Any:
    held = dict(small.inputs("5B.S2").merchant_zone_scenario_local_5A)
    held |= small.partitions("broken", {scenario: table})
    return replace(small.inputs("5B.S2"), merchant_zone_scenario_local_5A=held)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1e-9])
@pytest.mark.parametrize("row", [0, 777])
def test_an_intensity_that_is_none_is_named_by_its_row(small: SmallSeries, bad: float, row: int) -> None:
    table = intensities(BASELINE)
    values = table.lambda_local_scenario.copy()
    values[row] = bad
    error = refused("5B.S2", with_source(small, with_values(table, values)), small)
    assert error.code.name == "REALISED_NUMERIC_INVALID"
    assert f"row {row}:" in error.where and f"bucket {row % BUCKETS}" in error.where
    assert error.found == str(bad)


@pytest.mark.parametrize("row", [0, 200, BUCKETS - 1])
def test_a_missing_bucket_is_named(small: SmallSeries, row: int) -> None:
    table = intensities(BASELINE)
    keep = np.arange(table.num_rows) != row
    error = refused("5B.S2", with_source(small, table.take(keep)), small)
    assert {finding.code.name for finding in error.findings} == {"BUCKET_SET_INCONSISTENT"}
    assert any(f"row {row}" in finding.where for finding in error.findings)


def test_a_doubled_bucket_is_named(small: SmallSeries) -> None:
    table = intensities(STRESS)
    doubled = table.take(np.sort(np.append(np.arange(table.num_rows), 400)))
    error = refused("5B.S2", with_source(small, doubled, STRESS), small)
    assert {finding.code.name for finding in error.findings} == {"BUCKET_SET_INCONSISTENT"}
    assert any("row 401" in finding.where for finding in error.findings)


def test_unsorted_series_are_refused(small: SmallSeries) -> None:
    table = intensities(BASELINE)
    order = np.arange(table.num_rows).reshape(-1, BUCKETS)
    order[[2, 3]] = order[[3, 2]]
    error = refused("5B.S2", with_source(small, table.take(order.reshape(-1))), small)
    assert error.code.name == "DOMAIN_ALIGN_FAILED"
    assert f"row {2 * BUCKETS}" in error.where


@pytest.mark.parametrize(
    ("state", "changes", "code"),
    [
        ("5B.S2", {LGCP: policy(LGCP, sigma__channel_multipliers={"mixed": 1.0})}, "LGCP_CONFIG_INVALID"),
        ("5B.S3", {COUNTS: policy(COUNTS, count_law_id="x")}, "COUNT_CONFIG_INVALID"),
        ("5B.S3", {COUNTS: policy(COUNTS, max_count_per_bucket=10)}, "COUNT_CONFIG_INVALID"),
        ("5B.S2", {"s1_time_grid_5B": {}}, "S1_OUTPUT_MISSING"),
        ("5B.S2", {SOURCE: {}}, "LAMBDA_SOURCE_MISSING"),
        ("5B.S3", {"s2_realised_intensity_5B": {}}, "S2_OUTPUT_MISSING"),
    ],
)
def test_a_law_refuses_what_it_cannot_work_with(
    small: SmallSeries, state: str, changes: dict[str, Any], code: str
) -> None:
    error = refused(state, replace(small.inputs(state), **changes), small)
    assert code in {finding.code.name for finding in error.findings}


def test_groups_and_channels_that_would_share_draws_are_refused(small: SmallSeries) -> None:
    mixed = replace(small.inputs("5B.S2"), s1_grouping_5B=mixed_grouping(small))
    assert refused("5B.S2", mixed, small).code.name == "KERNEL_CONSTRUCTION_FAILED"
    doubled = replace(small.inputs("5B.S3"), s1_grouping_5B=doubled_channels(small))
    codes = {finding.code.name for finding in refused("5B.S3", doubled, small).findings}
    assert "DOMAIN_ALIGN_FAILED" in codes
