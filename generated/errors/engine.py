# Generated from contracts/layer1/errors.layer1.yaml (sha256 975a6895...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the engine itself, by group."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class USE:
    """Codes of the group USE."""

    UNKNOWN_RECIPE: ClassVar = ErrorCode(
        full="USE-001",
        name="UNKNOWN_RECIPE",
        kind="use",
        message="{where}: there is no recipe of that name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose one of the recipes named; for a recipe of your own, copy the config folder of a run, change it and use `closedworld run --config DIR`.",
    )
    UNKNOWN_DATASET: ClassVar = ErrorCode(
        full="USE-002",
        name="UNKNOWN_DATASET",
        kind="use",
        message="{where}: no contract knows a dataset of that id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="List the ids with `closedworld contracts list`.",
    )
    UNKNOWN_STATE: ClassVar = ErrorCode(
        full="USE-003",
        name="UNKNOWN_STATE",
        kind="use",
        message="{where}: no state card has that id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name a state as segment and step, such as 2B.S3; `closedworld status` lists them in order.",
    )
    BAD_OPTION: ClassVar = ErrorCode(
        full="USE-004",
        name="BAD_OPTION",
        kind="use",
        message="{where}: the option does not take that value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="See `--help` of the command for the values that it takes, with an example.",
    )
    OPTIONS_EXCLUDE_EACH_OTHER: ClassVar = ErrorCode(
        full="USE-005",
        name="OPTIONS_EXCLUDE_EACH_OTHER",
        kind="use",
        message="{where}: these options cannot be used together: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one of them; a run comes from a recipe, from an earlier run or from a folder of policies.",
    )
    UNKNOWN_SCENARIO: ClassVar = ErrorCode(
        full="USE-006",
        name="UNKNOWN_SCENARIO",
        kind="use",
        message="{where}: the world has no scenario of that id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name scenarios of the recipe, separated by commas; `closedworld world show` lists them.",
    )
    BAD_SELECTOR: ClassVar = ErrorCode(
        full="USE-007",
        name="BAD_SELECTOR",
        kind="use",
        message="{where}: the selector does not name one row: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name a state and the key of its row, such as `closedworld explain 2B.S3 --merchant … --day … --zone …`; what is left out is the first there is.",
    )
    BAD_QUERY: ClassVar = ErrorCode(
        full="USE-008",
        name="BAD_QUERY",
        kind="use",
        message="{where}: the query cannot be run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the SQL; every dataset of the run is a view under its id, and `closedworld contracts show ID` lists its columns.",
    )


class RUN:
    """Codes of the group RUN."""

    RUN_NOT_FOUND: ClassVar = ErrorCode(
        full="RUN-001",
        name="RUN_NOT_FOUND",
        kind="use",
        message="{where}: there is no such run under the runs root: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="List the runs with `closedworld runs list`, or name another folder with --runs-root.",
    )
    RUN_AMBIGUOUS: ClassVar = ErrorCode(
        full="RUN-002",
        name="RUN_AMBIGUOUS",
        kind="use",
        message="{where}: more than one run answers to that name: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give more digits of the run id, or its whole label.",
    )
    RUN_RECEIPT_DAMAGED: ClassVar = ErrorCode(
        full="RUN-003",
        name="RUN_RECEIPT_DAMAGED",
        kind="gate",
        message="{where}: the run receipt is missing, cannot be read or contradicts itself: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Restore run_receipt.json from a copy of the run; without it nothing in the run can be trusted.",
    )
    RUN_LOCKED: ClassVar = ErrorCode(
        full="RUN-004",
        name="RUN_LOCKED",
        kind="environment",
        message="{where}: another process is writing to the run: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Wait for it, or leave out --no-wait to queue behind it; a lock of a dead process frees itself.",
    )
    CONFIG_EDITED: ClassVar = ErrorCode(
        full="RUN-005",
        name="CONFIG_EDITED",
        kind="gate",
        message="{where}: a policy of the run is not the one that it was sealed with: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the file back as it was, or make the run of the edited policies with `closedworld run --config DIR`.",
    )
    STATE_NOT_IMPLEMENTED: ClassVar = ErrorCode(
        full="RUN-006",
        name="STATE_NOT_IMPLEMENTED",
        kind="use",
        message="{where}: this version has no code for the state: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Update closedworld, or end the run earlier with --to.",
    )
    RUN_CONTRACTS_DIFFER: ClassVar = ErrorCode(
        full="RUN-007",
        name="RUN_CONTRACTS_DIFFER",
        kind="gate",
        message="{where}: the run was made with other contracts than this version holds: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Verify and read it as it is; to go on, make a run of the same recipe with this version.",
    )
    RUN_IDENTITY_MISMATCH: ClassVar = ErrorCode(
        full="RUN-008",
        name="RUN_IDENTITY_MISMATCH",
        kind="gate",
        message="{where}: the identity in the receipt does not follow from what the run holds: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Do not use the run: a policy, an ingress digest or the receipt itself was changed; restore it from a copy.",
    )
    RUN_REMOVE_REFUSED: ClassVar = ErrorCode(
        full="RUN-009",
        name="RUN_REMOVE_REFUSED",
        kind="use",
        message="{where}: the run was not removed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Confirm with --yes, and end the process that is writing to it first.",
    )


