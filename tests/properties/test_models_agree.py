"""Generated models accept exactly what their JSON Schemas accept (spec/contracts.md, section 4, proof 7)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from codegen.build import catalogue
from codegen.ir import Contracts
from codegen.load import contract_bytes
from tests.properties.model_agreement import (
    accepts,
    documents,
    model_of,
    require_agreement,
    standalone_schema,
)

ROOT = Path(__file__).parents[2]


@cache
def contracts() -> Contracts:
    return catalogue(contract_bytes(ROOT / "contracts"))


NAMES = [f"{segment.id}:{document.class_name}" for segment, document in documents(contracts())]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_model_agrees_with_its_schema(number: int) -> None:
    segment, document = documents(contracts())[number]
    accepted, refused = require_agreement(
        model_of(segment, document), standalone_schema(contracts(), document), examples=25
    )
    assert accepted, "no valid instance was drawn"
    assert refused, "no invalid instance was drawn"


def test_documents_are_frozen() -> None:
    from generated.models.layer1 import IdAndDigest

    item = IdAndDigest(id="a", sha256_hex="0" * 64)
    with pytest.raises(ValidationError, match="frozen"):
        item.id = "b"  # type: ignore[misc]
    assert item.content() == {"id": "a", "sha256_hex": "0" * 64}
    assert not accepts(IdAndDigest, {"id": "a", "sha256_hex": "0" * 64 + "\n"})
    assert not accepts(IdAndDigest, {"id": "a", "sha256_hex": "0" * 64, "more": 1})
