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

# Square root, fabs and rounding to an integer are exact by IEEE-754; the rest of these move, compare or count. The sum
# of a vector is one addition after the other unless a flag permits another order, which is looked for as fast-math.
VECTOR = r"(?:(?:nx)?v\d+)?"
EXACT = re.compile(
    rf"llvm\.(?:sqrt|fabs|floor|rint|nearbyint|roundeven)\.{VECTOR}f64"
    rf"|llvm\.is\.fpclass\.{VECTOR}f64"
    rf"|llvm\.vector\.reduce\.f(?:add|mul)\.{VECTOR}f64"
    rf"|llvm\.(?:vector\.reduce\.)?(?:[su](?:min|max)|abs|add|mul|and|or|xor|fsh[lr]|ct[lt]z|ctpop)\.{VECTOR}i\d+"
    rf"|llvm\.[us](?:add|sub|mul)\.(?:with\.overflow|sat)\.{VECTOR}i\d+"
    r"|llvm\.(?:memcpy|memset|memmove|masked\.\w+|lifetime\.\w+|assume|experimental\.noalias\.scope\.decl)[\w.]*"
    r"|llvm\.(?:bswap|x86\.sha256(?:msg1|msg2|rnds2))(?:\.(?:v\d+)?i\d+)?"
    # Lengths and lanes of vectors whose length the processor chooses, and moves between vectors.
    r"|llvm\.vscale\.i\d+|llvm\.(?:experimental\.)?stepvector\.\w+|llvm\.get\.active\.lane\.mask\.[\w.]+"
    r"|llvm\.(?:experimental\.)?vector\.(?:insert|extract|splice|reverse|(?:de)?interleave\d)[\w.]*"
    # What processors have of their own: atomic counts, loads and stores, and products of whole numbers.
    r"|llvm\.x86\.atomic\.[\w.]+"
    r"|llvm\.aarch64\.(?:ld|st)a?l?xp?r[\w.]*|llvm\.aarch64\.(?:clrex|dmb)"
    r"|llvm\.aarch64\.neon\.(?:(?:ld|st)\d\w*|[su](?:mull|addlp|addlv|qadd|qsub|min[pv]|max[pv])|addp)\.[\w.]*i\d+[\w.]*"
    r"|llvm\.aarch64\.sve\.(?:ptrue|while\w+|cnt\w+|(?:ld|st)(?:n[ft])?\d\w*|convert\.(?:to|from)\.svbool)[\w.]*"
)
# Reference counts of arrays, and the shell that lets Python call a kernel.
SHELL = re.compile(
    r"NRT_\w+|Py\w*_\w+|numba_(?:adapt_ndarray|gil_\w+|do_raise|runtime_build_excinfo_struct|unpickle)"
)
OWN = re.compile(
    r"_ZN\w*|\.?_?L?cpython\w*|\.const\.\w+|\.?env\.\w+|_?Py\w*|_helper_fn\w*|memset|memcpy|memmove"
)

Report = dict[str, dict[str, Any]]

# An inner function that is called with arrays that may be written and with constant ones, which are read-only.
SEVERAL = {"engine.rng.family_streams._put_bytes": 2}


# SHA-256 by instructions that only x86 has; elsewhere its portable form is compiled in their place.
OF_X86 = ("instruction_compression", "instruction_compressed_rows")


def offences(names: list[str], *allowed: re.Pattern[str]) -> list[str]:
    return [name for name in names if not any(pattern.fullmatch(name) for pattern in allowed)]


