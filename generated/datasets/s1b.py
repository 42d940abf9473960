# Generated from contracts/layer1/1B/dataset_dictionary.layer1.1B.yaml (sha256 ba148b96...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 1B: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s1b as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 1B."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 1B."""

SITE_LOCATIONS: Final = DatasetSpec(
    id="site_locations",
    segment="1B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.site_locations,
    schema_ref="schemas.1B.yaml#/egress/site_locations",
    shape="generated.tables.s1b:SiteLocations",
    kind="dataset",
    version="1.0.0",
    produced_by="1B.S0",
    ordering=("merchant_id", "legal_country_iso", "site_order"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
    manifest_key="layer1.1B.site_locations",
)
"""Where every site lies."""
VALIDATION_BUNDLE_1B: Final = DatasetSpec(
    id="validation_bundle_1B",
    segment="1B",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_1B,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="1B.S0",
    ordering=(),
    bundle_law="concat_v1",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
    manifest_key="layer1.1B.validation_bundle_1B",
)
"""The evidence that segment 1B passed: its validation report with the digest of every dataset."""
VALIDATION_PASSED_FLAG_1B: Final = DatasetSpec(
    id="validation_passed_flag_1B",
    segment="1B",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_1B,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="1B.S0",
    ordering=(),
    manifest_key="layer1.1B.validation_passed_flag_1B",
)
"""The digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_1B_S0: Final = DatasetSpec(
    id="run_report_1B_S0",
    segment="1B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_1B_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="1B.S0",
    ordering=(),
    manifest_key="layer1.1B.run_report_1B_S0",
)
"""What 1B.S0 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    SITE_LOCATIONS,
    VALIDATION_BUNDLE_1B,
    VALIDATION_PASSED_FLAG_1B,
    RUN_REPORT_1B_S0,
)
"""Every dataset of 1B, in the dictionary's order."""
