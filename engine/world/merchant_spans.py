"""In how many countries each merchant trades, and how its sites are shared among them.

The number of zones that merchants reach follows from their countries. So the countries of the merchants that trade
abroad grow one by one, in the order of drawn waiting times, until the expected number of (merchant, zone) pairs meets
the recipe's target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.numerics import serial_sum
from engine.world.allocation import largest_remainder, zipf_weights
from engine.world.city_shares import zone_presence

__all__ = ["MerchantSpan", "country_site_counts", "expected_zone_count", "grown_spans"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

_COUNTRY_EXPONENT = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class MerchantSpan:
    """One merchant's countries in the order in which it entered them, home first: (k,) places, (k,) sites of each."""

    country: IntArray
    sites: IntArray


def country_site_counts(site_count: int, countries: int) -> IntArray:
    """(k,) sites a country, home first: one each, and the rest by Zipf's law of the order of entry; k <= site_count."""
    return 1 + largest_remainder(site_count - countries, zipf_weights(countries, _COUNTRY_EXPONENT))


def expected_zone_count(span: MerchantSpan, zone_share: FloatArray) -> float:
    """The expected number of zones in which a merchant of that span has a site."""
    return float(serial_sum(zone_presence(zone_share, span.country, span.sites)))


def grown_spans(
    home: NDArray[np.int32],
    site_count: IntArray,
    foreign: Sequence[IntArray],
    entry_times: Sequence[FloatArray],
    zone_share: FloatArray,
    target: int,
) -> list[MerchantSpan]:
    """The spans of all merchants, grown until the expected number of (merchant, zone) pairs reaches `target`.

    Args:
        home: (M,) home countries.
        site_count: (M,) sites.
        foreign: per merchant the countries that it may enter, in its order; empty for one that stays at home.
        entry_times: per merchant the ascending times of those entries; entries at time 0 always happen.
        zone_share: (K, Z) shares of zones in countries.
        target: expected pairs at which growth ends; where growth runs out before, the last state is the result.
    """

    def span(merchant: int, abroad: int) -> MerchantSpan:
        countries = np.concatenate([home[merchant : merchant + 1], foreign[merchant][:abroad]]).astype(
            np.int64
        )
        return MerchantSpan(countries, country_site_counts(int(site_count[merchant]), countries.shape[0]))

    abroad = [int(np.searchsorted(times, 0.0, side="right")) for times in entry_times]
    spans = [span(merchant, count) for merchant, count in enumerate(abroad)]
    zones = np.array([expected_zone_count(one, zone_share) for one in spans], dtype=np.float64)
    entries = [
        (float(time), merchant)
        for merchant, times in enumerate(entry_times)
        for time in times[abroad[merchant] :]
    ]
    total = float(serial_sum(zones))
    for _, merchant in sorted(entries):
        if total >= target:
            break
        abroad[merchant] += 1
        spans[merchant] = span(merchant, abroad[merchant])
        before, zones[merchant] = float(zones[merchant]), expected_zone_count(spans[merchant], zone_share)
        total += float(zones[merchant]) - before
    return spans
