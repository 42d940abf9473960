"""The plan of 5A: series with scaled volumes, when their customers come, and the blocks in which intensities are made.

Source: spec/world.md 3, "5A domain" and "5A intensities".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.columns import TextColumn
from engine.core.blocks import Block, blocks_of, split_blocks
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.kernels.intensities import (
    Rows,
    count_into,
    histogram_quantile,
    intensity_histogram,
    row_totals,
    series_intensities,
)
from engine.numerics import serial_sum
from engine.world.allocation import TargetUnreachable
from engine.world.columns import named
from engine.world.demand import Demand
from engine.world.series import SOURCES, Merchants, Series
from engine.world.streams import WorldStreams
from generated import states
from generated.datasets.s5a import MERCHANT_ZONE_SCENARIO_LOCAL_5A
from generated.errors import S5A_S0
from generated.models.s1a import Recipe
from generated.tables.s1a import ImportedMerchants
from generated.tables.s5a import MerchantZoneProfile5A, MerchantZoneScenarioLocal5A, ScenarioManifest5A

__all__ = ["IntensityPlan", "arrivals_wanted", "given_volumes", "total_arrivals"]


@dataclass(frozen=True, slots=True, eq=False)
class IntensityPlan:
    """Everything but the intensities themselves; `block_size` series make a block."""

    recipe: Recipe
    demand: Demand
    series: Series
    block_size: int

    @classmethod
    def of(cls, inputs: states.S5A_S0.Inputs, run: Run) -> Self:
        """The series of a world with their volumes scaled, and when their customers come.

        Raises:
            EngineError: a recipe that cannot be built, a zone without a timetable, a number that cannot be had.
        """
        recipe, profile = inputs.recipe, inputs.imported_merchants
        merchants = Merchants.of(inputs.outlet_catalogue.read(), inputs.virtual_classification_3B.read())
        given = profile.read() if profile is not None else None
        streams = WorldStreams.of(run, states.S5A_S0.CARD)
        try:
            series = Series.of(recipe.world, merchants, inputs.zone_alloc.read(), run.reference, streams)
            demand = Demand.of(recipe, inputs.tz_timetable_cache.read(), series.zones, series.countries)
            scaled = _scaled(recipe, demand, series, given)
        except TargetUnreachable as failure:
            raise EngineError.from_failure(S5A_S0.TARGETS_UNREACHABLE, failure) from failure
        return cls(recipe, demand, scaled, MERCHANT_ZONE_SCENARIO_LOCAL_5A.block_size)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of series, numbered through the scenarios in ascending id; one scenario a block."""
        return split_blocks(((name, len(self.series)) for name in self.demand.scenarios), self.block_size)

    def manifest(self) -> ScenarioManifest5A:
        """The scenarios, ascending."""
        ordered = sorted(self.recipe.scenarios, key=lambda one: one.scenario_id.encode())
        horizon = self.demand.horizon
        instants = np.array([[horizon.start_s, horizon.end_s]] * len(ordered), dtype="datetime64[s]")
        return ScenarioManifest5A.from_columns(
            scenario_id=[one.scenario_id for one in ordered],
            horizon_start_utc=instants[:, 0].astype("datetime64[us]"),
            horizon_end_utc=instants[:, 1].astype("datetime64[us]"),
            is_baseline=np.array([one.kind == "baseline" for one in ordered]),
            is_stress=np.array([one.kind == "stress" for one in ordered]),
            labels=[canonical_bytes(list(one.labels)).decode() for one in ordered],
        )

    def profile(self) -> MerchantZoneProfile5A:
        """One row a merchant, country and zone."""
        series = self.series
        merchants = series.merchants
        return MerchantZoneProfile5A.from_columns(
            merchant_id=merchants.merchant_id[series.merchant],
            legal_country_iso=named(series.country, series.countries),
            tzid=named(series.zone, series.zones),
            demand_class=TextColumn.of(merchants.demand_class[series.merchant]),
            channel_group=TextColumn.of(merchants.channel_group[series.merchant]),
            weekly_volume_expected=series.weekly_volume,
            zone_source=named(series.source, SOURCES),
        )

    def intensities(self, scenario: str, first: int, stop: int) -> MerchantZoneScenarioLocal5A:
        """The rows of series `first` up to `stop` in one scenario."""
        series, buckets = self.series, self.demand.horizon.buckets
        merchant = series.series_merchant[first:stop]
        channel = TextColumn.of(series.merchants.channel_group[merchant])
        zone = named(series.series_zone[first:stop], series.zones)
        return MerchantZoneScenarioLocal5A.from_columns(
            scenario_id=scenario,
            merchant_id=np.repeat(series.merchants.merchant_id[merchant], buckets),
            tzid=TextColumn(np.repeat(zone.codes, buckets), zone.values),
            channel_group=TextColumn(np.repeat(channel.codes, buckets), channel.values),
            local_horizon_bucket_index=np.tile(np.arange(buckets, dtype=np.int32), stop - first),
            lambda_local_scenario=self.lambdas(scenario, first, stop).ravel(),
        )

    def lambdas(self, scenario: str, first: int, stop: int) -> NDArray[np.float64]:
        """(stop - first, H) intensities of some series in one scenario."""
        series, demand = self.series, self.demand
        starts = series.starts[first : stop + 1]
        return series_intensities(
            demand.calendar,
            demand.scenarios[scenario],
            starts - starts[0],
            self.rows(first, stop),
            buckets_per_week=demand.horizon.buckets_per_week,
        )

    def rows(self, first: int, stop: int) -> Rows:
        """The rows of some series, one series after the other."""
        series = self.series
        own = series.order[series.starts[first] : series.starts[stop]]
        return series.kernel_rows(own, self.demand.classes)

    def series_arrivals(self, scenario: str) -> NDArray[np.float64]:
        """(S,) the expected arrivals of each series in a scenario."""
        horizon = self.demand.horizon
        totals = row_totals(
            self.demand.calendar,
            self.demand.scenarios[scenario],
            self.rows(0, len(self.series)),
            buckets_per_week=horizon.buckets_per_week,
        )
        return np.add.reduceat(totals, self.series.starts[:-1])

    def busy_ratio(self) -> float:
        """p99 / p50 of the intensities of all series, buckets and scenarios, from below, within 0.8 %."""
        histogram = intensity_histogram()
        for scenario in self.demand.scenarios:
            for block in blocks_of(len(self.series), self.block_size):
                count_into(histogram, self.lambdas(scenario, block.start, block.stop))
        (low, _), (_, high) = histogram_quantile(histogram, 0.99), histogram_quantile(histogram, 0.50)
        return low / high


