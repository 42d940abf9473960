"""Mutated policy sets: each is refused with exit 3 before there is a folder, or its run of the tiny world passes."""

from __future__ import annotations

import random
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from codegen.runtime import strict_yaml
from codegen.runtime.canonical import CanonicalError, canonical_bytes, parse_json
from engine.core.digests import sha256_bytes
from engine.core.errors import EngineError
from engine.execute import prepare
from engine.execute.policy_documents import document_findings
from tests.fuzz.mutations import json_text, mutated, mutated_bytes, operation, place
from tests.support.runs import policy_files

RECIPE = "config/recipe.yaml"
DAY_EFFECTS = "day_effect_policy_v1"


class MutatedSet(NamedTuple):
    """A policy set with one policy changed, and in words what was done."""

    words: str
    path: str
    files: dict[str, bytes]


@cache
def _values() -> dict[str, Any]:
    """The value of each policy of the tiny set, by path inside the run."""
    return {
        path: parse_json(data, name=path)
        if path.endswith(".json")
        else strict_yaml.load(data, name=path).value
        for path, data in policy_files().items()
    }


def mutated_set(seed: int) -> MutatedSet:
    """The policy set of a seed: one value of one policy changed, or the bytes of one; YAML is written as JSON."""
    draw = random.Random(seed)
    files = policy_files()
    path = draw.choice(sorted(files))
    if draw.random() < 0.12:
        name, data = mutated_bytes(files[path], draw)
        return MutatedSet(f"bytes of {path}: {name}", path, {**files, path: data})
    while True:  # until something is another
        pointer = place(_values()[path], draw)
        change = operation(_values()[path], pointer, draw)
        value = mutated(_values()[path], pointer, change, draw)
        if json_text(value) != json_text(_values()[path]):
            break
    if Path(path).stem == DAY_EFFECTS and "sha256_hex" not in pointer:
        value = _with_own_digest(value)
    shown = "/".join(map(str, pointer))
    return MutatedSet(f"{change} at {path} /{shown}", path, {**files, path: json_text(value)})


def _with_own_digest(value: Any) -> Any:
    """A policy that states its own digest again, so that what was changed is looked at and not the digest alone."""
    if not isinstance(value, dict):
        return value
    rest = {key: inner for key, inner in value.items() if key != "sha256_hex"}
    try:
        return {**rest, "sha256_hex": sha256_bytes(canonical_bytes(rest))}
    except (CanonicalError, RecursionError):
        return value


@lru_cache(maxsize=64)
def _document_findings(dataset: Any, name: str, data: bytes) -> Any:
    """As the product's; documents that were not changed are parsed once."""
    return document_findings(dataset, name, data)


def verdict(files: dict[str, bytes], folder: Path) -> EngineError | prepare.Policies:
    """What preparation says of a policy set that lies in a folder: why it is refused, or the policies.

    Any other exception is a fault, and left to the caller.
    """
    for path, data in files.items():
        target = folder / Path(path).relative_to("config")
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != data:
            target.write_bytes(data)
    try:
        with mock.patch.object(prepare, "document_findings", _document_findings):
            return prepare.folder_policies(folder)
    except EngineError as error:
        return error


def is_small(policies: prepare.Policies) -> bool:
    """Whether the run of accepted policies is small enough to be made for a test."""
    world, horizon = policies.recipe["world"], policies.recipe["horizon"]
    roster = policies.recipe["roster"]
    return bool(
        world["merchants"] <= 60
        and world["sites"] <= 1_000
        and world["series_target"] <= 200
        and world["arrivals_target"] <= 300_000
        and horizon["days"] <= 60
        and roster["per_merchant"] <= 100
        and roster.get("rows", 0) <= 10_000
        and len(policies.recipe["scenarios"]) <= 4
    )
