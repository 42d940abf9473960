"""The version of segment 5B's laws, which its receipt, its report and every one of its tables repeat."""

from __future__ import annotations

from typing import Final

SPEC_VERSION: Final = "1.0.0"
"""Raised by hand when a law of the segment changes (spec/segment-5B.md, scopes)."""