class POLICY:
    """Codes of the group POLICY."""

    POLICY_MALFORMED: ClassVar = ErrorCode(
        full="POLICY-001",
        name="POLICY_MALFORMED",
        kind="input",
        message="{where}: the file cannot be parsed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the line and column named; JSON takes no comments and no trailing commas, YAML no tabs and no repeated keys.",
    )
    POLICY_SCHEMA_VIOLATION: ClassVar = ErrorCode(
        full="POLICY-002",
        name="POLICY_SCHEMA_VIOLATION",
        kind="input",
        message="{where}: a value breaks the schema of its policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field at the pointer named; `closedworld contracts show ID` prints the schema.",
    )
    POLICY_UNKNOWN_KEY: ClassVar = ErrorCode(
        full="POLICY-003",
        name="POLICY_UNKNOWN_KEY",
        kind="input",
        message="{where}: the policy has a key that its schema does not know: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the key or correct its spelling; a misspelt key must never pass in silence.",
    )
    POLICY_NOT_FINITE: ClassVar = ErrorCode(
        full="POLICY-004",
        name="POLICY_NOT_FINITE",
        kind="input",
        message="{where}: a number is infinite or not a number: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Write a finite number.",
    )
    POLICY_BELOW_FLOOR: ClassVar = ErrorCode(
        full="POLICY-005",
        name="POLICY_BELOW_FLOOR",
        kind="input",
        message="{where}: a value lies outside the range in which a world is realistic: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose a value inside the range named; the ranges protect the meaning of the data.",
    )
    POLICY_DUPLICATE_ID: ClassVar = ErrorCode(
        full="POLICY-006",
        name="POLICY_DUPLICATE_ID",
        kind="input",
        message="{where}: two files under config have the same id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one of them; the id is the file name without its extension.",
    )
    POLICY_MISSING: ClassVar = ErrorCode(
        full="POLICY-007",
        name="POLICY_MISSING",
        kind="input",
        message="{where}: a policy that the contracts require is not in the set: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Copy the file from the policy set of a recipe and adapt it.",
    )
    POLICY_UNREADABLE: ClassVar = ErrorCode(
        full="POLICY-008",
        name="POLICY_UNREADABLE",
        kind="environment",
        message="{where}: the policy file cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the permissions or the encoding; policies are UTF-8.",
    )
    POLICY_ID_MISMATCH: ClassVar = ErrorCode(
        full="POLICY-009",
        name="POLICY_ID_MISMATCH",
        kind="input",
        message="{where}: the policy_id inside the file is not the name of the file: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make policy_id and file name agree.",
    )
    POLICY_UNDECLARED: ClassVar = ErrorCode(
        full="POLICY-010",
        name="POLICY_UNDECLARED",
        kind="input",
        message="{where}: a policy folder may hold declared policies only: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the file, or move it to the path that `closedworld contracts show` gives for its policy.",
    )
    POLICY_TOO_LARGE: ClassVar = ErrorCode(
        full="POLICY-011",
        name="POLICY_TOO_LARGE",
        kind="input",
        message="{where}: the file is larger than a policy may be: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the policy smaller; data belong into imported files, not into policies.",
    )
    POLICY_NOT_A_FILE: ClassVar = ErrorCode(
        full="POLICY-012",
        name="POLICY_NOT_A_FILE",
        kind="input",
        message="{where}: something else lies where a policy is looked for: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put plain files there; a policy folder holds neither links nor special files, and nothing but the folders of its policies.",
    )
    POLICY_UNFIT: ClassVar = ErrorCode(
        full="POLICY-013",
        name="POLICY_UNFIT",
        kind="input",
        message="{where}: the policies do not fit together, or name what does not exist: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the value at the line and pointer named, or what it must fit; every state that uses the policy would refuse it.",
    )