def arrivals_wanted(recipe: Recipe, series: Series, open_: NDArray[np.bool_]) -> float:
    """The arrivals, over all scenarios, of the merchants whose volume no import gives; (M,) marks them.

    An import has other merchants than its recipe, so that its series get as many each as in the recipe's own world.
    """
    if recipe.world.source == "built":
        return recipe.world.arrivals_target
    return (
        recipe.world.arrivals_target * int(open_[series.series_merchant].sum()) / recipe.world.series_target
    )


def given_volumes(
    series: Series, given: ImportedMerchants | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(M,) the weekly volumes that an import gives, 0 where it gives none, and the merchants that it leaves open."""
    merchant_id = series.merchants.merchant_id
    volume, open_ = np.zeros(merchant_id.shape[0]), np.ones(merchant_id.shape[0], dtype=np.bool_)
    if given is not None:
        stated = ~np.ma.getmaskarray(given.weekly_volume)
        place = np.searchsorted(merchant_id, given.merchant_id)[stated]
        volume[place] = np.ma.filled(given.weekly_volume, 0.0)[stated]
        open_[place] = False
    return volume, open_


def _scaled(recipe: Recipe, demand: Demand, series: Series, given: ImportedMerchants | None) -> Series:
    """The series with volumes that bring the arrivals that are wanted, over all scenarios.

    Raises:
        TargetUnreachable: no customer comes in the whole horizon.
    """
    volume, open_ = given_volumes(series, given)
    arrivals = total_arrivals(demand, series)
    drawn = open_[series.merchant]
    total = float(serial_sum(arrivals[drawn]))
    if drawn.any() and not total > 0.0:
        raise TargetUnreachable(
            where="recipe world.arrivals_target",
            expected="an hour with customers in the horizon",
            found=total,
        )
    scale = arrivals_wanted(recipe, series, open_) / total if drawn.any() else 0.0
    weekly = np.where(drawn, series.weekly_volume * scale, volume[series.merchant] * series.share)
    return replace(series, weekly_volume=weekly)


def total_arrivals(demand: Demand, series: Series) -> NDArray[np.float64]:
    """(R,) the expected arrivals of each row over all scenarios."""
    found = np.zeros(series.merchant.shape[0])
    rows = series.kernel_rows(np.arange(series.merchant.shape[0]), demand.classes)
    for factors in demand.scenarios.values():
        found += row_totals(demand.calendar, factors, rows, buckets_per_week=demand.horizon.buckets_per_week)
    return found
