"""Which roster belongs to which run: options, run inputs, and what a roster's rows follow from.

Source: spec/world.md 5; spec/identity-and-seals.md, sections 1 and 7. A roster is an input of its run: another one
makes another run, which has the same policies, seed, label and sources as the run that it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from engine.core import digests, identity, seals
from engine.core.errors import EngineError, Failure
from engine.core.failure_codes import engine_error
from engine.core.inputs import opened
from engine.core.run import RunFolder, WorldKey
from engine.execute import prepare
from generated.datasets import BY_ID
from generated.errors.engine import WORLD

if TYPE_CHECKING:
    from engine.world.roster import Merchants

DATASET: Final = BY_ID["s5_arrival_roster"]
CATALOGUE: Final = BY_ID["outlet_catalogue"]
POLICY: Final = BY_ID["day_effect_policy_v1"]
IMPORTED: Final = "roster"
"""The run input that names an imported roster, by the digest of its files."""
MADE: Final = "roster_spec"
"""The run input that names a made roster, by the digest of its options."""


class RosterOptions(NamedTuple):
    """What the user asked for; None where nothing was said. `per_merchant` and `rows` exclude each other."""

    per_merchant: int | None = None
    rows: int | None = None
    day: str | None = None


class EffectiveRoster(NamedTuple):
    """The roster that a recipe and options come to; `day` is None for all days of the plan."""

    per_merchant: int
    rows: int | None
    day: str | None


def plan_days(folder: RunFolder) -> tuple[np.datetime64, np.datetime64]:
    """The first and the last day of the plan, from the run's policy."""
    days = opened(folder, POLICY).day_range
    first, last = (np.datetime64(str(day), "D") for day in (days.start_day, days.end_day))
    if last < first:
        raise EngineError(
            WORLD.ROSTER_ROW_INVALID,
            where=f"{POLICY.id} /day_range",
            expected="days that run forwards",
            found=f"{first} to {last}",
        )
    return first, last


def effective_roster(options: RosterOptions, recipe: Mapping[str, Any], first_day: str) -> EffectiveRoster:
    """The roster that a recipe makes with these options; options that are not given are the recipe's."""
    roster = recipe["roster"]
    rows = options.rows if options.per_merchant is None else None
    if options.rows is None and options.per_merchant is None:
        rows = roster.get("rows")
    day = options.day or roster.get("day")
    if rows is not None:
        return EffectiveRoster(0, rows, str(day) if day is not None else None)
    per_merchant = options.per_merchant or roster["per_merchant"]
    return EffectiveRoster(per_merchant, None, str(day) if day is not None else first_day)


def differing_options(
    options: RosterOptions, recipe: Mapping[str, Any], first_day: str
) -> dict[str, int | str]:
    """The options by which a roster differs from the recipe's; naming what would be so anyway is no difference.

    Args:
        options: what the user asked for.
        recipe: the run's recipe.
        first_day: the first day of the plan, on which the arrivals fall when neither says a day and rows is not given.
    """
    wanted, default = (effective_roster(o, recipe, first_day) for o in (options, RosterOptions()))
    found: dict[str, int | str] = {}
    if wanted.rows != default.rows or wanted.per_merchant != default.per_merchant:
        if wanted.rows is not None:
            found["rows"] = wanted.rows
        else:
            found["per_merchant"] = wanted.per_merchant
    if (
        options.day is not None
        and wanted.day != effective_roster(options._replace(day=None), recipe, first_day).day
    ):
        found["day"] = options.day
    return found


def chosen_run_inputs(options: RosterOptions, recipe: Mapping[str, Any], first_day: str) -> dict[str, str]:
    """What a made roster adds to the inputs of its run: nothing where the recipe's own run makes it by itself."""
    differing = differing_options(options, recipe, first_day)
    if not differing and recipe["roster"]["made_by_default"]:
        return {}
    return {MADE: identity.roster_spec_digest(dict(differing))}


def run_inputs_of(folder: RunFolder) -> dict[str, str]:
    """What was passed for a run, by its receipt: digest by id."""
    return {entry["id"]: entry["sha256_hex"] for entry in folder.receipt["run_inputs"]}


