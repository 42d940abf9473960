"""The laws of generated code, checked on a drawn package: `python -m tests.properties.drawn_checks FOLDER`.

Runs in a process of its own, in which `generated` is the drawn package. Prints what was checked, as JSON.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from codegen.build import catalogue
from codegen.load import contract_bytes
from codegen.runtime.checks import TableChecks
from codegen.runtime.columns import NUMPY_TYPES, TextColumn
from codegen.runtime.paths import DatasetPath, PathTokenError
from codegen.runtime.tables import ColumnSpec, Table
from tests.properties.drawn_contracts import PATTERNS
from tests.properties.model_agreement import documents, model_of, require_agreement, standalone_schema

ROWS = 12
FULL_PATTERNS = {
    **PATTERNS,
    "^[0-9a-f]{64}$": ([f"{n:064x}" for n in range(20)], ["0" * 63, "G" * 64, "0" * 64 + "\n"]),
}
FORMATS = {
    "date": (
        [f"2024-02-{day:02d}" for day in range(1, 30)],
        ["2023-02-29", "20240101", "0000-01-01", "2024-01-01\n"],
    ),
    "date-time": (
        [f"2024-02-29T{hour:02d}:00:00Z" for hour in range(24)],
        ["2024-02-29T24:00:00Z", "2024-06-31T00:00:00Z", "2024-01-01"],
    ),
}
"""Texts of a format, and texts that are not."""
TOKENS: dict[str, list[Any]] = {
    "seed": [0, 42, 2**64 - 1],
    "manifest_fingerprint": ["0" * 64, "9af" + "1" * 61],
    "parameter_hash": ["f" * 64],
    "run_id": ["0" * 32, "c0ffee" + "0" * 26],
    "scenario_id": ["base", "A.b-c_9"],
    "utc_day": ["2026-01-31"],
}
BAD_TOKENS: dict[str, list[Any]] = {
    "seed": [-1, 2**64, "01", "", True, "1/2"],
    "manifest_fingerprint": ["0" * 63, "G" * 64, "../" + "0" * 61],
    "parameter_hash": ["", "0" * 64 + "\n"],
    "run_id": ["0" * 64],
    "scenario_id": ["..", ".", "a/b", "", "a\\b", "x" * 65],
    "utc_day": ["2026-1-1", "2026-01-31/.."],
}


def everything(package: str) -> Iterator[Any]:
    """Every module of a package, imported."""
    found = importlib.import_module(package)
    yield found
    for item in pkgutil.walk_packages(found.__path__, package + "."):
        yield importlib.import_module(item.name)


def table_classes() -> list[type[Table]]:
    """Every generated table."""
    found = []
    for module in everything("generated.tables"):
        for item in vars(module).values():
            if inspect.isclass(item) and issubclass(item, Table) and item is not Table:
                found.append(item)
    return found


# -- paths -------------------------------------------------------------------------------------------------------


def check_paths() -> int:
    """Resolve and parse are inverse; a token that would leave its segment is refused."""
    checked = 0
    for module in everything("generated.paths"):
        for path in vars(module).values():
            if not isinstance(path, DatasetPath):
                continue
            for number in range(3):
                tokens = {name: TOKENS[name][number % len(TOKENS[name])] for name in path.tokens}
                made = path(**tokens)  # type: ignore[operator]
                assert made == path.resolve(tokens)
                assert ".." not in made.parts
                assert not made.is_absolute()
                assert path.parse(made) == {name: str(value) for name, value in tokens.items()}
                assert path.resolve(path.parse(made)) == made
                assert (
                    made.full_match(path.glob()) if hasattr(made, "full_match") else made.match(path.glob())
                )
                with pytest.raises(PathTokenError):
                    path.parse(PurePosixPath("other") / made)
                for name in path.tokens:
                    for bad in BAD_TOKENS[name]:
                        with pytest.raises(PathTokenError):
                            path.resolve({**tokens, name: bad})
                    with pytest.raises(PathTokenError):
                        path.resolve({key: value for key, value in tokens.items() if key != name})
                checked += 1
    return checked


# -- tables ------------------------------------------------------------------------------------------------------


def pool(spec: ColumnSpec) -> list[Any]:
    """Values that a column accepts: at least two where it can."""
    if spec.type == "string":
        if spec.enum:
            return list(spec.enum)
        if spec.pattern:
            return list(FULL_PATTERNS[spec.pattern][0])
        if spec.format:
            return list(FORMATS[spec.format][0])
        least, most = spec.min_length or 0, spec.max_length or 8
        return ["é" * least, "b" * most, "c" * least + "d" * min(1, most - least)]
    if spec.type == "bool":
        return [False, True]
    if spec.type == "date32":
        return [np.datetime64("1970-01-01") + day for day in range(30)]
    if spec.type.startswith("timestamp"):
        return [np.datetime64("2026-01-01T00:00:00.000000") + step for step in range(-5, 30)]
    low, high = limits(spec)
    if spec.type == "float64":
        return [low + (high - low) * share for share in (0.25, 0.5, 0.75)]
    return sorted({*range(int(low), min(int(low) + 20, int(high)) + 1), int(high)})


def limits(spec: ColumnSpec) -> tuple[Any, Any]:
    """The least and the greatest value of a numeric column (for floats, bounds that may be open)."""
    whole = spec.type != "float64"
    step = 1 if whole else 0
    lows = [spec.minimum, None if spec.exclusive_minimum is None else spec.exclusive_minimum + step]
    highs = [spec.maximum, None if spec.exclusive_maximum is None else spec.exclusive_maximum - step]
    if whole:
        bounds = np.iinfo(NUMPY_TYPES[spec.type])
        lows.append(int(bounds.min))
        highs.append(int(bounds.max))
    low = max(value for value in [*lows, None if whole else -1e3] if value is not None)
    high = min(value for value in [*highs, None if whole else 1e3] if value is not None)
    return low, high


def sort_key(spec: ColumnSpec, value: Any) -> Any:
    """What a column's values sort by."""
    return value.encode() if spec.type == "string" else value


