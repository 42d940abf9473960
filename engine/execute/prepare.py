"""Making a run: its policies checked, its identity computed, its receipt written first.

Source: spec/identity-and-seals.md, section 1.

Nothing is written before every policy has been read and found valid.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from codegen.runtime import strict_yaml
from codegen.runtime.canonical import SyntaxProblem, document_bytes
from codegen.runtime.cards import DatasetSpec
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.resources import policies_root
from engine.core import digests, identity, publish, seals
from engine.core.errors import EngineError, Failure, PublishConflict
from engine.core.failure_codes import engine_error
from engine.core.lock import run_lock
from engine.core.run import RunFolder, WorldKey
from engine.execute.kernel_settings import require_usable_kernels
from engine.execute.policy_documents import PoliciesRefused, document_findings, located
from engine.execute.policy_files import folder_bytes, policy_bytes
from generated import CONTRACTS_DIGEST
from generated.datasets import BY_ID
from generated.errors import S5B_S0
from generated.errors.engine import POLICY, RUN, SEAL, USE

RECIPES_FOLDER: Final = "recipes"
RECIPE: Final = "recipe"


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy set of a run: file bytes by path inside the run, and the recipe's value."""

    files: Mapping[str, bytes]
    recipe: Mapping[str, Any]

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of each policy file by policy id."""
        return {Path(path).stem: digests.sha256_bytes(data) for path, data in self.files.items()}


def recipe_names() -> list[str]:
    """The recipes that ship with the product."""
    return sorted(path.stem for path in (policies_root() / RECIPES_FOLDER).glob("*.yaml"))


def policy_datasets() -> list[DatasetSpec]:
    """Every policy that a dictionary declares, the recipe included."""
    return [dataset for dataset in BY_ID.values() if dataset.kind == "policy" and not dataset.path.tokens]


def recipe_policies(name: str) -> Policies:
    """The policy set that a shipped recipe names, each policy found valid.

    Raises:
        EngineError: no such recipe; a policy is missing, malformed or breaks its schema.
    """
    return _checked(shipped_policies(name).files)


def shipped_policies(name: str) -> Policies:
    """The policy set that a shipped recipe names, as it lies there: for comparing, not for running.

    Raises:
        EngineError: no such recipe; it cannot be parsed; a policy is missing.
    """
    path = policies_root() / RECIPES_FOLDER / f"{name}.yaml"
    if not path.is_file() or path.parent != policies_root() / RECIPES_FOLDER:
        raise EngineError(
            USE.UNKNOWN_RECIPE, where="--recipe", expected=f"one of {', '.join(recipe_names())}", found=name
        )
    recipe = _shipped_bytes(path)
    value = _recipe_value(recipe, str(path))
    files: dict[str, bytes] = {}
    for dataset in policy_datasets():
        target = dataset.path.resolve({}).as_posix()
        if dataset.id == RECIPE:
            files[target] = recipe
            continue
        source = (
            policies_root()
            / f"layer{dataset.layer}"
            / dataset.segment
            / str(value["policy_set"])
            / Path(target).name
        )
        if source.is_file():
            files[target] = _shipped_bytes(source)
        elif dataset.required:
            raise EngineError(
                POLICY.POLICY_MISSING,
                where=f"recipe {name}",
                expected=f"the policy {dataset.id}",
                found=f"no file {source}",
            )
    return Policies(files, value)


def _shipped_bytes(path: Path) -> bytes:
    found = policy_bytes(path, str(path))
    if isinstance(found, Finding):
        raise PoliciesRefused([found])
    return found


def folder_policies(folder: Path) -> Policies:
    """The policy set in a folder that is laid out like a run's config.

    Raises:
        EngineError: the folder or the recipe is missing; a policy is unknown, malformed or breaks its schema.
        PoliciesRefused: with everything that is wrong, in all of them.
    """
    if not folder.is_dir():
        raise EngineError(USE.BAD_OPTION, where="--config", expected="a folder of policies", found=folder)
    files, findings = folder_bytes(folder, _known())
    return _checked(files, findings)


def _known() -> dict[str, DatasetSpec]:
    """Every declared policy by its path inside a run."""
    return {dataset.path.resolve({}).as_posix(): dataset for dataset in policy_datasets()}


def _checked(files: Mapping[str, bytes], findings: Sequence[Finding] = ()) -> Policies:
    """The policies, each parsed strictly and held against its schema, and all against each other."""
    found = list(findings)
    models: dict[str, Any] = {}
    faulty = {finding.where for finding in found}
    for path, dataset in _known().items():
        if path in files:
            model, problems = document_findings(dataset, path, files[path])
            found += problems
            models[dataset.id] = model
        elif dataset.required and path not in faulty:
            found.append(Finding(POLICY.POLICY_MISSING, path, f"the policy {dataset.id}", "no file"))
    if not found:
        from engine.execute.policy_set import set_findings  # the laws of all states: not for who only looks

        found = [located(finding, files) for finding in set_findings(models)]
    if found:
        raise PoliciesRefused(found)
    recipe = BY_ID[RECIPE].path.resolve({}).as_posix()
    return Policies(dict(files), _recipe_value(files[recipe], recipe))


def sealed_recipe(folder: RunFolder) -> Mapping[str, Any]:
    """The recipe of a run on disk: parsed and held against its schema, without the other policies.

    Raises:
        EngineError: it is not there, or not a recipe.
    """
    dataset = BY_ID[RECIPE]
    name = dataset.path.resolve({}).as_posix()
    data = policy_bytes(folder.path(dataset), name)
    problems = [data] if isinstance(data, Finding) else document_findings(dataset, name, data)[1]
    if isinstance(data, Finding) or problems:
        raise PoliciesRefused(problems)
    return _recipe_value(data, name)


def _recipe_value(data: bytes, name: str) -> Mapping[str, Any]:
    """The recipe as a mapping; its schema is checked with the other policies."""
    try:
        value = strict_yaml.load(data, name=name).value
    except SyntaxProblem as problem:
        raise engine_error(problem) from problem
    if not isinstance(value, dict):
        raise EngineError(
            POLICY.POLICY_SCHEMA_VIOLATION, where=name, expected="a mapping", found=type(value).__name__
        )
    return value


def recipe_scenarios(recipe: bytes) -> tuple[str, ...]:
    """The scenarios of a recipe's bytes, ascending.

    Raises:
        EngineError: it cannot be parsed.
        LookupError, TypeError: it is not of the form of a recipe.
    """
    scenarios = _recipe_value(recipe, RECIPE)["scenarios"]
    return tuple(identity.ascending([str(scenario["scenario_id"]) for scenario in scenarios]))


def world_key(recipe: Mapping[str, Any], ingress: Mapping[str, str]) -> WorldKey:
    """The digests from which a world follows (spec/world.md, section 3)."""
    demand = {name: recipe[name] for name in ("horizon", "demand", "scenarios")}
    return WorldKey(
        digests.value_digest(recipe["world"]), digests.lines_digest(ingress), digests.value_digest(demand)
    )


def receipt_world_key(folder: RunFolder) -> WorldKey:
    """The world key of a run on disk, from its sealed recipe and the ingress of its receipt."""
    path = folder.path(BY_ID[RECIPE])
    ingress = tuple((entry["id"], entry["sha256_hex"]) for entry in folder.receipt["ingress"])
    return _world_key_of(path.read_bytes(), path.name, ingress)


@functools.lru_cache(maxsize=64)
def _world_key_of(recipe: bytes, name: str, ingress: tuple[tuple[str, str], ...]) -> WorldKey:
    """The world key by a recipe's bytes, which every state of a run asks for: its parsing is what takes time."""
    return world_key(_recipe_value(recipe, name), dict(ingress))


