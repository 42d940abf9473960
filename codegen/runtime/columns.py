"""Columns as NumPy arrays: the types that generated tables hand to engine code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

NUMPY_TYPES: Final[dict[str, str]] = {
    "uint64": "uint64",
    "int64": "int64",
    "int32": "int32",
    "uint32": "uint32",
    "uint16": "uint16",
    "uint8": "uint8",
    "float64": "float64",
    "bool": "bool",
    "date32": "datetime64[D]",
    "timestamp_us_utc": "datetime64[us]",
    "timestamp_us": "datetime64[us]",
}
"""NumPy type of every contract type but string, which is a `TextColumn`."""

ROWS_AT_A_TIME: Final = 1 << 16
"""Rows that are looked at together where a column is gone through in pieces: as many as stay in a core's own cache."""

_FEW_NEW: Final = 8
"""So many new codes are looked for one by one; more of them by the greatest code up to each row."""


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """A text column as codes into a tuple of distinct values; code -1 stands for null."""

    codes: NDArray[np.int32]
    values: tuple[str, ...]
    counted: bool = False
    """Whether it is known that the values are distinct and numbered as they first appear, as files and digests want."""

    def __len__(self) -> int:
        return int(self.codes.shape[0])

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> TextColumn:
        """The column of `texts`, with values in order of first appearance."""
        places: dict[str, int] = {}
        codes = [-1 if text is None else places.setdefault(text, len(places)) for text in texts]
        return cls(np.array(codes, dtype=np.int32), tuple(places))

    @classmethod
    def constant(cls, text: str, rows: int) -> TextColumn:
        """A column that holds `text` in every row; the codes are shared between such columns and read-only."""
        return cls(_zero_codes(rows), (text,), counted=rows > 0)

    def decoded(self) -> NDArray[np.object_]:
        """The texts themselves, one Python object a row; for small tables and messages."""
        table = np.array([*self.values, None], dtype=object)
        return table[self.codes]

    def ordered(self) -> TextColumn:
        """The same texts with values sorted by their UTF-8 bytes, so that codes compare like texts."""
        values = tuple(sorted(set(self.values), key=str.encode))
        return self if values == self.values else TextColumn(self.codes_in(values), values)

    @classmethod
    def concatenated(cls, columns: Sequence[TextColumn]) -> TextColumn:
        """The texts of all columns, one after the other, with values sorted by their UTF-8 bytes."""
        values = tuple(sorted({text for column in columns for text in column.values}, key=str.encode))
        codes = [column.codes_in(values) for column in columns]
        return cls(np.concatenate([np.empty(0, np.int32), *codes]), values)

    def take(self, rows: NDArray[Any] | slice) -> TextColumn:
        """The rows that an index array, a mask or a slice names."""
        return TextColumn(self.codes[rows], self.values)

    def codes_in(self, values: Sequence[str]) -> NDArray[np.int32]:
        """Codes of the rows in another tuple of values; -1 where a text is not among them."""
        places = {text: place for place, text in enumerate(values)}
        table = np.array([-1, *(places.get(text, -1) for text in self.values)], dtype=np.int32)
        # Three times as fast as an index of arrays, and other threads go on meanwhile.
        found: NDArray[np.int32] = np.take(table, self.codes + 1, mode="clip")
        return found

    def differs(self, other: TextColumn) -> NDArray[np.bool_]:
        """(R,) where two columns of as many rows hold another text; null differs from every text, and not from null."""
        theirs = other.codes if other.values == self.values else other.codes_in(self.values)
        # A text of the other column that is not among these and a null of it both have the code -1.
        found: NDArray[np.bool_] = theirs != self.codes
        if theirs is not other.codes:
            found |= (theirs < 0) & (other.codes >= 0)
        return found


def count_up(chunks: Iterable[NDArray[Any]], size: int) -> bool:
    """Whether codes, taken as one row of chunks, first appear as 0, 1, 2, … up to `size` - 1; those below 0 are nulls.

    All files written here hold such codes. To ask costs a tenth of coding the codes again.
    """
    top = -1
    if size == 1:  # no other code than 0, so that the greatest says it all
        tops = [int(codes.max()) for codes in chunks if len(codes)]
        return bool(tops) and max(tops) == 0
    for codes in chunks:
        for start in range(0, len(codes), ROWS_AT_A_TIME):
            some = codes[start : start + ROWS_AT_A_TIME]
            most = int(some.max())
            if most - top <= _FEW_NEW:  # as most are, once the first rows have named what there is
                while top < most:
                    if some[np.argmax(some > top)] != top + 1:
                        return False
                    top += 1
                continue
            peaks = np.maximum.accumulate(some)
            peaks = np.maximum(peaks, top)
            if peaks[0] > top + 1 or (peaks[1:] - peaks[:-1]).max(initial=0) > 1:
                return False
            top = int(peaks[-1])
    return top == size - 1


@lru_cache(maxsize=8)
def _zero_codes(rows: int) -> NDArray[np.int32]:
    """The codes of a column with one value, made once a length: a table of a block has several of them."""
    codes = np.zeros(rows, dtype=np.int32)
    codes.flags.writeable = False
    return codes


TextLike: TypeAlias = "TextColumn | Sequence[str | None] | str"
ArrayLike: TypeAlias = (
    "NDArray[Any] | np.ma.MaskedArray[Any, Any] | Sequence[Any] | int | float | bool | str | np.datetime64"
)
