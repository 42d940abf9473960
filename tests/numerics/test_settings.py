"""Settings of numba under which kernels would be wrong or unusable are refused by name; others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import config

from engine.numerics import settings

ROOT = Path(__file__).parents[2]


def imported(folder: Path, **variables: str) -> tuple[int, str]:
    """(exit code, what was said) of a process that imports the numeric packages in a folder."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    script = "from engine.numerics.settings import SettingRefused\nprint('imported')"
    run = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", script],
        env=plain | variables | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout + run.stderr.strip().split("\n")[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUMBA_DISABLE_JIT", "1"),
        ("NUMBA_DISABLE_JIT", "yes"),
        ("NUMBA_DEBUG", "1"),
        ("NUMBA_DUMP_ASSEMBLY", "1"),
        ("NUMBA_DEBUG_PRINT_AFTER", "all"),
        ("NUMBA_NUM_THREADS", "0"),
        ("NUMBA_NUM_THREADS", "many"),
        ("NUMBA_OPT", "fast"),
        ("NUMBA_BOUNDSCHECK", "maybe"),
        ("NUMBA_CPU_FEATURES", "nonsense"),
        ("NUMBA_CPU_FEATURES", "+nonsense"),
    ],
)
def test_a_setting_that_makes_kernels_wrong_or_unusable_is_named(
    tmp_path: Path, name: str, value: str
) -> None:
    code, said = imported(tmp_path, **{name: value})
    assert code == 1
    assert "SettingRefused" in said and name in said


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("disable_jit: 1\n", "disable_jit in "),
        ("dump_llvm: 1\n", "dump_llvm in "),
        ("[1, 2\n", ".numba_config.yaml"),
        ("- 1\n", ".numba_config.yaml"),
        ("1: 2\n", ".numba_config.yaml"),
        ("opt: fast\n", ".numba_config.yaml"),
    ],
)
def test_the_file_of_settings_is_asked_too(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / ".numba_config.yaml").write_text(content)
    code, said = imported(tmp_path)
    assert code == 1
    assert "SettingRefused" in said and named in said and str(tmp_path) in said


def test_harmless_settings_are_left_alone(tmp_path: Path) -> None:
    harmless = {
        "NUMBA_DISABLE_JIT": "0",
        "NUMBA_DEBUG": "0",
        "NUMBA_OPT": "1",
        "NUMBA_BOUNDSCHECK": "1",
        "NUMBA_NUM_THREADS": "1",
        "NUMBA_DEBUGINFO": "1",
        "NUMBA_FULL_TRACEBACKS": "1",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_LOOP_VECTORIZE": "0",
        "NUMBA_THREADING_LAYER": "workqueue",
        "NUMBA_COLOR_SCHEME": "dark_bg",
        "NUMBA_OF_ANOTHER_PROGRAM": "1",
    }
    assert imported(tmp_path, **harmless) == (0, "imported\n")
    (tmp_path / ".numba_config.yaml").write_text("")
    assert imported(tmp_path) == (0, "imported\n")


def test_instructions_that_the_processor_lacks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from llvmlite import binding

    lacking = next(name for name, held in binding.get_host_cpu_features().items() if not held)
    held = next(name for name, held in binding.get_host_cpu_features().items() if held)
    monkeypatch.setattr(config, "CPU_FEATURES", f"+{held},-{lacking}")
    assert settings.refusal() is None
    monkeypatch.setattr(config, "CPU_FEATURES", f"+{held},+{lacking}")
    found = settings.refusal()
    assert found is not None and f"+{lacking}" in found.found and "cpu_features" in found.where.lower()


def test_a_refusal_says_that_it_is_about_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "DISABLE_JIT", 1)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    with pytest.raises(settings.SettingRefused) as raised:
        settings.require_usable_settings()
    assert raised.value.name == "engine.numerics"
    assert raised.value.refusal.where == "the environment variable NUMBA_DISABLE_JIT"
