# Generated from contracts/layer1/2B/states.2B.yaml (sha256 421083b4...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 2B."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S2B_S0:
    """Codes of 2B.S0, Gate."""

    MINIMUM_SET_MISSING: ClassVar = ErrorCode(
        full="2B-S0-010",
        name="MINIMUM_SET_MISSING",
        kind="gate",
        message="{where}: an input that 2B cannot do without is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Build the world with `closedworld world build`, or copy the missing upstream folder into the run, and run 2B.S0 again.",
    )
    BUNDLE_FLAG_HASH_MISMATCH: ClassVar = ErrorCode(
        full="2B-S0-011",
        name="BUNDLE_FLAG_HASH_MISMATCH",
        kind="gate",
        message="{where}: the upstream bundle is not the one that its flag vouches for: expected digest {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Do not use the bundle: fetch it again from its producer or rebuild the world, since a file in it has changed.",
    )
    BUNDLE_INDEX_INVALID: ClassVar = ErrorCode(
        full="2B-S0-012",
        name="BUNDLE_INDEX_INVALID",
        kind="gate",
        message="{where}: the index of the upstream bundle cannot be trusted: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the bundle again or rebuild the world; an index lists every file once, by a relative ASCII path, and nothing else.",
    )
    FLAG_FORMAT_INVALID: ClassVar = ErrorCode(
        full="2B-S0-013",
        name="FLAG_FORMAT_INVALID",
        kind="gate",
        message="{where}: the flag of the upstream bundle is not in its one accepted form: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the bundle again; never write a flag by hand, since it is the producer's statement that the segment passed.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S0-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="gate",
        message="{where}: the dictionary gives no usable path for an input of the gate: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check that the run was made with these contracts (`closedworld contracts check`) and that its folder is whole.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S0-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S0 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S0-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S0 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S0-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S0 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    RECEIPT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S0-030",
        name="RECEIPT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the gate receipt does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the policy or run receipt that the field named was taken from.",
    )
    INVENTORY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S0-031",
        name="INVENTORY_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the inventory of sealed inputs does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the policy or input that the field named was taken from.",
    )
    INVENTORY_RECEIPT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S0-040",
        name="INVENTORY_RECEIPT_MISMATCH",
        kind="finding",
        message="{where}: receipt and inventory do not list the same inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S0 again on unchanged inputs, and report it if they still differ.",
    )
    MISSING_DIGEST_OR_TAG: ClassVar = ErrorCode(
        full="2B-S0-041",
        name="MISSING_DIGEST_OR_TAG",
        kind="input",
        message="{where}: a sealed input has no digest, or a policy has no usable version: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the policy its policy_version and version_tag, or restore the file that could not be read.",
    )
    POLICY_CAPTURE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S0-042",
        name="POLICY_CAPTURE_INCOHERENT",
        kind="input",
        message="{where}: the policy cannot be sealed as it stands: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the policy; its schema and its floors are in the contract reference (`closedworld contracts show`).",
    )
    DUPLICATE_ASSET_ID: ClassVar = ErrorCode(
        full="2B-S0-043",
        name="DUPLICATE_ASSET_ID",
        kind="input",
        message="{where}: two inputs claim the same id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one file for each id under the run's config and inputs, and run 2B.S0 again.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S0-050",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: an input lies in another partition than the run's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Seal inputs of this run's seed and fingerprint only; rebuild or import the world for this run if they belong to another.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S0-070",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S0, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S0-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S0-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S0 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S0-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    OPTIONAL_CACHE_INVALID: ClassVar = ErrorCode(
        full="2B-S0-090",
        name="OPTIONAL_CACHE_INVALID",
        kind="finding",
        message="{where}: the time zone timetable is not sealed with the site time zones: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Rebuild 2A if later segments need local times; 2B itself goes on without the timetable.",
    )


