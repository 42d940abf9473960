"""Python's own files are known by where packages were imported from; data beside them stay closed to a law."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.core.guard import AccessRefused, access_guard
from engine.core.guard_places import cache_among_runs

ROOT = Path(__file__).parents[2]
READ = """
import sys
from pathlib import Path
from engine.core.guard import AccessRefused, access_guard
runs, wanted, refused = Path(sys.argv[1]), sys.argv[2].split("|"), sys.argv[3].split("|")
import {module}
with access_guard(runs):
    for path in filter(None, wanted):
        Path(path).read_bytes()
    import {module}.later
    list({module}.later.__path__) if hasattr({module}.later, "__path__") else None
for path in filter(None, refused):
    try:
        with access_guard(runs):
            Path(path).read_bytes()
    except AccessRefused:
        continue
    raise SystemExit(f"{{path}} was open")
print("as wanted")
"""


def package(folder: Path, name: str = "a_package_elsewhere") -> Path:
    """A package with data of its own and what pip notes of it, in a folder."""
    own = folder / name
    own.mkdir(parents=True)
    (own / "__init__.py").write_text("")
    (own / "later.py").write_text(
        "from pathlib import Path\nDATA = Path(__file__).with_name('table.csv').read_text()\n"
    )
    (own / "table.csv").write_text("1")
    noted = folder / f"{name}-1.0.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
    (noted / "entry_points.txt").write_text("")
    return own


def asked(
    runs: Path,
    wanted: list[Path],
    refused: list[Path],
    environment: dict[str, str],
    name: str = "a_package_elsewhere",
) -> None:
    """A fresh process may read these files under the guard, and may not read those."""
    runs.mkdir(parents=True, exist_ok=True)
    paths = [environment.pop("PYTHONPATH", ""), str(ROOT)]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            READ.format(module=name),
            str(runs),
            "|".join(map(str, wanted)),
            "|".join(map(str, refused)),
        ],
        capture_output=True,
        text=True,
        cwd=runs.parent,
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "as wanted\n"), done.stderr


def test_packages_of_pip_target_are_open_and_data_beside_them_are_not(tmp_path: Path) -> None:
    target = tmp_path / "target"
    own = package(target)
    (target / "prices.csv").write_text("1")
    (target / "data").mkdir()
    (target / "data" / "prices.csv").write_text("1")
    asked(
        tmp_path / "runs",
        [own / "table.csv", target / f"{own.name}-1.0.dist-info" / "METADATA"],
        [target / "prices.csv", target / "data" / "prices.csv"],
        {"PYTHONPATH": str(target)},
    )


def test_packages_of_the_user_s_own_site_are_open(tmp_path: Path) -> None:
    base = tmp_path / "home"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    own = package(base / "lib" / version / "site-packages")
    secret = base / "prices.csv"
    secret.write_text("1")
    # A virtual environment knows no user's site, so its folder comes by PYTHONPATH as well.
    asked(
        tmp_path / "runs",
        [own / "table.csv"],
        [secret],
        {"PYTHONUSERBASE": str(base), "PYTHONPATH": str(own.parent)},
    )


def test_layers_of_environments_are_open(tmp_path: Path) -> None:
    below, above = package(tmp_path / "below", "a_layer_below"), package(tmp_path / "above")
    (above / "__init__.py").write_text("import a_layer_below\n")
    asked(
        tmp_path / "runs",
        [above / "table.csv", below / "table.csv"],
        [],
        {"PYTHONPATH": os.pathsep.join(map(str, (above.parent, below.parent)))},
    )


def test_a_package_behind_a_link_is_open_by_both_names(tmp_path: Path) -> None:
    own = package(tmp_path / "true")
    (tmp_path / "link").symlink_to(tmp_path / "true")
    for root in ("link", "true"):
        asked(
            tmp_path / "runs",
            [own / "table.csv", tmp_path / "link" / own.name / "table.csv"],
            [],
            {"PYTHONPATH": str(tmp_path / root)},
        )


def test_an_editable_package_is_open_where_it_lies(tmp_path: Path) -> None:
    source = package(tmp_path / "project" / "src")
    secret = tmp_path / "project" / "prices.csv"
    secret.write_text("1")
    finder = tmp_path / "site"
    finder.mkdir()
    (finder / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "class Finder:\n"
        "    @staticmethod\n"
        "    def find_spec(name, path=None, target=None):\n"
        f"        if name == {source.name!r}:\n"
        f"            return importlib.util.spec_from_file_location(name, {str(source / '__init__.py')!r},\n"
        f"                submodule_search_locations=[{str(source)!r}])\n"
        "sys.meta_path.append(Finder)\n"
    )
    asked(tmp_path / "runs", [source / "table.csv"], [secret], {"PYTHONPATH": str(finder)})


def test_an_archive_of_packages_is_open_and_one_beside_it_is_not(tmp_path: Path) -> None:
    archive = tmp_path / "packages.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a_zipped_package/__init__.py", "")
        file.writestr("a_zipped_package/later.py", "")
    other = tmp_path / "prices.zip"
    other.write_bytes(archive.read_bytes())
    asked(tmp_path / "runs", [archive], [other], {"PYTHONPATH": str(archive)}, "a_zipped_package")


def test_packages_beside_and_inside_the_runs_root_are_open_and_runs_are_not(tmp_path: Path) -> None:
    runs = tmp_path / "project"
    own = package(runs / "packages")
    run = runs / "0123456789abcdef0123456789abcdef"
    (run / "packages").mkdir(parents=True)
    (run / "table.parquet").write_bytes(b"rows")
    (runs / "notes.csv").write_text("1")
    asked(
        runs,
        [own / "table.csv"],
        [run / "table.parquet", runs / "notes.csv"],
        {"PYTHONPATH": str(own.parent)},
    )


def test_a_package_inside_a_run_is_that_run_s_data(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "0123456789abcdef0123456789abcdef"
    own = package(run / "packages")
    sys.path.insert(0, str(own.parent))
    try:
        with pytest.raises(AccessRefused, match="undeclared"), access_guard(tmp_path / "runs"):
            (own / "table.csv").read_bytes()
    finally:
        sys.path.remove(str(own.parent))


def test_the_current_folder_is_not_python_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prices.csv").write_text("1")
    (tmp_path / "json").mkdir()  # the name of a package, which was imported from elsewhere
    (tmp_path / "json" / "prices.csv").write_text("1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    for name in ("prices.csv", "json/prices.csv"):
        with pytest.raises(AccessRefused, match="literal"), access_guard(tmp_path / "runs"):
            Path(name).read_bytes()


@pytest.mark.parametrize("name", ["cache", "deep/er/cache", ".cache"])
def test_a_cache_of_kernels_inside_the_runs_root_is_open(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / name
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache))
    assert cache_among_runs(tmp_path) == ""
    with access_guard(tmp_path):
        cache.mkdir(parents=True)
        (cache / "index").write_bytes(b"x")
        (cache / "index").replace(cache / "kernel.nbi")
        assert [path.name for path in cache.iterdir()] == ["kernel.nbi"]
    (tmp_path / "other").mkdir()
    with pytest.raises(AccessRefused, match="undeclared"), access_guard(tmp_path):
        list((tmp_path / "other").iterdir())


@pytest.mark.parametrize(
    "name", ["", "0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef/cache"]
)
def test_a_cache_of_kernels_among_the_runs_is_refused_in_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import closedworld
    from engine.core.errors import EngineError

    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / name))
    assert cache_among_runs(tmp_path)
    with pytest.raises(EngineError) as caught:
        closedworld.run("tiny", runs_root=tmp_path, to="1A.S0", jobs=1)
    assert caught.value.exit_code == 2
    assert "NUMBA_CACHE_DIR" in caught.value.where
