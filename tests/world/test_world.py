"""Whole worlds of the shipped recipes: exact counts, shapes, and the same bytes every time."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import numpy as np
import pytest

from engine.core.errors import EngineError
from engine.world.allocation import largest_remainder
from engine.world.reference import Reference
from generated.errors import S1A_S0, S1B_S0, S3B_S0
from tests.world.worlds import BEFORE_INTENSITIES, World, recipe_value, recipe_with, world_of

TINY_DIGEST = "fc7d9895cd3e0eda14129d5d73d53edd1aa45dd640b348157eebf9d08860af68"


def tables(world: World) -> dict[str, Any]:
    """Every table up to the edges."""
    found = {
        name: getattr(world.outputs[segment], name)
        for segment in BEFORE_INTENSITIES
        for name in world.outputs[segment].__dataclass_fields__
    }
    return {name: table for name, table in found.items() if hasattr(table, "arrow")}


def arrays_digest(world: World) -> str:
    """SHA-256 over every column of every table as text or little-endian bytes, nulls as zeros with their mask."""
    digest = hashlib.sha256()
    for name, table in sorted(tables(world).items()):
        for column in table.arrow.column_names:
            values = getattr(table, column)
            digest.update(f"{name}.{column}\0".encode())
            if hasattr(values, "decoded"):
                digest.update("\n".join(values.decoded()).encode())
            else:
                digest.update(np.ma.getmaskarray(values).tobytes())
                plain = np.ma.filled(values, 0)
                digest.update(plain.astype(plain.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()


def tz_groups(world: World) -> int:
    zoned = world.outputs["2A"].site_timezones
    return len(set(zip(zoned.merchant_id.tolist(), zoned.tzid.decoded(), strict=True)))


def merchant_rows(world: World) -> Any:
    """The catalogue with one row a merchant."""
    catalogue = world.outputs["1A"].outlet_catalogue
    return catalogue.take(np.unique(catalogue.merchant_id, return_index=True)[1])


def check_targets(world: World) -> None:
    recipe = world.recipe.world
    catalogue = world.outputs["1A"].outlet_catalogue
    merchants = merchant_rows(world)
    assert merchants.num_rows == recipe.merchants
    assert catalogue.site_count.sum() == world.outputs["1B"].site_locations.num_rows == recipe.sites
    assert tz_groups(world) == recipe.tz_groups_target
    sizes: Counter[int] = Counter()
    for merchant, sites in zip(catalogue.merchant_id.tolist(), catalogue.site_count.tolist(), strict=True):
        sizes[merchant] += sites
    assert min(sizes.values()) >= 1
    assert max(sizes.values()) <= recipe.site_count_cap
    countries = Counter(catalogue.merchant_id.tolist())
    abroad = sum(count > 1 for count in countries.values())
    assert abroad == int(recipe.multi_country_share * recipe.merchants + 0.5)
    weights = np.array([one.weight for one in recipe.classes])
    dealt = Counter(merchants.demand_class.decoded())
    expected = largest_remainder(recipe.merchants, weights).tolist()
    assert [dealt[one.demand_class] for one in recipe.classes] == expected
    modes = Counter(world.outputs["3B"].virtual_classification_3B.virtual_mode.decoded())
    for name, share in (
        ("HYBRID", recipe.virtual.hybrid_share),
        ("VIRTUAL_ONLY", recipe.virtual.virtual_only_share),
    ):
        assert abs(modes[name] - share * recipe.merchants) < 1


@pytest.mark.parametrize("seed", [42, 1, 2, 3, 2**64 - 1])
def test_a_tiny_world_hits_its_targets_with_any_seed(reference: Reference, seed: int) -> None:
    check_targets(world_of(reference, recipe_value("tiny"), seed))


@pytest.mark.parametrize("seed", [42, 7])
def test_a_demo_world_hits_its_targets(reference: Reference, seed: int) -> None:
    check_targets(world_of(reference, recipe_value("demo"), seed))


def test_a_standard_world_hits_its_targets_and_passes_its_validators(standard: World) -> None:
    check_targets(standard)
    for segment in BEFORE_INTENSITIES:
        assert standard.findings(segment) == []


def test_the_same_inputs_give_the_same_arrays_and_another_seed_others(
    reference: Reference, tiny: World
) -> None:
    again = world_of(reference, recipe_value("tiny"))
    assert arrays_digest(again) == arrays_digest(tiny)
    assert arrays_digest(world_of(reference, recipe_value("tiny"), seed=43)) != arrays_digest(tiny)


def test_the_tiny_world_is_the_known_one(tiny: World) -> None:
    assert arrays_digest(tiny) == TINY_DIGEST


def test_scenarios_and_horizon_move_no_shop_but_the_world_section_does(
    reference: Reference, tiny: World
) -> None:
    recipe = recipe_value("tiny")
    recipe["horizon"] = {**recipe["horizon"], "days": 7}
    recipe["scenarios"] = recipe["scenarios"][:1]
    assert arrays_digest(world_of(reference, recipe)) == arrays_digest(tiny)
    moved = world_of(reference, recipe_with("tiny", series_target=41))
    assert arrays_digest(moved) != arrays_digest(tiny)


def test_merchant_ids_are_the_hashes_of_their_numbers(tiny: World) -> None:
    expected = sorted(
        int.from_bytes(hashlib.sha256(f"merchant|{i}".encode()).digest()[:8], "big") for i in range(12)
    )
    assert merchant_rows(tiny).merchant_id.tolist() == expected


def test_sites_are_numbered_from_one_in_each_merchant_and_country(standard: World) -> None:
    sites = standard.outputs["1B"].site_locations
    numbers: dict[tuple[int, str], list[int]] = {}
    for merchant, country, number in zip(
        sites.merchant_id.tolist(), sites.legal_country_iso.decoded(), sites.site_order.tolist(), strict=True
    ):
        numbers.setdefault((merchant, country), []).append(number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


def test_every_site_has_its_citys_zone_and_country(reference: Reference, standard: World) -> None:
    sites, zoned = standard.outputs["1B"].site_locations, standard.outputs["2A"].site_timezones
    cities = {int(one): place for place, one in enumerate(reference.cities.geoname_id.tolist())}
    places = [cities[int(one)] for one in sites.city_geoname_id.tolist()]
    assert zoned.tzid.decoded().tolist() == [
        reference.zones[reference.cities.zone[place]] for place in places
    ]
    countries = [reference.countries.iso[reference.cities.country[place]] for place in places]
    assert sites.legal_country_iso.decoded().tolist() == countries
    assert set(zoned.tzid_source.decoded()) == {"city"}


def test_every_site_of_the_standard_world_keeps_its_distance_and_its_side(
    reference: Reference, standard: World
) -> None:
    """All sites against all cities within reach, by a k-d tree of another library."""
    from scipy.spatial import cKDTree

    def vectors(latitude: Any, longitude: Any) -> Any:
        a, b = np.radians(latitude), np.radians(longitude)
        return np.stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)], axis=1) * 6371.0088

    sites, cities = standard.outputs["1B"].site_locations, reference.cities
    tree = cKDTree(vectors(cities.latitude_deg, cities.longitude_deg))
    points = vectors(sites.lat_deg, sites.lon_deg)
    nearest_km, nearest = tree.query(points)
    home = np.searchsorted(cities.geoname_id, sites.city_geoname_id.filled(0).astype(np.int64))
    home_km = np.linalg.norm(points - tree.data[home], axis=1)
    assert home_km.max() <= 5.0
    assert (nearest_km <= home_km + 1e-6).all()
    assert (cities.zone[nearest] == cities.zone[home]).all()
    assert np.array_equal(np.round(sites.lat_deg, 6), sites.lat_deg)
    assert np.array_equal(np.round(sites.lon_deg, 6), sites.lon_deg)


def test_homes_are_drawn_by_population(reference: Reference, standard: World) -> None:
    """The 12 likeliest countries and all others: chi-square on 12 degrees, false alarms below 1 in 10,000."""
    weight = reference.countries.population**0.9
    expected = weight / weight.sum() * 1249
    homes = standard.outputs["1A"].outlet_catalogue.home_country_iso
    found = np.bincount(
        merchant_rows(standard).home_country_iso.codes_in(reference.countries.iso), minlength=244
    )
    assert len(homes) > 1249
    top = np.argsort(-expected)[:12]
    cells_expected = np.append(expected[top], expected.sum() - expected[top].sum())
    cells_found = np.append(found[top], found.sum() - found[top].sum())
    assert ((cells_found - cells_expected) ** 2 / cells_expected).sum() < 39.13


def test_merchant_sizes_have_a_heavy_tail_that_ends_at_the_cap(standard: World) -> None:
    catalogue = standard.outputs["1A"].outlet_catalogue
    sizes = np.bincount(
        np.unique(catalogue.merchant_id, return_inverse=True)[1], weights=catalogue.site_count
    )
    sizes = np.sort(sizes)[::-1]
    assert sizes[0] == 400
    assert sizes[:125].sum() > 0.45 * sizes.sum(), "the largest tenth holds about half of the sites"
    free = sizes[(sizes < 400) & (sizes > 20)]
    ranks = np.flatnonzero((sizes < 400) & (sizes > 20)) + 1
    slope = np.polyfit(np.log(ranks), np.log(free), 1)[0]
    assert -1.0 < slope < -0.8, "rank and size follow the recipe's Zipf exponent 0.9"


def test_categories_and_channels_belong_to_their_class(standard: World) -> None:
    classes = {one.demand_class: one for one in standard.recipe.world.classes}
    merchants = merchant_rows(standard)
    seen: Counter[tuple[str, str]] = Counter()
    for name, mcc, channel in zip(
        merchants.demand_class.decoded(),
        merchants.mcc.tolist(),
        merchants.channel_group.decoded(),
        strict=True,
    ):
        assert mcc in classes[name].mcc
        seen[name, channel] += 1
    # Card-present among the 250 of one class: five standard deviations, false alarms below 1 in a million.
    share = seen["consumer_daytime", "card_present"] / sum(
        seen["consumer_daytime", c] for c in ("card_present", "card_not_present", "mixed")
    )
    assert abs(share - 0.75) < 5 * (0.75 * 0.25 / 250) ** 0.5


def test_online_classes_sell_online_more_often(standard: World) -> None:
    """Affinity 4 against 0.1 among 1,249 merchants: with equal odds the order would turn once in more than 10^9."""
    merchants = merchant_rows(standard)
    virtual = standard.outputs["3B"].virtual_classification_3B.is_virtual
    names = merchants.demand_class.decoded()
    online = virtual[np.isin(names, ["online_24h", "online_bursty"])].mean()
    fuel = virtual[names == "fuel_convenience"].mean()
    assert online > 0.3
    assert fuel < 0.1


def test_virtual_merchants_settle_at_a_site_of_their_home(standard: World) -> None:
    settled = standard.outputs["3B"].virtual_settlement_3B
    sites, zoned = standard.outputs["1B"].site_locations, standard.outputs["2A"].site_timezones
    home = dict(
        zip(
            merchant_rows(standard).merchant_id.tolist(),
            merchant_rows(standard).home_country_iso.decoded(),
            strict=True,
        )
    )
    first = {
        (merchant, country): (latitude, longitude, tzid)
        for merchant, country, order, latitude, longitude, tzid in zip(
            sites.merchant_id.tolist(),
            sites.legal_country_iso.decoded(),
            sites.site_order.tolist(),
            sites.lat_deg.tolist(),
            sites.lon_deg.tolist(),
            zoned.tzid.decoded(),
            strict=True,
        )
        if order == 1
    }
    assert settled.num_rows == 150
    for merchant, tzid, latitude, longitude in zip(
        settled.merchant_id.tolist(),
        settled.tzid_settlement.decoded(),
        settled.lat.tolist(),
        settled.lon.tolist(),
        strict=True,
    ):
        assert first[merchant, home[merchant]] == (latitude, longitude, tzid)


def test_zones_are_counted_by_merchant_and_country(standard: World) -> None:
    zoned, allocated = standard.outputs["2A"].site_timezones, standard.outputs["3A"].zone_alloc
    expected = Counter(
        zip(zoned.merchant_id.tolist(), zoned.legal_country_iso.decoded(), zoned.tzid.decoded(), strict=True)
    )
    found = {
        key: count
        for *key_parts, count in zip(
            allocated.merchant_id.tolist(),
            allocated.legal_country_iso.decoded(),
            allocated.tzid.decoded(),
            allocated.site_count.tolist(),
            strict=True,
        )
        for key in [tuple(key_parts)]
    }
    assert found == dict(expected)
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("world", "code", "word"),
    [
        ({"sites": 11}, S1A_S0.TARGETS_UNREACHABLE, "12 merchants"),
        ({"sites": 12 * 400 + 1}, S1A_S0.TARGETS_UNREACHABLE, "400 sites"),
        ({"site_count_cap": 6}, S1A_S0.TARGETS_UNREACHABLE, "6 sites"),
        ({"sites": 12}, S1A_S0.TARGETS_UNREACHABLE, "multi_country_share"),
        ({"tz_groups_target": 200}, S1B_S0.TARGETS_UNREACHABLE, "tz groups"),
        ({"tz_groups_target": 8}, S1B_S0.TARGETS_UNREACHABLE, "tz groups"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(
    reference: Reference, world: dict[str, Any], code: Any, word: str
) -> None:
    with pytest.raises(EngineError) as caught:
        world_of(reference, recipe_with("tiny", **world))
    assert caught.value.code is code
    assert word in str(caught.value)


def with_classes(**first: Any) -> dict[str, Any]:
    classes = recipe_value("tiny")["world"]["classes"]
    return recipe_with("tiny", classes=[{**classes[0], **first}, *classes[1:]])


@pytest.mark.parametrize(
    "first",
    [{"demand_class": "retail_daytime"}, {"card_present": 0.0, "card_not_present": 0.0, "mixed": 0.0}],
)
def test_a_class_mix_that_cannot_be_drawn_from_is_refused(
    reference: Reference, first: dict[str, Any]
) -> None:
    with pytest.raises(EngineError) as caught:
        world_of(reference, with_classes(**first))
    assert caught.value.code is S1A_S0.CLASS_MIX_INVALID
    assert "world.classes" in caught.value.where


@pytest.mark.parametrize("shares", [(0.6, 0.5), (0.5, 0.5)])
def test_virtual_shares_that_leave_no_merchant_are_refused(
    reference: Reference, shares: tuple[float, float]
) -> None:
    recipe = recipe_value("tiny")
    virtual = {**recipe["world"]["virtual"], "hybrid_share": shares[0], "virtual_only_share": shares[1]}
    classes = [
        {**one, "virtual_affinity": 0.0 if k else 1.0} for k, one in enumerate(recipe["world"]["classes"])
    ]
    with pytest.raises(EngineError) as caught:
        world_of(reference, recipe_with("tiny", virtual=virtual, classes=classes))
    assert caught.value.code is S3B_S0.TARGETS_UNREACHABLE


def test_a_world_without_jitter_lies_on_its_cities(reference: Reference) -> None:
    world = world_of(reference, recipe_with("tiny", jitter_km_max=0.0))
    sites, cities = world.outputs["1B"].site_locations, reference.cities
    home = np.searchsorted(cities.geoname_id, sites.city_geoname_id.filled(0).astype(np.int64))
    assert sites.lat_deg == pytest.approx(cities.latitude_deg[home], abs=1e-6)
    assert world.findings("1B") == []
