"""Digests of the catalogue: what moves when the meaning of the contracts moves, and stays when only words do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, Final

from codegen.ir import Contracts, Dataset, Definition, Document, State
from codegen.runtime.canonical import canonical_bytes
from codegen.schemas import references

_PROSE: Final[dict[str, frozenset[str]]] = {
    "Contracts": frozenset(("error_files",)),
    "Segment": frozenset(("files",)),
    "Artefact": frozenset(("owner", "licence")),
    "Dataset": frozenset(("description", "licence")),
    "ErrorCode": frozenset(("message", "remedy")),
    "Read": frozenset(("when_absent",)),
    "State": frozenset(("title", "cli_help", "cli_example")),
    "Validator": frozenset(("title", "method")),  # the method follows from the title
}
_ALWAYS_PROSE: Final = frozenset(("description", "source"))
_SCHEMA_PROSE: Final = frozenset(("description", "title"))


def plain(value: Any, *, prose: bool) -> Any:
    """A part of the catalogue as plain JSON values, with or without its words."""
    if is_dataclass(value) and not isinstance(value, type):
        name = type(value).__name__
        left_out = frozenset[str]() if prose else _PROSE.get(name, frozenset()) | _ALWAYS_PROSE
        found = {}
        for item in fields(value):
            if item.name in left_out:
                continue
            inner = getattr(value, item.name)
            if item.name == "schema" and not prose:
                found[item.name] = without_prose(inner)
            else:
                found[item.name] = plain(inner, prose=prose)
        return found
    if isinstance(value, dict):
        return {key: plain(inner, prose=prose) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, prose=prose) for inner in value]
    return value


def without_prose(schema: Any) -> Any:
    """A JSON Schema without titles and descriptions; a property that has such a name stays."""
    if isinstance(schema, list):
        return [without_prose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: without_prose(item) for name, item in inner.items()}
        if key == "properties"
        else without_prose(inner)
        for key, inner in schema.items()
        if key not in _SCHEMA_PROSE
    }


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def contracts_digest(contracts: Contracts) -> str:
    """SHA-256 of the canonical JSON of the whole catalogue without prose (spec/contracts.md, section 2)."""
    return _sha256(plain(contracts, prose=False))


def state_digest(contracts: Contracts, state: State) -> str:
    """SHA-256 of a card and of every dataset that it reads or writes with its schema, all without prose."""
    touched = (
        {read.dataset for read in state.reads} | set(state.writes) | {f.event_dataset for f in state.rng}
    )
    known = [contracts.datasets[name] for name in sorted(touched) if name in contracts.datasets]
    return _sha256({"state": plain(state, prose=False), **_with_shapes(contracts, known)})


def dataset_digest(contracts: Contracts, dataset: Dataset) -> str:
    """SHA-256 of a dataset's entry with its schema, without prose: for a dataset that no state makes."""
    return _sha256(_with_shapes(contracts, [dataset]))


def _with_shapes(contracts: Contracts, datasets: list[Dataset]) -> dict[str, Any]:
    """Datasets with the shapes that they refer to and all definitions that these lead to."""
    shapes = contracts.shapes
    return {
        "datasets": plain(datasets, prose=False),
        "shapes": [
            plain(shapes[ref], prose=False)
            for ref in sorted({d.schema_ref for d in datasets})
            if ref in shapes
        ],
        "definitions": [plain(item, prose=False) for item in _definitions(contracts, datasets)],
    }


def _definitions(contracts: Contracts, datasets: Iterable[Dataset]) -> list[Definition]:
    """Every definition that the documents of `datasets` lead to, in order of reference."""
    known, shapes = contracts.definitions, contracts.shapes
    open_refs: set[str] = set()
    for dataset in datasets:
        shape = shapes.get(dataset.schema_ref)
        document = shape if isinstance(shape, Document) else getattr(shape, "record", None)
        if document is not None:
            open_refs |= references(document.schema)
    found: dict[str, Definition] = {}
    while open_refs:
        ref = open_refs.pop()
        if ref not in found and ref in known:
            found[ref] = known[ref]
            open_refs |= references(known[ref].schema)
    return [found[ref] for ref in sorted(found)]
