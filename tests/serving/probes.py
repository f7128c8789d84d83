"""Flows that the tests of the house deploy; the product has no such flows."""

import asyncio

from prefect import flow


@flow(name="Quick probe")
async def quick() -> None:
    """Does nothing, so that what is measured is the house."""


@flow(name="Slow probe")
async def slow(seconds: float = 60) -> None:
    """Works for as long as it is told."""
    await asyncio.sleep(seconds)


@flow(name="Minute probe")
async def every_minute() -> None:
    """Runs on a schedule, one at a time."""
    await asyncio.sleep(0.1)
