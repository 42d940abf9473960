"""What a run's world consists of, counted from its published tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from engine.core import seals
from engine.core.errors import SealFailure
from engine.core.failure_codes import engine_error
from engine.core.inputs import opened
from engine.core.run import RunFolder
from generated.datasets import BY_ID

LISTED = 8


def world_summary(folder: RunFolder) -> dict[str, Any]:
    """Counts of merchants, sites, countries and zones, and the largest countries and zones by sites.

    Raises:
        EngineError: the world was not built, or a published file no longer holds.
    """
    try:
        for name in ("outlet_catalogue", "site_locations", "site_timezones"):
            seals.check_published(folder, BY_ID[name])
    except SealFailure as failure:
        raise engine_error(failure) from failure
    outlets = opened(folder, BY_ID["outlet_catalogue"]).read()
    sites = opened(folder, BY_ID["site_locations"]).read()
    zones = opened(folder, BY_ID["site_timezones"]).read()
    groups = np.unique(np.stack([zones.merchant_id, zones.tzid.codes.astype(np.uint64)]), axis=1).shape[1]
    return {
        "run_id": folder.identity.run_id,
        "recipe": folder.receipt["recipe"],
        "counts": {
            "merchants": int(np.unique(outlets.merchant_id).shape[0]),
            "sites": int(sites.num_rows),
            "countries": len(set(sites.legal_country_iso.values)),
            "time_zones": len(set(zones.tzid.values)),
            "time_zone_groups": int(groups),
        },
        "largest": {
            "country_by_sites": _largest(sites.legal_country_iso),
            "zone_by_sites": _largest(zones.tzid),
        },
    }


def _largest(texts: TextColumn) -> list[tuple[str, int]]:
    counts: NDArray[np.int64] = np.bincount(texts.codes, minlength=len(texts.values))
    order = sorted(range(len(texts.values)), key=lambda place: (-int(counts[place]), texts.values[place]))
    return [(texts.values[place], int(counts[place])) for place in order[:LISTED]]
