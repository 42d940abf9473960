# Generated from contracts/layer1/2B/states.2B.yaml (sha256 421083b4...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 2B: what each reads, writes, checks and draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, GateInput, Read, RngFamily, StateCard, ValidatorSpec
from generated.datasets import s1b as datasets_s1b
from generated.datasets import s2a as datasets_s2a
from generated.datasets import s2b as datasets_s2b
from generated.errors import s2b as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import layer1 as models_layer1
    from generated.models import s2b as models_s2b
    from generated.tables import layer1 as tables_layer1
    from generated.tables import s1b as tables_s1b
    from generated.tables import s2a as tables_s2a
    from generated.tables import s2b as tables_s2b


class S2B_S0:
    """2B.S0 gate: Gate."""

    ID: ClassVar[str] = "2B.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S0",
        segment="2B",
        layer=1,
        number=0,
        name="gate",
        title="Gate",
        kind="gate",
        scope=("manifest_fingerprint",),
        reads=(
            Read(datasets_s1b.VALIDATION_BUNDLE_1B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s1b.VALIDATION_PASSED_FLAG_1B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.VALIDATION_BUNDLE_2A, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.VALIDATION_PASSED_FLAG_2A, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s1b.SITE_LOCATIONS, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="sealed", optional=True, scope="metadata_only"),
            Read(datasets_s2b.S5_ARRIVAL_ROSTER, via="sealed", optional=True, scope="metadata_only"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.DAY_EFFECT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.ROUTE_RNG_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.VIRTUAL_EDGE_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.RNG_EVIDENCE_POLICY_2B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.S0_GATE_RECEIPT_2B,
            datasets_s2b.SEALED_INPUTS_2B,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every gate artefact is there",
                "abort",
                (errors.S2B_S0.MINIMUM_SET_MISSING,),
                method="v_01_every_gate_artefact_is_there",
            ),
            ValidatorSpec(
                "V-02",
                "Each bundle has the digest that its flag states",
                "abort",
                (
                    errors.S2B_S0.BUNDLE_FLAG_HASH_MISMATCH,
                    errors.S2B_S0.BUNDLE_INDEX_INVALID,
                    errors.S2B_S0.FLAG_FORMAT_INVALID,
                ),
                method="v_02_each_bundle_has_the_digest_that_its_flag_states",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "Every required input is there",
                "abort",
                (errors.S2B_S0.MINIMUM_SET_MISSING,),
                method="v_04_every_required_input_is_there",
            ),
            ValidatorSpec(
                "V-05",
                "The time zone timetable is sealed as well",
                "warn",
                (errors.S2B_S0.OPTIONAL_CACHE_INVALID,),
                method="v_05_the_time_zone_timetable_is_sealed_as_well",
            ),
            ValidatorSpec(
                "V-06",
                "The receipt has its contracted shape",
                "abort",
                (errors.S2B_S0.RECEIPT_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s0_gate_receipt_2B",),
            ),
            ValidatorSpec(
                "V-07",
                "The inventory has its contracted shape",
                "abort",
                (errors.S2B_S0.INVENTORY_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("sealed_inputs_2B",),
            ),
            ValidatorSpec(
                "V-08",
                "Receipt and inventory list the same inputs",
                "abort",
                (errors.S2B_S0.INVENTORY_RECEIPT_MISMATCH,),
                method="v_08_receipt_and_inventory_list_the_same_inputs",
            ),
            ValidatorSpec(
                "V-09",
                "Every input has a digest and a version tag",
                "abort",
                (errors.S2B_S0.MISSING_DIGEST_OR_TAG,),
                method="v_09_every_input_has_a_digest_and_a_version_tag",
            ),
            ValidatorSpec(
                "V-10",
                "Every policy is complete and within its floors",
                "abort",
                (errors.S2B_S0.POLICY_CAPTURE_INCOHERENT,),
                method="v_10_every_policy_is_complete_and_within_its_floors",
            ),
            ValidatorSpec(
                "V-11",
                "Every input lies in the partition of the run",
                "abort",
                (
                    errors.S2B_S0.PARTITION_SELECTION_INCORRECT,
                    errors.S2B_S0.DICTIONARY_RESOLUTION_ERROR,
                ),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-12",
                "No id is sealed twice",
                "abort",
                (errors.S2B_S0.DUPLICATE_ASSET_ID,),
                method="v_12_no_id_is_sealed_twice",
            ),
            ValidatorSpec(
                "V-13",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S2B_S0.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-14",
                "A published partition is never overwritten",
                "abort",
                (errors.S2B_S0.IMMUTABLE_OVERWRITE,),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-15",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2B_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-16",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2B_S0.NETWORK_IO_ATTEMPT,
                    errors.S2B_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S2B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "010": errors.S2B_S0.MINIMUM_SET_MISSING,
            "011": errors.S2B_S0.BUNDLE_FLAG_HASH_MISMATCH,
            "012": errors.S2B_S0.BUNDLE_INDEX_INVALID,
            "013": errors.S2B_S0.FLAG_FORMAT_INVALID,
            "020": errors.S2B_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S0.NETWORK_IO_ATTEMPT,
            "030": errors.S2B_S0.RECEIPT_SCHEMA_INVALID,
            "031": errors.S2B_S0.INVENTORY_SCHEMA_INVALID,
            "040": errors.S2B_S0.INVENTORY_RECEIPT_MISMATCH,
            "041": errors.S2B_S0.MISSING_DIGEST_OR_TAG,
            "042": errors.S2B_S0.POLICY_CAPTURE_INCOHERENT,
            "043": errors.S2B_S0.DUPLICATE_ASSET_ID,
            "050": errors.S2B_S0.PARTITION_SELECTION_INCORRECT,
            "070": errors.S2B_S0.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S0.ATOMIC_PUBLISH_FAILED,
            "090": errors.S2B_S0.OPTIONAL_CACHE_INVALID,
        },
        contract_digest="db8a3faf86113e41bf5630b7ee1ff145f83c8cc0d1dcbcd3bfced3d2d0b82c26",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S0 seals."""

        validation_bundle_1B: GateInput
        """The evidence that segment 1B passed: its validation report with the digest of every dataset."""
        validation_passed_flag_1B: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_2A: GateInput
        """The evidence that segment 2A passed: its validation report with the digest of every dataset."""
        validation_passed_flag_2A: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        site_locations: GateInput
        """Where every site lies."""
        site_timezones: GateInput
        """The time zone of every site."""
        tz_timetable_cache: GateInput | None = None
        """When each zone's clocks change, 1970 to 2100. Absent: 2B goes on without the timetable and warns with 090."""
        s5_arrival_roster: GateInput | None = None
        """The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported. Absent: Nothing can be routed in this run until a roster is made; the gate says so and goes on."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""
        day_effect_policy_v1: models_s2b.DayEffectPolicyV1
        """The law, the days and the stream of the day effects."""
        route_rng_policy_v1: models_s2b.RouteRngPolicyV1
        """The streams and budgets of the routers and the logs that they keep."""
        virtual_edge_policy_v1: models_s2b.VirtualEdgePolicyV1
        """The edges of virtual arrivals."""
        rng_evidence_policy_2B: models_s2b.RngEvidencePolicy2B
        """Up to which size RNG events are stored one by one."""
        sealed: tuple[GateInput, ...]
        """Every sealed input, policies among them, by dataset and path."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S0 writes."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""


class S2B_S1:
    """2B.S1 site_weights: Site weights."""

    ID: ClassVar[str] = "2B.S1"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S1",
        segment="2B",
        layer=1,
        number=1,
        name="site_weights",
        title="Site weights",
        kind="plan",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s1b.SITE_LOCATIONS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
        ),
        writes=(datasets_s2b.S1_SITE_WEIGHTS,),
        rng=(),
        identity=(),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S1.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S1.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S1.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2B_S1.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-04",
                "The policy has its shape and what its modes need",
                "abort",
                (
                    errors.S2B_S1.POLICY_SCHEMA_INVALID,
                    errors.S2B_S1.POLICY_MINIMA_MISSING,
                    errors.S2B_S1.POLICY_REFERS_UNKNOWN_COLUMN,
                ),
                method="v_04_the_policy_has_its_shape_and_what_its_modes_need",
            ),
            ValidatorSpec(
                "V-05",
                "Every row obeys its columns",
                "abort",
                (errors.S2B_S1.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-06",
                "No key stands twice",
                "abort",
                (errors.S2B_S1.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-07",
                "Rows ascend by key",
                "abort",
                (errors.S2B_S1.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-08",
                "One row for each site of site_locations",
                "abort",
                (errors.S2B_S1.COVERAGE_MISMATCH,),
                method="v_08_one_row_for_each_site_of_site_locations",
            ),
            ValidatorSpec(
                "V-09",
                "Every share lies in 0 to 1",
                "abort",
                (
                    errors.S2B_S1.P_WEIGHT_OUT_OF_RANGE,
                    errors.S2B_S1.INVALID_BASE_WEIGHT,
                ),
                method="v_09_every_share_lies_in_0_to_1",
            ),
            ValidatorSpec(
                "V-10",
                "The shares of each merchant sum to 1",
                "abort",
                (errors.S2B_S1.NORMALISATION_FAILED,),
                method="v_10_the_shares_of_each_merchant_sum_to_1",
            ),
            ValidatorSpec(
                "V-11",
                "quantised_bits is one value, the policy's",
                "abort",
                (errors.S2B_S1.BIT_DEPTH_MISMATCH,),
                method="v_11_quantised_bits_is_one_value_the_policy_s",
            ),
            ValidatorSpec(
                "V-12",
                "Every share is close to its grid value and the grid adds up",
                "abort",
                (errors.S2B_S1.QUANTISATION_INCOHERENT,),
                method="v_12_every_share_is_close_to_its_grid_value_and_the_grid",
            ),
            ValidatorSpec(
                "V-13",
                "floor_applied tells what floor and fallback changed",
                "abort",
                (
                    errors.S2B_S1.ZERO_MASS_FALLBACK_MISAPPLIED,
                    errors.S2B_S1.FLOOR_FLAG_INCOHERENT,
                ),
                method="v_13_floor_applied_tells_what_floor_and_fallback_changed",
            ),
            ValidatorSpec(
                "V-14",
                "weight_source is the policy's",
                "abort",
                (errors.S2B_S1.WEIGHT_SOURCE_MISMATCH,),
                method="v_14_weight_source_is_the_policy_s",
            ),
            ValidatorSpec(
                "V-15",
                "created_utc is the receipt's",
                "abort",
                (errors.S2B_S1.CREATED_UTC_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-16",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S2B_S1.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-17",
                "A published partition is never overwritten",
                "abort",
                (errors.S2B_S1.IMMUTABLE_OVERWRITE,),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-18",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2B_S1.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-19",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2B_S1.NETWORK_IO_ATTEMPT,
                    errors.S2B_S1.UNDECLARED_ASSET_ACCESSED,
                    errors.S2B_S1.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
            ValidatorSpec(
                "V-20",
                "Site time zones and timetable are sealed together or not at all",
                "warn",
                (errors.S2B_S1.OPTIONAL_PINS_MIXED,),
                method="v_20_site_time_zones_and_timetable_are_sealed_together_or",
            ),
        ),
        errors={
            "001": errors.S2B_S1.S0_RECEIPT_MISSING,
            "020": errors.S2B_S1.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S1.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S1.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S1.NETWORK_IO_ATTEMPT,
            "031": errors.S2B_S1.POLICY_SCHEMA_INVALID,
            "032": errors.S2B_S1.POLICY_MINIMA_MISSING,
            "033": errors.S2B_S1.POLICY_REFERS_UNKNOWN_COLUMN,
            "040": errors.S2B_S1.OUTPUT_SCHEMA_INVALID,
            "041": errors.S2B_S1.PK_DUPLICATE,
            "042": errors.S2B_S1.COVERAGE_MISMATCH,
            "050": errors.S2B_S1.INVALID_BASE_WEIGHT,
            "051": errors.S2B_S1.NORMALISATION_FAILED,
            "052": errors.S2B_S1.QUANTISATION_INCOHERENT,
            "053": errors.S2B_S1.ZERO_MASS_FALLBACK_MISAPPLIED,
            "054": errors.S2B_S1.FLOOR_FLAG_INCOHERENT,
            "055": errors.S2B_S1.WEIGHT_SOURCE_MISMATCH,
            "056": errors.S2B_S1.CREATED_UTC_MISMATCH,
            "057": errors.S2B_S1.P_WEIGHT_OUT_OF_RANGE,
            "058": errors.S2B_S1.BIT_DEPTH_MISMATCH,
            "070": errors.S2B_S1.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S1.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S1.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S1.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S1.ATOMIC_PUBLISH_FAILED,
            "083": errors.S2B_S1.WRITER_ORDER_NOT_PK,
            "090": errors.S2B_S1.OPTIONAL_PINS_MIXED,
        },
        contract_digest="18e7a7dd2b328301d7b7df89c7a4fefecf4b9670a3028b406918e452ad1e541c",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S1 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        site_locations: PartitionedTable[tables_s1b.SiteLocations]
        """Where every site lies."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S1 writes."""

        s1_site_weights: tables_s2b.S1SiteWeights
        """Each site's share of its merchant's arrivals."""


class S2B_S2:
    """2B.S2 alias_tables: Alias tables."""

    ID: ClassVar[str] = "2B.S2"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S2",
        segment="2B",
        layer=1,
        number=2,
        name="alias_tables",
        title="Alias tables",
        kind="plan",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.S2_ALIAS_INDEX,
            datasets_s2b.S2_ALIAS_BLOB,
        ),
        rng=(),
        identity=(),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S2.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S2.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S2.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2B_S2.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-04",
                "The policy asks for the one layout that exists",
                "abort",
                (
                    errors.S2B_S2.POLICY_SCHEMA_INVALID,
                    errors.S2B_S2.POLICY_MINIMA_MISSING,
                ),
                method="v_04_the_policy_asks_for_the_one_layout_that_exists",
            ),
            ValidatorSpec(
                "V-05",
                "Site weights use the policy's grid",
                "abort",
                (errors.S2B_S2.BIT_DEPTH_INCOHERENT,),
                method="v_05_site_weights_use_the_policy_s_grid",
            ),
            ValidatorSpec(
                "V-06",
                "The index has its contracted shape",
                "abort",
                (
                    errors.S2B_S2.INDEX_SCHEMA_INVALID,
                    errors.S2B_S2.HEADER_FIELDS_MISSING,
                    errors.S2B_S2.HEADER_COUNT_MISMATCH,
                ),
                shared="output_shape",
                datasets=("s2_alias_index",),
            ),
            ValidatorSpec(
                "V-07",
                "The blob has its contracted layout",
                "abort",
                (
                    errors.S2B_S2.BLOB_CONTRACT_VIOLATION,
                    errors.S2B_S2.ENDIANNESS_OR_ALIGNMENT_MISMATCH,
                ),
                method="v_07_the_blob_has_its_contracted_layout",
            ),
            ValidatorSpec(
                "V-08",
                "One slice for each merchant",
                "abort",
                (errors.S2B_S2.MERCHANT_COVERAGE_MISMATCH,),
                method="v_08_one_slice_for_each_merchant",
            ),
            ValidatorSpec(
                "V-09",
                "Each slice has the merchant's sites",
                "abort",
                (errors.S2B_S2.SITES_COUNT_MISMATCH,),
                method="v_09_each_slice_has_the_merchant_s_sites",
            ),
            ValidatorSpec(
                "V-10",
                "Site weights and index rows ascend",
                "abort",
                (
                    errors.S2B_S2.WRITER_ORDER_NOT_ASC,
                    errors.S2B_S2.INDEX_ROWS_UNORDERED,
                ),
                method="v_10_site_weights_and_index_rows_ascend",
            ),
            ValidatorSpec(
                "V-11",
                "Slices are aligned and inside the blob",
                "abort",
                (errors.S2B_S2.RANGE_OUT_OF_BOUNDS,),
                method="v_11_slices_are_aligned_and_inside_the_blob",
            ),
            ValidatorSpec(
                "V-12",
                "Slices do not overlap",
                "abort",
                (errors.S2B_S2.RANGE_OVERLAP,),
                method="v_12_slices_do_not_overlap",
            ),
            ValidatorSpec(
                "V-13",
                "Counts and sizes in the index are true",
                "abort",
                (errors.S2B_S2.HEADER_COUNT_MISMATCH,),
                method="v_13_counts_and_sizes_in_the_index_are_true",
            ),
            ValidatorSpec(
                "V-14",
                "The blob has the digest in the index",
                "abort",
                (errors.S2B_S2.BLOB_DIGEST_MISMATCH,),
                method="v_14_the_blob_has_the_digest_in_the_index",
            ),
            ValidatorSpec(
                "V-15",
                "quantised_bits is one value everywhere",
                "abort",
                (errors.S2B_S2.BIT_DEPTH_INCOHERENT,),
                method="v_15_quantised_bits_is_one_value_everywhere",
            ),
            ValidatorSpec(
                "V-16",
                "The masses of each merchant sum to the grid",
                "abort",
                (
                    errors.S2B_S2.GRID_SUM_INCORRECT,
                    errors.S2B_S2.NEGATIVE_OR_OVERFLOW_MASS,
                ),
                method="v_16_the_masses_of_each_merchant_sum_to_the_grid",
            ),
            ValidatorSpec(
                "V-17",
                "Every slice decodes to the merchant's shares",
                "abort",
                (errors.S2B_S2.ALIAS_DECODE_INCOHERENT,),
                method="v_17_every_slice_decodes_to_the_merchant_s_shares",
            ),
            ValidatorSpec(
                "V-18",
                "Every slice has the checksum in the index",
                "abort",
                (errors.S2B_S2.CHECKSUM_MISMATCH,),
                method="v_18_every_slice_has_the_checksum_in_the_index",
            ),
            ValidatorSpec(
                "V-19",
                "The index repeats the sealed policy truly",
                "abort",
                (errors.S2B_S2.POLICY_ECHO_MISMATCH,),
                method="v_19_the_index_repeats_the_sealed_policy_truly",
            ),
            ValidatorSpec(
                "V-20",
                "created_utc is the receipt's",
                "abort",
                (errors.S2B_S2.CREATED_UTC_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-21",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S2B_S2.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-22",
                "A published partition is never overwritten",
                "abort",
                (errors.S2B_S2.IMMUTABLE_OVERWRITE,),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-23",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2B_S2.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-24",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2B_S2.NETWORK_IO_ATTEMPT,
                    errors.S2B_S2.UNDECLARED_ASSET_ACCESSED,
                    errors.S2B_S2.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
            ValidatorSpec(
                "V-25",
                "Byte order and alignment are the policy's",
                "abort",
                (errors.S2B_S2.ENDIANNESS_OR_ALIGNMENT_MISMATCH,),
                method="v_25_byte_order_and_alignment_are_the_policy_s",
            ),
            ValidatorSpec(
                "V-26",
                "The index has every field that the policy requires",
                "abort",
                (errors.S2B_S2.HEADER_FIELDS_MISSING,),
                method="v_26_the_index_has_every_field_that_the_policy_requires",
            ),
            ValidatorSpec(
                "V-27",
                "The policy states the worklist convention in use",
                "warn",
                (errors.S2B_S2.DETERMINISTIC_QUEUE_CONVENTION,),
                method="v_27_the_policy_states_the_worklist_convention_in_use",
            ),
        ),
        errors={
            "001": errors.S2B_S2.S0_RECEIPT_MISSING,
            "020": errors.S2B_S2.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S2.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S2.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S2.NETWORK_IO_ATTEMPT,
            "031": errors.S2B_S2.POLICY_SCHEMA_INVALID,
            "032": errors.S2B_S2.POLICY_MINIMA_MISSING,
            "040": errors.S2B_S2.INDEX_SCHEMA_INVALID,
            "041": errors.S2B_S2.BLOB_CONTRACT_VIOLATION,
            "042": errors.S2B_S2.HEADER_FIELDS_MISSING,
            "044": errors.S2B_S2.INDEX_ROWS_UNORDERED,
            "045": errors.S2B_S2.HEADER_COUNT_MISMATCH,
            "050": errors.S2B_S2.MERCHANT_COVERAGE_MISMATCH,
            "051": errors.S2B_S2.SITES_COUNT_MISMATCH,
            "052": errors.S2B_S2.GRID_SUM_INCORRECT,
            "053": errors.S2B_S2.NEGATIVE_OR_OVERFLOW_MASS,
            "055": errors.S2B_S2.ALIAS_DECODE_INCOHERENT,
            "058": errors.S2B_S2.BIT_DEPTH_INCOHERENT,
            "060": errors.S2B_S2.RANGE_OUT_OF_BOUNDS,
            "061": errors.S2B_S2.RANGE_OVERLAP,
            "062": errors.S2B_S2.BLOB_DIGEST_MISMATCH,
            "063": errors.S2B_S2.CHECKSUM_MISMATCH,
            "064": errors.S2B_S2.ENDIANNESS_OR_ALIGNMENT_MISMATCH,
            "070": errors.S2B_S2.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S2.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S2.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S2.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S2.ATOMIC_PUBLISH_FAILED,
            "083": errors.S2B_S2.WRITER_ORDER_NOT_ASC,
            "085": errors.S2B_S2.POLICY_ECHO_MISMATCH,
            "086": errors.S2B_S2.CREATED_UTC_MISMATCH,
            "090": errors.S2B_S2.DETERMINISTIC_QUEUE_CONVENTION,
        },
        contract_digest="cebb41f5e140259387cf88e5b5ae55e6cf61228d54c225a39d1e1ae89a39d4c4",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S2 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S2 writes."""

        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""


class S2B_S3:
    """2B.S3 day_effects: Day effects."""

    ID: ClassVar[str] = "2B.S3"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S3",
        segment="2B",
        layer=1,
        number=3,
        name="day_effects",
        title="Day effects",
        kind="sampler",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.DAY_EFFECT_POLICY_V1, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.S3_DAY_EFFECTS,
            datasets_s2b.RNG_AUDIT_LOG_2B_S3,
        ),
        rng=(RngFamily("2B.S3.day_effects", "", "1", "1"),),
        identity=("seed", "manifest_fingerprint"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S3.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S3.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S3.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2B_S3.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-04",
                "The policy has its shape, constants and days",
                "abort",
                (
                    errors.S2B_S3.POLICY_SCHEMA_INVALID,
                    errors.S2B_S3.POLICY_MINIMA_MISSING,
                    errors.S2B_S3.DAY_RANGE_INVALID,
                ),
                method="v_04_the_policy_has_its_shape_constants_and_days",
            ),
            ValidatorSpec(
                "V-05",
                "Every weighted site has exactly one time zone",
                "abort",
                (
                    errors.S2B_S3.JOIN_KEY_MISMATCH,
                    errors.S2B_S3.TZ_GROUP_MULTIMAP,
                ),
                method="v_05_every_weighted_site_has_exactly_one_time_zone",
            ),
            ValidatorSpec(
                "V-06",
                "Merchants, groups and days fill the table exactly",
                "abort",
                (errors.S2B_S3.COVERAGE_MISMATCH,),
                method="v_06_merchants_groups_and_days_fill_the_table_exactly",
            ),
            ValidatorSpec(
                "V-07",
                "No key stands twice",
                "abort",
                (errors.S2B_S3.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-08",
                "Rows ascend by key",
                "abort",
                (errors.S2B_S3.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-09",
                "gamma, log_gamma and sigma lie in their domains",
                "abort",
                (
                    errors.S2B_S3.NON_POSITIVE_GAMMA,
                    errors.S2B_S3.NONFINITE_LOG_GAMMA,
                    errors.S2B_S3.SIGMA_MISMATCH,
                ),
                method="v_09_gamma_log_gamma_and_sigma_lie_in_their_domains",
            ),
            ValidatorSpec(
                "V-10",
                "sigma_gamma is the policy's",
                "abort",
                (errors.S2B_S3.SIGMA_MISMATCH,),
                method="v_10_sigma_gamma_is_the_policy_s",
            ),
            ValidatorSpec(
                "V-11",
                "Generator and stream are the policy's",
                "abort",
                (
                    errors.S2B_S3.RNG_ENGINE_MISMATCH,
                    errors.S2B_S3.RNG_STREAM_MISMATCH,
                ),
                method="v_11_generator_and_stream_are_the_policy_s",
            ),
            ValidatorSpec(
                "V-12",
                "As many draws as rows",
                "abort",
                (errors.S2B_S3.RNG_DRAWS_COUNT_MISMATCH,),
                method="v_12_as_many_draws_as_rows",
            ),
            ValidatorSpec(
                "V-13",
                "Counters follow the row's position and never wrap",
                "abort",
                (
                    errors.S2B_S3.RNG_COUNTER_NOT_MONOTONE,
                    errors.S2B_S3.RNG_COUNTER_WRAP,
                ),
                method="v_13_counters_follow_the_row_s_position_and_never_wrap",
            ),
            ValidatorSpec(
                "V-14",
                "created_utc is the receipt's",
                "abort",
                (errors.S2B_S3.CREATED_UTC_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-15",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S2B_S3.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-16",
                "Every row obeys its columns",
                "abort",
                (errors.S2B_S3.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-17",
                "A published partition is never overwritten",
                "abort",
                (errors.S2B_S3.IMMUTABLE_OVERWRITE,),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-18",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2B_S3.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-19",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2B_S3.NETWORK_IO_ATTEMPT,
                    errors.S2B_S3.UNDECLARED_ASSET_ACCESSED,
                    errors.S2B_S3.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
            ValidatorSpec(
                "V-20",
                "Every day of the policy's range is there",
                "abort",
                (errors.S2B_S3.DAY_GRID_MISMATCH,),
                method="v_20_every_day_of_the_policy_s_range_is_there",
            ),
            ValidatorSpec(
                "V-21",
                "Every group is a time zone of site_timezones",
                "warn",
                (errors.S2B_S3.TZID_NOT_IN_SITE_TIMEZONES,),
                method="v_21_every_group_is_a_time_zone_of_site_timezones",
            ),
            ValidatorSpec(
                "V-22",
                "Each row used exactly one draw",
                "abort",
                (),
                method="v_22_each_row_used_exactly_one_draw",
            ),
            ValidatorSpec(
                "V-23",
                "Each row's merchant and group come from the join",
                "abort",
                (),
                method="v_23_each_row_s_merchant_and_group_come_from_the_join",
            ),
        ),
        errors={
            "001": errors.S2B_S3.S0_RECEIPT_MISSING,
            "020": errors.S2B_S3.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S3.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S3.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S3.NETWORK_IO_ATTEMPT,
            "030": errors.S2B_S3.OUTPUT_SCHEMA_INVALID,
            "031": errors.S2B_S3.POLICY_SCHEMA_INVALID,
            "032": errors.S2B_S3.POLICY_MINIMA_MISSING,
            "033": errors.S2B_S3.DAY_RANGE_INVALID,
            "040": errors.S2B_S3.JOIN_KEY_MISMATCH,
            "041": errors.S2B_S3.TZ_GROUP_MULTIMAP,
            "042": errors.S2B_S3.PK_DUPLICATE,
            "050": errors.S2B_S3.COVERAGE_MISMATCH,
            "057": errors.S2B_S3.NON_POSITIVE_GAMMA,
            "058": errors.S2B_S3.NONFINITE_LOG_GAMMA,
            "059": errors.S2B_S3.SIGMA_MISMATCH,
            "060": errors.S2B_S3.RNG_ENGINE_MISMATCH,
            "061": errors.S2B_S3.RNG_STREAM_MISMATCH,
            "062": errors.S2B_S3.RNG_DRAWS_COUNT_MISMATCH,
            "063": errors.S2B_S3.RNG_COUNTER_NOT_MONOTONE,
            "064": errors.S2B_S3.RNG_COUNTER_WRAP,
            "070": errors.S2B_S3.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S3.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S3.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S3.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S3.ATOMIC_PUBLISH_FAILED,
            "083": errors.S2B_S3.WRITER_ORDER_NOT_PK,
            "086": errors.S2B_S3.CREATED_UTC_MISMATCH,
            "090": errors.S2B_S3.DAY_GRID_MISMATCH,
            "191": errors.S2B_S3.TZID_NOT_IN_SITE_TIMEZONES,
        },
        contract_digest="5684195c777e3d159d96ea595add328f6b065c9d8bb474522b359c32765fe5e1",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S3 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        day_effect_policy_v1: models_s2b.DayEffectPolicyV1
        """The law, the days and the stream of the day effects."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S3 writes."""

        s3_day_effects: tables_s2b.S3DayEffects
        """One mean-one factor for each merchant, UTC day and time zone group."""
        rng_audit_log_2B_S3: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 2B.S3 drew with, one row."""


class S2B_S4:
    """2B.S4 group_weights: Group weights."""

    ID: ClassVar[str] = "2B.S4"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S4",
        segment="2B",
        layer=1,
        number=4,
        name="group_weights",
        title="Group weights",
        kind="plan",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S3_DAY_EFFECTS, via="run_local", optional=False, scope="row_level"),
        ),
        writes=(datasets_s2b.S4_GROUP_WEIGHTS,),
        rng=(),
        identity=(),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S4.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S4.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S4.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2B_S4.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-04",
                "Site weights, time zones and day effects meet on their keys",
                "abort",
                (
                    errors.S2B_S4.JOIN_KEY_MISMATCH,
                    errors.S2B_S4.TZ_GROUP_MULTIMAP,
                ),
                method="v_04_site_weights_time_zones_and_day_effects_meet_on_their",
            ),
            ValidatorSpec(
                "V-05",
                "The base shares of each merchant sum to 1",
                "abort",
                (errors.S2B_S4.BASE_SHARE_INCOHERENT,),
                method="v_05_the_base_shares_of_each_merchant_sum_to_1",
            ),
            ValidatorSpec(
                "V-06",
                "The rows are those of s3_day_effects",
                "abort",
                (errors.S2B_S4.COVERAGE_MISMATCH,),
                method="v_06_the_rows_are_those_of_s3_day_effects",
            ),
            ValidatorSpec(
                "V-07",
                "No key stands twice",
                "abort",
                (errors.S2B_S4.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-08",
                "Rows ascend by key",
                "abort",
                (errors.S2B_S4.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-09",
                "gamma is that of s3_day_effects, bit for bit",
                "abort",
                (errors.S2B_S4.GAMMA_ECHO_MISMATCH,),
                method="v_09_gamma_is_that_of_s3_day_effects_bit_for_bit",
            ),
            ValidatorSpec(
                "V-10",
                "Every share and mass lies in its range",
                "abort",
                (errors.S2B_S4.DOMAIN_VIOLATION,),
                method="v_10_every_share_and_mass_lies_in_its_range",
            ),
            ValidatorSpec(
                "V-11",
                "The group shares of each merchant and day sum to 1",
                "abort",
                (errors.S2B_S4.NORMALISATION_FAILED,),
                method="v_11_the_group_shares_of_each_merchant_and_day_sum_to_1",
            ),
            ValidatorSpec(
                "V-12",
                "The days are those of s3_day_effects",
                "abort",
                (errors.S2B_S4.DAY_GRID_MISMATCH,),
                method="v_12_the_days_are_those_of_s3_day_effects",
            ),
            ValidatorSpec(
                "V-13",
                "Every row obeys its columns",
                "abort",
                (errors.S2B_S4.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-14",
                "created_utc is the receipt's",
                "abort",
                (errors.S2B_S4.CREATED_UTC_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-15",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S2B_S4.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-16",
                "A published partition is never overwritten",
                "abort",
                (errors.S2B_S4.IMMUTABLE_OVERWRITE,),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-17",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2B_S4.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-18",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2B_S4.NETWORK_IO_ATTEMPT,
                    errors.S2B_S4.UNDECLARED_ASSET_ACCESSED,
                    errors.S2B_S4.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
            ValidatorSpec(
                "V-19",
                "mass_raw, denom_raw and p_group agree",
                "abort",
                (errors.S2B_S4.AUDIT_INCOHERENT,),
                method="v_19_mass_raw_denom_raw_and_p_group_agree",
            ),
            ValidatorSpec(
                "V-20",
                "Every base share is the sum of its sites' shares",
                "abort",
                (errors.S2B_S4.BASE_SHARE_INCOHERENT,),
                method="v_20_every_base_share_is_the_sum_of_its_sites_shares",
            ),
        ),
        errors={
            "001": errors.S2B_S4.S0_RECEIPT_MISSING,
            "020": errors.S2B_S4.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S4.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S4.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S4.NETWORK_IO_ATTEMPT,
            "030": errors.S2B_S4.OUTPUT_SCHEMA_INVALID,
            "040": errors.S2B_S4.JOIN_KEY_MISMATCH,
            "041": errors.S2B_S4.TZ_GROUP_MULTIMAP,
            "041A": errors.S2B_S4.PK_DUPLICATE,
            "050": errors.S2B_S4.COVERAGE_MISMATCH,
            "051": errors.S2B_S4.NORMALISATION_FAILED,
            "052": errors.S2B_S4.BASE_SHARE_INCOHERENT,
            "053": errors.S2B_S4.GAMMA_ECHO_MISMATCH,
            "057": errors.S2B_S4.DOMAIN_VIOLATION,
            "070": errors.S2B_S4.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S4.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S4.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S4.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S4.ATOMIC_PUBLISH_FAILED,
            "083": errors.S2B_S4.WRITER_ORDER_NOT_PK,
            "086": errors.S2B_S4.CREATED_UTC_MISMATCH,
            "090": errors.S2B_S4.DAY_GRID_MISMATCH,
            "095": errors.S2B_S4.AUDIT_INCOHERENT,
        },
        contract_digest="d9b0ad02e176c75cbbcd60c2b8340f89dbd76849dea466c20c292334e2a31896",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S4 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        s3_day_effects: PartitionedTable[tables_s2b.S3DayEffects]
        """One mean-one factor for each merchant, UTC day and time zone group."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S4 writes."""

        s4_group_weights: tables_s2b.S4GroupWeights
        """The share of each time zone group in a merchant's arrivals of a UTC day."""


class S2B_S5:
    """2B.S5 router: Router."""

    ID: ClassVar[str] = "2B.S5"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S5",
        segment="2B",
        layer=1,
        number=5,
        name="router",
        title="Router",
        kind="router",
        scope=("seed", "parameter_hash", "run_id"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S5_ARRIVAL_ROSTER, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.ROUTE_RNG_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.RNG_EVIDENCE_POLICY_2B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.RNG_EVENT_ALIAS_PICK_GROUP,
            datasets_s2b.RNG_EVENT_ALIAS_PICK_SITE,
            datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_GROUP,
            datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_SITE,
            datasets_s2b.RNG_TRACE_LOG_2B_S5,
            datasets_s2b.S5_SELECTION_LOG,
            datasets_s2b.RNG_AUDIT_LOG_2B_S5,
        ),
        rng=(
            RngFamily("alias_pick_group", "rng_event_alias_pick_group", "1", "1"),
            RngFamily("alias_pick_site", "rng_event_alias_pick_site", "1", "1"),
        ),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S5.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition that the inventory names",
                "abort",
                (
                    errors.S2B_S5.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S5.PARTITION_SELECTION_INCORRECT,
                ),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S5.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S5.PROHIBITED_LITERAL_PATH,
                    errors.S2B_S5.NETWORK_IO_ATTEMPT,
                    errors.S2B_S5.PARTITION_SELECTION_INCORRECT,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "Alias index, blob and policy belong together",
                "abort",
                (errors.S2B_S5.SITE_ALIAS_DECODE_INCOHERENT,),
                method="v_04_alias_index_blob_and_policy_belong_together",
            ),
            ValidatorSpec(
                "V-05",
                "Groups are picked by the law of s4_group_weights alone",
                "abort",
                (errors.S2B_S5.GROUP_PROBABILITY_MISMATCH,),
                method="v_05_groups_are_picked_by_the_law_of_s4_group_weights_alone",
            ),
            ValidatorSpec(
                "V-06",
                "Sites are picked by the site weights of the group",
                "abort",
                (errors.S2B_S5.SITE_ALIAS_DECODE_INCOHERENT,),
                method="v_06_sites_are_picked_by_the_site_weights_of_the_group",
            ),
            ValidatorSpec(
                "V-07",
                "The picked site lies in the picked group",
                "abort",
                (errors.S2B_S5.GROUP_SITE_MISMATCH,),
                method="v_07_the_picked_site_lies_in_the_picked_group",
            ),
            ValidatorSpec(
                "V-08",
                "Two events an arrival, group before site",
                "abort",
                (
                    errors.S2B_S5.RNG_DRAWS_COUNT_MISMATCH,
                    errors.S2B_S5.EVENT_ORDER,
                ),
                method="v_08_two_events_an_arrival_group_before_site",
            ),
            ValidatorSpec(
                "V-09",
                "Counters follow the arrival's position and never wrap",
                "abort",
                (
                    errors.S2B_S5.RNG_COUNTER_NOT_MONOTONE,
                    errors.S2B_S5.RNG_COUNTER_WRAP,
                ),
                method="v_09_counters_follow_the_arrival_s_position_and_never_wrap",
            ),
            ValidatorSpec(
                "V-10",
                "Streams and labels are the policy's",
                "abort",
                (errors.S2B_S5.RNG_STREAM_MISCONFIGURED,),
                method="v_10_streams_and_labels_are_the_policy_s",
            ),
            ValidatorSpec(
                "V-11",
                "Trace totals equal the events",
                "abort",
                (errors.S2B_S5.RNG_DRAWS_COUNT_MISMATCH,),
                method="v_11_trace_totals_equal_the_events",
            ),
            ValidatorSpec(
                "V-12",
                "The selection log has its shape and lineage",
                "abort",
                (
                    errors.S2B_S5.PATH_EMBED_MISMATCH,
                    errors.S2B_S5.IMMUTABLE_OVERWRITE,
                    errors.S2B_S5.NON_IDEMPOTENT_REEMIT,
                    errors.S2B_S5.CREATED_UTC_MISMATCH,
                ),
                method="v_12_the_selection_log_has_its_shape_and_lineage",
            ),
            ValidatorSpec(
                "V-13",
                "Nothing published is overwritten or half written",
                "abort",
                (
                    errors.S2B_S5.IMMUTABLE_OVERWRITE,
                    errors.S2B_S5.NON_IDEMPOTENT_REEMIT,
                    errors.S2B_S5.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-14",
                "No dataset of the plan is touched",
                "abort",
                (errors.S2B_S5.PROHIBITED_WRITE,),
                method="v_14_no_dataset_of_the_plan_is_touched",
            ),
            ValidatorSpec(
                "V-15",
                "Every pick drawn again is the same",
                "abort",
                (errors.S2B_S5.REPLAY_MISMATCH,),
                method="v_15_every_pick_drawn_again_is_the_same",
            ),
            ValidatorSpec(
                "V-16",
                "p_group is repeated as stored",
                "abort",
                (errors.S2B_S5.GROUP_PROBABILITY_MISMATCH,),
                method="v_16_p_group_is_repeated_as_stored",
            ),
        ),
        errors={
            "001": errors.S2B_S5.S0_RECEIPT_MISSING,
            "020": errors.S2B_S5.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S5.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S5.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S5.NETWORK_IO_ATTEMPT,
            "040": errors.S2B_S5.GROUP_PROBABILITY_MISMATCH,
            "041": errors.S2B_S5.SITE_ALIAS_DECODE_INCOHERENT,
            "050": errors.S2B_S5.RNG_DRAWS_COUNT_MISMATCH,
            "051": errors.S2B_S5.RNG_COUNTER_NOT_MONOTONE,
            "052": errors.S2B_S5.RNG_COUNTER_WRAP,
            "053": errors.S2B_S5.RNG_STREAM_MISCONFIGURED,
            "056": errors.S2B_S5.EVENT_ORDER,
            "060": errors.S2B_S5.GROUP_SITE_MISMATCH,
            "070": errors.S2B_S5.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S5.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S5.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S5.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S5.ATOMIC_PUBLISH_FAILED,
            "086": errors.S2B_S5.CREATED_UTC_MISMATCH,
            "090": errors.S2B_S5.PROHIBITED_WRITE,
            "095": errors.S2B_S5.REPLAY_MISMATCH,
        },
        contract_digest="4e0d691b0286bddcef80d673bc90d614862acc60c3e428541a71b1e7aa9b1c3e",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S5 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s5_arrival_roster: PartitionedTable[tables_s2b.S5ArrivalRoster]
        """The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""
        s4_group_weights: PartitionedTable[tables_s2b.S4GroupWeights]
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""
        route_rng_policy_v1: models_s2b.RouteRngPolicyV1
        """The streams and budgets of the routers and the logs that they keep."""
        rng_evidence_policy_2B: models_s2b.RngEvidencePolicy2B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S5 writes."""

        rng_event_alias_pick_group: tables_s2b.RngEventAliasPickGroup | None = None
        """The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole."""
        rng_event_alias_pick_site: tables_s2b.RngEventAliasPickSite | None = None
        """The picks of a site, one row an event; stored when the evidence policy keeps the family whole."""
        rng_commitment_alias_pick_group: Sequence[models_s2b.RngCommitmentAliasPickGroup] | None = None
        """One row a part of the picks of a time zone group whose events are not stored."""
        rng_commitment_alias_pick_site: Sequence[models_s2b.RngCommitmentAliasPickSite] | None = None
        """One row a part of the picks of a site whose events are not stored."""
        rng_trace_log_2B_S5: tables_layer1.RngTraceRow | None = None
        """Running totals of the events, draws and blocks of 2B.S5, one row after each event."""
        s5_selection_log: tables_s2b.S5SelectionLog | None = None
        """Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""
        rng_audit_log_2B_S5: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S5 drew with, one row."""


class S2B_S6:
    """2B.S6 edge_router: Edge router."""

    ID: ClassVar[str] = "2B.S6"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S6",
        segment="2B",
        layer=1,
        number=6,
        name="edge_router",
        title="Edge router",
        kind="router",
        scope=("seed", "parameter_hash", "run_id"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S5_ARRIVAL_ROSTER, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S5_SELECTION_LOG, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.ROUTE_RNG_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.VIRTUAL_EDGE_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.RNG_EVIDENCE_POLICY_2B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.RNG_EVENT_CDN_EDGE_PICK,
            datasets_s2b.RNG_COMMITMENT_CDN_EDGE_PICK,
            datasets_s2b.RNG_TRACE_LOG_2B_S6,
            datasets_s2b.S6_EDGE_LOG,
            datasets_s2b.RNG_AUDIT_LOG_2B_S6,
        ),
        rng=(RngFamily("cdn_edge_pick", "rng_event_cdn_edge_pick", "1", "1"),),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S6.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Policies are those of the inventory",
                "abort",
                (
                    errors.S2B_S6.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S6.PARTITION_SELECTION_INCORRECT,
                ),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S6.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S6.PROHIBITED_LITERAL_PATH,
                    errors.S2B_S6.NETWORK_IO_ATTEMPT,
                    errors.S2B_S6.PARTITION_SELECTION_INCORRECT,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "The edges of every merchant are a usable law",
                "abort",
                (
                    errors.S2B_S6.POLICY_SCHEMA_INVALID,
                    errors.S2B_S6.POLICY_MINIMA_MISSING,
                ),
                method="v_04_the_edges_of_every_merchant_are_a_usable_law",
            ),
            ValidatorSpec(
                "V-05",
                "Only virtual arrivals draw",
                "abort",
                (errors.S2B_S6.BYPASS_FLAG_INCOHERENT,),
                method="v_05_only_virtual_arrivals_draw",
            ),
            ValidatorSpec(
                "V-06",
                "Edge tables give back the weights",
                "abort",
                (errors.S2B_S6.EDGE_ALIAS_DECODE_INCOHERENT,),
                method="v_06_edge_tables_give_back_the_weights",
            ),
            ValidatorSpec(
                "V-07",
                "Every edge has its country and place",
                "abort",
                (errors.S2B_S6.EDGE_ATTR_MISSING,),
                method="v_07_every_edge_has_its_country_and_place",
            ),
            ValidatorSpec(
                "V-08",
                "One event a virtual arrival",
                "abort",
                (errors.S2B_S6.RNG_DRAWS_COUNT_MISMATCH,),
                method="v_08_one_event_a_virtual_arrival",
            ),
            ValidatorSpec(
                "V-09",
                "Counters follow the virtual arrival's position and never wrap",
                "abort",
                (
                    errors.S2B_S6.RNG_COUNTER_NOT_MONOTONE,
                    errors.S2B_S6.RNG_COUNTER_WRAP,
                ),
                method="v_09_counters_follow_the_virtual_arrival_s_position_and",
            ),
            ValidatorSpec(
                "V-10",
                "Streams and labels are the policy's",
                "abort",
                (errors.S2B_S6.RNG_STREAM_MISCONFIGURED,),
                method="v_10_streams_and_labels_are_the_policy_s",
            ),
            ValidatorSpec(
                "V-11",
                "Trace totals equal the events",
                "abort",
                (errors.S2B_S6.RNG_DRAWS_COUNT_MISMATCH,),
                method="v_11_trace_totals_equal_the_events",
            ),
            ValidatorSpec(
                "V-12",
                "The edge log has its shape and lineage",
                "abort",
                (
                    errors.S2B_S6.PATH_EMBED_MISMATCH,
                    errors.S2B_S6.IMMUTABLE_OVERWRITE,
                    errors.S2B_S6.NON_IDEMPOTENT_REEMIT,
                ),
                method="v_12_the_edge_log_has_its_shape_and_lineage",
            ),
            ValidatorSpec(
                "V-13",
                "Nothing published is overwritten or half written",
                "abort",
                (
                    errors.S2B_S6.IMMUTABLE_OVERWRITE,
                    errors.S2B_S6.NON_IDEMPOTENT_REEMIT,
                    errors.S2B_S6.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-14",
                "No dataset of the plan is touched",
                "abort",
                (errors.S2B_S6.PROHIBITED_WRITE,),
                method="v_14_no_dataset_of_the_plan_is_touched",
            ),
            ValidatorSpec(
                "V-15",
                "Every pick drawn again is the same",
                "abort",
                (errors.S2B_S6.REPLAY_MISMATCH,),
                method="v_15_every_pick_drawn_again_is_the_same",
            ),
        ),
        errors={
            "001": errors.S2B_S6.S0_RECEIPT_MISSING,
            "020": errors.S2B_S6.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S6.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S6.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S6.NETWORK_IO_ATTEMPT,
            "030": errors.S2B_S6.POLICY_SCHEMA_INVALID,
            "031": errors.S2B_S6.POLICY_MINIMA_MISSING,
            "040": errors.S2B_S6.BYPASS_FLAG_INCOHERENT,
            "041": errors.S2B_S6.EDGE_ALIAS_DECODE_INCOHERENT,
            "050": errors.S2B_S6.RNG_DRAWS_COUNT_MISMATCH,
            "051": errors.S2B_S6.RNG_COUNTER_NOT_MONOTONE,
            "052": errors.S2B_S6.RNG_COUNTER_WRAP,
            "053": errors.S2B_S6.RNG_STREAM_MISCONFIGURED,
            "060": errors.S2B_S6.EDGE_ATTR_MISSING,
            "070": errors.S2B_S6.PARTITION_SELECTION_INCORRECT,
            "071": errors.S2B_S6.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S6.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S6.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S6.ATOMIC_PUBLISH_FAILED,
            "086": errors.S2B_S6.CREATED_UTC_MISMATCH,
            "090": errors.S2B_S6.PROHIBITED_WRITE,
            "095": errors.S2B_S6.REPLAY_MISMATCH,
        },
        contract_digest="9effe47fc17552fd4f15a4535034811217b0c0a2f223267da8743de9b687164a",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S6 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s5_arrival_roster: PartitionedTable[tables_s2b.S5ArrivalRoster]
        """The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported."""
        s5_selection_log: PartitionedTable[tables_s2b.S5SelectionLog] | None = None
        """Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column. Absent: The edge log cannot be kept without it: when the policy enables the edge log the state aborts, else it is not needed."""
        route_rng_policy_v1: models_s2b.RouteRngPolicyV1
        """The streams and budgets of the routers and the logs that they keep."""
        virtual_edge_policy_v1: models_s2b.VirtualEdgePolicyV1
        """The edges of virtual arrivals."""
        rng_evidence_policy_2B: models_s2b.RngEvidencePolicy2B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S6 writes."""

        rng_event_cdn_edge_pick: tables_s2b.RngEventCdnEdgePick | None = None
        """The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole."""
        rng_commitment_cdn_edge_pick: Sequence[models_s2b.RngCommitmentCdnEdgePick] | None = None
        """One row a part of the picks of a virtual edge whose events are not stored."""
        rng_trace_log_2B_S6: tables_layer1.RngTraceRow | None = None
        """Running totals of the events, draws and blocks of 2B.S6, one row after each event."""
        s6_edge_log: tables_s2b.S6EdgeLog | None = None
        """Which edge each virtual arrival went to, kept when the routing policy enables it. A part holds the virtual arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""
        rng_audit_log_2B_S6: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S6 drew with, one row."""


class S2B_S7:
    """2B.S7 audit: Audit."""

    ID: ClassVar[str] = "2B.S7"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S7",
        segment="2B",
        layer=1,
        number=7,
        name="audit",
        title="Audit",
        kind="audit",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S5_ARRIVAL_ROSTER, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S3_DAY_EFFECTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S5_SELECTION_LOG, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.S6_EDGE_LOG, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_EVENT_ALIAS_PICK_GROUP, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_EVENT_ALIAS_PICK_SITE, via="run_local", optional=True, scope="row_level"),
            Read(
                datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_GROUP,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(
                datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_SITE, via="run_local", optional=True, scope="row_level"
            ),
            Read(datasets_s2b.RNG_TRACE_LOG_2B_S5, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S5, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_EVENT_CDN_EDGE_PICK, via="run_local", optional=True, scope="row_level"),
            Read(
                datasets_s2b.RNG_COMMITMENT_CDN_EDGE_PICK, via="run_local", optional=True, scope="row_level"
            ),
            Read(datasets_s2b.RNG_TRACE_LOG_2B_S6, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S6, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S3, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.DAY_EFFECT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.ROUTE_RNG_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.VIRTUAL_EDGE_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.RNG_EVIDENCE_POLICY_2B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(datasets_s2b.S7_AUDIT_REPORT,),
        rng=(),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S7.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S7.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S7.PROHIBITED_LITERAL_PATH,
                    errors.S2B_S7.NETWORK_IO_ATTEMPT,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2B_S7.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-04",
                "Index and blob have their contracted shapes",
                "abort",
                (
                    errors.S2B_S7.INDEX_SCHEMA_INVALID,
                    errors.S2B_S7.BLOB_CONTRACT_VIOLATION,
                ),
                method="v_04_index_and_blob_have_their_contracted_shapes",
            ),
            ValidatorSpec(
                "V-05",
                "Digests, bit depths and policy echo agree",
                "abort",
                (
                    errors.S2B_S7.BLOB_DIGEST_MISMATCH,
                    errors.S2B_S7.BIT_DEPTH_INCOHERENT,
                ),
                method="v_05_digests_bit_depths_and_policy_echo_agree",
            ),
            ValidatorSpec(
                "V-06",
                "Slices are inside the blob, aligned and apart",
                "abort",
                (
                    errors.S2B_S7.OFFSET_OVERLAP,
                    errors.S2B_S7.ALIGNMENT_ERROR,
                ),
                method="v_06_slices_are_inside_the_blob_aligned_and_apart",
            ),
            ValidatorSpec(
                "V-07",
                "Every slice decodes to the merchant's shares",
                "abort",
                (errors.S2B_S7.ALIAS_DECODE_INCOHERENT,),
                method="v_07_every_slice_decodes_to_the_merchant_s_shares",
            ),
            ValidatorSpec(
                "V-08",
                "Day effects and group weights cover the same keys",
                "abort",
                (errors.S2B_S7.DAY_GRID_MISMATCH,),
                method="v_08_day_effects_and_group_weights_cover_the_same_keys",
            ),
            ValidatorSpec(
                "V-09",
                "gamma is the same in both tables",
                "abort",
                (errors.S2B_S7.GAMMA_ECHO_MISMATCH,),
                method="v_09_gamma_is_the_same_in_both_tables",
            ),
            ValidatorSpec(
                "V-10",
                "The group shares of each merchant and day sum to 1",
                "abort",
                (errors.S2B_S7.S4_NORMALISATION_FAILED,),
                method="v_10_the_group_shares_of_each_merchant_and_day_sum_to_1",
            ),
            ValidatorSpec(
                "V-11",
                "Every base share is the sum of its sites' shares",
                "abort",
                (
                    errors.S2B_S7.JOIN_KEY_MISMATCH,
                    errors.S2B_S7.BASE_SHARE_INCOHERENT,
                ),
                method="v_11_every_base_share_is_the_sum_of_its_sites_shares",
            ),
            ValidatorSpec(
                "V-12",
                "Routing logs have their shape, order and lineage",
                "abort",
                (
                    errors.S2B_S7.TRACE_SCHEMA_INVALID,
                    errors.S2B_S7.TRACE_ORDER_VIOLATION,
                    errors.S2B_S7.PATH_EMBED_MISMATCH,
                ),
                method="v_12_routing_logs_have_their_shape_order_and_lineage",
            ),
            ValidatorSpec(
                "V-13",
                "S5 keeps its budgets, counters and streams",
                "abort",
                (
                    errors.S2B_S7.RNG_DRAWS_MISMATCH,
                    errors.S2B_S7.RNG_COUNTER_NOT_MONOTONE,
                    errors.S2B_S7.RNG_COUNTER_WRAP,
                    errors.S2B_S7.RNG_STREAM_MISCONFIGURED,
                ),
                method="v_13_s5_keeps_its_budgets_counters_and_streams",
            ),
            ValidatorSpec(
                "V-14",
                "S6 keeps its budgets, counters and streams",
                "abort",
                (
                    errors.S2B_S7.RNG_DRAWS_MISMATCH,
                    errors.S2B_S7.RNG_COUNTER_NOT_MONOTONE,
                    errors.S2B_S7.RNG_COUNTER_WRAP,
                    errors.S2B_S7.RNG_STREAM_MISCONFIGURED,
                ),
                method="v_14_s6_keeps_its_budgets_counters_and_streams",
            ),
            ValidatorSpec(
                "V-15",
                "Every pick drawn again is the logged one and fits its group or edge",
                "abort",
                (
                    errors.S2B_S7.GROUP_SITE_MISMATCH,
                    errors.S2B_S7.EDGE_ATTR_MISSING,
                ),
                method="v_15_every_pick_drawn_again_is_the_logged_one_and_fits_its",
            ),
            ValidatorSpec(
                "V-16",
                "Events, trace and arrivals add up",
                "abort",
                (errors.S2B_S7.RNG_DRAWS_MISMATCH,),
                method="v_16_events_trace_and_arrivals_add_up",
            ),
            ValidatorSpec(
                "V-17",
                "The report has its contracted shape",
                "abort",
                (
                    errors.S2B_S7.REPORT_SCHEMA_INVALID,
                    errors.S2B_S7.PATH_EMBED_MISMATCH,
                ),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-18",
                "Nothing published is overwritten, half written or misdated",
                "abort",
                (
                    errors.S2B_S7.IMMUTABLE_OVERWRITE,
                    errors.S2B_S7.NON_IDEMPOTENT_REEMIT,
                    errors.S2B_S7.CREATED_UTC_MISMATCH,
                ),
                shared="write_once",
            ),
        ),
        errors={
            "001": errors.S2B_S7.S0_RECEIPT_MISSING,
            "020": errors.S2B_S7.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S7.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S7.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S7.NETWORK_IO_ATTEMPT,
            "070": errors.S2B_S7.PARTITION_SELECTION_INCORRECT,
            "200": errors.S2B_S7.INDEX_SCHEMA_INVALID,
            "201": errors.S2B_S7.BLOB_CONTRACT_VIOLATION,
            "202": errors.S2B_S7.BLOB_DIGEST_MISMATCH,
            "203": errors.S2B_S7.OFFSET_OVERLAP,
            "204": errors.S2B_S7.ALIGNMENT_ERROR,
            "205": errors.S2B_S7.BIT_DEPTH_INCOHERENT,
            "206": errors.S2B_S7.ALIAS_DECODE_INCOHERENT,
            "300": errors.S2B_S7.DAY_GRID_MISMATCH,
            "301": errors.S2B_S7.GAMMA_ECHO_MISMATCH,
            "302": errors.S2B_S7.S4_NORMALISATION_FAILED,
            "303": errors.S2B_S7.JOIN_KEY_MISMATCH,
            "304": errors.S2B_S7.BASE_SHARE_INCOHERENT,
            "400": errors.S2B_S7.TRACE_SCHEMA_INVALID,
            "401": errors.S2B_S7.TRACE_ORDER_VIOLATION,
            "402": errors.S2B_S7.RNG_DRAWS_MISMATCH,
            "403": errors.S2B_S7.RNG_COUNTER_NOT_MONOTONE,
            "404": errors.S2B_S7.RNG_COUNTER_WRAP,
            "405": errors.S2B_S7.RNG_STREAM_MISCONFIGURED,
            "410": errors.S2B_S7.GROUP_SITE_MISMATCH,
            "411": errors.S2B_S7.EDGE_ATTR_MISSING,
            "500": errors.S2B_S7.REPORT_SCHEMA_INVALID,
            "501": errors.S2B_S7.IMMUTABLE_OVERWRITE,
            "502": errors.S2B_S7.NON_IDEMPOTENT_REEMIT,
            "503": errors.S2B_S7.PATH_EMBED_MISMATCH,
            "504": errors.S2B_S7.CREATED_UTC_MISMATCH,
        },
        contract_digest="31c55d3c3ec048b848af5b9b165982a861b33324c6355ffffe82422762f55313",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S7 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        s5_arrival_roster: PartitionedTable[tables_s2b.S5ArrivalRoster] | None = None
        """The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported. Absent: No roster was sealed, so nothing was routed and the checks of S5 and S6 are skipped."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""
        s3_day_effects: PartitionedTable[tables_s2b.S3DayEffects]
        """One mean-one factor for each merchant, UTC day and time zone group."""
        s4_group_weights: PartitionedTable[tables_s2b.S4GroupWeights]
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        s5_selection_log: PartitionedTable[tables_s2b.S5SelectionLog] | None = None
        """Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column. Absent: The selection log was not kept, so its checks are skipped."""
        s6_edge_log: PartitionedTable[tables_s2b.S6EdgeLog] | None = None
        """Which edge each virtual arrival went to, kept when the routing policy enables it. A part holds the virtual arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column. Absent: The edge log was not kept, so its checks are skipped."""
        rng_event_alias_pick_group: PartitionedTable[tables_s2b.RngEventAliasPickGroup] | None = None
        """The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_event_alias_pick_site: PartitionedTable[tables_s2b.RngEventAliasPickSite] | None = None
        """The picks of a site, one row an event; stored when the evidence policy keeps the family whole. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_commitment_alias_pick_group: Sequence[models_s2b.RngCommitmentAliasPickGroup] | None = None
        """One row a part of the picks of a time zone group whose events are not stored. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_commitment_alias_pick_site: Sequence[models_s2b.RngCommitmentAliasPickSite] | None = None
        """One row a part of the picks of a site whose events are not stored. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_trace_log_2B_S5: PartitionedTable[tables_layer1.RngTraceRow] | None = None
        """Running totals of the events, draws and blocks of 2B.S5, one row after each event. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_audit_log_2B_S5: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S5 drew with, one row. Absent: The arrivals were not routed, or their evidence is kept in the other form, so the checks of S5 that need it are skipped."""
        rng_event_cdn_edge_pick: PartitionedTable[tables_s2b.RngEventCdnEdgePick] | None = None
        """The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole. Absent: No virtual arrivals were routed, or their evidence is kept in the other form, so the checks of S6 that need it are skipped."""
        rng_commitment_cdn_edge_pick: Sequence[models_s2b.RngCommitmentCdnEdgePick] | None = None
        """One row a part of the picks of a virtual edge whose events are not stored. Absent: No virtual arrivals were routed, or their evidence is kept in the other form, so the checks of S6 that need it are skipped."""
        rng_trace_log_2B_S6: PartitionedTable[tables_layer1.RngTraceRow] | None = None
        """Running totals of the events, draws and blocks of 2B.S6, one row after each event. Absent: No virtual arrivals were routed, or their evidence is kept in the other form, so the checks of S6 that need it are skipped."""
        rng_audit_log_2B_S6: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S6 drew with, one row. Absent: No virtual arrivals were routed, or their evidence is kept in the other form, so the checks of S6 that need it are skipped."""
        rng_audit_log_2B_S3: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 2B.S3 drew with, one row."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""
        day_effect_policy_v1: models_s2b.DayEffectPolicyV1
        """The law, the days and the stream of the day effects."""
        route_rng_policy_v1: models_s2b.RouteRngPolicyV1
        """The streams and budgets of the routers and the logs that they keep."""
        virtual_edge_policy_v1: models_s2b.VirtualEdgePolicyV1
        """The edges of virtual arrivals."""
        rng_evidence_policy_2B: models_s2b.RngEvidencePolicy2B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S7 writes."""

        s7_audit_report: models_s2b.S7AuditReport
        """Every check of S7 over all rows of the segment."""


class S2B_S8:
    """2B.S8 validation_bundle: Validation bundle."""

    ID: ClassVar[str] = "2B.S8"
    CARD: ClassVar[StateCard] = StateCard(
        id="2B.S8",
        segment="2B",
        layer=1,
        number=8,
        name="validation_bundle",
        title="Validation bundle",
        kind="bundle",
        scope=("manifest_fingerprint",),
        reads=(
            Read(datasets_s2b.S0_GATE_RECEIPT_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.SEALED_INPUTS_2B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S7_AUDIT_REPORT, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S3_DAY_EFFECTS, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S3, via="run_local", optional=False, scope="row_level"),
            Read(
                datasets_s2b.RNG_EVENT_ALIAS_PICK_GROUP, via="run_local", optional=True, scope="metadata_only"
            ),
            Read(
                datasets_s2b.RNG_EVENT_ALIAS_PICK_SITE, via="run_local", optional=True, scope="metadata_only"
            ),
            Read(
                datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_GROUP,
                via="run_local",
                optional=True,
                scope="metadata_only",
            ),
            Read(
                datasets_s2b.RNG_COMMITMENT_ALIAS_PICK_SITE,
                via="run_local",
                optional=True,
                scope="metadata_only",
            ),
            Read(datasets_s2b.RNG_TRACE_LOG_2B_S5, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S5, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_EVENT_CDN_EDGE_PICK, via="run_local", optional=True, scope="metadata_only"),
            Read(
                datasets_s2b.RNG_COMMITMENT_CDN_EDGE_PICK,
                via="run_local",
                optional=True,
                scope="metadata_only",
            ),
            Read(datasets_s2b.RNG_TRACE_LOG_2B_S6, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.RNG_AUDIT_LOG_2B_S6, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s2b.S5_SELECTION_LOG, via="run_local", optional=True, scope="metadata_only"),
            Read(datasets_s2b.S6_EDGE_LOG, via="run_local", optional=True, scope="metadata_only"),
            Read(datasets_s2b.ALIAS_LAYOUT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.DAY_EFFECT_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.ROUTE_RNG_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.VIRTUAL_EDGE_POLICY_V1, via="policy", optional=False, scope="row_level"),
            Read(datasets_s2b.RNG_EVIDENCE_POLICY_2B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s2b.VALIDATION_BUNDLE_2B,
            datasets_s2b.VALIDATION_PASSED_FLAG_2B,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S2B_S8.S0_RECEIPT_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2B_S8.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2B_S8.PROHIBITED_LITERAL_PATH,
                    errors.S2B_S8.NETWORK_IO_ATTEMPT,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-03",
                "The plan of the run's seed is whole",
                "abort",
                (errors.S2B_S8.SEED_SET_EMPTY_OR_INCOHERENT,),
                method="v_03_the_plan_of_the_run_s_seed_is_whole",
            ),
            ValidatorSpec(
                "V-04",
                "The audit report is there and passed",
                "abort",
                (
                    errors.S2B_S8.S7_REPORT_NOT_PASS,
                    errors.S2B_S8.S7_REPORT_MISSING,
                ),
                method="v_04_the_audit_report_is_there_and_passed",
            ),
            ValidatorSpec(
                "V-05",
                "Policies are still the sealed ones",
                "abort",
                (errors.S2B_S8.SEALED_DIGEST_MISMATCH,),
                method="v_05_policies_are_still_the_sealed_ones",
            ),
            ValidatorSpec(
                "V-06",
                "The index has its shape and order",
                "abort",
                (
                    errors.S2B_S8.INDEX_SCHEMA_INVALID,
                    errors.S2B_S8.INDEX_NOT_ASCII_LEX,
                    errors.S2B_S8.INDEX_PATH_NOT_RELATIVE,
                    errors.S2B_S8.INDEX_DUPLICATE_PATH,
                ),
                method="v_06_the_index_has_its_shape_and_order",
            ),
            ValidatorSpec(
                "V-07",
                "The index lists every member and nothing else",
                "abort",
                (
                    errors.S2B_S8.INDEX_ENTRY_MISSING_FILE,
                    errors.S2B_S8.FLAG_LISTED_IN_INDEX,
                ),
                method="v_07_the_index_lists_every_member_and_nothing_else",
            ),
            ValidatorSpec(
                "V-08",
                "Every member has its digest",
                "abort",
                (errors.S2B_S8.FILE_DIGEST_MISMATCH,),
                method="v_08_every_member_has_its_digest",
            ),
            ValidatorSpec(
                "V-09",
                "The flag has its form and the bundle's digest",
                "abort",
                (
                    errors.S2B_S8.FLAG_DIGEST_MISMATCH,
                    errors.S2B_S8.FLAG_SCHEMA_INVALID,
                ),
                method="v_09_the_flag_has_its_form_and_the_bundle_s_digest",
            ),
            ValidatorSpec(
                "V-10",
                "The bundle lies where its identity says",
                "abort",
                (
                    errors.S2B_S8.PARTITION_LAW_VIOLATION,
                    errors.S2B_S8.PATH_EMBED_MISMATCH,
                ),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-11",
                "Nothing published is overwritten or half written",
                "abort",
                (
                    errors.S2B_S8.IMMUTABLE_OVERWRITE,
                    errors.S2B_S8.NON_IDEMPOTENT_REEMIT,
                    errors.S2B_S8.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-12",
                "No network, no literal path, no random number",
                "abort",
                (
                    errors.S2B_S8.NETWORK_IO_ATTEMPT,
                    errors.S2B_S8.PROHIBITED_LITERAL_PATH,
                    errors.S2B_S8.RNG_USED,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "001": errors.S2B_S8.S0_RECEIPT_MISSING,
            "020": errors.S2B_S8.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2B_S8.PROHIBITED_LITERAL_PATH,
            "022": errors.S2B_S8.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2B_S8.NETWORK_IO_ATTEMPT,
            "030": errors.S2B_S8.SEED_SET_EMPTY_OR_INCOHERENT,
            "031": errors.S2B_S8.S7_REPORT_NOT_PASS,
            "032": errors.S2B_S8.S7_REPORT_MISSING,
            "033": errors.S2B_S8.SEALED_DIGEST_MISMATCH,
            "040": errors.S2B_S8.INDEX_SCHEMA_INVALID,
            "041": errors.S2B_S8.INDEX_NOT_ASCII_LEX,
            "042": errors.S2B_S8.INDEX_PATH_NOT_RELATIVE,
            "043": errors.S2B_S8.INDEX_ENTRY_MISSING_FILE,
            "044": errors.S2B_S8.INDEX_DUPLICATE_PATH,
            "045": errors.S2B_S8.FLAG_LISTED_IN_INDEX,
            "050": errors.S2B_S8.FILE_DIGEST_MISMATCH,
            "051": errors.S2B_S8.FLAG_DIGEST_MISMATCH,
            "052": errors.S2B_S8.FLAG_SCHEMA_INVALID,
            "060": errors.S2B_S8.PARTITION_LAW_VIOLATION,
            "061": errors.S2B_S8.PATH_EMBED_MISMATCH,
            "080": errors.S2B_S8.IMMUTABLE_OVERWRITE,
            "081": errors.S2B_S8.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2B_S8.ATOMIC_PUBLISH_FAILED,
            "090": errors.S2B_S8.RNG_USED,
        },
        contract_digest="fc1713ba37d2afc430a7665473d3858bae87390b4424612e4fce7245ae65acfb",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2B.S8 reads."""

        s0_gate_receipt_2B: models_s2b.S0GateReceipt2B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_2B: models_s2b.SealedInputs2B
        """The inventory of every input that the segment may read, with digests."""
        s7_audit_report: models_s2b.S7AuditReport
        """Every check of S7 over all rows of the segment."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""
        s3_day_effects: PartitionedTable[tables_s2b.S3DayEffects]
        """One mean-one factor for each merchant, UTC day and time zone group."""
        s4_group_weights: PartitionedTable[tables_s2b.S4GroupWeights]
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        rng_audit_log_2B_S3: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 2B.S3 drew with, one row."""
        rng_event_alias_pick_group: PartitionedTable[tables_s2b.RngEventAliasPickGroup] | None = None
        """The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole. Absent: S5 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_event_alias_pick_site: PartitionedTable[tables_s2b.RngEventAliasPickSite] | None = None
        """The picks of a site, one row an event; stored when the evidence policy keeps the family whole. Absent: S5 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_commitment_alias_pick_group: Sequence[models_s2b.RngCommitmentAliasPickGroup] | None = None
        """One row a part of the picks of a time zone group whose events are not stored. Absent: S5 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_commitment_alias_pick_site: Sequence[models_s2b.RngCommitmentAliasPickSite] | None = None
        """One row a part of the picks of a site whose events are not stored. Absent: S5 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_trace_log_2B_S5: PartitionedTable[tables_layer1.RngTraceRow] | None = None
        """Running totals of the events, draws and blocks of 2B.S5, one row after each event. Absent: S5 has not run, so the bundle holds no accounting of it."""
        rng_audit_log_2B_S5: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S5 drew with, one row. Absent: S5 has not run, so the bundle holds no accounting of it."""
        rng_event_cdn_edge_pick: PartitionedTable[tables_s2b.RngEventCdnEdgePick] | None = None
        """The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole. Absent: S6 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_commitment_cdn_edge_pick: Sequence[models_s2b.RngCommitmentCdnEdgePick] | None = None
        """One row a part of the picks of a virtual edge whose events are not stored. Absent: S6 has not run or kept the other form, so the bundle holds no accounting of it."""
        rng_trace_log_2B_S6: PartitionedTable[tables_layer1.RngTraceRow] | None = None
        """Running totals of the events, draws and blocks of 2B.S6, one row after each event. Absent: S6 has not run, so the bundle holds no accounting of it."""
        rng_audit_log_2B_S6: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 2B.S6 drew with, one row. Absent: S6 has not run, so the bundle holds no accounting of it."""
        s5_selection_log: PartitionedTable[tables_s2b.S5SelectionLog] | None = None
        """Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column. Absent: S5 has not run or keeps no log, so the bundle holds no publish record of it."""
        s6_edge_log: PartitionedTable[tables_s2b.S6EdgeLog] | None = None
        """Which edge each virtual arrival went to, kept when the routing policy enables it. A part holds the virtual arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column. Absent: S6 has not run or keeps no log, so the bundle holds no publish record of it."""
        alias_layout_policy_v1: models_s2b.AliasLayoutPolicyV1
        """How sites are weighed and how their alias tables are laid out."""
        day_effect_policy_v1: models_s2b.DayEffectPolicyV1
        """The law, the days and the stream of the day effects."""
        route_rng_policy_v1: models_s2b.RouteRngPolicyV1
        """The streams and budgets of the routers and the logs that they keep."""
        virtual_edge_policy_v1: models_s2b.VirtualEdgePolicyV1
        """The edges of virtual arrivals."""
        rng_evidence_policy_2B: models_s2b.RngEvidencePolicy2B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2B.S8 writes."""

        validation_bundle_2B: BundleMembers
        """The evidence of the segment: audit report, gate evidence, policies, publish records and RNG accounting. The publish record of a dataset lies at evidence/publish/<dataset>/record.json, that of one which a token splits at evidence/publish/<dataset>/<token>=<value>.json; the record itself names the whole partition."""
