"""S8: the bundle of a sound run, and every code under which it refuses one that is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.bundles import bundle_documents, write_bundle
from engine.core.digests import FLAG_NAME, INDEX_NAME, folder_files, sha256_bytes
from engine.core.errors import EngineError
from engine.core.gates import verify_bundle
from engine.core.run import RunFolder
from engine.core.runner import StateAborted
from engine.execute import plan, session
from engine.execute.verify import verified
from engine.s2b.s8_validation_bundle import (
    BUNDLE,
    POLICIES,
    TRACE_TOTALS,
    ValidationBundleValidators,
    flag_findings,
    index_findings,
    policy_member,
    report_member,
    validation_bundle,
)
from generated import states
from generated.datasets import BY_ID
from generated.models.s2b import S7AuditReport
from tests.s2b.routed_runs import change_document, copied, without_dataset

CODES = states.S2B_S8.CARD.errors


def bundled(folder: RunFolder, first: str = "2B.S7") -> dict[str, bytes]:
    """Run S7 and S8; every file of the bundle."""
    session.run_states(folder, plan.planned(first, "2B.S8"), jobs=1)
    return {name: path.read_bytes() for name, path in folder_files(folder.path(BUNDLE)).items()}


def seen_by_s8(folder: RunFolder, patch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The inputs and the run that S8 is given, with S7's report there."""
    from engine.core import registry

    caught: list[tuple[Any, Any]] = []

    def law(inputs: Any, run: Any) -> Any:
        caught.append((inputs, run))
        return validation_bundle(inputs, run)

    patch.setitem(registry._LAWS, "2B.S8", law)
    bundled(folder)
    return caught[0]


def members_of(outputs: Any) -> Mapping[str, bytes]:
    """The members that the law gives."""
    members: Mapping[str, bytes] = outputs.validation_bundle_2B
    return members


def findings(inputs: Any, run: Any, validator: str, change: Callable[[dict[str, bytes]], None]) -> set[Any]:
    """The codes that one validator finds in a changed bundle of these inputs."""
    outputs = validation_bundle(inputs, run)
    members = dict(members_of(outputs))
    change(members)
    spec = next(spec for spec in states.S2B_S8.CARD.validators if spec.id == validator)
    made = ValidationBundleValidators(inputs, run)
    changed = states.S2B_S8.Outputs(validation_bundle_2B=members)
    return {finding.code for finding in made.findings(spec, changed)}


def unchanged(members: dict[str, bytes]) -> None:
    """Leave a bundle as it is."""


