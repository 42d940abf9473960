"""What the generated commands call: a hook that the command line fills, so that they never import the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

__all__ = ["AsJson", "Jobs", "NoWait", "RunChoice", "RunsRoot", "help_text", "run_state", "set_state_runner"]

RunChoice: TypeAlias = Annotated[
    str, typer.Option("--run", help="The run: its id, a unique start of it, its label, or `latest`.")
]
RunsRoot: TypeAlias = Annotated[
    Path | None, typer.Option("--runs-root", help="The folder that holds the runs.")
]
Jobs: TypeAlias = Annotated[
    int | None, typer.Option("--jobs", min=1, help="Blocks computed at once; the cores by default.")
]
NoWait: TypeAlias = Annotated[
    bool, typer.Option("--no-wait", help="Fail at once when another process works on the run.")
]
AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output.")
]

_runner: list[Callable[..., None]] = []
_notes: list[Callable[[str], str]] = []


def set_state_runner(runner: Callable[..., None], note: Callable[[str], str] | None = None) -> None:
    """Fill the hook.

    Args:
        runner: called as runner(state_id, run=, runs_root=, jobs=, no_wait=, as_json=).
        note: words to add to a state's help, such as that it is not implemented; empty for none.
    """
    _runner[:] = [runner]
    _notes[:] = [note] if note is not None else []


def run_state(state: str, **options: Any) -> None:
    """Run one state through the hook."""
    if not _runner:
        raise RuntimeError("no state runner is set: start the command through `closedworld`")
    _runner[0](state, **options)


def help_text(state: str, words: str, example: str) -> str:
    """The help of a state's command with its example."""
    note = _notes[0](state) if _notes else ""
    return f"{words}{f' ({note})' if note else ''}\n\nExample: {example}"
