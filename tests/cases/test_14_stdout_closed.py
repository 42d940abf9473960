"""Case 14: standard streams may be missing, closed, full or without a reader; an answer that is lost is an error."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from closedworld.command import main
from codegen.runtime.streams import OUTPUT, Outlet, is_terminal
from engine.core.run import RunFolder
from tests.cases.started import started

ONE = ("query", "SELECT 1 AS x")
MANY = ("query", "SELECT * FROM range(200000)", "--csv")
HAS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")


@pytest.mark.parametrize(
    "redirected", [">&-", "<&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-", "<&- 2>&-"]
)
@pytest.mark.parametrize(
    "words", [ONE, MANY, (*ONE, "--json"), ("--help",), ("status",), ("contracts", "list")]
)
def test_a_service_may_start_it_without_streams(
    tiny_original: RunFolder, words: tuple[str, ...], redirected: str
) -> None:
    found = started(*words, runs_root=tiny_original.root.parent, redirected=redirected)
    assert found.exit_code == 0 and found.err == b"", found.told
    assert bool(found.out) == (">&-" not in redirected.replace("2>&-", ""))


@pytest.mark.parametrize("redirected", [">&-", "<&- >&- 2>&-"])
def test_a_refusal_keeps_its_code_without_streams(tiny_original: RunFolder, redirected: str) -> None:
    root = tiny_original.root.parent
    assert started("query", "SELECT x", runs_root=root, redirected=redirected).exit_code == 2
    assert started("query", "SELECT x", "--json", runs_root=root, redirected=redirected).exit_code == 2
    assert started("nonsense", runs_root=root, redirected=redirected).exit_code == 2


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    made = ("run", "--recipe", "tiny", "--to", "1B.S0", "--runs-root", str(root))
    found = started(*made, redirected="<&- >&- 2>&-")
    assert found.exit_code == 0
    (run,) = root.iterdir()
    verified = started("verify", str(run))
    assert verified.exit_code == 0 and b"PASS" in verified.out, verified.out


@HAS_FULL
@pytest.mark.parametrize(
    "words", [ONE, MANY, (*ONE, "--json"), ("--help",), ("query", "--help"), ("contracts", "list")]
)
def test_an_answer_on_a_full_device_is_an_error(tiny_original: RunFolder, words: tuple[str, ...]) -> None:
    found = started(*words, runs_root=tiny_original.root.parent, redirected=">/dev/full")
    assert found.exit_code == 6 and found.is_clean(), found.told
    assert "error PUBLISH-004 DISK_FULL" in found.told and OUTPUT in found.told


@HAS_FULL
def test_a_refusal_keeps_its_code_on_full_devices(tiny_original: RunFolder) -> None:
    root = tiny_original.root.parent
    for redirected in (">/dev/full", "2>/dev/full", ">/dev/full 2>&1"):
        for words in (("query", "SELECT x"), ("query", "SELECT x", "--json"), ("nonsense",)):
            found = started(*words, runs_root=root, redirected=redirected)
            assert found.exit_code == 2 and found.is_clean(), (redirected, words, found.told)
    assert started(*ONE, runs_root=root, redirected="2>/dev/full").exit_code == 0


def test_a_stream_that_cannot_be_written_is_an_error(tiny_original: RunFolder) -> None:
    found = started(*ONE, runs_root=tiny_original.root.parent, redirected="1</dev/null")
    assert found.exit_code == 6 and found.is_clean(), found.told
    assert "PUBLISH-007" in found.told and OUTPUT in found.told


def test_a_reader_that_leaves_is_no_error_of_ours(tiny_original: RunFolder) -> None:
    found = started(*MANY, runs_root=tiny_original.root.parent, redirected="| head -c 3 >&2; exit 0")
    assert found.err == b"ran" and found.out == b""


class WriteOnly:
    """A stream that knows `write` alone."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)


