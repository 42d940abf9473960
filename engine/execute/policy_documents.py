"""One policy file as a model, and every finding about policies with its file, line and pointer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from codegen.runtime.canonical import JSON, Pointer, SyntaxProblem, json_positions, parse_json, pointer_text
from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from engine.core.documents import load_document
from engine.core.errors import DocumentInvalid, EngineError
from engine.core.failure_codes import document_code, failure_code
from engine.core.inputs import shape_of

__all__ = ["PoliciesRefused", "document_findings", "located"]

_SHOWN: Final = 120
"""Characters of a value that are told."""
_STEP: Final = re.compile(r"[^.\[\]/]+")


class PoliciesRefused(EngineError):
    """Policies that no run can be made of; `findings` lists everything, the first one is the error itself."""

    TOLD: Final = True
    """Whether the findings are told one by one, since there is no report that holds them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(first.code, where=first.where, expected=first.expected, found=first.found)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        more = "".join(
            f"\n{one.where}: expected {one.expected}, found {one.found}" for one in self.findings[1:]
        )
        return super().__str__() + more

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.findings,)


def document_findings(dataset: DatasetSpec, name: str, data: bytes) -> tuple[Any, list[Finding]]:
    """The model of a policy, or None and every place where it breaks syntax or schema."""
    shape = shape_of(dataset)
    assert shape is not None, f"{dataset.id} has no model"
    try:
        model, _ = load_document(
            data, format="yaml" if dataset.format == "yaml" else "json", model=shape, name=name
        )
    except SyntaxProblem as problem:
        return None, [Finding(failure_code(problem), problem.where, problem.expected, problem.found)]
    except DocumentInvalid as invalid:
        return None, [
            Finding(
                document_code(problem),
                _place(name, problem.line, problem.pointer),
                problem.expected,
                problem.found,
            )
            for problem in invalid.problems
        ]
    return model, []


def located(finding: Finding, files: Mapping[str, bytes]) -> Finding:
    """A finding of a policy set whose place is a file, a line and a pointer instead of a policy's id and words."""
    policy, _, rest = finding.where.partition(" ")
    path = next((path for path in files if Path(path).stem == policy), None)
    if path is None:
        return finding
    place, _, item = rest.partition(" ")
    value, line = _positions(path, files[path])
    pointer = _pointer(value, place, item)
    found = finding.found if len(finding.found) <= _SHOWN else f"{finding.found[: _SHOWN - 3]}..."
    return replace(finding, where=_place(path, line(pointer), pointer), found=found)


def _place(path: str, line: int | None, pointer: Pointer) -> str:
    return f"{path}{'' if line is None else f':{line}'} {pointer_text(pointer)}".rstrip()


def _positions(path: str, data: bytes) -> tuple[JSON, Any]:
    """The value of a policy that parses, and the line of each pointer into it."""
    if path.endswith(".json"):
        places = json_positions(data)

        def line(pointer: Pointer) -> int | None:
            while pointer and pointer not in places:
                pointer = pointer[:-1]
            return places[pointer][0]

        return parse_json(data, name=path), line
    from codegen.runtime import strict_yaml

    document = strict_yaml.load(data, name=path)
    return document.value, lambda pointer: document.line(pointer)[0]


def _pointer(value: JSON, place: str, item: str) -> Pointer:
    """The pointer that `/a/0/b`, or `a[0].b` in the words of a recipe, stands for; as far as it leads somewhere.

    Args:
        value: the document.
        place: the pointer in words.
        item: names an item of the list at the pointer by one of its values, such as an edge by its id.
    """
    found: list[str | int] = []
    for step in _STEP.findall(place) if place[:1] != "/" else place[1:].split("/"):
        key: str | int = int(step) if isinstance(value, list) and step.isdecimal() else step
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        found.append(key)
    if item and isinstance(value, list):
        name = re.split(r"[ /]", item)[0]
        for number, entry in enumerate(value):
            if isinstance(entry, dict) and name in entry.values():
                found.append(number)
                break
    return tuple(found)
