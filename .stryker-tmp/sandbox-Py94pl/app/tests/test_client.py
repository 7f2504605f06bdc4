"""Who asked, as the application and the access log see it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from serving.client import address_in, header_of, is_prefix, naming_the_client
from tests.server import Server

Serve = Callable[..., Server]


def client_seen(server: Server, headers: dict[str, str]) -> str:
    connection = server.connect()
    try:
        connection.request("GET", "/", headers={"Accept": "application/json", **headers})
        return str(json.load(connection.getresponse())["client"])
    finally:
        connection.close()


def test_the_application_and_the_log_see_the_client(serve: Serve) -> None:
    server = serve()
    assert client_seen(server, {"x-client-ip": "203.0.113.9"}) == "203.0.113.9"
    line = server.request_line("/")
    assert (line["client"], line["peer"]) == ("203.0.113.9", "127.0.0.1")


def test_the_page_shows_the_client(serve: Serve) -> None:
    connection = serve().connect()
    connection.request("GET", "/", headers={"x-client-ip": "2001:DB8::1"})
    assert b"<dd>2001:db8::1</dd>" in connection.getresponse().read()
    connection.close()


@pytest.mark.parametrize(("text", "address"), [("203.0.113.9", "203.0.113.9"), ("2001:DB8:0::1", "2001:db8::1")])
def test_an_address(text: str, address: str) -> None:
    assert address_in(text) == address


@pytest.mark.parametrize(
    "text", ["", "someone", "203.0.113.9,198.51.100.7", "203.0.113.9:80", "fe80::1%<b>", "3405803785"]
)
def test_no_address(text: str) -> None:
    assert address_in(text) is None


def test_what_is_no_address_is_ignored(serve: Serve) -> None:
    server = serve()
    assert client_seen(server, {"x-client-ip": "someone"}) == "127.0.0.1"
    line = server.request_line("/")
    assert line["peer"] == "127.0.0.1"
    assert "client" not in line


def test_two_headers_are_no_address(serve: Serve) -> None:
    server = serve()
    connection = server.connect()
    connection.putrequest("GET", "/")
    connection.putheader("Accept", "application/json")
    connection.putheader("x-client-ip", "203.0.113.9")
    connection.putheader("X-Client-Ip", "198.51.100.7")
    connection.endheaders()
    assert json.load(connection.getresponse())["client"] == "127.0.0.1"
    connection.close()


def test_a_look_alike_with_an_underscore_is_ignored(serve: Serve) -> None:
    server = serve()
    assert client_seen(server, {"x_client_ip": "203.0.113.9"}) == "127.0.0.1"
    assert client_seen(server, {"x_client_ip": "203.0.113.9", "x-client-ip": "198.51.100.7"}) == "198.51.100.7"


def test_another_header_by_configuration(serve: Serve) -> None:
    server = serve(CLIENT_ADDRESS_HEADER="X-Real-Ip")
    assert client_seen(server, {"x-client-ip": "203.0.113.9", "x-real-ip": "198.51.100.7"}) == "198.51.100.7"


def test_no_header_by_configuration(serve: Serve) -> None:
    assert client_seen(serve(CLIENT_ADDRESS_HEADER=""), {"x-client-ip": "203.0.113.9"}) == "127.0.0.1"


def test_a_port_is_never_of_another_than_the_address() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], _: Callable[..., Any]) -> list[bytes]:
        seen.update(environ)
        return []

    peer = {"REMOTE_ADDR": "10.0.0.1", "REMOTE_PORT": "4711"}
    naming_the_client(app, "x-client-ip")({**peer, "HTTP_X_CLIENT_IP": "203.0.113.9"}, lambda: None)
    assert (seen["REMOTE_ADDR"], "REMOTE_PORT" in seen) == ("203.0.113.9", False)
    naming_the_client(app, "x-client-ip")(dict(peer), lambda: None)
    assert (seen["REMOTE_ADDR"], seen["REMOTE_PORT"]) == ("10.0.0.1", "4711")


@pytest.mark.parametrize(("given", "header"), [({}, "x-client-ip"), ({"CLIENT_ADDRESS_HEADER": ""}, "")])
def test_the_header(given: dict[str, str], header: str) -> None:
    assert header_of(given) == header


@pytest.mark.parametrize("given", ["x_client_ip", "x client", "x-client-ip:", "x-client-ip\n"])
def test_a_header_that_is_none(given: str) -> None:
    with pytest.raises(ValueError, match="CLIENT_ADDRESS_HEADER"):
        header_of({"CLIENT_ADDRESS_HEADER": given})


def redirected_to(server: Server, headers: dict[str, str]) -> str | None:
    connection = server.connect()
    try:
        connection.request("GET", "/redirect", headers=headers)
        return connection.getresponse().getheader("Location")
    finally:
        connection.close()


def test_redirects_stay_under_the_prefix_that_was_stripped(serve: Serve) -> None:
    server = serve()
    assert redirected_to(server, {}) == "/"
    assert redirected_to(server, {"x-forwarded-prefix": "/shop/v1.0"}) == "/shop/v1.0/"
    assert redirected_to(server, {"x-forwarded-prefix": "//elsewhere.example"}) == "/"
    assert redirected_to(server, {"x_forwarded_prefix": "/shop"}) == "/"
    assert redirected_to(server, {"script_name": "/shop"}) == "/"


def test_without_a_gateway_there_is_no_prefix(serve: Serve) -> None:
    assert redirected_to(serve(CLIENT_ADDRESS_HEADER=""), {"x-forwarded-prefix": "/shop"}) == "/"


@pytest.mark.parametrize("text", ["/a", "/a/b", "/a.b/c_d/e-f:g", "/..a", "/" + "a" * 1023])
def test_a_prefix(text: str) -> None:
    assert is_prefix(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "a",
        "//a",
        "/a//b",
        "/a/",
        "/\\a",
        "/%2Fa",
        "/a,/b",
        "/../a",
        "/a/..",
        "/.",
        "/a b",
        "/a\n",
        "https://a",
    ],
)
def test_no_prefix(text: str) -> None:
    assert not is_prefix(text)
    assert not is_prefix("/" + "a" * 1024)
