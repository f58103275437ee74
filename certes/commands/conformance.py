"""`certes conformance --port N`: the test profile that the official suites are run against. Never a service.

It refuses to start where a service is configured for use, listens on loopback alone, and signs with keys of
its own run (docs/conformance.md).
"""

import json
import logging
import socket
import tempfile
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from certes.conformance.app import build_app
from certes.conformance.tls import HOST, write_certificate
from certes.runtime.clock import system_clock
from certes.runtime.logs import configure_logs
from certes.runtime.settings import production_settings

DEFAULT_PORT = 8443
SERVICES = ("CERTES_ISSUER_", "CERTES_REGISTRY_", "CERTES_VERIFIER_")
REFUSED = 2


class _Announced(uvicorn.Server):
    """Says where it is, as one line of JSON on standard output, once it listens."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            typer.echo(self._line)


def conformance(
    port: Annotated[
        int, typer.Option(help="port on 127.0.0.1; 0 for a free one", min=0, max=65_535)
    ] = DEFAULT_PORT,
) -> None:
    """Serve the test profile over https on this machine, for the official test suites, until interrupted."""
    configured = production_settings(SERVICES)
    if configured:
        typer.echo(
            f"A service is configured here ({', '.join(configured)}): the test profile, which signs whatever"
            " it is asked to, does not run beside it. Unset these, or set its DEVELOPMENT to yes.",
            err=True,
        )
        raise typer.Exit(REFUSED)
    configure_logs("conformance", level=logging.ERROR)
    with socket.socket() as listening, tempfile.TemporaryDirectory(prefix="certes-conformance-") as folder:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, port))
        except OSError as error:
            typer.echo(f"Port {port} cannot be used: {error.strerror}.", err=True)
            raise typer.Exit(REFUSED) from None
        _serve(listening, Path(folder))


def _serve(listening: socket.socket, folder: Path) -> None:
    certificate, key = write_certificate(folder, now=system_clock())
    app = build_app(f"https://{HOST}:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        app, log_config=None, access_log=False, ssl_certfile=str(certificate), ssl_keyfile=str(key)
    )
    _Announced(config, json.dumps(app.state.addresses)).run(sockets=[listening])
