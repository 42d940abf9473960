"""Running the command line in this process, as a person would type it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

from closedworld.command import main


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    exit_code: int
    out: str
    err: str

    def refused(self, code: str, *, exit_code: int | None = None, saying: Sequence[str] = ()) -> None:
        """Assert that the command was refused under a code, in words that say what is needed, without a traceback."""
        assert f"error {code} " in self.err, self.err + self.out
        assert self.exit_code not in (0, 1, 70), self.err
        if exit_code is not None:
            assert self.exit_code == exit_code, self.err
        assert "Traceback" not in self.err
        for words in saying:
            assert words in self.err, (words, self.err)


def command(*words: str) -> Outcome:
    """The outcome of `closedworld <words>`."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as exit_:
            code = exit_.code
    return Outcome(
        code if isinstance(code, int) else 0 if code is None else 1, out.getvalue(), err.getvalue()
    )
