"""Known answers of the specification; ORIGIN.md says where each file comes from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def vectors(name: str) -> dict[str, Any]:
    """The contents of `<name>.json`."""
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return document


def number(text: str) -> float:
    """The binary64 number that a vector writes as a hexadecimal float, `inf`, `-inf` or `nan`."""
    return float.fromhex(text)