def sibling_run(base: RunFolder, inputs: Mapping[str, str], *, wait: bool) -> RunFolder:
    """The run with a run's policies, seed, label, sources and other inputs, and this roster."""
    kept = {name: digest for name, digest in run_inputs_of(base).items() if name not in (IMPORTED, MADE)}
    return prepare.prepared_run(
        prepare.folder_policies(base.config),
        runs_root=base.root.parent,
        ingress={entry["id"]: entry["sha256_hex"] for entry in base.receipt["ingress"]},
        seed=base.identity.seed,
        label=base.identity.label,
        run_inputs={**kept, **inputs},
        scenarios=base.receipt.get("scenario_set"),
        wait=wait,
    )


def require_true_base(base: RunFolder) -> None:
    """Refuse a run of other contracts, or one whose policies were edited, as the model of another run."""
    prepare.require_same_contracts(base)
    try:
        prepare.require_true_receipt(base)
    except Failure as failure:
        raise engine_error(failure) from failure


def recipe_of(folder: RunFolder) -> Mapping[str, Any]:
    """The recipe of a run, from its own policies."""
    return prepare.sealed_recipe(folder)


def merchants_of(folder: RunFolder) -> Merchants:
    """The merchants of the run's world, with their numbers of sites."""
    from engine.world.roster import Merchants

    catalogue = opened(folder, CATALOGUE).read()
    return Merchants.of(catalogue.merchant_id, catalogue.site_count)


class Provenance(NamedTuple):
    """What the rows of a roster follow from: digests of inputs by id, and the key under which such rows are shared."""

    inputs: Mapping[str, str]
    inputs_key: str


def made_from(
    folder: RunFolder,
    effective: EffectiveRoster,
    days: tuple[np.datetime64, np.datetime64],
    key: WorldKey,
) -> Provenance:
    """What the record of a made roster says of its inputs.

    Raises:
        SealFailure: the merchants that it is made from do not hold.
    """
    catalogue = seals.check_published(folder, CATALOGUE)
    options = {name: value for name, value in effective._asdict().items() if value is not None}
    options["plan"] = [str(day) for day in days]
    return Provenance(made_inputs(folder, catalogue), _key(folder, options, catalogue, key))


def made_inputs(folder: RunFolder, catalogue: Mapping[str, Any]) -> dict[str, str]:
    """The inputs that the record of a made roster names.

    Args:
        folder: the run.
        catalogue: the publish record of the merchants' sites.
    """
    return {
        CATALOGUE.id: catalogue["content_digest"],
        POLICY.id: seals.digest_of(folder, POLICY),
        prepare.RECIPE: seals.digest_of(folder, BY_ID[prepare.RECIPE]),
        **{name: digest for name, digest in run_inputs_of(folder).items() if name in (IMPORTED, MADE)},
    }


def imported_from(folder: RunFolder, sha256_hex: str) -> Provenance:
    """What the record of an imported roster says of its inputs."""
    inputs = {
        CATALOGUE.id: seals.check_published(folder, CATALOGUE)["content_digest"],
        POLICY.id: seals.digest_of(folder, POLICY),
        IMPORTED: sha256_hex,
    }
    key = digests.value_digest(
        {
            "law_version": folder.identity.law_version,
            "contract": DATASET.contract_digest,
            "inputs": {IMPORTED: sha256_hex},
        }
    )
    return Provenance(inputs, key)


def _key(
    folder: RunFolder, options: Mapping[str, Any], catalogue: Mapping[str, Any], key: WorldKey | None
) -> str:
    """The inputs key of a roster (spec/identity-and-seals.md, section 7): what its rows follow from, no more."""
    return digests.value_digest(
        {
            "law_version": folder.identity.law_version,
            "contract": DATASET.contract_digest,
            "inputs": {CATALOGUE.id: catalogue["content_digest"]},
            "options": dict(options),
            "identity": {"seed": str(folder.identity.seed), "world": key.text if key is not None else ""},
        }
    )
