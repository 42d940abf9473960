"""The roster of a run: made or imported, published once; and the run that belongs to a roster.

Source: spec/world.md 5; spec/identity-and-seals.md, sections 1, 6 and 7. A roster is an input of its run: another one
makes another run, which has the same policies, seed, label and sources as the run that it was made from.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from codegen.runtime.findings import Finding
from engine.core import digests, identity, publish, seals, story
from engine.core.blocks import Block, blocks_of
from engine.core.errors import EngineError, Failure, LockHeld
from engine.core.failure_codes import engine_error
from engine.core.inputs import opened
from engine.core.lock import run_lock
from engine.core.run import RunFolder, WorldKey
from engine.core.runner import RunContext
from engine.execute import plan, prepare, session
from generated.datasets import BY_ID
from generated.errors.engine import CONTRACT, SEAL, USE, WORLD

if TYPE_CHECKING:
    from codegen.runtime.tables import Table
    from engine.world.roster import Merchants, RosterLaw
    from engine.world.roster_import import ReadBlock, RosterChecks, RowProblem

__all__ = [
    "ImportedRoster",
    "RosterOptions",
    "RosterResult",
    "chosen_run_inputs",
    "ensure_roster",
    "imported_roster_run",
    "made_roster_run",
    "roster_findings",
]

DATASET: Final = BY_ID["s5_arrival_roster"]
CATALOGUE: Final = BY_ID["outlet_catalogue"]
LABELS: Final = BY_ID["merchant_id_map"]
POLICY: Final = BY_ID["day_effect_policy_v1"]
IMPORTED: Final = "roster"
MADE: Final = "roster_spec"
STAGE: Final = "roster"
MOST_ROWS: Final = 100_000 * DATASET.block_size
"""As many rows as fill the parts that five digits can number."""
PROBLEMS_SHOWN: Final = 50
REPORTS_FOLDER: Final = "import-reports"
_STAGING: Final = ".roster-"


class RosterOptions(NamedTuple):
    """What the user asked for; None where nothing was said. `per_merchant` and `rows` exclude each other."""

    per_merchant: int | None = None
    rows: int | None = None
    day: str | None = None


class RosterResult(NamedTuple):
    """What became of a run's roster: `made` or `reused`, with its rows, bytes and content digest."""

    status: str
    rows: int
    bytes: int
    content_digest: str


class _Effective(NamedTuple):
    """The roster that a recipe and options come to; `day` is None for all days of the plan."""

    per_merchant: int
    rows: int | None
    day: str | None


# -- identity --------------------------------------------------------------------------------------------------


def _plan_days(folder: RunFolder) -> tuple[np.datetime64, np.datetime64]:
    """The first and the last day of the plan, from the run's policy."""
    days = opened(folder, POLICY).day_range
    first, last = (np.datetime64(str(day), "D") for day in (days.start_day, days.end_day))
    if last < first:
        raise EngineError(
            WORLD.ROSTER_ROW_INVALID,
            where=f"{POLICY.id} /day_range",
            expected="days that run forwards",
            found=f"{first} to {last}",
        )
    return first, last


def _effective(options: RosterOptions, recipe: Mapping[str, Any], first_day: str) -> _Effective:
    roster = recipe["roster"]
    rows = options.rows if options.per_merchant is None else None
    if options.rows is None and options.per_merchant is None:
        rows = roster.get("rows")
    day = options.day or roster.get("day")
    if rows is not None:
        return _Effective(0, rows, str(day) if day is not None else None)
    per_merchant = options.per_merchant or roster["per_merchant"]
    return _Effective(per_merchant, None, str(day) if day is not None else first_day)


def differing_options(
    options: RosterOptions, recipe: Mapping[str, Any], first_day: str
) -> dict[str, int | str]:
    """The options by which a roster differs from the recipe's; naming what would be so anyway is no difference.

    Args:
        options: what the user asked for.
        recipe: the run's recipe.
        first_day: the first day of the plan, on which the arrivals fall when neither says a day and rows is not given.
    """
    wanted, default = (_effective(o, recipe, first_day) for o in (options, RosterOptions()))
    found: dict[str, int | str] = {}
    if wanted.rows != default.rows or wanted.per_merchant != default.per_merchant:
        if wanted.rows is not None:
            found["rows"] = wanted.rows
        else:
            found["per_merchant"] = wanted.per_merchant
    if (
        options.day is not None
        and wanted.day != _effective(options._replace(day=None), recipe, first_day).day
    ):
        found["day"] = options.day
    return found


