# Generated from contracts/layer1/3A/states.3A.yaml (sha256 43496d88...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 3A."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S3A_S0:
    """Codes of 3A.S0, Zone allocation."""

    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="3A-S0-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 3A.S0 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="3A-S0-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 3A.S0 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report it with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="3A-S0-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 3A.S0 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="3A-S0-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 3A.S0 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="3A-S0-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="3A-S0-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="3A-S0-042",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: the allocation does not count every site once: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify site_timezones with `closedworld verify`.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="3A-S0-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 3A.S0 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="3A-S0-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 3A.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; give another label or seed for another world, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="3A-S0-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 3A.S0 made other bytes from the same recipe and sources: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="3A-S0-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 3A.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the command again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="3A-S0-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
