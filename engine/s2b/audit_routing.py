"""The audit of the routers: every pick drawn again from its counter, every event, total and log row compared.

Source: spec/segment-2B.md, S5 to S7; spec/rng-and-numerics.md, sections 3 and 5. Nothing is drawn anew: the counters
that the law gives each arrival are decoded again. One part of the roster is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.core.policy_checks import constant_findings
from engine.core.row_findings import row_findings
from engine.kernels.errors import KernelError
from engine.kernels.routing import EVENTS_PER_ARRIVAL, Counters, event_counters, picks_at
from engine.kernels.routing_evidence import Totals, event_evidence, trace_rows
from engine.kernels.routing_tables import DayPairs, PickTables, day_pairs, group_tables, site_tables
from engine.rng import RoutingStream
from engine.rng.identifiers import site_id
from engine.s2b.audit_checks import Checks
from engine.s2b.audit_edges import EdgeSets, edge_sets
from engine.s2b.audit_evidence import (
    EDGE_ROUTER,
    PICKS,
    ROUTER,
    SHAPE,
    TOTALS,
    Columns,
    Router,
    compare,
    compare_audit_row,
    compare_commitment,
    identity_columns,
    part_of,
    stray_parts,
)
from engine.s2b.audit_mix import GroupMix
from generated import errors, states
from generated.tables.s2b import RngEventAliasPickGroup, RngEventAliasPickSite, RngEventCdnEdgePick

if TYPE_CHECKING:
    from engine.core.run import Run
    from generated.models.s2b import RouteRngPolicyV1
    from generated.tables.s2b import S1SiteWeights, S5ArrivalRoster

CODES = errors.S2B_S7
POLICY: Final = "route_rng_policy_v1"
GROUP: Final = "alias_pick_group"
SITE: Final = "alias_pick_site"
EDGE: Final = "cdn_edge_pick"
SHAPES: Final[Mapping[str, Any]] = {
    GROUP: RngEventAliasPickGroup,
    SITE: RngEventAliasPickSite,
    EDGE: RngEventCdnEdgePick,
}
_S5_EVIDENCE: Final = (
    "s5_selection_log",
    "rng_event_alias_pick_group",
    "rng_event_alias_pick_site",
    "rng_commitment_alias_pick_group",
    "rng_commitment_alias_pick_site",
    "rng_trace_log_2B_S5",
    "rng_audit_log_2B_S5",
)
_S6_EVIDENCE: Final = (
    "s6_edge_log",
    "rng_event_cdn_edge_pick",
    "rng_commitment_cdn_edge_pick",
    "rng_trace_log_2B_S6",
    "rng_audit_log_2B_S6",
)

_EVIDENCE: Final = {5: _S5_EVIDENCE, 6: _S6_EVIDENCE}


def routed_with(inputs: states.S2B_S7.Inputs, names: tuple[str, ...] = _S5_EVIDENCE + _S6_EVIDENCE) -> bool:
    """Whether any log or evidence of the routers is there."""
    return any(getattr(inputs, name) is not None for name in names)


def audit_routing(
    checks: Checks,
    inputs: states.S2B_S7.Inputs,
    mix: GroupMix | None,
    weights: S1SiteWeights,
    run: Run,
) -> None:
    """Check what S5 and S6 left; a router that left nothing is skipped."""
    routed, edged = routed_with(inputs, _S5_EVIDENCE), routed_with(inputs, _S6_EVIDENCE)
    algorithm = inputs.route_rng_policy_v1.rng_engine
    compare_audit_row(
        checks,
        Router("2B.S3", SHAPE),
        "rng_audit_log_2B_S3",
        inputs.rng_audit_log_2B_S3,
        run,
        inputs.day_effect_policy_v1.rng_engine,
    )
    counts = _counts(inputs.s5_arrival_roster)
    complete = True
    for there, router, number in ((routed, ROUTER, 5), (edged, EDGE_ROUTER, 6)):
        if not there:
            continue
        checks.looked_at(router.budget)
        checks.looked_at(SHAPE)
        complete &= _has_accounts(checks, inputs, number, counts[number])
        name = f"rng_audit_log_2B_S{number}"
        if getattr(inputs, name) is not None:
            compare_audit_row(checks, router, name, getattr(inputs, name), run, algorithm)
        checks.add(router.budget, _policy_findings(inputs.route_rng_policy_v1))
    if not (routed or edged) or not complete or mix is None or inputs.s5_arrival_roster is None:
        return
    try:
        _RoutingAudit(checks, inputs, mix, weights, run, routed, edged, counts).run_through()
    except KernelError as error:
        _refused(checks, error)


def _refused(checks: Checks, error: KernelError) -> None:
    """A law that cannot be followed: counters that wrap (404), or weights that cannot be drawn from."""
    if error.status == "COUNTER_WRAP":
        validator = EDGE_ROUTER.budget if error.kernel == EDGE else ROUTER.budget
        found = Finding(CODES.RNG_COUNTER_WRAP, f"event {error.index}", "a counter below 2^128", "another")
        checks.add(validator, [found])
        return
    where = f"{error.kernel} {error.index}"
    checks.add(PICKS, [Finding(CODES.GROUP_SITE_MISMATCH, where, "weights to draw from", error.status)])


def _counts(roster: PartitionedTable[S5ArrivalRoster] | None) -> dict[int, int]:
    """How many arrivals S5 routes, and S6."""
    rows = virtual = 0
    for part in roster.parts() if roster is not None else ():
        rows += part.num_rows
        virtual += int(np.count_nonzero(part.is_virtual.filled(False)))
    return {5: rows, 6: virtual}


def _has_accounts(checks: Checks, inputs: states.S2B_S7.Inputs, number: int, arrivals: int) -> bool:
    """Whether a router's audit row, trace and roster are there; what is missing is a finding (402).

    A router that had nothing to route has an audit row and no trace.
    """
    trace, audit = f"rng_trace_log_2B_S{number}", f"rng_audit_log_2B_S{number}"
    evidence = [name for name in _EVIDENCE[number] if getattr(inputs, name) is not None]
    needed = [audit, "s5_arrival_roster"] + ([trace] if arrivals or evidence != [audit] else [])
    missing = [name for name in needed if getattr(inputs, name) is None]
    checks.looked_at(TOTALS)
    checks.add(
        TOTALS,
        [
            Finding(CODES.RNG_DRAWS_MISMATCH, name, f"it, since 2B.S{number} left other evidence", "none")
            for name in missing
        ],
    )
    return not missing


def _policy_findings(policy: RouteRngPolicyV1) -> Iterator[Finding]:
    """Streams and budgets of the routing policy other than those that this engine follows (405)."""
    code = CODES.RNG_STREAM_MISCONFIGURED
    selection, edge = policy.streams.routing_selection, policy.streams.routing_edge
    if selection.rng_stream_id == edge.rng_stream_id:
        yield Finding(code, f"{POLICY} /streams", "two stream ids that differ", str(edge.rng_stream_id))
    constants: list[tuple[str, object, tuple[object, ...]]] = [
        ("/rng_engine", policy.rng_engine, ("philox2x64-10",)),
        (
            "/streams/routing_selection/draws_per_unit",
            selection.draws_per_unit.draws_per_selection,
            (EVENTS_PER_ARRIVAL,),
        ),
        ("/streams/routing_edge/draws_per_unit", edge.draws_per_unit.draws_per_virtual, (1,)),
    ]
    for name, stream in (("routing_selection", selection), ("routing_edge", edge)):
        constants.append((f"/streams/{name}/basis/counter_step", stream.basis.counter_step_per_event, (1,)))
        for family, budget in vars(stream.event_families).items():
            place = f"/streams/{name}/event_families/{family}"
            constants.append((f"{place}/draws", str(budget.draws), ("1",)))
            constants.append((f"{place}/blocks", budget.blocks, (1,)))
    yield from constant_findings(POLICY, code, constants)


@dataclass
class _Arrivals:
    """One part of the roster with the picks that its counters give."""

    number: int
    first: int
    """The part's first arrival, counted in the whole roster."""
    roster: S5ArrivalRoster
    group: NDArray[np.int64]
    p_group: NDArray[np.float64]
    site: NDArray[np.int64]
    group_counter: Counters
    site_counter: Counters

    def __len__(self) -> int:
        return int(self.roster.num_rows)

    def text(self, row: int) -> str:
        """One arrival in words."""
        return f"arrival {self.first + row}"


