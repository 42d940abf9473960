"""Validation of a state's outputs in full.

First the generated checks, then the checks shared by all states, then the state's own validators.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from codegen.runtime.canonical import document_bytes, pointer_text
from codegen.runtime.cards import DatasetSpec, StateCard, StateValidators, ValidatorSpec
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding, Violation
from engine.core.documents import load_document
from engine.core.errors import DocumentInvalid
from engine.core.run import Run
from generated.errors.engine import CONTRACT

if TYPE_CHECKING:
    from codegen.runtime.checks import TableChecks
    from codegen.runtime.paths import Token
    from codegen.runtime.tables import TableSpec

RUNNERS_OWN: Final = ""
"""Stands for a validator's id in findings of a shared check that the card lists under none of its validators."""

_SHARED_OF_RULE: Final = {"key": "key_unique", "order": "writer_order", "partition": "path_embed"}
_ENGINES_CODE: Final[Mapping[str, ErrorCode]] = {
    "output_shape": CONTRACT.OUTPUT_SCHEMA_INVALID,
    "key_unique": CONTRACT.KEY_DUPLICATE,
    "writer_order": CONTRACT.WRITER_ORDER_BROKEN,
    "path_embed": CONTRACT.PARTITION_ECHO_MISMATCH,
    "created_utc": CONTRACT.CREATED_UTC_MISMATCH,
}
_CREATED_FIELDS: Final = ("created_utc", "verified_at_utc")


class Verdicts:
    """The findings of every validator of a card, collected over all blocks."""

    def __init__(self, card: StateCard) -> None:
        self.card = card
        self.by_validator: dict[str, list[Finding]] = {validator.id: [] for validator in card.validators}

    def add(self, findings: Mapping[str, Iterable[Finding]]) -> None:
        """Add the findings of one block."""
        for validator, found in findings.items():
            self.by_validator.setdefault(validator, []).extend(found)

    def blame(self, findings: Iterable[Finding]) -> None:
        """Add findings that came before any validator was asked, each under the first validator that has its code."""
        for finding in findings:
            owners = (validator.id for validator in self.card.validators if finding.code in validator.codes)
            self.add({next(owners, RUNNERS_OWN): [finding]})

    def failures(self) -> list[Finding]:
        """Findings of validators that abort, and of the runner's own checks, each once, by validator, block and row."""
        mild = {validator.id for validator in self.card.validators if validator.severity != "abort"}
        found = [
            f for validator, findings in self.by_validator.items() if validator not in mild for f in findings
        ]
        return list(dict.fromkeys(found))

    def warnings(self) -> list[Finding]:
        """Findings of validators that only warn, in the same order."""
        mild = {validator.id for validator in self.card.validators if validator.severity != "abort"}
        found = [
            f for validator, findings in self.by_validator.items() if validator in mild for f in findings
        ]
        return list(dict.fromkeys(found))

    def rows(self, *, ran: bool = True) -> list[dict[str, Any]]:
        """One row a validator for the run report.

        A validator without findings passed if the state `ran` to its end; else it was not asked about every row, and
        is NOT_RUN, never PASS.
        """
        rows = []
        for validator in self.card.validators:
            found = self.by_validator[validator.id]
            if found:
                status = "FAIL" if validator.severity == "abort" else "WARN"
            else:
                status = "PASS" if ran else "NOT_RUN"
            codes = sorted({finding.code.full for finding in found})
            rows.append(
                {
                    "id": validator.id,
                    "title": validator.title,
                    "status": status,
                    "codes": codes,
                    "findings": len(found),
                }
            )
        return rows


def shared_code(card: StateCard, check: str, dataset: str = "") -> tuple[ValidatorSpec, ErrorCode] | None:
    """The validator and code under which a card reports a shared check; None if no validator is about the dataset.

    One that names the dataset comes before one that is about every output.
    """
    candidates = [validator for validator in card.shared(check) if validator.codes]
    named = [validator for validator in candidates if dataset in validator.datasets]
    general = [validator for validator in candidates if not (dataset and validator.datasets)]
    return next(((validator, validator.codes[0]) for validator in (*named, *general)), None)


