"""A service as a real process, whose log is JSON lines. The tests of examples/echo/ use it too."""

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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

PATIENCE_SECONDS = 30
T = TypeVar("T")
# Status and Connection header.
Answer = tuple[int, str | None]


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


def command_of_dockerfile(folder: Path) -> list[str]:
    """What its CMD runs, by the Python that runs the tests."""
    lines = (folder / "Dockerfile").read_text().splitlines()
    command: list[str] = json.loads([line for line in lines if line.startswith("CMD ")][-1].removeprefix("CMD "))
    assert command[0] == "python3"
    return [sys.executable, *command[1:]]


class Process:
    def __init__(self, folder: Path, command: list[str], **environment: str) -> None:
        self.port = free_port()
        self.lines: list[dict[str, Any]] = []
        self.not_json: list[str] = []
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PORT": str(self.port), **environment},
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

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """Over a new connection."""
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

    def request_line(self, path: str) -> dict[str, Any]:
        """The log's line about the first request of this path."""
        return eventually(
            lambda: next((line for line in self.lines if line.get("path") == path), None), f"log of {path}"
        )

    def messages(self) -> list[str]:
        return [line["message"] for line in self.lines if "message" in line]

    def said(self, words: str, times: int = 1) -> bool:
        return sum(words in message for message in self.messages()) >= times

    def wait_for(self, words: str, times: int = 1) -> None:
        eventually(lambda: self.said(words, times), f"log {words!r} x{times}")

    def drain(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.wait_for("Draining for")

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


def ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str] | None = None) -> Answer:
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    response.read()
    return response.status, response.getheader("Connection")


def answers_across(event: Callable[[], None], connect: Callable[[], http.client.HTTPConnection]) -> list[Answer]:
    """What clients get that keep their connections and heed `Connection: close`, before and after the event.

    Raises what any of them met instead of an answer.
    """
    clients, before, after = 8, 50, 150
    halfway = threading.Barrier(clients + 1)

    def client() -> list[Answer]:
        connection = connect()
        answers = [ask(connection, "/healthz") for _ in range(before)]
        halfway.wait(PATIENCE_SECONDS)
        # http.client connects again by itself after a response that says close, and never repeats a request.
        answers += [ask(connection, "/healthz") for _ in range(after)]
        connection.close()
        return answers

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(client) for _ in range(clients)]
        halfway.wait(PATIENCE_SECONDS)
        event()
        return [answer for each in running for answer in each.result(PATIENCE_SECONDS)]
