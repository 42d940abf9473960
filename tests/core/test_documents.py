"""Documents are read strictly and their problems are placed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from codegen.runtime.canonical import SyntaxProblem
from engine.core.documents import DocumentInvalid, load_document


class Circle(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    kind: Literal["circle"]
    radius: float = Field(gt=0)


class Square(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    kind: Literal["square"]
    side: int


class Policy(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")
    version: str
    seed: int
    shapes: tuple[Annotated[Circle | Square, Field(discriminator="kind")], ...] = ()


JSON_GOOD = (
    b'{"version": "1.0.0",\n "seed": 18446744073709551615,\n "shapes": [{"kind": "circle", "radius": 1}]}\n'
)
YAML_GOOD = b"version: 1.0.0\nseed: 18446744073709551615\nshapes:\n  - {kind: circle, radius: 1}\n"


@pytest.mark.parametrize(("data", "form"), [(JSON_GOOD, "json"), (YAML_GOOD, "yaml")])
def test_a_good_document_gives_its_model_and_digest(data: bytes, form: Any, tmp_path: Path) -> None:
    path = tmp_path / "policy"
    path.write_bytes(data)
    for source in (data, path):
        policy, digest = load_document(source, format=form, model=Policy, name="policy")
        assert policy.seed == 2**64 - 1
        assert policy.shapes == (Circle(kind="circle", radius=1.0),)
        assert digest == hashlib.sha256(data).hexdigest()
    value, digest = load_document(data, format=form, name="policy")
    assert value["seed"] == 2**64 - 1
    assert digest == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "form", "wanted"),
    [
        (b'{"seed": 1}', "json", [("", 1, "missing")]),
        (b'{"version": "1",\n"seed": "1"}', "json", [("/seed", 2, "int_type")]),
        (b"version: 1.0\nseed: true\n", "yaml", [("/version", 1, "string_type"), ("/seed", 2, "int_type")]),
        (b"version: a\nseed: 1\nsede: 2\n", "yaml", [("/sede", 3, "extra_forbidden")]),
        (
            b"version: a\nseed: 1\nshapes:\n  - kind: circle\n    radius: 0\n  - kind: square\n",
            "yaml",
            [("/shapes/0/radius", 5, "greater_than"), ("/shapes/1/side", 6, "missing")],
        ),
        (
            b'{"version": "a", "seed": 1,\n"shapes": [\n{"kind": "oval"}]}',
            "json",
            [("/shapes/0", 3, "union_tag_invalid")],
        ),
        (b"[]", "json", [("", 1, "model_type")]),
    ],
)
def test_every_problem_is_given_with_pointer_line_and_rule(
    data: bytes, form: Any, wanted: list[tuple[str, int, str]]
) -> None:
    with pytest.raises(DocumentInvalid) as caught:
        load_document(data, format=form, model=Policy, name="policy")
    found = [("/".join(map(str, ("", *p.pointer))), p.line, p.rule) for p in caught.value.problems]
    if wanted[0][2] == "missing" and wanted[0][0] == "":
        wanted = [("/version", 1, "missing")]
    assert found == wanted
    assert all(problem.expected and problem.found for problem in caught.value.problems)


def test_one_point_zero_is_an_integer_as_json_schema_has_it() -> None:
    policy, _ = load_document(b'{"version": "a", "seed": 7.0}', format="json", model=Policy, name="p")
    assert policy.seed == 7
    with pytest.raises(DocumentInvalid):
        load_document(b'{"version": "a", "seed": 7.5}', format="json", model=Policy, name="p")


@pytest.mark.parametrize(
    ("data", "form"), [(b'{"a": 1,}', "json"), (b"a: [", "yaml"), (b'{"a":1,"a":2}', "json")]
)
def test_bad_syntax_is_found_before_the_model(data: bytes, form: Any) -> None:
    with pytest.raises(SyntaxProblem):
        load_document(data, format=form, model=Policy, name="p")


def test_keys_outside_ascii_reach_the_model_as_unknown_fields() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        load_document('{"version": "a", "seed": 1, "é": 2}'.encode(), format="json", model=Policy, name="p")
    assert caught.value.problems[0].pointer == ("é",)


def test_the_found_value_is_shown_short() -> None:
    with pytest.raises(DocumentInvalid) as caught:
        load_document(
            b'{"version": "a", "seed": "' + b"x" * 1000 + b'"}', format="json", model=Policy, name="p"
        )
    assert len(caught.value.problems[0].found) <= 120
