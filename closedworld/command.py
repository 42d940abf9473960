"""The `closedworld` command: the engine's commands and the generator's, under one name."""

from __future__ import annotations

import errno
import functools
import os
import sys
import traceback
from typing import Final, NoReturn

import typer

from engine.cli.app import app, segment_apps
from engine.core.memory import MIB, is_shortage, keep_small, limits, require_room_to_start

INTERRUPTED: Final = 130
READER_LEFT: Final = 141
"""What a shell calls a program that SIGPIPE ended: no answer was given, so neither 0 nor a finding."""
_TRACEBACK: Final = "--traceback"
_ANYWHERE: Final = ("-v", "--verbose", "-q", "--quiet")


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
    plain = [word for word in words if word != _TRACEBACK]
    command = sorted(plain, key=lambda word: word not in _ANYWHERE)
    try:
        try:
            if keep_small() and not _needs_little(plain):
                require_room_to_start()
            typer.main.get_command(composed())(args=command, prog_name="closedworld", standalone_mode=True)
        finally:
            sys.stdout.flush()  # a reader that left is met here rather than when the interpreter ends
    except BrokenPipeError:
        _end_without_reader()
    except Exception as error:
        sys.exit(_told(error, as_json="--json" in words, show_traceback=show_traceback))
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # Typer would say 1, a finding
            _end_without_reader()
        if end.code == INTERRUPTED:  # Typer's answer to a KeyboardInterrupt inside a command
            _say_interrupted()
        raise
    except KeyboardInterrupt:
        _say_interrupted()
        sys.exit(INTERRUPTED)


def _needs_little(words: list[str]) -> bool:
    """Whether a command line asks for help, or for the doctor, who tells what is missing."""
    return not words or "doctor" in words or not {"-h", "--help"}.isdisjoint(words)


def _end_without_reader() -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is left in buffers goes nowhere, and quietly
    sys.exit(READER_LEFT)


def _say_interrupted() -> None:
    sys.stderr.write("interrupted: nothing is half-written; the same command goes on from here\n")


def _told(error: Exception, *, as_json: bool, show_traceback: bool) -> int:
    """Say what went wrong; the exit code."""
    from engine.cli.printing import error_json, print_error, print_json
    from engine.core.errors import EngineError
    from engine.core.failure_codes import PUBLISH_CODES
    from engine.core.storage import evidence_of
    from generated.errors.engine import BUG, ENV

    if not isinstance(error, EngineError):
        short = is_shortage(error)
        code = ENV.MEMORY_SHORT if short else BUG.UNEXPECTED
        where, expected, text = "closedworld", "an answer", f"{type(error).__name__}: {error}"
        if short:
            limit = limits()[0] if limits() else None
            expected = "memory for the next step"
            text += f" ({limit.bytes / MIB:,.0f} MiB, {limit.name})" if limit is not None else ""
        elif isinstance(
            error, ModuleNotFoundError
        ):  # such as the generator's own libraries, which are an extra
            code, expected, text = ENV.DEPENDENCY_MISSING, f"the package {error.name}", "no such package"
        elif isinstance(error, OSError) and error.errno not in (None, errno.ENOENT):
            evidence = evidence_of(error, where)
            code = PUBLISH_CODES[evidence["reason"]]
            where, expected, text = evidence["where"], "a file system that answers", evidence["found"]
        found = EngineError(code, where=where, expected=expected, found=text)
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
