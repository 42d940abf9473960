"""5B.S5 finds every planted fault under its code and its row, publishes nothing then, and says so in its run report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.core.run import RunFolder
from engine.s5b import published_blocks, s4_arrival_events
from engine.s5b.s5_validation_bundle import issue_table, validated, validation_bundle
from engine.s5b.segment_checks import SegmentChecks, check_rows
from generated import states
from generated.tables.s5b import S4ArrivalEvents5B
from tests.s5b.arrived_runs import copied, refused, run_report, seen_by_s5, use_small_blocks
from tests.s5b.segment_faults import ALTERED, BUNDLED, FAULTS, Altered, Fault

CARD = states.S5B_S5.CARD
FLAG_VERDICT = ("V-34", "BUNDLE_DIGEST_MISMATCH")
"""Planted in test_segment_bundle.py."""


def codes_of(validator: str) -> set[str]:
    """The names of the codes that the card lets a check use."""
    return {code.name for spec in CARD.validators if spec.id == validator for code in spec.codes}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.label)
def test_a_fault_is_found_under_its_code_and_leaves_nothing_behind(
    fault: Fault, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original: RunFolder = request.getfixturevalue("parted_arrivals" if fault.parted else "arrived_original")
    if fault.parted:
        use_small_blocks(monkeypatch)
    folder = copied(original, tmp_path)
    named = fault.plant(folder)
    findings = refused(folder).findings
    assert {finding.code.name for finding in findings} == {fault.code, *fault.others}
    with monkeypatch.context() as patched:
        # As of parts with many rows, which are looked at piece by piece; all that is found is the same.
        patched.setattr(published_blocks, "ROWS_IN_MEMORY", 0)
        patched.setattr(s4_arrival_events, "AT_ONCE", 4_000)
        assert refused(folder).findings == findings
    own = [finding for finding in findings if finding.code.name == fault.code]
    assert any(named in finding.where for finding in own), [finding.where for finding in own]
    for finding in findings:
        assert finding.where and finding.expected and finding.found
        assert finding.expected != finding.found
    report = run_report(folder)
    assert report["status"] == "failed"
    told = {(issue["code"], issue["where"]) for issue in report["counters"]["issues"]}
    assert {(finding.code.full, finding.where) for finding in findings} == told
    rows = {row["id"]: row for row in report["counters"]["validation_report"]["checks"]}
    assert rows[fault.validator]["status"] == "FAIL"
    assert rows[fault.validator]["codes"] == [f"5B.S5.{fault.code}"]
    assert {row["id"] for row in report["validators"] if row["status"] == "FAIL"} >= {fault.validator}
    summary = report["counters"]["validation_report"]["summary"]
    assert summary["overall_status"] == "FAIL" and summary["issues_total"] >= len(findings)


@pytest.fixture(scope="module")
def sound(arrived_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Inputs and run as 5B.S5 is handed them, sound."""
    return seen_by_s5(copied(arrived_original, tmp_path_factory.mktemp("sound")))


@pytest.mark.parametrize("fault", ALTERED, ids=lambda fault: fault.label)
def test_a_fault_that_a_seal_would_hide_is_found_under_its_code(
    fault: Altered, sound: tuple[Any, Any]
) -> None:
    inputs, run, named = fault.plant(*sound)
    run = run.apart()
    found = validated(inputs, run)
    own = found.checks.findings[fault.validator]
    assert {finding.code.name for finding in own} == {fault.code}
    assert any(named in finding.where for finding in own), [finding.where for finding in own]
    assert bool(found.failed()) == (fault.validator != "V-22")
    issues = issue_table(inputs, run, found)
    severity = "warn" if fault.validator == "V-22" else "abort"
    rows = issues.arrow.select(["code", "where", "severity"]).to_pylist()
    for finding in own:
        assert {"code": finding.code.full, "where": finding.where, "severity": severity} in rows


def test_sound_inputs_have_no_finding(sound: tuple[Any, Any]) -> None:
    inputs, run = sound
    found = validated(inputs, run.apart())
    assert not any(found.checks.findings.values())
    assert issue_table(inputs, run, found).num_rows == 0


def test_sound_arrivals_at_rest_are_never_read_whole(
    sound: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, run = sound
    wanted = check_rows_of(inputs, run)
    monkeypatch.setattr(published_blocks, "ROWS_IN_MEMORY", 0)
    monkeypatch.setattr(s4_arrival_events, "AT_ONCE", 5_000)
    whole: list[str] = []
    pieces: list[int] = []
    read_file, read_pieces = S4ArrivalEvents5B.read_file, S4ArrivalEvents5B.pieces

    def noted(path: Path) -> Any:
        whole.append(path.name)
        return read_file(path)

    def counted(self: Any, most: int) -> Any:
        pieces.append(0)
        for piece in read_pieces(self, most):
            pieces[-1] += 1
            yield piece

    monkeypatch.setattr(S4ArrivalEvents5B, "read_file", noted)
    monkeypatch.setattr(S4ArrivalEvents5B, "pieces", counted)
    found = check_rows_of(inputs, run)
    assert not any(found.findings.values())
    assert whole == [] and max(pieces) > 1
    assert found.statistics == wanted.statistics and len(found.statistics) > 8
    assert found.rows == wanted.rows


def check_rows_of(inputs: Any, run: Any) -> SegmentChecks:
    """What the checks of all rows find, without the replay."""
    checks = SegmentChecks()
    check_rows(checks, inputs, run.apart())
    return checks


def test_the_issue_table_lists_as_many_rows_of_a_code_as_the_policy_says(sound: tuple[Any, Any]) -> None:
    inputs, run, _ = next(fault for fault in ALTERED if fault.validator == "V-21").plant(*sound)
    policy = inputs.validation_policy_5B.content() | {"max_issue_rows_per_code": 1}
    inputs = replace(inputs, validation_policy_5B=type(inputs.validation_policy_5B).of(policy))
    run = run.apart()
    found = validated(inputs, run)
    assert len(found.checks.findings["V-21"]) == 2
    (row,) = issue_table(inputs, run, found).arrow.to_pylist()
    assert row["where"] == "nonzero_fraction of baseline_v1"
    report = validation_bundle(inputs, run).validation_report_5B
    assert report.summary.issues_total == 2


@pytest.mark.parametrize(("validator", "status"), [("V-05", "NOT_RUN"), ("V-21", "PASS")])
def test_a_replay_that_was_left_out_is_not_told_as_passed(
    validator: str, status: str, sound: tuple[Any, Any]
) -> None:
    """Rows that are wrong already are not computed again; a statistic that fails says nothing against the rows."""
    inputs, run, _ = next(fault for fault in ALTERED if fault.validator == validator).plant(*sound)
    report = validation_bundle(inputs, run.apart()).validation_report_5B
    assert report.summary.overall_status == "FAIL"
    rows = {row.id: row.status for row in report.checks}
    assert (rows[validator], rows["V-20"]) == ("FAIL", status)


def test_every_check_and_code_has_a_planted_fault() -> None:
    planted = {(fault.validator, fault.code) for fault in (*FAULTS, *ALTERED, *BUNDLED)} | {FLAG_VERDICT}
    declared = {(spec.id, code.name) for spec in CARD.validators if spec.method for code in spec.codes}
    assert planted == declared
    for fault in FAULTS:
        assert fault.code in codes_of(fault.validator)
