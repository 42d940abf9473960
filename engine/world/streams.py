"""Addressed draws of the world builder.

Every draw is a Philox block at (family, domain key, block), derived by the law of segment 5B with the digests of the
recipe's world section and of the sources in place of fingerprint and parameter hash, and an empty scenario
(spec/world.md 3): a policy of a later segment moves no shop, and one merchant's draws never shift another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.cards import StateCard
from engine.core.run import Run
from engine.rng import block_uniforms, family_stream

__all__ = ["WorldStreams"]


@dataclass(frozen=True, slots=True)
class WorldStreams:
    """The streams of one world and seed that a state declares; the digests are 64 lower-case hexadecimal digits."""

    recipe_world_sha256: str
    sources_sha256: str
    seed: int
    families: tuple[str, ...]

    @classmethod
    def of(cls, run: Run, card: StateCard) -> Self:
        """The streams of a state's card in a run's world."""
        if run.world_key is None:
            raise ValueError(f"{card.id} draws, and the run has no world key")
        families = tuple(declared.family for declared in card.rng)
        return cls(
            run.world_key.recipe_world_sha256, run.world_key.sources_sha256, run.identity.seed, families
        )

    def family(self, use: str) -> str:
        """The declared family `world.<segment>.<use>.v<n>`; a use that the card does not declare is a ValueError."""
        found = [family for family in self.families if family.split(".")[2] == use]
        if len(found) != 1:
            raise ValueError(f"{use}: expected one declared family, found {found}")
        return found[0]

    def uniforms(
        self, use: str, domain_keys: Sequence[str], blocks: Sequence[int] | NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Uniforms in (0, 1) of words 0 and 1 of the first `blocks[k]` blocks of each key, one key after the other."""
        family = self.family(use)
        first = np.empty(int(np.sum(blocks)), dtype=np.float64)
        second = np.empty_like(first)
        at = 0
        for key, count in zip(domain_keys, blocks, strict=True):
            stream = family_stream(
                family_id=family,
                manifest_fingerprint=self.recipe_world_sha256,
                parameter_hash=self.sources_sha256,
                seed=self.seed,
                scenario_id="",
                domain_key=key,
            )
            stop = at + int(count)
            first[at:stop], second[at:stop] = block_uniforms(
                stream.key, stream.counter_hi, stream.counter_lo, 0, int(count)
            )
            at = stop
        return first, second
