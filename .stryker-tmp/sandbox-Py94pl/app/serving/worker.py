"""gunicorn's threaded worker, with limits on what it waits for, and an end that loses nothing."""

import contextlib
import os
import selectors
import socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from gunicorn import util
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from serving import reading
from serving.drain import drain

# Of a body too large: read on, or the connection is reset and the client might never see the answer.
MOST_DRAINED = 16 * 1024 * 1024

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi: WsgiApp = announcing_the_close(self.wsgi)

    def accept(self, listener: Any) -> None:
        """Let a new connection wait for its first byte where the kept ones do.

        gunicorn lets it wait in a pool thread, up to 5 seconds: a few silent connections and the worker answers nobody.
        """
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another worker was faster, or the client has left
            return
        self.nr_conns += 1
        conn = reading.Connection(self.cfg, client, address, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def _cap_keepalive(self, deadline: float) -> None:
        """When the worker stops: also those that have never sent anything end now, and not in 75 seconds."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def handle_request(self, req: Any, conn: Any) -> Any:
        conn.parser.unreader.begin_body()
        req.body = reading.whole(req)
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Any, keepalive: Any) -> bool:
        """A body that nobody has read may be half a body, too."""
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except (OSError, ParseException):
            return False

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        if not isinstance(exc, reading.HeadTooSlow):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("No whole request from %s in %g s: hanging up", addr[0], reading.HEAD_SECONDS)
        with contextlib.suppress(OSError):
            util.write_error(client, 408, "Request Timeout", "")

    def handle(self, conn: Any) -> Any:
        """Wait here, in a pool thread, for the client to close a connection that ends.

        gunicorn waits for it in the main thread (`finish_request` in gunicorn/workers/gthread.py), up to 2 seconds for
        each, and accepts nothing meanwhile. That stalls the whole worker during a drain, when every connection ends.
        """
        keep = super().handle(conn)
        if keep is False:
            with contextlib.suppress(OSError):
                util.close_graceful(conn.sock.dup(), max_drain=MOST_DRAINED)
                conn.sock.shutdown(socket.SHUT_RDWR)
        return keep

    def handle_quit(self, sig: int, frame: Any) -> None:
        """SIGINT and SIGQUIT: leave at once.

        gunicorn's own would wait for a lock of the thread pool, for ever if this signal has interrupted its holder, and
        then for each request in flight, since Python joins the threads of a pool before it exits.
        """
        os._exit(0)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Stop listening as soon as the worker stops, with nothing left in the backlog.

        gunicorn keeps the socket open until the last request in flight is done: whoever connects meanwhile waits that
        long and is then reset, though a refusal at once would let it go elsewhere.
        """
        super().set_accept_enabled(enabled)
        if enabled or self.alive:
            return
        for listener in self.sockets:
            accepted = -1
            while accepted != self.nr_conns:
                accepted = self.nr_conns
                self.accept(listener)
            listener.close()


def announcing_the_close(app: WsgiApp) -> WsgiApp:
    """Answer with `Connection: close` where the connection will end: from the drain's first moment on, and when a body
    came but in part, or much of it was not read.

    WSGI leaves that header to the server, so the server's response is told. That happens when the headers are made, not
    when the request arrives: a slow request that began before the drain ends its connection too.
    """

    def closing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(*args: Any) -> Any:
            if drain.begun or reading.ends_the_connection(environ["wsgi.input"]):
                start_response.__self__.force_close()  # type: ignore[attr-defined]  # a method of gunicorn's Response
            return start_response(*args)

        return app(environ, start)

    return closing
