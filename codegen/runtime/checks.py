"""Vectorised checks of every declared constraint of a table, over all its rows.

Shared by the generated validators. A check yields violations and never stops at the first; per rule and column at most
`SHOWN` rows are listed, and one more violation counts the rest, so that a table that is wrong everywhere still gives a
readable report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegen.runtime.columns import ROWS_AT_A_TIME
from codegen.runtime.findings import Violation
from codegen.runtime.formats import FORMATS
from codegen.runtime.paths import Token
from codegen.runtime.patterns import compiled
from codegen.runtime.tables import ColumnSpec, TableSpec, text_column, unpacked

SHOWN: Final = 10
_FEW: Final = 8
"""Of so many rows one is better named than all looked at."""
Key = tuple[str | int | float, ...]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TableChecks:
    """The checks that a table's declaration implies."""

    spec: TableSpec

    def violations(self, arrow: pa.Table, tokens: Mapping[str, Token] | None = None) -> Iterator[Violation]:
        """Every broken constraint of the rows: shape, nulls, values, key, order and partition echo.

        Args:
            arrow: the rows, in writer order.
            tokens: the partition's tokens; a column with a token's name must hold the token's value.
        """
        tokens = tokens or {}
        batches = [batch for batch in arrow.to_batches() if batch.num_rows]
        if len(batches) < 2 or not self._plainly_hold(batches, tokens):
            yield from self.of_one_piece(arrow.combine_chunks(), tokens)

    def _plainly_hold(self, batches: Sequence[pa.RecordBatch], tokens: Mapping[str, Token]) -> bool:
        """Whether rows in several chunks of memory hold piece by piece, so that they need not be put together."""
        pieces = self.piecewise(tokens)
        return all(pieces.add(pa.Table.from_batches([batch])) for batch in batches)

    def piecewise(self, tokens: Mapping[str, Token] | None = None) -> PieceChecks:
        """The same checks, asked of rows that come piece by piece."""
        return PieceChecks(self, tokens or {})

    def of_one_piece(self, arrow: pa.Table, tokens: Mapping[str, Token]) -> Iterator[Violation]:
        """As `violations`, of rows in one chunk of memory."""
        yield from self.shape(arrow)
        known = [column for column in self.spec.columns if column.name in arrow.column_names]
        for column in known:
            yield from self.values(arrow, column)
        yield from self.order(arrow)
        yield from self.echo(arrow, tokens)

    def shape(self, arrow: pa.Table) -> Iterator[Violation]:
        """Missing and unknown columns, their order, and types."""
        declared = [column.name for column in self.spec.columns]
        found = arrow.column_names
        for name in declared:
            if name not in found:
                yield Violation("column", name, -1, "", "the column", "no such column")
        for name in found:
            if name not in declared:
                yield Violation("column", name, -1, "", "no such column", "an undeclared column")
        if sorted(found) == sorted(declared) and found != declared:
            yield Violation("column", "", -1, "", ", ".join(declared), ", ".join(found))
        for column in self.spec.columns:
            if column.name in found:
                actual = arrow.schema.field(column.name).type
                plain = (
                    actual.value_type
                    if pa.types.is_dictionary(actual) and column.type == "string"
                    else actual
                )
                wanted = pa.string() if column.coded else column.arrow_type
                if plain != wanted:
                    yield Violation("type", column.name, -1, "", column.type, str(actual))

    def values(self, arrow: pa.Table, column: ColumnSpec) -> Iterator[Violation]:
        """Nulls, ranges, enumerations, patterns and formats of one column."""
        data = arrow.column(column.name)
        if data.null_count and not column.nullable:
            yield from self._rows(arrow, "null", column.name, _mask(data.is_null()), "a value", "null")
        if column.type == "string":
            if pa.types.is_string(data.type) or pa.types.is_dictionary(data.type):
                yield from self._texts(arrow, column, data)
            return
        yield from self._numbers(arrow, column, data)

    def _texts(self, arrow: pa.Table, column: ColumnSpec, data: pa.ChunkedArray[Any]) -> Iterator[Violation]:
        chunk = data.chunk(0) if data.num_chunks == 1 else None
        if isinstance(chunk, pa.DictionaryArray) and not chunk.dictionary.null_count:
            # A legal dictionary says it all, unless there has to be one value.
            legal = not any(any(rule[2]) for rule in _text_rules(column, chunk.dictionary.to_pylist()))
            if legal and (not column.constant or (len(chunk.dictionary) < 2 and not data.null_count)):
                return
        texts = text_column(data)
        for rule, expected, wrong in _text_rules(column, texts.values):
            if any(wrong):
                table = np.array([*wrong, False], dtype=np.bool_)
                yield from self._rows(arrow, rule, column.name, table[texts.codes], expected, None)
        if column.constant and texts.codes.size and bool((texts.codes != texts.codes[0]).any()):
            wrong_rows = texts.codes != texts.codes[0]
            yield from self._rows(arrow, "enum", column.name, wrong_rows, "one value in every row", None)

    def _numbers(
        self, arrow: pa.Table, column: ColumnSpec, data: pa.ChunkedArray[Any]
    ) -> Iterator[Violation]:
        if not _comparable(data.type, column) or _without_rules(column) or data.null_count == len(data):
            return
        if data.null_count:
            if _ends_are_legal(column, data):
                return
            filled, present = _numpy(data.drop_null()), ~_mask(data.is_null())
            values: NDArray[Any] = np.zeros(len(data), dtype=filled.dtype)
            values[present] = filled
        else:
            values = _numpy(data)
            if _plainly_legal(column, values):
                return
            present = np.ones(len(data), dtype=np.bool_)
        if column.type == "float64":
            yield from self._rows(
                arrow, "range", column.name, present & ~np.isfinite(values), "a finite number", None
            )
            present = present & np.isfinite(values)
        for words, bound, breaks in _bounds(column):
            if bound is not None:
                wrong = present & breaks(values, _bound(values, bound, breaks))
                yield from self._rows(arrow, "range", column.name, wrong, f"{words} {bound}", None)
        if column.enum:
            allowed = [value for value in column.enum if value is not None]
            wrong = present & ~np.isin(values, np.array(allowed, dtype=values.dtype))
            yield from self._rows(arrow, "enum", column.name, wrong, f"one of {allowed}", None)
        if column.constant and bool(present.any()):
            first = values[present][0]
            yield from self._rows(
                arrow, "enum", column.name, present & (values != first), f"{first} in every row", None
            )

    def order(self, arrow: pa.Table) -> Iterator[Violation]:
        """Writer order by the sort keys, and uniqueness of the primary key."""
        if arrow.num_rows < 2:
            return
        sorted_by, key = self.spec.sort_keys, self.spec.primary_key
        sort_ready = bool(sorted_by) and all(name in arrow.column_names for name in sorted_by)
        key_ready = bool(key) and all(name in arrow.column_names for name in key)
        ascends = sort_ready and _ascends(arrow, sorted_by)
        if sort_ready and not ascends:
            falls, _ = _steps([_ranks(arrow.column(name)).all() for name in sorted_by])
            wrong = np.concatenate([[False], falls])
            wanted = f"rows in ascending order of ({', '.join(sorted_by)})"
            yield from self._rows(arrow, "order", "", wrong, wanted, "a row after a greater one")
        if key_ready and not (ascends if sort_ready and key == sorted_by else _ascends(arrow, key)):
            ranks = [_ranks(arrow.column(name)).all() for name in key]
            falls, same = _steps(ranks)
            wrong = np.zeros(arrow.num_rows, dtype=np.bool_)
            if bool(falls.any()):
                order = np.lexsort(ranks[::-1])
                _, same = _steps([rank[order] for rank in ranks])
                wrong[order[1:][same]] = True
            else:
                wrong[1:] = same
            wanted = f"one row a key ({', '.join(key)})"
            yield from self._rows(arrow, "key", "", wrong, wanted, "a key that another row has")

    def echo(self, arrow: pa.Table, tokens: Mapping[str, Token]) -> Iterator[Violation]:
        """Columns that repeat a token of the path must hold the token's value."""
        for name in self.spec.partition_keys:
            if name in arrow.column_names and name in tokens:
                wanted = str(tokens[name])
                if _only_value(arrow.column(name)) == wanted:
                    continue
                texts = text_column(arrow.column(name))  # coded first: a token repeats in every row
                others = [str(value) != wanted for value in texts.values]
                if not any(others) and not arrow.column(name).null_count:
                    continue
                wrong = np.array([*others, True])[texts.codes]
                yield from self._rows(arrow, "partition", name, wrong, wanted, None)

    def first_key(self, arrow: pa.Table) -> Key:
        """The sort key of the first row."""
        return self._key(arrow, 0)

    def last_key(self, arrow: pa.Table) -> Key:
        """The sort key of the last row."""
        return self._key(arrow, arrow.num_rows - 1)

    def border(self, last: Key, first: Key) -> Iterator[Violation]:
        """The law between the last row of one part and the first row of the next."""
        names = self.spec.sort_keys
        before, after = _sortable(last), _sortable(first)
        place = _named(names, first)
        if before > after:
            yield Violation("order", "", -1, place, f"a key after ({_named(names, last)})", "a smaller key")
        elif before == after and self.spec.primary_key and set(self.spec.primary_key) <= set(names):
            yield Violation("key", "", -1, place, "one row a key", "the key of the part before")

    def _key(self, arrow: pa.Table, row: int) -> Key:
        return tuple(_plain(arrow.column(name)[row]) for name in self.spec.sort_keys)

    def key_text(self, arrow: pa.Table, row: int) -> str:
        """The primary key of one row in words."""
        names = [name for name in self.spec.primary_key if name in arrow.column_names]
        return ", ".join(f"{name}={arrow.column(name)[row].as_py()}" for name in names)

    def _rows(
        self, arrow: pa.Table, rule: str, column: str, wrong: BoolArray, expected: str, found: str | None
    ) -> Iterator[Violation]:
        rows = np.flatnonzero(wrong)
        for row in rows[:SHOWN].tolist():
            shown = found if found is not None else repr(_plain(arrow.column(column)[row]))
            yield Violation(rule, column, row, self.key_text(arrow, row), expected, shown)
        if rows.size > SHOWN:
            yield Violation(rule, column, -1, "", expected, f"{rows.size - SHOWN} more rows that differ")


