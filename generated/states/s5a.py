# Generated from contracts/layer2/5A/states.5A.yaml (sha256 28d20fa5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""States of 5A: what each reads, writes, checks and draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import Read, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.datasets import s2a as datasets_s2a
from generated.datasets import s3a as datasets_s3a
from generated.datasets import s3b as datasets_s3b
from generated.datasets import s5a as datasets_s5a
from generated.errors import s5a as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import s1a as models_s1a
    from generated.tables import s1a as tables_s1a
    from generated.tables import s2a as tables_s2a
    from generated.tables import s3a as tables_s3a
    from generated.tables import s3b as tables_s3b
    from generated.tables import s5a as tables_s5a


class S5A_S0:
    """5A.S0 intensities: Scenario intensities."""

    ID: ClassVar[str] = "5A.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="5A.S0",
        segment="5A",
        layer=2,
        number=0,
        name="intensities",
        title="Scenario intensities",
        kind="world",
        scope=("seed", "manifest_fingerprint", "scenario_id"),
        reads=(
            Read(datasets_s1a.OUTLET_CATALOGUE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3a.ZONE_ALLOC, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
        ),
        writes=(
            datasets_s5a.SCENARIO_MANIFEST_5A,
            datasets_s5a.MERCHANT_ZONE_PROFILE_5A,
            datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A,
            datasets_s5a.MERCHANT_ZONE_SCENARIO_UTC_5A,
            datasets_s5a.MERCHANT_ZONE_OVERLAY_FACTORS_5A,
            datasets_s5a.VALIDATION_BUNDLE_5A,
            datasets_s5a.VALIDATION_PASSED_FLAG_5A,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every upstream table is there and is the one that was published",
                "abort",
                (errors.S5A_S0.UPSTREAM_MISSING,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-02",
                "Every scenario has an aligned horizon and exactly one of the two flags",
                "abort",
                (errors.S5A_S0.SCENARIO_INVALID,),
                method="v_02_every_scenario_has_an_aligned_horizon_and_exactly_one",
            ),
            ValidatorSpec(
                "V-03",
                "Every zone with a site has a series, and only online merchants have customer zones",
                "abort",
                (errors.S5A_S0.SERIES_DOMAIN_INVALID,),
                method="v_03_every_zone_with_a_site_has_a_series_and_only_online",
            ),
            ValidatorSpec(
                "V-04",
                "A merchant has one demand class and one channel group",
                "abort",
                (errors.S5A_S0.SERIES_DOMAIN_INVALID,),
                method="v_04_a_merchant_has_one_demand_class_and_one_channel_group",
            ),
            ValidatorSpec(
                "V-05",
                "Every series has every bucket of the horizon, and the profile names it",
                "abort",
                (errors.S5A_S0.HORIZON_INCOMPLETE,),
                method="v_05_every_series_has_every_bucket_of_the_horizon_and_the",
            ),
            ValidatorSpec(
                "V-06",
                "Every intensity and factor is finite and not negative",
                "abort",
                (errors.S5A_S0.INTENSITY_INVALID,),
                method="v_06_every_intensity_and_factor_is_finite_and_not_negative",
            ),
            ValidatorSpec(
                "V-07",
                "Every zone is in the time zone timetable",
                "abort",
                (errors.S5A_S0.CIVIL_TIME_MAPPING_FAILED,),
                method="v_07_every_zone_is_in_the_time_zone_timetable",
            ),
            ValidatorSpec(
                "V-08",
                "Series and bucket rows are exactly the recipe's, and the arrivals are within its tolerance",
                "abort",
                (errors.S5A_S0.TARGETS_UNREACHABLE,),
                method="v_08_series_and_bucket_rows_are_exactly_the_recipe_s_and_the",
            ),
            ValidatorSpec(
                "V-09",
                "Busy buckets stand out from the median as the recipe asks",
                "abort",
                (errors.S5A_S0.REALISM_GATE_FAILED,),
                method="v_09_busy_buckets_stand_out_from_the_median_as_the_recipe",
            ),
            ValidatorSpec(
                "V-10",
                "Every row obeys its columns",
                "abort",
                (errors.S5A_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-11",
                "No key stands twice",
                "abort",
                (errors.S5A_S0.KEY_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-12",
                "Rows ascend by key",
                "abort",
                (errors.S5A_S0.WRITER_ORDER_INVALID,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-13",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5A_S0.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-14",
                "The bundle lists every member and its flag states its digest",
                "abort",
                (errors.S5A_S0.BUNDLE_INVALID,),
                method="v_14_the_bundle_lists_every_member_and_its_flag_states_its",
            ),
            ValidatorSpec(
                "V-15",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5A_S0.IO_WRITE_CONFLICT,
                    errors.S5A_S0.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-16",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5A_S0.IO_WRITE_CONFLICT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "UPSTREAM_MISSING": errors.S5A_S0.UPSTREAM_MISSING,
            "SCENARIO_INVALID": errors.S5A_S0.SCENARIO_INVALID,
            "SERIES_DOMAIN_INVALID": errors.S5A_S0.SERIES_DOMAIN_INVALID,
            "HORIZON_INCOMPLETE": errors.S5A_S0.HORIZON_INCOMPLETE,
            "INTENSITY_INVALID": errors.S5A_S0.INTENSITY_INVALID,
            "CIVIL_TIME_MAPPING_FAILED": errors.S5A_S0.CIVIL_TIME_MAPPING_FAILED,
            "TARGETS_UNREACHABLE": errors.S5A_S0.TARGETS_UNREACHABLE,
            "REALISM_GATE_FAILED": errors.S5A_S0.REALISM_GATE_FAILED,
            "OUTPUT_SCHEMA_INVALID": errors.S5A_S0.OUTPUT_SCHEMA_INVALID,
            "KEY_DUPLICATE": errors.S5A_S0.KEY_DUPLICATE,
            "WRITER_ORDER_INVALID": errors.S5A_S0.WRITER_ORDER_INVALID,
            "PATH_EMBED_MISMATCH": errors.S5A_S0.PATH_EMBED_MISMATCH,
            "BUNDLE_INVALID": errors.S5A_S0.BUNDLE_INVALID,
            "IO_WRITE_CONFLICT": errors.S5A_S0.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5A_S0.IO_WRITE_FAILED,
        },
        contract_digest="2cd71a96d480cfc6bfa6dce353c424ffd3e40278e3d63cd475deaa47e78f0285",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5A.S0 reads."""

        outlet_catalogue: PartitionedTable[tables_s1a.OutletCatalogue]
        """Every merchant with the countries in which it has sites."""
        tz_timetable_cache: PartitionedTable[tables_s2a.TzTimetableCache]
        """When each zone's clocks change, 1970 to 2100."""
        zone_alloc: PartitionedTable[tables_s3a.ZoneAlloc]
        """How many sites each merchant has in each time zone."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5A.S0 writes."""

        scenario_manifest_5A: tables_s5a.ScenarioManifest5A
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: tables_s5a.MerchantZoneProfile5A
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: tables_s5a.MerchantZoneScenarioLocal5A
        """The expected arrivals of every series and bucket, at local civil time."""
        merchant_zone_scenario_utc_5A: tables_s5a.MerchantZoneScenarioUtc5A | None = None
        """The same intensities keyed by the bucket of the UTC horizon; kept when the recipe asks for it."""
        merchant_zone_overlay_factors_5A: tables_s5a.MerchantZoneOverlayFactors5A | None = None
        """The factors behind every intensity; kept when the recipe asks for it."""
        validation_bundle_5A: Mapping[str, bytes]
        """The evidence of 5A: the report of the world builder or importer over all rows."""
