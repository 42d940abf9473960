"""What merchants are like: demand class, channel and category."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core.errors import EngineError
from engine.world.allocation import cumulative_weights, largest_remainder, picks, shuffled_categories
from engine.world.columns import merchant_keys
from engine.world.streams import WorldStreams
from generated.errors import S1A_S0
from generated.models.s1a import MerchantClass, RecipeWorld
from generated.tables.s1a import ImportedMerchants

__all__ = ["CHANNELS", "attributes", "categories", "check_classes", "class_problems"]

IntArray = NDArray[np.int64]

CHANNELS: Final = ("card_present", "card_not_present", "mixed")


def check_classes(classes: list[MerchantClass]) -> None:
    """Refuse a mix that names a class twice or a class without a channel (EngineError with 1A.S0's code)."""
    for where, expected, found in class_problems(classes):
        raise EngineError(S1A_S0.CLASS_MIX_INVALID, where=where, expected=expected, found=found)


def class_problems(classes: Sequence[MerchantClass]) -> Iterator[tuple[str, str, object]]:
    """(where, expected, found) of every fault of a mix: a class twice, no channel, weights without a finite sum."""
    seen: set[str] = set()
    for place, one in enumerate(classes):
        where = f"recipe world.classes[{place}]"
        if one.demand_class in seen:
            yield where, "each class once", one.demand_class
        channels = one.card_present + one.card_not_present + one.mixed
        if channels <= 0.0:
            yield where, "a channel of positive weight", "weights of 0"
        elif not math.isfinite(channels):
            yield where, "weights of channels with a finite sum", channels
        seen.add(one.demand_class)
    total = sum(one.weight for one in classes)
    if not math.isfinite(total):
        yield "recipe world.classes", "weights with a finite sum", total


def attributes(
    world: RecipeWorld,
    merchant_id: NDArray[np.uint64],
    profile: ImportedMerchants | None,
    streams: WorldStreams,
) -> tuple[IntArray, IntArray]:
    """Places of the merchants' classes in the recipe's mix and of their channels: given by the profile, or drawn.

    Classes are dealt exactly by their weights among the merchants that the profile leaves open.

    Raises:
        EngineError: the profile gives a class that the recipe does not describe.
    """
    names = [one.demand_class for one in world.classes]
    demand_class = _given(merchant_id, profile, profile.demand_class if profile is not None else None, names)
    open_ = demand_class < 0
    counts = largest_remainder(int(open_.sum()), np.array([one.weight for one in world.classes]))
    u_class, _ = streams.uniforms(
        "outlets", merchant_keys(merchant_id[open_], "class"), [1] * int(open_.sum())
    )
    demand_class[open_] = shuffled_categories(counts, u_class)

    channel = _given(merchant_id, profile, profile.channel_group if profile is not None else None, CHANNELS)
    u_channel, _ = streams.uniforms(
        "outlets", merchant_keys(merchant_id, "channel"), [1] * merchant_id.shape[0]
    )
    for place, one in enumerate(world.classes):
        rows = np.flatnonzero((demand_class == place) & (channel < 0))
        shares = cumulative_weights(np.array([one.card_present, one.card_not_present, one.mixed]))
        channel[rows] = picks(shares, u_channel[rows])
    return demand_class, channel


def _given(
    merchant_id: NDArray[np.uint64],
    profile: ImportedMerchants | None,
    column: TextColumn | None,
    names: Sequence[str],
) -> IntArray:
    """(M,) the place of what a profile gives each merchant, -1 where it gives nothing."""
    out = np.full(merchant_id.shape[0], -1, dtype=np.int64)
    if profile is None or column is None:
        return out
    codes = column.codes_in(names)
    unknown = (codes < 0) & (column.codes >= 0)
    if unknown.any():
        row = int(np.argmax(unknown))
        raise EngineError(
            S1A_S0.CLASS_MIX_INVALID,
            where=f"profile of merchant_id={profile.merchant_id[row]}",
            expected=f"one of {', '.join(names)}, which the recipe describes",
            found=column.values[column.codes[row]],
        )
    out[np.searchsorted(merchant_id, profile.merchant_id)] = codes
    return out


def categories(
    world: RecipeWorld, merchant_id: NDArray[np.uint64], demand_class: IntArray, streams: WorldStreams
) -> NDArray[np.uint16]:
    """(M,) merchant category codes, each of its class's codes as likely as the others."""
    out = np.empty(merchant_id.shape[0], dtype=np.uint16)
    uniforms, _ = streams.uniforms("outlets", merchant_keys(merchant_id, "mcc"), [1] * merchant_id.shape[0])
    for place, one in enumerate(world.classes):
        rows = np.flatnonzero(demand_class == place)
        out[rows] = np.array(one.mcc, dtype=np.uint16)[
            picks(np.arange(1.0, len(one.mcc) + 1.0), uniforms[rows])
        ]
    return out
