"""What of a run is not there yet: its own preparation, states that were begun and not ended, states that never ran.

A state is finished when every output that its card declares for the run is published. One that is not was begun when a
partition of it is there, with or without its record, when a stage of it lies under tmp/, or when its last report tells
of a failure. That is no finding as long as nobody has read what is missing: the next run makes it, to the same bytes.
Where somebody has, the outputs were there once, and that they are gone is a finding.
Source: spec/robustness.md, section 10; spec/identity-and-seals.md, section 6.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from codegen.runtime.paths import PathTokenError
from engine.core import digests, identity, publish, run_reports, stages
from engine.core.errors import EngineError, Failure
from engine.core.kept_contracts import KeptContracts, KeptState
from engine.core.run import CONFIG_FOLDER, RunFolder
from engine.core.work import published_datasets, unpublished
from engine.execute import prepare
from generated import states
from generated.datasets import BY_ID
from generated.errors.engine import SEAL

PREPARATION: Final = "preparation"
_NEVER_PUBLISHED: Final = ("flag", "policy", "report")
_PREPARED: Final = (BY_ID["run_receipt"], BY_ID["contracts_ir"])
_SCENARIO: Final = "scenario_id"


@dataclass(frozen=True, slots=True)
class UnfinishedWork:
    """A piece of a run that was begun and did not end: where it stands, and how to go on."""

    state: str
    """The state's id; another word for what no state makes."""
    title: str
    missing: tuple[str, ...]
    """The outputs that are not there, each with the value of the token that splits it."""
    signs: tuple[str, ...]
    """How one knows that it was begun."""
    remedy: str

    @property
    def where(self) -> str:
        """The state by its id and title."""
        return f"{self.state} {self.title}".strip()

    def as_json(self) -> dict[str, Any]:
        """The work as plain values."""
        return {
            "state": self.state,
            "where": self.where,
            "missing": list(self.missing),
            "signs": list(self.signs),
            "remedy": self.remedy,
        }


@dataclass
class Progress:
    """How far a run has come."""

    unfinished: list[UnfinishedWork] = field(default_factory=list)
    """In the order of the contracts."""
    findings: list[Finding] = field(default_factory=list)
    """Outputs that are missing although somebody has read them."""
    unrecorded: set[Path] = field(default_factory=set)
    """Files of partitions of unfinished states that came to their place and whose record did not."""
    not_run: list[str] = field(default_factory=list)
    """States of which there is no sign."""


def unprepared(folder: RunFolder) -> UnfinishedWork | None:
    """What is missing of a run that was ended while it was prepared; None where it was not, or was touched since.

    A run that has published anything was prepared, so that what it lacks was taken away: no case of this.
    """
    if any(True for _ in _published_files(folder)) or publish.record_places(folder.root):
        return None
    sealed = {entry["id"]: entry["sha256_hex"] for entry in folder.receipt["policies"]}
    found = identity.policy_digests(folder.config) if folder.config.is_dir() else {}
    if found.keys() - sealed.keys() or any(sealed[name] != digest for name, digest in found.items()):
        return None
    missing = [f"{CONFIG_FOLDER}: policy {name}" for name in sorted(sealed.keys() - found.keys())]
    if not folder.path(BY_ID["contracts_ir"]).exists():
        missing.insert(0, folder.path(BY_ID["contracts_ir"]).relative_to(folder.root).as_posix())
    if not missing:
        return None
    remedy = (
        "Give the command that began the run once more, such as "
        f"`closedworld run --recipe {folder.receipt['recipe']} --seed {folder.identity.seed}`."
    )
    signs = ("the receipt is there, which is written first",)
    return UnfinishedWork(PREPARATION, "of the run", tuple(missing), signs, remedy)


def _published_files(folder: RunFolder) -> Iterator[Path]:
    """Every file where published data lies, and that is not written while the run is prepared."""
    prepared = {folder.path(dataset) for dataset in _PREPARED}
    tops = {
        dataset.path.template.split("/")[0]
        for dataset in BY_ID.values()
        if dataset.kind not in _NEVER_PUBLISHED and dataset not in _PREPARED
    }
    for top in sorted(tops):
        for path in (folder.root / top).rglob("*"):
            if path not in prepared and not path.is_dir():
                yield path