def run_identity(
    policies: Policies,
    *,
    seed: int | None = None,
    label: str = "",
    ingress: Mapping[str, str],
    run_inputs: Mapping[str, str] | None = None,
) -> identity.RunIdentity:
    """The identity of the run that these inputs make; writes nothing.

    Raises:
        EngineError: the seed is not a uint64, or the label holds what cannot be printed.
    """
    if not label.isprintable():
        raise EngineError(
            USE.BAD_OPTION, where="--label", expected="characters that can be printed", found=ascii(label)
        )
    chosen = policies.recipe["seed_default"] if seed is None else seed
    if not 0 <= chosen < 1 << 64:
        raise EngineError(
            USE.BAD_OPTION, where="--seed", expected="an integer from 0 to 2^64 - 1", found=chosen
        )
    return identity.run_identity(
        seed=chosen,
        policies=policies.digests,
        ingress=ingress,
        contracts_digest=CONTRACTS_DIGEST,
        created_utc=str(policies.recipe["as_of"]),
        run_inputs=run_inputs,
        label=label,
    )


def scenario_inputs(scenarios: Collection[str] | None) -> dict[str, str]:
    """What a choice of scenarios adds to the inputs of a run: its digest, or nothing where the user made none."""
    return {} if scenarios is None else {"scenario_set": identity.scenario_set_digest(scenarios)}


