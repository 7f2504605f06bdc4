"""Where the service listens."""

import ipaddress
from collections.abc import Mapping


def address_of(environment: Mapping[str, str]) -> str:
    """As gunicorn writes it. In a container every IPv4 address, because the network reaches none but its own."""
    host, port = environment.get("HOST", "0.0.0.0"), environment.get("PORT", "80")
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        raise ValueError(f"HOST is the IP address to listen on, such as 127.0.0.1, not {host!r}") from None
    return f"{host}:{port}" if version == 4 else f"[{host}]:{port}"
