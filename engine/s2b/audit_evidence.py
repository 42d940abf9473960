"""Evidence and logs of the routers against what they must hold, column by column, for every row.

Source: spec/rng-and-numerics.md, section 5; spec/segment-2B.md, S5 to S7. What a column breaks decides under which
check and code it is reported: lineage, order, stream, counter, budget or pick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from codegen.runtime.checks import TableChecks
from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable, Table, TableShapeError, part_name
from engine.core.content_digest import content_digest
from engine.core.row_findings import row_findings
from engine.s2b.audit_checks import Checks
from generated import errors

if TYPE_CHECKING:
    from codegen.runtime.errors import ErrorCode
    from engine.core.run import Run

CODES = errors.S2B_S7
SHAPE: Final = "V-12"
PICKS: Final = "V-15"
TOTALS: Final = "V-16"
LINEAGE_COLUMNS: Final = (
    "ts_utc",
    "created_utc",
    "run_id",
    "seed",
    "parameter_hash",
    "manifest_fingerprint",
)
"""Columns that repeat the run's identity."""
ORDER_COLUMNS: Final = ("merchant_id", "utc_timestamp", "utc_day")
STREAM_COLUMNS: Final = ("module", "substream_label", "rng_stream_id", "algorithm")
BUDGET_COLUMNS: Final = ("draws", "blocks")
EDGE_COLUMNS: Final = ("edge_", "ip_")
"""How the columns of an edge's attributes begin."""
PICK_COLUMNS: Final = ("tz_group_id", "p_group", "site_id")

Columns = Mapping[str, Any]
"""What the rows of a part must hold: an array or a text column, or the one value of a constant."""


@dataclass(frozen=True)
class Router:
    """One of the two routers: its state, and the check under which its budgets, counters and streams are reported."""

    state: str
    budget: str

    def verdict(self, column: str) -> tuple[str, ErrorCode]:
        """The check and the code that a wrong value in a column is reported under."""
        if column in LINEAGE_COLUMNS:
            return SHAPE, CODES.PATH_EMBED_MISMATCH
        if column in ORDER_COLUMNS:
            return SHAPE, CODES.TRACE_ORDER_VIOLATION
        if column in STREAM_COLUMNS:
            return self.budget, CODES.RNG_STREAM_MISCONFIGURED
        if column in BUDGET_COLUMNS:
            return self.budget, CODES.RNG_DRAWS_MISMATCH
        if column.startswith(EDGE_COLUMNS):
            return PICKS, CODES.EDGE_ATTR_MISSING
        if column in PICK_COLUMNS:
            return PICKS, CODES.GROUP_SITE_MISMATCH
        return self.budget, CODES.RNG_COUNTER_NOT_MONOTONE


ROUTER: Final = Router("2B.S5", "V-13")
EDGE_ROUTER: Final = Router("2B.S6", "V-14")


def identity_columns(run: Run) -> dict[str, Any]:
    """The columns of an event that repeat the run's identity."""
    identity = run.identity
    return {
        "ts_utc": run.created,
        "run_id": identity.run_id,
        "seed": np.uint64(identity.seed),
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
    }


# -- parts -----------------------------------------------------------------------------------------------------


def part_of(checks: Checks, table: PartitionedTable[Any] | None, name: str, number: int) -> Any:
    """The part with that number; None where no file has its name or the file is not of the declared shape (400)."""
    file = part_name(number)
    path = next((path for path in table.paths if path.name == file), None) if table is not None else None
    if table is None or path is None:
        return None
    return read_part(checks, table.table, path, name)


def read_part(checks: Checks, shape: type[Table], path: Path, name: str) -> Any:
    """One part file, its declared constraints checked (400); None where it has another shape."""
    try:
        part = shape.read_file(path)
    except TableShapeError as error:
        where = f"{name} {error.where}"
        checks.add(SHAPE, [Finding(CODES.TRACE_SCHEMA_INVALID, where, error.expected, error.found)])
        return None
    checks.looked_at(SHAPE, rows=part.num_rows)
    checks.add(SHAPE, _shape_findings(part, f"{name} {path.name}"))
    return part