@dataclass(slots=True)
class PieceChecks:
    """Whether the rows of a table hold that come in pieces; what does not hold here is to be asked of them all.

    Not asked of tables whose key is not what they are sorted by: two rows of one key need not be neighbours.
    """

    checks: TableChecks
    tokens: Mapping[str, Token]
    holds: bool = True
    """Of all pieces so far."""
    _first: tuple[Any, ...] = ()
    """What constants were in the first row."""
    _last: Key | None = None

    def add(self, piece: pa.Table) -> bool:
        """Take the next piece, in one chunk of memory and not without rows; returns whether all hold."""
        self.holds = self.holds and self._held(piece)
        return self.holds

    def _held(self, piece: pa.Table) -> bool:
        checks, spec = self.checks, self.checks.spec
        if spec.primary_key != spec.sort_keys or any(checks.of_one_piece(piece, self.tokens)):
            return False
        constant = [column.name for column in spec.columns if column.constant]
        if any(piece.column(name).null_count for name in (*constant, *spec.sort_keys)):
            return False
        first, last = self._first, self._last
        self._first = tuple(piece.column(name)[0].as_py() for name in constant)
        self._last = checks.last_key(piece)
        if last is None:
            return True
        return first == self._first and not any(checks.border(last, checks.first_key(piece)))


