import hashlib
import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from flask_app import LARGEST_BODY, create_app
from flask_app.identity import Identity, read_identity
from tests.metadata import metadata_server
from tests.process import free_port

DIGEST = "sha256:0123456789ab" + "c" * 52
CONTAINER = {"Image": f"registry.example/flask@{DIGEST}", "ImageID": "sha256:" + "f" * 64}
TASK = {
    "TaskARN": "arn:aws:ecs:eu-west-2:111122223333:task/cluster/158d1c8083dd49d6b527399fd6414f5c",
    "AvailabilityZone": "eu-west-2b",
    "Family": "flask",
    "Revision": "7",
}


@pytest.fixture
def metadata() -> Iterator[tuple[str, dict[str, object]]]:
    answers: dict[str, object] = {"/v4/id": CONTAINER, "/v4/id/task": TASK}
    with metadata_server(answers) as address:
        yield f"{address}/v4/id", answers


def test_the_page(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "Serving flask app" in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Vary"] == "Accept"


def test_the_page_shortens_a_task_id_and_keeps_the_whole_in_its_title(
    metadata: tuple[str, dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECS_CONTAINER_METADATA_URI_V4", metadata[0])
    page = create_app().test_client().get("/").text
    assert '<dd title="158d1c8083dd49d6b527399fd6414f5c">158d1c8083dd…</dd>' in page
    assert re.findall(r"(?:href|src)=\"(?!data:)|url\(|@import", page) == []


def test_the_page_leaves_a_short_task_id(client: FlaskClient) -> None:
    assert '<dd title="local">local</dd>' in client.get("/").text


def test_the_page_is_for_whoever_does_not_say(client: FlaskClient) -> None:
    assert "Serving flask app" in client.get("/", headers={"Accept": "*/*"}).text
    assert "Serving flask app" in client.get("/").text


def test_the_page_as_json(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "application/json"})
    assert response.get_json() == {
        "service": "local",
        "task": "local",
        "zone": "local",
        "version": "local",
        "client": "127.0.0.1",
    }


def test_health(client: FlaskClient) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("size", [0, 1, 2_000_000, LARGEST_BODY])
def test_upload_of_a_raw_body(client: FlaskClient, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    response = client.post("/upload", data=body)
    assert response.get_json() == {"bytes": size, "sha256": hashlib.sha256(body).hexdigest()}


def test_upload_of_a_form_file(client: FlaskClient) -> None:
    body = b"x" * 2_000_000
    response = client.post("/upload", data={"file": (io.BytesIO(body), "x.bin")})
    assert response.get_json() == {"bytes": 2_000_000, "sha256": hashlib.sha256(body).hexdigest()}


def test_a_form_without_the_file(client: FlaskClient) -> None:
    response = client.post("/upload", data={"other": (io.BytesIO(b"x"), "x.bin")})
    assert response.status_code == 400
    assert "'file'" in response.get_json()["detail"]


def test_too_large_an_upload(client: FlaskClient) -> None:
    assert client.post("/upload", data=bytes(LARGEST_BODY + 1)).status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/", 405), ("GET", "/upload", 405)]
)
def test_problems_are_json(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert set(response.get_json()) == {"error", "detail"}
    if status == 405:
        assert response.headers["Allow"]


def test_identity_of_a_task(metadata: tuple[str, dict[str, object]]) -> None:
    uri, _ = metadata
    identity = read_identity({"ECS_CONTAINER_METADATA_URI_V4": uri, "SERVICE_NAME": "shop"})
    assert identity == Identity("shop", "158d1c8083dd49d6b527399fd6414f5c", "eu-west-2b", "0123456789ab")


def test_identity_without_a_pinned_image_or_a_name(metadata: tuple[str, dict[str, object]]) -> None:
    uri, answers = metadata
    answers["/v4/id"] = {**CONTAINER, "Image": "registry.example/flask:latest"}
    identity = read_identity({"ECS_CONTAINER_METADATA_URI_V4": uri})
    assert (identity.service, identity.version) == ("flask", "f" * 12)


@pytest.mark.parametrize("answer", [None, [], "text"])
def test_identity_when_the_endpoint_answers_nonsense(
    metadata: tuple[str, dict[str, object]], answer: object, caplog: pytest.LogCaptureFixture
) -> None:
    uri, answers = metadata
    answers["/v4/id"] = answer
    assert read_identity({"ECS_CONTAINER_METADATA_URI_V4": uri}) == Identity("local", "local", "local", "local")
    assert "metadata" in caplog.text


def test_identity_when_the_endpoint_is_away() -> None:
    uri = f"http://127.0.0.1:{free_port()}/v4/id"
    assert read_identity({"ECS_CONTAINER_METADATA_URI_V4": uri, "SERVICE_NAME": "shop"}).service == "shop"
