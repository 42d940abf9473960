"""The small plan with a roster, run through the laws of S5 and S6 in memory, in blocks of a few arrivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from codegen.runtime.tables import PartitionedTable, part_name
from engine.s2b import edge_router, router, s5_router
from generated import states
from generated.models.s2b import RngEvidencePolicy2B, RouteRngPolicyV1, VirtualEdgePolicyV1
from generated.tables.s2b import S5ArrivalRoster, S5SelectionLog
from tests.s2b.routing_oracle import Arrival
from tests.s2b.small_plan import SmallPlan, policy_content

BLOCK = 7
LARGE = 2**64 - 1
DAYS = ("2024-01-01", "2024-02-29", "2024-12-31")
ARRIVALS = [
    Arrival(77, "2024-01-01T00:00:00", False),
    Arrival(LARGE, "2024-01-01T00:00:00", True),
    Arrival(LARGE, "2024-01-01T00:00:00", True),  # one instant twice: the occurrence number tells them apart
    *(
        Arrival(
            (77, LARGE, 9, 2**63)[k % 4],
            f"{DAYS[k % 3]}T{k:02d}:59:59.99999{k % 10}",
            (True, False, None)[k % 3],
        )
        for k in range(16)
    ),
    Arrival(9, "2024-12-31T23:59:59.999999", True),
    Arrival(9, "2024-06-01T12:00:00", False),
    *(Arrival(77, "2024-03-03T03:03:03", False) for _ in range(BLOCK)),  # a block without virtual arrivals
    Arrival(LARGE, "2024-01-01T00:00:00", True),
]
"""Three parts of a block's size and more: days in any order, instants twice, virtual, not virtual and unsaid."""

COUNTRIES = ("CH", "US", "JP", "NG")
OVERRIDDEN = {
    "default_edges": [
        {"edge_id": "zz-1", "weight": 0.25},
        {"edge_id": "a.2", "weight": 0.5, "ip_country": "NG", "edge_lat": -90.0, "edge_lon": 180.0},
        {"edge_id": "B_3", "weight": 0.25},
    ],
    "merchant_overrides": {
        str(LARGE): [
            {"edge_id": "zz-1", "country_weights": {"CH": 3.0, "US": 1.0}},
            {"edge_id": "B_3", "country_weights": {"US": 0.5, "CH": 9.0}},
        ]
    },
    "geo_metadata": {
        "zz-1": {"ip_country": "CH", "edge_lat": 47.4, "edge_lon": 8.5},
        "B_3": {"ip_country": "US", "edge_lat": 40.7, "edge_lon": -74.0},
    },
}
"""Edges in both ways of weighing them, with places of their own and from geo_metadata."""


def use_small_routing_blocks(patch: pytest.MonkeyPatch, size: int = BLOCK) -> None:
    """Give the routers blocks of a few arrivals; the contract's size is not part of a law."""
    for module in (router, s5_router, edge_router):
        patch.setattr(module, "S5_ARRIVAL_ROSTER", replace(module.S5_ARRIVAL_ROSTER, block_size=size))


def roster(arrivals: Sequence[Arrival]) -> S5ArrivalRoster:
    """The roster of these arrivals, in their order."""
    instants = np.array([arrival.instant for arrival in arrivals], "datetime64[us]")
    return S5ArrivalRoster.from_columns(
        merchant_id=np.array([arrival.merchant_id for arrival in arrivals], np.uint64),
        utc_timestamp=instants,
        utc_day=instants.astype("datetime64[D]"),
        is_virtual=np.ma.MaskedArray(
            [bool(arrival.is_virtual) for arrival in arrivals],
            mask=[arrival.is_virtual is None for arrival in arrivals],
        ),
    )


def edge_content(**fields: Any) -> dict[str, Any]:
    """virtual_edge_policy_v1 with these fields instead of the tiny recipe's edges."""
    content = policy_content("virtual_edge_policy_v1")
    if fields:
        del content["edges"]
    return content | fields


@dataclass
class SmallRouting(SmallPlan):
    """S5 and S6 over a few arrivals; `pieces` are the sizes of the roster's part files, which mean nothing."""

    arrivals: Sequence[Arrival] = field(default_factory=lambda: list(ARRIVALS))
    pieces: Sequence[int] = (7, 7, 100)
    full_up_to: int = 1000
    logs: bool = True
    route: dict[str, Any] = field(default_factory=lambda: policy_content("route_rng_policy_v1"))
    edges: dict[str, Any] = field(default_factory=lambda: edge_content(**OVERRIDDEN))

    def roster_parts(self) -> PartitionedTable[Any]:
        """The roster in part files."""
        table, tables, start = roster(self.arrivals), [], 0
        for size in self.pieces:
            if start < table.num_rows:
                tables.append(table.rows(start, min(start + size, table.num_rows)))
            start += size
        return self.partition("roster", *tables)

    def _policies(self) -> dict[str, Any]:
        extensions = {"selection_log_enabled": self.logs, "edge_log_enabled": self.logs}
        evidence = policy_content("rng_evidence_policy_2B") | {"full_up_to_events": self.full_up_to}
        return {
            "route_rng_policy_v1": RouteRngPolicyV1.of(self.route | {"extensions": extensions}),
            "rng_evidence_policy_2B": RngEvidencePolicy2B.of(evidence),
        }

    def _inputs_2b_s5(self) -> Any:
        (tables,) = self.outputs("2B.S2")
        evidence = self._inputs_2b_s3()
        return states.S2B_S5.Inputs(
            **self.evidence(),
            **self._policies(),
            s5_arrival_roster=self.roster_parts(),
            site_timezones=evidence.site_timezones,
            s1_site_weights=evidence.s1_site_weights,
            s2_alias_index=tables.s2_alias_index,
            s2_alias_blob=tables.s2_alias_blob,
            s4_group_weights=self.partition("s4", *(made.s4_group_weights for made in self.outputs("2B.S4"))),
            alias_layout_policy_v1=self.alias_policy,
        )

    def selections(self) -> PartitionedTable[Any] | None:
        """S5's log as it is published: a part a block."""
        if not self.logs:
            return None
        folder = self.folder / "log"
        folder.mkdir(parents=True, exist_ok=True)
        for number, made in enumerate(self.outputs("2B.S5")):
            made.s5_selection_log.write_file(folder / part_name(number))
        return PartitionedTable.of(S5SelectionLog, folder)

    def _inputs_2b_s6(self) -> Any:
        return states.S2B_S6.Inputs(
            **self.evidence(),
            **self._policies(),
            s5_arrival_roster=self.roster_parts(),
            s5_selection_log=self.selections(),
            virtual_edge_policy_v1=VirtualEdgePolicyV1.of(self.edges),
        )