def _text_rules(column: ColumnSpec, values: Sequence[str]) -> Iterator[tuple[str, str, list[bool]]]:
    if column.enum:
        allowed = {value for value in column.enum if value is not None}
        yield "enum", f"one of {sorted(map(str, allowed))}", [value not in allowed for value in values]
    if column.pattern is not None:
        pattern = compiled(column.pattern)
        yield (
            "pattern",
            f"text that matches {column.pattern}",
            [pattern.search(value) is None for value in values],
        )
    if column.format is not None:
        form = FORMATS[column.format]
        yield "format", form.words, [not form.accepts(value) for value in values]
    if column.min_length is not None:
        least = column.min_length
        yield "range", f"at least {least} characters", [len(value) < least for value in values]
    if column.max_length is not None:
        most = column.max_length
        yield "range", f"at most {most} characters", [len(value) > most for value in values]


def _comparable(type_: pa.DataType, column: ColumnSpec) -> bool:
    if column.type in ("date32", "timestamp_us", "timestamp_us_utc"):
        return bool(pa.types.is_temporal(type_))
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_boolean(type_))


def _numpy(data: pa.ChunkedArray[Any]) -> NDArray[Any]:
    return np.asarray(data.to_numpy())


def _mask(data: pa.ChunkedArray[Any]) -> BoolArray:
    return unpacked(data)


