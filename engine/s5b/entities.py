"""Entities: the entities of a scenario, (merchant_id, zone_representation, channel_group), in series order.

Entities order is by merchant_id, then by zone as UTF-8 bytes, then by channel group (spec/segment-5B.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.core.row_findings import listed, row_findings
from engine.kernels.arrays import run_starts
from engine.kernels.series_grouping import falling
from generated.tables.s5a import MerchantZoneScenarioLocal5A

if TYPE_CHECKING:
    from generated.tables.s5b import S1Grouping5B

LOCAL: Final = MerchantZoneScenarioLocal5A.SPEC.dataset
ENTITY_KEY: Final = MerchantZoneScenarioLocal5A.SPEC.primary_key[:-1]
"""The columns that name a series in 5A; the last key column is the bucket."""

ROWS_AT_ONCE: Final = 1 << 20
"""Bucket rows whose keys are held at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Entities:
    """Entities by row; the values of both texts are sorted by their UTF-8 bytes, so that codes compare as texts do."""

    merchant_id: NDArray[np.uint64]
    zone: TextColumn
    channel: TextColumn

    @classmethod
    def of(cls, table: S1Grouping5B) -> Self:
        """The entities of the grouping, in its row order."""
        return cls(table.merchant_id, table.zone_representation.ordered(), table.channel_group.ordered())

    def __len__(self) -> int:
        return int(self.merchant_id.shape[0])

    @property
    def key(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The columns of the key, the most significant first."""
        return self.merchant_id, self.zone.codes, self.channel.codes

    def take(self, rows: NDArray[Any]) -> Self:
        """The entities that an index array names."""
        return type(self)(self.merchant_id[rows], self.zone.take(rows), self.channel.take(rows))

    def text(self, row: int) -> str:
        """One entity in words."""
        zone, channel = (texts.values[int(texts.codes[row])] for texts in (self.zone, self.channel))
        return f"merchant {int(self.merchant_id[row])}, {zone}, {channel}"

    def texts(self) -> set[str]:
        """Every entity in words; for domains already known to differ."""
        return {self.text(row) for row in range(len(self))}

    def equals(self, other: Entities) -> bool:
        """Whether both hold the same entities row by row."""
        return (
            len(self) == len(other)
            and np.array_equal(self.merchant_id, other.merchant_id)
            and not bool(self.zone.differs(other.zone).any())
            and not bool(self.channel.differs(other.channel).any())
        )


def entities_of(local: PartitionedTable[MerchantZoneScenarioLocal5A]) -> Entities:
    """The entities of a scenario as their bucket rows follow one another; of every part only the key is read.

    An entity whose rows do not lie together stands there more than once: see `order_findings`.
    """
    merchants, zones, channels = [np.empty(0, np.uint64)], [], []
    for start in range(0, local.num_rows, ROWS_AT_ONCE):
        rows = local.rows(start, min(start + ROWS_AT_ONCE, local.num_rows), ENTITY_KEY)
        zone, channel = rows.tzid, rows.channel_group
        firsts = run_starts(rows.merchant_id, zone.codes, channel.codes)
        merchants.append(rows.merchant_id[firsts])
        zones.append(zone.take(firsts))
        channels.append(channel.take(firsts))
    found = Entities(
        np.concatenate(merchants), TextColumn.concatenated(zones), TextColumn.concatenated(channels)
    )
    return found.take(run_starts(*found.key))  # an entity may go on in the next rows


def order_findings(code: ErrorCode, series: Entities, where: str) -> Iterator[Finding]:
    """A finding for each place where entities do not ascend: rows are out of order, or an entity is in two pieces."""
    yield from row_findings(
        code,
        falling(*series.key),
        lambda row: f"{where}: {series.text(row)}",
        "series in ascending order of merchant_id, zone as UTF-8 bytes and channel_group, each in one piece",
        lambda row: f"it comes after {series.text(row - 1)}",
    )


def coverage_findings(
    code: ErrorCode, wanted: Entities, held: Entities, wanted_in: str, held_in: str
) -> Iterator[Finding]:
    """A finding for each entity that only one of two domains has, or for rows that stand there twice."""
    if wanted.equals(held):
        return
    left, right = wanted.texts(), held.texts()
    yield from listed(
        code,
        (f"{held_in}: {text}" for text in left - right),
        f"a row, since {wanted_in} has the series",
        "none",
    )
    yield from listed(
        code,
        (f"{held_in}: {text}" for text in right - left),
        f"no row, since {wanted_in} has no such series",
        "a row",
    )
    if left == right:
        yield Finding(code, held_in, f"{len(wanted)} rows in series order", f"{len(held)} rows")
