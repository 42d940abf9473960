"""Every kernel that a run of all states calls, called with next to nothing, in the order in which the states need them.

Compiling goes by the types of the arguments, so a step leaves in the cache what the states will look for there. A
test runs the states after these steps and finds nothing left to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["STEPS"]

Step = Callable[[], object]


def _cities() -> Any:
    import numpy as np

    from engine.world.reference import Cities

    one, code = np.ones(1), np.zeros(1, np.int32)
    return Cities(np.ones(1, np.int64), ("",), one, one.copy(), np.ones(1, np.int64), code, code.copy())


def _powers() -> None:
    import numpy as np

    from engine.world.allocation import powers

    powers(np.ones(1), 1.0)


def _waiting_times() -> None:
    import numpy as np

    from engine.world.allocation import waiting_times

    waiting_times(np.full(1, 0.5), np.ones(1))


def _uniforms() -> None:
    from engine import rng

    rng.block_uniforms(1, 2, 3, 0, 1)


def _city_shares() -> None:
    import numpy as np

    from engine.numerics import serial_sum
    from engine.world.city_shares import CityShares, zone_presence
    from engine.world.reference import Countries, Reference

    countries = Countries(("",), ("",), ("",), np.ones(1, np.int64))
    reference = Reference(_cities(), countries, ("",), {}, {}, "", ())
    CityShares(reference, 1.0).cities_drawn(np.zeros(1, np.int32), np.full(1, 0.5))
    serial_sum(zone_presence(np.ones((1, 1)), np.zeros(1, np.int64), np.ones(1, np.int64)))


def _geography() -> None:

    from engine.world import geography

    geography.CityIndex(_cities())


def _nearest() -> None:
    import numpy as np

    from engine.world import geography

    geography.nearest_city(geography.CityIndex(_cities()), np.ones(1), np.ones(1), 1.0)


def _sites() -> None:
    import numpy as np

    from engine.world import geography

    cities, half = _cities(), np.full(1, 0.5)
    geography.jittered_sites(
        cities, geography.CityIndex(cities), np.zeros(1, np.int64), half, half.copy(), 1.0
    )


def _grid_masses() -> None:
    from engine.kernels import grid_masses

    grid_masses.grid_masses([0, 2], [0.5, 0.5], bits=24)


def _alias_tables() -> None:
    from engine.kernels import alias_integer

    tables = alias_integer.alias_tables([0, 2], [1 << 23, 1 << 23], bits=24)
    alias_integer.decode_check([0, 2], tables, [0.5, 0.5])


def _small_sums() -> None:
    from engine import numerics

    numerics.sum_tolerance(1e-12, 1)
    numerics.normal_icdf_as241(0.5)
    numerics.exp(0.5)


def _calendar() -> Any:
    import numpy as np

    from engine.kernels import intensities

    one = np.ones(1)
    return intensities.Calendar(
        day=np.zeros((1, 2), np.int32),
        hour=np.zeros((1, 2), np.uint8),
        day_kind=np.zeros((1, 1), np.uint8),
        holiday=np.zeros((1, 1), np.uint8),
        pay_day=np.zeros(1, np.uint8),
        week=np.zeros(1, np.int32),
        shape=np.ones((1, 1, 3, 24)),
        holiday_factor=one,
        pay_day_factor=one,
    )


def _factors_and_rows() -> Any:
    import numpy as np

    from engine.kernels import intensities

    none = np.zeros(0, np.int64)
    outages = intensities.Outages(none.astype(np.int32), none, none, np.zeros(0), none, np.zeros(0))
    code = np.zeros(1, np.int32)
    rows = intensities.Rows(code, code.copy(), code.copy(), np.ones(1))
    return intensities.ScenarioFactors(np.ones((1, 1)), outages), rows


def _row_totals() -> None:
    from engine.kernels import intensities

    intensities.row_totals(_calendar(), *_factors_and_rows(), buckets_per_week=168)


def _intensities() -> None:
    from engine.kernels import intensities

    factors, rows = _factors_and_rows()
    found = intensities.series_intensities(_calendar(), factors, [0, 1], rows, buckets_per_week=168)
    intensities.count_into(intensities.intensity_histogram(), found)


def _site_weights() -> None:
    from engine.kernels import grid_masses, site_weights

    base = site_weights.base_weights([0, 2], mode="zipf", zipf_s=1.1)
    weights = site_weights.site_weights(
        [0, 2],
        base,
        floor_mode="relative",
        floor_value=0.1,
        cap_mode="none",
        cap_value=0.0,
        normalisation_epsilon=1e-12,
        tiny_negative_epsilon=1e-15,
    )
    grid_masses.grid_error(weights.p_weight, weights.p_weight.astype("u4"), bits=24)


def _day_effects() -> None:
    from engine import rng
    from engine.kernels import day_effects

    day_effects.day_effects(rng.PlanStream(1, 2, 3), first=0, count=1, sigma=0.2)


def _group_weights() -> None:
    import numpy as np

    from engine.kernels import group_weights

    shares = group_weights.base_shares([0, 1], [0, 1], np.ones(1), np.zeros(1, np.int64))
    group_weights.group_weights([0, 1], shares, days=1, gamma=np.ones(1))


def _tables() -> tuple[Any, Any, Any]:
    """(pairs, tables of groups, tables of sites) of one merchant with one group of one site."""
    import numpy as np

    from engine.kernels import routing_tables

    pairs = routing_tables.day_pairs([0], [0], merchants=1, days=1)
    groups = routing_tables.group_tables(pairs, [0, 1], np.ones(1), days=1)
    return pairs, groups, routing_tables.site_tables(np.zeros(1, np.int64), np.ones(1), groups=1)


def _routing() -> None:
    from engine import rng
    from engine.kernels import routing

    pairs, groups, sites = _tables()
    routing.routed_arrivals(rng.RoutingStream(1, 2, 3), first=0, pair=pairs.pair, groups=groups, sites=sites)


def _site_positions() -> None:
    import numpy as np

    from engine.kernels import site_identifiers

    index = site_identifiers.site_index([0, 2], np.arange(2, dtype=np.uint64))
    site_identifiers.site_positions(index, [0], np.ones(1, np.uint64))


_IDENTITY: Final = ("a" * 64, "b" * 64, 42, "baseline_v1")


def _group_streams() -> Any:
    from engine.rng import family_streams

    return family_streams.group_streams("S2.latent_vector.v1", *_IDENTITY, ["g"])


def _latent_paths() -> None:
    import numpy as np

    from engine.kernels import latent_intensity

    one = np.ones(1)
    path = latent_intensity.latent_paths(
        "log_gaussian_ou_v1", *_group_streams(), sigma=one, length_scale=one, buckets=2
    )
    factor = latent_intensity.latent_factors("log_gaussian_ou_v1", path, one, minimum=0.2, maximum=5.0).factor
    latent_intensity.realised_intensity(np.ones(2), factor, np.zeros(1, np.int64), largest=9.0)


def _series() -> Any:
    import numpy as np

    from engine.rng import family_streams

    merchant, code = np.ones(1, np.uint64), np.zeros(1, np.int32)
    return family_streams.SeriesStreams.of("S3.bucket_count.v1", *_IDENTITY, merchant, ("Etc/UTC",), code)


def _bucket_counts() -> None:
    import numpy as np

    from engine.kernels import bucket_counts

    law = bucket_counts.CountLaw("nb2", 0.0, 100)
    bucket_counts.bucket_counts(_series(), np.ones(2), np.ones(1), law)


def _all_series() -> None:
    import numpy as np

    from engine.kernels import arrivals

    streams = _series().every(2)
    arrivals.virtual_counts(streams, np.ones(2, np.uint32), 0.5)
    arrivals.coins(streams, np.zeros(1, np.int32), np.zeros(1, np.uint32), 0.5)


def _arrivals() -> Any:
    """One arrival at a site, with all that is asked of it afterwards."""
    import numpy as np

    from engine.kernels import arrivals

    zero, (_, groups, sites) = np.zeros(1, np.int64), _tables()
    series = _series()
    placed, _ = arrivals.arrivals(
        (series, series, series),
        np.ones(2, np.uint32),
        bucket_start_us=np.array([0, 900_000_000]),
        bucket_us=900_000_000,
        routing=arrivals.SeriesRouting(np.ones(1, np.int64), zero, zero, zero, zero),
        p_virtual=0.5,
        groups=arrivals.GroupRouting(False, groups, sites, zero),
        edges=arrivals.EdgeTables(np.array([0, 1]), np.full(1, 9, np.uint32), np.zeros(1, np.uint32), zero),
        clocks=_clocks(),
    )
    return placed


def _clocks() -> Any:
    import numpy as np

    from engine.kernels import arrivals

    return arrivals.ZoneClocks(np.array([0, 1]), np.zeros(1, np.int64), np.zeros(1, np.int64))


def _arrival_rows() -> None:
    import numpy as np

    from engine.kernels import arrival_rows, arrivals

    zero, one_id, code = np.zeros(1, np.int64), np.ones(1, np.uint64), np.zeros(1, np.int32)
    no, number = np.zeros(1, np.bool_), np.zeros(1, np.uint32)
    placed = arrivals.Arrivals(code, number, number, zero, no, code, code, code, zero, zero)
    arrival_rows.routed_columns(
        placed,
        buckets=2,
        settlement=zero,
        site_id=one_id,
        edge_id=one_id,
        group_zone=code,
        zones=1,
        settlement_first=False,
    )
    arrival_rows.bucket_keys(code, 1, one_id, code, code)


def _arrival_checks() -> None:
    import numpy as np

    from engine.kernels import arrival_checks, arrivals

    zero, ends, one_id = np.zeros(1, np.int64), np.array([0, 1]), np.ones(1, np.uint64)
    code, no, word = np.zeros(1, np.int32), np.zeros(1, np.bool_), np.zeros(1, np.uint32)
    zones = arrival_checks.Zones(code, no, np.array([0, -1], np.int32))
    held = arrival_checks.ArrivalColumns(
        code, word + np.uint32(1), word, zero, no, no, one_id, no, one_id, no, zones, zones, zero,
        zones, zero, no, zones, zero, no, code, no, np.array([True, False]),
    )  # fmt: skip
    starts = np.array([0, 900_000_000])
    arrival_checks.broken_laws(
        held,
        np.ones(2, np.uint32),
        bucket_start_us=starts,
        bucket_us=900_000_000,
        routing=arrivals.SeriesRouting(np.ones(1, np.int64), zero, zero, zero, zero),
        places=arrival_checks.Places(True, zero, ends, zero, ends, one_id, ends, one_id, zero, False),
        clocks=_clocks(),
    )
    arrival_checks.local_times(zero, zero, _clocks())
    arrival_checks.tallies(
        code, zero, no, one_id, no, bucket_start_us=starts, table=zero, starts=ends, edges=one_id
    )


def _last_sums() -> None:
    import numpy as np

    from engine.kernels import count_sums, distinct_runs

    code, one, no = np.zeros(1, np.int32), np.ones(1), np.zeros(1, np.bool_)
    count_sums.CountSums(1).add(code, one, one, no, np.zeros(1, np.uint8), no)
    distinct_runs.distinct_in_runs(np.zeros(1, np.int64), 1)


STEPS: Final[tuple[Step, ...]] = (
    _powers,
    _geography,
    _uniforms,
    _waiting_times,
    _city_shares,
    _sites,
    _nearest,
    _grid_masses,
    _alias_tables,
    _small_sums,
    _row_totals,
    _intensities,
    _site_weights,
    _day_effects,
    _group_weights,
    _routing,
    _site_positions,
    _latent_paths,
    _bucket_counts,
    _all_series,
    _arrivals,
    _arrival_rows,
    _arrival_checks,
    _last_sums,
)
"""Of about a second's compiling each; later ones stand on inner functions that earlier ones have left."""
