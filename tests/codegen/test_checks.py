"""The vectorised checks against the slow obvious ones, and the law between parts."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.checks import SHOWN, TableChecks
from codegen.runtime.findings import Violation
from codegen.runtime.patterns import compiled
from codegen.runtime.tables import ColumnSpec, TableSpec


def checks(*columns: ColumnSpec, key: tuple[str, ...] = (), order: tuple[str, ...] = (), partition: tuple[str, ...] = ()) -> TableChecks:  # fmt: skip
    return TableChecks(TableSpec("sample", "x", columns, key, order, partition, 10))


def arrow(**columns: Any) -> pa.Table:
    return pa.table(columns)


def rows(found: list[Violation], rule: str) -> list[int]:
    return sorted(v.row for v in found if v.rule == rule)


uint64s = st.one_of(st.integers(0, 3), st.integers(2**63 - 2, 2**63 + 2), st.integers(2**64 - 3, 2**64 - 1))


@given(st.lists(uint64s, min_size=1, max_size=9), uint64s, uint64s)
def test_bounds_of_unsigned_integers_are_exact(values: list[int], low: int, high: int) -> None:
    law = checks(ColumnSpec("x", "uint64", minimum=low, exclusive_maximum=high))
    found = list(law.violations(arrow(x=pa.array(values, pa.uint64()))))
    wanted = sorted(
        [i for i, v in enumerate(values) if v < low] + [i for i, v in enumerate(values) if v >= high]
    )
    assert rows(found, "range") == wanted


@given(st.lists(st.one_of(st.none(), uint64s), min_size=1, max_size=9), uint64s, uint64s, st.booleans())
def test_bounds_hold_for_the_values_between_nulls(
    values: list[int | None], low: int, high: int, constant: bool
) -> None:
    law = checks(ColumnSpec("x", "uint64", minimum=low, maximum=high, nullable=True, constant=constant))
    found = list(law.violations(arrow(x=pa.array(values, pa.uint64()))))
    there = [(row, value) for row, value in enumerate(values) if value is not None]
    assert sorted(rows(found, "range")) == sorted(
        [row for row, value in there if value < low] + [row for row, value in there if value > high]
    )
    assert rows(found, "enum") == [row for row, value in there if constant and value != there[0][1]]


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=9), st.floats(-1, 1), st.floats(-1, 1))
def test_bounds_of_floats_are_exact(values: list[float], low: float, high: float) -> None:
    law = checks(ColumnSpec("x", "float64", exclusive_minimum=low, maximum=high))
    found = list(law.violations(arrow(x=pa.array(values, pa.float64()))))
    wanted = sorted(
        [i for i, v in enumerate(values) if v <= low] + [i for i, v in enumerate(values) if v > high]
    )
    assert rows(found, "range") == wanted


def test_a_bound_outside_the_type_is_no_obstacle() -> None:
    law = checks(ColumnSpec("x", "uint8", minimum=-5, maximum=1000))
    assert list(law.violations(arrow(x=pa.array([0, 255], pa.uint8())))) == []
    law = checks(ColumnSpec("x", "uint8", minimum=256))
    assert rows(list(law.violations(arrow(x=pa.array([0, 255], pa.uint8())))), "range") == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", "ä", "Z"])), max_size=12))
def test_order_and_key_agree_with_the_slow_definition(pairs: list[tuple[int, str]]) -> None:
    law = checks(ColumnSpec("n", "int32"), ColumnSpec("t", "string"), key=("n", "t"), order=("n", "t"))
    table = arrow(
        n=pa.array([n for n, _ in pairs], pa.int32()), t=pa.array([t for _, t in pairs], pa.string())
    )
    found = list(law.order(table))
    keys = [(n, t.encode()) for n, t in pairs]
    assert rows(found, "order") == [i for i in range(1, len(keys)) if keys[i] < keys[i - 1]]
    assert rows(found, "key") == [i for i, key in enumerate(keys) if key in keys[:i]]


def test_coded_text_with_a_value_twice_in_its_dictionary_is_still_one_key() -> None:
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int32()), pa.array(["a", "a"]))
    law = checks(ColumnSpec("t", "string", storage="dictionary"), key=("t",), order=("t",))
    assert rows(list(law.violations(arrow(t=coded))), "key") == [1]


@pytest.mark.parametrize(
    ("last", "first", "rules"),
    [
        ((1, "b"), (1, "c"), []),
        ((1, "b"), (2, "a"), []),
        ((1, "b"), (1, "b"), ["key"]),
        ((1, "b"), (1, "a"), ["order"]),
        ((2, "a"), (1, "b"), ["order"]),
    ],
)
def test_the_border_between_two_parts_obeys_order_and_key(last: Any, first: Any, rules: list[str]) -> None:
    law = checks(ColumnSpec("n", "int32"), ColumnSpec("t", "string"), key=("n", "t"), order=("n", "t"))
    assert [violation.rule for violation in law.border(last, first)] == rules


def test_the_border_allows_equal_sort_keys_where_the_key_is_longer_or_missing() -> None:
    columns = (ColumnSpec("n", "int32"), ColumnSpec("t", "string"))
    assert list(checks(*columns, key=("n", "t"), order=("n",)).border((1,), (1,))) == []
    assert list(checks(*columns, order=("n",)).border((1,), (1,))) == []
    assert [v.rule for v in checks(*columns, key=("n",), order=("n", "t")).border((1, "a"), (1, "a"))] == [
        "key"
    ]


def test_first_and_last_key_come_from_the_sort_keys() -> None:
    law = checks(ColumnSpec("d", "date32"), ColumnSpec("n", "uint64"), key=("d",), order=("d", "n"))
    table = arrow(d=pa.array([0, 31], pa.date32()), n=pa.array([2**64 - 1, 5], pa.uint64()))
    assert law.first_key(table) == ("1970-01-01", 2**64 - 1)
    assert law.last_key(table) == ("1970-02-01", 5)
    assert law.key_text(table, 1) == "d=1970-02-01"


def test_columns_that_echo_a_token_must_hold_it() -> None:
    law = checks(ColumnSpec("seed", "uint64"), ColumnSpec("utc_day", "date32"), partition=("seed", "utc_day"))
    table = arrow(seed=pa.array([7, 8], pa.uint64()), utc_day=pa.array([0, 0], pa.date32()))
    found = list(law.violations(table, {"seed": 7, "utc_day": "1970-01-01", "run_id": "x"}))
    assert [(v.rule, v.column, v.row, v.expected, v.found) for v in found] == [
        ("partition", "seed", 1, "7", "8")
    ]


@pytest.mark.parametrize("coded", [False, True])
def test_a_null_does_not_echo_a_token(coded: bool) -> None:
    law = checks(ColumnSpec("scenario_id", "string", nullable=True), partition=("scenario_id",))
    texts = pa.array(["stress", None, "stress"])
    table = arrow(scenario_id=texts.dictionary_encode() if coded else texts)
    assert rows(list(law.violations(table, {"scenario_id": "stress"})), "partition") == [1]


@pytest.mark.parametrize("nulls", [False, True])
def test_numbers_beside_nulls_keep_their_bounds_and_places(nulls: bool) -> None:
    law = checks(ColumnSpec("share", "float64", nullable=True, minimum=0, maximum=1))
    values = [0.5, -0.5, None if nulls else 1.0, 1.5, float("nan"), 0.0]
    found = list(law.violations(arrow(share=pa.array(values, pa.float64())), {}))
    assert rows(found, "range") == [1, 3, 4]


def test_a_table_that_is_wrong_everywhere_still_gives_a_short_report() -> None:
    law = checks(ColumnSpec("x", "int64", minimum=1), key=("x",))
    found = list(law.violations(arrow(x=pa.array(np.zeros(1000, np.int64)))))
    ranges = [violation for violation in found if violation.rule == "range"]
    assert len(ranges) == SHOWN + 1
    assert ranges[-1].found == "990 more rows that differ"
    assert ranges[0].where == "column x, row 0 (x=0)"


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (
            "date",
            ["2024-02-29", "0001-01-01"],
            [
                "2026-02-31",
                "2023-02-29",
                "0000-01-01",
                "2026-2-1",
                "2026-13-01",
                "2026-01-01\n",
                "x2026-01-01",
            ],
        ),
        (
            "date-time",
            ["2026-01-01T00:00:00Z", "2026-01-01T23:59:59.5+01:00"],
            ["2026-01-01", "2026-01-01T24:00:00Z", "2016-12-31T23:59:60Z", "2026-02-30T00:00:00Z"],
        ),
    ],
)
def test_formats(form: str, good: list[str], bad: list[str]) -> None:
    law = checks(ColumnSpec("x", "string", format=form))
    found = list(law.violations(arrow(x=good + bad)))
    assert rows(found, "format") == list(range(len(good), len(good) + len(bad)))


def test_lengths_count_characters_and_enumerations_compare_texts() -> None:
    law = checks(ColumnSpec("x", "string", min_length=2, max_length=3))
    assert rows(list(law.violations(arrow(x=["é", "éé", "ééé", "éééé"]))), "range") == [0, 3]
    law = checks(ColumnSpec("x", "string", enum=("a", "b"), nullable=True))
    assert rows(list(law.violations(arrow(x=["a", "c", None]))), "enum") == [1]
    law = checks(ColumnSpec("x", "uint64", enum=(2**64 - 1, 2), nullable=True))
    for values in ([2**64 - 2], [2**64 - 2, None]):
        assert rows(list(law.violations(arrow(x=pa.array(values, pa.uint64())))), "enum") == [0]
    law = checks(ColumnSpec("x", "uint8", enum=(1, 3)))
    assert rows(list(law.violations(arrow(x=pa.array([1, 2, 3], pa.uint8())))), "enum") == [1]


def test_nulls_are_found_only_where_they_are_not_allowed() -> None:
    table = arrow(x=pa.array([1, None, 3], pa.int64()))
    assert rows(list(checks(ColumnSpec("x", "int64", minimum=2)).violations(table)), "null") == [1]
    loose = list(checks(ColumnSpec("x", "int64", nullable=True, minimum=2)).violations(table))
    assert [(v.rule, v.row) for v in loose] == [("range", 0)]


def test_a_constant_has_one_value() -> None:
    table = arrow(x=pa.array([5, 5, 6], pa.int64()), t=["a", "b", "a"])
    law = checks(ColumnSpec("x", "int64", constant=True), ColumnSpec("t", "string", constant=True))
    assert [(v.rule, v.column, v.row) for v in law.violations(table)] == [("enum", "x", 2), ("enum", "t", 1)]


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("a|b$", "b\n", False),
        ("a|b$", "xa\n", True),
        (r"^\$$", "$", True),
        (r"^\$$", "$\n", False),
        ("[$]", "a$b\n", True),
        ("^[]$]$", "$", True),
        ("^[^]$]$", "$", False),
        ("^[^]$]$", "x\n", False),
        (r"^[\]$]$", "]", True),
    ],
)
def test_a_dollar_matches_at_the_very_end_only(pattern: str, text: str, matches: bool) -> None:
    assert (compiled(pattern).search(text) is not None) == matches


@given(st.from_regex("^[a-c]{1,3}$"))
def test_patterns_agree_with_fullmatch(text: str) -> None:
    assert (compiled("^[a-c]{1,3}$").search(text) is None) == (re.fullmatch("[a-c]{1,3}", text) is None)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["a", "b"]), st.integers(0, 5), st.sampled_from("xxxy")),
        max_size=12,
    ),
    st.booleans(),
    st.lists(st.integers(0, 12), max_size=3),
    st.booleans(),
)
def test_rows_in_several_chunks_break_what_they_break_in_one(
    drawn: list[tuple[int, str, int, str]], ordered: bool, cuts: list[int], other_key: bool
) -> None:
    held = sorted(set(drawn)) if ordered else drawn
    law = checks(
        ColumnSpec("a", "int32"),
        ColumnSpec("b", "string", storage="dictionary", enum=("a", "b")),
        ColumnSpec("c", "int32", maximum=4),
        ColumnSpec("d", "string", constant=True),
        key=("b", "c") if other_key else ("a", "b", "c"),
        order=("a", "b", "c"),
    )
    whole = pa.table(
        {
            "a": pa.array([row[0] for row in held], pa.int32()),
            "b": pa.array([row[1] for row in held], pa.string()).dictionary_encode(),
            "c": pa.array([row[2] for row in held], pa.int32()),
            "d": pa.array([row[3] for row in held], pa.string()).dictionary_encode(),
        }
    )
    at = [0, *sorted(min(cut, len(held)) for cut in cuts), len(held)]
    pieces = []
    for first, stop in itertools.pairwise(at):
        piece = whole.slice(first, stop - first)
        coded = {name: piece.column(name).cast(pa.string()).dictionary_encode() for name in "bd"}
        for name, column in coded.items():  # each piece with values of its own, as row groups have them
            piece = piece.set_column(piece.column_names.index(name), name, column)
        pieces.append(piece)
    assert list(law.violations(pa.concat_tables(pieces))) == list(law.violations(whole))
    piecewise = law.piecewise()
    found = [piecewise.add(piece.combine_chunks()) for piece in pieces if piece.num_rows]
    assert found == sorted(found, reverse=True)  # what is broken stays broken
    sound = not any(law.violations(whole))
    assert piecewise.holds == (sound and not (other_key and held))


def in_two(first: dict[str, Any], second: dict[str, Any]) -> pa.Table:
    return pa.concat_tables([pa.table(first), pa.table(second)])


def test_a_constant_of_one_value_in_each_chunk_is_none_if_they_differ() -> None:
    law = checks(ColumnSpec("a", "int32"), ColumnSpec("d", "int32", constant=True), key=("a",), order=("a",))
    one, other = ({"a": pa.array([row], pa.int32()), "d": pa.array([row], pa.int32())} for row in (1, 2))
    assert rows(list(law.violations(in_two(one, other))), "enum") == [1]


@pytest.mark.parametrize(("second", "rule"), [(1, "order"), (2, "key")])
def test_rows_in_order_in_each_chunk_may_not_be_so_from_one_to_the_next(second: int, rule: str) -> None:
    law = checks(ColumnSpec("a", "int32"), key=("a",), order=("a",))
    one, other = ({"a": pa.array([row], pa.int32())} for row in (2, second))
    assert rows(list(law.violations(in_two(one, other))), rule) == [1]
    piecewise = law.piecewise()
    assert [piecewise.add(pa.table(one)), piecewise.add(pa.table(other)), piecewise.holds] == [
        True,
        False,
        False,
    ]


def test_a_key_that_is_not_the_order_is_looked_for_in_all_chunks() -> None:
    law = checks(ColumnSpec("a", "int32"), ColumnSpec("k", "int32"), key=("k",), order=("a",))
    one, other = ({"a": pa.array([row], pa.int32()), "k": pa.array([7], pa.int32())} for row in (1, 2))
    assert rows(list(law.violations(in_two(one, other))), "key") == [1]


def test_nulls_in_a_constant_or_a_key_are_judged_over_all_chunks() -> None:
    constant = checks(ColumnSpec("d", "int32", nullable=True, constant=True))
    one, other = ({"d": pa.array([None, value], pa.int32())} for value in (5, 6))
    assert rows(list(constant.violations(in_two(one, other))), "enum") == [3]
    key = checks(ColumnSpec("s", "string", nullable=True, storage="dictionary"), key=("s",), order=("s",))
    texts = [{"s": pa.array(values, pa.string()).dictionary_encode()} for values in ([None, "a"], ["b"])]
    assert list(key.violations(in_two(*texts))) == []
