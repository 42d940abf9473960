"""Every error that the engine raises on purpose.

Two layers. The *failures* carry evidence (where, expected, found, reason) and no code: low-level modules
raise them, since only the caller knows which state's contract the failure breaks. `EngineError` is what
leaves the engine: the caller's generated code with that evidence. Both survive pickling, because blocks run
in worker processes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from codegen.runtime.canonical import Pointer, SyntaxProblem, pointer_text
from codegen.runtime.shown_text import shown, shown_path

if TYPE_CHECKING:
    from codegen.runtime.errors import ErrorCode

__all__ = [
    "ConflictReason",
    "DocumentInvalid",
    "DocumentProblem",
    "EngineError",
    "Failure",
    "GateFailure",
    "GateReason",
    "LockHeld",
    "PublishConflict",
    "PublishFailure",
    "PublishReason",
    "PublishUnknown",
    "SealFailure",
    "SealReason",
    "SyntaxProblem",
    "TableMismatch",
]


class EngineError(Exception):
    """An error with a contract's code: what is wrong, where, what was expected and found, what to do.

    Args:
        code: the generated code; its `message` is a template over the context keys.
        where, expected, found: the evidence, in words that a user can act on.
        context: further values for the template and for machines.
    """

    def __init__(
        self,
        code: ErrorCode,
        *,
        where: object,
        expected: object,
        found: object,
        context: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, where, expected, found)
        self.code = code
        self.where = _words(where)
        self.expected = _words(expected)
        self.found = _words(found)
        self.extra: dict[str, object] = dict(context or {})

    @classmethod
    def from_failure(
        cls,
        code: ErrorCode,
        failure: Failure | SyntaxProblem,
        *,
        context: Mapping[str, object] | None = None,
    ) -> Self:
        """The error that gives `failure`'s evidence under `code`; raise it `from failure`."""
        known: dict[str, object] = {}
        if isinstance(failure, Failure) and failure.reason is not None:
            known["reason"] = str(failure.reason)
        known.update(context or {})
        return cls(code, where=failure.where, expected=failure.expected, found=failure.found, context=known)

    @property
    def context(self) -> dict[str, object]:
        """All evidence by context key."""
        return {**self.extra, "where": self.where, "expected": self.expected, "found": self.found}

    @property
    def exit_code(self) -> int:
        """The process exit code of the code's kind (spec/operations.md, section 2)."""
        return self.code.exit_code

    @property
    def message(self) -> str:
        """The code's sentence with the evidence filled in."""
        return self.code.message.format_map(_Evidence(self.context))

    def __str__(self) -> str:
        return f"[{self.code.full}] {self.message} {self.code.remedy}".rstrip()

    def __reduce__(self) -> tuple[Any, ...]:
        return _engine_error, (type(self), self.code, self.where, self.expected, self.found, self.extra)


def _words(evidence: object) -> str:
    """Evidence as one line of text that can be shown anywhere; paths by their bytes."""
    return shown_path(evidence) if isinstance(evidence, os.PathLike) else shown(str(evidence))


