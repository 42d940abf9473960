"""The `closedworld` command: the engine's commands and the generator's, under one name."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from typing import Final

import typer

from engine.cli.app import app, segment_apps

INTERRUPTED: Final = 130
_TRACEBACK: Final = "--traceback"


@functools.cache
def composed() -> typer.Typer:
    """The whole command line: engine, generated state commands, generator."""
    from codegen.commands import codegen_command, contracts_app

    for word, group in segment_apps():
        app.add_typer(group, name=word)
    app.add_typer(contracts_app)
    app.command("codegen")(codegen_command)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code of spec/operations.md, section 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # A global flag may stand anywhere on the line, where a person would add it after an error.
    show_traceback = _TRACEBACK in words
    command = [word for word in words if word != _TRACEBACK]
    try:
        typer.main.get_command(composed())(args=command, prog_name="closedworld", standalone_mode=True)
    except Exception as error:
        sys.exit(_told(error, as_json="--json" in words, show_traceback=show_traceback))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: nothing is half-written; the same command goes on from here\n")
        sys.exit(INTERRUPTED)


def _told(error: Exception, *, as_json: bool, show_traceback: bool) -> int:
    """Say what went wrong; the exit code."""
    from engine.cli.printing import error_json, print_error, print_json
    from engine.core.errors import EngineError
    from generated.errors.engine import BUG, ENV

    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if not isinstance(error, EngineError):
        code = ENV.MEMORY_SHORT if isinstance(error, MemoryError) else BUG.UNEXPECTED
        found = EngineError(
            code, where="closedworld", expected="an answer", found=f"{type(error).__name__}: {error}"
        )
        found.__cause__ = error
        error = found
    if show_traceback:
        traceback.print_exception(error)
    if as_json:
        print_json(error_json(error))
    print_error(error)
    return error.exit_code


if __name__ == "__main__":
    main()
