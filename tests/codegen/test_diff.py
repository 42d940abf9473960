"""Changes between catalogues: how grave each is, and whether the versions moved with it."""

from __future__ import annotations

import pytest

from codegen.build import catalogue
from codegen.diff import ContractsDiff, difference
from tests.codegen.small_contracts import encoded, small_contracts

SCHEMAS = "layer1/2B/schemas.2B.yaml"
WORLD_SCHEMAS = "layer1/1A/schemas.1A.yaml"
SHARED = "layer1/schemas.layer1.yaml"
DICTIONARY = "layer1/2B/dataset_dictionary.layer1.2B.yaml"
REGISTRY = "layer1/2B/artefact_registry_2B.yaml"
STATES = "layer1/2B/states.2B.yaml"
ERRORS = "layer1/errors.layer1.yaml"

Edit = tuple[str, str, str]


def compared(*edits: Edit, back: bool = False) -> ContractsDiff:
    files = small_contracts()
    for file, old, new in edits:
        assert old in files[file], old
        files[file] = files[file].replace(old, new)
    before, after = catalogue(encoded(small_contracts())), catalogue(encoded(files))
    return difference(after, before) if back else difference(before, after)


# (edit, what it is forwards, a piece of its message, what it is backwards, a piece of that message)
CHANGES: list[tuple[Edit, str, str, str, str]] = [
    ((SCHEMAS, "name: share,", "name: portion,"), "breaking", "column share renamed to portion", "breaking", "column portion renamed to share"),
    ((SCHEMAS, "name: share, type: number, minimum: 0, maximum: 1", "name: share, type: number, minimum: 0, maximum: 0.5"), "breaking", "column share: maximum changed from 1 to 0.5", "compatible", "maximum changed from 0.5 to 1"),
    ((SCHEMAS, "name: share, type: number, minimum: 0, maximum: 1", "name: share, type: number, maximum: 1"), "compatible", "minimum changed from 0 to None", "breaking", "minimum changed from None to 0"),
    ((SCHEMAS, "unit: share, storage", "unit: percent, storage"), "breaking", "unit changed", "breaking", "unit changed"),
    ((SCHEMAS, "storage: byte_stream_split, ", ""), "compatible", "storage changed", "compatible", "storage changed"),
    ((SCHEMAS, "storage: byte_stream_split, ", "constant: true, "), "breaking", "must be constant now", "compatible", "need not be constant"),
    ((SCHEMAS, "{name: share, type: number", "{name: share, nullable: true, type: number"), "breaking", "may be null now", "breaking", "must not be null any more"),
    ((SCHEMAS, "description: The share.}", "description: The share of it.}"), "prose", "column share: description changed", "prose", "description changed"),
    ((WORLD_SCHEMAS, "enum: [small, large]", "enum: [small]"), "breaking", "the value 'large' was removed", "compatible", "the value 'large' was added"),
    ((WORLD_SCHEMAS, "enum: [small, large], ", ""), "compatible", "any value is accepted now", "breaking", "only ['small', 'large'] are accepted now"),
    ((WORLD_SCHEMAS, "      - {name: size, type: string, enum: [small, large], nullable: true, description: The size.}\n", ""), "breaking", "column size removed", "compatible", "column size added"),
    ((WORLD_SCHEMAS, "arrow: int32", "arrow: int64"), "breaking", "Arrow type changed from int32 to int64", "breaking", "from int64 to int32"),
    ((SHARED, "zone: {type: string, minLength: 1, pattern: '^[A-Za-z/]+$'", "zone: {type: string, minLength: 1, pattern: '^[A-Z/]+$'"), "breaking", "column zone: pattern changed", "breaking", "pattern changed"),
    ((SCHEMAS, "required: [version, exponent, limit]", "required: [version, limit]"), "breaking", "/exponent: may be absent now", "breaking", "/exponent: required now"),
    ((SCHEMAS, "      version: {type: string, minLength: 1, description: The version.}\n", "      version: {type: string, minLength: 1, description: The version.}\n      label: {type: string, description: A label.}\n"), "compatible", "/label: added", "breaking", "/label: removed"),
    ((SCHEMAS, "maximum: 5, default: 1", "maximum: 5, default: 2"), "breaking", "default changed from 1 to 2", "breaking", "default changed"),
    ((SCHEMAS, "[{$ref: '#/$defs/cap'}, {$ref: '#/$defs/no_cap'}]", "[{$ref: '#/$defs/cap'}]"), "breaking", "the choice schemas.2B.yaml#/$defs/no_cap was removed", "compatible", "was added"),
    ((SCHEMAS, "value: {type: number, minimum: 0,", "value: {type: number, minimum: 1,"), "breaking", "/limit/cap/value: minimum changed", "compatible", "minimum changed"),
    ((SCHEMAS, "description: How sites weigh.\n    additionalProperties: false", "description: How sites weigh.\n    additionalProperties: true"), "compatible", "other properties changed from False to True", "breaking", "other properties changed"),
    ((SCHEMAS, "tags: {type: array, uniqueItems: true", "tags: {type: array, maxItems: 3, uniqueItems: true"), "breaking", "/tags: maxItems changed", "compatible", "maxItems changed"),
    ((SCHEMAS, "type: uint32, count: '1'", "type: uint64, count: '1'"), "breaking", "the byte layout changed", "breaking", "the byte layout changed"),
    ((SCHEMAS, "u: {type: number, minimum: 0, exclusiveMaximum: 1", "u: {type: integer, arrow: int32, minimum: 0, exclusiveMaximum: 1"), "breaking", "/u: type changed", "breaking", "/u: type changed"),
    ((DICTIONARY, "data/layer1/2B/blob/", "data/layer1/2B/bytes/"), "breaking", "path changed", "breaking", "path changed"),
    ((DICTIONARY, "size: 64", "size: 128"), "compatible", "block_size changed from 64 to 128", "compatible", "block_size changed"),
    ((DICTIONARY, "ordering: [merchant_id, site_order]", "ordering: [merchant_id, site_order]\n    ordered_within: part"), "breaking", "ordered_within changed from 'partition' to 'part'", "breaking", "ordered_within changed"),
    ((DICTIONARY, "bundle_law: index_v2", "bundle_law: concat_v1"), "breaking", "bundle_law changed", "breaking", "bundle_law changed"),
    ((DICTIONARY, "description: The dataset blob.", "description: The bytes."), "prose", "description changed", "prose", "description changed"),
    ((STATES, "      - {id: V-03, title: No share is odd, severity: warn, codes: ['051']}\n", ""), "breaking", "validator V-03: removed", "compatible", "validator V-03: added"),
    ((STATES, "severity: warn, codes: ['051']", "severity: warn, codes: ['050']"), "breaking", "its meaning was reused: codes changed from [051] to [050]", "breaking", "meaning was reused"),
    ((STATES, "codes: ['050', '051']", "codes: ['050']"), "breaking", "validator V-02: no longer raises 051", "compatible", "raises 051 now"),
    ((STATES, "name: SHARE_ODD", "name: SHARE_EVEN"), "breaking", "code 2B-S1-051: its meaning was reused", "breaking", "meaning was reused"),
    ((STATES, "name: SUM_WRONG, kind: finding", "name: SUM_WRONG, kind: input"), "breaking", "kind changed from finding to input", "breaking", "kind changed"),
    ((STATES, "the sum is {found}", "the total is {found}"), "prose", "message changed", "prose", "message changed"),
    ((STATES, "title: Shares sum to one", "title: The shares sum to one"), "prose", "validator V-02: title changed", "prose", "title changed"),
    ((STATES, "draws: '1', blocks: '1'", "draws: '2', blocks: '1'"), "breaking", "its budget or log changed", "breaking", "budget"),
    ((STATES, "optional: true, scope: row_level, when_absent: Every merchant has one site.", "optional: false, scope: row_level"), "breaking", "sites is required now", "compatible", "sites is optional now"),
    ((STATES, "{command: s1,", "{command: step1,"), "breaking", "cli_command changed", "breaking", "cli_command changed"),
    ((ERRORS, "name: RUN_NOT_FOUND", "name: RUN_MISSING"), "breaking", "meaning was reused", "breaking", "meaning was reused"),
    ((ERRORS, "remedy: Name a run.", "remedy: Name another run."), "prose", "remedy changed", "prose", "remedy changed"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[3]}:{change[2][:40]}")
def test_a_change_is_classified_in_both_directions(change: tuple[Edit, str, str, str, str]) -> None:
    edit, forwards, words, backwards, back_words = change
    for severity, piece, found in (
        (forwards, words, compared(edit)),
        (backwards, back_words, compared(edit, back=True)),
    ):
        hits = [item for item in found.changes if piece in item.message]
        assert hits, [str(item) for item in found.changes]
        assert {item.severity for item in hits} == {severity}
        assert all(item.line > 0 and item.file.startswith("contracts/") for item in hits)


def test_equal_catalogues_do_not_differ() -> None:
    assert compared() == ContractsDiff((), ())


def test_lines_that_move_are_no_change() -> None:
    assert compared((SCHEMAS, "plan:\n", "# a comment\n\nplan:\n")) == ContractsDiff((), ())


def test_a_removed_dataset_breaks_and_an_added_one_does_not() -> None:
    files = small_contracts()
    start = DICTIONARY, files[DICTIONARY][files[DICTIONARY].index("  - id: report_s1") :], ""
    line = next(line for line in files[REGISTRY].splitlines(keepends=True) if "report_s1" in line)
    edits = (start, (REGISTRY, line, ""))
    assert [str(item).split(" (")[0] for item in compared(*edits).changes] == [
        "breaking: dataset report_s1: removed"
    ]
    back = compared(*edits, back=True)
    assert [str(item).split(" (")[0] for item in back.changes] == ["compatible: dataset report_s1: added"]
    assert back.versions == ()


def registry(semver: str) -> Edit:
    old = "manifest_key: layer1.2B.weights, kind: dataset, dataset_id: weights, semver: 1.0.0"
    return REGISTRY, old, old.replace("1.0.0", semver)


BREAKING: Edit = (
    SCHEMAS,
    "name: share, type: number, minimum: 0, maximum: 1",
    "name: share, type: number, minimum: 0, maximum: 0.5",
)
COMPATIBLE: Edit = (
    SCHEMAS,
    "name: share, type: number, minimum: 0, maximum: 1",
    "name: share, type: number, minimum: 0, maximum: 2",
)
PROSE: Edit = SCHEMAS, "description: The share.}", "description: The share of it.}"


@pytest.mark.parametrize(
    ("edit", "semver", "needed"),
    [
        (BREAKING, "1.0.0", "breaking"),
        (BREAKING, "1.1.0", "breaking"),
        (BREAKING, "2.0.0", None),
        (COMPATIBLE, "1.0.0", "compatible"),
        (COMPATIBLE, "1.0.1", "compatible"),
        (COMPATIBLE, "1.1.0", None),
        (COMPATIBLE, "2.0.0", None),
        (PROSE, "1.0.0", None),
    ],
)
def test_versions_must_move_as_far_as_their_changes(edit: Edit, semver: str, needed: str | None) -> None:
    found = compared(edit, registry(semver)) if semver != "1.0.0" else compared(edit)
    assert [(item.subject, item.severity) for item in found.versions] == (
        [("dataset weights", needed)] if needed else []
    )


def test_a_change_of_a_shared_definition_reaches_every_dataset_that_uses_it() -> None:
    found = compared((SHARED, "id64: {type: integer, minimum: 1", "id64: {type: integer, minimum: 2"))
    assert {item.subject for item in found.versions} == {"dataset sites", "dataset weights", "dataset draws"}


def test_cards_and_engine_codes_answer_to_the_version_of_their_file() -> None:
    removed: Edit = STATES, "      - {id: V-03, title: No share is odd, severity: warn, codes: ['051']}\n", ""
    assert [item.subject for item in compared(removed).versions] == ["cards of 2B"]
    assert (
        compared(removed, (STATES, "segment: 2B\nversion: 1.0.0", "segment: 2B\nversion: 2.0.0")).versions
        == ()
    )
    renamed: Edit = ERRORS, "name: RUN_NOT_FOUND", "name: RUN_MISSING"
    assert [item.subject for item in compared(renamed).versions] == ["engine codes"]
    assert compared(renamed, (ERRORS, "version: 1.0.0", "version: 2.0.0")).versions == ()
