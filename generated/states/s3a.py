# Generated from contracts/layer1/3A/states.3A.yaml (sha256 43496d88...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 3A: what each reads, writes, checks and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, StateCard, ValidatorSpec
from generated.datasets import s2a as datasets_s2a
from generated.datasets import s3a as datasets_s3a
from generated.errors import s3a as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.tables import s2a as tables_s2a
    from generated.tables import s3a as tables_s3a


class S3A_S0:
    """3A.S0 zone_allocation: Zone allocation."""

    ID: ClassVar[str] = "3A.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="3A.S0",
        segment="3A",
        layer=1,
        number=0,
        name="zone_allocation",
        title="Zone allocation",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(Read(datasets_s2a.SITE_TIMEZONES, via="run_local", optional=False, scope="row_level"),),
        writes=(
            datasets_s3a.ZONE_ALLOC,
            datasets_s3a.VALIDATION_BUNDLE_3A,
            datasets_s3a.VALIDATION_PASSED_FLAG_3A,
        ),
        rng=(),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S3A_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S3A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S3A_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Every site is counted once",
                "abort",
                (errors.S3A_S0.COVERAGE_MISMATCH,),
                method="v_03_every_site_is_counted_once",
            ),
            ValidatorSpec(
                "V-04",
                "Every row obeys its columns",
                "abort",
                (errors.S3A_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-05",
                "No key stands twice",
                "abort",
                (errors.S3A_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-06",
                "Rows ascend by key",
                "abort",
                (errors.S3A_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-07",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S3A_S0.IMMUTABLE_OVERWRITE,
                    errors.S3A_S0.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-08",
                "The same inputs give the same bytes",
                "abort",
                (errors.S3A_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-09",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S3A_S0.NETWORK_IO_ATTEMPT,
                    errors.S3A_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S3A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "020": errors.S3A_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S3A_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S3A_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S3A_S0.NETWORK_IO_ATTEMPT,
            "040": errors.S3A_S0.OUTPUT_SCHEMA_INVALID,
            "041": errors.S3A_S0.PK_DUPLICATE,
            "042": errors.S3A_S0.COVERAGE_MISMATCH,
            "070": errors.S3A_S0.PARTITION_SELECTION_INCORRECT,
            "080": errors.S3A_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S3A_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S3A_S0.ATOMIC_PUBLISH_FAILED,
            "083": errors.S3A_S0.WRITER_ORDER_NOT_PK,
        },
        contract_digest="a83c4c3003fc2d81c398d877bc5c3a5a95a87fd8c3145ec144b07b530494be77",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 3A.S0 reads."""

        site_timezones: PartitionedTable[tables_s2a.SiteTimezones]
        """The time zone of every site."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 3A.S0 writes."""

        zone_alloc: tables_s3a.ZoneAlloc
        """How many sites each merchant has in each time zone."""
        validation_bundle_3A: BundleMembers
        """The evidence that segment 3A passed: its validation report with the digest of every dataset."""
