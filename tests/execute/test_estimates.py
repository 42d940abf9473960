"""What a state is expected to come to: as in another run of the recipe, else by the reference, in proportion."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.runtime.strict_yaml import load
from engine.core.run import RunFolder
from engine.execute import plan
from engine.execute.estimates import REFERENCE, estimates_for, recipe_of
from engine.execute.status import state_status
from tests.cli.command import command
from tests.support.runs import nothing_written

ROOT = Path(__file__).parents[2]


def recipe(name: str) -> dict[str, object]:
    path = ROOT / "policies" / "recipes" / f"{name}.yaml"
    return load(path.read_bytes(), name=path.name).value  # type: ignore[return-value]


def test_every_state_has_an_estimate_that_grows_with_the_world(tmp_path: Path) -> None:
    small, large = (estimates_for(tmp_path, recipe(name), None) for name in ("standard", "large"))
    for card in plan.implemented_cards():
        one, other = small(card), large(card)
        assert one is not None and other is not None and one.source == other.source == REFERENCE
        assert other.seconds >= one.seconds > 0 and other.rows >= one.rows and other.bytes >= one.bytes > 0
    arrivals = plan.card_of("5B.S4")
    ten = large(arrivals).rows / small(arrivals).rows  # type: ignore[union-attr]
    assert ten == pytest.approx(1_200 / 116, rel=1e-6)


def test_fewer_scenarios_are_less_work(tmp_path: Path) -> None:
    both, one = (estimates_for(tmp_path, recipe("demo"), chosen) for chosen in (None, 1))
    for state in ("5B.S2", "5B.S3", "5B.S4", "5B.S5"):
        card = plan.card_of(state)
        assert one(card).seconds == pytest.approx(both(card).seconds / 2)  # type: ignore[union-attr]
    same = plan.card_of("2B.S3")
    assert one(same) == both(same)


def test_another_run_of_the_recipe_tells_before_the_reference(tiny_original: RunFolder) -> None:
    estimate = estimates_for(tiny_original.root.parent, recipe_of(tiny_original), None)
    for state in ("1B.S0", "2B.S3"):
        card = plan.card_of(state)
        held, found = state_status(tiny_original, card), estimate(card)
        assert found is not None and found.source == tiny_original.identity.run_id
        assert (found.rows, found.bytes, found.seconds) == (held.rows, held.bytes, held.seconds)
    assert estimate(plan.card_of("5B.S4")).source == REFERENCE  # type: ignore[union-attr]
    own = tiny_original.identity.run_id
    alone = estimates_for(tiny_original.root.parent, recipe_of(tiny_original), None, but=own)
    assert alone(plan.card_of("2B.S3")).source == REFERENCE  # type: ignore[union-attr]
    other = estimates_for(tiny_original.root.parent, recipe("demo"), None)
    assert other(plan.card_of("2B.S3")).source == REFERENCE  # type: ignore[union-attr]


def test_a_dry_run_says_how_long_it_would_take_and_writes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    found = command("run", "--recipe", "standard", "--dry-run", "--runs-root", str(root))
    assert found.exit_code == 0
    assert "~125,861,990" in found.out and "about 116 s and 1.9 GiB" in found.err
    assert not root.exists() or nothing_written(root)