def report_of(cache: Path, *arguments: str, **variables: str) -> Report:
    run = subprocess.run(
        [sys.executable, compiled_code.__file__, str(ROOT), *arguments],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "Inspection disabled" not in run.stderr
    found: Report = json.loads(run.stdout)
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return report_of(tmp_path_factory.mktemp("cache"))


@pytest.mark.slow
def test_every_kernel_was_compiled_and_in_few_types(report: Report) -> None:
    assert len(report) >= 50
    assert [name for name, kernel in report.items() if kernel["specialisations"] == 0] == []
    assert {name: n for name, k in report.items() if (n := k["specialisations"]) > SEVERAL.get(name, 1)} == {}


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


@pytest.mark.parametrize(
    "name",
    [
        "llvm.vector.reduce.fadd.v2f64", "llvm.vector.reduce.fadd.nxv2f64", "llvm.smax.nxv2i64",
        "llvm.vector.reduce.smax.nxv2i64", "llvm.vscale.i64", "llvm.stepvector.nxv2i32",
        "llvm.experimental.stepvector.nxv2i64", "llvm.get.active.lane.mask.nxv2i1.i64",
        "llvm.masked.gather.nxv2f64.nxv2p0", "llvm.sqrt.nxv2f64", "llvm.fabs.nxv2f64", "llvm.usub.sat.i64",
        "llvm.vector.insert.nxv4i32.v4i32", "llvm.vector.deinterleave2.nxv4f64", "llvm.aarch64.ldaxr.p0",
        "llvm.aarch64.stlxr.p0", "llvm.aarch64.neon.umull.v2i64", "llvm.aarch64.neon.addp.v2i64",
        "llvm.aarch64.neon.ld2.v2i64.p0", "llvm.aarch64.sve.ptrue.nxv2i1", "llvm.x86.sha256rnds2",
    ],
)  # fmt: skip
def test_an_exact_operation_of_any_processor_is_no_offence(name: str) -> None:
    assert offences([name], EXACT) == []


@pytest.mark.parametrize(
    "name",
    [
        "llvm.exp.f64", "llvm.fma.nxv2f64", "llvm.fmuladd.v2f64", "llvm.sqrt.f32", "llvm.vector.reduce.fadd.nxv4f32",
        "llvm.vector.reduce.fmax.v2f64", "llvm.aarch64.neon.fmla.v2f64", "llvm.aarch64.neon.frecpe.v2f64",
        "llvm.aarch64.neon.faddp.v2f64", "llvm.aarch64.neon.faddv.f64.v2f64", "llvm.aarch64.sve.fmla.nxv2f64",
        "llvm.aarch64.sve.faddv.nxv2f64", "llvm.aarch64.sve.frecpe.x.nxv2f64",
        "llvm.vector.reduce.fadd", "llvm.pow.f64",
    ],
)  # fmt: skip
def test_an_inexact_operation_of_any_processor_is_an_offence(name: str) -> None:
    assert offences([name], EXACT, SHELL) == [name]


@pytest.mark.parametrize(
    "line",
    [
        "%x = fadd contract double %a, %b", "%x = fmul fast <2 x double> %a, %b", "%x = frem nsz double %a, %b",
        "%x = call reassoc double @llvm.vector.reduce.fadd.v2f64(double %s, <2 x double> %v)",
        "%x = tail call nnan ninf double @llvm.sqrt.f64(double %a)", "%x = call fast double @f(double %a)",
        "%x = select nsz i1 %c, double %a, double %b", "%x = phi afn double [ %a, %entry ]",
        "%x = fptrunc arcp double %a to float",
    ],
)  # fmt: skip
def test_a_flag_of_fast_math_is_seen_wherever_it_may_stand(line: str) -> None:
    assert compiled_code.FAST_MATH.search(line)


@pytest.mark.parametrize(
    "line",
    [
        "%x = fadd double %a, %b", "%x = call fastcc double @f(double %a)", "%x = fcmp ogt double %a, 0.0",
        "%x = call double @llvm.vector.reduce.fadd.nxv2f64(double %s, <vscale x 2 x double> %v)",
        "%x = select i1 %fast, double %a, double %b", "%x = phi double [ %contract, %entry ]",
        "%x = call i32 @fast(i32 %a)",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_flag_of_fast_math(line: str) -> None:
    assert not compiled_code.FAST_MATH.search(line)


@pytest.mark.parametrize(
    "name",
    [
        "vfmadd213sd", "vfnmsub231pd", "vfmaddsub132ps", "vfmsubadd213pd", "v4fmaddps", "vdpbf16ps",
        "fmadd", "fmsub", "fnmadd", "fnmsub", "fmla", "fmls", "fmlal", "fmlsl2", "bfdot", "bfmlalb",
        "fmad", "fmsb", "fnmla", "fnmls", "fnmad", "fnmsb", "fcmla", "fmmla",
    ],
)  # fmt: skip
def test_a_fused_operation_of_any_processor_is_seen(name: str) -> None:
    assert compiled_code.FUSED.findall(f"\t{name}\tz0.d, p0/m, z1.d, z2.d\n") == [name]


@pytest.mark.parametrize(
    "name",
    [
        "fmul",
        "fadd",
        "fsub",
        "fnmul",
        "madd",
        "msub",
        "mla",
        "mls",
        "mad",
        "msb",
        "smlal",
        "vmulsd",
        "fmov",
        "fmax",
    ],
)
def test_a_product_or_sum_alone_is_not_taken_for_a_fused_operation(name: str) -> None:
    assert compiled_code.FUSED.findall(f"\t{name}\tx0, x1, x2\n") == []


@pytest.fixture(scope="module")
def arm64(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The kernels optimised for arm64 on whatever machine this is, from code that no optimiser has seen before."""
    return report_of(
        tmp_path_factory.mktemp("cache"),
        "arm64",
        NUMBA_OPT="0",
        NUMBA_LOOP_VECTORIZE="0",
        CLOSEDWORLD_PORTABLE_SHA256="1",
    )


@pytest.mark.slow
def test_no_kernel_is_inexact_fused_or_fast_math_on_arm64(arm64: Report, report: Report) -> None:
    looked_at = {name for kernel in arm64.values() for name in kernel["holds"]}
    assert set(report) - looked_at <= {f"engine.rng.sha256.{name}" for name in OF_X86}
    assert {name: bad for name, k in arm64.items() if (bad := offences(k["declared"], EXACT, SHELL))} == {}
    assert {name: bad for name, k in arm64.items() if (bad := offences(k["symbols"], SHELL, OWN))} == {}
    assert {name: k for name, k in arm64.items() if k["fused"] or k["fast_math"]} == {}
    scalable = [name for name, k in arm64.items() if any(".nxv" in declared for declared in k["declared"])]
    assert any(name.endswith("on arm64 with SVE") for name in scalable)
    assert not any(name.endswith("on arm64") for name in scalable)


def test_the_optimiser_for_arm64_would_fuse_what_may_be_fused() -> None:
    """The look at arm64 is not blind: the same law with a flag that permits it is fused, without it it is not."""
    code = """
    define double @law(double %a, double %b, double %c) {{
      %product = fmul {flag} double %a, %b
      %sum = fadd {flag} double %product, %c
      ret double %sum
    }}
    """
    compiled_code.initialise()
    for target in compiled_code.ARM64.values():
        _, fused = compiled_code.for_arm64(code.format(flag="contract"), *target)
        _, exact = compiled_code.for_arm64(code.format(flag=""), *target)
        assert compiled_code.FUSED.findall(fused)
        assert not compiled_code.FUSED.findall(exact)
