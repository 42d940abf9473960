"""What may lie in a policy folder: asked before anything is parsed, and refused with exit 3 and no run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.core.errors import EngineError
from engine.execute import prepare
from engine.execute.policy_files import LARGEST_POLICY
from tests.support.runs import config_folder

RECIPE = "recipe.yaml"
DAYS = "layer1/2B/policy/day_effect_policy_v1.json"


def refused(folder: Path, code: str, *words: str, exit_code: int = 3) -> EngineError:
    with pytest.raises(EngineError) as raised:
        prepare.folder_policies(folder)
    assert raised.value.code.full == code, raised.value
    assert raised.value.exit_code == exit_code
    for word in words:
        assert word in str(raised.value), raised.value
    return raised.value


def padded(data: bytes, size: int) -> bytes:
    return data + b"\n" + b" " * (size - len(data) - 2) + b"\n"


@pytest.mark.parametrize("name", [RECIPE, DAYS])
def test_a_policy_has_at_most_one_mebibyte(tmp_path: Path, name: str) -> None:
    folder = config_folder(tmp_path / "config", {})
    path = folder / name
    data = path.read_bytes()
    path.write_bytes(padded(data, LARGEST_POLICY))
    assert prepare.folder_policies(folder)
    path.write_bytes(padded(data, LARGEST_POLICY + 1))
    refused(folder, "POLICY-011", name, "1 MiB")


def test_a_huge_policy_is_refused_at_once(tmp_path: Path) -> None:
    folder = config_folder(tmp_path / "config", {})
    with (folder / RECIPE).open("r+b") as file:
        file.truncate(1 << 40)  # a sparse file of a tebibyte
    started = time.perf_counter()
    refused(folder, "POLICY-011", RECIPE)
    assert time.perf_counter() - started < 5


def linked(path: Path) -> None:
    config = next(parent for parent in path.parents if parent.name == "config")
    target = config.parent / "elsewhere"
    path.rename(target)
    path.symlink_to(target)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
@pytest.mark.parametrize(
    ("change", "found"),
    [(linked, "a symbolic link"), (fifo, "a special file"), (foldered, "a folder")],
)
@pytest.mark.parametrize("name", [RECIPE, DAYS])
def test_something_else_in_place_of_a_policy(
    tmp_path: Path, name: str, change: Callable[[Path], None], found: str
) -> None:
    folder = config_folder(tmp_path / "inner" / "config", {})
    change(folder / name)
    refused(folder, "POLICY-012", name, found)


def test_what_is_no_policy_is_named_and_not_entered(tmp_path: Path) -> None:
    folder = config_folder(tmp_path / "config", {})
    (folder / "layer1" / "2B" / "policy" / "day_effect_policy_v1.jsn").write_text("{}", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\0")
    deep = folder / "old"
    deep.mkdir()
    for _ in range(300):  # longer than a path may be, so each is made from inside the last
        os.chdir(deep)
        Path("nested").mkdir()
        deep = Path("nested")
    os.chdir(tmp_path)
    error = refused(folder, "POLICY-010", ".DS_Store", "config/old", "day_effect_policy_v1.json")
    assert len(getattr(error, "findings", ())) == 3


def test_many_strays_are_counted(tmp_path: Path) -> None:
    folder = config_folder(tmp_path / "config", {})
    for number in range(200):
        (folder / f"note-{number:03d}.txt").write_bytes(b"")
    error = refused(folder, "POLICY-010", "180 more")
    assert len(getattr(error, "findings", ())) == 21


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "POLICY-001"),
        (b"\xef\xbb\xbf{}", "POLICY-001"),
        (b"\xff\xfe{\x00}\x00", "POLICY-001"),
        (b'{"a": 1, "a": 2}', "POLICY-001"),
        (b'{"a": NaN}', None),  # a text in YAML
        (b'{"a": 1e999}', "POLICY-001"),
        (b'{"a": 18446744073709551616}', "POLICY-001"),
        (b"[" * 100_000, "POLICY-001"),
        (b"[" * 150 + b"]" * 150, "POLICY-002"),
        (b"[" * 600 + b"]" * 600, None),
        (b"null", "POLICY-002"),
        (b"[]", "POLICY-002"),
    ],
)
@pytest.mark.parametrize("name", [RECIPE, DAYS])
def test_documents_that_are_none(tmp_path: Path, name: str, data: bytes, code: str | None) -> None:
    folder = config_folder(tmp_path / "config", {})
    (folder / name).write_bytes(data)
    with pytest.raises(EngineError) as raised:
        prepare.folder_policies(folder)
    assert raised.value.exit_code == 3
    assert code is None or (raised.value.code.full == code and name in raised.value.where)


BOMB = b"".join(
    b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(ord("b"), ord("m"))
)


@pytest.mark.parametrize(
    "data",
    [
        b"a: &a [x, x, x, x, x, x, x, x, x]\n" + BOMB,
        b"a: !!python/object/apply:os.system [x]",
        b"base: &b {x: 1}\n<<: *b\n",
        b"a:\tb",
        b"a: 1\na: 2",
        b"a: .nan",
        b"a: .inf",
        b"a: 99999999999999999999999999",
        b"a: 1\n---\na: 2",
        b"%YAML 1.1\n---\na: 1",
        b"a: *b",
        b"? [1, 2]\n: x",
    ],
)
def test_yaml_that_is_not_taken(tmp_path: Path, data: bytes) -> None:
    folder = config_folder(tmp_path / "config", {})
    (folder / RECIPE).write_bytes(data)
    started = time.perf_counter()
    with pytest.raises(EngineError) as raised:
        prepare.folder_policies(folder)
    assert raised.value.exit_code == 3 and "recipe.yaml:" in raised.value.where
    assert time.perf_counter() - started < 10


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path / "file"):
        (tmp_path / "file").write_bytes(b"")
        refused(path, _bad_option(), exit_code=2)
    (tmp_path / "empty").mkdir()
    error = refused(tmp_path / "empty", "POLICY-007", "config/recipe.yaml")
    assert len(getattr(error, "findings", ())) == len(prepare.policy_datasets())


def _bad_option() -> str:
    from generated.errors.engine import USE

    return USE.BAD_OPTION.full
