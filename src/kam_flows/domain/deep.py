"""A value in another form, however deep what is to change stands in it."""

from collections.abc import Callable
from dataclasses import is_dataclass, replace
from functools import cache
from operator import is_
from typing import Any, TypeVar, cast

T = TypeVar("T")
S = TypeVar("S", bound=str)


def changed(value: T, kind: type[S], change: Callable[[S], str]) -> T:
    """A dataclass with every string of this very type in it changed.

    Itself where that changes nothing.
    """
    news: dict[str, object] = {}
    for name, old in vars(value).items():
        # Most of a mail are leaves: none is worth a call of its own.
        its: Any = type(old)
        if its is kind:
            new: object = change(old)
        elif _has_parts(its):
            new = _changed(old, kind, change)
        else:
            continue
        if new is not old:
            news[name] = new
    if not news:
        return value
    anew: T = replace(cast(Any, value), **news)
    return anew


def _changed(value: Any, kind: type[S], change: Callable[[S], str]) -> object:
    its: Any = type(value)
    if its is kind:
        return change(value)
    if not _has_parts(its):
        return value
    if isinstance(value, tuple):
        items = [_changed(item, kind, change) for item in value]
        if all(map(is_, items, value)):
            return value
        return getattr(value, "_make", tuple)(items)  # a NamedTuple stays one
    return changed(value, kind, change)


@cache
def _has_parts(kind: type) -> bool:
    """Most of a mail are texts, days and numbers: told apart once for each type."""
    return issubclass(kind, tuple) or is_dataclass(kind)
