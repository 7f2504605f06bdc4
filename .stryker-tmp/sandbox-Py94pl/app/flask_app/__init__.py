"""The Flask service: a page that says where it runs, an upload that says what arrived, a health check."""

import hashlib
import os
from dataclasses import asdict
from typing import IO, cast

from flask import Flask, Request, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, RequestTimeout
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream

from flask_app.identity import read_identity

# What an HTTP API forwards at most; it answers 413 for more before the task sees anything. AWS says "10 MB": the
# larger of the two that it may mean.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
LARGEST_BODY = 10 * 1024 * 1024


class LimitedBody(LimitedStream):
    """Werkzeug's own refuses a body that is exactly as large as allowed, wherever the server knows a body's end."""

    def on_exhausted(self) -> None:
        if self._stream.read(1):
            raise RequestEntityTooLarge

    def on_disconnect(self, error: Exception | None = None) -> None:
        if isinstance(error, TimeoutError):
            raise RequestTimeout from error
        super().on_disconnect(error)


class LimitedRequest(Request):
    @cached_property
    def stream(self) -> IO[bytes]:
        stream = get_input_stream(self.environ, max_content_length=LARGEST_BODY)
        if "wsgi.input_terminated" not in self.environ:
            return stream
        return cast(IO[bytes], LimitedBody(self.environ["wsgi.input"], LARGEST_BODY, is_max=True))


def create_app() -> Flask:
    app = Flask(__name__)
    app.request_class = LimitedRequest
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    identity = read_identity(os.environ)

    @app.get("/")
    def index() -> ResponseReturnValue:
        wants = request.accept_mimetypes.best_match(["text/html", "application/json"])
        if wants == "application/json":
            response = jsonify({**asdict(identity), "client": request.remote_addr})
        else:
            response = app.make_response(render_template("index.html", identity=identity, client=request.remote_addr))
        response.vary.add("Accept")
        response.cache_control.no_store = True
        return response

    @app.get("/healthz")
    def health() -> ResponseReturnValue:
        # Asks nothing of anything else: an outage elsewhere is no reason for ECS to replace this task. Still 200 during
        # the drain: a draining task is not ill, and "unhealthy" would only make ECS hurry.
        return {"status": "ok"}

    @app.post("/upload")
    def upload() -> ResponseReturnValue:
        if request.mimetype == "multipart/form-data":
            if "file" not in request.files:
                abort(400, "a multipart upload carries its content in the field named 'file'")
            return measure(request.files["file"].stream)
        return measure(request.stream)

    @app.errorhandler(HTTPException)
    def problem(error: HTTPException) -> ResponseReturnValue:
        response = error.get_response()
        response.data = app.json.dumps({"error": error.name, "detail": error.description})
        response.content_type = "application/json"
        return response

    return app


def measure(body: IO[bytes]) -> dict[str, int | str]:
    digest = hashlib.sha256()
    size = 0
    while chunk := body.read(64 * 1024):
        digest.update(chunk)
        size += len(chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}