def chosen_run_inputs(options: RosterOptions, recipe: Mapping[str, Any], first_day: str) -> dict[str, str]:
    """What a made roster adds to the inputs of its run: nothing where the recipe's own run makes it by itself."""
    differing = differing_options(options, recipe, first_day)
    if not differing and recipe["roster"]["made_by_default"]:
        return {}
    return {MADE: identity.roster_spec_digest(dict(differing))}


def _run_inputs(folder: RunFolder) -> dict[str, str]:
    return {entry["id"]: entry["sha256_hex"] for entry in folder.receipt["run_inputs"]}


def _sibling(base: RunFolder, inputs: Mapping[str, str], *, wait: bool) -> RunFolder:
    """The run with a run's policies, seed, label, sources and other inputs, and this roster."""
    kept = {name: digest for name, digest in _run_inputs(base).items() if name not in (IMPORTED, MADE)}
    return prepare.prepared_run(
        prepare.folder_policies(base.config),
        runs_root=base.root.parent,
        ingress={entry["id"]: entry["sha256_hex"] for entry in base.receipt["ingress"]},
        seed=base.identity.seed,
        label=base.identity.label,
        run_inputs={**kept, **inputs},
        scenarios=base.receipt.get("scenario_set"),
        wait=wait,
    )


def _usable(base: RunFolder) -> None:
    """Refuse a run of other contracts, or one whose policies were edited, as the model of another run."""
    prepare.require_same_contracts(base)
    try:
        prepare.require_true_receipt(base)
    except Failure as failure:
        raise engine_error(failure) from failure


def _recipe(folder: RunFolder) -> Mapping[str, Any]:
    return prepare.folder_policies(folder.config).recipe


# -- making ----------------------------------------------------------------------------------------------------


def _require_usable(
    options: RosterOptions, first: np.datetime64, last: np.datetime64, source: str = "--"
) -> None:
    """Refuse options that contradict each other or that no roster can meet; `source` says where they come from."""
    if options.rows is not None and options.per_merchant is not None:
        raise EngineError(
            USE.OPTIONS_EXCLUDE_EACH_OTHER,
            where="--rows and --per-merchant",
            expected="one of them",
            found="both",
        )
    for name, value in (("rows", options.rows), ("per-merchant", options.per_merchant)):
        if value is not None and not 1 <= value <= MOST_ROWS:
            expected = f"a number from 1 to {MOST_ROWS}"
            raise EngineError(USE.BAD_OPTION, where=f"{source}{name}", expected=expected, found=value)
    if options.day is not None and not _in_plan(options.day, first, last):
        expected = f"a day of the plan, {first} to {last}"
        raise EngineError(USE.BAD_OPTION, where=f"{source}day", expected=expected, found=options.day)


def _in_plan(text: str, first: np.datetime64, last: np.datetime64) -> bool:
    """Whether a text is a day, in the form YYYY-MM-DD, from the first to the last day of the plan."""
    try:
        day = np.datetime64(text, "D")
    except ValueError:
        return False
    return str(day) == text and bool(first <= day <= last)


def made_roster_run(
    base: RunFolder, options: RosterOptions, *, jobs: int | None = None, wait: bool = True
) -> tuple[RunFolder, RosterResult]:
    """The run of a made roster, with its world and roster there; the run that it was made from stays as it is.

    With the recipe's own options this is the recipe's run.

    Raises:
        EngineError: options that no roster can meet, or a state of the world that fails.
    """
    _usable(base)
    first, last = _plan_days(base)
    _require_usable(options, first, last)
    folder = _sibling(base, chosen_run_inputs(options, _recipe(base), str(first)), wait=wait)
    session.run_states(folder, plan.world_cards(), jobs=jobs, wait=wait)
    with _locked(folder, wait):
        result = ensure_roster(folder, session.run_context(folder, jobs), options)
    if result is None:
        raise EngineError(
            WORLD.ROSTER_ABSENT, where=folder.identity.run_id, expected="a roster", found="none was made"
        )
    return folder, result


