"""What every state of 5B repeats: the version of the segment's laws."""

from __future__ import annotations

from typing import Final

SPEC_VERSION: Final = "1.0.0"
"""The s<k>_spec_version of every table and the spec_version of the receipt; raised by hand when a law changes."""
