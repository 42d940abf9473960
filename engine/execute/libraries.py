"""With which libraries a run was made so far, where those here are others.

Another version of the Parquet library writes other bytes of the same rows; a file names its writer, so that is read
from the files themselves. What else a state was made with stands in its run report, which no seal covers: it is told so
that nobody has to guess, and decides nothing. The sources of worlds are no libraries in this sense: their digests are
part of a run's identity.
Source: spec/robustness.md, section 9.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import StateCard
from codegen.runtime.paths import PathTokenError
from engine.core import publish, run_reports
from engine.core.errors import SealFailure
from engine.core.run import RunFolder
from engine.core.table_files import own_writer, shown_writer, writer_of
from engine.core.work import unpublished
from engine.execute.plan import implemented_cards
from generated import states
from generated.datasets import BY_ID

__all__ = ["OtherVersion", "is_unfinished", "other_versions"]

_COMPUTE: Final = ("closedworld", "numpy", "numba", "llvmlite")
_ROSTER: Final = "roster"
"""Stands for what no state makes: the roster of arrivals."""
_NAMED: Final = 4
"""As many states are named; of more the first and the last, and how many."""


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """A library of another version than the one here, and what it made of a run."""

    made_with: str
    here: str
    states: tuple[str, ...]
    """In order of the plan, the roster after them."""
    writes_tables: bool
    """Whether it decides bytes of files; otherwise nothing that is published follows from it."""

    @property
    def text(self) -> str:
        """What people are told."""
        planned = [state for state in self.states if state != _ROSTER]
        named = planned
        if len(planned) > _NAMED:
            named = [f"{planned[0]} to {planned[-1]} ({len(planned)} states)"]
        where = ", ".join([*named, *(["the roster"] if _ROSTER in self.states else [])])
        if self.writes_tables:
            return (
                f"{self.made_with} wrote {where}, here is {self.here}: what is made now has the same rows and content "
                "digests, and other bytes of files; what is published stays as it is"
            )
        return f"{where} made with {self.made_with}, here is {self.here}: the pinned laws give the same"

    def as_json(self) -> dict[str, Any]:
        """The version as plain values."""
        return {**asdict(self), "states": list(self.states)}


@dataclass
class _Held:
    """What the publish records of one state tell."""

    values: dict[str, list[str]] = field(default_factory=dict)
    """By dataset the published values of its splitting token."""
    tables: list[Path] = field(default_factory=list)
    """The first file of each partition of a table: a partition has one writer."""


def other_versions(folder: RunFolder) -> list[OtherVersion]:
    """The libraries of other versions that made what a run holds; one footer a partition and the reports are read."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    held, here = _held(folder), run_reports.libraries()
    order = {card.id: card for card in implemented_cards()}
    for state in [*(name for name in order if name in held), *sorted(held.keys() - order.keys())]:
        for writer in sorted({writer_of(path) for path in held[state].tables} - {"", own_writer()}):
            found.setdefault((shown_writer(writer), shown_writer(own_writer()), True), []).append(state)
        said = run_reports.libraries_of(folder, order[state], BY_ID) if state in order else {}
        for name in _COMPUTE:
            made, now = said.get(name, run_reports.ABSENT), here[name]
            if run_reports.ABSENT not in (made, now) and made != now:
                found.setdefault((f"{name} {made}", f"{name} {now}", False), []).append(state)
    ordered = sorted(found.items(), key=lambda item: (not item[0][2], item[0]))
    return [OtherVersion(made, now, tuple(states), writes) for (made, now, writes), states in ordered]


def is_unfinished(folder: RunFolder, cards: Sequence[StateCard]) -> bool:
    """Whether a run has yet to publish something of these states, by its records alone."""
    held = _held(folder)
    return any(unpublished(card, _values(held.get(card.id))) for card in cards)


def _values(held: _Held | None) -> Mapping[str, Collection[str]]:
    return held.values if held is not None else {}


def _held(folder: RunFolder) -> dict[str, _Held]:
    """What a run holds by state; records that cannot be read are left to those who check them."""
    found: dict[str, _Held] = {}
    places: dict[str, Path] = {}
    with suppress(SealFailure):
        places = publish.record_places(folder.root)
    for where, path in places.items():
        with suppress(SealFailure, PathTokenError, KeyError):
            record = publish.placed_record(path, where)
            dataset, tokens = BY_ID[record["dataset"]], publish.partition_tokens(record)
            state = record["state"] if record["state"] in states.BY_ID else _ROSTER
            own = found.setdefault(state, _Held())
            own.values.setdefault(dataset.id, []).append(tokens.get(dataset.path.split_token, ""))
            if dataset.format == "parquet":
                own.tables += [
                    folder.folder(dataset, tokens) / entry["path"] for entry in record["files"][:1]
                ]
    return found
