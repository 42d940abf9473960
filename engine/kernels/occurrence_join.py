"""S6's join with the selection log: rows of equal (merchant, timestamp) pair by occurrence number.

Source: spec/segment-2B.md S6. The occurrence number of a row counts the earlier rows of its table with the
same key, so that the second of two arrivals of one instant finds the second row of the log. Both tables hold
one UTC day, so that the day need not be compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels.arrays import Int64Array, int64_array
from engine.numerics import compiled

__all__ = ["partner_rows"]


@compiled
def _fill_partners(
    merchant: Int64Array,
    instant: Int64Array,
    order: Int64Array,
    log_merchant: Int64Array,
    log_instant: Int64Array,
    log_order: Int64Array,
    partner: Int64Array,
) -> None:
    there = 0
    for here in range(order.shape[0]):
        row = order[here]
        while there < log_order.shape[0]:
            other = log_order[there]
            behind = log_merchant[other] < merchant[row] or (
                log_merchant[other] == merchant[row] and log_instant[other] < instant[row]
            )
            if not behind:
                break
            there += 1
        partner[row] = -1
        if there < log_order.shape[0]:
            other = log_order[there]
            if log_merchant[other] == merchant[row] and log_instant[other] == instant[row]:
                partner[row] = other
                there += 1


def partner_rows(merchant: Any, instant: Any, log_merchant: Any, log_instant: Any) -> Int64Array:
    """The log's row of each arrival, by merchant, instant and occurrence number: (R,); -1 where there is none.

    Args:
        merchant: (R,) position of each arrival's merchant; all arrivals of the day, virtual or not.
        instant: (R,) microseconds.
        log_merchant: (L,) the same of the log's rows of that day.
        log_instant: (L,) the same of the log's rows of that day.
    """
    here, there = (
        (int64_array(merchant), int64_array(instant)),
        (
            int64_array(log_merchant),
            int64_array(log_instant),
        ),
    )
    if here[0].size != here[1].size or there[0].size != there[1].size:
        raise ValueError("as many merchants as instants are needed on each side")
    order, log_order = (
        np.lexsort((instants, owners)).astype(np.int64, copy=False) for owners, instants in (here, there)
    )
    partner = np.empty(order.size, np.int64)
    _fill_partners(*here, order, *there, log_order, partner)
    return partner