class _Evidence(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"(no {key})"  # an error about an error would hide the first one


def _engine_error(
    cls: type[EngineError], code: ErrorCode, where: str, expected: str, found: str, context: dict[str, object]
) -> EngineError:
    return cls(code, where=where, expected=expected, found=found, context=context)


class Failure(Exception):
    """Root of the failures that carry evidence and no code yet.

    Attributes:
        where: the file, dataset or field at fault.
        expected, found: the two sides, such as two digests.
        reason: which of the class's ways to fail this is, or None where there is one way only.
    """

    reason: StrEnum | None

    def __init__(
        self, *, where: object, expected: object, found: object, reason: StrEnum | None = None
    ) -> None:
        super().__init__(_words(where), _words(expected), _words(found))
        self.where = _words(where)
        self.expected = _words(expected)
        self.found = _words(found)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, found {self.found}"

    def _fields(self) -> dict[str, Any]:
        return {"where": self.where, "expected": self.expected, "found": self.found, "reason": self.reason}

    def __reduce__(self) -> tuple[Any, ...]:
        return _failure, (type(self), self._fields())


def _failure(cls: type[Failure], fields: dict[str, Any]) -> Failure:
    return cls(**fields)


class SealReason(StrEnum):
    """How sealed or published bytes can fail to be what was recorded."""

    MISSING = "missing"
    UNPUBLISHED = "unpublished"
    """No publish record: the state that makes it has not run."""
    GONE = "gone"
    """A published file is no longer there."""
    EXTRA = "extra"
    DIGEST = "digest"
    PATH = "path"
    PARTITION = "partition"
    SYMLINK = "symlink"
    NAME = "name"
    NOT_A_FILE = "not_a_file"
    RECORD = "record"
    IDENTITY = "identity"
    CONFIG = "config"


class SealFailure(Failure):
    """Bytes differ from what was recorded when they were sealed or published, or may not be digested."""

    reason: SealReason

    def __init__(self, *, where: object, expected: object, found: object, reason: SealReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


class GateReason(StrEnum):
    """The ways in which a bundle does not let anyone read what it guards."""

    MISSING = "missing"
    """The folder or its index is not there."""
    FLAG_MISSING = "flag_missing"
    """The flag is not there: the segment has not passed."""
    INDEX = "index"
    """index.json is not a valid index."""
    PATH = "path"
    """The index lists a path that may not be listed."""
    FLAG = "flag"
    """The flag is not in the declared form."""
    DIGEST = "digest"
    """The bundle digest differs from the flag's."""
    FINGERPRINT = "fingerprint"
    """The flag names another world."""
    MEMBER = "member"
    """A listed file is missing."""
    EXTRA = "extra"
    """A file is not listed."""
    MEMBER_DIGEST = "member_digest"
    """A listed file's digest differs."""
    SYMLINK = "symlink"
    """A symbolic link, or something else that is neither file nor folder, lies inside."""


class GateFailure(Failure):
    """A bundle does not verify: no PASS, no read."""

    reason: GateReason

    def __init__(self, *, where: object, expected: object, found: object, reason: GateReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


class ConflictReason(StrEnum):
    """Why existing output stands in the way."""

    IMMUTABLE = "immutable"
    """Other bytes are published there, from other inputs or from unknown ones."""
    NON_IDEMPOTENT = "non_idempotent"
    """Other bytes were published there from the very same inputs."""


class PublishConflict(Failure):
    """The target exists and differs; nothing was changed."""

    reason: ConflictReason

    def __init__(self, *, where: object, expected: object, found: object, reason: ConflictReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


class PublishReason(StrEnum):
    """What the environment refused."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    PERMISSION = "permission"
    SYMLINK = "symlink"
    TAKEN = "taken"
    """Something else has the name that is needed: a folder for a file, a file for a folder, an empty folder."""
    NAME_TOO_LONG = "name_too_long"
    FOLDER_RENAME = "folder_rename"
    """The file system moves no folder in one step."""
    NO_LOCK = "no_lock"
    GONE = "gone"
    """The run's folder is not there any more."""
    INPUT_OUTPUT = "input_output"


class PublishFailure(Failure):
    """The environment refused a write: certainly nothing was published."""

    reason: PublishReason

    def __init__(self, *, where: object, expected: object, found: object, reason: PublishReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


class PublishUnknown(Failure):
    """The environment failed after the rename: the output may or may not last. Running again settles it."""

    reason: PublishReason

    def __init__(self, *, where: object, expected: object, found: object, reason: PublishReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


class LockHeld(Failure):
    """Another writer holds the run folder; `pid` is its process id where known."""

    def __init__(
        self, *, where: object, expected: object, found: object, pid: int | None = None, reason: None = None
    ) -> None:
        super().__init__(where=where, expected=expected, found=found)
        self.pid = pid

    def _fields(self) -> dict[str, Any]:
        return {**super()._fields(), "pid": self.pid}


class TableMismatch(Failure):
    """A table does not have the columns, types or nullability that its contract declares."""

    def __init__(self, *, where: object, expected: object, found: object, reason: None = None) -> None:
        super().__init__(where=where, expected=expected, found=found)


class DocumentProblem(NamedTuple):
    """One place where a document breaks its model."""

    pointer: Pointer
    line: int | None
    rule: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = pointer_text(self.pointer) or "the whole document"
        line = "" if self.line is None else f" (line {self.line})"
        return f"{place}{line}: expected {self.expected}, found {self.found}"


class DocumentInvalid(Failure):
    """A document is well formed but breaks its model; `problems` lists every place, in document order."""

    def __init__(self, name: str, problems: Sequence[DocumentProblem]) -> None:
        first = problems[0]
        line = "" if first.line is None else f":{first.line}"
        more = "" if len(problems) == 1 else f" (and {len(problems) - 1} more)"
        super().__init__(
            where=f"{name}{line} {pointer_text(first.pointer)}".rstrip(),
            expected=first.expected,
            found=f"{first.found}{more}",
        )
        self.name = name
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([f"{self.name}:", *(f"  {problem}" for problem in self.problems)])

    def __reduce__(self) -> tuple[Any, ...]:
        return DocumentInvalid, (self.name, self.problems)