class SEAL:
    """Codes of the group SEAL."""

    SEAL_MISSING: ClassVar = ErrorCode(
        full="SEAL-001",
        name="SEAL_MISSING",
        kind="gate",
        message="{where}: the input is not in the inventory of sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the gate of the segment (S0) after the input exists; nothing unsealed is ever read.",
    )
    SEAL_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-002",
        name="SEAL_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: the bytes are not those that were sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Restore the file from a copy, or seal the changed input in a new run.",
    )
    SEAL_PATH_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-003",
        name="SEAL_PATH_MISMATCH",
        kind="gate",
        message="{where}: path or partition is not the one that was sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Move the input back to the sealed place, or seal it in a new run.",
    )
    BUNDLE_INDEX_INVALID: ClassVar = ErrorCode(
        full="SEAL-004",
        name="BUNDLE_INDEX_INVALID",
        kind="gate",
        message="{where}: the index of the bundle does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the bundle again from its producer; an index is never repaired by hand.",
    )
    BUNDLE_INDEX_PATH_ILLEGAL: ClassVar = ErrorCode(
        full="SEAL-005",
        name="BUNDLE_INDEX_PATH_ILLEGAL",
        kind="gate",
        message="{where}: the index of the bundle holds a path that could leave the bundle or stands twice: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Refuse the bundle and ask its producer for a clean one.",
    )
    BUNDLE_SYMBOLIC_LINK: ClassVar = ErrorCode(
        full="SEAL-006",
        name="BUNDLE_SYMBOLIC_LINK",
        kind="gate",
        message="{where}: a symbolic link stands where a file or folder must be: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Replace the link by the file itself; sealed folders hold no links.",
    )
    BUNDLE_FILE_MISSING: ClassVar = ErrorCode(
        full="SEAL-007",
        name="BUNDLE_FILE_MISSING",
        kind="gate",
        message="{where}: a file that the index lists is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the bundle again from its producer, or restore the file from a copy.",
    )
    BUNDLE_FILE_EXTRA: ClassVar = ErrorCode(
        full="SEAL-008",
        name="BUNDLE_FILE_EXTRA",
        kind="gate",
        message="{where}: a file lies in the folder that nothing vouches for: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the file if it is yours; else fetch the bundle again from its producer.",
    )
    BUNDLE_FILE_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-009",
        name="BUNDLE_FILE_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: a file of the bundle has another SHA-256 than the index says: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the bundle again from its producer, or restore the file from a copy.",
    )
    BUNDLE_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-010",
        name="BUNDLE_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: the digest of the bundle is not the one in its flag: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch bundle and flag again from their producer.",
    )
    FLAG_MISSING: ClassVar = ErrorCode(
        full="SEAL-011",
        name="FLAG_MISSING",
        kind="gate",
        message="{where}: the bundle has no flag, so its segment has not passed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the segment to its end, and put right what its audit names.",
    )
    FLAG_FORMAT_INVALID: ClassVar = ErrorCode(
        full="SEAL-012",
        name="FLAG_FORMAT_INVALID",
        kind="gate",
        message="{where}: the flag is not in its one accepted form: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Fetch the flag again from its producer; it is never written by hand.",
    )
    PUBLISH_RECORD_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-013",
        name="PUBLISH_RECORD_MISMATCH",
        kind="gate",
        message="{where}: what lies there is not what the publish record describes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Restore the files from a copy, or make them again in a new run.",
    )
    PUBLISH_RECORD_INVALID: ClassVar = ErrorCode(
        full="SEAL-014",
        name="PUBLISH_RECORD_INVALID",
        kind="gate",
        message="{where}: the publish record is missing or does not fit its schema: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Restore the record from a copy of the run; without it the partition counts as broken.",
    )
    FOLDER_NAME_ILLEGAL: ClassVar = ErrorCode(
        full="SEAL-015",
        name="FOLDER_NAME_ILLEGAL",
        kind="gate",
        message="{where}: a name inside a sealed folder begins with a dot or is not plain ASCII: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the file; operating systems and editors leave such files behind.",
    )
    CONTENT_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-016",
        name="CONTENT_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: the values of the table are not those whose digest was recorded: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Restore the table from a copy, or make it again in a new run.",
    )
    REPLAY_MISMATCH: ClassVar = ErrorCode(
        full="SEAL-017",
        name="REPLAY_MISMATCH",
        kind="finding",
        message="{where}: computed again from its sealed inputs, this part has other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Do not use the part: either it was made by other code than it says, or a machine erred; make it again in a new run and compare.",
    )


