"""The Flask service with one slow page more: the bench needs requests that take seconds, and the service has none."""

import time
from pathlib import Path

from flask import Flask, abort, request
from flask_app import create_app as create_service

LONGEST_SECONDS = 30


def create_app() -> Flask:
    app = create_service()

    @app.get("/slow")
    def slow() -> dict[str, float]:
        seconds = min(float(request.args["seconds"]), LONGEST_SECONDS)
        time.sleep(seconds)
        return {"slept": seconds}

    if Path(__file__).with_name("BROKEN").exists():

        @app.before_request
        def fail() -> None:
            abort(500)

    return app
