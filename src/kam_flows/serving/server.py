"""The Prefect server, safe for several people who click at once on SQLite."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from prefect.server.api.server import create_app
from prefect.server.database import configurations

from kam_flows.serving import lifeline
from kam_flows.settings import settings

STOP_SECONDS = 5


def main() -> None:
    lifeline.follow(grace=2 * STOP_SECONDS)
    configurations.AioSqliteConfiguration.begin_transaction = begin_immediate  # type: ignore[assignment,method-assign]
    uvicorn.run(
        create_app(final=True),
        host=settings().host,
        port=settings().port,
        log_level="warning",
        timeout_graceful_shutdown=STOP_SECONDS,
    )


@asynccontextmanager
async def begin_immediate(
    _self: Any, session: Any, **_with_for_update: bool
) -> AsyncGenerator[Any, None]:
    """Take SQLite's write lock when a transaction begins, not at its first write.

    Prefect reads and then writes in one deferred transaction; when two overlap, SQLite
    refuses the second at once, whatever the busy timeout, and the click is lost (503).
    """
    token = configurations.SQLITE_BEGIN_MODE.set("IMMEDIATE")
    try:
        async with session.begin() as transaction:
            yield transaction
    finally:
        configurations.SQLITE_BEGIN_MODE.reset(token)


if __name__ == "__main__":
    main()
