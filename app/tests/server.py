"""A real gunicorn, started with the command of the Dockerfile."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

APP = Path(__file__).parent.parent
PATIENCE_SECONDS = 30
T = TypeVar("T")


def eventually(question: Callable[[], T | None], what: str) -> T:
    """Wait for an answer; the limit only ends a test that would hang."""
    limit = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < limit:
        if answer := question():
            return answer
        time.sleep(0.01)
    raise AssertionError(f"never happened: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command_of_dockerfile() -> list[str]:
    lines = (APP / "Dockerfile").read_text().splitlines()
    command: list[str] = json.loads([line for line in lines if line.startswith("CMD ")][-1].removeprefix("CMD "))
    assert command[:3] == ["python3", "-m", "gunicorn"]
    return command


class Server:
    def __init__(self, held: Path, **environment: str) -> None:
        self.port = free_port()
        self.held = held
        self.lines: list[dict[str, Any]] = []
        self.not_json: list[str] = []
        command = [sys.executable, *command_of_dockerfile()[1:-1], "tests.held_app:create_held_app()"]
        self.process = subprocess.Popen(
            command,
            cwd=APP,
            env={**os.environ, "PORT": str(self.port), "HELD_DIRECTORY": str(held), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        eventually(self.answers, "the server answers")

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.not_json.append(line)

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.connect()
        return connection

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, str | None]:
        """Status and Connection header, over a new connection."""
        connection = self.connect()
        try:
            return ask(connection, path, headers)
        finally:
            connection.close()

    def answers(self) -> bool:
        assert self.process.poll() is None, f"exited: {self.lines} {self.not_json}"
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def refuses(self) -> bool:
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return True
        except OSError:
            pass
        return False

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines if "message" in line]

    def said(self, words: str, times: int = 1) -> bool:
        return sum(words in message for message in self.messages()) >= times

    def wait_for(self, words: str, times: int = 1) -> None:
        eventually(lambda: self.said(words, times), f"log {words!r} x{times}")

    def drain(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.wait_for("Draining for")

    def hold(self, name: str) -> "HeldRequest":
        return HeldRequest(self, name)

    def exit_code(self) -> int:
        code = self.process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        return code

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()


class HeldRequest:
    """A request that is in flight from here on, until it is released."""

    def __init__(self, server: Server, name: str) -> None:
        self.server, self.name = server, name
        self.connection = server.connect()
        self.connection.request("GET", f"/held/{name}")
        eventually((server.held / f"{name}.started").exists, f"request {name} has started")

    def release(self) -> tuple[int, str | None]:
        (self.server.held / f"{self.name}.release").touch()
        response = self.connection.getresponse()
        response.read()
        return response.status, response.getheader("Connection")


def ask(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None
) -> tuple[int, str | None]:
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    response.read()
    return response.status, response.getheader("Connection")
