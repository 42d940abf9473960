# Generated from contracts/layer2/5A/states.5A.yaml (sha256 2eeeefed...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 5A."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S5A_S0:
    """Codes of 5A.S0, Scenario intensities."""

    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="5A.S0.DICTIONARY_RESOLUTION_ERROR",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the path of an input of 5A.S0 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="5A.S0.PARTITION_SELECTION_INCORRECT",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 5A.S0 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    SCENARIO_INVALID: ClassVar = ErrorCode(
        full="5A.S0.SCENARIO_INVALID",
        name="SCENARIO_INVALID",
        kind="input",
        message="{where}: the recipe describes a scenario or an hour of demand that cannot be built: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field of the recipe that is named: a horizon of whole buckets, one shape for each class, surges and outages inside the horizon, either a baseline or a stress scenario.",
    )
    SERIES_DOMAIN_INVALID: ClassVar = ErrorCode(
        full="5A.S0.SERIES_DOMAIN_INVALID",
        name="SERIES_DOMAIN_INVALID",
        kind="finding",
        message="{where}: the series of a merchant do not follow from its sites and its way of selling: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the sites, the class or the virtual mode of the merchant named.",
    )
    HORIZON_INCOMPLETE: ClassVar = ErrorCode(
        full="5A.S0.HORIZON_INCOMPLETE",
        name="HORIZON_INCOMPLETE",
        kind="finding",
        message="{where}: a series does not cover the horizon of its scenario: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; every series needs one row for every bucket of the horizon.",
    )
    INTENSITY_INVALID: ClassVar = ErrorCode(
        full="5A.S0.INTENSITY_INVALID",
        name="INTENSITY_INVALID",
        kind="finding",
        message="{where}: an intensity is not a number that can be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the weekly volume or the scenario factor that the row follows from.",
    )
    CIVIL_TIME_MAPPING_FAILED: ClassVar = ErrorCode(
        full="5A.S0.CIVIL_TIME_MAPPING_FAILED",
        name="CIVIL_TIME_MAPPING_FAILED",
        kind="input",
        message="{where}: the civil time of a zone is not known: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the canonical zone names of the installed time zone database, or update it.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="5A.S0.TARGETS_UNREACHABLE",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: the world cannot meet the numbers of its recipe: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Change the series or arrivals target in the recipe; the message says how far the builder came.",
    )
    INTENSITY_TOO_EVEN: ClassVar = ErrorCode(
        full="5A.S0.INTENSITY_TOO_EVEN",
        name="INTENSITY_TOO_EVEN",
        kind="input",
        message="{where}: busy buckets do not stand out from the median: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise log_sigma or pareto_share of the volumes in the recipe.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5A.S0.OUTPUT_SCHEMA_INVALID",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the recipe or the imported row that the value follows from; nothing was published.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="5A.S0.PK_DUPLICATE",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the imported files; report it if the world was built from a recipe alone.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="5A.S0.WRITER_ORDER_NOT_PK",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="5A.S0.PATH_EMBED_MISMATCH",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report, since the rows and their folder disagree.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5A.S0.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5A.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5A.S0.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5A.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5A_S1:
    """Codes of 5A.S1, Validation bundle."""

    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="5A.S1.DICTIONARY_RESOLUTION_ERROR",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the path of an input of 5A.S1 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` or `closedworld world import` from the start; it makes what is missing in order.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="5A.S1.PARTITION_SELECTION_INCORRECT",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 5A.S1 was given another partition than the one of its run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed and the run that you asked for; each run holds one world and one seed.",
    )
    BUNDLE_INVALID: ClassVar = ErrorCode(
        full="5A.S1.BUNDLE_INVALID",
        name="BUNDLE_INVALID",
        kind="finding",
        message="{where}: the bundle of 5A does not describe its segment: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run `closedworld verify`, since a table of 5A may have changed after it was published.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5A.S1.OUTPUT_SCHEMA_INVALID",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: index or flag does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5A.S1.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="5A.S1.PATH_EMBED_MISMATCH",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: the flag names another world than its folder: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5A.S1.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5A.S1.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5A.S1 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5A.S1.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5A.S1 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
