"""The identity of a run, against published vectors and by recomputation from its receipt."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes, parse_json
from engine.core import digests, identity
from engine.core.errors import SealFailure, SealReason

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digests.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS["parameter_hash"])
def test_parameter_hash_matches_the_vectors(vector: dict[str, Any], tmp_path: Path) -> None:
    for number, (policy, text) in enumerate(vector["policies"].items()):
        folder = tmp_path / ("deep/er" if number % 2 else ".")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{policy}.{'json' if number % 2 else 'yaml'}").write_bytes(text.encode())
    policies = identity.policy_digests(tmp_path)
    assert identity.parameter_hash(policies) == vector["parameter_hash"]


def test_two_policies_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "a.yaml").write_text("{}")
    with pytest.raises(SealFailure) as caught:
        identity.policy_digests(tmp_path)
    assert caught.value.reason is SealReason.NAME


@pytest.mark.parametrize("vector", VECTORS["manifest_fingerprint"])
def test_manifest_fingerprint_matches_the_vectors(vector: dict[str, Any]) -> None:
    found = identity.manifest_fingerprint(
        vector["contracts_digest"], vector["parameter_hash"], vector["ingress"]
    )
    assert found == vector["manifest_fingerprint"]


@pytest.mark.parametrize("vector", VECTORS["run_id"], ids=lambda vector: vector["run_id"][:8])
def test_run_id_matches_the_vectors(vector: dict[str, Any]) -> None:
    assert identity.run_inputs_digest(vector["run_inputs"]) == vector["run_inputs_digest"]
    names = ("law_version", "seed", "parameter_hash", "manifest_fingerprint", "run_inputs_digest", "label")
    assert identity.run_id(**{name: vector[name] for name in names}) == vector["run_id"]


@pytest.mark.parametrize("vector", VECTORS["roster_spec"])
def test_roster_spec_matches_the_vectors(vector: dict[str, Any]) -> None:
    assert identity.roster_spec_digest(vector["options"]) == vector["sha256_hex"]


@pytest.mark.parametrize("vector", VECTORS["scenario_set"])
def test_scenario_set_matches_the_vectors(vector: dict[str, Any]) -> None:
    assert identity.scenario_set_digest(vector["ids"]) == vector["sha256_hex"]
    assert identity.scenario_set_digest(vector["ids"][::-1]) == vector["sha256_hex"]


INPUTS: dict[str, Any] = {
    "policies": {"recipe": digests.sha256_bytes(b"r"), "Alias": digests.sha256_bytes(b"a")},
    "ingress": {"tzdata": digests.sha256_bytes(b"tz"), "geonames": digests.sha256_bytes(b"g")},
    "run_inputs": {"roster": digests.sha256_bytes(b"ro")},
}


def made(**changes: Any) -> identity.RunIdentity:
    settings: dict[str, Any] = {
        "seed": 42,
        "contracts_digest": digests.sha256_bytes(b"c"),
        "created_utc": "2024-03-01T00:00:00.000000Z",
        **INPUTS,
    }
    return identity.run_identity(**{**settings, **changes})


def stored_receipt() -> dict[str, Any]:
    receipt = identity.run_receipt(made(), recipe="demo", **INPUTS)
    back: dict[str, Any] = parse_json(document_bytes(receipt), name="receipt")
    return back


def test_a_receipt_recomputes_to_its_identity() -> None:
    assert identity.recompute(stored_receipt()) == made()
    assert [entry["id"] for entry in stored_receipt()["policies"]] == ["Alias", "recipe"]


def test_every_input_moves_the_run_id_and_nothing_else_does() -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"seed": 43},
        {"label": "x"},
        {"law_version": identity.LAW_VERSION + 1},
        {"contracts_digest": digests.sha256_bytes(b"d")},
        {"policies": {**INPUTS["policies"], "recipe": digests.sha256_bytes(b"s")}},
        {"ingress": {}},
        {"run_inputs": {}},
        {"run_inputs": None, "label": "y"},
    ]
    assert len({made(**change).run_id for change in changes}) == len(changes)
    assert made(created_utc="2025-01-01T00:00:00.000000Z").run_id == made().run_id


def named_receipt(*scenarios: str) -> dict[str, Any]:
    """The receipt of a run whose user named these scenarios."""
    inputs = {**INPUTS, "run_inputs": {"scenario_set": identity.scenario_set_digest(scenarios)}}
    found = made(run_inputs=inputs["run_inputs"])
    receipt = identity.run_receipt(found, recipe="demo", **inputs, scenario_set=scenarios)
    back: dict[str, Any] = parse_json(document_bytes(receipt), name="receipt")
    return back


def test_a_receipt_names_the_scenarios_that_the_user_named() -> None:
    receipt = named_receipt("stress_v1", "baseline_v1")
    assert receipt["scenario_set"] == ["baseline_v1", "stress_v1"]
    assert identity.recompute(receipt).run_id == receipt["run_id"]
    assert "scenario_set" not in stored_receipt()


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["baseline_v1"], SealReason.IDENTITY),
        (["baseline_v1", "stress_v2"], SealReason.IDENTITY),
        (None, SealReason.IDENTITY),
        (["stress_v1", "baseline_v1"], SealReason.RECORD),
        (["baseline_v1", "baseline_v1", "stress_v1"], SealReason.RECORD),
        ([], SealReason.RECORD),
        ("baseline_v1", SealReason.RECORD),
        ([1, 2], SealReason.RECORD),
    ],
)
def test_other_names_than_the_digest_is_of_are_found(names: Any, reason: SealReason) -> None:
    receipt = named_receipt("baseline_v1", "stress_v1")
    if names is None:
        del receipt["scenario_set"]
    else:
        receipt["scenario_set"] = names
    with pytest.raises(SealFailure) as caught:
        identity.recompute(receipt)
    assert caught.value.reason is reason
    assert "scenario_set" in f"{caught.value.where} {caught.value.found}"


def test_names_without_a_digest_are_found() -> None:
    with pytest.raises(SealFailure) as caught:
        identity.recompute(stored_receipt() | {"scenario_set": ["baseline_v1"]})
    assert caught.value.reason is SealReason.IDENTITY


@pytest.mark.parametrize("field", ["parameter_hash", "manifest_fingerprint", "run_inputs_digest", "run_id"])
def test_a_changed_identity_is_found_and_both_sides_are_named(field: str) -> None:
    receipt = stored_receipt()
    receipt[field] = "0" * len(receipt[field])
    with pytest.raises(SealFailure) as caught:
        identity.recompute(receipt)
    assert caught.value.reason is SealReason.IDENTITY
    assert caught.value.where.endswith(field)
    assert (caught.value.expected, caught.value.found) == (getattr(made(), field), receipt[field])


@pytest.mark.parametrize(
    "field", ["seed", "label", "law_version", "contracts_digest", "policies", "ingress", "run_inputs"]
)
def test_a_changed_ground_of_the_identity_is_found(field: str) -> None:
    receipt = stored_receipt()
    if field in INPUTS:
        receipt[field][0]["sha256_hex"] = "0" * 64
    else:
        receipt[field] = {"seed": 1, "label": "z", "law_version": 9, "contracts_digest": "1" * 64}[field]
    with pytest.raises(SealFailure) as caught:
        identity.recompute(receipt)
    assert caught.value.reason is SealReason.IDENTITY


@pytest.mark.parametrize("field", sorted(set(stored_receipt()) - {"recipe"}))
def test_a_missing_or_misshapen_field_is_found(field: str) -> None:
    receipt = stored_receipt()
    without = copy.deepcopy(receipt)
    del without[field]
    for broken in (without, {**receipt, field: {"odd": 1}}):
        with pytest.raises(SealFailure) as caught:
            identity.recompute(broken)
        assert caught.value.reason in (SealReason.RECORD, SealReason.IDENTITY)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": -1},
        {"seed": 2**64},
        {"seed": True},
        {"label": "a\0b"},
        {"contracts_digest": "A" * 64},
        {"created_utc": "2024-03-01T00:00:00Z"},
        {"run_inputs": {"other": "0" * 64}},
        {"policies": {"a\nb": "0" * 64}},
        {"ingress": {"": "0" * 64}},
    ],
)
def test_values_outside_the_law_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        made(**change)


def test_scenario_ids_are_distinct_and_one_line_each() -> None:
    for ids in (["a", "a"], ["a\nb"], [""]):
        with pytest.raises(ValueError, match="scenario ids"):
            identity.scenario_set_digest(ids)
