# Generated from contracts/layer2/5B/states.5B.yaml (sha256 b4a9082f...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 5B: what each reads, writes, checks and draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, GateInput, Read, RngFamily, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.datasets import s1b as datasets_s1b
from generated.datasets import s2a as datasets_s2a
from generated.datasets import s2b as datasets_s2b
from generated.datasets import s3a as datasets_s3a
from generated.datasets import s3b as datasets_s3b
from generated.datasets import s5a as datasets_s5a
from generated.datasets import s5b as datasets_s5b
from generated.errors import s5b as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import layer1 as models_layer1
    from generated.models import s2b as models_s2b
    from generated.models import s3b as models_s3b
    from generated.models import s5b as models_s5b
    from generated.tables import s2a as tables_s2a
    from generated.tables import s2b as tables_s2b
    from generated.tables import s3b as tables_s3b
    from generated.tables import s5a as tables_s5a
    from generated.tables import s5b as tables_s5b


class S5B_S0:
    """5B.S0 gate: Gate."""

    ID: ClassVar[str] = "5B.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S0",
        segment="5B",
        layer=2,
        number=0,
        name="gate",
        title="Gate",
        kind="gate",
        scope=("manifest_fingerprint",),
        reads=(
            Read(datasets_s1a.VALIDATION_BUNDLE_1A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s1a.VALIDATION_PASSED_FLAG_1A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s1b.VALIDATION_BUNDLE_1B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s1b.VALIDATION_PASSED_FLAG_1B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2a.VALIDATION_BUNDLE_2A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2a.VALIDATION_PASSED_FLAG_2A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2b.VALIDATION_BUNDLE_2B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2b.VALIDATION_PASSED_FLAG_2B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s3a.VALIDATION_BUNDLE_3A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s3a.VALIDATION_PASSED_FLAG_3A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s3b.VALIDATION_BUNDLE_3B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s3b.VALIDATION_PASSED_FLAG_3B, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s5a.VALIDATION_BUNDLE_5A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s5a.VALIDATION_PASSED_FLAG_5A, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s1a.OUTLET_CATALOGUE, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s1b.SITE_LOCATIONS, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s3a.ZONE_ALLOC, via="sealed", optional=False, scope="metadata_only"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_SETTLEMENT_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.EDGE_CATALOGUE_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_INDEX_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_BLOB_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_UNIVERSE_HASH_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_ROUTING_POLICY_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s5a.SCENARIO_MANIFEST_5A, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s5a.MERCHANT_ZONE_PROFILE_5A, via="sealed", optional=False, scope="row_level"),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A, via="sealed", optional=False, scope="row_level"
            ),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_UTC_5A, via="sealed", optional=True, scope="metadata_only"
            ),
            Read(
                datasets_s5a.MERCHANT_ZONE_OVERLAY_FACTORS_5A,
                via="sealed",
                optional=True,
                scope="metadata_only",
            ),
            Read(datasets_s5b.ARRIVAL_COUNT_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_LGCP_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_RNG_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_ROUTING_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(
                datasets_s5b.ARRIVAL_TIME_PLACEMENT_POLICY_5B, via="policy", optional=False, scope="row_level"
            ),
            Read(datasets_s5b.BUNDLE_LAYOUT_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.GROUPING_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_EVIDENCE_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.TIME_GRID_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.VALIDATION_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.SEALED_INPUTS_5B,
            datasets_s5b.S0_GATE_RECEIPT_5B,
            datasets_s5b.SEALED_DATA_5B,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every upstream segment has its bundle and its flag",
                "abort",
                (errors.S5B_S0.UPSTREAM_GATE_MISSING,),
                method="v_01_every_upstream_segment_has_its_bundle_and_its_flag",
            ),
            ValidatorSpec(
                "V-02",
                "Each bundle lists exactly its files, with the digest that its flag states",
                "abort",
                (errors.S5B_S0.UPSTREAM_GATE_MISMATCH,),
                method="v_02_each_bundle_lists_exactly_its_files_with_the_digest",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary and every input has its registry entry and shape",
                "abort",
                (errors.S5B_S0.CATALOGUE_INCOMPLETE,),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "The identity of the run follows from its inputs",
                "abort",
                (errors.S5B_S0.RUN_IDENTITY_INVALID,),
                method="v_04_the_identity_of_the_run_follows_from_its_inputs",
            ),
            ValidatorSpec(
                "V-05",
                "The scenarios of the run are scenarios of 5A, and there is at least one",
                "abort",
                (errors.S5B_S0.SCENARIO_SET_INVALID,),
                method="v_05_the_scenarios_of_the_run_are_scenarios_of_5a_and_there",
            ),
            ValidatorSpec(
                "V-06",
                "Every policy has a version that the dictionary admits",
                "abort",
                (errors.S5B_S0.POLICY_VERSION_MISMATCH,),
                method="v_06_every_policy_has_a_version_that_the_dictionary_admits",
            ),
            ValidatorSpec(
                "V-07",
                "Every required input is in the inventory and exists for every scenario",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_INCOMPLETE,),
                method="v_07_every_required_input_is_in_the_inventory_and_exists_for",
            ),
            ValidatorSpec(
                "V-08",
                "Every partition of a seed-scoped input has its bytes sealed",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_INCOMPLETE,),
                method="v_08_every_partition_of_a_seed_scoped_input_has_its_bytes",
            ),
            ValidatorSpec(
                "V-09",
                "No artefact is sealed twice",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_DUPLICATE_KEY,),
                method="v_09_no_artefact_is_sealed_twice",
            ),
            ValidatorSpec(
                "V-10",
                "The rows of the inventory ascend by layer, segment and artefact",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_SCHEMA_INVALID,),
                method="v_10_the_rows_of_the_inventory_ascend_by_layer_segment_and",
            ),
            ValidatorSpec(
                "V-11",
                "The receipt states the digest and the row count of the inventory",
                "abort",
                (errors.S5B_S0.GATE_RECEIPT_DIGEST_MISMATCH,),
                method="v_11_the_receipt_states_the_digest_and_the_row_count_of_the",
            ),
            ValidatorSpec(
                "V-12",
                "The inventory has its contracted shape",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("sealed_inputs_5B",),
            ),
            ValidatorSpec(
                "V-13",
                "The receipt has its contracted shape",
                "abort",
                (errors.S5B_S0.GATE_RECEIPT_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s0_gate_receipt_5B",),
            ),
            ValidatorSpec(
                "V-14",
                "The list of sealed bytes has its contracted shape",
                "abort",
                (errors.S5B_S0.SEALED_INPUTS_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("sealed_data_5B",),
            ),
            ValidatorSpec(
                "V-15",
                "created_utc is the run receipt's",
                "abort",
                (errors.S5B_S0.RUN_IDENTITY_INVALID,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-16",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S0.RUN_IDENTITY_INVALID,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-17",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S0.IO_WRITE_CONFLICT,
                    errors.S5B_S0.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-18",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S0.IO_WRITE_CONFLICT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "UPSTREAM_GATE_MISSING": errors.S5B_S0.UPSTREAM_GATE_MISSING,
            "UPSTREAM_GATE_MISMATCH": errors.S5B_S0.UPSTREAM_GATE_MISMATCH,
            "CATALOGUE_INCOMPLETE": errors.S5B_S0.CATALOGUE_INCOMPLETE,
            "SEALED_INPUTS_INCOMPLETE": errors.S5B_S0.SEALED_INPUTS_INCOMPLETE,
            "SEALED_INPUTS_SCHEMA_INVALID": errors.S5B_S0.SEALED_INPUTS_SCHEMA_INVALID,
            "SEALED_INPUTS_DUPLICATE_KEY": errors.S5B_S0.SEALED_INPUTS_DUPLICATE_KEY,
            "GATE_RECEIPT_SCHEMA_INVALID": errors.S5B_S0.GATE_RECEIPT_SCHEMA_INVALID,
            "GATE_RECEIPT_DIGEST_MISMATCH": errors.S5B_S0.GATE_RECEIPT_DIGEST_MISMATCH,
            "RUN_IDENTITY_INVALID": errors.S5B_S0.RUN_IDENTITY_INVALID,
            "SCENARIO_SET_INVALID": errors.S5B_S0.SCENARIO_SET_INVALID,
            "POLICY_VERSION_MISMATCH": errors.S5B_S0.POLICY_VERSION_MISMATCH,
            "IO_WRITE_CONFLICT": errors.S5B_S0.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S0.IO_WRITE_FAILED,
        },
        contract_digest="c52ccd40b56a1c75331d562944e698b2a4f4bc23f691f276b3173d9c3b58d4e3",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S0 seals."""

        validation_bundle_1A: GateInput
        """The evidence that segment 1A passed: its validation report with the digest of every dataset."""
        validation_passed_flag_1A: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_1B: GateInput
        """The evidence that segment 1B passed: its validation report with the digest of every dataset."""
        validation_passed_flag_1B: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_2A: GateInput
        """The evidence that segment 2A passed: its validation report with the digest of every dataset."""
        validation_passed_flag_2A: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_2B: GateInput
        """The evidence of the segment: audit report, gate evidence, policies, publish records and RNG accounting. The publish record of a dataset lies at evidence/publish/<dataset>/record.json, that of one which a token splits at evidence/publish/<dataset>/<token>=<value>.json; the record itself names the whole partition."""
        validation_passed_flag_2B: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_3A: GateInput
        """The evidence that segment 3A passed: its validation report with the digest of every dataset."""
        validation_passed_flag_3A: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_3B: GateInput
        """The evidence that segment 3B passed: its validation report with the digest of every dataset of both states."""
        validation_passed_flag_3B: GateInput
        """The digest of the bundle; it exists only when the segment passed."""
        validation_bundle_5A: GateInput
        """The evidence of 5A: the report of the world builder or importer over all rows."""
        validation_passed_flag_5A: GateInput
        """The world and the digest of the bundle; it exists only when the segment passed."""
        outlet_catalogue: GateInput
        """Every merchant with the countries in which it has sites."""
        site_locations: GateInput
        """Where every site lies."""
        zone_alloc: GateInput
        """How many sites each merchant has in each time zone."""
        site_timezones: GateInput
        """The time zone of every site."""
        tz_timetable_cache: GateInput
        """When each zone's clocks change, 1970 to 2100."""
        s1_site_weights: GateInput
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: GateInput
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: GateInput
        """The alias tables of all merchants as one binary file."""
        s4_group_weights: GateInput
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        virtual_classification_3B: GateInput
        """Which merchants sell online."""
        virtual_settlement_3B: GateInput
        """Where merchants that sell online settle."""
        edge_catalogue_3B: GateInput | None = None
        """The edges of every merchant that sells online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_index_3B: GateInput | None = None
        """Where each merchant's edge alias table lies in the blob. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_blob_3B: GateInput | None = None
        """The edge alias tables of all merchants that sell online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_universe_hash_3B: GateInput | None = None
        """The digest that binds virtual arrivals to their edges. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        virtual_routing_policy_3B: GateInput | None = None
        """How virtual arrivals tell their time. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        scenario_manifest_5A: GateInput
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: GateInput
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: GateInput
        """The expected arrivals of every series and bucket, at local civil time."""
        merchant_zone_scenario_utc_5A: GateInput | None = None
        """The same intensities keyed by the bucket of the UTC horizon; a built world has none. Absent: It is left out of the inventory; no state of 5B reads it."""
        merchant_zone_overlay_factors_5A: GateInput | None = None
        """The factors behind every intensity; a built world has none. Absent: It is left out of the inventory; no state of 5B reads it."""
        arrival_count_config_5B: models_s5b.ArrivalCountConfig5B
        """The law that turns an intensity into a count."""
        arrival_lgcp_config_5B: models_s5b.ArrivalLgcpConfig5B
        """The latent Gaussian path of a group and the factor that it becomes."""
        arrival_rng_policy_5B: models_s5b.ArrivalRngPolicy5B
        """The generator, the derivation and the families of 5B."""
        arrival_routing_policy_5B: models_s5b.ArrivalRoutingPolicy5B
        """Which arrivals are virtual and how sites and edges are picked."""
        arrival_time_placement_policy_5B: models_s5b.ArrivalTimePlacementPolicy5B
        """Where in its bucket an arrival falls."""
        bundle_layout_policy_5B: models_s5b.BundleLayoutPolicy5B
        """Which evidence the bundle holds and where."""
        grouping_policy_5B: models_s5b.GroupingPolicy5B
        """How series are put into groups."""
        rng_evidence_policy_5B: models_s5b.RngEvidencePolicy5B
        """Up to which size RNG events are stored one by one."""
        time_grid_policy_5B: models_s5b.TimeGridPolicy5B
        """How the horizon of a scenario is cut into buckets."""
        validation_policy_5B: models_s5b.ValidationPolicy5B
        """What S5 asks of a run besides the laws."""
        sealed: tuple[GateInput, ...]
        """Every sealed input, policies among them, by dataset and path."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S0 writes."""

        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""


class S5B_S1:
    """5B.S1 time_grid_and_grouping: Time grid and grouping."""

    ID: ClassVar[str] = "5B.S1"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S1",
        segment="5B",
        layer=2,
        number=1,
        name="time_grid_and_grouping",
        title="Time grid and grouping",
        kind="plan",
        scope=("manifest_fingerprint", "scenario_id"),
        reads=(
            Read(datasets_s5b.S0_GATE_RECEIPT_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_INPUTS_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_DATA_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5a.SCENARIO_MANIFEST_5A, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s5a.MERCHANT_ZONE_PROFILE_5A, via="sealed", optional=False, scope="row_level"),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A, via="sealed", optional=False, scope="row_level"
            ),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s5b.TIME_GRID_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.GROUPING_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.S1_TIME_GRID_5B,
            datasets_s5b.S1_GROUPING_5B,
        ),
        rng=(),
        identity=("manifest_fingerprint", "parameter_hash", "scenario_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S5B_S1.S0_GATE_MISSING,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input has the path, partition and digest that were sealed",
                "abort",
                (errors.S5B_S1.UPSTREAM_NOT_PASS,),
                shared="sealed_inputs",
            ),
            ValidatorSpec(
                "V-03",
                "The time grid policy is there and agrees with itself",
                "abort",
                (
                    errors.S5B_S1.TIME_GRID_POLICY_MISSING,
                    errors.S5B_S1.TIME_GRID_POLICY_SCHEMA_INVALID,
                ),
                method="v_03_the_time_grid_policy_is_there_and_agrees_with_itself",
            ),
            ValidatorSpec(
                "V-04",
                "The grouping policy is there and agrees with itself",
                "abort",
                (
                    errors.S5B_S1.GROUPING_POLICY_MISSING,
                    errors.S5B_S1.GROUPING_POLICY_SCHEMA_INVALID,
                ),
                method="v_04_the_grouping_policy_is_there_and_agrees_with_itself",
            ),
            ValidatorSpec(
                "V-05",
                "Every horizon is a whole number of aligned buckets inside the guardrails",
                "abort",
                (errors.S5B_S1.SCENARIO_HORIZON_INVALID,),
                method="v_05_every_horizon_is_a_whole_number_of_aligned_buckets",
            ),
            ValidatorSpec(
                "V-06",
                "The grid has every bucket of the horizon and no other",
                "abort",
                (errors.S5B_S1.TIME_GRID_INCOMPLETE,),
                method="v_06_the_grid_has_every_bucket_of_the_horizon_and_no_other",
            ),
            ValidatorSpec(
                "V-07",
                "Buckets are half-open, ascend and touch each other",
                "abort",
                (errors.S5B_S1.TIME_GRID_OVERLAP_OR_ORDER,),
                method="v_07_buckets_are_half_open_ascend_and_touch_each_other",
            ),
            ValidatorSpec(
                "V-08",
                "One band flag is true, and the annotations follow from the instants",
                "abort",
                (errors.S5B_S1.TIME_GRID_SCHEMA_INVALID,),
                method="v_08_one_band_flag_is_true_and_the_annotations_follow_from",
            ),
            ValidatorSpec(
                "V-09",
                "Class, channel and virtual band of every entity follow from 5A and 3B",
                "abort",
                (errors.S5B_S1.GROUP_DOMAIN_DERIVATION_FAILED,),
                method="v_09_class_channel_and_virtual_band_of_every_entity_follow",
            ),
            ValidatorSpec(
                "V-10",
                "Every entity of 5A has one group, and no other entity has",
                "abort",
                (errors.S5B_S1.GROUP_ASSIGNMENT_INCOMPLETE,),
                method="v_10_every_entity_of_5a_has_one_group_and_no_other_entity",
            ),
            ValidatorSpec(
                "V-11",
                "Every group_id is the one that its law gives",
                "abort",
                (errors.S5B_S1.GROUP_ID_DOMAIN_INVALID,),
                method="v_11_every_group_id_is_the_one_that_its_law_gives",
            ),
            ValidatorSpec(
                "V-12",
                "Groups meet the realism targets of the policy",
                "abort",
                (errors.S5B_S1.GROUPING_REALISM_FAILED,),
                method="v_12_groups_meet_the_realism_targets_of_the_policy",
            ),
            ValidatorSpec(
                "V-13",
                "The realism targets are not below the guide",
                "warn",
                (errors.S5B_S1.GROUPING_BELOW_GUIDE,),
                method="v_13_the_realism_targets_are_not_below_the_guide",
            ),
            ValidatorSpec(
                "V-14",
                "A merchant and zone have one channel group, so that no draw is used twice",
                "warn",
                (errors.S5B_S1.GROUP_DOMAIN_DERIVATION_FAILED,),
                method="v_14_a_merchant_and_zone_have_one_channel_group_so_that_no",
            ),
            ValidatorSpec(
                "V-15",
                "Every row of the grid obeys its columns",
                "abort",
                (errors.S5B_S1.TIME_GRID_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s1_time_grid_5B",),
            ),
            ValidatorSpec(
                "V-16",
                "Every row of the grouping obeys its columns",
                "abort",
                (errors.S5B_S1.GROUPING_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s1_grouping_5B",),
            ),
            ValidatorSpec(
                "V-17",
                "No bucket stands twice",
                "abort",
                (errors.S5B_S1.TIME_GRID_OVERLAP_OR_ORDER,),
                shared="key_unique",
                datasets=("s1_time_grid_5B",),
            ),
            ValidatorSpec(
                "V-18",
                "No entity stands twice",
                "abort",
                (errors.S5B_S1.GROUPING_DUPLICATE_KEY,),
                shared="key_unique",
                datasets=("s1_grouping_5B",),
            ),
            ValidatorSpec(
                "V-19",
                "Buckets ascend",
                "abort",
                (errors.S5B_S1.TIME_GRID_OVERLAP_OR_ORDER,),
                shared="writer_order",
                datasets=("s1_time_grid_5B",),
            ),
            ValidatorSpec(
                "V-20",
                "Entities ascend",
                "abort",
                (errors.S5B_S1.GROUPING_SCHEMA_INVALID,),
                shared="writer_order",
                datasets=("s1_grouping_5B",),
            ),
            ValidatorSpec(
                "V-21",
                "Paths of the grid and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S1.TIME_GRID_SCHEMA_INVALID,),
                shared="path_embed",
                datasets=("s1_time_grid_5B",),
            ),
            ValidatorSpec(
                "V-22",
                "Paths of the grouping and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S1.GROUPING_SCHEMA_INVALID,),
                shared="path_embed",
                datasets=("s1_grouping_5B",),
            ),
            ValidatorSpec(
                "V-23",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S1.IO_WRITE_CONFLICT,
                    errors.S5B_S1.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-24",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S1.IO_WRITE_CONFLICT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "S0_GATE_MISSING": errors.S5B_S1.S0_GATE_MISSING,
            "UPSTREAM_NOT_PASS": errors.S5B_S1.UPSTREAM_NOT_PASS,
            "TIME_GRID_POLICY_MISSING": errors.S5B_S1.TIME_GRID_POLICY_MISSING,
            "TIME_GRID_POLICY_SCHEMA_INVALID": errors.S5B_S1.TIME_GRID_POLICY_SCHEMA_INVALID,
            "SCENARIO_HORIZON_INVALID": errors.S5B_S1.SCENARIO_HORIZON_INVALID,
            "TIME_GRID_INCOMPLETE": errors.S5B_S1.TIME_GRID_INCOMPLETE,
            "TIME_GRID_OVERLAP_OR_ORDER": errors.S5B_S1.TIME_GRID_OVERLAP_OR_ORDER,
            "TIME_GRID_SCHEMA_INVALID": errors.S5B_S1.TIME_GRID_SCHEMA_INVALID,
            "GROUPING_POLICY_MISSING": errors.S5B_S1.GROUPING_POLICY_MISSING,
            "GROUPING_POLICY_SCHEMA_INVALID": errors.S5B_S1.GROUPING_POLICY_SCHEMA_INVALID,
            "GROUP_DOMAIN_DERIVATION_FAILED": errors.S5B_S1.GROUP_DOMAIN_DERIVATION_FAILED,
            "GROUP_ASSIGNMENT_INCOMPLETE": errors.S5B_S1.GROUP_ASSIGNMENT_INCOMPLETE,
            "GROUP_ID_DOMAIN_INVALID": errors.S5B_S1.GROUP_ID_DOMAIN_INVALID,
            "GROUPING_REALISM_FAILED": errors.S5B_S1.GROUPING_REALISM_FAILED,
            "GROUPING_BELOW_GUIDE": errors.S5B_S1.GROUPING_BELOW_GUIDE,
            "GROUPING_DUPLICATE_KEY": errors.S5B_S1.GROUPING_DUPLICATE_KEY,
            "GROUPING_SCHEMA_INVALID": errors.S5B_S1.GROUPING_SCHEMA_INVALID,
            "IO_WRITE_CONFLICT": errors.S5B_S1.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S1.IO_WRITE_FAILED,
        },
        contract_digest="25916009a1d3a25fcec8e67e6041d612304b20b4d3e119c9ed960607fd04bb1c",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S1 reads."""

        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""
        scenario_manifest_5A: PartitionedTable[tables_s5a.ScenarioManifest5A]
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: PartitionedTable[tables_s5a.MerchantZoneProfile5A]
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: Mapping[
            str, PartitionedTable[tables_s5a.MerchantZoneScenarioLocal5A]
        ]
        """The expected arrivals of every series and bucket, at local civil time."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        time_grid_policy_5B: models_s5b.TimeGridPolicy5B
        """How the horizon of a scenario is cut into buckets."""
        grouping_policy_5B: models_s5b.GroupingPolicy5B
        """How series are put into groups."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S1 writes."""

        s1_time_grid_5B: Mapping[str, tables_s5b.S1TimeGrid5B]
        """The buckets of every scenario horizon."""
        s1_grouping_5B: Mapping[str, tables_s5b.S1Grouping5B]
        """The group of every series and the features that it is made of."""


class S5B_S2:
    """5B.S2 latent_intensity: Latent intensity."""

    ID: ClassVar[str] = "5B.S2"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S2",
        segment="5B",
        layer=2,
        number=2,
        name="latent_intensity",
        title="Latent intensity",
        kind="sampler",
        scope=("seed", "manifest_fingerprint", "scenario_id"),
        reads=(
            Read(datasets_s5b.S0_GATE_RECEIPT_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_INPUTS_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_DATA_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.S1_TIME_GRID_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S1_GROUPING_5B, via="run_local", optional=False, scope="row_level"),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A, via="sealed", optional=False, scope="row_level"
            ),
            Read(datasets_s5b.ARRIVAL_LGCP_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_RNG_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_EVIDENCE_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.S2_REALISED_INTENSITY_5B,
            datasets_s5b.S2_LATENT_FIELD_5B,
            datasets_s5b.RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN,
            datasets_s5b.RNG_COMMITMENT_ARRIVAL_LGCP_GAUSSIAN,
            datasets_s5b.RNG_AUDIT_LOG_5B_S2,
            datasets_s5b.RNG_TRACE_LOG_5B_S2,
        ),
        rng=(RngFamily("S2.latent_vector.v1", "rng_event_arrival_lgcp_gaussian", "2H", "H"),),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S5B_S2.S0_GATE_INVALID,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input has the path, partition and digest that were sealed",
                "abort",
                (errors.S5B_S2.UPSTREAM_NOT_PASS,),
                shared="sealed_inputs",
            ),
            ValidatorSpec(
                "V-03",
                "Grid and groups of S1 are there for every scenario of this world",
                "abort",
                (errors.S5B_S2.S1_OUTPUT_MISSING,),
                method="v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of",
            ),
            ValidatorSpec(
                "V-04",
                "The intensities of 5A are there for every scenario",
                "abort",
                (errors.S5B_S2.LAMBDA_SOURCE_MISSING,),
                method="v_04_the_intensities_of_5a_are_there_for_every_scenario",
            ),
            ValidatorSpec(
                "V-05",
                "The latent config names every class and meets its realism floors",
                "abort",
                (errors.S5B_S2.LGCP_CONFIG_INVALID,),
                method="v_05_the_latent_config_names_every_class_and_meets_its",
            ),
            ValidatorSpec(
                "V-06",
                "The RNG policy is the one that S2 implements",
                "abort",
                (errors.S5B_S2.RNG_POLICY_INVALID,),
                method="v_06_the_rng_policy_is_the_one_that_s2_implements",
            ),
            ValidatorSpec(
                "V-07",
                "Every entity has exactly the buckets of the grid",
                "abort",
                (errors.S5B_S2.BUCKET_SET_INCONSISTENT,),
                method="v_07_every_entity_has_exactly_the_buckets_of_the_grid",
            ),
            ValidatorSpec(
                "V-08",
                "The entities of 5A are those of the grouping, in the same order",
                "abort",
                (errors.S5B_S2.DOMAIN_ALIGN_FAILED,),
                method="v_08_the_entities_of_5a_are_those_of_the_grouping_in_the",
            ),
            ValidatorSpec(
                "V-09",
                "The members of a group share every feature, so that sigma and length scale are one",
                "abort",
                (errors.S5B_S2.KERNEL_CONSTRUCTION_FAILED,),
                method="v_09_the_members_of_a_group_share_every_feature_so_that",
            ),
            ValidatorSpec(
                "V-10",
                "Every intensity and factor is finite, inside its limits, and obeys the product law",
                "abort",
                (errors.S5B_S2.REALISED_NUMERIC_INVALID,),
                method="v_10_every_intensity_and_factor_is_finite_inside_its_limits",
            ),
            ValidatorSpec(
                "V-11",
                "The output has one row for every entity and bucket of 5A, with its intensity unchanged",
                "abort",
                (errors.S5B_S2.REALISED_DOMAIN_INCOMPLETE,),
                method="v_11_the_output_has_one_row_for_every_entity_and_bucket_of",
            ),
            ValidatorSpec(
                "V-12",
                "The latent field is there exactly when the config asks, whole, and gives the factors",
                "abort",
                (errors.S5B_S2.LATENT_DOMAIN_INCOMPLETE,),
                method="v_12_the_latent_field_is_there_exactly_when_the_config_asks",
            ),
            ValidatorSpec(
                "V-13",
                "Events, draws, blocks, counters and totals agree with one event a group",
                "abort",
                (errors.S5B_S2.RNG_ACCOUNTING_MISMATCH,),
                method="v_13_events_draws_blocks_counters_and_totals_agree_with_one",
            ),
            ValidatorSpec(
                "V-14",
                "Every row of the intensities obeys its columns",
                "abort",
                (errors.S5B_S2.REALISED_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s2_realised_intensity_5B",),
            ),
            ValidatorSpec(
                "V-15",
                "Every row of the latent field obeys its columns",
                "abort",
                (errors.S5B_S2.LATENT_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s2_latent_field_5B",),
            ),
            ValidatorSpec(
                "V-16",
                "Every row of the RNG logs obeys its columns",
                "abort",
                (errors.S5B_S2.RNG_ACCOUNTING_MISMATCH,),
                shared="output_shape",
                datasets=(
                    "rng_event_arrival_lgcp_gaussian",
                    "rng_commitment_arrival_lgcp_gaussian",
                    "rng_audit_log_5B_S2",
                    "rng_trace_log_5B_S2",
                ),
            ),
            ValidatorSpec(
                "V-17",
                "No entity and bucket stand twice",
                "abort",
                (errors.S5B_S2.REALISED_DOMAIN_INCOMPLETE,),
                shared="key_unique",
                datasets=("s2_realised_intensity_5B",),
            ),
            ValidatorSpec(
                "V-18",
                "No group and bucket stand twice",
                "abort",
                (errors.S5B_S2.LATENT_DOMAIN_INCOMPLETE,),
                shared="key_unique",
                datasets=("s2_latent_field_5B",),
            ),
            ValidatorSpec(
                "V-19",
                "Intensities stand in series order",
                "abort",
                (errors.S5B_S2.DOMAIN_ALIGN_FAILED,),
                shared="writer_order",
                datasets=("s2_realised_intensity_5B",),
            ),
            ValidatorSpec(
                "V-20",
                "The latent field stands in group order",
                "abort",
                (errors.S5B_S2.LATENT_DOMAIN_INCOMPLETE,),
                shared="writer_order",
                datasets=("s2_latent_field_5B",),
            ),
            ValidatorSpec(
                "V-21",
                "Events stand in group order",
                "abort",
                (errors.S5B_S2.RNG_ACCOUNTING_MISMATCH,),
                shared="writer_order",
                datasets=("rng_event_arrival_lgcp_gaussian",),
            ),
            ValidatorSpec(
                "V-22",
                "Every ts_utc of the evidence is the created_utc of the run",
                "abort",
                (errors.S5B_S2.RNG_ACCOUNTING_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-23",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S2.REALISED_SCHEMA_INVALID,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-24",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S2.IO_WRITE_CONFLICT,
                    errors.S5B_S2.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-25",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S2.NON_DETERMINISTIC_OUTPUT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "S0_GATE_INVALID": errors.S5B_S2.S0_GATE_INVALID,
            "UPSTREAM_NOT_PASS": errors.S5B_S2.UPSTREAM_NOT_PASS,
            "S1_OUTPUT_MISSING": errors.S5B_S2.S1_OUTPUT_MISSING,
            "LAMBDA_SOURCE_MISSING": errors.S5B_S2.LAMBDA_SOURCE_MISSING,
            "LGCP_CONFIG_INVALID": errors.S5B_S2.LGCP_CONFIG_INVALID,
            "RNG_POLICY_INVALID": errors.S5B_S2.RNG_POLICY_INVALID,
            "BUCKET_SET_INCONSISTENT": errors.S5B_S2.BUCKET_SET_INCONSISTENT,
            "DOMAIN_ALIGN_FAILED": errors.S5B_S2.DOMAIN_ALIGN_FAILED,
            "KERNEL_CONSTRUCTION_FAILED": errors.S5B_S2.KERNEL_CONSTRUCTION_FAILED,
            "REALISED_NUMERIC_INVALID": errors.S5B_S2.REALISED_NUMERIC_INVALID,
            "REALISED_DOMAIN_INCOMPLETE": errors.S5B_S2.REALISED_DOMAIN_INCOMPLETE,
            "REALISED_SCHEMA_INVALID": errors.S5B_S2.REALISED_SCHEMA_INVALID,
            "LATENT_DOMAIN_INCOMPLETE": errors.S5B_S2.LATENT_DOMAIN_INCOMPLETE,
            "LATENT_SCHEMA_INVALID": errors.S5B_S2.LATENT_SCHEMA_INVALID,
            "RNG_ACCOUNTING_MISMATCH": errors.S5B_S2.RNG_ACCOUNTING_MISMATCH,
            "NON_DETERMINISTIC_OUTPUT": errors.S5B_S2.NON_DETERMINISTIC_OUTPUT,
            "IO_WRITE_CONFLICT": errors.S5B_S2.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S2.IO_WRITE_FAILED,
        },
        contract_digest="221807796cce5bdd4055ffeb0af1c11d113afad77fc96777974ec9bee65128e1",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S2 reads."""

        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""
        s1_time_grid_5B: Mapping[str, PartitionedTable[tables_s5b.S1TimeGrid5B]]
        """The buckets of every scenario horizon."""
        s1_grouping_5B: Mapping[str, PartitionedTable[tables_s5b.S1Grouping5B]]
        """The group of every series and the features that it is made of."""
        merchant_zone_scenario_local_5A: Mapping[
            str, PartitionedTable[tables_s5a.MerchantZoneScenarioLocal5A]
        ]
        """The expected arrivals of every series and bucket, at local civil time."""
        arrival_lgcp_config_5B: models_s5b.ArrivalLgcpConfig5B
        """The latent Gaussian path of a group and the factor that it becomes."""
        arrival_rng_policy_5B: models_s5b.ArrivalRngPolicy5B
        """The generator, the derivation and the families of 5B."""
        rng_evidence_policy_5B: models_s5b.RngEvidencePolicy5B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S2 writes."""

        s2_realised_intensity_5B: Mapping[str, tables_s5b.S2RealisedIntensity5B]
        """The intensity of every series and bucket after the random factor of its group."""
        s2_latent_field_5B: Mapping[str, tables_s5b.S2LatentField5B] | None = None
        """The Gaussian path of every group; a block of series has its even share of the groups. Kept when the latent config asks for it."""
        rng_event_arrival_lgcp_gaussian: tables_s5b.RngEventArrivalLgcpGaussian | None = None
        """The draws of the latent paths, one row an event; stored when the evidence policy keeps the family whole. A block of series also has its even share of the groups of its scenario."""
        rng_commitment_arrival_lgcp_gaussian: Sequence[models_s5b.RngCommitmentArrivalLgcpGaussian] | None = (
            None
        )
        """One row a part of the draws of the latent paths whose events are not stored."""
        rng_audit_log_5B_S2: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 5B.S2 drew with, one row."""
        rng_trace_log_5B_S2: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S2, one row after each event; empty where nothing is drawn."""


class S5B_S3:
    """5B.S3 bucket_counts: Bucket counts."""

    ID: ClassVar[str] = "5B.S3"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S3",
        segment="5B",
        layer=2,
        number=3,
        name="bucket_counts",
        title="Bucket counts",
        kind="sampler",
        scope=("seed", "manifest_fingerprint", "scenario_id"),
        reads=(
            Read(datasets_s5b.S0_GATE_RECEIPT_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_INPUTS_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_DATA_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.S1_TIME_GRID_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S1_GROUPING_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S2_REALISED_INTENSITY_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_COUNT_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_RNG_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_EVIDENCE_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.S3_BUCKET_COUNTS_5B,
            datasets_s5b.RNG_EVENT_ARRIVAL_BUCKET_COUNT,
            datasets_s5b.RNG_COMMITMENT_ARRIVAL_BUCKET_COUNT,
            datasets_s5b.RNG_AUDIT_LOG_5B_S3,
            datasets_s5b.RNG_TRACE_LOG_5B_S3,
        ),
        rng=(RngFamily("S3.bucket_count.v1", "rng_event_arrival_bucket_count", "1 (poisson), 2 (nb2)", "1"),),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S5B_S3.S0_GATE_INVALID,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input has the path, partition and digest that were sealed",
                "abort",
                (errors.S5B_S3.UPSTREAM_NOT_PASS,),
                shared="sealed_inputs",
            ),
            ValidatorSpec(
                "V-03",
                "Grid and groups of S1 are there for every scenario of this world",
                "abort",
                (errors.S5B_S3.S1_OUTPUT_MISSING,),
                method="v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of",
            ),
            ValidatorSpec(
                "V-04",
                "The intensities of S2 are there for every scenario of this run",
                "abort",
                (errors.S5B_S3.S2_OUTPUT_MISSING,),
                method="v_04_the_intensities_of_s2_are_there_for_every_scenario_of",
            ),
            ValidatorSpec(
                "V-05",
                "The count config is there, names a registered law and every class, and meets its floors",
                "abort",
                (
                    errors.S5B_S3.COUNT_CONFIG_MISSING,
                    errors.S5B_S3.COUNT_CONFIG_INVALID,
                ),
                method="v_05_the_count_config_is_there_names_a_registered_law_and",
            ),
            ValidatorSpec(
                "V-06",
                "The RNG policy is the one that S3 implements",
                "abort",
                (errors.S5B_S3.RNG_POLICY_INVALID,),
                method="v_06_the_rng_policy_is_the_one_that_s3_implements",
            ),
            ValidatorSpec(
                "V-07",
                "Every entity has exactly the buckets of the grid, with their length",
                "abort",
                (errors.S5B_S3.BUCKET_SET_INCONSISTENT,),
                method="v_07_every_entity_has_exactly_the_buckets_of_the_grid_with",
            ),
            ValidatorSpec(
                "V-08",
                "A merchant, zone and bucket have one row, so that no draw is used twice",
                "abort",
                (errors.S5B_S3.DOMAIN_ALIGN_FAILED,),
                method="v_08_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw",
            ),
            ValidatorSpec(
                "V-09",
                "The mean is the intensity of S2 bit for bit, and kappa the one of the group",
                "abort",
                (errors.S5B_S3.PARAM_DERIVATION_INVALID,),
                method="v_09_the_mean_is_the_intensity_of_s2_bit_for_bit_and_kappa",
            ),
            ValidatorSpec(
                "V-10",
                "An intensity that counts as zero gives zero and draws nothing",
                "abort",
                (errors.S5B_S3.COUNT_SAMPLING_ERROR,),
                method="v_10_an_intensity_that_counts_as_zero_gives_zero_and_draws",
            ),
            ValidatorSpec(
                "V-11",
                "Every count lies in its range, and count_capped marks exactly the limited ones",
                "abort",
                (errors.S5B_S3.COUNTS_NUMERIC_INVALID,),
                method="v_11_every_count_lies_in_its_range_and_count_capped_marks",
            ),
            ValidatorSpec(
                "V-12",
                "The output has one row for every row of S2",
                "abort",
                (errors.S5B_S3.COUNTS_DOMAIN_INCOMPLETE,),
                method="v_12_the_output_has_one_row_for_every_row_of_s2",
            ),
            ValidatorSpec(
                "V-13",
                "Events, draws, blocks, counters and totals agree with one event a row above zero",
                "abort",
                (errors.S5B_S3.RNG_ACCOUNTING_MISMATCH,),
                method="v_13_events_draws_blocks_counters_and_totals_agree_with_one",
            ),
            ValidatorSpec(
                "V-14",
                "Every row of the counts obeys its columns",
                "abort",
                (errors.S5B_S3.COUNTS_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("s3_bucket_counts_5B",),
            ),
            ValidatorSpec(
                "V-15",
                "Every row of the RNG logs obeys its columns",
                "abort",
                (errors.S5B_S3.RNG_ACCOUNTING_MISMATCH,),
                shared="output_shape",
                datasets=(
                    "rng_event_arrival_bucket_count",
                    "rng_commitment_arrival_bucket_count",
                    "rng_audit_log_5B_S3",
                    "rng_trace_log_5B_S3",
                ),
            ),
            ValidatorSpec(
                "V-16",
                "No entity and bucket stand twice",
                "abort",
                (errors.S5B_S3.COUNTS_DUPLICATE_KEY,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-17",
                "Counts stand in series order",
                "abort",
                (errors.S5B_S3.DOMAIN_ALIGN_FAILED,),
                shared="writer_order",
                datasets=("s3_bucket_counts_5B",),
            ),
            ValidatorSpec(
                "V-18",
                "Events stand in series order",
                "abort",
                (errors.S5B_S3.RNG_ACCOUNTING_MISMATCH,),
                shared="writer_order",
                datasets=("rng_event_arrival_bucket_count",),
            ),
            ValidatorSpec(
                "V-19",
                "Every ts_utc of the evidence is the created_utc of the run",
                "abort",
                (errors.S5B_S3.RNG_ACCOUNTING_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-20",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S3.COUNTS_SCHEMA_INVALID,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-21",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S3.IO_WRITE_CONFLICT,
                    errors.S5B_S3.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-22",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S3.NON_DETERMINISTIC_OUTPUT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "S0_GATE_INVALID": errors.S5B_S3.S0_GATE_INVALID,
            "UPSTREAM_NOT_PASS": errors.S5B_S3.UPSTREAM_NOT_PASS,
            "S1_OUTPUT_MISSING": errors.S5B_S3.S1_OUTPUT_MISSING,
            "S2_OUTPUT_MISSING": errors.S5B_S3.S2_OUTPUT_MISSING,
            "COUNT_CONFIG_MISSING": errors.S5B_S3.COUNT_CONFIG_MISSING,
            "COUNT_CONFIG_INVALID": errors.S5B_S3.COUNT_CONFIG_INVALID,
            "RNG_POLICY_INVALID": errors.S5B_S3.RNG_POLICY_INVALID,
            "BUCKET_SET_INCONSISTENT": errors.S5B_S3.BUCKET_SET_INCONSISTENT,
            "DOMAIN_ALIGN_FAILED": errors.S5B_S3.DOMAIN_ALIGN_FAILED,
            "PARAM_DERIVATION_INVALID": errors.S5B_S3.PARAM_DERIVATION_INVALID,
            "COUNT_SAMPLING_ERROR": errors.S5B_S3.COUNT_SAMPLING_ERROR,
            "COUNTS_NUMERIC_INVALID": errors.S5B_S3.COUNTS_NUMERIC_INVALID,
            "COUNTS_DOMAIN_INCOMPLETE": errors.S5B_S3.COUNTS_DOMAIN_INCOMPLETE,
            "COUNTS_DUPLICATE_KEY": errors.S5B_S3.COUNTS_DUPLICATE_KEY,
            "COUNTS_SCHEMA_INVALID": errors.S5B_S3.COUNTS_SCHEMA_INVALID,
            "RNG_ACCOUNTING_MISMATCH": errors.S5B_S3.RNG_ACCOUNTING_MISMATCH,
            "NON_DETERMINISTIC_OUTPUT": errors.S5B_S3.NON_DETERMINISTIC_OUTPUT,
            "IO_WRITE_CONFLICT": errors.S5B_S3.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S3.IO_WRITE_FAILED,
        },
        contract_digest="81a80ae38737aa2ec3444ec1ac71e0b2c8bded2414a69eb87783f7f2850b07c9",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S3 reads."""

        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""
        s1_time_grid_5B: Mapping[str, PartitionedTable[tables_s5b.S1TimeGrid5B]]
        """The buckets of every scenario horizon."""
        s1_grouping_5B: Mapping[str, PartitionedTable[tables_s5b.S1Grouping5B]]
        """The group of every series and the features that it is made of."""
        s2_realised_intensity_5B: Mapping[str, PartitionedTable[tables_s5b.S2RealisedIntensity5B]]
        """The intensity of every series and bucket after the random factor of its group."""
        arrival_count_config_5B: models_s5b.ArrivalCountConfig5B
        """The law that turns an intensity into a count."""
        arrival_rng_policy_5B: models_s5b.ArrivalRngPolicy5B
        """The generator, the derivation and the families of 5B."""
        rng_evidence_policy_5B: models_s5b.RngEvidencePolicy5B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S3 writes."""

        s3_bucket_counts_5B: Mapping[str, tables_s5b.S3BucketCounts5B]
        """How many arrivals fall into every series and bucket."""
        rng_event_arrival_bucket_count: tables_s5b.RngEventArrivalBucketCount | None = None
        """The draws of the bucket counts, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
        rng_commitment_arrival_bucket_count: Sequence[models_s5b.RngCommitmentArrivalBucketCount] | None = (
            None
        )
        """One row a part of the draws of the bucket counts whose events are not stored."""
        rng_audit_log_5B_S3: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 5B.S3 drew with, one row."""
        rng_trace_log_5B_S3: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S3, one row after each block of rows and substream."""


class S5B_S4:
    """5B.S4 arrival_events: Arrival events."""

    ID: ClassVar[str] = "5B.S4"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S4",
        segment="5B",
        layer=2,
        number=4,
        name="arrival_events",
        title="Arrival events",
        kind="sampler",
        scope=("seed", "manifest_fingerprint", "scenario_id"),
        reads=(
            Read(datasets_s5b.S0_GATE_RECEIPT_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_INPUTS_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_DATA_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.S1_TIME_GRID_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S1_GROUPING_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S3_BUCKET_COUNTS_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_SETTLEMENT_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.EDGE_CATALOGUE_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_INDEX_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_BLOB_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_UNIVERSE_HASH_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_ROUTING_POLICY_3B, via="sealed", optional=True, scope="row_level"),
            Read(
                datasets_s5b.ARRIVAL_TIME_PLACEMENT_POLICY_5B, via="policy", optional=False, scope="row_level"
            ),
            Read(datasets_s5b.ARRIVAL_ROUTING_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_RNG_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_EVIDENCE_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.S4_ARRIVAL_EVENTS_5B,
            datasets_s5b.S4_ARRIVAL_SUMMARY_5B,
            datasets_s5b.RNG_EVENT_ARRIVAL_TIME_JITTER,
            datasets_s5b.RNG_EVENT_ARRIVAL_SITE_PICK,
            datasets_s5b.RNG_EVENT_ARRIVAL_EDGE_PICK,
            datasets_s5b.RNG_COMMITMENT_ARRIVAL_TIME_JITTER,
            datasets_s5b.RNG_COMMITMENT_ARRIVAL_SITE_PICK,
            datasets_s5b.RNG_COMMITMENT_ARRIVAL_EDGE_PICK,
            datasets_s5b.RNG_AUDIT_LOG_5B_S4,
            datasets_s5b.RNG_TRACE_LOG_5B_S4,
        ),
        rng=(
            RngFamily("S4.arrival_time_jitter.v1", "rng_event_arrival_time_jitter", "N", "N"),
            RngFamily("S4.arrival_site_pick.v1", "rng_event_arrival_site_pick", "2N", "N"),
            RngFamily("S4.arrival_edge_pick.v1", "rng_event_arrival_edge_pick", "V", "N"),
        ),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S5B_S4.S0_GATE_MISSING_OR_INVALID,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input has the path, partition and digest that were sealed",
                "abort",
                (errors.S5B_S4.UPSTREAM_HASHGATE_NOT_PASSED,),
                shared="sealed_inputs",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary and can be read",
                "abort",
                (errors.S5B_S4.IO_READ_FAILED,),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "Grid, groups and counts are there for every scenario of this run",
                "abort",
                (errors.S5B_S4.S1_OR_S3_OUTPUT_MISSING,),
                method="v_04_grid_groups_and_counts_are_there_for_every_scenario_of",
            ),
            ValidatorSpec(
                "V-05",
                "The alias blob of 2B has the digest of its index, and its tables their publish records",
                "abort",
                (errors.S5B_S4.UPSTREAM_HASHGATE_NOT_PASSED,),
                method="v_05_the_alias_blob_of_2b_has_the_digest_of_its_index_and",
            ),
            ValidatorSpec(
                "V-06",
                "Every bucket of the counts is a bucket of the grid, with its length",
                "abort",
                (errors.S5B_S4.TIME_GRID_MISMATCH,),
                method="v_06_every_bucket_of_the_counts_is_a_bucket_of_the_grid_with",
            ),
            ValidatorSpec(
                "V-07",
                "A merchant, zone and bucket have one row, so that no draw is used twice",
                "abort",
                (errors.S5B_S4.DOMAIN_ALIGN_FAILED,),
                method="v_07_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw",
            ),
            ValidatorSpec(
                "V-08",
                "The routing and placement policies are implemented, and physical and virtual follow from them",
                "abort",
                (errors.S5B_S4.ROUTING_POLICY_INVALID,),
                method="v_08_the_routing_and_placement_policies_are_implemented_and",
            ),
            ValidatorSpec(
                "V-09",
                "Every instant lies in its bucket, end excluded",
                "abort",
                (errors.S5B_S4.TS_OUTSIDE_BUCKET_WINDOW,),
                method="v_09_every_instant_lies_in_its_bucket_end_excluded",
            ),
            ValidatorSpec(
                "V-10",
                "Every zone is in the timetable and every local time follows from it",
                "abort",
                (errors.S5B_S4.DST_MAPPING_FAILED,),
                method="v_10_every_zone_is_in_the_timetable_and_every_local_time",
            ),
            ValidatorSpec(
                "V-11",
                "Every physical arrival has a site of its merchant in its zone group",
                "abort",
                (errors.S5B_S4.SITE_RESOLUTION_FAILED,),
                method="v_11_every_physical_arrival_has_a_site_of_its_merchant_in",
            ),
            ValidatorSpec(
                "V-12",
                "Every virtual arrival has an edge of its merchant, with its settlement zone",
                "abort",
                (errors.S5B_S4.EDGE_RESOLUTION_FAILED,),
                method="v_12_every_virtual_arrival_has_an_edge_of_its_merchant_with",
            ),
            ValidatorSpec(
                "V-13",
                "The edge universe is the sealed one, in every virtual row and in no other",
                "abort",
                (errors.S5B_S4.ROUTING_UNIVERSE_HASH_MISMATCH,),
                method="v_13_the_edge_universe_is_the_sealed_one_in_every_virtual",
            ),
            ValidatorSpec(
                "V-14",
                "Every bucket has as many arrivals as S3 counted, and the summary says so",
                "abort",
                (errors.S5B_S4.BUCKET_COUNT_MISMATCH,),
                method="v_14_every_bucket_has_as_many_arrivals_as_s3_counted_and_the",
            ),
            ValidatorSpec(
                "V-15",
                "Site, edge, zone and settlement are null exactly where the kind of arrival says so",
                "abort",
                (errors.S5B_S4.SCHEMA_VIOLATION,),
                method="v_15_site_edge_zone_and_settlement_are_null_exactly_where",
            ),
            ValidatorSpec(
                "V-16",
                "arrival_seq counts by instant and draw, and draw_index names every draw once",
                "abort",
                (errors.S5B_S4.PARTITION_OR_PK_VIOLATION,),
                method="v_16_arrival_seq_counts_by_instant_and_draw_and_draw_index",
            ),
            ValidatorSpec(
                "V-17",
                "The RNG policy is the one that S4 implements",
                "abort",
                (errors.S5B_S4.RNG_STREAM_CONFIG_INVALID,),
                method="v_17_the_rng_policy_is_the_one_that_s4_implements",
            ),
            ValidatorSpec(
                "V-18",
                "Events, draws, blocks, counters and totals agree with the arrivals",
                "abort",
                (errors.S5B_S4.RNG_ACCOUNTING_MISMATCH,),
                method="v_18_events_draws_blocks_counters_and_totals_agree_with_the",
            ),
            ValidatorSpec(
                "V-19",
                "Every row of the arrivals obeys its columns",
                "abort",
                (errors.S5B_S4.SCHEMA_VIOLATION,),
                shared="output_shape",
                datasets=("s4_arrival_events_5B",),
            ),
            ValidatorSpec(
                "V-20",
                "Every row of the summary obeys its columns",
                "abort",
                (errors.S5B_S4.SCHEMA_VIOLATION,),
                shared="output_shape",
                datasets=("s4_arrival_summary_5B",),
            ),
            ValidatorSpec(
                "V-21",
                "Every row of the RNG logs obeys its columns",
                "abort",
                (errors.S5B_S4.RNG_ACCOUNTING_MISMATCH,),
                shared="output_shape",
                datasets=(
                    "rng_event_arrival_time_jitter",
                    "rng_event_arrival_site_pick",
                    "rng_event_arrival_edge_pick",
                    "rng_commitment_arrival_time_jitter",
                    "rng_commitment_arrival_site_pick",
                    "rng_commitment_arrival_edge_pick",
                    "rng_audit_log_5B_S4",
                    "rng_trace_log_5B_S4",
                ),
            ),
            ValidatorSpec(
                "V-22",
                "No key stands twice",
                "abort",
                (errors.S5B_S4.PARTITION_OR_PK_VIOLATION,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-23",
                "Arrivals stand in series order",
                "abort",
                (errors.S5B_S4.PARTITION_OR_PK_VIOLATION,),
                shared="writer_order",
                datasets=("s4_arrival_events_5B",),
            ),
            ValidatorSpec(
                "V-24",
                "The summary stands in series order",
                "abort",
                (errors.S5B_S4.PARTITION_OR_PK_VIOLATION,),
                shared="writer_order",
                datasets=("s4_arrival_summary_5B",),
            ),
            ValidatorSpec(
                "V-25",
                "Events stand in series order",
                "abort",
                (errors.S5B_S4.RNG_ACCOUNTING_MISMATCH,),
                shared="writer_order",
                datasets=(
                    "rng_event_arrival_time_jitter",
                    "rng_event_arrival_site_pick",
                    "rng_event_arrival_edge_pick",
                ),
            ),
            ValidatorSpec(
                "V-26",
                "Every ts_utc of the evidence is the created_utc of the run",
                "abort",
                (errors.S5B_S4.RNG_ACCOUNTING_MISMATCH,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-27",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S4.PARTITION_OR_PK_VIOLATION,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-28",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S4.IO_WRITE_CONFLICT,
                    errors.S5B_S4.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-29",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S4.RERUN_NONDETERMINISTIC,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "S0_GATE_MISSING_OR_INVALID": errors.S5B_S4.S0_GATE_MISSING_OR_INVALID,
            "UPSTREAM_HASHGATE_NOT_PASSED": errors.S5B_S4.UPSTREAM_HASHGATE_NOT_PASSED,
            "S1_OR_S3_OUTPUT_MISSING": errors.S5B_S4.S1_OR_S3_OUTPUT_MISSING,
            "TIME_GRID_MISMATCH": errors.S5B_S4.TIME_GRID_MISMATCH,
            "DOMAIN_ALIGN_FAILED": errors.S5B_S4.DOMAIN_ALIGN_FAILED,
            "TS_OUTSIDE_BUCKET_WINDOW": errors.S5B_S4.TS_OUTSIDE_BUCKET_WINDOW,
            "DST_MAPPING_FAILED": errors.S5B_S4.DST_MAPPING_FAILED,
            "ROUTING_POLICY_INVALID": errors.S5B_S4.ROUTING_POLICY_INVALID,
            "SITE_RESOLUTION_FAILED": errors.S5B_S4.SITE_RESOLUTION_FAILED,
            "EDGE_RESOLUTION_FAILED": errors.S5B_S4.EDGE_RESOLUTION_FAILED,
            "ROUTING_UNIVERSE_HASH_MISMATCH": errors.S5B_S4.ROUTING_UNIVERSE_HASH_MISMATCH,
            "BUCKET_COUNT_MISMATCH": errors.S5B_S4.BUCKET_COUNT_MISMATCH,
            "SCHEMA_VIOLATION": errors.S5B_S4.SCHEMA_VIOLATION,
            "PARTITION_OR_PK_VIOLATION": errors.S5B_S4.PARTITION_OR_PK_VIOLATION,
            "RNG_STREAM_CONFIG_INVALID": errors.S5B_S4.RNG_STREAM_CONFIG_INVALID,
            "RNG_ACCOUNTING_MISMATCH": errors.S5B_S4.RNG_ACCOUNTING_MISMATCH,
            "RERUN_NONDETERMINISTIC": errors.S5B_S4.RERUN_NONDETERMINISTIC,
            "IO_READ_FAILED": errors.S5B_S4.IO_READ_FAILED,
            "IO_WRITE_CONFLICT": errors.S5B_S4.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S4.IO_WRITE_FAILED,
        },
        contract_digest="bf29a89de1bd175924d70b3ee0cca13d6074d65e4349d390760637233198b6ac",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S4 reads."""

        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""
        s1_time_grid_5B: Mapping[str, PartitionedTable[tables_s5b.S1TimeGrid5B]]
        """The buckets of every scenario horizon."""
        s1_grouping_5B: Mapping[str, PartitionedTable[tables_s5b.S1Grouping5B]]
        """The group of every series and the features that it is made of."""
        s3_bucket_counts_5B: Mapping[str, PartitionedTable[tables_s5b.S3BucketCounts5B]]
        """How many arrivals fall into every series and bucket."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""
        s4_group_weights: PartitionedTable[tables_s2b.S4GroupWeights]
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        tz_timetable_cache: PartitionedTable[tables_s2a.TzTimetableCache]
        """When each zone's clocks change, 1970 to 2100."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        virtual_settlement_3B: PartitionedTable[tables_s3b.VirtualSettlement3B]
        """Where merchants that sell online settle."""
        edge_catalogue_3B: PartitionedTable[tables_s3b.EdgeCatalogue3B] | None = None
        """The edges of every merchant that sells online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_index_3B: models_s3b.EdgeAliasIndex3B | None = None
        """Where each merchant's edge alias table lies in the blob. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_blob_3B: bytes | None = None
        """The edge alias tables of all merchants that sell online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_universe_hash_3B: models_s3b.EdgeUniverseHash3B | None = None
        """The digest that binds virtual arrivals to their edges. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        virtual_routing_policy_3B: models_s3b.VirtualRoutingPolicy3B | None = None
        """How virtual arrivals tell their time. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        arrival_time_placement_policy_5B: models_s5b.ArrivalTimePlacementPolicy5B
        """Where in its bucket an arrival falls."""
        arrival_routing_policy_5B: models_s5b.ArrivalRoutingPolicy5B
        """Which arrivals are virtual and how sites and edges are picked."""
        arrival_rng_policy_5B: models_s5b.ArrivalRngPolicy5B
        """The generator, the derivation and the families of 5B."""
        rng_evidence_policy_5B: models_s5b.RngEvidencePolicy5B
        """Up to which size RNG events are stored one by one."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S4 writes."""

        s4_arrival_events_5B: Mapping[str, tables_s5b.S4ArrivalEvents5B]
        """The arrivals: instant, site or edge, and local times."""
        s4_arrival_summary_5B: Mapping[str, tables_s5b.S4ArrivalSummary5B]
        """How many arrivals of every bucket were physical and how many virtual."""
        rng_event_arrival_time_jitter: tables_s5b.RngEventArrivalTimeJitter | None = None
        """The draws of the instants, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
        rng_event_arrival_site_pick: tables_s5b.RngEventArrivalSitePick | None = None
        """The draws of the coins and site picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
        rng_event_arrival_edge_pick: tables_s5b.RngEventArrivalEdgePick | None = None
        """The draws of the edge picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
        rng_commitment_arrival_time_jitter: Sequence[models_s5b.RngCommitmentArrivalTimeJitter] | None = None
        """One row a part of the draws of the instants whose events are not stored."""
        rng_commitment_arrival_site_pick: Sequence[models_s5b.RngCommitmentArrivalSitePick] | None = None
        """One row a part of the draws of the coins and site picks whose events are not stored."""
        rng_commitment_arrival_edge_pick: Sequence[models_s5b.RngCommitmentArrivalEdgePick] | None = None
        """One row a part of the draws of the edge picks whose events are not stored."""
        rng_audit_log_5B_S4: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 5B.S4 drew with, one row."""
        rng_trace_log_5B_S4: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S4, one row after each block of rows and substream."""


class S5B_S5:
    """5B.S5 validation_bundle: Validation bundle."""

    ID: ClassVar[str] = "5B.S5"
    CARD: ClassVar[StateCard] = StateCard(
        id="5B.S5",
        segment="5B",
        layer=2,
        number=5,
        name="validation_bundle",
        title="Validation bundle",
        kind="bundle",
        scope=("manifest_fingerprint",),
        reads=(
            Read(datasets_s5b.S0_GATE_RECEIPT_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_INPUTS_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.SEALED_DATA_5B, via="run_local", optional=False, scope="metadata_only"),
            Read(datasets_s5b.S1_TIME_GRID_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S1_GROUPING_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S2_REALISED_INTENSITY_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S2_LATENT_FIELD_5B, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s5b.S3_BUCKET_COUNTS_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S4_ARRIVAL_EVENTS_5B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.S4_ARRIVAL_SUMMARY_5B, via="run_local", optional=False, scope="row_level"),
            Read(
                datasets_s5b.RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(
                datasets_s5b.RNG_COMMITMENT_ARRIVAL_LGCP_GAUSSIAN,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(
                datasets_s5b.RNG_EVENT_ARRIVAL_BUCKET_COUNT, via="run_local", optional=True, scope="row_level"
            ),
            Read(
                datasets_s5b.RNG_COMMITMENT_ARRIVAL_BUCKET_COUNT,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(
                datasets_s5b.RNG_EVENT_ARRIVAL_TIME_JITTER, via="run_local", optional=True, scope="row_level"
            ),
            Read(
                datasets_s5b.RNG_COMMITMENT_ARRIVAL_TIME_JITTER,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(datasets_s5b.RNG_EVENT_ARRIVAL_SITE_PICK, via="run_local", optional=True, scope="row_level"),
            Read(
                datasets_s5b.RNG_COMMITMENT_ARRIVAL_SITE_PICK,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(datasets_s5b.RNG_EVENT_ARRIVAL_EDGE_PICK, via="run_local", optional=True, scope="row_level"),
            Read(
                datasets_s5b.RNG_COMMITMENT_ARRIVAL_EDGE_PICK,
                via="run_local",
                optional=True,
                scope="row_level",
            ),
            Read(datasets_s5b.RNG_AUDIT_LOG_5B_S2, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s5b.RNG_TRACE_LOG_5B_S2, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_AUDIT_LOG_5B_S3, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_TRACE_LOG_5B_S3, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_AUDIT_LOG_5B_S4, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_TRACE_LOG_5B_S4, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5a.SCENARIO_MANIFEST_5A, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s5a.MERCHANT_ZONE_PROFILE_5A, via="sealed", optional=False, scope="row_level"),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A, via="sealed", optional=False, scope="row_level"
            ),
            Read(datasets_s2b.S1_SITE_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_INDEX, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S2_ALIAS_BLOB, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2b.S4_GROUP_WEIGHTS, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.SITE_TIMEZONES, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_SETTLEMENT_3B, via="sealed", optional=False, scope="row_level"),
            Read(datasets_s3b.EDGE_CATALOGUE_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_INDEX_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_ALIAS_BLOB_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.EDGE_UNIVERSE_HASH_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_ROUTING_POLICY_3B, via="sealed", optional=True, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_COUNT_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_LGCP_CONFIG_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_RNG_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.ARRIVAL_ROUTING_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(
                datasets_s5b.ARRIVAL_TIME_PLACEMENT_POLICY_5B, via="policy", optional=False, scope="row_level"
            ),
            Read(datasets_s5b.BUNDLE_LAYOUT_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.GROUPING_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.RNG_EVIDENCE_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.TIME_GRID_POLICY_5B, via="policy", optional=False, scope="row_level"),
            Read(datasets_s5b.VALIDATION_POLICY_5B, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5b.VALIDATION_REPORT_5B,
            datasets_s5b.VALIDATION_ISSUE_TABLE_5B,
            datasets_s5b.VALIDATION_BUNDLE_5B,
            datasets_s5b.VALIDATION_PASSED_FLAG_5B,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "parameter_hash", "run_id"),
        validators=(
            ValidatorSpec(
                "V-01",
                "The gate evidence is there",
                "abort",
                (errors.S5B_S5.S0_GATE_INVALID,),
                shared="s0_receipt",
            ),
            ValidatorSpec(
                "V-02",
                "Every input has the path, partition and digest that were sealed",
                "abort",
                (errors.S5B_S5.UPSTREAM_HASHGATE_NOT_PASSED,),
                shared="sealed_inputs",
            ),
            ValidatorSpec(
                "V-03",
                "Every path comes from the dictionary and can be read",
                "abort",
                (errors.S5B_S5.IO_READ_FAILED,),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-04",
                "Every state has published every scenario of the run, and no other",
                "abort",
                (errors.S5B_S5.DOMAIN_DISCOVERY_FAILED,),
                method="v_04_every_state_has_published_every_scenario_of_the_run_and",
            ),
            ValidatorSpec(
                "V-05",
                "Receipt, inventory and sealed bytes agree with each other and with the files",
                "abort",
                (errors.S5B_S5.S0_SEALED_INPUTS_INCONSISTENT,),
                method="v_05_receipt_inventory_and_sealed_bytes_agree_with_each",
            ),
            ValidatorSpec(
                "V-06",
                "The grid is contiguous and half-open and covers the horizon",
                "abort",
                (errors.S5B_S5.S1_S3_GRID_DOMAIN_MISMATCH,),
                method="v_06_the_grid_is_contiguous_and_half_open_and_covers_the",
            ),
            ValidatorSpec(
                "V-07",
                "Every row of S2 is finite and inside its limits, and the rows are those of 5A",
                "abort",
                (errors.S5B_S5.S1_S3_GRID_DOMAIN_MISMATCH,),
                method="v_07_every_row_of_s2_is_finite_and_inside_its_limits_and_the",
            ),
            ValidatorSpec(
                "V-08",
                "The rows of S3 are those of S2, and zero intensity gives zero",
                "abort",
                (errors.S5B_S5.S1_S3_GRID_DOMAIN_MISMATCH,),
                method="v_08_the_rows_of_s3_are_those_of_s2_and_zero_intensity_gives",
            ),
            ValidatorSpec(
                "V-09",
                "Every bucket has as many arrivals in S4 as S3 counted, and the summary says so",
                "abort",
                (errors.S5B_S5.COUNT_MISMATCH_S3_S4,),
                method="v_09_every_bucket_has_as_many_arrivals_in_s4_as_s3_counted",
            ),
            ValidatorSpec(
                "V-10",
                "Every instant lies in its bucket, end excluded",
                "abort",
                (errors.S5B_S5.TIME_WINDOW_VIOLATION,),
                method="v_10_every_instant_lies_in_its_bucket_end_excluded",
            ),
            ValidatorSpec(
                "V-11",
                "Every local time is the one that the timetable gives",
                "abort",
                (errors.S5B_S5.CIVIL_TIME_MAPPING_FAILED,),
                method="v_11_every_local_time_is_the_one_that_the_timetable_gives",
            ),
            ValidatorSpec(
                "V-12",
                "Every site belongs to the merchant and to the zone group of its row",
                "abort",
                (errors.S5B_S5.PHYSICAL_ROUTING_INVALID,),
                method="v_12_every_site_belongs_to_the_merchant_and_to_the_zone",
            ),
            ValidatorSpec(
                "V-13",
                "Every edge belongs to the merchant, with its zone, settlement and universe",
                "abort",
                (errors.S5B_S5.VIRTUAL_ROUTING_INVALID,),
                method="v_13_every_edge_belongs_to_the_merchant_with_its_zone",
            ),
            ValidatorSpec(
                "V-14",
                "Flags and nulls agree with the kind of arrival in every row",
                "abort",
                (errors.S5B_S5.SITE_EDGE_FLAG_INCONSISTENT,),
                method="v_14_flags_and_nulls_agree_with_the_kind_of_arrival_in_every",
            ),
            ValidatorSpec(
                "V-15",
                "Every row of S4 obeys its columns",
                "abort",
                (errors.S5B_S5.S4_SCHEMA_VIOLATION,),
                method="v_15_every_row_of_s4_obeys_its_columns",
            ),
            ValidatorSpec(
                "V-16",
                "Every row of S4 names the world, the run and the scenario of its partition",
                "abort",
                (errors.S5B_S5.S4_PARTITION_OR_IDENTITY_VIOLATION,),
                method="v_16_every_row_of_s4_names_the_world_the_run_and_the",
            ),
            ValidatorSpec(
                "V-17",
                "The keys of S4 are unique and in series order",
                "abort",
                (errors.S5B_S5.S4_PK_VIOLATION,),
                method="v_17_the_keys_of_s4_are_unique_and_in_series_order",
            ),
            ValidatorSpec(
                "V-18",
                "Events or commitments agree with domain, budgets, counters and totals",
                "abort",
                (errors.S5B_S5.RNG_ACCOUNTING_MISMATCH,),
                method="v_18_events_or_commitments_agree_with_domain_budgets",
            ),
            ValidatorSpec(
                "V-19",
                "Every family that drew has all its evidence, in the one form that the policy asks for",
                "abort",
                (errors.S5B_S5.RNG_ACCOUNTING_INCOMPLETE,),
                method="v_19_every_family_that_drew_has_all_its_evidence_in_the_one",
            ),
            ValidatorSpec(
                "V-20",
                "The chosen blocks come out byte for byte when they are recomputed",
                "abort",
                (errors.S5B_S5.REPLAY_MISMATCH,),
                method="v_20_the_chosen_blocks_come_out_byte_for_byte_when_they_are",
            ),
            ValidatorSpec(
                "V-21",
                "No realism statistic that must hold lies farther from its law than the policy allows",
                "abort",
                (errors.S5B_S5.REALISM_GATE_FAILED,),
                method="v_21_no_realism_statistic_that_must_hold_lies_farther_from",
            ),
            ValidatorSpec(
                "V-22",
                "Every realism statistic that should hold does",
                "warn",
                (errors.S5B_S5.REALISM_TARGET_MISSED,),
                method="v_22_every_realism_statistic_that_should_hold_does",
            ),
            ValidatorSpec(
                "V-23",
                "There are no more warnings than the policy bears",
                "abort",
                (errors.S5B_S5.REALISM_GATE_FAILED,),
                method="v_23_there_are_no_more_warnings_than_the_policy_bears",
            ),
            ValidatorSpec(
                "V-24",
                "The report has its contracted shape",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("validation_report_5B",),
            ),
            ValidatorSpec(
                "V-25",
                "The issue table obeys its columns",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="output_shape",
                datasets=("validation_issue_table_5B",),
            ),
            ValidatorSpec(
                "V-26",
                "The bundle index has its contracted shape",
                "abort",
                (errors.S5B_S5.BUNDLE_INDEX_INVALID,),
                shared="output_shape",
                datasets=("validation_bundle_5B",),
            ),
            ValidatorSpec(
                "V-27",
                "The flag has its contracted shape",
                "abort",
                (errors.S5B_S5.FLAG_SCHEMA_VIOLATION,),
                shared="output_shape",
                datasets=("validation_passed_flag_5B",),
            ),
            ValidatorSpec(
                "V-28",
                "No issue stands twice",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-29",
                "Issues ascend",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-30",
                "created_utc is the run receipt's",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="created_utc",
            ),
            ValidatorSpec(
                "V-31",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5B_S5.REPORT_SCHEMA_INVALID,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-32",
                "The index lists every member once, in order, by a relative ASCII path",
                "abort",
                (errors.S5B_S5.BUNDLE_INDEX_INVALID,),
                method="v_32_the_index_lists_every_member_once_in_order_by_a",
            ),
            ValidatorSpec(
                "V-33",
                "Every member that the layout policy asks for is there with the digest of the index",
                "abort",
                (errors.S5B_S5.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH,),
                method="v_33_every_member_that_the_layout_policy_asks_for_is_there",
            ),
            ValidatorSpec(
                "V-34",
                "The flag states the digest of the bundle, and exists only when everything passed",
                "abort",
                (errors.S5B_S5.BUNDLE_DIGEST_MISMATCH,),
                method="v_34_the_flag_states_the_digest_of_the_bundle_and_exists",
            ),
            ValidatorSpec(
                "V-35",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5B_S5.IO_WRITE_CONFLICT,
                    errors.S5B_S5.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-36",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5B_S5.IO_WRITE_CONFLICT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "S0_GATE_INVALID": errors.S5B_S5.S0_GATE_INVALID,
            "UPSTREAM_HASHGATE_NOT_PASSED": errors.S5B_S5.UPSTREAM_HASHGATE_NOT_PASSED,
            "DOMAIN_DISCOVERY_FAILED": errors.S5B_S5.DOMAIN_DISCOVERY_FAILED,
            "S0_SEALED_INPUTS_INCONSISTENT": errors.S5B_S5.S0_SEALED_INPUTS_INCONSISTENT,
            "S1_S3_GRID_DOMAIN_MISMATCH": errors.S5B_S5.S1_S3_GRID_DOMAIN_MISMATCH,
            "COUNT_MISMATCH_S3_S4": errors.S5B_S5.COUNT_MISMATCH_S3_S4,
            "TIME_WINDOW_VIOLATION": errors.S5B_S5.TIME_WINDOW_VIOLATION,
            "CIVIL_TIME_MAPPING_FAILED": errors.S5B_S5.CIVIL_TIME_MAPPING_FAILED,
            "PHYSICAL_ROUTING_INVALID": errors.S5B_S5.PHYSICAL_ROUTING_INVALID,
            "VIRTUAL_ROUTING_INVALID": errors.S5B_S5.VIRTUAL_ROUTING_INVALID,
            "SITE_EDGE_FLAG_INCONSISTENT": errors.S5B_S5.SITE_EDGE_FLAG_INCONSISTENT,
            "S4_SCHEMA_VIOLATION": errors.S5B_S5.S4_SCHEMA_VIOLATION,
            "S4_PARTITION_OR_IDENTITY_VIOLATION": errors.S5B_S5.S4_PARTITION_OR_IDENTITY_VIOLATION,
            "S4_PK_VIOLATION": errors.S5B_S5.S4_PK_VIOLATION,
            "RNG_ACCOUNTING_MISMATCH": errors.S5B_S5.RNG_ACCOUNTING_MISMATCH,
            "RNG_ACCOUNTING_INCOMPLETE": errors.S5B_S5.RNG_ACCOUNTING_INCOMPLETE,
            "REPLAY_MISMATCH": errors.S5B_S5.REPLAY_MISMATCH,
            "REALISM_GATE_FAILED": errors.S5B_S5.REALISM_GATE_FAILED,
            "REALISM_TARGET_MISSED": errors.S5B_S5.REALISM_TARGET_MISSED,
            "REPORT_SCHEMA_INVALID": errors.S5B_S5.REPORT_SCHEMA_INVALID,
            "BUNDLE_INDEX_INVALID": errors.S5B_S5.BUNDLE_INDEX_INVALID,
            "BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH": errors.S5B_S5.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH,
            "BUNDLE_DIGEST_MISMATCH": errors.S5B_S5.BUNDLE_DIGEST_MISMATCH,
            "FLAG_SCHEMA_VIOLATION": errors.S5B_S5.FLAG_SCHEMA_VIOLATION,
            "IO_READ_FAILED": errors.S5B_S5.IO_READ_FAILED,
            "IO_WRITE_CONFLICT": errors.S5B_S5.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5B_S5.IO_WRITE_FAILED,
        },
        contract_digest="0a993d53c3a71f28f3ef47d2d10345123cdb0d098ad6be7b85b96e5f71e7eceb",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5B.S5 reads."""

        s0_gate_receipt_5B: models_s5b.S0GateReceipt5B
        """What S0 verified and sealed before anything was read."""
        sealed_inputs_5B: models_s5b.SealedInputs5B
        """The inventory of every artefact that the segment may read; it does not depend on the seed."""
        sealed_data_5B: models_s5b.SealedData5B
        """The digests of every partition of the seed-scoped inputs."""
        s1_time_grid_5B: Mapping[str, PartitionedTable[tables_s5b.S1TimeGrid5B]]
        """The buckets of every scenario horizon."""
        s1_grouping_5B: Mapping[str, PartitionedTable[tables_s5b.S1Grouping5B]]
        """The group of every series and the features that it is made of."""
        s2_realised_intensity_5B: Mapping[str, PartitionedTable[tables_s5b.S2RealisedIntensity5B]]
        """The intensity of every series and bucket after the random factor of its group."""
        s2_latent_field_5B: Mapping[str, PartitionedTable[tables_s5b.S2LatentField5B]] | None = None
        """The Gaussian path of every group; a block of series has its even share of the groups. Kept when the latent config asks for it. Absent: The config must not ask for it; its checks are reported as not run."""
        s3_bucket_counts_5B: Mapping[str, PartitionedTable[tables_s5b.S3BucketCounts5B]]
        """How many arrivals fall into every series and bucket."""
        s4_arrival_events_5B: Mapping[str, PartitionedTable[tables_s5b.S4ArrivalEvents5B]]
        """The arrivals: instant, site or edge, and local times."""
        s4_arrival_summary_5B: Mapping[str, PartitionedTable[tables_s5b.S4ArrivalSummary5B]]
        """How many arrivals of every bucket were physical and how many virtual."""
        rng_event_arrival_lgcp_gaussian: PartitionedTable[tables_s5b.RngEventArrivalLgcpGaussian] | None = (
            None
        )
        """The draws of the latent paths, one row an event; stored when the evidence policy keeps the family whole. A block of series also has its even share of the groups of its scenario. Absent: The family is accounted for by its commitments, or drew nothing."""
        rng_commitment_arrival_lgcp_gaussian: Sequence[models_s5b.RngCommitmentArrivalLgcpGaussian] | None = (
            None
        )
        """One row a part of the draws of the latent paths whose events are not stored. Absent: The family is accounted for by its events, or drew nothing."""
        rng_event_arrival_bucket_count: PartitionedTable[tables_s5b.RngEventArrivalBucketCount] | None = None
        """The draws of the bucket counts, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario. Absent: The family is accounted for by its commitments, or drew nothing."""
        rng_commitment_arrival_bucket_count: Sequence[models_s5b.RngCommitmentArrivalBucketCount] | None = (
            None
        )
        """One row a part of the draws of the bucket counts whose events are not stored. Absent: The family is accounted for by its events, or drew nothing."""
        rng_event_arrival_time_jitter: PartitionedTable[tables_s5b.RngEventArrivalTimeJitter] | None = None
        """The draws of the instants, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario. Absent: The family is accounted for by its commitments, or drew nothing."""
        rng_commitment_arrival_time_jitter: Sequence[models_s5b.RngCommitmentArrivalTimeJitter] | None = None
        """One row a part of the draws of the instants whose events are not stored. Absent: The family is accounted for by its events, or drew nothing."""
        rng_event_arrival_site_pick: PartitionedTable[tables_s5b.RngEventArrivalSitePick] | None = None
        """The draws of the coins and site picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario. Absent: The family is accounted for by its commitments, or drew nothing."""
        rng_commitment_arrival_site_pick: Sequence[models_s5b.RngCommitmentArrivalSitePick] | None = None
        """One row a part of the draws of the coins and site picks whose events are not stored. Absent: The family is accounted for by its events, or drew nothing."""
        rng_event_arrival_edge_pick: PartitionedTable[tables_s5b.RngEventArrivalEdgePick] | None = None
        """The draws of the edge picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario. Absent: The family is accounted for by its commitments, or drew nothing."""
        rng_commitment_arrival_edge_pick: Sequence[models_s5b.RngCommitmentArrivalEdgePick] | None = None
        """One row a part of the draws of the edge picks whose events are not stored. Absent: The family is accounted for by its events, or drew nothing."""
        rng_audit_log_5B_S2: Sequence[models_layer1.RngAuditRow] | None = None
        """The generator and the identity that 5B.S2 drew with, one row. Absent: S2 must have drawn nothing, which holds only for the latent model none."""
        rng_trace_log_5B_S2: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S2, one row after each event; empty where nothing is drawn."""
        rng_audit_log_5B_S3: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 5B.S3 drew with, one row."""
        rng_trace_log_5B_S3: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S3, one row after each block of rows and substream."""
        rng_audit_log_5B_S4: Sequence[models_layer1.RngAuditRow]
        """The generator and the identity that 5B.S4 drew with, one row."""
        rng_trace_log_5B_S4: Sequence[models_layer1.RngTraceRow]
        """Running totals of the events, draws and blocks of 5B.S4, one row after each block of rows and substream."""
        scenario_manifest_5A: PartitionedTable[tables_s5a.ScenarioManifest5A]
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: PartitionedTable[tables_s5a.MerchantZoneProfile5A]
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: Mapping[
            str, PartitionedTable[tables_s5a.MerchantZoneScenarioLocal5A]
        ]
        """The expected arrivals of every series and bucket, at local civil time."""
        s1_site_weights: PartitionedTable[tables_s2b.S1SiteWeights]
        """Each site's share of its merchant's arrivals."""
        s2_alias_index: models_s2b.S2AliasIndex
        """Where each merchant's alias table lies in the blob."""
        s2_alias_blob: bytes
        """The alias tables of all merchants as one binary file."""
        s4_group_weights: PartitionedTable[tables_s2b.S4GroupWeights]
        """The share of each time zone group in a merchant's arrivals of a UTC day."""
        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""
        tz_timetable_cache: PartitionedTable[tables_s2a.TzTimetableCache]
        """When each zone's clocks change, 1970 to 2100."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        virtual_settlement_3B: PartitionedTable[tables_s3b.VirtualSettlement3B]
        """Where merchants that sell online settle."""
        edge_catalogue_3B: PartitionedTable[tables_s3b.EdgeCatalogue3B] | None = None
        """The edges of every merchant that sells online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_index_3B: models_s3b.EdgeAliasIndex3B | None = None
        """Where each merchant's edge alias table lies in the blob. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_alias_blob_3B: bytes | None = None
        """The edge alias tables of all merchants that sell online. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        edge_universe_hash_3B: models_s3b.EdgeUniverseHash3B | None = None
        """The digest that binds virtual arrivals to their edges. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        virtual_routing_policy_3B: models_s3b.VirtualRoutingPolicy3B | None = None
        """How virtual arrivals tell their time. Absent: No merchant sells online; a virtual arrival would then have no edge, which aborts."""
        arrival_count_config_5B: models_s5b.ArrivalCountConfig5B
        """The law that turns an intensity into a count."""
        arrival_lgcp_config_5B: models_s5b.ArrivalLgcpConfig5B
        """The latent Gaussian path of a group and the factor that it becomes."""
        arrival_rng_policy_5B: models_s5b.ArrivalRngPolicy5B
        """The generator, the derivation and the families of 5B."""
        arrival_routing_policy_5B: models_s5b.ArrivalRoutingPolicy5B
        """Which arrivals are virtual and how sites and edges are picked."""
        arrival_time_placement_policy_5B: models_s5b.ArrivalTimePlacementPolicy5B
        """Where in its bucket an arrival falls."""
        bundle_layout_policy_5B: models_s5b.BundleLayoutPolicy5B
        """Which evidence the bundle holds and where."""
        grouping_policy_5B: models_s5b.GroupingPolicy5B
        """How series are put into groups."""
        rng_evidence_policy_5B: models_s5b.RngEvidencePolicy5B
        """Up to which size RNG events are stored one by one."""
        time_grid_policy_5B: models_s5b.TimeGridPolicy5B
        """How the horizon of a scenario is cut into buckets."""
        validation_policy_5B: models_s5b.ValidationPolicy5B
        """What S5 asks of a run besides the laws."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5B.S5 writes."""

        validation_report_5B: models_s5b.ValidationReport5B
        """Every check of S5 over all rows of the segment."""
        validation_issue_table_5B: tables_s5b.ValidationIssueTable5B
        """The findings of S5, one row each."""
        validation_bundle_5B: BundleMembers
        """The evidence of the segment: validation report, gate evidence, policies, publish records and RNG accounting."""
