"""The HTTP application on a socket, as one task among others of the process."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar

from cj_assessment_service.api.settings import HttpSettings
from cj_assessment_service.domain.errors import ConfigurationRejected

GRACE_SECONDS = 10
"""How long requests that are being answered may take when the server stops; streams of progress are cut."""

KEEP_ALIVE_SECONDS = 30
LONGEST_QUEUE = 2048


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(settings: HttpSettings) -> socket.socket:
    """The socket to serve on; port 0 takes any free one. Raises ConfigurationRejected when it is taken or not ours."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=LONGEST_QUEUE)
    except OSError as error:
        raise ConfigurationRejected(
            f"Nothing can listen on {settings.host}, port {settings.port} ({error.strerror}). Set"
            " CJ_ASSESSMENT_SERVICE_HTTP_HOST and CJ_ASSESSMENT_SERVICE_HTTP_PORT to others, or stop what listens there."
        ) from error


def address_of(listening: socket.socket) -> str:
    """As callers on this machine write it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve_http(app: Litestar, listening: socket.socket) -> None:
    """Until cancelled. Then nothing new is taken, and what is being answered is finished first. Closes the socket."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    serving = asyncio.create_task(server.serve([listening]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait([serving])
