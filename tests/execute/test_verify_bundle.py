"""A bundle that was copied elsewhere is checked alone: whole it passes, and no rewritten part of it does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.bundles import bundle_documents
from engine.core.digests import FLAG_NAME, INDEX_NAME, folder_files
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import plan, session
from engine.execute.verify_bundle import is_bundle, verified_bundle
from engine.s2b import s8_validation_bundle as s8
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.s2b.routed_runs import copied, routed_original

__all__ = ["routed_original"]


@pytest.fixture(scope="module")
def bundle_original(routed_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of a routed run, copied out of it; tests must not change it."""
    folder = copied(routed_original, tmp_path_factory.mktemp("bundled"))
    session.run_states(folder, plan.planned("2B.S7", "2B.S8"), jobs=1)
    target = tmp_path_factory.mktemp("elsewhere") / "bundle"
    shutil.copytree(folder.path(s8.BUNDLE), target)
    shutil.rmtree(folder.root)
    return target


@pytest.fixture
def bundle(bundle_original: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(bundle_original, tmp_path / "bundle"))


def rebuilt(bundle: Path) -> None:
    """Let index and flag tell of the members as they are now: only what they say can give a change away."""
    files = folder_files(bundle)
    members = {n: p.read_bytes() for n, p in files.items() if n not in (INDEX_NAME, FLAG_NAME)}
    index, flag = bundle_documents(
        members, bundle_law="index_v2", flag_form="text", index_form="array", manifest_fingerprint=""
    )
    (bundle / INDEX_NAME).write_bytes(index)
    (bundle / FLAG_NAME).write_bytes(flag)


def rewrite(bundle: Path, member: str, change: Callable[[Any], Any]) -> None:
    """Change a JSON member and let index and flag tell of it."""
    path = bundle / member
    path.write_bytes(document_bytes(change(json.loads(path.read_bytes()))))
    rebuilt(bundle)


def record(bundle: Path, dataset: str) -> str:
    """The member that holds the first publish record of a dataset."""
    found = sorted((bundle / "evidence" / "publish" / dataset).rglob("*.json"))[0]
    return found.relative_to(bundle).as_posix()


def report(bundle: Path) -> str:
    """The member that holds the audit report."""
    return next(name for name in folder_files(bundle) if name.startswith("reports/"))


def names(bundle: Path) -> set[str]:
    """The names of the codes that verifying a bundle finds."""
    return {finding.code.name for finding in verified_bundle(bundle).findings}


def test_a_copied_bundle_passes_alone(bundle: Path) -> None:
    outcome = verified_bundle(bundle)
    assert outcome.findings == []
    assert outcome.notes == []
    assert outcome.run_id == json.loads((bundle / report(bundle)).read_bytes())["identity"]["run_id"]
    assert outcome.checks["policies"] == 5
    assert outcome.checks["provenances"] >= 10


def test_a_folder_without_an_index_is_no_bundle(tmp_path: Path, tiny_original: RunFolder) -> None:
    assert not is_bundle(tmp_path)
    assert not is_bundle(tiny_original.root)
    with pytest.raises(EngineError):
        verified_bundle(tmp_path)


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (lambda b: (b / FLAG_NAME).unlink(), "FLAG_MISSING"),
        (
            lambda b: (b / FLAG_NAME).write_bytes(b"sha256_hex = " + b"0" * 64 + b"\n"),
            "BUNDLE_DIGEST_MISMATCH",
        ),
        (lambda b: (b / "stray.json").write_bytes(b"{}\n"), "BUNDLE_FILE_EXTRA"),
        (lambda b: (b / s8.TRACE_TOTALS).unlink(), "BUNDLE_FILE_MISSING"),
        (lambda b: (b / s8.TRACE_TOTALS).write_bytes(b"[]\n"), "BUNDLE_FILE_DIGEST_MISMATCH"),
        (lambda b: (b / INDEX_NAME).write_bytes(b"{}\n"), "BUNDLE_INDEX_INVALID"),
    ],
)
def test_a_damaged_bundle_is_found(bundle: Path, damage: Callable[[Path], Any], name: str) -> None:
    damage(bundle)
    assert names(bundle) == {name}


def test_a_policy_that_was_not_sealed_is_found(bundle: Path) -> None:
    member = s8.policy_member(s8.POLICIES[0])
    path = bundle / member
    path.write_bytes(path.read_bytes().replace(b"1.0.0", b"1.0.1"))
    rebuilt(bundle)
    assert names(bundle) == {"SEAL_DIGEST_MISMATCH"}


