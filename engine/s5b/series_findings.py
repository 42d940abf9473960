"""Where series, groups and rows of S2 and S3 are not those of the plan, and the block that outputs are of.

Source: spec/segment-5B.md, S2 and S3.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.blocks import Block
from engine.core.row_findings import listed, row_findings
from engine.s5b.series import Placement, ScenarioSeries, SeriesPlan, key_columns

TableT = TypeVar("TableT", bound=Table)


@dataclass(frozen=True)
class HeldBlock(Generic[TableT]):
    """A block's rows as the state gave them, with the series that they should be of."""

    series: ScenarioSeries
    block: Block
    table: TableT

    @cached_property
    def placement(self) -> Placement:
        """Which rows name another series or bucket than belongs there."""
        return self.series.placement(self.block, key_columns(self.table))

    def text(self, row: int) -> str:
        """One row in words."""
        return self.series.row_text(self.series.rows(self.block)[0] + row)


class HeldBlocks(Generic[TableT]):
    """The blocks of a plan as validators meet them, one after the other in each thread."""

    def __init__(self, plan: SeriesPlan, tables: Callable[[Any], Mapping[str, TableT]]) -> None:
        """Take the plan, and the function that gives a block's tables by scenario."""
        self._plan, self._tables = plan, tables
        self._last = threading.local()

    def of(self, outputs: Any) -> HeldBlock[TableT] | None:
        """The block of these outputs, kept for the next validator; None where their rows are not those of one block."""
        if getattr(self._last, "outputs", None) is not outputs:
            tables = self._tables(outputs)
            block = self._plan.block_of(tables)
            found = None
            if block is not None:
                series, table = self._plan.series(block), tables[block.split]
                if table.num_rows == len(block) * series.buckets:
                    found = HeldBlock(series, block, table)
            self._last.outputs, self._last.found = outputs, found
        held: HeldBlock[TableT] | None = self._last.found
        return held

    def size_findings(self, code: ErrorCode, name: str, outputs: Any) -> Iterator[Finding]:
        """A finding where the rows of outputs are not those of one block of series."""
        if self.of(outputs) is None:
            rows = {scenario: table.num_rows for scenario, table in self._tables(outputs).items()}
            yield Finding(code, name, "the rows of one block of series of one scenario", str(rows))


def missing_scenarios(
    code: ErrorCode, scenario_set: Sequence[str], datasets: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    """A finding for each dataset and scenario of the run that is not there.

    Args:
        code: the code of all findings.
        scenario_set: the scenarios of the run.
        datasets: the partitions that are there, by dataset and scenario.
    """
    for name, partitions in datasets.items():
        for scenario in sorted(set(scenario_set) - set(partitions)):
            yield Finding(code, f"{name} scenario_id={scenario}", "a published partition", "none")


def mixed_group_findings(code: ErrorCode, plan: SeriesPlan) -> Iterator[Finding]:
    """A finding for each series whose features are not those of its group, so that the group has no one law."""
    for series in plan.scenarios.values():
        yield from listed(
            code,
            (
                f"group {series.groups.ids[series.group[one]]}, {series.text(one)}"
                for one in series.mixed.tolist()
            ),
            "the class, channel, virtual band and scenario band of the group's first member",
            "others",
        )


def repeated_draws(code: ErrorCode, plan: SeriesPlan) -> Iterator[Finding]:
    """A finding for each merchant and zone with two channel groups: their rows would draw the same words."""
    for series in plan.scenarios.values():
        zone = series.zone.ordered().codes
        same = (series.merchant_id[1:] == series.merchant_id[:-1]) & (zone[1:] == zone[:-1])
        yield from listed(
            code,
            (series.text(one + 1) for one in np.flatnonzero(same).tolist()),
            "one channel group a merchant and zone",
            "another channel group before it",
        )


def source_findings(
    buckets_code: ErrorCode,
    domain_code: ErrorCode,
    series: ScenarioSeries,
    block: Block,
    name: str,
    held: Mapping[str, Any],
) -> Iterator[Finding]:
    """Where the rows of an input are not those of a block of series: the first one, under the code that fits it.

    A missing or doubled bucket shifts every row behind it, so only the first row tells what is wrong.
    """
    placement = series.placement(block, held)
    if placement.holds:
        return
    wrong = placement.entity | placement.bucket
    row = int(np.flatnonzero(wrong)[0])
    zone, channel = held["zone_representation"], held["channel_group"]
    found = (
        f"merchant {int(held['merchant_id'][row])}, zone {zone.values[int(zone.codes[row])]}, "
        f"{channel.values[int(channel.codes[row])]}, bucket {int(held['bucket_index'][row])}"
    )
    first = series.rows(block)[0] + row
    others = int(np.count_nonzero(wrong)) - 1
    yield Finding(
        buckets_code if bool(placement.bucket[row]) else domain_code,
        f"{name} row {first}",
        series.row_text(first),
        found + (f"; {others} more rows of the block differ" if others else ""),
    )


def size_findings(code: ErrorCode, series: ScenarioSeries, name: str, rows: int) -> Iterator[Finding]:
    """A finding where an input does not have one row for every series and bucket."""
    wanted = len(series) * series.buckets
    if rows != wanted:
        yield Finding(
            code,
            f"{name} scenario_id={series.scenario_id}",
            f"{len(series)} series x {series.buckets} buckets = {wanted} rows",
            f"{rows} rows",
        )


def placed_findings(
    code: ErrorCode, wrong: NDArray[np.bool_], held: HeldBlock[TableT], what: str
) -> Iterator[Finding]:
    """A finding for each row of a block's output that names another series or bucket than belongs there."""
    yield from row_findings(code, wrong, held.text, what, "another")
