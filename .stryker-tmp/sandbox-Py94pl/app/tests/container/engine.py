"""Images and containers of a Docker engine, run as Fargate would. The tests of examples/echo/ use it too."""

import http.client
import subprocess
from pathlib import Path

from tests.process import eventually

# What Docker grants by default, less NET_BIND_SERVICE, by name: Fargate cannot pair "drop ALL" with an add.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html
DROPPED = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
]
AS_ON_FARGATE = [
    "--read-only",
    *[f"--cap-drop={capability}" for capability in DROPPED],
    # Docker lets anybody bind port 80 since 20.10; Fargate does not.
    "--sysctl=net.ipv4.ip_unprivileged_port_start=1024",
    # An anonymous volume is owned as in the image, like a Fargate volume that the image declares.
    "--volume=/tmp",
]


def docker(*arguments: str, check: bool = True) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    if check:
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def exit_code(*arguments: str) -> int:
    return subprocess.run(["docker", *arguments], capture_output=True).returncode


def build(context: Path, tag: str) -> str:
    docker("build", "--tag", tag, str(context))
    return docker("image", "inspect", "--format", "{{.Id}}", tag)


class Container:
    def __init__(self, image: str, port: int, *options: str) -> None:
        self.port = port
        publish = f"--publish=127.0.0.1::{port}"
        self.id = docker("run", "--detach", publish, f"--env=PORT={port}", *AS_ON_FARGATE, *options, image)

    def address(self) -> tuple[str, int]:
        host, _, port = docker("port", self.id, f"{self.port}/tcp").splitlines()[0].rpartition(":")
        return host, int(port)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, str | None]:
        """Status, body and Connection header, over a new connection."""
        connection = http.client.HTTPConnection(*self.address(), timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read(), response.getheader("Connection")
        finally:
            connection.close()

    def answers(self) -> bool:
        assert self.state("Running") == "true", self.logs()
        try:
            return self.request("GET", "/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def wait_until_it_answers(self) -> None:
        eventually(self.answers, "the container answers")

    def state(self, field: str) -> str:
        return docker("inspect", "--format", f"{{{{.State.{field}}}}}", self.id)

    def logs(self) -> str:
        done = subprocess.run(["docker", "logs", self.id], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout

    def execute(self, *command: str) -> str:
        return docker("exec", self.id, *command)

    def capabilities(self) -> dict[str, str]:
        """Of its first process, by the names in /proc, as hexadecimal sets; among other things that are told there."""
        return dict(line.split(":\t") for line in self.execute("cat", "/proc/1/status").splitlines())

    def remove(self) -> None:
        docker("rm", "--force", "--volumes", self.id)
