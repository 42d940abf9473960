"""One session of fuzzing: a place to work in, a whole tiny run, and the law that each kind of input must keep."""

from __future__ import annotations

import functools
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from engine.core.errors import EngineError
from tests.fuzz import commands
from tests.fuzz.commands import Ended, TookTooLong
from tests.fuzz.policies import is_small, mutated_set, verdict
from tests.fuzz.worlds import fault_of_run, whole_run

RUN_SHARE: Final = 0.05
"""The share of accepted policy sets whose run is made."""
POLICY_EXIT: Final = 3


class Found(NamedTuple):
    """What came of one input."""

    words: str
    outcome: str
    fault: str | None


class Fuzzing:
    """A session in a folder of its own.

    Args:
        place: an empty folder.
        run_share: the share of accepted policy sets whose run is made.
    """

    def __init__(self, place: Path, run_share: float = RUN_SHARE) -> None:
        self.place = place
        self.run_share = run_share

    @functools.cached_property
    def run(self) -> Path:
        """The folder of a whole tiny run, made when it is first needed."""
        return whole_run(self.place / "whole").root

    def fault(self, kind: str, number: int) -> Found:
        """What comes of the input of a kind and number."""
        return KINDS[kind](self, number)

    def policies(self, number: int) -> Found:
        """A mutated policy set: refused with exit 3, or accepted and then its run passes."""
        given = mutated_set(number)
        folder = self.place / "config"
        try:
            with commands.time_limit(60):
                found = verdict(given.files, folder)
        except TookTooLong:
            return Found(given.words, "hang", "preparation took more than 60 s")
        except Exception as error:
            return Found(given.words, "crash", f"{type(error).__name__}: {error}"[:2_000])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(found, EngineError):
            fault = None if found.exit_code == POLICY_EXIT else f"exit {found.exit_code}: {found}"
            return Found(given.words, f"refused {found.code.full}", fault)
        if not is_small(found) or random.Random(number).random() >= self.run_share:
            return Found(given.words, "accepted", None)
        return Found(given.words, "accepted and run", fault_of_run(found, self.run.parent))

    def arguments(self, number: int) -> Found:
        """An odd command line."""
        runs_root = self.place / "arguments"
        if not runs_root.exists():
            runs_root.mkdir()
            commands.linked_copy(self.run, runs_root)
        found = self._ended(commands.argument_line(number, runs_root), runs_root)
        if not (runs_root / self.run.name / "run_receipt.json").exists():  # it was removed, as asked
            shutil.rmtree(runs_root)
        return found

    def sql(self, number: int) -> Found:
        """A question in SQL that makes more or less sense."""
        return self._ended(commands.sql_line(number, self.run.name, self.run.parent), self.run.parent)

    def rosters(self, number: int) -> Found:
        """The import of a roster that is nearly right."""
        folder, runs_root = self.place / "rosters", self.place / "imports"
        for path in (folder, runs_root):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        copy = commands.linked_copy(self.run, runs_root)
        return self._ended(commands.roster_line(number, folder, copy.name, runs_root), runs_root)

    def documents(self, number: int) -> Found:
        """A question about a run of which one document was damaged."""
        runs_root = self.place / "damaged"
        shutil.rmtree(runs_root, ignore_errors=True)
        runs_root.mkdir()
        words, line = commands.damaged(number, commands.linked_copy(self.run, runs_root))
        found = self._ended(line, runs_root)
        if line[0] == "verify" and found.outcome == "exit 0" and " in reports/" not in words:
            found = found._replace(fault="verify passes a run of which a published document was changed")
        return found._replace(words=f"{words}; {found.words}")

    def _ended(self, line: list[str], runs_root: Path) -> Found:
        words = commands.shown(line)
        try:
            ended: Ended = commands.command(line)
        except TookTooLong:
            return Found(words, "hang", "no answer in 120 s")
        fault = commands.fault(ended) or commands.left_over(runs_root)
        return Found(words, f"exit {ended.code}", fault)


KINDS: Final[Mapping[str, Callable[[Fuzzing, int], Found]]] = {
    "policies": Fuzzing.policies,
    "arguments": Fuzzing.arguments,
    "sql": Fuzzing.sql,
    "rosters": Fuzzing.rosters,
    "documents": Fuzzing.documents,
}
"""Every kind of input by name."""
