"""Which service, task, zone and image this process is: from the environment and the ECS task metadata endpoint."""

import json
import logging
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Both reads together must fit into a start that ECS and the local stack expect to be quick.
METADATA_TIMEOUT_SECONDS = 0.5

ELSEWHERE = "local"


@dataclass(frozen=True)
class Identity:
    service: str
    task: str
    zone: str
    version: str


def read_identity(environment: Mapping[str, str]) -> Identity:
    """Read once, at the start: none of it changes during a task's life."""
    container, task = read_metadata(environment.get("ECS_CONTAINER_METADATA_URI_V4"))
    return Identity(
        service=environment.get("SERVICE_NAME") or task.get("Family") or ELSEWHERE,
        task=task.get("TaskARN", "").rpartition("/")[2] or ELSEWHERE,
        zone=task.get("AvailabilityZone") or ELSEWHERE,
        version=short_digest(container.get("Image", "")) or short_digest(container.get("ImageID", "")) or ELSEWHERE,
    )


def read_metadata(uri: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The container's and the task's metadata, or nothing at all: a page without a task id beats no page.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
    """
    if not uri:
        return {}, {}
    try:
        return get_json(uri), get_json(f"{uri}/task")
    except (OSError, ValueError) as error:
        logging.getLogger(__name__).warning("The task metadata endpoint did not answer: %s", error)
        return {}, {}


def get_json(url: str) -> dict[str, Any]:
    # The endpoint is link-local; an HTTP_PROXY of the task's must not see the request.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=METADATA_TIMEOUT_SECONDS) as response:
        answer = json.load(response)
    if not isinstance(answer, dict):
        raise ValueError(f"{url} answered something that is not an object")
    return answer


def short_digest(image: str) -> str | None:
    digest = re.search(r"sha256:([0-9a-f]{12})", image)
    return digest[1] if digest else None
