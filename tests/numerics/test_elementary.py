"""exp, log, log1p, cos2pi and sin2pi: correctly rounded everywhere."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import numerics
from engine.numerics import elementary, fixed_point
from tests.oracle.elementary import correctly_rounded
from tests.vectors import number, vectors

NAMES = ("exp", "log", "log1p", "cos2pi", "sin2pi")
FUNCTIONS: dict[str, Callable[[float], float]] = {name: getattr(numerics, name) for name in NAMES}
INFINITY, NAN = math.inf, math.nan


def bits(x: float) -> bytes:
    return struct.pack("<d", x)


def same(found: float, expected: float) -> bool:
    return bits(found) == bits(expected) or (math.isnan(found) and math.isnan(expected))


@pytest.mark.parametrize("name", NAMES)
def test_known_answers_and_published_hard_cases(name: str) -> None:
    wrong = [
        (x, FUNCTIONS[name](number(x)).hex(), y)
        for x, y, *_ in vectors("elementary")[name]
        if not same(FUNCTIONS[name](number(x)), number(y))
    ]
    assert not wrong
    assert len(vectors("elementary")[name]) == 400


SPECIAL = [
    ("exp", INFINITY, INFINITY), ("exp", -INFINITY, 0.0), ("exp", NAN, NAN), ("exp", 0.0, 1.0),
    ("exp", -0.0, 1.0), ("exp", 709.782712893384, correctly_rounded("exp", 709.782712893384)),
    ("exp", 709.7827128933841, INFINITY), ("exp", 1e300, INFINITY), ("exp", -1e300, 0.0),
    ("exp", -745.1332191019411, 5e-324), ("exp", -745.1332191019412, 0.0), ("exp", -746.5, 0.0),
    ("exp", -708.0, correctly_rounded("exp", -708.0)), ("exp", 709.0, correctly_rounded("exp", 709.0)),
    ("log", INFINITY, INFINITY), ("log", 0.0, -INFINITY), ("log", -0.0, -INFINITY), ("log", -1.0, NAN),
    ("log", -5e-324, NAN), ("log", -INFINITY, NAN), ("log", NAN, NAN), ("log", 1.0, 0.0),
    ("log1p", INFINITY, INFINITY), ("log1p", -1.0, -INFINITY), ("log1p", -1.0000000000000002, NAN),
    ("log1p", NAN, NAN), ("log1p", -INFINITY, NAN), ("log1p", 0.0, 0.0), ("log1p", -0.0, -0.0),
    ("log1p", -5e-324, -5e-324), ("cos2pi", INFINITY, NAN), ("cos2pi", -INFINITY, NAN),
    ("cos2pi", NAN, NAN), ("cos2pi", -0.25, 0.0), ("cos2pi", 1e300, 1.0), ("cos2pi", -0.5, -1.0),
    ("sin2pi", INFINITY, NAN), ("sin2pi", NAN, NAN), ("sin2pi", -0.0, 0.0), ("sin2pi", -0.5, 0.0),
    ("sin2pi", 1e300, 0.0), ("sin2pi", -0.25, -1.0), ("sin2pi", 5e-324, 3e-323),
]  # fmt: skip


@pytest.mark.parametrize(("name", "x", "expected"), SPECIAL)
def test_special_values(name: str, x: float, expected: float) -> None:
    assert same(FUNCTIONS[name](x), expected), FUNCTIONS[name](x)


def arguments(name: str, count: int, seed: int) -> Iterator[float]:
    """Arguments over all the function's domain, thickest where the engine uses it."""
    generator = np.random.default_rng(seed)
    part = count // 4
    if name == "exp":
        parts = [
            generator.uniform(-745.2, 709.8, part),
            generator.uniform(-30.0, 5.0, part),
            generator.uniform(-1.0, 1.0, part) * 2.0 ** generator.uniform(-60, 0, part),
            generator.uniform(-745.2, -707.9, part // 10),
            generator.uniform(-2.0, 2.0, count - 3 * part - part // 10),
        ]
    elif name == "log":
        random_bits = generator.integers(1, 0x7FF0_0000_0000_0000, part, dtype=np.uint64).view(np.float64)
        near_one = 1.0 + generator.uniform(-1.0, 1.0, part) * 2.0 ** generator.uniform(-52, -1, part)
        parts = [
            random_bits,
            near_one,
            generator.integers(1, 2**52, part // 10, dtype=np.uint64).view(np.float64),
            generator.integers(1, 10**7, part).astype(np.float64),
            generator.random(count - 3 * part - part // 10),
        ]
    elif name == "log1p":
        parts = [
            generator.uniform(-1.0, 1.0, part) * 2.0 ** generator.uniform(-58, 0, part),
            generator.random(part) * 2.0 ** generator.uniform(-10, 60, part),
            generator.random(part // 10) * 2.0 ** generator.uniform(60, 1024, part // 10),
            generator.uniform(-1.0, 0.0, part),
            generator.random(count - 3 * part - part // 10),
        ]
    else:
        eighths = generator.integers(0, 9, part) / 8.0
        parts = [
            generator.random(part),
            np.abs(eighths + generator.uniform(-1.0, 1.0, part) * 2.0 ** generator.uniform(-60, -3, part)),
            generator.random(part // 10) * 2.0 ** generator.uniform(-1070, -60, part // 10),
            generator.uniform(-100.0, 100.0, part // 10),
            generator.random(count - 2 * part - 2 * (part // 10)),
        ]
    chosen = np.concatenate(parts)
    assert chosen.size == count
    return iter(chosen.tolist())


def mismatches(name: str, count: int, seed: int) -> list[tuple[str, str, str]]:
    function = FUNCTIONS[name]
    wrong = []
    for x in arguments(name, count, seed):
        found, expected = function(x), correctly_rounded(name, x)
        if found != expected and not same(found, expected):
            wrong.append((x.hex(), found.hex(), expected.hex()))
    return wrong


@pytest.mark.parametrize("name", NAMES)
def test_random_arguments_are_correctly_rounded(name: str) -> None:
    assert mismatches(name, 20_000, seed=7) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_million_random_arguments_are_correctly_rounded(name: str) -> None:
    assert mismatches(name, 1_000_000, seed=8) == []


def test_accurate_paths_alone_are_correctly_rounded() -> None:
    """The paths that one argument in ten thousand takes, given every argument."""
    for x in arguments("exp", 1500, seed=9):
        assert fixed_point.accurate_exp(x) == correctly_rounded("exp", x), x.hex()
    for x in arguments("log", 1500, seed=9):
        if x != 1.0:
            expected = correctly_rounded("log", x)
            assert fixed_point.accurate_log_sum(x, 0.0, expected) == expected, x.hex()
    for x in arguments("sin2pi", 1500, seed=9):
        r = abs(x) / 1024.0
        if 0.0 < r <= 0.125:
            assert fixed_point.accurate_sin_turn(r) == correctly_rounded("sin2pi", r), r.hex()
            assert fixed_point.accurate_cos_turn(r) == correctly_rounded("cos2pi", r), r.hex()


def test_accurate_log_sum_takes_the_low_part() -> None:
    for x in arguments("log1p", 1500, seed=10):
        if abs(x) < 2.0**-54:
            continue
        s = 1.0 + x
        t = x - (s - 1.0) if abs(x) < 1.0 else 1.0 - (s - x)
        expected = correctly_rounded("log1p", x)
        assert fixed_point.accurate_log_sum(s, t, expected) == expected, x.hex()


def relative_error(high: float, low: float, exact: mpmath.mpf) -> float:
    return float(abs((mpmath.mpf(high) + mpmath.mpf(low)) / exact - 1))


def test_fast_paths_stay_well_inside_their_error_bound() -> None:
    """A rounding test is only as good as its bound: the greatest error seen must be under half of it."""
    worst = dict.fromkeys(NAMES, 0.0)
    with mpmath.workprec(160):
        turn = 2 * mpmath.pi
        for x in arguments("exp", 6000, seed=11):
            if -708.0 < x < 709.0:
                high, low, n = elementary._exp_sum(x)
                worst["exp"] = max(
                    worst["exp"], relative_error(high, low, mpmath.ldexp(mpmath.exp(x), -int(n)))
                )
        for x in arguments("log", 6000, seed=11):
            if x != 1.0 and x >= 2.0**-1022:
                high, low = elementary._log_sum(x, 0.0, 0)
                worst["log"] = max(worst["log"], relative_error(high, low, mpmath.log(x)))
        for x in arguments("log1p", 6000, seed=11):
            if 2.0**-54 <= abs(x) < 2.0**200:
                s = 1.0 + x
                t = x - (s - 1.0) if abs(x) < 1.0 else 1.0 - (s - x)
                high, low = elementary._log_sum(s, t, 0)
                worst["log1p"] = max(worst["log1p"], relative_error(high, low, mpmath.log(mpmath.mpf(1) + x)))
        for x in arguments("sin2pi", 6000, seed=11):
            r = abs(x) % 0.125
            if r > 2.0**-300:
                for name, cosine, exact in (("sin2pi", False, mpmath.sin), ("cos2pi", True, mpmath.cos)):
                    high, low = elementary._sine_cosine_sum(r, cosine)
                    worst[name] = max(worst[name], relative_error(high, low, exact(turn * r)))
    assert all(0.0 < error < elementary._ERROR / 2 for error in worst.values()), worst


EVERY = st.floats(allow_nan=True, allow_infinity=True)


@given(EVERY)
def test_exp_and_log_of_any_bit_pattern(x: float) -> None:
    if math.isfinite(x):
        assert same(numerics.exp(x), correctly_rounded("exp", max(-800.0, min(800.0, x))))
        if x > 0.0:
            assert same(numerics.log(x), correctly_rounded("log", x))
        if x > -1.0 and x != 0.0:
            assert same(numerics.log1p(x), correctly_rounded("log1p", x))
    assert math.isnan(numerics.exp(x)) == math.isnan(x)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_symmetries_of_the_turn(u: float, v: float) -> None:
    assert numerics.sin2pi(-u) == -numerics.sin2pi(u)
    assert numerics.cos2pi(-u) == numerics.cos2pi(u)
    quarter = v / 4.0
    if 0.5 - (0.5 - quarter) == quarter:
        assert numerics.sin2pi(0.5 - quarter) == numerics.sin2pi(quarter)
        assert numerics.cos2pi(0.5 - quarter) == -numerics.cos2pi(quarter) or quarter == 0.25


@given(st.floats(-700.0, 700.0), st.floats(-700.0, 700.0))
def test_exp_and_log_never_decrease(a: float, b: float) -> None:
    a, b = min(a, b), max(a, b)
    assert numerics.exp(a) <= numerics.exp(b)
    if a > 0.0:
        assert numerics.log(a) <= numerics.log(b)


EXACT = st.floats(-1e100, 1e100).filter(lambda x: x == 0.0 or abs(x) > 1e-100)


@given(EXACT, EXACT)
def test_exact_product_keeps_every_bit(a: float, b: float) -> None:
    from fractions import Fraction

    p, e = numerics.exact_product(a, b)
    assert p == a * b
    assert Fraction(p) + Fraction(e) == Fraction(a) * Fraction(b)
