# Generated from contracts/layer1/1B/states.1B.yaml (sha256 089027d5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""States of 1B: what each reads, writes, checks and draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from codegen.runtime.cards import BundleMembers, Read, RngFamily, StateCard, ValidatorSpec
from generated.datasets import s1a as datasets_s1a
from generated.datasets import s1b as datasets_s1b
from generated.errors import s1b as errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models import s1a as models_s1a
    from generated.tables import s1a as tables_s1a
    from generated.tables import s1b as tables_s1b


class S1B_S0:
    """1B.S0 site_locations: Site locations."""

    ID: ClassVar[str] = "1B.S0"
    CARD: ClassVar[StateCard] = StateCard(
        id="1B.S0",
        segment="1B",
        layer=1,
        number=0,
        name="site_locations",
        title="Site locations",
        kind="world",
        scope=("seed", "manifest_fingerprint"),
        reads=(
            Read(datasets_s1a.RECIPE, via="policy", optional=False, scope="row_level"),
            Read(datasets_s1a.OUTLET_CATALOGUE, via="run_local", optional=False, scope="row_level"),
            Read(datasets_s1a.IMPORTED_SITES, via="run_local", optional=True, scope="row_level"),
        ),
        writes=(
            datasets_s1b.SITE_LOCATIONS,
            datasets_s1b.VALIDATION_BUNDLE_1B,
            datasets_s1b.VALIDATION_PASSED_FLAG_1B,
        ),
        rng=(
            RngFamily("world.1B.cities.v1", "", "1", "1"),
            RngFamily("world.1B.jitter.v1", "", "2N", "N"),
        ),
        identity=("seed", "world"),
        validators=(
            ValidatorSpec(
                "V-01",
                "Every path comes from the dictionary",
                "abort",
                (
                    errors.S1B_S0.DICTIONARY_RESOLUTION_ERROR,
                    errors.S1B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="dictionary_resolution",
            ),
            ValidatorSpec(
                "V-02",
                "Every input lies in the partition of the run",
                "abort",
                (errors.S1B_S0.PARTITION_SELECTION_INCORRECT,),
                shared="partition_selection",
            ),
            ValidatorSpec(
                "V-03",
                "As many sites as the catalogue says",
                "abort",
                (errors.S1B_S0.COVERAGE_MISMATCH,),
                method="v_03_as_many_sites_as_the_catalogue_says",
            ),
            ValidatorSpec(
                "V-04",
                "Every site lies near its city, in its country, on its side of the zone",
                "abort",
                (
                    errors.S1B_S0.SITE_OUT_OF_REACH,
                    errors.S1B_S0.SITE_ACROSS_ZONE_BORDER,
                    errors.S1B_S0.CITY_NOT_OF_COUNTRY,
                ),
                method="v_04_every_site_lies_near_its_city_in_its_country_on_its",
            ),
            ValidatorSpec(
                "V-05",
                "Every row obeys its columns",
                "abort",
                (errors.S1B_S0.OUTPUT_SCHEMA_INVALID,),
                shared="output_shape",
            ),
            ValidatorSpec(
                "V-06",
                "No key stands twice",
                "abort",
                (errors.S1B_S0.PK_DUPLICATE,),
                shared="key_unique",
            ),
            ValidatorSpec(
                "V-07",
                "Rows ascend by key",
                "abort",
                (errors.S1B_S0.WRITER_ORDER_NOT_PK,),
                shared="writer_order",
            ),
            ValidatorSpec(
                "V-08",
                "A published partition is never overwritten",
                "abort",
                (
                    errors.S1B_S0.IMMUTABLE_OVERWRITE,
                    errors.S1B_S0.ATOMIC_PUBLISH_FAILED,
                ),
                shared="write_once",
            ),
            ValidatorSpec(
                "V-09",
                "The same inputs give the same bytes",
                "abort",
                (errors.S1B_S0.NON_IDEMPOTENT_REEMIT,),
                shared="idempotent_reemit",
            ),
            ValidatorSpec(
                "V-10",
                "No network, no undeclared read",
                "abort",
                (
                    errors.S1B_S0.NETWORK_IO_ATTEMPT,
                    errors.S1B_S0.UNDECLARED_ASSET_ACCESSED,
                    errors.S1B_S0.PROHIBITED_LITERAL_PATH,
                ),
                shared="no_extra_reads",
            ),
        ),
        errors={
            "001": errors.S1B_S0.RECIPE_UNUSABLE,
            "010": errors.S1B_S0.INGRESS_MISSING,
            "020": errors.S1B_S0.DICTIONARY_RESOLUTION_ERROR,
            "021": errors.S1B_S0.PROHIBITED_LITERAL_PATH,
            "022": errors.S1B_S0.UNDECLARED_ASSET_ACCESSED,
            "023": errors.S1B_S0.NETWORK_IO_ATTEMPT,
            "030": errors.S1B_S0.TARGETS_UNREACHABLE,
            "032": errors.S1B_S0.SITE_DUPLICATE,
            "040": errors.S1B_S0.OUTPUT_SCHEMA_INVALID,
            "041": errors.S1B_S0.PK_DUPLICATE,
            "042": errors.S1B_S0.COVERAGE_MISMATCH,
            "050": errors.S1B_S0.SITE_OUT_OF_REACH,
            "051": errors.S1B_S0.SITE_ACROSS_ZONE_BORDER,
            "052": errors.S1B_S0.CITY_NOT_OF_COUNTRY,
            "070": errors.S1B_S0.PARTITION_SELECTION_INCORRECT,
            "080": errors.S1B_S0.IMMUTABLE_OVERWRITE,
            "081": errors.S1B_S0.NON_IDEMPOTENT_REEMIT,
            "082": errors.S1B_S0.ATOMIC_PUBLISH_FAILED,
            "083": errors.S1B_S0.WRITER_ORDER_NOT_PK,
        },
        contract_digest="cc7f2e6b9345a895ce2a7eea93916be537b8c752e14a6924edc56c6c53c101e6",
    )

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inputs:
        """What 1B.S0 reads."""

        recipe: models_s1a.Recipe
        """What world is made: counts, mix, horizon and scenarios."""
        outlet_catalogue: PartitionedTable[tables_s1a.OutletCatalogue]
        """Every merchant with the countries in which it has sites."""
        imported_sites: PartitionedTable[tables_s1a.ImportedSites] | None = None
        """The accepted sites of an import. Absent: The world is built from the recipe and real cities."""

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Outputs:
        """What 1B.S0 writes."""

        site_locations: tables_s1b.SiteLocations
        """Where every site lies."""
        validation_bundle_1B: BundleMembers
        """The evidence that segment 1B passed: its validation report with the digest of every dataset."""
