"""The image, as Fargate would run it, and with even less. Needs a Docker engine: `.ci/container-tests` runs it."""

import json
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.container.engine import Container, build, docker, exit_code
from tests.process import PATIENCE_SECONDS, answers_across, eventually

pytestmark = pytest.mark.container

FOLDER = Path(__file__).parent
# More than the task definition drops: this image needs no file capability.
NO_CAPABILITIES = ["--cap-drop=ALL", "--security-opt=no-new-privileges"]


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    tag = f"echo-test:{uuid.uuid4().hex[:8]}"
    build(FOLDER, tag)
    yield tag
    docker("image", "rm", "--force", tag)


@pytest.fixture
def run(image: str) -> Iterator[Callable[..., Container]]:
    containers: list[Container] = []

    def start(*options: str) -> Container:
        containers.append(Container(image, 8080, *options))
        containers[-1].wait_until_it_answers()
        return containers[-1]

    yield start
    for container in containers:
        container.remove()


@pytest.mark.parametrize("options", [[], NO_CAPABILITIES], ids=["as on Fargate", "without any capability"])
def test_it_serves_without_root(run: Callable[..., Container], options: list[str]) -> None:
    running = run(*options)
    status, answer, _ = running.request("POST", "/a", b"12345", {"x-client-ip": "203.0.113.9"})
    assert status == 200
    assert json.loads(answer).items() >= {"path": "/a", "body_bytes": 5, "client": "203.0.113.9"}.items()
    assert (running.execute("id", "-u"), running.execute("id", "-g")) == ("10001", "10001")
    assert running.capabilities()["CapEff"] == f"{0:016x}"


def test_its_file_system(run: Callable[..., Container]) -> None:
    running = run()
    assert exit_code("exec", running.id, "touch", "/app/file") != 0
    assert running.execute("stat", "-c", "%a %u", "/tmp") == "1777 0"
    assert set(running.execute("find", "/app", "-type", "f").split()) == {"/app/server.py", "/app/healthcheck.py"}


def test_the_health_check_of_the_task_definition(run: Callable[..., Container]) -> None:
    running = run()
    assert exit_code("exec", running.id, "python3", "-m", "healthcheck") == 0
    assert exit_code("exec", "--env", "PORT=81", running.id, "python3", "-m", "healthcheck") == 1


def test_it_drains_under_requests_and_exits_with_0(run: Callable[..., Container]) -> None:
    container = run("--env=DRAIN_SECONDS=10")
    address = container.address()

    def connect() -> HTTPConnection:
        connection = HTTPConnection(*address, timeout=PATIENCE_SECONDS)
        connection.connect()
        return connection

    def drain() -> None:
        docker("kill", "--signal=TERM", container.id)
        eventually(lambda: "Draining for 10 s" in container.logs(), "the drain has begun")

    answers = answers_across(drain, connect)
    assert {status for status, _ in answers} == {200}
    assert (200, "close") in answers
    docker("stop", "--time=30", container.id)
    assert container.state("ExitCode") == "0"
    lines = [json.loads(line) for line in container.logs().splitlines()]
    assert lines[-1]["message"].startswith("Drained")
