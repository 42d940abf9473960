"""Case 01: days and times that Python's datetime does not know are printed like any other."""

from __future__ import annotations

import pytest

import closedworld
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from tests.cases.asked import cell, value

TIMES = [
    ("'infinity'::TIMESTAMP", "infinity"),
    ("TIMESTAMP '290000-01-01'", "290000-01-01T00:00:00"),
    ("DATE '10000-01-01'", "10000-01-01"),
    ("'-infinity'::DATE", "-infinity"),
    ("'-infinity'::TIMESTAMPTZ", "-infinity"),
    ("'infinity'::TIMESTAMP_NS", "infinity"),
    ("'infinity'::TIMESTAMP_MS", "infinity"),
    ("'-infinity'::TIMESTAMP_S", "-infinity"),
    ("TIMESTAMP_S '290000-01-01 12:00:00'", "290000-01-01T12:00:00"),
    ("TIMESTAMPTZ '290000-01-01 12:00:00.5+00'", "290000-01-01T12:00:00.500000+00:00"),
    ("DATE '5877642-06-25 (BC)'", "5877642-06-25 (BC)"),
    ("TIMESTAMP '0044-03-15 (BC) 12:00:00'", "0044-03-15 (BC) 12:00:00"),
    ("DATE '5881580-07-10'", "5881580-07-10"),
    ("TIMESTAMP_NS '2024-03-05 00:00:00.123456789'", "2024-03-05T00:00:00.123456789"),
    ("TIMESTAMP_NS '2024-03-05 00:00:00.1234567'", "2024-03-05T00:00:00.123456700"),
    ("TIMESTAMP '2024-03-05 01:02:03.5'", "2024-03-05T01:02:03.500000"),
    ("TIMESTAMP '2024-03-05 01:02:03.000001'", "2024-03-05T01:02:03.000001"),
    ("TIMESTAMPTZ '2024-03-05 01:02:03+05:45'", "2024-03-04T19:17:03+00:00"),
    ("DATE '2024-02-29'", "2024-02-29"),
    ("TIME_NS '12:34:56.123456789'", "12:34:56.123456789"),
]


@pytest.mark.parametrize(("expression", "text"), TIMES)
def test_every_day_and_time_of_duckdb_is_printed(
    tiny_original: RunFolder, expression: str, text: str
) -> None:
    assert cell(tiny_original, expression) == text
    assert value(tiny_original, expression) == text
    assert value(tiny_original, f"[{expression}, NULL]") == [text, None]
    assert value(tiny_original, f"{{'a b': {{'c\"': {expression}}}}}") == {"a b": {'c"': text}}


@pytest.mark.parametrize(
    "expression",
    [
        "'infinity'::TIMESTAMP",
        "'-infinity'::DATE",
        "['infinity'::TIMESTAMP_NS]",
        "{'t': 'infinity'::TIMESTAMPTZ}",
        "MAP {'k': '-infinity'::TIMESTAMP_S}",
        "TIME '24:00:00'",
        "[NULL, TIME '24:00']::TIME[2]",
    ],
)
def test_arrow_is_given_no_other_time_in_place_of_one_it_lacks(
    tiny_original: RunFolder, expression: str
) -> None:
    world = closedworld.open(tiny_original)
    with pytest.raises(EngineError, match=r"USE-008.*Arrow holds") as caught:
        world.query(f"SELECT {expression} AS x")
    assert caught.value.exit_code == 2 and "column x" in caught.value.where


def test_far_days_are_arrow_values(tiny_original: RunFolder) -> None:
    table = closedworld.open(tiny_original).query(
        "SELECT DATE '10000-01-01' AS d, TIME '23:59:59.999999' AS t"
    )
    assert str(table.column("d").cast("int32")[0]) == "2932897"
    assert str(table.column("t")[0]) == "23:59:59.999999"
