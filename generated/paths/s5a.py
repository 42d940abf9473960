# Generated from contracts/layer2/5A/dataset_dictionary.layer2.5A.yaml (sha256 93fab668...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 5A: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class ScenarioManifest5APath(DatasetPath):
    """Path of `scenario_manifest_5A`: The scenarios, their horizons and what they stand for."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class MerchantZoneProfile5APath(DatasetPath):
    """Path of `merchant_zone_profile_5A`: The demand class and the ordinary weekly volume of every merchant, country and zone."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class MerchantZoneScenarioLocal5APath(DatasetPath):
    """Path of `merchant_zone_scenario_local_5A`: The expected arrivals of every series and bucket, at local civil time."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class MerchantZoneScenarioUtc5APath(DatasetPath):
    """Path of `merchant_zone_scenario_utc_5A`: The same intensities keyed by the bucket of the UTC horizon; a built world has none."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class MerchantZoneOverlayFactors5APath(DatasetPath):
    """Path of `merchant_zone_overlay_factors_5A`: The factors behind every intensity; a built world has none."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class ValidationBundle5APath(DatasetPath):
    """Path of `validation_bundle_5A`: The evidence of 5A: the report of the world builder or importer over all rows."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag5APath(DatasetPath):
    """Path of `validation_passed_flag_5A`: The world and the digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport5AS0Path(DatasetPath):
    """Path of `run_report_5A_S0`: What 5A.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5AS1Path(DatasetPath):
    """Path of `run_report_5A_S1`: What 5A.S1 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


scenario_manifest_5A = ScenarioManifest5APath(
    "scenario_manifest_5A",
    "data/layer2/5A/scenario_manifest/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The scenarios, their horizons and what they stand for."""
merchant_zone_profile_5A = MerchantZoneProfile5APath(
    "merchant_zone_profile_5A",
    "data/layer2/5A/merchant_zone_profile/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""The demand class and the ordinary weekly volume of every merchant, country and zone."""
merchant_zone_scenario_local_5A = MerchantZoneScenarioLocal5APath(
    "merchant_zone_scenario_local_5A",
    "data/layer2/5A/merchant_zone_scenario_local/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The expected arrivals of every series and bucket, at local civil time."""
merchant_zone_scenario_utc_5A = MerchantZoneScenarioUtc5APath(
    "merchant_zone_scenario_utc_5A",
    "data/layer2/5A/merchant_zone_scenario_utc/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The same intensities keyed by the bucket of the UTC horizon; a built world has none."""
merchant_zone_overlay_factors_5A = MerchantZoneOverlayFactors5APath(
    "merchant_zone_overlay_factors_5A",
    "data/layer2/5A/merchant_zone_overlay_factors/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The factors behind every intensity; a built world has none."""
validation_bundle_5A = ValidationBundle5APath(
    "validation_bundle_5A",
    "data/layer2/5A/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence of 5A: the report of the world builder or importer over all rows."""
validation_passed_flag_5A = ValidationPassedFlag5APath(
    "validation_passed_flag_5A",
    "data/layer2/5A/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The world and the digest of the bundle; it exists only when the segment passed."""
run_report_5A_S0 = RunReport5AS0Path(
    "run_report_5A_S0",
    "reports/layer2/5A/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5A.S0 did, how long it took and on what machine; never sealed."""
run_report_5A_S1 = RunReport5AS1Path(
    "run_report_5A_S1",
    "reports/layer2/5A/state=S1/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5A.S1 did, how long it took and on what machine; never sealed."""
