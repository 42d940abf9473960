# Generated from contracts/layer2/5A/dataset_dictionary.layer2.5A.yaml (sha256 93fab668...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 5A: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s5a as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 5A."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 5A."""

SCENARIO_MANIFEST_5A: Final = DatasetSpec(
    id="scenario_manifest_5A",
    segment="5A",
    layer=2,
    required=True,
    format="parquet",
    path=paths.scenario_manifest_5A,
    schema_ref="schemas.5A.yaml#/reference/scenario_manifest_5A",
    shape="generated.tables.s5a:ScenarioManifest5A",
    kind="dataset",
    version="1.0.0",
    produced_by="5A.S0",
    ordering=("scenario_id",),
    block_unit="rows",
    block_size=65536,
    row_group_rows=65536,
    manifest_key="layer2.5A.scenario_manifest_5A",
)
"""The scenarios, their horizons and what they stand for."""
MERCHANT_ZONE_PROFILE_5A: Final = DatasetSpec(
    id="merchant_zone_profile_5A",
    segment="5A",
    layer=2,
    required=True,
    format="parquet",
    path=paths.merchant_zone_profile_5A,
    schema_ref="schemas.5A.yaml#/reference/merchant_zone_profile_5A",
    shape="generated.tables.s5a:MerchantZoneProfile5A",
    kind="dataset",
    version="1.0.0",
    produced_by="5A.S0",
    ordering=("merchant_id", "legal_country_iso", "tzid"),
    block_unit="rows",
    block_size=1048576,
    row_group_rows=131072,
    manifest_key="layer2.5A.merchant_zone_profile_5A",
)
"""The demand class and the ordinary weekly volume of every merchant, country and zone."""
MERCHANT_ZONE_SCENARIO_LOCAL_5A: Final = DatasetSpec(
    id="merchant_zone_scenario_local_5A",
    segment="5A",
    layer=2,
    required=True,
    format="parquet",
    path=paths.merchant_zone_scenario_local_5A,
    schema_ref="schemas.5A.yaml#/reference/merchant_zone_scenario_local_5A",
    shape="generated.tables.s5a:MerchantZoneScenarioLocal5A",
    kind="dataset",
    version="1.0.0",
    produced_by="5A.S0",
    ordering=("merchant_id", "tzid", "channel_group", "local_horizon_bucket_index"),
    block_unit="series",
    block_size=512,
    row_group_rows=276480,
    manifest_key="layer2.5A.merchant_zone_scenario_local_5A",
)
"""The expected arrivals of every series and bucket, at local civil time."""
MERCHANT_ZONE_SCENARIO_UTC_5A: Final = DatasetSpec(
    id="merchant_zone_scenario_utc_5A",
    segment="5A",
    layer=2,
    required=False,
    format="parquet",
    path=paths.merchant_zone_scenario_utc_5A,
    schema_ref="schemas.5A.yaml#/reference/merchant_zone_scenario_utc_5A",
    shape="generated.tables.s5a:MerchantZoneScenarioUtc5A",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=("merchant_id", "tzid", "channel_group", "utc_horizon_bucket_index"),
    block_unit="series",
    block_size=512,
    row_group_rows=276480,
    manifest_key="layer2.5A.merchant_zone_scenario_utc_5A",
)
"""The same intensities keyed by the bucket of the UTC horizon; a built world has none."""
MERCHANT_ZONE_OVERLAY_FACTORS_5A: Final = DatasetSpec(
    id="merchant_zone_overlay_factors_5A",
    segment="5A",
    layer=2,
    required=False,
    format="parquet",
    path=paths.merchant_zone_overlay_factors_5A,
    schema_ref="schemas.5A.yaml#/reference/merchant_zone_overlay_factors_5A",
    shape="generated.tables.s5a:MerchantZoneOverlayFactors5A",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=("merchant_id", "legal_country_iso", "tzid", "local_horizon_bucket_index"),
    block_unit="series",
    block_size=512,
    row_group_rows=276480,
    manifest_key="layer2.5A.merchant_zone_overlay_factors_5A",
)
"""The factors behind every intensity; a built world has none."""
VALIDATION_BUNDLE_5A: Final = DatasetSpec(
    id="validation_bundle_5A",
    segment="5A",
    layer=2,
    required=True,
    format="folder",
    path=paths.validation_bundle_5A,
    schema_ref="schemas.layer2.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="5A.S1",
    ordering=(),
    bundle_law="index_v2",
    flag_form="json",
    index_schema="schemas.layer2.yaml#/validation/bundle_index",
    index_form="entries",
    manifest_key="layer2.5A.validation_bundle_5A",
)
"""The evidence of 5A: the report of the world builder or importer over all rows."""
VALIDATION_PASSED_FLAG_5A: Final = DatasetSpec(
    id="validation_passed_flag_5A",
    segment="5A",
    layer=2,
    required=True,
    format="json",
    path=paths.validation_passed_flag_5A,
    schema_ref="schemas.layer2.yaml#/validation/passed_flag",
    shape="generated.models.layer2:PassedFlag",
    kind="flag",
    version="1.0.0",
    produced_by="5A.S1",
    ordering=(),
    manifest_key="layer2.5A.validation_passed_flag_5A",
)
"""The world and the digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_5A_S0: Final = DatasetSpec(
    id="run_report_5A_S0",
    segment="5A",
    layer=2,
    required=False,
    format="json",
    path=paths.run_report_5A_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="5A.S0",
    ordering=(),
    manifest_key="layer2.5A.run_report_5A_S0",
)
"""What 5A.S0 did, how long it took and on what machine; never sealed."""
RUN_REPORT_5A_S1: Final = DatasetSpec(
    id="run_report_5A_S1",
    segment="5A",
    layer=2,
    required=False,
    format="json",
    path=paths.run_report_5A_S1,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="5A.S1",
    ordering=(),
    manifest_key="layer2.5A.run_report_5A_S1",
)
"""What 5A.S1 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    SCENARIO_MANIFEST_5A,
    MERCHANT_ZONE_PROFILE_5A,
    MERCHANT_ZONE_SCENARIO_LOCAL_5A,
    MERCHANT_ZONE_SCENARIO_UTC_5A,
    MERCHANT_ZONE_OVERLAY_FACTORS_5A,
    VALIDATION_BUNDLE_5A,
    VALIDATION_PASSED_FLAG_5A,
    RUN_REPORT_5A_S0,
    RUN_REPORT_5A_S1,
)
"""Every dataset of 5A, in the dictionary's order."""
