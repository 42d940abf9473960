"""What S5 and S6 require of route_rng_policy_v1, and the streams that it gives them.

Source: spec/segment-2B.md, Policy constants; spec/rng-and-numerics.md section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import constant_findings, shape_findings
from engine.core.run import Run
from engine.evidence.rng_evidence import ALGORITHM
from engine.rng import CounterWrapError, RoutingStream

if TYPE_CHECKING:
    from generated.models.s2b import (
        RouteRngPolicyV1,
        RouteRngPolicyV1StreamsRoutingEdge,
        RouteRngPolicyV1StreamsRoutingSelection,
    )

POLICY: Final = "route_rng_policy_v1"
KEY_BASIS: Final = ["seed", "parameter_hash", "run_id"]


def routing_findings(policy: RouteRngPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """Every place where the policy breaks its schema or names a law other than the implemented one."""
    yield from shape_findings(policy, POLICY, code)
    selection, edge = policy.streams.routing_selection, policy.streams.routing_edge
    constants: list[tuple[str, object, tuple[object, ...]]] = [
        ("/rng_engine", policy.rng_engine, (ALGORITHM,))
    ]
    stream: RouteRngPolicyV1StreamsRoutingSelection | RouteRngPolicyV1StreamsRoutingEdge
    for name, stream, budgets in (
        (
            "routing_selection",
            selection,
            {
                "alias_pick_group": selection.event_families.alias_pick_group,
                "alias_pick_site": selection.event_families.alias_pick_site,
            },
        ),
        ("routing_edge", edge, {"cdn_edge_pick": edge.event_families.cdn_edge_pick}),
    ):
        place, basis = f"/streams/{name}", stream.basis
        constants += [
            (f"{place}/basis/key_basis", list(basis.key_basis), (KEY_BASIS,)),
            (f"{place}/basis/counter_step_per_event", basis.counter_step_per_event, (1,)),
            (f"{place}/basis/counter_wrap_policy", basis.counter_wrap_policy, ("abort_on_wrap",)),
        ]
        for family, budget in budgets.items():
            constants += [
                (f"{place}/event_families/{family}/blocks", budget.blocks, (1,)),
                (f"{place}/event_families/{family}/draws", budget.draws, ("1",)),
            ]
    constants += [
        (
            "/streams/routing_selection/draws_per_unit/draws_per_selection",
            selection.draws_per_unit.draws_per_selection,
            (2,),
        ),
        (
            "/streams/routing_edge/draws_per_unit/draws_per_virtual",
            edge.draws_per_unit.draws_per_virtual,
            (1,),
        ),
    ]
    yield from constant_findings(POLICY, code, constants)
    if selection.rng_stream_id == edge.rng_stream_id:
        where = f"{POLICY} /streams/routing_edge/rng_stream_id"
        yield Finding(code, where, f"another stream than {selection.rng_stream_id}", edge.rng_stream_id)
    labels = selection_labels(policy)
    if labels[0] == labels[1]:
        where = f"{POLICY} /streams/routing_selection/event_families/alias_pick_site/substream_label"
        yield Finding(code, where, f"another label than {labels[0]}", labels[1])


def log_findings(policy: RouteRngPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """An edge log that is asked for without the selection log, with which it is joined."""
    if policy.extensions.edge_log_enabled and not policy.extensions.selection_log_enabled:
        where = f"{POLICY} /extensions/edge_log_enabled"
        yield Finding(code, where, "false, or selection_log_enabled, with whose log it is joined", "true")


def selection_labels(policy: RouteRngPolicyV1) -> tuple[str, str]:
    """The labels of S5's two families of events, in the order in which an arrival draws them."""
    families = policy.streams.routing_selection.event_families
    return families.alias_pick_group.substream_label, families.alias_pick_site.substream_label


def edge_label(policy: RouteRngPolicyV1) -> str:
    """The label of S6's family of events."""
    return policy.streams.routing_edge.event_families.cdn_edge_pick.substream_label


def selection_stream(policy: RouteRngPolicyV1, run: Run) -> RoutingStream:
    """The stream of S5 in this run."""
    return _stream(policy, policy.streams.routing_selection, run)


def edge_stream(policy: RouteRngPolicyV1, run: Run) -> RoutingStream:
    """The stream of S6 in this run."""
    return _stream(policy, policy.streams.routing_edge, run)


def _stream(policy: RouteRngPolicyV1, stream: Any, run: Run) -> RoutingStream:
    start = stream.basis.counter_start
    return RoutingStream.derive(
        policy.rng_derivation.domain_master,
        policy.rng_derivation.domain_stream,
        stream.rng_stream_id,
        run.identity.parameter_hash,
        run.identity.run_id,
        run.identity.seed,
        counter_start_hi=start.hi,
        counter_start_lo=start.lo,
    )


def counter_findings(stream: RoutingStream, events: int, code: ErrorCode) -> Iterator[Finding]:
    """A finding if the counter after the last of so many events is 2^128 or more."""
    try:
        stream.counter(events)
    except CounterWrapError:
        where = f"{POLICY} counter_start {stream.counter_hi:016x}{stream.counter_lo:016x}"
        yield Finding(code, where, "a last counter below 2^128", f"{events} events that pass it")