class PUBLISH:
    """Codes of the group PUBLISH."""

    IMMUTABLE_OVERWRITE: ClassVar = ErrorCode(
        full="PUBLISH-001",
        name="IMMUTABLE_OVERWRITE",
        kind="conflict",
        message="{where}: the partition is published already with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run, or compare with `closedworld runs diff A B`.",
    )
    NON_IDEMPOTENT_REEMIT: ClassVar = ErrorCode(
        full="PUBLISH-002",
        name="NON_IDEMPOTENT_REEMIT",
        kind="conflict",
        message="{where}: the same inputs gave other bytes than before: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    RENAME_FAILED: ClassVar = ErrorCode(
        full="PUBLISH-003",
        name="RENAME_FAILED",
        kind="environment",
        message="{where}: the finished folder could not be moved into place: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep the runs root on one file system that can rename folders, and run the state again.",
    )
    DISK_FULL: ClassVar = ErrorCode(
        full="PUBLISH-004",
        name="DISK_FULL",
        kind="environment",
        message="{where}: the disk is full: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free space and run the same command again; finished parts are kept and nothing half-written was left.",
    )
    READ_ONLY: ClassVar = ErrorCode(
        full="PUBLISH-005",
        name="READ_ONLY",
        kind="environment",
        message="{where}: the file system is read-only: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose a runs root that can be written with --runs-root.",
    )
    PERMISSION_DENIED: ClassVar = ErrorCode(
        full="PUBLISH-006",
        name="PERMISSION_DENIED",
        kind="environment",
        message="{where}: the operating system refused access: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give your user write access to the runs root, or choose another with --runs-root.",
    )
    INPUT_OUTPUT_FAILED: ClassVar = ErrorCode(
        full="PUBLISH-007",
        name="INPUT_OUTPUT_FAILED",
        kind="environment",
        message="{where}: reading or writing failed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the disk or network share and run the same command again; nothing half-written was left.",
    )
    CONDITIONAL_PUT_LOST: ClassVar = ErrorCode(
        full="PUBLISH-008",
        name="CONDITIONAL_PUT_LOST",
        kind="conflict",
        message="{where}: another writer published this partition first: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the command again: equal bytes are accepted, others are refused.",
    )
    PLACE_TAKEN: ClassVar = ErrorCode(
        full="PUBLISH-009",
        name="PLACE_TAKEN",
        kind="conflict",
        message="{where}: something else stands where the run writes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; move it away, or remove it if nobody needs it, and run the same command again.",
    )
    NAME_TOO_LONG: ClassVar = ErrorCode(
        full="PUBLISH-010",
        name="NAME_TOO_LONG",
        kind="environment",
        message="{where}: the file system does not take so long a name or path: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose a runs root with a shorter path, or on another file system; `closedworld doctor --runs-root DIR` says how much room a place leaves.",
    )
    LOCK_IMPOSSIBLE: ClassVar = ErrorCode(
        full="PUBLISH-011",
        name="LOCK_IMPOSSIBLE",
        kind="environment",
        message="{where}: the file system offers no lock that keeps a second writer out: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose a runs root on a local disk, or have the share mounted with locks; `closedworld doctor --runs-root DIR` tries a place beforehand.",
    )


