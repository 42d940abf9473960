"""The latent paths of groups as a block of S2 needs them: its factors, the field that it may publish, its figures.

A path is drawn where a series of its group is worked on, so a group with members in several blocks is drawn in each of
them: that costs less than a table of all paths, whose size no block would bound.
Source: spec/segment-5B.md, S2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core.blocks import Block
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.kernels import KernelError
from engine.kernels.latent_intensity import Factors, latent_factors, latent_paths
from engine.rng.family_streams import Streams, group_streams
from engine.s5b.events import table_identity
from engine.s5b.latent_config import NONE, PathLaw, path_law
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.series import SeriesPlan
from generated import errors, states
from generated.tables.s5b import S2LatentField5B

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalLgcpConfig5B

FAMILY: Final = states.S5B_S2.CARD.rng[0].family
_CODES = errors.S5B_S2
_BINS: Final = 480
_QUANTILES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)

Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FactorFigures:
    """What the run report says of the factors of groups that a block is the first to have a member of."""

    values: int
    total: float
    clipped_low: int
    clipped_high: int
    histogram: Int64Array
    """(B,) values in each of B equal bins between the clips."""
    capped: int
    """Rows of the block whose intensity lambda_max limited."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockFactors:
    """The factors of the groups of a block's series."""

    factor: Float64Array
    """(g, H) one row a group of the block."""
    group_of_series: Int64Array
    """(S,) the row of each series of the block."""
    first: Factors
    """Those of groups whose first series is in the block, so that over all blocks each group counts once."""
    bounds: tuple[float, float]

    def figures(self, capped: int) -> FactorFigures:
        """What the run report says of them."""
        values = self.first.factor
        return FactorFigures(
            values.size,
            float(values.sum()),
            self.first.clipped_low,
            self.first.clipped_high,
            np.histogram(values, bins=_BINS, range=self.bounds)[0],
            capped,
        )


@dataclass(frozen=True)
class GroupPaths:
    """The paths of every group of a run, drawn when asked for."""

    config: ArrivalLgcpConfig5B
    plan: SeriesPlan
    run: Run

    @property
    def draws(self) -> bool:
        """Whether the latent model draws at all."""
        return self.config.latent_model_id != NONE

    @cached_property
    def _laws(self) -> Mapping[str, PathLaw]:
        return {name: path_law(self.config, series.groups) for name, series in self.plan.scenarios.items()}

    def streams(self, scenario_id: str, groups: Int64Array) -> Streams:
        """Key and first counter of the event of each of these groups, positions in their scenario."""
        identity, ids = self.run.identity, self.plan.scenarios[scenario_id].groups.ids
        return group_streams(
            FAMILY,
            identity.manifest_fingerprint,
            identity.parameter_hash,
            identity.seed,
            scenario_id,
            [ids[group] for group in groups.tolist()],
        )

    def values(self, scenario_id: str, groups: Int64Array) -> Float64Array:
        """(g, H) the Gaussian path of each of these groups.

        Raises:
            EngineError: the counters of an event pass 2^128.
        """
        series = self.plan.scenarios[scenario_id]
        if not self.draws:
            return np.zeros((groups.shape[0], series.buckets))
        law = self._laws[scenario_id]
        try:
            return latent_paths(
                self.config.latent_model_id,
                *self.streams(scenario_id, groups),
                sigma=law.sigma[groups],
                length_scale=law.length_scale[groups],
                buckets=series.buckets,
            )
        except KernelError as error:
            raise EngineError(
                _CODES.RNG_ACCOUNTING_MISMATCH,
                where=f"{scenario_id}: group {series.groups.ids[int(groups[error.index])]}",
                expected="an event whose last counter is below 2^128",
                found=error.status,
            ) from error

    def factors(self, block: Block) -> BlockFactors:
        """The factors of the groups of a block's series."""
        series = self.plan.series(block)
        group = series.group[block.start : block.stop]
        used = np.unique(group).astype(np.int64)
        is_first = series.first[used] >= block.start
        ordered = np.concatenate([used[is_first], used[~is_first]])
        place = np.empty(len(series.groups), dtype=np.int64)
        place[ordered] = np.arange(ordered.shape[0])
        first, others = (self._clipped(block.split, part) for part in (used[is_first], used[~is_first]))
        clip = self.config.clip
        return BlockFactors(
            np.concatenate([first.factor, others.factor]),
            place[group],
            first,
            (clip.min_factor, clip.max_factor),
        )

    def _clipped(self, scenario_id: str, groups: Int64Array) -> Factors:
        sigma = self._laws[scenario_id].sigma[groups] if self.draws else np.zeros(groups.shape[0])
        return latent_factors(
            self.config.latent_model_id,
            self.values(scenario_id, groups),
            sigma,
            minimum=self.config.clip.min_factor,
            maximum=self.config.clip.max_factor,
        )

    def field(self, block: Block) -> S2LatentField5B:
        """The paths of the block's share of its scenario's groups, as they are published."""
        series, share = self.plan.series(block), self.plan.share(block)
        groups = np.arange(share.start, share.stop, dtype=np.int64)
        sigma = self._laws[block.split].sigma[groups] if self.draws else np.zeros(groups.shape[0])
        return S2LatentField5B.from_columns(
            **table_identity(self.run, block.split),
            group_id=TextColumn(np.repeat(groups.astype(np.int32), series.buckets), series.groups.ids),
            bucket_index=np.tile(np.arange(series.buckets, dtype=np.int32), groups.shape[0]),
            latent_value=self.values(block.split, groups).reshape(-1),
            latent_mean=0.0,
            latent_std=np.repeat(sigma, series.buckets),
            s2_spec_version=SPEC_VERSION,
        )


def noted_factors(run: Run, config: ArrivalLgcpConfig5B, blocks: Mapping[int, FactorFigures]) -> None:
    """Put what the blocks so far say of the factors into the run report; quantiles to the width of a bin."""
    clip = config.clip
    values = sum(one.values for one in blocks.values())
    run.note("rows_at_lambda_max", sum(one.capped for one in blocks.values()))
    run.note("factors", values)
    run.note("factors_clipped_low", sum(one.clipped_low for one in blocks.values()))
    run.note("factors_clipped_high", sum(one.clipped_high for one in blocks.values()))
    if not values:
        return
    run.note("factor_mean", sum(one.total for one in blocks.values()) / values)
    reached = np.cumsum(np.sum([one.histogram for one in blocks.values()], axis=0))
    edges = np.linspace(clip.min_factor, clip.max_factor, _BINS + 1)
    quantiles = {
        f"p{100 * share:02.0f}": float(edges[1 + int(np.searchsorted(reached, share * values))])
        for share in _QUANTILES
    }
    run.note("factor_quantiles", quantiles)
