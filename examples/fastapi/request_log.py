"""One JSON line for each request on standard output, with the id that clients get as apigw-requestid."""

import json
import logging
import sys
import time
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEALTH_PATH = "/healthz"


class RequestLog:
    """Around the application, so that what it sends in pieces stays in pieces."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # uvicorn's own lines say the same without the id.
        logging.getLogger("uvicorn.access").disabled = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.monotonic()
        # What a request is answered with that fails before it says so.
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            write(scope, status, time.monotonic() - started)


def write(scope: Scope, status: int, seconds: float) -> None:
    if status == 200 and scope["path"] == HEALTH_PATH:
        return  # the companion asks every few seconds, and CloudWatch bills by the GB
    # Latin-1 is what the bytes of HTTP are; names are in lower case here.
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "info",
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
        # Every route of the gateway overwrites both, so a client cannot say them.
        "request_id": headers.get("x-request-id"),
        "client": headers.get("x-client-ip"),
    }
    present = {name: value for name, value in line.items() if value is not None}
    sys.stdout.write(json.dumps(present) + "\n")
