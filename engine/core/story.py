"""The story of a run: log lines for people or machines, and progress of long steps. Everything goes to standard error.

On a terminal a long step shows a bar (how many of how many, speed, elapsed, remaining); otherwise one line each ten
seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, Protocol, TextIO, cast

from codegen.runtime.shown_text import json_text, shown, shown_lines
from codegen.runtime.streams import Outlet, error_output

LOGGER: Final = logging.getLogger("closedworld")
LINE_EVERY_SECONDS: Final = 10.0


class Progress(Protocol):
    """Receives how much was finished."""

    def advance(self, rows: int) -> None:
        """Count so many more rows, or merchants or series, as done."""
        ...


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "level": record.levelname,
            "message": record.getMessage(),
            "time": record.created,
        }
        entry.update(getattr(record, "fields", {}))
        return json_text(entry)


class _Teller(logging.Handler):
    """Writes lines to a stream, by default to standard error as it stands then; what it does not take is lost."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self.stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        outlet = error_output() if self.stream is None else Outlet(self.stream, answers=False)
        outlet.write(self.format(record) + "\n")
        outlet.flush()


def open_story(
    *, verbose: bool = False, quiet: bool = False, form: str = "text", stream: TextIO | None = None
) -> None:
    """Send log lines to standard error, as `text` for people or `json` for machines."""
    handler = _Teller(stream)
    handler.setFormatter(_JsonFormatter() if form == "json" else logging.Formatter("%(message)s"))
    LOGGER.handlers[:] = [handler]
    LOGGER.propagate = False
    LOGGER.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)


def tell(message: str, **fields: Any) -> None:
    """One line of the story; the fields are shown to machines."""
    LOGGER.info(shown(message), extra={"fields": fields})


def detail(message: str, **fields: Any) -> None:
    """A line that only a verbose story shows, such as a validator that passed."""
    LOGGER.debug(shown_lines(message), extra={"fields": fields})


def caution(message: str, **fields: Any) -> None:
    """A warning in the story."""
    LOGGER.warning(shown(message), extra={"fields": fields})


class _Lines:
    def __init__(self, title: str, total: int, unit: str) -> None:
        self.title, self.total, self.unit, self.done = title, total, unit, 0
        self.started = self.shown = time.monotonic()

    def advance(self, rows: int) -> None:
        self.done += rows
        now = time.monotonic()
        if now - self.shown >= LINE_EVERY_SECONDS:
            self.shown = now
            elapsed = now - self.started
            rate = self.done / elapsed
            left = (self.total - self.done) / rate if rate else 0.0
            tell(
                f"{self.title}: {self.done:,} of {self.total:,} {self.unit}, {rate:,.0f} {self.unit}/s, "
                f"{elapsed:.0f} s gone, {left:.0f} s left"
            )


class _Bar:
    def __init__(self, bar: Any, task: Any) -> None:
        self.bar, self.task = bar, task

    def advance(self, rows: int) -> None:
        self.bar.advance(self.task, rows)


@contextmanager
def progress(title: str, total: int, unit: str = "rows") -> Iterator[Progress]:
    """A progress bar on a terminal, a line each ten seconds elsewhere; `unit` names what is counted."""
    outlet = error_output()
    if not (outlet.isatty() and LOGGER.isEnabledFor(logging.INFO)):
        yield _Lines(title, total, unit)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}", markup=False),  # it may hold names from outside
        BarColumn(),
        MofNCompleteColumn(),
        _speed_column(unit),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=Console(file=cast(IO[str], outlet)), transient=True) as bar:
        yield _Bar(bar, bar.add_task(title, total=total))


def _speed_column(unit: str) -> Any:
    from rich.progress import ProgressColumn
    from rich.text import Text

    class SpeedColumn(ProgressColumn):
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} {unit}/s")

    return SpeedColumn()
