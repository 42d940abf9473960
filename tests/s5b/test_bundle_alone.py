"""5B's bundle checked alone: what was altered in it is found, however consistently index and flag were made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.bundles import write_bundle
from engine.core.run import RunFolder
from engine.execute.verify_bundle import verified_bundle
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.support.runs import flipped

BUNDLE = BY_ID["validation_bundle_5B"]


@pytest.fixture
def bundle(passed: RunFolder, tmp_path: Path) -> Path:
    """The bundle, copied to a place without its run."""
    target = tmp_path / "somewhere"
    shutil.copytree(passed.folder(BUNDLE), target)
    return target


def made_again(bundle: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The bundle with some members changed, its index and flag true of them."""
    entries = json.loads((bundle / "index.json").read_text())["entries"]
    members = {row["path"]: (bundle / row["path"]).read_bytes() for row in entries}
    change(members)
    roles = {row["path"]: row["role"] for row in entries if row["path"] in members}
    flag = json.loads((bundle / "_passed.flag").read_text())
    target = bundle.parent / "made again"
    write_bundle(
        target,
        members,
        bundle_law="index_v2",
        flag_form="json",
        index_form="entries",
        manifest_fingerprint=flag["manifest_fingerprint"],
        roles=roles,
    )
    return target


def edited(name: str, *path: str | int, value: Any) -> Callable[[dict[str, bytes]], object]:
    """A change of one value of the member whose path ends so."""

    def change(members: dict[str, bytes]) -> None:
        key = next(one for one in sorted(members) if one.endswith(name))
        document = json.loads(members[key])
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value(place[path[-1]]) if callable(value) else value
        members[key] = document_bytes(document)

    return change


def test_a_sound_bundle_passes_alone(bundle: Path, passed: RunFolder) -> None:
    outcome = verified_bundle(bundle)
    assert outcome.ordered() == [] and outcome.run_id == passed.identity.run_id
    assert outcome.checks["publish records"] > 15 and outcome.checks["policies"] == 10
    found = command("verify", str(bundle))
    assert found.exit_code == 0 and "PASS" in found.out
    assert verified_bundle(made_again(bundle, lambda members: None)).ordered() == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (edited("s0_gate_receipt.json", "seed", value=7), "/seed"),
        (edited("s0_gate_receipt.json", "sealed_inputs_row_count", value=1), "/sealed_inputs_row_count"),
        (edited("sealed_inputs.json", 3, "sha256_hex", value="0" * 64), "/sealed_inputs_digest"),
        (edited("arrival_count_config_5B.yaml", "x", value=1), "policy arrival_count_config_5B"),
        (edited("scenario_id=baseline_v1.json", "rows", value=lambda rows: rows + 1), "/datasets"),
        (edited("scenario_id=baseline_v1.json", "inputs", 0, "digest", value="0" * 64), "input"),
        (edited("scenario_id=stress_peak_v1.json", "inputs_key", value="0" * 64), "inputs_key"),
        (edited("scenario_id=stress_peak_v1.json", "law_version", value=9), "law_version"),
        (edited("validation_report.json", "summary", "overall_status", value="FAIL"), "/summary"),
        (edited("validation_report.json", "checks", 8, "status", value="FAIL"), "/summary"),
        (edited("validation_report.json", "checks", value=lambda rows: rows[:-1]), "/checks"),
        (edited("validation_report.json", "rng_accounting", 1, "draws_observed", value="7"), "draws"),
        (edited("validation_report.json", "replay", "states", 0, "blocks_identical", value=0), "/replay"),
        (edited("validation_report.json", "summary", "issues_total", value=3), "validation_issue_table_5B"),
        (edited("validation_report.json", "summary", "warn_count", value=1), "/summary/warn_count"),
        (edited("validation_report.json", "summary", "not_run_count", value=99), "/summary/not_run_count"),
        (edited("rng_trace_log_5B_S4.json", 0, "events_total", value=1), "trace totals"),
        (edited("validation_report.json", "created_utc", value="2023-01-01T00:00:00.000000Z"), "created_utc"),
    ],
)
def test_what_was_altered_is_found_though_index_and_flag_fit(
    bundle: Path, change: Callable[[dict[str, bytes]], object], where: str
) -> None:
    def as_text(members: dict[str, bytes]) -> object:
        try:
            return change(members)
        except json.JSONDecodeError:  # a YAML policy: one more line
            key = next(one for one in sorted(members) if one.endswith("arrival_count_config_5B.yaml"))
            members[key] += b"# another byte\n"
            return None

    found = verified_bundle(made_again(bundle, as_text)).ordered()
    assert any(where in finding.where for finding in found), found


def test_a_changed_audit_row_is_found(bundle: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        key = next(one for one in sorted(members) if "rng_audit_log_5B_S4" in one and one.endswith(".jsonl"))
        members[key] = members[key].replace(b'"law_version":1', b'"law_version":2')

    found = verified_bundle(made_again(bundle, change)).ordered()
    assert [finding.where for finding in found] == ["rng_audit_log_5B_S4 files"]


@pytest.mark.parametrize("name", ["_passed.flag", "index.json", "reports/validation_report.json"])
def test_one_changed_byte_is_found(bundle: Path, name: str) -> None:
    flipped(bundle / name, at=-5)
    found = command("verify", str(bundle))
    assert found.exit_code == 1 and "FAIL" in found.out


def test_a_member_that_is_gone_is_found(bundle: Path) -> None:
    (bundle / "reports" / "validation_report.json").unlink()
    assert [finding.code.name for finding in verified_bundle(bundle).ordered()] == ["BUNDLE_FILE_MISSING"]
