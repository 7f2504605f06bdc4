"""A real gunicorn, started with the command of the Dockerfile."""

from pathlib import Path

from tests.process import Process, command_of_dockerfile, eventually

APP = Path(__file__).parent.parent


class Server(Process):
    def __init__(self, held: Path, **environment: str) -> None:
        self.held = held
        command = command_of_dockerfile(APP)
        assert command[1:3] == ["-m", "gunicorn"]
        command[-1] = "tests.held_app:create_held_app()"
        super().__init__(APP, command, HELD_DIRECTORY=str(held), **environment)

    def hold(self, name: str) -> "HeldRequest":
        return HeldRequest(self, name)


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
