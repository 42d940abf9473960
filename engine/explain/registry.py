"""Which states can be explained, and how their rows are named."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from codegen.runtime.cards import DatasetSpec
from engine.core.errors import EngineError
from engine.core.identity import LAW_VERSION
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.explain.selectors import Selector, bad_selector
from engine.explain.sources import Sources
from engine.explain.steps import Explanation
from generated import states
from generated.datasets import s2b, s5b
from generated.errors.engine import RUN

__all__ = ["EXPLAINERS", "Explainer", "explained", "selector_of"]


@dataclass(frozen=True, slots=True)
class Explainer:
    """How one state is explained.

    `options` name a row, in the order of the key columns; `law` is the import path of a function that gives the
    explanation from the checked sources and the selector. `columns` are the key columns where a row is named by
    others than the table's own, and `tokens` those that name its partition; options beyond them stand for no column.
    """

    dataset: DatasetSpec
    options: tuple[str, ...]
    law: str
    columns: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The key columns that the options stand for: the table's, or the merchant's alone for an index."""
        if self.columns:
            return self.columns
        shape = shape_of(self.dataset)
        columns: tuple[str, ...] = getattr(shape, "PRIMARY_KEY", ("merchant_id",))
        return (*columns, *self.tokens)


_ARRIVAL: Final = ("merchant", "time", "day", "row")
_ARRIVAL_COLUMNS: Final = ("merchant_id", "utc_timestamp", "utc_day")
_SERIES: Final = ("merchant", "zone", "channel", "bucket", "scenario")
_ARRIVAL_OF_SERIES: Final = ("merchant", "zone", "channel", "bucket", "seq", "scenario")
_SCENARIO: Final = ("scenario_id",)

EXPLAINERS: Final[Mapping[str, Explainer]] = {
    states.S2B_S1.ID: Explainer(
        s2b.S1_SITE_WEIGHTS, ("merchant", "country", "site"), "engine.explain.s2b_s1:site_weight"
    ),
    states.S2B_S2.ID: Explainer(
        s2b.S2_ALIAS_INDEX, ("merchant", "country", "site"), "engine.explain.s2b_s2:alias_slice"
    ),
    states.S2B_S3.ID: Explainer(
        s2b.S3_DAY_EFFECTS, ("merchant", "day", "zone"), "engine.explain.s2b_s3:day_effect"
    ),
    states.S2B_S4.ID: Explainer(
        s2b.S4_GROUP_WEIGHTS, ("merchant", "day", "zone"), "engine.explain.s2b_s4:group_weight"
    ),
    states.S2B_S5.ID: Explainer(
        s2b.S5_SELECTION_LOG, _ARRIVAL, "engine.explain.s2b_s5:selection", _ARRIVAL_COLUMNS
    ),
    states.S2B_S6.ID: Explainer(
        s2b.S6_EDGE_LOG, _ARRIVAL, "engine.explain.s2b_s6:edge_pick", _ARRIVAL_COLUMNS
    ),
    states.S5B_S2.ID: Explainer(
        s5b.S2_REALISED_INTENSITY_5B, _SERIES, "engine.explain.s5b_s2:realised_intensity", tokens=_SCENARIO
    ),
    states.S5B_S3.ID: Explainer(
        s5b.S3_BUCKET_COUNTS_5B, _SERIES, "engine.explain.s5b_s3:bucket_count", tokens=_SCENARIO
    ),
    states.S5B_S4.ID: Explainer(
        s5b.S4_ARRIVAL_EVENTS_5B, _ARRIVAL_OF_SERIES, "engine.explain.s5b_s4:arrival", tokens=_SCENARIO
    ),
}
"""By state. A state to come needs a line here, a module with its law and, for a new kind of key, an option."""


def selector_of(text: str, options: Mapping[str, str | None]) -> Selector:
    """The selector that a person wrote: a state with options, or a dataset with its key columns.

    Args:
        text: `2B.S3`, or `s3_day_effects:merchant_id=…,utc_day=…,tz_group_id=…` with as many columns as wanted.
        options: what was typed for each option; None for what was left out.

    Raises:
        EngineError: no such state or dataset, one that has no explanation yet, or a key that does not belong to it.
    """
    name, colon, rest = text.partition(":")
    state = next((state for state, known in EXPLAINERS.items() if known.dataset.id == name), name.upper())
    explainer = EXPLAINERS.get(state)
    if explainer is None:
        wanted = ", ".join(f"{known} ({one.dataset.id})" for known, one in EXPLAINERS.items())
        raise bad_selector(text, f"one of {wanted}", "a state or dataset that cannot be explained")
    given = {option: value for option, value in options.items() if value is not None}
    if colon:
        given = {**_key_options(text, explainer, rest), **given}
    foreign = [f"--{option}" for option in given if option not in explainer.options]
    if foreign:
        wanted = ", ".join(f"--{option}" for option in explainer.options)
        raise bad_selector(f"{state} {' '.join(foreign)}", f"a row named by {wanted}", ", ".join(foreign))
    return Selector(state, given)


def _key_options(text: str, explainer: Explainer, rest: str) -> dict[str, str]:
    """What `column=value,…` gives, by option."""
    option_of = dict(zip(explainer.key, explainer.options, strict=False))
    found: dict[str, str] = {}
    for pair in rest.split(","):
        column, sign, value = pair.partition("=")
        option = option_of.get(column.strip())
        if not sign or option is None or option in found:
            raise bad_selector(text, f"{explainer.dataset.id}:{'=…,'.join(explainer.key)}=…", repr(pair))
        found[option] = value.strip()
    return found


def explained(folder: RunFolder, selector: Selector) -> Explanation:
    """One row derived again, beside what is stored.

    Raises:
        EngineError: the selector names no row, a seal or record is broken, or the run has other laws than these.
    """
    if folder.identity.law_version != LAW_VERSION:
        raise EngineError(
            RUN.RUN_CONTRACTS_DIFFER,
            where=f"run {folder.identity.run_id}",
            expected=f"laws of version {LAW_VERSION}",
            found=f"version {folder.identity.law_version}",
        )
    explainer = EXPLAINERS[selector.state]
    module, _, name = explainer.law.partition(":")
    law: Callable[[Sources, Selector, Explanation], None] = getattr(importlib.import_module(module), name)
    card = states.BY_ID[selector.state].CARD
    sources = Sources(folder, card)
    explanation = Explanation(
        selector.state, explainer.dataset.id, card.title, folder.identity.run_id, sources=sources.read
    )
    law(sources, selector, explanation)
    return explanation
