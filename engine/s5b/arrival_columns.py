"""The tables of S4: what the kernel found as rows of the contract, and such rows as the checks read them.

Source: spec/segment-5B.md, S4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core.blocks import Block
from engine.core.run import Run
from engine.kernels.arrays import run_starts
from engine.kernels.arrival_checks import UNKNOWN_ZONE, ArrivalColumns, Zones
from engine.kernels.arrival_rows import Codes, bucket_keys, routed_columns
from engine.kernels.arrivals import Arrivals
from engine.s5b.arrival_routing import ArrivalRouting
from engine.s5b.events import table_identity
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.series import KEY, ScenarioSeries
from generated.tables.s5b import S4ArrivalEvents5B, S4ArrivalSummary5B

BoolArray = NDArray[np.bool_]
Int32Array = NDArray[np.int32]
Uint32Array = NDArray[np.uint32]


def events_table(
    run: Run, series: ScenarioSeries, block: Block, routing: ArrivalRouting, found: Arrivals
) -> S4ArrivalEvents5B:
    """The arrivals of a block of series as rows of the contract."""
    virtual, physical = found.virtual, ~found.virtual
    zones, sites, scenario = routing.clocks.zones, routing.sites, routing.scenarios[block.split]
    routed = routed_columns(
        found,
        buckets=series.buckets,
        settlement=scenario.of_block(block).settlement,
        site_id=sites.site_id,
        edge_id=routing.edges.edge_id,
        group_zone=sites.zone.codes,
        zones=len(zones),
        settlement_first=routing.settlement_first,
    )
    local, settles = found.local_us.view("datetime64[us]"), found.settlement_us.view("datetime64[us]")
    return S4ArrivalEvents5B.from_columns(
        **table_identity(run, block.split),
        **_keys(series, block, found.row),
        arrival_seq=found.sequence,
        draw_index=found.draw,
        ts_utc=found.instant_us.view("datetime64[us]"),
        is_virtual=virtual,
        site_id=np.ma.MaskedArray(routed.site, mask=virtual),
        edge_id=np.ma.MaskedArray(routed.edge, mask=physical),
        tz_group_id=_texts(routed.group, sites.zone.values),
        tzid_primary=_texts(routed.primary, zones),
        ts_local_primary=np.where(virtual, settles, local) if routing.settlement_first else local,
        tzid_operational=_texts(routed.operational, zones),
        ts_local_operational=np.ma.MaskedArray(local, mask=physical),
        tzid_settlement=_texts(routed.settlement, zones),
        ts_local_settlement=np.ma.MaskedArray(settles, mask=physical),
        routing_universe_hash=TextColumn(
            routed.universe, (routing.edges.universe_hash,) if bool(virtual.any()) else (), counted=True
        ),
        s4_spec_version=SPEC_VERSION,
    )


def summary_table(
    run: Run, series: ScenarioSeries, block: Block, counts: Uint32Array, virtual: Uint32Array
) -> S4ArrivalSummary5B:
    """How many arrivals of each bucket row of a block were physical and how many virtual, for rows with any.

    Args:
        run, series, block: what the rows belong to.
        counts, virtual: (R,) arrivals of each bucket row, and the virtual ones among them.
    """
    row = np.flatnonzero(counts).astype(np.int32)
    return S4ArrivalSummary5B.from_columns(
        **table_identity(run, block.split),
        **_keys(series, block, row),
        count_N=counts[row],
        count_physical=counts[row] - virtual[row],
        count_virtual=virtual[row],
        s4_spec_version=SPEC_VERSION,
    )


def _keys(series: ScenarioSeries, block: Block, row: Int32Array) -> dict[str, Any]:
    """The four key columns of rows that name bucket rows of a block."""
    part = slice(block.start, block.stop)
    keys = bucket_keys(
        row, series.buckets, series.merchant_id[part], series.zone.codes[part], series.channel.codes[part]
    )
    columns = (
        keys.merchant_id,
        _texts(keys.zone, series.zone.values),
        _texts(keys.channel, series.channel.values),
        keys.bucket,
    )
    return dict(zip(KEY, columns, strict=True))


def _texts(column: Codes, values: Sequence[str]) -> TextColumn:
    """The column of codes whose numbers name these values."""
    return TextColumn(column.codes, tuple(values[number] for number in column.numbers.tolist()), counted=True)


def bucket_rows(series: ScenarioSeries, block: Block, table: Any) -> Int32Array:
    """(A,) the bucket row of the block that each row of a table names by its key; -1 for one that the block has not."""
    names = [getattr(table, name) for name in KEY]
    merchant, zone, channel, bucket = names
    starts = run_starts(merchant, zone.codes, channel.codes)
    part = slice(block.start, block.stop)
    places = {
        key: place
        for place, key in enumerate(
            zip(
                series.merchant_id[part].tolist(),
                (series.zone.values[code] for code in series.zone.codes[part].tolist()),
                (series.channel.values[code] for code in series.channel.codes[part].tolist()),
                strict=True,
            )
        )
    }
    runs = zip(
        merchant[starts].tolist(),
        (zone.values[code] for code in zone.codes[starts].tolist()),
        (channel.values[code] for code in channel.codes[starts].tolist()),
        strict=True,
    )
    of_run = np.array([places.get(key, -1) for key in runs], dtype=np.int32)
    lengths = np.diff(np.append(starts, table.num_rows))
    of_series = np.repeat(of_run, lengths)
    known = (of_series >= 0) & (bucket >= 0) & (bucket < series.buckets)
    found: Int32Array = np.where(known, of_series * np.int32(series.buckets) + bucket, np.int32(-1))
    return found


def columns_of(
    table: S4ArrivalEvents5B, row: Int32Array, coin: BoolArray, routing: ArrivalRouting
) -> ArrivalColumns:
    """A table's columns as the checks read them.

    Args:
        table: arrivals.
        row: (A,) the bucket row of each, or -1.
        coin: (A,) the coins of arrivals that toss one.
        routing: names the timetable's zones and the sealed universe.
    """
    site, edge = table.stored("site_id"), table.stored("edge_id")
    operational, settlement = table.stored("ts_local_operational"), table.stored("ts_local_settlement")
    universe = table.stored("routing_universe_hash")
    same = [text == routing.edges.universe_hash for text in universe.texts]
    places = {zone: place for place, zone in enumerate(routing.clocks.zones)}

    def zones(name: str) -> Zones:
        column = table.stored(name)
        known = [places.get(text, UNKNOWN_ZONE) for text in column.texts]
        return Zones(column.values, column.missing, np.array(known, dtype=np.int32))

    return ArrivalColumns(
        row=row,
        sequence=table.arrival_seq,
        draw=table.draw_index,
        instant_us=table.ts_utc.view(np.int64),
        virtual=table.is_virtual,
        coin=coin,
        site=site.values,
        no_site=site.missing,
        edge=edge.values,
        no_edge=edge.missing,
        group=zones("tz_group_id"),
        primary=zones("tzid_primary"),
        primary_us=table.ts_local_primary.view(np.int64),
        operational=zones("tzid_operational"),
        operational_us=operational.values.view(np.int64),
        no_operational_us=operational.missing,
        settlement=zones("tzid_settlement"),
        settlement_us=settlement.values.view(np.int64),
        no_settlement_us=settlement.missing,
        universe=universe.values,
        no_universe=universe.missing,
        same_universe=np.array(same, dtype=np.bool_),
    )
