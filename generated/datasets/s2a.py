# Generated from contracts/layer1/2A/dataset_dictionary.layer1.2A.yaml (sha256 902371d0...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 2A: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s2a as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 2A."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 2A."""

SITE_TIMEZONES: Final = DatasetSpec(
    id="site_timezones",
    segment="2A",
    layer=1,
    required=True,
    format="parquet",
    path=paths.site_timezones,
    schema_ref="schemas.2A.yaml#/egress/site_timezones",
    shape="generated.tables.s2a:SiteTimezones",
    kind="dataset",
    version="1.0.0",
    produced_by="2A.S0",
    ordering=("merchant_id", "legal_country_iso", "site_order"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
    manifest_key="layer1.2A.site_timezones",
)
"""The time zone of every site."""
TZ_TIMETABLE_CACHE: Final = DatasetSpec(
    id="tz_timetable_cache",
    segment="2A",
    layer=1,
    required=True,
    format="parquet",
    path=paths.tz_timetable_cache,
    schema_ref="schemas.2A.yaml#/egress/tz_timetable_cache",
    shape="generated.tables.s2a:TzTimetableCache",
    kind="dataset",
    version="1.0.0",
    produced_by="2A.S0",
    ordering=("tzid", "transition_utc_s"),
    block_unit="rows",
    block_size=1048576,
    row_group_rows=131072,
    manifest_key="layer1.2A.tz_timetable_cache",
)
"""When each zone's clocks change, 1970 to 2100."""
VALIDATION_BUNDLE_2A: Final = DatasetSpec(
    id="validation_bundle_2A",
    segment="2A",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_2A,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="2A.S0",
    ordering=(),
    bundle_law="concat_v1",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
    manifest_key="layer1.2A.validation_bundle_2A",
)
"""The evidence that segment 2A passed: its validation report with the digest of every dataset."""
VALIDATION_PASSED_FLAG_2A: Final = DatasetSpec(
    id="validation_passed_flag_2A",
    segment="2A",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_2A,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="2A.S0",
    ordering=(),
    manifest_key="layer1.2A.validation_passed_flag_2A",
)
"""The digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_2A_S0: Final = DatasetSpec(
    id="run_report_2A_S0",
    segment="2A",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2A_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2A.S0",
    ordering=(),
    manifest_key="layer1.2A.run_report_2A_S0",
)
"""What 2A.S0 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    SITE_TIMEZONES,
    TZ_TIMETABLE_CACHE,
    VALIDATION_BUNDLE_2A,
    VALIDATION_PASSED_FLAG_2A,
    RUN_REPORT_2A_S0,
)
"""Every dataset of 2A, in the dictionary's order."""
