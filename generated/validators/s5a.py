# Generated from contracts/layer2/5A/schemas.5A.yaml (sha256 eea69e59...), contracts/layer2/5A/states.5A.yaml (sha256 28d20fa5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""Validators of 5A: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s5a import S5A_S0
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
    def v_02_every_scenario_has_an_aligned_horizon_and_exactly_one(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-02: Every scenario has an aligned horizon and exactly one of the two flags. Severity: abort. Codes: SCENARIO_INVALID."""

    @abstractmethod
    def v_03_every_zone_with_a_site_has_a_series_and_only_online(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-03: Every zone with a site has a series, and only online merchants have customer zones. Severity: abort. Codes: SERIES_DOMAIN_INVALID."""

    @abstractmethod
    def v_04_a_merchant_has_one_demand_class_and_one_channel_group(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-04: A merchant has one demand class and one channel group. Severity: abort. Codes: SERIES_DOMAIN_INVALID."""

    @abstractmethod
    def v_05_every_series_has_every_bucket_of_the_horizon_and_the(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-05: Every series has every bucket of the horizon, and the profile names it. Severity: abort. Codes: HORIZON_INCOMPLETE."""

    @abstractmethod
    def v_06_every_intensity_and_factor_is_finite_and_not_negative(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-06: Every intensity and factor is finite and not negative. Severity: abort. Codes: INTENSITY_INVALID."""

    @abstractmethod
    def v_07_every_zone_is_in_the_time_zone_timetable(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-07: Every zone is in the time zone timetable. Severity: abort. Codes: CIVIL_TIME_MAPPING_FAILED."""

    @abstractmethod
    def v_08_series_and_bucket_rows_are_exactly_the_recipe_s_and_the(
        self, outputs: S5A_S0.Outputs
    ) -> Findings:
        """V-08: Series and bucket rows are exactly the recipe's, and the arrivals are within its tolerance. Severity: abort. Codes: TARGETS_UNREACHABLE."""

    @abstractmethod
    def v_09_busy_buckets_stand_out_from_the_median_as_the_recipe(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-09: Busy buckets stand out from the median as the recipe asks. Severity: abort. Codes: REALISM_GATE_FAILED."""

    @abstractmethod
    def v_14_the_bundle_lists_every_member_and_its_flag_states_its(self, outputs: S5A_S0.Outputs) -> Findings:
        """V-14: The bundle lists every member and its flag states its digest. Severity: abort. Codes: BUNDLE_INVALID."""
