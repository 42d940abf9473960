"""Content digests of tables, taken on the way while their parts are read for something else.

A digest takes the parts of a table in order, and whoever reads parts does so on several threads. A part that comes
early waits for those before it; one that finds too many waiting is read again when its time comes, and what nobody read
is read at the end.
Source: spec/identity-and-seals.md, section 2.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from codegen.runtime.tables import Table
from engine.core.content_digest import ContentDigest
from engine.core.guard import engines_own_access

Columns = Sequence[tuple[str, str, bool, bool]]


class TableContents:
    """The content digests of the tables of a run. Safe to use from several threads."""

    def __init__(self, most: int = 1 << 20) -> None:
        """Begin without a table.

        Args:
            most: how many rows of parts that come early may wait in memory.
        """
        self._most = most
        self._tables: dict[Path, _Table] = {}

    def expect(self, columns: Columns, paths: Iterable[Path]) -> None:
        """Take the digest of a table from its parts as they are seen; all tables are named before any part is seen."""
        table = _Table(columns, paths, self._most)
        self._tables.update(dict.fromkeys(table.paths, table))

    def seen(self, path: Path, rows: Table) -> None:
        """Take the rows of a part that somebody has read; those of other tables are let go."""
        table = self._tables.get(path)
        if table is not None:
            with engines_own_access():
                table.seen(path, rows)

    def ahead(self, paths: Iterable[Path], stopped: threading.Event) -> None:
        """Take parts of a table from their files, in order, until somebody has read one or says stop.

        For whoever has a core at hand before the laws read the table: what is taken here nobody needs to hand over.
        """
        ordered = _ordered(paths)
        table = self._tables.get(ordered[0]) if ordered else None
        if table is not None:
            table.ahead(stopped)

    def digest(self, columns: Columns, paths: Iterable[Path]) -> str:
        """The digest of the table of these parts, of which those that were not seen are read now.

        Raises:
            TableMismatch, OSError and Arrow's errors, as `ContentDigest.add_file`.
        """
        ordered = _ordered(paths)
        table = self._tables.get(ordered[0]) if ordered else None
        if table is None or table.paths != ordered or table.columns != columns:
            table = _Table(columns, ordered, self._most)
        return table.hexdigest()


def _ordered(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Parts in the order of a digest."""
    return tuple(sorted(paths, key=lambda path: path.name.encode("utf-8")))


class _Table:
    """One table on its way."""

    def __init__(self, columns: Columns, paths: Iterable[Path], most: int) -> None:
        self.columns, self.paths = columns, _ordered(paths)
        self._places = {path: place for place, path in enumerate(self.paths)}
        self._most = most
        self._digest = ContentDigest(columns)
        self._lock = threading.Lock()
        self._next = 0
        """The first part that nobody has taken yet."""
        self._taking = self._being_read = self._given_up = False
        self._waiting: dict[int, Table | None] = {}
        """Parts that were seen; None for one whose rows are not in memory any more, or were never."""

    def seen(self, path: Path, rows: Table) -> None:
        """Take a part and those that waited for it; who finds another thread at it goes on with its own work."""
        place = self._places[path]
        with self._lock:
            self._being_read = True
            if self._given_up or place < self._next or place in self._waiting:
                return
            waiting = sum(one.num_rows for one in self._waiting.values() if one is not None)
            kept = place == self._next or waiting + rows.num_rows <= self._most
            self._waiting[place] = rows if kept and rows.in_memory else None
            if self._taking:
                return
            self._taking = True
        self._take_those_waiting()

    def ahead(self, stopped: threading.Event) -> None:
        """Take parts from their files while nobody reads them for something else."""
        with self._lock:
            if self._taking or self._given_up:
                return
            self._taking = True
        self._take_those_waiting(lambda: not stopped.is_set())

    def _take_those_waiting(self, others: Callable[[], bool] = lambda: False) -> None:
        """Take the next part and the next, while it waits; or where `others` may be read, while nobody reads parts."""
        while (found := self._taken(others())) is not None:
            part, held = found
            try:
                if held is None:
                    self._digest.add_file(part)
                else:
                    self._digest.add(part.name, held.arrow)
            except BaseException as error:
                self._give_up()
                if not isinstance(error, Exception):
                    raise
                # An error is told to whoever asks for the digest, when the file itself is read.

    def _taken(self, others: bool) -> tuple[Path, Table | None] | None:
        """The next part, if it was seen or may be read; else nobody is at it any more."""
        with self._lock:
            unseen = others and not self._being_read and not self._given_up and self._next < len(self.paths)
            if self._next not in self._waiting and not unseen:
                self._taking = False
                return None
            rows = self._waiting.pop(self._next, None)
            self._next += 1
            return self.paths[self._next - 1], rows

    def _give_up(self) -> None:
        """Take nothing more, and begin again from the files."""
        with self._lock:
            self._digest, self._next, self._given_up = ContentDigest(self.columns), 0, True
            self._waiting.clear()

    def hexdigest(self) -> str:
        """The digest, after the parts that were not seen have been read; asked when nobody sees any more."""
        with self._lock:
            self._given_up = True
            self._waiting.clear()
        for path in self.paths[self._next :]:
            self._digest.add_file(path)
        self._next = len(self.paths)
        return self._digest.hexdigest()
