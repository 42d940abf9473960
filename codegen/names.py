"""Names: how contract names become Python names, and which names are taken."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import Final

_AMBIGUOUS: Final = frozenset("lOI")  # hard to tell from digits, so linters refuse them
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


def class_name(name: str) -> str:
    """The PascalCase form of a contract name: `s0_gate_receipt_2B` is `S0GateReceipt2B`."""
    joined = "".join(word[0].upper() + word[1:] for word in _WORD.findall(name))
    return f"N{joined}" if not joined or joined[0].isdigit() else joined


def module_name(segment: str) -> str:
    """The module of a segment: `s2b` for 2B, `layer1` for the shared pack of layer 1."""
    return segment if segment.startswith("layer") else f"s{segment.lower()}"


def constant_name(name: str) -> str:
    """The constant that holds a dataset: its id in capitals."""
    joined = "_".join(_WORD.findall(name)).upper()
    return f"N_{joined}" if not joined or joined[0].isdigit() else joined


def state_class(state_id: str) -> str:
    """The class of a state: `S2B_S3` for 2B.S3."""
    return "S" + state_id.replace(".", "_")


def method_name(validator_id: str, title: str) -> str:
    """The method of a validator: its id and a slug of its title, at most 60 characters."""
    words = [word.lower() for word in _WORD.findall(title)]
    name = validator_id.lower().replace("-", "_")
    for word in words:
        if len(name) + 1 + len(word) > 60:
            break
        name += f"_{word}"
    return name


def is_usable(name: str) -> bool:
    """Whether a contract name may stand as a Python name as it is."""
    return (
        name.isidentifier()
        and name.isascii()
        and not keyword.iskeyword(name)
        and not name.startswith("_")
        and name not in _AMBIGUOUS
    )


TABLE_NAMES: Final = frozenset(
    (
        "arrow", "num_rows", "rows", "take", "empty", "concatenated", "require_shape", "write_file", "read_file",
        "read_row_group", "read_partition", "from_columns", "cls", "self",
    )
)  # fmt: skip
"""Names that a table class uses itself, so that no column may have them."""
DOCUMENT_NAMES: Final = ("content", "of")
"""Names that documents use themselves; a property of such a name becomes a field with an underscore behind it."""
TYPE_NAMES: Final = frozenset(
    (
        "Document", "RootDocument", "Annotated", "Any", "Field", "Literal", "ConfigDict", "TypeAlias", "TypeAliasType",
        "Table", "TableSpec", "ColumnSpec", "TextColumn", "TextLike", "NDArray", "ClassVar", "Self", "True", "False",
        "None", "BaseModel", "RootModel",
    )
)  # fmt: skip
"""Names that generated modules import, so that no class may have them."""
PATH_NAMES: Final = frozenset(("DatasetPath", "PurePosixPath"))
"""Names that modules of paths import."""
DATASET_CONSTANTS: Final = frozenset(("DATASETS",))
"""Names that modules of dictionary entries use themselves."""


def is_builtin(name: str) -> bool:
    """Whether a name would hide one of Python's own."""
    return hasattr(builtins, name)
