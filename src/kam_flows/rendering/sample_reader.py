"""Who reads the samples, when, and in which of our two languages."""

from datetime import UTC, datetime, timedelta
from typing import TypedDict

from kam_flows.rendering.words import spoken

UI = "http://127.0.0.1:4200"
FORM = "6f1c2d34-0f6e-4a2b-9a53-5d8c1e7b9f20"
NOW = datetime(2026, 10, 19, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai


class Reader(TypedDict):
    recipient: str
    address: str
    name: str
    language: str
    timezone: str


def reader(language: str) -> Reader:
    """Who reads every sample."""
    return {
        "recipient": "E0104",
        "address": "wang.fang@example.com",
        "name": said(language, "王芳", "Wang Fang"),
        "language": language,
        "timezone": "Asia/Shanghai",
    }


def said(language: str, chinese: str, english: str) -> str:
    return (chinese, english)[spoken(language)]


def at(day: int, hour: int) -> datetime:
    """A full hour in October 2026 as clocks in Shanghai show it."""
    return datetime(2026, 10, day, tzinfo=UTC) + timedelta(hours=hour - 8)
