"""The key of a site, (merchant_id, legal_country_iso, site_order), over whole tables.

Every table of sites is in ascending key order, countries by their UTF-8 bytes; "the merchant's key order" of the laws
is this order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.row_findings import listed

BoolArray = NDArray[np.bool_]
Int64Array = NDArray[np.int64]


class SiteTable(Protocol):
    """A table with one row a site."""

    @property
    def num_rows(self) -> int: ...
    @property
    def merchant_id(self) -> NDArray[np.uint64]: ...
    @property
    def legal_country_iso(self) -> TextColumn: ...
    @property
    def site_order(self) -> NDArray[np.int32]: ...
    def take(self, rows: Int64Array) -> Self: ...


SiteTableT = TypeVar("SiteTableT", bound=SiteTable)


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """The keys of a table's rows; the values of `country` are sorted, so that its codes compare as the texts do."""

    merchant_id: NDArray[np.uint64]
    country: TextColumn
    site_order: NDArray[np.int32]

    @classmethod
    def of(cls, table: SiteTable) -> Self:
        """The keys of a table, in its row order."""
        return cls(table.merchant_id, table.legal_country_iso.ordered(), table.site_order)

    def __len__(self) -> int:
        return int(self.merchant_id.shape[0])

    def text(self, row: int) -> str:
        """The key of one row in words."""
        country = self.country.values[int(self.country.codes[row])]
        return f"merchant {int(self.merchant_id[row])}, {country}, site {int(self.site_order[row])}"

    def order(self) -> Int64Array:
        """The rows in ascending key order; equal keys stay as they are."""
        return np.lexsort((self.site_order, self.country.codes, self.merchant_id))

    def steps(self) -> tuple[BoolArray, BoolArray]:
        """(N-1,) twice: whether each key after the first is smaller than, or equal to, the key before it."""
        falls = np.zeros(max(len(self) - 1, 0), dtype=np.bool_)
        equal = np.ones_like(falls)
        for column in (self.merchant_id, self.country.codes, self.site_order):
            falls |= equal & (column[1:] < column[:-1])
            equal &= column[1:] == column[:-1]
        return falls, equal

    def equals(self, other: SiteKeys) -> bool:
        """Whether both hold the same keys row by row."""
        return (
            len(self) == len(other)
            and np.array_equal(self.merchant_id, other.merchant_id)
            and np.array_equal(self.site_order, other.site_order)
            and not bool(self.country.differs(other.country).any())
        )

    def texts(self) -> set[str]:
        """Every key in words; for tables already known to differ."""
        return {self.text(row) for row in range(len(self))}


def in_key_order(table: SiteTableT) -> SiteTableT:
    """The table with its rows in ascending key order; the table itself when it is in order already."""
    keys = SiteKeys.of(table)
    falls, _ = keys.steps()
    return table.take(keys.order()) if bool(falls.any()) else table


def repeated_keys(table: SiteTable) -> BoolArray:
    """(N,) true at a row of a table in key order whose key the row before has."""
    repeated = np.zeros(table.num_rows, dtype=np.bool_)
    if table.num_rows > 1:
        repeated[1:] = SiteKeys.of(table).steps()[1]
    return repeated


def merchant_starts(merchant_id: NDArray[np.uint64]) -> Int64Array:
    """(M+1,) offsets of the merchants' rows in a column where each merchant's rows are adjacent."""
    borders = np.flatnonzero(merchant_id[1:] != merchant_id[:-1]) + 1
    bounds = np.concatenate(([0], borders, [merchant_id.shape[0]])) if merchant_id.shape[0] else np.zeros(1)
    return bounds.astype(np.int64)


def coverage_findings(
    code: ErrorCode, wanted: SiteTable, held: SiteTable, *, wanted_in: str, held_in: str
) -> Iterator[Finding]:
    """A finding for each site that only one of two tables has; both are in key order."""
    left, right = SiteKeys.of(wanted), SiteKeys.of(held)
    if left.equals(right):
        return
    left_texts, right_texts = left.texts(), right.texts()
    yield from listed(
        code, left_texts - right_texts, f"a row in {held_in}", f"none; {wanted_in} has the site"
    )
    yield from listed(
        code, right_texts - left_texts, f"a row in {wanted_in}", f"none; {held_in} has the site"
    )
    if left_texts == right_texts:
        yield Finding(code, held_in, f"{len(left)} rows, one a site of {wanted_in}", f"{len(right)} rows")
