"""5A.S0: scenarios, the profile of every merchant and zone, and the expected arrivals of every series and bucket.

lambda = weekly volume / buckets a week x weekly shape at the bucket's civil hour of week in the zone x overlay x
scenario (spec/world.md 3, 5A). Overlay: public holidays of the country by class, pay days, and the country's own weekend.
Scenario: surges by class, outages of countries with what returns after them. A zone shared by several countries of a
merchant has one lambda, the sum over them. Blocks are ranges of series within one scenario, numbered through the
scenarios in ascending id; none depends on another.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
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
from engine.world.columns import named, row_findings
from engine.world.demand import Demand
from engine.world.merchant_attributes import CHANNELS
from engine.world.s3b_virtual_merchants import MODES, NON_VIRTUAL
from engine.world.series import CUSTOMER, SITE, SOURCES, Merchants, Series, ZoneReach
from engine.world.streams import WorldStreams
from generated import states
from generated.datasets.s5a import MERCHANT_ZONE_SCENARIO_LOCAL_5A
from generated.errors import S5A_S0
from generated.models.s1a import Recipe
from generated.tables.s1a import ImportedMerchants
from generated.tables.s5a import MerchantZoneProfile5A, MerchantZoneScenarioLocal5A, ScenarioManifest5A
from generated.validators.s5a import S5A_S0Validators

ARRIVALS_TOLERANCE: Final = 0.01
"""How far the expected arrivals may lie from the recipe's, as a share of them (spec/world.md 3)."""
BUSY_RATIO: Final = 4.0
"""How far the 99th percentile of the intensities must lie above their median (spec/world.md 3)."""
SUM_TOLERANCE: Final = 1e-9

IntArray = NDArray[np.int64]


@implements(states.S5A_S0)
def intensities(inputs: states.S5A_S0.Inputs, run: Run) -> Blocks[states.S5A_S0.Outputs]:
    """The intensities of all scenarios; the first block also gives the manifest and the profile."""
    plan = IntensityPlan.of(inputs, run)
    series = plan.series
    run.note("series", len(series))
    run.note("profile_rows", int(series.merchant.shape[0]))
    run.note("customer_rows", int((series.source == CUSTOMER).sum()))
    run.note("expected_arrivals", {name: plan.expected_arrivals(name) for name in plan.demand.scenarios})

    def outputs_of(block: Block) -> states.S5A_S0.Outputs:
        scenario = plan.scenario_of(block)
        return states.S5A_S0.Outputs(
            scenario_manifest_5A=plan.manifest() if block.number == 0 else None,
            merchant_zone_profile_5A=plan.profile() if block.number == 0 else None,
            merchant_zone_scenario_local_5A={scenario: plan.intensities(scenario, block.start, block.stop)},
        )

    return Blocks(plan.blocks, outputs_of)


