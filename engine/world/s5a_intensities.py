"""5A.S0: scenarios, the profile of every merchant and zone, and the expected arrivals of every series and bucket.

lambda = weekly volume / buckets a week x weekly shape at the bucket's civil hour of week in the zone x overlay x
scenario (spec/world.md 3, 5A). Overlay: public holidays of the country by class, pay days, and the country's own
weekend. Scenario: surges by class, outages of countries with what returns after them. A zone shared by several
countries of a merchant has one lambda, the sum over them. Blocks are ranges of series within one scenario, numbered
through the scenarios in ascending id; none depends on another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.numerics import serial_sum
from engine.world.columns import SHOWN_ROWS, row_findings
from engine.world.intensity_plan import IntensityPlan, arrivals_wanted, given_volumes, total_arrivals
from engine.world.s3b_virtual_merchants import MODES, NON_VIRTUAL
from engine.world.series import CUSTOMER, SITE, SOURCES, Series, ZoneReach
from generated import states
from generated.errors import S5A_S0
from generated.tables.s5a import MerchantZoneProfile5A, MerchantZoneScenarioLocal5A, ScenarioManifest5A
from generated.validators.s5a import S5A_S0Validators

ARRIVALS_TOLERANCE: Final = 0.01
"""How far the expected arrivals may lie from the recipe's, as a share of them (spec/world.md 3)."""
BUSY_RATIO: Final = 4.0
"""How far the 99th percentile of the intensities must lie above their median (spec/world.md 3)."""
SUM_TOLERANCE: Final = 1e-9
"""How far sums may differ that rounding alone tells apart, as a share of them."""

_MICRO: Final = 1_000_000

Key = tuple[int, str, str]


class _Planned(NamedTuple):
    """The plan, and what comes of it in whole."""

    plan: IntensityPlan
    arrivals: dict[str, NDArray[np.float64]]
    """By scenario, (S,) the expected arrivals of each series."""

    def expected_arrivals(self) -> dict[str, float]:
        """The expected arrivals of each scenario."""
        return {name: float(serial_sum(series)) for name, series in self.arrivals.items()}


def _plan(inputs: states.S5A_S0.Inputs, run: Run) -> _Planned:
    """The plan of these inputs, which law and validators share."""

    def made() -> _Planned:
        plan = IntensityPlan.of(inputs, run)
        return _Planned(plan, {name: plan.series_arrivals(name) for name in plan.demand.scenarios})

    return run.derived(inputs, made)


@implements(states.S5A_S0)
def intensities(inputs: states.S5A_S0.Inputs, run: Run) -> Blocks[states.S5A_S0.Outputs]:
    """The intensities of all scenarios; the first block also gives the manifest and the profile."""
    plan = _plan(inputs, run).plan
    run.note("series", len(plan.series))
    run.note("customer_zones", int((plan.series.source == CUSTOMER).sum()))
    run.note("expected_arrivals", _plan(inputs, run).expected_arrivals())

    def outputs_of(block: Block) -> states.S5A_S0.Outputs:
        scenario = block.split
        once: Any = None if block.number else plan
        return states.S5A_S0.Outputs(
            scenario_manifest_5A=once and once.manifest(),
            merchant_zone_profile_5A=once and once.profile(),
            merchant_zone_scenario_local_5A={scenario: plan.intensities(scenario, block.start, block.stop)},
        )

    return Blocks(plan.blocks, outputs_of)


