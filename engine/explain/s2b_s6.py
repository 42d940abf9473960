"""2B.S6 explained: the edge of one virtual arrival (spec/segment-2B.md, S6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from codegen.runtime.tables import PartitionedTable
from engine.explain.arithmetic import WORD, running_sums, sum_tolerance
from engine.explain.arrivals import (
    Arrival,
    all_columns,
    arrival_step,
    audit_check,
    compare_columns,
    compare_commitment,
    compare_trace,
    envelope,
    logged_rows,
    occurrence,
    roster_block,
    row_at,
    select_arrival,
    stored_step,
    virtual_between,
)
from engine.explain.draws import Labelled, block_step, pick_step, routing_key_steps, uniform_step
from engine.explain.selectors import Selector
from engine.explain.sources import Sources
from engine.explain.steps import Explanation, Scalar, Value
from generated.datasets.s2b import (
    RNG_AUDIT_LOG_2B_S6,
    RNG_COMMITMENT_CDN_EDGE_PICK,
    RNG_EVENT_CDN_EDGE_PICK,
    RNG_EVIDENCE_POLICY_2B,
    RNG_TRACE_LOG_2B_S6,
    ROUTE_RNG_POLICY_V1,
    S5_ARRIVAL_ROSTER,
    S5_SELECTION_LOG,
    S6_EDGE_LOG,
    VIRTUAL_EDGE_POLICY_V1,
)
from generated.tables.s2b import RngEventCdnEdgePick, S6EdgeLog

if TYPE_CHECKING:
    from generated.models.s2b import RngEvidencePolicy2B, RouteRngPolicyV1, VirtualEdgePolicyV1

MODULE: Final = "2B.S6"
SUM_EPSILON: Final = 1e-9


class _Edge(NamedTuple):
    """One edge as the merchant has it."""

    edge_id: str
    ip_country: str
    latitude: float
    longitude: float
    weight: float
    """As the policy gives it."""


def edge_pick(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive the edge of one virtual arrival and put it beside event, trace and edge log."""
    audit_check(sources, explanation, RNG_AUDIT_LOG_2B_S6)
    policy: RouteRngPolicyV1 = sources.opened(ROUTE_RNG_POLICY_V1)
    evidence: RngEvidencePolicy2B = sources.opened(RNG_EVIDENCE_POLICY_2B)
    edge_policy: VirtualEdgePolicyV1 = sources.opened(VIRTUAL_EDGE_POLICY_V1)
    roster = sources.opened(S5_ARRIVAL_ROSTER)
    arrival = select_arrival(roster, selector, explanation, virtual_only=True)
    if not arrival_step(explanation, arrival):
        return
    total = virtual_between(roster, 0, arrival.total)
    edges = _edges(explanation, edge_policy, arrival.merchant_id)
    if edges is None:
        return

    stream = policy.streams.routing_edge
    start = stream.basis.counter_start.hi * WORD + stream.basis.counter_start.lo
    identity = sources.folder.identity
    key = routing_key_steps(
        explanation,
        domain_master=policy.rng_derivation.domain_master,
        domain_stream=policy.rng_derivation.domain_stream,
        rng_stream_id=stream.rng_stream_id,
        parameter_hash=identity.parameter_hash,
        run_id=identity.run_id,
        seed=identity.seed,
        start=start,
    )
    number = arrival.virtual_before
    counter = start + number
    in_range = counter + 1 < WORD * WORD
    explanation.check("the counter stays below 2^128", f"{counter:032x}", "f" * 32, in_range)
    if not in_range:
        return
    explanation.step(
        "The virtual arrival's number",
        "Only virtual arrivals draw here, so they have a count of their own.",
        Value("arrival a", arrival.number),
        Value("virtual arrival v", number, f"virtual arrivals before it, of {total:,} in all"),
    )
    word = block_step(explanation, key, counter, f"start + {number}", "the edge pick")
    u = uniform_step(explanation, word)
    place = _pick(explanation, edges, u)
    if place is None:
        return
    edge = edges[place]
    label = stream.event_families.cdn_edge_pick.substream_label
    event = all_columns(
        RngEventCdnEdgePick.from_columns(
            **envelope(sources, MODULE, label, counter),
            merchant_id=np.array([arrival.merchant_id], np.uint64),
            utc_day=np.array([arrival.day]),
            edge_id=[edge.edge_id],
        )
    )
    keeps_events = total <= evidence.full_up_to_events
    keeps_log = policy.extensions.edge_log_enabled
    stored_step(explanation, evidence.full_up_to_events, total, keeps_events, keeps_log)
    if keeps_events:
        compare_columns(explanation, label, row_at(sources.opened(RNG_EVENT_CDN_EDGE_PICK), number), event)
    else:
        block = roster_block(arrival.number, arrival.total)
        compare_commitment(
            explanation,
            sources.opened(RNG_COMMITMENT_CDN_EDGE_PICK),
            part=block.part,
            unit=number,
            first=virtual_between(roster, 0, block.start),
            rows=virtual_between(roster, block.start, block.stop),
            event=event,
            keys=("merchant_id", "utc_day", "edge_id"),
        )
    compare_trace(sources, explanation, RNG_TRACE_LOG_2B_S6, MODULE, (label,), number)
    if not keeps_log:
        return
    partner = _partner(sources, explanation, roster, arrival)
    if partner is None:
        return
    derived = S6EdgeLog.from_columns(
        merchant_id=np.array([arrival.merchant_id], np.uint64),
        utc_timestamp=np.array([arrival.instant]),
        utc_day=np.array([arrival.day]),
        tz_group_id=[str(partner["tz_group_id"])],
        site_id=np.array([partner["site_id"]], np.uint64),
        edge_id=[edge.edge_id],
        ip_country=[edge.ip_country],
        edge_lat=np.array([edge.latitude]),
        edge_lon=np.array([edge.longitude]),
        rng_stream_id=stream.rng_stream_id,
        ctr_edge_hi=np.array([counter // WORD], np.uint64),
        ctr_edge_lo=np.array([counter % WORD], np.uint64),
        manifest_fingerprint=identity.manifest_fingerprint,
        created_utc=sources.created,
    )
    log, part = sources.opened(S6_EDGE_LOG), roster_block(arrival.number, arrival.total).part
    found = list(logged_rows(log, part, {"ctr_edge_hi": counter // WORD, "ctr_edge_lo": counter % WORD}))
    explanation.check("the log has the arrival once", len(found), 1, len(found) == 1)
    compare_columns(explanation, "log", found[0] if found else None, all_columns(derived))


def _edges(explanation: Explanation, policy: VirtualEdgePolicyV1, merchant: int) -> list[_Edge] | None:
    """The merchant's edges in order of edge_id; None, and a broken law, where one has no place or weight."""
    own = (policy.merchant_overrides or {}).get(str(merchant))
    if policy.edges is not None:
        source, listed = "edges", policy.edges
    elif own is not None:
        source, listed = f"merchant_overrides/{merchant}", own
    else:
        source, listed = "default_edges", policy.default_edges or []
    metadata: Mapping[str, Any] = policy.geo_metadata or {}
    edges, unusable = [], 0
    for edge in sorted(listed, key=lambda one: one.edge_id.encode()):
        known = metadata.get(edge.edge_id)
        country = _own_or_known(edge.ip_country, known, "ip_country")
        latitude = _own_or_known(edge.edge_lat, known, "edge_lat")
        longitude = _own_or_known(edge.edge_lon, known, "edge_lon")
        weight = edge.weight if edge.weight is not None else (edge.country_weights or {}).get(str(country))
        if weight is None or country is None or latitude is None or longitude is None:
            unusable += 1
            continue
        edges.append(_Edge(edge.edge_id, str(country), float(latitude), float(longitude), float(weight)))
    if not explanation.check(
        "every edge has its place and weight", unusable, 0, unusable == 0 and bool(edges)
    ):
        return None
    kind = "weight" if listed[0].weight is not None else "country_weights at the edge's own country"
    total = running_sums(edge.weight for edge in edges)[-1]
    explanation.step(
        "The merchant's edges",
        "In order of edge_id as UTF-8 bytes, whatever their order in the policy.",
        Value("taken from", source, "policy"),
        Value("weighed by", kind, "policy"),
        Value("edges", len(edges)),
        Value("sum of weights", total, "serial, in that order"),
    )
    if listed[0].weight is None:
        if not explanation.check(
            "country_weights sum to more than 0", total, 0.0, 0.0 < total < float("inf")
        ):
            return None
        edges = [edge._replace(weight=edge.weight / total) for edge in edges]
        total = running_sums(edge.weight for edge in edges)[-1]
    away, allowed = abs(total - 1.0), sum_tolerance(SUM_EPSILON, len(edges))
    if not explanation.check(
        "|sum of weights - 1| <= max(1e-9, edges 2^-53)", away, allowed, away <= allowed
    ):
        return None
    return edges


def _own_or_known(own: Any, known: Any, name: str) -> Any:
    """What the edge says of itself, or else what geo_metadata says of it."""
    return own if own is not None else getattr(known, name, None)


def _pick(explanation: Explanation, edges: list[_Edge], u: float) -> int | None:
    place = pick_step(
        explanation,
        "The edge",
        "One of the merchant's edges, by its weights as they stand in the policy.",
        Labelled(
            ("edge_id",),
            [(edge.edge_id,) for edge in edges],
            "weight",
            [edge.weight for edge in edges],
        ),
        u,
    )
    if place is not None:
        edge = edges[place]
        explanation.step(
            "Where the edge lies",
            "The policy's own words on the edge, or geo_metadata's.",
            Value("edge_id", edge.edge_id),
            Value("ip_country", edge.ip_country),
            Value("edge_lat", edge.latitude, "degrees"),
            Value("edge_lon", edge.longitude, "degrees"),
        )
    return place


def _partner(
    sources: Sources, explanation: Explanation, roster: PartitionedTable[Any], arrival: Arrival
) -> dict[str, Scalar] | None:
    """The arrival's row in the selection log: the same occurrence of its merchant and instant in its block."""
    block = roster_block(arrival.number, arrival.total)
    number = occurrence(roster, arrival, block.start)
    log = sources.opened(S5_SELECTION_LOG)
    keys: dict[str, int | np.datetime64] = {
        "merchant_id": arrival.merchant_id,
        "utc_timestamp": arrival.instant,
    }
    same = list(logged_rows(log, block.part, keys))
    there = number < len(same)
    if not explanation.check("the selection log has the arrival", len(same), number + 1, there):
        return None
    explanation.step(
        "The selection of the arrival",
        "Group and site are those of 2B.S5 (closedworld explain 2B.S5 derives them).",
        Value("occurrence", number, "earlier arrivals of its merchant and instant in its block"),
        Value("tz_group_id", same[number]["tz_group_id"], "as 2B.S5 logged it"),
        Value("site_id", same[number]["site_id"], "as 2B.S5 logged it"),
    )
    return same[number]
