"""Small routing plans and rosters that the routing tests share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from engine.kernels.routing import RoutedArrivals, routed_arrivals
from engine.kernels.routing_tables import PickTables, day_pairs, group_tables, site_tables
from engine.rng import RoutingStream
from tests.kernels.strategies import probabilities
from tests.oracle import routing

Row = tuple[int, float, int, int, int, float, float]

MIX = st.floats(0.0, 9.0) | st.sampled_from([0.0, 1.0])


@dataclass(frozen=True)
class Plan:
    """A plan of a few merchants: groups by merchant, a mix for each merchant and day, sites with weights."""

    groups: list[int]
    days: int
    p_group: dict[tuple[int, int], list[float]]
    site_group: list[int]
    p_weight: list[float]

    @property
    def group_starts(self) -> list[int]:
        return [0, *np.cumsum(self.groups).tolist()]

    @property
    def flat_p_group(self) -> list[float]:
        return [p for m in range(len(self.groups)) for d in range(self.days) for p in self.p_group[m, d]]

    def sites(self) -> PickTables:
        return site_tables(self.site_group, self.p_weight, groups=sum(self.groups))

    def routed(
        self, stream: RoutingStream, arrivals: list[tuple[int, int]], first: int = 0
    ) -> RoutedArrivals:
        """The arrivals as one block that starts at arrival `first`."""
        merchant, day = (np.array([arrival[part] for arrival in arrivals], np.int64) for part in (0, 1))
        pairs = day_pairs(merchant, day, merchants=len(self.groups), days=self.days)
        groups = group_tables(pairs, self.group_starts, self.flat_p_group, days=self.days)
        return routed_arrivals(
            stream, first=first, pair=pairs.pair, groups=groups, sites=self.sites(), keep_uniforms=True
        )

    def expected(self, stream: RoutingStream, arrivals: list[tuple[int, int]]) -> list[Row]:
        starts = self.group_starts
        return routing.route(
            stream.key,
            (stream.counter_hi << 64) + stream.counter_lo,
            arrivals,
            [list(range(starts[m], starts[m + 1])) for m in range(len(self.groups))],
            self.p_group,
            self.site_group,
            self.p_weight,
        )


def rows_of(routed: RoutedArrivals) -> list[Row]:
    """The block's rows in the oracle's form."""
    counters = [
        [(hi << 64) + lo for hi, lo in zip(counter.hi.tolist(), counter.lo.tolist(), strict=True)]
        for counter in (routed.group_counter, routed.site_counter)
    ]
    return list(
        zip(
            routed.group.tolist(),
            routed.p_group.tolist(),
            routed.site.tolist(),
            *counters,
            routed.u_group.tolist(),
            routed.u_site.tolist(),
            strict=True,
        )
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    groups = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    days = draw(st.integers(1, 3))
    p_group = {
        (m, d): probabilities(draw(st.lists(MIX, min_size=n, max_size=n).filter(lambda w: sum(w) > 0.1)))
        for m, n in enumerate(groups)
        for d in range(days)
    }
    # Sites of a merchant's groups lie in any order, as key order leaves them.
    site_group: list[int] = []
    first = 0
    for n in groups:
        more = draw(st.lists(st.integers(0, n - 1), max_size=5))
        site_group += [first + g for g in draw(st.permutations([*range(n), *more]))]
        first += n
    size = len(site_group)
    p_weight = draw(st.lists(st.floats(1e-6, 1.0), min_size=size, max_size=size))
    return Plan(groups, days, p_group, site_group, p_weight)


@st.composite
def rosters(draw: st.DrawFn, largest: int = 12) -> tuple[Plan, list[tuple[int, int]]]:
    plan = draw(plans())
    arrival = st.tuples(st.integers(0, len(plan.groups) - 1), st.integers(0, plan.days - 1))
    return plan, draw(st.lists(arrival, min_size=1, max_size=largest))


STREAMS = st.builds(
    RoutingStream,
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 2),
    st.integers(0, 2**64 - 1) | st.integers(2**64 - 30, 2**64 - 1),
)
"""Streams whose counters often carry into the high word soon, and never wrap."""
