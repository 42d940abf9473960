"""Blocks of two merchants, so that a tiny world has several: the code paths of a large one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.s2b import s3_day_effects, s4_group_weights

MERCHANTS_A_BLOCK = 2


def use_small_blocks(patch: pytest.MonkeyPatch) -> None:
    """Give the blocked tables of 2B small blocks; the contract's size is not part of a law."""
    for module, name in ((s3_day_effects, "S3_DAY_EFFECTS"), (s4_group_weights, "S4_GROUP_WEIGHTS")):
        patch.setattr(module, name, replace(getattr(module, name), block_size=MERCHANTS_A_BLOCK))
