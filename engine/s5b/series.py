"""The series of a scenario, the groups that they are in, and their buckets: what S2 and S3 both start from.

A series is one (merchant_id, zone_representation, channel_group) with all buckets of the horizon; series stand in the
order of s1_grouping_5B, and row r of a scenario's tables is bucket r mod H of series r div H.
Source: spec/segment-5B.md, scopes, S1 and S2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core.blocks import Block, split_blocks
from generated.tables.s5b import S2RealisedIntensity5B

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.tables.s5b import S1Grouping5B, S1TimeGrid5B

Int32Array = NDArray[np.int32]
KEY: Final = S2RealisedIntensity5B.SPEC.primary_key
"""The key of every table of the segment whose rows are series and buckets: merchant, zone, channel, bucket."""


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The groups of a scenario in ascending order of their ids as UTF-8 bytes, with the features of each."""

    ids: tuple[str, ...]
    band: str
    """`baseline` or `stress`."""
    demand_class: tuple[str, ...]
    channel_group: tuple[str, ...]
    virtual_band: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioSeries:
    """The series of one scenario."""

    scenario_id: str
    buckets: int
    """H, the buckets of the horizon."""
    bucket_seconds: int
    merchant_id: NDArray[np.uint64]
    """(S,) in series order."""
    zone: TextColumn
    channel: TextColumn
    group: Int32Array
    """(S,) positions in `groups`."""
    groups: Groups
    first: Int32Array
    """(G,) the first series of each group."""
    mixed: Int32Array
    """Series whose features differ from those of the first series of their group; there should be none."""

    def __len__(self) -> int:
        return int(self.merchant_id.shape[0])

    @classmethod
    def of(cls, scenario_id: str, grid: S1TimeGrid5B, grouping: S1Grouping5B) -> ScenarioSeries:
        """The series that S1 put into groups, on the grid of their scenario."""
        _, first, group = np.unique(grouping.group_id.ordered().codes, return_index=True, return_inverse=True)
        features = [grouping.demand_class, grouping.channel_group, grouping.virtual_band]
        mixed = np.zeros(grouping.num_rows, dtype=np.bool_)
        for feature in (*features, grouping.scenario_band):
            mixed |= feature.codes != feature.codes[first[group]]

        def of_groups(texts: TextColumn) -> tuple[str, ...]:
            return tuple(texts.values[code] for code in texts.codes[first].tolist())

        band = grouping.scenario_band
        return cls(
            scenario_id,
            grid.num_rows,
            int(grid.bucket_duration_seconds[0]) if grid.num_rows else 0,
            grouping.merchant_id,
            grouping.zone_representation,
            grouping.channel_group,
            group.astype(np.int32),
            Groups(
                of_groups(grouping.group_id),
                band.values[int(band.codes[0])] if grouping.num_rows else "baseline",
                *(of_groups(feature) for feature in features),
            ),
            first.astype(np.int32),
            np.flatnonzero(mixed).astype(np.int32),
        )

    def text(self, series: int) -> str:
        """One series in words."""
        zone = self.zone.values[int(self.zone.codes[series])]
        channel = self.channel.values[int(self.channel.codes[series])]
        return f"{self.scenario_id}: merchant {int(self.merchant_id[series])}, zone {zone}, {channel}"

    def row_text(self, row: int) -> str:
        """One row of the scenario's tables in words."""
        return f"{self.text(row // self.buckets)}, bucket {row % self.buckets}"

    def rows(self, block: Block) -> tuple[int, int]:
        """The first row of a block of series, and the row after its last."""
        return block.start * self.buckets, block.stop * self.buckets

    def entity_columns(self, block: Block) -> dict[str, Any]:
        """The key columns of the rows of a block of series, by their names in 5B's tables."""
        part = slice(block.start, block.stop)
        columns = (
            np.repeat(self.merchant_id[part], self.buckets),
            TextColumn(np.repeat(self.zone.codes[part], self.buckets), self.zone.values),
            TextColumn(np.repeat(self.channel.codes[part], self.buckets), self.channel.values),
            np.tile(np.arange(self.buckets, dtype=np.int32), len(block)),
        )
        return dict(zip(KEY, columns, strict=True))

    def group_column(self, block: Block) -> TextColumn:
        """The group of each row of a block of series; its values are those of the block, as they first appear."""
        own = self.group[block.start : block.stop]
        used, first, place = np.unique(own, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.argsort(order).astype(np.int32)
        ids = tuple(self.groups.ids[group] for group in used[order].tolist())
        return TextColumn(np.repeat(rank[place], self.buckets), ids)

    def placement(self, block: Block, held: Mapping[str, Any]) -> Placement:
        """Where rows that should be those of a block of series name another series or another bucket.

        Args:
            block: the block.
            held: the four key columns by their names in 5B's tables, as many rows as the block has.
        """
        wanted = self.entity_columns(block)
        wrong = [_differs(wanted[name], held[name]) for name in KEY]
        return Placement(wrong[0] | wrong[1] | wrong[2], wrong[3])


def _differs(wanted: Any, held: Any) -> NDArray[np.bool_]:
    """(R,) where two columns, both of text or both of numbers, hold other values."""
    found: NDArray[np.bool_] = wanted.differs(held) if isinstance(wanted, TextColumn) else held != wanted
    return found


def key_columns(table: Any) -> dict[str, Any]:
    """The key columns of a table of the segment whose rows are those of series and buckets."""
    return {name: getattr(table, name) for name in KEY}


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """(R,) which rows of a block name another series than the one that belongs there, and which another bucket."""

    entity: NDArray[np.bool_]
    bucket: NDArray[np.bool_]

    @property
    def holds(self) -> bool:
        """Whether every row is in its place."""
        return not (bool(self.entity.any()) or bool(self.bucket.any()))


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPlan:
    """The series of every scenario of a run, and the blocks in which they are worked on."""

    scenarios: Mapping[str, ScenarioSeries]
    """By scenario_id, ascending."""
    size: int
    """Series a block."""
    blocks: tuple[Block, ...]
    """Numbered through the scenarios, each inside one of them."""

    @classmethod
    def of(
        cls,
        scenario_set: Sequence[str],
        grids: Mapping[str, PartitionedTable[S1TimeGrid5B]],
        groupings: Mapping[str, PartitionedTable[S1Grouping5B]],
        size: int,
    ) -> SeriesPlan:
        """The plan of the scenarios that S1 has published grid and groups for; see `missing_scenarios`."""
        scenarios = {
            name: ScenarioSeries.of(name, grids[name].read(), groupings[name].read())
            for name in sorted(scenario_set)
            if name in grids and name in groupings
        }
        blocks = split_blocks(((name, len(series)) for name, series in scenarios.items()), size)
        return cls(scenarios, size, blocks)

    def series(self, block: Block) -> ScenarioSeries:
        """The series of a block's scenario."""
        return self.scenarios[block.split]

    @property
    def groups(self) -> int:
        """The groups of all scenarios."""
        return sum(len(series.groups) for series in self.scenarios.values())

    def share(self, block: Block) -> range:
        """The even share of its scenario's groups that goes with a block: positions in `groups`."""
        series = self.series(block)
        place, blocks = block.start // self.size, -(-len(series) // self.size)
        groups = len(series.groups)
        return range(place * groups // blocks, (place + 1) * groups // blocks)

    def groups_before(self, block: Block) -> int:
        """The groups of the scenarios, and of the shares of blocks, before a block."""
        earlier = (len(series.groups) for name, series in self.scenarios.items() if name < block.split)
        return sum(earlier) + self.share(block).start

    def rows_before(self, block: Block) -> int:
        """The rows of the scenarios and blocks before a block."""
        earlier = (len(one) * one.buckets for name, one in self.scenarios.items() if name < block.split)
        return sum(earlier) + self.series(block).rows(block)[0]

    def block_of(self, tables: Mapping[str, Any]) -> Block | None:
        """The block that one block's tables, by scenario, are of, by the series of the first row; None if of none."""
        if len(tables) != 1:
            return None
        ((name, table),) = tables.items()
        series = self.scenarios.get(name)
        if series is None or not table.num_rows:
            return None
        first = table.first()
        if not first.num_rows:  # of a file that says that it has some
            return None
        zone = first.zone_representation.values[int(first.zone_representation.codes[0])]
        for place in np.flatnonzero(series.merchant_id == first.merchant_id[0]).tolist():
            if series.zone.values[int(series.zone.codes[place])] == zone:
                start = place // self.size * self.size
                return next(block for block in self.blocks if (block.split, block.start) == (name, start))
        return None
