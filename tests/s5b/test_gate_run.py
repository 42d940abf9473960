"""5B.S0 and 5B.S1 in a run: gates of seven segments, scenarios, seals of every partition, and what is left behind."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codegen.runtime.canonical import parse_json
from engine.core import seals
from engine.core.content_digest import content_digest_of_files
from engine.core.digests import folder_digest
from engine.core.errors import EngineError, SealFailure, SealReason
from engine.core.identity import scenario_set_digest
from engine.core.inventory import sealed_inventory
from engine.core.run import RunFolder
from engine.core.runner import opened_inputs
from engine.execute import plan, prepare, session
from engine.execute.verify import verified
from generated import states
from generated.datasets import BY_ID
from generated.tables.s5a import MerchantZoneScenarioLocal5A
from tests.s5b.gated_runs import (
    OWN,
    asking_for,
    forged,
    own_files,
    place,
    refusal,
    run_states,
    without_record,
)
from tests.support.runs import config_folder, flipped, published_bytes, unchecked_policies

SEGMENTS = ("1A", "1B", "2A", "2B", "3A", "3B", "5A")
SCENARIOS = ("baseline_v1", "stress_peak_v1")
LOCAL = "merchant_zone_scenario_local_5A"
GATE = states.S5B_S0.CARD


def _document(folder: RunFolder, dataset: str) -> Any:
    return parse_json(place(folder, dataset).read_bytes(), name=dataset)


# -- what they leave -------------------------------------------------------------------------------------------


def test_the_states_are_done_again_with_the_same_bytes(
    gated_original: RunFolder, ungated_run: RunFolder
) -> None:
    results = run_states(ungated_run, "5B.S0", "5B.S1")
    assert [result.status for result in results] == ["made", "made"]
    assert published_bytes(ungated_run) == published_bytes(gated_original)
    assert [result.status for result in run_states(ungated_run, "5B.S0", "5B.S1")] == ["reused", "reused"]


def test_the_segment_verifies_with_every_block_computed_again(gated_original: RunFolder) -> None:
    found = verified(gated_original.root, replay=1.0).findings
    assert [finding for finding in found if "5B" in f"{finding.code.full} {finding.where}"] == []


def test_the_receipt_tells_of_seven_bundles_and_of_the_inventory(gated_original: RunFolder) -> None:
    receipt, rows = (_document(gated_original, d) for d in ("s0_gate_receipt_5B", "sealed_inputs_5B"))
    assert sorted(receipt["upstream_segments"]) == sorted(SEGMENTS)
    for segment, gate in receipt["upstream_segments"].items():
        flag = (gated_original.root / gate["flag_path"]).read_text("utf-8")
        stated = json.loads(flag)["bundle_digest_sha256"] if segment == "5A" else flag.split("=")[1].strip()
        assert gate == {
            "status": "PASS",
            "bundle_path": gate["flag_path"].removesuffix("/_passed.flag"),
            "flag_path": gate["flag_path"],
            "bundle_digest": stated,
        }
    lines = "".join(
        json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows
    )
    assert receipt["sealed_inputs_digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert receipt["sealed_inputs_row_count"] == len(rows)
    assert receipt["scenario_set"] == list(SCENARIOS)


def test_the_inventory_has_the_digest_that_its_note_says(gated_original: RunFolder) -> None:
    rows = _document(gated_original, "sealed_inputs_5B")
    assert [row["artifact_id"] for row in rows] == [
        row["artifact_id"]
        for row in sorted(rows, key=lambda r: (r["owner_layer"], r["owner_segment"], r["artifact_id"]))
    ]
    for row in rows:
        assert row["notes"] == ("structural" if "seed" in row["partition_keys"] else "")
        if row["notes"]:
            described = {
                "manifest_key": row["manifest_key"],
                "schema_ref": row["schema_ref"],
                "path_template": row["path_template"],
                "partition_keys": row["partition_keys"],
                "scenario_ids": list(SCENARIOS) if "scenario_id" in row["partition_keys"] else [],
            }
            text = json.dumps(described, sort_keys=True, separators=(",", ":"))
            assert row["sha256_hex"] == hashlib.sha256(text.encode()).hexdigest()
            continue
        path = place(gated_original, row["artifact_id"])
        if row["role"] == "bundle":
            inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name != "_passed.flag")
            lines = "".join(
                f"{p.relative_to(path).as_posix()}\0{hashlib.sha256(p.read_bytes()).hexdigest()}\n"
                for p in sorted(inside, key=lambda p: p.relative_to(path).as_posix())
            )
            assert row["sha256_hex"] == hashlib.sha256(lines.encode()).hexdigest()
        elif path.is_file():
            assert row["sha256_hex"] == hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            assert row["sha256_hex"] == folder_digest(path)


def test_the_bytes_of_every_seed_scoped_partition_are_sealed(gated_original: RunFolder) -> None:
    rows = _document(gated_original, "sealed_data_5B")
    wanted = set()
    for read in GATE.reads:
        if "seed" in read.dataset.path.tokens and read.dataset.id not in (
            "merchant_zone_scenario_utc_5A",
            "merchant_zone_overlay_factors_5A",
        ):
            for scenario in SCENARIOS if read.dataset.path.split_token else ("",):
                path = place(gated_original, read.dataset.id, scenario)
                wanted.add((read.dataset.id, path.relative_to(gated_original.root).as_posix()))
    assert {(row["artifact_id"], row["path"]) for row in rows} == wanted
    for row in rows:
        path, dataset = gated_original.root / row["path"], BY_ID[row["artifact_id"]]
        assert row["sha256_hex"] == (folder_digest(path) if path.is_dir() else seals.MEMORY.file(path))
        assert (row["content_digest"] is None) == (dataset.format != "parquet")


# -- upstream gates --------------------------------------------------------------------------------------------


def _flag(folder: RunFolder, segment: str) -> Path:
    return place(folder, f"validation_passed_flag_{segment}")


def _no_flag(folder: RunFolder, segment: str) -> None:
    _flag(folder, segment).unlink()


def _no_bundle(folder: RunFolder, segment: str) -> None:
    shutil.rmtree(place(folder, f"validation_bundle_{segment}"))


def _a_changed_byte(folder: RunFolder, segment: str) -> None:
    bundle = place(folder, f"validation_bundle_{segment}")
    members = sorted(
        p for p in bundle.rglob("*") if p.is_file() and p.name not in ("index.json", "_passed.flag")
    )
    flipped(members[0])


def _another_digest(folder: RunFolder, segment: str) -> None:
    path = _flag(folder, segment)
    text = path.read_text("utf-8")
    digest = next(part for part in text.replace('"', " ").replace("}", " ").split() if len(part) == 64)
    path.write_text(text.replace(digest, digest[::-1]), "utf-8")


def _the_other_form(folder: RunFolder, segment: str) -> None:
    path = _flag(folder, segment)
    is_json = path.read_text("utf-8").startswith("{")
    digest = "0" * 64
    other = {"manifest_fingerprint": folder.identity.manifest_fingerprint, "bundle_digest_sha256": digest}
    path.write_text(f"sha256_hex = {digest}\n" if is_json else json.dumps(other), "utf-8")


def _a_file_more(folder: RunFolder, segment: str) -> None:
    (place(folder, f"validation_bundle_{segment}") / "notes.txt").write_text("one more", "utf-8")


GATE_FAULTS = {
    _no_flag: "UPSTREAM_GATE_MISSING",
    _no_bundle: "UPSTREAM_GATE_MISSING",
    _a_changed_byte: "UPSTREAM_GATE_MISMATCH",
    _another_digest: "UPSTREAM_GATE_MISMATCH",
    _the_other_form: "UPSTREAM_GATE_MISMATCH",
    _a_file_more: "UPSTREAM_GATE_MISMATCH",
}


@pytest.mark.parametrize("segment", SEGMENTS)
def test_no_pass_no_read(ungated_run: RunFolder, segment: str) -> None:
    whole = place(ungated_run, f"validation_bundle_{segment}")
    kept = whole.with_name(f"kept {segment}")
    shutil.copytree(whole, kept)
    for damage, code in GATE_FAULTS.items():
        damage(ungated_run, segment)
        error = refusal(ungated_run, "5B.S0")
        assert (error.code.name, damage.__name__) == (code, damage.__name__)
        assert f"layer{BY_ID[f'validation_bundle_{segment}'].layer}/{segment}/" in error.where
        assert error.exit_code == 4
        assert own_files(ungated_run) == []
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(kept, whole)
    shutil.rmtree(kept)
    assert run_states(ungated_run, "5B.S0")[0].status == "made"


def test_a_json_flag_of_another_world_is_refused(ungated_run: RunFolder) -> None:
    path = _flag(ungated_run, "5A")
    value = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(value | {"manifest_fingerprint": "0" * 64}), "utf-8")
    assert refusal(ungated_run, "5B.S0").code.name == "UPSTREAM_GATE_MISMATCH"


# -- scenarios -------------------------------------------------------------------------------------------------


def test_a_run_of_one_scenario_seals_and_plans_that_one_alone(ungated_run: RunFolder) -> None:
    folder = asking_for(ungated_run, "stress_peak_v1")
    shutil.rmtree(place(folder, LOCAL, "baseline_v1"))  # what was not asked for is not looked at
    run_states(folder, "5B.S0", "5B.S1")
    assert _document(folder, "s0_gate_receipt_5B")["scenario_set"] == ["stress_peak_v1"]
    opened = opened_inputs(states.S5B_S1, folder, sealed_inventory(folder, GATE))
    assert list(opened.merchant_zone_scenario_local_5A) == ["stress_peak_v1"]
    sealed = [row["path"] for row in _document(folder, "sealed_data_5B") if row["artifact_id"] == LOCAL]
    assert [path.rsplit("=", 1)[1] for path in sealed] == ["stress_peak_v1"]
    for dataset in states.S5B_S1.CARD.writes:
        assert [path.name for path in place(folder, dataset.id, "x").parent.iterdir()] == [
            "scenario_id=stress_peak_v1"
        ]


def test_a_scenario_that_the_manifest_lacks_is_refused(ungated_run: RunFolder) -> None:
    error = refusal(asking_for(ungated_run, "baseline_v1", "boom_v1"), "5B.S0")
    assert error.code.name == "SCENARIO_SET_INVALID"
    assert error.found == "boom_v1" and "baseline_v1, stress_peak_v1" in error.expected
    assert own_files(ungated_run) == []


def _manifest(folder: RunFolder, change: Callable[[pa.Table], pa.Table]) -> None:
    (path,) = sorted(place(folder, "scenario_manifest_5A").glob("*.parquet"))[:1]
    for part in place(folder, "scenario_manifest_5A").glob("*.parquet"):
        if part != path:
            part.unlink()
    table = pq.read_table(path)
    pq.write_table(change(table), path, store_schema=False)
    without_record(folder, "scenario_manifest_5A")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda table: table.slice(0, 0), "SCENARIO_SET_INVALID"),
        (lambda table: pa.concat_tables([table, table]), "SCENARIO_SET_INVALID"),
        (lambda table: table.drop_columns(["labels"]), "CATALOGUE_INCOMPLETE"),
        (
            lambda table: table.slice(0, 1).set_column(
                0, table.schema.field("scenario_id"), pa.array(["../up"])
            ),
            "SCENARIO_SET_INVALID",
        ),
    ],
    ids=["empty", "twice", "a column less", "no path can hold it"],
)
def test_a_manifest_that_cannot_be_used_is_refused(
    ungated_run: RunFolder, change: Callable[[pa.Table], pa.Table], code: str
) -> None:
    _manifest(ungated_run, change)
    assert refusal(ungated_run, "5B.S0").code.name == code
    assert own_files(ungated_run) == []


def test_a_manifest_that_is_no_parquet_file_is_refused(ungated_run: RunFolder) -> None:
    for part in place(ungated_run, "scenario_manifest_5A").glob("*.parquet"):
        part.write_bytes(b"not Parquet")
    without_record(ungated_run, "scenario_manifest_5A")
    assert refusal(ungated_run, "5B.S0").code.name == "CATALOGUE_INCOMPLETE"


def test_a_scenario_without_its_intensities_is_refused(ungated_run: RunFolder) -> None:
    shutil.rmtree(place(ungated_run, LOCAL, "stress_peak_v1"))
    error = refusal(ungated_run, "5B.S0")
    assert error.code.name == "SEALED_INPUTS_INCOMPLETE"
    assert "scenario_id=stress_peak_v1" in error.where and error.found == "nothing"


def test_an_optional_input_of_one_scenario_needs_the_other_too(ungated_run: RunFolder) -> None:
    shutil.copytree(
        place(ungated_run, LOCAL, "baseline_v1"),
        place(ungated_run, "merchant_zone_scenario_utc_5A", "baseline_v1"),
    )
    error = refusal(ungated_run, "5B.S0")
    assert error.code.name == "SEALED_INPUTS_INCOMPLETE"
    assert "merchant_zone_scenario_utc_5A" in error.where


def test_the_scenarios_of_a_run_are_part_of_its_identity(tmp_path: Path) -> None:
    policies, ingress = prepare.recipe_policies("tiny"), session.ingress()

    def made(scenarios: list[str] | None) -> RunFolder:
        return prepare.prepared_run(
            policies, runs_root=tmp_path / "runs", ingress=ingress, scenarios=scenarios
        )

    whole, one, other = made(None), made(["stress_peak_v1"]), made(["baseline_v1", "stress_peak_v1"])
    assert len({folder.identity.run_id for folder in (whole, one, other)}) == 3
    assert whole.requested == {} and "scenario_set" not in whole.receipt
    assert one.requested == {"scenario_id": ("stress_peak_v1",)}
    assert one.receipt["run_inputs"] == [
        {"id": "scenario_set", "sha256_hex": scenario_set_digest(["stress_peak_v1"])}
    ]


# -- inputs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["outlet_catalogue", "s4_group_weights", "edge_alias_blob_3B", LOCAL])
def test_an_input_that_is_no_longer_what_was_published_is_not_sealed(
    ungated_run: RunFolder, dataset: str
) -> None:
    path = place(ungated_run, dataset, "baseline_v1")
    flipped(path if path.is_file() else min(path.glob("*.parquet")))
    assert refusal(ungated_run, "5B.S0").code.name == "SEAL_DIGEST_MISMATCH"
    assert own_files(ungated_run) == []


def test_a_table_without_a_record_has_its_content_digest_from_its_rows(
    gated_original: RunFolder, ungated_run: RunFolder
) -> None:
    without_record(ungated_run, "merchant_zone_profile_5A")
    run_states(ungated_run, "5B.S0")
    assert _document(ungated_run, "sealed_data_5B") == _document(gated_original, "sealed_data_5B")


@pytest.mark.parametrize("content", [b"not Parquet", None], ids=["garbage", "other columns"])
def test_a_table_without_a_record_that_is_not_its_contracts_is_not_sealed(
    ungated_run: RunFolder, content: bytes | None
) -> None:
    (path,) = place(ungated_run, "outlet_catalogue").glob("*.parquet")
    if content is None:
        pq.write_table(pq.read_table(path).drop_columns(["mcc"]), path)
    else:
        path.write_bytes(content)
    without_record(ungated_run, "outlet_catalogue")
    error = refusal(ungated_run, "5B.S0")
    assert error.code.name == "CATALOGUE_INCOMPLETE" and "outlet_catalogue" in error.where
    assert own_files(ungated_run) == []


def test_a_policy_of_another_version_is_refused(gated_original: RunFolder, tmp_path: Path) -> None:
    raised = config_folder(
        tmp_path / "config", {"grouping_policy_5B": lambda data: data.replace(b"v1.0.0", b"v2.0.0")}
    )
    root = tmp_path / "runs"
    root.mkdir()
    (root / gated_original.root.name).symlink_to(gated_original.root)  # its world is shared
    with pytest.raises(EngineError) as refused:
        prepare.folder_policies(raised)
    assert refused.value.code.full == "POLICY-013" and "/version" in refused.value.where
    folder = prepare.prepared_run(unchecked_policies(raised), runs_root=root, ingress=session.ingress())
    with pytest.raises(EngineError) as refused:
        session.run_states(folder, plan.planned(None, "5B.S0"), jobs=1)
    error = refused.value
    assert error.code.name == "POLICY_VERSION_MISMATCH"
    assert (error.where, error.expected, error.found) == (
        "grouping_policy_5B /version",
        "a version v1.x.x",
        "v2.0.0",
    )
    assert own_files(folder) == []


# -- seals -----------------------------------------------------------------------------------------------------


def _replan(folder: RunFolder) -> None:
    """Forget what S1 published, so that it must run."""
    for dataset in states.S5B_S1.CARD.writes:
        shutil.rmtree(folder.root / "published" / dataset.id)
        shutil.rmtree(place(folder, dataset.id, "x").parent)


SEALED = [
    (LOCAL, "baseline_v1"),
    (LOCAL, "stress_peak_v1"),
    ("merchant_zone_profile_5A", ""),
    ("scenario_manifest_5A", ""),
    ("virtual_classification_3B", ""),
]


@pytest.mark.parametrize(("dataset", "scenario"), SEALED)
def test_no_partition_is_read_whose_bytes_changed_since_the_gate(
    gated_run: RunFolder, dataset: str, scenario: str
) -> None:
    _replan(gated_run)
    path = min(place(gated_run, dataset, scenario).glob("*.parquet"))
    before = path.read_bytes()
    for damage in (lambda: flipped(path), path.unlink):
        damage()
        error = refusal(gated_run, "5B.S1")
        assert error.code.name == "UPSTREAM_NOT_PASS"
        assert error.where.startswith("data/") and "sealed sha256" in error.expected
        path.write_bytes(before)
    (path.parent / "part-00009.parquet").write_bytes(before)
    assert refusal(gated_run, "5B.S1").code.name == "UPSTREAM_NOT_PASS"
    (path.parent / "part-00009.parquet").unlink()
    assert run_states(gated_run, "5B.S1")[0].status == "made"


@pytest.mark.parametrize("dataset", [dataset.id for dataset in GATE.writes])
def test_changed_gate_evidence_is_refused(gated_run: RunFolder, dataset: str) -> None:
    _replan(gated_run)
    flipped(place(gated_run, dataset))
    assert refusal(gated_run, "5B.S1").code.name == "S0_GATE_MISSING"
    place(gated_run, dataset).unlink()
    assert refusal(gated_run, "5B.S1").code.name == "S0_GATE_MISSING"
    without_record(gated_run, dataset)
    assert refusal(gated_run, "5B.S1").code.name == "S0_GATE_MISSING"


def test_without_the_gate_nothing_is_planned(ungated_run: RunFolder) -> None:
    assert refusal(ungated_run, "5B.S1").code.name == "S0_GATE_MISSING"
    assert own_files(ungated_run) == []


Rows = list[dict[str, Any]]


def _changed(name: str, **values: Any) -> Callable[[Rows], Rows]:
    return lambda rows: [
        row | {k: v(row[k]) if callable(v) else v for k, v in values.items()}
        if row["artifact_id"] == name
        else row
        for row in rows
    ]


def _no_row(name: str) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if row["artifact_id"] != name]


FORGERIES: list[tuple[str, Callable[[Rows], Rows], str]] = [
    ("sealed_inputs_5B", _no_row("merchant_zone_profile_5A"), "UPSTREAM_NOT_PASS"),
    ("sealed_inputs_5B", _no_row("grouping_policy_5B"), "UPSTREAM_NOT_PASS"),
    ("sealed_inputs_5B", _changed("grouping_policy_5B", sha256_hex="0" * 64), "UPSTREAM_NOT_PASS"),
    ("sealed_inputs_5B", _changed("scenario_manifest_5A", sha256_hex="0" * 64), "UPSTREAM_NOT_PASS"),
    (
        "sealed_inputs_5B",
        _changed("scenario_manifest_5A", path_template=lambda text: text.replace("5A", "5C")),
        "UPSTREAM_NOT_PASS",
    ),
    (
        "sealed_inputs_5B",
        _changed(LOCAL, path_template=lambda text: text.replace("local/", "global/")),
        "S0_GATE_MISSING",
    ),
    ("sealed_inputs_5B", _changed(LOCAL, notes=""), "S0_GATE_MISSING"),
    ("sealed_inputs_5B", _changed(LOCAL, manifest_fingerprint="0" * 64), "S0_GATE_MISSING"),
    ("sealed_data_5B", _no_row(LOCAL), "S0_GATE_MISSING"),
    ("sealed_data_5B", _changed(LOCAL, sha256_hex="0" * 64), "UPSTREAM_NOT_PASS"),
    (
        "sealed_data_5B",
        _changed("merchant_zone_profile_5A", path=lambda text: text.replace("seed=42", "seed=43")),
        "UPSTREAM_NOT_PASS",
    ),
    ("sealed_data_5B", _changed("merchant_zone_profile_5A", path="data/elsewhere"), "S0_GATE_MISSING"),
]


@pytest.mark.parametrize(("dataset", "change", "code"), FORGERIES)
def test_forged_gate_evidence_with_true_records_is_refused(
    gated_run: RunFolder, dataset: str, change: Callable[[Rows], Rows], code: str
) -> None:
    _replan(gated_run)
    forged(gated_run, dataset, change)
    assert refusal(gated_run, "5B.S1").code.name == code


def test_verification_finds_forged_evidence(gated_run: RunFolder) -> None:
    forged(gated_run, "sealed_data_5B", _changed("outlet_catalogue", sha256_hex="0" * 64))
    assert "SEALED_INPUTS_INCOMPLETE" in {f.code.name for f in verified(gated_run.root).findings}


def test_the_inventory_gives_every_partition_of_an_input(gated_original: RunFolder) -> None:
    rows = sealed_inventory(gated_original, GATE)
    assert sorted(rows) == sorted(row["artifact_id"] for row in _document(gated_original, "sealed_inputs_5B"))
    assert list(rows[LOCAL].split) == list(SCENARIOS)
    for name, row in rows.items():
        read = next(read for read in GATE.reads if read.dataset.id == name)
        if read.dataset.kind == "bundle":
            continue  # its own index and flag say whether it holds
        assert seals.check_sealed(gated_original, read, rows) == row
    columns = [(c.name, c.type, c.nullable, c.constant) for c in MerchantZoneScenarioLocal5A.SPEC.columns]
    parts = place(gated_original, LOCAL, "baseline_v1").glob("*.parquet")
    assert rows[LOCAL].split["baseline_v1"].content_digest == content_digest_of_files(columns, parts)


def test_an_optional_input_that_was_not_sealed_is_no_input(gated_original: RunFolder) -> None:
    read = next(read for read in GATE.reads if read.dataset.id == "merchant_zone_scenario_utc_5A")
    assert seals.check_sealed(gated_original, read, sealed_inventory(gated_original, GATE)) is None
    required = next(read for read in GATE.reads if read.dataset.id == LOCAL)
    with pytest.raises(SealFailure) as failed:
        seals.check_sealed(gated_original, required, {})
    assert failed.value.reason is SealReason.MISSING


def test_every_output_of_both_states_is_there(gated_original: RunFolder) -> None:
    assert len(OWN) == 5
    for dataset in OWN:
        assert place(gated_original, dataset.id, "baseline_v1").exists()
