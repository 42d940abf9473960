"""Command lines, SQL, rosters and damaged runs, each given to the command as a user would give it, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import signal
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import typer

from closedworld.command import composed, main
from tests.fuzz.mutations import json_text, mutated, mutated_bytes, operation, place
from tests.support.mutated_rosters import mutated_roster

BUG = 70
ODD_WORDS = (
    "", " ", "-", "--", "-1", "0", "1", "2", "1e400", "nan", "inf", "18446744073709551616", "9" * 5_000, "x",
    "x" * 5_000, "latest", "tiny", "demo", "../..", "/", "/dev/null", "/nowhere/at/all", ".", "~", "é", "\u202e",
    "\ud800",
    "\udcff\udcfe", "a\nb", "\x1b[31m", "'", '"', ";", "%s", "{x}", "2B.S3", "5B.S4", "2B.S9", "1A.S0", "2023-02-29",
    "2024-03-01", "baseline_v1", "baseline_v1,baseline_v1", ",", "merchant_id=1", "merchant_id=", "row=-1", "row=0",
    "all", "0.5", "json", "text", "csv", "select 1", "2B-S3-050", "recipe", "s3_day_effects",
)  # fmt: skip
SQL = (
    "select", "from", "where", "1", "*", "count(*)", "s4_arrival_events_5B", "s3_day_effects", "outlet_catalogue",
    "group by all", "order by 1", "limit 3", "limit -1", "1/0", "'x'", "\"", "'", "(", ")", ",", ";", "null", "nan",
    "'nan'::double", "170141183460469231731687303715884105728::hugeint", "'\\xff'::blob", "date '2023-02-29'",
    "timestamptz '2024-01-01'", "interval 1 month", "[1,2]", "{'a': 1}", "range(3)", "unnest", "copy", "attach 'x'",
    "install httpfs", "read_csv('/etc/passwd')", "create table t as", "pragma version", "set threads=1", "call", "é",
    "\u0000", "-- x\n", "/* x", "merchant_id", "gamma", "union all", "with recursive t as (select 1) select * from t",
    "repeat('x', 100000)", "x" * 3_000,
)  # fmt: skip
_NOT_HERE = frozenset(("demo", "codegen", "--install-completion", "--show-completion"))
"""Commands that make a world of their own, or change this checkout or the shell."""


class TookTooLong(BaseException):
    """A command that did not end in time; no handler of errors may take it for one."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """At most so long; on systems without alarms, as long as it takes."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def command(arguments: Sequence[str], seconds: int = 120) -> Ended:
    """A command line run in this process: its exit code and what it said."""
    out, err = _stream(), _stream()
    code: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), time_limit(seconds):
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code
        except TookTooLong:
            raise
        except BaseException:
            err.write(traceback.format_exc())
            code = BUG
    number = code if isinstance(code, int) else 0 if code is None else 1
    return Ended(number, _text(out), _text(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode("utf-8", "replace")


def fault(ended: Ended) -> str | None:
    """Why an ending is a fault: a bug's exit code, a traceback, or a code that stands for nothing."""
    if ended.code == BUG or "Traceback (most recent call last)" in ended.err:
        return f"exit {ended.code}: {(ended.err or ended.out)[-2_000:]}"
    if ended.code not in (0, 1, 2, 3, 4, 5, 6):
        return f"exit {ended.code}, which stands for nothing: {ended.err[-500:]}"
    return None


def left_over(runs_root: Path) -> str | None:
    """What lies half-written in a runs root."""
    for run in sorted(runs_root.iterdir()) if runs_root.is_dir() else ():
        stage = run / "tmp"
        if stage.is_dir() and any(stage.rglob("*")):
            return f"left in {stage}: {sorted(path.name for path in stage.rglob('*'))[:5]}"
    return None


def linked_copy(run: Path, runs_root: Path) -> Path:
    """A copy of a run that shares its files; a file of it must be replaced, never written into."""
    target = runs_root / run.name
    shutil.copytree(run, target, copy_function=os.link)
    return target


# -- kinds of input ------------------------------------------------------------------------------------------------


def argument_line(seed: int, runs_root: Path) -> list[str]:
    """A command with options and arguments of which most are odd; it works under the runs root or not at all."""
    draw = random.Random(seed)
    group: Any = typer.main.get_command(composed())
    words: list[str] = []
    while hasattr(group, "commands"):
        if draw.random() < 0.03:
            words.append(draw.choice(ODD_WORDS))
            return words
        name = draw.choice(sorted(name for name in group.commands if name not in _NOT_HERE))
        words.append(name)
        group = group.commands[name]
    given: list[str] = []
    for parameter in group.params:
        value = draw.choice(ODD_WORDS)
        if parameter.name in ("run_name", "first", "second") and draw.random() < 0.6:
            value = "latest"
        if parameter.param_type_name == "argument":
            if draw.random() < 0.9:
                given.append(value)
        elif parameter.name in ("runs_root", "dry_run", "help", "out", "contracts"):
            continue
        elif draw.random() < 0.4:
            flag = draw.choice(parameter.opts)
            given += [flag] if getattr(parameter, "is_flag", False) else [flag, value]
    names = {parameter.name for parameter in group.params}
    if "runs_root" in names:
        given += ["--runs-root", str(runs_root)]
    if "dry_run" in names or words == ["world", "build"]:
        given += ["--dry-run"]
    if "out" in names:
        given += ["--out", str(runs_root / "out")]
    if draw.random() < 0.1:
        given.insert(draw.randrange(len(given) + 1), draw.choice(ODD_WORDS))
    return [*words, *given]


def sql_line(seed: int, run: str, runs_root: Path) -> list[str]:
    """A question in SQL, of pieces that fit more or less."""
    draw = random.Random(seed)
    pieces = ["select", *draw.choices(SQL, k=draw.randrange(1, 7))]
    if draw.random() < 0.5:
        pieces += ["from", draw.choice(["s3_day_effects", "s4_arrival_events_5B", "outlet_catalogue"])]
    form = draw.choice(
        [[], ["--json"], ["--limit", draw.choice(["1", "0", "-1", "x", str(2**63), str(2**64)])]]
    )
    return ["query", " ".join(pieces), "--run", run, "--runs-root", str(runs_root), *form]


def roster_line(seed: int, folder: Path, run: str, runs_root: Path) -> list[str]:
    """The import of a mutated roster, which is written into the folder."""
    name, data = mutated_roster(seed)
    path = folder / name
    path.write_bytes(data)
    return ["roster", "import", str(path), "--run", run, "--runs-root", str(runs_root)]


def damaged(seed: int, run: Path) -> tuple[str, list[str]]:
    """What was done to one document of a copied run, and the question that is asked of the run then."""
    draw = random.Random(seed)
    files = sorted(
        path
        for path in run.rglob("*")
        if path.is_file()
        and path.suffix in (".json", ".jsonl", ".yaml", ".flag")
        and path.stat().st_size < 200_000
    )
    path = draw.choice(files)
    words, data = _damaged_bytes(path, draw)
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    elif draw.random() < 0.5:
        words += ", a folder in its place"
        path.mkdir()
    question = draw.choice(
        [
            ["verify", run.name],
            ["status", "--run", run.name],
            ["query", "select count(*) from s3_day_effects", "--run", run.name],
            ["explain", "2B.S3", "--run", run.name],
            ["explain", "5B.S4", "--run", run.name],
            ["runs", "list"],
            ["runs", "show", run.name],
            ["world", "show", "--run", run.name],
            ["run", "--run", run.name, "--dry-run"],
        ]
    )
    return f"{words} in {path.relative_to(run)}", [*question, "--runs-root", str(run.parent)]


def _damaged_bytes(path: Path, draw: random.Random) -> tuple[str, bytes | None]:
    data = path.read_bytes()
    if draw.random() < 0.05:
        return "gone", None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict | list) or not value or draw.random() < 0.3:
        return mutated_bytes(data, draw)
    pointer = place(value, draw)
    change = operation(value, pointer, draw)
    return f"{change} at /{'/'.join(map(str, pointer))}", json_text(mutated(value, pointer, change, draw))


def shown(words: Sequence[str]) -> str:
    """A command line as one can read it, odd characters escaped and long words cut."""
    return " ".join(
        word if word.isprintable() and word and len(word) < 80 else ascii(word)[:120] for word in words
    )
