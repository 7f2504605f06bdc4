"""The same pages from a server that knows nothing of a drain: SIGTERM ends it at once, with what it has in hand."""

import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bench_app import create_app


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


class Handler(WSGIRequestHandler):
    def address_string(self) -> str:
        return self.client_address[0]

    def log_message(self, format: str, *args: object) -> None:
        pass


make_server(os.environ["HOST"], int(os.environ["PORT"]), create_app(), Server, Handler).serve_forever()
