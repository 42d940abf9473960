"""5B.S0 gate: what was verified and sealed before any row of the upstream is read (spec/segment-5B.md, S0).

Upholds: seven upstream bundles agree with their flags; the scenarios of the run are scenarios of 5A; one inventory row
a sealed input, seed-scoped ones by their description, whose bytes stand in a list of their own; policies of an admitted
version; the receipt states the digest of the inventory; nothing machine-dependent in any of the three documents.
Left to others: verifying bundles, resolving paths and digesting inputs, all before the law is called (the runner).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from codegen.runtime.cards import GateInput
from codegen.runtime.findings import Finding, Findings
from engine.core.identity import ascending, run_id
from engine.core.policy_checks import version_admitted
from engine.core.row_findings import echo_findings
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.sealed_rows import (
    CARD,
    READS,
    data_key,
    data_rows,
    inventory_digest,
    inventory_key,
    inventory_rows,
)
from generated import errors, states
from generated.validators.s5b import S5B_S0Validators

CODES = errors.S5B_S0
PASS: Final = "PASS"
_HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FLAG_OF: Final[Mapping[str, str]] = {
    bundle.dataset.id: flag.dataset.id
    for bundle in CARD.reads
    for flag in CARD.reads
    if bundle.dataset.kind == "bundle"
    and flag.dataset.kind == "flag"
    and bundle.dataset.segment == flag.dataset.segment
}
"""The flag of each upstream bundle."""
_POLICIES: Final = tuple(read.dataset for read in CARD.reads if read.via == "policy")
_INVENTORY: Final = "sealed_inputs_5B"
_BYTES: Final = "sealed_data_5B"
_RECEIPT: Final = "s0_gate_receipt_5B"


@implements(states.S5B_S0)
def gate_evidence(inputs: states.S5B_S0.Inputs, run: Run) -> states.S5B_S0.Outputs:
    """What was verified and sealed, as receipt, inventory and list of sealed bytes."""
    from generated.models.s5b import S0GateReceipt5B, SealedData5B, SealedInputs5B

    scenarios = _scenario_set(inputs, run)
    rows, sealed_bytes = inventory_rows(inputs.sealed, scenarios, run.identity), data_rows(inputs.sealed)
    run.note("scenario_set", list(scenarios))
    run.note("sealed_inputs", len(rows))
    run.note("sealed_partitions", len(sealed_bytes))
    receipt = S0GateReceipt5B.of(
        {
            **_identity(run),
            "upstream_segments": _upstream(inputs),
            "scenario_set": list(scenarios),
            "sealed_inputs_digest": inventory_digest(rows),
            "sealed_inputs_row_count": len(rows),
            "spec_version": SPEC_VERSION,
        }
    )
    return states.S5B_S0.Outputs(
        sealed_inputs_5B=SealedInputs5B.of(rows),
        s0_gate_receipt_5B=receipt,
        sealed_data_5B=SealedData5B.of(sealed_bytes),
    )


def _scenario_set(inputs: states.S5B_S0.Inputs, run: Run) -> tuple[str, ...]:
    """The scenarios of the run, ascending: those that the user asked for, else all of the manifest."""
    manifest = inputs.scenario_manifest_5A
    return tuple(ascending(run.requested.get("scenario_id", manifest.values)))


def _identity(run: Run) -> dict[str, Any]:
    identity = run.identity
    return {
        "manifest_fingerprint": identity.manifest_fingerprint,
        "parameter_hash": identity.parameter_hash,
        "seed": identity.seed,
        "run_id": identity.run_id,
        "created_utc": identity.created_utc,
        "contracts_digest": identity.contracts_digest,
        "law_version": identity.law_version,
    }


def _upstream(inputs: states.S5B_S0.Inputs) -> dict[str, dict[str, str]]:
    """The bundle of every upstream segment as the receipt tells of it; a segment without bundle or flag has none."""
    found = {}
    for bundle_name, flag_name in _FLAG_OF.items():
        bundle, flag = getattr(inputs, bundle_name), getattr(inputs, flag_name)
        if bundle is not None and flag is not None:
            found[READS[bundle_name].dataset.segment] = {
                "status": PASS,
                "bundle_path": bundle.path,
                "flag_path": flag.path,
                "bundle_digest": flag.bundle_digest,
            }
    return found


@validates(states.S5B_S0)
class GateValidators(S5B_S0Validators):
    """The validators of S0, over every row of the three documents."""

    def v_01_every_upstream_segment_has_its_bundle_and_its_flag(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        listed = {row["artifact_id"] for row in _rows(outputs)}
        named = _receipt(outputs)["upstream_segments"]
        for bundle, flag in _FLAG_OF.items():
            segment = READS[bundle].dataset.segment
            for name in (bundle, flag):
                if getattr(self.inputs, name) is None or name not in listed:
                    yield Finding(CODES.UPSTREAM_GATE_MISSING, name, "a sealed gate artefact", "nothing")
            if segment not in named:
                where = f"{_RECEIPT} /upstream_segments/{segment}"
                yield Finding(CODES.UPSTREAM_GATE_MISSING, where, "the bundle of the segment", "nothing")

    def v_02_each_bundle_lists_exactly_its_files_with_the_digest(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        code = CODES.UPSTREAM_GATE_MISMATCH
        named = _receipt(outputs)["upstream_segments"]
        for bundle_name, flag_name in _FLAG_OF.items():
            bundle, flag = getattr(self.inputs, bundle_name), getattr(self.inputs, flag_name)
            segment = READS[bundle_name].dataset.segment
            if bundle is None or flag is None or segment not in named:
                continue  # V-01 names what is missing
            for name, digest in ((bundle_name, bundle.bundle_digest), (flag_name, flag.bundle_digest)):
                if not _HEX64.fullmatch(digest):
                    yield Finding(code, name, "a bundle digest", digest or "none")
            if bundle.bundle_digest != flag.bundle_digest:
                yield Finding(code, bundle_name, flag.bundle_digest or "none", bundle.bundle_digest or "none")
            place = f"{_RECEIPT} /upstream_segments/{segment}"
            wanted = {
                "status": PASS,
                "bundle_path": bundle.path,
                "flag_path": flag.path,
                "bundle_digest": flag.bundle_digest,
            }
            yield from echo_findings(
                code, ((f"{place}/{name}", value, named[segment].get(name)) for name, value in wanted.items())
            )

    def v_04_the_identity_of_the_run_follows_from_its_inputs(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        code, identity, receipt = CODES.RUN_IDENTITY_INVALID, self.run.identity, _receipt(outputs)
        named = {**_identity(self.run), "spec_version": SPEC_VERSION}
        yield from echo_findings(
            code, ((f"{_RECEIPT} /{name}", value, receipt.get(name)) for name, value in named.items())
        )
        follows = run_id(
            law_version=identity.law_version,
            seed=identity.seed,
            parameter_hash=identity.parameter_hash,
            manifest_fingerprint=identity.manifest_fingerprint,
            run_inputs_digest=identity.run_inputs_digest,
            label=identity.label,
        )
        yield from echo_findings(code, [("run_id", follows, identity.run_id)])
        for row in _rows(outputs):
            for name in ("manifest_fingerprint", "parameter_hash"):
                where = f"{_INVENTORY} {row['artifact_id']}: {name}"
                yield from echo_findings(code, [(where, getattr(identity, name), row[name])])

    def v_05_the_scenarios_of_the_run_are_scenarios_of_5a_and_there(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        code, manifest = CODES.SCENARIO_SET_INVALID, self.inputs.scenario_manifest_5A.values
        held, where = _receipt(outputs)["scenario_set"], f"{_RECEIPT} /scenario_set"
        if not held:
            yield Finding(code, where, "at least one scenario", "none")
        for name in held:
            if name not in manifest:
                yield Finding(code, where, f"scenarios of 5A: {', '.join(manifest)}", name)
        wanted = list(_scenario_set(self.inputs, self.run))
        yield from echo_findings(code, [(where, wanted, list(held))])

    def v_06_every_policy_has_a_version_that_the_dictionary_admits(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        sealed = {row.dataset: row for row in self.inputs.sealed}
        for policy in _POLICIES:
            found = sealed[policy.id].version_tag if policy.id in sealed else "none"
            if not version_admitted(policy.version, found):
                where = f"{policy.id} /version"
                yield Finding(CODES.POLICY_VERSION_MISMATCH, where, _admitted(policy.version), found)

    def v_07_every_required_input_is_in_the_inventory_and_exists_for(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        code, scenarios = CODES.SEALED_INPUTS_INCOMPLETE, _scenario_set(self.inputs, self.run)
        held = {row["artifact_id"]: row for row in _rows(outputs)}
        sealed = {row.dataset: row for row in self.inputs.sealed}
        for name, read in READS.items():
            if not read.optional and name not in held:
                yield Finding(code, f"{_INVENTORY} {name}", "a row", "none")
        for name in sorted(held.keys() - sealed.keys()):
            yield Finding(code, f"{_INVENTORY} {name}", "no row, since nothing was sealed", "a row")
        for row in inventory_rows(self.inputs.sealed, scenarios, self.run.identity):
            name = row["artifact_id"]
            if name not in held:
                continue
            yield from echo_findings(
                code, ((f"{_INVENTORY} {name}: {key}", row[key], held[name].get(key)) for key in row)
            )
        for name, given in sealed.items():
            if READS[name].dataset.path.split_token:
                yield from self._missing_scenarios(name, given, scenarios)

    @staticmethod
    def _missing_scenarios(name: str, given: GateInput, scenarios: Sequence[str]) -> Iterator[Finding]:
        for scenario in scenarios:
            if scenario not in given.split:
                yield Finding(
                    CODES.SEALED_INPUTS_INCOMPLETE, f"{name} of {scenario}", "a partition", "nothing"
                )

    def v_08_every_partition_of_a_seed_scoped_input_has_its_bytes(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        code = CODES.SEALED_INPUTS_INCOMPLETE
        held = {(row["artifact_id"], row["path"]): row for row in outputs.sealed_data_5B.content()}
        wanted = {(row["artifact_id"], row["path"]): row for row in data_rows(self.inputs.sealed)}
        for name, path in sorted(wanted.keys() - held.keys()):
            yield Finding(code, f"{_BYTES} {name}", f"a row for {path}", "none")
        for name, path in sorted(held.keys() - wanted.keys()):
            yield Finding(code, f"{_BYTES} {name}", f"no row for {path}", "a row")
        for key in sorted(wanted.keys() & held.keys()):
            yield from echo_findings(
                code,
                (
                    (f"{_BYTES} {key[1]}: {column}", wanted[key][column], held[key][column])
                    for column in ("sha256_hex", "content_digest")
                ),
            )

    def v_09_no_artefact_is_sealed_twice(self, outputs: states.S5B_S0.Outputs) -> Findings:
        for where, names in (
            (_INVENTORY, [row["artifact_id"] for row in _rows(outputs)]),
            (_BYTES, [row["path"] for row in outputs.sealed_data_5B.content()]),
        ):
            for name in sorted({name for name in names if names.count(name) > 1}):
                found = f"{names.count(name)} rows"
                yield Finding(CODES.SEALED_INPUTS_DUPLICATE_KEY, f"{where} {name}", "one row", found)

    def v_10_the_rows_of_the_inventory_ascend_by_layer_segment_and(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        for where, rows, key in (
            (_INVENTORY, _rows(outputs), inventory_key),
            (_BYTES, outputs.sealed_data_5B.content(), data_key),
        ):
            for before, after in pairwise(rows):
                if key(before) > key(after):
                    place = f"{where} {after['artifact_id']}"
                    expected = f"a row after that of {before['artifact_id']}"
                    yield Finding(CODES.SEALED_INPUTS_SCHEMA_INVALID, place, expected, "one before it")

    def v_11_the_receipt_states_the_digest_and_the_row_count_of_the(
        self, outputs: states.S5B_S0.Outputs
    ) -> Findings:
        rows, receipt = _rows(outputs), _receipt(outputs)
        wanted = {"sealed_inputs_digest": inventory_digest(rows), "sealed_inputs_row_count": len(rows)}
        yield from echo_findings(
            CODES.GATE_RECEIPT_DIGEST_MISMATCH,
            ((f"{_RECEIPT} /{name}", value, receipt[name]) for name, value in wanted.items()),
        )


def _rows(outputs: states.S5B_S0.Outputs) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = outputs.sealed_inputs_5B.content()
    return rows


def _receipt(outputs: states.S5B_S0.Outputs) -> dict[str, Any]:
    receipt: dict[str, Any] = outputs.s0_gate_receipt_5B.content()
    return receipt


def _admitted(version: str) -> str:
    """The versions that a dictionary entry admits, in words."""
    missing = 2 - version.count(".")
    return f"the version {version}" if missing <= 0 else f"a version {version}{'.x' * missing}"
