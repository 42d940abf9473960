# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Every dataset of every segment, by id."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.datasets import s1a, s1b, s2a, s2b, s3a, s3b, s5a, s5b

BY_ID: Final[dict[str, DatasetSpec]] = {
    spec.id: spec
    for spec in (
        *s1a.DATASETS,
        *s1b.DATASETS,
        *s2a.DATASETS,
        *s2b.DATASETS,
        *s3a.DATASETS,
        *s3b.DATASETS,
        *s5a.DATASETS,
        *s5b.DATASETS,
    )
}
