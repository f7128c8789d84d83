"""A PostgreSQL and a Redis of our own, kept in a folder and reached on loopback only."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg

from kam_flows.domain.errors import UserError
from kam_flows.serving import words

OWNER = "kam"
LEASH = (sys.executable, "-m", "kam_flows.serving.leash")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Postgres:
    """A cluster in `home`; as root it belongs to `nobody`, for PostgreSQL refuses root."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.data = home / "data"
        self.user = "nobody" if os.geteuid() == 0 else None

    def prepare(self) -> None:
        """Make the cluster if there is none yet."""
        self.home.mkdir(parents=True, exist_ok=True)
        if (self.data / "PG_VERSION").exists():
            return
        shutil.rmtree(self.data, ignore_errors=True)
        password = self.home / "password"
        password.write_text(secrets.token_urlsafe(24), encoding="ascii")
        password.chmod(0o600)
        if self.user:
            for path in (self.home, password):
                shutil.chown(path, self.user)
        done = subprocess.run(
            [
                *(postgres_binaries() / "initdb", "-D", self.data, "-U", OWNER),
                *("-A", "scram-sha-256", f"--pwfile={password}"),
                *("-E", "UTF8", "--locale=C"),
            ],
            cwd="/",
            user=self.user,
            group=self.user and pwd.getpwnam(self.user).pw_gid,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise UserError(words.no_cluster(self.home, self.user, done.stderr))

    @property
    def command(self) -> tuple[str, ...]:
        """Ends at SIGINT, without waiting for whoever is connected."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
        }
        return (
            *(*LEASH, "--stop", "INT"),
            *(("--user", self.user) if self.user else ()),
            *(str(postgres_binaries() / "postgres"), "-D", str(self.data)),
            *(word for o in options.items() for word in ("-c", f"{o[0]}={o[1]}")),
        )

    def address(self, database: str) -> str:
        password = (self.home / "password").read_text("ascii")
        return f"postgresql://{OWNER}:{password}@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis:
    """A server that writes what it is told to `home`, so that it may be killed."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()

    def prepare(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)

    @property
    def command(self) -> tuple[str, ...]:
        server = _program("redis-server", words.no_redis)
        options = f"--port {self.port} --bind 127.0.0.1 --appendonly yes"
        return (*LEASH, server, *options.split(), "--dir", str(self.home))

    def address(self, database: int) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        """Not yet while it reads what it had written."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 2) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(100).startswith(b"+PONG")
        except OSError:
            return False


def postgres_binaries() -> Path:
    """Debian's newest PostgreSQL, or the one on PATH."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := next((c for c in candidates if (c / "initdb").exists()), None):
        return found
    return Path(_program("initdb", words.no_postgres)).parent


def _program(name: str, missing: Callable[[], str]) -> str:
    found = shutil.which(name)
    if found is None:
        raise UserError(missing())
    return found
