"""Series of segment 5B: which row of a scenario is meant, its group, and the parameters that the group's features give.

A scenario's tables have one row for each series and bucket, series in the order of s1_grouping_5B: row r is bucket
r mod H of series r div H.
Source: spec/segment-5B.md, scopes, S1, S2 and S3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.tables import PartitionedTable, TableShapeError
from engine.explain.arithmetic import WORD
from engine.explain.selectors import Chosen, Selector, bad_selector, chosen_merchant, one_of
from engine.explain.sites import noted
from engine.explain.sources import Sources, python_column, shape_error
from engine.explain.steps import Explanation, Scalar, Terms, Value
from generated.datasets.s5b import S0_GATE_RECEIPT_5B, S1_GROUPING_5B, S1_TIME_GRID_5B
from generated.tables.s5b import S2RealisedIntensity5B

__all__ = [
    "Features",
    "Place",
    "chosen_bucket",
    "chosen_value",
    "clamped_step",
    "event_comparisons",
    "group_step",
    "place_of",
    "stored_row",
]


class Features(NamedTuple):
    """What S1 says of a group, as columns of s1_grouping_5B name it."""

    scenario_band: str
    demand_class: str
    channel_group: str
    virtual_band: str


@dataclass(frozen=True, slots=True)
class Place:
    """The row that is meant: a bucket of a series of a scenario."""

    scenario_id: str
    earlier_scenarios: tuple[str, ...]
    """Those of the run that come before it, ascending."""
    series: int
    """Position of the series in its scenario."""
    all_series: int
    buckets: int
    """H."""
    bucket_seconds: int
    merchant_id: int
    zone: str
    channel: str
    bucket: int
    spec_version: str
    group_id: str
    groups: tuple[str, ...]
    """All groups of the scenario, ascending by UTF-8 bytes."""
    members: tuple[tuple[str, ...], ...]
    """For each member of the group: merchant, zone, then the features."""
    features: Features

    @property
    def row(self) -> int:
        """The number of the row in the scenario's tables."""
        return self.series * self.buckets + self.bucket

    @property
    def tokens(self) -> dict[str, str]:
        """What names the scenario's partition."""
        return {"scenario_id": self.scenario_id}

    @property
    def key(self) -> dict[str, Scalar]:
        """The key columns of the row."""
        values: tuple[Scalar, ...] = (self.merchant_id, self.zone, self.channel, self.bucket)
        return dict(zip(S2RealisedIntensity5B.PRIMARY_KEY, values, strict=True))


def chosen_value(selector: Selector, option: str, column: str, values: Sequence[str], where: str) -> Chosen:
    """The position of a name among what there is; the first when none is named.

    Raises:
        EngineError: there is no such name.
    """
    text = selector.get(option)
    if text is None:
        only = f"{column}: the only one that there is"
        return Chosen(
            0,
            only
            if len(values) == 1
            else f"{column}: the first of {len(values):,}; name another with --{option}",
        )
    if text not in values:
        raise bad_selector(f"{where} --{option} {text}", f"one of {one_of(values)}", f"no such {option}")
    return Chosen(values.index(text))


def chosen_bucket(selector: Selector, buckets: int) -> Chosen:
    """The bucket of that index; bucket 0 when none is named.

    Raises:
        EngineError: it is no index, or past the horizon.
    """
    text = selector.get("bucket")
    if text is None:
        return Chosen(0, f"bucket_index: the first of {buckets:,}; name another with --bucket")
    plain = text.isascii() and text.isdigit() and (text == "0" or not text.startswith("0"))
    if not plain or int(text) >= buckets:
        found = "a bucket outside the horizon" if plain else repr(text)
        raise bad_selector(f"{selector.state} --bucket {text}", f"an index from 0 to {buckets - 1}", found)
    return Chosen(int(text))


def place_of(sources: Sources, selector: Selector, explanation: Explanation) -> Place:
    """The row that the selector names, put into the explanation's key.

    Raises:
        EngineError: a name stands for nothing, or S1 has not published the scenario.
    """
    state = selector.state
    receipt = sources.opened(S0_GATE_RECEIPT_5B)
    scenarios = sorted(receipt.scenario_set)
    place = noted(explanation, chosen_value(selector, "scenario", "scenario_id", scenarios, state))
    scenario = scenarios[place]
    tokens = {"scenario_id": scenario}
    grid = sources.opened(S1_TIME_GRID_5B, tokens).read()
    grouping = sources.opened(S1_GROUPING_5B, tokens).read()
    merchants = [int(str(one)) for one in python_column(grouping, "merchant_id")]
    merchant = _of(merchants, noted(explanation, chosen_merchant(selector, sorted(set(merchants)))))
    zones, channels = python_column(grouping, "zone_representation"), python_column(grouping, "channel_group")
    own = [series for series, one in enumerate(merchants) if one == merchant]
    where = f"{state} {scenario}, merchant {merchant}"
    zone = _chosen_text(explanation, selector, "zone", "zone_representation", own, zones, where)
    own = [series for series in own if zones[series] == zone]
    channel = _chosen_text(
        explanation, selector, "channel", "channel_group", own, channels, f"{where}, zone {zone}"
    )
    series = next(one for one in own if channels[one] == channel)
    bucket = noted(explanation, chosen_bucket(selector, grid.num_rows))
    explanation.key["scenario_id"] = scenario
    groups, features = (
        python_column(grouping, "group_id"),
        [python_column(grouping, name) for name in Features._fields],
    )
    found = Place(
        scenario_id=scenario,
        earlier_scenarios=tuple(scenarios[:place]),
        series=series,
        all_series=grouping.num_rows,
        buckets=grid.num_rows,
        bucket_seconds=int(grid.bucket_duration_seconds[0]),
        merchant_id=merchant,
        zone=zone,
        channel=channel,
        bucket=bucket,
        spec_version=str(receipt.spec_version),
        group_id=str(groups[series]),
        groups=tuple(sorted({str(group) for group in groups}, key=str.encode)),
        members=tuple(
            (str(merchants[one]), str(zones[one]), *(str(feature[one]) for feature in features))
            for one, group in enumerate(groups)
            if group == groups[series]
        ),
        features=Features(*(str(feature[series]) for feature in features)),
    )
    explanation.key.update(found.key)
    return found