def reported_under(card: StateCard, checks: Iterable[str], dataset: str) -> tuple[str, ErrorCode]:
    """The validator's id and the code of the first of these shared checks that the card has for a dataset.

    A card that has none of them is checked all the same: under the engine's own code of the first, as `RUNNERS_OWN`.
    """
    checks = tuple(checks)
    for check in checks:
        chosen = shared_code(card, check, dataset)
        if chosen is not None:
            return chosen[0].id, chosen[1]
    return RUNNERS_OWN, _ENGINES_CODE[checks[0]]


def table_findings(
    card: StateCard, dataset: DatasetSpec, violations: Iterable[Violation]
) -> Iterator[tuple[str, Finding]]:
    """Broken constraints of a table under the card's codes, with the id of the validator that reports them."""
    for violation in violations:
        check = _SHARED_OF_RULE.get(violation.rule, "output_shape")
        validator, code = reported_under(card, (check, "output_shape"), dataset.id)
        yield (
            validator,
            Finding(code, f"{dataset.id}: {violation.where}", violation.expected, violation.found),
        )


def _values(card: StateCard, outputs: Any) -> Iterator[tuple[DatasetSpec, str, Any]]:
    """Each output with its dataset and, where a token such as utc_day splits the dataset, that token's value."""
    for dataset in card.writes:
        value = getattr(outputs, dataset.id, None)
        if dataset.path.split_token and isinstance(value, Mapping):
            yield from ((dataset, split, value[split]) for split in sorted(value))
        else:
            yield dataset, "", value


def ends_of(outputs: Any) -> Any:
    """The outputs of a block with the first and the last row of each table alone, which is what borders are about."""
    from codegen.runtime.tables import Table

    def ends(value: Any) -> Any:
        if isinstance(value, Table):
            return value.ends()
        if isinstance(value, Mapping):
            return {split: ends(table) for split, table in value.items()}
        return value

    return replace(outputs, **{f.name: ends(getattr(outputs, f.name)) for f in fields(outputs)})


class Borders:
    """The key law between the parts of a state's tables, given block by block in order."""

    def __init__(self, card: StateCard) -> None:
        self.card = card
        self._last: dict[tuple[str, str], Any] = {}

    def findings(self, outputs: Any) -> Iterator[tuple[str, Finding]]:
        """What breaks order or uniqueness between the next block's tables and those before, by validator id."""
        from codegen.runtime.checks import TableChecks
        from codegen.runtime.tables import Table

        for dataset, split, table in _values(self.card, outputs):
            if not isinstance(table, Table) or not table.num_rows or not table.SPEC.sort_keys:
                continue
            if dataset.ordered_within == "part":
                continue
            checks = TableChecks(table.SPEC)
            last = self._last.get((dataset.id, split))
            if last is not None:
                broken = checks.border(last, checks.first_key(table.arrow))
                yield from table_findings(self.card, dataset, broken)
            self._last[dataset.id, split] = checks.last_key(table.arrow)


def declared_checks(
    run: Run, dataset: DatasetSpec, split: str, spec: TableSpec
) -> tuple[TableChecks, Mapping[str, Token]]:
    """The declared constraints of one of a run's tables, and the tokens of its path that its columns must repeat."""
    from codegen.runtime.checks import TableChecks

    tokens = {**run.tokens, dataset.path.split_token: split} if split else run.tokens
    # A column may repeat a token by which its own path is not split, such as the world of a log's run.
    return TableChecks(replace(spec, partition_keys=tuple(tokens))), tokens


