"""The shapes of the contract files themselves, as JSON Schemas, and the findings of a file against its shape."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from codegen.catalogue_findings import ContractFinding
from codegen.load import ContractFile
from codegen.schemas import SECTIONS_OF_SHAPES

SECTIONS: Final = SECTIONS_OF_SHAPES
"""The sections of a schema pack."""

_TEXT: Final = {"type": "string", "minLength": 1}
_NAME: Final = {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9_]*$"}
_SEMVER: Final = {"type": "string", "pattern": r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"}
_STATE_ID: Final = {"type": "string", "pattern": r"^[0-9][A-Z]\.S[0-9]+$"}
_NAMES: Final = {"type": "array", "items": {"type": "string"}}


def _closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_NUMBER = r"(0|[1-9][0-9]*)"
_VERSION_OR_PREFIX: Final = {
    "type": "string",
    "pattern": rf"^({_NUMBER}\.{_NUMBER}\.{_NUMBER}|v{_NUMBER}(\.{_NUMBER}){{0,2}})$",
}
"""A version, or for policies what the versions of their files start with: v1, v1.2 or v1.2.3."""

_HEAD: Final = {"layer": {"type": "integer"}, "segment": _TEXT, "version": _SEMVER}
_ERROR: Final = {
    "code": _TEXT,
    "name": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
    "kind": {"enum": ["use", "input", "gate", "conflict", "environment", "finding", "bug"]},
    "message": _TEXT,
    "context": {**_NAMES, "minItems": 1},
    "remedy": _TEXT,
}
_DATASET: Final = _closed(
    {
        "id": _NAME,
        "status": {"enum": ["required", "optional"]},
        "description": _TEXT,
        "format": {"enum": ["parquet", "json", "jsonl", "yaml", "text", "folder", "binary"]},
        "path": _TEXT,
        "partitioning": _NAMES,
        "ordering": _NAMES,
        "schema_ref": _TEXT,
        "version": _VERSION_OR_PREFIX,
        "produced_by": _TEXT,
        "consumed_by": _NAMES,
        "retention_days": {"type": "integer", "minimum": 0},
        "licence": _TEXT,
        "pii": {"type": "boolean"},
    },
    {
        "block": _closed(
            {"unit": {"enum": ["series", "merchants", "rows"]}, "size": {"type": "integer", "minimum": 1}}
        ),
        "row_group_rows": {"type": "integer", "minimum": 1},
        "ordered_within": {"enum": ["partition", "part"]},
        "index_schema": _TEXT,
        "bundle_law": {"enum": ["concat_v1", "index_v2"]},
        "flag_form": {"enum": ["text", "json"]},
        "rng_families": {**_NAMES, "minItems": 1},
    },
)
_ARTEFACT: Final = _closed(
    {
        "artifact_id": _TEXT,
        "manifest_key": _TEXT,
        "kind": {"enum": ["dataset", "policy", "bundle", "flag", "log", "report"]},
        "dataset_id": _TEXT,
        "semver": _SEMVER,
        "owner": _TEXT,
        "licence": _TEXT,
        "digest": {"enum": ["sealed", "computed", "none"]},
    }
)
_STATE: Final = _closed(
    {
        "id": _STATE_ID,
        "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        "title": _TEXT,
        "kind": {"enum": ["gate", "plan", "sampler", "router", "audit", "bundle", "world"]},
        "scope": _NAMES,
        "reads": _list(
            _closed(
                {
                    "dataset": _TEXT,
                    "via": {"enum": ["sealed", "run_local", "policy"]},
                    "optional": {"type": "boolean"},
                    "scope": {"enum": ["row_level", "metadata_only"]},
                },
                {"when_absent": _TEXT},
            )
        ),
        "writes": _NAMES,
        "rng": _list(
            _closed(
                {
                    "family": _TEXT,
                    "event_dataset": {"type": ["string", "null"]},
                    "draws": _TEXT,
                    "blocks": _TEXT,
                }
            )
        ),
        "identity": {
            "type": "array",
            "items": {
                "enum": [
                    "seed",
                    "manifest_fingerprint",
                    "parameter_hash",
                    "run_id",
                    "scenario_id",
                    "world",
                    "demand",
                ]
            },
        },
        "validators": _list(
            _closed(
                {
                    "id": {"type": "string", "pattern": "^V-[0-9]{2}$"},
                    "title": _TEXT,
                    "severity": {"enum": ["abort", "warn"]},
                    "codes": _NAMES,
                },
                {"shared": _TEXT, "datasets": {**_NAMES, "minItems": 1}, "covered_by": _TEXT},
            )
        ),
        "errors": _list(_closed(_ERROR)),
    },
    {
        "cli": _closed(
            {"command": {"type": "string", "pattern": "^[a-z][a-z0-9-]*$"}, "help": _TEXT, "example": _TEXT}
        )
    },
)
SHAPES: Final[dict[str, dict[str, Any]]] = {
    "dataset_dictionary": _closed(
        {"kind": {"const": "dataset_dictionary"}, **_HEAD, "description": _TEXT, "datasets": _list(_DATASET)}
    ),
    "artefact_registry": _closed(
        {"kind": {"const": "artefact_registry"}, **_HEAD, "artifacts": _list(_ARTEFACT)},
        {"description": _TEXT},
    ),
    "states": _closed(
        {"kind": {"const": "states"}, **_HEAD, "states": _list(_STATE)}, {"description": _TEXT}
    ),
    "errors": _closed(
        {
            "kind": {"const": "errors"},
            "version": _SEMVER,
            "groups": _list(
                _closed(
                    {
                        "id": {"type": "string", "pattern": "^[A-Z]+$"},
                        "title": _TEXT,
                        "errors": _list(_closed(_ERROR)),
                    }
                )
            ),
        },
        {"layer": {"type": "integer"}, "description": _TEXT},
    ),
    "schemas": _closed(
        {
            "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"},
            "$id": _TEXT,
            "version": _SEMVER,
        },
        {
            "title": _TEXT,
            "description": _TEXT,
            **{
                section: {"type": "object", "additionalProperties": {"type": "object"}}
                for section in ("$defs", *SECTIONS)
            },
        },
    ),
}
"""The shape of each kind of contract file."""

ENTRIES: Final = {"dataset_dictionary": "datasets", "artefact_registry": "artifacts", "states": "states"}
"""The key of each kind of file whose items are lowered one by one."""


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SHAPES[kind])


def shape_findings(file: ContractFile) -> Iterator[tuple[tuple[str | int, ...], ContractFinding]]:
    """Every place where a contract file differs from the shape of its kind, with the pointer at fault."""
    for error in _validator(file.kind).iter_errors(file.value):
        pointer = tuple(error.absolute_path)
        rule = "UNKNOWN-KEY" if error.validator == "additionalProperties" else "SHAPE"
        if rule == "UNKNOWN-KEY" and isinstance(error.instance, dict):
            known = error.schema["properties"]
            for key in error.instance:
                if key not in known:
                    remedy = f"remove it, or use one of: {', '.join(known)}"
                    yield (*pointer, key), file.finding((*pointer, key), rule, f"unknown key {key!r}", remedy)
            continue
        remedy = (
            "add the key" if error.validator == "required" else "write the value that the format asks for"
        )
        yield pointer, file.finding(pointer, rule, error.message, remedy)
    if isinstance(file.value, dict):
        for key, wanted in (("layer", file.layer), ("segment", file.segment)):
            if file.kind != "errors" and key in file.value and file.value[key] != wanted:
                message = f"{key} is {file.value[key]!r}, but the file lies in {wanted!r}"
                yield (key,), file.finding((key,), "SHAPE", message, f"write {wanted}")
        if file.kind == "schemas" and file.value.get("$id") not in (None, file.name):
            message = f"$id is {file.value['$id']!r}, but the file's name is {file.name!r}"
            yield ("$id",), file.finding(("$id",), "SHAPE", message, f"write {file.name}")