def valid_rows(table: type[Table], tokens: dict[str, Any]) -> dict[str, list[Any]]:
    """Rows that obey every constraint: distinct keys in writer order, constants, the partition's tokens."""
    spec = table.SPEC
    random = np.random.default_rng(zlib.crc32(spec.ref.encode()))
    columns: dict[str, list[Any]] = {}
    for column in spec.columns:
        values = pool(column)
        if column.name in tokens and column.name in spec.partition_keys:
            columns[column.name] = [tokens[column.name]] * ROWS
        elif column.constant:
            columns[column.name] = [values[0]] * ROWS
        else:
            picked = [values[i] for i in random.integers(len(values), size=ROWS)]
            columns[column.name] = [
                None if column.nullable and random.random() < 0.3 else value for value in picked
            ]
    rows = list(range(ROWS))
    if spec.sort_keys:
        keyed = {name: spec.column(name) for name in spec.sort_keys}
        unique = spec.primary_key or spec.sort_keys
        first: dict[Any, int] = {}
        for row in rows:
            first.setdefault(tuple(columns[name][row] for name in unique), row)
        rows = sorted(
            first.values(), key=lambda row: [sort_key(keyed[n], columns[n][row]) for n in spec.sort_keys]
        )
    return {name: [values[row] for row in rows] for name, values in columns.items()}


def assembled(table: type[Table], columns: dict[str, list[Any]]) -> Any:
    """The generated table of these rows."""
    given: dict[str, Any] = {}
    for spec in table.SPEC.columns:
        values = columns[spec.name]
        if spec.constant and values:
            given[spec.name] = values[0]
        elif spec.type == "string":
            given[spec.name] = TextColumn.of(values)
        else:
            missing = [value is None for value in values]
            filler = pool(spec)[0]
            array = np.array([filler if value is None else value for value in values], NUMPY_TYPES[spec.type])
            given[spec.name] = np.ma.MaskedArray(array, mask=missing) if spec.nullable else array
    if all(spec.constant for spec in table.SPEC.columns):
        name = table.SPEC.columns[0].name
        given[name] = columns[name]
    return table.from_columns(**given)  # type: ignore[attr-defined]


def with_value(arrow: pa.Table, spec: ColumnSpec, row: int, value: Any) -> pa.Table:
    """The Arrow table with one value replaced, nulls let in."""
    number = arrow.column_names.index(spec.name)
    column = arrow.column(number)
    values = column.to_pylist()
    values[row] = value
    plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    made = pa.array(values, plain)
    if pa.types.is_dictionary(column.type):
        made = made.dictionary_encode()
    return arrow.set_column(number, pa.field(spec.name, made.type, nullable=True), made)


def planted(spec: ColumnSpec, found: list[Any]) -> Iterator[tuple[str, Any]]:
    """(rule, value) for every constraint that the column declares."""
    if not spec.nullable:
        yield "null", None
    if spec.type == "string":
        if spec.enum:
            yield "enum", "".join(map(str, spec.enum)) + "?"
        if spec.pattern:
            yield from (("pattern", text) for text in FULL_PATTERNS[spec.pattern][1])
        if spec.format:
            yield from (("format", text) for text in FORMATS[spec.format][1])
        if spec.min_length:
            yield "range", "x" * (spec.min_length - 1)
        if spec.max_length is not None:
            yield "range", "x" * (spec.max_length + 1)
    elif spec.type == "float64":
        yield from (("range", value) for value in (float("nan"), float("inf"), float("-inf")))
        for bound, outside in ((spec.minimum, -1), (spec.maximum, 1)):
            if bound is not None:
                yield "range", float(np.nextafter(float(bound), outside * np.inf))
        for bound in (spec.exclusive_minimum, spec.exclusive_maximum):
            if bound is not None:
                yield "range", float(bound)
    elif spec.type in NUMPY_TYPES and np.dtype(NUMPY_TYPES[spec.type]).kind in "iu":
        bounds = np.iinfo(NUMPY_TYPES[spec.type])
        low, high = limits(spec)
        for value in (int(low) - 1, int(high) + 1):
            if bounds.min <= value <= bounds.max:
                yield "range", value
    if spec.constant and len(found) > 1:
        other = next((value for value in pool(spec) if value != pool(spec)[0]), None)
        if other is not None:
            yield "enum", other.item() if isinstance(other, np.datetime64) else other


