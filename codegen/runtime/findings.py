"""What a check reports when a law does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen.runtime.errors import ErrorCode


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A declared constraint of a table that one row, or the table as a whole, breaks.

    `rule` is one of column, type, null, range, enum, pattern, format, key, order, partition.
    `row` is the 0-based row in the file or table that was checked, or -1 for the whole.
    """

    rule: str
    column: str
    row: int
    key: str
    expected: str
    found: str

    @property
    def where(self) -> str:
        """The place in words: column, row and key."""
        place = f"column {self.column}" if self.column else "table"
        if self.row >= 0:
            place += f", row {self.row}"
        return f"{place} ({self.key})" if self.key else place


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken law under its code: where, what was expected, what was found."""

    code: ErrorCode
    where: str
    expected: str
    found: str

    @property
    def sort_key(self) -> tuple[str, str, str, str]:
        """The order in which reports list findings."""
        return (self.code.full, self.where, self.expected, self.found)


Findings = Iterable[Finding]