@dataclass
class _RoutingAudit:
    """The walk through the roster, part by part."""

    checks: Checks
    inputs: states.S2B_S7.Inputs
    mix: GroupMix
    weights: S1SiteWeights
    run: Run
    routed: bool
    edged: bool
    counts: Mapping[int, int]
    totals: dict[str, Totals] = field(default_factory=dict)

    def run_through(self) -> None:
        """Compare every part, then what belongs to no part."""
        roster = self.inputs.s5_arrival_roster
        assert roster is not None
        arrivals = virtuals = 0
        self._forms()
        for number in range(len(roster)):
            part = self._routed_part(roster.part(number), number, arrivals)
            if part is None:
                return
            if self.routed:
                self._compare_selections(part)
            if self.edged:
                virtuals += self._compare_edges(part, virtuals)
            arrivals += len(part)
        self._compare_ends(len(roster), arrivals, virtuals)

    # -- the law, once more ------------------------------------------------------------------------------------

    @cached_property
    def _policy(self) -> RouteRngPolicyV1:
        return self.inputs.route_rng_policy_v1

    def _stream(self, stream: Any) -> RoutingStream:
        identity, derivation = self.run.identity, self._policy.rng_derivation
        return RoutingStream.derive(
            str(derivation.domain_master),
            str(derivation.domain_stream),
            str(stream.rng_stream_id),
            identity.parameter_hash,
            identity.run_id,
            identity.seed,
            counter_start_hi=int(stream.basis.counter_start.hi),
            counter_start_lo=int(stream.basis.counter_start.lo),
        )

    @cached_property
    def _selection(self) -> RoutingStream:
        return self._stream(self._policy.streams.routing_selection)

    @cached_property
    def _edge(self) -> RoutingStream:
        return self._stream(self._policy.streams.routing_edge)

    @cached_property
    def _sites(self) -> PickTables:
        groups = self.mix.groups
        return site_tables(groups.site_group, self.weights.p_weight, groups=int(groups.starts[-1]))

    @cached_property
    def _site_id(self) -> NDArray[np.uint64]:
        """(N,) the identifier of every site, in key order."""
        country = self.weights.legal_country_iso
        keys = zip(
            self.weights.merchant_id.tolist(),
            (country.values[code] for code in country.codes.tolist()),
            self.weights.site_order.tolist(),
            strict=True,
        )
        return np.array([site_id(*key) for key in keys], np.uint64)

    @cached_property
    def _edges(self) -> EdgeSets | None:
        sets, found = edge_sets(self.inputs.virtual_edge_policy_v1)
        self.checks.add(PICKS, found)
        return sets

    def _routed_part(self, roster: S5ArrivalRoster, number: int, first: int) -> _Arrivals | None:
        """The picks of one part; None where an arrival lies outside the plan, which is a finding (410)."""
        groups, days = self.mix.groups, self.mix.days
        merchant = np.searchsorted(groups.merchant_id, roster.merchant_id)
        known = merchant < groups.merchants
        known[known] = groups.merchant_id[merchant[known]] == roster.merchant_id[known]
        day = (roster.utc_day - days[0]).astype(np.int64) if days.shape[0] else np.full(len(known), -1)
        inside = known & (day >= 0) & (day < days.shape[0])
        inside &= roster.utc_timestamp.astype("datetime64[D]") == roster.utc_day
        self.checks.looked_at(PICKS, arrivals=roster.num_rows)
        if not bool(inside.all()):
            self.checks.add(
                PICKS,
                row_findings(
                    CODES.GROUP_SITE_MISMATCH,
                    ~inside,
                    lambda row: f"s5_arrival_roster arrival {first + row}",
                    "a merchant and a day of the plan, the day that of the instant",
                    lambda row: f"merchant {roster.merchant_id[row]}, {roster.utc_day[row]}",
                ),
            )
            return None
        pairs: DayPairs = day_pairs(merchant, day, merchants=groups.merchants, days=int(days.shape[0]))
        tables = group_tables(pairs, groups.starts, self.mix.p_group, days=int(days.shape[0]))
        at_group, at_site = (
            event_counters(
                self._selection,
                first=first,
                count=roster.num_rows,
                step=EVENTS_PER_ARRIVAL,
                offset=offset,
                kernel=family,
            )
            for offset, family in ((0, GROUP), (1, SITE))
        )
        picked = picks_at(self._selection.key, at_group, pairs.pair, tables)
        placed = picks_at(self._selection.key, at_site, picked.item, self._sites)
        if bool((placed.item < 0).any()):
            raise KernelError("arrival", "ZERO_TOTAL", first + int(np.argmax(placed.item < 0)))
        self.checks.figures.selections_checked += roster.num_rows
        return _Arrivals(
            number, first, roster, picked.item, tables.weight[picked.cell], placed.item, at_group, at_site
        )

    # -- what the evidence must hold ---------------------------------------------------------------------------

    def _forms(self) -> None:
        """Whether events are stored or committed to as the evidence policy says (402), and logs kept (400)."""
        rows, virtual = self.counts[5], self.counts[6]
        limit = self.inputs.rng_evidence_policy_2B.full_up_to_events
        extensions = self._policy.extensions
        families = [(ROUTER, GROUP, rows), (ROUTER, SITE, rows)] if self.routed else []
        families += [(EDGE_ROUTER, EDGE, virtual)] if self.edged else []
        for router, family, count in families:
            for form, kept in (("event", count <= limit), ("commitment", count > limit)):
                name = f"rng_{form}_{family}"
                there = getattr(self.inputs, name) is not None
                if there != kept and (count or there):
                    expected = "it" if kept else "the other form, as rng_evidence_policy_2B says"
                    found = "none" if kept else "it"
                    code = CODES.RNG_DRAWS_MISMATCH
                    self.checks.add(router.budget, [Finding(code, name, expected, found)])
        logs = [("s5_selection_log", extensions.selection_log_enabled, rows)] if self.routed else []
        logs += [("s6_edge_log", extensions.edge_log_enabled, virtual)] if self.edged else []
        for name, enabled, count in logs:
            there = getattr(self.inputs, name) is not None
            if there != enabled and (count or there):
                expected = (
                    "a log, as the policy enables it" if enabled else "no log, as the policy disables it"
                )
                found = "a log" if there else "none"
                self.checks.add(SHAPE, [Finding(CODES.TRACE_SCHEMA_INVALID, name, expected, found)])

    def _label(self, family: str) -> str:
        streams = self._policy.streams
        families = streams.routing_edge if family == EDGE else streams.routing_selection
        return str(getattr(families.event_families, family).substream_label)

    def _envelope(self, router: Router, family: str, counters: Counters) -> dict[str, Any]:
        evidence = event_evidence(counters)
        return (
            identity_columns(self.run)
            | {
                "module": router.state,
                "substream_label": self._label(family),
                "draws": "1",
                "blocks": evidence.blocks,
            }
            | _words("rng_counter_before", evidence.before)
            | _words("rng_counter_after", evidence.after)
        )

    @property
    def _lineage(self) -> dict[str, Any]:
        """The columns of a log that repeat the run's identity."""
        return {
            "manifest_fingerprint": self.run.identity.manifest_fingerprint,
            "created_utc": self.run.created,
        }

    def _zones(self, group: NDArray[np.int64]) -> TextColumn:
        groups = self.mix.groups
        return TextColumn(groups.zone[group].astype(np.int32), groups.zones)

    def _compare_family(
        self, router: Router, family: str, part: int, wanted: Columns, rows: int, domain_rows: int, text: Any
    ) -> None:
        """One part of a family's events, or the commitment to it."""
        events = getattr(self.inputs, f"rng_event_{family}")
        commitments = getattr(self.inputs, f"rng_commitment_{family}")
        self.checks.looked_at(router.budget, events=rows)
        self.checks.figures.draws_expected += rows
        if commitments is not None and rows:
            name = f"rng_commitment_{family}"
            row = next((row for row in commitments if row.part == part), None)
            shape = SHAPES[family]
            compare_commitment(self.checks, router, name, row, part, shape, wanted, rows, domain_rows)
        if events is not None:
            name = f"rng_event_{family}"
            found = part_of(self.checks, events, name, part)
            compare(self.checks, router, name, wanted, rows, found, place=text)

    # -- S5 ----------------------------------------------------------------------------------------------------

    def _compare_selections(self, part: _Arrivals) -> None:
        roster, zones = part.roster, self._zones(part.group)
        keys = {"merchant_id": roster.merchant_id, "utc_day": roster.utc_day, "tz_group_id": zones}
        site = self._site_id[part.site]
        grouped = self._envelope(ROUTER, GROUP, part.group_counter) | keys | {"p_group": part.p_group}
        placed = self._envelope(ROUTER, SITE, part.site_counter) | keys | {"site_id": site}
        rows = len(part)
        self._compare_family(ROUTER, GROUP, part.number, grouped, rows, rows, part.text)
        self._compare_family(ROUTER, SITE, part.number, placed, rows, rows, part.text)
        self._compare_trace(ROUTER, part, (GROUP, SITE), rows)
        if self.inputs.s5_selection_log is not None:
            stream = self._policy.streams.routing_selection.rng_stream_id
            wanted = keys | {
                "utc_timestamp": roster.utc_timestamp,
                "site_id": site,
                "rng_stream_id": str(stream),
            }
            wanted |= self._lineage | _words("ctr_group", part.group_counter)
            wanted |= _words("ctr_site", part.site_counter)
            every = np.arange(rows)
            log = self.inputs.s5_selection_log
            columns = ("ctr_group_hi", "ctr_group_lo")
            self._compare_log(ROUTER, "s5_selection_log", log, part, every, wanted, columns)

    def _compare_trace(self, router: Router, part: _Arrivals, families: tuple[str, ...], units: int) -> None:
        """The running totals behind the events of one part, in their order."""
        name = f"rng_trace_log_{router.state.replace('.', '_')}"
        rows = trace_rows(units, [self.totals.get(family, Totals()) for family in families])
        found = part_of(self.checks, getattr(self.inputs, name), name, part.number)
        labels = tuple(self._label(family) for family in families)
        wanted = identity_columns(self.run) | {
            "module": router.state,
            "substream_label": TextColumn(rows.substream.astype(np.int32), labels),
            "events_total": rows.events_total,
            "draws_total": rows.draws_total,
            "blocks_total": rows.blocks_total,
        }
        total = (TOTALS, CODES.RNG_DRAWS_MISMATCH)
        held = found.num_rows if found is not None else 0
        count = rows.substream.shape[0]
        self.checks.looked_at(TOTALS, trace_rows=held)
        if held != count:
            where = f"{name} part {part.number}"
            said = Finding(total[1], where, f"{count} rows", f"{held} rows")
            self.checks.add(TOTALS, [said])
            wanted = {column: wanted[column] for column in ("events_total", "draws_total", "blocks_total")}
        common = min(held, count)
        compare(
            self.checks,
            router,
            name,
            wanted,
            common,
            found.rows(0, common) if found is not None and held != common else found,
            place=lambda row: f"part {part.number} row {row}",
            verdicts={
                "substream_label": (SHAPE, CODES.TRACE_ORDER_VIOLATION),
                "events_total": total,
                "draws_total": total,
                "blocks_total": total,
            },
        )
        for family, after in zip(families, rows.after, strict=True):
            self.totals[family] = after
        if found is not None and held:
            self._observed(router, found)

    def _observed(self, router: Router, trace: Any) -> None:
        """Keep the last draws_total of each substream, as the trace states it."""
        codes, values = trace.substream_label.codes, trace.substream_label.values
        for code, label in enumerate(values):
            rows = np.flatnonzero(codes == code)
            if rows.size:
                self._last_draws[router.state, label] = int(trace.draws_total[rows[-1]])

    @cached_property
    def _last_draws(self) -> dict[tuple[str, str], int]:
        return {}

    def _compare_log(
        self,
        router: Router,
        name: str,
        log: PartitionedTable[Any],
        part: _Arrivals,
        arrivals: NDArray[np.int64],
        wanted: Columns,
        counter: tuple[str, str],
    ) -> None:
        """The rows of a log that the arrivals of one part have: each once, by day and then in roster order.

        Args:
            arrivals: (R,) row of the part for each row that must be there.
            wanted: (R,) columns.
            counter: names of the columns whose counter tells which arrival a row is about.
        """
        seen = np.zeros(arrivals.shape[0], np.int64)
        found = part_of(self.checks, log, name, part.number)
        if found is not None:
            row = self._known_rows(router, f"{name} part {part.number}", found, wanted, counter)
            known = row >= 0
            kept = found if bool(known.all()) else found.take(np.flatnonzero(known))
            row = row[known]
            np.add.at(seen, row, 1)
            self._in_day_order(f"{name} part {part.number}", wanted["utc_day"][row], row)
            chosen = {column: _taken(value, row) for column, value in wanted.items()}
            text = _places_text(part, arrivals[row])
            compare(self.checks, router, name, chosen, row.shape[0], kept, place=text)
        self.checks.looked_at(SHAPE, log_rows=int(seen.sum()))
        everyone = _places_text(part, arrivals)
        self.checks.add(
            router.budget,
            row_findings(
                CODES.RNG_DRAWS_MISMATCH,
                seen == 0,
                lambda at: f"{name} {everyone(at)}",
                "one row of the log",
                "none",
            ),
        )
        self.checks.add(
            router.budget,
            row_findings(
                CODES.RNG_COUNTER_NOT_MONOTONE,
                seen > 1,
                lambda at: f"{name} {everyone(at)}",
                "one row of the log",
                lambda at: f"{seen[at]} rows with one counter",
            ),
        )

    def _known_rows(
        self, router: Router, where: str, found: Any, wanted: Columns, counter: tuple[str, str]
    ) -> NDArray[np.int64]:
        """(F,) the arrival whose counter each row of a log has, as a row of `wanted`; -1, and a finding, for none."""
        high, low = (wanted[column] for column in counter)
        held = np.asarray(getattr(found, counter[1]))
        row = np.searchsorted(low, held) if bool((low[1:] >= low[:-1]).all()) else _places(low, held)
        known = row < low.shape[0]
        known[known] = (low[row[known]] == held[known]) & (
            high[row[known]] == np.asarray(getattr(found, counter[0]))[known]
        )
        self.checks.add(
            router.budget,
            row_findings(
                CODES.RNG_COUNTER_NOT_MONOTONE,
                ~known,
                lambda at: f"{where} row {at}",
                "the counter of one of the roster's arrivals",
                lambda at: f"{held[at]}",
            ),
        )
        return np.where(known, row, -1).astype(np.int64)

    def _in_day_order(self, where: str, day: NDArray[Any], row: NDArray[np.int64]) -> None:
        """A finding for each row of an earlier day, or of an earlier arrival of its day, than the row before."""
        falls = (day[1:] < day[:-1]) | ((day[1:] == day[:-1]) & (row[1:] < row[:-1]))
        self.checks.add(
            SHAPE,
            row_findings(
                CODES.TRACE_ORDER_VIOLATION,
                falls,
                lambda at: f"{where} row {at + 1}",
                "rows by UTC day, then in roster order",
                "an earlier arrival",
            ),
        )

    # -- S6 ----------------------------------------------------------------------------------------------------

    def _compare_edges(self, part: _Arrivals, first: int) -> int:
        """Compare the virtual arrivals of one part; how many there are."""
        virtual = np.flatnonzero(part.roster.is_virtual.filled(False))
        sets = self._edges
        if sets is None:
            return int(virtual.size)
        merchant = part.roster.merchant_id[virtual]
        counters = event_counters(self._edge, first=first, count=int(virtual.size), kernel=EDGE)
        picked = picks_at(self._edge.key, counters, sets.of(merchant), sets.tables)
        attributes = sets.columns(picked.item)
        keys = {"merchant_id": merchant, "utc_day": part.roster.utc_day[virtual]}
        wanted = self._envelope(EDGE_ROUTER, EDGE, counters) | keys | {"edge_id": attributes["edge_id"]}
        text, rows = _places_text(part, virtual), int(virtual.size)
        self._compare_family(EDGE_ROUTER, EDGE, part.number, wanted, rows, rows, text)
        self._compare_trace(EDGE_ROUTER, part, (EDGE,), rows)
        if self.inputs.s6_edge_log is not None:
            logged = (
                keys
                | attributes
                | {
                    "utc_timestamp": part.roster.utc_timestamp[virtual],
                    "tz_group_id": self._zones(part.group[virtual]),
                    "site_id": self._site_id[part.site[virtual]],
                    "rng_stream_id": str(self._policy.streams.routing_edge.rng_stream_id),
                }
                | self._lineage
                | _words("ctr_edge", counters)
            )
            log = self.inputs.s6_edge_log
            columns = ("ctr_edge_hi", "ctr_edge_lo")
            self._compare_log(EDGE_ROUTER, "s6_edge_log", log, part, virtual, logged, columns)
        return rows

    # -- ends --------------------------------------------------------------------------------------------------

    def _compare_ends(self, parts: int, arrivals: int, virtuals: int) -> None:
        """Parts without arrivals, commitments too many, and the trace's last totals against the arrivals."""
        families = [(ROUTER, GROUP, arrivals), (ROUTER, SITE, arrivals)] if self.routed else []
        families += [(EDGE_ROUTER, EDGE, virtuals)] if self.edged else []
        code = CODES.RNG_DRAWS_MISMATCH
        for router, family, count in families:
            name = f"rng_event_{family}"
            stray_parts(self.checks, getattr(self.inputs, name), name, parts)
            rows = getattr(self.inputs, f"rng_commitment_{family}") or ()
            numbers = [row.part for row in rows]
            if numbers != sorted(set(numbers)) or any(number >= parts for number in numbers):
                where, expected = f"rng_commitment_{family}", f"one row for each of {parts} parts, ascending"
                self.checks.add(TOTALS, [Finding(code, where, expected, str(numbers[:10]))])
            drawn = self._last_draws.get((router.state, self._label(family)), 0)
            self.checks.figures.draws_observed += drawn
            if drawn != count:
                where = f"rng_trace_log_{router.state.replace('.', '_')}: {family}"
                self.checks.add(TOTALS, [Finding(code, where, f"{count} draws", f"{drawn} draws")])
        for there, name in ((self.routed, "rng_trace_log_2B_S5"), (self.edged, "rng_trace_log_2B_S6")):
            if there:
                stray_parts(self.checks, getattr(self.inputs, name), name, parts)
        for name in ("s5_selection_log", "s6_edge_log"):
            stray_parts(self.checks, getattr(self.inputs, name), name, parts)


def _places(low: NDArray[np.uint64], held: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each held word lies in words that carry into the next high word on their way."""
    order = np.argsort(low, kind="stable")
    at = np.searchsorted(low[order], held)
    found: NDArray[np.int64] = np.where(
        at < low.shape[0], order[np.minimum(at, low.shape[0] - 1)], low.shape[0]
    )
    return found


def _words(column: str, counters: Counters) -> dict[str, Any]:
    """The two columns of a counter."""
    return {f"{column}_hi": counters.hi, f"{column}_lo": counters.lo}


def _taken(value: Any, rows: NDArray[np.int64]) -> Any:
    if isinstance(value, TextColumn):
        return value.take(rows)
    return value[rows] if isinstance(value, np.ndarray) and value.ndim else value


def _places_text(part: _Arrivals, rows: NDArray[np.int64]) -> Any:
    """The function that says a row of a subset in words."""
    return lambda at: part.text(int(rows[at]))