class Closed(io.StringIO):
    """A stream that was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.close()


@pytest.mark.parametrize("stream", [None, WriteOnly(), Closed(), io.StringIO()])
def test_streams_may_be_replaced(
    tiny_original: RunFolder, stream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, stream)
    root = str(tiny_original.root.parent)
    for words in (ONE, (*ONE, "--json"), ("status",), ("--help",), ("explain", "2B.S3")):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--runs-root", root] if words != ("--help",) else ["--help"])
        assert ended.value.code == 0
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2 and sys.stdout is stream


def test_an_answer_that_an_object_refuses_is_an_error(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(WriteOnly):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(SystemExit) as ended:
        main([*ONE, "--runs-root", str(tiny_original.root.parent)])
    assert ended.value.code == 6 and OUTPUT in capsys.readouterr().err


def test_what_is_no_stream_is_no_terminal() -> None:
    assert not any(map(is_terminal, [None, object(), WriteOnly(), Closed(), io.StringIO()]))
    with pytest.raises(TypeError):
        Outlet(io.StringIO(), answers=True).write(b"bytes")  # type: ignore[arg-type]


@pytest.mark.parametrize("redirected", ["</dev/null", "<&-"])
def test_a_question_that_nobody_answers_says_what_to_do(tiny_run: RunFolder, redirected: str) -> None:
    words = ("runs", "remove", tiny_run.root.name)
    found = started(*words, runs_root=tiny_run.root.parent, redirected=redirected)
    assert found.exit_code == 2 and "RUN-009" in found.told and "--yes" in found.told, found.told
    assert "Aborted" not in found.told and tiny_run.root.is_dir()


@pytest.mark.parametrize("text", ["", "\n", "no\n", "\udcff\n"])
def test_an_input_that_ends_at_the_question_says_what_to_do(
    tiny_run: RunFolder, text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(text))
    with pytest.raises(SystemExit) as ended:
        main(["runs", "remove", tiny_run.root.name, "--runs-root", str(tiny_run.root.parent)])
    told = capsys.readouterr().err
    assert ended.value.code == 2 and "RUN-009" in told and "Aborted" not in told and tiny_run.root.is_dir()


def test_an_input_that_ends_inside_any_command_is_told(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ends(*_: Any) -> None:
        raise EOFError

    monkeypatch.setattr("engine.cli.showing.run_status", ends)
    with pytest.raises(SystemExit) as ended:
        main(["status", "--runs-root", str(tiny_original.root.parent)])
    told = capsys.readouterr().err
    assert ended.value.code == 6 and "PUBLISH-007" in told and "Aborted" not in told


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ([], {"PYTHONOPTIMIZE": "2"}),
        (["-OO"], {}),
        ([], {"PYTHONWARNINGS": "error"}),
        (["-W", "error"], {}),
        ([], {"PYTHONSAFEPATH": "1"}),
        (["-P"], {}),
        ([], {"PYTHONUTF8": "0", "LC_ALL": "C"}),
        (["-X", "dev"], {}),
        ([], {"PYTHONUNBUFFERED": "1"}),
        (["-X", "utf8=1"], {}),
        (["-B", "-s"], {}),
    ],
)
def test_the_interpreter_may_be_started_in_any_way(
    tiny_original: RunFolder, options: list[str], env: dict[str, str]
) -> None:
    root = tiny_original.root.parent
    status = started("status", "--json", runs_root=root, env=env, options=options)
    assert status.exit_code == 0 and status.is_clean(), status.told
    assert json.loads(status.out)["run_id"] == tiny_original.identity.run_id
    plain = started("verify", "--help").out
    helped = started("verify", "--help", env=env, options=options)
    assert helped.out == plain and b"Check a run without trusting who made it" in plain
    assert started("contracts", "list", env=env, options=options).is_clean()
    script = started("--help", env=env, options=options, program=("-m", "closedworld.command"))
    assert script.exit_code == 0 and b"Build and look at the upstream world" in script.out


@pytest.mark.slow
@pytest.mark.parametrize("env", [{"PYTHONOPTIMIZE": "2"}, {"PYTHONWARNINGS": "error"}])
def test_a_run_made_by_another_interpreter_has_the_same_bytes(
    tiny_original: RunFolder, tmp_path: Path, env: dict[str, str]
) -> None:
    made = started("run", "--recipe", "tiny", "--to", "1B.S0", "--runs-root", str(tmp_path), env=env)
    assert made.exit_code == 0 and made.is_clean(), made.told
    (run,) = tmp_path.iterdir()
    for path in sorted(
        path for top in ("data", "published") for path in (run / top).rglob("*") if path.is_file()
    ):
        assert path.read_bytes() == (tiny_original.root / path.relative_to(run)).read_bytes()
    shutil.rmtree(run)