def chosen_scenarios(policies: Policies, names: Sequence[str] | None) -> tuple[str, ...] | None:
    """The scenarios that the user named, ascending; None where none were named, which means all.

    Raises:
        EngineError: a name is empty or given twice, or the recipe has no such scenario.
    """
    if names is None:
        return None
    known = [str(scenario["scenario_id"]) for scenario in policies.recipe["scenarios"]]
    repeated = sorted({name for name in names if names.count(name) > 1})
    unknown = sorted(set(names) - set(known))
    if not names or "" in names or repeated:
        raise EngineError(
            USE.BAD_OPTION,
            where="--scenarios",
            expected="names of scenarios with commas between them, each once",
            found=f"{', '.join(repeated)} twice" if repeated else "an empty name",
        )
    if unknown:
        raise EngineError(
            S5B_S0.SCENARIO_SET_INVALID,
            where="--scenarios",
            expected=f"scenarios of the recipe ({', '.join(known)})",
            found=", ".join(unknown),
        )
    return tuple(identity.ascending(names))


def prepared_run(
    policies: Policies,
    *,
    runs_root: Path,
    ingress: Mapping[str, str],
    seed: int | None = None,
    label: str = "",
    run_inputs: Mapping[str, str] | None = None,
    scenarios: Collection[str] | None = None,
    wait: bool = True,
) -> RunFolder:
    """The run of these inputs, found again or made: receipt first, then the contracts that it uses and its config.

    Args:
        policies: its policy set, found valid.
        runs_root: the folder of all runs.
        ingress: SHA-256 of each source of the world.
        seed: of every draw; None: the recipe's.
        label: tells two runs of equal inputs apart.
        run_inputs: digests of what else the user passed, such as a roster.
        scenarios: the scenarios that the user named, of those of the world; None: all, which is no run input.
        wait: whether to wait for another process that works on the run.

    Raises:
        EngineError: the runs root cannot be written, or the run is locked by another process.
    """
    require_usable_kernels(runs_root)
    run_inputs = {**(run_inputs or {}), **scenario_inputs(scenarios)}
    found = run_identity(policies, seed=seed, label=label, ingress=ingress, run_inputs=run_inputs)
    root = runs_root / found.run_id
    receipt = identity.run_receipt(
        found,
        recipe=str(policies.recipe["recipe_id"]),
        policies=policies.digests,
        ingress=ingress,
        run_inputs=run_inputs,
        scenario_set=scenarios,
    )
    folder = RunFolder(root, found, receipt)
    try:
        with publish.storage_failures(runs_root):
            root.mkdir(parents=True, exist_ok=True)
        with run_lock(root, wait=wait):
            made: set[Path] = {root.parent.absolute()}
            _write_once(
                root, _relative("run_receipt"), document_bytes(receipt), RUN.RUN_IDENTITY_MISMATCH, made
            )
            _write_once(root, _relative("contracts_ir"), contracts_in_use(), SEAL.SEAL_DIGEST_MISMATCH, made)
            for path, data in sorted(policies.files.items()):
                _write_once(root, path, data, RUN.CONFIG_EDITED, made)
            publish.sync_folders(made)
    except Failure as failure:
        raise engine_error(failure) from failure
    return folder


def _write_once(root: Path, relative: str, data: bytes, edited: ErrorCode, made: set[Path]) -> None:
    """Write a file that follows from the run's id; other bytes there were edited since, and have their own code."""
    try:
        publish.write_once(root, relative, data, later=made)
    except PublishConflict as conflict:
        raise EngineError.from_failure(edited, conflict) from conflict


def _relative(dataset: str) -> str:
    return BY_ID[dataset].path.resolve({}).as_posix()


def contracts_in_use() -> bytes:
    """The contracts that the generated code was made from, in the form that a run keeps."""
    return resources.files("generated").joinpath("contracts_ir.json").read_bytes()


def require_same_contracts(folder: RunFolder) -> None:
    """Refuse to write into a run that other contracts, or other laws, made.

    Raises:
        EngineError: contracts or law version differ; the run can still be read and verified.
    """
    made_with = folder.identity
    for what, own, found in (
        ("contracts_digest", CONTRACTS_DIGEST, made_with.contracts_digest),
        ("law_version", identity.LAW_VERSION, made_with.law_version),
    ):
        if own != found:
            where = f"run {made_with.run_id} {what}"
            raise EngineError(RUN.RUN_CONTRACTS_DIFFER, where=where, expected=own, found=found)


def require_true_receipt(folder: RunFolder) -> None:
    """Refuse a run whose config was edited, or whose receipt says other than the recipe in it.

    Raises:
        SealFailure: a policy was changed, added or removed.
        EngineError: the receipt names another recipe or another created_utc than the recipe gives.
    """
    seals.check_config(folder)
    path = folder.path(BY_ID[RECIPE])
    recipe = _recipe_value(path.read_bytes(), path.name)
    for name, wanted in (("recipe", recipe["recipe_id"]), ("created_utc", recipe["as_of"])):
        if folder.receipt.get(name) != wanted:
            where = f"{_relative('run_receipt')} {name}"
            found = folder.receipt.get(name, "nothing")
            raise EngineError(RUN.RUN_IDENTITY_MISMATCH, where=where, expected=wanted, found=found)