def _shape_findings(part: Table, where: str) -> Iterator[Finding]:
    """Constraints of the columns of a part that do not hold."""
    rules = TableChecks(part.SPEC)
    broken = list(rules.shape(part.arrow))
    for column in part.SPEC.columns if not broken else ():
        broken.extend(rules.values(part.arrow, column))
    for violation in broken:
        yield Finding(
            CODES.TRACE_SCHEMA_INVALID, f"{where}: {violation.where}", violation.expected, violation.found
        )


def stray_parts(checks: Checks, table: PartitionedTable[Any] | None, name: str, parts: int) -> None:
    """Part files that belong to no block of the roster: events or rows that no arrival caused (402)."""
    wanted = {part_name(number) for number in range(parts)}
    for path in table.paths if table is not None else ():
        if path.name not in wanted:
            found = [Finding(CODES.RNG_DRAWS_MISMATCH, name, f"{parts} parts, as in the roster", path.name)]
            checks.add(TOTALS, found)


# -- rows ------------------------------------------------------------------------------------------------------


def compare(
    checks: Checks,
    router: Router,
    name: str,
    wanted: Columns,
    rows: int,
    found: Any,
    *,
    place: Callable[[int], str],
    verdicts: Mapping[str, tuple[str, ErrorCode]] | None = None,
) -> None:
    """Compare a part with what it must hold; a part of another length has its count and first odd counter reported.

    Args:
        wanted: what each column must hold, (rows,) values or one.
        rows: how many rows the part must have.
        found: the part; None for none.
        place: a row in words.
        verdicts: other checks and codes for some columns.
    """
    held = found.num_rows if found is not None else 0
    chosen: Sequence[str] = tuple(wanted)
    if held != rows:
        code = CODES.RNG_DRAWS_MISMATCH
        where = f"{name} from {place(0)}" if rows else name
        checks.add(router.budget, [Finding(code, where, f"{rows} rows", f"{held} rows")])
        chosen = [column for column in wanted if router.verdict(column)[1] is CODES.RNG_COUNTER_NOT_MONOTONE]
    common = min(held, rows)
    if not common:
        return
    for column in chosen:
        validator, code = (verdicts or {}).get(column) or router.verdict(column)
        values, texts = column_values(found, column, common)
        expected = _values(wanted[column], common)
        if isinstance(texts, TextColumn):
            expected_text = expected if isinstance(expected, TextColumn) else None
            table = expected_text.values if expected_text is not None else (str(expected),)
            codes = texts.codes_in(table)
            wrong = codes != (expected_text.codes if expected_text is not None else 0)
            if bool(wrong.any()):
                checks.add(validator, _text_findings(code, name, column, place, wrong, expected, texts))
            continue
        wrong = ~(values == expected)
        if bool(wrong.any()):
            said = expected if isinstance(expected, np.ndarray) else str(expected)
            checks.add(
                validator,
                row_findings(code, wrong, lambda row: f"{name} {place(row)}", said, values, column=column),
            )


def column_values(part: Any, column: str, rows: int) -> tuple[Any, TextColumn | None]:
    """The first rows of a column: its array, or its texts."""
    value = getattr(part, column)
    if isinstance(value, TextColumn):
        return None, value.take(slice(0, rows))
    return np.asarray(value)[:rows], None


def _values(value: Any, rows: int) -> Any:
    if isinstance(value, TextColumn):
        return value.take(slice(0, rows))
    return value[:rows] if isinstance(value, np.ndarray) and value.ndim else value


def _text_findings(
    code: ErrorCode,
    name: str,
    column: str,
    place: Callable[[int], str],
    wrong: Any,
    expected: Any,
    found: TextColumn,
) -> Iterator[Finding]:
    def said(row: int) -> str:
        if isinstance(expected, TextColumn):
            return expected.values[int(expected.codes[row])] if expected.codes[row] >= 0 else "none"
        return str(expected)

    yield from row_findings(
        code,
        wrong,
        lambda row: f"{name} {place(row)}",
        said,
        lambda row: found.values[int(found.codes[row])],
        column=column,
    )


