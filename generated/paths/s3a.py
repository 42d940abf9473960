# Generated from contracts/layer1/3A/dataset_dictionary.layer1.3A.yaml (sha256 0d7a4f53...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 3A: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class ZoneAllocPath(DatasetPath):
    """Path of `zone_alloc`: How many sites each merchant has in each time zone."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class ValidationBundle3APath(DatasetPath):
    """Path of `validation_bundle_3A`: The evidence that segment 3A passed: its validation report with the digest of every dataset."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag3APath(DatasetPath):
    """Path of `validation_passed_flag_3A`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport3AS0Path(DatasetPath):
    """Path of `run_report_3A_S0`: What 3A.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


zone_alloc = ZoneAllocPath(
    "zone_alloc",
    "data/layer1/3A/zone_alloc/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""How many sites each merchant has in each time zone."""
validation_bundle_3A = ValidationBundle3APath(
    "validation_bundle_3A",
    "data/layer1/3A/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence that segment 3A passed: its validation report with the digest of every dataset."""
validation_passed_flag_3A = ValidationPassedFlag3APath(
    "validation_passed_flag_3A",
    "data/layer1/3A/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
run_report_3A_S0 = RunReport3AS0Path(
    "run_report_3A_S0",
    "reports/layer1/3A/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 3A.S0 did, how long it took and on what machine; never sealed."""
