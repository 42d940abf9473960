"""5A.S1: the bundle tells the truth of its segment; faults in report, members and roles are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.inputs import bundle_evidence
from engine.core.run import Evidence, Run, RunFolder, RunNotes
from engine.execute import prepare
from engine.world.s5a_validation_bundle import ValidationBundleValidators, validation_bundle
from generated import states
from generated.errors import S5A_S1
from tests.support.runs import built

Members = dict[str, tuple[str, bytes]]
CARD = states.S5A_S1.CARD
NOTHING: Any = None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return built(tmp_path_factory.mktemp("bundle") / "runs", to="5A.S0")


@pytest.fixture(scope="module")
def run(folder: RunFolder) -> Run:
    evidence = bundle_evidence(CARD, folder)
    key = prepare.receipt_world_key(folder)
    return Run(folder.identity, folder.tokens, {}, RunNotes(), key, evidence=evidence)


def findings(run: Run, members: Any) -> list[Any]:
    validators = ValidationBundleValidators(NOTHING, run)
    outputs = states.S5A_S1.Outputs(validation_bundle_5A=members)
    return [f for one in CARD.validators if one.method for f in validators.findings(one, outputs)]


@pytest.fixture
def members(run: Run) -> Members:
    made: Any = validation_bundle(NOTHING, run).validation_bundle_5A
    return dict(made)


def test_the_bundle_as_it_is_made_is_found_good(run: Run, members: Members) -> None:
    assert findings(run, members) == []
    assert findings(run, lambda _records: members) == []
    assert list(members) == ["world_report.json"]


def with_report(members: Members, change: Callable[[dict[str, Any]], None]) -> Members:
    role, data = members["world_report.json"]
    report = json.loads(data)
    change(report)
    return {**members, "world_report.json": (role, document_bytes(report))}


def put(place: int, field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(report: dict[str, Any]) -> None:
        report["datasets"][place][field] = value

    return change


REPORTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "a dataset left out": lambda report: report["datasets"].pop(),
    "a dataset too many": lambda report: report["datasets"].append({**report["datasets"][0], "id": "other"}),
    "another content": put(0, "content_digest", "0" * 64),
    "another folder": put(1, "folder_digest", "0" * 64),
    "another number of rows": put(2, "rows", 1),
    "another scenario": put(1, "split", "other"),
    "no datasets at all": lambda report: report.pop("datasets"),
}


@pytest.mark.parametrize("name", list(REPORTS))
def test_a_report_that_is_not_true_is_found(run: Run, members: Members, name: str) -> None:
    codes = {finding.code for finding in findings(run, with_report(members, REPORTS[name]))}
    assert codes == {S5A_S1.BUNDLE_INVALID}


def test_a_table_that_was_not_published_is_found(run: Run, members: Members) -> None:
    assert run.evidence is not None
    kept = tuple(one for one in run.evidence.records if one["dataset"] != "scenario_manifest_5A")
    other = replace(run, evidence=Evidence(run.evidence.files, kept))
    assert "scenario_manifest_5A" in {finding.where for finding in findings(other, members)}


@pytest.mark.parametrize(
    "change",
    [
        lambda members: {path: data for path, (_, data) in members.items()},
        lambda members: {path: ("", data) for path, (_, data) in members.items()},
        lambda members: {},
    ],
    ids=["no roles", "an empty role", "no members"],
)
def test_members_without_roles_are_found(run: Run, members: Members, change: Any) -> None:
    assert S5A_S1.BUNDLE_INVALID in {finding.code for finding in findings(run, change(members))}


@pytest.mark.parametrize("part", [0, 1])
def test_an_index_or_flag_that_is_not_the_members_is_found(
    run: Run, members: Members, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    from engine.world import s5a_validation_bundle as module

    written = module.bundle_documents
    other = {
        0: b'{"entries":[]}\n',
        1: document_bytes({"manifest_fingerprint": "0" * 64, "bundle_digest_sha256": "0" * 64}),
    }

    def documents(*arguments: Any, **forms: Any) -> tuple[bytes, bytes]:
        index, flag = written(*arguments, **forms)
        return (other[0], flag) if part == 0 else (index, other[1])

    monkeypatch.setattr(module, "bundle_documents", documents)
    assert [finding.code for finding in findings(run, members)] == [S5A_S1.BUNDLE_INVALID]


def test_the_run_publishes_it_and_finds_it_again(folder: RunFolder, tmp_path: Path) -> None:
    import shutil

    from engine.execute.runs import opened_run
    from engine.execute.verify import verified
    from tests.support.runs import run_to

    target = tmp_path / "runs" / folder.root.name
    shutil.copytree(folder.root, target)
    copy = opened_run(target)
    assert run_to(copy, "5A.S1", "5A.S1")[0].status == "made"
    assert run_to(copy, "5A.S1", "5A.S1")[0].status == "reused"
    assert verified(target, 1.0).findings == []
