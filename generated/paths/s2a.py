# Generated from contracts/layer1/2A/dataset_dictionary.layer1.2A.yaml (sha256 902371d0...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 2A: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class SiteTimezonesPath(DatasetPath):
    """Path of `site_timezones`: The time zone of every site."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class TzTimetableCachePath(DatasetPath):
    """Path of `tz_timetable_cache`: When each zone's clocks change, 1970 to 2100."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationBundle2APath(DatasetPath):
    """Path of `validation_bundle_2A`: The evidence that segment 2A passed: its validation report with the digest of every dataset."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag2APath(DatasetPath):
    """Path of `validation_passed_flag_2A`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport2AS0Path(DatasetPath):
    """Path of `run_report_2A_S0`: What 2A.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


site_timezones = SiteTimezonesPath(
    "site_timezones",
    "data/layer1/2A/site_timezones/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""The time zone of every site."""
tz_timetable_cache = TzTimetableCachePath(
    "tz_timetable_cache",
    "data/layer1/2A/tz_timetable_cache/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""When each zone's clocks change, 1970 to 2100."""
validation_bundle_2A = ValidationBundle2APath(
    "validation_bundle_2A",
    "data/layer1/2A/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence that segment 2A passed: its validation report with the digest of every dataset."""
validation_passed_flag_2A = ValidationPassedFlag2APath(
    "validation_passed_flag_2A",
    "data/layer1/2A/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
run_report_2A_S0 = RunReport2AS0Path(
    "run_report_2A_S0",
    "reports/layer1/2A/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2A.S0 did, how long it took and on what machine; never sealed."""
