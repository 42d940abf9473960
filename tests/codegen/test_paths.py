"""Paths of datasets: tokens in, path out, and back; nothing leaves its segment."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.paths import TOKEN_TYPES, DatasetPath, PathTokenError

FORMS = {
    "seed": st.integers(0, 2**64 - 1),
    "manifest_fingerprint": st.from_regex("[0-9a-f]{64}", fullmatch=True),
    "parameter_hash": st.from_regex("[0-9a-f]{64}", fullmatch=True),
    "run_id": st.from_regex("[0-9a-f]{32}", fullmatch=True),
    "scenario_id": st.from_regex("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True),
    "utc_day": st.dates().map(str),
}


@st.composite
def located(draw: st.DrawFn) -> tuple[DatasetPath, dict[str, object]]:
    """A path template with tokens, and values for them."""
    tokens = draw(st.lists(st.sampled_from(sorted(TOKEN_TYPES)), unique=True, max_size=6))
    folder = "/".join(["data/layer1/2B/x", *(f"{token}={{{token}}}" for token in tokens)])
    template = folder + draw(st.sampled_from(["/", "/x.json"]))
    return DatasetPath("x", template, tuple(tokens)), {token: draw(FORMS[token]) for token in tokens}


@given(located())
def test_resolve_and_parse_are_inverse(case: tuple[DatasetPath, dict[str, object]]) -> None:
    path, tokens = case
    made = path.resolve(tokens)  # type: ignore[arg-type]
    assert path.parse(made) == {name: str(value) for name, value in tokens.items()}
    assert path.resolve(path.parse(made)) == made
    assert len(made.parts) == len(PurePosixPath(path.template).parts)
    assert path.folder(tokens) == (made if path.is_folder else made.parent)  # type: ignore[arg-type]


@given(st.sampled_from(sorted(TOKEN_TYPES)), st.text(max_size=70))
def test_no_text_leaves_its_segment(token: str, text: str) -> None:
    path = DatasetPath("x", f"data/{token}={{{token}}}/x.json", (token,))
    try:
        made = path.resolve({token: text})
    except PathTokenError:
        return
    assert made.parts == ("data", f"{token}={text}", "x.json")
    assert path.parse(made) == {token: text}


@pytest.mark.parametrize("bad", ["..", "../x", "a/b", "", ".hidden", "a\\b", "a\n", "x" * 65, "ü"])
def test_a_scenario_that_would_escape_is_refused(bad: str) -> None:
    path = DatasetPath("x", "data/scenario_id={scenario_id}/", ("scenario_id",))
    with pytest.raises(PathTokenError, match="path token scenario_id"):
        path.resolve({"scenario_id": bad})


def test_a_missing_token_is_named_and_others_are_ignored() -> None:
    path = DatasetPath("x", "data/seed={seed}/", ("seed",))
    with pytest.raises(PathTokenError, match="dataset x: path token seed is missing"):
        path.resolve({"run_id": "0" * 32})
    assert str(path.resolve({"seed": 1, "run_id": "nonsense"})) == "data/seed=1"


@pytest.mark.parametrize(
    "other",
    [
        "data/seed=1/part",
        "data/seed=01",
        "data/seed=18446744073709551616",
        "data/Seed=1",
        "/data/seed=1",
        "data",
        ".",
    ],
)
def test_a_path_of_another_template_is_refused(other: str) -> None:
    with pytest.raises(PathTokenError):
        DatasetPath("x", "data/seed={seed}/", ("seed",)).parse(other)


def test_glob_meets_every_partition_and_nothing_else(tmp_path: Path) -> None:
    path = DatasetPath("x", "data/seed={seed}/x.json", ("seed",))
    for seed in (1, 22):
        target = tmp_path / path.resolve({"seed": seed})
        target.parent.mkdir(parents=True)
        target.write_text("")
    (tmp_path / "data" / "seed=1" / "y.json").write_text("")
    found = sorted(item.relative_to(tmp_path) for item in tmp_path.glob(path.glob()))
    assert [path.parse(PurePosixPath(item))["seed"] for item in found] == ["1", "22"]
