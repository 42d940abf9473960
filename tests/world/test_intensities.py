"""5A: intensities against a slow oracle over daylight saving, holidays, weekends, surges, outages; series; faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import EngineError
from engine.world import s5a_intensities
from engine.world.holiday_calendar import public_holidays
from engine.world.intensity_plan import IntensityPlan
from engine.world.reference import Reference
from engine.world.series import capped_shares, tail_multiple
from engine.world.streams import WorldStreams
from generated import states
from generated.errors import S5A_S0
from generated.models.s1a import Recipe
from generated.tables.s1a import ImportedMerchants, OutletCatalogue
from generated.tables.s3a import ZoneAlloc
from generated.tables.s3b import VirtualClassification3B
from tests.oracle.intensities import row_intensities
from tests.world.test_validators import changed, with_value
from tests.world.worlds import Whole, World, recipe_value, recipe_with, run_of, with_intensities, world_of

Shop = tuple[int, str, str, str, int]
"""Merchant, country, zone, class, sites."""

SHOPS: list[Shop] = [
    (1, "DE", "Europe/Berlin", "consumer_daytime", 2),  # daylight saving begins in the horizon
    (2, "US", "America/New_York", "evening_weekend", 3),  # and here at another day
    (2, "US", "America/Phoenix", "evening_weekend", 1),  # and here never
    (3, "SA", "Asia/Riyadh", "office_hours", 1),  # Friday and Saturday
    (4, "NP", "Asia/Kathmandu", "retail_daytime", 1),  # Saturday alone, a quarter to the hour
    (5, "IR", "Asia/Tehran", "bills_utilities", 1),  # Friday alone, half past the hour
    (6, "CH", "Europe/Zurich", "fuel_convenience", 4),
    (6, "DE", "Europe/Zurich", "fuel_convenience", 2),  # one zone, two countries, each with its own holidays
    (7, "NZ", "Pacific/Auckland", "online_24h", 1),  # daylight saving ends, the day begins before UTC's
    (8, "AS", "Pacific/Pago_Pago", "travel_hospitality", 1),  # the day begins after UTC's
]
RARE = {
    "scenarios": [
        {"scenario_id": "calm", "kind": "baseline", "labels": ["b", "a"], "surges": [], "outages": []},
        {
            "scenario_id": "busy",
            "kind": "stress",
            "labels": [],
            "surges": [
                {
                    "start_day": 2,
                    "days": 14,
                    "factors": [
                        {"demand_class": "consumer_daytime", "factor": 3.0},
                        {"demand_class": "evening_weekend", "factor": 0.5},
                    ],
                },
                {
                    "start_day": 10,
                    "days": 1,
                    "factors": [{"demand_class": "consumer_daytime", "factor": 2.0}],
                },
            ],
            "outages": [
                {
                    "country_iso": country,
                    "day": day,
                    "start_hour": hour,
                    "hours": hours,
                    "residual_factor": residual,
                    "catch_up_hours": after,
                    "catch_up_share": share,
                }
                for country, day, hour, hours, residual, after, share in (
                    ("US", 6, 0, 5, 0.1, 7, 0.6),  # over the hour that daylight saving leaves out
                    ("DE", 27, 1, 4, 0.0, 12, 1.0),
                    ("DE", 27, 20, 2, 0.5, 72, 0.5),  # partly past the end of the horizon
                    ("NZ", 0, 0, 3, 0.2, 1, 0.9),  # partly before its start
                    ("FR", 3, 3, 3, 0.3, 3, 0.3),  # no shop there
                )
            ],
        },
    ]
}


def rare_recipe(bucket: int = 3600, start: str = "2024-03-04T00:00:00.000000Z") -> dict[str, Any]:
    recipe = recipe_with("tiny", series_target=len({shop[0::2][:2] for shop in SHOPS}))
    recipe["demand"] = {**recipe["demand"], "pay_days": [1, 15, 31]}
    return {**recipe, **RARE, "horizon": {"start_utc": start, "days": 28, "bucket_seconds": bucket}}


def small_plan(
    reference: Reference, timetable: Any, recipe: dict[str, Any], shops: list[Shop]
) -> IntensityPlan:
    merchant, country, zone, demand_class, sites = (list(column) for column in zip(*shops, strict=True))
    first = [merchant.index(one) for one in sorted(set(merchant))]
    catalogue = OutletCatalogue.from_columns(
        merchant_id=np.array(merchant, dtype=np.uint64),
        home_country_iso=[country[merchant.index(one)] for one in merchant],
        legal_country_iso=country,
        mcc=np.full(len(shops), 5411, dtype=np.uint16),
        demand_class=demand_class,
        channel_group=["card_present"] * len(shops),
        site_count=np.array(sites, dtype=np.int32),
    )
    allocated = ZoneAlloc.from_columns(
        merchant_id=np.array(merchant, dtype=np.uint64),
        legal_country_iso=country,
        tzid=zone,
        site_count=np.array(sites, dtype=np.int32),
    )
    classified = VirtualClassification3B.from_columns(
        merchant_id=np.array([merchant[row] for row in first], dtype=np.uint64),
        virtual_mode=["NON_VIRTUAL"] * len(first),
        is_virtual=np.zeros(len(first), dtype=np.bool_),
    )
    inputs: Any = states.S5A_S0.Inputs(
        recipe=Recipe.model_validate(recipe),
        outlet_catalogue=Whole(catalogue),  # type: ignore[arg-type]
        tz_timetable_cache=Whole(timetable),  # type: ignore[arg-type]
        zone_alloc=Whole(allocated),  # type: ignore[arg-type]
        virtual_classification_3B=Whole(classified),  # type: ignore[arg-type]
        imported_merchants=None,
    )
    return IntensityPlan.of(inputs, run_of(reference, recipe))


@pytest.mark.parametrize(
    ("bucket", "start"),
    [
        (3600, "2024-03-04T00:00:00.000000Z"),
        (1800, "2024-04-20T00:00:00.000000Z"),  # a month without a 31st
        (900, "2024-10-05T06:45:00.000000Z"),  # the other changes, and days that do not begin at midnight
        (3600, "2023-12-20T00:00:00.000000Z"),  # over the end of a year
    ],
)
def test_every_intensity_is_that_of_the_oracle(
    reference: Reference, tiny: World, bucket: int, start: str
) -> None:
    recipe = rare_recipe(bucket, start)
    plan = small_plan(reference, tiny.outputs["2A"].tz_timetable_cache, recipe, SHOPS)
    profile = plan.profile()
    shops = {shop[:3]: shop[3] for shop in SHOPS}
    keys = list(
        zip(
            profile.merchant_id.tolist(),
            profile.legal_country_iso.decoded().tolist(),
            profile.tzid.decoded().tolist(),
            strict=True,
        )
    )
    assert sorted(keys) == keys == sorted(shops)
    for scenario in ("busy", "calm"):
        found = plan.lambdas(scenario, 0, len(plan.series))
        expected: dict[tuple[int, str], Any] = {}
        for (merchant, country, zone), weekly in zip(
            keys, profile.weekly_volume_expected.tolist(), strict=True
        ):
            demand_class = shops[merchant, country, zone]
            row = np.array(row_intensities(recipe, scenario, country, zone, demand_class, weekly))
            expected[merchant, zone] = expected.get((merchant, zone), 0.0) + row
        order = sorted(expected, key=lambda key: (key[0], key[1].encode()))
        assert found.shape == (len(order), 28 * 86_400 // bucket)
        for place, key in enumerate(order):
            np.testing.assert_allclose(found[place], expected[key], rtol=1e-12, err_msg=f"{scenario} {key}")


def test_substitute_days_count_and_what_is_not_known_has_no_holidays(
    recwarn: pytest.WarningsRecorder,
) -> None:
    found = public_holidays("US", 2021, 2022)
    for day in ("2021-12-31", "2022-01-01", "2021-07-04", "2021-07-05"):
        assert np.datetime64(day) in found
    assert (np.diff(found) > np.timedelta64(0)).all()
    assert public_holidays("XX", 2021, 2021).size == 0
    assert public_holidays("TR", 2098, 2099).dtype == "datetime64[D]"
    assert not recwarn.list


def test_a_zone_of_two_countries_has_one_series_with_both_holidays(reference: Reference, tiny: World) -> None:
    plan = small_plan(reference, tiny.outputs["2A"].tz_timetable_cache, rare_recipe(), SHOPS)
    merchants = plan.series.merchants.merchant_id[plan.series.series_merchant].tolist()
    assert merchants == [1, 2, 2, 3, 4, 5, 6, 7, 8]
    assert plan.profile().num_rows == 10


def test_what_returns_after_an_outage_is_the_stated_share_of_what_was_lost(
    reference: Reference, tiny: World
) -> None:
    recipe = rare_recipe()
    outage = RARE["scenarios"][1]["outages"][0]  # type: ignore[index]
    recipe["scenarios"] = [
        recipe["scenarios"][0],
        {**recipe["scenarios"][1], "surges": [], "outages": [{**outage, "catch_up_hours": 40}]},
    ]
    plan = small_plan(reference, tiny.outputs["2A"].tz_timetable_cache, recipe, SHOPS)
    difference = plan.lambdas("busy", 0, 9)[1] - plan.lambdas("calm", 0, 9)[1]
    lost, returned = -difference[difference < 0].sum(), difference[difference > 0].sum()
    assert (difference < 0).sum() == 4  # five civil hours, of which one does not exist
    assert returned == pytest.approx(0.6 * lost, rel=1e-12)


def test_an_ordinary_week_brings_the_weekly_volume_whatever_the_weekend(
    reference: Reference, tiny: World
) -> None:
    """A week without holidays, pay days and changes of the clock, from civil midnight on."""
    recipe = rare_recipe(900, "2024-02-04T18:15:00.000000Z")  # midnight of Monday in Nepal
    recipe["demand"] = {**recipe["demand"], "pay_days": []}
    shapes = [{**one, "holiday_factor": 1.0} for one in recipe["demand"]["shapes"]]
    recipe["demand"]["shapes"] = shapes
    plan = small_plan(reference, tiny.outputs["2A"].tz_timetable_cache, recipe, SHOPS)
    series = plan.series.series_zone.tolist().index(plan.series.zones.index("Asia/Kathmandu"))
    week = plan.lambdas("calm", 0, 9)[series, : 7 * 96].sum()
    (row,) = np.flatnonzero(plan.profile().tzid.decoded() == "Asia/Kathmandu")
    assert week == pytest.approx(plan.profile().weekly_volume_expected[row], rel=1e-12)


# -- the world ---------------------------------------------------------------------------------------------------


def series_of(world: World) -> set[tuple[int, str]]:
    profile = world.outputs["5A"].merchant_zone_profile_5A
    return set(zip(profile.merchant_id.tolist(), profile.tzid.decoded(), strict=True))


@pytest.mark.parametrize(("name", "seed"), [("tiny", 42), ("tiny", 1), ("tiny", 2**64 - 1), ("demo", 42)])
def test_series_rows_and_arrivals_are_those_of_the_recipe(reference: Reference, name: str, seed: int) -> None:
    world = with_intensities(world_of(reference, recipe_value(name), seed))
    recipe, outputs = world.recipe.world, world.outputs["5A"]
    assert len(series_of(world)) == recipe.series_target
    tables = outputs.merchant_zone_scenario_local_5A
    assert list(tables) == ["baseline_v1", "stress_peak_v1"]
    rows = {table.num_rows for table in tables.values()}
    assert rows == {recipe.series_target * 28 * 24}
    arrivals = sum(table.lambda_local_scenario.sum() for table in tables.values())
    assert arrivals == pytest.approx(recipe.arrivals_target, rel=1e-9)
    zoned = world.outputs["2A"].site_timezones
    assert set(zip(zoned.merchant_id.tolist(), zoned.tzid.decoded(), strict=True)) <= series_of(world)
    profile = outputs.merchant_zone_profile_5A
    merchant = np.unique(profile.merchant_id, return_inverse=True)[1]
    shares = np.bincount(merchant, weights=profile.weekly_volume_expected)
    assert shares.max() <= recipe.volume.merchant_share_max * shares.sum() * (1 + 1e-12)


def test_customer_zones_are_shared_evenly_among_merchants_that_sell_online(reference: Reference) -> None:
    world = with_intensities(world_of(reference, recipe_value("demo")))
    profile = world.outputs["5A"].merchant_zone_profile_5A
    customers = profile.zone_source.decoded() == "customer"
    counts = Counter(profile.merchant_id[customers].tolist())
    online = world.outputs["3B"].virtual_classification_3B
    assert set(counts) == set(online.merchant_id[online.is_virtual].tolist())
    assert max(counts.values()) - min(counts.values()) <= 1


def test_large_zones_and_those_of_the_home_continent_come_first(
    standard: World, reference: Reference
) -> None:
    """More than 500 draws on each side: chance alone turns one of these orders less than once in a million."""
    plan = IntensityPlan.of(standard.inputs["5A"], standard.run)
    series = plan.series
    assert len(series) == 14_661
    people = Counter()  # type: ignore[var-annotated]
    for zone, count in zip(reference.cities.zone.tolist(), reference.cities.population.tolist(), strict=True):
        people[reference.zones[zone]] += count
    ordered = [zone for zone, _ in people.most_common()]
    customers = series.source == 1
    held = Counter(series.zones[zone] for zone in series.zone[customers].tolist())
    large, small = sum(held[zone] for zone in ordered[:40]), sum(held[zone] for zone in ordered[-120:])
    assert large > 2 * small
    continent = dict(zip(reference.countries.iso, reference.countries.continent, strict=True))
    home = np.array([continent[country] for country in series.merchants.home])[series.merchant[customers]]
    there = np.array([continent[series.countries[place]] for place in series.country[customers].tolist()])
    for one in ("AF", "AS", "EU"):
        assert (there[home == one] == one).mean() > 1.25 * (there[home != one] == one).mean()
    assert plan.series_arrivals("baseline_v1").sum() == pytest.approx(116e6, rel=1e-9)
    assert plan.busy_ratio() >= 4.0


def test_all_seeds_give_volumes_of_their_own(reference: Reference, tiny: World) -> None:
    def volumes(world: World) -> list[float]:
        return list(world.outputs["5A"].merchant_zone_profile_5A.weekly_volume_expected.tolist())

    assert volumes(with_intensities(world_of(reference, recipe_value("tiny")))) == volumes(tiny)
    assert volumes(with_intensities(world_of(reference, recipe_value("tiny"), seed=43))) != volumes(tiny)


def test_the_horizon_moves_no_customer_zone(reference: Reference, tiny: World) -> None:
    recipe = recipe_value("tiny")
    recipe["horizon"] = {**recipe["horizon"], "days": 14, "bucket_seconds": 1800}
    recipe["scenarios"] = recipe["scenarios"][:1]
    shorter = with_intensities(world_of(reference, recipe))
    assert series_of(shorter) == series_of(tiny)
    assert shorter.outputs["5A"].merchant_zone_scenario_local_5A["baseline_v1"].num_rows == 40 * 14 * 48


def test_volumes_modes_classes_and_channels_of_an_import_are_honoured(reference: Reference) -> None:
    from tests.world.test_import import SITES, imported

    profile = ImportedMerchants.from_columns(
        merchant_id=np.array([7, 9], dtype=np.uint64),
        demand_class=["bills_utilities", None],
        channel_group=["mixed", "card_not_present"],
        weekly_volume=np.ma.MaskedArray([1234.5, 0.0], mask=[False, True]),
        virtual_mode=["HYBRID", "VIRTUAL_ONLY"],
    )
    world = with_intensities(
        world_of(
            reference,
            recipe_with("tiny", source="imported"),
            imported_sites=imported(SITES),
            imported_merchants=profile,
        )
    )
    assert world.findings("5A") == []
    table = world.outputs["5A"].merchant_zone_profile_5A
    own = table.merchant_id == 7
    assert set(table.demand_class.decoded()[own]) == {"bills_utilities"}
    assert set(table.channel_group.decoded()[own]) == {"mixed"}
    assert table.weekly_volume_expected[own].sum() == pytest.approx(1234.5, rel=1e-12)
    source = table.zone_source.decoded()
    customers = table.weekly_volume_expected[own & (source == "customer")].sum()
    assert customers == pytest.approx(0.4 * 1234.5, rel=1e-12)
    # (40 - 20) customer zones over the recipe's 3 merchants that sell online
    assert Counter(table.merchant_id[source == "customer"].tolist()) == {7: 6, 9: 6}
    arrivals = {
        name: held.lambda_local_scenario[held.merchant_id != 7].sum()
        for name, held in world.outputs["5A"].merchant_zone_scenario_local_5A.items()
    }
    drawn = len({key for key in series_of(world) if key[0] != 7})
    assert sum(arrivals.values()) == pytest.approx(80_000 * drawn / 40, rel=1e-9)


def test_what_customers_elsewhere_bring_comes_on_top_of_the_sites(reference: Reference) -> None:
    """A site of a HYBRID merchant brings its class's factor times its multiple, as one of any other merchant does."""
    world = world_of(reference, recipe_value("demo"))
    plan = IntensityPlan.of(world.inputs["5A"], world.run)
    series, volume = plan.series, world.recipe.world.volume
    keys = [f"merchant_id={one}|use=volume" for one in series.merchants.merchant_id.tolist()]
    streams = WorldStreams.of(world.run, states.S5A_S0.CARD)
    uniforms, _ = streams.uniforms("volumes", keys, [1] * len(keys))
    factors = {one.demand_class: one.volume_factor for one in world.recipe.world.classes}
    units: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for merchant, uniform in enumerate(uniforms.tolist()):
        own = series.merchant == merchant
        multiple = tail_multiple(uniform, volume.log_sigma, volume.pareto_share, volume.pareto_alpha)
        mode, sites = int(series.merchants.mode[merchant]), own & (series.source == 0)
        counted = own if mode == 2 else sites
        outlets = np.unique(series.zone[own]).shape[0] if mode == 2 else series.site_count[sites].sum()
        unit = multiple * factors[series.merchants.demand_class[merchant]] * outlets
        units[mode].append(series.weekly_volume[counted].sum() / unit)
    whole = np.median(units[0])
    for mode, found in units.items():
        at_cap = sum(one < whole * (1 - 1e-9) for one in found)
        assert at_cap <= 2, mode
        assert sum(one == pytest.approx(whole, rel=1e-9) for one in found) == len(found) - at_cap