class S2B_S1:
    """Codes of 2B.S1, Site weights."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S1-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S1 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S1 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S1-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S1 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S1-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S1 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S1-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S1 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S1-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S1 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S1-031",
        name="POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: alias_layout_policy_v1 does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the policy and start a run with it (`closedworld run --config DIR`).",
    )
    POLICY_MINIMA_MISSING: ClassVar = ErrorCode(
        full="2B-S1-032",
        name="POLICY_MINIMA_MISSING",
        kind="input",
        message="{where}: alias_layout_policy_v1 lacks what site weights need: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Add the value that the mode needs: s for zipf, column for column, value for a cap, and an epsilon no finer than half a grid step.",
    )
    POLICY_REFERS_UNKNOWN_COLUMN: ClassVar = ErrorCode(
        full="2B-S1-033",
        name="POLICY_REFERS_UNKNOWN_COLUMN",
        kind="input",
        message="{where}: the weight source names a column that site_locations does not have as a number: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name one of the numeric columns of site_locations in weight_source.column, or choose the mode uniform or zipf.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S1-040",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the row named; correct the input or policy that it follows from, or the contract if the rule itself is wrong.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="2B-S1-041",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row of the output: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the inputs named in the run report and remove it there.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S1-042",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: sites and weights are not one to one: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check site_locations for the site named, which is missing or stands there twice.",
    )
    INVALID_BASE_WEIGHT: ClassVar = ErrorCode(
        full="2B-S1-050",
        name="INVALID_BASE_WEIGHT",
        kind="input",
        message="{where}: a base weight is negative, infinite or not a number: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the weight of the site named in the table that the world was imported from.",
    )
    NORMALISATION_FAILED: ClassVar = ErrorCode(
        full="2B-S1-051",
        name="NORMALISATION_FAILED",
        kind="finding",
        message="{where}: the shares of a merchant do not sum to 1: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the merchant's base weights, floor and cap; values that differ by more than 300 orders of magnitude cannot be normalised.",
    )
    QUANTISATION_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S1-052",
        name="QUANTISATION_INCOHERENT",
        kind="finding",
        message="{where}: a share lies too far from its grid value, or the grid values do not sum to the grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise quantised_bits or quantisation_epsilon in alias_layout_policy_v1.",
    )
    ZERO_MASS_FALLBACK_MISAPPLIED: ClassVar = ErrorCode(
        full="2B-S1-053",
        name="ZERO_MASS_FALLBACK_MISAPPLIED",
        kind="finding",
        message="{where}: the fallback for a merchant without mass was used wrongly: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check fallback, floor and cap of alias_layout_policy_v1 and report the merchant if they are as intended.",
    )
    FLOOR_FLAG_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S1-054",
        name="FLOOR_FLAG_INCOHERENT",
        kind="finding",
        message="{where}: floor_applied does not tell what happened to the site's weight: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the site named with the policy's floor and cap.",
    )
    WEIGHT_SOURCE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S1-055",
        name="WEIGHT_SOURCE_MISMATCH",
        kind="finding",
        message="{where}: the row names another weight source than the policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check weight_source in the sealed alias_layout_policy_v1.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S1-056",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    P_WEIGHT_OUT_OF_RANGE: ClassVar = ErrorCode(
        full="2B-S1-057",
        name="P_WEIGHT_OUT_OF_RANGE",
        kind="finding",
        message="{where}: a share lies outside 0 to 1 by more than rounding: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the merchant's base weights; a share below zero by more than tiny_negative_epsilon is never repaired.",
    )
    BIT_DEPTH_MISMATCH: ClassVar = ErrorCode(
        full="2B-S1-058",
        name="BIT_DEPTH_MISMATCH",
        kind="finding",
        message="{where}: the row's quantised_bits is not the policy's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check quantised_bits in the sealed alias_layout_policy_v1.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S1-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S1 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S1-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S1, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S1-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S1 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S1-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S1 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S1-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S1 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="2B-S1-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check that the inputs are in the order of their own keys, and report it if they are.",
    )
    OPTIONAL_PINS_MIXED: ClassVar = ErrorCode(
        full="2B-S1-090",
        name="OPTIONAL_PINS_MIXED",
        kind="finding",
        message="{where}: only one of site_timezones and tz_timetable_cache is sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Seal both or neither; site weights do not depend on them and were made.",
    )


class S2B_S2:
    """Codes of 2B.S2, Alias tables."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S2-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S2 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S2 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S2-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S2 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S2-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S2 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S2-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S2 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S2-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S2 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S2-031",
        name="POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: alias_layout_policy_v1 does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the policy and start a run with it (`closedworld run --config DIR`).",
    )
    POLICY_MINIMA_MISSING: ClassVar = ErrorCode(
        full="2B-S2-032",
        name="POLICY_MINIMA_MISSING",
        kind="input",
        message="{where}: alias_layout_policy_v1 asks for a layout that this engine does not make: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set the field to the value expected; the blob has one layout, so that every reader decodes it alike.",
    )
    INDEX_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S2-040",
        name="INDEX_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the alias index does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the field named with the run report.",
    )
    BLOB_CONTRACT_VIOLATION: ClassVar = ErrorCode(
        full="2B-S2-041",
        name="BLOB_CONTRACT_VIOLATION",
        kind="finding",
        message="{where}: the bytes of a slice are not those of the layout: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant named with the run report.",
    )
    HEADER_FIELDS_MISSING: ClassVar = ErrorCode(
        full="2B-S2-042",
        name="HEADER_FIELDS_MISSING",
        kind="finding",
        message="{where}: the index lacks a field that the policy requires: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Compare required_index_fields of alias_layout_policy_v1 with the schema of the index, and name only fields that it has.",
    )
    INDEX_ROWS_UNORDERED: ClassVar = ErrorCode(
        full="2B-S2-044",
        name="INDEX_ROWS_UNORDERED",
        kind="finding",
        message="{where}: the rows of the index do not ascend by merchant_id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check the order of s1_site_weights and report it if that is right.",
    )
    HEADER_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-045",
        name="HEADER_COUNT_MISMATCH",
        kind="finding",
        message="{where}: a count or size in the index is not that of what it describes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    MERCHANT_COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-050",
        name="MERCHANT_COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: the merchants of the index are not those of s1_site_weights: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify s1_site_weights with `closedworld verify` and run 2B.S1 again if it is broken.",
    )
    SITES_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-051",
        name="SITES_COUNT_MISMATCH",
        kind="finding",
        message="{where}: a slice has another number of sites than the merchant: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify s1_site_weights with `closedworld verify` and run 2B.S1 again if it is broken.",
    )
    GRID_SUM_INCORRECT: ClassVar = ErrorCode(
        full="2B-S2-052",
        name="GRID_SUM_INCORRECT",
        kind="finding",
        message="{where}: the masses of a merchant cannot be made to sum to the grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check that the merchant's shares in s1_site_weights sum to 1, and raise quantised_bits if it has more sites than the grid has steps.",
    )
    NEGATIVE_OR_OVERFLOW_MASS: ClassVar = ErrorCode(
        full="2B-S2-053",
        name="NEGATIVE_OR_OVERFLOW_MASS",
        kind="finding",
        message="{where}: a mass lies outside the grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the merchant's shares in s1_site_weights; each must lie in 0 to 1.",
    )
    ALIAS_DECODE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S2-055",
        name="ALIAS_DECODE_INCOHERENT",
        kind="finding",
        message="{where}: the slice, decoded, does not give back the merchant's shares: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise quantised_bits or quantisation_epsilon in alias_layout_policy_v1 if the distance is small, and report it if it is not.",
    )
    BIT_DEPTH_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S2-058",
        name="BIT_DEPTH_INCOHERENT",
        kind="finding",
        message="{where}: quantised_bits is not the same in policy, site weights and index: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run 2B.S1 again with the sealed policy; site weights and alias tables must use one grid.",
    )
    RANGE_OUT_OF_BOUNDS: ClassVar = ErrorCode(
        full="2B-S2-060",
        name="RANGE_OUT_OF_BOUNDS",
        kind="finding",
        message="{where}: a slice starts off its alignment or ends behind the blob: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchant named with the run report.",
    )
    RANGE_OVERLAP: ClassVar = ErrorCode(
        full="2B-S2-061",
        name="RANGE_OVERLAP",
        kind="finding",
        message="{where}: two slices share bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the merchants named with the run report.",
    )
    BLOB_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-062",
        name="BLOB_DIGEST_MISMATCH",
        kind="finding",
        message="{where}: the blob's SHA-256 is not the one in the index: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S2 again, and check disk and memory if it happens twice.",
    )
    CHECKSUM_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-063",
        name="CHECKSUM_MISMATCH",
        kind="finding",
        message="{where}: a slice's checksum is not the one in the index: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S2 again, and check disk and memory if it happens twice.",
    )
    ENDIANNESS_OR_ALIGNMENT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-064",
        name="ENDIANNESS_OR_ALIGNMENT_MISMATCH",
        kind="finding",
        message="{where}: byte order or alignment is not the policy's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; compare endianness and alignment_bytes in the sealed policy with the index.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S2-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S2 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S2, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S2-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S2 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S2-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S2 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S2-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S2 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_ASC: ClassVar = ErrorCode(
        full="2B-S2-083",
        name="WRITER_ORDER_NOT_ASC",
        kind="finding",
        message="{where}: the site weights do not come in key order, so the cells of a table would be another site's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s1_site_weights with `closedworld verify` and run 2B.S1 again if it is broken.",
    )
    POLICY_ECHO_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-085",
        name="POLICY_ECHO_MISMATCH",
        kind="finding",
        message="{where}: the index repeats a policy value wrongly: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that the policy in the run's config is the sealed one.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S2-086",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    DETERMINISTIC_QUEUE_CONVENTION: ClassVar = ErrorCode(
        full="2B-S2-090",
        name="DETERMINISTIC_QUEUE_CONVENTION",
        kind="finding",
        message="{where}: the policy's note on the worklists is not the convention in use: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set worklist_order to ascending_index, so that the policy tells what the tables were built with.",
    )


