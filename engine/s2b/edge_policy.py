"""The edges of virtual_edge_policy_v1 as laws: for every merchant its edges in order, their weights and their places.

Source: spec/segment-2B.md S6. Edges are ordered by the UTF-8 bytes of edge_id whatever their order in the policy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.kernels.errors import KernelError
from engine.kernels.routing_tables import PickTables, edge_tables, normalised_weights
from generated import errors

if TYPE_CHECKING:
    from generated.models.s2b import VirtualEdge, VirtualEdgePolicyV1

CODES = errors.S2B_S6
POLICY: Final = "virtual_edge_policy_v1"
LARGEST_MERCHANT: Final = (1 << 64) - 1
_MERCHANT = re.compile(r"[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an edge lies; None for what the policy does not say."""

    ip_country: str | None
    edge_lat: float | None
    edge_lon: float | None

    @property
    def is_usable(self) -> bool:
        """Whether country and coordinates are there and in their domains; longitude is in (-180, 180]."""
        return (
            self.ip_country is not None
            and re.fullmatch(r"[A-Z]{2}", self.ip_country) is not None
            and self.edge_lat is not None
            and -90.0 <= self.edge_lat <= 90.0
            and self.edge_lon is not None
            and -180.0 < self.edge_lon <= 180.0
        )