class CONTRACT:
    """Codes of the group CONTRACT."""

    GENERATED_DRIFT: ClassVar = ErrorCode(
        full="CONTRACT-001",
        name="GENERATED_DRIFT",
        kind="finding",
        message="{where}: the generated file is not what the contracts give: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld codegen`; change the contract or the template, never the generated file.",
    )
    CHECK_FINDING: ClassVar = ErrorCode(
        full="CONTRACT-002",
        name="CHECK_FINDING",
        kind="finding",
        message="{where}: the contracts contradict themselves: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the line named and run `closedworld contracts check` again.",
    )
    CONTRACTS_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="CONTRACT-003",
        name="CONTRACTS_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: run and engine do not hold the same contracts: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the version of closedworld that made the run, or make a new run with this one.",
    )
    OUTPUT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="CONTRACT-004",
        name="OUTPUT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its column's contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the row named; correct the input or policy that it follows from, or the contract if the rule is wrong.",
    )
    KEY_DUPLICATE: ClassVar = ErrorCode(
        full="CONTRACT-005",
        name="KEY_DUPLICATE",
        kind="finding",
        message="{where}: the key stands on more than one row: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look for the repeated key in the inputs of the state and remove it there.",
    )
    WRITER_ORDER_BROKEN: ClassVar = ErrorCode(
        full="CONTRACT-006",
        name="WRITER_ORDER_BROKEN",
        kind="finding",
        message="{where}: the row does not come after the one before it in key order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check that the inputs are in the order of their own keys.",
    )
    PARTITION_ECHO_MISMATCH: ClassVar = ErrorCode(
        full="CONTRACT-007",
        name="PARTITION_ECHO_MISMATCH",
        kind="finding",
        message="{where}: a column repeats a path token with another value: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; the rows were made for another run or partition.",
    )
    CREATED_UTC_MISMATCH: ClassVar = ErrorCode(
        full="CONTRACT-008",
        name="CREATED_UTC_MISMATCH",
        kind="finding",
        message="{where}: created_utc is not the run's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; every output of a run carries the created_utc of its receipt.",
    )
    GATE_EVIDENCE_MISSING: ClassVar = ErrorCode(
        full="CONTRACT-009",
        name="GATE_EVIDENCE_MISSING",
        kind="gate",
        message="{where}: the gate evidence of the segment is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the S0 state of the segment first.",
    )
    INPUT_NOT_PUBLISHED: ClassVar = ErrorCode(
        full="CONTRACT-010",
        name="INPUT_NOT_PUBLISHED",
        kind="input",
        message="{where}: a declared input has not been made yet: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the state that makes it, or `closedworld run`, which runs whatever is missing in order.",
    )
    UNDECLARED_READ: ClassVar = ErrorCode(
        full="CONTRACT-011",
        name="UNDECLARED_READ",
        kind="bug",
        message="{where}: a state was about to read what its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the input on the card and regenerate; if you did not change the code, please report it.",
    )
    UNDECLARED_WRITE: ClassVar = ErrorCode(
        full="CONTRACT-012",
        name="UNDECLARED_WRITE",
        kind="bug",
        message="{where}: a state was about to write what its card does not declare: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Declare the output on the card and regenerate; if you did not change the code, please report it.",
    )
    NETWORK_ATTEMPT: ClassVar = ErrorCode(
        full="CONTRACT-013",
        name="NETWORK_ATTEMPT",
        kind="bug",
        message="{where}: a state tried to open a network connection: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Remove the call; if you did not change the code, please report it.",
    )
    VALIDATOR_MISSING: ClassVar = ErrorCode(
        full="CONTRACT-014",
        name="VALIDATOR_MISSING",
        kind="bug",
        message="{where}: the card declares a validator that the state does not have: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Write the method that the generated class asks for.",
    )
    BREAKING_CHANGE: ClassVar = ErrorCode(
        full="CONTRACT-015",
        name="BREAKING_CHANGE",
        kind="finding",
        message="{where}: the change breaks readers or writers without a new major version: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Raise the version of the artefact as said, or undo the change.",
    )


