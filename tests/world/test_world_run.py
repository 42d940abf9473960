"""The world as a run publishes it: bundles that verify, a report that tells the truth, the same bytes twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.runtime.canonical import parse_json
from engine.core.digests import lines_digest, sha256_bytes, sha256_file
from engine.core.gates import verify_bundle
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from generated.datasets import BY_ID
from generated.models.layer1 import WorldReport

STATES = ("1A.S0", "1B.S0", "2A.S0", "3A.S0", "3B.S0")


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
    assert len(data_files(folder)) == 34


@pytest.mark.parametrize("segment", ["1A", "1B", "2A", "3A", "3B"])
def test_every_bundle_verifies_and_its_report_lists_what_was_published(
    folder: RunFolder, segment: str
) -> None:
    bundle = folder.path(BY_ID[f"validation_bundle_{segment}"])
    verify_bundle(bundle, bundle_law="concat_v1", flag_form="text", index_form="array")
    report = parse_json((bundle / "world_report.json").read_bytes(), name="world_report.json")
    WorldReport.model_validate(report)
    assert isinstance(report, dict)
    assert report["segment"] == segment
    text = json.dumps(report)
    assert folder.identity.manifest_fingerprint not in text
    assert folder.identity.run_id not in text
    card = plan.card_of(f"{segment}.S0")
    assert [check["id"] for check in report["checks"]] == [f"{card.id}.{one.id}" for one in card.validators]
    tables = [one for one in card.writes if one.kind not in ("bundle", "flag")]
    assert [entry["id"] for entry in report["datasets"]] == sorted(one.id for one in tables)
    for entry in report["datasets"]:
        dataset = BY_ID[entry["id"]]
        published = folder.folder(dataset)
        assert entry["folder_digest"] == lines_digest(
            {path.name: sha256_file(path) for path in published.iterdir()}
        )
        record = json.loads(next((folder.root / "published" / dataset.id).rglob("*.json")).read_bytes())
        assert (entry["rows"], entry["content_digest"]) == (record["rows"], record["content_digest"])
        assert entry["partition"] == list(folder.partition(dataset))


def test_the_reports_name_the_world_that_keys_the_draws(folder: RunFolder) -> None:
    key = prepare.receipt_world_key(folder)
    for segment in ("1A", "3B"):
        bundle = folder.path(BY_ID[f"validation_bundle_{segment}"])
        identity = json.loads((bundle / "world_report.json").read_bytes())["identity"]
        assert identity == {"seed": 42, "world_digest": sha256_bytes(key.text.encode()), "law_version": 1}
