"""Options that several commands share, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

RunsRoot = Annotated[
    Path, typer.Option("--runs-root", envvar="CLOSEDWORLD_RUNS_ROOT", help="Folder that holds the runs.", show_default=True)
]
RunName = Annotated[str, typer.Option("--run", help="Run id, an unambiguous prefix of one, or latest.")]
Jobs = Annotated[int | None, typer.Option("--jobs", min=1, help="Worker threads; default: the number of cores.", show_default=False)]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Fail at once when another process works on the run, instead of waiting.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]
RecipeName = Annotated[str, typer.Option("--recipe", help="Recipe of the world: tiny, demo, standard or large.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Seed of every draw, a uint64; default: the recipe's.", show_default=False)]
Label = Annotated[str, typer.Option("--label", help="A word that tells two runs of equal inputs apart.")]

DEFAULT_RUNS_ROOT = Path("runs")
