"""By what the arrivals of a run are routed and told the time: every series' mode, sites, edges and settlement zone.

Built once a run from sealed inputs, and read by all blocks and by the validators.
Source: spec/segment-5B.md, S4 (2 to 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.digests import sha256_bytes
from engine.core.policy_checks import constant_findings, shape_findings
from engine.core.row_findings import echo_findings, listed
from engine.core.work import StateAborted
from engine.kernels.arrays import positions_in
from engine.kernels.arrivals import (
    HYBRID,
    MICROSECONDS,
    NON_VIRTUAL,
    VIRTUAL_ONLY,
    GroupRouting,
    SeriesRouting,
)
from engine.kernels.routing_tables import PickTables
from engine.s5b.clocks import Clocks
from engine.s5b.edge_routing import EdgeRouting, settlement_zones
from engine.s5b.series import ScenarioSeries, SeriesPlan
from engine.s5b.site_routing import SiteRouting
from generated import errors

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalRoutingPolicy5B, ArrivalTimePlacementPolicy5B
    from generated.states.s5b import S5B_S4
    from generated.tables.s3b import VirtualClassification3B

CODES = errors.S5B_S4
Int64Array = NDArray[np.int64]

ROUTING: Final = "arrival_routing_policy_5B"
PLACEMENT: Final = "arrival_time_placement_policy_5B"
DAY_MIX: Final = "day_mix"
SETTLEMENT: Final = "settlement"
_MODES: Final = {"NON_VIRTUAL": NON_VIRTUAL, "HYBRID": HYBRID, "VIRTUAL_ONLY": VIRTUAL_ONLY}
_UNKNOWN: Final = -1
_DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True, eq=False)
class ScenarioRouting:
    """How the arrivals of one scenario are routed; S series, H buckets."""

    series: SeriesRouting
    groups: GroupRouting
    site_merchant: Int64Array
    """(S,) the merchant of each series among those with sites; -1 for one without."""
    bucket_start_us: Int64Array
    """(H,) microseconds since 1970-01-01T00:00:00Z at which each bucket starts."""
    bucket_us: int

    def of_block(self, block: Block) -> SeriesRouting:
        """How the series of a block are routed."""
        return SeriesRouting._make(column[block.start : block.stop] for column in self.series)

    @property
    def coined(self) -> NDArray[np.bool_]:
        """(S,) the series whose arrivals toss a coin: those of HYBRID merchants with sites in the zone."""
        found: NDArray[np.bool_] = (self.series.mode == HYBRID) & (self.series.group >= 0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalRouting:
    """The routing of all scenarios of a run."""

    sites: SiteRouting
    edges: EdgeRouting
    clocks: Clocks
    p_virtual: float
    """The chance that an arrival of a HYBRID merchant with a site in the zone is virtual."""
    day_mix: bool
    """Whether the group of a physical arrival is drawn from the mix of its day; else it is that of its series."""
    settlement_first: bool
    """Whether the primary clock of a virtual arrival is that of the settlement; else it is that of the edge."""
    scenarios: Mapping[str, ScenarioRouting]

    @classmethod
    def of(cls, inputs: S5B_S4.Inputs, plan: SeriesPlan) -> ArrivalRouting:
        """The routing that the sealed inputs give; `policy_findings` must have found nothing.

        Raises:
            StateAborted: with everything that is wrong with them, each under its code.
        """
        clocks = Clocks.of(inputs.tz_timetable_cache.read(), _horizon_end(inputs, plan))
        sites = SiteRouting.of(inputs.s1_site_weights.read(), inputs.site_timezones.read())
        edges = _edges(inputs, clocks)
        classification = inputs.virtual_classification_3B.read()
        zones = clocks.codes_of(sites.zone, "site_timezones")
        policy: ArrivalRoutingPolicy5B = inputs.arrival_routing_policy_5B
        day_mix = policy.physical_router.group_selection == DAY_MIX
        settlement = inputs.virtual_settlement_3B.read()
        days: dict[tuple[np.datetime64, int], PickTables] = {}
        scenarios: dict[str, ScenarioRouting] = {}
        refused: list[Finding] = []
        for name, series in plan.scenarios.items():
            starts = np.array(inputs.s1_time_grid_5B[name].read().bucket_start_utc, dtype="datetime64[us]")
            first_day, length = _days(starts, series.bucket_seconds)
            if day_mix and (first_day, length) not in days:
                days[first_day, length] = sites.day_tables(inputs.s4_group_weights, first_day, length)
            merchant = sites.merchants_of(series.merchant_id)
            routing = SeriesRouting(
                mode=_modes(classification, series),
                group=sites.groups_of(series.merchant_id, series.zone),
                first_day=merchant * length,
                edges=edges.tables_of(series.merchant_id),
                settlement=settlement_zones(settlement, series.merchant_id, clocks),
            )
            refused += _series_findings(series, routing)
            scenarios[name] = ScenarioRouting(
                routing,
                GroupRouting(day_mix, days.get((first_day, length), sites.tables), sites.tables, zones),
                merchant,
                starts.astype(np.int64),
                series.bucket_seconds * MICROSECONDS,
            )
        clock = inputs.virtual_routing_policy_3B
        virtual = any(bool((one.series.mode != NON_VIRTUAL).any()) for one in scenarios.values())
        if virtual and clock is None:
            where = "virtual_routing_policy_3B"
            wanted = "a sealed policy, since merchants sell online"
            refused.append(Finding(CODES.ROUTING_POLICY_INVALID, where, wanted, "none"))
        if refused:
            raise StateAborted(refused)
        first = clock is not None and clock.virtual_primary_clock == SETTLEMENT
        return cls(sites, edges, clocks, policy.p_virtual_hybrid, day_mix, first, scenarios)


def policy_findings(inputs: S5B_S4.Inputs) -> Iterator[Finding]:
    """What the routing and placement policies say that S4 does not do."""
    yield from law_findings(
        inputs.arrival_routing_policy_5B,
        inputs.arrival_time_placement_policy_5B,
        CODES.ROUTING_POLICY_INVALID,
    )


def law_findings(
    routing: ArrivalRoutingPolicy5B, placing: ArrivalTimePlacementPolicy5B, code: ErrorCode
) -> Iterator[Finding]:
    """Where the two policies break their schemas or name a law that is not implemented."""
    yield from shape_findings(routing, ROUTING, code)
    yield from shape_findings(placing, PLACEMENT, code)
    placement = placing.placement_law
    yield from constant_findings(
        PLACEMENT, code, [("/placement_law", placement, ("uniform_within_bucket_v1",))]
    )
    selection = routing.physical_router.group_selection
    yield from constant_findings(
        ROUTING, code, [("/physical_router/group_selection", selection, ("zone_locked", DAY_MIX))]
    )


def alias_findings(inputs: S5B_S4.Inputs) -> Iterator[Finding]:
    """Where the alias blob of 2B is not the one of its index, or both are not of the sites at hand."""
    index, blob, name = inputs.s2_alias_index, inputs.s2_alias_blob, "s2_alias_index"
    yield from echo_findings(
        CODES.UPSTREAM_HASHGATE_NOT_PASSED,
        (
            (f"{name} /blob_sha256", sha256_bytes(blob), index.blob_sha256),
            (f"{name} /blob_size_bytes", len(blob), index.blob_size_bytes),
            (f"{name} /merchants_count", len(index.merchants), index.merchants_count),
        ),
    )


def _horizon_end(inputs: S5B_S4.Inputs, plan: SeriesPlan) -> np.datetime64:
    """The first instant after the last bucket of all scenarios."""
    none = np.array([0], dtype="datetime64[us]")
    ends = [inputs.s1_time_grid_5B[name].read().bucket_end_utc for name in plan.scenarios]
    last: np.datetime64 = np.concatenate([none, *ends]).max()
    return last


def _days(starts: NDArray[Any], bucket_seconds: int) -> tuple[np.datetime64, int]:
    """(first day, days) of a horizon, the day of its last instant included."""
    if not starts.shape[0]:
        return np.datetime64(0, "D"), 0
    first = starts[0].astype("datetime64[D]")
    last = (starts[-1] + np.timedelta64(bucket_seconds * MICROSECONDS - 1, "us")).astype("datetime64[D]")
    return first, int((last - first) / _DAY) + 1


def _edges(inputs: S5B_S4.Inputs, clocks: Clocks) -> EdgeRouting:
    """The edges of merchants that sell online; none where the world has none.

    Raises:
        StateAborted: some of catalogue, index, blob and hash are there and others are not, or not of one build.
    """
    parts = {
        "edge_catalogue_3B": inputs.edge_catalogue_3B,
        "edge_alias_index_3B": inputs.edge_alias_index_3B,
        "edge_alias_blob_3B": inputs.edge_alias_blob_3B,
        "edge_universe_hash_3B": inputs.edge_universe_hash_3B,
    }
    lacking = [name for name, part in parts.items() if part is None]
    if len(lacking) == len(parts):
        return EdgeRouting.none()
    if lacking:
        there = ", ".join(name for name in parts if name not in lacking)
        raise StateAborted(
            list(
                listed(
                    CODES.ROUTING_UNIVERSE_HASH_MISMATCH, lacking, f"to be there, since {there} are", "none"
                )
            )
        )
    catalogue, universe = inputs.edge_catalogue_3B, inputs.edge_universe_hash_3B
    index, blob = inputs.edge_alias_index_3B, inputs.edge_alias_blob_3B
    assert catalogue is not None and universe is not None and index is not None and blob is not None
    return EdgeRouting.of(catalogue.read(), index, blob, universe, clocks)


def _modes(classification: VirtualClassification3B, series: ScenarioSeries) -> Int64Array:
    """(S,) how the merchant of each series sells; _UNKNOWN where 3B does not say."""
    order = np.argsort(classification.merchant_id, kind="stable")
    place = positions_in(classification.merchant_id[order], series.merchant_id)
    mode: TextColumn = classification.virtual_mode
    of_value = np.array([*(_MODES.get(text, _UNKNOWN) for text in mode.values), _UNKNOWN], dtype=np.int64)
    if not order.size:
        return np.full(series.merchant_id.shape[0], _UNKNOWN, dtype=np.int64)
    found: Int64Array = np.where(place >= 0, of_value[mode.codes[order[place]]], _UNKNOWN)
    return found


def _series_findings(series: ScenarioSeries, routing: SeriesRouting) -> Iterator[Finding]:
    """Series that cannot be routed whatever is drawn: without a mode, a site, edges or a settlement zone."""

    def texts(wrong: NDArray[np.bool_]) -> Iterator[str]:
        return (series.text(one) for one in np.flatnonzero(wrong).tolist())

    sells_online = (routing.mode == HYBRID) | (routing.mode == VIRTUAL_ONLY)
    yield from listed(
        CODES.ROUTING_POLICY_INVALID,
        texts(routing.mode == _UNKNOWN),
        "a row of virtual_classification_3B with a known virtual_mode",
        "none",
    )
    yield from listed(
        CODES.SITE_RESOLUTION_FAILED,
        texts((routing.mode == NON_VIRTUAL) & (routing.group < 0)),
        "a site in the zone, since the merchant is NON_VIRTUAL",
        "none",
    )
    yield from listed(
        CODES.EDGE_RESOLUTION_FAILED,
        texts(sells_online & (routing.edges < 0)),
        "edges in edge_catalogue_3B, since the merchant sells online",
        "none",
    )
    yield from listed(
        CODES.EDGE_RESOLUTION_FAILED,
        texts(sells_online & (routing.settlement < 0)),
        "a settlement zone in virtual_settlement_3B, since the merchant sells online",
        "none",
    )
