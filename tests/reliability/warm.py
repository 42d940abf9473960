"""Imported by the process from which runs are forked: all that a run imports and loads before it writes anything.

So the moments at which runs are killed lie in their work, and fifty of them take little time.
"""

from __future__ import annotations

import importlib
import pkgutil

import numba.np.arraymath
import pyarrow.parquet

import generated.models
import generated.tables
from engine.execute import plan, session
from engine.world.zone_clocks import GRID_S, zone_clocks

assert numba.np.arraymath and pyarrow.parquet

for card in plan.implemented_cards():
    importlib.import_module(card.module)
for package in (generated.models, generated.tables):
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)

reference = session._reference(tuple(sorted(session.ingress().items())))
for zone in set(reference.canonical_zones.values()):
    zone_clocks(reference.zone_files[zone], GRID_S)
