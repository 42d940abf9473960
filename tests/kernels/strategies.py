"""Inputs that the kernel tests share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

WEIGHT = st.floats(0.0, 1e6) | st.sampled_from([0.0, 1.0, 1e-12, 1e12]) | st.floats(0.0, 1e-300)


def weights(largest: int = 40) -> st.SearchStrategy[list[float]]:
    """Weights of one merchant, at least one of them positive."""
    return st.lists(WEIGHT, min_size=1, max_size=largest).filter(lambda w: sum(w) > 1e-250)


def merchants(largest: int = 12) -> st.SearchStrategy[list[list[float]]]:
    return st.lists(weights(largest), min_size=1, max_size=6)


def probabilities(w: list[float]) -> list[float]:
    total = 0.0
    for x in w:
        total += x
    return [x / total for x in w]


def starts(segments: list[list[float]]) -> NDArray[np.int64]:
    return np.cumsum([0, *(len(segment) for segment in segments)])


def flat(segments: list[list[float]]) -> NDArray[np.float64]:
    return np.array([x for segment in segments for x in segment], np.float64)


def read_only(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The values as Arrow hands them out."""
    copy = values.copy()
    copy.flags.writeable = False
    return copy


Law = Callable[[list[float]], list[float]]
