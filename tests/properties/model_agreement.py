"""Whether a generated model accepts exactly what its JSON Schema accepts, on drawn instances."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from codegen import names
from codegen.ir import Contracts, Document, Segment
from tests.properties.json_instances import Schema, instances, mutated, oracle, standalone


def documents(contracts: Contracts) -> list[tuple[Segment, Document]]:
    """Every document and every record, with the segment whose module holds its model."""
    return [
        (segment, document)
        for segment in contracts.segments
        for document in (*segment.documents, *(stream.record for stream in segment.streams))
    ]


def standalone_schema(contracts: Contracts, document: Document) -> Schema:
    """The document's schema with every definition that it may refer to."""
    return standalone(document.schema, {ref: item.schema for ref, item in contracts.definitions.items()})


def model_of(segment: Segment, document: Document) -> Any:
    """The generated class."""
    return getattr(
        importlib.import_module(f"generated.models.{names.module_name(segment.id)}"), document.class_name
    )


def accepts(model: Any, instance: Any) -> bool:
    """Whether the model takes an instance."""
    try:
        model.of(instance)
    except ValidationError:
        return False
    return True


def same_json(one: Any, two: Any) -> bool:
    """JSON equality: numbers by value, booleans apart from numbers."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same_json(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same_json, one, two))
    return bool(one == two)


def require_agreement(model: Any, schema: Schema, examples: int) -> tuple[int, int]:
    """Compare the verdicts on drawn instances, valid and mutated; how many were accepted and how many refused.

    Raises:
        AssertionError: the two disagree about an instance, or a document does not give back its content.
    """
    is_valid = oracle(schema)
    valid = instances(schema, schema)
    accepted = _agreed(model, is_valid, valid, examples // 3)
    refused = _agreed(model, is_valid, mutated(valid), examples)
    if not refused[1]:  # a wide open or very large document: look longer for a mutation that is refused
        refused = _agreed(model, is_valid, mutated(valid), examples * 10)
    return accepted[0] + refused[0], accepted[1] + refused[1]


def _agreed(
    model: Any, is_valid: Callable[[Any], bool], drawn: st.SearchStrategy[Any], examples: int
) -> tuple[int, int]:
    seen = [0, 0]

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(drawn)
    def agrees(instance: Any) -> None:
        wanted = is_valid(instance)
        assert accepts(model, instance) == wanted, (model.__name__, instance, f"the schema says {wanted}")
        seen[not wanted] += 1
        if wanted:
            assert same_json(model.of(instance).content(), instance), (model.__name__, instance)

    agrees()
    return seen[0], seen[1]