@contextmanager
def _locked(folder: RunFolder, wait: bool) -> Iterator[None]:
    try:
        with run_lock(folder.root, wait=wait):
            yield
    except Failure as failure:
        raise engine_error(failure) from failure


def ensure_roster(
    folder: RunFolder, context: RunContext, options: RosterOptions | None = None
) -> RosterResult | None:
    """The run's roster, made now if it should have one and has none; None for a run that has no roster.

    The caller holds the run's lock, and the states of the world were run.

    Args:
        folder: the run.
        context: gives the executor and the world key.
        options: the options of a run that was made for them; None for the recipe's.

    Raises:
        EngineError: ROSTER_ABSENT when the run belongs to a roster that is not there and that the recipe does not give.
        SealFailure: the published roster, or the merchants that it is made from, do not hold.
    """
    record = publish.read_record(folder.root, DATASET.id, folder.partition(DATASET))
    if record is not None:
        return _result("reused", seals.check_published(folder, DATASET))
    recipe = _recipe(folder)
    first, last = _plan_days(folder)
    inputs = _run_inputs(folder)
    roster = {name: digest for name, digest in inputs.items() if name in (IMPORTED, MADE)}
    wanted = chosen_run_inputs(options or RosterOptions(), recipe, str(first))
    if roster and roster != wanted:
        name, digest = next(iter(roster.items()))
        raise EngineError(
            WORLD.ROSTER_ABSENT,
            where=f"run {folder.identity.run_id}",
            expected=f"the roster whose {name} is {digest}",
            found="none",
        )
    if not roster and not recipe["roster"]["made_by_default"]:
        return None
    effective = _effective(options or RosterOptions(), recipe, str(first))
    _require_usable(RosterOptions(rows=effective.rows, day=effective.day), first, last, "recipe roster ")
    key = context.world_key or prepare.receipt_world_key(folder)
    law = _law(effective, _merchants(folder), folder.identity.seed, first, last, key)
    if not 1 <= law.rows <= MOST_ROWS:
        raise EngineError(
            USE.BAD_OPTION,
            where="--per-merchant",
            expected=f"at most {MOST_ROWS} arrivals in all",
            found=law.rows,
        )
    fields = _made_from(folder, effective, (first, last), key)
    story.tell(f"roster: {law.rows:,} arrivals")
    return _made(folder, context, law, fields)


def _law(
    effective: _Effective,
    merchants: Merchants,
    seed: int,
    first: np.datetime64,
    last: np.datetime64,
    key: WorldKey,
) -> RosterLaw:
    from engine.world.roster import EqualRoster, SpreadRoster

    if effective.rows is None:
        return EqualRoster(merchants, seed, effective.per_merchant, np.datetime64(str(effective.day), "D"))
    if effective.day is not None:
        first = last = np.datetime64(effective.day, "D")
    days = int((last - first).astype(np.int64)) + 1
    return SpreadRoster(merchants, seed, effective.rows, first, days, key)


def _merchants(folder: RunFolder) -> Merchants:
    from engine.world.roster import Merchants

    catalogue = opened(folder, CATALOGUE).read()
    return Merchants.of(catalogue.merchant_id, catalogue.site_count)


class _Provenance(NamedTuple):
    inputs: Mapping[str, str]
    inputs_key: str


def _made_from(
    folder: RunFolder, effective: _Effective, plan_days: tuple[np.datetime64, np.datetime64], key: WorldKey
) -> _Provenance:
    """What the record of a made roster says of its inputs."""
    catalogue = seals.check_published(folder, CATALOGUE)
    options = {name: value for name, value in effective._asdict().items() if value is not None}
    options["plan"] = [str(day) for day in plan_days]
    return _Provenance(_made_inputs(folder, catalogue), _key(folder, options, catalogue, key))


