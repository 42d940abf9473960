"""Publishing under kill, full and read-only disks, and races: a run holds whole partitions only.

The publishing process is a real one, killed with SIGKILL at moments that no code of ours chose. Moments are
spread over the loop's own duration from a fixed seed; no assertion depends on where a kill lands.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.core import publish as publishing
from engine.core.digests import folder_files, sha256_file
from engine.core.errors import PublishFailure, PublishReason
from engine.core.lock import run_lock
from engine.core.publish import RecordFields, Stage

ROOT = Path(__file__).parents[2]
PARTITIONS = 12
PARTS = 4

WRITER = """
import sys
from pathlib import Path
from engine.core import publish as publishing
from engine.core.lock import run_lock
from engine.core.publish import RecordFields, Stage

run, flavour, partitions, parts = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
lock = sys.argv[5] == "lock"


def content(partition, part):
    return f"{flavour} {partition} {part} ".encode() * 2000


def go():
    print("ready", flush=True)
    if not lock:
        sys.stdin.readline()
    with Stage.open(run, "T.S1", flavour) as stage:
        for partition in range(partitions):
            tokens = {"seed": str(partition)}
            folder = stage.dataset_folder("table_T", tokens)
            done = stage.complete_parts("table_T", tokens)
            for part in range(parts):
                name = f"part-{part:05d}"
                if name not in done:
                    (folder / name).write_bytes(content(partition, part))
                    stage.mark_part_complete("table_T", tokens, name)
            result = publishing.publish(
                run, dataset="table_T", partition=tokens, target=f"data/table/seed={partition}", staged=folder,
                fields=RecordFields("T.S1", 1, None, None, {}, flavour),
                known=stage.complete_parts("table_T", tokens),
            )
            print(result.status, flush=True)


if lock:
    with run_lock(run, wait=True):
        publishing.remove_dead_stages(run, keep=lambda state, key: key == flavour)
        go()
else:
    go()
