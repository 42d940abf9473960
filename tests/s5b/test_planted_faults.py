"""Every validator of 5B.S0 and 5B.S1 passes sound data, and finds planted faults under each of its codes."""

from __future__ import annotations

import pytest

from codegen.runtime.cards import ValidatorSpec
from generated import states
from tests.s5b.planted_faults import FAULTS, Fault
from tests.s5b.small_segment import SmallSegment, findings_of, policy

STATES = ("5B.S0", "5B.S1")
OWN = [(state, spec.id) for state in STATES for spec in states.BY_ID[state].CARD.validators if spec.method]
GUIDE = ("5B.S1", "V-13")
"""The targets of a small world are laxer than the guide of a full-size one, which warns."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallSegment:
    return SmallSegment(tmp_path_factory.mktemp("segment"))


@pytest.mark.parametrize(("state", "validator"), [one for one in OWN if one != GUIDE])
def test_sound_data_passes(small: SmallSegment, state: str, validator: str) -> None:
    assert findings_of(state, validator, small.inputs(state), small.outputs(state), small.run) == []


def test_targets_that_meet_the_guide_do_not_warn(small: SmallSegment) -> None:
    from dataclasses import replace

    targets = policy("grouping_policy_5B").guide_targets.content()
    strict = policy(
        "grouping_policy_5B", **{f"realism_targets__{name}": value for name, value in targets.items()}
    )
    inputs = replace(small.inputs("5B.S1"), grouping_policy_5B=strict)
    assert findings_of(*GUIDE, inputs, small.outputs("5B.S1"), small.run) == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_planted_fault_is_found_under_its_code(small: SmallSegment, fault: Fault) -> None:
    inputs, outputs, run = fault.plant(small)
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
