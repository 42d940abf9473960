# Generated from contracts/layer2/5B/schemas.5B.yaml (sha256 43fd161d...), contracts/layer2/5B/states.5B.yaml (sha256 b4a9082f...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 5B: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s5b import S5B_S0, S5B_S1, S5B_S2, S5B_S3, S5B_S4, S5B_S5
from generated.tables import s5b as tables

S1_TIME_GRID_5B: Final = TableChecks(tables.S1TimeGrid5B.SPEC)
"""Every declared constraint of `s1_time_grid_5B`."""
S1_GROUPING_5B: Final = TableChecks(tables.S1Grouping5B.SPEC)
"""Every declared constraint of `s1_grouping_5B`."""
S2_REALISED_INTENSITY_5B: Final = TableChecks(tables.S2RealisedIntensity5B.SPEC)
"""Every declared constraint of `s2_realised_intensity_5B`."""
S2_LATENT_FIELD_5B: Final = TableChecks(tables.S2LatentField5B.SPEC)
"""Every declared constraint of `s2_latent_field_5B`."""
S3_BUCKET_COUNTS_5B: Final = TableChecks(tables.S3BucketCounts5B.SPEC)
"""Every declared constraint of `s3_bucket_counts_5B`."""
S4_ARRIVAL_EVENTS_5B: Final = TableChecks(tables.S4ArrivalEvents5B.SPEC)
"""Every declared constraint of `s4_arrival_events_5B`."""
S4_ARRIVAL_SUMMARY_5B: Final = TableChecks(tables.S4ArrivalSummary5B.SPEC)
"""Every declared constraint of `s4_arrival_summary_5B`."""
VALIDATION_ISSUE_TABLE_5B: Final = TableChecks(tables.ValidationIssueTable5B.SPEC)
"""Every declared constraint of `validation_issue_table_5B`."""
RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN: Final = TableChecks(tables.RngEventArrivalLgcpGaussian.SPEC)
"""Every declared constraint of `rng_event_arrival_lgcp_gaussian`."""
RNG_EVENT_ARRIVAL_BUCKET_COUNT: Final = TableChecks(tables.RngEventArrivalBucketCount.SPEC)
"""Every declared constraint of `rng_event_arrival_bucket_count`."""
RNG_EVENT_ARRIVAL_TIME_JITTER: Final = TableChecks(tables.RngEventArrivalTimeJitter.SPEC)
"""Every declared constraint of `rng_event_arrival_time_jitter`."""
RNG_EVENT_ARRIVAL_SITE_PICK: Final = TableChecks(tables.RngEventArrivalSitePick.SPEC)
"""Every declared constraint of `rng_event_arrival_site_pick`."""
RNG_EVENT_ARRIVAL_EDGE_PICK: Final = TableChecks(tables.RngEventArrivalEdgePick.SPEC)
"""Every declared constraint of `rng_event_arrival_edge_pick`."""


