"""What `python3 -m healthcheck`, the platform's default health check, runs: exit 0 if the service answers 200."""

import http.client
import os
import sys

host = os.environ.get("HOST", "0.0.0.0").replace("0.0.0.0", "127.0.0.1")
connection = http.client.HTTPConnection(host, int(os.environ.get("PORT", "8080")), timeout=2)
try:
    connection.request("GET", os.environ.get("HEALTH_PATH", "/healthz"), headers={"Connection": "close"})
    status = connection.getresponse().status
except (OSError, http.client.HTTPException) as error:
    sys.exit(f"no answer: {error}")
sys.exit(None if status == 200 else f"status {status}")
