# Generated from contracts/layer1/1A/states.1A.yaml (sha256 56de8d01...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 1A: what each reads, writes, checks and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, RngFamily, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.errors import s1a as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import s1a as models_s1a
    from generated.tables import s1a as tables_s1a


class S1A_S0:
    """1A.S0 outlets: Merchants and outlets."""

    ID: ClassVar[str] = "1A.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="1A.S0",
        segment="1A",
        layer=1,
        number=0,
        name="outlets",
        title="Merchants and outlets",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
            Read(datasets_s1a.IMPORTED_SITES, via="run_local", optional=True, scope="row_level"),
            Read(datasets_s1a.IMPORTED_MERCHANTS, via="run_local", optional=True, scope="row_level"),
        ),
        writes=(
            datasets_s1a.OUTLET_CATALOGUE,
            datasets_s1a.VALIDATION_BUNDLE_1A,
            datasets_s1a.VALIDATION_PASSED_FLAG_1A,
        ),
        rng=(RngFamily("world.1A.outlets.v1", "", "N", "N"),),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S1A_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S1A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S1A_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "Merchants and sites are exactly as many as asked",
                "abort",
                (
                    errors.S1A_S0.SITE_TOTAL_MISMATCH,
                    errors.S1A_S0.MERCHANT_TOTAL_MISMATCH,
                ),
                method="v_03_merchants_and_sites_are_exactly_as_many_as_asked",
            ),
            ValidatorSpec(
                "V-04",
                "Each merchant has one home, class, channel and category",
                "abort",
                (errors.S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,),
                method="v_04_each_merchant_has_one_home_class_channel_and_category",
            ),
            ValidatorSpec(
                "V-05",
                "Every row obeys its columns",
                "abort",
                (errors.S1A_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-06",
                "No key stands twice",
                "abort",
                (errors.S1A_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-07",
                "Rows ascend by key",
                "abort",
                (errors.S1A_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-08",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S1A_S0.IMMUTABLE_OVERWRITE,
                    errors.S1A_S0.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-09",
                "The same inputs give the same bytes",
                "abort",
                (errors.S1A_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-10",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S1A_S0.NETWORK_IO_ATTEMPT,
                    errors.S1A_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S1A_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "001": errors.S1A_S0.RECIPE_UNUSABLE,
            "010": errors.S1A_S0.INGRESS_MISSING,
            "020": errors.S1A_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S1A_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S1A_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S1A_S0.NETWORK_IO_ATTEMPT,
            "030": errors.S1A_S0.TARGETS_UNREACHABLE,
            "031": errors.S1A_S0.COUNTRY_UNKNOWN,
            "032": errors.S1A_S0.MERCHANT_WITHOUT_SITE,
            "033": errors.S1A_S0.CLASS_MIX_INVALID,
            "040": errors.S1A_S0.OUTPUT_SCHEMA_INVALID,
            "041": errors.S1A_S0.PK_DUPLICATE,
            "050": errors.S1A_S0.SITE_TOTAL_MISMATCH,
            "051": errors.S1A_S0.MERCHANT_TOTAL_MISMATCH,
            "052": errors.S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
            "070": errors.S1A_S0.PARTITION_SELECTION_INCORRECT,
            "080": errors.S1A_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S1A_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S1A_S0.ATOMIC_PUBLISH_FAILED,
            "083": errors.S1A_S0.WRITER_ORDER_NOT_PK,
        },
        contract_digest="a25a0b504e9c72dab8e6f2030bd476e5dedaaf79272d400eba8927ef90cdf8ee",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 1A.S0 reads."""

        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""
        imported_sites: PartitionedTable[tables_s1a.ImportedSites] | None = None
        """The accepted sites of an import. Absent: The world is built from the recipe and real cities."""
        imported_merchants: PartitionedTable[tables_s1a.ImportedMerchants] | None = None
        """The accepted merchants of an import. Absent: Every merchant gets its class and channel by the recipe."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 1A.S0 writes."""

        outlet_catalogue: tables_s1a.OutletCatalogue
        """Every merchant with the countries in which it has sites."""
        validation_bundle_1A: BundleMembers
        """The evidence that segment 1A passed: its validation report with the digest of every dataset."""
