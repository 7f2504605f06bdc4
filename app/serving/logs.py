"""Everything on standard output, one JSON object a line: gunicorn's own words, its requests, and the application's."""

import json
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger

from serving.client import PEER


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        request = getattr(record, "request", None)
        if request:
            line |= request
        else:
            line |= {"message": record.getMessage(), "logger": record.name, "pid": record.process}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        # The stream that is already open: a file-capable interpreter cannot open /dev/stdout by its path.
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        logging.root.handlers = [handler]
        logging.root.setLevel(self.loglevel)
        for logger in (self.error_log, self.access_log):
            logger.handlers = [handler]

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        status = int(str(resp.status).split()[0])
        if status == 200 and environ.get("PATH_INFO") == os.environ.get("HEALTH_PATH", "/healthz"):
            return  # ECS asks every few seconds, and CloudWatch bills by the GB
        request = {
            "method": environ.get("REQUEST_METHOD"),
            "path": environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace"),
            "status": status,
            "bytes": resp.sent,
            "duration_ms": round(request_time.total_seconds() * 1000, 1),
            # The API's own, which clients get as apigw-requestid and its access log has as requestId.
            "request_id": environ.get("HTTP_X_REQUEST_ID"),
            "trace_id": environ.get("HTTP_X_AMZN_TRACE_ID"),
            "client": environ.get("REMOTE_ADDR") if PEER in environ else None,
            "peer": environ.get(PEER, environ.get("REMOTE_ADDR")),
            # As it came. What a client sends under this name (RFC 7239) may stand before what API Gateway adds.
            "forwarded": environ.get("HTTP_FORWARDED"),
        }
        present = {name: value for name, value in request.items() if value is not None}
        self.access_log.info("request", extra={"request": present})
