"""A verification over HTTP, against a bare FastAPI route that reads the body and answers with one.

Both run under uvicorn with one process, on loopback, with a connection that is kept; the processor time of
the server is what is compared, so that the client costs neither.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request, Response

from certes.runtime.logs import configure_logs
from tests.unit.verifier.kept import keep, settings_for
from tests.world import NOW
from verifier.app import build_app

START_S = 30.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0
WARM = 100
BATCHES = 5


def bare() -> FastAPI:
    """Reads a body, gives a small one."""
    app = FastAPI()

    @app.post("/v1/verifications")
    async def answer(request: Request) -> Response:
        return Response(await request.body())

    return app


def main() -> None:
    """`python -m benchmarks.serving bare|verifier PORT`: serve until killed."""
    kind, port = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        if kind == "bare":
            app = bare()
        else:
            configure_logs("verifier")  # as the command does: lines of JSON, here to nowhere
            keep(Path(folder))
            app = build_app(settings_for(Path(folder)), clock=lambda: NOW)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False)


def seconds_per_request(kind: str, bodies: Sequence[bytes], *, requests: int) -> float:
    """Processor seconds of the server for one request, the least over several batches: noise only adds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.serving", kind, str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        connection = _connected(port)
        _send(connection, bodies, WARM)
        return min(_batch_s(server.pid, connection, bodies, requests // BATCHES) for _ in range(BATCHES))
    finally:
        server.kill()
        server.wait()


def _batch_s(
    pid: int, connection: http.client.HTTPConnection, bodies: Sequence[bytes], requests: int
) -> float:
    before = _cpu_seconds(pid)
    _send(connection, bodies, requests)
    return (_cpu_seconds(pid) - before) / requests


def _connected(port: int) -> http.client.HTTPConnection:
    until = time.monotonic() + START_S
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_S)
        try:
            connection.connect()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise SystemExit("the benchmark's server did not start") from None
            time.sleep(0.1)
        else:
            return connection


def _send(connection: http.client.HTTPConnection, bodies: Sequence[bytes], requests: int) -> None:
    for number in range(requests):
        body = bodies[number % len(bodies)]
        connection.request("POST", "/v1/verifications", body, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"the benchmark's own request was answered with {answer.status}")


def _cpu_seconds(pid: int) -> float:
    """Processor time of a process until now: to the nanosecond where the kernel tells it, by thread; else in
    its ticks (proc_pid_stat(5): utime and stime)."""
    threads = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    spent_ns = sum(int(line.split()[0]) for line in threads)
    if spent_ns:
        return spent_ns / 1e9
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split(" ")
    return (int(fields[11]) + int(fields[12])) / _TICKS


if __name__ == "__main__":
    main()
