"""Fixtures of the routed runs, for every test of segment 2B."""

from __future__ import annotations

from tests.s2b.routed_runs import committed_original, parted_original, routed_original

__all__ = ["committed_original", "parted_original", "routed_original"]
