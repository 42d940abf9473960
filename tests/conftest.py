"""What all tests share: seeded Hypothesis profiles, no network, and the marks that follow from a test's folder."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# `ci` draws the same examples in every run, so that a red run can be run again. `explore` draws new ones and more of
# them: HYPOTHESIS_PROFILE=explore nox -s tests
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

pytest_plugins = ["tests.support.runs", "tests.s2b.routed_runs"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NetworkUsedError(AssertionError):
    """A test, or the code under test, tried to reach another machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies under tests/e2e as end-to-end, and begin with the files that hold a slow test.

    Files are handed out to the workers in this order: a slow one that came last would run alone.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    end_to_end = Path(__file__).parent / "e2e"
    for item in items:
        if end_to_end in item.path.parents:
            item.add_marker(pytest.mark.e2e)


def _refuse_remote(address: object) -> None:
    """Raise unless a socket address lies on this machine (a Unix socket's address is a path)."""
    if isinstance(address, tuple) and address and address[0] not in LOOPBACK:
        raise NetworkUsedError(f"a test must not use the network: connection to {address!r}")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection and name look-up that would leave this machine, in fixtures and in tests."""
    plain = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    resolve = socket.getaddrinfo

    def connect(self: socket.socket, address: Any) -> None:
        _refuse_remote(address)
        plain["connect"](self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_remote(address)
        return int(plain["connect_ex"](self, address))

    def sendto(self: socket.socket, *arguments: Any) -> int:
        _refuse_remote(arguments[-1])
        return int(plain["sendto"](self, *arguments))

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None:
            _refuse_remote((host,))
        return resolve(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for replacement in (connect, connect_ex, sendto):
            patch.setattr(socket.socket, replacement.__name__, replacement)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield
