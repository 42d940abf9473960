"""Every public function says what comes back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repository.source_tree import modules, place

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def undocumented(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each public function or method without a docstring.

    A method that fills a validator of a card (`v_06_…`) is documented by its contract, an `@overload` by the
    function itself, an `@override` by what it overrides; a body of `...` only states a shape.
    """
    pending: list[ast.AST] = [ast.parse(source)]
    while pending:
        for node in ast.iter_child_nodes(pending.pop()):
            public_class = isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            if public_class or isinstance(node, ast.If | ast.Try):
                pending.append(node)
            elif isinstance(node, FunctionNode) and not node.name.startswith(("_", "v_")):
                marks = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
                shape_only = ast.unparse(node.body[-1]) == "..."
                if not (marks & {"overload", "override"} or shape_only or ast.get_docstring(node)):
                    yield node.lineno, node.name


def test_every_public_function_has_a_docstring() -> None:
    read = modules("engine", "closedworld", "codegen")
    found = [
        f"{place(path, line)}: {name} has no docstring"
        for path in read
        for line, name in undocumented(path.read_text("utf-8"))
    ]
    assert len(read) > 40
    assert not found, "\n".join(found)


def test_a_planted_function_without_docstring_is_found() -> None:
    source = """
def bare(): return 1
def told():
    "One."
def _private(): return 2
class Box:
    def open(self): return 3
    def v_06_order(self): return ()
    def __len__(self): return 0
    @override
    def close(self): return 4
class Shape(Protocol):
    def size(self): ...
class _Hidden:
    def open(self): return 5
if True:
    def late(): return 6
"""
    assert {name for _, name in undocumented(source)} == {"bare", "open", "late"}
