"""What a verification comes to, and its steps, each of which ends in findings and never in an error.

Source: spec/operations.md, section 2 (verify).
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from codegen.runtime.canonical import SyntaxProblem
from codegen.runtime.findings import Finding
from codegen.runtime.tables import TableShapeError
from engine.core import story
from engine.core.errors import EngineError, Failure
from engine.core.failure_codes import failure_code
from engine.core.run import RunFolder
from engine.core.table_files import OtherLibraries
from engine.core.work import StateAborted
from engine.execute.unfinished import UnfinishedWork
from generated.errors.engine import BUG, CONTRACT

EXIT_FINDINGS: Final = 1
EXIT_UNFINISHED: Final = 7
"""Nothing is wrong with what is there, and not all of it is there: neither 0 nor a finding (docs/errors.md)."""


class Drawn(NamedTuple):
    """How many of a state's blocks were drawn again and compared, and how many it has."""

    blocks: int
    of: int


@dataclass
class Verification:
    """What verifying a run came to. `checks` counts, by kind of check, what was looked at."""

    run_id: str
    findings: list[Finding] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    others: OtherLibraries = field(default_factory=OtherLibraries)
    """The tables that came out with the same rows and other bytes, since another library wrote them: no findings."""
    unfinished: list[UnfinishedWork] = field(default_factory=list)
    """What was begun and did not end, in the order of the contracts."""
    not_run: list[str] = field(default_factory=list)
    """States of which there is no sign: nobody has begun them."""
    drawn_again: dict[str, Drawn] = field(default_factory=dict)
    """By state what was drawn again and compared with what is published."""
    not_drawn_again: list[str] = field(default_factory=list)
    """States that published rows of which none were drawn again."""

    @property
    def passed(self) -> bool:
        """Whether nothing was found, and nothing that was begun is missing."""
        return self.status == "PASS"

    @property
    def status(self) -> Literal["PASS", "FAIL", "UNFINISHED"]:
        """FAIL where anything was found; else UNFINISHED where work was begun and did not end; else PASS."""
        if self.findings:
            return "FAIL"
        return "UNFINISHED" if self.unfinished else "PASS"

    @property
    def exit_code(self) -> int:
        """What a command ends with that this is the outcome of."""
        return {"PASS": 0, "FAIL": EXIT_FINDINGS, "UNFINISHED": EXIT_UNFINISHED}[self.status]

    def count(self, check: str, by: int = 1) -> None:
        """Count something that was looked at."""
        self.checks[check] = self.checks.get(check, 0) + by

    def add(self, other: Verification) -> None:
        """Add what a part of the verification, done beside others, came to."""
        self.findings += other.findings
        self.notes += other.notes
        self.others.take(other.others)
        self.unfinished += other.unfinished
        self.not_run += other.not_run
        self.drawn_again |= other.drawn_again
        self.not_drawn_again += other.not_drawn_again
        for check, count in other.checks.items():
            self.count(check, count)

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain values, findings in report order."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "checks": self.checks,
            "notes": self.notes,
            "other_libraries": self.others.as_json(),
            "unfinished": [work.as_json() for work in self.unfinished],
            "not_run": self.not_run,
            "drawn_again": {state: drawn._asdict() for state, drawn in self.drawn_again.items()},
            "not_drawn_again": self.not_drawn_again,
            "findings": [
                {
                    "code": f.code.full,
                    "name": f.code.name,
                    "where": f.where,
                    "expected": f.expected,
                    "found": f.found,
                    "remedy": f.code.remedy,
                }
                for f in self.ordered()
            ],
        }

    def ordered(self) -> list[Finding]:
        """The findings, each once, in report order."""
        return sorted(set(self.findings), key=lambda finding: finding.sort_key)


def collected_of(
    step: Callable[[RunFolder, Verification], None], folder: RunFolder, outcome: Verification
) -> bool:
    """Run one step about a run; see `collected`."""
    return collected(functools.partial(step, folder), outcome)


def collected(step: Callable[[Verification], None], outcome: Verification) -> bool:
    """Run one step to its end or to its first error, which becomes a finding; whether it came to its end.

    Data that was made to deceive may break a law's code in any way: that is a finding as well, never a pass.
    """
    try:
        step(outcome)
        return True
    except StateAborted as error:
        outcome.findings.extend(error.findings)
    except EngineError as error:
        outcome.findings.append(Finding(error.code, error.where, error.expected, error.found))
    except (Failure, SyntaxProblem) as failure:
        outcome.findings.append(finding_of(failure))
    except TableShapeError as error:
        outcome.findings.append(
            Finding(
                CONTRACT.OUTPUT_SCHEMA_INVALID, f"{error.dataset}: {error.where}", error.expected, error.found
            )
        )
    except Exception as error:
        story.detail("".join(traceback.format_exception(error)))
        found = f"{type(error).__name__}: {error}"
        outcome.findings.append(Finding(BUG.UNEXPECTED, "verify", "data that can be checked", found))
    return False


def finding_of(failure: Failure | SyntaxProblem) -> Finding:
    """A failure as a finding."""
    return Finding(failure_code(failure), str(failure.where), str(failure.expected), str(failure.found))