# -- commitments -----------------------------------------------------------------------------------------------


def compare_commitment(
    checks: Checks,
    router: Router,
    name: str,
    row: Any,
    part: int,
    shape: type[Table],
    wanted: Columns,
    rows: int,
    domain_rows: int,
) -> None:
    """Compare a commitment row with the events of its part, which are made again and digested.

    Args:
        row: the commitment; None for none.
        shape: the class of the event table.
        wanted: the event columns.
        rows: events of the part.
        domain_rows: rows of the domain that drew.
    """
    where = f"{name} part {part}"
    if row is None:
        found = [Finding(CODES.RNG_DRAWS_MISMATCH, where, f"a commitment to {rows} events", "none")]
        checks.add(router.budget, found)
        return
    events = shape.from_columns(**wanted)  # type: ignore[attr-defined]
    columns = [(c.name, c.type, c.nullable, c.constant) for c in shape.SPEC.columns]
    digest = content_digest(columns, [(part_name(part), events.arrow)])
    stated = row.model_dump(mode="json", by_alias=True)
    keys = [field.removeprefix("first_") for field in stated if field.startswith("first_")]
    facts: dict[str, Any] = {
        "module": router.state,
        "substream_label": wanted["substream_label"],
        "part": part,
        "rows": domain_rows,
        "events": rows,
        "draws": str(rows),
        "blocks": rows,
    }
    for key in keys:
        values, texts = column_values(events, key, rows)
        ends = texts.decoded() if texts is not None else values
        for end, place in (("first", 0), ("last", -1)):
            facts[f"{end}_{key}"] = str(ends[place]) if key != "merchant_id" else int(ends[place])
            if key == "site_id":
                facts[f"{end}_{key}"] = int(ends[place])
    wanted_text = {name: wanted[name] for name in ("run_id", "parameter_hash", "manifest_fingerprint")}
    facts |= wanted_text | {"seed": int(wanted["seed"]), "ts_utc": f"{wanted['ts_utc']}Z"}
    checks.looked_at(router.budget, commitments=1)
    for column, value in facts.items():
        if stated.get(column) != value:
            plain = column.removeprefix("first_").removeprefix("last_")
            validator, code = router.verdict(plain)
            if plain in ("part", "rows", "events"):
                validator, code = router.budget, CODES.RNG_DRAWS_MISMATCH
            checks.add(validator, [Finding(code, f"{where}: {column}", str(value), str(stated.get(column)))])
    if stated.get("events_digest") != digest:
        code = CODES.EDGE_ATTR_MISSING if "edge_id" in keys else CODES.GROUP_SITE_MISMATCH
        found = [Finding(code, f"{where}: events_digest", digest, str(stated.get("events_digest")))]
        checks.add(PICKS, found)


# -- audit rows ------------------------------------------------------------------------------------------------


def compare_audit_row(
    checks: Checks, router: Router, name: str, held: Sequence[Any], run: Run, algorithm: str
) -> None:
    """A state's one audit row against the run's identity."""
    if len(held) != 1:
        found = [Finding(CODES.RNG_DRAWS_MISMATCH, name, "one audit row", f"{len(held)} rows")]
        checks.add(TOTALS, found)
        return
    identity = run.identity
    facts: dict[str, Any] = {
        "ts_utc": identity.created_utc,
        "run_id": identity.run_id,
        "seed": identity.seed,
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "module": router.state,
        "algorithm": algorithm,
        "contracts_digest": identity.contracts_digest,
        "law_version": identity.law_version,
    }
    stated = held[0].model_dump(mode="json", by_alias=True)
    checks.looked_at(TOTALS, audit_rows=1)
    for column, value in facts.items():
        if stated.get(column) != value:
            validator, code = router.verdict(column)
            if router.budget == SHAPE or column in ("contracts_digest", "law_version"):
                validator, code = SHAPE, CODES.PATH_EMBED_MISMATCH
            checks.add(validator, [Finding(code, f"{name}: {column}", str(value), str(stated.get(column)))])
