"""Patterns of the contracts as Python regular expressions, with the meaning that JSON Schema gives them.

JSON Schema's patterns follow ECMA-262, where `$` matches at the very end only; Python's `$` also matches before a final
line feed, which would let `abc` and a line feed pass for `^[a-z]+$`.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["compiled"]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, to be used with `search`; `$` matches at the very end only."""
    pieces = []
    position = 0
    in_class = False
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            pieces.append(pattern[position : position + 2])
            position += 2
            continue
        if character == "[" and not in_class:
            in_class = True
            # A bracket that directly follows the opening, or its negation, stands for itself.
            opening = 2 if pattern[position + 1 : position + 2] == "^" else 1
            if pattern[position + opening : position + opening + 1] == "]":
                opening += 1
            pieces.append(pattern[position : position + opening])
            position += opening
            continue
        if character == "]" and in_class:
            in_class = False
        pieces.append(r"\Z" if character == "$" and not in_class else character)
        position += 1
    return re.compile("".join(pieces))
