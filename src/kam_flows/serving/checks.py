"""What must be true before anything is started; one sentence for each that is not."""

import fcntl
import os
import socket
from pathlib import Path

from kam_flows.domain.errors import UserError
from kam_flows.serving import words
from kam_flows.settings import Settings

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_folder(folder: Path) -> None:
    """Leaves the folder behind, made if it was missing."""
    probe = folder / ".writable"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise UserError(words.unwritable(folder, error)) from error


def check_ports(where: Settings) -> None:
    check_port(where.host, where.port, "KAM_PORT")
    if not where.smtp_url:
        check_port(where.host, where.smtp_port, "KAM_SMTP_PORT")


def check_port(host: str, port: int, setting: str) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            # A port that was in use a moment ago is free for a server.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise UserError(words.port_taken(host, port, setting, error)) from error


def take_house(folder: Path) -> int:
    """The lock that only one house in a folder can hold; its file descriptor.

    It is inherited by the servers, so it is free when the last of them has gone.
    """
    lock = os.open(folder / "house.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.pread(lock, 20, 0).decode().strip()
        os.close(lock)
        raise AlreadyRunning(words.already_running(folder, pid), pid) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


class AlreadyRunning(UserError):
    """Processes of a house live in this folder; `supervised` tells if one leads them."""

    def __init__(self, sentence: str, pid: str) -> None:
        super().__init__(sentence)
        self.supervised = pid.isdigit() and _alive(int(pid))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
