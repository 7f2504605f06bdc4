"""The drain, on a real gunicorn. What must outlast the test drains for an hour; nothing here measures time."""

import os
import signal
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from serving.drain import seconds_of
from serving.worker import DrainingWorker
from tests.process import answers_across, ask, eventually
from tests.server import Server

Serve = Callable[..., Server]
AN_HOUR = "3600"


def test_new_connections_are_answered_and_asked_to_close(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    assert server.get("/") == (200, "keep-alive")
    server.drain()
    assert [server.get("/") for _ in range(20)] == [(200, "close")] * 20
    assert server.get("/healthz") == (200, "close"), "draining is not ill"
    assert server.get("/nowhere") == (404, "close")


def test_an_open_connection_gets_one_more_answer(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    connection = server.connect()
    assert ask(connection, "/") == (200, "keep-alive")
    server.drain()
    assert ask(connection, "/") == (200, "close")
    assert connection.sock is None, "the client saw the announcement"


def test_a_request_from_before_the_drain_ends_its_connection(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    request = server.hold("early")
    server.drain()
    assert request.release() == (200, "close")


def test_a_request_at_the_end_of_the_drain_is_finished(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS="1")
    server.drain()
    request = server.hold("late")
    server.wait_for("Drained")
    eventually(server.refuses, "new connections are refused although a request is still in flight")
    assert server.process.poll() is None
    assert request.release() == (200, "close")
    assert server.exit_code() == 0


def test_no_drain_refuses_soon_and_finishes_what_is_in_flight(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS="0")
    request = server.hold("only")
    server.process.send_signal(signal.SIGTERM)
    eventually(server.refuses, "new connections are refused")
    assert request.release()[0] == 200
    assert server.exit_code() == 0
    assert not server.said("Draining for")


def test_an_idle_connection_does_not_keep_the_server(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS="0")
    connection = server.connect()
    assert ask(connection, "/") == (200, "keep-alive")
    server.process.send_signal(signal.SIGTERM)
    assert server.exit_code() == 0


def test_a_second_sigterm_changes_nothing(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    server.drain()
    server.process.send_signal(signal.SIGTERM)
    server.wait_for("Handling signal: term", times=2)
    assert server.get("/") == (200, "close")
    assert sum("Draining for" in message for message in server.messages()) == 1


@pytest.mark.parametrize("quick", [signal.SIGINT, signal.SIGQUIT])
def test_a_quick_signal_ends_the_drain(serve: Serve, quick: signal.Signals) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    server.drain()
    server.hold("abandoned")
    server.process.send_signal(quick)
    assert server.exit_code() == 0


def test_a_worker_that_replaces_another_drains_too(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR, WEB_CONCURRENCY="1")
    server.drain()
    worker = next(line["pid"] for line in server.lines if "Booting worker" in line.get("message", ""))
    os.kill(worker, signal.SIGKILL)
    server.wait_for("Booting worker", times=2)
    assert server.get("/") == (200, "close")


def test_clients_that_heed_the_announcement_lose_nothing(serve: Serve) -> None:
    server = serve(DRAIN_SECONDS=AN_HOUR)
    answers = answers_across(server.drain, server.connect)
    assert {status for status, _ in answers} == {200}
    assert (200, "close") in answers


def test_the_main_thread_never_waits_for_a_client_to_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadWorker, "handle", lambda *_: False)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        connection: Any = SimpleNamespace(sock=ours)
        assert DrainingWorker.handle(object.__new__(DrainingWorker), connection) is False
        ours.setblocking(False)
        assert ours.recv(1) == b"", "the client's end counts as closed, although it is not"


@pytest.mark.parametrize(("given", "seconds"), [("0", 0), ("2.5", 2.5), ("60", 60)])
def test_drain_seconds(given: str, seconds: float) -> None:
    assert seconds_of({"DRAIN_SECONDS": given}) == seconds


def test_drain_seconds_by_default() -> None:
    assert seconds_of({}) == 60


@pytest.mark.parametrize("given", ["", "soon", "-1", "nan", "inf"])
def test_drain_seconds_that_are_none(given: str) -> None:
    with pytest.raises(ValueError, match="DRAIN_SECONDS"):
        seconds_of({"DRAIN_SECONDS": given})
