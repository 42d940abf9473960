"""The shape of an error code, on which the generated error tables stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

EXIT_CODES: Final[dict[str, int]] = {
    "finding": 1,
    "use": 2,
    "input": 3,
    "gate": 4,
    "conflict": 5,
    "environment": 6,
    "bug": 70,
}
"""Process exit code of each kind of error (spec/operations.md, section 2)."""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One reserved code with the words that a user sees.

    `message` is a template over the keys in `context`; `remedy` tells in one sentence what to do.
    """

    full: str
    name: str
    kind: str
    message: str
    context: tuple[str, ...]
    remedy: str

    @property
    def exit_code(self) -> int:
        """The process exit code that belongs to the code's kind."""
        return EXIT_CODES[self.kind]
