"""What changed between two catalogues, in terms of readers and writers, and whether versions moved with it.

A change is *breaking* when something that was valid is refused now, or a reader may miss what it could rely on;
*compatible* when readers and writers go on as before; *prose* when only words differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from codegen.ir import (
    Artefact,
    Binary,
    Column,
    Contracts,
    Dataset,
    Document,
    ErrorCode,
    Shape,
    Source,
    State,
    Stream,
    Table,
    Validator,
)
from codegen.schemas import JsonSchema, types_of

Severity = Literal["breaking", "compatible", "prose"]
SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "compatible", "prose")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference: how grave, of what, where it stands, and in words."""

    severity: Severity
    subject: str
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.severity}: {self.subject}: {self.message} ({self.file}:{self.line})"


@dataclass(frozen=True, slots=True, order=True)
class VersionFinding:
    """A version that did not move as its changes ask."""

    subject: str
    file: str
    line: int
    severity: Severity
    before: str
    after: str

    def __str__(self) -> str:
        needed = "major" if self.severity == "breaking" else "minor"
        return (
            f"{self.file}:{self.line}: {self.subject}: a {self.severity} change needs a higher {needed} version than "
            f"{self.before}, found {self.after}"
        )


@dataclass(frozen=True, slots=True)
class ContractsDiff:
    """Every change, gravest first, and every version that stayed behind."""

    changes: tuple[Change, ...]
    versions: tuple[VersionFinding, ...]


Step = tuple[Severity, str]


def difference(before: Contracts, after: Contracts) -> ContractsDiff:
    """What changed from one catalogue to another."""
    changes: list[Change] = []
    versions: list[VersionFinding] = []
    for dataset_id, old, new in _pairs(before.datasets, after.datasets):
        known = new or old
        assert known is not None
        steps = list(_dataset_steps(before, after, old, new))
        changes += _changes(f"dataset {dataset_id}", known.source, steps)
        was, now = _artefact(before, dataset_id), _artefact(after, dataset_id)
        if old and new and was and now:
            versions += _version(f"dataset {dataset_id}", now.source, was.semver, now.semver, steps)
    for segment_id, one, two in _pairs(_by_id(before.segments), _by_id(after.segments)):
        card_steps: list[Step] = []
        for state_id, old_state, new_state in _pairs(
            _by_id(one.states if one else ()), _by_id(two.states if two else ())
        ):
            state = new_state or old_state
            assert state is not None
            steps = list(_state_steps(old_state, new_state))
            changes += _changes(f"state {state_id}", state.source, steps)
            card_steps += steps
        if one and two and one.states and two.states:
            place = next(file for file in two.files if file.kind == "states")
            versions += _version(
                f"cards of {segment_id}",
                Source(place.path, 1, ""),
                one.states_version,
                two.states_version,
                card_steps,
            )
    engine_steps: list[Step] = []
    for code, old_error, new_error in _pairs(_codes(before.engine_errors), _codes(after.engine_errors)):
        error = new_error or old_error
        assert error is not None
        steps = list(_error_steps(old_error, new_error))
        changes += _changes(f"code {code}", error.source, steps)
        engine_steps += steps
    for file in after.error_files:
        versions += _version(
            "engine codes",
            Source(file.path, 1, ""),
            before.errors_version,
            after.errors_version,
            engine_steps,
        )
    rank = {severity: number for number, severity in enumerate(SEVERITIES)}
    ordered = sorted(set(changes), key=lambda change: (rank[change.severity], change))
    return ContractsDiff(tuple(ordered), tuple(sorted(set(versions))))


def _changes(subject: str, source: Source, steps: Iterable[Step]) -> list[Change]:
    return [Change(severity, subject, source.file, source.line, message) for severity, message in steps]


def _pairs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted(before.keys() | after.keys()):
        yield key, before.get(key), after.get(key)


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


def _codes(errors: Iterable[ErrorCode]) -> dict[str, ErrorCode]:
    return {error.full: error for error in errors}


def _artefact(contracts: Contracts, dataset: str) -> Artefact | None:
    return next(
        (a for segment in contracts.segments for a in segment.artefacts if a.dataset_id == dataset), None
    )


