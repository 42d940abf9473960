"""What the compiled kernels call: nothing whose last bits depend on a platform."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.kernels import compiled_code

ROOT = Path(__file__).parents[2]

# Square root, fabs and rounding to an integer are exact by IEEE-754; the rest of these move, compare or count.
EXACT = re.compile(
    r"llvm\.(?:sqrt|fabs|floor|rint|nearbyint|roundeven)\.(?:v\d+)?f64"
    r"|llvm\.is\.fpclass\.(?:v\d+)?f64"
    r"|llvm\.(?:vector\.reduce\.)?(?:[su](?:min|max)|abs|add|mul|and|or|xor|fsh[lr]|ct[lt]z|ctpop)\.(?:v\d+)?i\d+"
    r"|llvm\.[us](?:add|sub|mul)\.with\.overflow\.(?:v\d+)?i\d+"
    r"|llvm\.(?:memcpy|memset|memmove|masked\.\w+|lifetime\.\w+|assume|experimental\.noalias\.scope\.decl)[\w.]*"
    r"|llvm\.(?:bswap|x86\.sha256(?:msg1|msg2|rnds2))(?:\.(?:v\d+)?i\d+)?"
    r"|llvm\.x86\.atomic\.[\w.]+"
)
# Reference counts of arrays, and the shell that lets Python call a kernel.
SHELL = re.compile(
    r"NRT_\w+|Py\w*_\w+|numba_(?:adapt_ndarray|gil_\w+|do_raise|runtime_build_excinfo_struct|unpickle)"
)
OWN = re.compile(
    r"_ZN\w*|\.?_?L?cpython\w*|\.const\.\w+|\.?env\.\w+|_?Py\w*|_helper_fn\w*|memset|memcpy|memmove"
)

Report = dict[str, dict[str, Any]]


def offences(names: list[str], *allowed: re.Pattern[str]) -> list[str]:
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in allowed)]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    run = subprocess.run(
        [sys.executable, compiled_code.__file__, str(ROOT)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path_factory.mktemp("cache")), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Inspection disabled" not in run.stderr
    found: Report = json.loads(run.stdout)
    return found


@pytest.mark.slow
def test_every_kernel_was_compiled_and_in_few_types(report: Report) -> None:
    assert len(report) >= 50
    assert [name for name, kernel in report.items() if kernel["specialisations"] == 0] == []
    public = {
        name: k["specialisations"] for name, k in report.items() if not name.split(".")[-1].startswith("_")
    }
    # Called with constants, which numba types one by one.
    inner = ("accurate_cos_turn", "accurate_sin_turn", "fill_series_streams", "compression")
    assert {name: n for name, n in public.items() if n > 1 and not name.endswith(inner)} == {}


@pytest.mark.slow
def test_no_kernel_declares_libm_or_an_inexact_intrinsic(report: Report) -> None:
    assert {name: bad for name, k in report.items() if (bad := offences(k["declared"], EXACT, SHELL))} == {}


@pytest.mark.slow
def test_no_compiled_kernel_refers_to_libm(report: Report) -> None:
    """LLVM may still lower an exact intrinsic to a call: only the machine code shows it."""
    assert {name: bad for name, k in report.items() if (bad := offences(k["symbols"], SHELL, OWN))} == {}
    assert any(k["symbols"] for k in report.values()), (
        "the pattern for symbols matches nothing on this machine"
    )


@pytest.mark.slow
def test_no_kernel_is_contracted_or_fast_math(report: Report) -> None:
    assert {name: k["fused"] for name, k in report.items() if k["fused"]} == {}
    assert {name: k["fast_math"] for name, k in report.items() if k["fast_math"]} == {}
    assert all(k["instructions"] > 10 for k in report.values())


def test_the_patterns_would_see_an_offence() -> None:
    for name in (
        "exp",
        "sqrt",
        "llvm.exp.f64",
        "llvm.fma.f64",
        "llvm.fmuladd.f64",
        "llvm.sin.v4f64",
        "pow",
        "floor",
    ):
        assert offences([name], EXACT, SHELL) == [name]
        assert offences([name], SHELL, OWN) == [name]
    assert compiled_code.DECLARED.findall(
        "declare double @exp(double)\ndeclare i64 @llvm.abs.i64(i64, i1)"
    ) == [
        "exp",
        "llvm.abs.i64",
    ]
    assert compiled_code.SYMBOL.findall("\tmovabsq\t$exp, %rax\n\tcallq\tsin@PLT\n\tbl\tcos\n") == [
        "exp",
        "sin",
        "cos",
    ]
    assert compiled_code.FUSED.findall("vfmadd213sd %xmm1\nfmadd d0, d1\nvfnmsub231pd\nfmla v0") == [
        "vfmadd213sd", "fmadd", "vfnmsub231pd", "fmla",
    ]  # fmt: skip
    assert compiled_code.FAST_MATH.search("%x = fadd contract double %a, %b")
    assert not compiled_code.FAST_MATH.search("%x = fadd double %a, %b")
