# Generated from contracts/layer1/2B/schemas.2B.yaml (sha256 a149b26e...), contracts/layer1/2B/states.2B.yaml (sha256 421083b4...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 2B: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s2b import S2B_S0, S2B_S1, S2B_S2, S2B_S3, S2B_S4, S2B_S5, S2B_S6, S2B_S7, S2B_S8
from generated.tables import s2b as tables

S5_ARRIVAL_ROSTER: Final = TableChecks(tables.S5ArrivalRoster.SPEC)
"""Every declared constraint of `s5_arrival_roster`."""
S1_SITE_WEIGHTS: Final = TableChecks(tables.S1SiteWeights.SPEC)
"""Every declared constraint of `s1_site_weights`."""
S3_DAY_EFFECTS: Final = TableChecks(tables.S3DayEffects.SPEC)
"""Every declared constraint of `s3_day_effects`."""
S4_GROUP_WEIGHTS: Final = TableChecks(tables.S4GroupWeights.SPEC)
"""Every declared constraint of `s4_group_weights`."""
S5_SELECTION_LOG: Final = TableChecks(tables.S5SelectionLog.SPEC)
"""Every declared constraint of `s5_selection_log`."""
S6_EDGE_LOG: Final = TableChecks(tables.S6EdgeLog.SPEC)
"""Every declared constraint of `s6_edge_log`."""
RNG_EVENT_ALIAS_PICK_GROUP: Final = TableChecks(tables.RngEventAliasPickGroup.SPEC)
"""Every declared constraint of `rng_event_alias_pick_group`."""
RNG_EVENT_ALIAS_PICK_SITE: Final = TableChecks(tables.RngEventAliasPickSite.SPEC)
"""Every declared constraint of `rng_event_alias_pick_site`."""
RNG_EVENT_CDN_EDGE_PICK: Final = TableChecks(tables.RngEventCdnEdgePick.SPEC)
"""Every declared constraint of `rng_event_cdn_edge_pick`."""


