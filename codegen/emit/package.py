"""The whole output: every generated module and every page of the reference, rendered and formatted."""

from __future__ import annotations

import hashlib
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2

from codegen import names
from codegen.digest import contracts_digest, plain
from codegen.emit import models
from codegen.emit.views import TOKEN_PYTHON, Views, by_owner, modules_of
from codegen.ir import Contracts, Segment, SourceFile
from codegen.runtime.canonical import document_bytes

GENERATOR_VERSION: Final = "1.0.0"
"""Raised by hand when templates change what they emit from the same contracts."""
LINE_LENGTH: Final = 110
_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_FIRST_PARTY: Final = (
    'lint.isort.known-first-party=["bench", "closedworld", "codegen", "engine", "generated", "tests"]'
)


def docstring(text: str) -> str:
    """A triple-quoted literal that holds `text`."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if safe.endswith('"'):
        safe = safe[:-1] + '\\"'
    return f'"""{safe}"""'


@cache
def environment() -> jinja2.Environment:
    """The template environment: contract text enters only through `py` and `doc`, which make literals."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    found.filters["py"] = repr
    found.filters["doc"] = docstring
    found.filters["cls"] = names.class_name
    found.filters["const"] = names.constant_name
    found.filters["module"] = names.module_name
    found.filters["token_type"] = lambda token: TOKEN_PYTHON.get(token, "str")
    return found


def render(template: str, **values: Any) -> str:
    """One template with its values."""
    return environment().get_template(f"{template}.jinja").render(**values)


def header(sources: list[SourceFile]) -> str:
    """The first line of a generated file: where it comes from and how to change it."""
    named = (
        ", ".join(f"{source.path} (sha256 {source.sha256_hex[:8]}...)" for source in sources) or "contracts/"
    )
    return f"# Generated from {named} by `closedworld codegen`; do not edit: change the contract and regenerate.\n"


def render_all(contracts: Contracts) -> dict[str, str]:
    """Every emitted file: `generated/...` and `docs/contracts/...` paths, in order, with their text.

    The same catalogue gives the same text anywhere: nothing here asks the clock, the locale or the working folder.
    """
    from codegen.emit import reference

    views = Views(contracts)
    digest = contracts_digest(contracts)
    files: dict[str, str] = {}
    for segment in contracts.segments:
        files |= _modules(contracts, views, segment)
    files |= _packages(contracts, views, digest, files)
    files = formatted(files)
    # Without prose, so that the SHA-256 of the value is the contracts_digest and anyone can check what a run keeps.
    files["generated/contracts_ir.json"] = document_bytes(
        plain(contracts, prose=False), ascii_keys=False
    ).decode()
    files |= reference.pages(contracts, views, digest)
    files["generated/manifest.json"] = document_bytes(
        {
            "contracts_digest": digest,
            "generator_version": GENERATOR_VERSION,
            "files": {path: hashlib.sha256(files[path].encode()).hexdigest() for path in sorted(files)},
        }
    ).decode()
    return dict(sorted(files.items()))


def _sources(segment: Segment, *kinds: str) -> list[SourceFile]:
    return [file for file in segment.files if file.kind in kinds]


def _modules(contracts: Contracts, views: Views, segment: Segment) -> dict[str, str]:
    """The modules of one segment, one of each kind that it has anything for."""
    module = names.module_name(segment.id)
    made: dict[str, str] = {}
    schemas = header(_sources(segment, "schemas"))
    text = models.rendered(contracts, segment)
    if text:
        made["models"] = schemas + render("models", segment=segment, body=text)
    tables = views.tables(segment)
    if tables:
        made["tables"] = schemas + render("tables", segment=segment, tables=tables)
    if segment.datasets:
        dictionary = header(_sources(segment, "dataset_dictionary"))
        made["paths"] = dictionary + render("paths", segment=segment)
        made["datasets"] = dictionary + render("datasets", segment=segment, module=module, views=views)
    if segment.states:
        cards = header(_sources(segment, "states"))
        made["errors"] = cards + render("errors", segment=segment, states=segment.states)
        stated = [views.state(state) for state in segment.states]
        fields = [field for view in stated for field in (*view.inputs, *view.outputs)]
        datasets = sorted(
            {
                names.module_name(contracts.datasets[name].segment)
                for state in segment.states
                for name in (*(read.dataset for read in state.reads), *state.writes)
            }
        )
        made["states"] = cards + render(
            "states",
            segment=segment,
            module=module,
            states=stated,
            imports=modules_of(fields),
            dataset_modules=datasets,
            datasets=contracts.datasets,
        )
        if any(state.cli_command for state in segment.states):
            made["cli"] = cards + render("cli", segment=segment)
    if tables or segment.states:
        made["validators"] = header(_sources(segment, "schemas", "states")) + render(
            "validators", segment=segment, module=module, tables=tables, states=segment.states
        )
    return {f"generated/{kind}/{module}.py": text for kind, text in made.items()}


def _packages(contracts: Contracts, views: Views, digest: str, files: Mapping[str, str]) -> dict[str, str]:
    """The `__init__` of each sub-package, and the engine's own codes."""
    present = {
        kind: sorted(Path(path).stem for path in files if path.startswith(f"generated/{kind}/"))
        for kind in ("models", "tables", "paths", "datasets", "errors", "validators", "states", "cli")
    }
    top = header([])
    made = {
        "generated/__init__.py": top + render("package", digest=digest, version=GENERATOR_VERSION),
        "generated/errors/engine.py": header(list(contracts.error_files))
        + render("engine_errors", groups=by_owner(contracts.engine_errors)),
        "generated/errors/__init__.py": top
        + render("errors_package", segments=contracts.segments, groups=by_owner(contracts.engine_errors)),
        "generated/datasets/__init__.py": top + render("datasets_package", modules=present["datasets"]),
        "generated/states/__init__.py": top + render("states_package", states=views.run_order()),
        "generated/cli/__init__.py": top
        + render("cli_package", modules=present["cli"], segments=contracts.segments),
    }
    for kind in ("models", "tables", "paths", "validators"):
        made[f"generated/{kind}/__init__.py"] = top + render("subpackage", kind=kind)
    made["generated/py.typed"] = ""
    return made


def formatted(files: Mapping[str, str]) -> dict[str, str]:
    """Python files as ruff lays them out: unused imports removed, imports sorted, lines wrapped.

    The settings are given here and no configuration file is read, so that the result depends on the text alone.
    """
    common = ["--isolated", "--no-cache", "--quiet"]
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for path, text in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        settings = ["--line-length", str(LINE_LENGTH), "--target-version", "py311"]
        lint = [
            _ruff(),
            "check",
            "--fix",
            "--select",
            "F401,I",
            "--config",
            _FIRST_PARTY,
            *common,
            *settings,
            "generated",
        ]
        layout = [_ruff(), "format", *common, *settings, "generated"]
        for command in (lint, layout):
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"{' '.join(command[:2])} failed: {done.stdout}{done.stderr}")
        return {path: (root / path).read_text(encoding="utf-8") for path in files}


def _ruff() -> str:
    """The ruff that is installed with this Python."""
    from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

    try:
        return str(find_ruff_bin())
    except FileNotFoundError:
        return str(Path(sysconfig.get_path("scripts")) / "ruff")
