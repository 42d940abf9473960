"""5B.S3: how many arrivals each bucket has, by a count law from one or two uniforms.

Source: spec/segment-5B.md S3. Symbols: l or mu expected arrivals in the bucket, u, u1, u2 uniforms of words 0 and 1 of
the event's block, kappa dispersion, s2 variance of the log rate, m its mean, L the rate that was drawn, n count, p
probability of n, c probability of at most n. Under nb2 the count is Poisson given a log-normal rate of mean mu, with
variance mu + mu^2/kappa. The order of every operation is part of the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import BoolArray, Float64Array, Uint32Array, Uint64Array, float64_array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import (
    NORMAL_ICDF_CODES,
    compiled,
    compiled_part,
    exp,
    log,
    log1p,
    normal_icdf,
    square_root,
)
from engine.rng import COUNTER_WRAP, advanced_counter, philox2x64_10, uniform
from engine.rng.family_streams import FamilyMessages, SeriesStreams, fill_series_streams, series_scratch

__all__ = [
    "COUNT_LAWS",
    "NORMAL_BRANCHES",
    "BucketCounts",
    "CountLaw",
    "Counts",
    "bucket_counts",
    "counts",
]

POISSON, NB2 = range(2)
COUNT_LAWS: Mapping[str, tuple[int, int]] = MappingProxyType({"poisson": (POISSON, 1), "nb2": (NB2, 2)})
"""Code and draws of an event, for each law that a policy can name."""

PLAIN, CORNISH_FISHER = range(2)
NORMAL_BRANCHES: Mapping[str, int] = MappingProxyType(
    {"plain_v1": PLAIN, "cornish_fisher_v1": CORNISH_FISHER}
)
"""Code of each approximation above poisson_exact_lambda_max."""

_LARGEST_COUNT = 2**32 - 1
_LARGEST_EXACT = 700.0  # exp(-l) is a normal number up to here
_INFINITY = np.inf

BAD_INTENSITY, BAD_KAPPA, RATE_OVERFLOW = range(2, 5)
_STATUS = {
    COUNTER_WRAP: "COUNTER_WRAP",
    BAD_INTENSITY: "BAD_INTENSITY",
    BAD_KAPPA: "BAD_KAPPA",
    RATE_OVERFLOW: "RATE_OVERFLOW",
}

Int64Array = NDArray[np.int64]
Uint8Array = NDArray[np.uint8]


class LawNumbers(NamedTuple):
    """A count law as kernels take it: codes and numbers."""

    law: int
    branch: int
    icdf: int
    exact_rate: float
    count_cap: int
    largest: int
    zero: float


@dataclass(frozen=True, slots=True)
class CountLaw:
    """How counts are drawn, as a policy says it; a ValueError tells which number is outside its range."""

    count_law_id: str
    """A name of COUNT_LAWS."""
    lambda_zero_eps: float
    """Rows of at most this intensity have no arrival and no event; at least 0."""
    max_count_per_bucket: int
    """Counts are at most this, in [0, 2^32)."""
    poisson_exact_lambda_max: float = 50.0
    """The largest rate drawn by walking up the distribution function, in [0, 700]."""
    poisson_n_cap_exact: int = 200_000
    """The walk ends here at the latest; at least 1."""
    normal_icdf: str = "acklam_v1"
    """A name of NORMAL_ICDF_CODES."""
    normal_branch: str = "cornish_fisher_v1"
    """A name of NORMAL_BRANCHES."""

    def __post_init__(self) -> None:
        for name, known in (
            ("count_law_id", COUNT_LAWS),
            ("normal_icdf", NORMAL_ICDF_CODES),
            ("normal_branch", NORMAL_BRANCHES),
        ):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} {getattr(self, name)!r}: expected one of {', '.join(known)}")
        for name, low, high in (
            ("lambda_zero_eps", 0.0, float(np.finfo(np.float64).max)),
            ("max_count_per_bucket", 0, _LARGEST_COUNT),
            ("poisson_exact_lambda_max", 0.0, _LARGEST_EXACT),
            ("poisson_n_cap_exact", 1, _LARGEST_COUNT),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} {getattr(self, name)}: expected {low} to {high}")

    @property
    def draws(self) -> int:
        """Random words of an event."""
        return COUNT_LAWS[self.count_law_id][1]

    @property
    def needs_kappa(self) -> bool:
        """Whether the law has a dispersion."""
        return self.count_law_id != "poisson"

    def numbers(self) -> LawNumbers:
        """The law as kernels take it."""
        return LawNumbers(
            COUNT_LAWS[self.count_law_id][0],
            NORMAL_BRANCHES[self.normal_branch],
            NORMAL_ICDF_CODES[self.normal_icdf],
            float(self.poisson_exact_lambda_max),
            int(self.poisson_n_cap_exact),
            int(self.max_count_per_bucket),
            float(self.lambda_zero_eps),
        )


class Counts(NamedTuple):
    """Counts from given uniforms."""

    counts: Uint32Array
    """(R,) arrivals, at most max_count_per_bucket."""
    capped: BoolArray
    """(R,) whether the largest count or the cap of the walk set it."""


class BucketCounts(NamedTuple):
    """Counts and events of the rows of a block, series by series, (S H,) each."""

    counts: Uint32Array
    """Arrivals, at most max_count_per_bucket."""
    capped: BoolArray
    """Whether the largest count or the cap of the walk set the count."""
    drew: BoolArray
    """Whether the row has an event: its intensity is above lambda_zero_eps."""
    counter_hi: Uint64Array
    """High word of the event's counter before; 0 without an event."""
    counter_lo: Uint64Array
    """Low word of it; the counter after is one more, and carries."""