def _made_inputs(folder: RunFolder, catalogue: Mapping[str, Any]) -> dict[str, str]:
    return {
        CATALOGUE.id: catalogue["content_digest"],
        POLICY.id: seals.digest_of(folder, POLICY),
        prepare.RECIPE: seals.digest_of(folder, BY_ID[prepare.RECIPE]),
        **{name: digest for name, digest in _run_inputs(folder).items() if name in (IMPORTED, MADE)},
    }


def _imported_from(folder: RunFolder, sha256_hex: str) -> _Provenance:
    """What the record of an imported roster says of its inputs."""
    inputs = {
        CATALOGUE.id: seals.check_published(folder, CATALOGUE)["content_digest"],
        POLICY.id: seals.digest_of(folder, POLICY),
        IMPORTED: sha256_hex,
    }
    key = digests.value_digest(
        {
            "law_version": folder.identity.law_version,
            "contract": {"schema_ref": DATASET.schema_ref, "version": DATASET.version},
            "inputs": {IMPORTED: sha256_hex},
        }
    )
    return _Provenance(inputs, key)


def _key(
    folder: RunFolder, options: Mapping[str, Any], catalogue: Mapping[str, Any], key: WorldKey | None
) -> str:
    """The inputs key of a roster (spec/identity-and-seals.md, section 7): what its rows follow from, no more."""
    return digests.value_digest(
        {
            "law_version": folder.identity.law_version,
            "contract": {"schema_ref": DATASET.schema_ref, "version": DATASET.version},
            "inputs": {CATALOGUE.id: catalogue["content_digest"]},
            "options": dict(options),
            "identity": {"seed": str(folder.identity.seed), "world": key.text if key is not None else ""},
        }
    )


def _made(folder: RunFolder, context: RunContext, law: RosterLaw, fields: _Provenance) -> RosterResult:
    partition = folder.partition(DATASET)
    blocks = blocks_of(law.rows, DATASET.block_size)
    content = _content_digest()
    with publish.Stage.open(folder.root, STAGE, fields.inputs_key) as stage, ExitStack() as open_:
        target = stage.dataset_folder(DATASET.id, partition)

        def written(block: Block) -> tuple[str, Table]:
            table = law.part(block)
            name = _write_part(folder, table, target, block.number)
            stage.mark_part_complete(DATASET.id, partition, name)
            return name, table

        results = open_.enter_context(closing(context.executor.results(written, blocks)))
        bar = open_.enter_context(story.progress("roster", law.rows))
        for name, table in results:
            content.add(name, table.arrow)
            bar.advance(table.num_rows)
        known = stage.complete_parts(DATASET.id, partition)
        return _published(folder, target, law.rows, content.hexdigest(), fields, known)


def _content_digest() -> digests.ContentDigest:
    from generated.tables.s2b import S5ArrivalRoster

    return digests.ContentDigest(
        [(c.name, c.type, c.nullable, c.constant) for c in S5ArrivalRoster.SPEC.columns]
    )


def _write_part(folder: RunFolder, table: Table, target: Path, number: int) -> str:
    """Check one part in full and write it; its name."""
    from codegen.runtime.checks import TableChecks
    from codegen.runtime.tables import part_name

    for violation in TableChecks(table.SPEC).violations(table.arrow, folder.tokens):
        raise EngineError(
            CONTRACT.OUTPUT_SCHEMA_INVALID,
            where=f"{DATASET.id}: {violation.where}",
            expected=violation.expected,
            found=violation.found,
        )
    name = part_name(number, DATASET.format)
    with publish.storage_failures(target):
        table.write_file(target / name)
    return name


def _published(
    folder: RunFolder,
    staged: Path,
    rows: int,
    content_digest: str,
    fields: _Provenance,
    known: Mapping[str, publish.CompletePart | digests.FileDigest],
) -> RosterResult:
    done = publish.publish(
        folder.root,
        dataset=DATASET.id,
        partition=folder.partition(DATASET),
        target=DATASET.path.folder(folder.tokens),
        staged=staged,
        fields=publish.RecordFields(
            state=DATASET.produced_by,
            law_version=folder.identity.law_version,
            rows=rows,
            content_digest=content_digest,
            inputs=fields.inputs,
            inputs_key=fields.inputs_key,
        ),
        known=known,
    )
    return RosterResult(done.status, rows, done.bytes, content_digest)