def _version(
    subject: str, source: Source, before: str, after: str, steps: Sequence[Step]
) -> Iterator[VersionFinding]:
    """Nothing, or the finding that a version did not move as far as the gravest step asks."""
    grave = {severity for severity, _ in steps}
    old, new = _numbers(before), _numbers(after)
    if "breaking" in grave and new[:1] <= old[:1]:
        yield VersionFinding(subject, source.file, source.line, "breaking", before, after)
    elif "breaking" not in grave and "compatible" in grave and new[:2] <= old[:2]:
        yield VersionFinding(subject, source.file, source.line, "compatible", before, after)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if version else (0, 0, 0)


# -- datasets ----------------------------------------------------------------------------------------------------

_DATASET_KEYS: Final[tuple[tuple[str, Severity], ...]] = (
    ("format", "breaking"),
    ("path", "breaking"),
    ("partitioning", "breaking"),
    ("ordering", "breaking"),
    ("ordered_within", "breaking"),
    ("bundle_law", "breaking"),
    ("flag_form", "breaking"),
    ("kind", "breaking"),
    ("rng_families", "breaking"),
    ("produced_by", "compatible"),
    ("consumed_by", "compatible"),
    ("retention_days", "compatible"),
    ("pii", "compatible"),
    ("block_unit", "compatible"),
    ("block_size", "compatible"),
    ("row_group_rows", "compatible"),
    ("description", "prose"),
    ("licence", "prose"),
)


def _dataset_steps(
    before: Contracts, after: Contracts, old: Dataset | None, new: Dataset | None
) -> Iterator[Step]:
    if old is None:
        yield "compatible", "added"
        return
    if new is None:
        yield "breaking", "removed"
        return
    yield from _key_steps(old, new, _DATASET_KEYS)
    if old.status != new.status:
        yield (
            ("breaking", "no longer always there")
            if new.status == "optional"
            else ("compatible", "now always there")
        )
    yield from _shape_steps(
        before, after, before.shapes.get(old.schema_ref), after.shapes.get(new.schema_ref)
    )
    if old.index_schema or new.index_schema:
        yield from _shape_steps(
            before, after, before.shapes.get(old.index_schema), after.shapes.get(new.index_schema)
        )
    was, now = _artefact(before, old.id), _artefact(after, new.id)
    if was and now:
        yield from _key_steps(
            was, now, (("digest", "compatible"), ("manifest_key", "breaking"), ("owner", "prose"))
        )


def _key_steps(old: object, new: object, keys: Iterable[tuple[str, Severity]]) -> Iterator[Step]:
    for key, severity in keys:
        was, now = getattr(old, key), getattr(new, key)
        if was != now:
            words = (
                f"{key} changed"
                if severity == "prose"
                else f"{key} changed from {_shown(was)} to {_shown(now)}"
            )
            yield severity, words


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return repr(value)


def _shape_steps(before: Contracts, after: Contracts, old: Shape | None, new: Shape | None) -> Iterator[Step]:
    if isinstance(old, Table) and isinstance(new, Table):
        yield from _table_steps(old, new)
    elif isinstance(old, Stream) and isinstance(new, Stream):
        yield from _document_steps(before, after, old.record, new.record)
        if old.table is not None and new.table is not None:
            yield from (
                step
                for step in _table_steps(old.table, new.table)
                if "storage" in step[1] or "Arrow" in step[1]
            )
    elif isinstance(old, Document) and isinstance(new, Document):
        yield from _document_steps(before, after, old, new)
    elif isinstance(old, Binary) and isinstance(new, Binary):
        if old.layout != new.layout:
            yield "breaking", "the byte layout changed"
        if old.description != new.description:
            yield "prose", "the description of the layout changed"
    elif type(old) is not type(new):
        yield (
            "breaking",
            f"the schema became a {type(new).__name__.lower()}, it was a {type(old).__name__.lower()}",
        )


