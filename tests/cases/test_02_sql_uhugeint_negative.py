"""Case 02: whole numbers of any width keep their sign and every digit."""

from __future__ import annotations

import pytest

import closedworld
from engine.core.run import RunFolder
from tests.cases.asked import cell, value

NUMBERS = [
    ("UHUGEINT", 340282366920938463463374607431768211455),
    ("UHUGEINT", 200000000000000000000000000000000000000),
    ("UHUGEINT", 170141183460469231731687303715884105728),
    ("UHUGEINT", 0),
    ("HUGEINT", 170141183460469231731687303715884105727),
    ("HUGEINT", -170141183460469231731687303715884105727),
    ("BIGNUM", 10**60 + 1),
    ("BIGNUM", -(10**60) - 1),
    ("UBIGINT", 18446744073709551615),
    ("BIGINT", -9223372036854775807),
    ("DECIMAL(38, 0)", 99999999999999999999999999999999999999),
]


@pytest.mark.parametrize(("type_", "number"), NUMBERS)
def test_a_whole_number_keeps_every_digit(tiny_original: RunFolder, type_: str, number: int) -> None:
    expression = f"'{number}'::{type_}"
    assert cell(tiny_original, expression) == str(number)
    assert value(tiny_original, expression) == number
    assert value(tiny_original, f"MAP {{{expression}: [{expression}]}}") == [[number, [number]]]
    assert value(tiny_original, f"row({expression}, 'a')") == [number, "a"]


@pytest.mark.parametrize(("type_", "number"), NUMBERS)
def test_a_whole_number_keeps_every_digit_in_arrow(tiny_original: RunFolder, type_: str, number: int) -> None:
    (found,) = (
        closedworld.open(tiny_original).query(f"SELECT '{number}'::{type_} AS x").column("x").to_pylist()
    )
    assert int(found) == number


def test_the_least_hugeint_is_itself(tiny_original: RunFolder) -> None:
    least = "-170141183460469231731687303715884105727::HUGEINT - 1"
    assert value(tiny_original, least) == -(2**127)


def test_a_number_that_python_would_not_read_stays_text(tiny_original: RunFolder) -> None:
    digits = "9" * 5000
    assert value(tiny_original, "repeat('9', 5000)::BIGNUM") == digits
    assert cell(tiny_original, "repeat('9', 5000)::BIGNUM") == digits


def test_a_sum_is_a_number(tiny_original: RunFolder) -> None:
    sql = "SELECT sum(i::UBIGINT) AS s FROM (VALUES (18446744073709551615), (18446744073709551615)) t(i)"
    assert value(tiny_original, f"({sql})") == 36893488147419103230
