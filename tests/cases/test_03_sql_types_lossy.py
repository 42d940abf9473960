"""Case 03: no type of DuckDB loses anything on its way to text; what cannot be exact is refused by name."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

import closedworld
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.reading.exact_types import arrow_route, interval, text_route
from tests.cases.asked import asked, cell, value

EXACT: list[tuple[str, str, Any]] = [
    ("'9999999999999999999999'::BIGNUM", "9999999999999999999999", 9999999999999999999999),
    ("'10101'::BIT", "10101", "10101"),
    ("bitstring('1', 9)", "000000001", "000000001"),
    ("'12:00:00+05:45'::TIMETZ", "12:00:00+05:45", "12:00:00+05:45"),
    ("'12:00:00.25-15:59:59'::TIMETZ", "12:00:00.250000-15:59:59", "12:00:00.250000-15:59:59"),
    ("TIME '24:00:00'", "24:00:00", "24:00:00"),
    ("TIME '12:34:56.5'", "12:34:56.500000", "12:34:56.500000"),
    (
        "12345678901234567890123.123456789::DECIMAL(38,9)",
        "12345678901234567890123.123456789",
        Decimal("12345678901234567890123.123456789"),
    ),
    ("0.000000001::DECIMAL(38,9)", "0.000000001", Decimal("0.000000001")),
    ("-1.10::DECIMAL(18,2)", "-1.10", Decimal("-1.10")),
    ("(1/3)::DECIMAL(38,38)", None, None),
    (r"'\xFF\x00'::BLOB", "ff00", "ff00"),
    ("'6d3d2541-a6a5-4b0c-8a3f-1c2a3d4e5f60'::UUID",) + ("6d3d2541-a6a5-4b0c-8a3f-1c2a3d4e5f60",) * 2,
    ("'b'::ENUM('a', 'b')", "b", "b"),
    ("'POINT(0.1 0.30000000000000004)'::GEOMETRY",) + ("POINT (0.1 0.30000000000000004)",) * 2,
    ("1::VARIANT", "1", "1"),
    ("0.1::DOUBLE + 0.2::DOUBLE", "0.30000000000000004", Decimal("0.30000000000000004")),
    ("'-0.0'::DOUBLE", "-0.0", Decimal("-0.0")),
    ("'nan'::DOUBLE", "nan", None),
    ("'-inf'::FLOAT", "-inf", "-inf"),
    ("union_value(k := '12:00:00+01'::TIMETZ)", "12:00:00+01", "12:00:00+01"),
    ("INTERVAL '2000000000 hours'", None, {"months": 0, "days": 0, "nanoseconds": 7200000000000000000000}),
    ("['a', NULL, '']", '["a", null, ""]', ["a", None, ""]),
    ("{'d': [1.50::DECIMAL(20,2)]}", '{"d": [1.50]}', {"d": [Decimal("1.50")]}),
    ("row(TIME '24:00', row(1, NULL))", '["24:00:00", [1, null]]', ["24:00:00", [1, None]]),
    ("[TIME '24:00']::TIME[1]", '["24:00:00"]', ["24:00:00"]),
    ("NULL::STRUCT(a TIMETZ)", "", None),
    ("NULL::MAP(UHUGEINT, BIT)", "", None),
]


@pytest.mark.parametrize(("expression", "text", "number"), [one for one in EXACT if one[1:] != (None, None)])
def test_a_value_leaves_unchanged(
    tiny_original: RunFolder, expression: str, text: str | None, number: Any
) -> None:
    if text:
        assert cell(tiny_original, expression) == text
    found = value(tiny_original, expression)
    assert found == number and type(found) is type(number)


def test_the_case_as_it_was_seen(tiny_original: RunFolder) -> None:
    sql = (
        "SELECT '9999999999999999999999'::BIGNUM b, '10101'::BIT bt, '12:00:00+05:45'::TIMETZ tz, "
        "TIME '24:00:00' t, 12345678901234567890123.123456789::DECIMAL(38,9) d"
    )
    found = asked(tiny_original, sql, "--json")
    assert found.exit_code == 0 and '"d": 12345678901234567890123.123456789}' in found.out
    document = json.loads(found.out)
    assert document["types"] == ["BIGNUM", "BIT", "TIME WITH TIME ZONE", "time64[us]", "decimal128(38, 9)"]


@pytest.mark.parametrize("words", ["INTERVAL '2000000000 hours'", "INTERVAL '-2000000000 hours'"])
def test_an_interval_that_arrow_cannot_count_is_refused_there(tiny_original: RunFolder, words: str) -> None:
    with pytest.raises(EngineError, match=r"USE-008.*292 years"):
        closedworld.open(tiny_original).query(f"SELECT {words} AS x")


def test_what_arrow_lacks_is_text_there(tiny_original: RunFolder) -> None:
    sql = (
        "SELECT '101'::BIT AS b, '12:00:00+05:45'::TIMETZ AS z, ['7'::BIGNUM] AS l, {'u': 1::UHUGEINT} AS s, "
        "1::VARIANT AS v, [INTERVAL '2000000000 hours'] AS i, INTERVAL 3 DAY AS three, 1 AS n, 2 AS n"
    )
    table = closedworld.open(tiny_original).query(sql)
    assert table.column_names == ["b", "z", "l", "s", "v", "i", "three", "n", "n"]
    found = [column.to_pylist()[0] for column in table.columns]
    assert found[:6] == ["101", "12:00:00+05:45", ["7"], {"u": "1"}, "1", ["2000000000:00:00"]]
    assert found[6] == (0, 3, 0) and found[7:] == [1, 2]


def test_an_unknown_type_is_refused_by_its_name() -> None:
    unknown: Any = SimpleNamespace(id="quaternion", children=[])
    for route in (text_route, arrow_route):
        with pytest.raises(EngineError, match="USE-008") as caught:
            route(unknown)
        assert caught.value.exit_code == 2


@given(
    st.integers(-(2**31) // 2, 2**31 // 2),
    st.integers(-(2**31) // 2, 2**31 // 2),
    st.integers(-(2**63) + 1, 2**63 - 1),
)
def test_an_interval_is_read_back_from_what_duckdb_writes(months: int, days: int, micros: int) -> None:
    made = f"to_months({months}) + to_days({days}) + to_microseconds({micros}::BIGINT)"
    (text,) = duckdb.sql(f"SELECT CAST({made} AS VARCHAR)").fetchall()[0]
    assert interval(text) == {"months": months, "days": days, "nanoseconds": micros * 1000}


def test_csv_quotes_what_must_be_quoted_and_tells_null_from_no_text(tiny_original: RunFolder) -> None:
    quoted = """'a,b' AS "x,""y", 'say "hi"' AS q, 'two' || chr(10) || 'lines' AS n, chr(13) AS r"""
    sql = f"SELECT {quoted}, '' AS e, NULL AS z"
    found = asked(tiny_original, sql, "--csv")
    assert found.out == '"x,""y",q,n,r,e,z\n"a,b","say ""hi""","two\nlines","\r","",\n'
    rows = list(csv.reader(io.StringIO(found.out, newline="")))
    assert rows[1] == ["a,b", 'say "hi"', "two\nlines", "\r", "", ""]
    one = asked(tiny_original, "SELECT NULL AS x UNION ALL SELECT 'b' ORDER BY ALL NULLS FIRST", "--csv")
    assert list(csv.reader(io.StringIO(one.out))) == [["x"], [""], ["b"]]


def test_a_long_statement_is_no_bug(tiny_original: RunFolder) -> None:
    """DuckDB's own time grows with the third power of the terms: 1 s for 300, 26 s for 900."""
    sql = "SELECT " + "+".join(["1"] * 300) + " AS x FROM outlet_catalogue LIMIT 1"
    found = asked(tiny_original, sql, "--json")
    assert found.exit_code == 0, found.err
    assert json.loads(found.out)["rows"] == [{"x": 300}]


@pytest.mark.parametrize("depth", [30, 300, 900])
def test_a_deep_value_is_no_bug(tiny_original: RunFolder, depth: int) -> None:
    nested = asked(tiny_original, "SELECT " + "[" * depth + "1" + "]" * depth + " AS x", "--json")
    assert nested.exit_code == (0 if depth == 30 else 2), nested.err


@pytest.mark.parametrize("limit", [0, 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**30])
def test_any_limit_is_a_limit(tiny_original: RunFolder, limit: int) -> None:
    for form in ((), ("--csv",), ("--json",)):
        found = asked(tiny_original, "SELECT * FROM range(3)", "--limit", str(limit), *form)
        assert found.exit_code == 0, found.err
        assert ("there are more" in found.err) == (limit < 3)
