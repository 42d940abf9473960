# Generated from contracts/layer1/1A/dataset_dictionary.layer1.1A.yaml (sha256 963122e9...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 1A: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class RecipePath(DatasetPath):
    """Path of `recipe`: What world is made: counts, mix, horizon and scenarios."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RunReceiptPath(DatasetPath):
    """Path of `run_receipt`: The identity of the run and every digest that it follows from; written once, first."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ContractsIrPath(DatasetPath):
    """Path of `contracts_ir`: The contracts that made the run, so that it can be read and verified when they have moved on."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class SegmentStateRunsPath(DatasetPath):
    """Path of `segment_state_runs`: One line for every state that was run or reused in this run folder, in order of time; never sealed."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ImportedSitesPath(DatasetPath):
    """Path of `imported_sites`: The accepted sites of an import."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ImportedMerchantsPath(DatasetPath):
    """Path of `imported_merchants`: The accepted merchants of an import."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class MerchantIdMapPath(DatasetPath):
    """Path of `merchant_id_map`: Which id stands for which merchant name of an import."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class OutletCataloguePath(DatasetPath):
    """Path of `outlet_catalogue`: Every merchant with the countries in which it has sites."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class ValidationBundle1APath(DatasetPath):
    """Path of `validation_bundle_1A`: The evidence that segment 1A passed: its validation report with the digest of every dataset."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag1APath(DatasetPath):
    """Path of `validation_passed_flag_1A`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RunReport1AS0Path(DatasetPath):
    """Path of `run_report_1A_S0`: What 1A.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


recipe = RecipePath("recipe", "config/recipe.yaml", ())
"""What world is made: counts, mix, horizon and scenarios."""
run_receipt = RunReceiptPath("run_receipt", "run_receipt.json", ())
"""The identity of the run and every digest that it follows from; written once, first."""
contracts_ir = ContractsIrPath("contracts_ir", "contracts/contracts_ir.json", ())
"""The contracts that made the run, so that it can be read and verified when they have moved on."""
segment_state_runs = SegmentStateRunsPath("segment_state_runs", "reports/segment_state_runs.jsonl", ())
"""One line for every state that was run or reused in this run folder, in order of time; never sealed."""
imported_sites = ImportedSitesPath("imported_sites", "ingress/imported_sites/", ())
"""The accepted sites of an import."""
imported_merchants = ImportedMerchantsPath("imported_merchants", "ingress/imported_merchants/", ())
"""The accepted merchants of an import."""
merchant_id_map = MerchantIdMapPath("merchant_id_map", "ingress/merchant_id_map/", ())
"""Which id stands for which merchant name of an import."""
outlet_catalogue = OutletCataloguePath(
    "outlet_catalogue",
    "data/layer1/1A/outlet_catalogue/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""Every merchant with the countries in which it has sites."""
validation_bundle_1A = ValidationBundle1APath(
    "validation_bundle_1A",
    "data/layer1/1A/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence that segment 1A passed: its validation report with the digest of every dataset."""
validation_passed_flag_1A = ValidationPassedFlag1APath(
    "validation_passed_flag_1A",
    "data/layer1/1A/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
run_report_1A_S0 = RunReport1AS0Path(
    "run_report_1A_S0",
    "reports/layer1/1A/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 1A.S0 did, how long it took and on what machine; never sealed."""
