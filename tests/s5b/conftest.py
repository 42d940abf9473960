"""Fixtures of the gated runs, for every test of segment 5B."""

from __future__ import annotations

from tests.s5b.arrived_runs import arrived, passed
from tests.s5b.gated_runs import gated_original, gated_run, ungated_run

__all__ = ["arrived", "gated_original", "gated_run", "passed", "ungated_run"]
