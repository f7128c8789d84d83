"""Mail servers that run beside a test, in a thread, and outlive every killed process."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.mail.servers import Inbox, a_server


@contextmanager
def office(inbox: Inbox, protocol: type[SMTP] = SMTP, **options: Any) -> Iterator[int]:
    """A server with this behaviour; yields its port."""
    loop = asyncio.new_event_loop()
    opened: threading.Event = threading.Event()
    port: list[int] = []
    closing = asyncio.Event()

    async def serve() -> None:
        async with a_server(inbox, protocol, **options) as server:
            port.append(server.port)
            opened.set()
            await closing.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert opened.wait(10)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(closing.set)
        thread.join(10)
        loop.run_until_complete(_end(loop))
        loop.close()


async def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Sessions of a stalling server sleep on; they are woken and gone."""
    pending = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
