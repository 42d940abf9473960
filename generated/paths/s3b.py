# Generated from contracts/layer1/3B/dataset_dictionary.layer1.3B.yaml (sha256 b8e681d7...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 3B: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class VirtualClassification3BPath(DatasetPath):
    """Path of `virtual_classification_3B`: Which merchants sell online."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class VirtualSettlement3BPath(DatasetPath):
    """Path of `virtual_settlement_3B`: Where merchants that sell online settle."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class EdgeCatalogue3BPath(DatasetPath):
    """Path of `edge_catalogue_3B`: The edges of every merchant that sells online."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class EdgeAliasIndex3BPath(DatasetPath):
    """Path of `edge_alias_index_3B`: Where each merchant's edge alias table lies in the blob."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class EdgeAliasBlob3BPath(DatasetPath):
    """Path of `edge_alias_blob_3B`: The edge alias tables of all merchants that sell online."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class EdgeUniverseHash3BPath(DatasetPath):
    """Path of `edge_universe_hash_3B`: The digest that binds virtual arrivals to their edges."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class VirtualRoutingPolicy3BPath(DatasetPath):
    """Path of `virtual_routing_policy_3B`: How virtual arrivals tell their time."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationBundle3BPath(DatasetPath):
    """Path of `validation_bundle_3B`: The evidence that segment 3B passed: its validation report with the digest of every dataset of both states."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag3BPath(DatasetPath):
    """Path of `validation_passed_flag_3B`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport3BS0Path(DatasetPath):
    """Path of `run_report_3B_S0`: What 3B.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport3BS1Path(DatasetPath):
    """Path of `run_report_3B_S1`: What 3B.S1 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


virtual_classification_3B = VirtualClassification3BPath(
    "virtual_classification_3B",
    "data/layer1/3B/virtual_classification/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""Which merchants sell online."""
virtual_settlement_3B = VirtualSettlement3BPath(
    "virtual_settlement_3B",
    "data/layer1/3B/virtual_settlement/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""Where merchants that sell online settle."""
edge_catalogue_3B = EdgeCatalogue3BPath(
    "edge_catalogue_3B",
    "data/layer1/3B/edge_catalogue/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""The edges of every merchant that sells online."""
edge_alias_index_3B = EdgeAliasIndex3BPath(
    "edge_alias_index_3B",
    "data/layer1/3B/edge_alias_index/seed={seed}/manifest_fingerprint={manifest_fingerprint}/edge_alias_index.json",
    ("seed", "manifest_fingerprint"),
)
"""Where each merchant's edge alias table lies in the blob."""
edge_alias_blob_3B = EdgeAliasBlob3BPath(
    "edge_alias_blob_3B",
    "data/layer1/3B/edge_alias_blob/seed={seed}/manifest_fingerprint={manifest_fingerprint}/edge_alias_blob.bin",
    ("seed", "manifest_fingerprint"),
)
"""The edge alias tables of all merchants that sell online."""
edge_universe_hash_3B = EdgeUniverseHash3BPath(
    "edge_universe_hash_3B",
    "data/layer1/3B/edge_universe_hash/seed={seed}/manifest_fingerprint={manifest_fingerprint}/edge_universe_hash.json",
    ("seed", "manifest_fingerprint"),
)
"""The digest that binds virtual arrivals to their edges."""
virtual_routing_policy_3B = VirtualRoutingPolicy3BPath(
    "virtual_routing_policy_3B",
    "data/layer1/3B/virtual_routing_policy/manifest_fingerprint={manifest_fingerprint}/virtual_routing_policy.json",
    ("manifest_fingerprint",),
)
"""How virtual arrivals tell their time."""
validation_bundle_3B = ValidationBundle3BPath(
    "validation_bundle_3B",
    "data/layer1/3B/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence that segment 3B passed: its validation report with the digest of every dataset of both states."""
validation_passed_flag_3B = ValidationPassedFlag3BPath(
    "validation_passed_flag_3B",
    "data/layer1/3B/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
run_report_3B_S0 = RunReport3BS0Path(
    "run_report_3B_S0",
    "reports/layer1/3B/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 3B.S0 did, how long it took and on what machine; never sealed."""
run_report_3B_S1 = RunReport3BS1Path(
    "run_report_3B_S1",
    "reports/layer1/3B/state=S1/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 3B.S1 did, how long it took and on what machine; never sealed."""
