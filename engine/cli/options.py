"""Options that several commands share, each declared once.

Those that the generated commands have too come from the generator's runtime.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from codegen.runtime.commands import AsJson, Jobs, NoWait, RunChoice, RunsRoot

__all__ = ["AsJson", "Jobs", "Label", "NoWait", "RecipeName", "RunChoice", "RunsRoot", "Seed", "chosen_root"]

RecipeName = Annotated[str, typer.Option("--recipe", help="Recipe of the world: tiny, demo or standard.")]
Seed = Annotated[
    int | None,
    typer.Option("--seed", help="Seed of every draw, a uint64; default: the recipe's.", show_default=False),
]
Label = Annotated[str, typer.Option("--label", help="A word that tells two runs of equal inputs apart.")]

RUNS_ROOT_VARIABLE: Final = "CLOSEDWORLD_RUNS_ROOT"
DEFAULT_RUNS_ROOT: Final = "runs"


def chosen_root(option: Path | None) -> Path:
    """The folder that holds the runs: the option, else the environment's, else `runs` in the current folder."""
    return option if option is not None else Path(os.environ.get(RUNS_ROOT_VARIABLE) or DEFAULT_RUNS_ROOT)