def test_the_bundle_holds_the_evidence_byte_for_byte(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    files = bundled(folder)
    seed = folder.identity.seed
    report = folder.path(BY_ID["s7_audit_report"]).read_bytes()
    assert files[report_member(seed)] == report
    for dataset in POLICIES:
        assert files[policy_member(dataset)] == folder.path(dataset).read_bytes()
    records = [path.read_bytes() for path in folder_files(folder.root / "published").values()]
    wanted = {
        f"evidence/publish/{json.loads(data)['dataset']}/record.json": data
        for data in records
        if json.loads(data)["state"] in {f"2B.S{n}" for n in range(1, 7)}
    }
    assert "evidence/publish/s5_selection_log/record.json" in wanted
    assert {n: data for n, data in files.items() if n.startswith("evidence/publish/")} == wanted
    totals = json.loads(files[TRACE_TOTALS])
    drawn = json.loads(report)["metrics"]["draws_observed"]
    assert sum(row["draws_total"] for row in totals) == drawn
    assert {row["substream_label"] for row in totals} == {
        "alias_pick_group",
        "alias_pick_site",
        "cdn_edge_pick",
    }


def test_index_and_flag_follow_the_declared_law(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    files = bundled(folder)
    whole = verify_bundle(folder.path(BUNDLE), bundle_law="index_v2", flag_form="text", index_form="array")
    assert files[FLAG_NAME] == f"sha256_hex = {whole.bundle_digest}\n".encode()
    listed = [row["path"] for row in json.loads(files[INDEX_NAME])]
    assert listed == sorted(files.keys() - {INDEX_NAME, FLAG_NAME})
    assert verified(folder.root).findings == []


def test_a_forged_bundle_is_found_when_its_run_is_verified(
    routed_original: RunFolder, tmp_path: Path
) -> None:
    folder = copied(routed_original, tmp_path)
    files = bundled(folder)
    members = {name: data for name, data in files.items() if name not in (INDEX_NAME, FLAG_NAME)}
    members[TRACE_TOTALS] = document_bytes([])
    index, flag = bundle_documents(
        members, bundle_law="index_v2", flag_form="text", index_form="array", manifest_fingerprint=""
    )
    place = folder.path(BUNDLE)
    for name, data in {**members, INDEX_NAME: index, FLAG_NAME: flag}.items():
        (place / name).write_bytes(data)
    from tests.s2b.routed_runs import partitions, reseal

    reseal(folder, BUNDLE.id, partitions(folder, BUNDLE.id)[0])
    names = {finding.code.name for finding in verified(folder.root).findings}
    assert "REPLAY_MISMATCH" in names


def test_the_bundle_of_a_plan_that_was_not_routed(tiny_run: RunFolder) -> None:
    files = bundled(tiny_run)
    assert json.loads(files[TRACE_TOTALS]) == []
    assert verified(tiny_run.root).findings == []


def test_documents_in_memory_are_those_that_are_written(tmp_path: Path) -> None:
    members = {"b/x.json": b"{}\n", "a.json": b"[]\n", "b-c": b"1"}
    for law in ("index_v2", "concat_v1"):
        forms: Any = {"bundle_law": law, "flag_form": "text", "index_form": "array"}
        write_bundle(tmp_path / law, members, manifest_fingerprint="0" * 64, **forms)
        index, flag = bundle_documents(members, manifest_fingerprint="0" * 64, **forms)
        assert (tmp_path / law / INDEX_NAME).read_bytes() == index
        assert (tmp_path / law / FLAG_NAME).read_bytes() == flag


# -- refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "code"), [("s7_audit_report", "032"), ("s4_group_weights", "030"), ("s2_alias_blob", "030")]
)
def test_what_must_be_there_has_its_own_code(
    routed_original: RunFolder, tmp_path: Path, dataset: str, code: str
) -> None:
    folder = copied(routed_original, tmp_path)
    session.run_states(folder, plan.planned("2B.S7", "2B.S7"), jobs=1)
    without_dataset(folder, dataset)
    with pytest.raises(EngineError) as caught:
        bundled(folder, "2B.S8")
    assert caught.value.code is CODES[code]
    assert not folder.path(BUNDLE).exists()


def failing(value: Any) -> Any:
    """A report whose verdict is FAIL."""
    return value | {"summary": value["summary"] | {"overall_status": "FAIL"}}


def hiding(value: Any) -> Any:
    """A report that passed although a check failed."""
    return value | {"checks": [value["checks"][0] | {"status": "FAIL"}, *value["checks"][1:]]}


def incomplete(value: Any) -> Any:
    """A report without its last check."""
    return value | {"checks": value["checks"][:-1]}


def of_another_run(value: Any) -> Any:
    """The report of another run."""
    return value | {"identity": value["identity"] | {"run_id": "0" * 32}}


@pytest.mark.parametrize(
    ("change", "code"), [(failing, "031"), (hiding, "031"), (incomplete, "031"), (of_another_run, "032")]
)
def test_a_report_that_does_not_vouch_is_refused(
    routed_original: RunFolder, tmp_path: Path, change: Callable[[Any], Any], code: str
) -> None:
    folder = copied(routed_original, tmp_path)
    session.run_states(folder, plan.planned("2B.S7", "2B.S7"), jobs=1)
    change_document(folder, "s7_audit_report", change)
    with pytest.raises(StateAborted) as caught:
        bundled(folder, "2B.S8")
    assert {finding.code for finding in caught.value.findings} == {CODES[code]}
    assert not folder.path(BUNDLE).exists()


def test_a_warning_is_allowed_and_recorded(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    session.run_states(folder, plan.planned("2B.S7", "2B.S7"), jobs=1)

    def warned(value: Any) -> Any:
        return value | {"summary": value["summary"] | {"overall_status": "WARN", "warn_count": 1}}

    change_document(folder, "s7_audit_report", warned)
    report = json.loads(bundled(folder, "2B.S8")[report_member(folder.identity.seed)])
    assert report["summary"]["overall_status"] == "WARN"


def test_validators_find_what_is_changed_in_the_members(
    routed_original: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(routed_original, tmp_path)
    inputs, run = seen_by_s8(folder, monkeypatch)
    for validator in ("V-03", "V-04", "V-05", "V-06", "V-07", "V-08", "V-09"):
        assert findings(inputs, run, validator, unchanged) == set()
    policy, report = policy_member(POLICIES[0]), report_member(run.identity.seed)
    cases: list[tuple[str, str, Callable[[dict[str, bytes]], None]]] = [
        ("V-04", "032", lambda members: members.__delitem__(report)),
        ("V-05", "033", lambda members: members.update({policy: members[policy] + b" "})),
        ("V-06", "042", lambda members: members.update({"../outside": b""})),
        ("V-07", "045", lambda members: members.update({FLAG_NAME: b""})),
        ("V-08", "050", lambda members: members.update({report: b"{}\n"})),
    ]
    for validator, code, change in cases:
        assert findings(inputs, run, validator, change) == {CODES[code]}, validator
    no_plan = replace(
        run,
        evidence=replace(
            run.evidence, records=tuple(r for r in run.evidence.records if "s3" not in r["dataset"])
        ),
    )
    assert findings(inputs, no_plan, "V-03", unchanged) == {CODES["030"]}
    assert isinstance(inputs.s7_audit_report, S7AuditReport)


MEMBERS: Mapping[str, bytes] = {"a.json": b"1\n", "b.json": b"2\n"}


def index_of(rows: Any) -> bytes:
    return document_bytes(rows)


def row(path: str, data: bytes) -> dict[str, str]:
    return {"path": path, "sha256_hex": sha256_bytes(data)}


A, B = row("a.json", b"1\n"), row("b.json", b"2\n")


@pytest.mark.parametrize(
    ("index", "validator", "code"),
    [
        (b"[", "V-06", "040"),
        (index_of({"entries": [A, B]}), "V-06", "040"),
        (index_of([A, B | {"role": "x"}]), "V-06", "040"),
        (index_of([A, B | {"sha256_hex": "F" * 64}]), "V-06", "040"),
        (index_of([B, A]), "V-06", "041"),
        (index_of([row("/a.json", b"1\n"), A, B]), "V-06", "042"),
        (index_of([A, A, B]), "V-06", "044"),
        (index_of([A]), "V-07", "043"),
        (index_of([A, B, row("c.json", b"")]), "V-07", "043"),
        (index_of([row(FLAG_NAME, b""), A, B]), "V-07", "045"),
        (index_of([A, B | {"sha256_hex": "0" * 64}]), "V-08", "050"),
    ],
)
def test_each_fault_of_an_index_has_its_code(index: bytes, validator: str, code: str) -> None:
    assert list(index_findings(index_of([A, B]), MEMBERS)) == []
    assert (validator, CODES[code]) in {(owner, f.code) for owner, f in index_findings(index, MEMBERS)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda flag: flag.replace(b"sha256_hex", b"sha256"), "052"),
        (lambda flag: flag + b"more\n", "052"),
        (lambda flag: b"sha256_hex = " + b"0" * 64 + b"\n", "051"),
    ],
)
def test_each_fault_of_a_flag_has_its_code(change: Callable[[bytes], bytes], code: str) -> None:
    _, flag = bundle_documents(
        MEMBERS, bundle_law="index_v2", flag_form="text", index_form="array", manifest_fingerprint=""
    )
    assert list(flag_findings(flag, MEMBERS)) == []
    assert {finding.code for finding in flag_findings(change(flag), MEMBERS)} == {CODES[code]}
