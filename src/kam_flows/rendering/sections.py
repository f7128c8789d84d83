"""The parts of a mail that lists things: a heading, lines, and what stands out."""

from typing import NamedTuple

from kam_flows.rendering.sentences import Action


class Line(NamedTuple):
    """What stands in a list, what stands under it, and what in it stands out."""

    text: str
    note: str = ""
    flag: str = ""
    action: Action | None = None
    """The form that does something about it."""


class Section(NamedTuple):
    """A headed part; `alarm` parts stand out."""

    title: str
    lines: tuple[Line, ...]
    empty: str = ""
    """What stands there if there is nothing to list."""
    more: str = ""
    """How many lines there was no room for."""
    alarm: bool = False
    numbered: bool = False

    @property
    def acts(self) -> bool:
        """Whether there is a form that does something about any of it."""
        return any(line.action for line in self.lines)
