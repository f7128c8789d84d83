"""What a process of the house and its supervisor say to each other."""

import asyncio
import os
import sys
from typing import NoReturn

from kam_flows.domain.errors import UserError
from kam_flows.serving.health import answers

READY_FD = "KAM_READY_FD"
READY = "ready"
ERROR = "error: "


def say(sentence: str) -> None:
    """To the supervisor, who tells the person at the terminal."""
    fd = os.environ.get(READY_FD)
    if fd:
        os.write(int(fd), f"{sentence}\n".encode())


def give_up(error: UserError) -> NoReturn:
    """Say why, and end: starting again would not help."""
    say(f"{ERROR}{error}")
    sys.exit(2)


def heard(fd: int) -> list[str]:
    """What was said since, line by line; UserError with what somebody gave up for."""
    try:
        lines = os.read(fd, 4096).decode().splitlines()
    except BlockingIOError:
        return []
    for line in lines:
        if line.startswith(ERROR):
            raise UserError(line.removeprefix(ERROR))
    return lines


async def server_answers(api: str) -> None:
    """Returns when the Prefect API at this address is well."""
    while not await asyncio.to_thread(answers, api):
        await asyncio.sleep(0.1)
