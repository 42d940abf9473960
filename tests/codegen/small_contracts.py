"""A small sound catalogue: a world segment 1A and a planning segment 2B, with one of every kind of thing."""

from __future__ import annotations

from pathlib import Path

SHARED = """\
$schema: https://json-schema.org/draft/2020-12/schema
$id: schemas.layer1.yaml
version: 1.0.0
$defs:
  hex64: {type: string, pattern: '^[0-9a-f]{64}$', description: Sixty-four hexadecimal digits.}
  id64: {type: integer, minimum: 1, maximum: 18446744073709551615, arrow: uint64, description: An identifier.}
  zone: {type: string, minLength: 1, pattern: '^[A-Za-z/]+$', description: A time zone.}
  instant: {type: string, pattern: '^[0-9TZ:.-]+$', description: An instant.}
validation:
  bundle_index:
    type: array
    description: Every member of a bundle.
    items:
      type: object
      additionalProperties: false
      required: [path, sha256_hex]
      properties:
        path: {type: string, minLength: 1, description: The member.}
        sha256_hex: {$ref: '#/$defs/hex64', description: Its digest.}
  passed_flag: {type: string, pattern: '^sha256_hex = [0-9a-f]{64}$', description: The flag.}
logs:
  run_report:
    type: object
    additionalProperties: true
    description: What a state did.
    required: [state]
    properties:
      state: {type: string, description: The state.}
"""

SCHEMAS_1A = """\
$schema: https://json-schema.org/draft/2020-12/schema
$id: schemas.1A.yaml
version: 1.0.0
egress:
  sites:
    type: table
    description: Every site.
    primary_key: [merchant_id, site_order]
    partition_keys: [seed]
    sort_keys: [merchant_id, site_order]
    columns_strict: true
    columns:
      - {name: seed, type: integer, minimum: 0, arrow: uint64, constant: true, description: The seed.}
      - {name: merchant_id, $ref: 'schemas.layer1.yaml#/$defs/id64', description: The merchant.}
      - {name: site_order, type: integer, minimum: 1, maximum: 1000, arrow: int32, description: Its position.}
      - {name: zone, $ref: 'schemas.layer1.yaml#/$defs/zone', storage: dictionary, description: The zone.}
      - {name: size, type: string, enum: [small, large], nullable: true, description: The size.}
"""

DICTIONARY_1A = """\
kind: dataset_dictionary
layer: 1
segment: 1A
version: 1.0.0
description: The world.
datasets:
  - id: sites
    status: required
    description: Every site.
    format: parquet
    path: data/layer1/1A/sites/seed={seed}/
    partitioning: [seed]
    ordering: [merchant_id, site_order]
    schema_ref: schemas.1A.yaml#/egress/sites
    version: 1.0.0
    produced_by: 1A.S0
    consumed_by: [2B.S0, 2B.S1]
    retention_days: 30
    licence: CC0-1.0
    pii: false
    block: {unit: merchants, size: 64}
    row_group_rows: 1000
"""

REGISTRY_1A = """\
kind: artefact_registry
layer: 1
segment: 1A
version: 1.0.0
artifacts:
  - {artifact_id: sites, manifest_key: layer1.1A.sites, kind: dataset, dataset_id: sites, semver: 1.0.0, owner: world, licence: CC0-1.0, digest: sealed}
"""

STATES_1A = """\
kind: states
layer: 1
segment: 1A
version: 1.0.0
states:
  - id: 1A.S0
    name: world
    title: World
    kind: world
    scope: [seed]
    reads: []
    writes: [sites]
    rng: []
    identity: [seed, world]
    validators:
      - {id: V-01, title: Every row obeys its columns, severity: abort, codes: ['010'], shared: output_shape}
    errors:
      - {code: '010', name: SITES_INVALID, kind: finding, message: '{where}: expected {expected}, found {found}.', context: [where, expected, found], remedy: Mend the sites.}
"""

