"""The world as a run publishes it: bundles that verify, a report that tells the truth, the same bytes twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import parse_json
from engine.core.digests import lines_digest, sha256_bytes, sha256_file
from engine.core.gates import verify_bundle
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from generated.datasets import BY_ID
from generated.models.layer1 import WorldReport

STATES = ("1A.S0", "1B.S0", "2A.S0", "3A.S0", "3B.S0", "3B.S1", "5A.S0", "5A.S1")


def built(root: Path) -> RunFolder:
    policies = prepare.recipe_policies("tiny")
    folder = prepare.prepared_run(policies, runs_root=root, ingress=session.ingress())
    results = session.run_states(folder, [plan.card_of(state) for state in STATES])
    assert [result.state for result in results] == list(STATES)
    return folder


def data_files(folder: RunFolder) -> dict[str, str]:
    root = folder.root
    return {
        path.relative_to(root).as_posix(): sha256_file(path)
        for part in ("data", "published")
        for path in sorted((root / part).rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return built(tmp_path_factory.mktemp("runs"))


def test_the_same_recipe_gives_the_same_bytes_in_another_place(folder: RunFolder, tmp_path: Path) -> None:
    again = built(tmp_path / "elsewhere")
    assert again.root.name == folder.root.name
    assert data_files(again) == data_files(folder)
    assert len(data_files(folder)) == 56


SEGMENTS = {
    "1A": ("1A.S0",),
    "1B": ("1B.S0",),
    "2A": ("2A.S0",),
    "3A": ("3A.S0",),
    "3B": ("3B.S0", "3B.S1"),
    "5A": ("5A.S0", "5A.S1"),
}


def records_of(folder: RunFolder, dataset: str) -> list[dict[str, Any]]:
    paths = sorted((folder.root / "published" / dataset).rglob("*.json"))
    return [json.loads(path.read_bytes()) for path in paths]


@pytest.mark.parametrize("segment", list(SEGMENTS))
def test_every_bundle_verifies_and_its_report_lists_what_was_published(
    folder: RunFolder, segment: str
) -> None:
    dataset = BY_ID[f"validation_bundle_{segment}"]
    bundle = folder.path(dataset)
    forms: Any = {name: getattr(dataset, name) for name in ("bundle_law", "flag_form", "index_form")}
    layer1 = {"bundle_law": "concat_v1", "flag_form": "text", "index_form": "array"}
    layer2 = {"bundle_law": "index_v2", "flag_form": "json", "index_form": "entries"}
    assert forms == (layer2 if segment == "5A" else layer1)
    verify_bundle(bundle, **forms, manifest_fingerprint=folder.identity.manifest_fingerprint)
    report = parse_json((bundle / "world_report.json").read_bytes(), name="world_report.json")
    WorldReport.model_validate(report)
    assert isinstance(report, dict)
    assert report["segment"] == segment
    text = json.dumps(report)
    assert folder.identity.manifest_fingerprint not in text
    assert folder.identity.run_id not in text
    cards = [plan.card_of(state) for state in SEGMENTS[segment]]
    wanted = [f"{card.id}.{one.id}" for card in cards for one in card.validators]
    assert [check["id"] for check in report["checks"]] == wanted
    outputs = sorted(one.id for card in cards for one in card.writes if one.kind not in ("bundle", "flag"))
    records = [record for name in outputs for record in records_of(folder, name)]
    assert [entry["id"] for entry in report["datasets"]] == [record["dataset"] for record in records]
    assert set(outputs) == {record["dataset"] for record in records}
    for entry, record in zip(report["datasets"], records, strict=True):
        assert (entry["rows"], entry["content_digest"]) == (record["rows"], record["content_digest"])
        files = {one["path"]: one["sha256_hex"] for one in record["files"]}
        assert entry["folder_digest"] == lines_digest(files)
        tokens = [part.split("=") for part in record["partition"].split("/")]
        assert entry["partition"] == [name for name, _ in tokens]
        assert entry.get("split") == dict(tokens).get("scenario_id")


def test_the_bundle_of_5a_states_roles_and_its_world(folder: RunFolder) -> None:
    bundle = folder.path(BY_ID["validation_bundle_5A"])
    data = (bundle / "world_report.json").read_bytes()
    entry = {"path": "world_report.json", "role": "report", "sha256_hex": hashlib.sha256(data).hexdigest()}
    assert json.loads((bundle / "index.json").read_bytes()) == {"entries": [entry]}
    digest = hashlib.sha256(f"world_report.json\0{entry['sha256_hex']}\n".encode()).hexdigest()
    assert json.loads((bundle / "_passed.flag").read_bytes()) == {
        "bundle_digest_sha256": digest,
        "manifest_fingerprint": folder.identity.manifest_fingerprint,
    }


def test_the_reports_name_the_world_that_keys_the_draws(folder: RunFolder) -> None:
    key = prepare.receipt_world_key(folder)
    for segment in ("1A", "3B", "5A"):
        bundle = folder.path(BY_ID[f"validation_bundle_{segment}"])
        identity = json.loads((bundle / "world_report.json").read_bytes())["identity"]
        assert identity == {"seed": 42, "world_digest": sha256_bytes(key.text.encode()), "law_version": 1}
