"""The validation report that a world segment's bundle holds: what was built, and that every check passed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import BundleMembers, StateCard
from engine.core.digests import lines_digest, sha256_bytes
from engine.core.run import Run
from engine.core.validation import document_value
from generated.models.layer1 import WorldReport

__all__ = ["REPORT_MEMBER", "bundle_members"]

REPORT_MEMBER: Final = "world_report.json"

Records = Mapping[str, Mapping[str, Any]]


def bundle_members(card: StateCard, run: Run) -> BundleMembers:
    """The function that makes the bundle's members from the publish records of the state's datasets.

    What comes back takes the records by dataset and returns the bundle's members by path; the runner calls it once the
    tables are published (hence Any: the state's outputs declare the members themselves). The report names no
    fingerprint and no run, so that an unchanged world gives the same bundle in every run.
    """

    def members(records: Records) -> Mapping[str, bytes]:
        if run.world_key is None:
            raise ValueError(f"{card.id} reports on a world, and the run has no world key")
        published = {name: record for name, record in sorted(records.items()) if record}
        rows = sum(record["rows"] or 0 for record in published.values())
        report = WorldReport.model_validate(
            {
                "segment": card.segment,
                "identity": {
                    "seed": run.identity.seed,
                    "world_digest": sha256_bytes(run.world_key.text.encode()),
                    "law_version": run.identity.law_version,
                },
                "created_utc": run.identity.created_utc,
                "checks": [
                    {"id": f"{card.id}.{validator.id}", "status": "PASS", "rows_checked": rows}
                    for validator in card.validators
                ],
                "datasets": [
                    {
                        "id": name,
                        "partition": [
                            token.split("=")[0] for token in record["partition"].split("/") if token
                        ],
                        "rows": record["rows"],
                        "content_digest": record["content_digest"],
                        "folder_digest": lines_digest({f["path"]: f["sha256_hex"] for f in record["files"]}),
                    }
                    for name, record in published.items()
                ],
            }
        )
        return {REPORT_MEMBER: document_bytes(document_value(report))}

    return members
