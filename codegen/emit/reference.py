"""The Markdown reference of every dataset, policy, state, validator and code."""

from __future__ import annotations

import re
from typing import Any, Final

from codegen import names
from codegen.check import RULES
from codegen.emit.views import Views, by_owner
from codegen.ir import Contracts, Document, Segment, Shape, Stream
from codegen.runtime.errors import EXIT_CODES
from codegen.schemas import JsonSchema
from codegen.showing import constraint_words, type_words

_BLANK_LINES: Final = re.compile(r"\n{3,}")


def cell(text: object) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return str(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def prose(text: object) -> str:
    """Text outside tables, with nothing that Markdown would take for markup of its own."""
    return str(text).replace("<", "&lt;")


def property_rows(schema: JsonSchema, at: str = "") -> list[tuple[str, str, str, str]]:
    """(place, type, need, description) of every property, nested ones under their path."""
    rows = []
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        place = f"{at}{name}"
        words = inner.get("description", "") + (f" Unit: {inner['unit']}." if inner.get("unit") else "")
        rows.append((place, type_words(inner), "yes" if name in required else "no", words))
        rows += property_rows(inner, f"{place}.")
        if isinstance(inner.get("items"), dict):
            rows += property_rows(inner["items"], f"{place}[].")
    if at == "" and isinstance(schema.get("items"), dict):
        rows += property_rows(schema["items"], "[].")
    return rows


def record_of(shape: Shape | None) -> Document | None:
    """The document of a shape that has one."""
    if isinstance(shape, Stream):
        return shape.record
    return shape if isinstance(shape, Document) else None


def page_name(segment: Segment) -> str:
    """The file of a segment's page."""
    return f"{names.module_name(segment.id)}.md"


def pages(contracts: Contracts, views: Views, digest: str) -> dict[str, str]:
    """Every page of docs/contracts, by path."""
    from codegen.emit.package import environment

    found = environment()
    found.filters["cell"] = cell
    found.filters["prose"] = prose
    found.filters["law"] = constraint_words
    found.filters["type_words"] = type_words
    shared: dict[str, Any] = {
        "contracts": contracts,
        "digest": digest,
        "page_name": page_name,
        "property_rows": property_rows,
        "record_of": record_of,
        "exit_codes": EXIT_CODES,
    }

    def page(template: str, **values: Any) -> str:
        text = found.get_template(f"reference/{template}.md.jinja").render(**shared, **values)
        return _BLANK_LINES.sub("\n\n", text).strip() + "\n"

    made = {
        "docs/contracts/index.md": page("index", order=views.run_order()),
        "docs/contracts/engine-codes.md": page("engine_codes", groups=by_owner(contracts.engine_errors)),
        "docs/contracts/rules.md": page("rules", rules=RULES),
    }
    shapes = contracts.shapes
    for segment in contracts.segments:
        made[f"docs/contracts/{page_name(segment)}"] = page("segment", segment=segment, shapes=shapes)
    return made
