"""What write_bundle writes, verify_bundle verifies, for every form and any members."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.bundles import write_bundle
from engine.core.errors import SealFailure, SealReason
from engine.core.gates import verify_bundle

WORLD = "cd" * 32
FORMS: list[dict[str, Any]] = [
    {"bundle_law": law, "flag_form": flag, "index_form": index}
    for law in ("concat_v1", "index_v2")
    for flag in ("text", "json")
    for index in ("array", "entries")
]
segment = st.text(st.sampled_from("abcXYZ019=-_. "), min_size=1, max_size=5).filter(
    lambda s: not s.startswith(".")
)


@st.composite
def member_sets(draw: st.DrawFn) -> dict[str, bytes]:
    paths = draw(st.lists(st.lists(segment, min_size=1, max_size=3).map("/".join), max_size=6, unique=True))
    paths = [path for path in paths if path not in ("index.json", "_passed.flag")]
    folders = {"/".join(path.split("/")[:n]) for path in paths for n in range(1, path.count("/") + 1)}
    return {path: draw(st.binary(max_size=20)) for path in paths if path not in folders}


@given(member_sets(), st.sampled_from(FORMS), st.booleans())
@settings(max_examples=100)
def test_a_written_bundle_verifies(
    tmp_path_factory: pytest.TempPathFactory,
    members: dict[str, bytes],
    form: dict[str, Any],
    from_files: bool,
) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    content: dict[str, Path | bytes] = dict(members)
    if from_files:
        for number, (path, data) in enumerate(members.items()):
            source = folder / f"source-{number}"
            source.write_bytes(data)
            content[path] = source
    roles = dict.fromkeys(members, "evidence") if form["index_form"] == "entries" else None
    wrote = write_bundle(folder / "b", content, manifest_fingerprint=WORLD, roles=roles, **form)
    assert verify_bundle(folder / "b", **form, manifest_fingerprint=WORLD) == wrote
    assert {path: (folder / "b" / path).read_bytes() for path in members} == members
    index = json.loads((folder / "b" / "index.json").read_text())
    listed = [entry["path"] for entry in (index["entries"] if roles is not None else index)]
    assert listed == sorted(members)


@pytest.mark.parametrize(
    "path",
    ["../a", "/a", "a//b", "a\\b", "é", ".a", "a/.b", "index.json", "_passed.flag", "", "index.json/x"],
)
def test_an_illegal_member_path_is_refused_before_anything_is_written(path: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="member"):
        write_bundle(tmp_path / "b", {"ok": b"", path: b""}, manifest_fingerprint=WORLD, **FORMS[0])
    assert not (tmp_path / "b").exists()


def test_a_member_that_is_also_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="also a file"):
        write_bundle(tmp_path / "b", {"a": b"", "a/b": b""}, manifest_fingerprint=WORLD, **FORMS[0])


def test_roles_fit_the_index_form(tmp_path: Path) -> None:
    array, entries = FORMS[0], FORMS[1]
    cases: list[tuple[dict[str, Any], dict[str, str] | None]] = [
        (entries, None),
        (entries, {}),
        (entries, {"a": ""}),
        (entries, {"a": "x", "b": "y"}),
        (array, {"a": "x"}),
    ]
    for form, roles in cases:
        with pytest.raises(ValueError, match="role"):
            write_bundle(tmp_path / "b", {"a": b""}, manifest_fingerprint=WORLD, roles=roles, **form)


def test_a_stage_that_is_not_empty_and_a_linked_member_are_refused(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "old").write_bytes(b"")
    with pytest.raises(ValueError, match="not empty"):
        write_bundle(tmp_path / "b", {"a": b""}, manifest_fingerprint=WORLD, **FORMS[0])
    (tmp_path / "link").symlink_to(tmp_path / "b" / "old")
    with pytest.raises(SealFailure) as caught:
        write_bundle(tmp_path / "c", {"a": tmp_path / "link"}, manifest_fingerprint=WORLD, **FORMS[0])
    assert caught.value.reason is SealReason.SYMLINK
    assert not (tmp_path / "c" / "_passed.flag").exists()
