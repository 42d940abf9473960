"""The edges of virtual arrivals from real cities: the law, its floors, and the shipped policies that it gives."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.s2b.edge_policy import edge_law
from engine.world.edge_policy import (
    MOST_A_COUNTRY,
    edge_cities,
    edge_policy_text,
    edge_weights,
)
from engine.world.reference import load
from generated.models.s2b import VirtualEdgePolicyV1
from tests.cli.command import command

POLICIES = Path(__file__).parents[2] / "policies" / "layer1" / "2B"


@pytest.mark.parametrize("recipe", ["tiny", "demo", "standard", "large"])
def test_the_shipped_policy_is_what_the_command_writes(recipe: str) -> None:
    shipped = (POLICIES / recipe / "virtual_edge_policy_v1.json").read_text(encoding="utf-8")
    assert edge_policy_text(load()) == shipped


@pytest.mark.parametrize(("edges", "countries"), [(200, 100), (240, 140), (400, 120)])
def test_edges_are_real_cities_and_a_usable_law(edges: int, countries: int) -> None:
    reference = load()
    policy = json.loads(edge_policy_text(reference, edges=edges, countries=countries))
    rows = policy["edges"]
    assert len(rows) == edges
    held = [row["ip_country"] for row in rows]
    assert len(set(held)) == countries and max(map(held.count, held)) <= MOST_A_COUNTRY
    assert [row["edge_id"] for row in rows] == sorted({row["edge_id"] for row in rows})
    places = {
        (round(float(lat), 5), round(float(lon), 5))
        for lat, lon in zip(reference.cities.latitude_deg, reference.cities.longitude_deg, strict=True)
    }
    assert all((round(row["edge_lat"], 5), round(row["edge_lon"], 5)) in places for row in rows)
    law, found = edge_law(VirtualEdgePolicyV1.of(policy))
    assert law is not None and found == ()


def test_weights_have_a_heavy_tail() -> None:
    weights = sorted((row["weight"] for row in json.loads(edge_policy_text(load()))["edges"]), reverse=True)
    assert sum(weights[:24]) > 0.4 > 2 * sum(weights[120:])  # a tenth against half of the edges


@given(st.lists(st.integers(1, 40_000_000), min_size=1, max_size=300))
def test_shares_sum_to_one_and_follow_the_populations(populations: list[int]) -> None:
    shares = edge_weights(populations)
    assert sum(shares) == 1
    assert all(share == share.quantize(Decimal("1e-12")) and share >= 0 for share in shares)
    total = sum(people**1.2 for people in populations)
    for people, share in zip(populations, shares, strict=True):
        assert abs(float(share) - people**1.2 / total) < 1e-9


@pytest.mark.parametrize(
    ("edges", "countries"), [(199, 140), (240, 99), (150, 160), (240, 1000), (10_000, 100)]
)
def test_what_no_policy_can_have_is_refused(edges: int, countries: int) -> None:
    with pytest.raises(ValueError, match="found"):
        edge_cities(load(), edges, countries)


def test_the_command_prints_or_writes_and_never_overwrites(tmp_path: Path) -> None:
    out = tmp_path / "edges.json"
    assert command("policy", "edges", "--edges", "300", "--out", str(out)).exit_code == 0
    written = edge_policy_text(load(), edges=300)
    assert out.read_text(encoding="utf-8") == written
    command("policy", "edges", "--out", str(out)).refused("USE-004", saying=["does not exist yet"])
    assert out.read_text(encoding="utf-8") == written
    command("policy", "edges", "--countries", "99").refused("USE-004", saying=["100 countries"])
    command("policy", "edges", "--version", "one").refused("POLICY-002", saying=["policy_version"])
    assert command("policy", "edges").out == edge_policy_text(load())
