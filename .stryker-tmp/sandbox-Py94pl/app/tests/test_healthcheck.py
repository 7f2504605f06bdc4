import os
import subprocess
import sys
from collections.abc import Callable

from tests.process import free_port
from tests.server import APP, Server


def check(**environment: str) -> tuple[int, str]:
    """As the task definition runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "healthcheck"],
        cwd=APP,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stderr


def test_a_server_that_answers(serve: Callable[..., Server]) -> None:
    port = str(serve().port)
    assert check(PORT=port) == (0, "")
    assert check(PORT=port, HEALTH_PATH="/") == (0, "")
    code, reason = check(PORT=port, HEALTH_PATH="/nowhere")
    assert code == 1
    assert "status 404" in reason


def test_nobody_there() -> None:
    port = free_port()
    code, reason = check(PORT=str(port))
    assert code == 1
    assert f"http://127.0.0.1:{port}/healthz" in reason
    assert "refused" in reason


def test_it_asks_where_the_service_listens() -> None:
    port = str(free_port())
    assert f"http://127.0.0.1:{port}/" in check(PORT=port, HOST="0.0.0.0")[1]
    assert f"http://127.0.0.2:{port}/" in check(PORT=port, HOST="127.0.0.2")[1]
