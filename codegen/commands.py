"""The generator's commands: `codegen`, and `contracts list`, `show`, `check`, `diff`.

Each parses, calls one function, and turns the result into lines and an exit code: 0 done, 1 findings, 2 wrong use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from codegen.runtime.shown_text import shown, shown_path
from codegen.runtime.streams import output, write_error, write_json

if TYPE_CHECKING:
    from codegen.catalogue_findings import ContractFinding
    from codegen.ir import Contracts

EXIT_FINDINGS: Final = 1
EXIT_USE: Final = 2
_PACKAGE: Final = Path(__file__).resolve().parent

ContractsFolder = Annotated[
    Path | None,
    typer.Option("--contracts", help="The folder that holds layer1/ and layer2/; this copy's by default."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on standard output.")]

contracts_app = typer.Typer(
    name="contracts",
    help="Read, check and compare the contracts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app = typer.Typer(
    help="Contracts and the code that is generated from them.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(contracts_app)


def _contracts_folder(given: Path | None) -> Path:
    if given is None:
        from codegen.runtime.resources import contracts_root

        return contracts_root()
    if not given.is_dir():
        _refuse(
            f"{shown_path(given)} is no folder; --contracts names the folder that holds layer1/ and layer2/"
        )
    from codegen.load import holds_contracts

    if not holds_contracts(given):
        _refuse(
            f"{shown_path(given)} holds no contracts; --contracts names the folder that holds layer1/ and layer2/"
        )
    return given


def _refuse(message: str) -> NoReturn:
    _note(f"error: {message}")
    raise typer.Exit(EXIT_USE)


def _print(*lines: str) -> None:
    output().write("".join(f"{shown(line)}\n" for line in lines))


def _note(line: str) -> None:
    write_error(f"{shown(line)}\n")


def _print_findings(findings: Sequence[ContractFinding], folder: Path, *, as_json: bool) -> NoReturn:
    shown = [_located(finding.file, folder) for finding in findings]
    if as_json:
        write_json(
            {
                "findings": [
                    {**asdict(finding), "file": file} for finding, file in zip(findings, shown, strict=True)
                ]
            }
        )
    else:
        for finding, file in zip(findings, shown, strict=True):
            _print(f"{file}:{finding.line}: {finding.rule}: {finding.message}")
            _print(f"    what to do: {finding.remedy}")
        _note(f"{len(findings)} finding{'s' if len(findings) != 1 else ''}")
    raise typer.Exit(EXIT_FINDINGS)


def _located(file: str, folder: Path) -> str:
    """A contract file as a person can open it: below the folder that was read."""
    return shown_path(folder / file.removeprefix("contracts/"))


def _catalogue(folder: Path, *, as_json: bool) -> Contracts:
    from codegen.build import catalogue
    from codegen.catalogue_findings import ContractsInvalid
    from codegen.load import contract_bytes

    try:
        return catalogue(contract_bytes(folder))
    except ContractsInvalid as invalid:
        _print_findings(invalid.findings, folder, as_json=as_json)


@app.command("codegen")
def codegen_command(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail, naming the files, on any difference.")
    ] = False,
    contracts: ContractsFolder = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder of generated code; this copy's by default.")
    ] = None,
) -> None:
    """Generate the typed surface and the reference from the contracts.

    Example: closedworld codegen --check
    """
    from codegen.build import build, drift
    from codegen.catalogue_findings import ContractsInvalid

    folder = _contracts_folder(contracts)
    root = _PACKAGE.parent
    target = out if out is not None else root / "generated"
    from codegen.build import is_free_for_code

    if out is not None and not is_free_for_code(out):
        _refuse(
            f"{out} is no folder of generated code; --out names a new or empty folder, or one that was generated"
        )
    reference = target.parent / "docs" / "contracts"
    is_checkout = out is not None or (root / "contracts").is_dir()
    try:
        if check:
            lines = drift(folder, target, reference if is_checkout else None)
            for line in lines:
                _print(line)
            if lines:
                _note("the generated files are out of date: run `closedworld codegen`")
                raise typer.Exit(EXIT_FINDINGS)
            _print(f"{shown_path(target)} is what the contracts give")
            return
        if not is_checkout:
            _refuse(
                "an installed copy cannot be regenerated in place; name a folder with --out, or work in a checkout"
            )
        changed = build(folder, target, reference)
    except ContractsInvalid as invalid:
        _print_findings(invalid.findings, folder, as_json=False)
    except ModuleNotFoundError as missing:
        if missing.name not in ("datamodel_code_generator", "ruff"):
            raise
        _refuse(f"{missing.name} is not installed; install closedworld with its `codegen` extra")
    for path in changed:
        _print(f"{'wrote' if path.exists() else 'removed'} {shown_path(path)}")
    _note(f"{len(changed)} file{'s' if len(changed) != 1 else ''} changed")


@contracts_app.command("check")
def check_command(contracts: ContractsFolder = None, as_json: AsJson = False) -> None:
    """Check every law that the contracts must keep; each finding has its file, line and cure.

    Example: closedworld contracts check
    """
    folder = _contracts_folder(contracts)
    found = _catalogue(folder, as_json=as_json)
    if as_json:
        write_json({"findings": []})
    else:
        _print(f"no findings in {len(found.datasets)} datasets and {len(found.states)} states")


@contracts_app.command("list")
def list_command(
    kind: Annotated[
        str | None, typer.Argument(help="Only datasets, policies, states or codes; all by default.")
    ] = None,
    contracts: ContractsFolder = None,
    as_json: AsJson = False,
) -> None:
    """List datasets, policies, states and error codes.

    Example: closedworld contracts list policies
    """
    from codegen.showing import KINDS, listed

    if kind is not None and kind not in KINDS:
        _refuse(f"expected one of {', '.join(KINDS)}, found {kind!r}")
    rows = listed(_catalogue(_contracts_folder(contracts), as_json=as_json), kind)
    if as_json:
        write_json({name: [row.as_json() for row in found] for name, found in rows.items()})
        return
    for name, found in rows.items():
        width = max((len(row.id) for row in found), default=0)
        _print(f"{name} ({len(found)})")
        for row in found:
            _print(f"  {row.id:<{width}}  {row.words}")


@contracts_app.command("show")
def show_command(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="A dataset, policy, state, validator or error code.")
    ],
    contracts: ContractsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that the contracts say about one dataset, policy, state, validator or code.

    Example: closedworld contracts show 2B.S3
    """
    from codegen.showing import shown, similar

    folder = _contracts_folder(contracts)
    found = _catalogue(folder, as_json=as_json)
    entries = shown(found, name)
    if not entries:
        near = similar(found, name)
        _refuse(f"the contracts have no {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    if as_json:
        write_json([entry.as_json() for entry in entries])
        return
    for entry in entries:
        _print(f"{entry.kind} {entry.id}  ({_located(entry.source.file, folder)}:{entry.source.line})")
        for line in entry.lines:
            _print(f"  {line}" if line else "")


@contracts_app.command("diff")
def diff_command(
    before: Annotated[Path, typer.Argument(metavar="REV", help="A git revision, or a folder of contracts.")],
    after: Annotated[
        Path | None, typer.Argument(metavar="[REV]", help="Another; the contracts as they stand by default.")
    ] = None,
    contracts: ContractsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Say which changes break readers or writers, and whether versions moved with them.

    Exit code 1 means that a version did not move as its changes ask.

    Example: closedworld contracts diff main
    """
    from codegen.build import catalogue
    from codegen.catalogue_findings import ContractsInvalid
    from codegen.diff import difference
    from codegen.load import contract_bytes
    from codegen.revisions import RevisionUnreadable, files_of

    folder = _contracts_folder(contracts)
    try:
        files = [
            files_of(str(before), folder),
            files_of(str(after), folder) if after is not None else contract_bytes(folder),
        ]
    except RevisionUnreadable as problem:
        _refuse(str(problem))
    try:
        found = difference(*map(catalogue, files))
    except ContractsInvalid as invalid:
        _print_findings(invalid.findings, folder, as_json=as_json)
    if as_json:
        write_json(
            {
                "changes": [asdict(change) for change in found.changes],
                "versions": [asdict(item) for item in found.versions],
            }
        )
    else:
        for change in found.changes:
            _print(str(change))
        for item in found.versions:
            _print(str(item))
        if not found.changes:
            _print("no changes")
    if found.versions:
        raise typer.Exit(EXIT_FINDINGS)
