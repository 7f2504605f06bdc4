"""The service as its Dockerfile starts it, on a port of this machine."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
PATIENCE_SECONDS = 30
Answer = tuple[int, Any]
LOGGED = {"time", "level", "method", "path", "status", "duration_ms"}


class Service:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        [command] = re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
        [program, *words] = json.loads(command)
        here = {"8000": str(self.port), "0.0.0.0": "127.0.0.1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, *(here.get(word, word) for word in words)],
            cwd=FOLDER,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )

    def line(self, request_id: str) -> dict[str, Any]:
        """What it logged of a request; the lines before it are skipped."""
        assert self.process.stdout
        while line := self.process.stdout.readline():
            entry: dict[str, Any] = json.loads(line)
            if entry.get("request_id") == request_id:
                return entry
        raise AssertionError(f"no line of {request_id}")

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.connect()
        return connection

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        connection = self.connect()
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"content-type": "application/json", **headers})
            response = connection.getresponse()
            answer = response.read().decode()
            is_json = response.getheader("content-type") == "application/json"
            return response.status, json.loads(answer) if is_json else answer
        finally:
            connection.close()

    def wait(self, listening: bool) -> None:
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            try:
                self.connect().close()
                if listening:
                    return
            except ConnectionRefusedError:
                if not listening:
                    return
            time.sleep(0.01)
        raise AssertionError(f"never {'listens' if listening else 'stops listening'}")


@contextmanager
def running() -> Iterator[Service]:
    service = Service()
    try:
        service.wait(listening=True)
        yield service
    finally:
        service.process.kill()
        service.process.wait()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running() as service:
        yield service


def test_it_greets_and_says_that_it_is_well(service: Service) -> None:
    assert service.ask("GET", "/") == (200, "Hello from FastAPI\n")
    assert service.ask("GET", "/healthz") == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("parcel", "pounds"),
    [
        ({"kilograms": 2}, "4.10"),
        ({"kilograms": 2, "express": True}, "8.20"),
        ({"kilograms": "0.011"}, "2.51"),
        ({"kilograms": 30}, "26.50"),
    ],
)
def test_what_a_parcel_costs(service: Service, parcel: object, pounds: str) -> None:
    assert service.ask("POST", "/quotes", parcel) == (200, {"pounds": pounds})


@pytest.mark.parametrize("parcel", [{}, {"kilograms": 0}, {"kilograms": 31}, {"kilograms": "heavy"}])
def test_what_is_no_parcel(service: Service, parcel: object) -> None:
    status, answer = service.ask("POST", "/quotes", parcel)
    assert (status, answer["detail"][0]["loc"]) == (422, ["body", "kilograms"])


def test_the_client_is_who_the_gateway_says(service: Service) -> None:
    headers = {"x-client-ip": "203.0.113.9"}
    assert service.ask("GET", "/client", None, **headers) == (200, {"client": "203.0.113.9"})


def test_each_request_is_one_line_with_its_id(service: Service) -> None:
    gateway = {"x-request-id": "JKJaXmPLvHcESHA=", "x-client-ip": "203.0.113.9"}
    service.ask("GET", "/nowhere?secret=1", None, **gateway)
    line = service.line("JKJaXmPLvHcESHA=")
    assert set(line) == {*LOGGED, "request_id", "client"}
    assert line | {"time": "", "duration_ms": 0} == {
        **{"time": "", "level": "info", "method": "GET", "path": "/nowhere", "status": 404, "duration_ms": 0},
        **{"request_id": "JKJaXmPLvHcESHA=", "client": "203.0.113.9"},
    }


def test_what_the_companion_asks_is_not_logged_and_nothing_is_logged_twice(service: Service) -> None:
    service.ask("GET", "/", None, **{"x-request-id": "first"})
    service.line("first")
    service.ask("GET", "/healthz")
    service.ask("GET", "/client")
    service.ask("GET", "/", None, **{"x-request-id": "last"})
    assert service.process.stdout
    between = json.loads(service.process.stdout.readline())
    assert (between["path"], set(between)) == ("/client", LOGGED)
    assert json.loads(service.process.stdout.readline())["request_id"] == "last"


def test_sigterm_finishes_what_is_in_hand() -> None:
    """The companion holds SIGTERM back until nobody sends new requests; from then on this is the service's own part."""
    body = b'{"kilograms": 2}'
    head = f"POST /quotes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    with running() as service:
        connection = service.connect()
        connection.sock.sendall(head.encode() + body[:5])
        # By the time that another is answered this one has been read.
        assert service.ask("GET", "/healthz")[0] == 200
        service.process.send_signal(signal.SIGTERM)
        service.wait(listening=False)
        assert service.process.poll() is None
        connection.sock.sendall(body[5:])
        response = http.client.HTTPResponse(connection.sock)
        response.begin()
        assert (response.status, json.loads(response.read())) == (200, {"pounds": "4.10"})
        # uvicorn ends by the signal that it was sent, once it is done.
        assert service.process.wait(PATIENCE_SECONDS) in (0, -signal.SIGTERM)
        connection.close()
