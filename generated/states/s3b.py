# Generated from contracts/layer1/3B/states.3B.yaml (sha256 8fd94de1...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 3B: what each reads, writes, checks and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, RngFamily, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.datasets import s1b as datasets_s1b
from generated.datasets import s2a as datasets_s2a
from generated.datasets import s3b as datasets_s3b
from generated.errors import s3b as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import s1a as models_s1a
    from generated.models import s3b as models_s3b
    from generated.tables import s1a as tables_s1a
    from generated.tables import s1b as tables_s1b
    from generated.tables import s2a as tables_s2a
    from generated.tables import s3b as tables_s3b


class S3B_S0:
    """3B.S0 virtual_merchants: Virtual merchants."""

    ID: ClassVar[str] = "3B.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="3B.S0",
        segment="3B",
        layer=1,
        number=0,
        name="virtual_merchants",
        title="Virtual merchants",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
            Read(datasets_s1a.OUTLET_CATALOGUE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1b.SITE_LOCATIONS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1a.IMPORTED_MERCHANTS, via="run_local", optional=True, scope="row_level"),
        ),
        writes=(
            datasets_s3b.VIRTUAL_CLASSIFICATION_3B,
            datasets_s3b.VIRTUAL_SETTLEMENT_3B,
        ),
        rng=(RngFamily("world.3B.virtual_mode.v1", "", "2", "1"),),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S3B_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S3B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S3B_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "One row for each merchant",
                "abort",
                (errors.S3B_S0.COVERAGE_MISMATCH,),
                method="v_03_one_row_for_each_merchant",
            ),
            ValidatorSpec(
                "V-04",
                "Flag and mode agree",
                "abort",
                (errors.S3B_S0.MODE_FLAG_INCOHERENT,),
                method="v_04_flag_and_mode_agree",
            ),
            ValidatorSpec(
                "V-05",
                "Exactly the merchants that sell online settle",
                "abort",
                (errors.S3B_S0.SETTLEMENT_INCOMPLETE,),
                method="v_05_exactly_the_merchants_that_sell_online_settle",
            ),
            ValidatorSpec(
                "V-06",
                "Every row obeys its columns",
                "abort",
                (errors.S3B_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-07",
                "No key stands twice",
                "abort",
                (errors.S3B_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-08",
                "Rows ascend by key",
                "abort",
                (errors.S3B_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-09",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S3B_S0.IMMUTABLE_OVERWRITE,
                    errors.S3B_S0.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-10",
                "The same inputs give the same bytes",
                "abort",
                (errors.S3B_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-11",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S3B_S0.NETWORK_IO_ATTEMPT,
                    errors.S3B_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S3B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "001": errors.S3B_S0.RECIPE_UNUSABLE,
            "010": errors.S3B_S0.INGRESS_MISSING,
            "020": errors.S3B_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S3B_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S3B_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S3B_S0.NETWORK_IO_ATTEMPT,
            "030": errors.S3B_S0.TARGETS_UNREACHABLE,
            "040": errors.S3B_S0.OUTPUT_SCHEMA_INVALID,
            "041": errors.S3B_S0.PK_DUPLICATE,
            "042": errors.S3B_S0.COVERAGE_MISMATCH,
            "050": errors.S3B_S0.MODE_FLAG_INCOHERENT,
            "051": errors.S3B_S0.SETTLEMENT_INCOMPLETE,
            "070": errors.S3B_S0.PARTITION_SELECTION_INCORRECT,
            "080": errors.S3B_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S3B_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S3B_S0.ATOMIC_PUBLISH_FAILED,
            "083": errors.S3B_S0.WRITER_ORDER_NOT_PK,
        },
        contract_digest="2e5e37b7445a92f1d4bbe8b76694951501a5f7007ce24c0bf5b040f57536e288",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 3B.S0 reads."""

        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""
        outlet_catalogue: PartitionedTable[tables_s1a.OutletCatalogue]
        """Every merchant with the countries in which it has sites."""
        site_locations: PartitionedTable[tables_s1b.SiteLocations]
        """Where every site lies."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        imported_merchants: PartitionedTable[tables_s1a.ImportedMerchants] | None = None
        """The accepted merchants of an import. Absent: Every merchant gets its virtual mode by the recipe."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 3B.S0 writes."""

        virtual_classification_3B: tables_s3b.VirtualClassification3B
        """Which merchants sell online."""
        virtual_settlement_3B: tables_s3b.VirtualSettlement3B
        """Where merchants that sell online settle."""


class S3B_S1:
    """3B.S1 edge_catalogue: Edge catalogue."""

    ID: ClassVar[str] = "3B.S1"
    CARD: ClassVar[StateCard] = StateCard(
        id="3B.S1",
        segment="3B",
        layer=1,
        number=1,
        name="edge_catalogue",
        title="Edge catalogue",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
            Read(datasets_s1a.OUTLET_CATALOGUE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_SETTLEMENT_3B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="run_local", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s3b.EDGE_CATALOGUE_3B,
            datasets_s3b.EDGE_ALIAS_INDEX_3B,
            datasets_s3b.EDGE_ALIAS_BLOB_3B,
            datasets_s3b.EDGE_UNIVERSE_HASH_3B,
            datasets_s3b.VIRTUAL_ROUTING_POLICY_3B,
            datasets_s3b.VALIDATION_BUNDLE_3B,
            datasets_s3b.VALIDATION_PASSED_FLAG_3B,
        ),
        rng=(RngFamily("world.3B.edges.v1", "", "N", "N"),),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S3B_S1.DICTIONARY_RESOLUTION_ERROR,
                    errors.S3B_S1.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S3B_S1.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every merchant that sells online has edges",
                "abort",
                (errors.S3B_S1.COVERAGE_MISMATCH,),
                method="v_03_every_merchant_that_sells_online_has_edges",
            ),
            ValidatorSpec(
                "V-04",
                "Edge weights sum to 1",
                "abort",
                (errors.S3B_S1.EDGE_WEIGHTS_INVALID,),
                method="v_04_edge_weights_sum_to_1",
            ),
            ValidatorSpec(
                "V-05",
                "Edge ids are unique in a merchant",
                "abort",
                (errors.S3B_S1.EDGE_ID_DUPLICATE,),
                method="v_05_edge_ids_are_unique_in_a_merchant",
            ),
            ValidatorSpec(
                "V-06",
                "Every slice decodes to the edge weights",
                "abort",
                (errors.S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT,),
                method="v_06_every_slice_decodes_to_the_edge_weights",
            ),
            ValidatorSpec(
                "V-07",
                "The universe digest is that of the rows",
                "abort",
                (errors.S3B_S1.UNIVERSE_HASH_MISMATCH,),
                method="v_07_the_universe_digest_is_that_of_the_rows",
            ),
            ValidatorSpec(
                "V-08",
                "Every edge has a known zone",
                "abort",
                (errors.S3B_S1.EDGE_ZONE_UNKNOWN,),
                method="v_08_every_edge_has_a_known_zone",
            ),
            ValidatorSpec(
                "V-09",
                "Every row obeys its columns",
                "abort",
                (errors.S3B_S1.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-10",
                "No key stands twice",
                "abort",
                (errors.S3B_S1.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-11",
                "Rows ascend by key",
                "abort",
                (errors.S3B_S1.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-12",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S3B_S1.IMMUTABLE_OVERWRITE,
                    errors.S3B_S1.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-13",
                "The same inputs give the same bytes",
                "abort",
                (errors.S3B_S1.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-14",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S3B_S1.NETWORK_IO_ATTEMPT,
                    errors.S3B_S1.UNDECLARED_ASSET_ACCESSED,
                    errors.S3B_S1.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "001": errors.S3B_S1.RECIPE_UNUSABLE,
            "010": errors.S3B_S1.INGRESS_MISSING,
            "020": errors.S3B_S1.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S3B_S1.PROHIBITED_LITERAL_PATH,
            "022": errors.S3B_S1.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S3B_S1.NETWORK_IO_ATTEMPT,
            "030": errors.S3B_S1.TARGETS_UNREACHABLE,
            "040": errors.S3B_S1.OUTPUT_SCHEMA_INVALID,
            "041": errors.S3B_S1.PK_DUPLICATE,
            "042": errors.S3B_S1.COVERAGE_MISMATCH,
            "050": errors.S3B_S1.EDGE_WEIGHTS_INVALID,
            "051": errors.S3B_S1.EDGE_ID_DUPLICATE,
            "052": errors.S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT,
            "053": errors.S3B_S1.UNIVERSE_HASH_MISMATCH,
            "054": errors.S3B_S1.EDGE_ZONE_UNKNOWN,
            "070": errors.S3B_S1.PARTITION_SELECTION_INCORRECT,
            "080": errors.S3B_S1.IMMUTABLE_OVERWRITE,
            "081": errors.S3B_S1.NON_IDEMPOTENT_REEMIT,
            "082": errors.S3B_S1.ATOMIC_PUBLISH_FAILED,
            "083": errors.S3B_S1.WRITER_ORDER_NOT_PK,
        },
        contract_digest="cf78ef80c32279c0a10fbb169af803784881cc1f9e164077f2045b63407ebeb1",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 3B.S1 reads."""

        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""
        outlet_catalogue: PartitionedTable[tables_s1a.OutletCatalogue]
        """Every merchant with the countries in which it has sites."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        virtual_settlement_3B: PartitionedTable[tables_s3b.VirtualSettlement3B]
        """Where merchants that sell online settle."""
        tz_timetable_cache: PartitionedTable[tables_s2a.TzTimetableCache]
        """When each zone's clocks change, 1970 to 2100."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 3B.S1 writes."""

        edge_catalogue_3B: tables_s3b.EdgeCatalogue3B
        """The edges of every merchant that sells online."""
        edge_alias_index_3B: models_s3b.EdgeAliasIndex3B
        """Where each merchant's edge alias table lies in the blob."""
        edge_alias_blob_3B: bytes
        """The edge alias tables of all merchants that sell online."""
        edge_universe_hash_3B: models_s3b.EdgeUniverseHash3B
        """The digest that binds virtual arrivals to their edges."""
        virtual_routing_policy_3B: models_s3b.VirtualRoutingPolicy3B
        """How virtual arrivals tell their time."""
        validation_bundle_3B: BundleMembers
        """The evidence that segment 3B passed: its validation report with the digest of every dataset of both states."""
