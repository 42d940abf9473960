"""Event rows of 5B: the envelope of events that take several generator blocks, and what all rows of a table repeat.

Source: spec/rng-and-numerics.md, section 5; spec/segment-5B.md, scopes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core.run import Run
from engine.evidence.rng_evidence import drawn_by
from engine.rng.family_streams import Streams

Uint64Array = NDArray[np.uint64]


def table_identity(run: Run, scenario_id: str) -> dict[str, Any]:
    """The constant columns of every seed-scoped table of the segment, without its spec version."""
    identity = run.identity
    return {
        "manifest_fingerprint": identity.manifest_fingerprint,
        "parameter_hash": identity.parameter_hash,
        "seed": identity.seed,
        "scenario_id": scenario_id,
    }


def counters_after(before: Streams, blocks: Uint64Array) -> tuple[Uint64Array, Uint64Array]:
    """(hi, lo) of the counter after events that took so many blocks each; the kernels refuse events that wrap."""
    lo = before.counter_lo + blocks
    return before.counter_hi + (lo < blocks).astype(np.uint64), lo


def envelope(
    run: Run, module: str, label: str, before: Streams, draws: TextColumn, blocks: Uint64Array
) -> dict[str, Any]:
    """The columns that an event table of 5B starts with.

    Args:
        run, module, label: who drew.
        before: (R,) key and first counter of each event.
        draws: (R,) uniforms of each event, as decimal text.
        blocks: (R,) generator blocks of each event.
    """
    after_hi, after_lo = counters_after(before, blocks)
    return {
        "ts_utc": run.created,
        **drawn_by(run, module),
        "substream_label": label,
        "rng_counter_before_hi": before.counter_hi,
        "rng_counter_before_lo": before.counter_lo,
        "rng_counter_after_hi": after_hi,
        "rng_counter_after_lo": after_lo,
        "draws": draws,
        "blocks": blocks,
    }
