"""The arrivals of the roster by their number, whatever part files hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.tables import PartitionedTable, part_rows
from engine.core.blocks import Block
from generated.tables.s2b import S5ArrivalRoster


@dataclass(frozen=True, slots=True)
class RosterRows:
    """A roster that is read block by block."""

    roster: PartitionedTable[S5ArrivalRoster]
    starts: NDArray[np.int64]
    """(P+1,) number of the first arrival of each part file, and the number of all."""

    @classmethod
    def of(cls, roster: PartitionedTable[S5ArrivalRoster]) -> Self:
        """The roster; only the files' footers are read."""
        counts = [part_rows(S5ArrivalRoster.SPEC.dataset, path) for path in roster.paths]
        return cls(
            roster, np.concatenate([[0], np.cumsum(np.array(counts, dtype=np.int64))]).astype(np.int64)
        )

    def __len__(self) -> int:
        return int(self.starts[-1])

    def rows(self, block: Block) -> S5ArrivalRoster:
        """The arrivals [block.start, block.stop) in roster order."""
        if not len(block):
            return S5ArrivalRoster.empty()
        first = int(np.searchsorted(self.starts, block.start, side="right")) - 1
        last = int(np.searchsorted(self.starts, block.stop, side="left"))
        pieces = []
        for number in range(first, last):
            start, stop = int(self.starts[number]), int(self.starts[number + 1])
            part = self.roster.part(number)
            if block.start <= start and stop <= block.stop:
                pieces.append(part)
            else:
                pieces.append(part.rows(max(block.start, start) - start, min(block.stop, stop) - start))
        return pieces[0] if len(pieces) == 1 else S5ArrivalRoster.concatenated(pieces)


def arrival_text(rows: S5ArrivalRoster, first: int, row: int) -> str:
    """One arrival of a block in words: its number in the roster, counted from 0, and what the roster says of it."""
    return f"arrival {first + row} (merchant {int(rows.merchant_id[row])}, {rows.utc_timestamp[row]}Z)"
