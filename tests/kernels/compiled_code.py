"""Prints, as JSON, what every kernel looks like after compilation; run with an empty NUMBA_CACHE_DIR.

A kernel that is read from the cache cannot be inspected, which is why this runs in a process of its own.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from typing import NamedTuple

from llvmlite import binding
from numba.core.dispatcher import Dispatcher

TRIPLE = "aarch64-unknown-linux-gnu"

DEFINED = re.compile(r'^define [^@]*@"?([^"(\s]+)', re.MULTILINE)
DECLARED = re.compile(r'^declare [^@]*@"?([^"(\s]+)', re.MULTILINE)
FAST_MATH = re.compile(
    r"\b(?:f(?:add|sub|mul|div|rem|neg|cmp|ptrunc|pext)|call|invoke|select|phi)\s+"
    r"(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)\b"
)
SYMBOL = re.compile(
    r"(?:\bmovabsq[ \t]+\$|^[ \t]*(?:callq?|jmp|bl|b)[ \t]+|:got:|:lo12:|:abs_g\d(?:_nc)?:)([A-Za-z_][\w.$]*)",
    re.MULTILINE,
)
# x86: vfmadd213sd, vfnmsub231pd, vfmaddsub, vfcmadd; arm64: fmadd, fnmsub, fmla, fmlal; its SVE: fmad, fnmsb, fcmla.
FUSED = re.compile(
    r"\b(?:v4?fn?m(?:add|sub)\w*|vfc?m(?:add|ul)c\w*|vfcmadd\w*|vdpbf16\w*"
    r"|fn?m(?:add|sub)|fn?ml[as]\w*|fn?mad|fn?msb|fcmla|b?fmmla|bfdot|bfml\w*)\b"
)

ARM64 = {
    "arm64": ("generic", ""),
    "arm64 with SVE": ("neoverse-v1", "+sve"),
}
"""Processors that kernels are compiled for on any machine, by name: LLVM's name and features."""


def kernels() -> dict[str, Dispatcher]:
    found = {}
    for package in ("engine.numerics", "engine.rng", "engine.kernels"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            for name, value in vars(importlib.import_module(f"{package}.{module.name}")).items():
                if isinstance(value, Dispatcher) and value.py_func.__module__ == f"{package}.{module.name}":
                    found[f"{package}.{module.name}.{name}"] = value
    return found


def initialise() -> None:
    """Have LLVM know every processor that it was built for."""
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()


def for_arm64(llvm: str, processor: str, features: str) -> tuple[str, str]:
    """(LLVM's code, assembly) of a module, optimised in full for an arm64 processor on whatever machine this is."""
    machine = binding.Target.from_triple(TRIPLE).create_target_machine(
        cpu=processor, features=features, opt=3, reloc="default", codemodel="default"
    )
    plain = re.sub(r"^target (?:triple|datalayout) = .*$", "", llvm, flags=re.MULTILINE)
    module = binding.parse_assembly(
        f'target triple = "{TRIPLE}"\ntarget datalayout = "{machine.target_data}"\n{plain}'
    )
    options = binding.PipelineTuningOptions(speed_level=3)
    options.loop_vectorization = options.slp_vectorization = True
    builder = binding.PassBuilder(machine, options)
    builder.getModulePassManager().run(module, builder)
    return str(module), machine.emit_assembly(module)


def found_in(llvm: str, assembly: str) -> dict[str, object]:
    """What the checks look for, in the code of one kernel."""
    return {
        "declared": sorted(set(DECLARED.findall(llvm))),
        "fast_math": sorted(set(FAST_MATH.findall(llvm))),
        "symbols": sorted(set(SYMBOL.findall(assembly))),
        "fused": sorted(set(FUSED.findall(assembly))),
        "instructions": assembly.count("\n"),
    }


class Outermost(NamedTuple):
    """A kernel that no other one contains."""

    llvm: str
    holds: list[str]
    """The kernels whose code is in this one's, itself included, by name."""


def outermost(found: dict[str, Dispatcher]) -> dict[str, Outermost]:
    """Kernels by name such that each kernel is one of them or a part of one."""
    codes = {
        name: (overload.fndesc.mangled_name, kernel.inspect_llvm(signature))
        for name, kernel in found.items()
        for signature, overload in kernel.overloads.items()
    }
    seen: set[str] = set()
    chosen = {}
    for name, (symbol, llvm) in sorted(codes.items(), key=lambda item: -len(item[1][1])):
        if symbol not in seen:
            defined = set(DEFINED.findall(llvm))
            chosen[name] = Outermost(llvm, [other for other, (inner, _) in codes.items() if inner in defined])
            seen |= defined
    return chosen


def on_this_machine() -> dict[str, object]:
    """What was found in every kernel, by name."""
    return {
        name: {
            "specialisations": len(kernel.signatures),
            **found_in("\n".join(kernel.inspect_llvm().values()), "\n".join(kernel.inspect_asm().values())),
        }
        for name, kernel in kernels().items()
    }


def on_arm64() -> dict[str, object]:
    """What was found in every outermost kernel for each processor, by names of both."""
    initialise()
    return {
        f"{name} on {processor}": {"holds": kernel.holds, **found_in(*for_arm64(kernel.llvm, *target))}
        for name, kernel in outermost(kernels()).items()
        for processor, target in ARM64.items()
    }


def main() -> None:
    """Report on this machine's kernels; with a second argument, on those of the processors of arm64."""
    sys.path.insert(0, sys.argv[1])
    from bench.kernels import compile_every_kernel

    compile_every_kernel()
    sys.stdout.write(json.dumps(on_this_machine() if len(sys.argv) == 2 else on_arm64()))


if __name__ == "__main__":
    main()
