from collections.abc import Callable

import pytest

from serving.listening import address_of
from tests.server import Server


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "0.0.0.0:80"),
        ({"PORT": "8080"}, "0.0.0.0:8080"),
        ({"HOST": "127.0.0.1", "PORT": "8080"}, "127.0.0.1:8080"),
        ({"HOST": "::"}, "[::]:80"),
    ],
)
def test_where_it_listens(given: dict[str, str], address: str) -> None:
    assert address_of(given) == address


@pytest.mark.parametrize("given", ["", "localhost", "a-machine", "127.0.0.1:80"])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="HOST"):
        address_of({"HOST": given})


def test_on_loopback_nobody_else_can_connect(serve: Callable[..., Server]) -> None:
    server = serve(HOST="127.0.0.1")
    server.wait_for(f"Listening at: http://127.0.0.1:{server.port} ")
