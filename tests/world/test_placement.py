"""Cities of sites, zones of merchants and the spans that lead to them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.world.allocation import TargetUnreachable
from engine.world.city_shares import CityShares, zone_presence
from engine.world.merchant_spans import country_site_counts, expected_zone_count, grown_spans
from engine.world.reference import Reference
from engine.world.site_placement import OutletRows, site_cities, tz_group_count


@pytest.fixture(scope="module")
def shares(reference: Reference) -> CityShares:
    return CityShares(reference, 0.85)


def test_zone_shares_are_those_of_the_cities(reference: Reference, shares: CityShares) -> None:
    cities = reference.cities
    weight = np.maximum(cities.population, 1) ** 0.85
    for iso in ("US", "RU", "CH", "ES", "PW"):
        country = reference.countries.iso.index(iso)
        own = cities.country == country
        for zone in range(len(reference.zones)):
            expected = weight[own & (cities.zone == zone)].sum() / weight[own].sum()
            assert shares.zone_share[country, zone] == pytest.approx(expected, abs=1e-12)
    assert shares.zone_share.sum(axis=1) == pytest.approx(np.ones(244), abs=1e-12)
    assert len(shares.zones_of[reference.countries.iso.index("RU")]) == 23


def test_cities_are_drawn_by_population(reference: Reference, shares: CityShares) -> None:
    """Tokyo to the smallest, 21 cells of a chi-square on 20 degrees: false alarms below 1 in 10,000."""
    japan = reference.countries.iso.index("JP")
    own = np.flatnonzero(reference.cities.country == japan)
    weight = reference.cities.population[own] ** 0.85
    order = own[np.argsort(-weight)]
    uniforms = np.random.default_rng(1).random(40_000)
    drawn = shares.cities_drawn(np.full(40_000, japan, dtype=np.int32), uniforms)
    assert set(drawn.tolist()) <= set(own.tolist())
    cell = np.full(reference.cities.geoname_id.shape[0], 20)
    cell[order[:20]] = np.arange(20)
    expected = np.bincount(cell[own], weights=weight / weight.sum() * 40_000, minlength=21)
    seen = np.bincount(cell[drawn], minlength=21)
    assert ((seen - expected) ** 2 / expected).sum() < 52.39


def test_a_city_of_a_zone_is_drawn_from_that_zone_alone(reference: Reference, shares: CityShares) -> None:
    usa = reference.countries.iso.index("US")
    for zone in shares.zones_of[usa]:
        for uniform in (1e-12, 0.3, 0.999_999_999):
            city = shares.city_drawn_in_zone(usa, zone, uniform)
            assert (reference.cities.country[city], reference.cities.zone[city]) == (usa, zone)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), min_size=1, max_size=3),
    st.lists(st.lists(st.integers(0, 8), min_size=4, max_size=4), min_size=3, max_size=3),
)
def test_presence_is_the_exact_probability(rows: list[tuple[int, int]], eighths: list[list[int]]) -> None:
    share = np.array(eighths) / 8.0
    share = np.minimum(share, 1.0)
    found = zone_presence(share, np.array([c for c, _ in rows]), np.array([n for _, n in rows]))
    for zone in range(4):
        absent = Fraction(1)
        for country, sites in rows:
            absent *= (1 - Fraction(float(share[country, zone]))) ** sites
        assert found[zone] == pytest.approx(float(1 - absent), abs=1e-12)


@given(st.integers(1, 400), st.integers(1, 50))
def test_each_country_of_a_merchant_gets_a_site_and_home_most(sites: int, countries: int) -> None:
    countries = min(sites, countries)
    counts = country_site_counts(sites, countries)
    assert counts.sum() == sites
    assert counts.min() >= 1
    assert counts.shape == (countries,)
    assert (np.diff(counts) <= 1).all()
    assert counts[0] == counts.max()


def test_spans_grow_until_the_expected_zones_meet_the_target() -> None:
    share = np.eye(6)  # each country is one zone
    home = np.array([0, 1, 2], dtype=np.int32)
    sites = np.array([10, 10, 10])
    foreign = [np.array([1, 2, 3, 4, 5]), np.array([0, 2, 3]), np.array([], dtype=np.int64)]
    times = [np.array([0.0, 1.0, 3.0, 4.0, 5.0]), np.array([0.0, 2.0, 3.5]), np.array([])]
    for target, sizes in [(0, [2, 2, 1]), (5, [2, 2, 1]), (6, [3, 2, 1]), (7, [3, 3, 1]), (99, [6, 4, 1])]:
        spans = grown_spans(home, sites, foreign, times, share, target)
        assert [span.country.shape[0] for span in spans] == sizes
        assert [int(span.sites.sum()) for span in spans] == [10, 10, 10]
        assert spans[0].country.tolist() == [0, 1, 2, 3, 4, 5][: sizes[0]]
        assert sum(expected_zone_count(span, share) for span in spans) == sum(sizes)


def rows_of(reference: Reference, entries: list[tuple[int, str, int]]) -> OutletRows:
    iso = reference.countries.iso
    return OutletRows(
        np.array([merchant for merchant, _, _ in entries]),
        np.array([iso.index(country) for _, country, _ in entries], dtype=np.int32),
        np.array([sites for _, _, sites in entries]),
    )


def groups(reference: Reference, rows: OutletRows, city: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    pairs = zip(rows.merchant[rows.row_of_site].tolist(), reference.cities.zone[city].tolist(), strict=True)
    return len(set(pairs))


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), target=st.integers(3, 14))
def test_the_number_of_groups_is_hit_and_sites_stay_in_their_country(
    seed: int, target: int, reference: Reference, shares: CityShares
) -> None:
    rows = rows_of(reference, [(0, "RU", 12), (0, "US", 8), (1, "BR", 6), (2, "CH", 5)])
    uniforms = np.random.default_rng(seed).random(31)
    natural = shares.cities_drawn(rows.country[rows.row_of_site], uniforms)
    city = site_cities(rows, shares, reference.cities.zone, uniforms, target + 1)
    assert groups(reference, rows, city) == target + 1
    assert (reference.cities.country[city] == rows.country[rows.row_of_site]).all()
    missing = target + 1 - groups(reference, rows, natural)
    assert missing <= 0 or int((city != natural).sum()) == missing, "each site that moves makes one group"


def test_nothing_moves_where_the_draws_already_meet_the_target(
    reference: Reference, shares: CityShares
) -> None:
    rows = rows_of(reference, [(0, "US", 40), (1, "CH", 5)])
    uniforms = np.random.default_rng(2).random(45)
    natural = shares.cities_drawn(rows.country[rows.row_of_site], uniforms)
    kept = site_cities(rows, shares, reference.cities.zone, uniforms, groups(reference, rows, natural))
    assert np.array_equal(natural, kept)


@pytest.mark.parametrize("target", [30, 1])
def test_a_target_out_of_reach_is_refused(reference: Reference, shares: CityShares, target: int) -> None:
    rows = rows_of(reference, [(0, "US", 9), (1, "CH", 5)])
    uniforms = np.random.default_rng(2).random(14)
    with pytest.raises(TargetUnreachable) as caught:
        site_cities(rows, shares, reference.cities.zone, uniforms, target)
    assert caught.value.expected.startswith(str(target))


def test_a_target_within_five_per_cent_is_accepted(reference: Reference, shares: CityShares) -> None:
    rows = rows_of(reference, [(merchant, "CH", 1) for merchant in range(100)])
    uniforms = np.random.default_rng(2).random(100)
    for target in (96, 105):
        assert site_cities(rows, shares, reference.cities.zone, uniforms, target).shape == (100,)
    for target in (95, 106):
        with pytest.raises(TargetUnreachable):
            site_cities(rows, shares, reference.cities.zone, uniforms, target)


def test_groups_are_counted_by_merchant_and_zone() -> None:
    merchant = np.array([0, 0, 0, 1, 1])
    assert tz_group_count(merchant, np.array([3, 3, 4, 3, 3], dtype=np.int32), 5) == 3