def check_tables() -> dict[str, int]:
    """A valid table passes its validators and round-trips; every planted violation is named by column and row."""
    counts = {"tables": 0, "rows": 0, "planted": 0}
    for table in table_classes():
        spec = table.SPEC
        checks = TableChecks(spec)
        tokens = {name: TOKENS[name][0] for name in spec.partition_keys}
        columns = valid_rows(table, tokens)
        made = assembled(table, columns)
        assert list(checks.violations(made.arrow, tokens)) == [], spec.ref
        for column in spec.columns:
            assert _as_listed(getattr(made, column.name)) == columns[column.name], (spec.ref, column.name)
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "part-00000.parquet"
            made.write_file(path)
            assert table.read_file(path).arrow.to_pylist() == made.arrow.to_pylist(), spec.ref
            again = Path(scratch) / "part-00001.parquet"
            table.read_file(path).write_file(again)
            assert path.read_bytes() == again.read_bytes(), spec.ref
        counts["tables"] += 1
        counts["rows"] += made.num_rows
        counts["planted"] += plant_everything(table, made.arrow, columns, tokens)
    return counts


def _as_listed(column: Any) -> list[Any]:
    """The values that a table's property gives, with None for null."""
    if isinstance(column, TextColumn):
        return list(column.decoded())
    masked = np.ma.MaskedArray(column)
    return [
        None if missing else value
        for value, missing in zip(masked.data, np.ma.getmaskarray(masked), strict=True)
    ]


def plant_everything(
    table: type[Table], arrow: pa.Table, columns: dict[str, list[Any]], tokens: dict[str, Any]
) -> int:
    """Plant each violation alone and see it named; how many were planted."""
    spec = table.SPEC
    checks = TableChecks(spec)
    count = 0
    last = arrow.num_rows - 1
    for column in spec.columns:
        for rule, value in planted(column, columns[column.name]):
            found = list(checks.violations(with_value(arrow, column, last, value), tokens))
            hits = {(v.rule, v.column, v.row) for v in found}
            assert (rule, column.name, last) in hits, (spec.ref, column, value, sorted(hits))
            count += 1
        missing = arrow.drop_columns([column.name])
        assert ("column", column.name, -1) in {
            (v.rule, v.column, v.row) for v in checks.violations(missing, tokens)
        }
        other = arrow.set_column(
            arrow.column_names.index(column.name), column.name, pa.array([b"x"] * arrow.num_rows, pa.binary())
        )
        assert ("type", column.name) in {(v.rule, v.column) for v in checks.shape(other)}
        count += 2
    extra = arrow.append_column("undeclared", pa.array([1] * arrow.num_rows))
    assert ("column", "undeclared", -1) in {
        (v.rule, v.column, v.row) for v in checks.violations(extra, tokens)
    }
    if len(spec.columns) > 1:
        turned = arrow.select(arrow.column_names[::-1])
        assert ("column", "", -1) in {(v.rule, v.column, v.row) for v in checks.violations(turned, tokens)}
    count += 2
    if last > 0 and spec.sort_keys:
        order = [*range(last - 1), last, last - 1]
        found = list(checks.violations(arrow.take(order), tokens))
        assert ("order", last) in {(v.rule, v.row) for v in found}, (spec.ref, found)
        assert not any(v.rule == "key" for v in found)
        count += 1
    if last > 0 and spec.primary_key:
        for order in ([*range(last), last - 1], [last, *range(last + 1)]):
            found = list(checks.violations(arrow.take(order), tokens))
            assert any(v.rule == "key" and v.row == len(order) - 1 for v in found), (spec.ref, found)
            assert all(v.key for v in found if v.rule == "key")
            count += 1
    for name in spec.partition_keys:
        if name in arrow.column_names:
            found = list(checks.violations(arrow, {**tokens, name: TOKENS[name][1]}))
            assert {(v.rule, v.column) for v in found} == {("partition", name)}
            count += 1
    return count


# -- documents ---------------------------------------------------------------------------------------------------


def check_models(folder: Path) -> dict[str, int]:
    """Every model agrees with its schema."""
    contracts = catalogue(contract_bytes(folder / "contracts"))
    counts = {"models": 0, "accepted": 0, "refused": 0}
    for segment, document in documents(contracts):
        accepted, refused = require_agreement(
            model_of(segment, document), standalone_schema(contracts, document), examples=12
        )
        counts["models"] += 1
        counts["accepted"] += accepted
        counts["refused"] += refused
    return counts


if __name__ == "__main__":
    modules = len(list(everything("generated")))
    sys.stdout.write(
        json.dumps(
            {"modules": modules, "paths": check_paths(), **check_tables(), **check_models(Path(sys.argv[1]))}
        )
    )