class S5B_S0Validators(StateValidators["S5B_S0.Inputs", "S5B_S0.Outputs"]):
    """What 5B.S0 (Gate) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S0.CARD

    @abstractmethod
    def v_01_every_upstream_segment_has_its_bundle_and_its_flag(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-01: Every upstream segment has its bundle and its flag. Severity: abort. Codes: UPSTREAM_GATE_MISSING."""

    @abstractmethod
    def v_02_each_bundle_lists_exactly_its_files_with_the_digest(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-02: Each bundle lists exactly its files, with the digest that its flag states. Severity: abort. Codes: UPSTREAM_GATE_MISMATCH."""

    @abstractmethod
    def v_04_the_identity_of_the_run_follows_from_its_inputs(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-04: The identity of the run follows from its inputs. Severity: abort. Codes: RUN_IDENTITY_INVALID."""

    @abstractmethod
    def v_05_the_scenarios_of_the_run_are_scenarios_of_5a_and_there(
        self, outputs: S5B_S0.Outputs
    ) -> Findings:
        """V-05: The scenarios of the run are scenarios of 5A, and there is at least one. Severity: abort. Codes: SCENARIO_SET_INVALID."""

    @abstractmethod
    def v_06_every_policy_has_a_version_that_the_dictionary_admits(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-06: Every policy has a version that the dictionary admits. Severity: abort. Codes: POLICY_VERSION_MISMATCH."""

    @abstractmethod
    def v_07_every_required_input_is_in_the_inventory_and_exists_for(
        self, outputs: S5B_S0.Outputs
    ) -> Findings:
        """V-07: Every required input is in the inventory and exists for every scenario. Severity: abort. Codes: SEALED_INPUTS_INCOMPLETE."""

    @abstractmethod
    def v_08_every_partition_of_a_seed_scoped_input_has_its_bytes(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-08: Every partition of a seed-scoped input has its bytes sealed. Severity: abort. Codes: SEALED_INPUTS_INCOMPLETE."""

    @abstractmethod
    def v_09_no_artefact_is_sealed_twice(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-09: No artefact is sealed twice. Severity: abort. Codes: SEALED_INPUTS_DUPLICATE_KEY."""

    @abstractmethod
    def v_10_the_rows_of_the_inventory_ascend_by_layer_segment_and(self, outputs: S5B_S0.Outputs) -> Findings:
        """V-10: The rows of the inventory ascend by layer, segment and artefact. Severity: abort. Codes: SEALED_INPUTS_SCHEMA_INVALID."""

    @abstractmethod
    def v_11_the_receipt_states_the_digest_and_the_row_count_of_the(
        self, outputs: S5B_S0.Outputs
    ) -> Findings:
        """V-11: The receipt states the digest and the row count of the inventory. Severity: abort. Codes: GATE_RECEIPT_DIGEST_MISMATCH."""


class S5B_S1Validators(StateValidators["S5B_S1.Inputs", "S5B_S1.Outputs"]):
    """What 5B.S1 (Time grid and grouping) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S1.CARD

    @abstractmethod
    def v_03_the_time_grid_policy_is_there_and_agrees_with_itself(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-03: The time grid policy is there and agrees with itself. Severity: abort. Codes: TIME_GRID_POLICY_MISSING, TIME_GRID_POLICY_SCHEMA_INVALID."""

    @abstractmethod
    def v_04_the_grouping_policy_is_there_and_agrees_with_itself(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-04: The grouping policy is there and agrees with itself. Severity: abort. Codes: GROUPING_POLICY_MISSING, GROUPING_POLICY_SCHEMA_INVALID."""

    @abstractmethod
    def v_05_every_horizon_is_a_whole_number_of_aligned_buckets(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-05: Every horizon is a whole number of aligned buckets inside the guardrails. Severity: abort. Codes: SCENARIO_HORIZON_INVALID."""

    @abstractmethod
    def v_06_the_grid_has_every_bucket_of_the_horizon_and_no_other(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-06: The grid has every bucket of the horizon and no other. Severity: abort. Codes: TIME_GRID_INCOMPLETE."""

    @abstractmethod
    def v_07_buckets_are_half_open_ascend_and_touch_each_other(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-07: Buckets are half-open, ascend and touch each other. Severity: abort. Codes: TIME_GRID_OVERLAP_OR_ORDER."""

    @abstractmethod
    def v_08_one_band_flag_is_true_and_the_annotations_follow_from(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-08: One band flag is true, and the annotations follow from the instants. Severity: abort. Codes: TIME_GRID_SCHEMA_INVALID."""

    @abstractmethod
    def v_09_class_channel_and_virtual_band_of_every_entity_follow(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-09: Class, channel and virtual band of every entity follow from 5A and 3B. Severity: abort. Codes: GROUP_DOMAIN_DERIVATION_FAILED."""

    @abstractmethod
    def v_10_every_entity_of_5a_has_one_group_and_no_other_entity(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-10: Every entity of 5A has one group, and no other entity has. Severity: abort. Codes: GROUP_ASSIGNMENT_INCOMPLETE."""

    @abstractmethod
    def v_11_every_group_id_is_the_one_that_its_law_gives(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-11: Every group_id is the one that its law gives. Severity: abort. Codes: GROUP_ID_DOMAIN_INVALID."""

    @abstractmethod
    def v_12_groups_meet_the_realism_targets_of_the_policy(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-12: Groups meet the realism targets of the policy. Severity: abort. Codes: GROUPING_REALISM_FAILED."""

    @abstractmethod
    def v_13_the_realism_targets_are_not_below_the_guide(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-13: The realism targets are not below the guide. Severity: warn. Codes: GROUPING_BELOW_GUIDE."""

    @abstractmethod
    def v_14_a_merchant_and_zone_have_one_channel_group_so_that_no(self, outputs: S5B_S1.Outputs) -> Findings:
        """V-14: A merchant and zone have one channel group, so that no draw is used twice. Severity: warn. Codes: GROUP_DOMAIN_DERIVATION_FAILED."""


class S5B_S2Validators(StateValidators["S5B_S2.Inputs", "S5B_S2.Outputs"]):
    """What 5B.S2 (Latent intensity) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S2.CARD

    @abstractmethod
    def v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-03: Grid and groups of S1 are there for every scenario of this world. Severity: abort. Codes: S1_OUTPUT_MISSING."""

    @abstractmethod
    def v_04_the_intensities_of_5a_are_there_for_every_scenario(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-04: The intensities of 5A are there for every scenario. Severity: abort. Codes: LAMBDA_SOURCE_MISSING."""

    @abstractmethod
    def v_05_the_latent_config_names_every_class_and_meets_its(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-05: The latent config names every class and meets its realism floors. Severity: abort. Codes: LGCP_CONFIG_INVALID."""

    @abstractmethod
    def v_06_the_rng_policy_is_the_one_that_s2_implements(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-06: The RNG policy is the one that S2 implements. Severity: abort. Codes: RNG_POLICY_INVALID."""

    @abstractmethod
    def v_07_every_entity_has_exactly_the_buckets_of_the_grid(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-07: Every entity has exactly the buckets of the grid. Severity: abort. Codes: BUCKET_SET_INCONSISTENT."""

    @abstractmethod
    def v_08_the_entities_of_5a_are_those_of_the_grouping_in_the(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-08: The entities of 5A are those of the grouping, in the same order. Severity: abort. Codes: DOMAIN_ALIGN_FAILED."""

    @abstractmethod
    def v_09_the_members_of_a_group_share_every_feature_so_that(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-09: The members of a group share every feature, so that sigma and length scale are one. Severity: abort. Codes: KERNEL_CONSTRUCTION_FAILED."""

    @abstractmethod
    def v_10_every_intensity_and_factor_is_finite_inside_its_limits(
        self, outputs: S5B_S2.Outputs
    ) -> Findings:
        """V-10: Every intensity and factor is finite, inside its limits, and obeys the product law. Severity: abort. Codes: REALISED_NUMERIC_INVALID."""

    @abstractmethod
    def v_11_the_output_has_one_row_for_every_entity_and_bucket_of(self, outputs: S5B_S2.Outputs) -> Findings:
        """V-11: The output has one row for every entity and bucket of 5A, with its intensity unchanged. Severity: abort. Codes: REALISED_DOMAIN_INCOMPLETE."""

    @abstractmethod
    def v_12_the_latent_field_is_there_exactly_when_the_config_asks(
        self, outputs: S5B_S2.Outputs
    ) -> Findings:
        """V-12: The latent field is there exactly when the config asks, whole, and gives the factors. Severity: abort. Codes: LATENT_DOMAIN_INCOMPLETE."""

    @abstractmethod
    def v_13_events_draws_blocks_counters_and_totals_agree_with_one(
        self, outputs: S5B_S2.Outputs
    ) -> Findings:
        """V-13: Events, draws, blocks, counters and totals agree with one event a group. Severity: abort. Codes: RNG_ACCOUNTING_MISMATCH."""


class S5B_S3Validators(StateValidators["S5B_S3.Inputs", "S5B_S3.Outputs"]):
    """What 5B.S3 (Bucket counts) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S3.CARD

    @abstractmethod
    def v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-03: Grid and groups of S1 are there for every scenario of this world. Severity: abort. Codes: S1_OUTPUT_MISSING."""

    @abstractmethod
    def v_04_the_intensities_of_s2_are_there_for_every_scenario_of(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-04: The intensities of S2 are there for every scenario of this run. Severity: abort. Codes: S2_OUTPUT_MISSING."""

    @abstractmethod
    def v_05_the_count_config_is_there_names_a_registered_law_and(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-05: The count config is there, names a registered law and every class, and meets its floors. Severity: abort. Codes: COUNT_CONFIG_MISSING, COUNT_CONFIG_INVALID."""

    @abstractmethod
    def v_06_the_rng_policy_is_the_one_that_s3_implements(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-06: The RNG policy is the one that S3 implements. Severity: abort. Codes: RNG_POLICY_INVALID."""

    @abstractmethod
    def v_07_every_entity_has_exactly_the_buckets_of_the_grid_with(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-07: Every entity has exactly the buckets of the grid, with their length. Severity: abort. Codes: BUCKET_SET_INCONSISTENT."""

    @abstractmethod
    def v_08_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw(
        self, outputs: S5B_S3.Outputs
    ) -> Findings:
        """V-08: A merchant, zone and bucket have one row, so that no draw is used twice. Severity: abort. Codes: DOMAIN_ALIGN_FAILED."""

    @abstractmethod
    def v_09_the_mean_is_the_intensity_of_s2_bit_for_bit_and_kappa(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-09: The mean is the intensity of S2 bit for bit, and kappa the one of the group. Severity: abort. Codes: PARAM_DERIVATION_INVALID."""

    @abstractmethod
    def v_10_an_intensity_that_counts_as_zero_gives_zero_and_draws(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-10: An intensity that counts as zero gives zero and draws nothing. Severity: abort. Codes: COUNT_SAMPLING_ERROR."""

    @abstractmethod
    def v_11_every_count_lies_in_its_range_and_count_capped_marks(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-11: Every count lies in its range, and count_capped marks exactly the limited ones. Severity: abort. Codes: COUNTS_NUMERIC_INVALID."""

    @abstractmethod
    def v_12_the_output_has_one_row_for_every_row_of_s2(self, outputs: S5B_S3.Outputs) -> Findings:
        """V-12: The output has one row for every row of S2. Severity: abort. Codes: COUNTS_DOMAIN_INCOMPLETE."""

    @abstractmethod
    def v_13_events_draws_blocks_counters_and_totals_agree_with_one(
        self, outputs: S5B_S3.Outputs
    ) -> Findings:
        """V-13: Events, draws, blocks, counters and totals agree with one event a row above zero. Severity: abort. Codes: RNG_ACCOUNTING_MISMATCH."""


class S5B_S4Validators(StateValidators["S5B_S4.Inputs", "S5B_S4.Outputs"]):
    """What 5B.S4 (Arrival events) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S4.CARD

    @abstractmethod
    def v_04_grid_groups_and_counts_are_there_for_every_scenario_of(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-04: Grid, groups and counts are there for every scenario of this run. Severity: abort. Codes: S1_OR_S3_OUTPUT_MISSING."""

    @abstractmethod
    def v_05_the_alias_blob_of_2b_has_the_digest_of_its_index_and(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-05: The alias blob of 2B has the digest of its index, and its tables their publish records. Severity: abort. Codes: UPSTREAM_HASHGATE_NOT_PASSED."""

    @abstractmethod
    def v_06_every_bucket_of_the_counts_is_a_bucket_of_the_grid_with(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-06: Every bucket of the counts is a bucket of the grid, with its length. Severity: abort. Codes: TIME_GRID_MISMATCH."""

    @abstractmethod
    def v_07_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-07: A merchant, zone and bucket have one row, so that no draw is used twice. Severity: abort. Codes: DOMAIN_ALIGN_FAILED."""

    @abstractmethod
    def v_08_the_routing_and_placement_policies_are_implemented_and(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-08: The routing and placement policies are implemented, and physical and virtual follow from them. Severity: abort. Codes: ROUTING_POLICY_INVALID."""

    @abstractmethod
    def v_09_every_instant_lies_in_its_bucket_end_excluded(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-09: Every instant lies in its bucket, end excluded. Severity: abort. Codes: TS_OUTSIDE_BUCKET_WINDOW."""

    @abstractmethod
    def v_10_every_zone_is_in_the_timetable_and_every_local_time(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-10: Every zone is in the timetable and every local time follows from it. Severity: abort. Codes: DST_MAPPING_FAILED."""

    @abstractmethod
    def v_11_every_physical_arrival_has_a_site_of_its_merchant_in(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-11: Every physical arrival has a site of its merchant in its zone group. Severity: abort. Codes: SITE_RESOLUTION_FAILED."""

    @abstractmethod
    def v_12_every_virtual_arrival_has_an_edge_of_its_merchant_with(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-12: Every virtual arrival has an edge of its merchant, with its settlement zone. Severity: abort. Codes: EDGE_RESOLUTION_FAILED."""

    @abstractmethod
    def v_13_the_edge_universe_is_the_sealed_one_in_every_virtual(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-13: The edge universe is the sealed one, in every virtual row and in no other. Severity: abort. Codes: ROUTING_UNIVERSE_HASH_MISMATCH."""

    @abstractmethod
    def v_14_every_bucket_has_as_many_arrivals_as_s3_counted_and_the(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-14: Every bucket has as many arrivals as S3 counted, and the summary says so. Severity: abort. Codes: BUCKET_COUNT_MISMATCH."""

    @abstractmethod
    def v_15_site_edge_zone_and_settlement_are_null_exactly_where(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-15: Site, edge, zone and settlement are null exactly where the kind of arrival says so. Severity: abort. Codes: SCHEMA_VIOLATION."""

    @abstractmethod
    def v_16_arrival_seq_counts_by_instant_and_draw_and_draw_index(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-16: arrival_seq counts by instant and draw, and draw_index names every draw once. Severity: abort. Codes: PARTITION_OR_PK_VIOLATION."""

    @abstractmethod
    def v_17_the_rng_policy_is_the_one_that_s4_implements(self, outputs: S5B_S4.Outputs) -> Findings:
        """V-17: The RNG policy is the one that S4 implements. Severity: abort. Codes: RNG_STREAM_CONFIG_INVALID."""

    @abstractmethod
    def v_18_events_draws_blocks_counters_and_totals_agree_with_the(
        self, outputs: S5B_S4.Outputs
    ) -> Findings:
        """V-18: Events, draws, blocks, counters and totals agree with the arrivals. Severity: abort. Codes: RNG_ACCOUNTING_MISMATCH."""


class S5B_S5Validators(StateValidators["S5B_S5.Inputs", "S5B_S5.Outputs"]):
    """What 5B.S5 (Validation bundle) checks of its outputs."""

    CARD: ClassVar[StateCard] = S5B_S5.CARD

    @abstractmethod
    def v_04_every_state_has_published_every_scenario_of_the_run_and(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-04: Every state has published every scenario of the run, and no other. Severity: abort. Codes: DOMAIN_DISCOVERY_FAILED."""

    @abstractmethod
    def v_05_receipt_inventory_and_sealed_bytes_agree_with_each(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-05: Receipt, inventory and sealed bytes agree with each other and with the files. Severity: abort. Codes: S0_SEALED_INPUTS_INCONSISTENT."""

    @abstractmethod
    def v_06_the_grid_is_contiguous_and_half_open_and_covers_the(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-06: The grid is contiguous and half-open and covers the horizon. Severity: abort. Codes: S1_S3_GRID_DOMAIN_MISMATCH."""

    @abstractmethod
    def v_07_every_row_of_s2_is_finite_and_inside_its_limits_and_the(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-07: Every row of S2 is finite and inside its limits, and the rows are those of 5A. Severity: abort. Codes: S1_S3_GRID_DOMAIN_MISMATCH."""

    @abstractmethod
    def v_08_the_rows_of_s3_are_those_of_s2_and_zero_intensity_gives(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-08: The rows of S3 are those of S2, and zero intensity gives zero. Severity: abort. Codes: S1_S3_GRID_DOMAIN_MISMATCH."""

    @abstractmethod
    def v_09_every_bucket_has_as_many_arrivals_in_s4_as_s3_counted(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-09: Every bucket has as many arrivals in S4 as S3 counted, and the summary says so. Severity: abort. Codes: COUNT_MISMATCH_S3_S4."""

    @abstractmethod
    def v_10_every_instant_lies_in_its_bucket_end_excluded(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-10: Every instant lies in its bucket, end excluded. Severity: abort. Codes: TIME_WINDOW_VIOLATION."""

    @abstractmethod
    def v_11_every_local_time_is_the_one_that_the_timetable_gives(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-11: Every local time is the one that the timetable gives. Severity: abort. Codes: CIVIL_TIME_MAPPING_FAILED."""

    @abstractmethod
    def v_12_every_site_belongs_to_the_merchant_and_to_the_zone(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-12: Every site belongs to the merchant and to the zone group of its row. Severity: abort. Codes: PHYSICAL_ROUTING_INVALID."""

    @abstractmethod
    def v_13_every_edge_belongs_to_the_merchant_with_its_zone(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-13: Every edge belongs to the merchant, with its zone, settlement and universe. Severity: abort. Codes: VIRTUAL_ROUTING_INVALID."""

    @abstractmethod
    def v_14_flags_and_nulls_agree_with_the_kind_of_arrival_in_every(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-14: Flags and nulls agree with the kind of arrival in every row. Severity: abort. Codes: SITE_EDGE_FLAG_INCONSISTENT."""

    @abstractmethod
    def v_15_every_row_of_s4_obeys_its_columns(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-15: Every row of S4 obeys its columns. Severity: abort. Codes: S4_SCHEMA_VIOLATION."""

    @abstractmethod
    def v_16_every_row_of_s4_names_the_world_the_run_and_the(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-16: Every row of S4 names the world, the run and the scenario of its partition. Severity: abort. Codes: S4_PARTITION_OR_IDENTITY_VIOLATION."""

    @abstractmethod
    def v_17_the_keys_of_s4_are_unique_and_in_series_order(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-17: The keys of S4 are unique and in series order. Severity: abort. Codes: S4_PK_VIOLATION."""

    @abstractmethod
    def v_18_events_or_commitments_agree_with_domain_budgets(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-18: Events or commitments agree with domain, budgets, counters and totals. Severity: abort. Codes: RNG_ACCOUNTING_MISMATCH."""

    @abstractmethod
    def v_19_every_family_that_drew_has_all_its_evidence_in_the_one(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-19: Every family that drew has all its evidence, in the one form that the policy asks for. Severity: abort. Codes: RNG_ACCOUNTING_INCOMPLETE."""

    @abstractmethod
    def v_20_the_chosen_blocks_come_out_byte_for_byte_when_they_are(
        self, outputs: S5B_S5.Outputs
    ) -> Findings:
        """V-20: The chosen blocks come out byte for byte when they are recomputed. Severity: abort. Codes: REPLAY_MISMATCH."""

    @abstractmethod
    def v_21_no_realism_statistic_that_must_hold_lies_farther_from(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-21: No realism statistic that must hold lies farther from its law than the policy allows. Severity: abort. Codes: REALISM_GATE_FAILED."""

    @abstractmethod
    def v_22_every_realism_statistic_that_should_hold_does(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-22: Every realism statistic that should hold does. Severity: warn. Codes: REALISM_TARGET_MISSED."""

    @abstractmethod
    def v_23_there_are_no_more_warnings_than_the_policy_bears(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-23: There are no more warnings than the policy bears. Severity: abort. Codes: REALISM_GATE_FAILED."""

    @abstractmethod
    def v_32_the_index_lists_every_member_once_in_order_by_a(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-32: The index lists every member once, in order, by a relative ASCII path. Severity: abort. Codes: BUNDLE_INDEX_INVALID."""

    @abstractmethod
    def v_33_every_member_that_the_layout_policy_asks_for_is_there(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-33: Every member that the layout policy asks for is there with the digest of the index. Severity: abort. Codes: BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH."""

    @abstractmethod
    def v_34_the_flag_states_the_digest_of_the_bundle_and_exists(self, outputs: S5B_S5.Outputs) -> Findings:
        """V-34: The flag states the digest of the bundle, and exists only when everything passed. Severity: abort. Codes: BUNDLE_DIGEST_MISMATCH."""
