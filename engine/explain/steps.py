"""The shape of an explanation: steps with their values, the laws that must hold, and stored beside derived values."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

__all__ = [
    "Check",
    "Comparison",
    "Explanation",
    "Scalar",
    "Source",
    "Step",
    "Terms",
    "Value",
    "hex_word",
    "same_bits",
    "ulps_between",
]

Scalar: TypeAlias = int | float | bool | str | None

_WORD_DIGITS: Final = 16


def hex_word(word: int) -> str:
    """A 64-bit word as 16 hexadecimal digits."""
    return f"{word:0{_WORD_DIGITS}x}"


def _bits(value: float) -> int:
    return int.from_bytes(struct.pack(">d", value), "big")


def same_bits(stored: Scalar, derived: Scalar) -> bool:
    """Whether two values are the same: numbers of binary64 bit for bit, the rest by type and value."""
    if isinstance(stored, float) and isinstance(derived, float):
        return _bits(stored) == _bits(derived)
    return type(stored) is type(derived) and stored == derived


def ulps_between(one: float, other: float) -> int | None:
    """How many binary64 numbers one lies from the other; None where one is not finite."""
    if not (math.isfinite(one) and math.isfinite(other)):
        return None
    places = []
    for bits in (_bits(one), _bits(other)):
        places.append(-(bits & ~(1 << 63)) if bits >> 63 else bits)
    return abs(places[0] - places[1])


def _plain(value: Scalar) -> Any:
    """A value for JSON: binary64 numbers as decimal (None unless finite) and hexadecimal."""
    if isinstance(value, float):
        return {"decimal": value if math.isfinite(value) else None, "hex": value.hex()}
    return value


@dataclass(frozen=True, slots=True)
class Value:
    """One named value of a step; `note` says its unit or where it comes from."""

    name: str
    value: Scalar
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The value as plain values."""
        return {"name": self.name, "value": _plain(self.value), "note": self.note}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a sum or the cells of a table, in order; `focus` are the rows that the explanation is about."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[Scalar, ...]]
    focus: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """All rows as plain values."""
        return {
            "columns": list(self.columns),
            "rows": [[_plain(cell) for cell in row] for row in self.rows],
            "focus": sorted(self.focus),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a derivation: what is computed, why, and the values that it gives."""

    title: str
    why: str
    values: tuple[Value, ...] = ()
    terms: Terms | None = None

    def as_json(self) -> dict[str, Any]:
        """The step as plain values."""
        return {
            "title": self.title,
            "why": self.why,
            "values": [value.as_json() for value in self.values],
            "terms": self.terms.as_json() if self.terms is not None else None,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """A law that the values must keep beside being equal, such as a sum of 1."""

    law: str
    found: Scalar
    bound: Scalar
    holds: bool

    def as_json(self) -> dict[str, Any]:
        """The check as plain values."""
        return {
            "law": self.law,
            "found": _plain(self.found),
            "bound": _plain(self.bound),
            "holds": self.holds,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """A stored value beside the one derived."""

    name: str
    stored: Scalar
    derived: Scalar

    @property
    def matches(self) -> bool:
        """Whether both are the same, bit for bit."""
        return same_bits(self.stored, self.derived)

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain values."""
        return {
            "name": self.name,
            "stored": _plain(self.stored),
            "derived": _plain(self.derived),
            "match": self.matches,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """A dataset that was read, how it is vouched for, and the digest that was compared."""

    dataset: str
    vouched: str
    digest: str

    def as_json(self) -> dict[str, str]:
        """The source as plain values."""
        return {"dataset": self.dataset, "vouched_for_by": self.vouched, "digest": self.digest}


@dataclass
class Explanation:
    """How one row follows from what was sealed, and whether the stored row is that one."""

    state: str
    dataset: str
    title: str
    run_id: str
    key: dict[str, Scalar] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    sources: Sequence[Source] = ()
    steps: list[Step] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)

    def step(self, title: str, why: str, *values: Value, terms: Terms | None = None) -> None:
        """Add a step."""
        self.steps.append(Step(title, why, values, terms))

    def check(self, law: str, found: Scalar, bound: Scalar, holds: bool) -> bool:
        """Add a law that must hold; whether it does."""
        self.checks.append(Check(law, found, bound, holds))
        return holds

    def compare(self, name: str, stored: Scalar, derived: Scalar) -> None:
        """Put a stored value beside the derived one."""
        self.comparisons.append(Comparison(name, stored, derived))

    def compare_row(self, stored: Mapping[str, Scalar] | None, derived: Mapping[str, Scalar]) -> None:
        """Put the columns of a stored row, None where there is no such row, beside the derived ones."""
        for name, value in derived.items():
            self.compare(name, stored[name] if stored is not None else None, value)

    @property
    def matches(self) -> bool:
        """Whether every stored value is the derived one and every law holds; never so with nothing compared."""
        return (
            bool(self.comparisons)
            and all(comparison.matches for comparison in self.comparisons)
            and all(check.holds for check in self.checks)
        )

    @property
    def verdict(self) -> str:
        """MATCH or MISMATCH."""
        return "MATCH" if self.matches else "MISMATCH"

    def as_json(self) -> dict[str, Any]:
        """The whole explanation as plain values."""
        return {
            "state": self.state,
            "dataset": self.dataset,
            "title": self.title,
            "run_id": self.run_id,
            "key": dict(self.key),
            "choices": list(self.choices),
            "sources": [source.as_json() for source in self.sources],
            "steps": [
                {"number": number, **step.as_json()} for number, step in enumerate(self.steps, start=1)
            ],
            "checks": [check.as_json() for check in self.checks],
            "comparisons": [comparison.as_json() for comparison in self.comparisons],
            "verdict": self.verdict,
        }
