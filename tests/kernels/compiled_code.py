"""Prints, as JSON, what every kernel looks like after compilation; run with an empty NUMBA_CACHE_DIR.

A kernel that is read from the cache cannot be inspected, which is why this runs in a process of its own.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys

from numba.core.dispatcher import Dispatcher

DECLARED = re.compile(r'^declare [^@]*@"?([^"(\s]+)', re.MULTILINE)
FAST_MATH = re.compile(r"\bf(?:add|sub|mul|div|neg|cmp)\s+(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)\b")
SYMBOL = re.compile(
    r"(?:\bmovabsq[ \t]+\$|^[ \t]*(?:callq?|jmp|bl|b)[ \t]+|:got:|:lo12:|:abs_g\d(?:_nc)?:)([A-Za-z_][\w.$]*)",
    re.MULTILINE,
)
FUSED = re.compile(r"\b(?:v?fn?m(?:add|sub)\w*|fml[as]\w*)\b")


def kernels() -> dict[str, Dispatcher]:
    found = {}
    for package in ("engine.numerics", "engine.rng", "engine.kernels"):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            for name, value in vars(importlib.import_module(f"{package}.{module.name}")).items():
                if isinstance(value, Dispatcher) and value.py_func.__module__ == f"{package}.{module.name}":
                    found[f"{package}.{module.name}.{name}"] = value
    return found


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    from bench.kernels import compile_every_kernel

    compile_every_kernel()
    report = {}
    for name, kernel in kernels().items():
        llvm = "\n".join(kernel.inspect_llvm().values())
        assembly = "\n".join(kernel.inspect_asm().values())
        report[name] = {
            "specialisations": len(kernel.signatures),
            "declared": sorted(set(DECLARED.findall(llvm))),
            "fast_math": sorted(set(FAST_MATH.findall(llvm))),
            "symbols": sorted(set(SYMBOL.findall(assembly))),
            "fused": sorted(set(FUSED.findall(assembly))),
            "instructions": assembly.count("\n"),
        }
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