def test_an_inventory_that_differs_from_the_receipt_is_found(bundle: Path) -> None:
    rewrite(bundle, s8.gate_member(BY_ID["sealed_inputs_2B"]), lambda rows: rows[1:])
    assert "SEAL_PATH_MISMATCH" in names(bundle)


def test_another_seed_in_the_receipt_is_found(bundle: Path) -> None:
    member = s8.gate_member(BY_ID["s0_gate_receipt_2B"])
    seed = json.loads((bundle / member).read_bytes())["seed"]
    (bundle / f"reports/seed={seed + 1}").mkdir()
    shutil.copy(bundle / report(bundle), bundle / s8.report_member(seed + 1))
    rewrite(bundle, member, lambda value: value | {"seed": seed + 1})
    assert "SEAL_PATH_MISMATCH" in names(bundle)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r | {"inputs": [r["inputs"][0] | {"digest": "0" * 64}, *r["inputs"][1:]]},
        lambda r: r | {"inputs": r["inputs"][1:]},
        lambda r: r | {"inputs": [*r["inputs"], {"id": "s4_group_weights", "digest": "0" * 64}]},
        lambda r: r | {"inputs_key": "0" * 64},
        lambda r: r | {"state": "2B.S2"},
        lambda r: r | {"content_digest": "0" * 64},
    ],
    ids=["an input's digest", "an input left out", "an input too many", "key", "state", "content"],
)
def test_a_record_that_tells_of_other_inputs_is_found(bundle: Path, change: Callable[[Any], Any]) -> None:
    rewrite(bundle, record(bundle, "s3_day_effects"), change)
    assert "PUBLISH_RECORD_MISMATCH" in names(bundle)


def test_a_record_in_the_place_of_another_is_found(bundle: Path) -> None:
    first, second = record(bundle, "s2_alias_index"), record(bundle, "s2_alias_blob")
    shutil.copy(bundle / first, bundle / second)
    rebuilt(bundle)
    assert {"PUBLISH_RECORD_INVALID", "PUBLISH_RECORD_MISMATCH"} <= names(bundle)


def test_a_record_of_another_run_is_found(bundle: Path) -> None:
    member = record(bundle, "rng_trace_log_2B_S5")
    path = bundle / member
    moved = path.with_name("run_id=" + "0" * 32 + ".json")
    content = json.loads(path.read_bytes())
    content["partition"] = content["partition"].rpartition("run_id=")[0] + "run_id=" + "0" * 32
    moved.write_bytes(document_bytes(content))
    path.unlink()
    rebuilt(bundle)
    assert "PUBLISH_RECORD_MISMATCH" in names(bundle)


def test_a_missing_record_is_found(bundle: Path) -> None:
    (bundle / record(bundle, "s4_group_weights")).unlink()
    rebuilt(bundle)
    assert "PUBLISH_RECORD_MISMATCH" in names(bundle)


def test_a_report_that_did_not_pass_is_found(bundle: Path) -> None:
    rewrite(bundle, report(bundle), lambda v: v | {"summary": v["summary"] | {"overall_status": "FAIL"}})
    assert "S7_REPORT_NOT_PASS" in names(bundle)


def test_a_report_on_other_inputs_is_found(bundle: Path) -> None:
    def change(value: Any) -> Any:
        rows = value["inputs_digest"]
        return value | {"inputs_digest": [rows[0] | {"digest": "0" * 64}, *rows[1:]]}

    rewrite(bundle, report(bundle), change)
    assert "SEAL_DIGEST_MISMATCH" in names(bundle)


def test_an_account_of_other_draws_is_found(bundle: Path) -> None:
    def change(rows: Any) -> Any:
        return [rows[0] | {"events_total": rows[0]["events_total"] + 1}, *rows[1:]]

    rewrite(bundle, s8.TRACE_TOTALS, change)
    assert "PUBLISH_RECORD_MISMATCH" in names(bundle)


def test_audit_rows_that_were_not_published_are_found(bundle: Path) -> None:
    path = bundle / s8.audit_log_member(s8.AUDIT_LOGS[0])
    path.write_bytes(path.read_bytes() * 2)
    rebuilt(bundle)
    assert "PUBLISH_RECORD_MISMATCH" in names(bundle)


def test_the_command_tells_of_a_bundle_and_exits_by_its_verdict(bundle: Path) -> None:
    done = command("verify", str(bundle))
    assert done.exit_code == 0
    assert "PASS: bundle of run" in done.out
    (bundle / s8.TRACE_TOTALS).write_bytes(b"[]\n")
    done = command("verify", str(bundle), "--json")
    assert done.exit_code == 1
    assert json.loads(done.out)["status"] == "FAIL"
