"""The container health check, without curl: exit 0 if the service on this machine answers 200, else 1 and why."""

import http.client
import os
import sys

TIMEOUT_SECONDS = 2
EVERYWHERE = "0.0.0.0"


def problem_at(host: str, port: int, path: str) -> str | None:
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if status == 200 else f"status {status}"


def main() -> int:
    port = int(os.environ.get("PORT", "80"))
    path = os.environ.get("HEALTH_PATH", "/healthz")
    host = os.environ.get("HOST", EVERYWHERE)
    host = "127.0.0.1" if host == EVERYWHERE else host
    problem = problem_at(host, port, path)
    if problem is None:
        return 0
    print(f"GET http://{host}:{port}{path}: {problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
