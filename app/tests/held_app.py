"""The service with one more path, for tests only: a request that lasts until the test lets it go."""

import os
import time
from pathlib import Path

from flask import Flask

from flask_app import create_app


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

    return app
