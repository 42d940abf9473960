"""What bundle_layout_policy_5B may ask for: evidence of a run, under the roles by which a bundle alone is verified.

A layout may leave evidence out; what it asks for must be there to be given.

Source: spec/segment-5B.md, S5; spec/identity-and-seals.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.digests import FLAG_NAME, INDEX_NAME, illegal_path
from engine.core.policy_checks import shape_findings
from generated import states
from generated.datasets import s5b as datasets

if TYPE_CHECKING:
    from generated.models.s5b import BundleLayoutPolicy5B

POLICY: Final = datasets.BUNDLE_LAYOUT_POLICY_5B.id
FILES: Final = "files"
RECORDS: Final = "publish_records"
TOTALS: Final = "trace_totals"

LONGEST_FOLDER: Final = 64
"""Characters of a folder inside the bundle."""

Entry = tuple[str, str, str]
"""Role, content and dataset."""


def implemented_entries() -> dict[Entry, bool]:
    """Every entry that a bundle can hold, and whether every run has what it asks for; from the card of S5."""
    found: dict[Entry, bool] = {
        ("validation_report", FILES, datasets.VALIDATION_REPORT_5B.id): True,
        ("validation_issues", FILES, datasets.VALIDATION_ISSUE_TABLE_5B.id): True,
    }
    for read in states.S5B_S5.CARD.reads:
        name, always = read.dataset.id, not read.optional
        if read.via == "policy":
            found["policy", FILES, name] = always
        elif read.via == "run_local" and read.dataset.produced_by == states.S5B_S0.ID:
            role = "gate_receipt" if name == datasets.S0_GATE_RECEIPT_5B.id else "sealed_inputs"
            found[role, FILES, name] = always
        elif read.via == "run_local":
            # The latent model `none` draws nothing, so that S2 then has no log.
            always = always and name != datasets.RNG_TRACE_LOG_5B_S2.id
            found["publish_record", RECORDS, name] = always
            for prefix, role, content in (
                ("rng_audit_log", "rng_audit", FILES),
                ("rng_trace_log", "rng_totals", TOTALS),
                ("rng_commitment", "rng_commitment", FILES),
            ):
                if name.startswith(prefix):
                    found[role, content, name] = always
    return found


def _folder_problem(folder: str) -> tuple[str, str] | None:
    """What a folder inside the bundle must be, and what is wrong with this one."""
    parts = folder.split("/")
    fault = next((found for part in parts if (found := illegal_path(part)) is not None), None)
    if fault is not None:
        return "plain names between slashes", fault
    if any(part.startswith(".") for part in parts):
        return "names that do not start with a dot", folder
    if parts[0] in (INDEX_NAME, FLAG_NAME):
        return "another folder than the bundle's own files", folder
    if len(folder) > LONGEST_FOLDER:
        return f"at most {LONGEST_FOLDER} characters, so that files below it can be opened anywhere", folder
    return None


def layout_findings(policy: BundleLayoutPolicy5B, code: ErrorCode) -> Iterator[Finding]:
    """Where the layout breaks its schema, asks for what no bundle holds, or asks twice."""
    yield from shape_findings(policy, POLICY, code)
    known, seen = implemented_entries(), dict[Entry, int]()
    for number, member in enumerate(policy.members):
        where = f"{POLICY} /members/{number}"
        problem = _folder_problem(member.folder)
        if problem is not None:
            yield Finding(code, f"{where}/folder", *problem)
        for name in member.datasets:
            entry: Entry = (member.role, member.content_, name)
            if entry not in known:
                others = sorted(f"{content} as {role}" for role, content, held in known if held == name)
                expected = (
                    f"{name}: {' or '.join(others)}" if others else "a dataset that 5B.S5 reads or writes"
                )
                yield Finding(code, where, expected, f"{name}: {member.content_} as {member.role}")
            elif member.required and not known[entry]:
                expected = f"required: false, since not every run has {name}"
                yield Finding(code, f"{where}/required", expected, "true")
            if entry in seen:
                yield Finding(code, where, f"{name} once", f"it stands in /members/{seen[entry]} already")
            seen.setdefault(entry, number)
