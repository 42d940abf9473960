# Generated from contracts/layer1/1A/states.1A.yaml (sha256 56de8d01...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 1A."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S1A_S0:
    """Codes of 1A.S0, Merchants and outlets."""

    RECIPE_UNUSABLE: ClassVar = ErrorCode(
        full="1A-S0-001",
        name="RECIPE_UNUSABLE",
        kind="input",
        message="{where}: 1A.S0 cannot build from the recipe as it stands: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the recipe; `closedworld contracts show recipe` prints its schema.",
    )
    INGRESS_MISSING: ClassVar = ErrorCode(
        full="1A-S0-010",
        name="INGRESS_MISSING",
        kind="environment",
        message="{where}: a source that 1A.S0 builds from is not installed or cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies; the sources come with them and need no network.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="1A-S0-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 1A.S0 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="1A-S0-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 1A.S0 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report it with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="1A-S0-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 1A.S0 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="1A-S0-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 1A.S0 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="1A-S0-030",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: the counts of the recipe cannot be had together: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Change merchants, sites or site_count_cap so that every merchant has a site and none has more than the cap.",
    )
    COUNTRY_UNKNOWN: ClassVar = ErrorCode(
        full="1A-S0-031",
        name="COUNTRY_UNKNOWN",
        kind="input",
        message="{where}: no city of that country is known: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the two-letter ISO code of a country that has a city above 15,000 people.",
    )
    MERCHANT_WITHOUT_SITE: ClassVar = ErrorCode(
        full="1A-S0-032",
        name="MERCHANT_WITHOUT_SITE",
        kind="input",
        message="{where}: a merchant has no site: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the merchant a row in the site file, or take it out of the profile file.",
    )
    CLASS_MIX_INVALID: ClassVar = ErrorCode(
        full="1A-S0-033",
        name="CLASS_MIX_INVALID",
        kind="input",
        message="{where}: the class mix cannot be drawn from: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name each demand class once, with a positive weight and at least one channel of positive weight.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="1A-S0-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="1A-S0-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    SITE_TOTAL_MISMATCH: ClassVar = ErrorCode(
        full="1A-S0-050",
        name="SITE_TOTAL_MISMATCH",
        kind="finding",
        message="{where}: the sites of the catalogue are not as many as they must be: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the recipe.",
    )
    MERCHANT_TOTAL_MISMATCH: ClassVar = ErrorCode(
        full="1A-S0-051",
        name="MERCHANT_TOTAL_MISMATCH",
        kind="finding",
        message="{where}: the merchants of the catalogue are not as many as they must be: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the recipe.",
    )
    MERCHANT_ATTRIBUTES_INCOHERENT: ClassVar = ErrorCode(
        full="1A-S0-052",
        name="MERCHANT_ATTRIBUTES_INCOHERENT",
        kind="finding",
        message="{where}: a merchant's rows disagree about its home country, class, channel or category: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the merchant one class and one channel in the profile file.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="1A-S0-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 1A.S0 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="1A-S0-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 1A.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; give another label or seed for another world, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="1A-S0-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 1A.S0 made other bytes from the same recipe and sources: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="1A-S0-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 1A.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the command again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="1A-S0-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
