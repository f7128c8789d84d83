"""Flows that succeed and fail in a Prefect session, with marked secrets about them.

A program of its own, so that all that it writes can be searched: `tests.serving.test_marker`.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from flows.dispatch import dispatch_mail
from flows.escalation import escalate_tickets
from flows.portfolio import check_the_portfolio
from flows.tickets import open_a_ticket
from kam_flows.domain.errors import UserError
from kam_flows.persistence.migrate import upgrade
from tasks.portfolio import load_sample_if_empty
from tests.conftest import forget
from tests.faults.databases import rows
from tests.portfolio import use_policy

Form = Callable[[], Awaitable[Any]]


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A mail server that knows nobody's password."""
    writer.write(b"220 mail.example.com\r\n")
    while line := await reader.readline():
        answer = b"535 5.7.8 wrong password\r\n"
        if line[:4].upper() in (b"EHLO", b"HELO"):
            answer = b"250-mail.example.com\r\n250 AUTH PLAIN LOGIN\r\n"
        writer.write(answer)
        await writer.drain()
    writer.close()


async def told(what: str, form: Form) -> None:
    try:
        state = await form()
        sys.stdout.write(f"{what}: {state.name} {state.message}\n")
    except UserError as error:
        sys.stdout.write(f"{what}: {error!r}\n")


def at(url: str) -> None:
    os.environ["KAM_DATABASE_URL"] = url
    forget()


async def main() -> None:
    good, *bad = sys.argv[1:]
    at(good)
    upgrade()
    use_policy("default")
    load_sample_if_empty()

    def sweep() -> Awaitable[Any]:
        return escalate_tickets(return_state=True)

    def mail() -> Awaitable[Any]:
        return dispatch_mail(return_state=True)

    def form() -> Awaitable[Any]:
        return open_a_ticket(account="HUAYUE", title="x", by="M01", return_state=True)

    def doctor() -> Awaitable[Any]:
        return check_the_portfolio(return_state=True)

    server = await asyncio.start_server(refusing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await told("sweep", sweep)
    for place in (f"127.0.0.1:{port}?starttls=no", "127.0.0.1:1?starttls=no"):
        os.environ["KAM_SMTP_URL"] = f"smtp://kam@{place}"
        forget()
        await told("mail", mail)
    await told("doctor", doctor)
    rows(good, "ALTER TABLE tickets RENAME TO lost")
    await told("crash", form)
    await told("crash", sweep)
    rows(good, "ALTER TABLE lost RENAME TO tickets")
    for url in bad:
        at(url)
        await told("unreachable", sweep)
        await told("unreachable", form)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
