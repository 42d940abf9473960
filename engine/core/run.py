"""A run: its folder, its identity, and what a law may know of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from codegen.runtime.cards import DatasetSpec, GateInput
from codegen.runtime.findings import Finding
from codegen.runtime.paths import Token
from engine.core.blocks import Executor, SerialExecutor
from engine.core.identity import RunIdentity

ValueT = TypeVar("ValueT")

CONFIG_FOLDER: Final = "config"
"""Where in a run its policies lie (spec/identity-and-seals.md, section 1)."""
DRAWN_AGAIN: Final = "drawn_again"
"""The figure under which a bundle's law notes what it drew again: by state, how many blocks of how many."""


@dataclass(frozen=True, slots=True)
class WorldKey:
    """What a world depends on, so that a changed policy moves no shop; the builder's streams derive from the first two.

    All are hex64: SHA-256 of the canonical form of the recipe's world section, of the source digests, and of the
    canonical form of the recipe's horizon, demand and scenarios.
    """

    recipe_world_sha256: str
    sources_sha256: str
    recipe_demand_sha256: str = ""

    @property
    def text(self) -> str:
        """What the streams derive from as one identity token, `world`."""
        return f"{self.recipe_world_sha256}:{self.sources_sha256}"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """A run on disk."""

    root: Path
    identity: RunIdentity
    receipt: Mapping[str, Any]

    @property
    def requested(self) -> dict[str, tuple[str, ...]]:
        """The values of splitting tokens that the user asked for; a token that is not there is asked for in full."""
        scenarios = self.receipt.get("scenario_set")
        return {} if scenarios is None else {"scenario_id": tuple(scenarios)}

    @property
    def config(self) -> Path:
        """The folder of the run's sealed policies."""
        return self.root / CONFIG_FOLDER

    @property
    def tokens(self) -> dict[str, Token]:
        """The path tokens that a run fixes."""
        return {
            "seed": self.identity.seed,
            "manifest_fingerprint": self.identity.manifest_fingerprint,
            "parameter_hash": self.identity.parameter_hash,
            "run_id": self.identity.run_id,
        }

    def path(self, dataset: DatasetSpec, tokens: Mapping[str, Token] | None = None) -> Path:
        """Where a dataset's file or folder of part files lies."""
        return self.root / dataset.path.resolve({**self.tokens, **(tokens or {})})

    def folder(self, dataset: DatasetSpec, tokens: Mapping[str, Token] | None = None) -> Path:
        """The folder that is published for a dataset."""
        return self.root / dataset.path.folder({**self.tokens, **(tokens or {})})

    def partition(self, dataset: DatasetSpec, tokens: Mapping[str, Token] | None = None) -> dict[str, str]:
        """The dataset's partition tokens with their texts."""
        return dataset.path.partition({**self.tokens, **(tokens or {})})


@dataclass
class RunNotes:
    """Figures and warnings that a law leaves for the run report. Safe to use from several threads."""

    figures: dict[str, Any] = field(default_factory=dict)
    warnings: list[Finding] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, name: str, value: Any) -> None:
        """Put a figure into the run report."""
        with self._lock:
            self.figures[name] = value

    def warn(self, finding: Finding) -> None:
        """Put a warning into the run report and the log."""
        with self._lock:
            self.warnings.append(finding)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a bundle is made of, beside its state's typed inputs: bytes as published, and what was published."""

    files: Mapping[str, bytes]
    """The declared documents and policies as their files hold them, by dataset id."""
    records: tuple[Mapping[str, Any], ...]
    """The publish records of the segment's earlier states, in ASCII order of their paths."""


class _Derived:
    """One value made of one object. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inputs: Any = None
        self._value: Any = None

    def of(self, inputs: Any, make: Callable[[], ValueT]) -> ValueT:
        """The value of these inputs, the object itself, not another one that equals it."""
        with self._lock:
            if self._inputs is not inputs:
                self._value, self._inputs = make(), inputs
            value: ValueT = self._value
            return value

    def give(self, inputs: Any, value: Any) -> None:
        """Let a value be the one of these inputs."""
        with self._lock:
            self._inputs, self._value = inputs, value

    @property
    def value(self) -> Any:
        """The value; None where none was made."""
        with self._lock:
            return self._value


@dataclass(frozen=True)
class Run:
    """What a law may know of its run: identity, digests, the world builder's sources, a bundle's evidence."""

    identity: RunIdentity
    tokens: Mapping[str, Token]
    sealed: Mapping[str, GateInput]
    notes: RunNotes
    world_key: WorldKey | None = None
    reference: Any = None
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digests of the declared inputs, by dataset id, as the state's publish records state them."""
    evidence: Evidence | None = None
    requested: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The values of splitting tokens, such as scenario_id, that the user asked for; without a token: all of them."""
    executor: Executor = field(default_factory=SerialExecutor, repr=False, compare=False)
    """Runs the blocks of a law that looks at many of them and is no law of blocks itself."""
    _derived: _Derived = field(default_factory=lambda: _Derived(), repr=False, compare=False)

    @property
    def created(self) -> np.datetime64:
        """created_utc as microseconds since the epoch, UTC."""
        return np.datetime64(self.identity.created_utc.removesuffix("Z"), "us")

    def apart(self) -> Run:
        """The same run with notes and derived values of its own, for a law that is asked in passing."""
        return replace(self, notes=RunNotes(), _derived=_Derived())

    def derived(self, inputs: Any, make: Callable[[], ValueT]) -> ValueT:
        """What law and validators of a state both derive from its inputs, made by whoever asks first.

        Args:
            inputs: the state's inputs; other ones give another value.
            make: makes it; called at most once for these inputs.
        """
        return self._derived.of(inputs, make)

    @property
    def found_out(self) -> Any:
        """What law and validators derived from the state's inputs; None where they derived nothing."""
        return self._derived.value

    def give(self, inputs: Any, value: Any) -> None:
        """Let law and validators take what was derived of the same inputs before, instead of deriving it again."""
        self._derived.give(inputs, value)

    def note(self, name: str, value: Any) -> None:
        """Put a figure into the run report."""
        self.notes.note(name, value)

    def warn(self, finding: Finding) -> None:
        """Put a warning into the run report and the log."""
        self.notes.warn(finding)
