"""What the readers of users' files give on: blocks of rows as they stand there, and the lines that are no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from codegen.runtime.shown_text import decoded, shown
from engine.core.errors import EngineError
from engine.kernels.arrays import Int64Array
from engine.world.import_file import ImportFile, unreadable
from generated.errors.engine import USE, WORLD

__all__ = ["ColumnNames", "ImportBlock", "RowProblem", "columns_of", "cut", "listed", "map_refused"]

LONGEST_VALUE_SHOWN: Final = 200
NAMES_SHOWN: Final = 20


class RowProblem(NamedTuple):
    """Why a row of a file cannot be used; `line` counts from 1, `field` is empty when the whole row is meant."""

    line: int
    field: str
    value: str
    reason: str
    unknown_merchant: bool = False


class ColumnNames(NamedTuple):
    """The columns that an import looks for, those that it needs, and the names that the file has for some of them."""

    wanted: Sequence[str]
    needed: Sequence[str]
    renamed: Mapping[str, str]

    def in_file(self) -> dict[str, str]:
        """The name in the file of each column; a name that --map gave away no longer stands for itself.

        Raises:
            EngineError: a needed column has no name left.
        """
        given = set(self.renamed.values())
        names = {
            column: self.renamed.get(column, column)
            for column in self.wanted
            if column in self.renamed or column not in given
        }
        for column in self.needed:
            if column not in names:
                other = next(new for new, old in self.renamed.items() if old == column)
                raise map_refused(
                    "each column of the file for one of the roster", f"{column} for {column} and {other}"
                )
        return names


@dataclass(frozen=True)
class ImportBlock:
    """Rows of a file: the line of each, columns in the plain layout of `exact_values`, and lines that are no row.

    `spread` names the first line of a row that runs over several lines, 0 if none does.
    """

    lines: Int64Array
    columns: Mapping[str, Any]
    problems: list[RowProblem] = field(default_factory=list)
    spread: int = 0
    spread_rows: int = 0


def map_refused(expected: str, found: str) -> EngineError:
    """The error of a --map that cannot be meant."""
    return EngineError(USE.BAD_OPTION, where="--map", expected=expected, found=shown(found))


def columns_of(file: ImportFile, present: Sequence[str], names: ColumnNames) -> dict[str, str]:
    """The file's column of each column that it has.

    Raises:
        EngineError: a needed column is missing, one that --map names is not there, or a column stands twice.
    """
    found: dict[str, str] = {}
    for column, wanted in names.in_file().items():
        count = present.count(wanted)
        if count > 1:
            raise unreadable(file.path, f"one column {wanted}", f"{count} of them")
        if count:
            found[column] = wanted
        elif column in names.renamed:
            raise map_refused(f"a column of {file.shown}: {listed(present)}", f"{wanted}={column}")
        elif column in names.needed:
            raise EngineError(
                WORLD.IMPORT_FIELD_MISSING,
                where=file.shown,
                expected=shown(f"a column {wanted}"),
                found=listed(present),
            )
    return found


def listed(names: Sequence[str]) -> str:
    """Names of columns as a message gives them."""
    some = ", ".join(shown(cut(name)) for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return (some or "no column") + (f" and {more} more" if more > 0 else "")


def cut(value: bytes | str) -> str:
    r"""A value as a report shows it: bytes that are no text as `\xNN`, what is very long cut."""
    if isinstance(value, bytes):
        value = decoded(value[: 4 * (LONGEST_VALUE_SHOWN + 1)])
    return value if len(value) <= LONGEST_VALUE_SHOWN else value[:LONGEST_VALUE_SHOWN] + "…"