def _table_steps(old: Table, new: Table) -> Iterator[Step]:
    yield from _key_steps(
        old,
        new,
        (
            ("primary_key", "breaking"),
            ("sort_keys", "breaking"),
            ("partition_keys", "breaking"),
            ("description", "prose"),
        ),
    )
    was = {column.name: column for column in old.columns}
    now = {column.name: column for column in new.columns}
    gone = [name for name in was if name not in now]
    come = [name for name in now if name not in was]
    for name in gone:
        twin = next((other for other in come if _same_but_name(was[name], now[other])), None)
        yield "breaking", f"column {name} renamed to {twin}" if twin else f"column {name} removed"
    for name in come:
        if not any(_same_but_name(was[other], now[name]) for other in gone):
            needed = "column" if now[name].nullable else "required column"
            yield "compatible" if now[name].nullable else "breaking", f"{needed} {name} added"
    kept = [name for name in was if name in now]
    if kept != [name for name in now if name in was]:
        yield "breaking", "the order of the columns changed"
    for name in kept:
        for severity, message in _column_steps(was[name], now[name]):
            yield severity, f"column {name}: {message}"


def _same_but_name(old: Column, new: Column) -> bool:
    keys = ("type", "nullable", "constant", "unit", *(key for key, _ in _BOUNDS), "enum", "pattern", "format")
    return all(getattr(old, key) == getattr(new, key) for key in keys)


_BOUNDS: Final[tuple[tuple[str, int], ...]] = (
    ("minimum", 1),
    ("exclusive_minimum", 1),
    ("min_length", 1),
    ("maximum", -1),
    ("exclusive_maximum", -1),
    ("max_length", -1),
)


def _column_steps(old: Column, new: Column) -> Iterator[Step]:
    yield from _key_steps(
        old, new, (("unit", "breaking"), ("storage", "compatible"), ("description", "prose"))
    )
    if old.type != new.type:
        yield "breaking", f"Arrow type changed from {old.type} to {new.type}"
        return
    if old.nullable != new.nullable:
        yield "breaking", "may be null now" if new.nullable else "must not be null any more"
    if old.constant != new.constant:
        yield (
            ("breaking", "must be constant now")
            if new.constant
            else ("compatible", "need not be constant any more")
        )
    for key, sign in _BOUNDS:
        yield from _bound_steps(key.replace("_", " "), sign, getattr(old, key), getattr(new, key))
    yield from _enum_steps(old.enum, new.enum)
    for key in ("pattern", "format"):
        yield from _narrowing_steps(key, getattr(old, key), getattr(new, key))


def _bound_steps(words: str, sign: int, old: Any, new: Any) -> Iterator[Step]:
    """A lower bound narrows by rising (sign 1), an upper one by falling (sign -1)."""
    if old == new:
        return
    narrowed = old is None or (new is not None and (new - old) * sign > 0)
    yield "breaking" if narrowed else "compatible", f"{words} changed from {old} to {new}"


def _enum_steps(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Step]:
    if old and not new:
        yield "compatible", "any value is accepted now"
    elif new and not old:
        yield "breaking", f"only {list(new)} are accepted now"
    else:
        for value in old:
            if value not in new:
                yield "breaking", f"the value {value!r} was removed"
        for value in new:
            if value not in old:
                yield "compatible", f"the value {value!r} was added"


def _narrowing_steps(key: str, old: Any, new: Any) -> Iterator[Step]:
    if old != new:
        yield "compatible" if new is None else "breaking", f"{key} changed from {old!r} to {new!r}"


# -- documents ---------------------------------------------------------------------------------------------------


def _document_steps(before: Contracts, after: Contracts, old: Document, new: Document) -> Iterator[Step]:
    if old.description != new.description:
        yield "prose", "the description changed"
    yield from _Schemas(before, after).steps(old.schema, new.schema, "", ())


