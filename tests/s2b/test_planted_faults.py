"""Every validator of S0 to S4 passes sound data, and finds one planted fault under each of its codes."""

from __future__ import annotations

import pytest

from codegen.runtime.cards import ValidatorSpec
from generated import states
from tests.s2b.plan_oracle import Plan
from tests.s2b.planted_faults import FAULTS, Fault
from tests.s2b.small_plan import SmallPlan, findings_of

STATES = ("2B.S0", "2B.S1", "2B.S2", "2B.S3", "2B.S4")
OWN = [(state, spec.id) for state in STATES for spec in states.BY_ID[state].CARD.validators if spec.method]
UNCODED = {("2B.S3", "V-22"): "062", ("2B.S3", "V-23"): "040"}
"""Validators to which the facts of the segment give no code, with the code of the state's under which they report."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallPlan:
    """A plan with a zero-mass merchant, so that the fallback is at work as well."""
    return SmallPlan(tmp_path_factory.mktemp("plan"), plan=Plan(mode="column"))


@pytest.mark.parametrize(("state", "validator"), OWN)
def test_sound_data_passes(small: SmallPlan, state: str, validator: str) -> None:
    for outputs in small.outputs(state):
        assert findings_of(state, validator, small.inputs(state), outputs, small.run) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_planted_fault_is_found_under_its_code(small: SmallPlan, fault: Fault) -> None:
    inputs, outputs, run = fault.plant(small)
    found = findings_of(fault.state, fault.validator, inputs, outputs, run)
    codes = {finding.code.full for finding in found}
    assert f"{fault.state.replace('.', '-')}-{fault.code}" in codes
    allowed = {code.full for code in _spec(fault.state, fault.validator).codes}
    assert codes <= (allowed or codes)
    for finding in found:
        assert finding.where and finding.expected and finding.found
        assert finding.expected != finding.found


def _spec(state: str, validator: str) -> ValidatorSpec:
    found: ValidatorSpec = next(s for s in states.BY_ID[state].CARD.validators if s.id == validator)
    return found


def test_every_validator_and_code_has_a_planted_fault() -> None:
    planted = {(fault.state, fault.validator, fault.code) for fault in FAULTS}
    declared = set()
    for state in STATES:
        for spec in states.BY_ID[state].CARD.validators:
            if spec.method:
                codes = [code.full.rsplit("-", 1)[1] for code in spec.codes] or [UNCODED[state, spec.id]]
                declared |= {(state, spec.id, code) for code in codes}
    assert planted == declared