def _result(status: str, record: Mapping[str, Any]) -> RosterResult:
    size = sum(entry["bytes"] for entry in record["files"])
    return RosterResult(status, record["rows"], size, record["content_digest"])


# -- importing -------------------------------------------------------------------------------------------------


class RosterRefused(EngineError):
    """An import with rows that cannot be used; `report` lists all of them, `first` some, as lines for people."""

    report: Path
    first: tuple[str, ...]


@dataclass(frozen=True)
class ImportedRoster:
    """A user's roster in the form in which it is stored, staged beside the runs and not yet in any."""

    folder: Path
    rows: int
    sha256_hex: str
    """The folder digest of its part files: the identity of the roster, and the digest under which it is sealed."""
    content_digest: str


def imported_roster_run(
    base: RunFolder,
    file: Path,
    *,
    names: Mapping[str, str] | None = None,
    jobs: int | None = None,
    wait: bool = True,
) -> tuple[RunFolder, RosterResult]:
    """The run of a user's roster, with its world and the roster there; the run that it was made from stays as it is.

    Args:
        base: gives policies, seed, label, sources, and the merchants; the states of its world were run.
        file: CSV, Parquet or JSON Lines.
        names: for columns that bear another name in the file, that name by the roster's.
        jobs: worker threads of the world's states.
        wait: wait for a run that another process works on.

    Raises:
        RosterRefused: rows that cannot be used; nothing was made.
        EngineError: a file that cannot be read, a base without a world.
    """
    _usable(base)
    try:
        with _staged_import(base, file, names) as roster:
            folder = _sibling(base, {IMPORTED: roster.sha256_hex}, wait=wait)
            session.run_states(folder, plan.world_cards(), jobs=jobs, wait=wait)
            with run_lock(folder.root, wait=wait):
                return folder, _publish_import(folder, roster)
    except Failure as failure:
        raise engine_error(failure) from failure


@contextmanager
def _staged_import(base: RunFolder, file: Path, names: Mapping[str, str] | None) -> Iterator[ImportedRoster]:
    """The roster of a file, staged in a folder of its own under the runs root, which is gone afterwards."""
    runs_root = base.root.parent
    _remove_dead_imports(runs_root)
    with publish.storage_failures(runs_root):
        place = Path(tempfile.mkdtemp(prefix=_STAGING, dir=runs_root))
    try:
        with run_lock(place, wait=False):
            parts = place / "parts"
            parts.mkdir()
            yield _imported(base, file, names, parts)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _remove_dead_imports(runs_root: Path) -> None:
    """Remove what imports that were killed left behind; a live one holds its lock."""
    for place in runs_root.glob(f"{_STAGING}*"):
        try:
            with run_lock(place, wait=False):
                pass
        except LockHeld:
            continue
        shutil.rmtree(place, ignore_errors=True)


def _imported(base: RunFolder, file: Path, names: Mapping[str, str] | None, parts: Path) -> ImportedRoster:
    from engine.world.roster import roster_table
    from engine.world.roster_import import read_roster

    content, rows, number = _content_digest(), 0, 0
    with _Refusals(base.root.parent, file) as refusals, story.progress(f"reading {file.name}", 0) as bar:
        pieces = _Pieces(DATASET.block_size)

        def write(columns: Sequence[Any]) -> None:
            nonlocal rows, number
            table = roster_table(*columns)
            content.add(_write_part(base, table, parts, number), table.arrow)
            rows, number = rows + table.num_rows, number + 1

        for block in read_roster(file, _checks(base), names):
            refusals.take(block)
            bar.advance(block.rows)
            if refusals.count:
                continue  # every row is still looked at; none is stored
            for columns in pieces.added(block.accepted):
                write(columns)
        refusals.refuse_if_any()
        for columns in pieces.rest():
            write(columns)
    if not rows:
        raise EngineError(WORLD.ROSTER_EMPTY, where=file, expected="at least one arrival", found="no row")
    return ImportedRoster(parts, rows, digests.folder_digest(parts), content.hexdigest())