def progress(folder: RunFolder, kept: KeptContracts) -> Progress:
    """How far a run has come, by the contracts that it keeps; nothing is digested."""
    found, outcome = _Found.of(folder, kept), Progress()
    known = kept.states or tuple(KeptState.of(card) for card in states.CARDS)
    for state in known:
        missing = _missing(state, found)
        lying = found.lying_of(dataset.id for dataset in published_datasets(state))
        begun = found.has_any(state) or bool(lying)
        signs = (*_signs(folder, state, found), *(f"{name} has no publish record yet" for name in lying))
        if not missing and not lying:
            continue
        if not begun and not signs:
            outcome.not_run.append(state.id)
            continue
        readers = _readers(state, known, found)
        if readers and begun:
            outcome.findings += _gone(state, missing, readers)
            continue
        outcome.unfinished.append(_unfinished(folder, state, missing, signs))
        for paths in lying.values():
            outcome.unrecorded.update(paths)
    _add_what_no_state_makes(folder, known, found, outcome)
    return outcome


@dataclass
class _Found:
    """What lies in a run: partitions by dataset, those with a record and those without, and stages."""

    values: dict[str, set[str]]
    """By dataset the values of its splitting token with a record; the empty text where nothing splits it."""
    lying: dict[str, dict[str, list[Path]]]
    """By dataset the files of each partition without a record, by the partition's name."""
    stages: dict[str, int]
    """By state how many parts its stage under tmp/ holds that are wholly written."""
    scenarios: tuple[str, ...]
    """The scenarios of the world."""
    requested: tuple[str, ...]
    """Those of the run."""

    @classmethod
    def of(cls, folder: RunFolder, kept: KeptContracts) -> _Found:
        values: dict[str, set[str]] = {}
        targets = set()
        for where in publish.record_places(folder.root):
            name, tokens = _place(where)
            dataset = kept.datasets.get(name)
            if dataset is not None:
                values.setdefault(name, set()).add(tokens.get(dataset.path.split_token, ""))
                with suppress(PathTokenError):
                    targets.add(folder.folder(dataset, tokens))
        scenarios = _scenarios(folder)
        return cls(
            values,
            _lying(folder, kept, targets),
            stages.staged_parts(folder.root),
            scenarios,
            folder.requested.get(_SCENARIO, scenarios),
        )

    def lying_of(self, names: Iterable[str]) -> dict[str, list[Path]]:
        """The files of every partition without a record of some datasets, by the partition's name."""
        found: dict[str, list[Path]] = {}
        for name in names:
            found |= self.lying.get(name, {})
        return found

    def has_any(self, state: KeptState) -> bool:
        """Whether a record of the state is there."""
        return any(self.values.get(dataset.id) for dataset in state.writes)


def _place(where: str) -> tuple[str, dict[str, str]]:
    """Dataset and tokens that the place of a publish record names."""
    _, name, *parts = where.removesuffix(".json").split("/")
    pairs = (part.partition("=") for part in parts)
    return name, {token: value for token, _, value in pairs}


def _lying(folder: RunFolder, kept: KeptContracts, recorded: set[Path]) -> dict[str, dict[str, list[Path]]]:
    """The files of partitions that lie where their dataset's path says and that no record speaks of."""
    found: dict[str, dict[str, list[Path]]] = {}
    own = {name: str(value) for name, value in folder.tokens.items()}
    for name, dataset in kept.datasets.items():
        if dataset.kind in _NEVER_PUBLISHED or dataset.id in {one.id for one in _PREPARED}:
            continue
        for path in folder.root.glob(dataset.path.glob()):
            try:
                tokens = dataset.path.parse(path.relative_to(folder.root).as_posix())
            except PathTokenError:
                continue
            target = path if dataset.path.is_folder else path.parent
            if target in recorded or any(own.get(key, value) != value for key, value in tokens.items()):
                continue
            with suppress(Failure):  # links and other strange things are findings of their own
                value = tokens.get(dataset.path.split_token, "")
                files = list(digests.folder_files(target).values()) if target.is_dir() else []
                if files:
                    found.setdefault(name, {})[_named(dataset, value)] = files
    return found


def _scenarios(folder: RunFolder) -> tuple[str, ...]:
    """The scenarios of the run's recipe; none where it cannot be read, which is a finding of its own."""
    with suppress(OSError, EngineError, LookupError, TypeError):
        return prepare.recipe_scenarios(folder.path(BY_ID[prepare.RECIPE]).read_bytes())
    return ()


def _named(dataset: DatasetSpec, value: str) -> str:
    """A partition as a person would name it."""
    return f"{dataset.id} {dataset.path.split_token}={value}" if value else dataset.id