@validates(states.S5A_S0)
class IntensityValidators(S5A_S0Validators):
    """What scenarios, profile and intensities must be; each block over all of its rows."""

    def __init__(self, inputs: states.S5A_S0.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.plan, self.arrivals = _plan(inputs, run)

    # -- scenarios -------------------------------------------------------------------------------------------

    def v_03_every_scenario_has_an_aligned_horizon_and_exactly_one(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        manifest = _manifest(outputs)
        if manifest is None:
            return
        code, ids = S5A_S0.SCENARIO_INVALID, manifest.scenario_id.decoded().tolist()
        wanted = list(self.plan.demand.scenarios)
        if ids != wanted:
            yield Finding(code, "scenario_manifest_5A", ", ".join(wanted), ", ".join(ids))
        yield from row_findings(
            code,
            manifest.is_baseline == manifest.is_stress,
            lambda row: f"scenario_id={ids[row]}",
            lambda _: "either is_baseline or is_stress",
            lambda row: f"both {bool(manifest.is_baseline[row])}",
        )
        bucket = self.plan.demand.horizon.bucket_seconds
        start, end = (
            column.astype("datetime64[us]").astype(np.int64)
            for column in (manifest.horizon_start_utc, manifest.horizon_end_utc)
        )
        yield from row_findings(
            code,
            (start % (bucket * _MICRO) != 0) | (end % (bucket * _MICRO) != 0) | (end <= start),
            lambda row: f"scenario_id={ids[row]}",
            lambda _: f"a horizon of whole buckets of {bucket} s",
            lambda row: f"{manifest.horizon_start_utc[row]} to {manifest.horizon_end_utc[row]}",
        )

    # -- the domain ------------------------------------------------------------------------------------------

    def v_04_every_zone_with_a_site_has_a_series_and_only_merchants(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        profile = _profile(outputs)
        if profile is None:
            return
        code, allocated = S5A_S0.SERIES_DOMAIN_INVALID, self.inputs.zone_alloc.read()
        wanted = set(_keys(allocated.merchant_id, allocated.legal_country_iso, allocated.tzid))
        held = _profile_keys(profile)
        source = profile.zone_source.decoded().tolist()
        sites = {key for key, kind in zip(held, source, strict=True) if kind == SOURCES[SITE]}
        for key in sorted(wanted ^ sites)[:SHOWN_ROWS]:
            expected, found = ("a row of sites", "none") if key in wanted else ("no row of sites", "one")
            yield Finding(code, _key_place(key), expected, found)
        customers = [key for key, kind in zip(held, source, strict=True) if kind == SOURCES[CUSTOMER]]
        for key, expected, found in list(self._customer_problems(customers, wanted))[:SHOWN_ROWS]:
            yield Finding(code, _key_place(key), expected, found)

    def _customer_problems(self, customers: list[Key], sites: set[Key]) -> Iterator[tuple[Key, str, str]]:
        classified = self.inputs.virtual_classification_3B.read()
        sells_online = classified.virtual_mode.decoded() != MODES[NON_VIRTUAL]
        online = set(classified.merchant_id[sells_online].tolist())
        served = {(merchant, zone) for merchant, _, zone in sites}
        reach = ZoneReach(self.inputs.recipe.world, self.run.reference)
        country_of = dict(zip(reach.zones, reach.country.tolist(), strict=True))
        for key in customers:
            merchant, country, zone = key
            if merchant not in online:
                yield key, "customers of a merchant that sells online", "one that does not"
            if (merchant, zone) in served:
                yield key, "customers where the merchant has no site", "a zone with sites"
            if country_of.get(zone) != country:
                yield key, f"the country with most people in the zone, {country_of.get(zone)}", country

    def v_05_a_merchant_has_one_demand_class_and_one_channel_group(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        merchants, profile = self.plan.series.merchants, _profile(outputs)
        if profile is not None:
            for name, wanted, found in (
                ("demand_class", merchants.demand_class, profile.demand_class),
                ("channel_group", merchants.channel_group, profile.channel_group),
            ):
                yield from self._attribute_findings(
                    f"merchant_zone_profile_5A {name}", wanted, profile.merchant_id, found
                )
        for scenario, table in _intensities(outputs):
            yield from self._attribute_findings(
                f"{scenario} channel_group", merchants.channel_group, table.merchant_id, table.channel_group
            )

    def _attribute_findings(
        self, name: str, wanted: NDArray[np.object_], merchant_id: NDArray[np.uint64], found: TextColumn
    ) -> Findings:
        """Rows whose attribute is another than the merchant's in outlet_catalogue."""
        names = tuple(sorted(set(wanted)))
        own = TextColumn.of(wanted.tolist()).codes_in(names)
        place, codes = _places(self.plan.series.merchants.merchant_id, merchant_id), found.codes_in(names)
        yield from row_findings(
            S5A_S0.SERIES_DOMAIN_INVALID,
            (place >= 0) & (own[place] != codes),
            lambda row: f"{name}, merchant_id={merchant_id[row]}",
            lambda row: f"{wanted[place[row]]}, as in outlet_catalogue",
            lambda row: found.values[found.codes[row]],
        )

    def v_06_every_series_has_every_bucket_of_the_horizon_and_the(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        profile = _profile(outputs)
        if profile is not None:
            held, wanted = _pairs(_profile_keys(profile)), set(self._series_names())
            for merchant, zone in sorted(held ^ wanted)[:SHOWN_ROWS]:
                where = f"merchant_zone_profile_5A merchant_id={merchant}, tzid={zone}"
                expected, found = ("a row", "none") if (merchant, zone) in wanted else ("no row", "one")
                yield Finding(S5A_S0.HORIZON_INCOMPLETE, where, expected, found)
        for scenario, table in _intensities(outputs):
            yield from self._row_findings(scenario, table)

    def _row_findings(self, scenario: str, table: MerchantZoneScenarioLocal5A) -> Findings:
        """What keeps a block from being whole series, bucket after bucket."""
        series, buckets = self.plan.series, self.plan.demand.horizon.buckets
        first, stop = self._range(table)
        if stop <= first or table.num_rows != (stop - first) * buckets:
            where = f"{scenario} series {first} to {stop}" if stop > first else f"{scenario} first row"
            expected = f"{buckets} rows for each series of a block of {self.plan.block_size}"
            yield Finding(S5A_S0.HORIZON_INCOMPLETE, where, expected, f"{table.num_rows} rows")
            return
        merchant_id = series.merchants.merchant_id[np.repeat(series.series_merchant[first:stop], buckets)]
        zone = np.repeat(series.series_zone[first:stop], buckets)
        bucket = np.tile(np.arange(buckets, dtype=np.int32), stop - first)
        other = (
            (table.merchant_id != merchant_id)
            | (table.tzid.codes_in(series.zones) != zone)
            | (table.local_horizon_bucket_index != bucket)
        )
        yield from row_findings(
            S5A_S0.HORIZON_INCOMPLETE,
            other,
            lambda row: f"{scenario} row {first * buckets + row}",
            lambda row: _row_words(merchant_id[row], series.zones[zone[row]], bucket[row]),
            lambda row: _row_place(table, row),
        )

    def _range(self, table: MerchantZoneScenarioLocal5A) -> tuple[int, int]:
        """The series that a block is about, by its first row; (0, 0) where no block begins with that."""
        if not table.num_rows:
            return 0, 0
        series, tzid = self.plan.series, table.tzid
        zone = tzid.values[tzid.codes[0]]
        of_merchant = series.merchants.merchant_id[series.series_merchant] == table.merchant_id[0]
        places = np.flatnonzero(of_merchant & (np.array(series.zones)[series.series_zone] == zone))
        if not places.size or places[0] % self.plan.block_size:
            return 0, 0
        return int(places[0]), min(int(places[0]) + self.plan.block_size, len(series))

    def _series_names(self) -> list[tuple[int, str]]:
        series = self.plan.series
        merchants = series.merchants.merchant_id[series.series_merchant].tolist()
        return list(zip(merchants, (series.zones[zone] for zone in series.series_zone.tolist()), strict=True))

    # -- numbers ---------------------------------------------------------------------------------------------

    def v_07_every_volume_intensity_and_factor_is_finite_and_not(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        profile = _profile(outputs)
        if profile is not None:
            volume = profile.weekly_volume_expected
            yield from row_findings(
                S5A_S0.INTENSITY_INVALID,
                ~(np.isfinite(volume) & (volume >= 0.0)),
                lambda row: f"{_key_place(_profile_keys(profile)[row])}, weekly_volume_expected",
                lambda _: "a finite number of at least 0",
                lambda row: volume[row],
            )
        for scenario, table in _intensities(outputs):
            yield from self._number_findings(scenario, table)

    def _number_findings(self, scenario: str, table: MerchantZoneScenarioLocal5A) -> Findings:
        intensity = table.lambda_local_scenario
        yield from row_findings(
            S5A_S0.INTENSITY_INVALID,
            ~(np.isfinite(intensity) & (intensity >= 0.0)),
            lambda row: f"{scenario} {_row_place(table, row)}",
            lambda _: "a finite number of at least 0",
            lambda row: intensity[row],
        )

    def v_08_every_zone_is_in_the_time_zone_timetable(self, outputs: states.S5A_S0.Outputs) -> Findings:
        known = set(self.inputs.tz_timetable_cache.read().tzid.values)
        profile = _profile(outputs)
        zones = {"merchant_zone_profile_5A": profile.tzid.values} if profile is not None else {}
        zones |= {scenario: table.tzid.values for scenario, table in _intensities(outputs)}
        for name, found in zones.items():
            for zone in sorted(set(found) - known):
                yield Finding(
                    S5A_S0.CIVIL_TIME_MAPPING_FAILED, f"{name} tzid", "a zone of tz_timetable_cache", zone
                )

    def v_09_series_and_bucket_rows_are_exactly_the_ones_of_the(
        self, outputs: states.S5A_S0.Outputs
    ) -> Findings:
        profile = _profile(outputs)
        if profile is not None:
            yield from self._profile_targets(profile)
        for scenario, table in _intensities(outputs):
            yield from self._series_targets(scenario, table)

    def _profile_targets(self, profile: MerchantZoneProfile5A) -> Findings:
        """Series of the recipe, volumes that bring its arrivals, and the volumes that an import gives."""
        code, plan, recipe = S5A_S0.TARGETS_UNREACHABLE, self.plan, self.plan.recipe
        series = len(_pairs(_profile_keys(profile)))
        if recipe.world.source == "built" and series != recipe.world.series_target:
            yield Finding(
                code, "merchant_zone_profile_5A", f"{recipe.world.series_target} series", str(series)
            )
        if profile.num_rows != plan.series.merchant.shape[0]:
            return  # V-04 and V-06 say which rows are missing
        given = self.inputs.imported_merchants
        volume, open_ = given_volumes(plan.series, given.read() if given is not None else None)
        held: Series = replace(plan.series, weekly_volume=profile.weekly_volume_expected)
        drawn = open_[held.merchant]
        found = float(serial_sum(total_arrivals(plan.demand, held)[drawn]))
        wanted = arrivals_wanted(recipe, held, open_) if drawn.any() else 0.0
        if not abs(found - wanted) <= ARRIVALS_TOLERANCE * wanted:
            expected = f"{wanted} arrivals within {ARRIVALS_TOLERANCE:.0%}"
            yield Finding(code, "merchant_zone_profile_5A", expected, str(found))
        weekly = np.bincount(held.merchant, weights=held.weekly_volume, minlength=open_.shape[0])
        yield from row_findings(
            code,
            ~open_ & ~(np.abs(weekly - volume) <= SUM_TOLERANCE * np.maximum(volume, 1.0)),
            lambda row: f"merchant_id={held.merchants.merchant_id[row]}",
            lambda row: f"the {volume[row]} arrivals a week that the import gives",
            lambda row: weekly[row],
        )

    def _series_targets(self, scenario: str, table: MerchantZoneScenarioLocal5A) -> Findings:
        """Series whose intensities do not add up to what their weekly volumes bring."""
        buckets = self.plan.demand.horizon.buckets
        first, stop = self._range(table)
        if stop <= first or table.num_rows != (stop - first) * buckets or scenario not in self.arrivals:
            return  # V-03 and V-06 say what is missing
        found = table.lambda_local_scenario.reshape(stop - first, buckets).sum(axis=1)
        wanted = self.arrivals[scenario][first:stop]
        yield from row_findings(
            S5A_S0.TARGETS_UNREACHABLE,
            ~(np.abs(found - wanted) <= SUM_TOLERANCE * np.maximum(wanted, 1.0)),
            lambda row: f"{scenario} {_row_place(table, row * buckets)} and after",
            lambda row: f"{wanted[row]} arrivals, by the weekly volume",
            lambda row: found[row],
        )

    def v_10_busy_buckets_stand_out_from_the_median(self, outputs: states.S5A_S0.Outputs) -> Findings:
        if _profile(outputs) is None:
            return
        ratio = self.plan.busy_ratio()
        if not ratio >= BUSY_RATIO:
            where = "merchant_zone_scenario_local_5A p99 / p50"
            yield Finding(S5A_S0.INTENSITY_TOO_EVEN, where, f"at least {BUSY_RATIO}", f"{ratio:.3f}")


def _manifest(outputs: states.S5A_S0.Outputs) -> ScenarioManifest5A | None:
    """The manifest, which the first block alone gives."""
    return outputs.scenario_manifest_5A


def _profile(outputs: states.S5A_S0.Outputs) -> MerchantZoneProfile5A | None:
    """The profile, which the first block alone gives."""
    return outputs.merchant_zone_profile_5A


def _intensities(outputs: states.S5A_S0.Outputs) -> list[tuple[str, MerchantZoneScenarioLocal5A]]:
    """The scenarios of a block, which is one, and their tables; none where a block is left out."""
    found: Mapping[str, MerchantZoneScenarioLocal5A] | None = outputs.merchant_zone_scenario_local_5A
    return sorted((found or {}).items())


def _keys(merchant_id: NDArray[np.uint64], country: TextColumn, tzid: TextColumn) -> list[Key]:
    return list(zip(merchant_id.tolist(), country.decoded().tolist(), tzid.decoded().tolist(), strict=True))


def _profile_keys(profile: MerchantZoneProfile5A) -> list[Key]:
    return _keys(profile.merchant_id, profile.legal_country_iso, profile.tzid)


def _pairs(keys: list[Key]) -> set[tuple[int, str]]:
    return {(merchant, zone) for merchant, _, zone in keys}


def _key_place(key: Key) -> str:
    merchant, country, zone = key
    return f"merchant_id={merchant}, legal_country_iso={country}, tzid={zone}"


def _row_words(merchant: object, zone: str, bucket: object) -> str:
    return f"merchant_id={merchant}, tzid={zone}, local_horizon_bucket_index={bucket}"


def _row_place(table: MerchantZoneScenarioLocal5A, row: int) -> str:
    zone = table.tzid.values[table.tzid.codes[row]]
    return _row_words(table.merchant_id[row], zone, table.local_horizon_bucket_index[row])


def _places(merchants: NDArray[np.uint64], found: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The places of ids among ascending ones; -1 for one that is not there."""
    place = np.minimum(np.searchsorted(merchants, found), merchants.shape[0] - 1).astype(np.int64)
    return np.where(merchants[place] == found, place, -1)