class S2B_S3:
    """Codes of 2B.S3, Day effects."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S3-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S3 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S3 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S3-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S3 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S3-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S3 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S3-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S3 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S3-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S3 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S3-030",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the row named; correct the input or policy that it follows from, or the contract if the rule itself is wrong.",
    )
    POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S3-031",
        name="POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: day_effect_policy_v1 does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the policy and start a run with it (`closedworld run --config DIR`).",
    )
    POLICY_MINIMA_MISSING: ClassVar = ErrorCode(
        full="2B-S3-032",
        name="POLICY_MINIMA_MISSING",
        kind="input",
        message="{where}: day_effect_policy_v1 lacks or contradicts what day effects need: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set the field to the value expected; after any edit, write the new digest of the policy into its sha256_hex.",
    )
    DAY_RANGE_INVALID: ClassVar = ErrorCode(
        full="2B-S3-033",
        name="DAY_RANGE_INVALID",
        kind="input",
        message="{where}: the day range is not one that the plan can cover: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give a start_day and an end_day that exist, in this order, 365 to 1826 days apart with both ends counted.",
    )
    JOIN_KEY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-040",
        name="JOIN_KEY_MISMATCH",
        kind="input",
        message="{where}: a weighted site has no time zone: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the site a row in site_timezones and rebuild 2A, or remove the site from site_locations.",
    )
    TZ_GROUP_MULTIMAP: ClassVar = ErrorCode(
        full="2B-S3-041",
        name="TZ_GROUP_MULTIMAP",
        kind="input",
        message="{where}: a site stands more than once in site_timezones: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one row for each site in site_timezones, even where the time zones agree, and rebuild 2A.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="2B-S3-042",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: two day effects have the same merchant, day and group: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; look for the merchant named in site_timezones and report it if its rows are unique there.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-050",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: merchants, groups and days do not fill the table exactly: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check that every merchant of s1_site_weights has its sites in site_timezones.",
    )
    NON_POSITIVE_GAMMA: ClassVar = ErrorCode(
        full="2B-S3-057",
        name="NON_POSITIVE_GAMMA",
        kind="finding",
        message="{where}: a day effect is zero or negative: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Lower sigma_gamma in day_effect_policy_v1 if it is above its usual range, and report the row if it is not.",
    )
    NONFINITE_LOG_GAMMA: ClassVar = ErrorCode(
        full="2B-S3-058",
        name="NONFINITE_LOG_GAMMA",
        kind="finding",
        message="{where}: the logarithm of a day effect is not finite: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Lower sigma_gamma in day_effect_policy_v1 if it is above its usual range, and report the row if it is not.",
    )
    SIGMA_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-059",
        name="SIGMA_MISMATCH",
        kind="finding",
        message="{where}: the row names another sigma than the policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check sigma_gamma in the sealed day_effect_policy_v1.",
    )
    RNG_ENGINE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-060",
        name="RNG_ENGINE_MISMATCH",
        kind="input",
        message="{where}: the policy asks for a generator that this engine does not have: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set rng_engine to philox2x64-10 in day_effect_policy_v1.",
    )
    RNG_STREAM_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-061",
        name="RNG_STREAM_MISMATCH",
        kind="finding",
        message="{where}: the row names another stream than the policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check rng_stream_id in the sealed day_effect_policy_v1.",
    )
    RNG_DRAWS_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-062",
        name="RNG_DRAWS_COUNT_MISMATCH",
        kind="finding",
        message="{where}: the number of draws is not the number of rows: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    RNG_COUNTER_NOT_MONOTONE: ClassVar = ErrorCode(
        full="2B-S3-063",
        name="RNG_COUNTER_NOT_MONOTONE",
        kind="finding",
        message="{where}: a row's counter is not the base counter plus its position: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the row named with the run report.",
    )
    RNG_COUNTER_WRAP: ClassVar = ErrorCode(
        full="2B-S3-064",
        name="RNG_COUNTER_WRAP",
        kind="finding",
        message="{where}: the 128-bit counter of the stream would pass its end: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose another seed or another rng_stream_id, which moves the base counter.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S3-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S3 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S3, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S3-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S3 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S3-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S3 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S3-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S3 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="2B-S3-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check that the inputs are in the order of their own keys, and report it if they are.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-086",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    DAY_GRID_MISMATCH: ClassVar = ErrorCode(
        full="2B-S3-090",
        name="DAY_GRID_MISMATCH",
        kind="finding",
        message="{where}: the days of the rows are not the days of the policy's day_range: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that the sealed day_effect_policy_v1 is the one that the rows were made with.",
    )
    TZID_NOT_IN_SITE_TIMEZONES: ClassVar = ErrorCode(
        full="2B-S3-191",
        name="TZID_NOT_IN_SITE_TIMEZONES",
        kind="finding",
        message="{where}: a group's time zone is not one of site_timezones: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Compare the zone named with site_timezones; the row was written.",
    )


class S2B_S4:
    """Codes of 2B.S4, Group weights."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S4-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S4 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S4 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S4-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S4 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S4-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S4 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S4-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S4 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S4-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S4 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S4-030",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the row named; correct the input or policy that it follows from, or the contract if the rule itself is wrong.",
    )
    JOIN_KEY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-040",
        name="JOIN_KEY_MISMATCH",
        kind="input",
        message="{where}: site weights, time zones and day effects do not meet on this key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run 2B.S1 and 2B.S3 on the sealed site_timezones again; all three must list the same sites and groups.",
    )
    TZ_GROUP_MULTIMAP: ClassVar = ErrorCode(
        full="2B-S4-041",
        name="TZ_GROUP_MULTIMAP",
        kind="input",
        message="{where}: a site stands more than once in site_timezones: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one row for each site in site_timezones, even where the time zones agree, and rebuild 2A.",
    )
    PK_DUPLICATE: ClassVar = ErrorCode(
        full="2B-S4-041A",
        name="PK_DUPLICATE",
        kind="finding",
        message="{where}: two group weights have the same merchant, day and group: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; look for the merchant named in s3_day_effects and verify that table.",
    )
    COVERAGE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-050",
        name="COVERAGE_MISMATCH",
        kind="finding",
        message="{where}: the rows are not those of s3_day_effects: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify s3_day_effects with `closedworld verify` and run 2B.S3 again if it is broken.",
    )
    NORMALISATION_FAILED: ClassVar = ErrorCode(
        full="2B-S4-051",
        name="NORMALISATION_FAILED",
        kind="finding",
        message="{where}: the group shares of a merchant's day do not sum to 1: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the merchant's base shares and gammas of that day; report it if they are ordinary numbers.",
    )
    BASE_SHARE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S4-052",
        name="BASE_SHARE_INCOHERENT",
        kind="finding",
        message="{where}: a base share is not the sum of its sites' shares, or a merchant's base shares do not sum to 1: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s1_site_weights and site_timezones with `closedworld verify`; one of them is not what the rows were made from.",
    )
    GAMMA_ECHO_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-053",
        name="GAMMA_ECHO_MISMATCH",
        kind="finding",
        message="{where}: gamma is not that of s3_day_effects, bit for bit: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify s3_day_effects with `closedworld verify` and run 2B.S3 again if it is broken.",
    )
    DOMAIN_VIOLATION: ClassVar = ErrorCode(
        full="2B-S4-057",
        name="DOMAIN_VIOLATION",
        kind="finding",
        message="{where}: a share or mass lies outside its range: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the merchant's base shares and gammas of that day; report it if they are ordinary numbers.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S4-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S4 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S4, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S4-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S4 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S4-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S4 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S4-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S4 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    WRITER_ORDER_NOT_PK: ClassVar = ErrorCode(
        full="2B-S4-083",
        name="WRITER_ORDER_NOT_PK",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check that the inputs are in the order of their own keys, and report it if they are.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-086",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    DAY_GRID_MISMATCH: ClassVar = ErrorCode(
        full="2B-S4-090",
        name="DAY_GRID_MISMATCH",
        kind="finding",
        message="{where}: the days are not those of s3_day_effects: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; verify s3_day_effects with `closedworld verify` and run 2B.S3 again if it is broken.",
    )
    AUDIT_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S4-095",
        name="AUDIT_INCOHERENT",
        kind="finding",
        message="{where}: mass_raw, denom_raw and p_group do not agree with each other: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the row named with the run report.",
    )


