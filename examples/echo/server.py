"""Answers each request with what it received, as JSON: what the gateway, a route and its rewrite have made of it.

In the standard library alone, so that it also shows what the platform asks of any service: see README.md.
"""

import ipaddress
import json
import math
import os
import re
import signal
import socket
import sys
import time
import traceback
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs

# API Gateway reuses connections and does not say for how long: the server must not be the first to hang up.
IDLE_SECONDS = 75
# For one request and its answer, all told, as an HTTP API waits no longer. However slowly a client sends or reads, it
# cannot hold its thread for ever.
REQUEST_SECONDS = 30
# What an HTTP API forwards at most is "10 MB", and 10,240 bytes of request line and headers, to which it adds its own.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
LARGEST_BODY = 10 * 1024 * 1024
LARGEST_HEAD = 64 * 1024

# Nothing that can be read in two ways: https://www.rfc-editor.org/rfc/rfc9112#name-request-smuggling
# Python's int() takes signs, spaces and underscores too.
TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([!-~]+) (HTTP/1\.[01])\r\n")
FIELD = re.compile(rb"(" + TOKEN + rb"):([\t -~\x80-\xff]*)\r\n")
LENGTH = re.compile("[0-9]{1,15}")
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t -~\x80-\xff]*)?\r\n")

HEALTH_PATH = os.environ.get("HEALTH_PATH", "/healthz")
SERVICE = os.environ.get("SERVICE_NAME", "local")


class Server(ThreadingTCPServer):  # http.server's own would first ask DNS for this machine's name
    allow_reuse_address = daemon_threads = True
    request_queue_size = 128
    timeout = 0.5  # of handle_request, when nobody connects

    def __init__(self, port: int, drain_seconds: float, host: str = "0.0.0.0") -> None:
        self.drain_seconds = drain_seconds
        self.task = task_id()
        # When listening ends, on the monotonic clock.
        self.stops_at = math.inf
        # Until when each open connection may stay so, and which of them wait for a next request.
        self.deadlines: dict[socket.socket, float] = {}
        self.idle: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)

    def drain(self, *_: object) -> None:
        """On SIGTERM: ECS deregisters the task at the same time, but API Gateway goes on sending from its cache."""
        # The earlier end, so that a second SIGTERM changes nothing. No log here: the signal may have interrupted one.
        self.stops_at = min(self.stops_at, time.monotonic() + self.drain_seconds)

    def serve_until_drained(self) -> None:
        self.serve_while(lambda: self.stops_at == math.inf)
        log(message=f"Draining for {self.drain_seconds:g} s: serving on, asking clients to close")
        self.serve_while(lambda: time.monotonic() < self.stops_at)
        self.server_close()
        log(message="Drained: no longer listening, finishing what is in flight")
        while self.deadlines:
            self.hang_up_on_the_late()
            time.sleep(0.05)

    def serve_while(self, wanted: Callable[[], bool]) -> None:
        while wanted():
            self.handle_request()
            self.hang_up_on_the_late()

    def hang_up_on_the_late(self) -> None:
        now = time.monotonic()
        for connection, deadline in self.deadlines.copy().items():
            # The idle ones end with listening. A thread that waits to receive or to send is woken up by it.
            if now > (min(deadline, self.stops_at) if connection in self.idle else deadline):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def allow(self, connection: socket.socket, seconds: float, idle: bool) -> None:
        (self.idle.add if idle else self.idle.discard)(connection)
        self.deadlines[connection] = time.monotonic() + seconds

    def process_request(self, request: Any, client_address: Any) -> None:
        self.allow(request, REQUEST_SECONDS, idle=False)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.idle.discard(request)
        self.deadlines.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that goes away is no news
            log("error", message="unexpected", exception=traceback.format_exc())


class Refused(Exception):
    def __init__(self, status: HTTPStatus, detail: str) -> None:
        self.status, self.detail = status, detail