class _Schemas:
    """Compares two schemas as what they accept, references followed."""

    def __init__(self, before: Contracts, after: Contracts) -> None:
        self.before, self.after = before.definitions, after.definitions

    def steps(
        self, old: JsonSchema, new: JsonSchema, at: str, seen: tuple[tuple[str, str], ...]
    ) -> Iterator[Step]:
        """Every difference of two schemas, with its place."""
        pair = (str(old.get("$ref", "")), str(new.get("$ref", "")))
        if any(pair) and pair in seen:
            return
        seen = (*seen, pair) if any(pair) else seen
        old, new = _folded(old, self.before), _folded(new, self.after)
        where = f"{at or '/'}: "
        words: list[Step] = []
        if old.get("description") != new.get("description") or old.get("title") != new.get("title"):
            words.append(("prose", "the words changed"))
        if old.get("unit") != new.get("unit"):
            words.append(("breaking", f"unit changed from {old.get('unit')!r} to {new.get('unit')!r}"))
        words += self.type_steps(old, new)
        for key, sign in _SCHEMA_BOUNDS:
            words += _bound_steps(key, sign, old.get(key), new.get(key))
        words += _enum_steps(_values(old), _values(new))
        for key in ("pattern", "format", "uniqueItems"):
            words += _narrowing_steps(key, old.get(key) or None, new.get(key) or None)
        if old.get("default") != new.get("default"):
            severity: Severity = "compatible" if "default" not in old else "breaking"
            words.append((severity, f"default changed from {old.get('default')!r} to {new.get('default')!r}"))
        for severity, message in words:
            yield severity, where + message
        yield from self.object_steps(old, new, at, seen)
        if "items" in old and "items" in new:
            yield from self.steps(old["items"], new["items"], f"{at}/items", seen)
        elif "items" in old or "items" in new:
            yield "compatible" if "items" in old else "breaking", f"{where}the law of the items changed"
        yield from self.choice_steps(old, new, at, seen)

    def type_steps(self, old: JsonSchema, new: JsonSchema) -> Iterator[Step]:
        """A changed type; that null came or went is told apart."""
        was, now = set(types_of(old)), set(types_of(new))
        if was - {"null"} != now - {"null"}:
            yield "breaking", f"type changed from {sorted(was)} to {sorted(now)}"
        elif was != now:
            yield "breaking", "may be null now" if "null" in now else "must not be null any more"

    def object_steps(
        self, old: JsonSchema, new: JsonSchema, at: str, seen: tuple[tuple[str, str], ...]
    ) -> Iterator[Step]:
        """Properties, what is required, and what else is allowed."""
        was, now = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", [])), set(new.get("required", []))
        for name in was:
            if name not in now:
                yield "breaking", f"{at}/{name}: removed"
        for name in now:
            if name not in was:
                yield (
                    ("breaking", f"{at}/{name}: added as required")
                    if name in needs
                    else ("compatible", f"{at}/{name}: added")
                )
        for name in was:
            if name in now:
                if (name in needed) != (name in needs):
                    yield (
                        "breaking",
                        f"{at}/{name}: {'required now' if name in needs else 'may be absent now'}",
                    )
                yield from self.steps(was[name], now[name], f"{at}/{name}", seen)
        extra, extras = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if isinstance(extra, dict) and isinstance(extras, dict):
            yield from self.steps(extra, extras, f"{at}/*", seen)
        elif extra != extras:
            yield (
                "compatible" if extras is True else "breaking",
                f"{at or '/'}: other properties changed from {extra} to {extras}",
            )

    def choice_steps(
        self, old: JsonSchema, new: JsonSchema, at: str, seen: tuple[tuple[str, str], ...]
    ) -> Iterator[Step]:
        """Options of a choice, met by the definition that they refer to."""
        was = {option["$ref"]: option for option in old.get("oneOf", [])}
        now = {option["$ref"]: option for option in new.get("oneOf", [])}
        for ref in was:
            if ref not in now:
                yield "breaking", f"{at or '/'}: the choice {ref} was removed"
            else:
                yield from self.steps(was[ref], now[ref], f"{at}/{ref.rsplit('/', 1)[-1]}", seen)
        for ref in now:
            if ref not in was:
                yield "compatible", f"{at or '/'}: the choice {ref} was added"


_SCHEMA_BOUNDS: Final = (
    ("minimum", 1),
    ("exclusiveMinimum", 1),
    ("minLength", 1),
    ("minItems", 1),
    ("maximum", -1),
    ("exclusiveMaximum", -1),
    ("maxLength", -1),
    ("maxItems", -1),
)


def _folded(schema: JsonSchema, definitions: Mapping[str, Any]) -> JsonSchema:
    """A schema with its references folded in; what stands nearer wins."""
    result = dict(schema)
    while "$ref" in result:
        target = definitions.get(result.pop("$ref"))
        result = {**(target.schema if target is not None else {}), **result}
    return result


