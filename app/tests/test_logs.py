import signal
import socket
from collections.abc import Callable

from tests.process import eventually
from tests.server import Server


def test_one_json_line_a_request(serve: Callable[..., Server]) -> None:
    server = serve()
    server.get(
        "/n%C3%B3where?secret=1",
        {
            "X-Request-Id": "JKJaXmPLvHcESHA=",
            "X-Amzn-Trace-Id": "Root=1-67891233-abcdef",
            "Forwarded": 'for="[2001:db8::1]";proto=https',
        },
    )
    line = server.request_line("/nówhere")
    assert line.pop("time").endswith("+00:00")
    assert line.pop("duration_ms") >= 0
    assert line.pop("bytes") > 0
    assert line == {
        "level": "info",
        "method": "GET",
        "path": "/nówhere",
        "status": 404,
        "request_id": "JKJaXmPLvHcESHA=",
        "trace_id": "Root=1-67891233-abcdef",
        "peer": "127.0.0.1",
        "forwarded": 'for="[2001:db8::1]";proto=https',
    }


def test_a_probe_that_finds_nothing_is_no_news(serve: Callable[..., Server]) -> None:
    server = serve(HEALTH_PATH="/healthz")
    assert server.get("/healthz")[0] == 200
    assert server.get("/after")[0] == 404
    server.request_line("/after")
    assert [line for line in server.lines if line.get("path") == "/healthz"] == []


def test_a_probe_that_fails_is_logged(serve: Callable[..., Server]) -> None:
    server = serve(HEALTH_PATH="/unwell")
    assert server.get("/unwell")[0] == 404
    assert server.request_line("/unwell")["status"] == 404


def test_an_exception_is_one_json_line(serve: Callable[..., Server]) -> None:
    server = serve()
    assert server.get("/broken")[0] == 500
    line = eventually(lambda: next((line for line in server.lines if "exception" in line), None), "log of exception")
    assert line["level"] == "error"
    assert "broken on purpose" in line["exception"]


def test_everything_is_json_from_start_to_end(serve: Callable[..., Server]) -> None:
    server = serve(DRAIN_SECONDS="0")
    with socket.create_connection(("127.0.0.1", server.port)) as nonsense:
        nonsense.sendall(b"nonsense\r\n\r\n")
        assert b"400" in nonsense.recv(100)
    server.process.send_signal(signal.SIGTERM)
    assert server.exit_code() == 0
    assert server.not_json == []
    assert server.said("Listening at")
    assert server.said("Shutting down")