class S2B_S0Validators(StateValidators["S2B_S0.Inputs", "S2B_S0.Outputs"]):
    """What 2B.S0 (Gate) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S0.CARD

    @abstractmethod
    def v_01_every_gate_artefact_is_there(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-01: Every gate artefact is there. Severity: abort. Codes: 010."""

    @abstractmethod
    def v_02_each_bundle_has_the_digest_that_its_flag_states(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-02: Each bundle has the digest that its flag states. Severity: abort. Codes: 011, 012, 013."""

    @abstractmethod
    def v_04_every_required_input_is_there(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-04: Every required input is there. Severity: abort. Codes: 010."""

    @abstractmethod
    def v_05_the_time_zone_timetable_is_sealed_as_well(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-05: The time zone timetable is sealed as well. Severity: warn. Codes: 090."""

    @abstractmethod
    def v_08_receipt_and_inventory_list_the_same_inputs(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-08: Receipt and inventory list the same inputs. Severity: abort. Codes: 040."""

    @abstractmethod
    def v_09_every_input_has_a_digest_and_a_version_tag(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-09: Every input has a digest and a version tag. Severity: abort. Codes: 041."""

    @abstractmethod
    def v_10_every_policy_is_complete_and_within_its_floors(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-10: Every policy is complete and within its floors. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_12_no_id_is_sealed_twice(self, outputs: S2B_S0.Outputs) -> Findings:
        """V-12: No id is sealed twice. Severity: abort. Codes: 043."""


class S2B_S1Validators(StateValidators["S2B_S1.Inputs", "S2B_S1.Outputs"]):
    """What 2B.S1 (Site weights) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S1.CARD

    @abstractmethod
    def v_04_the_policy_has_its_shape_and_what_its_modes_need(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-04: The policy has its shape and what its modes need. Severity: abort. Codes: 031, 032, 033."""

    @abstractmethod
    def v_08_one_row_for_each_site_of_site_locations(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-08: One row for each site of site_locations. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_09_every_share_lies_in_0_to_1(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-09: Every share lies in 0 to 1. Severity: abort. Codes: 057, 050."""

    @abstractmethod
    def v_10_the_shares_of_each_merchant_sum_to_1(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-10: The shares of each merchant sum to 1. Severity: abort. Codes: 051."""

    @abstractmethod
    def v_11_quantised_bits_is_one_value_the_policy_s(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-11: quantised_bits is one value, the policy's. Severity: abort. Codes: 058."""

    @abstractmethod
    def v_12_every_share_is_close_to_its_grid_value_and_the_grid(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-12: Every share is close to its grid value and the grid adds up. Severity: abort. Codes: 052."""

    @abstractmethod
    def v_13_floor_applied_tells_what_floor_and_fallback_changed(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-13: floor_applied tells what floor and fallback changed. Severity: abort. Codes: 053, 054."""

    @abstractmethod
    def v_14_weight_source_is_the_policy_s(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-14: weight_source is the policy's. Severity: abort. Codes: 055."""

    @abstractmethod
    def v_20_site_time_zones_and_timetable_are_sealed_together_or(self, outputs: S2B_S1.Outputs) -> Findings:
        """V-20: Site time zones and timetable are sealed together or not at all. Severity: warn. Codes: 090."""


class S2B_S2Validators(StateValidators["S2B_S2.Inputs", "S2B_S2.Outputs"]):
    """What 2B.S2 (Alias tables) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S2.CARD

    @abstractmethod
    def v_04_the_policy_asks_for_the_one_layout_that_exists(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-04: The policy asks for the one layout that exists. Severity: abort. Codes: 031, 032."""

    @abstractmethod
    def v_05_site_weights_use_the_policy_s_grid(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-05: Site weights use the policy's grid. Severity: abort. Codes: 058."""

    @abstractmethod
    def v_07_the_blob_has_its_contracted_layout(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-07: The blob has its contracted layout. Severity: abort. Codes: 041, 064."""

    @abstractmethod
    def v_08_one_slice_for_each_merchant(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-08: One slice for each merchant. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_09_each_slice_has_the_merchant_s_sites(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-09: Each slice has the merchant's sites. Severity: abort. Codes: 051."""

    @abstractmethod
    def v_10_site_weights_and_index_rows_ascend(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-10: Site weights and index rows ascend. Severity: abort. Codes: 083, 044."""

    @abstractmethod
    def v_11_slices_are_aligned_and_inside_the_blob(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-11: Slices are aligned and inside the blob. Severity: abort. Codes: 060."""

    @abstractmethod
    def v_12_slices_do_not_overlap(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-12: Slices do not overlap. Severity: abort. Codes: 061."""

    @abstractmethod
    def v_13_counts_and_sizes_in_the_index_are_true(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-13: Counts and sizes in the index are true. Severity: abort. Codes: 045."""

    @abstractmethod
    def v_14_the_blob_has_the_digest_in_the_index(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-14: The blob has the digest in the index. Severity: abort. Codes: 062."""

    @abstractmethod
    def v_15_quantised_bits_is_one_value_everywhere(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-15: quantised_bits is one value everywhere. Severity: abort. Codes: 058."""

    @abstractmethod
    def v_16_the_masses_of_each_merchant_sum_to_the_grid(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-16: The masses of each merchant sum to the grid. Severity: abort. Codes: 052, 053."""

    @abstractmethod
    def v_17_every_slice_decodes_to_the_merchant_s_shares(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-17: Every slice decodes to the merchant's shares. Severity: abort. Codes: 055."""

    @abstractmethod
    def v_18_every_slice_has_the_checksum_in_the_index(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-18: Every slice has the checksum in the index. Severity: abort. Codes: 063."""

    @abstractmethod
    def v_19_the_index_repeats_the_sealed_policy_truly(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-19: The index repeats the sealed policy truly. Severity: abort. Codes: 085."""

    @abstractmethod
    def v_25_byte_order_and_alignment_are_the_policy_s(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-25: Byte order and alignment are the policy's. Severity: abort. Codes: 064."""

    @abstractmethod
    def v_26_the_index_has_every_field_that_the_policy_requires(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-26: The index has every field that the policy requires. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_27_the_policy_states_the_worklist_convention_in_use(self, outputs: S2B_S2.Outputs) -> Findings:
        """V-27: The policy states the worklist convention in use. Severity: warn. Codes: 090."""


class S2B_S3Validators(StateValidators["S2B_S3.Inputs", "S2B_S3.Outputs"]):
    """What 2B.S3 (Day effects) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S3.CARD

    @abstractmethod
    def v_04_the_policy_has_its_shape_constants_and_days(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-04: The policy has its shape, constants and days. Severity: abort. Codes: 031, 032, 033."""

    @abstractmethod
    def v_05_every_weighted_site_has_exactly_one_time_zone(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-05: Every weighted site has exactly one time zone. Severity: abort. Codes: 040, 041."""

    @abstractmethod
    def v_06_merchants_groups_and_days_fill_the_table_exactly(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-06: Merchants, groups and days fill the table exactly. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_09_gamma_log_gamma_and_sigma_lie_in_their_domains(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-09: gamma, log_gamma and sigma lie in their domains. Severity: abort. Codes: 057, 058, 059."""

    @abstractmethod
    def v_10_sigma_gamma_is_the_policy_s(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-10: sigma_gamma is the policy's. Severity: abort. Codes: 059."""

    @abstractmethod
    def v_11_generator_and_stream_are_the_policy_s(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-11: Generator and stream are the policy's. Severity: abort. Codes: 060, 061."""

    @abstractmethod
    def v_12_as_many_draws_as_rows(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-12: As many draws as rows. Severity: abort. Codes: 062."""

    @abstractmethod
    def v_13_counters_follow_the_row_s_position_and_never_wrap(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-13: Counters follow the row's position and never wrap. Severity: abort. Codes: 063, 064."""

    @abstractmethod
    def v_20_every_day_of_the_policy_s_range_is_there(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-20: Every day of the policy's range is there. Severity: abort. Codes: 090."""

    @abstractmethod
    def v_21_every_group_is_a_time_zone_of_site_timezones(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-21: Every group is a time zone of site_timezones. Severity: warn. Codes: 191."""

    @abstractmethod
    def v_22_each_row_used_exactly_one_draw(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-22: Each row used exactly one draw. Severity: abort. Codes: those of V-12."""

    @abstractmethod
    def v_23_each_row_s_merchant_and_group_come_from_the_join(self, outputs: S2B_S3.Outputs) -> Findings:
        """V-23: Each row's merchant and group come from the join. Severity: abort. Codes: those of V-05."""


class S2B_S4Validators(StateValidators["S2B_S4.Inputs", "S2B_S4.Outputs"]):
    """What 2B.S4 (Group weights) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S4.CARD

    @abstractmethod
    def v_04_site_weights_time_zones_and_day_effects_meet_on_their(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-04: Site weights, time zones and day effects meet on their keys. Severity: abort. Codes: 040, 041."""

    @abstractmethod
    def v_05_the_base_shares_of_each_merchant_sum_to_1(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-05: The base shares of each merchant sum to 1. Severity: abort. Codes: 052."""

    @abstractmethod
    def v_06_the_rows_are_those_of_s3_day_effects(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-06: The rows are those of s3_day_effects. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_09_gamma_is_that_of_s3_day_effects_bit_for_bit(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-09: gamma is that of s3_day_effects, bit for bit. Severity: abort. Codes: 053."""

    @abstractmethod
    def v_10_every_share_and_mass_lies_in_its_range(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-10: Every share and mass lies in its range. Severity: abort. Codes: 057."""

    @abstractmethod
    def v_11_the_group_shares_of_each_merchant_and_day_sum_to_1(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-11: The group shares of each merchant and day sum to 1. Severity: abort. Codes: 051."""

    @abstractmethod
    def v_12_the_days_are_those_of_s3_day_effects(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-12: The days are those of s3_day_effects. Severity: abort. Codes: 090."""

    @abstractmethod
    def v_19_mass_raw_denom_raw_and_p_group_agree(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-19: mass_raw, denom_raw and p_group agree. Severity: abort. Codes: 095."""

    @abstractmethod
    def v_20_every_base_share_is_the_sum_of_its_sites_shares(self, outputs: S2B_S4.Outputs) -> Findings:
        """V-20: Every base share is the sum of its sites' shares. Severity: abort. Codes: 052."""


class S2B_S5Validators(StateValidators["S2B_S5.Inputs", "S2B_S5.Outputs"]):
    """What 2B.S5 (Router) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S5.CARD

    @abstractmethod
    def v_04_alias_index_blob_and_policy_belong_together(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-04: Alias index, blob and policy belong together. Severity: abort. Codes: 041."""

    @abstractmethod
    def v_05_groups_are_picked_by_the_law_of_s4_group_weights_alone(
        self, outputs: S2B_S5.Outputs
    ) -> Findings:
        """V-05: Groups are picked by the law of s4_group_weights alone. Severity: abort. Codes: 040."""

    @abstractmethod
    def v_06_sites_are_picked_by_the_site_weights_of_the_group(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-06: Sites are picked by the site weights of the group. Severity: abort. Codes: 041."""

    @abstractmethod
    def v_07_the_picked_site_lies_in_the_picked_group(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-07: The picked site lies in the picked group. Severity: abort. Codes: 060."""

    @abstractmethod
    def v_08_two_events_an_arrival_group_before_site(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-08: Two events an arrival, group before site. Severity: abort. Codes: 050, 056."""

    @abstractmethod
    def v_09_counters_follow_the_arrival_s_position_and_never_wrap(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-09: Counters follow the arrival's position and never wrap. Severity: abort. Codes: 051, 052."""

    @abstractmethod
    def v_10_streams_and_labels_are_the_policy_s(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-10: Streams and labels are the policy's. Severity: abort. Codes: 053."""

    @abstractmethod
    def v_11_trace_totals_equal_the_events(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-11: Trace totals equal the events. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_12_the_selection_log_has_its_shape_and_lineage(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-12: The selection log has its shape and lineage. Severity: abort. Codes: 071, 080, 081, 086."""

    @abstractmethod
    def v_14_no_dataset_of_the_plan_is_touched(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-14: No dataset of the plan is touched. Severity: abort. Codes: 090."""

    @abstractmethod
    def v_15_every_pick_drawn_again_is_the_same(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-15: Every pick drawn again is the same. Severity: abort. Codes: 095."""

    @abstractmethod
    def v_16_p_group_is_repeated_as_stored(self, outputs: S2B_S5.Outputs) -> Findings:
        """V-16: p_group is repeated as stored. Severity: abort. Codes: 040."""


class S2B_S6Validators(StateValidators["S2B_S6.Inputs", "S2B_S6.Outputs"]):
    """What 2B.S6 (Edge router) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S6.CARD

    @abstractmethod
    def v_04_the_edges_of_every_merchant_are_a_usable_law(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-04: The edges of every merchant are a usable law. Severity: abort. Codes: 030, 031."""

    @abstractmethod
    def v_05_only_virtual_arrivals_draw(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-05: Only virtual arrivals draw. Severity: abort. Codes: 040."""

    @abstractmethod
    def v_06_edge_tables_give_back_the_weights(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-06: Edge tables give back the weights. Severity: abort. Codes: 041."""

    @abstractmethod
    def v_07_every_edge_has_its_country_and_place(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-07: Every edge has its country and place. Severity: abort. Codes: 060."""

    @abstractmethod
    def v_08_one_event_a_virtual_arrival(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-08: One event a virtual arrival. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_09_counters_follow_the_virtual_arrival_s_position_and(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-09: Counters follow the virtual arrival's position and never wrap. Severity: abort. Codes: 051, 052."""

    @abstractmethod
    def v_10_streams_and_labels_are_the_policy_s(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-10: Streams and labels are the policy's. Severity: abort. Codes: 053."""

    @abstractmethod
    def v_11_trace_totals_equal_the_events(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-11: Trace totals equal the events. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_12_the_edge_log_has_its_shape_and_lineage(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-12: The edge log has its shape and lineage. Severity: abort. Codes: 071, 080, 081."""

    @abstractmethod
    def v_14_no_dataset_of_the_plan_is_touched(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-14: No dataset of the plan is touched. Severity: abort. Codes: 090."""

    @abstractmethod
    def v_15_every_pick_drawn_again_is_the_same(self, outputs: S2B_S6.Outputs) -> Findings:
        """V-15: Every pick drawn again is the same. Severity: abort. Codes: 095."""


class S2B_S7Validators(StateValidators["S2B_S7.Inputs", "S2B_S7.Outputs"]):
    """What 2B.S7 (Audit) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S7.CARD

    @abstractmethod
    def v_04_index_and_blob_have_their_contracted_shapes(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-04: Index and blob have their contracted shapes. Severity: abort. Codes: 200, 201."""

    @abstractmethod
    def v_05_digests_bit_depths_and_policy_echo_agree(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-05: Digests, bit depths and policy echo agree. Severity: abort. Codes: 202, 205."""

    @abstractmethod
    def v_06_slices_are_inside_the_blob_aligned_and_apart(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-06: Slices are inside the blob, aligned and apart. Severity: abort. Codes: 203, 204."""

    @abstractmethod
    def v_07_every_slice_decodes_to_the_merchant_s_shares(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-07: Every slice decodes to the merchant's shares. Severity: abort. Codes: 206."""

    @abstractmethod
    def v_08_day_effects_and_group_weights_cover_the_same_keys(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-08: Day effects and group weights cover the same keys. Severity: abort. Codes: 300."""

    @abstractmethod
    def v_09_gamma_is_the_same_in_both_tables(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-09: gamma is the same in both tables. Severity: abort. Codes: 301."""

    @abstractmethod
    def v_10_the_group_shares_of_each_merchant_and_day_sum_to_1(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-10: The group shares of each merchant and day sum to 1. Severity: abort. Codes: 302."""

    @abstractmethod
    def v_11_every_base_share_is_the_sum_of_its_sites_shares(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-11: Every base share is the sum of its sites' shares. Severity: abort. Codes: 303, 304."""

    @abstractmethod
    def v_12_routing_logs_have_their_shape_order_and_lineage(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-12: Routing logs have their shape, order and lineage. Severity: abort. Codes: 400, 401, 503."""

    @abstractmethod
    def v_13_s5_keeps_its_budgets_counters_and_streams(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-13: S5 keeps its budgets, counters and streams. Severity: abort. Codes: 402, 403, 404, 405."""

    @abstractmethod
    def v_14_s6_keeps_its_budgets_counters_and_streams(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-14: S6 keeps its budgets, counters and streams. Severity: abort. Codes: 402, 403, 404, 405."""

    @abstractmethod
    def v_15_every_pick_drawn_again_is_the_logged_one_and_fits_its(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-15: Every pick drawn again is the logged one and fits its group or edge. Severity: abort. Codes: 410, 411."""

    @abstractmethod
    def v_16_events_trace_and_arrivals_add_up(self, outputs: S2B_S7.Outputs) -> Findings:
        """V-16: Events, trace and arrivals add up. Severity: abort. Codes: 402."""


class S2B_S8Validators(StateValidators["S2B_S8.Inputs", "S2B_S8.Outputs"]):
    """What 2B.S8 (Validation bundle) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2B_S8.CARD

    @abstractmethod
    def v_03_the_plan_of_the_run_s_seed_is_whole(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-03: The plan of the run's seed is whole. Severity: abort. Codes: 030."""

    @abstractmethod
    def v_04_the_audit_report_is_there_and_passed(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-04: The audit report is there and passed. Severity: abort. Codes: 031, 032."""

    @abstractmethod
    def v_05_policies_are_still_the_sealed_ones(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-05: Policies are still the sealed ones. Severity: abort. Codes: 033."""

    @abstractmethod
    def v_06_the_index_has_its_shape_and_order(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-06: The index has its shape and order. Severity: abort. Codes: 040, 041, 042, 044."""

    @abstractmethod
    def v_07_the_index_lists_every_member_and_nothing_else(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-07: The index lists every member and nothing else. Severity: abort. Codes: 043, 045."""

    @abstractmethod
    def v_08_every_member_has_its_digest(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-08: Every member has its digest. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_09_the_flag_has_its_form_and_the_bundle_s_digest(self, outputs: S2B_S8.Outputs) -> Findings:
        """V-09: The flag has its form and the bundle's digest. Severity: abort. Codes: 051, 052."""
