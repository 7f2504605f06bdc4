"""The image, as Fargate would run it: no root, a read-only file system, and one capability left.

Needs a Docker engine, so a plain `pytest` leaves it out; `.ci/container-tests` runs it, and nothing here skips itself.
"""

import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.container.engine import Container, build, docker, exit_code
from tests.process import eventually
from tests.server import APP

pytestmark = pytest.mark.container


@pytest.fixture(scope="session")
def image() -> Iterator[str]:
    tag = f"flask-app-fargate-test:{uuid.uuid4().hex[:8]}"
    build(APP, tag)
    yield tag
    docker("image", "rm", "--force", tag)


@pytest.fixture(scope="session")
def image_without_capability(image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    context = tmp_path_factory.mktemp("without-capability")
    (context / "Dockerfile").write_text(
        f"FROM {image}\n"
        "USER 0:0\n"
        "RUN python3 -c 'import os, sys;"
        ' os.removexattr(os.path.realpath(sys.executable), "security.capability")\'\n'
        "USER 10001:10001\n"
    )
    tag = f"{image}-without-capability"
    build(context, tag)
    yield tag
    docker("image", "rm", "--force", tag)


@pytest.fixture
def run(image: str) -> Iterator[Callable[..., Container]]:
    containers: list[Container] = []

    def start(*options: str, of: str = image) -> Container:
        containers.append(Container(of, 80, *options))
        return containers[-1]

    yield start
    for container in containers:
        container.remove()


@pytest.fixture
def running(run: Callable[..., Container]) -> Container:
    container = run()
    container.wait_until_it_answers()
    return container


def test_it_serves_port_80_without_root(running: Container) -> None:
    assert b"Serving flask app" in running.request("GET", "/")[1]
    assert running.execute("id", "-u") == "10001"
    assert running.execute("id", "-g") == "10001"
    capabilities = running.capabilities()
    only_net_bind_service = f"{1 << 10:016x}"
    assert capabilities["CapBnd"] == only_net_bind_service
    assert capabilities["CapEff"] == only_net_bind_service


def test_its_file_system(running: Container) -> None:
    assert exit_code("exec", running.id, "touch", "/app/file") != 0
    assert running.execute("stat", "-c", "%a %u", "/tmp") == "1777 0"


def test_without_the_file_capability_it_cannot_have_port_80(
    image_without_capability: str, run: Callable[..., Container]
) -> None:
    container = run(of=image_without_capability)
    eventually(lambda: container.state("Running") == "false", "the container has exited")
    assert container.state("ExitCode") != "0"
    assert "ermission denied" in container.logs()


def test_a_form_upload_that_needs_a_temporary_file(running: Container) -> None:
    content = bytes(range(256)) * 8_000
    boundary = uuid.uuid4().hex
    body = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file"; filename="x.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += content + f"\r\n--{boundary}--\r\n".encode()
    status, answer, _ = running.request(
        "POST", "/upload", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    )
    assert (status, json.loads(answer)) == (
        200,
        {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
    )


def test_the_health_check_of_the_task_definition(running: Container) -> None:
    assert exit_code("exec", running.id, "python3", "-m", "healthcheck") == 0
    assert exit_code("exec", "--env", "PORT=81", running.id, "python3", "-m", "healthcheck") == 1
    assert exit_code("exec", "--env", "HEALTH_PATH=/nowhere", running.id, "python3", "-m", "healthcheck") == 1


def test_it_drains_and_exits_with_0(run: Callable[..., Container]) -> None:
    container = run("--env=DRAIN_SECONDS=3")
    container.wait_until_it_answers()
    docker("kill", "--signal=TERM", container.id)
    eventually(lambda: "Draining for 3 s" in container.logs(), "the drain has begun")
    assert container.request("GET", "/")[::2] == (200, "close")
    docker("stop", "--time=30", container.id)
    assert container.state("ExitCode") == "0"
    assert "Shutting down" in container.logs()


def test_its_logs_are_json(running: Container) -> None:
    assert all(json.loads(line) for line in running.logs().splitlines())


def test_its_content_is_the_application_and_nothing_else(running: Container) -> None:
    expected = {APP / "gunicorn.conf.py", APP / "healthcheck.py"}
    for package in ("flask_app", "serving"):
        expected |= {path for path in (APP / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    files = {Path(line) for line in running.execute("find", "/app", "-type", "f").split()}
    assert files == {Path("/app") / path.relative_to(APP) for path in expected}


def test_only_content_changes_the_image(image: str, tmp_path: Path) -> None:
    copy = tmp_path / "app"
    shutil.copytree(APP, copy, ignore=shutil.ignore_patterns("__pycache__", ".*_cache", ".venv"))
    tag = f"{image}-copy"
    try:
        before = build(copy, tag)
        assert before == build(copy, tag)

        (copy / "README.md").write_text("Other words.\n")
        (copy / "tests" / "test_more.py").write_text("")
        (copy / "requirements-dev.txt").write_text("")
        (copy / "flask_app" / "__pycache__").mkdir()
        (copy / "flask_app" / "__pycache__" / "identity.cpython-313.pyc").write_bytes(b"")
        (copy / ".venv").mkdir()
        assert before == build(copy, tag)

        with (copy / "flask_app" / "templates" / "index.html").open("a") as page:
            page.write("<!-- changed -->\n")
        assert before != build(copy, tag)
    finally:
        docker("image", "rm", "--force", tag)
