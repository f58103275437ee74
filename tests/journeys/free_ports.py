"""Ports for services that are started one beside the other."""

import socket
from contextlib import ExitStack


def free_run_of_ports(length: int) -> int:
    """The first of `length` free ports in a row on loopback."""
    for first in range(20_000, 32_000, length):
        with ExitStack() as held:
            try:
                for port in range(first, first + length):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise RuntimeError("no run of free ports")
