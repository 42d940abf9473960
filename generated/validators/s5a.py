# Generated from contracts/layer2/5A/schemas.5A.yaml (sha256 eea69e59...), contracts/layer2/5A/states.5A.yaml (sha256 2eeeefed...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 5A: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s5a import S5A_S0, S5A_S1
from generated.tables import s5a as tables

SCENARIO_MANIFEST_5A: Final = TableChecks(tables.ScenarioManifest5A.SPEC)
"""Every declared constraint of `scenario_manifest_5A`."""
MERCHANT_ZONE_PROFILE_5A: Final = TableChecks(tables.MerchantZoneProfile5A.SPEC)
"""Every declared constraint of `merchant_zone_profile_5A`."""
MERCHANT_ZONE_SCENARIO_LOCAL_5A: Final = TableChecks(tables.MerchantZoneScenarioLocal5A.SPEC)
"""Every declared constraint of `merchant_zone_scenario_local_5A`."""
MERCHANT_ZONE_SCENARIO_UTC_5A: Final = TableChecks(tables.MerchantZoneScenarioUtc5A.SPEC)
"""Every declared constraint of `merchant_zone_scenario_utc_5A`."""
MERCHANT_ZONE_OVERLAY_FACTORS_5A: Final = TableChecks(tables.MerchantZoneOverlayFactors5A.SPEC)
"""Every declared constraint of `merchant_zone_overlay_factors_5A`."""


class S5A_S0Validators(StateValidators["S5A_S0.Inputs", "S5A_S0.Outputs"]):
    """What 5A.S0 (Scenario intensities) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5A_S0.CARD

    @abstractmethod
    def v_03_every_scenario_has_an_aligned_horizon_and_exactly_one(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-03: Every scenario has an aligned horizon and exactly one of the two flags. Severity: abort. Codes: SCENARIO_INVALID."""

    @abstractmethod
    def v_04_every_zone_with_a_site_has_a_series_and_only_merchants(
        self, outputs: S5A_S0.Outputs
    ) -> Findings:
        """V-04: Every zone with a site has a series, and only merchants that sell online have customer zones. Severity: abort. Codes: SERIES_DOMAIN_INVALID."""

    @abstractmethod
    def v_05_a_merchant_has_one_demand_class_and_one_channel_group(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-05: A merchant has one demand class and one channel group. Severity: abort. Codes: SERIES_DOMAIN_INVALID."""

    @abstractmethod
    def v_06_every_series_has_every_bucket_of_the_horizon_and_the(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-06: Every series has every bucket of the horizon, and the profile names it. Severity: abort. Codes: HORIZON_INCOMPLETE."""

    @abstractmethod
    def v_07_every_volume_intensity_and_factor_is_finite_and_not(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-07: Every volume, intensity and factor is finite and not negative. Severity: abort. Codes: INTENSITY_INVALID."""

    @abstractmethod
    def v_08_every_zone_is_in_the_time_zone_timetable(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-08: Every zone is in the time zone timetable. Severity: abort. Codes: CIVIL_TIME_MAPPING_FAILED."""

    @abstractmethod
    def v_09_series_and_bucket_rows_are_exactly_the_ones_of_the(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-09: Series and bucket rows are exactly the ones of the recipe, and the arrivals are within its tolerance. Severity: abort. Codes: TARGETS_UNREACHABLE."""

    @abstractmethod
    def v_10_busy_buckets_stand_out_from_the_median(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-10: Busy buckets stand out from the median. Severity: abort. Codes: INTENSITY_TOO_EVEN."""


class S5A_S1Validators(StateValidators["S5A_S1.Inputs", "S5A_S1.Outputs"]):
    """What 5A.S1 (Validation bundle) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5A_S1.CARD

    @abstractmethod
    def v_03_the_report_names_every_dataset_of_5a_with_the_digests(self, outputs: S5A_S1.Outputs) -> Findings:
        """V-03: The report names every dataset of 5A with the digests of its publish record. Severity: abort. Codes: BUNDLE_INVALID."""

    @abstractmethod
    def v_04_the_index_lists_every_member_once_and_in_order_and_the(
        self, outputs: S5A_S1.Outputs
    ) -> Findings:
        """V-04: The index lists every member once and in order, and the flag states the digest of the bundle. Severity: abort. Codes: BUNDLE_INVALID."""