def _values(schema: JsonSchema) -> list[Any]:
    found: list[Any] = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return found


# -- cards -------------------------------------------------------------------------------------------------------


def _state_steps(old: State | None, new: State | None) -> Iterator[Step]:
    if old is None:
        yield "compatible", "added"
        return
    if new is None:
        yield "breaking", "removed"
        return
    keys: tuple[tuple[str, Severity], ...] = (
        ("kind", "breaking"),
        ("scope", "breaking"),
        ("cli_command", "breaking"),
        ("identity", "compatible"),
        ("name", "compatible"),
        ("title", "prose"),
        ("cli_help", "prose"),
        ("cli_example", "prose"),
    )
    yield from _key_steps(old, new, keys)
    for name in sorted(set(old.writes) - set(new.writes)):
        yield "breaking", f"no longer writes {name}"
    for name in sorted(set(new.writes) - set(old.writes)):
        yield "compatible", f"writes {name} now"
    was, now = {read.dataset: read for read in old.reads}, {read.dataset: read for read in new.reads}
    for name, one, two in _pairs(was, now):
        if one is None:
            yield "compatible" if two.optional else "breaking", f"reads {name} now"
        elif two is None:
            yield "compatible", f"no longer reads {name}"
        else:
            if one.optional != two.optional:
                yield (
                    "compatible" if two.optional else "breaking",
                    f"{name} is {'optional' if two.optional else 'required'} now",
                )
            yield from _key_steps(
                one, two, (("via", "compatible"), ("scope", "compatible"), ("when_absent", "prose"))
            )
    families = {family.family: family for family in old.rng}, {family.family: family for family in new.rng}
    for name, one, two in _pairs(*families):
        if one is None or two is None:
            yield (
                "breaking" if two is None else "compatible",
                f"random stream {name} {'removed' if two is None else 'added'}",
            )
        elif (one.draws, one.blocks, one.event_dataset) != (two.draws, two.blocks, two.event_dataset):
            yield "breaking", f"random stream {name}: its budget or log changed"
    for name, one, two in _pairs(_by_id(old.validators), _by_id(new.validators)):
        yield from (
            (severity, f"validator {name}: {message}")
            for severity, message in _validator_steps(old, new, one, two)
        )
    for name, one, two in _pairs(_codes(old.errors), _codes(new.errors)):
        yield from ((severity, f"code {name}: {message}") for severity, message in _error_steps(one, two))


def _validator_steps(
    before: State, after: State, old: Validator | None, new: Validator | None
) -> Iterator[Step]:
    if old is None:
        yield "compatible", "added"
        return
    if new is None:
        yield "breaking", "removed"
        return
    if old.codes and new.codes and not set(old.codes) & set(new.codes):
        yield (
            "breaking",
            f"its meaning was reused: codes changed from {_shown(old.codes)} to {_shown(new.codes)}",
        )
    else:
        for code in old.codes:
            if code not in new.codes:
                yield "breaking", f"no longer raises {code}"
        for code in new.codes:
            if code not in old.codes:
                yield "compatible", f"raises {code} now"
    yield from _key_steps(
        old,
        new,
        (
            ("severity", "breaking"),
            ("shared", "compatible"),
            ("datasets", "compatible"),
            ("covered_by", "compatible"),
            ("title", "prose"),
        ),
    )


def _error_steps(old: ErrorCode | None, new: ErrorCode | None) -> Iterator[Step]:
    if old is None:
        yield "compatible", "added"
        return
    if new is None:
        yield "breaking", "removed"
        return
    if old.name != new.name:
        yield "breaking", f"its meaning was reused: the name changed from {old.name} to {new.name}"
    if old.kind != new.kind:
        yield "breaking", f"kind changed from {old.kind} to {new.kind}, and with it the exit code"
    for key in old.context:
        if key not in new.context:
            yield "breaking", f"the context no longer has {key}"
    for key in new.context:
        if key not in old.context:
            yield "compatible", f"the context has {key} now"
    yield from _key_steps(old, new, (("message", "prose"), ("remedy", "prose")))
