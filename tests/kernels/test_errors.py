"""The error of the kernels."""

from __future__ import annotations

import pickle

from engine.kernels import KernelError


def test_an_error_says_what_and_where_and_crosses_process_borders() -> None:
    error = pickle.loads(pickle.dumps(KernelError("grid_masses", "BAD_PROBABILITY", 7)))
    assert (error.kernel, error.status, error.index) == ("grid_masses", "BAD_PROBABILITY", 7)
    assert str(error) == "grid_masses: BAD_PROBABILITY at index 7"