class S2B_S5:
    """Codes of 2B.S5, Router."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S5-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S5 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S5 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S5-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: an input of the router is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="If it is the roster, make one with `closedworld roster make` or `closedworld roster import FILE`; else run the state that makes the dataset named.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S5-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S5 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S5-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S5 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S5-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S5 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    GROUP_PROBABILITY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-040",
        name="GROUP_PROBABILITY_MISMATCH",
        kind="finding",
        message="{where}: the law of the group pick is not that of s4_group_weights: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check that the arrival's merchant and day are in s4_group_weights and that the day's p_group sums to 1.",
    )
    SITE_ALIAS_DECODE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S5-041",
        name="SITE_ALIAS_DECODE_INCOHERENT",
        kind="finding",
        message="{where}: the alias tables or the site weights cannot be used for routing: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s1_site_weights, s2_alias_index and s2_alias_blob with `closedworld verify`, and run 2B.S1 and 2B.S2 again if one is broken.",
    )
    RNG_DRAWS_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-050",
        name="RNG_DRAWS_COUNT_MISMATCH",
        kind="finding",
        message="{where}: the evidence does not hold exactly two draws an arrival: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    RNG_COUNTER_NOT_MONOTONE: ClassVar = ErrorCode(
        full="2B-S5-051",
        name="RNG_COUNTER_NOT_MONOTONE",
        kind="finding",
        message="{where}: a counter is not the one that the arrival's position gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the arrival named with the run report.",
    )
    RNG_COUNTER_WRAP: ClassVar = ErrorCode(
        full="2B-S5-052",
        name="RNG_COUNTER_WRAP",
        kind="finding",
        message="{where}: the 128-bit counter of the stream would pass its end: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose another seed, or another counter start in the routing policy, so that every draw of the run fits below 2^128.",
    )
    RNG_STREAM_MISCONFIGURED: ClassVar = ErrorCode(
        full="2B-S5-053",
        name="RNG_STREAM_MISCONFIGURED",
        kind="input",
        message="{where}: route_rng_policy_v1 describes the routing streams in a way that this engine does not follow: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set the field to the value expected; the two stream ids must differ.",
    )
    EVENT_ORDER: ClassVar = ErrorCode(
        full="2B-S5-056",
        name="EVENT_ORDER",
        kind="finding",
        message="{where}: the group pick must come before the site pick, and arrivals in roster order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the arrival named with the run report.",
    )
    GROUP_SITE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-060",
        name="GROUP_SITE_MISMATCH",
        kind="finding",
        message="{where}: the site that was picked is not one of the group that was picked: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the site's time zone in site_timezones, and for two sites of one merchant with the same site_id.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S5-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S5 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S5, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S5-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S5 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S5-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S5 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S5-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S5 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-086",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    PROHIBITED_WRITE: ClassVar = ErrorCode(
        full="2B-S5-090",
        name="PROHIBITED_WRITE",
        kind="bug",
        message="{where}: 2B.S5 was about to write to a dataset of the plan: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the write; if you did not change the code, please report it with the run report.",
    )
    REPLAY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S5-095",
        name="REPLAY_MISMATCH",
        kind="finding",
        message="{where}: an arrival routed again went elsewhere: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S5 again, and check memory if only one of many runs differs.",
    )


class S2B_S6:
    """Codes of 2B.S6, Edge router."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S6-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S6 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S6 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S6-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: an input of the edge router is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="If it is the roster, make one with `closedworld roster make` or `closedworld roster import FILE`; else run the state that makes the dataset named.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S6-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S6 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S6-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S6 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S6-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S6 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S6-030",
        name="POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: virtual_edge_policy_v1 does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in the policy and start a run with it (`closedworld run --config DIR`).",
    )
    POLICY_MINIMA_MISSING: ClassVar = ErrorCode(
        full="2B-S6-031",
        name="POLICY_MINIMA_MISSING",
        kind="input",
        message="{where}: the edges of a merchant are not a usable law: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give either edges or default_edges, a weight or the country weight of its own country for each edge, ids in ascending order, and weights that sum to 1.",
    )
    BYPASS_FLAG_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S6-040",
        name="BYPASS_FLAG_INCOHERENT",
        kind="finding",
        message="{where}: virtual and other arrivals were not told apart as the roster says: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check is_virtual in the roster; if the edge log is on, run 2B.S5 first with the selection log on.",
    )
    EDGE_ALIAS_DECODE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S6-041",
        name="EDGE_ALIAS_DECODE_INCOHERENT",
        kind="finding",
        message="{where}: the alias table of the edges does not give back their weights: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check that the weights of the merchant's edges are ordinary numbers that sum to 1.",
    )
    RNG_DRAWS_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="2B-S6-050",
        name="RNG_DRAWS_COUNT_MISMATCH",
        kind="finding",
        message="{where}: the evidence does not hold exactly one draw a virtual arrival: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    RNG_COUNTER_NOT_MONOTONE: ClassVar = ErrorCode(
        full="2B-S6-051",
        name="RNG_COUNTER_NOT_MONOTONE",
        kind="finding",
        message="{where}: a counter is not the one that the virtual arrival's position gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the arrival named with the run report.",
    )
    RNG_COUNTER_WRAP: ClassVar = ErrorCode(
        full="2B-S6-052",
        name="RNG_COUNTER_WRAP",
        kind="finding",
        message="{where}: the 128-bit counter of the stream would pass its end: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose another seed, or another counter start in the routing policy, so that every draw of the run fits below 2^128.",
    )
    RNG_STREAM_MISCONFIGURED: ClassVar = ErrorCode(
        full="2B-S6-053",
        name="RNG_STREAM_MISCONFIGURED",
        kind="input",
        message="{where}: route_rng_policy_v1 describes the edge stream in a way that this engine does not follow: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Set the field to the value expected; the two stream ids must differ.",
    )
    EDGE_ATTR_MISSING: ClassVar = ErrorCode(
        full="2B-S6-060",
        name="EDGE_ATTR_MISSING",
        kind="input",
        message="{where}: an edge has no usable place: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the edge its ip_country, edge_lat and edge_lon, in the edge itself or in geo_metadata.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S6-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S6 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S6-071",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S6, since the rows and their folder disagree.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S6-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S6 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S6-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S6 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S6-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S6 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S6-086",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )
    PROHIBITED_WRITE: ClassVar = ErrorCode(
        full="2B-S6-090",
        name="PROHIBITED_WRITE",
        kind="bug",
        message="{where}: 2B.S6 was about to write to a dataset of the plan: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the write; if you did not change the code, please report it with the run report.",
    )
    REPLAY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S6-095",
        name="REPLAY_MISMATCH",
        kind="finding",
        message="{where}: a virtual arrival routed again went elsewhere: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S6 again, and check memory if only one of many runs differs.",
    )


