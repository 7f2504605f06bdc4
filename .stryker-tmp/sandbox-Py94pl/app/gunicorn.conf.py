"""gunicorn reads this from the directory it starts in. https://docs.gunicorn.org/en/stable/settings.html"""

import os
import signal
from typing import Any

from serving.client import header_of, naming_the_client, under_the_prefix
from serving.drain import drain
from serving.listening import address_of
from serving.logs import JsonLogger
from serving.worker import DrainingWorker

bind = address_of(os.environ)

# Two, so that one still answers while the other is replaced.
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
worker_class = DrainingWorker
# Open at a time, in each worker: below the 1,024 files that a process may have by default.
worker_connections = 512

# Heartbeats without disk writes. macOS has no /dev/shm.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None

# API Gateway reuses connections and does not say for how long: the server must not be the first to hang up.
keepalive = 75
# The longest an HTTP API waits for an answer, so the longest that anybody waits for a request in flight.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
graceful_timeout = 30

logger_class = JsonLogger
accesslog = errorlog = "-"

# No request that the gateway forwards is too large here: 10,240 bytes for the request line and all headers together,
# and what it adds. 0 is no limit, as gunicorn allows none above 8,190; serving/reading.py has one for the whole.
limit_request_line = 0
limit_request_field_size = 16 * 1024
limit_request_fields = 4096

# Nobody writes SCRIPT_NAME or the scheme by a header, not even from this machine as by default: the local stack must
# answer as AWS does.
forwarded_allow_ips = ""

# What the gateway writes the client's address into; empty where there is no gateway, and anybody could send it.
client_address_header = header_of(os.environ)

# Its socket would be a file, and the root file system is read-only.
control_socket_disable = True


def post_fork(_arbiter: Any, _worker: Any) -> None:
    # Until the worker has its own handlers, those of the arbiter would swallow a signal to stop.
    for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_DFL)


def post_worker_init(worker: Any) -> None:
    if client_address_header:
        worker.wsgi = under_the_prefix(naming_the_client(worker.wsgi, client_address_header))


def when_ready(arbiter: Any) -> None:
    drain.install(arbiter)
