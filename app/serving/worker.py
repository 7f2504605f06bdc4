"""gunicorn's threaded worker, with an end that loses nothing."""

import contextlib
import os
import socket
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker

from serving.drain import drain

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    def load_wsgi(self) -> None:
        super().load_wsgi()
        self.wsgi: WsgiApp = closing_while_draining(self.wsgi)

    def handle(self, conn: Any) -> Any:
        """Wait here, in a pool thread, for the client to close a connection that ends.

        gunicorn waits for it in the main thread (`finish_request` in gunicorn/workers/gthread.py), up to 2 seconds for
        each, and accepts nothing meanwhile. That stalls the whole worker during a drain, when every connection ends.
        """
        keep = super().handle(conn)
        if keep is False:
            with contextlib.suppress(OSError):
                util.close_graceful(conn.sock.dup())
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


def closing_while_draining(app: WsgiApp) -> WsgiApp:
    """Answer with `Connection: close` from the drain's first moment on.

    WSGI leaves that header to the server, so the server's response is told. That happens when the headers are made, not
    when the request arrives: a slow request that began before the drain ends its connection too.
    """

    def closing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(*args: Any) -> Any:
            if drain.begun:
                start_response.__self__.force_close()  # type: ignore[attr-defined]  # a method of gunicorn's Response
            return start_response(*args)

        return app(environ, start)

    return closing
