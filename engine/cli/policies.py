"""Commands that write policies: the edges of virtual arrivals from real cities."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(name="policy", help="Write policies from real data.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Write policies from real data."""


@app.command("edges")
def write_edges(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: print it.", show_default=False)
    ] = None,
    edges: Annotated[int, typer.Option("--edges", help="So many edges, at least 200.")] = 240,
    countries: Annotated[int, typer.Option("--countries", help="In so many countries, at least 100.")] = 140,
    version: Annotated[str, typer.Option("--version", help="policy_version, such as 1.1.0.")] = "1.0.0",
) -> None:
    """Write virtual_edge_policy_v1 with edges in real cities; the same options give the same bytes.

    Example: closedworld policy edges --edges 300 --out virtual_edge_policy_v1.json
    """
    from codegen.runtime.shown_text import shown_path
    from codegen.runtime.streams import output
    from engine.core import publish, story
    from engine.core.documents import load_document
    from engine.core.errors import EngineError, Failure
    from engine.core.failure_codes import engine_error
    from engine.world.edge_policy import edge_policy_text
    from engine.world.reference import load
    from generated.errors.engine import USE
    from generated.models.s2b import VirtualEdgePolicyV1

    try:
        text = edge_policy_text(load(), edges=edges, countries=countries, version=version)
    except ValueError as error:
        found = f"{edges} and {countries}"
        raise EngineError(
            USE.BAD_OPTION,
            where="--edges and --countries",
            expected=str(error).partition("; found")[0],
            found=found,
        ) from error
    content = text.encode()
    try:
        load_document(content, format="json", model=VirtualEdgePolicyV1, name="virtual_edge_policy_v1")
        if out is None:
            output().write(text)
            return
        if out.exists():
            raise EngineError(
                USE.BAD_OPTION, where="--out", expected="a file that does not exist yet", found=out
            )
        with publish.storage_failures(out):
            out.write_bytes(content)
    except Failure as failure:
        raise engine_error(failure) from failure
    story.tell(f"{edges} edges in {countries} countries written to {shown_path(out)}")