SCHEMAS_2B = """\
$schema: https://json-schema.org/draft/2020-12/schema
$id: schemas.2B.yaml
version: 1.0.0
$defs:
  cap: {type: object, additionalProperties: false, required: [mode], description: A cap., properties: {mode: {const: cap, description: The mode.}, value: {type: number, minimum: 0, description: The value.}}}
  no_cap: {type: object, additionalProperties: false, required: [mode], description: No cap., properties: {mode: {const: none, description: The mode.}}}
  stream_name: {type: string, pattern: '^2B\\.[A-Za-z0-9_.-]+$', description: A stream.}
plan:
  weights:
    type: table
    description: The share of each site.
    primary_key: [merchant_id, site_order]
    partition_keys: [seed, manifest_fingerprint]
    sort_keys: [merchant_id, site_order]
    columns_strict: true
    columns:
      - {name: merchant_id, $ref: 'schemas.layer1.yaml#/$defs/id64', description: The merchant.}
      - {name: site_order, type: integer, minimum: 1, arrow: int32, description: Its position.}
      - {name: share, type: number, minimum: 0, maximum: 1, unit: share, storage: byte_stream_split, description: The share.}
  blob:
    type: binary
    description: A blob.
    layout: {endianness: little, fields: [{name: n, type: uint32, count: '1'}]}
policy:
  weight_policy:
    type: object
    description: How sites weigh.
    additionalProperties: false
    required: [version, exponent, limit]
    properties:
      version: {type: string, minLength: 1, description: The version.}
      exponent: {type: number, minimum: 0, maximum: 5, default: 1, description: The exponent.}
      limit: {oneOf: [{$ref: '#/$defs/cap'}, {$ref: '#/$defs/no_cap'}], description: The cap.}
      tags: {type: array, uniqueItems: true, items: {$ref: '#/$defs/stream_name'}, description: Streams.}
receipt:
  receipt:
    type: object
    description: What the gate saw.
    additionalProperties: false
    required: [manifest_fingerprint]
    properties:
      manifest_fingerprint: {$ref: 'schemas.layer1.yaml#/$defs/hex64', description: The world.}
logs:
  draw:
    type: stream
    description: One draw.
    record:
      type: object
      additionalProperties: false
      required: [merchant_id, u]
      properties:
        merchant_id: {$ref: 'schemas.layer1.yaml#/$defs/id64', description: The merchant.}
        u: {type: number, minimum: 0, exclusiveMaximum: 1, description: The uniform.}
        note: {type: [string, 'null'], description: A note.}
"""


def _dataset(
    name: str,
    path: str,
    ref: str,
    *,
    form: str = "json",
    tokens: str = "manifest_fingerprint",
    by: str,
    readers: str = "",
    more: str = "",
    status: str = "required",
    ordering: str = "",
) -> str:
    return f"""\
  - id: {name}
    status: {status}
    description: The dataset {name}.
    format: {form}
    path: {path}
    partitioning: [{tokens}]
    ordering: [{ordering}]
    schema_ref: {ref}
    version: 1.0.0
    produced_by: {by}
    consumed_by: [{readers}]
    retention_days: 30
    licence: CC0-1.0
    pii: false
{more}"""


_WORLD = "manifest_fingerprint={manifest_fingerprint}"
_PARQUET = "    block: {unit: merchants, size: 64}\n    row_group_rows: 1000\n"
DICTIONARY_2B = (
    """\
kind: dataset_dictionary
layer: 1
segment: 2B
version: 1.0.0
description: The plan.
datasets:
"""
    + _dataset(
        "receipt",
        f"data/layer1/2B/receipt/{_WORLD}/receipt.json",
        "schemas.2B.yaml#/receipt/receipt",
        by="2B.S0",
        readers="2B.S1",
    )
    + _dataset(
        "weight_policy",
        "config/layer1/2B/policy/weight_policy.json",
        "schemas.2B.yaml#/policy/weight_policy",
        tokens="",
        by="policy",
        readers="2B.S0, 2B.S1",
    )
    + _dataset(
        "weights",
        f"data/layer1/2B/weights/seed={{seed}}/{_WORLD}/",
        "schemas.2B.yaml#/plan/weights",
        form="parquet",
        tokens="seed, manifest_fingerprint",
        by="2B.S1",
        more=_PARQUET,
        ordering="merchant_id, site_order",
    )
    + _dataset(
        "blob",
        f"data/layer1/2B/blob/{_WORLD}/blob.bin",
        "schemas.2B.yaml#/plan/blob",
        form="binary",
        by="2B.S1",
    )
    + _dataset(
        "draws",
        "logs/layer1/2B/draws/run_id={run_id}/",
        "schemas.2B.yaml#/logs/draw",
        form="parquet",
        tokens="run_id",
        by="2B.S1",
        more=_PARQUET,
    )
    + _dataset(
        "bundle",
        f"data/layer1/2B/validation/{_WORLD}/",
        "schemas.layer1.yaml#/validation/bundle_index",
        form="folder",
        by="2B.S1",
        more="    index_schema: schemas.layer1.yaml#/validation/bundle_index\n    bundle_law: index_v2\n    flag_form: text\n",
    )
    + _dataset(
        "flag",
        f"data/layer1/2B/validation/{_WORLD}/_passed.flag",
        "schemas.layer1.yaml#/validation/passed_flag",
        form="text",
        by="2B.S1",
        more="    flag_form: text\n",
    )
    + _dataset(
        "report_s1",
        f"reports/layer1/2B/state=S1/{_WORLD}/run_report.json",
        "schemas.layer1.yaml#/logs/run_report",
        by="2B.S1",
    )
)

