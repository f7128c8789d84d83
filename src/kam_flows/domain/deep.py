"""A value in another form, however deep what is to change stands in it."""

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from datetime import datetime
from operator import is_
from typing import TypeVar

T = TypeVar("T")

PLAIN = (int, datetime)  # the common cases, decided fast


def changed(value: T, change: Callable[[str], str]) -> T:
    """A dataclass with every string in it changed; itself where that changes nothing."""
    news = {
        name: new
        for name, old in vars(value).items()
        if (new := _changed(old, change)) is not old
    }
    return replace(value, **news) if news else value  # type: ignore[type-var]


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        items = [_changed(item, change) for item in value]
        if all(map(is_, items, value)):
            return value
        return getattr(value, "_make", tuple)(items)  # a NamedTuple stays one
    if isinstance(value, PLAIN) or not is_dataclass(value):
        return value
    return changed(value, change)
