"""A statement takes so many values and no more."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def pieces(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """The same items, in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
