# Generated from contracts/layer1/3B/states.3B.yaml (sha256 8fd94de1...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 3B."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S3B_S0:
    """Codes of 3B.S0, Virtual merchants."""

    RECIPE_UNUSABLE: ClassVar = ErrorCode(
        full="3B-S0-001",
        name="RECIPE_UNUSABLE",
        kind="input",
        message="{where}: 3B.S0 cannot build from the recipe as it stands: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the recipe; `closedworld contracts show recipe` prints its schema.",
    )
    INGRESS_MISSING: ClassVar = ErrorCode(
        full="3B-S0-010",
        name="INGRESS_MISSING",
        kind="environment",
        message="{where}: a source that 3B.S0 builds from is not installed or cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies; the sources come with them and need no network.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="3B-S0-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 3B.S0 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="3B-S0-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 3B.S0 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report it with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="3B-S0-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 3B.S0 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="3B-S0-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 3B.S0 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="3B-S0-030",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: the virtual shares of the recipe leave no merchant to choose: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Lower hybrid_share and virtual_only_share so that together they stay below 1, and keep some virtual_affinity above 0.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="3B-S0-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="3B-S0-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="3B-S0-042",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: merchants and classification are not one to one: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify outlet_catalogue with `closedworld verify`.",
    )
    MODE_FLAG_INCOHERENT: ClassVar = ErrorCode(
        full="3B-S0-050",
        name="MODE_FLAG_INCOHERENT",
        kind="finding",
        message="{where}: is_virtual contradicts virtual_mode: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant with the recipe.",
    )
    SETTLEMENT_INCOMPLETE: ClassVar = ErrorCode(
        full="3B-S0-051",
        name="SETTLEMENT_INCOMPLETE",
        kind="finding",
        message="{where}: settlement rows are not those of the merchants that sell online: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant with the recipe.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="3B-S0-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 3B.S0 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="3B-S0-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 3B.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; give another label or seed for another world, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="3B-S0-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 3B.S0 made other bytes from the same recipe and sources: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="3B-S0-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 3B.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the command again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="3B-S0-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )


class S3B_S1:
    """Codes of 3B.S1, Edge catalogue."""

    RECIPE_UNUSABLE: ClassVar = ErrorCode(
        full="3B-S1-001",
        name="RECIPE_UNUSABLE",
        kind="input",
        message="{where}: 3B.S1 cannot build from the recipe as it stands: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the recipe; `closedworld contracts show recipe` prints its schema.",
    )
    INGRESS_MISSING: ClassVar = ErrorCode(
        full="3B-S1-010",
        name="INGRESS_MISSING",
        kind="environment",
        message="{where}: a source that 3B.S1 builds from is not installed or cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies; the sources come with them and need no network.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="3B-S1-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 3B.S1 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="3B-S1-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 3B.S1 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report it with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="3B-S1-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 3B.S1 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="3B-S1-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 3B.S1 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="3B-S1-030",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: there are not enough countries with cities for the edges: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Lower edge_countries_min, or raise edge_countries_max to at least as much.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="3B-S1-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="3B-S1-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="3B-S1-042",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: merchants with edges are not those that sell online: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify virtual_classification_3B with `closedworld verify`.",
    )
    EDGE_WEIGHTS_INVALID: ClassVar = ErrorCode(
        full="3B-S1-050",
        name="EDGE_WEIGHTS_INVALID",
        kind="finding",
        message="{where}: the edge weights of a merchant do not sum to 1: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant with the recipe.",
    )
    EDGE_ID_DUPLICATE: ClassVar = ErrorCode(
        full="3B-S1-051",
        name="EDGE_ID_DUPLICATE",
        kind="finding",
        message="{where}: two edges of a merchant have the same id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant with the recipe.",
    )
    EDGE_ALIAS_DECODE_INCOHERENT: ClassVar = ErrorCode(
        full="3B-S1-052",
        name="EDGE_ALIAS_DECODE_INCOHERENT",
        kind="finding",
        message="{where}: an edge slice, decoded, does not give back the edge weights: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise edge_quantised_bits in the recipe if the distance is small, and report it if it is not.",
    )
    UNIVERSE_HASH_MISMATCH: ClassVar = ErrorCode(
        full="3B-S1-053",
        name="UNIVERSE_HASH_MISMATCH",
        kind="finding",
        message="{where}: the digest of the edges is not the one that was written: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run the state again, and check disk and memory if it happens twice.",
    )
    EDGE_ZONE_UNKNOWN: ClassVar = ErrorCode(
        full="3B-S1-054",
        name="EDGE_ZONE_UNKNOWN",
        kind="finding",
        message="{where}: the zone of an edge is not in the timetable: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the edge with the release of tzdata.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="3B-S1-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 3B.S1 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="3B-S1-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 3B.S1 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; give another label or seed for another world, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="3B-S1-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 3B.S1 made other bytes from the same recipe and sources: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="3B-S1-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 3B.S1 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the command again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="3B-S1-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