"""
# Without the lock a writer must not meet the other's stage, so the stage's name gets the process id; everything
# else, the record included, stays as it is.
RACER = WRITER.replace(
    'Stage.open(run, "T.S1", flavour)', 'Stage.open(run, f"T.S1.{os.getpid()}", flavour)'
).replace("import sys", "import os, sys")


def writer(run: Path, flavour: str = "x", *, lock: bool = True) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            WRITER if lock else RACER,
            str(run),
            flavour,
            str(PARTITIONS),
            str(PARTS),
            "lock" if lock else "race",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def expected_part(flavour: str, partition: int, part: int) -> bytes:
    return f"{flavour} {partition} {part} ".encode() * 2000


def whole_partitions(run: Path, flavour: str) -> int:
    """How many partitions stand there, each whole; and every record tells the truth."""
    count = 0
    for partition in range(PARTITIONS):
        folder = run / f"data/table/seed={partition}"
        if folder.exists():
            count += 1
            names = sorted(path.name for path in folder.iterdir())
            assert names == [f"part-{part:05d}" for part in range(PARTS)], folder
            for part, name in enumerate(names):
                assert (folder / name).read_bytes() == expected_part(flavour, partition, part)
        record = publishing.read_record(run, "table_T", {"seed": str(partition)})
        if record is not None:
            assert {file["path"]: file["sha256_hex"] for file in record["files"]} == {
                name: sha256_file(path) for name, path in folder_files(folder).items()
            }
    return count


def finished(run: Path, flavour: str) -> dict[str, str]:
    with writer(run, flavour) as process:
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert whole_partitions(run, flavour) == PARTITIONS
    assert len(list(publishing.published_records(run))) == PARTITIONS
    assert list((run / "tmp").iterdir()) == []
    return {
        path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.name != "run.lock"
    }


def test_killed_at_any_moment_a_run_holds_whole_partitions_and_the_next_run_completes_it(
    tmp_path: Path,
) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    wanted = finished(reference, "x")
    rng = random.Random(20240301)
    killed_midway = rounds = 0
    run = tmp_path / "run"
    run.mkdir()
    for _ in range(24):
        rounds += 1
        with writer(run) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            for _ in range(rng.randrange(0, 3)):
                process.stdout.readline()
            time.sleep(rng.uniform(0, 0.006))
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        made = whole_partitions(run, "x")
        killed_midway += 0 < made < PARTITIONS
        if made == PARTITIONS:
            assert finished(run, "x") == wanted
            shutil.rmtree(run)
            run.mkdir()
    assert rounds >= 20
    assert killed_midway >= 5, "the kills missed the publishing loop; widen their spread"
    assert finished(run, "x") == wanted


def test_a_resumed_stage_keeps_the_parts_that_were_complete(tmp_path: Path) -> None:
    """Killed between parts: the next run takes the stage over and does not write those parts again."""
    script = WRITER.replace("stage.mark_part_complete(\"table_T\", tokens, name)", (
        "stage.mark_part_complete(\"table_T\", tokens, name); print('part', flush=True); sys.stdin.readline()"
    ))  # fmt: skip
    assert script != WRITER
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path), "x", str(PARTITIONS), str(PARTS), "lock"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(2):
            assert process.stdout.readline() == "part\n"
            process.stdin.write("\n")
            process.stdin.flush()
        assert process.stdout.readline() == "part\n"
        process.kill()
        process.wait(10)
    parts = sorted(path for path in (tmp_path / "tmp").rglob("part-*") if path.suffix != ".json")
    inodes = {path.name: path.stat().st_ino for path in parts}
    assert len(inodes) == 3
    finished(tmp_path, "x")
    after = {path.name: path.stat().st_ino for path in (tmp_path / "data/table/seed=0").iterdir()}
    assert {name: after[name] for name in inodes} == inodes


def race(run: Path, flavours: tuple[str, str]) -> list[tuple[int, list[str], str]]:
    """Exit code, printed words and errors of two writers without the lock, let go at the same moment."""
    writers = [writer(run, flavour, lock=False) for flavour in flavours]
    for process in writers:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    results: dict[int, tuple[int, list[str], str]] = {}

    def collect(number: int) -> None:
        out, errors = writers[number].communicate("\n", timeout=120)
        results[number] = (writers[number].returncode, out.split(), errors)

    threads = [threading.Thread(target=collect, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[0], results[1]]


def test_two_processes_that_publish_the_same_make_it_once(tmp_path: Path) -> None:
    for attempt in range(3):
        run = tmp_path / str(attempt)
        run.mkdir()
        first, second = race(run, ("x", "x"))
        assert first[0] == second[0] == 0, first[2] + second[2]
        assert whole_partitions(run, "x") == PARTITIONS
        for one, other in zip(first[1], second[1], strict=True):
            assert sorted((one, other)) == ["made", "reused"]
        assert len(list(publishing.published_records(run))) == PARTITIONS


def test_two_processes_that_publish_different_bytes_never_mix_them(tmp_path: Path) -> None:
    for attempt in range(3):
        run = tmp_path / str(attempt)
        run.mkdir()
        results = race(run, ("x", "y"))
        failed = [errors for status, _, errors in results if status != 0]
        assert failed, "both wrote other bytes to one place and neither was refused"
        assert all("PublishConflict" in errors for errors in failed)
        for partition in range(PARTITIONS):
            folder = run / f"data/table/seed={partition}"
            if folder.exists():
                content = [(folder / f"part-{part:05d}").read_bytes() for part in range(PARTS)]
                assert content in [[expected_part(f, partition, part) for part in range(PARTS)] for f in "xy"]


# -------------------------------------------------------------------------------- full and read-only disks


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own in `folder`; skips where mounting is not permitted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if (
        os.name != "posix"
        or shutil.which("mount") is None
        or subprocess.run(command, capture_output=True).returncode
    ):
        pytest.skip("mounting a small file system is not permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def write_and_publish(run: Path, size: int) -> str:
    with Stage.open(run, "T.S1", "k") as stage, publishing.storage_failures(stage.folder):
        folder = stage.dataset_folder("table_T", {})
        (folder / "part-00000").write_bytes(b"x" * size)
        return publishing.publish(
            run,
            dataset="table_T",
            partition={},
            target="data/table",
            staged=folder,
            fields=RecordFields("T.S1", 1, None, None, {}, "k"),
        ).status


def test_a_disk_that_fills_at_any_write_leaves_nothing_partial_and_the_old_output_whole(
    tmp_path: Path,
) -> None:
    """A real full disk; what fits is varied page by page so that every step is the one that fails."""
    with mounted(tmp_path / "disk", "size=256k,nr_inodes=200") as disk:
        outcomes = []
        for pages in range(1, 64, 2):
            run = disk / "run"
            run.mkdir()
            publishing.write_once(run, "run_receipt.json", b"{}\n")
            (disk / "ballast").write_bytes(b"b" * 4096 * pages)
            try:
                outcomes.append(write_and_publish(run, 40_000))
            except PublishFailure as failure:
                outcomes.append(failure.reason)
                assert "space" in failure.found.lower()
                assert not (run / "data/table").exists()
                assert publishing.read_record(run, "table_T", {}) is None
            else:
                assert (run / "data/table/part-00000").stat().st_size == 40_000
            assert (run / "run_receipt.json").read_bytes() == b"{}\n"
            assert not any((run / "tmp").iterdir())
            (disk / "ballast").unlink()
            assert write_and_publish(run, 40_000) in ("made", "reused")
            shutil.rmtree(run)
        assert set(outcomes) == {"made", PublishReason.DISK_FULL}


def test_a_disk_without_inodes_leaves_nothing_partial(tmp_path: Path) -> None:
    """Each folder, draft, part and record needs an inode; the limit is varied so that each is the one refused."""
    outcomes = []
    with mounted(tmp_path / "disk", "size=1m,nr_inodes=40") as disk:
        for used in range(20, 39):
            run = disk / "run"
            run.mkdir()
            taken = 0
            for _ in range(used - 2):
                try:
                    (disk / f"ballast-{taken}").touch()
                except OSError:
                    break
                taken += 1
            try:
                outcomes.append(write_and_publish(run, 100))
            except PublishFailure as failure:
                outcomes.append(failure.reason)
                assert not (run / "data/table").exists()
                assert publishing.read_record(run, "table_T", {}) is None
            for number in range(taken):
                (disk / f"ballast-{number}").unlink()
            assert write_and_publish(run, 100) in ("made", "reused")
            shutil.rmtree(run)
    assert set(outcomes) == {"made", PublishReason.DISK_FULL}


def test_a_read_only_run_is_refused_and_untouched(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=256k") as disk:
        run = disk / "run"
        run.mkdir()
        assert write_and_publish(run, 100) == "made"
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for action in (lambda: write_and_publish(run, 100), lambda: lock_once(run)):
            with pytest.raises(PublishFailure) as caught:
                action()
            assert caught.value.reason is PublishReason.READ_ONLY
        with pytest.raises(PublishFailure) as caught:
            publishing.write_once(run, "a.json", b"")
        assert caught.value.reason is PublishReason.READ_ONLY
        assert publishing.read_record(run, "table_T", {}) is not None


def lock_once(run: Path) -> None:
    with run_lock(run, wait=False):
        pass


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_folder_without_write_permission_is_refused(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    if os.geteuid() != 0:
        run.chmod(0o500)
        try:
            assert refused_reason(run) is PublishReason.PERMISSION
        finally:
            run.chmod(0o700)
        return
    # Permission bits do not bind root, so a child gives root up first.
    run.chmod(0o555)
    for folder in [tmp_path, *list(tmp_path.parents)[:2]]:
        folder.chmod(folder.stat().st_mode | 0o055)
    code = (
        "import os, sys; from pathlib import Path; from engine.core.errors import PublishFailure\n"
        "from engine.core.publish import Stage\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: Stage.open(Path(sys.argv[1]), 'T.S1', 'k')\n"
        "except PublishFailure as failure: print(failure.reason)\n"
    )
    found = subprocess.run([sys.executable, "-c", code, str(run)], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.strip() == PublishReason.PERMISSION, found.stderr
    assert list(run.iterdir()) == []


def refused_reason(run: Path) -> PublishReason:
    with pytest.raises(PublishFailure) as caught:
        Stage.open(run, "T.S1", "k")
    return caught.value.reason


def test_records_hold_no_trace_of_process_time_or_machine(tmp_path: Path) -> None:
    runs = [tmp_path / name for name in ("a", "b")]
    for run in runs:
        run.mkdir()
        finished(run, "x")
    first, second = (sorted(folder_files(run / "published").items()) for run in runs)
    assert [(name, path.read_bytes()) for name, path in first] == [
        (name, path.read_bytes()) for name, path in second
    ]
    assert set(json.loads(first[0][1].read_bytes())) == {
        "dataset", "partition", "state", "law_version", "rows", "files", "content_digest", "inputs", "inputs_key",
    }  # fmt: skip
