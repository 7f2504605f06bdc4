"""Who asked, and under which path: what the gateway says by headers, put where WSGI applications and the log look."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from serving.worker import WsgiApp

# In the WSGI environment: the address that connected, which REMOTE_ADDR says until the client's takes its place.
PEER = "serving.peer"


def naming_the_client(app: WsgiApp, header: str) -> WsgiApp:
    """Let `REMOTE_ADDR` be the address that the header says. One that says none, or something else, changes nothing.

    Whoever can connect is believed: behind the API only the VPC link can, and the API overwrites the header.
    """
    key = f"HTTP_{header.upper().replace('-', '_')}"

    def naming(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        client = address_in(environ.get(key, ""))
        if client is not None:
            environ[PEER] = environ["REMOTE_ADDR"]
            environ["REMOTE_ADDR"] = client
            # The peer's: nobody says the client's.
            environ.pop("REMOTE_PORT", None)
        return app(environ, start_response)

    return naming


def under_the_prefix(app: WsgiApp) -> WsgiApp:
    """Let `SCRIPT_NAME` be what the gateway has taken from the front of the path: links and redirects begin with it.

    A client can send the header too, on a route that strips nothing. So it must be a path that a route can have: never
    one that leads to another host, as `//elsewhere` does.
    """

    def under(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        prefix = environ.get("HTTP_X_FORWARDED_PREFIX", "")
        if is_prefix(prefix):
            environ["SCRIPT_NAME"] = prefix
        return app(environ, start_response)

    return under


def is_prefix(text: str) -> bool:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    return re.fullmatch(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9.:_-]+)+", text) is not None and len(text) <= 1024


def address_in(text: str) -> str | None:
    """The address in its usual form; nothing of two at once, of one with a port, or with a zone of another machine."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if "%" in text else str(address)


def header_of(environment: Mapping[str, str]) -> str:
    header = environment.get("CLIENT_ADDRESS_HEADER", "x-client-ip")
    # No underscore: WSGI cannot tell it from a hyphen, so gunicorn drops such headers.
    if not re.fullmatch("[A-Za-z0-9-]*", header):
        raise ValueError(f"CLIENT_ADDRESS_HEADER is a header of letters, digits and hyphens, or empty, not {header!r}")
    return header
