# Generated from contracts/layer2/5A/states.5A.yaml (sha256 28d20fa5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""Error codes of the states of 5A."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S5A_S0:
    """Codes of 5A.S0, Scenario intensities."""

    UPSTREAM_MISSING: ClassVar = ErrorCode(
        full="5A.S0.UPSTREAM_MISSING",
        name="UPSTREAM_MISSING",
        kind="gate",
        message="{where}: an upstream table that the intensities are built from cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld world build` for this run, or copy the missing upstream folder into it.",
    )
    SCENARIO_INVALID: ClassVar = ErrorCode(
        full="5A.S0.SCENARIO_INVALID",
        name="SCENARIO_INVALID",
        kind="input",
        message="{where}: the recipe describes a scenario that cannot be built: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the scenario a horizon of whole buckets and make it either a baseline or a stress scenario.",
    )
    SERIES_DOMAIN_INVALID: ClassVar = ErrorCode(
        full="5A.S0.SERIES_DOMAIN_INVALID",
        name="SERIES_DOMAIN_INVALID",
        kind="finding",
        message="{where}: the series of a merchant do not follow its sites and its way of selling: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the sites, the class or the virtual mode of the merchant named.",
    )
    HORIZON_INCOMPLETE: ClassVar = ErrorCode(
        full="5A.S0.HORIZON_INCOMPLETE",
        name="HORIZON_INCOMPLETE",
        kind="finding",
        message="{where}: a series does not cover the horizon of its scenario: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; an imported intensity needs one row for every bucket of every series.",
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
        remedy="Change the counts or the volume scale in the recipe; the report says how far the builder came.",
    )
    REALISM_GATE_FAILED: ClassVar = ErrorCode(
        full="5A.S0.REALISM_GATE_FAILED",
        name="REALISM_GATE_FAILED",
        kind="input",
        message="{where}: the intensities are too even to be realistic: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise the tail of the weekly volumes in the recipe.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5A.S0.OUTPUT_SCHEMA_INVALID",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the row named; correct the recipe or import that it follows from, or the contract if the rule itself is wrong.",
    )
    KEY_DUPLICATE: ClassVar = ErrorCode(
        full="5A.S0.KEY_DUPLICATE",
        name="KEY_DUPLICATE",
        kind="finding",
        message="{where}: two rows have the same key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; remove the second row from the import, or report it when the world was built.",
    )
    WRITER_ORDER_INVALID: ClassVar = ErrorCode(
        full="5A.S0.WRITER_ORDER_INVALID",
        name="WRITER_ORDER_INVALID",
        kind="finding",
        message="{where}: rows do not ascend by their key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5A.S0.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="5A.S0.PATH_EMBED_MISMATCH",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5A.S0, since the rows and their folder disagree.",
    )
    BUNDLE_INVALID: ClassVar = ErrorCode(
        full="5A.S0.BUNDLE_INVALID",
        name="BUNDLE_INVALID",
        kind="finding",
        message="{where}: the bundle of 5A does not describe itself: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5A.S0.",
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
