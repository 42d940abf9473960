"""The two ways of compiling: a kernel, and an inner function that counts no references."""

from __future__ import annotations

import numpy as np
import pytest
from numba.core.errors import NumbaError

from engine.numerics import compiled, compiled_part


@compiled_part
def _first_and_last(values: np.ndarray) -> float:
    return float(values[0] + values[values.shape[0] - 1])


@compiled
def _of_every_row(rows: np.ndarray, found: np.ndarray) -> None:
    for at in range(rows.shape[0]):
        found[at] = _first_and_last(rows[at])


@compiled_part
def _makes_an_array(size: int) -> np.ndarray:
    return np.zeros(size)


def test_an_inner_function_gives_what_a_kernel_gives() -> None:
    rows = np.arange(12.0).reshape(3, 4)
    found = np.empty(3)
    _of_every_row(rows, found)
    assert found.tolist() == [3.0, 11.0, 19.0]
    assert _first_and_last(rows[1]) == 11.0


def test_an_inner_function_counts_no_references() -> None:
    _first_and_last(np.zeros(2))
    (body,) = _first_and_last.inspect_llvm().values()  # type: ignore[attr-defined]
    assert "NRT_incref" not in body
    assert "NRT_decref" not in body


def test_an_inner_function_cannot_make_an_array() -> None:
    with pytest.raises(NumbaError):
        _makes_an_array(3)
