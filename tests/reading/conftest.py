"""The finished tiny run, for tests that read it back."""

from __future__ import annotations

from tests.s5b.arrived_runs import arrived_original, passed
from tests.s5b.gated_runs import gated_original

__all__ = ["arrived_original", "gated_original", "passed"]
