# Generated from contracts/layer1/1B/states.1B.yaml (sha256 089027d5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 1B."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S1B_S0:
    """Codes of 1B.S0, Site locations."""

    RECIPE_UNUSABLE: ClassVar = ErrorCode(
        full="1B-S0-001",
        name="RECIPE_UNUSABLE",
        kind="input",
        message="{where}: 1B.S0 cannot build from the recipe as it stands: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the recipe; `closedworld contracts show recipe` prints its schema.",
    )
    INGRESS_MISSING: ClassVar = ErrorCode(
        full="1B-S0-010",
        name="INGRESS_MISSING",
        kind="environment",
        message="{where}: a source that 1B.S0 builds from is not installed or cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies; the sources come with them and need no network.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="1B-S0-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 1B.S0 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="1B-S0-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 1B.S0 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report it with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="1B-S0-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 1B.S0 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="1B-S0-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 1B.S0 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="1B-S0-030",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: the sites cannot be placed so that the recipe's targets are met: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Change tz_groups_target, or the number of merchants, sites and countries, so that the zones can be reached within 5 %.",
    )
    SITE_DUPLICATE: ClassVar = ErrorCode(
        full="1B-S0-032",
        name="SITE_DUPLICATE",
        kind="input",
        message="{where}: two sites have the same key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one of the two rows of the import.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="1B-S0-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="1B-S0-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="1B-S0-042",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: the sites are not as many as the catalogue says: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify outlet_catalogue with `closedworld verify`.",
    )
    SITE_OUT_OF_REACH: ClassVar = ErrorCode(
        full="1B-S0-050",
        name="SITE_OUT_OF_REACH",
        kind="finding",
        message="{where}: a site lies further from its city than allowed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the site with the recipe.",
    )
    SITE_ACROSS_ZONE_BORDER: ClassVar = ErrorCode(
        full="1B-S0-051",
        name="SITE_ACROSS_ZONE_BORDER",
        kind="finding",
        message="{where}: a site does not lie on its city's side of the time zone: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the site with the recipe.",
    )
    CITY_NOT_OF_COUNTRY: ClassVar = ErrorCode(
        full="1B-S0-052",
        name="CITY_NOT_OF_COUNTRY",
        kind="finding",
        message="{where}: a site's city lies in another country: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the site, or correct the country of the imported row.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="1B-S0-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 1B.S0 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="1B-S0-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 1B.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; give another label or seed for another world, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="1B-S0-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 1B.S0 made other bytes from the same recipe and sources: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="1B-S0-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 1B.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the command again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="1B-S0-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
