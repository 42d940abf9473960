"""Every validator of S5 and S6 passes sound data, and finds one planted fault under each of its codes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.core.registry import validators_of
from engine.s2b.edge_policy import EdgeLaw
from generated import errors, states
from tests.s2b.routing_faults import FAULTS, Fault
from tests.s2b.small_plan import findings_of
from tests.s2b.small_routing import SmallRouting, use_small_routing_blocks

STATES = ("2B.S5", "2B.S6")
OWN = [(state, spec.id) for state in STATES for spec in states.BY_ID[state].CARD.validators if spec.method]
PUBLISHING = {("2B.S5", "V-12"): {"080", "081"}, ("2B.S6", "V-12"): {"080", "081"}}
"""Codes that only publishing can give; the runner plants and finds them (tests/core, tests/s2b/test_shared_checks)."""
ELSEWHERE = {("2B.S5", "V-14", "090"), ("2B.S6", "V-14", "090"), ("2B.S6", "V-06", "041")}
"""Faults that need more than other inputs or outputs; each has a test of its own below."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few arrivals."""
    use_small_routing_blocks(monkeypatch)


@pytest.fixture(scope="module", params=["events", "commitments"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SmallRouting:
    """The routing in both forms of evidence."""
    return SmallRouting(
        tmp_path_factory.mktemp("routing"), full_up_to=1000 if request.param == "events" else 0
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, SmallRouting]]:
    """The routing with events, and with commitments."""
    folder = tmp_path_factory.mktemp("whole")
    yield {
        False: SmallRouting(folder / "events"),
        True: SmallRouting(folder / "commitments", full_up_to=0),
    }


@pytest.mark.parametrize(("state", "validator"), OWN)
def test_sound_data_passes(small: SmallRouting, state: str, validator: str) -> None:
    outputs = small.outputs(state)
    assert len(outputs) > 2
    for made in outputs:
        assert findings_of(state, validator, small.inputs(state), made, small.run) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_planted_fault_is_found_under_its_code(whole: dict[bool, SmallRouting], fault: Fault) -> None:
    inputs, outputs, run = fault.plant(whole[fault.committed])
    found = findings_of(fault.state, fault.validator, inputs, outputs, run)
    codes = {finding.code.full for finding in found}
    assert f"{fault.state.replace('.', '-')}-{fault.code}" in codes
    spec = next(s for s in states.BY_ID[fault.state].CARD.validators if s.id == fault.validator)
    assert codes <= {code.full for code in spec.codes}
    for finding in found:
        assert finding.where and finding.expected and finding.found
        assert finding.expected != finding.found


def test_every_validator_and_code_has_a_planted_fault() -> None:
    planted = {(fault.state, fault.validator, fault.code) for fault in FAULTS} | ELSEWHERE
    declared = set()
    for state in STATES:
        for spec in states.BY_ID[state].CARD.validators:
            if spec.method:
                codes = {code.full.rsplit("-", 1)[1] for code in spec.codes}
                declared |= {
                    (state, spec.id, code) for code in codes - PUBLISHING.get((state, spec.id), set())
                }
    assert planted == declared


@pytest.mark.parametrize("state", STATES)
def test_a_changed_file_of_the_plan_is_found(tmp_path: Path, state: str) -> None:
    small = SmallRouting(tmp_path)
    inputs, outputs = small.inputs(state), small.outputs(state)[0]
    inputs = small.inputs(state)
    validators = validators_of(states.BY_ID[state].CARD)
    assert validators is not None
    made = validators(inputs, small.run)
    spec = next(s for s in states.BY_ID[state].CARD.validators if s.id == "V-14")
    assert list(made.findings(spec, outputs)) == []
    (path, *_) = inputs.s5_arrival_roster.paths
    os.utime(path, ns=(1, 1))
    (found,) = made.findings(spec, outputs)
    assert found.code.full == f"{state.replace('.', '-')}-090"
    assert path.name in found.where


def test_a_table_that_does_not_give_back_its_weights_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SmallRouting(tmp_path)
    inputs, outputs = small.inputs("2B.S6"), small.outputs("2B.S6")[0]
    true = EdgeLaw.tables.func  # type: ignore[attr-defined]

    def faulty(law: EdgeLaw) -> object:
        tables = true(law)
        return tables._replace(prob=np.where(tables.prob < 1.0, tables.prob + 1e-9, tables.prob))

    monkeypatch.setattr(EdgeLaw, "tables", property(faulty))
    found = findings_of("2B.S6", "V-06", inputs, outputs, small.run)
    assert {finding.code for finding in found} == {errors.S2B_S6.EDGE_ALIAS_DECODE_INCOHERENT}


def test_evidence_of_no_block_is_found(tmp_path: Path) -> None:
    small = SmallRouting(tmp_path)
    empty = replace(
        small.outputs("2B.S5")[0],
        rng_event_alias_pick_group=None,
        rng_event_alias_pick_site=None,
        rng_trace_log_2B_S5=None,
    )
    (found,) = findings_of("2B.S5", "V-08", small.inputs("2B.S5"), empty, small.run)
    assert found.code is errors.S2B_S5.RNG_DRAWS_COUNT_MISMATCH
