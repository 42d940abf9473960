"""The grid masses of shares, by sorting whole tables: the second way to S1 step 4 and S2 step 1, for validators.

The states use a compiled kernel that goes merchant by merchant; this one shares no line with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def expected_masses(starts: NDArray[np.int64], p: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
    """(N,) masses on the grid 2^bits: p G rounded half to even, corrected by residual until each merchant sums to G.

    Args:
        starts: (M+1,) offsets of the merchants' sites.
        p: (N,) shares; a share outside 0 to 1 gives a mass that no correction makes right.
    """
    grid = 1 << bits
    scaled = np.where(np.isfinite(p), p, 0.0) * grid
    masses = np.rint(scaled).astype(np.int64)
    residual = scaled - masses
    sites = np.diff(starts)
    merchant = np.repeat(np.arange(sites.shape[0]), sites)
    deficit = grid - np.bincount(merchant, weights=masses, minlength=sites.shape[0]).astype(np.int64)
    sign = np.sign(deficit)[merchant]
    # By merchant, candidates first, by residual from the side that the deficit asks for, then by position.
    barred = (sign < 0) & (masses <= 0)
    order = np.lexsort((np.arange(p.shape[0]), -sign * residual, barred, merchant))
    rank = np.empty_like(order)
    rank[order] = np.arange(p.shape[0]) - np.repeat(starts[:-1], sites)
    corrected: NDArray[np.int64] = masses + np.where((rank < np.abs(deficit)[merchant]) & ~barred, sign, 0)
    return corrected
