"""2B.S0 gate: the receipt and the inventory of everything that the segment may read (spec/segment-2B.md, S0).

Upholds: upstream bundles agree with their flags; one inventory row a sealed input, sorted by asset_id, then path; the
same ids in the receipt; policies within their floors; nothing machine-dependent in either document.
Left to others: verifying bundles, resolving paths and digesting inputs, all before the law is called (the runner).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from codegen.runtime.cards import GateInput
from codegen.runtime.findings import Finding, Findings
from engine.core.policy_checks import shape_findings
from engine.core.row_findings import echo_findings
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.s2b.alias_policy import policy_shape_findings
from engine.s2b.day_effect_policy import day_range_findings, shape_and_digest_findings
from generated import errors, states
from generated.datasets import s2b as datasets
from generated.validators.s2b import S2B_S0Validators

CODES = errors.S2B_S0
_HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PLACEHOLDER: Final = re.compile(
    r"|[{<].*|unknown|none|null|tbd|todo|latest|0\.0\.0", re.ASCII | re.IGNORECASE
)
_BUNDLES: Final = (
    ("validation_bundle_1B", "validation_passed_flag_1B"),
    ("validation_bundle_2A", "validation_passed_flag_2A"),
)
_POLICIES: Final = tuple(read.dataset.id for read in states.S2B_S0.CARD.reads if read.via == "policy")
_REQUIRED: Final = tuple(read.dataset.id for read in states.S2B_S0.CARD.reads if not read.optional)


@implements(states.S2B_S0)
def gate_receipt_and_inventory(inputs: states.S2B_S0.Inputs, run: Run) -> states.S2B_S0.Outputs:
    """What was verified and sealed, as receipt and inventory."""
    from generated.models.s2b import S0GateReceipt2B, SealedInputs2B

    rows = sorted(inputs.sealed, key=lambda row: (row.dataset.encode(), row.path.encode()))
    for row in rows:
        if _PLACEHOLDER.fullmatch(row.version_tag):
            run.warn(
                Finding(
                    CODES.MISSING_DIGEST_OR_TAG,
                    row.dataset,
                    "a version of its own",
                    row.version_tag or "none",
                )
            )
    if inputs.s5_arrival_roster is None:
        run.note(
            "s5_arrival_roster",
            "absent; `closedworld roster make` makes one, without which 2B.S5 has nothing to route",
        )
    policies = {row.dataset: row.sha256_hex for row in rows if row.dataset in _POLICIES}
    run.note("sealed_inputs", len(rows))
    receipt = S0GateReceipt2B.of(
        {
            "manifest_fingerprint": run.identity.manifest_fingerprint,
            "seed": run.identity.seed,
            "parameter_hash": run.identity.parameter_hash,
            "verified_at_utc": run.identity.created_utc,
            "sealed_inputs": [
                {"id": row.dataset, "partition": dict(row.partition), "schema_ref": row.schema_ref}
                for row in rows
            ],
            "catalogue_resolution": _catalogue(),
            "determinism_receipt": {
                "contracts_digest": run.identity.contracts_digest,
                "law_version": run.identity.law_version,
                "policy_ids": list(policies),
                "policy_digests": list(policies.values()),
            },
        }
    )
    inventory = SealedInputs2B.of([_inventory_row(row) for row in rows])
    return states.S2B_S0.Outputs(s0_gate_receipt_2B=receipt, sealed_inputs_2B=inventory)


def _catalogue() -> dict[str, str]:
    return {"dictionary_version": datasets.DICTIONARY_VERSION, "registry_version": datasets.REGISTRY_VERSION}


def _inventory_row(row: GateInput) -> dict[str, Any]:
    return {
        "asset_id": row.dataset,
        "version_tag": row.version_tag,
        "sha256_hex": row.sha256_hex,
        "path": row.path,
        "partition": dict(row.partition),
        "schema_ref": row.schema_ref,
    }


@validates(states.S2B_S0)
class GateValidators(S2B_S0Validators):
    """The validators of S0, over every row of receipt and inventory."""

    def v_01_every_gate_artefact_is_there(self, outputs: states.S2B_S0.Outputs) -> Findings:
        for name in (name for pair in _BUNDLES for name in pair):
            if getattr(self.inputs, name) is None or name not in self._inventory(outputs):
                yield Finding(CODES.MINIMUM_SET_MISSING, name, "a sealed gate artefact", "nothing")

    def v_02_each_bundle_has_the_digest_that_its_flag_states(
        self, outputs: states.S2B_S0.Outputs
    ) -> Findings:
        for bundle_name, flag_name in _BUNDLES:
            bundle, flag = getattr(self.inputs, bundle_name), getattr(self.inputs, flag_name)
            if bundle is None or flag is None:
                continue  # V-01 names what is missing
            stated, found = flag.bundle_digest, bundle.bundle_digest
            for name, digest, code, wanted in (
                (bundle_name, found, CODES.BUNDLE_INDEX_INVALID, "a bundle digest over a valid index"),
                (flag_name, stated, CODES.FLAG_FORMAT_INVALID, "a flag that states one digest"),
            ):
                if not _HEX64.fullmatch(digest):
                    yield Finding(code, name, wanted, digest or "none")
            if _HEX64.fullmatch(found) and _HEX64.fullmatch(stated) and found != stated:
                yield Finding(CODES.BUNDLE_FLAG_HASH_MISMATCH, bundle_name, stated, found)

    def v_04_every_required_input_is_there(self, outputs: states.S2B_S0.Outputs) -> Findings:
        for name in _REQUIRED:
            if name not in self._inventory(outputs):
                yield Finding(CODES.MINIMUM_SET_MISSING, name, "a row of the inventory", "none")

    def v_05_the_time_zone_timetable_is_sealed_as_well(self, outputs: states.S2B_S0.Outputs) -> Findings:
        if "tz_timetable_cache" not in self._inventory(outputs):
            yield Finding(
                CODES.OPTIONAL_CACHE_INVALID,
                "tz_timetable_cache",
                "a sealed timetable beside site_timezones",
                "none",
            )

    def v_08_receipt_and_inventory_list_the_same_inputs(self, outputs: states.S2B_S0.Outputs) -> Findings:
        named = [(row.id, row.partition, row.schema_ref) for row in outputs.s0_gate_receipt_2B.sealed_inputs]
        held = [(row.asset_id, row.partition, row.schema_ref) for row in outputs.sealed_inputs_2B.root]
        code = CODES.INVENTORY_RECEIPT_MISMATCH
        for name, partition, schema_ref in held:
            if (name, partition, schema_ref) not in named:
                yield Finding(
                    code, f"s0_gate_receipt_2B {name}", f"{dict(partition)} {schema_ref}", "no such entry"
                )
        for name, partition, schema_ref in named:
            if (name, partition, schema_ref) not in held:
                yield Finding(
                    code, f"sealed_inputs_2B {name}", f"{dict(partition)} {schema_ref}", "no such row"
                )
        for where, rows in (
            ("s0_gate_receipt_2B", [row[0] for row in named]),
            ("sealed_inputs_2B", [row[0] for row in held]),
        ):
            if rows != sorted(rows, key=str.encode):
                yield Finding(code, where, "ids in ascending order", "another order")

    def v_09_every_input_has_a_digest_and_a_version_tag(self, outputs: states.S2B_S0.Outputs) -> Findings:
        code = CODES.MISSING_DIGEST_OR_TAG
        sealed = {row.dataset: _inventory_row(row) for row in self.inputs.sealed}
        for row in outputs.sealed_inputs_2B.root:
            if not _HEX64.fullmatch(row.sha256_hex):
                yield Finding(code, row.asset_id, "a SHA-256", row.sha256_hex or "none")
            if row.content() != sealed.get(row.asset_id):
                yield Finding(code, row.asset_id, str(sealed.get(row.asset_id)), str(row.content()))

    def v_10_every_policy_is_complete_and_within_its_floors(self, outputs: states.S2B_S0.Outputs) -> Findings:
        code = CODES.POLICY_CAPTURE_INCOHERENT
        yield from self._floors()
        for name in _POLICIES:
            policy = getattr(self.inputs, name)
            yield from echo_findings(code, [(f"{name} /policy_id", name, policy.policy_id)])
            if not policy.version_tag:
                yield Finding(code, f"{name} /version_tag", "a tag", "none")
        receipt, identity = outputs.s0_gate_receipt_2B, self.run.identity
        captured = receipt.determinism_receipt
        inventory = self._inventory(outputs)
        wanted = {name: inventory[name].sha256_hex for name in sorted(_POLICIES) if name in inventory}
        yield from echo_findings(
            code,
            (
                ("/determinism_receipt/policy_ids", list(wanted), list(captured.policy_ids)),
                ("/determinism_receipt/policy_digests", list(wanted.values()), list(captured.policy_digests)),
                (
                    "/determinism_receipt/contracts_digest",
                    identity.contracts_digest,
                    captured.contracts_digest,
                ),
                ("/determinism_receipt/law_version", identity.law_version, captured.law_version),
                ("/catalogue_resolution", _catalogue(), receipt.catalogue_resolution.content()),
                ("/verified_at_utc", identity.created_utc, receipt.verified_at_utc),
            ),
        )

    def v_12_no_id_is_sealed_twice(self, outputs: states.S2B_S0.Outputs) -> Findings:
        for where, names in (
            ("sealed_inputs_2B", [row.asset_id for row in outputs.sealed_inputs_2B.root]),
            ("s0_gate_receipt_2B", [row.id for row in outputs.s0_gate_receipt_2B.sealed_inputs]),
        ):
            for name in sorted({name for name in names if names.count(name) > 1}):
                yield Finding(
                    CODES.DUPLICATE_ASSET_ID, f"{where} {name}", "one row", f"{names.count(name)} rows"
                )

    def _floors(self) -> Iterator[Finding]:
        """Shapes, and what schemas cannot say: bounds that join two fields, days, a digest of its own."""
        code = CODES.POLICY_CAPTURE_INCOHERENT
        held: Any = self.inputs
        yield from policy_shape_findings(held.alias_layout_policy_v1, code)
        yield from shape_and_digest_findings(held.day_effect_policy_v1, code)
        yield from day_range_findings(held.day_effect_policy_v1, code)
        for name in ("route_rng_policy_v1", "virtual_edge_policy_v1", "rng_evidence_policy_2B"):
            yield from shape_findings(getattr(self.inputs, name), name, code)

    @staticmethod
    def _inventory(outputs: states.S2B_S0.Outputs) -> Mapping[str, Any]:
        return {row.asset_id: row for row in outputs.sealed_inputs_2B.root}
