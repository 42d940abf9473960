"""Every validator of 5B.S4 passes sound data, and finds planted faults under each of its codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.core.runner import StateAborted
from generated import states
from generated.models import s5b as models
from tests.s5b.arrival_faults import FAULTS, columns_of, table_of, with_outputs
from tests.s5b.planted_faults import Fault
from tests.s5b.small_arrivals import SmallArrivals
from tests.s5b.small_segment import findings_of
from tests.s5b.small_series import BASELINE, STRESS, blocks_of

OWN = [spec.id for spec in states.S5B_S4.CARD.validators if spec.method]
BEFORE_ANY_DRAW = [
    fault
    for fault in FAULTS
    if fault.validator in ("V-04", "V-05", "V-06", "V-07", "V-17")
    or fault.name.startswith(
        ("a_merchant_", "merchants_", "a_policy_", "the_timetable_", "the_universe_", "the_edges_")
    )
]
FAMILIES = {
    "rng_commitment_arrival_time_jitter": models.RngCommitmentArrivalTimeJitter,
    "rng_commitment_arrival_site_pick": models.RngCommitmentArrivalSitePick,
    "rng_commitment_arrival_edge_pick": models.RngCommitmentArrivalEdgePick,
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallArrivals:
    return SmallArrivals(tmp_path_factory.mktemp("arrivals"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> SmallArrivals:
    """Commitments instead of events, groups by the day's mix, the settlement's clock first."""
    folder = tmp_path_factory.mktemp("other")
    return SmallArrivals(folder, evidence=0, primary="settlement", selection="day_mix")


@pytest.mark.parametrize("validator", OWN)
@pytest.mark.parametrize("block", [0, 1])
def test_sound_data_passes(small: SmallArrivals, other: SmallArrivals, validator: str, block: int) -> None:
    for one in (small, other):
        assert findings_of("5B.S4", validator, one.inputs, one.outputs[block], one.run) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_planted_fault_is_found_under_its_code(small: SmallArrivals, fault: Fault) -> None:
    inputs, outputs, run = fault.plant(small)  # type: ignore[arg-type]
    found = findings_of(fault.state, fault.validator, inputs, outputs, run)
    codes = {finding.code.name for finding in found}
    spec = next(spec for spec in states.S5B_S4.CARD.validators if spec.id == fault.validator)
    assert fault.code in codes
    assert codes <= {code.name for code in spec.codes}
    for finding in found:
        assert finding.where and finding.expected and finding.found
        assert finding.expected != finding.found


def test_every_validator_and_code_has_a_planted_fault() -> None:
    planted = {(fault.validator, fault.code) for fault in FAULTS}
    declared = {
        (spec.id, code.name) for spec in states.S5B_S4.CARD.validators if spec.method for code in spec.codes
    }
    assert planted == declared


@pytest.mark.parametrize("fault", BEFORE_ANY_DRAW, ids=lambda fault: fault.label)
def test_the_law_refuses_what_it_cannot_route_by(small: SmallArrivals, fault: Fault) -> None:
    inputs, _, run = fault.plant(small)  # type: ignore[arg-type]
    with pytest.raises(StateAborted) as caught:
        blocks_of("5B.S4", inputs, run)
    assert fault.code in {finding.code.name for finding in caught.value.findings}


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(
    "field", ["rows", "events", "blocks", "draws", "part", "first_scenario_id", "last_bucket_index"]
)
def test_a_commitment_that_says_otherwise_is_found(other: SmallArrivals, name: str, field: str) -> None:
    outputs = other.outputs[0]
    (row,) = getattr(outputs, name)
    value = row.content()[field]
    changed = "7" if field == "draws" else STRESS if field == "first_scenario_id" else value + 1
    forged = FAMILIES[name].of({**row.content(), field: changed})
    found = findings_of("5B.S4", "V-18", other.inputs, replace(outputs, **{name: (forged,)}), other.run)
    assert {finding.code.name for finding in found} == {"RNG_ACCOUNTING_MISMATCH"}
    assert any(field in finding.where for finding in found)


def test_a_group_of_the_merchant_is_lawful_under_day_mix_alone(
    small: SmallArrivals, other: SmallArrivals
) -> None:
    table = other.outputs[0].s4_arrival_events_5B[BASELINE]
    physical = ~table.is_virtual
    own = table.tz_group_id.decoded() == table.zone_representation.decoded()
    assert 0 < int(np.count_nonzero(physical & ~own)) < int(np.count_nonzero(physical))
    mixed = replace(small.outputs[0], s4_arrival_events_5B={BASELINE: table})
    found = findings_of("5B.S4", "V-11", small.inputs, mixed, small.run)
    assert {finding.code.name for finding in found} == {"SITE_RESOLUTION_FAILED"}


def test_the_settlement_clock_is_primary_where_the_policy_says_so(other: SmallArrivals) -> None:
    table = other.outputs[0].s4_arrival_events_5B[BASELINE]
    virtual = table.is_virtual
    assert (
        table.tzid_primary.take(virtual).decoded().tolist()
        == table.tzid_settlement.take(virtual).decoded().tolist()
    )
    assert (table.ts_local_primary[virtual] == table.ts_local_settlement.data[virtual]).all()


def test_an_arrival_is_named_by_part_row_and_key(small: SmallArrivals) -> None:
    held = small.outputs[0].s4_arrival_events_5B[BASELINE]
    columns: Any = columns_of(held)
    columns["site_id"][40] = np.uint64(5)
    inputs, outputs, run = with_outputs(small, s4_arrival_events_5B={BASELINE: table_of(held, columns)})
    (finding,) = findings_of("5B.S4", "V-11", inputs, outputs, run)
    for text in ("part 0 row 40", BASELINE, "merchant_id 7", f"arrival_seq {held.arrival_seq[40]}"):
        assert text in finding.where
    assert "site_id 5" in finding.found and "zone of the series" in finding.expected