@compiled_part
def poisson_count(rate: float, none: float, u: float, law: LawNumbers) -> tuple[int, bool]:
    """(count, capped) of a Poisson variable by one uniform in (0, 1).

    Args:
        rate: finite, at least 0.
        none: the probability of no arrival, exp(-rate).
        u: the uniform.
        law: the count law.
    """
    if rate <= law.exact_rate:
        n = 0
        p = none
        c = p
        while c < u:
            if n == law.count_cap:
                return law.largest, True
            n += 1
            p = (p * rate) / np.float64(n)
            if np.float64(n) > rate and c + p == c:
                break
            c += p
        if n > law.largest:
            return law.largest, True
        return n, False
    z = normal_icdf(law.icdf, u)
    value = rate + square_root(rate) * z
    if law.branch == CORNISH_FISHER:
        value = value + ((z * z - 1.0) / 6.0 + 0.5)
    else:
        value = value + 0.5
    # The integer below a number that is neither negative nor too large is what its conversion leaves.
    if value >= np.float64(law.largest) + 1.0:
        return law.largest, True
    if value < 0.0:
        return 0, False
    return int(value), False


@compiled_part
def fill_counts(
    law: LawNumbers,
    rows: int,
    mu: Float64Array,
    s2: Float64Array,
    u1: Float64Array,
    u2: Float64Array,
    rate: Float64Array,
    none: Float64Array,
    count: Uint32Array,
    capped: BoolArray,
) -> tuple[int, int]:
    """Draws the first `rows` rows; `rate` and `none` are room for the drawn rates and exp(-rate).

    Step by step over all rows, since a processor works on several rows at once in a short loop and not in a long one:
    117 against 172 ns a row under nb2.
    """
    u = u1
    if law.law == NB2:
        u = u2
        for row in range(rows):
            rate[row] = square_root(s2[row]) * normal_icdf(law.icdf, u1[row])
        for row in range(rows):
            none[row] = log(mu[row]) - s2[row] / 2.0
        for row in range(rows):
            rate[row] = exp(none[row] + rate[row])
        for row in range(rows):
            if not rate[row] < _INFINITY:
                return RATE_OVERFLOW, row
    else:
        for row in range(rows):
            rate[row] = mu[row]
    for row in range(rows):
        none[row] = exp(-rate[row])
    for row in range(rows):
        n, capped[row] = poisson_count(rate[row], none[row], u[row], law)
        count[row] = np.uint32(n)
    return OK, -1


@compiled
def _fill_single_counts(
    law: LawNumbers,
    mu: Float64Array,
    kappa: Float64Array,
    u1: Float64Array,
    u2: Float64Array,
    count: Uint32Array,
    capped: BoolArray,
) -> tuple[int, int]:
    rows = mu.shape[0]
    s2 = np.zeros(rows, np.float64)
    for row in range(rows):
        if not 0.0 <= mu[row] < _INFINITY:
            return BAD_INTENSITY, row
        if law.law == NB2:
            if not 0.0 < kappa[row] < _INFINITY:
                return BAD_KAPPA, row
            s2[row] = log1p(1.0 / kappa[row])
    return fill_counts(
        law, rows, mu, s2, u1, u2, np.empty(rows, np.float64), np.empty(rows, np.float64), count, capped
    )


