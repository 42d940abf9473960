"""The law of a made arrival roster: so many arrivals a merchant at one midnight, or so many spread by weight and time.

Source: spec/world.md 5. Rows ascend by instant, then by merchant; equal rows are legal. Every part of the roster can
be computed alone, so memory is bounded by a part and the bytes do not depend on who computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.core.blocks import Block
from engine.core.run import WorldKey
from engine.kernels.arrays import BoolArray, Int64Array, Uint32Array, Uint64Array
from engine.kernels.roster_draws import MICROSECONDS_A_MINUTE, arrivals, minute_counts
from engine.rng import FamilyStream, family_stream, is_virtual
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.s2b import S5ArrivalRoster

__all__ = ["EqualRoster", "Merchants", "RosterLaw", "SpreadRoster", "roster_table", "virtual_flags"]

MINUTES_A_DAY: Final = 24 * 60
MICROSECONDS_A_DAY: Final = MINUTES_A_DAY * MICROSECONDS_A_MINUTE


@dataclass(frozen=True)
class Merchants:
    """The merchants of a world in ascending id, and how many sites each has, in all its countries; both (M,)."""

    merchant_id: Uint64Array
    sites: Int64Array

    @classmethod
    def of(cls, merchant_id: Uint64Array, site_count: NDArray[np.int32]) -> Merchants:
        """The merchants of a catalogue that has one row a merchant and country, in any order."""
        ids, places = np.unique(merchant_id, return_inverse=True)
        sites = np.zeros(ids.shape[0], np.int64)
        np.add.at(sites, places, site_count.astype(np.int64))
        return cls(ids, sites)

    @property
    def owner_of_site(self) -> Uint32Array:
        """(sites of all merchants,) the position of the merchant that each site belongs to."""
        return np.repeat(np.arange(self.merchant_id.shape[0], dtype=np.uint32), self.sites)


def virtual_flags(merchant_id: Uint64Array, seed: int) -> BoolArray:
    """(M,) whether the arrivals of each merchant are virtual by law, about one merchant in ten (spec/world.md 5)."""
    return np.array([is_virtual(merchant, seed) for merchant in merchant_id.tolist()], dtype=np.bool_)


def roster_table(merchant_id: Uint64Array, microsecond: Int64Array, virtual: BoolArray) -> S5ArrivalRoster:
    """The rows of these arrivals; instants are microseconds since 1970-01-01T00:00:00Z, and each gives its day."""
    instant = microsecond.astype("datetime64[us]")
    return S5ArrivalRoster.from_columns(
        merchant_id=merchant_id,
        utc_timestamp=instant,
        utc_day=instant.astype("datetime64[D]"),
        is_virtual=virtual,
    )


class RosterLaw(Protocol):
    """A roster that can be computed in parts."""

    @property
    def rows(self) -> int:
        """How many arrivals the roster has."""
        ...

    def part(self, block: Block) -> S5ArrivalRoster:
        """The arrivals [block.start, block.stop), in roster order; pure and safe to call from several threads."""
        ...


@dataclass(frozen=True)
class EqualRoster:
    """The same number of arrivals for every merchant, all at midnight of one day."""

    merchants: Merchants
    seed: int
    per_merchant: int
    day: np.datetime64

    @property
    def rows(self) -> int:
        """How many arrivals the roster has."""
        return self.per_merchant * int(self.merchants.merchant_id.shape[0])

    @cached_property
    def _virtual(self) -> BoolArray:
        return virtual_flags(self.merchants.merchant_id, self.seed)

    def part(self, block: Block) -> S5ArrivalRoster:
        """The arrivals [block.start, block.stop): one merchant's arrivals stand together, merchants ascend."""
        owner = np.arange(block.start, block.stop) // self.per_merchant
        midnight = self.day.astype("datetime64[us]").astype(np.int64)
        instants = np.full(len(block), midnight, dtype=np.int64)
        return roster_table(self.merchants.merchant_id[owner], instants, self._virtual[owner])


@dataclass(frozen=True)
class SpreadRoster:
    """Arrivals drawn independently: the instant uniform over whole days, the merchant in proportion to its sites.

    The minute of each arrival is drawn first and only counted; then each minute draws the instants and merchants of
    as many arrivals as it was given, from the blocks that are numbered by them. So the whole is exactly `rows`
    independent draws, and a part needs its own minutes only.
    """

    merchants: Merchants
    seed: int
    rows: int
    first_day: np.datetime64
    days: int
    world_key: WorldKey

    def stream(self, use: str) -> FamilyStream:
        """The stream of one use: `minutes` or `arrivals`, the domain key of the family that the dictionary declares."""
        (family,) = S5_ARRIVAL_ROSTER.rng_families
        return family_stream(
            family_id=family,
            manifest_fingerprint=self.world_key.recipe_world_sha256,
            parameter_hash=self.world_key.sources_sha256,
            seed=self.seed,
            scenario_id="",
            domain_key=use,
        )

    @cached_property
    def starts(self) -> Int64Array:
        """(minutes + 1,) the number of the first arrival of each minute, and `rows`."""
        counts = minute_counts(self.stream("minutes"), self.rows, self.days * MINUTES_A_DAY)
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])

    @cached_property
    def _virtual(self) -> BoolArray:
        return virtual_flags(self.merchants.merchant_id, self.seed)

    @cached_property
    def _owner_of_site(self) -> Uint32Array:
        return self.merchants.owner_of_site

    def part(self, block: Block) -> S5ArrivalRoster:
        """The arrivals [block.start, block.stop) by instant, then merchant."""
        first = int(np.searchsorted(self.starts, block.start, side="right")) - 1
        last = int(np.searchsorted(self.starts, block.stop, side="left"))
        bounds = self.starts[first : last + 1]
        microsecond, owner = arrivals(self.stream("arrivals"), bounds, self._owner_of_site)
        order = np.lexsort((owner, microsecond))
        order = order[block.start - int(bounds[0]) : block.stop - int(bounds[0])]
        owner = owner[order]
        epoch = self.first_day.astype("datetime64[us]").astype(np.int64)
        instants = microsecond[order] + (int(epoch) + first * MICROSECONDS_A_MINUTE)
        return roster_table(self.merchants.merchant_id[owner], instants, self._virtual[owner])