class WORLD:
    """Codes of the group WORLD."""

    INGRESS_MISSING: ClassVar = ErrorCode(
        full="WORLD-001",
        name="INGRESS_MISSING",
        kind="environment",
        message="{where}: a source of the world is not installed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies (`pip install nox && nox`, or the files under requirements/).",
    )
    INGRESS_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="WORLD-002",
        name="INGRESS_DIGEST_MISMATCH",
        kind="gate",
        message="{where}: a source of the world is not the one that the run was made from: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the version of the source that the lock file names.",
    )
    TZID_UNKNOWN: ClassVar = ErrorCode(
        full="WORLD-003",
        name="TZID_UNKNOWN",
        kind="input",
        message="{where}: the time zone is not in the IANA database: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the name, such as Europe/Zurich, or leave it empty so that the nearest city gives it.",
    )
    SITE_DUPLICATE: ClassVar = ErrorCode(
        full="WORLD-004",
        name="SITE_DUPLICATE",
        kind="input",
        message="{where}: two sites of the import have the same key: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one of the rows, or give the sites different order numbers.",
    )
    MERCHANT_WITHOUT_SITE: ClassVar = ErrorCode(
        full="WORLD-005",
        name="MERCHANT_WITHOUT_SITE",
        kind="input",
        message="{where}: a merchant has no site: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the merchant at least one row in the site file, or take it out of the profile file.",
    )
    TARGETS_UNREACHABLE: ClassVar = ErrorCode(
        full="WORLD-006",
        name="TARGETS_UNREACHABLE",
        kind="input",
        message="{where}: the recipe asks for a world that cannot exist: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Change the counts named so that they fit together; each merchant needs a site and each zone a merchant.",
    )
    COUNTRY_UNKNOWN: ClassVar = ErrorCode(
        full="WORLD-007",
        name="COUNTRY_UNKNOWN",
        kind="input",
        message="{where}: the country code is not an ISO 3166-1 alpha-2 code with a known city: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the two-letter code of the country, such as CH.",
    )
    NO_CITY_NEAR: ClassVar = ErrorCode(
        full="WORLD-008",
        name="NO_CITY_NEAR",
        kind="input",
        message="{where}: no city of the country lies within 100 km, so the site has no time zone: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the site its tzid, or correct its coordinates or country.",
    )
    IMPORT_FIELD_MISSING: ClassVar = ErrorCode(
        full="WORLD-009",
        name="IMPORT_FIELD_MISSING",
        kind="input",
        message="{where}: the file lacks a column that an import needs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Add the column or name the one that holds it with --map old=new.",
    )
    IMPORT_ROW_INVALID: ClassVar = ErrorCode(
        full="WORLD-010",
        name="IMPORT_ROW_INVALID",
        kind="input",
        message="{where}: a row of the import cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the rows that the report lists; nothing is built until none is left.",
    )
    IMPORT_UNREADABLE: ClassVar = ErrorCode(
        full="WORLD-011",
        name="IMPORT_UNREADABLE",
        kind="input",
        message="{where}: the file is not readable CSV, Parquet or JSON Lines: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Save it as UTF-8 CSV with a header, as Parquet, or as one JSON object a line.",
    )
    ROSTER_ROW_INVALID: ClassVar = ErrorCode(
        full="WORLD-012",
        name="ROSTER_ROW_INVALID",
        kind="input",
        message="{where}: a row of the roster cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the rows that the report lists: merchant_id, utc_timestamp with its UTC day, and a day of the plan.",
    )
    ROSTER_MERCHANT_UNKNOWN: ClassVar = ErrorCode(
        full="WORLD-013",
        name="ROSTER_MERCHANT_UNKNOWN",
        kind="input",
        message="{where}: the roster names a merchant that the world does not have: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use merchant ids of outlet_catalogue, or the names of your import.",
    )
    ROSTER_EMPTY: ClassVar = ErrorCode(
        full="WORLD-014",
        name="ROSTER_EMPTY",
        kind="input",
        message="{where}: the roster has no arrivals: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give at least one arrival, or make a roster with `closedworld roster make`.",
    )
    INGRESS_DAMAGED: ClassVar = ErrorCode(
        full="WORLD-015",
        name="INGRESS_DAMAGED",
        kind="environment",
        message="{where}: a source of the world does not hold what it should: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies again; the file is damaged or of another version.",
    )
    ROSTER_ABSENT: ClassVar = ErrorCode(
        full="WORLD-016",
        name="ROSTER_ABSENT",
        kind="input",
        message="{where}: the run belongs to a roster that it does not hold: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the same roster again: `closedworld roster import FILE`, or `closedworld roster make` with the same options.",
    )
    IMPORT_FILE_FAILED: ClassVar = ErrorCode(
        full="WORLD-017",
        name="IMPORT_FILE_FAILED",
        kind="input",
        message="{where}: the file was not read to its end as it stood: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give a file that you may read, on a disk that answers, and that nothing else writes meanwhile; a copy of it will do.",
    )