REGISTRY_2B = """\
kind: artefact_registry
layer: 1
segment: 2B
version: 1.0.0
artifacts:
""" + "".join(
    f"  - {{artifact_id: {name}, manifest_key: layer1.2B.{name}, kind: {kind}, dataset_id: {name}, semver: 1.0.0, "
    f"owner: plan, licence: CC0-1.0, digest: computed}}\n"
    for name, kind in (
        ("receipt", "dataset"),
        ("weight_policy", "policy"),
        ("weights", "dataset"),
        ("blob", "dataset"),
        ("draws", "log"),
        ("bundle", "bundle"),
        ("flag", "flag"),
        ("report_s1", "report"),
    )
)

STATES_2B = """\
kind: states
layer: 1
segment: 2B
version: 1.0.0
states:
  - id: 2B.S0
    name: gate
    title: Gate
    kind: gate
    scope: [manifest_fingerprint]
    reads:
      - {dataset: sites, via: sealed, optional: false, scope: metadata_only}
      - {dataset: weight_policy, via: policy, optional: false, scope: row_level}
    writes: [receipt]
    rng: []
    identity: [manifest_fingerprint]
    validators:
      - {id: V-01, title: Every input is there, severity: abort, codes: ['010']}
    errors:
      - {code: '010', name: INPUT_MISSING, kind: gate, message: '{where}: expected {expected}, found {found}.', context: [where, expected, found], remedy: Bring it.}
    cli: {command: s0, help: Seal the inputs., example: closedworld 2b s0}
  - id: 2B.S1
    name: weights
    title: Weights
    kind: plan
    scope: [seed, manifest_fingerprint]
    reads:
      - {dataset: receipt, via: run_local, optional: false, scope: row_level}
      - {dataset: sites, via: sealed, optional: true, scope: row_level, when_absent: Every merchant has one site.}
      - {dataset: weight_policy, via: policy, optional: false, scope: row_level}
    writes: [weights, blob, draws, bundle, flag]
    rng:
      - {family: 2B.S1.draw, event_dataset: draws, draws: '1', blocks: '1'}
    identity: [seed, manifest_fingerprint]
    validators:
      - {id: V-01, title: Every row obeys its columns, severity: abort, codes: ['040'], shared: output_shape, datasets: [weights]}
      - {id: V-02, title: Shares sum to one, severity: abort, codes: ['050', '051']}
      - {id: V-03, title: No share is odd, severity: warn, codes: ['051']}
    errors:
      - {code: '040', name: OUTPUT_SCHEMA_INVALID, kind: finding, message: '{where}: expected {expected}, found {found}.', context: [where, expected, found], remedy: Mend the law.}
      - {code: '050', name: SUM_WRONG, kind: finding, message: '{where}: the sum is {found}, not {expected}.', context: [where, expected, found], remedy: Mend the law.}
      - {code: '051', name: SHARE_ODD, kind: finding, message: '{where}: expected {expected}, found {found}.', context: [where, expected, found], remedy: Look at it.}
    cli: {command: s1, help: Weigh the sites., example: closedworld 2b s1}
"""

ERRORS = """\
kind: errors
version: 1.0.0
groups:
  - id: RUN
    title: Runs
    errors:
      - {code: RUN-001, name: RUN_NOT_FOUND, kind: use, message: '{where}: expected {expected}, found {found}.', context: [where, expected, found], remedy: Name a run.}
"""


def small_contracts() -> dict[str, str]:
    """The text of every contract file, by path."""
    return {
        "layer1/schemas.layer1.yaml": SHARED,
        "layer1/errors.layer1.yaml": ERRORS,
        "layer1/1A/schemas.1A.yaml": SCHEMAS_1A,
        "layer1/1A/dataset_dictionary.layer1.1A.yaml": DICTIONARY_1A,
        "layer1/1A/artefact_registry_1A.yaml": REGISTRY_1A,
        "layer1/1A/states.1A.yaml": STATES_1A,
        "layer1/2B/schemas.2B.yaml": SCHEMAS_2B,
        "layer1/2B/dataset_dictionary.layer1.2B.yaml": DICTIONARY_2B,
        "layer1/2B/artefact_registry_2B.yaml": REGISTRY_2B,
        "layer1/2B/states.2B.yaml": STATES_2B,
    }


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """The files as bytes."""
    return {path: text.encode() for path, text in files.items()}


def written(files: dict[str, str], folder: Path) -> Path:
    """The files below a folder, which comes back."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return folder
