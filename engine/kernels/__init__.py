"""Sampling kernels: arrays in, arrays out (design/architecture.md).

Nothing here reads a file, a policy object or a clock. A kernel returns a status and the index at fault; its
plain-Python wrapper raises `KernelError`, which the calling state turns into the error code of its contract.
"""

from engine.kernels.errors import KernelError

__all__ = ["KernelError"]
