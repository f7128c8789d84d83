"""PostgreSQL's own programs, of the same major version as the server.

A dump of a newer pg_dump cannot always be read by an older server.
"""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, make_url

from kam_flows.domain.errors import UserError

DEBIAN = Path("/usr/lib/postgresql")


def program(name: str, major: int) -> Path:
    """Where Debian keeps it, or the one on PATH if it is of this version."""
    debian = DEBIAN / str(major) / "bin" / name
    if debian.exists():
        return debian
    on_path = shutil.which(name)
    if on_path and _major(on_path) == major:
        return Path(on_path)
    raise UserError(
        f"{name} of PostgreSQL {major} is not on this machine; on Debian: "
        f"apt-get install postgresql-client-{major}"
    )


def _major(path: str) -> int:
    """Of `pg_dump (PostgreSQL) 15.8`."""
    said = subprocess.check_output([path, "--version"], text=True)
    return int(said.split()[2].partition(".")[0])


def order(path: Path, *words: str | Path, url: str = "") -> str:
    """Let the program do it; what it says. UserError with its own words if it fails.

    `url` names the database. The password goes by the environment: the words of a
    command can be read by everybody on the machine.
    """
    place = make_url(url) if url else None
    named = [f"--dbname={_without_password(place)}"] if place else []
    secret = {"PGPASSWORD": str(place.password)} if place and place.password else {}
    done = subprocess.run(
        [path, *words, *named],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | secret,
    )
    if done.returncode:
        last = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        raise UserError(f"{path.name} could not do it: {last}")
    return done.stdout


def _without_password(url: URL) -> str:
    open_ = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return open_.render_as_string()