def _bounds(column: ColumnSpec) -> Sequence[tuple[str, Any, Any]]:
    """(words, bound or None, the comparison that a value outside it passes)."""
    return (
        ("at least", column.minimum, np.less),
        ("at most", column.maximum, np.greater),
        ("more than", column.exclusive_minimum, np.less_equal),
        ("less than", column.exclusive_maximum, np.greater_equal),
    )


def _without_rules(column: ColumnSpec) -> bool:
    """Whether every value of the column's type is legal; a number that is not finite never is."""
    bounds = (bound for _, bound, _ in _bounds(column))
    return (
        column.type != "float64"
        and not column.enum
        and not column.constant
        and not any(bound is not None for bound in bounds)
    )


def _plainly_legal(column: ColumnSpec, values: NDArray[Any]) -> bool:
    """Whether the least and the greatest value alone show that all are legal: without a look at each row for each rule.

    A value that is not a number is both; an enumeration shows so only where all values are one.
    """
    return not values.size or _legal_ends(column, np.array([values.min(), values.max()]))


def _ends_are_legal(column: ColumnSpec, data: pa.ChunkedArray[Any]) -> bool:
    """As `_plainly_legal`, of the values that are there in a column with nulls; asked of whole numbers alone."""
    if not pa.types.is_integer(data.type):
        return False
    ends = pc.min_max(data)
    kept = pa.array([ends["min"].as_py(), ends["max"].as_py()], data.type)
    return _legal_ends(column, _numpy(pa.chunked_array([kept])))


def _legal_ends(column: ColumnSpec, ends: NDArray[Any]) -> bool:
    """Whether a column is legal whose least and greatest value are these."""
    one = bool(ends[0] == ends[1])
    if column.type == "float64" and not bool(np.isfinite(ends).all()):
        return False
    if any(
        bound is not None and bool(breaks(ends, _bound(ends, bound, breaks)).any())
        for _, bound, breaks in _bounds(column)
    ):
        return False
    if column.enum:
        allowed = np.array([value for value in column.enum if value is not None], dtype=ends.dtype)
        if not (one and bool(np.isin(ends, allowed).all())):
            return False
    return one or not column.constant


