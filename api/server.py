"""How the HTTP application is served: one way for the replica, the benchmarks and the tests."""

import uvicorn
from starlette.types import ASGIApp


def settings(app: ASGIApp) -> uvicorn.Config:
    """Uvloop and httptools where they are installed; no line in the log for each request, nobody waits for a stop."""
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=3
    )
