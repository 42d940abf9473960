"""2B.S5 explained: the group and the site of one arrival (spec/segment-2B.md, S5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
    roster_block,
    row_at,
    select_arrival,
    stored_step,
)
from engine.explain.draws import Labelled, block_step, pick_step, routing_key_steps, uniform_step
from engine.explain.selectors import Selector
from engine.explain.sites import key_order, site_id_step, site_keys, tz_groups
from engine.explain.sources import Sources, python_column, rows_of_merchant
from engine.explain.steps import Explanation
from generated.datasets.s2a import SITE_TIMEZONES
from generated.datasets.s2b import (
    RNG_AUDIT_LOG_2B_S5,
    RNG_COMMITMENT_ALIAS_PICK_GROUP,
    RNG_COMMITMENT_ALIAS_PICK_SITE,
    RNG_EVENT_ALIAS_PICK_GROUP,
    RNG_EVENT_ALIAS_PICK_SITE,
    RNG_EVIDENCE_POLICY_2B,
    RNG_TRACE_LOG_2B_S5,
    ROUTE_RNG_POLICY_V1,
    S1_SITE_WEIGHTS,
    S4_GROUP_WEIGHTS,
    S5_ARRIVAL_ROSTER,
    S5_SELECTION_LOG,
)
from generated.tables.s2b import RngEventAliasPickGroup, RngEventAliasPickSite, S5SelectionLog

if TYPE_CHECKING:
    from generated.models.s2b import RngEvidencePolicy2B, RouteRngPolicyV1

MODULE: Final = "2B.S5"
DRAWS: Final = 2
"""Events of an arrival: its group, then its site."""
SUM_EPSILON: Final = 1e-12


def selection(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive group and site of one arrival and put them beside events, trace and selection log."""
    audit_check(sources, explanation, RNG_AUDIT_LOG_2B_S5)
    policy: RouteRngPolicyV1 = sources.opened(ROUTE_RNG_POLICY_V1)
    evidence: RngEvidencePolicy2B = sources.opened(RNG_EVIDENCE_POLICY_2B)
    roster = sources.opened(S5_ARRIVAL_ROSTER)
    weights = sources.opened(S1_SITE_WEIGHTS).read()
    timezones = sources.opened(SITE_TIMEZONES).read()
    shares = sources.opened(S4_GROUP_WEIGHTS)
    arrival = select_arrival(roster, selector, explanation)
    if not arrival_step(explanation, arrival):
        return
    keys = site_keys(weights)
    groups = tz_groups(keys, timezones)
    if not explanation.check("every site has one zone", groups.unjoined, 0, groups.unjoined == 0):
        return

    stream = policy.streams.routing_selection
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
    at_group = start + DRAWS * arrival.number
    at_site = at_group + 1
    in_range = at_site + 1 < WORD * WORD
    explanation.check("the counter stays below 2^128", f"{at_site:032x}", "f" * 32, in_range)
    if not in_range:
        return

    where = f"start + {DRAWS} x {arrival.number}"
    u = uniform_step(explanation, block_step(explanation, key, at_group, where, "the group pick"))
    zones = _day_shares(shares, arrival)
    own = groups.zones.get(arrival.merchant_id, [])
    same = list(zones) == own
    explanation.check("s4_group_weights has the merchant's zones on that day", len(zones), len(own), same)
    if not same:
        return
    place = _group_pick(explanation, zones, u)
    if place is None:
        return
    zone = own[place]

    u = uniform_step(explanation, block_step(explanation, key, at_site, f"{where} + 1", "the site pick"))
    share_of = dict(zip(keys, python_column(weights, "p_weight"), strict=True))
    sites = sorted(
        (site for site in keys if site[0] == arrival.merchant_id and groups.zone[site] == zone), key=key_order
    )
    chosen = pick_step(
        explanation,
        "The site",
        f"One of the merchant's sites in {zone}, by the weights of 2B.S1 over all of it, in key order.",
        Labelled(
            ("country", "order"),
            [site[1:] for site in sites],
            "p_weight",
            [float(str(share_of[site])) for site in sites],
        ),
        u,
    )
    if chosen is None:
        return
    site_id = site_id_step(explanation, sites[chosen])

    group_event = RngEventAliasPickGroup.from_columns(
        **envelope(sources, MODULE, stream.event_families.alias_pick_group.substream_label, at_group),
        merchant_id=np.array([arrival.merchant_id], np.uint64),
        utc_day=np.array([arrival.day]),
        tz_group_id=[zone],
        p_group=np.array([zones[zone]]),
    )
    site_event = RngEventAliasPickSite.from_columns(
        **envelope(sources, MODULE, stream.event_families.alias_pick_site.substream_label, at_site),
        merchant_id=np.array([arrival.merchant_id], np.uint64),
        utc_day=np.array([arrival.day]),
        tz_group_id=[zone],
        site_id=np.array([site_id], np.uint64),
    )
    keeps_events = arrival.total <= evidence.full_up_to_events
    keeps_log = policy.extensions.selection_log_enabled
    stored_step(explanation, evidence.full_up_to_events, arrival.total, keeps_events, keeps_log)
    if keeps_events:
        for dataset, event in (
            (RNG_EVENT_ALIAS_PICK_GROUP, group_event),
            (RNG_EVENT_ALIAS_PICK_SITE, site_event),
        ):
            stored = row_at(sources.opened(dataset), arrival.number)
            compare_columns(explanation, f"{event.substream_label.values[0]}", stored, all_columns(event))
    else:
        block = roster_block(arrival.number, arrival.total)
        for dataset, event, last in (
            (RNG_COMMITMENT_ALIAS_PICK_GROUP, group_event, ()),
            (RNG_COMMITMENT_ALIAS_PICK_SITE, site_event, ("site_id",)),
        ):
            told = all_columns(event)
            compare_commitment(
                explanation,
                sources.opened(dataset),
                part=block.part,
                unit=arrival.number,
                first=block.start,
                rows=block.stop - block.start,
                event=told,
                keys=("merchant_id", "utc_day", "tz_group_id", *last),
            )
    families = stream.event_families
    labels = (families.alias_pick_group.substream_label, families.alias_pick_site.substream_label)
    compare_trace(sources, explanation, RNG_TRACE_LOG_2B_S5, MODULE, labels, arrival.number)
    if keeps_log:
        derived = S5SelectionLog.from_columns(
            merchant_id=np.array([arrival.merchant_id], np.uint64),
            utc_timestamp=np.array([arrival.instant]),
            utc_day=np.array([arrival.day]),
            tz_group_id=[zone],
            site_id=np.array([site_id], np.uint64),
            rng_stream_id=stream.rng_stream_id,
            ctr_group_hi=np.array([at_group // WORD], np.uint64),
            ctr_group_lo=np.array([at_group % WORD], np.uint64),
            ctr_site_hi=np.array([at_site // WORD], np.uint64),
            ctr_site_lo=np.array([at_site % WORD], np.uint64),
            manifest_fingerprint=identity.manifest_fingerprint,
            created_utc=sources.created,
        )
        log, part = sources.opened(S5_SELECTION_LOG), roster_block(arrival.number, arrival.total).part
        at = {"ctr_group_hi": at_group // WORD, "ctr_group_lo": at_group % WORD}
        found = list(logged_rows(log, part, at))
        explanation.check("the log has the arrival once", len(found), 1, len(found) == 1)
        compare_columns(explanation, "log", found[0] if found else None, all_columns(derived))


def _day_shares(shares: PartitionedTable[Any], arrival: Arrival) -> dict[str, float]:
    """p_group of the merchant's zones on the arrival's day, as 2B.S4 stored it, in its order."""
    columns = ("utc_day", "tz_group_id", "p_group")
    return {
        str(row["tz_group_id"]): float(str(row["p_group"]))
        for _, row in rows_of_merchant(shares, arrival.merchant_id, columns)
        if row["utc_day"] == arrival.utc_day
    }


def _group_pick(explanation: Explanation, zones: dict[str, float], u: float) -> int | None:
    """The position of the picked zone."""
    weights = list(zones.values())
    away = abs(running_sums(weights)[-1] - 1.0) if weights else 1.0
    allowed = sum_tolerance(SUM_EPSILON, len(weights))
    if not explanation.check(
        "|sum of p_group - 1| <= max(1e-12, zones 2^-53)", away, allowed, away <= allowed
    ):
        return None
    return pick_step(
        explanation,
        "The group",
        "One of the merchant's zones, by its shares of the day (closedworld explain 2B.S4 derives them).",
        Labelled(("tz_group_id",), [(zone,) for zone in zones], "p_group", weights),
        u,
    )
