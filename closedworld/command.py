"""The `closedworld` command: the engine's commands and the generator's, under one name."""

from __future__ import annotations

import errno
import functools
import io
import sys
import traceback
from contextlib import suppress
from typing import Any, Final

import typer

from codegen.runtime.shown_text import shown_lines
from codegen.runtime.streams import OUTPUT, fitted_streams, output, write_error, write_json
from engine.cli.app import app, segment_apps
from engine.cli.texts import require_text
from engine.core.memory import MIB, is_shortage, keep_small, limits, require_room_to_start

INTERRUPTED: Final = 130
READER_LEFT: Final = 141
"""What a shell calls a program that SIGPIPE ended: no answer was given, so neither 0 nor a finding."""
_TRACEBACK: Final = "--traceback"
_ANYWHERE: Final = ("-v", "--verbose", "-q", "--quiet")
_WRONG_USE: Final[type[Exception]] = next(
    kind
    for kind in typer.BadParameter.__mro__
    if issubclass(kind, Exception) and kind.__name__ == "ClickException"
)


@functools.cache
def composed() -> typer.Typer:
    """The whole command line: engine, generated state commands, generator."""
    from codegen.commands import codegen_command, contracts_app

    for word, group in segment_apps():
        app.add_typer(group, name=word)
    app.add_typer(contracts_app)
    app.command("codegen")(codegen_command)
    require_text(app)
    if sys.flags.optimize > 1:
        from closedworld.stripped_help import give_help

        give_help(app)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with a code of spec/operations.md, section 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    with fitted_streams():
        code = _exit_code(words)
    sys.exit(code)


def _exit_code(words: list[str]) -> int:
    """Run the command line; its exit code, once everything was handed on that could be."""
    # A global flag may stand anywhere on the line, where a person would add it after an error.
    show_traceback = _TRACEBACK in words
    plain = [word for word in words if word != _TRACEBACK]
    command = sorted(plain, key=lambda word: word not in _ANYWHERE)
    outlet = output()
    try:
        try:
            if keep_small() and not _needs_little(plain):
                require_room_to_start()
            code = _ran(command)
        except Exception as error:
            if isinstance(error, BrokenPipeError):
                raise
            code = _told(error, as_json="--json" in words, show_traceback=show_traceback)
        outlet.flush()  # a reader that left, or a full disk, is met here rather than when the interpreter ends
    except BrokenPipeError:
        outlet.give_up()
        return READER_LEFT
    except OSError as error:
        outlet.give_up()
        code = _told(error, as_json=False, show_traceback=show_traceback)
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        write_error("interrupted: nothing is half-written; the same command goes on from here\n")
    return code


def _ran(words: list[str]) -> int:
    """Run the command line without its ends; the exit code.

    Raises:
        KeyboardInterrupt: it was interrupted, at a question too.
        BrokenPipeError: the reader of the answer left.
        Exception: whatever went wrong but wrong use of the line, which is told here.
    """
    from engine.core.failure_codes import coded_failures

    group = typer.main.get_command(composed())
    try:
        with coded_failures():
            code = group(args=words, prog_name="closedworld", standalone_mode=False)
    except _WRONG_USE as error:
        return _told_use(error)
    except typer.Abort as stop:
        reason = stop.__cause__ or stop.__context__
        if isinstance(reason, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        if isinstance(reason, Exception):
            raise reason from None
        raise EOFError("no answer") from None
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # Typer would say 1, a finding
            raise end.__context__ from None
        code = end.code
    return code if isinstance(code, int) else 0


def _needs_little(words: list[str]) -> bool:
    """Whether a command line asks for help, or for the doctor, who tells what is missing."""
    return not words or "doctor" in words or not {"-h", "--help"}.isdisjoint(words)


def _told_use(error: Any) -> int:
    """Say what Typer says of a line that it does not understand; the exit code."""
    written = io.StringIO()
    error.show(file=written)
    write_error(shown_lines(written.getvalue()))
    return int(error.exit_code)


def _told(error: Exception, *, as_json: bool, show_traceback: bool) -> int:
    """Say what went wrong; the exit code."""
    from engine.cli.printing import error_json, print_error
    from engine.core.errors import EngineError
    from engine.core.failure_codes import PUBLISH_CODES
    from engine.core.storage import evidence_of
    from engine.execute.kernel_settings import setting_error
    from generated.errors.engine import BUG, ENV, PUBLISH

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
        elif isinstance(error, EOFError):
            code, where, expected = PUBLISH.INPUT_OUTPUT_FAILED, "standard input or a file", "more to read"
            text = f"its end ({error})" if str(error) else "its end"
        elif isinstance(error, OSError) and (
            error.errno not in (None, errno.ENOENT) or error.filename == OUTPUT
        ):
            evidence = evidence_of(error, where)
            code = PUBLISH_CODES[evidence["reason"]]
            where, expected, text = evidence["where"], "a file system that answers", evidence["found"]
            if where == OUTPUT:
                expected = "an answer that can be written"
        found = setting_error(error) or EngineError(code, where=where, expected=expected, found=text)
        found.__cause__ = error
        error = found
    if show_traceback:
        write_error(shown_lines("".join(traceback.format_exception(error))))
    if as_json:
        with suppress(OSError):  # standard error says it as well
            write_json(error_json(error))
    print_error(error)
    return error.exit_code


if __name__ == "__main__":
    main()