# -- volumes -----------------------------------------------------------------------------------------------------


@given(st.floats(1e-12, 1 - 1e-12), st.floats(0.1, 3), st.floats(0, 1), st.floats(1.01, 9))
def test_multiples_rise_with_their_uniform_and_the_tail_continues_the_body(
    uniform: float, sigma: float, share: float, alpha: float
) -> None:
    here = tail_multiple(uniform, sigma, share, alpha)
    assert 0.0 < here < np.inf
    assert tail_multiple(min(uniform * (1 + 1e-6), 1 - 1e-13), sigma, share, alpha) >= here * (1 - 1e-12)
    if 1e-6 < share < 1 - 1e-6:
        border = 1 - share
        below, above = (tail_multiple(border + step, sigma, share, alpha) for step in (-1e-12, 1e-12))
        assert above == pytest.approx(below, rel=1e-4)


def test_the_tail_is_paretos() -> None:
    beyond = [tail_multiple(1 - 0.05 * rest, 1.1, 0.05, 1.3) for rest in (1.0, 0.1, 0.01)]
    assert beyond[1] / beyond[0] == pytest.approx(10 ** (1 / 1.3), rel=1e-9)
    assert beyond[2] / beyond[1] == pytest.approx(10 ** (1 / 1.3), rel=1e-9)
    assert tail_multiple(0.5, 1.1, 0.05, 1.3) == pytest.approx(1.0)


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=20), st.floats(0.01, 1))
@settings(max_examples=200)
def test_no_share_is_above_the_cap_and_smaller_ones_stay(volumes: list[float], most: float) -> None:
    volume = np.array(volumes)
    capped = capped_shares(volume, most)
    allowed = max(most, 1 / len(volumes))
    assert capped.max() <= allowed * capped.sum() * (1 + 1e-9)
    assert (capped <= volume * (1 + 1e-12)).all()
    if most > 1 / len(volumes) + 1e-9:
        kept = capped < capped.max()
        assert (capped[kept] == volume[kept]).all()
        if capped.max() < volume.max():  # no more was taken than had to be
            assert capped.max() == pytest.approx(most * capped.sum(), rel=1e-9)