def _checks(base: RunFolder) -> RosterChecks:
    from engine.world.roster_import import RosterChecks

    seals.check_published(base, CATALOGUE)
    first, last = _plan_days(base)
    labels: dict[str, int] = {}
    if base.path(LABELS).exists():
        seals.check_published(base, LABELS)
        named = opened(base, LABELS).read()
        labels = dict(zip(named.merchant_label.decoded().tolist(), named.merchant_id.tolist(), strict=True))
    return RosterChecks(_merchants(base).merchant_id, first, last, base.identity.seed, labels)


class _Pieces:
    """Rows that come in pieces of any size, given on in pieces of one size."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: list[tuple[Any, ...]] = []
        self._rows = 0

    def added(self, columns: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The full pieces that are complete with these rows."""
        self._waiting.append(tuple(columns))
        self._rows += len(columns[0])
        if self._rows < self._size:
            return
        whole = self._joined()
        full = self._rows - self._rows % self._size
        self._waiting = [tuple(column[full:] for column in whole)]
        self._rows -= full
        for start in range(0, full, self._size):
            yield tuple(column[start : start + self._size] for column in whole)

    def rest(self) -> Iterator[tuple[Any, ...]]:
        """The last piece, if any rows are left."""
        if self._rows:
            yield self._joined()

    def _joined(self) -> tuple[Any, ...]:
        return tuple(np.concatenate(columns) for columns in zip(*self._waiting, strict=True))


