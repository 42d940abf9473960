"""The engine's own codes for failures that are not one state's: seals, gates, documents, publishing, locks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from codegen.runtime.canonical import SyntaxProblem
from codegen.runtime.errors import ErrorCode
from engine.core.errors import (
    ConflictReason,
    DocumentInvalid,
    DocumentProblem,
    EngineError,
    Failure,
    GateFailure,
    GateReason,
    LockHeld,
    PublishConflict,
    PublishFailure,
    PublishReason,
    PublishUnknown,
    SealFailure,
    SealReason,
)
from generated.errors.engine import BUG, CONTRACT, POLICY, PUBLISH, RUN, SEAL

SEAL_CODES: Final[Mapping[SealReason, ErrorCode]] = {
    SealReason.MISSING: SEAL.SEAL_MISSING,
    SealReason.UNPUBLISHED: CONTRACT.INPUT_NOT_PUBLISHED,
    SealReason.GONE: SEAL.PUBLISH_RECORD_MISMATCH,
    SealReason.EXTRA: SEAL.PUBLISH_RECORD_MISMATCH,
    SealReason.DIGEST: SEAL.SEAL_DIGEST_MISMATCH,
    SealReason.PATH: SEAL.SEAL_PATH_MISMATCH,
    SealReason.PARTITION: SEAL.SEAL_PATH_MISMATCH,
    SealReason.SYMLINK: SEAL.BUNDLE_SYMBOLIC_LINK,
    SealReason.NAME: SEAL.FOLDER_NAME_ILLEGAL,
    SealReason.NOT_A_FILE: SEAL.SEAL_MISSING,
    SealReason.RECORD: SEAL.PUBLISH_RECORD_INVALID,
    SealReason.IDENTITY: RUN.RUN_IDENTITY_MISMATCH,
    SealReason.CONFIG: RUN.CONFIG_EDITED,
}
GATE_CODES: Final[Mapping[GateReason, ErrorCode]] = {
    GateReason.MISSING: SEAL.BUNDLE_FILE_MISSING,
    GateReason.FLAG_MISSING: SEAL.FLAG_MISSING,
    GateReason.INDEX: SEAL.BUNDLE_INDEX_INVALID,
    GateReason.PATH: SEAL.BUNDLE_INDEX_PATH_ILLEGAL,
    GateReason.FLAG: SEAL.FLAG_FORMAT_INVALID,
    GateReason.DIGEST: SEAL.BUNDLE_DIGEST_MISMATCH,
    GateReason.FINGERPRINT: SEAL.FLAG_FORMAT_INVALID,
    GateReason.MEMBER: SEAL.BUNDLE_FILE_MISSING,
    GateReason.EXTRA: SEAL.BUNDLE_FILE_EXTRA,
    GateReason.MEMBER_DIGEST: SEAL.BUNDLE_FILE_DIGEST_MISMATCH,
    GateReason.SYMLINK: SEAL.BUNDLE_SYMBOLIC_LINK,
}
PUBLISH_CODES: Final[Mapping[PublishReason, ErrorCode]] = {
    PublishReason.DISK_FULL: PUBLISH.DISK_FULL,
    PublishReason.READ_ONLY: PUBLISH.READ_ONLY,
    PublishReason.PERMISSION: PUBLISH.PERMISSION_DENIED,
    PublishReason.SYMLINK: SEAL.BUNDLE_SYMBOLIC_LINK,
    PublishReason.TAKEN: PUBLISH.PLACE_TAKEN,
    PublishReason.NAME_TOO_LONG: PUBLISH.NAME_TOO_LONG,
    PublishReason.FOLDER_RENAME: PUBLISH.RENAME_FAILED,
    PublishReason.NO_LOCK: PUBLISH.LOCK_IMPOSSIBLE,
    PublishReason.GONE: RUN.RUN_NOT_FOUND,
    PublishReason.INPUT_OUTPUT: PUBLISH.INPUT_OUTPUT_FAILED,
}
CONFLICT_CODES: Final[Mapping[ConflictReason, ErrorCode]] = {
    ConflictReason.IMMUTABLE: PUBLISH.IMMUTABLE_OVERWRITE,
    ConflictReason.NON_IDEMPOTENT: PUBLISH.NON_IDEMPOTENT_REEMIT,
}
_FLOOR_RULES: Final = frozenset(
    (
        "greater_than",
        "greater_than_equal",
        "less_than",
        "less_than_equal",
        "too_short",
        "too_long",
    )
)
_FINITE_RULES: Final = frozenset(("finite", "finite_number"))


def failure_code(failure: Failure | SyntaxProblem) -> ErrorCode:
    """The engine's code of a failure."""
    match failure:
        case SealFailure():
            return SEAL_CODES[failure.reason]
        case GateFailure():
            return GATE_CODES[failure.reason]
        case PublishConflict():
            return CONFLICT_CODES[failure.reason]
        case PublishFailure() | PublishUnknown():
            return PUBLISH_CODES[failure.reason]
        case LockHeld():
            return RUN.RUN_LOCKED
        case DocumentInvalid():
            return document_code(failure.problems[0])
        case SyntaxProblem():
            return POLICY.POLICY_MALFORMED
    return BUG.UNEXPECTED


def document_code(problem: DocumentProblem) -> ErrorCode:
    """The code of a policy that breaks its model, by the place and the rule that is broken first."""
    rule = problem.rule
    if problem.pointer == ("policy_id",) and rule == "literal_error":
        return POLICY.POLICY_ID_MISMATCH
    if rule == "extra_forbidden":
        return POLICY.POLICY_UNKNOWN_KEY
    if rule in _FINITE_RULES:
        return POLICY.POLICY_NOT_FINITE
    if rule in _FLOOR_RULES:
        return POLICY.POLICY_BELOW_FLOOR
    return POLICY.POLICY_SCHEMA_VIOLATION


def engine_error(failure: Failure | SyntaxProblem) -> EngineError:
    """The error under the engine's own code; raise it `from failure`."""
    return EngineError.from_failure(failure_code(failure), failure)


@contextmanager
def coded_failures() -> Iterator[None]:
    """Give the engine's own code to a failure that nobody on its way gave one, so that no caller sees it bare.

    Raises:
        EngineError: with the evidence of the failure that was raised inside.
    """
    try:
        yield
    except Failure as failure:
        raise engine_error(failure) from failure