# -- refusals ----------------------------------------------------------------------------------------------------


def with_parts(**parts: Any) -> dict[str, Any]:
    return {**recipe_value("tiny"), **parts}


def stress(**parts: Any) -> dict[str, Any]:
    scenarios = recipe_value("tiny")["scenarios"]
    return with_parts(scenarios=[scenarios[0], {**scenarios[1], **parts}])


TINY = recipe_value("tiny")
SHAPES, STRESS = TINY["demand"]["shapes"], TINY["scenarios"][1]
REFUSED: list[tuple[str, dict[str, Any], Any, str]] = [
    (
        "a start between two buckets",
        with_parts(horizon={**TINY["horizon"], "start_utc": "2024-03-04T00:30:00.000000Z"}),
        S5A_S0.SCENARIO_INVALID,
        "horizon.start_utc",
    ),
    (
        "a start inside a second",
        with_parts(horizon={**TINY["horizon"], "start_utc": "2024-03-04T00:00:00.500000Z"}),
        S5A_S0.SCENARIO_INVALID,
        "horizon.start_utc",
    ),
    (
        "a horizon past the timetable",
        with_parts(horizon={**TINY["horizon"], "start_utc": "2100-12-20T00:00:00.000000Z"}),
        S5A_S0.SCENARIO_INVALID,
        "1970 to 2100",
    ),
    ("a scenario twice", with_parts(scenarios=[STRESS, STRESS]), S5A_S0.SCENARIO_INVALID, "scenarios[1]"),
    (
        "a surge past the end",
        stress(surges=[{**STRESS["surges"][0], "start_day": 15}]),
        S5A_S0.SCENARIO_INVALID,
        "surges[0]",
    ),
    (
        "a class twice in a surge",
        stress(surges=[{**STRESS["surges"][0], "factors": STRESS["surges"][0]["factors"][:1] * 2}]),
        S5A_S0.SCENARIO_INVALID,
        "surges[0][1]",
    ),
    (
        "an outage past the end",
        stress(outages=[{**STRESS["outages"][0], "day": 28}]),
        S5A_S0.SCENARIO_INVALID,
        "outages[0].day",
    ),
    (
        "a class without a shape",
        with_parts(demand={**TINY["demand"], "shapes": SHAPES[1:]}),
        S5A_S0.SCENARIO_INVALID,
        "office_hours",
    ),
    (
        "a shape of nothing",
        with_parts(
            demand={
                **TINY["demand"],
                "shapes": [{**SHAPES[0], "weekday": [0.0] * 24, "sunday": [0.0] * 24}, *SHAPES[1:]],
            }
        ),
        S5A_S0.SCENARIO_INVALID,
        "shapes[0]",
    ),
    (
        "two weekends of a country",
        with_parts(demand={**TINY["demand"], "weekends": TINY["demand"]["weekends"][:1] * 2}),
        S5A_S0.SCENARIO_INVALID,
        "weekends[1]",
    ),
    (
        "fewer series than zones",
        recipe_with("tiny", series_target=19),
        S5A_S0.TARGETS_UNREACHABLE,
        "series_target",
    ),
    ("too many series", recipe_with("tiny", series_target=5000), S5A_S0.TARGETS_UNREACHABLE, "series_target"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=[one[0] for one in REFUSED])
def test_a_recipe_that_cannot_be_built_is_refused(
    reference: Reference, refused: tuple[str, dict[str, Any], Any, str]
) -> None:
    _, recipe, code, words = refused
    world = world_of(reference, recipe)
    with pytest.raises(EngineError) as caught:
        IntensityPlan.of(world.inputs["5A"], world.run)
    assert caught.value.code is code
    assert words in str(caught.value)


def test_a_zone_without_a_timetable_is_refused(tiny: World) -> None:
    timetable = tiny.outputs["2A"].tz_timetable_cache
    kept = timetable.take(timetable.tzid.decoded() != "Asia/Shanghai")
    inputs = replace(tiny.inputs["5A"], tz_timetable_cache=Whole(kept))
    with pytest.raises(EngineError) as caught:
        IntensityPlan.of(inputs, tiny.run)
    assert caught.value.code is S5A_S0.CIVIL_TIME_MAPPING_FAILED
    assert caught.value.where == "Asia/Shanghai"


def test_a_world_without_an_hour_of_customers_is_refused(reference: Reference, tiny: World) -> None:
    recipe = rare_recipe()
    recipe["horizon"] = {**recipe["horizon"], "days": 1}
    recipe["scenarios"] = recipe["scenarios"][:1]
    recipe["demand"] = {
        **recipe["demand"],
        "shapes": [{**one, "weekday": [0.0] * 24} for one in recipe["demand"]["shapes"]],
    }
    shops = [shop for shop in SHOPS if shop[0] == 1]  # a Monday in Berlin
    with pytest.raises(EngineError) as caught:
        small_plan(
            reference,
            tiny.outputs["2A"].tz_timetable_cache,
            {**recipe, "world": {**recipe["world"], "series_target": 1}},
            shops,
        )
    assert caught.value.code is S5A_S0.TARGETS_UNREACHABLE


# -- planted faults ----------------------------------------------------------------------------------------------

MANIFEST, PROFILE, LOCAL = (
    "scenario_manifest_5A",
    "merchant_zone_profile_5A",
    "merchant_zone_scenario_local_5A",
)


def planted(world: World, dataset: str, column: str, row: int, value: Any) -> dict[str, Any]:
    """Outputs of 5A with one value exchanged, or, with an empty column, one row left out."""
    held = getattr(world.outputs["5A"], dataset)
    table = held["stress_peak_v1"] if dataset == LOCAL else held
    if column:
        other = changed(table, **{column: with_value(getattr(table, column), row, value)})
    else:
        keep = np.ones(table.num_rows, dtype=np.bool_)
        keep[row] = False
        other = table.take(keep)
    return {dataset: {**held, "stress_peak_v1": other} if dataset == LOCAL else other}


def row_of(world: World, source: str) -> int:
    return int(
        np.flatnonzero(world.outputs["5A"].merchant_zone_profile_5A.zone_source.decoded() == source)[0]
    )


SITE_ROW, CUSTOMER_ROW = -1_000_001, -1_000_002
LATER = np.datetime64("2024-03-04T00:30:00", "us")
FAULTS: list[tuple[str, Any, str, str, int, Any]] = [
    ("both a baseline and stressed", S5A_S0.SCENARIO_INVALID, MANIFEST, "is_stress", 0, True),
    ("neither", S5A_S0.SCENARIO_INVALID, MANIFEST, "is_baseline", 0, False),
    ("a start inside a bucket", S5A_S0.SCENARIO_INVALID, MANIFEST, "horizon_start_utc", 0, LATER),
    ("an end inside a bucket", S5A_S0.SCENARIO_INVALID, MANIFEST, "horizon_end_utc", 1, LATER),
    ("a missing scenario", S5A_S0.SCENARIO_INVALID, MANIFEST, "", 1, None),
    ("another scenario", S5A_S0.SCENARIO_INVALID, MANIFEST, "scenario_id", 1, "other"),
    ("a zone of sites without a row", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "", SITE_ROW, None),
    ("sites called customers", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "zone_source", SITE_ROW, "customer"),
    ("customers called sites", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "zone_source", CUSTOMER_ROW, "site"),
    ("customers of a shop", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "merchant_id", CUSTOMER_ROW, 5),
    ("another country", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "legal_country_iso", CUSTOMER_ROW, "VA"),
    ("another class", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "demand_class", 3, "low_volume_tail"),
    ("another channel", S5A_S0.SERIES_DOMAIN_INVALID, PROFILE, "channel_group", 3, "other"),
    ("another channel of a row", S5A_S0.SERIES_DOMAIN_INVALID, LOCAL, "channel_group", 700, "other"),
    ("a missing bucket", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "", 700, None),
    ("a missing first bucket", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "", 0, None),
    ("a bucket twice", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "local_horizon_bucket_index", 700, 0),
    ("a row of another zone", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "tzid", 700, "Etc/UTC"),
    ("a row of another merchant", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "merchant_id", 700, 5),
    ("a block of no series", S5A_S0.HORIZON_INCOMPLETE, LOCAL, "merchant_id", 0, 5),
    ("a series that the profile lacks", S5A_S0.HORIZON_INCOMPLETE, PROFILE, "", CUSTOMER_ROW, None),
    ("an infinite volume", S5A_S0.INTENSITY_INVALID, PROFILE, "weekly_volume_expected", 3, np.inf),
    ("a volume below 0", S5A_S0.INTENSITY_INVALID, PROFILE, "weekly_volume_expected", 3, -1.0),
    ("no number", S5A_S0.INTENSITY_INVALID, LOCAL, "lambda_local_scenario", 700, np.nan),
    ("an intensity below 0", S5A_S0.INTENSITY_INVALID, LOCAL, "lambda_local_scenario", 700, -1e-9),
    ("a zone of no timetable", S5A_S0.CIVIL_TIME_MAPPING_FAILED, PROFILE, "tzid", 3, "Etc/UTC"),
    ("a zone of no timetable in a row", S5A_S0.CIVIL_TIME_MAPPING_FAILED, LOCAL, "tzid", 700, "Etc/UTC"),
    ("a series too few", S5A_S0.TARGETS_UNREACHABLE, PROFILE, "", CUSTOMER_ROW, None),
    ("too many arrivals", S5A_S0.TARGETS_UNREACHABLE, PROFILE, "weekly_volume_expected", 3, 1e6),
    ("an intensity too high", S5A_S0.TARGETS_UNREACHABLE, LOCAL, "lambda_local_scenario", 700, 1e3),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_found(tiny: World, fault: tuple[str, Any, str, str, int, Any]) -> None:
    _, code, dataset, column, row, value = fault
    row = {SITE_ROW: row_of(tiny, "site"), CUSTOMER_ROW: row_of(tiny, "customer")}.get(row, row)
    outputs = planted(tiny, dataset, column, row, value)
    assert code in {finding.code for finding in tiny.findings("5A", code, **outputs)}


def test_customers_in_a_zone_with_sites_are_found(tiny: World) -> None:
    profile = tiny.outputs["5A"].merchant_zone_profile_5A
    online = tiny.outputs["3B"].virtual_classification_3B
    source, merchants = profile.zone_source.decoded(), online.merchant_id[online.is_virtual]
    site = int(np.flatnonzero((source == "site") & np.isin(profile.merchant_id, merchants))[0])
    own = (source == "customer") & (profile.merchant_id == profile.merchant_id[site])
    moved = changed(
        profile, tzid=with_value(profile.tzid, int(np.flatnonzero(own)[0]), profile.tzid.decoded()[site])
    )
    found = tiny.findings("5A", S5A_S0.SERIES_DOMAIN_INVALID, merchant_zone_profile_5A=moved)
    assert "a zone with sites" in {finding.found for finding in found}


def test_even_intensities_are_found(tiny: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s5a_intensities, "BUSY_RATIO", 1e9)
    assert {finding.code for finding in tiny.findings("5A")} == {S5A_S0.INTENSITY_TOO_EVEN}


def test_the_busy_ratio_is_that_of_the_sorted_intensities(tiny: World) -> None:
    held = tiny.outputs["5A"].merchant_zone_scenario_local_5A.values()
    ordered = np.sort(np.concatenate([table.lambda_local_scenario for table in held]))
    rank = [int(np.ceil(share * ordered.shape[0])) - 1 for share in (0.99, 0.5)]
    exact = ordered[rank[0]] / ordered[rank[1]]
    found = IntensityPlan.of(tiny.inputs["5A"], tiny.run).busy_ratio()
    assert exact * (1 - 2**-7) <= found <= exact


def test_given_volumes_that_do_not_stand_are_found(reference: Reference) -> None:
    from tests.world.test_import import SITES, imported

    profile = ImportedMerchants.from_columns(
        merchant_id=np.array([7], dtype=np.uint64),
        demand_class=[None],
        channel_group=[None],
        weekly_volume=np.array([10.0]),
        virtual_mode=[None],
    )
    recipe = recipe_with("tiny", source="imported")
    world = with_intensities(
        world_of(reference, recipe, imported_sites=imported(SITES), imported_merchants=profile)
    )
    assert world.findings("5A") == []
    table = world.outputs["5A"].merchant_zone_profile_5A
    row = int(np.flatnonzero(table.merchant_id == 7)[0])
    outputs = planted(world, PROFILE, "weekly_volume_expected", row, 11.0)
    found = world.findings("5A", S5A_S0.TARGETS_UNREACHABLE, **outputs)
    assert [finding.where for finding in found] == ["merchant_id=7"]
