"""The rows of a table as JSON Lines in canonical form, written column by column: in a quarter of the time.

Source: RFC 8785; spec/identity-and-seals.md, section 2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["table_lines_digest"]

_NULL: Final = "null"
_PLAIN: Final = (1e-4, 1e16)
"""Between these, Python and RFC 8785 write a number alike, but for the `.0` of a whole one."""


def table_lines_digest(table: Table) -> str:
    """SHA-256 over the canonical form of the rows, each an object of all columns, followed by a line feed.

    Raises:
        TypeError: a column is neither text nor numbers nor booleans.
        CanonicalError: a number is not finite.
    """
    columns = sorted(table.SPEC.columns, key=lambda column: column.name)
    texts = [_texts(getattr(table, column.name), column.type) for column in columns]
    line = "{" + ",".join(f'"{column.name}":%s' for column in columns) + "}\n"
    return hashlib.sha256("".join(map(line.__mod__, zip(*texts, strict=True))).encode()).hexdigest()


def _texts(values: Any, type_name: str) -> Sequence[str]:
    """The canonical form of every value of a column."""
    import numpy as np

    if isinstance(values, TextColumn):
        written = np.array([*(canonical_bytes(text).decode() for text in values.values), _NULL], dtype=object)
        return written[values.codes].tolist()  # type: ignore[no-any-return]
    missing = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    plain = np.ma.getdata(values)
    if type_name == "bool":
        texts = np.where(plain, "true", "false").tolist()
    elif type_name == "float64":
        texts = _floats(plain)
    elif plain.dtype.kind in "iu":
        texts = [*map(int.__repr__, plain.tolist())]
    else:
        raise TypeError(f"a column of {type_name} has no JSON value")
    if missing is not None and bool(missing.any()):
        for row in np.flatnonzero(missing).tolist():
            texts[row] = _NULL
    return texts  # type: ignore[no-any-return]


def _floats(values: npt.NDArray[np.float64]) -> list[str]:
    import numpy as np

    size = np.abs(values)
    plain = ((size >= _PLAIN[0]) & (size < _PLAIN[1])).tolist()
    return [
        repr(value).removesuffix(".0") if alike else canonical_bytes(value).decode()
        for value, alike in zip(values.tolist(), plain, strict=True)
    ]
