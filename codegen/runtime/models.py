"""Documents: the base classes of the generated models, which accept exactly what their JSON Schema accepts.

Pydantic and JSON Schema part ways in a few places; they are closed here, once, for every generated model:
an integral number such as 1.0 is an integer; an absent property is not a null one; 1 is not true; `uniqueItems`
compares by JSON equality; numbers are finite; a `format` is enforced.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, RootModel
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from codegen.runtime.formats import FORMATS

__all__ = ["Day", "Document", "Instant", "RootDocument"]

_NESTED: Final = ("schema", "items_schema", "keys_schema", "values_schema", "extras_schema")


def _whole(value: Any) -> Any:
    """An integral float as the integer that it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise PydanticCustomError("finite_number", "Input should be a finite number")
    return value


def _json_key(value: Any) -> Any:
    """Something hashable that two values share exactly when JSON Schema calls them equal."""
    if isinstance(value, bool) or value is None:
        return (type(value).__name__, value)
    if isinstance(value, int | float):
        return ("number", value)
    if isinstance(value, str):
        return ("string", value)
    if isinstance(value, dict):
        return ("object", frozenset((key, _json_key(inner)) for key, inner in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(_json_key(inner) for inner in value))
    if isinstance(value, BaseModel):
        return _json_key(value.model_dump(by_alias=True, exclude_unset=True))
    return ("other", value)


def _distinct(value: Any) -> Any:
    if isinstance(value, list) and len({_json_key(item) for item in value}) != len(value):
        raise PydanticCustomError("unique_items", "Input should have no item twice")
    return value


def _one_of(expected: list[Any]) -> Callable[[Any], Any]:
    keys = {_json_key(value): value for value in expected}

    def literal(value: Any) -> Any:
        key = _json_key(value) if isinstance(value, str | int | float | bool | None) else None
        if key not in keys:
            shown = ", ".join(repr(item) for item in expected)
            raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": shown})
        return keys[key]

    return literal


def _not_null(value: Any) -> Any:
    if value is None:
        raise PydanticCustomError("null", "Input should be absent or a value, not null")
    return value


def _of_format(name: str) -> Callable[[str], str]:
    form = FORMATS[name]

    def formed(text: str) -> str:
        if not form.accepts(text):
            raise PydanticCustomError("format", "Input should be {words}", {"words": form.words})
        return text

    return formed


Day = Annotated[str, AfterValidator(_of_format("date"))]
"""A text of the format date."""
Instant = Annotated[str, AfterValidator(_of_format("date-time"))]
"""A text of the format date-time."""


def _exact(schema: Any) -> Any:
    """A core schema tightened to JSON Schema's idea of equality, integers and numbers."""
    if not isinstance(schema, dict) or "type" not in schema:
        return schema
    kind = schema["type"]
    if kind == "literal" and not all(isinstance(value, str) for value in schema["expected"]):
        return core_schema.no_info_before_validator_function(_one_of(schema["expected"]), schema)
    if kind == "int":
        return core_schema.no_info_before_validator_function(_whole, schema)
    if kind == "float":
        return {**schema, "allow_inf_nan": False}
    if kind == "model":
        return schema
    result = dict(schema)
    for key in _NESTED:
        if key in result:
            result[key] = _exact(result[key])
    if "choices" in result and isinstance(result["choices"], list):
        result["choices"] = [_exact(choice) for choice in result["choices"]]
    return result


def _tightened(cls: type[BaseModel], schema: Any) -> Any:
    """The core schema of one model with each field made exact."""
    inner = schema["schema"]
    if inner.get("type") != "model-fields":
        return {**schema, "schema": _marked(_exact(inner), cls, "root")}
    found = {}
    for name, field in inner["fields"].items():
        found[name] = {**field, "schema": _marked(_exact(field["schema"]), cls, name)}
    return {**schema, "schema": {**inner, "fields": found}}


def _marked(schema: Any, cls: type[BaseModel], name: str) -> Any:
    """A field's schema with what only the field's declaration tells: no item twice, and absent is not null."""
    field = cls.__pydantic_fields__[name]
    marks = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    if marks.get("unique"):
        schema = _around(schema, _distinct)
    if not field.is_required() and field.default is None and not marks.get("nullable"):
        schema = _around(schema, _not_null)
    return schema


def _around(schema: Any, check: Callable[[Any], Any]) -> Any:
    """A check before a field's schema; a default is not checked."""
    if schema.get("type") == "default":
        return {**schema, "schema": core_schema.no_info_before_validator_function(check, schema["schema"])}
    return core_schema.no_info_before_validator_function(check, schema)


class Document(BaseModel):
    """Base of every generated model of a JSON object: frozen and strict."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        strict=True,
        extra="allow",
        populate_by_name=True,
        protected_namespaces=(),
        allow_inf_nan=False,
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _tightened(cls, handler(source))  # type: ignore[no-any-return]

    @classmethod
    def of(cls, content: Any) -> Self:
        """The document with this plain JSON content.

        Raises:
            pydantic.ValidationError: the content is not what the contract's schema accepts; names every place at fault.
        """
        return cls.model_validate(content)

    def content(self) -> Any:
        """The plain JSON content: what was given, absent properties left out."""
        return self.model_dump(mode="python", by_alias=True, exclude_unset=True)


class RootDocument(RootModel[Any]):
    """Base of every generated model of a JSON document that is no object; `root` holds it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return _tightened(cls, handler(source))  # type: ignore[no-any-return]

    @classmethod
    def of(cls, content: Any) -> Self:
        """The document with this plain JSON content.

        Raises:
            pydantic.ValidationError: the content is not what the contract's schema accepts; names every place at fault.
        """
        return cls.model_validate(content)

    def content(self) -> Any:
        """The plain JSON content."""
        return self.model_dump(mode="python", by_alias=True, exclude_unset=True)
