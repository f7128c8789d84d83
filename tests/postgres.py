"""A private PostgreSQL cluster from the system's binaries, as an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kam_flows.serving.stores import free_port, postgres_binaries


def version() -> str:
    """Such as `PostgreSQL 15.8`."""
    said = subprocess.check_output(
        [postgres_binaries() / "postgres", "--version"], text=True
    )
    return "PostgreSQL " + said.split()[2]


@contextmanager
def cluster(*, durable: bool = False, log: Path | None = None) -> Iterator[str]:
    """Start a cluster on loopback; yields `postgresql://user@127.0.0.1:port`.

    A durable one waits for its disk at every commit, as one in use does. `log` is an
    empty folder for its write-ahead log, which is then kept as short as can be.
    """
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    as_user = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    home = Path(tempfile.mkdtemp(prefix="kam-pg-"))
    if as_user:
        for folder in filter(None, (home, log)):
            shutil.chown(folder, user)
    port = free_port()
    bin_ = postgres_binaries()
    data = home / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(
            [*as_user, *command],
            check=True,
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    initial = ("-U", "kam", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    apart = ("-X", log, "--wal-segsize=1") if log else ()
    run(bin_ / "initdb", "-D", data, *initial, *apart)
    # A hundred people at once in a few processes; each run has a process of its own.
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 "
    options += "-c max_connections=300"
    if not durable:
        options += " -c fsync=off"
    if log:
        options += " -c wal_recycle=off -c min_wal_size=2MB -c max_wal_size=32MB"
    control = (bin_ / "pg_ctl", "-D", data, "-w")
    run(*control, "-o", options, "start")
    try:
        yield f"postgresql://kam@127.0.0.1:{port}"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(home)
