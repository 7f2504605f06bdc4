"""The service with more paths, for tests only, among them one whose request lasts until the test lets it go. And with
less patience, where the test says so."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from flask_app import create_app
from serving import reading

reading.HEAD_SECONDS = float(os.environ.get("TEST_HEAD_SECONDS", reading.HEAD_SECONDS))
reading.REQUEST_SECONDS = float(os.environ.get("TEST_REQUEST_SECONDS", reading.REQUEST_SECONDS))


def create_held_app() -> Flask:
    app = create_app()
    directory = Path(os.environ["HELD_DIRECTORY"])

    @app.get("/held/<name>")
    def held(name: str) -> dict[str, str]:
        (directory / f"{name}.started").touch()
        while not (directory / f"{name}.release").exists():
            time.sleep(0.01)
        return {"held": name}

    @app.get("/broken")
    def broken() -> dict[str, str]:
        raise RuntimeError("broken on purpose")

    @app.get("/redirect")
    def redirected() -> Response:
        return redirect(url_for("index"))

    @app.post("/unread")
    def unread() -> str:
        return "nobody asked"

    @app.get("/endless")
    def endless() -> Response:
        def pieces() -> Iterator[bytes]:
            try:
                while True:
                    yield bytes(64 * 1024)
            finally:
                (directory / "endless.ended").touch()

        return Response(pieces())

    return app
