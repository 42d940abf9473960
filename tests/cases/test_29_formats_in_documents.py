"""29: `format` in a document's schema is enforced by its generated model, and no other may be asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.catalogue_findings import ContractsInvalid
from tests.codegen.generated_tree import answer, generated
from tests.codegen.small_contracts import small_contracts

SCHEMAS = "layer1/2B/schemas.2B.yaml"
VERSION = "version: {type: string, minLength: 1, description: The version.}"
NOTE = """version: {type: string, minLength: 1, description: The version.}
      d: {type: string, format: date, description: A day.}
      n: {type: [string, 'null'], format: date, description: A day or null.}
      many: {type: array, items: {type: string, format: date}, description: Days.}
      t: {type: string, format: date-time, description: An instant.}"""
DAYS = ["2024-02-29", "0001-01-01", "9999-12-31", "2000-02-29"]
NO_DAYS = [
    "2024-02-30", "2023-02-29", "1900-02-29", "20240101", "2024-W01-1", "2024-001", "2024-1-1", "0000-01-01",
    "2024-04-31", "2024-00-10", "2024-13-01", "2024-01-01\n", " 2024-01-01", "2024-01-01T00:00:00Z", "", "x",
    "\u0662\u0660\u0662\u0664-01-01",
]  # fmt: skip
INSTANTS = ["2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T05:30:00+05:30"]
NO_INSTANTS = [
    "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2016-12-31T23:59:60Z", "2024-01-01T00:60:00Z", "2024-01-01",
    "2024-01-01T00:00:00", "2024-01-01t00:00:00z", "2024-01-01 00:00:00Z", "20240101T000000Z",
    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-00:01", "2024-01-01T00:00:00+24:00",
    "2024-01-01T00:00:00+01:60", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00Z\n", "anything",
]  # fmt: skip


def with_note(note: str) -> dict[str, str]:
    files = small_contracts()
    assert VERSION in files[SCHEMAS]
    return {**files, SCHEMAS: files[SCHEMAS].replace(VERSION, note)}


@pytest.mark.slow
def test_a_generated_model_refuses_what_its_format_refuses(tmp_path: Path) -> None:
    folder = generated(with_note(NOTE), tmp_path)
    given = {
        "d": [*DAYS, *NO_DAYS],
        "n": [*DAYS, None, *NO_DAYS],
        "many": [[day] for day in [*DAYS, *NO_DAYS]],
        "t": [*INSTANTS, *NO_INSTANTS],
    }
    program = f"""
import json
from pydantic import ValidationError
from generated.models.s2b import WeightPolicy
given = json.loads({json.dumps(json.dumps(given))})
found = {{}}
for field, values in given.items():
    found[field] = []
    for value in values:
        try:
            WeightPolicy.of({{"version": "1", "exponent": 1, "limit": {{"mode": "none"}}, field: value}})
        except ValidationError:
            continue
        found[field].append(value)
print(json.dumps(found))
"""
    assert answer(folder, program) == {
        "d": DAYS,
        "n": [*DAYS, None],
        "many": [[day] for day in DAYS],
        "t": INSTANTS,
    }


@pytest.mark.parametrize("form", ["time", "email", "uuid", "duration", "Date", "date_time", "''"])
def test_a_format_that_nothing_enforces_is_refused(tmp_path: Path, form: str) -> None:
    note = f"{VERSION}\n      d: {{type: string, format: {form}, description: A day.}}"
    with pytest.raises(ContractsInvalid) as raised:
        generated(with_note(note), tmp_path)
    assert any(one.rule == "KEYWORD" and "format" in one.message for one in raised.value.findings)
