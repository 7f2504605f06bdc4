"""What a client may send, how much and how slowly, on raw sockets to a real gunicorn."""

import http.client
import json
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from flask_app import LARGEST_BODY
from tests.process import PATIENCE_SECONDS, ask, eventually
from tests.server import Server

Serve = Callable[..., Server]
THREADS = 8
SOON = "0.5"
HALF = b"POST /upload HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf"
CHUNKED = b"POST /upload HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that leave nothing behind."""
    server = Server(tmp_path_factory.mktemp("held"), WEB_CONCURRENCY="1")
    yield server
    server.end()


def open_to(server: Server, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)
    connection.sendall(sent)
    return connection


def everything(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


def answer_to(server: Server, sent: bytes, half_close: bool = False) -> bytes:
    """All that comes back until the server hangs up."""
    with open_to(server, sent) as connection:
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        return everything(connection)


@pytest.mark.parametrize("sent", [HALF, CHUNKED + b"5\r\nha"], ids=["a length", "chunks"])
def test_half_bodies_hold_no_thread_for_good(serve: Serve, sent: bytes) -> None:
    server = serve(WEB_CONCURRENCY="1", TEST_REQUEST_SECONDS=SOON)
    with ExitStack() as stack:
        halves = [stack.enter_context(open_to(server, sent)) for _ in range(2 * THREADS)]
        assert server.get("/healthz") == (200, "keep-alive")
        answers = [everything(half) for half in halves]
    assert [status_of(answer) for answer in answers] == [408] * 2 * THREADS
    assert b"\r\nConnection: close\r\n" in answers[0]


def test_half_heads_hold_no_thread_for_good(serve: Serve) -> None:
    server = serve(WEB_CONCURRENCY="1", TEST_HEAD_SECONDS=SOON)
    with ExitStack() as stack:
        halves = [stack.enter_context(open_to(server, b"GET / HTTP/1.1\r\nX-Half: o")) for _ in range(2 * THREADS)]
        assert server.get("/healthz") == (200, "keep-alive")
        assert [status_of(everything(half)) for half in halves] == [408] * 2 * THREADS
    server.wait_for("No whole request from 127.0.0.1", times=2 * THREADS)
    assert not any("exception" in line for line in server.lines)


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nX-Slow: ", HALF.replace(b"10", b"100000")], ids=["head", "body"])
def test_a_little_now_and_then_gains_no_time(serve: Serve, sent: bytes) -> None:
    server = serve(TEST_HEAD_SECONDS=SOON, TEST_REQUEST_SECONDS=SOON)
    with open_to(server, sent) as connection:
        connection.settimeout(0.02)

        def answered() -> bytes | None:
            connection.sendall(b"x")
            try:
                return connection.recv(100)
            except TimeoutError:
                return None

        assert status_of(eventually(answered, "an answer")) == 408


def test_connections_that_send_nothing_take_no_thread(server: Server) -> None:
    # gunicorn's own worker gives each of them a thread for 5 seconds: longer, together, than this test has patience.
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(open_to(server))
        connection = stack.enter_context(open_to(server, b"GET /healthz HTTP/1.1\r\n\r\n"))
        assert status_of(connection.recv(100)) == 200


def test_who_does_not_read_the_answer_holds_no_thread_for_good(serve: Serve) -> None:
    server = serve(TEST_REQUEST_SECONDS=SOON)
    with open_to(server, b"GET /endless HTTP/1.1\r\n\r\n"):
        eventually((server.held / "endless.ended").exists, "the answer is given up")


def test_a_pause_between_requests_is_no_slow_request(serve: Serve) -> None:
    server = serve(WEB_CONCURRENCY="1", TEST_HEAD_SECONDS=SOON, TEST_REQUEST_SECONDS=SOON)
    kept, other = server.connect(), server.connect()
    assert ask(kept, "/healthz") == (200, "keep-alive")
    socket_before = kept.sock
    with open_to(server, HALF) as late:
        everything(late)
    assert ask(kept, "/healthz") == (200, "keep-alive")
    assert kept.sock is socket_before
    assert ask(other, "/healthz") == (200, "keep-alive")
    kept.close()
    other.close()


@pytest.mark.parametrize(
    "sent",
    [
        HALF,
        CHUNKED,
        CHUNKED + b"5\r\nhal",
        CHUNKED + b"4\r\nhalf\r\n",
        CHUNKED + b"4\r\nhalf\r\n0\r\n",
        b"POST /upload HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 200\r\n\r\n"
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf',
    ],
)
def test_half_an_upload_is_no_upload(server: Server, sent: bytes) -> None:
    assert status_of(answer_to(server, sent, half_close=True)) == 400


def test_half_a_body_that_nobody_reads_ends_its_connection(server: Server) -> None:
    answer = answer_to(server, HALF.replace(b"/upload", b"/unread"), half_close=True)
    assert (status_of(answer), answer.count(b"HTTP/1.1 ")) == (200, 1)
    assert not any("exception" in line for line in server.lines)


@pytest.mark.parametrize("size", [10_000_000, LARGEST_BODY])
@pytest.mark.parametrize("chunked", [False, True])
def test_all_that_the_gateway_forwards_is_taken(server: Server, size: int, chunked: bool) -> None:
    connection = server.connect()
    body: bytes | Iterator[bytes] = iter([bytes(size)]) if chunked else bytes(size)
    connection.request("POST", "/upload", body, encode_chunked=chunked)
    response = connection.getresponse()
    assert (response.status, json.load(response)["bytes"]) == (200, size)
    assert ask(connection, "/healthz") == (200, "keep-alive")
    connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_one_byte_more_is_refused_where_the_client_can_see_it(server: Server, chunked: bool) -> None:
    connection = server.connect()
    body: bytes | Iterator[bytes] = iter([bytes(LARGEST_BODY + 1)]) if chunked else bytes(LARGEST_BODY + 1)
    connection.request("POST", "/upload", body, encode_chunked=chunked)
    response = connection.getresponse()
    assert (response.status, response.getheader("Connection")) == (413, "close")
    connection.close()


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz?" + b"x" * 10_200 + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 10_200 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"".join(b"a%d:\r\n" % each for each in range(1_500)) + b"\r\n",
    ],
    ids=["line", "header", "headers"],
)
def test_every_head_that_the_gateway_forwards_is_taken(server: Server, head: bytes) -> None:
    assert status_of(answer_to(server, head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) == 200


@pytest.mark.parametrize(
    "head",
    [b"GET /" + b"x" * 100_000, b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000],
    ids=["line", "headers"],
)
def test_a_head_without_end_is_refused(server: Server, head: bytes) -> None:
    assert status_of(answer_to(server, head)) == 431


def test_trailers_without_end_are_refused(server: Server) -> None:
    trailers = b"".join(b"a%d: b\r\n" % each for each in range(20_000))
    assert status_of(answer_to(server, CHUNKED + b"0\r\n" + trailers)) == 400


SMUGGLED = b"GET /smuggled HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345", 400),
        (b"Content-Length: 5, 5\r\n\r\n12345", 400),
        (b"Content-Length: +5\r\n\r\n12345", 400),
        (b"Content-Length: 1_0\r\n\r\n1234567890", 400),
        (b"Content-Length: -5\r\n\r\n", 400),
        (b"Content-Length : 5\r\n\r\n12345", 400),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (b"Transfer-Encoding: chunked\r\n\r\n+1\r\nx\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n1_0\r\nx\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 50_000 + b"\r\nx\r\n0\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n", 400),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", 400),
        (b"X: folded\r\n over two lines\r\n\r\n", 400),
        (b"no colon\r\n\r\n", 400),
        (b"Host: a\r\nHost: b\r\n\r\n", 400),
        (b"X: bare\nY: line feed\r\n\r\n", 400),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(server: Server, sent: bytes, status: int) -> None:
    answer = answer_to(server, b"POST /upload HTTP/1.1\r\n" + sent + SMUGGLED)
    assert (status_of(answer), answer.count(b"HTTP/1.1 ")) == (status, 1), "nothing after it is taken for a request"
    assert not any("exception" in line for line in server.lines)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET http://elsewhere/healthz HTTP/1.1", 200),
        (b"OPTIONS * HTTP/1.1", 404),
        (b"CONNECT elsewhere:443 HTTP/1.1", 404),
        (b"GET elsewhere:443 HTTP/1.1", 400),
        (b"GET /healthz", 400),
        (b"GET  /healthz HTTP/1.1", 400),
        (b"PRI * HTTP/2.0", 400),
    ],
)
def test_request_lines(server: Server, line: bytes, status: int) -> None:
    assert status_of(answer_to(server, line + b"\r\nConnection: close\r\n\r\n")) == status
    assert not any("exception" in line for line in server.lines)


