"""Every governance check finds its planted fault, at the right file and line, and nothing in sound contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.catalogue_findings import ContractFinding
from codegen.check import RULES, check
from codegen.load import contract_bytes, load
from codegen.lower import lower
from tests.codegen.small_contracts import encoded, small_contracts

SHARED = "layer1/schemas.layer1.yaml"
SCHEMAS = "layer1/2B/schemas.2B.yaml"
DICTIONARY = "layer1/2B/dataset_dictionary.layer1.2B.yaml"
REGISTRY = "layer1/2B/artefact_registry_2B.yaml"
STATES = "layer1/2B/states.2B.yaml"
ERRORS = "layer1/errors.layer1.yaml"
WORLD_DICTIONARY = "layer1/1A/dataset_dictionary.layer1.1A.yaml"
WORLD_SCHEMAS = "layer1/1A/schemas.1A.yaml"
WORLD_STATES = "layer1/1A/states.1A.yaml"


def findings_of(files: dict[str, bytes]) -> list[ContractFinding]:
    loaded = load(files)
    contracts, findings = lower(loaded)
    return check(contracts, loaded, findings)


def test_sound_contracts_have_no_finding() -> None:
    assert findings_of(encoded(small_contracts())) == []


def test_the_repository_s_own_contracts_have_no_finding() -> None:
    folder = Path(__file__).parents[2] / "contracts"
    assert [str(finding) for finding in findings_of(contract_bytes(folder))] == []


# (rule, file, text to replace, replacement, a piece of the line that must be named)
FAULTS = [
    ("YAML", SCHEMAS, "  weights:\n    type: table\n", "  weights:\n    type: table\n    type: table\n", "    type: table\n    type"),
    ("YAML", STATES, "    name: gate", "    name:\tgate", "name:\tgate"),
    ("SHAPE", DICTIONARY, "format: binary", "format: blob", "format: blob"),
    ("SHAPE", STATES, "kind: plan", "kind: sample", "kind: sample"),
    ("SHAPE", DICTIONARY, "    pii: false\n    block: {unit: merchants, size: 64}\n", "    block: {unit: merchants, size: 64}\n", "id: weights"),
    ("SHAPE", DICTIONARY, "segment: 2B", "segment: 2A", "segment: 2A"),
    ("UNKNOWN-KEY", DICTIONARY, "description: The plan.", "description: The plan.\nowner: plan", "owner: plan"),
    ("UNKNOWN-KEY", SCHEMAS, "version: 1.0.0\n", "version: 1.0.0\nextras: {}\n", "extras: {}"),
    ("UNKNOWN-KEY", SCHEMAS, "unit: share,", "units: share,", "units: share"),
    ("SCHEMA", SCHEMAS, "minimum: 0, maximum: 5", "minimum: 9, maximum: 5", "minimum: 9"),
    ("SCHEMA", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, minLength: -1, description: The version.}", "minLength: -1"),
    ("KEYWORD", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, not: {const: a}, description: V.}", "not: {const"),
    ("KEYWORD", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, minItems: 1, description: V.}", "minItems: 1"),
    ("KEYWORD", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, format: email, description: V.}", "format: email"),
    ("KEYWORD", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, format: time, description: V.}", "format: time"),
    ("KEYWORD", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, format: [date], description: V.}", "format: [date]"),
    ("DEFAULT", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: string, format: date, default: '2023-02-29', description: V.}", "default: '2023-02-29'"),
    ("TYPE", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: text, description: V.}", "type: text"),
    ("TYPE", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{type: [string, integer], description: V.}", "type: [string"),
    ("TYPE", SCHEMAS, "{type: string, minLength: 1, description: The version.}", "{minLength: 1, description: V.}", "{minLength: 1"),
    ("ONE-OF", SCHEMAS, "{const: none, description: The mode.}", "{type: string, description: The mode.}", "limit: {oneOf"),
    ("ONE-OF", SCHEMAS, "{oneOf: [{$ref: '#/$defs/cap'}, {$ref: '#/$defs/no_cap'}]", "{oneOf: [{type: string}, {$ref: '#/$defs/no_cap'}]", "oneOf: [{type"),
    ("REQUIRED", SCHEMAS, "required: [version, exponent, limit]", "required: [version, exponents, limit]", "required: [version"),
    ("ENUM", WORLD_SCHEMAS, "enum: [small, large]", "enum: [small, 3]", "enum: [small, 3]"),
    ("ENUM", WORLD_SCHEMAS, "enum: [small, large]", "enum: []", "enum: []"),
    ("REF", SCHEMAS, "{$ref: 'schemas.layer1.yaml#/$defs/hex64', description: The world.}", "{$ref: 'schemas.layer1.yaml#/$defs/hex65', description: The world.}", "hex65"),
    ("REF", SCHEMAS, "{$ref: '#/$defs/stream_name'}", "{$ref: '#/$defs/strem_name'}", "strem_name"),
    ("REF", WORLD_SCHEMAS, "schemas.layer1.yaml#/$defs/zone", "schemas.layer9.yaml#/$defs/zone", "schemas.layer9"),
    ("REF", DICTIONARY, "schema_ref: schemas.2B.yaml#/plan/blob", "schema_ref: schemas.2B.yaml#/plan/blobs", "plan/blobs"),
    ("REF", STATES, "writes: [receipt]", "writes: [receipt, receipts]", "writes: [receipt, receipts]"),
    ("REF", REGISTRY, "dataset_id: blob,", "dataset_id: blobs,", "dataset_id: blobs"),
    ("REF", STATES, "datasets: [weights]", "datasets: [weight]", "datasets: [weight]"),
    ("PATTERN", SHARED, "'^[0-9a-f]{64}$', description: Sixty", "'^[0-9a-f{64}$', description: Sixty", "Sixty"),
    ("PATTERN", SCHEMAS, r"'^2B\.[A-Za-z0-9_.-]+$'", r"'^2B\\.[A-Za-z0-9_.-]+$'", "stream_name: {type"),
    ("PATTERN", SHARED, "'^[0-9TZ:.-]+$'", r"'^[\dTZ:.-]+$'", "instant: {type"),
    ("DEFAULT", SCHEMAS, "maximum: 5, default: 1", "maximum: 5, default: 6", "default: 6"),
    ("TABLE", SCHEMAS, "    columns_strict: true\n", "    columns_strict: false\n", "weights:"),
    ("COLUMN", SCHEMAS, "{name: share, type: number", "{name: site_order, type: number", "    columns:"),
    ("COLUMN", SCHEMAS, "{name: site_order, type: integer, minimum: 1, arrow: int32,", "{name: site_order, type: integer, minimum: 1,", "name: site_order"),
    ("COLUMN", SCHEMAS, "{name: site_order, type: integer, minimum: 1, arrow: int32,", "{name: site_order, type: integer, minimum: 1, arrow: float64,", "arrow: float64"),
    ("STORAGE", SCHEMAS, "storage: byte_stream_split", "storage: zipped", "storage: zipped"),
    ("STORAGE", SCHEMAS, "storage: byte_stream_split", "storage: delta", "storage: delta"),
    ("STREAM", SCHEMAS, "    record:\n      type: object", "    record:\n      type: array", "record:"),
    ("BINARY", SCHEMAS, "{endianness: little, fields", "{endianness: middle, fields", "  blob:"),
    ("DESCRIPTION", SCHEMAS, "storage: byte_stream_split, description: The share.}", "storage: byte_stream_split}", "name: share"),
    ("NAME", SCHEMAS, "{name: share, type", "{name: read_file, type", "name: read_file"),
    ("NAME", SCHEMAS, "{name: share, type", "{name: lambda, type", "name: lambda"),
    ("NAME", SCHEMAS, "  cap: {type: object", "  document: {type: object", "document: {type"),
    ("NAME-CLASH", SCHEMAS, "  receipt:\n    type: object", "  Weights:\n    type: object", "  Weights:"),
    ("REF", SCHEMAS, "{$ref: '#/$defs/stream_name'}", "{$ref: '#/policy/weight_policy/properties/version'}", "#/policy/weight_policy/properties"),
    ("KEY", SCHEMAS, "primary_key: [merchant_id, site_order]", "primary_key: [merchant_id, site]", "primary_key: [merchant_id, site]"),
    ("KEY", WORLD_SCHEMAS, "sort_keys: [merchant_id, site_order]", "sort_keys: [merchant_id, size]", "sort_keys: [merchant_id, size]"),
    ("ORDER", SCHEMAS, "sort_keys: [merchant_id, site_order]", "sort_keys: [site_order, merchant_id]", "sort_keys: [site_order"),
    ("ORDER", DICTIONARY, "ordering: [merchant_id, site_order]", "ordering: [merchant_id]", "ordering: [merchant_id]"),
    ("TOKEN", DICTIONARY, "draws/run_id={run_id}/", "draws/run_id={runid}/", "run_id={runid}"),
    ("TOKEN", DICTIONARY, "draws/run_id={run_id}/", "draws/{run_id}/", "draws/{run_id}/"),
    ("TOKEN", STATES, "scope: [seed, manifest_fingerprint]", "scope: [seed, fingerprint]", "scope: [seed, fingerprint]"),
    ("PATH", DICTIONARY, "data/layer1/2B/blob/", "data/../2B/blob/", "path: data/../2B"),
    ("PATH", DICTIONARY, "data/layer1/2B/blob/", "/data/layer1/2B/blob/", "path: /data"),
    ("PATH", DICTIONARY, "data/layer1/2B/blob/", "published/layer1/2B/blob/", "path: published"),
    ("PATH", DICTIONARY, "draws/run_id={run_id}/", "draws/run_id={run_id}", "draws/run_id"),
    ("PARTITIONING", DICTIONARY, "partitioning: [seed, manifest_fingerprint]", "partitioning: [manifest_fingerprint, seed]", "partitioning: [manifest_fingerprint, seed]"),
    ("PARTITIONING", SCHEMAS, "partition_keys: [seed, manifest_fingerprint]", "partition_keys: [seed]", None),
    ("PATH-COLLISION", DICTIONARY, "data/layer1/2B/blob/manifest_fingerprint={manifest_fingerprint}/blob.bin", "data/layer1/2B/receipt/manifest_fingerprint={manifest_fingerprint}/blob.bin", None),
    ("PATH-COLLISION", DICTIONARY, "data/layer1/2B/weights/seed={seed}/", "data/layer1/1A/Sites/seed={seed}/", None),
    ("DUPLICATE", DICTIONARY, "id: report_s1", "id: blob", None),
    ("DUPLICATE", WORLD_DICTIONARY, "id: sites", "id: weights", None),
    ("DUPLICATE", STATES, "{id: V-03, title", "{id: V-02, title", "id: V-02, title: No share"),
    ("DUPLICATE", STATES, "{code: '051', name: SHARE_ODD", "{code: '051', name: SUM_WRONG", "code: '051', name: SUM_WRONG"),
    ("DUPLICATE", STATES, "{code: '051', name: SHARE_ODD", "{code: '050', name: SHARE_ODD", "code: '050', name: SHARE_ODD"),
    ("DUPLICATE", STATES, "id: 2B.S1\n", "id: 2B.S0\n", None),
    ("DUPLICATE", REGISTRY, "manifest_key: layer1.2B.blob", "manifest_key: layer1.2B.draws", None),
    ("FORMAT", DICTIONARY, "schema_ref: schemas.2B.yaml#/plan/blob", "schema_ref: schemas.2B.yaml#/plan/weights", None),
    ("FORMAT", DICTIONARY, "    row_group_rows: 1000\n", "", "id: weights"),
    ("FORMAT", DICTIONARY, "    bundle_law: index_v2\n", "", "id: bundle"),
    ("FORMAT", DICTIONARY, "    bundle_law: index_v2\n", "    bundle_law: index_v2\n    ordered_within: part\n", "ordered_within: part"),
    ("SHAPE", DICTIONARY, "    row_group_rows: 1000\n", "    row_group_rows: 1000\n    ordered_within: file\n", "ordered_within: file"),
    ("FORMAT", SCHEMAS, "note: {type: [string, 'null'], description: A note.}", "note: {type: array, description: A note.}", None),
    ("ARTEFACT", REGISTRY, "artifact_id: blob, manifest_key: layer1.2B.blob, kind: dataset, dataset_id: blob", "artifact_id: blob, manifest_key: layer1.2B.blob, kind: dataset, dataset_id: draws", None),
    ("ARTEFACT", REGISTRY, "kind: policy", "kind: dataset", "kind: dataset, dataset_id: weight_policy"),
    ("ARTEFACT", WORLD_DICTIONARY, "version: 1.0.0\n    produced_by", "version: v1\n    produced_by", "version: v1"),
    ("SHAPE", WORLD_DICTIONARY, "version: 1.0.0\n    produced_by", "version: v1.\n    produced_by", "version: v1."),
    ("ARTEFACT", REGISTRY, "manifest_key: layer1.2B.blob", "manifest_key: layer2.2B.blob", "layer2.2B.blob"),
    ("PRODUCER", STATES, "{dataset: receipt, via: run_local", "{dataset: receipts, via: run_local", "dataset: receipts"),
    ("PRODUCER", STATES, "writes: [weights, blob, draws, bundle, flag]", "writes: [weights, draws, bundle, flag]", None),
    ("PRODUCER", STATES, "writes: [receipt]", "writes: [receipt, blob]", "writes: [receipt, blob]"),
    ("PRODUCER", WORLD_DICTIONARY, "produced_by: 1A.S0", "produced_by: 1A.S9", "produced_by: 1A.S9"),
    ("CONSUMER", DICTIONARY, "consumed_by: [2B.S1]", "consumed_by: []", None),
    ("CONSUMER", DICTIONARY, "consumed_by: [2B.S1]", "consumed_by: [2B.S1, 2B.S0]", "consumed_by: [2B.S1, 2B.S0]"),
    ("CONSUMER", DICTIONARY, "consumed_by: [2B.S1]", "consumed_by: [2B.S1, 2B.S7]", "consumed_by: [2B.S1, 2B.S7]"),
    ("VIA", STATES, "{dataset: weight_policy, via: policy, optional: false, scope: row_level}\n    writes: [weights", "{dataset: weight_policy, via: sealed, optional: false, scope: row_level}\n    writes: [weights", "via: sealed, optional: false, scope: row_level"),
    ("VIA", STATES, "{dataset: sites, via: sealed, optional: true", "{dataset: sites, via: run_local, optional: true", "sites, via: run_local"),
    ("SEALED", STATES, "      - {dataset: sites, via: sealed, optional: false, scope: metadata_only}\n", "", "dataset: sites, via: sealed, optional: true"),
    ("OPTIONAL", STATES, ", when_absent: Every merchant has one site.}", "}", "optional: true"),
    ("OPTIONAL", STATES, "optional: true, scope: row_level", "optional: false, scope: row_level", "when_absent"),
    ("OPTIONAL", WORLD_DICTIONARY, "status: required", "status: optional", None),
    ("CYCLE", WORLD_STATES, "reads: []", "reads: [{dataset: weights, via: run_local, optional: false, scope: row_level}]", None),
    ("CODE", STATES, "severity: warn, codes: ['051']", "severity: warn, codes: []", "severity: warn, codes: []"),
    ("CODE", STATES, "codes: ['050', '051']", "codes: ['050', '052']", "codes: ['050', '052']"),
    ("CODE", STATES, "severity: warn, codes: ['051']", "severity: warn, codes: [], covered_by: V-09", "covered_by: V-09"),
    ("SHAPE", STATES, "name: SUM_WRONG, kind: finding, message: '{where}: the sum is {found}, not {expected}.'", "name: SUM_WRONG, kind: finding, message: ''", "message: ''"),
    ("MESSAGE", STATES, "the sum is {found}", "the sum is {sum}", "the sum is {sum}"),
    ("MESSAGE", STATES, "the sum is {found}", "the sum is {found", "the sum is {found,"),
    ("MESSAGE", ERRORS, "context: [where, expected, found]", "context: [where, expected]", "context: [where, expected]"),
    ("SHARED", STATES, "shared: output_shape", "shared: output_form", "shared: output_form"),
    ("RNG", STATES, "event_dataset: draws", "event_dataset: weight_policy", "event_dataset: weight_policy"),
    ("COMMAND", STATES, "{command: s1,", "{command: s0,", "Weigh the sites"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "file", "old", "new", "line"), FAULTS)
def test_a_planted_fault_is_found_at_its_place(
    rule: str, file: str, old: str, new: str, line: str | None
) -> None:
    files = small_contracts()
    assert old in files[file], "the fault cannot be planted"
    files[file] = files[file].replace(old, new, 1)
    found = [finding for finding in findings_of(encoded(files)) if finding.rule == rule]
    assert found, f"no {rule} among the findings"
    assert all(finding.message and finding.remedy and finding.line >= 1 for finding in found)
    if line is not None:
        # Where the text stands twice (a key that is repeated), the later one is meant.
        at = files[file].index(line) + len(line.split("\n")[0]) * ("\n" in line) + ("\n" in line)
        number = files[file].count("\n", 0, at) + 1
        assert (f"contracts/{file}", number) in {(finding.file, finding.line) for finding in found}


def test_every_rule_has_a_planted_fault() -> None:
    assert {fault[0] for fault in FAULTS} | {"FILE-NAME"} == set(RULES)


def test_a_file_that_is_no_contract_is_named() -> None:
    files = encoded(small_contracts()) | {"layer1/2B/notes.yaml": b"a: 1\n"}
    assert [(finding.rule, finding.file) for finding in findings_of(files)] == [
        ("FILE-NAME", "contracts/layer1/2B/notes.yaml")
    ]


def test_checking_never_stops_at_the_first_and_lists_in_order() -> None:
    files = small_contracts()
    for rule, file, old, new, _ in FAULTS:
        if rule in ("TOKEN", "CODE", "MESSAGE", "ENUM", "RNG", "VIA") and old in files[file]:
            files[file] = files[file].replace(old, new, 1)
    found = findings_of(encoded(files))
    assert {"TOKEN", "CODE", "MESSAGE", "ENUM", "RNG", "VIA"} <= {finding.rule for finding in found}
    assert found == sorted(found)
    assert found == findings_of(dict(reversed(encoded(files).items())))