@dataclass(frozen=True)
class EdgeLaw:
    """All sets of edges end to end: set 0 is everybody's, the others belong to single merchants."""

    starts: NDArray[np.int64]
    """(T+1,) offsets of the sets."""
    edge_id: tuple[str, ...]
    """(E,) ascending by UTF-8 bytes inside a set."""
    place: tuple[Place, ...]
    weight: NDArray[np.float64]
    """(E,) the weights that enter the alias construction."""
    own: Mapping[int, int]
    """The set of each merchant that has its own."""

    @cached_property
    def tables(self) -> PickTables:
        """The alias table of each set."""
        return edge_tables(self.starts, self.weight)

    @cached_property
    def ip_country(self) -> TextColumn:
        """(E,) countries; of a usable law."""
        return TextColumn.of(place.ip_country for place in self.place)

    @cached_property
    def latitude(self) -> NDArray[np.float64]:
        """(E,) degrees; NaN where the policy says none."""
        return _degrees(place.edge_lat for place in self.place)

    @cached_property
    def longitude(self) -> NDArray[np.float64]:
        """(E,) degrees; NaN where the policy says none."""
        return _degrees(place.edge_lon for place in self.place)

    @cached_property
    def _owners(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        merchants = sorted(self.own)
        sets = np.array([self.own[merchant] for merchant in merchants], dtype=np.int64)
        return np.array(merchants, dtype=np.uint64), sets

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The distinct edge ids, ascending by their UTF-8 bytes."""
        return tuple(sorted(set(self.edge_id), key=str.encode))

    @cached_property
    def name_code(self) -> NDArray[np.int32]:
        """(E,) position of each edge's id in `names`."""
        places = {name: place for place, name in enumerate(self.names)}
        return np.array([places[name] for name in self.edge_id], dtype=np.int32)

    @cached_property
    def edge_of_name(self) -> NDArray[np.int64]:
        """(T, names) the edge of each id in each set; -1 where the set has none."""
        sets = self.starts.shape[0] - 1
        found = np.full((sets, len(self.names)), -1, dtype=np.int64)
        owner = np.repeat(np.arange(sets), np.diff(self.starts))
        found[owner, self.name_code] = np.arange(len(self.edge_id))
        return found

    def sets_of(self, merchant_id: NDArray[np.uint64]) -> NDArray[np.int64]:
        """(R,) the set of edges of each merchant."""
        merchants, sets = self._owners
        found = np.zeros(merchant_id.shape[0], dtype=np.int64)
        if merchants.shape[0]:
            places = np.minimum(np.searchsorted(merchants, merchant_id), merchants.shape[0] - 1)
            own = merchants[places] == merchant_id
            found[own] = sets[places[own]]
        return found

    def edge_column(self, edge: NDArray[np.int64]) -> TextColumn:
        """The ids of edges as text; its values are the ids that occur, ascending."""
        return _used(TextColumn(self.name_code[edge], self.names))

    def country_column(self, edge: NDArray[np.int64]) -> TextColumn:
        """The countries of edges as text; its values are those that occur, ascending."""
        return _used(self.ip_country.ordered().take(edge))

    def text(self, edge: int) -> str:
        """One edge in words."""
        number = int(np.searchsorted(self.starts, edge, side="right")) - 1
        owner = next((f" of merchant {m}" for m, place in self.own.items() if place == number), "")
        return f"edge {self.edge_id[edge]}{owner}"


def _used(texts: TextColumn) -> TextColumn:
    used = np.zeros(len(texts.values), dtype=np.bool_)
    used[texts.codes] = True
    rank = (np.cumsum(used) - 1).astype(np.int32)
    return TextColumn(
        rank[texts.codes], tuple(texts.values[place] for place in np.flatnonzero(used).tolist())
    )


def _degrees(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


# -- from the policy -------------------------------------------------------------------------------------------


def edge_law(policy: VirtualEdgePolicyV1) -> tuple[EdgeLaw | None, tuple[Finding, ...]]:
    """The law that the policy gives, and what is wrong with it: shape (030), sets and weights (031), places (060).

    The law is None where the policy is too broken for one.
    """
    broken = (*shape_findings(policy, POLICY, CODES.POLICY_SCHEMA_INVALID), *_form_findings(policy))
    if broken:
        return None, broken
    sets = list(_sets(policy))
    found: list[Finding] = []
    for name, _, edges in sets:
        found += _set_findings(name, edges)
    if found:
        return None, tuple(found)
    starts, ids, places, weights = [0], [], [], []
    own: dict[int, int] = {}
    for number, (name, merchant, edges) in enumerate(sets):
        ordered = sorted(edges, key=lambda edge: edge.edge_id.encode())
        of_set = [_place(edge, policy) for edge in ordered]
        found += _place_findings(name, ordered, of_set)
        values, wrong = _weights(name, ordered, of_set)
        found += wrong
        ids += [edge.edge_id for edge in ordered]
        places += of_set
        weights.append(values)
        starts.append(len(ids))
        if merchant is not None:
            own[merchant] = number
    law = EdgeLaw(np.array(starts, np.int64), tuple(ids), tuple(places), np.concatenate(weights), own)
    return law, tuple(found)


def _form_findings(policy: VirtualEdgePolicyV1) -> Iterator[Finding]:
    """Whether the policy has exactly one of its two forms, and overrides that name merchants (031)."""
    code = CODES.POLICY_MINIMA_MISSING
    wanted = "either edges or default_edges"
    if policy.edges is None and policy.default_edges is None:
        yield Finding(code, POLICY, wanted, "neither")
    if policy.edges is not None:
        others = [
            name
            for name in ("default_edges", "merchant_overrides", "geo_metadata")
            if getattr(policy, name) is not None
        ]
        if others:
            yield Finding(
                code, POLICY, "edges alone, or default_edges with what belongs to it", ", ".join(others)
            )
    for merchant in policy.merchant_overrides or {}:
        if not _MERCHANT.fullmatch(merchant) or int(merchant) > LARGEST_MERCHANT:
            where = f"{POLICY} /merchant_overrides/{merchant}"
            yield Finding(code, where, "a merchant_id in decimal digits", merchant)


def _sets(policy: VirtualEdgePolicyV1) -> Iterator[tuple[str, int | None, Sequence[VirtualEdge]]]:
    """(pointer, merchant, edges) of every set; everybody's comes first, the others by merchant."""
    if policy.edges is not None:
        yield f"{POLICY} /edges", None, policy.edges
        return
    yield f"{POLICY} /default_edges", None, policy.default_edges or ()
    overrides = policy.merchant_overrides or {}
    for merchant in sorted(overrides, key=int):
        yield f"{POLICY} /merchant_overrides/{merchant}", int(merchant), overrides[merchant]


def _set_findings(name: str, edges: Sequence[VirtualEdge]) -> Iterator[Finding]:
    """Edges that a set names twice, or that have no weight, two, or another kind than the others (031)."""
    code = CODES.POLICY_MINIMA_MISSING
    seen: set[str] = set()
    for edge in edges:
        if edge.edge_id in seen:
            yield Finding(code, f"{name} {edge.edge_id}", "an edge_id of its own", "an edge_id used twice")
        seen.add(edge.edge_id)
    kinds = {(edge.weight is not None, edge.country_weights is not None) for edge in edges}
    for edge in edges:
        has = (edge.weight is not None, edge.country_weights is not None)
        if has in ((True, True), (False, False)):
            found = "both" if has[0] else "neither"
            yield Finding(code, f"{name} {edge.edge_id}", "either weight or country_weights", found)
    if kinds == {(True, False), (False, True)}:
        yield Finding(code, name, "weight in every edge, or country_weights in every edge", "both kinds")


def _place(edge: VirtualEdge, policy: VirtualEdgePolicyV1) -> Place:
    """Where an edge lies: what it says itself, and else what geo_metadata says of it."""
    known = (policy.geo_metadata or {}).get(edge.edge_id)

    def said(name: str) -> Any:
        own = getattr(edge, name)
        return own if own is not None or known is None else getattr(known, name)

    return Place(said("ip_country"), said("edge_lat"), said("edge_lon"))


def _place_findings(name: str, edges: Sequence[VirtualEdge], places: Sequence[Place]) -> Iterator[Finding]:
    """Edges without a usable place (060)."""
    for edge, place in zip(edges, places, strict=True):
        if not place.is_usable:
            yield Finding(
                CODES.EDGE_ATTR_MISSING,
                f"{name} {edge.edge_id}",
                "ip_country, edge_lat in [-90, 90] and edge_lon in (-180, 180]",
                f"{place.ip_country}, {place.edge_lat}, {place.edge_lon}",
            )


def _weights(
    name: str, edges: Sequence[VirtualEdge], places: Sequence[Place]
) -> tuple[NDArray[np.float64], list[Finding]]:
    """The weights of a set as they enter the construction, and what is wrong with them (031)."""
    code, found = CODES.POLICY_MINIMA_MISSING, []
    values = []
    for edge, place in zip(edges, places, strict=True):
        if edge.weight is not None:
            values.append(edge.weight)
            continue
        weight = (edge.country_weights or {}).get(place.ip_country or "")
        if weight is None:
            where = f"{name} {edge.edge_id} country_weights"
            found.append(
                Finding(code, where, f"a weight of {place.ip_country}, the edge's own country", "none")
            )
        values.append(weight if weight is not None else math.nan)
    weights = np.array(values, dtype=np.float64)
    if found:
        return weights, found
    whole = np.array([0, weights.shape[0]])
    try:
        if edges[0].weight is None:
            weights = normalised_weights(whole, weights)
        edge_tables(whole, weights)
    except KernelError as error:
        total = 0.0
        for value in weights.tolist():
            total += value
        wanted = "finite weights of at least 0 that sum to 1 within 1e-9"
        if edges[0].weight is None:
            wanted = "finite weights of at least 0 with a sum above 0"
        found.append(Finding(code, name, wanted, f"{error.status}: a sum of {total}"))
    return weights, found