class Handler(BaseHTTPRequestHandler):
    server: Server
    raw_requestline: bytes
    # Of the request at hand: as it came, its headers by lower-case name, and whether it is one of HTTP/1.0.
    target: str
    fields: dict[str, list[str]]
    old: bool
    protocol_version = "HTTP/1.1"
    request_version = "HTTP/1.1"  # of the answer; http.server's 0.9 has no status line to refuse nonsense with
    disable_nagle_algorithm = True
    server_version, sys_version = "echo", ""

    def handle(self) -> None:
        self.close_connection = False
        while not self.close_connection and self.rfile.peek(1):  # type: ignore[attr-defined]  # a BufferedReader
            self.server.allow(self.connection, REQUEST_SECONDS, idle=False)
            self.started = time.monotonic()
            self.command, self.target, self.fields, self.old = "", "", {}, True
            self.handle_one_request()
            self.server.allow(self.connection, IDLE_SECONDS, idle=True)

    def echo(self) -> None:
        try:
            size = self.read_body()
        except Refused as refused:
            return self.send_error(refused.status, refused.detail)
        path, _, query = self.target.partition("?")
        if path == HEALTH_PATH:
            return self.answer(HTTPStatus.OK, {"status": "ok"})  # also during the drain: a draining task is not ill
        secret = {"authorization": "[hidden]"} if "authorization" in self.fields else {}
        answer = {
            "method": self.command,
            "path": path,
            "query": parse_qs(query, keep_blank_values=True),
            "headers": {name: self.header(name) for name in self.fields} | secret,
            "body_bytes": size,
            "client": self.client,
            "service": SERVICE,
            "task": self.server.task,
        }
        return self.answer(HTTPStatus.OK, answer)

    # Those that an HTTP API has routes for; http.server answers 501 to others.
    do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_PATCH = do_POST = do_PUT = echo

    def parse_request(self) -> bool:
        """In place of http.server's, whose headers end at the first line without a colon, unseen what follows."""
        if self.raw_requestline == b"\r\n":  # one may stand there
            self.raw_requestline = self.rfile.readline(LARGEST_HEAD)
        try:
            line = REQUEST_LINE.fullmatch(self.raw_requestline)
            if line is None:
                raise Refused(HTTPStatus.BAD_REQUEST, "the first line is no request line of HTTP/1.1")
            self.command, self.target, version = (part.decode() for part in line.groups())
            self.old = version == "HTTP/1.0"
            self.fields = self.read_fields()
            if len(self.fields.get("host", [])) > 1:
                raise Refused(HTTPStatus.BAD_REQUEST, "there is more than one Host")
            if self.header("expect").lower() not in ("", "100-continue"):
                raise Refused(HTTPStatus.EXPECTATION_FAILED, "only 100-continue is understood")
        except Refused as refused:
            self.send_error(refused.status, refused.detail)
            return False
        wishes = {wish.strip().lower() for wish in self.header("connection").split(",")}
        self.close_connection = self.old or "close" in wishes
        return True

    def read_fields(self) -> dict[str, list[str]]:
        """Headers or trailers, by lower-case name."""
        fields: dict[str, list[str]] = {}
        left = LARGEST_HEAD
        while (line := self.rfile.readline(left + 1)) != b"\r\n":
            left -= len(line)
            if left < 0:
                raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"headers are {LARGEST_HEAD} bytes at most")
            field = FIELD.fullmatch(line)
            if field is None:
                raise Refused(HTTPStatus.BAD_REQUEST, "a line among the headers is none")
            name, value = (part.decode("latin-1") for part in field.groups())
            fields.setdefault(name.lower(), []).append(value.strip(" \t"))
        return fields

    def read_body(self) -> int:
        """Its size. All of it is read, and nothing kept: the next request begins where it ends."""
        unclear = Refused(HTTPStatus.BAD_REQUEST, "the length of the body is not clear")
        length, coding = self.header("content-length"), self.header("transfer-encoding")
        chunked = "transfer-encoding" in self.fields
        if chunked and ("content-length" in self.fields or coding.lower() != "chunked" or self.old):
            raise unclear
        if not chunked and "content-length" in self.fields and not LENGTH.fullmatch(length):
            raise unclear
        size = 0 if chunked else int(length or "0")
        self.check(size)
        if self.header("expect") and not self.old:
            self.handle_expect_100()
        if not chunked:
            return self.skip(size)
        while piece := self.chunk_size():
            size += piece
            self.check(size)
            self.skip(piece)
            if self.rfile.read(2) != b"\r\n":
                raise unclear
        self.read_fields()
        return size

    def chunk_size(self) -> int:
        line = CHUNK_LINE.fullmatch(self.rfile.readline(1024))
        if line is None:
            raise Refused(HTTPStatus.BAD_REQUEST, "the length of a chunk is not clear")
        return int(line[1], 16)

    def check(self, size: int) -> None:
        if size > LARGEST_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body is {LARGEST_BODY} bytes at most")

    def skip(self, size: int) -> int:
        left = size
        while left:
            piece = len(self.rfile.read(min(left, 64 * 1024)))
            if piece == 0:
                raise Refused(HTTPStatus.BAD_REQUEST, "the body is not whole")
            left -= piece
        return size

    def answer(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        body = json.dumps(content, indent=2).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection or self.server.stops_at < math.inf:
            self.send_header("Connection", "close")  # and http.server closes it
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        self.close_connection = True
        self.answer(HTTPStatus(code), {"error": HTTPStatus(code).phrase, "detail": message or explain})
        # A connection closed with something unread is reset, and the client might never see the answer.
        self.connection.shutdown(socket.SHUT_WR)
        while self.rfile.read1(64 * 1024):
            pass

    def header(self, name: str) -> str:
        return ", ".join(self.fields.get(name, []))

    @property
    def client(self) -> str | None:
        """Who asked. The API overwrites this header and nobody but its link can connect, so it is believed."""
        with suppress(ValueError):
            return str(ipaddress.ip_address(self.header("x-client-ip")))
        return None

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Called by send_response."""
        path = self.target.partition("?")[0]
        if code == HTTPStatus.OK and path == HEALTH_PATH:
            return  # ECS asks every few seconds, and CloudWatch bills by the GB
        log(
            method=self.command,
            path=path,
            status=code,
            duration_ms=round((time.monotonic() - self.started) * 1000, 1),
            request_id=self.header("x-request-id") or None,
            trace_id=self.header("x-amzn-trace-id") or None,
            client=self.client,
            peer=self.client_address[0],
        )


def task_id() -> str:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html"""
    uri = os.environ.get("ECS_CONTAINER_METADATA_URI_V4", "")
    # The endpoint is link-local; an HTTP_PROXY of the task's must not see the request.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with suppress(OSError, ValueError, KeyError), direct.open(f"{uri}/task", timeout=0.5) as answer:
        return str(json.load(answer)["TaskARN"]).rpartition("/")[2]
    return "local"


def log(level: str = "info", **fields: object) -> None:
    present = {name: value for name, value in fields.items() if value is not None}
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, **present}
    sys.stdout.write(json.dumps(line) + "\n")  # in one piece: threads log at the same time
    sys.stdout.flush()


def main() -> None:
    server = Server(
        int(os.environ.get("PORT", "8080")),
        float(os.environ.get("DRAIN_SECONDS", "60")),
        os.environ.get("HOST", "0.0.0.0"),
    )
    signal.signal(signal.SIGTERM, server.drain)
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    log(message=f"Listening at port {server.server_address[1]}")
    server.serve_until_drained()


if __name__ == "__main__":
    main()
