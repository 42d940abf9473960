"""Runs of the tiny world for fuzzing: one whole run, and the runs of accepted policies."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.verify import verified
from tests.fuzz.commands import TookTooLong, time_limit

SECONDS: int = 300
"""A tiny run may take so long on a busy machine."""


def whole_run(runs_root: Path) -> RunFolder:
    """The tiny run, every state made."""
    folder = prepare.prepared_run(
        prepare.recipe_policies("tiny"), runs_root=runs_root, ingress=session.ingress()
    )
    session.run_states(folder, plan.planned(), jobs=1)
    return folder


def fault_of_run(policies: prepare.Policies, runs_root: Path) -> str | None:
    """Why a run of accepted policies does not end in PASS; None where it does. Its folder is removed again."""
    folder = prepare.prepared_run(policies, runs_root=runs_root, ingress=session.ingress(), label="fuzz")
    try:
        with time_limit(SECONDS):
            session.run_states(folder, plan.planned(), jobs=1)
            outcome = verified(folder.root, jobs=1)
    except TookTooLong:
        return f"more than {SECONDS} s"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(folder.root)
    return None if outcome.passed else f"verify: {[str(finding) for finding in outcome.findings[:3]]}"