class ENV:
    """Codes of the group ENV."""

    MEMORY_SHORT: ClassVar = ErrorCode(
        full="ENV-001",
        name="MEMORY_SHORT",
        kind="environment",
        message="{where}: there is not enough memory: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use fewer workers with --jobs, or a smaller recipe; `closedworld doctor` says what this machine can run.",
    )
    PLATFORM_UNSUPPORTED: ClassVar = ErrorCode(
        full="ENV-002",
        name="PLATFORM_UNSUPPORTED",
        kind="environment",
        message="{where}: this platform cannot do what is asked: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run it on a 64-bit platform; `closedworld doctor` says what is missing.",
    )
    PYTHON_UNSUPPORTED: ClassVar = ErrorCode(
        full="ENV-003",
        name="PYTHON_UNSUPPORTED",
        kind="environment",
        message="{where}: this Python is not supported: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use Python 3.11 to 3.13.",
    )
    DEPENDENCY_MISSING: ClassVar = ErrorCode(
        full="ENV-004",
        name="DEPENDENCY_MISSING",
        kind="environment",
        message="{where}: a package is missing or has another version than the lock file: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the locked dependencies; other versions may write other bytes.",
    )
    EXECUTOR_UNREACHABLE: ClassVar = ErrorCode(
        full="ENV-005",
        name="EXECUTOR_UNREACHABLE",
        kind="environment",
        message="{where}: the workers cannot be reached or do not share the runs root: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Start the scheduler and workers, and give all of them the same runs root and version.",
    )
    WORKER_VERSION_DIFFERS: ClassVar = ErrorCode(
        full="ENV-006",
        name="WORKER_VERSION_DIFFERS",
        kind="environment",
        message="{where}: a worker holds other code or contracts than the driver: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Install the same version on every worker.",
    )
    BLOCK_FAILED: ClassVar = ErrorCode(
        full="ENV-007",
        name="BLOCK_FAILED",
        kind="environment",
        message="{where}: a block was lost more often than it is tried again: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Look at the log of the workers; lost machines and short memory are the usual causes.",
    )
    INTERRUPTED: ClassVar = ErrorCode(
        full="ENV-008",
        name="INTERRUPTED",
        kind="environment",
        message="{where}: the run was interrupted: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the same command again: finished states are skipped and finished parts are kept.",
    )
    SETTING_REFUSED: ClassVar = ErrorCode(
        full="ENV-009",
        name="SETTING_REFUSED",
        kind="environment",
        message="{where}: under this setting compiled kernels would be wrong or of no use: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Unset it, or take the line out of .numba_config.yaml, and run the same command again; nothing was made.",
    )


class BUG:
    """Codes of the group BUG."""

    UNEXPECTED: ClassVar = ErrorCode(
        full="BUG-001",
        name="UNEXPECTED",
        kind="bug",
        message="{where}: something happened that should not be possible: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Please report it with the traceback that --traceback shows and the run report.",
    )
    INVARIANT_BROKEN: ClassVar = ErrorCode(
        full="BUG-002",
        name="INVARIANT_BROKEN",
        kind="bug",
        message="{where}: two parts of the engine disagree: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Please report it with the run report; nothing was published.",
    )