def test_nothing_is_answered_after_close(server: Server) -> None:
    answer = answer_to(server, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n" + SMUGGLED)
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("size", [100, 200_000])
def test_a_body_that_nobody_has_read_is_no_request(server: Server, size: int) -> None:
    connection = server.connect()
    connection.request("POST", "/unread", SMUGGLED * (size // len(SMUGGLED)))
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    assert response.getheader("Connection") == ("keep-alive" if size == 100 else "close"), "said before it is done"
    assert ask(connection, "/healthz")[0] == 200
    connection.close()


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "X-Forwarded-Proto", "X-Forwarded-Ssl"])
def test_this_machine_is_trusted_no_more_than_others(server: Server, header: str) -> None:
    for value in ("/nowhere", "https", "on"):
        assert server.get("/healthz", {header: value}) == (200, "keep-alive")


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nX-Half: o", HALF], ids=["nothing", "half a head", "half a body"]
)
def test_the_end_waits_for_nobody_who_does_not_send(serve: Serve, sent: bytes) -> None:
    server = serve(DRAIN_SECONDS="0", TEST_HEAD_SECONDS=SOON, TEST_REQUEST_SECONDS=SOON)
    with open_to(server, sent):
        assert server.get("/healthz")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) == 0, "not the 30 seconds that are for requests in flight"
    assert server.exit_code() == 0


def test_a_body_that_arrives_during_the_end_is_finished(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS="0")
    late = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    late.putrequest("POST", "/upload")
    late.putheader("Content-Length", "5")
    late.endheaders(b"123")
    assert server.get("/healthz")[0] == 200
    server.process.send_signal(signal.SIGTERM)
    eventually(server.refuses, "new connections are refused")
    late.send(b"45")
    response = late.getresponse()
    assert (response.status, json.load(response)["bytes"]) == (200, 5)
    assert server.exit_code() == 0
