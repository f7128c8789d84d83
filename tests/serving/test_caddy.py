"""The door: what `deployments/Caddyfile` does, tried with Caddy and two small servers."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from threading import Thread

import httpx
import pytest
from websockets.http11 import Request, Response
from websockets.sync.client import connect
from websockets.sync.server import Server, ServerConnection, serve

from kam_flows.serving.stores import free_port
from kam_flows.settings import PROJECT
from tests.serving.houses import wait_until

pytestmark = pytest.mark.slow

CADDYFILE = PROJECT / "deployments" / "Caddyfile"


@contextmanager
def server(name: str, port: int) -> Iterator[Server]:
    """Says its name, by plain requests and on a websocket."""

    def answer(connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            return None
        return connection.respond(HTTPStatus.OK, name)

    def talk(connection: ServerConnection) -> None:
        for message in connection:
            connection.send(f"{name}: {message!s}")

    with serve(talk, "127.0.0.1", port, process_request=answer) as running:
        thread = Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Door:
    """Caddy with our file, on ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ports = free_port(), free_port()
        self.secure, self.inside, self.plain = free_port(), free_port(), free_port()
        self.root = home / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    @property
    def env(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "PUBLIC_URL": f"https://localhost:{self.secure}",
            "INSIDE": f"http://127.0.0.1:{self.inside}",
            "HTTP_PORT": str(self.plain),
            "SERVERS": " ".join(f"127.0.0.1:{port}" for port in self.ports),
        }

    @contextmanager
    def open(self) -> Iterator[None]:
        caddy = shutil.which("caddy")
        assert caddy, "sudo apt-get install caddy"
        command = [caddy, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
        with (self.home / "log").open("wb") as log:
            process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or self._answers())
            assert process.poll() is None, (self.home / "log").read_text("utf-8")
            yield
        finally:
            process.terminate()
            process.wait(30)

    def _answers(self) -> bool:
        try:
            return self.root.exists() and bool(self.get("/").text)
        except httpx.HTTPError:
            return False

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root))

    def get(self, path: str) -> httpx.Response:
        url = f"https://localhost:{self.secure}{path}"
        return httpx.get(url, verify=self.trust, trust_env=False)

    def who(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.inside}/api/x", trust_env=False).text


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_people_come_in_by_tls_and_a_websocket_with_them(door: Door):
    with server("one", door.ports[0]), server("two", door.ports[1]), door.open():
        answer = door.get("/api/health")
        url = f"wss://localhost:{door.secure}/api/events/out"
        with connect(url, ssl=door.trust, proxy=None) as socket:
            socket.send("hello")
            said = str(socket.recv(timeout=10))
        plain = httpx.get(f"http://localhost:{door.plain}/", trust_env=False)

    assert answer.text in {"one", "two"}
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert said.endswith(": hello")
    assert plain.status_code == 308
    assert plain.headers["Location"].startswith("https://localhost")


def test_when_one_server_is_gone_the_other_has_everything(door: Door):
    with server("two", door.ports[1]), door.open():
        with server("one", door.ports[0]):
            wait_until(lambda: {door.who() for _ in range(8)} == {"one", "two"})

        assert {door.who() for _ in range(20)} == {"two"}
