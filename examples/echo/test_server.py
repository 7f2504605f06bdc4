"""What it answers, in this process; and its end, as a process of its own with the command of the Dockerfile."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.metadata import metadata_server
from tests.process import PATIENCE_SECONDS, Process, answers_across, ask, command_of_dockerfile, eventually, free_port

import server as echo

FOLDER = Path(__file__).parent
AN_HOUR = "3600"


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server in this process."""
    server = echo.Server(0, 0)
    server.timeout = 0.02
    thread = Thread(target=server.serve_until_drained)
    thread.start()
    yield server.server_address[1]
    server.drain()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()


Serve = Callable[..., Process]


@pytest.fixture
def serve() -> Iterator[Serve]:
    processes: list[Process] = []

    def start(**environment: str) -> Process:
        processes.append(Process(FOLDER, command_of_dockerfile(FOLDER), **environment))
        return processes[-1]

    yield start
    for process in processes:
        process.end()


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answers)]


def request(
    port: int, method: str, target: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, target, body, headers or {}, encode_chunked=isinstance(body, Iterator))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def raw(port: int, sent: bytes, half_close: bool = False) -> bytes:
    """All that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_what_it_received(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.putrequest("POST", "//a%2Fb/c?x=1&x=2&y=", skip_host=True, skip_accept_encoding=True)
    for name, value in [("Host", "here"), ("X-Twice", "1"), ("x-twice", "2"), ("X-Client-Ip", "2001:DB8::1")]:
        connection.putheader(name, value)
    connection.putheader("AUTHORIZATION", "Bearer secret")
    connection.putheader("Content-Length", "5")
    connection.endheaders(b"12345")
    response = connection.getresponse()
    assert (response.status, response.getheader("Content-Type")) == (200, "application/json")
    assert json.load(response) == {
        "method": "POST",
        "path": "//a%2Fb/c",
        "query": {"x": ["1", "2"], "y": [""]},
        "headers": {
            "host": "here",
            "x-twice": "1, 2",
            "x-client-ip": "2001:DB8::1",
            "authorization": "[hidden]",
            "content-length": "5",
        },
        "body_bytes": 5,
        "client": "2001:db8::1",
        "service": "local",
        "task": "local",
    }
    connection.close()


@pytest.mark.parametrize("method", ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"])
def test_every_method_of_a_route(port: int, method: str) -> None:
    status, answer = request(port, method, "/")
    assert (status, answer["method"]) == (200, method)


def test_head_has_the_length_of_a_body_and_none(port: int) -> None:
    head, _, body = raw(port, b"HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")
    assert b"\r\nContent-Length: " in head
    assert body == b""


@pytest.mark.parametrize("value", ["someone", "203.0.113.9:80", "203.0.113.9, 198.51.100.7", ""])
def test_a_client_that_is_no_address_is_none(port: int, value: str) -> None:
    assert request(port, "GET", "/", headers={"x-client-ip": value})[1]["client"] is None


@pytest.mark.parametrize("size", [0, 1, 200_000, echo.LARGEST_BODY])
def test_bodies_are_measured(port: int, size: int) -> None:
    pieces = [size - size // 2, size // 2]
    assert request(port, "POST", "/", bytes(size))[1]["body_bytes"] == size
    assert request(port, "POST", "/", iter([bytes(piece) for piece in pieces if piece]))[1]["body_bytes"] == size


def test_too_large_a_body_is_refused_where_the_client_can_see_it(port: int) -> None:
    too_large = 413, {"error": "Request Entity Too Large", "detail": "a body is 10485760 bytes at most"}
    assert request(port, "POST", "/", bytes(echo.LARGEST_BODY + 1)) == too_large
    assert request(port, "POST", "/", iter([bytes(echo.LARGEST_BODY), b"1"])) == too_large


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: five\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nmany\r\n", 400),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 20_000 + b"\r\n", 431),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nExpect: tea\r\n\r\n", 417),
        (b"PROPFIND / HTTP/1.1\r\n\r\n", 501),
    ],
)
def test_what_it_refuses(port: int, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(sent)
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert (response.status, response.getheader("Connection")) == (status, "close")
        assert set(json.load(response)) == {"error", "detail"}


SMUGGLED = b"GET /smuggled HTTP/1.1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: +5\r\n\r\n12345",
        b"Content-Length: 1_0\r\n\r\n1234567890",
        b"Content-Length:\r\n\r\n",
        b"Content-Length: 5 5\r\n\r\n12345",
        b"Content-Length: \xb2\r\n\r\n12",
        b"Content-Length: " + b"0" * 5_000 + b"\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345",
        b"Content-Length : 5\r\n\r\n12345",
        b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding:\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1_0\r\n1234567890123456\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n 1\r\nx\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 2_000 + b"\r\nx\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n",
        b"no colon\r\nContent-Length: 5\r\n\r\n12345",
        b": no name\r\n\r\n",
        b"From someone\r\n\r\n",
        b"X: folded\r\n over two lines\r\n\r\n",
        b"X: bare\nY: line feed\r\n\r\n",
        b"X: bare\rY: return\r\n\r\n",
        b"X: \0\r\n\r\n",
        b"Host: a\r\nHost: b\r\n\r\n",
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(port: int, sent: bytes) -> None:
    answers = raw(port, b"POST / HTTP/1.1\r\n" + sent + SMUGGLED, half_close=True)
    assert statuses(answers) == [400], "nothing after it is taken for a request"


def test_what_is_unusual_and_clear_is_taken(port: int) -> None:
    chunks = b'5;name=value ; other="x"\r\n12345\r\n00A\r\n1234567890\r\n0\r\nX-Trailer: x\r\n\r\n'
    sent = b"\r\nPOST http://elsewhere/ HTTP/1.1\r\ntransfer-encoding:Chunked\r\n\r\n" + chunks
    answers = raw(port, sent + SMUGGLED.replace(b"GET /smuggled", b"OPTIONS *"))
    assert statuses(answers) == [200, 200]
    assert b'"path": "http://elsewhere/"' in answers
    assert b'"body_bytes": 15' in answers
    assert b'"path": "*"' in answers


def test_an_old_client_is_answered_and_left(port: int) -> None:
    assert statuses(raw(port, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + SMUGGLED)) == [200]
    assert statuses(raw(port, b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) == [400]


@pytest.mark.parametrize("wish", [b"close", b"Close", b"x, close"])
def test_nothing_is_answered_after_close(port: int, wish: bytes) -> None:
    assert statuses(raw(port, b"GET / HTTP/1.1\r\nConnection: " + wish + b"\r\n\r\n" + SMUGGLED)) == [200]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nX-Half: of a hea",
        b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
    ],
)
def test_half_a_request_is_none(port: int, sent: bytes) -> None:
    assert statuses(raw(port, sent, half_close=True)) == [400]


def test_who_expects_to_continue_is_told_to_unless_it_is_too_much(port: int) -> None:
    def expecting(length: int) -> bytes:
        return b"POST / HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n" % length

    assert statuses(raw(port, expecting(1) + b"x")) == [100, 200]
    assert statuses(raw(port, expecting(echo.LARGEST_BODY + 1), half_close=True)) == [413]


@pytest.mark.parametrize(
    "head",
    [
        b"GET /?" + b"x" * 10_200 + b" HTTP/1.1\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 10_200 + b"\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"a%d:\r\n" % each for each in range(1_500)),
    ],
    ids=["line", "header", "headers"],
)
def test_every_head_that_the_gateway_forwards_is_taken(port: int, head: bytes) -> None:
    assert statuses(raw(port, head + b"Connection: close\r\n\r\n")) == [200]


def test_a_connection_is_kept_and_the_next_request_begins_where_a_body_ends(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.connect()
    socket_before = connection.sock
    for body in (b"GET /smuggled HTTP/1.1\r\n\r\n", iter([b"GET /", b"smuggled"]), None):
        connection.request("POST", "/mine", body, encode_chunked=True)
        assert json.load(connection.getresponse())["path"] == "/mine"
    assert connection.sock is socket_before
    connection.close()


def test_the_keep_alive_outlasts_the_gateways() -> None:
    assert echo.IDLE_SECONDS >= 75


def test_a_client_that_sends_nothing_more_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "REQUEST_SECONDS", 0.1)
    assert raw(port, b"") == b""
    assert raw(port, b"GET / HTTP/1.1\r\nX-Half: of a hea") == b""
    assert raw(port, b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf") == b""


def test_a_client_that_sends_a_little_now_and_then_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "REQUEST_SECONDS", 0.3)
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
        connection.settimeout(0.02)

        def hung_up() -> bool:
            try:
                connection.sendall(b"x")
                return connection.recv(1) == b""
            except TimeoutError:
                return False
            except OSError:
                return True

        eventually(hung_up, "the server hangs up")


def test_a_client_that_does_not_read_is_hung_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "REQUEST_SECONDS", 0.3)
    with (
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection,
        pytest.raises((ConnectionResetError, BrokenPipeError)),
    ):
        # Until every buffer on the way is full of answers.
        while True:
            connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 60_000 + b"\r\n\r\n")


def test_an_idle_connection_ends_in_its_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "IDLE_SECONDS", 0.1)
    assert raw(port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_where_it_runs(serve: Serve) -> None:
    task = {"TaskARN": "arn:aws:ecs:eu-west-2:111122223333:task/cluster/158d1c8083dd49d6b527399fd6414f5c"}
    with metadata_server({"/v4/id/task": task}) as address:
        process = serve(SERVICE_NAME="echo", ECS_CONTAINER_METADATA_URI_V4=f"{address}/v4/id")
    _, answer = request(process.port, "GET", "/")
    assert (answer["service"], answer["task"]) == ("echo", "158d1c8083dd49d6b527399fd6414f5c")


def test_where_it_listens() -> None:
    with echo.Server(0, 0) as everywhere, echo.Server(0, 0, "127.0.0.1") as here:
        assert (everywhere.server_address[0], here.server_address[0]) == ("0.0.0.0", "127.0.0.1")
    # What no service can listen on, so that it must have been asked for.
    done = subprocess.run(
        command_of_dockerfile(FOLDER),
        cwd=FOLDER,
        env={"HOST": "203.0.113.9", "PORT": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "OSError" in done.stderr


def test_one_json_line_a_request(serve: Serve) -> None:
    process = serve()
    headers = {
        "x-request-id": "JKJaXmPLvHcESHA=",
        "X-Amzn-Trace-Id": "Root=1-67891233-abcdef",
        "x-client-ip": "203.0.113.9",
    }
    process.get("/a?secret=1", headers)
    line = process.request_line("/a")
    assert line.pop("time").endswith("+00:00")
    assert line.pop("duration_ms") >= 0
    assert line == {
        "level": "info",
        "method": "GET",
        "path": "/a",
        "status": 200,
        "request_id": "JKJaXmPLvHcESHA=",
        "trace_id": "Root=1-67891233-abcdef",
        "client": "203.0.113.9",
        "peer": "127.0.0.1",
    }
    assert [line for line in process.lines if line.get("path") == "/healthz"] == [], (
        "a probe that finds nothing is no news"
    )


def test_the_drain(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS=AN_HOUR)
    assert process.get("/") == (200, None)
    kept = process.connect()
    assert ask(kept, "/") == (200, None)
    process.drain()
    assert [process.get("/") for _ in range(20)] == [(200, "close")] * 20
    assert process.get("/healthz") == (200, "close"), "draining is not ill"
    assert ask(kept, "/") == (200, "close")
    assert kept.sock is None, "the client saw the announcement"


def test_what_is_in_flight_when_the_drain_ends_is_finished(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS="1")
    idle = process.connect()
    assert ask(idle, "/") == (200, None)
    process.drain()
    late = process.connect()
    late.putrequest("POST", "/late")
    late.putheader("Content-Length", "5")
    late.endheaders(b"123")
    process.wait_for("Drained")
    eventually(process.refuses, "new connections are refused although a request is still in flight")
    assert process.process.poll() is None
    late.send(b"45")
    response = late.getresponse()
    assert (response.status, response.getheader("Connection")) == (200, "close")
    assert json.load(response)["body_bytes"] == 5
    assert process.exit_code() == 0
    assert process.not_json == []


def test_no_drain_ends_soon(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS="0")
    process.process.send_signal(signal.SIGTERM)
    assert process.exit_code() == 0


def test_a_second_sigterm_changes_nothing(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS=AN_HOUR)
    process.drain()
    process.process.send_signal(signal.SIGTERM)
    assert [process.get("/") for _ in range(20)] == [(200, "close")] * 20
    assert sum("Draining for" in message for message in process.messages()) == 1
    assert not process.said("Drained")


def test_sigint_ends_the_drain_at_once(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS=AN_HOUR)
    process.drain()
    abandoned = process.connect()
    abandoned.putrequest("GET", "/never-finished")
    process.process.send_signal(signal.SIGINT)
    assert process.exit_code() == 0
    abandoned.close()


def test_clients_that_heed_the_announcement_lose_nothing(serve: Serve) -> None:
    process = serve(DRAIN_SECONDS=AN_HOUR)
    answers = answers_across(process.drain, process.connect)
    assert {status for status, _ in answers} == {200}
    assert (200, "close") in answers


def test_the_health_check(serve: Serve) -> None:
    def check(port: int, **environment: str) -> tuple[int, str]:
        """As the task definition runs it."""
        done = subprocess.run(
            [sys.executable, "-m", "healthcheck"],
            cwd=FOLDER,
            env={"PORT": str(port), **environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stderr

    port = serve(HEALTH_PATH="/healthz").port
    assert check(port) == (0, "")
    assert check(port, HEALTH_PATH="/elsewhere") == (0, ""), "any path is echoed"
    code, reason = check(free_port())
    assert code == 1
    assert "refused" in reason
