"""Fuzzing: `python -m tests.fuzz --seconds 600 --seed 1`, and `--kind KIND --case N` to look at one input again.

Every input follows from its kind and number alone. Exit code 1 means that something was found: exit code 70, a
traceback, a hang, something half-written, a policy that was accepted and then failed. Each finding prints how to
see it again.
"""

from __future__ import annotations

import argparse
import faulthandler
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.session import KINDS, Fuzzing

HANG = 900
"""After so many seconds without an answer the process ends with the place at which it stands."""


def main() -> int:
    """Fuzz for a while, or look at one case; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="Odd inputs of every kind, by seed."
    )
    parser.add_argument("--seconds", type=float, default=600.0, help="how long; 600 by default")
    parser.add_argument(
        "--seed", type=int, default=1, help="where the numbers of the cases start; 1 by default"
    )
    parser.add_argument("--kind", choices=KINDS, help="only this kind")
    parser.add_argument("--case", type=int, help="only the case of this number; needs --kind")
    given = parser.parse_args()
    if given.case is not None and given.kind is None:
        parser.error("--case needs --kind")
    place = Path(tempfile.mkdtemp(prefix="closedworld-fuzz-"))
    try:
        return _fuzzed(given, Fuzzing(place))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _fuzzed(given: argparse.Namespace, fuzzing: Fuzzing) -> int:
    kinds = [given.kind] if given.kind else list(KINDS)
    numbers = [given.case] if given.case is not None else None
    seen: Counter[str] = Counter()
    faults = 0
    ends = time.monotonic() + given.seconds
    number = given.seed * 1_000_000
    while numbers or (numbers is None and time.monotonic() < ends):
        case = numbers.pop() if numbers else number
        for kind in kinds:
            print(f"{kind} {case}", end="\r", file=sys.stderr, flush=True)
            faulthandler.dump_traceback_later(HANG, exit=True)
            found = fuzzing.fault(kind, case)
            faulthandler.cancel_dump_traceback_later()
            seen[f"{kind}: {found.outcome}"] += 1
            if found.fault is not None:
                faults += 1
                again = f"python -m tests.fuzz --kind {kind} --case {case}"
                print(f"\n{again}\n  input: {found.words}\n  {found.fault}", flush=True)
            elif given.case is not None:
                print(f"{found.words}\n  {found.outcome}")
        number += 1
    print("\n".join(f"{count:6} {name}" for name, count in sorted(seen.items())))
    print(f"{sum(seen.values())} inputs, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