@compiled
def _fill_bucket_counts(
    law: LawNumbers,
    family: FamilyMessages,
    merchant_id: Uint64Array,
    zone_text: Uint8Array,
    zone_starts: Int64Array,
    zone_code: Int64Array,
    longest_zone: int,
    buckets: int,
    intensity: Float64Array,
    kappa: Float64Array,
    count: Uint32Array,
    capped: BoolArray,
    drew: BoolArray,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
) -> tuple[int, int]:
    """(status, row at fault; for BAD_KAPPA the series)."""
    scratch = series_scratch(longest_zone)
    bucket = np.empty(buckets, np.int64)
    key, hi, lo = np.empty(buckets, np.uint64), np.empty(buckets, np.uint64), np.empty(buckets, np.uint64)
    mu, s2 = np.empty(buckets, np.float64), np.empty(buckets, np.float64)
    u1, u2 = np.empty(buckets, np.float64), np.empty(buckets, np.float64)
    rate, none = np.empty(buckets, np.float64), np.empty(buckets, np.float64)
    own_count, own_capped = np.empty(buckets, np.uint32), np.empty(buckets, np.bool_)
    for series in range(merchant_id.shape[0]):
        s2[:] = 0.0
        if law.law == NB2:
            if not 0.0 < kappa[series] < _INFINITY:
                return BAD_KAPPA, series
            s2[:] = log1p(1.0 / kappa[series])
        first = series * buckets
        events = int(np.int64(0))  # of a type: numba would compile `fill_counts` once more for the constant 0
        for t in range(buckets):
            row = first + t
            if not 0.0 <= intensity[row] < _INFINITY:
                return BAD_INTENSITY, row
            drew[row] = intensity[row] > law.zero
            count[row], capped[row], counter_hi[row], counter_lo[row] = 0, False, 0, 0
            bucket[events], mu[events] = t, intensity[row]
            events += drew[row]
        zone = zone_code[series]
        fill_series_streams(
            family,
            merchant_id[series],
            zone_text,
            zone_starts[zone],
            zone_starts[zone + 1],
            bucket,
            0,
            events,
            scratch,
            key,
            hi,
            lo,
        )
        for event in range(events):
            row = first + bucket[event]
            _, _, wrapped = advanced_counter(hi[event], lo[event], np.uint64(1))
            if wrapped:
                return COUNTER_WRAP, row
            word0, word1 = philox2x64_10(lo[event], hi[event], key[event])
            u1[event], u2[event] = uniform(word0), uniform(word1)
            counter_hi[row], counter_lo[row] = hi[event], lo[event]
        status, event = fill_counts(law, events, mu, s2, u1, u2, rate, none, own_count, own_capped)
        if status != OK:
            return status, first + bucket[event]
        for event in range(events):
            row = first + bucket[event]
            count[row], capped[row] = own_count[event], own_capped[event]
    return OK, -1


def _kappa(law: CountLaw, kappa: Any, size: int, what: str) -> Float64Array:
    """The dispersions; (0,) for a law that has none."""
    if not law.needs_kappa:
        return np.empty(0, np.float64)
    values = float64_array(kappa)
    if values.size != size:
        raise ValueError(f"{values.size} dispersions for {size} {what}")
    return values


def counts(law: CountLaw, mu: Any, kappa: Any, u1: Any, u2: Any) -> Counts:
    """Counts of single rows from given uniforms, without the zero law: as explanations and tests want them.

    Args:
        law: the count law.
        mu: (R,) expected arrivals, finite and at least 0.
        kappa: (R,) dispersions, finite and above 0; None for a law without.
        u1: (R,) uniforms in (0, 1) of word 0.
        u2: (R,) uniforms of word 1; None for a law of one draw.

    Raises:
        KernelError: with the row: BAD_INTENSITY, BAD_KAPPA, or RATE_OVERFLOW where the drawn rate is infinite.
    """
    rates, first = float64_array(mu), float64_array(u1)
    second = float64_array(u2) if law.draws > 1 else np.empty(0, np.float64)
    if first.size != rates.size or (law.draws > 1 and second.size != rates.size):
        raise ValueError(f"{rates.size} rows, {first.size} and {second.size} uniforms")
    found = Counts(np.empty(rates.size, np.uint32), np.empty(rates.size, np.bool_))
    status, row = _fill_single_counts(
        law.numbers(), rates, _kappa(law, kappa, rates.size, "rows"), first, second, *found
    )
    raise_unless_ok("counts", _STATUS, status, row)
    return found


def bucket_counts(streams: SeriesStreams, intensity: Any, kappa: Any, law: CountLaw) -> BucketCounts:
    """Count and event of every bucket 0 .. H - 1 of every series, in series order.

    Args:
        streams: the S series, in the family of bucket counts.
        intensity: (S H,) expected arrivals in each bucket, finite and at least 0.
        kappa: (S,) dispersion of each series, finite and above 0; None for a law without.
        law: the count law.

    Raises:
        KernelError: with the row: BAD_INTENSITY, COUNTER_WRAP where the counter after an event passes 2^128, or
            RATE_OVERFLOW where the drawn rate is infinite; with the series: BAD_KAPPA.
        ValueError: the rows are not the same number for every series.
    """
    rates, series = float64_array(intensity), len(streams)
    buckets = rates.size // series if series else 0
    if rates.size != series * buckets:
        raise ValueError(f"{rates.size} rows for {series} series")
    rows = rates.size
    found = BucketCounts(
        np.empty(rows, np.uint32),
        np.empty(rows, np.bool_),
        np.empty(rows, np.bool_),
        np.empty(rows, np.uint64),
        np.empty(rows, np.uint64),
    )
    status, index = _fill_bucket_counts(
        law.numbers(),
        streams.family,
        streams.merchant_id,
        streams.zone_text,
        streams.zone_starts,
        streams.zone_code,
        streams.longest_zone,
        buckets,
        rates,
        _kappa(law, kappa, series, "series"),
        *found,
    )
    raise_unless_ok("bucket_counts", _STATUS, status, index)
    return found
