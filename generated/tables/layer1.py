# Generated from contracts/layer1/schemas.layer1.yaml (sha256 8e1dbf12...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of layer1: typed columns over Arrow."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "RngTraceRow",
]


class RngTraceRow(Table):
    """Running totals of one module and substream, one row after each event (2B.S5, 2B.S6, 5B.S2) or after each block of rows (5B.S3, 5B.S4)."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_trace_row",
        ref="schemas.layer1.yaml#/logs/rng_trace_row",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "parameter_hash", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{64}$"
            ),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec(
                "module", "string", constant=True, storage="dictionary", pattern="^[0-9][A-Z]\\.S[0-9]$"
            ),
            ColumnSpec(
                "substream_label", "string", storage="dictionary", pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$"
            ),
            ColumnSpec("events_total", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("draws_total", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("blocks_total", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
        ),
        primary_key=(),
        sort_keys=(),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The run's created_utc."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The run's seed."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The family of events."""
        return self._texts("substream_label")

    @property
    def events_total(self) -> NDArray[np.uint64]:
        """Events of the substream so far. Unit: events."""
        return self._values("events_total")

    @property
    def draws_total(self) -> NDArray[np.uint64]:
        """Uniforms of the substream so far. Unit: uniforms."""
        return self._values("draws_total")

    @property
    def blocks_total(self) -> NDArray[np.uint64]:
        """Generator blocks of the substream so far. Unit: blocks."""
        return self._values("blocks_total")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        events_total: NDArray[np.uint64],
        draws_total: NDArray[np.uint64],
        blocks_total: NDArray[np.uint64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "events_total": events_total,
                "draws_total": draws_total,
                "blocks_total": blocks_total,
            }
        )
