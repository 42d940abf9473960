"""A published dataset with one thing changed and its publish record written anew, so that every seal still holds."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from codegen.runtime.canonical import document_bytes
from codegen.runtime.tables import Table, part_paths
from engine.core.content_digest import content_digest_of_files
from engine.core.inputs import shape_of
from engine.core.kept_contracts import kept_contracts
from engine.core.run import RunFolder
from generated.datasets import BY_ID


def one_ulp_up(value: float) -> float:
    """The next binary64 number."""
    return math.nextafter(value, math.inf)


def altered_table(
    folder: RunFolder,
    name: str,
    column: str,
    rows: np.ndarray[Any, Any],
    value: Any,
    tokens: Mapping[str, Any] | None = None,
) -> None:
    """Put a value, or a function of the old one, into some rows of a published table; rows count over all parts."""
    before = 0
    table = shape_of(BY_ID[name])
    assert table is not None and issubclass(table, Table)
    for path in part_paths(folder.folder(BY_ID[name], tokens)):
        part = table.read_file(path)
        columns = {spec.name: getattr(part, spec.name) for spec in table.SPEC.columns}
        here = rows[(rows >= before) & (rows < before + part.num_rows)] - before
        changed = columns[column].copy()
        for row in here.tolist():
            changed[row] = value(changed[row].item()) if callable(value) else value
        table.from_columns(**{**columns, column: changed}).write_file(path)  # type: ignore[attr-defined]
        before += part.num_rows
    recorded_anew(folder, name, tokens)


def without_rows(folder: RunFolder, name: str, dropped: Callable[[Table], np.ndarray[Any, Any]]) -> None:
    """Remove the rows of a published table for which a mask says so."""
    table = shape_of(BY_ID[name])
    assert table is not None and issubclass(table, Table)
    for path in part_paths(folder.folder(BY_ID[name])):
        part = table.read_file(path)
        part.take(~dropped(part)).write_file(path)
    recorded_anew(folder, name)


def altered_document(folder: RunFolder, name: str, change: Callable[[Any], None]) -> None:
    """Change a published JSON document."""
    path = folder.path(BY_ID[name])
    content = json.loads(path.read_bytes())
    change(content)
    path.write_bytes(document_bytes(content))
    recorded_anew(folder, name)


def recorded_anew(folder: RunFolder, name: str, tokens: Mapping[str, Any] | None = None) -> None:
    """Write the publish record of a dataset again, for the files that lie there now."""
    dataset = BY_ID[name]
    split = [f"{token}={value}" for token, value in (tokens or {}).items()]
    records = (folder.root / "published" / name).rglob("*.json")
    (record_path,) = (path for path in records if all(one in path.as_posix() for one in split))
    record = json.loads(record_path.read_bytes())
    target = folder.folder(dataset, tokens)
    for entry in record["files"]:
        data = (target / entry["path"]).read_bytes()
        entry.update(bytes=len(data), sha256_hex=hashlib.sha256(data).hexdigest())
    if dataset.format == "parquet":
        kept = kept_contracts(folder.path(BY_ID["contracts_ir"]), folder.identity.contracts_digest)
        paths: list[Path] = part_paths(target)
        record["content_digest"] = content_digest_of_files(kept.columns[name], paths)
    record_path.write_bytes(document_bytes(record))