class _Refusals:
    """The rows that cannot be used: all in a file that is written as they come, the first ones kept to be shown."""

    def __init__(self, runs_root: Path, file: Path) -> None:
        self.report = runs_root / REPORTS_FOLDER / f"{file.name}.errors.jsonl"
        self.count = self.rows = self.unknown = 0
        self._file = file
        self._first: list[RowProblem] = []
        self._draft: Any = None
        self._draft_path = self.report

    def __enter__(self) -> _Refusals:
        with publish.storage_failures(self.report):
            self.report.unlink(missing_ok=True)  # of an earlier import of the file
        return self

    def __exit__(self, *_error: object) -> None:
        if self._draft is not None:
            self._draft.close()
            self._draft_path.unlink(missing_ok=True)

    def take(self, block: ReadBlock) -> None:
        """Write down the problems of a block."""
        self.rows += block.rows
        if not block.problems:
            return
        if self._draft is None:
            with publish.storage_failures(self.report):
                self.report.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(prefix=f".{self.report.name}.", dir=self.report.parent)
                self._draft_path, self._draft = Path(name), os.fdopen(handle, "w", encoding="utf-8")
        self._first.extend(block.problems[: PROBLEMS_SHOWN - len(self._first)])
        self.count += len(block.problems)
        self.unknown += sum(problem.unknown_merchant for problem in block.problems)
        with publish.storage_failures(self.report):
            self._draft.writelines(self._line(problem) for problem in block.problems)

    def _line(self, problem: RowProblem) -> str:
        """One record of the contract's import_error stream."""
        record = {"file": self._file.name, **problem._asdict()}
        del record["unknown_merchant"]
        return json.dumps(record, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"

    def refuse_if_any(self) -> None:
        """Raise if any row cannot be used, after the report was put into place."""
        if not self.count:
            return
        with publish.storage_failures(self.report):
            self._draft.close()
            self._draft_path.replace(self.report)
        self._draft = None
        first = self._first[0]
        code = WORLD.ROSTER_MERCHANT_UNKNOWN if self.unknown == self.count else WORLD.ROSTER_ROW_INVALID
        error = RosterRefused(
            code,
            where=f"{self._file}:{first.line}",
            expected="every row usable",
            found=f"{first.field} {first.value!r}: {first.reason}; {self.count} problems in {self.rows} rows, "
            f"all of them in {self.report}",
        )
        error.report = self.report
        error.first = tuple(
            f"{self._file}:{p.line}: {p.field or 'the line'} {p.value!r}: {p.reason}" for p in self._first
        )
        raise error


def _publish_import(folder: RunFolder, roster: ImportedRoster) -> RosterResult:
    """Move a staged roster into its run, or find it there."""
    record = publish.read_record(folder.root, DATASET.id, folder.partition(DATASET))
    if record is not None:
        return _result("reused", seals.check_published(folder, DATASET))
    fields = _imported_from(folder, roster.sha256_hex)
    with publish.Stage.open(folder.root, STAGE, fields.inputs_key) as stage:
        target = stage.dataset_folder(DATASET.id, folder.partition(DATASET))
        with publish.storage_failures(target):
            for path in digests.folder_files(roster.folder).values():
                path.replace(target / path.name)
        return _published(folder, target, roster.rows, roster.content_digest, fields, {})


# -- verifying -------------------------------------------------------------------------------------------------


def roster_findings(folder: RunFolder) -> Iterator[Finding]:
    """What is wrong with a run's roster as it stands: its identity, record, merchants, days; nothing for none.

    An imported roster must be the one that the receipt names. Files and content digests are the publish record's
    business and are not looked at here.
    """
    record = publish.read_record(folder.root, DATASET.id, folder.partition(DATASET))
    if record is None:
        return
    yield from _record_findings(folder, record)
    inputs = _run_inputs(folder)
    if IMPORTED in inputs:
        found = digests.folder_digest(folder.folder(DATASET))
        if found != inputs[IMPORTED]:
            where = f"run_receipt run_inputs {IMPORTED}"
            yield Finding(SEAL.SEAL_DIGEST_MISMATCH, where, inputs[IMPORTED], found)
    merchants = _merchants(folder).merchant_id
    first, last = _plan_days(folder)
    row = 0
    for part in opened(folder, DATASET).parts():
        faults = functools.partial(_row_finding, row)
        known = np.isin(part.merchant_id, merchants)
        yield from faults(WORLD.ROSTER_MERCHANT_UNKNOWN, known, part.merchant_id, "a merchant of the world")
        day = part.utc_timestamp.astype("datetime64[D]")
        yield from faults(
            WORLD.ROSTER_ROW_INVALID, part.utc_day == day, part.utc_day, "the day of utc_timestamp"
        )
        inside = (part.utc_day >= first) & (part.utc_day <= last)
        yield from faults(WORLD.ROSTER_ROW_INVALID, inside, part.utc_day, f"a day from {first} to {last}")
        row += part.num_rows


def _record_findings(folder: RunFolder, record: Mapping[str, Any]) -> Iterator[Finding]:
    """What a roster's record says of its maker and its inputs, against what follows from the run.

    The receipt holds only the digest of options that were given by hand, so the inputs key of such a roster cannot be
    recomputed; its rows are bound by their content digest and by the inventory that seals them.
    """
    inputs = _run_inputs(folder)
    wanted: dict[str, Any] = {}
    if IMPORTED in inputs:
        sources, wanted["inputs_key"] = _imported_from(folder, inputs[IMPORTED])
    elif MADE in inputs:
        sources = _made_inputs(folder, seals.check_published(folder, CATALOGUE))
    else:
        plan_days = _plan_days(folder)
        effective = _effective(RosterOptions(), _recipe(folder), str(plan_days[0]))
        sources, wanted["inputs_key"] = _made_from(
            folder, effective, plan_days, prepare.receipt_world_key(folder)
        )
    wanted |= {
        "state": DATASET.produced_by,
        "law_version": folder.identity.law_version,
        "inputs": [
            {"id": name, "digest": sources[name]} for name in sorted(sources, key=lambda name: name.encode())
        ],
    }
    for name, value in sorted(wanted.items()):
        if record[name] != value:
            where = f"publish record of {DATASET.id}: {name}"
            yield Finding(SEAL.PUBLISH_RECORD_MISMATCH, where, str(value), str(record[name]))


def _row_finding(start: int, code: Any, holds: Any, values: Any, expected: str) -> Iterator[Finding]:
    wrong = np.flatnonzero(~holds)
    if wrong.size:
        where = f"{DATASET.id}: row {start + int(wrong[0])} ({wrong.size} rows of its part)"
        yield Finding(code, where, expected, str(values[wrong[0]]))
