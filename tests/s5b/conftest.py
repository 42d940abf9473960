"""Fixtures of the gated runs and of those with arrivals, for every test of segment 5B."""

from __future__ import annotations

from tests.s5b.arrived_runs import arrived_original, arrived_run, parted_arrivals, parted_run, passed
from tests.s5b.gated_runs import gated_original, gated_run, ungated_run

__all__ = [
    "arrived_original",
    "arrived_run",
    "gated_original",
    "gated_run",
    "parted_arrivals",
    "parted_run",
    "passed",
    "ungated_run",
]
