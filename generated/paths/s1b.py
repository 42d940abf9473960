# Generated from contracts/layer1/1B/dataset_dictionary.layer1.1B.yaml (sha256 ba148b96...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 1B: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class SiteLocationsPath(DatasetPath):
    """Path of `site_locations`: Where every site lies."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class ValidationBundle1BPath(DatasetPath):
    """Path of `validation_bundle_1B`: The evidence that segment 1B passed: its validation report with the digest of every dataset."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag1BPath(DatasetPath):
    """Path of `validation_passed_flag_1B`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport1BS0Path(DatasetPath):
    """Path of `run_report_1B_S0`: What 1B.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


site_locations = SiteLocationsPath(
    "site_locations",
    "data/layer1/1B/site_locations/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""Where every site lies."""
validation_bundle_1B = ValidationBundle1BPath(
    "validation_bundle_1B",
    "data/layer1/1B/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence that segment 1B passed: its validation report with the digest of every dataset."""
validation_passed_flag_1B = ValidationPassedFlag1BPath(
    "validation_passed_flag_1B",
    "data/layer1/1B/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
run_report_1B_S0 = RunReport1BS0Path(
    "run_report_1B_S0",
    "reports/layer1/1B/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 1B.S0 did, how long it took and on what machine; never sealed."""