class S2B_S7:
    """Codes of 2B.S7, Audit."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S7-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S7 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S7 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S7-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S7 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S7-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S7 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S7-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S7 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S7-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S7 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    PARTITION_SELECTION_INCORRECT: ClassVar = ErrorCode(
        full="2B-S7-070",
        name="PARTITION_SELECTION_INCORRECT",
        kind="gate",
        message="{where}: 2B.S7 was given another partition than the one that its run and the inventory name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the seed, fingerprint and run that you asked for, and run 2B.S0 again if inputs were moved.",
    )
    INDEX_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S7-200",
        name="INDEX_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the alias index does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The index was changed after it was published: restore it from a copy, or start another run.",
    )
    BLOB_CONTRACT_VIOLATION: ClassVar = ErrorCode(
        full="2B-S7-201",
        name="BLOB_CONTRACT_VIOLATION",
        kind="finding",
        message="{where}: the alias blob is not laid out as its contract says: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The blob was changed after it was published: restore it from a copy, or start another run.",
    )
    BLOB_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-202",
        name="BLOB_DIGEST_MISMATCH",
        kind="finding",
        message="{where}: the blob or a slice has another digest than the index says: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Index or blob was changed after it was published: restore both from a copy, or start another run.",
    )
    OFFSET_OVERLAP: ClassVar = ErrorCode(
        full="2B-S7-203",
        name="OFFSET_OVERLAP",
        kind="finding",
        message="{where}: slices overlap or leave the blob: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Index or blob was changed after it was published: restore both from a copy, or start another run.",
    )
    ALIGNMENT_ERROR: ClassVar = ErrorCode(
        full="2B-S7-204",
        name="ALIGNMENT_ERROR",
        kind="finding",
        message="{where}: a slice does not start at a multiple of the alignment: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Index or blob was changed after it was published: restore both from a copy, or start another run.",
    )
    BIT_DEPTH_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S7-205",
        name="BIT_DEPTH_INCOHERENT",
        kind="finding",
        message="{where}: a bit depth is not the policy's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Compare quantised_bits and record_layout.prob_qbits of the sealed policy with index and slice; one was made with another policy.",
    )
    ALIAS_DECODE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S7-206",
        name="ALIAS_DECODE_INCOHERENT",
        kind="finding",
        message="{where}: a slice, decoded, does not give back the merchant's shares: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s1_site_weights and s2_alias_blob with `closedworld verify`; one of them was changed after it was published.",
    )
    DAY_GRID_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-300",
        name="DAY_GRID_MISMATCH",
        kind="finding",
        message="{where}: day effects and group weights do not cover the same merchants, days and groups: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s3_day_effects and s4_group_weights with `closedworld verify`; one of them was changed or belongs to another run.",
    )
    GAMMA_ECHO_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-301",
        name="GAMMA_ECHO_MISMATCH",
        kind="finding",
        message="{where}: a gamma of s4_group_weights is not that of s3_day_effects: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify both tables with `closedworld verify`; one of them was changed or belongs to another run.",
    )
    S4_NORMALISATION_FAILED: ClassVar = ErrorCode(
        full="2B-S7-302",
        name="S4_NORMALISATION_FAILED",
        kind="finding",
        message="{where}: the group shares of a merchant's day do not sum to 1: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s4_group_weights with `closedworld verify`; it was changed after it was published.",
    )
    JOIN_KEY_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-303",
        name="JOIN_KEY_MISMATCH",
        kind="finding",
        message="{where}: site weights, time zones and group weights do not meet on this key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify the three tables with `closedworld verify`; one of them was changed or belongs to another run.",
    )
    BASE_SHARE_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S7-304",
        name="BASE_SHARE_INCOHERENT",
        kind="finding",
        message="{where}: a base share is not the sum of its sites' shares: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify s1_site_weights and s4_group_weights with `closedworld verify`; one of them was changed or belongs to another run.",
    )
    TRACE_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S7-400",
        name="TRACE_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a row of the routing logs does not have its contracted shape or lineage: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The log was changed after it was published: restore it from a copy, or start another run.",
    )
    TRACE_ORDER_VIOLATION: ClassVar = ErrorCode(
        full="2B-S7-401",
        name="TRACE_ORDER_VIOLATION",
        kind="finding",
        message="{where}: the rows of a routing log are not in the order of the roster: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The log was changed after it was published: restore it from a copy, or start another run.",
    )
    RNG_DRAWS_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-402",
        name="RNG_DRAWS_MISMATCH",
        kind="finding",
        message="{where}: arrivals, events, draws, blocks and trace do not add up, or evidence is missing: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Evidence belongs to its log: run 2B.S5 and 2B.S6 in this run, or restore the audit and trace logs that are missing.",
    )
    RNG_COUNTER_NOT_MONOTONE: ClassVar = ErrorCode(
        full="2B-S7-403",
        name="RNG_COUNTER_NOT_MONOTONE",
        kind="finding",
        message="{where}: a counter is not the one that the arrival's position gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The log was changed after it was published: restore it from a copy, or start another run.",
    )
    RNG_COUNTER_WRAP: ClassVar = ErrorCode(
        full="2B-S7-404",
        name="RNG_COUNTER_WRAP",
        kind="finding",
        message="{where}: the 128-bit counter of the stream would pass its end: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose another seed, or another counter start in the routing policy, so that every draw of the run fits below 2^128.",
    )
    RNG_STREAM_MISCONFIGURED: ClassVar = ErrorCode(
        full="2B-S7-405",
        name="RNG_STREAM_MISCONFIGURED",
        kind="finding",
        message="{where}: a log names another stream, module or substream than the policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Compare route_rng_policy_v1 with the log; the log was made with another policy or changed afterwards.",
    )
    GROUP_SITE_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-410",
        name="GROUP_SITE_MISMATCH",
        kind="finding",
        message="{where}: a group or site drawn again from its counter is not the logged one, or the site lies in another group: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="See the derivation with `closedworld explain`; the log or a table of the plan was changed after it was published.",
    )
    EDGE_ATTR_MISSING: ClassVar = ErrorCode(
        full="2B-S7-411",
        name="EDGE_ATTR_MISSING",
        kind="finding",
        message="{where}: an edge drawn again is not the logged one, or its place is not the policy's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="See the derivation with `closedworld explain`; the log was changed or was made with another virtual_edge_policy_v1.",
    )
    REPORT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S7-500",
        name="REPORT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the audit report does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report the field named with the run report.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S7-501",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S7 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S7-502",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S7 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-503",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 2B.S7, since the rows and their folder disagree.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="2B-S7-504",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc differs from the gate receipt's verified_at_utc: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; make sure that every input of this segment comes from this run, then run the state again.",
    )


class S2B_S8:
    """Codes of 2B.S8, Validation bundle."""

    S0_RECEIPT_MISSING: ClassVar = ErrorCode(
        full="2B-S8-001",
        name="S0_RECEIPT_MISSING",
        kind="gate",
        message="{where}: 2B.S8 needs the gate evidence of 2B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s0 --run latest`; if it has run, compare the files named with their publish records before you run 2B.S8 again.",
    )
    DICTIONARY_RESOLUTION_ERROR: ClassVar = ErrorCode(
        full="2B-S8-020",
        name="DICTIONARY_RESOLUTION_ERROR",
        kind="input",
        message="{where}: the dictionary's path for this input of 2B.S8 holds nothing that can be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that the message names, then run this state again.",
    )
    PROHIBITED_LITERAL_PATH: ClassVar = ErrorCode(
        full="2B-S8-021",
        name="PROHIBITED_LITERAL_PATH",
        kind="bug",
        message="{where}: 2B.S8 was about to use a path that no dictionary entry gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Take the path from the generated resolver; if you did not change the code, please report this with the run report.",
    )
    UNDECLARED_ASSET_ACCESSED: ClassVar = ErrorCode(
        full="2B-S8-022",
        name="UNDECLARED_ASSET_ACCESSED",
        kind="bug",
        message="{where}: 2B.S8 was about to read something that its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the state card and regenerate, or remove the read; if you did not change the code, please report it.",
    )
    NETWORK_IO_ATTEMPT: ClassVar = ErrorCode(
        full="2B-S8-023",
        name="NETWORK_IO_ATTEMPT",
        kind="bug",
        message="{where}: 2B.S8 tried to open a network connection, which no state may do: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it with the run report.",
    )
    SEED_SET_EMPTY_OR_INCOHERENT: ClassVar = ErrorCode(
        full="2B-S8-030",
        name="SEED_SET_EMPTY_OR_INCOHERENT",
        kind="gate",
        message="{where}: the plan of the run's seed is not whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run 2B.S2, 2B.S3 and 2B.S4 for this run first; a bundle covers exactly the seed of its run.",
    )
    S7_REPORT_NOT_PASS: ClassVar = ErrorCode(
        full="2B-S8-031",
        name="S7_REPORT_NOT_PASS",
        kind="gate",
        message="{where}: the audit did not pass, so there is nothing to vouch for: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Read the failing checks in s7_audit_report, put right what they name, and audit again in a new run.",
    )
    S7_REPORT_MISSING: ClassVar = ErrorCode(
        full="2B-S8-032",
        name="S7_REPORT_MISSING",
        kind="gate",
        message="{where}: there is no audit report for the run's seed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 2b s7 --run latest` first.",
    )
    SEALED_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="2B-S8-033",
        name="SEALED_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: a policy is not the one that was sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or make the run of the edited policies with `closedworld run --config DIR`.",
    )
    INDEX_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S8-040",
        name="INDEX_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the index of the bundle does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    INDEX_NOT_ASCII_LEX: ClassVar = ErrorCode(
        full="2B-S8-041",
        name="INDEX_NOT_ASCII_LEX",
        kind="finding",
        message="{where}: the paths of the index are not in ASCII order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    INDEX_PATH_NOT_RELATIVE: ClassVar = ErrorCode(
        full="2B-S8-042",
        name="INDEX_PATH_NOT_RELATIVE",
        kind="finding",
        message="{where}: a path of the index is not a plain relative path inside the bundle: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    INDEX_ENTRY_MISSING_FILE: ClassVar = ErrorCode(
        full="2B-S8-043",
        name="INDEX_ENTRY_MISSING_FILE",
        kind="finding",
        message="{where}: index and files of the bundle are not the same set: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check the disk and run 2B.S8 again.",
    )
    INDEX_DUPLICATE_PATH: ClassVar = ErrorCode(
        full="2B-S8-044",
        name="INDEX_DUPLICATE_PATH",
        kind="finding",
        message="{where}: a path stands twice in the index: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    FLAG_LISTED_IN_INDEX: ClassVar = ErrorCode(
        full="2B-S8-045",
        name="FLAG_LISTED_IN_INDEX",
        kind="finding",
        message="{where}: the index lists the flag or itself: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    FILE_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="2B-S8-050",
        name="FILE_DIGEST_MISMATCH",
        kind="finding",
        message="{where}: a member's SHA-256 is not the one in the index: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check the disk and run 2B.S8 again.",
    )
    FLAG_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="2B-S8-051",
        name="FLAG_DIGEST_MISMATCH",
        kind="finding",
        message="{where}: the flag does not hold the digest of the bundle: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check the disk and run 2B.S8 again.",
    )
    FLAG_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="2B-S8-052",
        name="FLAG_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the flag is not in its one accepted form: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report.",
    )
    PARTITION_LAW_VIOLATION: ClassVar = ErrorCode(
        full="2B-S8-060",
        name="PARTITION_LAW_VIOLATION",
        kind="finding",
        message="{where}: the bundle is about to go to another partition than the run's fingerprint: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 2B.S8 on the run that you mean (`--run ID`).",
    )
    PATH_EMBED_MISMATCH: ClassVar = ErrorCode(
        full="2B-S8-061",
        name="PATH_EMBED_MISMATCH",
        kind="finding",
        message="{where}: a member of the bundle names another identity than the folder: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; a report of another run was copied in, so run 2B.S7 in this run.",
    )
    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="2B-S8-080",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: 2B.S8 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="2B-S8-081",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: 2B.S8 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    ATOMIC_PUBLISH_FAILED: ClassVar = ErrorCode(
        full="2B-S8-082",
        name="ATOMIC_PUBLISH_FAILED",
        kind="environment",
        message="{where}: the outputs of 2B.S8 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
    RNG_USED: ClassVar = ErrorCode(
        full="2B-S8-090",
        name="RNG_USED",
        kind="bug",
        message="{where}: 2B.S8 was about to draw a random number, which it may not: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the draw; if you did not change the code, please report it with the run report.",
    )
