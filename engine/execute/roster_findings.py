"""What is wrong with the roster of a run as it stands."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from codegen.runtime.findings import Finding
from engine.core import digests, publish, seals
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.execute import prepare
from engine.execute.roster_identity import (
    CATALOGUE,
    DATASET,
    IMPORTED,
    MADE,
    RosterOptions,
    effective_roster,
    imported_from,
    made_from,
    made_inputs,
    merchants_of,
    plan_days,
    recipe_of,
    run_inputs_of,
)
from generated.errors.engine import SEAL, WORLD


def roster_findings(folder: RunFolder) -> Iterator[Finding]:
    """What is wrong with a run's roster as it stands: its identity, record, merchants, days; nothing for none.

    An imported roster must be the one that the receipt names. Files and content digests are the publish record's
    business and are not looked at here.
    """
    record = publish.read_record(folder.root, DATASET.id, folder.partition(DATASET))
    if record is None:
        return
    yield from _record_findings(folder, record)
    inputs = run_inputs_of(folder)
    if IMPORTED in inputs:
        found = digests.folder_digest(folder.folder(DATASET))
        if found != inputs[IMPORTED]:
            where = f"run_receipt run_inputs {IMPORTED}"
            yield Finding(SEAL.SEAL_DIGEST_MISMATCH, where, inputs[IMPORTED], found)
    merchants = merchants_of(folder).merchant_id
    first, last = plan_days(folder)
    row = 0
    for part in opened(folder, DATASET).parts():
        faults = functools.partial(_row_finding, row)
        known = np.isin(part.merchant_id, merchants)
        yield from faults(WORLD.ROSTER_MERCHANT_UNKNOWN, known, part.merchant_id, "a merchant of the world")
        day = part.utc_timestamp.astype("datetime64[D]")
        yield from faults(
            WORLD.ROSTER_ROW_INVALID, part.utc_day == day, part.utc_day, "the day of utc_timestamp"
        )
        inside = (part.utc_day >= first) & (part.utc_day <= last)
        yield from faults(WORLD.ROSTER_ROW_INVALID, inside, part.utc_day, f"a day from {first} to {last}")
        row += part.num_rows


def _record_findings(folder: RunFolder, record: Mapping[str, Any]) -> Iterator[Finding]:
    """What a roster's record says of its maker and its inputs, against what follows from the run.

    The receipt holds only the digest of options that were given by hand, so the inputs key of such a roster cannot be
    recomputed; its rows are bound by their content digest and by the inventory that seals them.
    """
    inputs = run_inputs_of(folder)
    wanted: dict[str, Any] = {}
    if IMPORTED in inputs:
        sources, wanted["inputs_key"] = imported_from(folder, inputs[IMPORTED])
    elif MADE in inputs:
        sources = made_inputs(folder, seals.check_published(folder, CATALOGUE))
    else:
        days = plan_days(folder)
        effective = effective_roster(RosterOptions(), recipe_of(folder), str(days[0]))
        sources, wanted["inputs_key"] = made_from(folder, effective, days, prepare.receipt_world_key(folder))
    wanted |= {
        "state": DATASET.produced_by,
        "law_version": folder.identity.law_version,
        "inputs": [
            {"id": name, "digest": sources[name]} for name in sorted(sources, key=lambda name: name.encode())
        ],
    }
    for name, value in sorted(wanted.items()):
        if record[name] != value:
            where = f"publish record of {DATASET.id}: {name}"
            yield Finding(SEAL.PUBLISH_RECORD_MISMATCH, where, str(value), str(record[name]))


def _row_finding(start: int, code: Any, holds: Any, values: Any, expected: str) -> Iterator[Finding]:
    wrong = np.flatnonzero(~holds)
    if wrong.size:
        where = f"{DATASET.id}: row {start + int(wrong[0])} ({wrong.size} rows of its part)"
        yield Finding(code, where, expected, str(values[wrong[0]]))
