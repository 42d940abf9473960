# Generated from contracts/layer2/5A/states.5A.yaml (sha256 2eeeefed...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 5A: what each reads, writes, checks and draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, RngFamily, StateCard, ValidatorSpec
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
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
            Read(datasets_s1a.OUTLET_CATALOGUE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s2a.TZ_TIMETABLE_CACHE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3a.ZONE_ALLOC, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s3b.VIRTUAL_CLASSIFICATION_3B, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1a.IMPORTED_MERCHANTS, via="run_local", optional=True, scope="row_level"),
        ),
        writes=(
            datasets_s5a.SCENARIO_MANIFEST_5A,
            datasets_s5a.MERCHANT_ZONE_PROFILE_5A,
            datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A,
        ),
        rng=(
            RngFamily("world.5A.customer_zones.v1", "", "N", "N"),
            RngFamily("world.5A.volumes.v1", "", "N", "N"),
        ),
        identity=("seed", "world", "demand"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (errors.S5A_S0.DICTIONARY_RESOLUTION_ERROR,),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S5A_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every scenario has an aligned horizon and exactly one of the two flags",
                "abort",
                (errors.S5A_S0.SCENARIO_INVALID,),
                method="v_03_every_scenario_has_an_aligned_horizon_and_exactly_one",
            ),
            ValidatorSpec(
                "V-04",
                "Every zone with a site has a series, and only merchants that sell online have customer zones",
                "abort",
                (errors.S5A_S0.SERIES_DOMAIN_INVALID,),
                method="v_04_every_zone_with_a_site_has_a_series_and_only_merchants",
            ),
            ValidatorSpec(
                "V-05",
                "A merchant has one demand class and one channel group",
                "abort",
                (errors.S5A_S0.SERIES_DOMAIN_INVALID,),
                method="v_05_a_merchant_has_one_demand_class_and_one_channel_group",
            ),
            ValidatorSpec(
                "V-06",
                "Every series has every bucket of the horizon, and the profile names it",
                "abort",
                (errors.S5A_S0.HORIZON_INCOMPLETE,),
                method="v_06_every_series_has_every_bucket_of_the_horizon_and_the",
            ),
            ValidatorSpec(
                "V-07",
                "Every volume, intensity and factor is finite and not negative",
                "abort",
                (errors.S5A_S0.INTENSITY_INVALID,),
                method="v_07_every_volume_intensity_and_factor_is_finite_and_not",
            ),
            ValidatorSpec(
                "V-08",
                "Every zone is in the time zone timetable",
                "abort",
                (errors.S5A_S0.CIVIL_TIME_MAPPING_FAILED,),
                method="v_08_every_zone_is_in_the_time_zone_timetable",
            ),
            ValidatorSpec(
                "V-09",
                "Series and bucket rows are exactly the ones of the recipe, and the arrivals are within its tolerance",
                "abort",
                (errors.S5A_S0.TARGETS_UNREACHABLE,),
                method="v_09_series_and_bucket_rows_are_exactly_the_ones_of_the",
            ),
            ValidatorSpec(
                "V-10",
                "Busy buckets stand out from the median",
                "abort",
                (errors.S5A_S0.INTENSITY_TOO_EVEN,),
                method="v_10_busy_buckets_stand_out_from_the_median",
            ),
            ValidatorSpec(
                "V-11",
                "Every row obeys its columns",
                "abort",
                (errors.S5A_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-12",
                "No key stands twice",
                "abort",
                (errors.S5A_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-13",
                "Rows ascend by key",
                "abort",
                (errors.S5A_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-14",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5A_S0.PATH_EMBED_MISMATCH,),
                shared="path_embed",
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
            "DICTIONARY_RESOLUTION_ERROR": errors.S5A_S0.DICTIONARY_RESOLUTION_ERROR,
            "PARTITION_SELECTION_INCORRECT": errors.S5A_S0.PARTITION_SELECTION_INCORRECT,
            "SCENARIO_INVALID": errors.S5A_S0.SCENARIO_INVALID,
            "SERIES_DOMAIN_INVALID": errors.S5A_S0.SERIES_DOMAIN_INVALID,
            "HORIZON_INCOMPLETE": errors.S5A_S0.HORIZON_INCOMPLETE,
            "INTENSITY_INVALID": errors.S5A_S0.INTENSITY_INVALID,
            "CIVIL_TIME_MAPPING_FAILED": errors.S5A_S0.CIVIL_TIME_MAPPING_FAILED,
            "TARGETS_UNREACHABLE": errors.S5A_S0.TARGETS_UNREACHABLE,
            "INTENSITY_TOO_EVEN": errors.S5A_S0.INTENSITY_TOO_EVEN,
            "OUTPUT_SCHEMA_INVALID": errors.S5A_S0.OUTPUT_SCHEMA_INVALID,
            "PK_DUPLICATE": errors.S5A_S0.PK_DUPLICATE,
            "WRITER_ORDER_NOT_PK": errors.S5A_S0.WRITER_ORDER_NOT_PK,
            "PATH_EMBED_MISMATCH": errors.S5A_S0.PATH_EMBED_MISMATCH,
            "IO_WRITE_CONFLICT": errors.S5A_S0.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5A_S0.IO_WRITE_FAILED,
        },
        contract_digest="7c132d6d31e5282020bc8ecb8c56702326ee93c932d1feb446296f39947ca81e",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5A.S0 reads."""

        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""
        outlet_catalogue: PartitionedTable[tables_s1a.OutletCatalogue]
        """Every merchant with the countries in which it has sites."""
        tz_timetable_cache: PartitionedTable[tables_s2a.TzTimetableCache]
        """When each zone's clocks change, 1970 to 2100."""
        zone_alloc: PartitionedTable[tables_s3a.ZoneAlloc]
        """How many sites each merchant has in each time zone."""
        virtual_classification_3B: PartitionedTable[tables_s3b.VirtualClassification3B]
        """Which merchants sell online."""
        imported_merchants: PartitionedTable[tables_s1a.ImportedMerchants] | None = None
        """The accepted merchants of an import. Absent: Every merchant gets its weekly volume by the recipe."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5A.S0 writes."""

        scenario_manifest_5A: tables_s5a.ScenarioManifest5A
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: tables_s5a.MerchantZoneProfile5A
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: Mapping[str, tables_s5a.MerchantZoneScenarioLocal5A]
        """The expected arrivals of every series and bucket, at local civil time."""


class S5A_S1:
    """5A.S1 validation_bundle: Validation bundle."""

    ID: ClassVar[str] = "5A.S1"
    CARD: ClassVar[StateCard] = StateCard(
        id="5A.S1",
        segment="5A",
        layer=2,
        number=1,
        name="validation_bundle",
        title="Validation bundle",
        kind="world",
        scope=("manifest_fingerprint",),
        reads=(
            Read(datasets_s5a.SCENARIO_MANIFEST_5A, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s5a.MERCHANT_ZONE_PROFILE_5A, via="run_local", optional=False, scope="row_level"),
            Read(
                datasets_s5a.MERCHANT_ZONE_SCENARIO_LOCAL_5A,
                via="run_local",
                optional=False,
                scope="row_level",
            ),
        ),
        writes=(
            datasets_s5a.VALIDATION_BUNDLE_5A,
            datasets_s5a.VALIDATION_PASSED_FLAG_5A,
        ),
        rng=(),
        identity=("seed", "manifest_fingerprint", "world", "demand"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (errors.S5A_S1.DICTIONARY_RESOLUTION_ERROR,),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S5A_S1.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "The report names every dataset of 5A with the digests of its publish record",
                "abort",
                (errors.S5A_S1.BUNDLE_INVALID,),
                method="v_03_the_report_names_every_dataset_of_5a_with_the_digests",
            ),
            ValidatorSpec(
                "V-04",
                "The index lists every member once and in order, and the flag states the digest of the bundle",
                "abort",
                (errors.S5A_S1.BUNDLE_INVALID,),
                method="v_04_the_index_lists_every_member_once_and_in_order_and_the",
            ),
            ValidatorSpec(
                "V-05",
                "Index and flag have their contracted shape",
                "abort",
                (errors.S5A_S1.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-06",
                "Paths and the tokens repeated inside agree",
                "abort",
                (errors.S5A_S1.PATH_EMBED_MISMATCH,),
                shared="path_embed",
            ),
            ValidatorSpec(
                "V-07",
                "A published partition is never overwritten, and appears whole or not at all",
                "abort",
                (
                    errors.S5A_S1.IO_WRITE_CONFLICT,
                    errors.S5A_S1.IO_WRITE_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-08",
                "The same inputs give the same bytes",
                "abort",
                (errors.S5A_S1.IO_WRITE_CONFLICT,),
                shared="idempotent_reemit",
            ),
        ),
        errors={
            "DICTIONARY_RESOLUTION_ERROR": errors.S5A_S1.DICTIONARY_RESOLUTION_ERROR,
            "PARTITION_SELECTION_INCORRECT": errors.S5A_S1.PARTITION_SELECTION_INCORRECT,
            "BUNDLE_INVALID": errors.S5A_S1.BUNDLE_INVALID,
            "OUTPUT_SCHEMA_INVALID": errors.S5A_S1.OUTPUT_SCHEMA_INVALID,
            "PATH_EMBED_MISMATCH": errors.S5A_S1.PATH_EMBED_MISMATCH,
            "IO_WRITE_CONFLICT": errors.S5A_S1.IO_WRITE_CONFLICT,
            "IO_WRITE_FAILED": errors.S5A_S1.IO_WRITE_FAILED,
        },
        contract_digest="fbe404b9333cf217e5831fd44627c17bb6968f84404a600ee150a0f24730f4b1",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 5A.S1 reads."""

        scenario_manifest_5A: PartitionedTable[tables_s5a.ScenarioManifest5A]
        """The scenarios, their horizons and what they stand for."""
        merchant_zone_profile_5A: PartitionedTable[tables_s5a.MerchantZoneProfile5A]
        """The demand class and the ordinary weekly volume of every merchant, country and zone."""
        merchant_zone_scenario_local_5A: Mapping[
            str, PartitionedTable[tables_s5a.MerchantZoneScenarioLocal5A]
        ]
        """The expected arrivals of every series and bucket, at local civil time."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 5A.S1 writes."""

        validation_bundle_5A: BundleMembers
        """The evidence of 5A: the report of the world builder or importer over all rows."""