def _missing(state: KeptState, found: _Found) -> tuple[str, ...]:
    """The outputs of a state that are not published; none where it is finished."""
    values = {dataset.id: found.values.get(dataset.id, set()) for dataset in state.writes}
    lacking = unpublished(state, values)
    if not lacking:
        return ()
    names = []
    for dataset in published_datasets(state):
        token = dataset.path.split_token
        expected: set[str] = set()
        if token == _SCENARIO:
            expected = set(found.scenarios if state.kind == "world" else found.requested)
        if token and dataset.required:
            expected |= set().union(*values.values()) - {""}
        absent = expected - values[dataset.id] if dataset.required else set()
        if absent:
            names += [_named(dataset, value) for value in sorted(absent)]
        elif dataset.id in lacking:
            names.append(dataset.id)
    return tuple(names)


def _signs(folder: RunFolder, state: KeptState, found: _Found) -> Iterator[str]:
    """How one knows that a state was begun, beside what it has published."""
    if state.id in found.stages:
        parts = found.stages[state.id]
        yield f"a stage of it lies under tmp/, with {parts} whole {'part' if parts == 1 else 'parts'}"
    card = next((card for card in states.CARDS if card.id == state.id), None)
    code = run_reports.failure_of(folder, card, BY_ID) if card is not None else ""
    if code:
        yield f"its last try ended with {code}"
    there = sorted(
        _named(dataset, value) for dataset in state.writes for value in found.values.get(dataset.id, ())
    )
    if there:
        yield f"published: {', '.join(there)}"


def _readers(state: KeptState, known: Iterable[KeptState], found: _Found) -> list[str]:
    """The states that read an output of a state and have published something."""
    own = {dataset.id for dataset in state.writes}
    return [
        other.id for other in known if other.id != state.id and own & other.reads and found.has_any(other)
    ]


def _gone(state: KeptState, missing: Iterable[str], readers: list[str]) -> Iterator[Finding]:
    """Outputs that were there when somebody read them."""
    for name in missing:
        yield Finding(
            SEAL.PUBLISH_RECORD_MISMATCH,
            f"{state.id} {name}",
            f"a published partition, as there was when {', '.join(readers)} read the outputs of {state.id}",
            "none",
        )


def _unfinished(
    folder: RunFolder, state: KeptState, missing: tuple[str, ...], signs: tuple[str, ...]
) -> UnfinishedWork:
    return UnfinishedWork(state.id, state.title, missing, signs, go_on(folder))


def go_on(folder: RunFolder) -> str:
    """What to do with a run that is not finished."""
    return (
        f"Go on with `closedworld run --run {folder.identity.run_id} --runs-root {_typed(folder.root)}`: "
        "what is published stays, and the rest comes to the bytes that it would have had."
    )


def _typed(run_folder: Path) -> str:
    """A run's runs root as one would type it; bytes that are no text are shown escaped."""
    text = str(run_folder.absolute().parent)
    return shlex.quote(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _add_what_no_state_makes(
    folder: RunFolder, known: tuple[KeptState, ...], found: _Found, outcome: Progress
) -> None:
    """Partitions without a record that come from outside or from a roster, as long as nobody has read them."""
    made = {dataset.id for state in known for dataset in state.writes}
    for name in sorted(found.lying.keys() - made):
        if any(name in state.reads and found.has_any(state) for state in known):
            continue
        lying = found.lying[name]
        signs = tuple(f"{one} has no publish record yet" for one in lying)
        outcome.unfinished.append(UnfinishedWork(name, "", tuple(lying), signs, go_on(folder)))
        for paths in lying.values():
            outcome.unrecorded.update(paths)


def in_words(names: Iterable[str], order: Mapping[str, int] | None = None) -> str:
    """Ids of states as a person would list them: neighbours in the order of all states as `first to last`."""
    places = order if order is not None else _ORDER
    chosen = sorted(set(names), key=lambda name: places.get(name, len(places)))
    spans: list[list[str]] = []
    for name in chosen:
        if spans and places.get(name, -1) == places.get(spans[-1][-1], -9) + 1:
            spans[-1].append(name)
        else:
            spans.append([name])
    told = [one for span in spans for one in (span if len(span) < 3 else [f"{span[0]} to {span[-1]}"])]
    return ", ".join(told)


_ORDER: Final = {
    card.id: place for place, card in enumerate(sorted(states.CARDS, key=lambda card: card.kind != "world"))
}
