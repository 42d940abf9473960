# Generated from contracts/layer1/3B/dataset_dictionary.layer1.3B.yaml (sha256 b8e681d7...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 3B: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s3b as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 3B."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 3B."""

VIRTUAL_CLASSIFICATION_3B: Final = DatasetSpec(
    id="virtual_classification_3B",
    segment="3B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.virtual_classification_3B,
    schema_ref="schemas.3B.yaml#/egress/virtual_classification_3B",
    shape="generated.tables.s3b:VirtualClassification3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S0",
    ordering=("merchant_id",),
    block_unit="merchants",
    block_size=262144,
    row_group_rows=131072,
    manifest_key="layer1.3B.virtual_classification_3B",
)
"""Which merchants sell online."""
VIRTUAL_SETTLEMENT_3B: Final = DatasetSpec(
    id="virtual_settlement_3B",
    segment="3B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.virtual_settlement_3B,
    schema_ref="schemas.3B.yaml#/egress/virtual_settlement_3B",
    shape="generated.tables.s3b:VirtualSettlement3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S0",
    ordering=("merchant_id",),
    block_unit="merchants",
    block_size=262144,
    row_group_rows=131072,
    manifest_key="layer1.3B.virtual_settlement_3B",
)
"""Where merchants that sell online settle."""
EDGE_CATALOGUE_3B: Final = DatasetSpec(
    id="edge_catalogue_3B",
    segment="3B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.edge_catalogue_3B,
    schema_ref="schemas.3B.yaml#/egress/edge_catalogue_3B",
    shape="generated.tables.s3b:EdgeCatalogue3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=("merchant_id", "edge_seq_index"),
    block_unit="merchants",
    block_size=1024,
    row_group_rows=131072,
    manifest_key="layer1.3B.edge_catalogue_3B",
)
"""The edges of every merchant that sells online."""
EDGE_ALIAS_INDEX_3B: Final = DatasetSpec(
    id="edge_alias_index_3B",
    segment="3B",
    layer=1,
    required=True,
    format="json",
    path=paths.edge_alias_index_3B,
    schema_ref="schemas.3B.yaml#/egress/edge_alias_index_3B",
    shape="generated.models.s3b:EdgeAliasIndex3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.edge_alias_index_3B",
)
"""Where each merchant's edge alias table lies in the blob."""
EDGE_ALIAS_BLOB_3B: Final = DatasetSpec(
    id="edge_alias_blob_3B",
    segment="3B",
    layer=1,
    required=True,
    format="binary",
    path=paths.edge_alias_blob_3B,
    schema_ref="schemas.3B.yaml#/binary/edge_alias_blob_3B",
    shape="",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.edge_alias_blob_3B",
)
"""The edge alias tables of all merchants that sell online."""
EDGE_UNIVERSE_HASH_3B: Final = DatasetSpec(
    id="edge_universe_hash_3B",
    segment="3B",
    layer=1,
    required=True,
    format="json",
    path=paths.edge_universe_hash_3B,
    schema_ref="schemas.3B.yaml#/egress/edge_universe_hash_3B",
    shape="generated.models.s3b:EdgeUniverseHash3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.edge_universe_hash_3B",
)
"""The digest that binds virtual arrivals to their edges."""
VIRTUAL_ROUTING_POLICY_3B: Final = DatasetSpec(
    id="virtual_routing_policy_3B",
    segment="3B",
    layer=1,
    required=True,
    format="json",
    path=paths.virtual_routing_policy_3B,
    schema_ref="schemas.3B.yaml#/egress/virtual_routing_policy_3B",
    shape="generated.models.s3b:VirtualRoutingPolicy3B",
    kind="dataset",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.virtual_routing_policy_3B",
)
"""How virtual arrivals tell their time."""
VALIDATION_BUNDLE_3B: Final = DatasetSpec(
    id="validation_bundle_3B",
    segment="3B",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_3B,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    bundle_law="concat_v1",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
    manifest_key="layer1.3B.validation_bundle_3B",
)
"""The evidence that segment 3B passed: its validation report with the digest of every dataset of both states."""
VALIDATION_PASSED_FLAG_3B: Final = DatasetSpec(
    id="validation_passed_flag_3B",
    segment="3B",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_3B,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.validation_passed_flag_3B",
)
"""The digest of the bundle; it exists only when the segment passed."""
RUN_REPORT_3B_S0: Final = DatasetSpec(
    id="run_report_3B_S0",
    segment="3B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_3B_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="3B.S0",
    ordering=(),
    manifest_key="layer1.3B.run_report_3B_S0",
)
"""What 3B.S0 did, how long it took and on what machine; never sealed."""
RUN_REPORT_3B_S1: Final = DatasetSpec(
    id="run_report_3B_S1",
    segment="3B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_3B_S1,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="3B.S1",
    ordering=(),
    manifest_key="layer1.3B.run_report_3B_S1",
)
"""What 3B.S1 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    VIRTUAL_CLASSIFICATION_3B,
    VIRTUAL_SETTLEMENT_3B,
    EDGE_CATALOGUE_3B,
    EDGE_ALIAS_INDEX_3B,
    EDGE_ALIAS_BLOB_3B,
    EDGE_UNIVERSE_HASH_3B,
    VIRTUAL_ROUTING_POLICY_3B,
    VALIDATION_BUNDLE_3B,
    VALIDATION_PASSED_FLAG_3B,
    RUN_REPORT_3B_S0,
    RUN_REPORT_3B_S1,
)
"""Every dataset of 3B, in the dictionary's order."""