def _of(merchants: Sequence[int], place: int) -> int:
    return sorted(set(merchants))[place]


def _chosen_text(
    explanation: Explanation,
    selector: Selector,
    option: str,
    column: str,
    own: Sequence[int],
    values: Sequence[Scalar],
    where: str,
) -> str:
    """One of the texts that some series have, in their order."""
    known = list(dict.fromkeys(str(values[series]) for series in own))
    return known[noted(explanation, chosen_value(selector, option, column, known, where))]


def group_step(explanation: Explanation, place: Place) -> None:
    """The step that says which group the series is in, and the law that its members agree."""
    own = next(
        number
        for number, member in enumerate(place.members)
        if member[:2] == (str(place.merchant_id), place.zone) and member[4] == place.channel
    )
    wanted = tuple(place.features)
    explanation.step(
        "The series and its group",
        "Series of one group share one latent path, and one dispersion; the group's features name its parameters.",
        Value("series", place.series, f"of {place.all_series:,} in {place.scenario_id}, 0-based"),
        Value("buckets H", place.buckets, f"of {place.bucket_seconds} s"),
        Value("row", place.row, f"{place.series} x {place.buckets} + {place.bucket}"),
        Value("group_id", place.group_id),
        Value("members", len(place.members), "series of the group"),
        *(Value(name, text) for name, text in place.features._asdict().items()),
        terms=Terms(
            ("merchant_id", "zone", "features"),
            [
                (*member[:2], "the same" if member[2:] == wanted else ", ".join(member[2:]))
                for member in place.members
            ],
            frozenset((own,)),
        ),
    )
    different = len({member[2:] for member in place.members})
    explanation.check("the members of the group share every feature", different, 1, different == 1)


def clamped_step(
    explanation: Explanation,
    title: str,
    why: str,
    name: str,
    base: tuple[str, float],
    factors: Sequence[tuple[str, str, Mapping[str, float]]],
    bounds: tuple[float, float],
) -> float | None:
    """A parameter: a base, times one factor a feature from the left, clamped; None, and a broken law, without a factor.

    Args:
        base: the band and its base.
        factors: for each the feature, the group's value of it, and the policy's factors.
        bounds: the least and the greatest value.
    """
    band, value = base
    values = [Value("base", value, f"policy, {band}")]
    for feature, text, table in factors:
        if text not in table:
            explanation.check(f"the policy has a factor of {name} for {feature}", text, "a factor", False)
            return None
        value *= float(table[text])
        values += [
            Value(f"x {feature}", float(table[text]), f"policy, {text}"),
            Value("product", value),
        ]
    lower, upper = bounds
    clamped = min(max(value, lower), upper)
    said = "at the lower bound" if value < lower else "at the upper bound" if value > upper else "inside"
    explanation.step(
        title,
        why,
        *values,
        Value("bounds", f"{lower} to {upper}", "policy"),
        Value(name, clamped, said),
    )
    return clamped


def stored_row(
    explanation: Explanation, table: PartitionedTable[Any], name: str, row: int, rows: int
) -> dict[str, Scalar] | None:
    """One row of a published table by its number, and the law that the table has as many rows as it must.

    Args:
        rows: how many rows the table must have.
    """
    try:
        held = table.num_rows
        explanation.check(f"{name} has one row for each of its keys", held, rows, held == rows)
        if row >= held:
            return None
        part = table.rows(row, row + 1)
        return {column.name: python_column(part, column.name)[0] for column in part.SPEC.columns}
    except TableShapeError as error:
        raise shape_error(error) from error


def event_comparisons(
    sources: Sources,
    explanation: Explanation,
    dataset: DatasetSpec,
    number: int,
    key: Mapping[str, Scalar],
    counter: int,
    draws: int,
    blocks: int,
) -> None:
    """Put the stored event of the draw beside what it must be, where events are stored one by one.

    Args:
        dataset: the family's events.
        number: the event's number among all of the run.
        key: its key columns.
        counter: its first counter.
        draws, blocks: how much it drew.
    """
    if not sources.folder.path(dataset).exists():
        explanation.step(
            "The evidence",
            "More events than the evidence policy stores one by one: blocks of rows are committed to instead.",
            Value("compared", "nothing", "closedworld verify --replay all compares the commitments' digests"),
        )
        return
    table = sources.opened(dataset)
    after = counter + blocks
    derived: dict[str, Scalar] = {
        **key,
        "rng_counter_before_hi": counter // WORD,
        "rng_counter_before_lo": counter % WORD,
        "rng_counter_after_hi": after // WORD,
        "rng_counter_after_lo": after % WORD,
        "draws": str(draws),
        "blocks": blocks,
    }
    stored: dict[str, Scalar] = {}
    if number < table.num_rows:
        part = table.rows(number, number + 1)
        stored = {name: python_column(part, name)[0] for name in derived}
    explanation.step(
        "The event",
        "Each draw leaves an event with the counters before and after it.",
        Value("event number", number, f"of {table.num_rows:,} in {dataset.id}, 0-based"),
        Value("draws", draws),
        Value("blocks", blocks),
        Value("counter after", f"{after:032x}", f"first counter + {blocks}"),
    )
    for name, value in derived.items():
        explanation.compare(f"event {name}", stored.get(name), value)
