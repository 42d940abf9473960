"""Checks of sealed policies that several states make: shape, and values that name a law to be implemented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding

if TYPE_CHECKING:
    from pydantic import BaseModel

_WHOLE_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+", re.ASCII)


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


def version_admitted(admitted: str, version: str) -> bool:
    """Whether a policy's version is one that its dictionary entry admits.

    `v1` admits v1.x.y, `v1.2` admits v1.2.y, and a full version admits itself alone (spec/segment-5B.md, S0).
    """
    return _WHOLE_VERSION.fullmatch(version) is not None and f"{version}.".startswith(f"{admitted}.")
