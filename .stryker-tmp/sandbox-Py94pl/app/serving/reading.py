"""How long and how much a client may send.

gunicorn's threaded worker waits for the rest of a request without end, in one of its few threads, and gives half a body
to the application as if it were whole.
"""

import time
from typing import Any

from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn

# Everything up to the empty line. The gateway has it whole before it chooses a route, so it arrives in one piece.
HEAD_SECONDS = 10.0
# From a request's first byte to its body's last, and as long again for each piece of the answer: an HTTP API waits no
# longer. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
REQUEST_SECONDS = 30.0
# The gateway forwards 10,240 bytes at most and adds its own; this only keeps a client from filling the memory.
LARGEST_HEAD = 64 * 1024
# What gunicorn reads of a body that nobody has read, before it gives the connection up instead.
MOST_SKIPPED = 64 * 1024


class HeadTooSlow(Exception):
    """Not an OSError: gunicorn takes those for a fault of the socket."""


class PacedUnreader(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """The bytes of one connection, for one request after the other."""

    def begin_head(self) -> None:
        self.begun = time.monotonic()
        self.head_left: int | None = LARGEST_HEAD

    def begin_body(self) -> None:
        self.head_left = None

    def chunk(self, size_hint: int | None = None) -> bytes:
        left = self.begun + (REQUEST_SECONDS if self.head_left is None else HEAD_SECONDS) - time.monotonic()
        set_by_others = self.sock.gettimeout()
        try:
            if left <= 0:
                raise TimeoutError
            self.sock.settimeout(left if set_by_others is None else min(left, set_by_others))
            data: bytes = super().chunk(size_hint)
        except TimeoutError:
            if self.head_left is not None:
                raise HeadTooSlow from None
            raise TimeoutError("the body did not arrive in time") from None
        finally:
            self.sock.settimeout(set_by_others)
        if self.head_left is not None:
            self.head_left -= len(data)
            if self.head_left < 0:
                raise LimitRequestHeaders(f"request line and headers are {LARGEST_HEAD} bytes at most")
        return data


class Connection(TConn):  # type: ignore[misc]
    def init(self) -> None:
        """gunicorn calls this in a thread of the pool, before each request."""
        super().init()
        self.sock.settimeout(REQUEST_SECONDS)  # to send: one that does not read its answer holds no thread either
        if not isinstance(self.parser.unreader, PacedUnreader):
            self.parser.unreader = PacedUnreader(self.sock)
        self.parser.unreader.begin_head()


class WholeReader:
    """A body of which half is an OSError, as WSGI has it for a client that is gone: Flask answers it with 400."""

    def __init__(self, reader: Any, length: int | None) -> None:
        self.reader = reader
        # None: chunked, and not at its end.
        self.left = length

    def read(self, size: int) -> bytes:
        try:
            data: bytes = self.reader.read(size)
        except ParseException as error:  # in a trailer
            raise OSError(str(error)) from error
        if self.left is None:
            self.left = None if data else 0
        elif len(data) < min(size, self.left):
            raise ConnectionAbortedError("the client went away in the middle of a body")
        else:
            self.left -= len(data)
        return data


def whole(request: Any) -> Body:
    reader = request.body.reader
    if isinstance(reader, ChunkedReader):
        reader.limit_trailer_section = LARGEST_HEAD  # by default what all headers may have together: megabytes
        return Body(WholeReader(reader, None))
    return Body(WholeReader(reader, reader.length))


def ends_the_connection(body: Any) -> bool:
    """Whether gunicorn will hang up after the answer, because of the body or to be rid of the rest of it."""
    reader = getattr(body, "reader", None)
    if not isinstance(reader, WholeReader):  # something of the application's own
        return False
    return body.failed or reader.left is None or reader.left > MOST_SKIPPED
