"""What is wrong in the contracts: one finding a fault, with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codegen.ir import Source


@dataclass(frozen=True, slots=True, order=True)
class ContractFinding:
    """One fault of the contracts.

    `rule` is the stable id of the governance check that found it; `file` is relative to the folder above `contracts/`.
    """

    file: str
    line: int
    rule: str
    pointer: str
    message: str
    remedy: str

    @classmethod
    def at(cls, source: Source, rule: str, message: str, remedy: str) -> ContractFinding:
        """A finding at a place of the contracts."""
        return cls(source.file, source.line, rule, source.pointer, message, remedy)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message} ({self.remedy})"


class ContractsInvalid(Exception):
    """The contracts have findings, so nothing can be generated from them."""

    def __init__(self, findings: Sequence[ContractFinding]) -> None:
        super().__init__(findings)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


def ordered(findings: Iterable[ContractFinding]) -> list[ContractFinding]:
    """The distinct findings in order of file, line and rule."""
    return sorted(set(findings))
