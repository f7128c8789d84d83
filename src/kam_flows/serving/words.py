"""What `kam up` says at the terminal."""

import errno
import socket
from pathlib import Path

from kam_flows.settings import Settings

SEARCHED = "/deployments?deployments.flowOrDeploymentNameLike=escalate-tickets"
"""The page of all forms, which shows ten at a time, with its search filled in."""


def ready(where: Settings, seconds: float) -> str:
    caught = (
        f"  Mail        goes to {where.smtp_url}"
        if where.smtp_url
        else f"  Mail        is caught at {where.host}:{where.smtp_port}; kam mail list"
    )
    return f"""
KAM Flows is ready ({seconds:.0f} s).

  Forms, runs {where.ui}
{caught}
  Data        {where.var}

Three things to try:
  1. Open {where.ui}{SEARCHED} and choose
     escalate-tickets, Run, Quick run: the oldest sample ticket is due, and its
     supervisor is told. All forms stand on that page; its search finds them.
  2. A minute later, in another terminal: .venv/bin/kam mail list, then
     .venv/bin/kam mail open with the number of the mail about T-0001.
  3. Press the first button in that mail, and Submit in the form that opens.

Ctrl-C stops everything; the next start goes on from here.
"""


def starting() -> str:
    return "Starting: database, server, mail catcher, runner ..."


def stopping(seconds: int) -> str:
    return f"Stopping: runs may go on for {seconds} s; Ctrl-C again cancels them."


STOPPED = "Stopped."


def open_to_others(where: Settings) -> str:
    return (
        f"Warning: {where.host} can be reached from other machines and nobody has to log "
        "in: whoever reaches it can start every form and read what runs have shown. "
        "Stop it, and start it with PREFECT_SERVER_API_AUTH_STRING=user:password, or with "
        "KAM_HOST=127.0.0.1 behind a proxy that asks for one (deployments/Caddyfile); "
        "KAM_UI_URL is the address for links in mails. deployments/README.md tells more."
    )


def in_the_clear(where: Settings) -> str:
    return (
        f"Note: {where.host} can be reached from other machines, and what is sent there, "
        "the login too, is not encrypted. Where that matters, start it with "
        "KAM_HOST=127.0.0.1 behind a proxy with TLS (deployments/Caddyfile)."
    )


def ended(name: str, delay: float) -> str:
    when = f"in {delay:.0f} s" if delay else "now"
    return f"The {name} has ended unexpectedly and is started again {when}."


def silent(name: str, seconds: float) -> str:
    return f"The {name} has not answered for {seconds:.0f} s and is started again."


def follows_server() -> str:
    return "The runner starts again with the new server."


def not_started(name: str, log: Path, tail: str) -> str:
    wrote = f"ends with:\n{tail}" if tail else "is empty."
    return f"The {name} ended at once; {log} {wrote}"


def not_ready(seconds: float, logs: Path) -> str:
    return (
        f"Not ready after {seconds:.0f} s, and stopped again. A machine that is busy "
        f"with something else may need longer: start again, it goes on where it was. "
        f"What the parts wrote stands in {logs}."
    )


def waiting_for_leftovers() -> str:
    return "Waiting for processes of an earlier start to end ..."


def already_running(folder: Path, pid: str) -> str:
    return (
        f"KAM Flows already runs in {folder} (process {pid}). Use that one, or stop it: "
        f"kill {pid}"
    )


def unwritable(folder: Path, error: OSError) -> str:
    return (
        f"The folder {folder} cannot be written ({error.strerror}). "
        "Choose another: KAM_VAR=/a/folder make up"
    )


def port_taken(host: str, port: int, setting: str, error: OSError) -> str:
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return (
            f"{host} is not an address of this machine ({error}). "
            "Choose one: KAM_HOST=127.0.0.1 make up"
        )
    return (
        f"Port {port} on {host} cannot be used ({error}). Stop the program that has it, "
        f"or choose another port: {setting}={max(port, 1023) + 1} make up"
    )


def cluster_ready(where: Settings, second: str, seconds: float) -> str:
    caught = where.smtp_url or f"{where.host}:{where.smtp_port} (caught; kam mail list)"
    settings = where.var / "cluster" / "env"
    return f"""
KAM Flows is ready as a cluster ({seconds:.0f} s): PostgreSQL, Redis, two servers, three workers.

  Forms, runs {where.ui}
  and also    {second}
  Mail        {caught}
  Data        {where.var}
  Terminal    set -a; . {settings}; set +a   # then kam ... as usual

Ctrl-C stops everything; the next start goes on from here.
"""


def starting_cluster() -> str:
    return "Starting: PostgreSQL, Redis, two servers, deployments, three workers ..."


def no_cluster(home: Path, user: str | None, error: str) -> str:
    last = (error.strip().splitlines() or ["no reason given"])[-1]
    reach = (
        f" As root it runs as {user}, who must be able to reach {home}: "
        "KAM_VAR=/var/lib/kam make cluster"
        if user
        else ""
    )
    return f"PostgreSQL could not be set up in {home}: {last}.{reach}"


def no_postgres() -> str:
    return "PostgreSQL's own programs are missing. sudo apt-get install postgresql"


def no_redis() -> str:
    return "The Redis server is missing. sudo apt-get install redis-server"


def step_failed(name: str, log: Path, tail: str) -> str:
    return f"The step {name} failed; {log} ends with:\n{tail}"
