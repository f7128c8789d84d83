"""Finds people who stand in for each other in a circle."""

from collections.abc import Mapping


def cycles(following: Mapping[str, str | None]) -> list[list[str]]:
    """Every circle once, from its smallest code on; `following` is who comes next."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in sorted(following):
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in done:
            done.add(at)
            path.append(at)
            at = following.get(at)
        if at in path:
            circle = path[path.index(at) :]
            first = circle.index(min(circle))
            found.append(circle[first:] + circle[:first])
    return found
