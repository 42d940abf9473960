"""Every event, log row, commitment and trace row of S5 and S6 equals what the slow version of the law gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.columns import TextColumn
from tests.s2b import routing_oracle
from tests.s2b.plan_oracle import Plan
from tests.s2b.routing_oracle import Identity
from tests.s2b.small_plan import IDENTITY, SITES, edited, policy_content
from tests.s2b.small_routing import ARRIVALS, BLOCK, SmallRouting, edge_content, use_small_routing_blocks

ME = Identity(
    IDENTITY.seed,
    IDENTITY.parameter_hash,
    IDENTITY.manifest_fingerprint,
    IDENTITY.run_id,
    IDENTITY.created_utc,
)
NEAR_THE_CARRY = edited(
    policy_content("route_rng_policy_v1"),
    "streams/routing_selection/basis/counter_start",
    {"hi": 5, "lo": 2**64 - 21},
)
BOTH_CARRY = edited(
    NEAR_THE_CARRY, "streams/routing_edge/basis/counter_start", {"hi": 2**64 - 2, "lo": 2**64 - 4}
)
CASES: dict[str, dict[str, Any]] = {
    "events": {},
    "commitments": {"full_up_to": 0},
    "counters that carry": {"route": BOTH_CARRY},
    "no logs": {"logs": False, "full_up_to": 5},
    "a roster in other parts": {"pieces": (3, 10, 1, 100)},
    "shipped edges": {"edges": edge_content(), "plan": Plan(mode="column", sigma=1.2)},
}


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few arrivals."""
    use_small_routing_blocks(monkeypatch)


@pytest.fixture(params=list(CASES))
def small(request: pytest.FixtureRequest, tmp_path: Path) -> SmallRouting:
    """The hand-made arrivals in each case."""
    return SmallRouting(tmp_path, **CASES[request.param])


def rows_of(table: Any) -> list[dict[str, Any]]:
    """A table's rows in plain values: microseconds since the epoch, days as texts."""
    columns = {}
    for spec in table.SPEC.columns:
        values = getattr(table, spec.name)
        if isinstance(values, TextColumn):
            columns[spec.name] = values.decoded().tolist()
        elif spec.type.startswith("timestamp"):
            columns[spec.name] = values.astype(np.int64).tolist()
        elif spec.type == "date32":
            columns[spec.name] = [str(day) for day in values]
        else:
            columns[spec.name] = values.tolist()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def selections(small: SmallRouting) -> routing_oracle.Selections:
    """S5 by the oracle."""
    return routing_oracle.selections(list(SITES), small.plan, small.route, ME, list(ARRIVALS))


def blocks_of(rows: list[Any]) -> Iterator[list[Any]]:
    """The rows of each block."""
    return (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))


def by_day(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a block by day; those of a day stay in order."""
    return sorted(rows, key=lambda row: str(row["utc_day"]))


def test_every_selection_is_the_oracles(small: SmallRouting) -> None:
    expected = selections(small)
    outputs = small.outputs("2B.S5")
    labels = ["alias_pick_group", "alias_pick_site"]
    full = len(ARRIVALS) <= small.full_up_to
    parts = zip(*map(blocks_of, (expected.groups, expected.sites, expected.log)), strict=True)
    for number, (made, (groups, sites, log)) in enumerate(zip(outputs, parts, strict=True)):
        if full:
            assert made.rng_commitment_alias_pick_group is made.rng_commitment_alias_pick_site is None
            assert rows_of(made.rng_event_alias_pick_group) == groups
            assert rows_of(made.rng_event_alias_pick_site) == sites
        else:
            assert made.rng_event_alias_pick_group is made.rng_event_alias_pick_site is None
            keys = ("merchant_id", "utc_day", "tz_group_id")
            (row,) = made.rng_commitment_alias_pick_group
            assert row.content() == routing_oracle.commitment(number, groups, keys, ME.created_utc)
            (row,) = made.rng_commitment_alias_pick_site
            assert row.content() == routing_oracle.commitment(
                number, sites, (*keys, "site_id"), ME.created_utc
            )
        assert rows_of(made.rng_trace_log_2B_S5) == routing_oracle.trace(
            number * BLOCK, len(groups), "2B.S5", labels, ME
        )
        assert (made.s5_selection_log is not None) == small.logs
        if small.logs:
            assert rows_of(made.s5_selection_log) == by_day(log)
        assert (made.rng_audit_log_2B_S5 is not None) == (number == 0)
    assert len(outputs) == -(-len(ARRIVALS) // BLOCK)


def test_every_edge_pick_is_the_oracles(small: SmallRouting) -> None:
    expected = routing_oracle.edge_picks(small.route, small.edges, ME, list(ARRIVALS), selections(small).log)
    full = len(expected.events) <= small.full_up_to
    silent = drawn = 0
    for number, made in enumerate(small.outputs("2B.S6")):
        here = [k for k, a in enumerate(expected.arrival) if a // BLOCK == number]
        events, log = [expected.events[k] for k in here], [expected.log[k] for k in here]
        if full and here:
            assert rows_of(made.rng_event_cdn_edge_pick) == events
        else:
            assert made.rng_event_cdn_edge_pick is None
        if here and not full:
            (row,) = made.rng_commitment_cdn_edge_pick
            keys = ("merchant_id", "utc_day", "edge_id")
            assert row.content() == routing_oracle.commitment(number, events, keys, ME.created_utc)
        else:
            assert made.rng_commitment_cdn_edge_pick is None
        if here:
            trace = routing_oracle.trace(here[0], len(here), "2B.S6", ["cdn_edge_pick"], ME)
            assert rows_of(made.rng_trace_log_2B_S6) == trace
        else:
            assert made.rng_trace_log_2B_S6 is None
            silent += 1
        assert (made.s6_edge_log is not None) == (small.logs and bool(here))
        if made.s6_edge_log is not None:
            assert rows_of(made.s6_edge_log) == by_day(log)
        assert (made.rng_audit_log_2B_S6 is not None) == (number == 0)
        drawn += len(here)
    assert drawn == sum(arrival.is_virtual is True for arrival in ARRIVALS)
    assert silent >= 1


@pytest.mark.parametrize("state", ["2B.S5", "2B.S6"])
def test_the_size_of_blocks_changes_no_pick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    def picked(size: int) -> list[dict[str, Any]]:
        use_small_routing_blocks(monkeypatch, size)
        small = SmallRouting(tmp_path / str(size))
        name = {"2B.S5": "rng_event_alias_pick_site", "2B.S6": "rng_event_cdn_edge_pick"}[state]
        tables = [getattr(made, name) for made in small.outputs(state)]
        return [row for table in tables if table is not None for row in rows_of(table)]

    assert picked(1000) == picked(1) == picked(BLOCK)


def test_the_audit_row_names_the_generator_and_the_identity(tmp_path: Path) -> None:
    small = SmallRouting(tmp_path)
    for state, name in (("2B.S5", "rng_audit_log_2B_S5"), ("2B.S6", "rng_audit_log_2B_S6")):
        (row,) = getattr(small.outputs(state)[0], name)
        assert row.content() == {
            "ts_utc": IDENTITY.created_utc,
            "run_id": IDENTITY.run_id,
            "seed": 42,
            "parameter_hash": IDENTITY.parameter_hash,
            "manifest_fingerprint": IDENTITY.manifest_fingerprint,
            "module": state,
            "algorithm": "philox2x64-10",
            "contracts_digest": IDENTITY.contracts_digest,
            "law_version": 1,
        }