@dataclass(frozen=True, slots=True, eq=False)
class IntensityPlan:
    """Everything but the intensities themselves."""

    recipe: Recipe
    demand: Demand
    series: Series

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
            return cls(recipe, demand, _scaled(recipe, demand, series, given))
        except TargetUnreachable as failure:
            raise EngineError.from_failure(S5A_S0.TARGETS_UNREACHABLE, failure) from failure

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of series, numbered through the scenarios; one scenario a block."""
        own = blocks_of(len(self.series), MERCHANT_ZONE_SCENARIO_LOCAL_5A.block_size)
        return tuple(
            Block(scenario * len(own) + block.number, block.start, block.stop)
            for scenario in range(len(self.demand.scenarios))
            for block in own
        )

    def scenario_of(self, block: Block) -> str:
        """The scenario of a block of the plan."""
        size = MERCHANT_ZONE_SCENARIO_LOCAL_5A.block_size
        return tuple(self.demand.scenarios)[block.number // -(-len(self.series) // size)]

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

    def expected_arrivals(self, scenario: str) -> float:
        """The expected arrivals of a scenario."""
        return float(serial_sum(self.series_arrivals(scenario)))

    def busy_ratio(self) -> float:
        """p99 / p50 of the intensities of all series, buckets and scenarios, from below, within 0.8 %."""
        histogram = intensity_histogram()
        size = MERCHANT_ZONE_SCENARIO_LOCAL_5A.block_size
        for scenario in self.demand.scenarios:
            for block in blocks_of(len(self.series), size):
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
    arrivals = np.zeros(series.merchant.shape[0])
    rows = series.kernel_rows(np.arange(series.merchant.shape[0]), demand.classes)
    for factors in demand.scenarios.values():
        arrivals += row_totals(
            demand.calendar, factors, rows, buckets_per_week=demand.horizon.buckets_per_week
        )
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


@validates(states.S5A_S0)
class IntensityValidators(S5A_S0Validators):
    """What scenarios, profile and intensities must be; each block over all of its rows."""

    def __init__(self, inputs: states.S5A_S0.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.plan = IntensityPlan.of(inputs, run)
        self.arrivals = {name: self.plan.series_arrivals(name) for name in self.plan.demand.scenarios}

    def v_03_every_scenario_has_an_aligned_horizon_and_exactly_one(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        manifest = outputs.scenario_manifest_5A
        if manifest is None:
            return
        ids, bucket = manifest.scenario_id.decoded(), self.plan.demand.horizon.bucket_seconds
        wanted = list(self.plan.demand.scenarios)
        if ids.tolist() != wanted:
            yield Finding(
                S5A_S0.SCENARIO_INVALID, "scenario_manifest_5A", ", ".join(wanted), ", ".join(ids.tolist())
            )
        yield from row_findings(
            S5A_S0.SCENARIO_INVALID,
            manifest.is_baseline == manifest.is_stress,
            lambda row: f"scenario_id={ids[row]}",
            lambda _: "either is_baseline or is_stress",
            lambda row: f"both {bool(manifest.is_baseline[row])}",
        )
        start, end = (
            column.astype("datetime64[us]").astype(np.int64)
            for column in (manifest.horizon_start_utc, manifest.horizon_end_utc)
        )
        wrong = (start % (bucket * 1_000_000) != 0) | (end % (bucket * 1_000_000) != 0) | (end <= start)
        yield from row_findings(
            S5A_S0.SCENARIO_INVALID,
            wrong,
            lambda row: f"scenario_id={ids[row]}",
            lambda _: f"a horizon of whole buckets of {bucket} s",
            lambda row: f"{manifest.horizon_start_utc[row]} to {manifest.horizon_end_utc[row]}",
        )

    def v_04_every_zone_with_a_site_has_a_series_and_only_merchants(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        profile = outputs.merchant_zone_profile_5A
        if profile is None:
            return
        code, allocated = S5A_S0.SERIES_DOMAIN_INVALID, self.inputs.zone_alloc.read()
        held = _keys(profile.merchant_id, profile.legal_country_iso, profile.tzid)
        source = profile.zone_source.decoded()
        sites = {key for key, kind in zip(held, source, strict=True) if kind == SOURCES[SITE]}
        wanted = set(_keys(allocated.merchant_id, allocated.legal_country_iso, allocated.tzid))
        for key in sorted(wanted ^ sites)[:10]:
            expected, found = ("a row of sites", "none") if key in wanted else ("no row of sites", "one")
            yield Finding(code, _key_place(*key), expected, found)
        zones_with_sites = {(merchant, zone) for merchant, _, zone in wanted}
        classified = self.inputs.virtual_classification_3B.read()
        online = set(classified.merchant_id[classified.virtual_mode.decoded() != MODES[NON_VIRTUAL]].tolist())
        reach = ZoneReach(self.inputs.recipe.world, self.run.reference)
        country_of = dict(zip(reach.zones, reach.country.tolist(), strict=True))
        for (merchant, country, zone), kind in zip(held, source, strict=True):
            if kind != SOURCES[CUSTOMER]:
                continue
            place = _key_place(merchant, country, zone)
            if merchant not in online:
                yield Finding(code, place, "customers of a merchant that sells online", "one that does not")
            if (merchant, zone) in zones_with_sites:
                yield Finding(code, place, "customers where the merchant has no site", "a zone with sites")
            if country_of.get(zone) != country:
                yield Finding(code, place, f"{country_of.get(zone, 'a zone with cities')}", country)

    def v_05_a_merchant_has_one_demand_class_and_one_channel_group(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        code, merchants = S5A_S0.SERIES_DOMAIN_INVALID, self.plan.series.merchants
        profile = outputs.merchant_zone_profile_5A
        if profile is not None:
            place = _places(merchants.merchant_id, profile.merchant_id)
            for name, wanted, found in (
                ("demand_class", merchants.demand_class, profile.demand_class),
                ("channel_group", merchants.channel_group, profile.channel_group),
            ):
                held = found.decoded()
                yield from row_findings(
                    code,
                    (place >= 0) & (wanted[place] != held),
                    lambda row, name=name: f"merchant_id={profile.merchant_id[row]}, {name}",  # type: ignore[misc]
                    lambda row, wanted=wanted: f"{wanted[place[row]]}, as in outlet_catalogue",  # type: ignore[misc]
                    lambda row, held=held: held[row],  # type: ignore[misc]
                )
        channels = np.array([*CHANNELS, ""], dtype=object)
        of_merchant = TextColumn.of(merchants.channel_group).codes_in(CHANNELS)
        for scenario, table in (outputs.merchant_zone_scenario_local_5A or {}).items():
            place = _places(merchants.merchant_id, table.merchant_id)
            channel = table.channel_group.codes_in(CHANNELS)
            yield from row_findings(
                code,
                (place >= 0) & (of_merchant[place] != channel),
                lambda row, t=table, scenario=scenario: f"{scenario} merchant_id={t.merchant_id[row]}",  # type: ignore[misc]
                lambda row, place=place: channels[of_merchant[place[row]]],  # type: ignore[misc]
                lambda row, channel=channel: channels[channel[row]],  # type: ignore[misc]
            )

    def v_06_every_series_has_every_bucket_of_the_horizon_and_the(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        code, series = S5A_S0.HORIZON_INCOMPLETE, self.plan.series
        buckets = self.plan.demand.horizon.buckets
        profile = outputs.merchant_zone_profile_5A
        if profile is not None:
            held = {(m, z) for m, _, z in _keys(profile.merchant_id, profile.legal_country_iso, profile.tzid)}
            for merchant, zone in sorted(held ^ set(self._series_names()))[:10]:
                expected, found = ("a row", "none") if (merchant, zone) not in held else ("no row", "one")
                yield Finding(
                    code, f"merchant_zone_profile_5A merchant_id={merchant}, tzid={zone}", expected, found
                )
        for scenario, table in (outputs.merchant_zone_scenario_local_5A or {}).items():
            first, stop = self._range(table)
            where = f"{scenario} series {first} to {stop}"
            if stop <= first or table.num_rows != (stop - first) * buckets:
                expected = f"{(stop - first) * buckets} rows, {buckets} a series"
                yield Finding(code, where, expected, f"{table.num_rows} rows")
                continue
            merchant = np.repeat(series.series_merchant[first:stop], buckets)
            zone = np.repeat(series.series_zone[first:stop], buckets)
            bucket = np.tile(np.arange(buckets, dtype=np.int32), stop - first)
            other = (
                (table.merchant_id != series.merchants.merchant_id[merchant])
                | (table.tzid.codes_in(series.zones) != zone)
                | (table.local_horizon_bucket_index != bucket)
            )
            yield from row_findings(
                code,
                other,
                lambda row, t=table, scenario=scenario: f"{scenario} {_row_place(t, row)}",  # type: ignore[misc]
                lambda row, merchant=merchant, zone=zone, bucket=bucket: (  # type: ignore[misc]
                    f"merchant_id={series.merchants.merchant_id[merchant[row]]}, "
                    f"tzid={series.zones[zone[row]]}, bucket {bucket[row]}"
                ),
                lambda _: "another row",
            )

    def v_07_every_volume_intensity_and_factor_is_finite_and_not(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        code, profile = S5A_S0.INTENSITY_INVALID, outputs.merchant_zone_profile_5A
        if profile is not None:
            volume = profile.weekly_volume_expected
            yield from row_findings(
                code,
                ~(np.isfinite(volume) & (volume >= 0.0)),
                lambda row: f"merchant_id={profile.merchant_id[row]}, weekly_volume_expected",
                lambda _: "a finite number of at least 0",
                lambda row: volume[row],
            )
        for scenario, table in (outputs.merchant_zone_scenario_local_5A or {}).items():
            intensity = table.lambda_local_scenario
            yield from row_findings(
                code,
                ~(np.isfinite(intensity) & (intensity >= 0.0)),
                lambda row, t=table, scenario=scenario: f"{scenario} {_row_place(t, row)}",  # type: ignore[misc]
                lambda _: "a finite number of at least 0",
                lambda row, intensity=intensity: intensity[row],  # type: ignore[misc]
            )

    def v_08_every_zone_is_in_the_time_zone_timetable(self, outputs: states.S5A_S0.Outputs) -> Findings:
        known = set(self.inputs.tz_timetable_cache.read().tzid.values)
        profile = outputs.merchant_zone_profile_5A
        tables = [("merchant_zone_profile_5A", profile)] if profile is not None else []
        tables += (outputs.merchant_zone_scenario_local_5A or {}).items()
        for name, table in tables:
            for zone in sorted(set(table.tzid.values) - known):
                yield Finding(
                    S5A_S0.CIVIL_TIME_MAPPING_FAILED, f"{name} tzid", "a zone of tz_timetable_cache", zone
                )

    def v_09_series_and_bucket_rows_are_exactly_the_ones_of_the(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        code, profile, plan = S5A_S0.TARGETS_UNREACHABLE, outputs.merchant_zone_profile_5A, self.plan
        if profile is not None:
            yield from self._profile_targets(profile)
        for scenario, table in (outputs.merchant_zone_scenario_local_5A or {}).items():
            first, stop = self._range(table)
            if stop <= first or table.num_rows != (stop - first) * plan.demand.horizon.buckets:
                continue  # V-06 says what is missing
            found = table.lambda_local_scenario.reshape(stop - first, -1).sum(axis=1)
            wanted = self.arrivals[scenario][first:stop]
            yield from row_findings(
                code,
                ~(np.abs(found - wanted) <= SUM_TOLERANCE * np.maximum(wanted, 1.0)),
                lambda row, scenario=scenario, first=first: f"{scenario} series {first + row}",  # type: ignore[misc]
                lambda row, wanted=wanted: f"{wanted[row]} arrivals, by its weekly volume",  # type: ignore[misc]
                lambda row, found=found: found[row],  # type: ignore[misc]
            )

    def _profile_targets(self, profile: MerchantZoneProfile5A) -> Findings:
        """Series of the recipe, volumes that bring its arrivals, and the volumes that an import gives."""
        code, plan = S5A_S0.TARGETS_UNREACHABLE, self.plan
        recipe = plan.recipe
        names = {(m, z) for m, _, z in _keys(profile.merchant_id, profile.legal_country_iso, profile.tzid)}
        if recipe.world.source == "built" and len(names) != recipe.world.series_target:
            yield Finding(
                code, "merchant_zone_profile_5A", f"{recipe.world.series_target} series", str(len(names))
            )
        if profile.num_rows != plan.series.merchant.shape[0]:
            return  # V-04 and V-06 say which rows are missing
        given = self.inputs.imported_merchants
        volume, open_ = given_volumes(plan.series, given.read() if given is not None else None)
        held = replace(plan.series, weekly_volume=profile.weekly_volume_expected)
        totals = np.zeros(profile.num_rows)
        rows = held.kernel_rows(np.arange(profile.num_rows), plan.demand.classes)
        for factors in plan.demand.scenarios.values():
            totals += row_totals(
                plan.demand.calendar, factors, rows, buckets_per_week=plan.demand.horizon.buckets_per_week
            )
        drawn = open_[held.merchant]
        found, wanted = float(serial_sum(totals[drawn])), arrivals_wanted(recipe, held, open_)
        if drawn.any() and not abs(found - wanted) <= ARRIVALS_TOLERANCE * wanted:
            yield Finding(
                code,
                "merchant_zone_profile_5A",
                f"{wanted} arrivals within {ARRIVALS_TOLERANCE:.0%}",
                str(found),
            )
        weekly = np.bincount(held.merchant, weights=profile.weekly_volume_expected, minlength=open_.shape[0])
        yield from row_findings(
            code,
            ~open_ & ~(np.abs(weekly - volume) <= SUM_TOLERANCE * np.maximum(volume, 1.0)),
            lambda row: f"merchant_id={held.merchants.merchant_id[row]}",
            lambda row: f"the {volume[row]} arrivals a week that the import gives",
            lambda row: weekly[row],
        )

    def v_10_busy_buckets_stand_out_from_the_median(self, outputs: states.S5A_S0.Outputs) -> Findings:
        if outputs.merchant_zone_profile_5A is None:
            return
        ratio = self.plan.busy_ratio()
        if not ratio >= BUSY_RATIO:
            where = "merchant_zone_scenario_local_5A p99 / p50"
            yield Finding(S5A_S0.INTENSITY_TOO_EVEN, where, f"at least {BUSY_RATIO}", f"{ratio:.3f}")

    def _series_names(self) -> list[tuple[int, str]]:
        series = self.plan.series
        merchants = series.merchants.merchant_id[series.series_merchant].tolist()
        zones = [series.zones[zone] for zone in series.series_zone.tolist()]
        return list(zip(merchants, zones, strict=True))

    def _range(self, table: MerchantZoneScenarioLocal5A) -> tuple[int, int]:
        """The series that a block is about, by its first row; (0, 0) where that is none of the plan's."""
        if not table.num_rows:
            return 0, 0
        series, tzid = self.plan.series, table.tzid
        first = (int(table.merchant_id[0]), tzid.values[tzid.codes[0]])
        merchants = series.merchants.merchant_id[series.series_merchant]
        own = np.flatnonzero(merchants == np.uint64(first[0]))
        places = [place for place in own.tolist() if series.zones[series.series_zone[place]] == first[1]]
        size = MERCHANT_ZONE_SCENARIO_LOCAL_5A.block_size
        if not places or places[0] % size:
            return 0, 0
        return places[0], min(places[0] + size, len(series))


def _keys(
    merchant_id: NDArray[np.uint64], country: TextColumn, tzid: TextColumn
) -> list[tuple[int, str, str]]:
    return list(zip(merchant_id.tolist(), country.decoded().tolist(), tzid.decoded().tolist(), strict=True))


def _key_place(merchant: int, country: str, zone: str) -> str:
    return f"merchant_id={merchant}, legal_country_iso={country}, tzid={zone}"


def _row_place(table: MerchantZoneScenarioLocal5A, row: int) -> str:
    zone = table.tzid.values[table.tzid.codes[row]]
    bucket = table.local_horizon_bucket_index[row]
    return f"merchant_id={table.merchant_id[row]}, tzid={zone}, local_horizon_bucket_index={bucket}"


def _places(merchants: NDArray[np.uint64], found: NDArray[np.uint64]) -> IntArray:
    """The places of ids among ascending ones; -1 for one that is not there."""
    place = np.minimum(np.searchsorted(merchants, found), merchants.shape[0] - 1).astype(np.int64)
    return np.where(merchants[place] == found, place, -1)
