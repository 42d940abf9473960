"""Errors carry evidence, say the code first, and cross process borders."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from codegen.runtime.canonical import SyntaxProblem
from codegen.runtime.errors import ErrorCode
from engine.core.errors import (
    ConflictReason,
    DocumentInvalid,
    DocumentProblem,
    EngineError,
    Failure,
    GateFailure,
    GateReason,
    LockHeld,
    PublishConflict,
    PublishFailure,
    PublishReason,
    PublishUnknown,
    SealFailure,
    SealReason,
    TableMismatch,
)

CODE = ErrorCode(
    full="SEG-S1-041",
    name="PK_DUPLICATE",
    kind="finding",
    message="{where}: {column} repeats: expected {expected}, found {found}",
    context=("where", "expected", "found", "column"),
    remedy="Remove the second row.",
)
EVIDENCE: dict[str, Any] = {"where": "a/b", "expected": "1", "found": "2"}


def test_the_text_gives_code_place_both_sides_and_remedy() -> None:
    error = EngineError(CODE, where="t row 3", expected="one row", found="two", context={"column": "id"})
    assert (
        str(error) == "[SEG-S1-041] t row 3: id repeats: expected one row, found two Remove the second row."
    )
    assert error.context == {"where": "t row 3", "expected": "one row", "found": "two", "column": "id"}


def test_a_missing_context_key_does_not_hide_the_error() -> None:
    assert "(no column) repeats" in str(EngineError(CODE, **EVIDENCE))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("finding", 1), ("use", 2), ("input", 3), ("gate", 4), ("conflict", 5), ("environment", 6), ("bug", 70)],
)
def test_the_exit_code_follows_from_the_kind(kind: str, status: int) -> None:
    code = ErrorCode("X-1", "X", kind, "{where}", ("where",), "Do.")
    assert EngineError(code, **EVIDENCE).exit_code == status


FAILURES: list[Failure] = [
    SealFailure(**EVIDENCE, reason=SealReason.DIGEST),
    GateFailure(**EVIDENCE, reason=GateReason.FLAG),
    PublishConflict(**EVIDENCE, reason=ConflictReason.IMMUTABLE),
    PublishFailure(**EVIDENCE, reason=PublishReason.DISK_FULL),
    PublishUnknown(**EVIDENCE, reason=PublishReason.INPUT_OUTPUT),
    LockHeld(**EVIDENCE, pid=7),
    TableMismatch(**EVIDENCE),
    DocumentInvalid("d", [DocumentProblem(("a", 0), 3, "missing", "the field b", "nothing")]),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_failures_survive_pickling(failure: Failure) -> None:
    back = pickle.loads(pickle.dumps(failure))
    assert type(back) is type(failure)
    assert vars(back) == vars(failure)
    assert str(back) == str(failure)


def test_an_engine_error_and_a_syntax_problem_survive_pickling() -> None:
    error = EngineError.from_failure(CODE, FAILURES[0], context={"column": "id"})
    back = pickle.loads(pickle.dumps(error))
    assert (str(back), back.context, back.code) == (str(error), error.context, CODE)
    assert back.context["reason"] == "digest"
    problem = pickle.loads(pickle.dumps(SyntaxProblem("a.json", 3, 4, "odd")))
    assert (problem.where, str(problem)) == ("a.json:3:4", "a.json:3:4: odd")
    assert EngineError.from_failure(CODE, problem).where == "a.json:3:4"


def test_certainly_not_done_and_unknown_are_told_apart() -> None:
    assert not issubclass(PublishUnknown, PublishFailure)
    assert not issubclass(PublishFailure, PublishUnknown)


def test_a_document_error_lists_every_problem() -> None:
    problems = [
        DocumentProblem(("a",), 1, "missing", "the field a", "nothing"),
        DocumentProblem(("b/c", 2), None, "int_type", "an integer", '"x"'),
    ]
    error = DocumentInvalid("p.json", problems)
    assert error.where == "p.json:1 /a"
    assert "(and 1 more)" in error.found
    assert str(error).splitlines() == [
        "p.json:",
        "  /a (line 1): expected the field a, found nothing",
        '  /b~1c/2: expected an integer, found "x"',
    ]
