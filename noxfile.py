"""Every task of the project: `nox` is the whole check, `nox -s demo` the first look, `nox -l` lists the rest.

Each session makes its own virtual environment from requirements/*.lock, with hashes, so that a fresh machine needs
Python and nox and nothing else.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["check"]
nox.options.default_venv_backend = "venv"
nox.options.error_on_external_run = True

REPOSITORY = Path(__file__).parent
PACKAGES = ["closedworld", "codegen", "engine", "generated"]
SPREAD = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
LOCKER = "uv==0.13.9"


def install_locked(session: nox.Session, *locks: str) -> None:
    """Install what the named lock files pin, refusing anything whose hash they do not hold."""
    files = [argument for lock in locks for argument in ("-r", f"requirements/{lock}.lock")]
    session.install("--quiet", "--disable-pip-version-check", "--require-hashes", *files)


def use_checkout(session: nox.Session, *locks: str) -> None:
    """Install the locked dependencies and import the packages from the checkout itself."""
    install_locked(session, *locks)
    session.env["PYTHONPATH"] = str(REPOSITORY)


def install_project(session: nox.Session) -> None:
    """Install the locked dependencies and the project as a wheel, as a user's machine would."""
    install_locked(session, "run", "build")
    session.install("--quiet", "--no-deps", "--no-build-isolation", ".")


def check_generated(session: nox.Session) -> None:
    """Contracts that hold together, and generated files that are what they say."""
    session.run("python", "-m", "closedworld.command", "codegen", "--check")
    session.run("python", "-m", "closedworld.command", "contracts", "check")


def check_style(session: nox.Session) -> None:
    """Lint, format and the import rules."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")


def check_types(session: nox.Session) -> None:
    """The strict type check of every package."""
    session.run("mypy", *(argument for package in PACKAGES for argument in ("-p", package)))


def run_tests(session: nox.Session) -> None:
    """The tests, spread over the cores; arguments after `--` go to pytest instead."""
    session.run("python", "-m", "pytest", *(session.posargs or SPREAD))


@nox.session
def check(session: nox.Session) -> None:
    """The whole check: generated code, contracts, style, imports, types, tests."""
    use_checkout(session, "check")
    check_generated(session)
    check_style(session)
    check_types(session)
    run_tests(session)


@nox.session
def tests(session: nox.Session) -> None:
    """The tests alone, e.g. `nox -s tests -- tests/rng -x`."""
    use_checkout(session, "check")
    run_tests(session)


@nox.session
def types(session: nox.Session) -> None:
    """The strict type check alone."""
    use_checkout(session, "check")
    check_types(session)


@nox.session
def style(session: nox.Session) -> None:
    """Lint, format and import rules alone."""
    use_checkout(session, "check")
    check_style(session)


@nox.session
def codegen(session: nox.Session) -> None:
    """Regenerate generated/ and docs/contracts/ from contracts/; `nox -s codegen -- --check` only compares."""
    use_checkout(session, "codegen")
    session.run("python", "-m", "closedworld.command", "codegen", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """From nothing to a finished, verified demo world, with the project installed as a wheel."""
    install_project(session)
    session.run("closedworld", "demo", *session.posargs)
    session.log(f"the command that made it: {Path(session.bin) / 'closedworld'}")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Odd inputs of every kind for ten minutes; `nox -s fuzz -- --seconds 60 --seed 7` for another while."""
    use_checkout(session, "check")
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """The benchmarks: kernels alone, then states of the standard recipe against their budgets, plan and arrivals."""
    use_checkout(session, "check")
    session.run("python", "-m", "bench.kernels")
    session.run("python", "-m", "bench.arrival_kernels")
    arguments = session.posargs or [session.create_tmp()]
    session.run("python", "-m", "bench.plan", *arguments)
    session.run("python", "-m", "bench.arrivals", *arguments)


@nox.session
def seeds(session: nox.Session) -> None:
    """Sixty demo worlds of other seeds, run to the end: no limit may stop a sound one. About a quarter of an hour."""
    use_checkout(session, "check")
    session.run("python", "-m", "tests.seeds", *(session.posargs or [session.create_tmp()]))


@nox.session
def edges(session: nox.Session) -> None:
    """The tiny world with the lowest and the highest versions that pyproject.toml allows, on each Python found here.

    Arguments after `--` are Pythons to try, as versions or paths, instead of all that the project supports.
    """
    session.install("--quiet", LOCKER)
    session.env["PYTHONPATH"] = str(REPOSITORY)
    session.run("python", "-m", "bench.edges", "--folder", session.create_tmp(), *session.posargs)


@nox.session
def lock(session: nox.Session) -> None:
    """Renew requirements/*.lock from pyproject.toml, for every supported Python and platform.

    The largest lock is resolved first and constrains the others, so that no package has two versions. Arguments after
    `--` go to the resolver, e.g. `nox -s lock -- --upgrade-package numpy`.
    """
    session.install("--quiet", LOCKER)
    extras = {"check": ["codegen", "test"], "codegen": ["codegen"], "run": []}
    for name, chosen in extras.items():
        selection = [argument for extra in chosen for argument in ("--extra", extra)]
        build = ["requirements/build.in"] if name == "check" else []
        compile_lock(session, name, ["pyproject.toml", *build, *selection])
    compile_lock(session, "build", ["requirements/build.in"])


def compile_lock(session: nox.Session, name: str, sources: list[str]) -> None:
    """Write one lock file: exact versions with hashes, no index, no path, no machine."""
    constraint = [] if name == "check" else ["--constraint", "requirements/check.lock"]
    own = session.posargs if name == "check" else ["--upgrade"]
    # A machine's own package folders must not leak into what every machine installs.
    env = {key: "" for key in os.environ if key.startswith("PIP_")}
    session.run(
        *("uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
        *("--output-file", f"requirements/{name}.lock", *constraint, *own, *sources),
        env=env,
    )