def _bound(values: NDArray[Any], bound: int | float, breaks: Any) -> Any:
    """The bound in the column's own type, so that uint64 limits are compared exactly."""
    if values.dtype.kind == "u" and isinstance(bound, int) and bound < 0:
        return np.int64(bound)
    if values.dtype.kind in "iu" and isinstance(bound, int):
        limits = np.iinfo(values.dtype)
        if limits.min <= bound <= limits.max:
            return values.dtype.type(bound)
    return bound


def _only_value(data: pa.ChunkedArray[Any]) -> str | None:
    """The one value that all rows of a column of whole numbers have, in words; None where there is no such value."""
    if data.null_count or not len(data) or not pa.types.is_integer(data.type):
        return None
    values = _numpy(data)
    least, greatest = values.min(), values.max()
    return str(least) if least == greatest else None


class _Ranks(NamedTuple):
    """Numbers that compare as a column's values do (text by its UTF-8 bytes)."""

    held: NDArray[Any]
    """(R,) numbers that are equal where the values are."""
    of_code: NDArray[np.int32] | None
    """Where `held` are codes of text, the rank of each code and, last, of null; None where they are ranks."""

    def of(self, held: NDArray[Any]) -> NDArray[Any]:
        """The ranks of some of the column's numbers."""
        return held if self.of_code is None else self.of_code[held]

    def all(self) -> NDArray[Any]:
        """(R,) the ranks of all rows."""
        return self.of(self.held)


def _ranks(data: pa.ChunkedArray[Any]) -> _Ranks:
    if pa.types.is_string(data.type) or pa.types.is_dictionary(data.type):
        text = text_column(data)
        places = {value: rank for rank, value in enumerate(sorted(set(text.values), key=str.encode))}
        of_code = np.array([*(places[value] for value in text.values), -1], dtype=np.int32)
        once = len(places) == len(text.values)
        return _Ranks(text.codes, of_code) if once else _Ranks(of_code[text.codes], None)
    values = _numpy(data)
    return _Ranks(values.view(np.int64) if values.dtype.kind == "M" else values, None)


def _ascends(arrow: pa.Table, names: Sequence[str]) -> bool:
    """Whether each row is greater than the one before by the columns of these names.

    Asked of a few rows at a time, which stay in a core's own cache, and of ranks only where a value changes.
    """
    columns = [_ranks(arrow.column(name)) for name in names]
    for start in range(0, arrow.num_rows - 1, ROWS_AT_A_TIME):
        stop = min(start + ROWS_AT_A_TIME + 1, arrow.num_rows)
        greater = np.zeros(stop - start - 1, dtype=np.bool_)
        for column in columns:
            held = column.held[start:stop]
            differs = held[1:] != held[:-1]
            if _FEW * np.count_nonzero(differs) < differs.shape[0]:
                changed = np.flatnonzero(differs)
                falls = column.of(held[changed + 1]) < column.of(held[changed])
                decided = greater[changed]
            else:
                ranks = column.of(held)
                falls, decided = ranks[1:] < ranks[:-1], greater
            if bool(np.greater(falls, decided).any()):
                return False
            greater |= differs
        if not bool(greater.all()):
            return False
    return True


def _steps(ranks: Sequence[NDArray[Any]]) -> tuple[BoolArray, BoolArray]:
    """For each row after the first: whether it is smaller than, or equal to, the row before."""
    rows = ranks[0].shape[0] - 1
    falls = np.zeros(rows, dtype=np.bool_)
    same = np.ones(rows, dtype=np.bool_)
    for rank in ranks:
        falls |= same & (rank[1:] < rank[:-1])
        same &= rank[1:] == rank[:-1]
    return falls, same


def _plain(value: pa.Scalar[Any]) -> Any:
    found = value.as_py()
    return found if isinstance(found, int | float | str | bool) or found is None else str(found)


def _sortable(key: Key) -> tuple[Any, ...]:
    return tuple(part.encode() if isinstance(part, str) else part for part in key)


def _named(names: Sequence[str], key: Key) -> str:
    return ", ".join(f"{name}={part}" for name, part in zip(names, key, strict=True))
