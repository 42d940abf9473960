"""Paths of datasets: tokens in, relative path out, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

TOKEN_TYPES: Final[dict[str, str]] = {
    "seed": "uint64",
    "manifest_fingerprint": "hex64",
    "parameter_hash": "hex64",
    "run_id": "hex32",
    "scenario_id": "name",
    "utc_day": "day",
}
"""Every token that a path may hold, with the form of its value."""

RUN_TOKENS: Final = ("seed", "manifest_fingerprint", "parameter_hash", "run_id")
"""The tokens that a run fixes; a path has at most one other, by whose values its dataset is split."""

_FORMS: Final[dict[str, re.Pattern[str]]] = {
    "uint64": re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII),
    "hex64": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "hex32": re.compile(r"[0-9a-f]{32}", re.ASCII),
    "name": re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII),
    "day": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII),
}
_TOKEN: Final = re.compile(r"\{([a-z0-9_]+)\}")

Token = str | int


class PathTokenError(ValueError):
    """A token value that would leave its path segment or has the wrong form."""


def _token_text(name: str, value: Token) -> str:
    text = str(value)
    if isinstance(value, bool) or _FORMS[TOKEN_TYPES[name]].fullmatch(text) is None:
        raise PathTokenError(f"path token {name}: expected {TOKEN_TYPES[name]}, found {value!r}")
    if TOKEN_TYPES[name] == "uint64" and int(text) >= 1 << 64:
        raise PathTokenError(f"path token {name}: expected at most 2^64 - 1, found {value!r}")
    return text


def is_token(name: str, value: Token) -> bool:
    """Whether a value has the form of the token with that name, so that a path can hold it."""
    try:
        _token_text(name, value)
    except PathTokenError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class DatasetPath:
    """The path template of one dataset.

    A template that ends in `/` names a folder of part files; any other names one file.
    """

    dataset: str
    template: str
    tokens: tuple[str, ...]
    _parts: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parts", tuple(self.template.rstrip("/").split("/")))

    @property
    def is_folder(self) -> bool:
        """Whether the path names a folder of part files."""
        return self.template.endswith("/")

    @property
    def split_token(self) -> str:
        """The token that a run does not fix, such as utc_day; empty where there is none."""
        return next((token for token in self.tokens if token not in RUN_TOKENS), "")

    def resolve(self, tokens: Mapping[str, Token]) -> PurePosixPath:
        """The relative path for `tokens`; other keys of the mapping are ignored.

        Raises:
            PathTokenError: a token is missing, has the wrong form, or would leave its segment.
        """
        values = {}
        for name in self.tokens:
            if name not in tokens:
                raise PathTokenError(f"dataset {self.dataset}: path token {name} is missing")
            values[name] = _token_text(name, tokens[name])
        return PurePosixPath(*(_TOKEN.sub(lambda m: values[m[1]], part) for part in self._parts))

    def folder(self, tokens: Mapping[str, Token]) -> PurePosixPath:
        """The folder that is published: the path itself, or the folder that holds the one file."""
        path = self.resolve(tokens)
        return path if self.is_folder else path.parent

    def parse(self, path: PurePosixPath | str) -> dict[str, str]:
        """The tokens of a path that this template made.

        Raises:
            PathTokenError: the path is not of this template.
        """
        parts = PurePosixPath(path).parts
        found: dict[str, str] = {}
        if len(parts) != len(self._parts):
            raise PathTokenError(f"dataset {self.dataset}: {path} does not fit {self.template}")
        for part, template in zip(parts, self._parts, strict=True):
            pattern = ""
            last = 0
            for match in _TOKEN.finditer(template):
                name = match[1]
                pattern += re.escape(template[last : match.start()])
                pattern += f"(?P<{name}>{_FORMS[TOKEN_TYPES[name]].pattern})"
                last = match.end()
            pattern += re.escape(template[last:])
            hit = re.fullmatch(pattern, part, re.ASCII)
            if hit is None:
                raise PathTokenError(f"dataset {self.dataset}: {path} does not fit {self.template}")
            for name, text in hit.groupdict().items():
                _token_text(name, text)
                if found.setdefault(name, text) != text:
                    raise PathTokenError(f"dataset {self.dataset}: {path} gives {name} two values")
        return found

    def partition(self, tokens: Mapping[str, Token]) -> dict[str, str]:
        """The path's own tokens with their texts, in the template's order."""
        self.resolve(tokens)
        return {name: str(tokens[name]) for name in self.tokens}

    def glob(self) -> str:
        """A pattern for `Path.glob` that meets every partition of the dataset."""
        return _TOKEN.sub("*", self.template.rstrip("/"))
