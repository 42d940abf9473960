# Generated from contracts/layer1/3A/dataset_dictionary.layer1.3A.yaml (sha256 0d7a4f53...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 3A: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s3a as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 3A."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 3A."""

ZONE_ALLOC: Final = DatasetSpec(
    id="zone_alloc",
    segment="3A",
    layer=1,
    required=True,
    format="parquet",
    path=paths.zone_alloc,
    schema_ref="schemas.3A.yaml#/egress/zone_alloc",
    shape="generated.tables.s3a:ZoneAlloc",
    kind="dataset",
    version="1.0.0",
    produced_by="3A.S0",
    ordering=("merchant_id", "legal_country_iso", "tzid"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
    manifest_key="layer1.3A.zone_alloc",
)
"""How many sites each merchant has in each time zone."""
VALIDATION_BUNDLE_3A: Final = DatasetSpec(
    id="validation_bundle_3A",
    segment="3A",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_3A,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="3A.S0",
    ordering=(),
    bundle_law="concat_v1",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
    manifest_key="layer1.3A.validation_bundle_3A",
)
"""The evidence that segment 3A passed: its validation report with the digest of every dataset."""
VALIDATION_PASSED_FLAG_3A: Final = DatasetSpec(
    id="validation_passed_flag_3A",
    segment="3A",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_3A,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="3A.S0",
    ordering=(),
    manifest_key="layer1.3A.validation_passed_flag_3A",
)
"""The digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_3A_S0: Final = DatasetSpec(
    id="run_report_3A_S0",
    segment="3A",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_3A_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="3A.S0",
    ordering=(),
    manifest_key="layer1.3A.run_report_3A_S0",
)
"""What 3A.S0 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    ZONE_ALLOC,
    VALIDATION_BUNDLE_3A,
    VALIDATION_PASSED_FLAG_3A,
    RUN_REPORT_3A_S0,
)
"""Every dataset of 3A, in the dictionary's order."""
