"""What the earlier states of the segment published, block by block, as S5 reads it and their own laws gave it.

Source: spec/segment-5B.md, S5; spec/identity-and-seals.md, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.core.blocks import Block
from engine.s5b.series import SeriesPlan

ROWS_IN_MEMORY: Final = 1 << 20
"""Larger parts are not read before somebody asks, so that memory follows their pieces and not the busiest series."""


def inputs_of(state: type[Any], inputs: Any) -> Any:
    """The inputs of an earlier state, which are all inputs of S5 as well."""
    return state.Inputs(**{name: getattr(inputs, name) for name in state.Inputs.__dataclass_fields__})


@dataclass(frozen=True)
class PublishedBlocks:
    """The published outputs of a state of blocks."""

    state: type[Any]
    inputs: Any
    """Of S5."""
    plan: SeriesPlan
    traced: Callable[[Block], int]
    """How many rows of the trace a block leaves."""

    def of(self, block: Block) -> Any:
        """The outputs that one block gave; None or nothing where they are not there."""
        values = {dataset.id: self._value(dataset, block) for dataset in self._datasets}
        return self.state.Outputs(**values)

    @property
    def _datasets(self) -> tuple[DatasetSpec, ...]:
        names = self.state.Outputs.__dataclass_fields__
        return tuple(dataset for dataset in self.state.CARD.writes if dataset.id in names)

    def _value(self, dataset: DatasetSpec, block: Block) -> Any:
        held = getattr(self.inputs, dataset.id)
        if dataset.path.split_token:
            place = block.start // self.plan.size
            partition = (held or {}).get(block.split)
            if partition is not None and place < len(partition):
                return {block.split: partition.part_at_rest(place, ROWS_IN_MEMORY)}
            return {} if dataset.required else None
        if isinstance(held, PartitionedTable):
            return held.part_at_rest(block.number, ROWS_IN_MEMORY) if block.number < len(held) else None
        return self._records(dataset, held, block)

    def _records(self, dataset: DatasetSpec, held: Any, block: Block) -> Any:
        """The rows of a log that belong to a block: those of its part, its share of the trace, or the audit row."""
        if held is None:
            return None
        if held and hasattr(held[0], "part"):
            return tuple(row for row in held if row.part == block.number)
        if held and hasattr(held[0], "events_total"):
            first = sum(self.traced(other) for other in self.plan.blocks[: block.number])
            return tuple(held[first : first + self.traced(block)])
        return tuple(held) if block.number == 0 else ()

    def domain_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Partitions of other scenarios than the run's, and outputs that have not one part a block."""
        for dataset in self._datasets:
            held = getattr(self.inputs, dataset.id)
            if dataset.path.split_token and (held is not None or dataset.required):
                yield from self._partition_findings(code, dataset, held or {})
            elif isinstance(held, PartitionedTable):
                if len(held) != len(self.plan.blocks):
                    wanted = f"{len(self.plan.blocks)} parts, one a block"
                    yield Finding(code, dataset.id, wanted, f"{len(held)} parts")
            elif held and hasattr(held[0], "part"):
                parts = [row.part for row in held]
                if parts != [block.number for block in self.plan.blocks]:
                    wanted = f"a row for each part of 0 to {len(self.plan.blocks) - 1}, in order"
                    yield Finding(code, dataset.id, wanted, f"{len(parts)} rows")
            elif held and hasattr(held[0], "events_total"):
                rows = sum(map(self.traced, self.plan.blocks))
                if len(held) != rows:
                    yield Finding(code, dataset.id, f"{rows} rows", f"{len(held)} rows")

    def _partition_findings(self, code: ErrorCode, dataset: DatasetSpec, held: Any) -> Iterator[Finding]:
        wanted = dict.fromkeys(self.plan.scenarios, 0)
        for block in self.plan.blocks:
            wanted[block.split] += 1
        for scenario in sorted(wanted.keys() | held.keys()):
            where = f"{dataset.id} scenario_id={scenario}"
            if scenario not in wanted:
                yield Finding(code, where, "no partition, since it is no scenario of the run", "a partition")
            elif scenario not in held:
                yield Finding(code, where, "a published partition", "none")
            elif len(held[scenario]) != wanted[scenario]:
                parts = f"{wanted[scenario]} parts, one a block"
                yield Finding(code, where, parts, f"{len(held[scenario])} parts")
