"""An HTTP application listening on a port, for as long as a block lasts."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from litestar import Litestar

DRAIN_SECONDS = 10
"""For so long calls that are being answered may take when the server stops."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for whoever runs the process: they stop more than this server."""
        yield


@asynccontextmanager
async def listening(app: Litestar, host: str, port: int) -> AsyncIterator[int]:
    """Gives the port; 0 lets the system choose one. Ends when calls that were under way are answered.

    Raises OSError when the port cannot be had.
    """
    config = uvicorn.Config(
        app, access_log=False, log_config=None, lifespan="on", timeout_graceful_shutdown=DRAIN_SECONDS
    )
    listener = socket.create_server((host, port), family=_family_of(host))
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield int(listener.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
        listener.close()


def _family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
