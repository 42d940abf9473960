"""The edges of virtual arrivals as the policy states them, for the audit of S6 (spec/segment-2B.md, S6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.kernels.errors import KernelError
from engine.kernels.routing_tables import PickTables, edge_tables
from engine.s2b.zone_groups import serial_group_sums
from generated import errors

if TYPE_CHECKING:
    from generated.models.s2b import VirtualEdge, VirtualEdgePolicyV1

CODES = errors.S2B_S7
POLICY = "virtual_edge_policy_v1"


@dataclass(frozen=True)
class EdgeSets:
    """All sets of edges end to end: the policy's own first, then those of each merchant that has its own."""

    edge_id: TextColumn
    ip_country: TextColumn
    edge_lat: NDArray[np.float64]
    edge_lon: NDArray[np.float64]
    tables: PickTables
    overrides: dict[int, int]
    """Merchant to the position of its own set."""

    def of(self, merchant_id: NDArray[np.uint64]) -> NDArray[np.int64]:
        """(R,) position of each row's set."""
        found = np.zeros(merchant_id.shape[0], np.int64)
        for merchant, place in self.overrides.items():
            found[merchant_id == np.uint64(merchant)] = place
        return found

    def columns(self, edge: NDArray[np.int64]) -> dict[str, Any]:
        """The attributes of picked edges."""
        return {
            "edge_id": self.edge_id.take(edge),
            "ip_country": self.ip_country.take(edge),
            "edge_lat": self.edge_lat[edge],
            "edge_lon": self.edge_lon[edge],
        }


def edge_sets(policy: VirtualEdgePolicyV1) -> tuple[EdgeSets | None, list[Finding]]:
    """The sets of a policy with their alias tables; None with findings (411) where an edge lacks place or weight."""
    lists: list[Sequence[VirtualEdge]] = [policy.edges or policy.default_edges or ()]
    overrides: dict[int, int] = {}
    if not policy.edges:
        for merchant in sorted(policy.merchant_overrides or {}, key=int):
            overrides[int(merchant)] = len(lists)
            lists.append((policy.merchant_overrides or {})[merchant])
    ordered = [sorted(edges, key=lambda edge: str(edge.edge_id).encode()) for edges in lists]
    places = [[_place(policy, edge) for edge in edges] for edges in ordered]
    found = list(_missing(ordered, places))
    if found:
        return None, found
    starts = np.cumsum([0, *map(len, ordered)])
    weights = np.concatenate([_weights(e, p) for e, p in zip(ordered, places, strict=True)])
    try:
        tables = edge_tables(starts, weights)
    except (KernelError, ValueError) as error:
        where = f"{POLICY} set {getattr(error, 'index', 0)}"
        return None, [Finding(CODES.EDGE_ATTR_MISSING, where, "weights that sum to 1", str(error))]
    flat = [place for row in places for place in row]
    return EdgeSets(
        edge_id=TextColumn.of([str(edge.edge_id) for edges in ordered for edge in edges]),
        ip_country=TextColumn.of([str(place[0]) for place in flat]),
        edge_lat=np.array([place[1] for place in flat], np.float64),
        edge_lon=np.array([place[2] for place in flat], np.float64),
        tables=tables,
        overrides=overrides,
    ), []


def _place(policy: VirtualEdgePolicyV1, edge: VirtualEdge) -> tuple[Any, Any, Any]:
    """Country, latitude and longitude: the edge's own, else those of geo_metadata."""
    known = (policy.geo_metadata or {}).get(str(edge.edge_id))
    country, lat, lon = edge.ip_country, edge.edge_lat, edge.edge_lon
    if known is None:
        return country, lat, lon
    return (
        known.ip_country if country is None else country,
        known.edge_lat if lat is None else lat,
        known.edge_lon if lon is None else lon,
    )


def _missing(
    lists: Sequence[Sequence[VirtualEdge]], places: Sequence[Sequence[tuple[Any, Any, Any]]]
) -> Iterator[Finding]:
    code = CODES.EDGE_ATTR_MISSING
    for edges, where in zip(lists, places, strict=True):
        if not edges:
            yield Finding(code, POLICY, "at least one edge", "none")
        for edge, place in zip(edges, where, strict=True):
            if None in place:
                yield Finding(
                    code, f"{POLICY} edge {edge.edge_id}", "ip_country, edge_lat and edge_lon", "fewer"
                )
            elif edge.weight is None and str(place[0]) not in (edge.country_weights or {}):
                yield Finding(
                    code, f"{POLICY} edge {edge.edge_id}", f"a weight, or one for {place[0]}", "none"
                )


def _weights(edges: Sequence[VirtualEdge], places: Sequence[tuple[Any, Any, Any]]) -> NDArray[np.float64]:
    """Weights as they are; country weights divided once by their serial sum in edge_id order."""
    own = all(edge.weight is not None for edge in edges)
    values = np.array(
        [
            edge.weight if edge.weight is not None else (edge.country_weights or {})[str(place[0])]
            for edge, place in zip(edges, places, strict=True)
        ],
        np.float64,
    )
    if own:
        return values
    total = serial_group_sums(values, np.zeros(values.shape[0], np.int64), 1)[0]
    return np.asarray(values / total if total > 0.0 else values)
