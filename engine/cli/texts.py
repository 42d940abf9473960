"""Words of the command line that must be text: paths may be any bytes, a label, a statement or an id may not."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any, get_type_hints

import typer


def require_text(app: typer.Typer) -> None:
    """Let every command below an app refuse text that is no UTF-8, and read what the locale left as bytes.

    Where the locale says that words are ASCII, Python gives the bytes of other words as lone surrogates.
    """
    for command in app.registered_commands:
        if command.callback is not None:
            command.callback = _reading(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            require_text(group.typer_instance)


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def called(**values: Any) -> Any:
        return function(**{name: _text(function, name, value) for name, value in values.items()})

    return called


def _text(function: Callable[..., Any], name: str, value: Any) -> Any:
    """The value of a parameter with every text in it read."""
    if isinstance(value, list):
        return [_text(function, name, one) for one in value]
    if not isinstance(value, str) or not any("\ud800" <= character <= "\udfff" for character in value):
        return value
    try:
        return os.fsencode(value).decode("utf-8")
    except UnicodeError as error:
        from engine.core.errors import EngineError
        from generated.errors.engine import USE

        place = _word_of(function, name)
        raise EngineError(USE.BAD_OPTION, where=place, expected="text in UTF-8", found=value) from error


def _word_of(function: Callable[..., Any], name: str) -> str:
    """How the command line spells a parameter."""
    for note in getattr(get_type_hints(function, include_extras=True)[name], "__metadata__", ()):
        # Beside Annotated, Typer takes the first word of an option for its default.
        for word in (getattr(note, "default", None), *(getattr(note, "param_decls", None) or ())):
            if isinstance(word, str) and word.startswith("--"):
                return word
    return name.upper()
