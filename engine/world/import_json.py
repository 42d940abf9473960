"""JSON Lines as users have them: one object a line, read by Arrow where every line is one, else line by line.

Both ways come to the same rows: a block with anything that Arrow takes and RFC 8259 does not (a byte of 0, bytes that
are not UTF-8, NaN) or that only a line can tell (a member that stands twice) goes the second way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from codegen.runtime.shown_text import shown
from engine.world.exact_layouts import JsonNumber, is_utf8, json_spelling
from engine.world.import_file import ImportFile, unreadable
from engine.world.import_rows import ColumnNames, ImportBlock, RowProblem, cut, listed, map_refused

__all__ = ["json_blocks"]

BLOCK_BYTES: Final = 4 << 20
LONGEST_LINE: Final = 64 << 20
_MARK: Final = b"\xef\xbb\xbf"
_NO_NUMBER: Final = re.compile(rb"[:\[,]\s*-?(?:NaN|Inf)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


def json_blocks(file: ImportFile, names: ColumnNames, integers: str, booleans: str) -> Iterator[ImportBlock]:
    """The rows of JSON Lines; lines of nothing are passed over.

    Args:
        file: the file.
        names: the columns.
        integers: the column that may hold integers.
        booleans: the column that may hold true and false.

    Raises:
        EngineError: a line too long, or no line that has a member that --map names.
    """
    reader = _Reader(names.in_file(), {integers: pa.uint64(), booleans: pa.bool_()}, integers)
    line, left = 1, b""
    while True:
        read = file.handle.read(BLOCK_BYTES)
        data = left + read
        if line == 1:
            data = data.removeprefix(_MARK)
        stop = data.rfind(b"\n") + 1 if read else len(data)
        data, left = data[:stop], data[stop:]
        if len(left) > LONGEST_LINE:
            where = f"{file.shown}:{line + data.count(10)}"
            raise unreadable(where, f"lines of at most {LONGEST_LINE >> 20} MiB", "a longer one")
        if data:
            yield reader.block(data, line)
            line += data.count(b"\n")
        if not read:
            break
    for column in names.renamed:
        if column not in reader.seen and reader.members:
            wanted = names.renamed[column]
            raise map_refused(
                f"a member of {file.shown}: {listed(list(reader.members))}", f"{wanted}={column}"
            )


class _Reader:
    """Rows of blocks; remembers which columns were met, and the members of the first object read line by line."""

    def __init__(self, columns: Mapping[str, str], types: Mapping[str, pa.DataType], integers: str) -> None:
        self.columns = columns
        self.types = types
        self.integers = integers
        self.seen: set[str] = set()
        self.members: dict[str, None] = {}

    def block(self, data: bytes, line: int) -> ImportBlock:
        """The rows of whole lines."""
        if one_object_a_line(data) and b"\0" not in data and is_utf8(data) and not _has_no_number(data):
            for integers in (pa.uint64(), pa.string()):
                table = self._table(data, integers)
                if table is not None and table.num_rows == data.count(b"\n"):
                    lines = np.arange(line, line + table.num_rows)
                    self._note(data, table)
                    return ImportBlock(
                        lines, {name: table.column(found) for name, found in self.columns.items()}
                    )
        return self._line_by_line(data, line)

    def _note(self, data: bytes, table: pa.Table) -> None:
        for name, found in self.columns.items():
            column = table.column(found)
            if name not in self.seen and (
                column.null_count < len(column) or json.dumps(found).encode() in data
            ):
                self.seen.add(name)
        if not self.members:
            self.members = dict.fromkeys(json.loads(data[: data.index(b"\n")]))

    def _table(self, data: bytes, integers: pa.DataType) -> pa.Table | None:
        import pyarrow.json as arrow_json

        types = {**self.types, self.integers: integers}
        schema = pa.schema([(found, types.get(name, pa.string())) for name, found in self.columns.items()])
        try:
            return arrow_json.read_json(
                pa.BufferReader(data),
                read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
                parse_options=arrow_json.ParseOptions(
                    explicit_schema=schema, unexpected_field_behavior="ignore"
                ),
            )
        except (pa.ArrowException, UnicodeDecodeError):
            return None

    def _line_by_line(self, data: bytes, line: int) -> ImportBlock:
        lines: list[int] = []
        problems: list[RowProblem] = []
        values: dict[str, list[bytes | None]] = {name: [] for name in self.columns}
        for number, text in enumerate(data.split(b"\n"), line):
            if not text.strip(b" \t\r"):
                continue
            row = self._row(text)
            if isinstance(row, dict):
                lines.append(number)
                for name, found in self.columns.items():
                    values[name].append(json_spelling(row.get(found)))
            else:
                problems.extend(RowProblem(number, *told) for told in row)
        return ImportBlock(
            np.array(lines, np.int64),
            {name: pa.array(texts, pa.large_binary()) for name, texts in values.items()},
            problems,
        )

    def _row(self, line: bytes) -> dict[str, Any] | list[tuple[str, str, str]]:
        """The members of the object on a line, or why it is none: field, value, reason."""
        try:
            pairs = json.loads(
                line.decode("utf-8", "surrogateescape"),
                object_pairs_hook=_Pairs,
                parse_int=JsonNumber,
                parse_float=JsonNumber,
                parse_constant=_refuse_constant,
            )
        except json.JSONDecodeError as error:
            return [("", cut(line), f"not JSON: {error.msg} at character {error.pos + 1}")]
        except (ValueError, RecursionError) as error:
            reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
            return [("", cut(line), f"not JSON: {reason}")]
        if not isinstance(pairs, _Pairs):
            return [("", cut(line), "not a JSON object")]
        row = dict(pairs)
        self.members = self.members or dict.fromkeys(map(shown, row))
        self.seen.update(name for name, found in self.columns.items() if found in row)
        return self._problems(line, pairs, row) or row

    def _problems(self, line: bytes, pairs: _Pairs, row: dict[str, Any]) -> list[tuple[str, str, str]]:
        wanted = self.columns.values()
        twice = [name for name in wanted if sum(key == name for key, _ in pairs) > 1]
        if twice:
            return [(twice[0], cut(line), "the field stands twice")]
        problems: list[tuple[str, str, str]] = []
        if not is_utf8(line) or _SURROGATE_ESCAPE.search(line):
            for name, value in pairs:
                text = name + (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
                half = _SURROGATE.search(text)
                if half:
                    is_byte = 0xDC80 <= ord(half[0]) <= 0xDCFF and not is_utf8(line)
                    reason = "not UTF-8" if is_byte else "half of a surrogate pair, which is no text"
                    spelt = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                    problems.append((shown(name), cut(shown(spelt)), reason))
        problems += [
            (name, cut(shown(json.dumps(row[name]))), "a nested value")
            for name in wanted
            if isinstance(row.get(name), list | dict)
        ]
        return problems


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in their order, so that a repeated name is seen."""


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _has_no_number(data: bytes) -> bool:
    """Whether NaN or an infinity may stand where a value does, which Arrow passes over in members that nobody reads."""
    # One letter is sought far faster than three.
    found = (b"N" in data and b"NaN" in data) or (b"I" in data and b"Inf" in data)
    return found and _NO_NUMBER.search(data) is not None


def one_object_a_line(data: bytes) -> bool:
    """Whether every line begins with { and ends with }: then as many objects as lines means one object each."""
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    if not ends.size or ends[-1] != text.size - 1:
        return False
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    last = ends - 1 - (text[ends - 1] == ord("\r"))
    if bool((last < starts).any()):
        return False
    return bool((text[starts] == ord("{")).all() and (text[last] == ord("}")).all())
