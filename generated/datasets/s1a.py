# Generated from contracts/layer1/1A/dataset_dictionary.layer1.1A.yaml (sha256 963122e9...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 1A: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s1a as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 1A."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 1A."""

RECIPE: Final = DatasetSpec(
    id="recipe",
    segment="1A",
    layer=1,
    required=True,
    format="yaml",
    path=paths.recipe,
    schema_ref="schemas.1A.yaml#/policy/recipe",
    shape="generated.models.s1a:Recipe",
    kind="policy",
    version="2.0.0",
    produced_by="policy",
    ordering=(),
    manifest_key="layer1.1A.recipe",
)
"""What world is made: counts, mix, horizon and scenarios."""
RUN_RECEIPT: Final = DatasetSpec(
    id="run_receipt",
    segment="1A",
    layer=1,
    required=True,
    format="json",
    path=paths.run_receipt,
    schema_ref="schemas.layer1.yaml#/receipt/run_receipt",
    shape="generated.models.layer1:RunReceipt",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=(),
    manifest_key="layer1.1A.run_receipt",
)
"""The identity of the run and every digest that it follows from; written once, first."""
CONTRACTS_IR: Final = DatasetSpec(
    id="contracts_ir",
    segment="1A",
    layer=1,
    required=True,
    format="json",
    path=paths.contracts_ir,
    schema_ref="schemas.layer1.yaml#/receipt/contracts_ir",
    shape="generated.models.layer1:ContractsIr",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=(),
    manifest_key="layer1.1A.contracts_ir",
)
"""The contracts that made the run, so that it can be read and verified when they have moved on."""
SEGMENT_STATE_RUNS: Final = DatasetSpec(
    id="segment_state_runs",
    segment="1A",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.segment_state_runs,
    schema_ref="schemas.layer1.yaml#/logs/segment_state_run",
    shape="generated.models.layer1:SegmentStateRun",
    kind="report",
    version="1.0.0",
    produced_by="run",
    ordering=(),
    manifest_key="layer1.1A.segment_state_runs",
)
"""One line for every state that was run or reused in this run folder, in order of time; never sealed."""
IMPORTED_SITES: Final = DatasetSpec(
    id="imported_sites",
    segment="1A",
    layer=1,
    required=False,
    format="parquet",
    path=paths.imported_sites,
    schema_ref="schemas.1A.yaml#/ingress/imported_sites",
    shape="generated.tables.s1a:ImportedSites",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=("merchant_id", "legal_country_iso", "site_order"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
    manifest_key="layer1.1A.imported_sites",
)
"""The accepted sites of an import."""
IMPORTED_MERCHANTS: Final = DatasetSpec(
    id="imported_merchants",
    segment="1A",
    layer=1,
    required=False,
    format="parquet",
    path=paths.imported_merchants,
    schema_ref="schemas.1A.yaml#/ingress/imported_merchants",
    shape="generated.tables.s1a:ImportedMerchants",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=("merchant_id",),
    block_unit="merchants",
    block_size=262144,
    row_group_rows=131072,
    manifest_key="layer1.1A.imported_merchants",
)
"""The accepted merchants of an import."""
MERCHANT_ID_MAP: Final = DatasetSpec(
    id="merchant_id_map",
    segment="1A",
    layer=1,
    required=False,
    format="parquet",
    path=paths.merchant_id_map,
    schema_ref="schemas.1A.yaml#/ingress/merchant_id_map",
    shape="generated.tables.s1a:MerchantIdMap",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=("merchant_id",),
    block_unit="merchants",
    block_size=262144,
    row_group_rows=131072,
    manifest_key="layer1.1A.merchant_id_map",
)
"""Which id stands for which merchant name of an import."""
OUTLET_CATALOGUE: Final = DatasetSpec(
    id="outlet_catalogue",
    segment="1A",
    layer=1,
    required=True,
    format="parquet",
    path=paths.outlet_catalogue,
    schema_ref="schemas.1A.yaml#/egress/outlet_catalogue",
    shape="generated.tables.s1a:OutletCatalogue",
    kind="dataset",
    version="1.0.0",
    produced_by="1A.S0",
    ordering=("merchant_id", "legal_country_iso"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
    manifest_key="layer1.1A.outlet_catalogue",
)
"""Every merchant with the countries in which it has sites."""
VALIDATION_BUNDLE_1A: Final = DatasetSpec(
    id="validation_bundle_1A",
    segment="1A",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_1A,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="1A.S0",
    ordering=(),
    bundle_law="concat_v1",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
    manifest_key="layer1.1A.validation_bundle_1A",
)
"""The evidence that segment 1A passed: its validation report with the digest of every dataset."""
VALIDATION_PASSED_FLAG_1A: Final = DatasetSpec(
    id="validation_passed_flag_1A",
    segment="1A",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_1A,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="1A.S0",
    ordering=(),
    manifest_key="layer1.1A.validation_passed_flag_1A",
)
"""The digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_1A_S0: Final = DatasetSpec(
    id="run_report_1A_S0",
    segment="1A",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_1A_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="1A.S0",
    ordering=(),
    manifest_key="layer1.1A.run_report_1A_S0",
)
"""What 1A.S0 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    RECIPE,
    RUN_RECEIPT,
    CONTRACTS_IR,
    SEGMENT_STATE_RUNS,
    IMPORTED_SITES,
    IMPORTED_MERCHANTS,
    MERCHANT_ID_MAP,
    OUTLET_CATALOGUE,
    VALIDATION_BUNDLE_1A,
    VALIDATION_PASSED_FLAG_1A,
    RUN_REPORT_1A_S0,
)
"""Every dataset of 1A, in the dictionary's order."""
