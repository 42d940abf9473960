"""The digest of a table's rows as JSON Lines is that of the rows one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.canonical import CanonicalError
from codegen.runtime.tables import ColumnSpec, Table, TableSpec
from engine.core.digests import rows_digest
from engine.core.table_lines import table_lines_digest

COLUMNS = {
    "number": ("uint64", st.integers(0, 2**64 - 1)),
    "below": ("int32", st.integers(-(2**31), 2**31 - 1)),
    "yes": ("bool", st.booleans()),
    "text": ("string", st.text(max_size=6)),
    "size": ("float64", st.floats(allow_nan=False, allow_infinity=False)),
}


class Rows(Table):
    """A table with a column of each kind that has a JSON value."""

    SPEC = TableSpec(
        dataset="rows",
        ref="",
        columns=tuple(
            ColumnSpec(
                name,
                kind,
                nullable=name in ("below", "text"),
                storage="dictionary" if kind == "string" else "",
            )
            for name, (kind, _) in COLUMNS.items()
        ),
        primary_key=(),
        sort_keys=(),
        partition_keys=(),
        row_group_rows=1,
    )
    ARROW_SCHEMA = SPEC.arrow_schema

    @property
    def number(self) -> Any:
        return self._values("number")

    @property
    def below(self) -> Any:
        return self._masked("below")

    @property
    def yes(self) -> Any:
        return self._values("yes")

    @property
    def text(self) -> Any:
        return self._texts("text")

    @property
    def size(self) -> Any:
        return self._values("size")


def rows_of(columns: dict[str, list[Any]]) -> Rows:
    below = columns["below"]
    return Rows._assembled(
        columns
        | {
            "number": np.array(columns["number"], dtype=np.uint64),
            "below": np.ma.MaskedArray(
                np.array([value or 0 for value in below], dtype=np.int32),
                mask=[value is None for value in below],
            ),
            "yes": np.array(columns["yes"], dtype=np.bool_),
            "size": np.array(columns["size"], dtype=np.float64),
        }
    )


@given(
    st.lists(
        st.tuples(
            *(
                st.one_of(st.none(), values) if name in ("below", "text") else values
                for name, (_, values) in COLUMNS.items()
            )
        ),
        min_size=1,
        max_size=20,
    )
)
def test_a_table_has_the_digest_of_its_rows(rows: list[tuple[Any, ...]]) -> None:
    table = rows_of(dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True)))
    assert table_lines_digest(table) == rows_digest(table.arrow.to_pylist())


@pytest.mark.parametrize("near", [0.0, 1e-7, 1e-6, 1e-4, 1.0, 1e15, 1e16, 1e17, 1e21, 1e22, 2.0**53])
def test_numbers_are_written_as_the_law_writes_them(near: float) -> None:
    values = [
        sign * value
        for value in (near, math.nextafter(near, 0), math.nextafter(near, 1e300))
        for sign in (1, -1)
    ]
    rows = len(values)
    table = rows_of(
        {
            "number": [0] * rows,
            "below": [None] * rows,
            "yes": [True] * rows,
            "text": [None] * rows,
            "size": values,
        }
    )
    assert table_lines_digest(table) == rows_digest(table.arrow.to_pylist())


def test_a_number_that_is_not_finite_is_refused() -> None:
    table = rows_of({"number": [0], "below": [1], "yes": [True], "text": ["a"], "size": [math.inf]})
    with pytest.raises(CanonicalError, match="not a finite number"):
        table_lines_digest(table)


def test_a_table_without_rows_has_the_digest_of_nothing() -> None:
    assert table_lines_digest(Rows.empty()) == rows_digest([])
