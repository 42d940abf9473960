"""The guard that keeps tests off the network."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import settings


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.com", 443)])
def test_a_connection_that_leaves_the_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as outward, pytest.raises(AssertionError, match="must not use the network"):
        outward.connect(address)
    with pytest.raises(AssertionError, match="must not use the network"):
        socket.create_connection(address, timeout=1)


def test_a_connection_on_this_machine_is_let_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        accepting = threading.Thread(target=server.accept)
        accepting.start()
        with socket.create_connection(server.getsockname(), timeout=5):
            accepting.join(5)
        assert not accepting.is_alive()


def test_examples_are_the_same_in_every_run() -> None:
    profile = settings.default
    assert profile is not None
    assert profile.derandomize
    assert profile.database is None