def block_findings(
    card: StateCard,
    run: Run,
    validators: StateValidators[Any, Any] | None,
    outputs: Any,
    held: Collection[str] = (),
) -> dict[str, list[Finding]]:
    """Every finding on the outputs of one block, by validator id.

    The order is: shape, values, key and order of each table; partition echo and creation time; then the
    state's own validators, which run only when the shapes hold, since their laws are about well-formed rows.

    Args:
        card: the state.
        run: the run.
        validators: its validators; None where nobody can ask them.
        outputs: what the block gave.
        held: datasets whose rows are known to break no declared constraint.
    """
    from codegen.runtime.tables import Table

    found: dict[str, list[Finding]] = {validator.id: [] for validator in card.validators}

    def put(check: str, dataset: str, where: str, expected: object, value: object) -> None:
        validator, code = reported_under(card, (check,), dataset)
        found.setdefault(validator, []).append(Finding(code, where, str(expected), str(value)))

    for dataset, split, value in _values(card, outputs):
        if isinstance(value, Table):
            if dataset.id not in held:
                checks, tokens = declared_checks(run, dataset, split, value.SPEC)
                broken = checks.violations(value.arrow, tokens)
                for reporter, finding in table_findings(card, dataset, broken):
                    found.setdefault(reporter, []).append(finding)
            _created_in_table(run, dataset, value, put)
            continue
        for number, document in enumerate(value if isinstance(value, list | tuple) else (value,), start=1):
            if hasattr(document, "model_dump"):
                place = f"{dataset.id}:{number}" if isinstance(value, list | tuple) else dataset.id
                for where, expected, text in _document_problems(document):
                    put("output_shape", dataset.id, f"{place}: {where}", expected, text)
                _echo_in_document(run, place, dataset, document, put)
    if any(found.values()) or validators is None:
        return found
    for validator in card.validators:
        if validator.method:
            found[validator.id].extend(validators.findings(validator, outputs))
    return found


def aborts(card: StateCard, found: Mapping[str, Iterable[Finding]]) -> bool:
    """Whether findings, by validator id, keep a state from publishing."""
    verdicts = Verdicts(card)
    verdicts.add(found)
    return bool(verdicts.failures())


_Put = Callable[[str, str, str, object, object], None]


def _created_in_table(run: Run, dataset: DatasetSpec, table: Any, put: _Put) -> None:
    for name in _CREATED_FIELDS:
        if name in table.ARROW_SCHEMA.names and table.num_rows:
            created = np.asarray(table.arrow.column(name).to_numpy()).astype("datetime64[us]")
            wrong = np.flatnonzero(created != run.created)
            for row in wrong[:1].tolist():
                where = f"{dataset.id}: column {name}, row {row} ({wrong.size} rows differ)"
                put("created_utc", dataset.id, where, run.identity.created_utc, f"{created[row]}Z")


def file_bytes(value: Any) -> bytes:
    """What is written of a value that is not a table: bytes, a document, or the lines of a stream of records."""
    if isinstance(value, bytes):
        return value
    documents = value if isinstance(value, list | tuple) else (value,)
    return b"".join(document_bytes(document_value(document)) for document in documents)


def document_value(document: Any) -> Any:
    """A document's value as it is written: fields that were never set are left out."""
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _document_problems(document: Any) -> Iterator[tuple[str, str, str]]:
    """What a document breaks in its own model; a model made without validation is caught here."""
    try:
        load_document(
            document_bytes(document_value(document)), format="json", model=type(document), name="document"
        )
    except DocumentInvalid as error:
        for problem in error.problems:
            yield pointer_text(problem.pointer) or "the whole document", problem.expected, problem.found


def _echo_in_document(run: Run, place: str, dataset: DatasetSpec, document: Any, put: _Put) -> None:
    for name, value in run.tokens.items():
        held = getattr(document, name, None)
        if held is not None and str(held) != str(value):
            put("path_embed", dataset.id, f"{place}: {name}", value, held)
    for name in _CREATED_FIELDS:
        held = getattr(document, name, None)
        if held is not None and str(held) != run.identity.created_utc:
            put("created_utc", dataset.id, f"{place}: {name}", run.identity.created_utc, held)
