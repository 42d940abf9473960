"""The one error of the kernels, and the check that wrappers share."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["OK", "KernelError", "raise_unless_ok"]

OK = 0


class KernelError(Exception):
    """A kernel met values outside its law.

    Attributes:
        kernel: name of the wrapper that was called.
        status: name of the condition, in capitals; each wrapper lists its own.
        index: 0-based position at fault; the wrapper says of what (row, merchant, group).
    """

    def __init__(self, kernel: str, status: str, index: int) -> None:
        super().__init__(kernel, status, index)
        self.kernel = kernel
        self.status = status
        self.index = index

    def __str__(self) -> str:
        return f"{self.kernel}: {self.status} at index {self.index}"


def raise_unless_ok(kernel: str, names: Mapping[int, str], status: int, index: int) -> None:
    """Raise KernelError with the status's name, unless the status is OK."""
    if status != OK:
        raise KernelError(kernel, names[status], int(index))
