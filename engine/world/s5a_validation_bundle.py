"""5A.S1: the evidence of segment 5A in one folder: the report over all rows, the index with roles, the JSON flag.

Upholds: every dataset of 5A stands in the report with the digests of its publish record.
Left to others: writing index and flag, write-once and atomic publishing (the runner).
"""

from __future__ import annotations

from typing import Any, Final

from codegen.runtime.canonical import parse_json
from codegen.runtime.findings import Finding, Findings
from engine.core.bundles import bundle_documents, members_and_roles
from engine.core.digests import INDEX_NAME, lines_digest, sha256_bytes
from engine.core.gates import flag_digest
from engine.core.publish import partition_tokens
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.world_report import REPORT_MEMBER, report_bytes
from generated import states
from generated.datasets import BY_ID
from generated.datasets.s5a import VALIDATION_BUNDLE_5A as BUNDLE
from generated.errors import S5A_S1
from generated.validators.s5a import S5A_S1Validators

REPORT_ROLE: Final = "report"
CARDS: Final = (states.S5A_S0.CARD, states.S5A_S1.CARD)


@implements(states.S5A_S1)
def validation_bundle(inputs: states.S5A_S1.Inputs, run: Run) -> states.S5A_S1.Outputs:
    """The members of the bundle with their roles; index and flag are the runner's."""
    return states.S5A_S1.Outputs(
        validation_bundle_5A={REPORT_MEMBER: (REPORT_ROLE, report_bytes(run, CARDS, {}))}
    )


@validates(states.S5A_S1)
class ValidationBundleValidators(S5A_S1Validators):
    """What the bundle says of its segment, and how it will be written."""

    def v_03_the_report_names_every_dataset_of_5a_with_the_digests(
        self, outputs: states.S5A_S1.Outputs
    ) -> Findings:
        contents, _ = members_and_roles(_members(outputs))
        report = parse_json(contents.get(REPORT_MEMBER, b"{}"), name=REPORT_MEMBER)
        listed = report.get("datasets") if isinstance(report, dict) else None
        held = {
            (str(entry.get("id")), str(entry.get("split", ""))): entry
            for entry in (listed if isinstance(listed, list) else [])
            if isinstance(entry, dict)
        }
        evidence = self.run.evidence
        records = {
            (
                record["dataset"],
                partition_tokens(record).get(BY_ID[record["dataset"]].path.split_token, ""),
            ): record
            for record in (evidence.records if evidence is not None else ())
        }
        wanted = {read.dataset.id for read in states.S5A_S1.CARD.reads}
        for name in sorted(wanted - {name for name, _ in records}):
            yield Finding(S5A_S1.BUNDLE_INVALID, name, "a publish record of 5A.S0", "none")
        for key in sorted(held.keys() | records.keys()):
            where = f"{REPORT_MEMBER} {'/'.join(part for part in key if part)}"
            if key not in held or key not in records:
                expected, found = ("an entry", "none") if key in records else ("no entry", "one")
                yield Finding(S5A_S1.BUNDLE_INVALID, where, expected, found)
                continue
            record, entry = records[key], held[key]
            folder = lines_digest({file["path"]: file["sha256_hex"] for file in record["files"]})
            for field, value in (
                ("rows", record["rows"]),
                ("content_digest", record["content_digest"]),
                ("folder_digest", folder),
            ):
                if entry.get(field) != value:
                    yield Finding(
                        S5A_S1.BUNDLE_INVALID, f"{where} {field}", str(value), str(entry.get(field))
                    )

    def v_04_the_index_lists_every_member_once_and_in_order_and_the(
        self, outputs: states.S5A_S1.Outputs
    ) -> Findings:
        contents, roles = members_and_roles(_members(outputs))
        if roles is None or any(not role for role in roles.values()) or not contents:
            yield Finding(S5A_S1.BUNDLE_INVALID, BUNDLE.id, "members, each with a role", "another form")
            return
        fingerprint = self.run.identity.manifest_fingerprint
        index, flag = bundle_documents(
            contents,
            bundle_law=BUNDLE.bundle_law,  # type: ignore[arg-type]
            flag_form=BUNDLE.flag_form,  # type: ignore[arg-type]
            index_form=BUNDLE.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=fingerprint,
            roles=roles,
        )
        digests = {path: sha256_bytes(contents[path]) for path in sorted(contents)}
        wanted = {
            "entries": [
                {"path": path, "sha256_hex": digest, "role": roles[path]} for path, digest in digests.items()
            ]
        }
        found: Any = parse_json(index, name=INDEX_NAME)
        if found != wanted:
            yield Finding(S5A_S1.BUNDLE_INVALID, INDEX_NAME, "every member once, in ASCII order", str(found))
        stated = flag_digest(flag, "json", where="flag")
        if stated != (lines_digest(digests), fingerprint):
            yield Finding(
                S5A_S1.BUNDLE_INVALID, "flag", f"{lines_digest(digests)} of {fingerprint}", str(stated)
            )


def _members(outputs: states.S5A_S1.Outputs) -> Any:
    members = outputs.validation_bundle_5A
    return members({}) if callable(members) else members
