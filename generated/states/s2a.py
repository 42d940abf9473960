# Generated from contracts/layer1/2A/states.2A.yaml (sha256 ee7f501a...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 2A: what each reads, writes, checks and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.datasets import s1b as datasets_s1b
from generated.datasets import s2a as datasets_s2a
from generated.errors import s2a as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.tables import s1a as tables_s1a
    from generated.tables import s1b as tables_s1b
    from generated.tables import s2a as tables_s2a


class S2A_S0:
    """2A.S0 time_zones: Time zones."""

    ID: ClassVar[str] = "2A.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="2A.S0",
        segment="2A",
        layer=1,
        number=0,
        name="time_zones",
        title="Time zones",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s1b.SITE_LOCATIONS, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1a.IMPORTED_SITES, via="run_local", optional=True, scope="row_level"),
        ),
        writes=(
            datasets_s2a.SITE_TIMEZONES,
            datasets_s2a.TZ_TIMETABLE_CACHE,
            datasets_s2a.VALIDATION_BUNDLE_2A,
            datasets_s2a.VALIDATION_PASSED_FLAG_2A,
        ),
        rng=(),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S2A_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S2A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S2A_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every site has exactly one zone",
                "abort",
                (errors.S2A_S0.COVERAGE_MISMATCH,),
                method="v_03_every_site_has_exactly_one_zone",
            ),
            ValidatorSpec(
                "V-04",
                "Every zone is canonical",
                "abort",
                (errors.S2A_S0.TZID_NOT_CANONICAL,),
                method="v_04_every_zone_is_canonical",
            ),
            ValidatorSpec(
                "V-05",
                "The timetable agrees with the IANA database everywhere",
                "abort",
                (errors.S2A_S0.TIMETABLE_DISAGREES,),
                method="v_05_the_timetable_agrees_with_the_iana_database_everywhere",
            ),
            ValidatorSpec(
                "V-06",
                "The timetable covers every zone from 1970 on",
                "abort",
                (errors.S2A_S0.TIMETABLE_INCOMPLETE,),
                method="v_06_the_timetable_covers_every_zone_from_1970_on",
            ),
            ValidatorSpec(
                "V-07",
                "Every row obeys its columns",
                "abort",
                (errors.S2A_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-08",
                "No key stands twice",
                "abort",
                (errors.S2A_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-09",
                "Rows ascend by key",
                "abort",
                (errors.S2A_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-10",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S2A_S0.IMMUTABLE_OVERWRITE,
                    errors.S2A_S0.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-11",
                "The same inputs give the same bytes",
                "abort",
                (errors.S2A_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-12",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S2A_S0.NETWORK_IO_ATTEMPT,
                    errors.S2A_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S2A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "010": errors.S2A_S0.INGRESS_MISSING,
            "020": errors.S2A_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S2A_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S2A_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S2A_S0.NETWORK_IO_ATTEMPT,
            "031": errors.S2A_S0.TZID_UNKNOWN,
            "032": errors.S2A_S0.NO_CITY_NEAR,
            "040": errors.S2A_S0.OUTPUT_SCHEMA_INVALID,
            "041": errors.S2A_S0.PK_DUPLICATE,
            "042": errors.S2A_S0.COVERAGE_MISMATCH,
            "050": errors.S2A_S0.TZID_NOT_CANONICAL,
            "051": errors.S2A_S0.TIMETABLE_DISAGREES,
            "052": errors.S2A_S0.TIMETABLE_INCOMPLETE,
            "070": errors.S2A_S0.PARTITION_SELECTION_INCORRECT,
            "080": errors.S2A_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S2A_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S2A_S0.ATOMIC_PUBLISH_FAILED,
            "083": errors.S2A_S0.WRITER_ORDER_NOT_PK,
        },
        contract_digest="0e1f5ca82455f05be30c17162a764a86b9cc9ec238e6647fe6640742d5f77692",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 2A.S0 reads."""

        site_locations: PartitionedTable[tables_s1b.SiteLocations]
        """Where every site lies."""
        imported_sites: PartitionedTable[tables_s1a.ImportedSites] | None = None
        """The accepted sites of an import. Absent: The world is built from the recipe and real cities."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 2A.S0 writes."""

        site_timezones: tables_s2a.SiteTimezones
        """The time zone of every site."""
        tz_timetable_cache: tables_s2a.TzTimetableCache
        """When each zone's clocks change, 1970 to 2100."""
        validation_bundle_2A: BundleMembers
        """The evidence that segment 2A passed: its validation report with the digest of every dataset."""
