"""The standard streams as they may be: missing, closed, replaced, of few characters, full, or without a reader.

A service starts a program without them, Python without a console has None in their place, notebooks and tests put
objects there that know `write` alone. What is written through this module is never refused for a character: what the
stream's encoding lacks is written as an escape. What cannot be written to standard output is an error, since it is the
answer; standard error is told what it takes, and a stream that is not there takes nothing.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TextIO, cast

from codegen.runtime.shown_text import escaped_for, json_text

__all__ = [
    "OUTPUT",
    "Outlet",
    "error_output",
    "fitted_streams",
    "is_terminal",
    "output",
    "write_error",
    "write_json",
]

OUTPUT: Final = "standard output"
"""How an error names the place that the answer goes to."""


def is_terminal(stream: object) -> bool:
    """Whether a person sits at the other end; a stream that does not know is none."""
    try:
        return bool(cast(Any, stream).isatty())
    except Exception:  # None, closed, or an object that knows `write` alone
        return False


class Outlet:
    """A text stream over whatever stands in a standard stream's place; see the module.

    It is no io.TextIOBase, which would close the stream with itself.

    Args:
        stream: what stands there; None takes everything and keeps nothing.
        answers: whether a failure to write is an error.
    """

    def __init__(self, stream: object, *, answers: bool) -> None:
        self.stream: Any = stream
        self.answers = answers
        self.escaped = False
        """Whether a character was written as an escape, since the encoding lacks it."""

    @property
    def encoding(self) -> str:
        """The encoding of the stream; UTF-8 where it names none, since it takes text as it is."""
        name = getattr(self.stream, "encoding", None)
        return name if isinstance(name, str) and name else "utf-8"

    @property
    def speaks_utf8(self) -> bool:
        """Whether every character can be written, and stands in UTF-8."""
        try:
            return codecs.lookup(self.encoding).name == "utf-8"
        except LookupError:
            return False

    def isatty(self) -> bool:
        """Whether a person sits at the other end."""
        return is_terminal(self.stream)

    def fileno(self) -> int:
        """The descriptor, where there is one; OSError where there is none."""
        try:
            return int(self.stream.fileno())
        except (AttributeError, TypeError, ValueError) as error:
            raise io.UnsupportedOperation("fileno") from error

    def writable(self) -> bool:
        """That text may be written."""
        return True

    def write(self, text: str, /) -> int:
        """Write text, with escapes for the characters that the encoding lacks.

        Raises:
            OSError: an answer cannot be written; its filename is `OUTPUT`.
        """
        if not isinstance(text, str):
            raise TypeError(f"text is written here, not {type(text).__name__}")
        if text and self._is_open():
            with self._told():
                try:
                    self.stream.write(text)
                except UnicodeEncodeError:
                    self.escaped = True
                    self.stream.write(escaped_for(text, self.encoding))
        return len(text)

    def write_document(self, text: str) -> None:
        """Write ASCII text whose bytes may not depend on the stream's encoding, such as JSON."""
        buffer = getattr(self.stream, "buffer", None)
        try:
            spelled_alike = "{".encode(self.encoding) == b"{"
        except LookupError:
            spelled_alike = True
        if spelled_alike or buffer is None or not self._is_open():
            self.write(text)
            return
        with self._told():
            self.stream.flush()
            buffer.write(text.encode("utf-8"))

    def flush(self) -> None:
        """Hand on what was written; errors as in `write`."""
        if self._is_open() and hasattr(self.stream, "flush"):
            with self._told():
                self.stream.flush()

    def give_up(self) -> None:
        """Let what could not be handed on go nowhere, and quietly, when the interpreter ends."""
        with suppress(OSError, ValueError):
            number = self.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)

    def _is_open(self) -> bool:
        return self.stream is not None and not getattr(self.stream, "closed", False)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if self.answers:
                raise OSError(error.errno, error.strerror or str(error), OUTPUT) from error
        except UnicodeError:
            raise
        except Exception:
            if self.answers:
                raise


def output() -> Outlet:
    """Where answers go: standard output as it stands now."""
    stream = sys.stdout
    return stream if isinstance(stream, Outlet) else Outlet(stream, answers=True)


def error_output() -> Outlet:
    """Where the story and errors go: standard error as it stands now."""
    stream = sys.stderr
    return stream if isinstance(stream, Outlet) else Outlet(stream, answers=False)


def write_error(text: str) -> None:
    """Write to standard error what it takes; nothing that it does is an error."""
    outlet = error_output()
    outlet.write(text)
    outlet.flush()


def write_json(value: Any) -> None:
    """One JSON document on standard output: UTF-8, and on a stream of another encoding ASCII."""
    outlet = output()
    outlet.write_document(json_text(value, indent=2, only_ascii=not outlet.speaks_utf8) + "\n")


def _is_readable(stream: object) -> bool:
    return hasattr(stream, "readline") and not getattr(stream, "closed", False)


@contextmanager
def fitted_streams() -> Iterator[None]:
    """Standard streams that every library can write to, as long as the context lasts.

    Descriptors that were closed are held, so that no file that is opened later takes the place of a stream.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # the lowest that is free, which is this one
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
    plain = sys.stdin, sys.stdout, sys.stderr
    if not _is_readable(sys.stdin):
        sys.stdin = io.StringIO()
    elif isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="backslashreplace")  # an answer that is no text is no yes
    sys.stdout, sys.stderr = cast(TextIO, output()), cast(TextIO, error_output())
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = plain
