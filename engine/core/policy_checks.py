"""Checks of sealed policies that several states make: shape, and values that name a law to be implemented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding

if TYPE_CHECKING:
    from pydantic import BaseModel


def shape_findings(policy: BaseModel, where: str, code: ErrorCode) -> Iterator[Finding]:
    """Every place where a policy breaks its schema; a model made without validation is caught here."""
    from pydantic import ValidationError

    try:
        type(policy).model_validate_json(
            policy.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)
        )
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            place = "/".join(str(step) for step in problem["loc"])
            yield Finding(code, f"{where} /{place}", problem["msg"], repr(problem.get("input"))[:200])


def constant_findings(
    where: str, code: ErrorCode, constants: Iterable[tuple[str, object, Iterable[object]]]
) -> Iterator[Finding]:
    """A finding for each (pointer, value, values that are implemented) whose value is not implemented."""
    for pointer, found, implemented in constants:
        accepted = list(implemented)
        if found not in accepted:
            yield Finding(code, f"{where} {pointer}", " or ".join(map(str, accepted)), str(found))


def missing_findings(
    where: str, code: ErrorCode, pointer: str, held: Iterable[str], needed: Iterable[str]
) -> Iterator[Finding]:
    """A finding for each needed entry that a list in a policy does not hold."""
    present = set(held)
    for name in needed:
        if name not in present:
            yield Finding(
                code, f"{where} {pointer}", f"{name} among the entries", ", ".join(sorted(present)) or "none"
            )
