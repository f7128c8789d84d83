"""The translations of the mails, read from the templates' catalogue at start."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from kam_flows.rendering.words import spoken


class Catalog:
    """English as it stands in the templates and in `sentences.py`, or its translation."""

    def __init__(self, translations: dict[str, tuple[str, ...]]) -> None:
        self._translations = translations

    def gettext(self, message: str) -> str:
        found = self._translations.get(message)
        return found[0] if found else message

    def ngettext(self, one: str, many: str, count: int) -> str:
        found = self._translations.get(one)
        if found:
            return found[0]  # Chinese has one form for every number
        return one if count == 1 else many


@cache
def catalog(folder: Path, language: str) -> Catalog:
    """The catalogue of a reader's language; English needs none."""
    if spoken(language):
        return Catalog({})
    with (folder / "zh_CN.po").open("rb") as file:
        messages = read_po(file, locale="zh_CN", abort_invalid=True)
    return Catalog(
        {
            message.id if isinstance(message.id, str) else message.id[0]: forms
            for message in messages
            if message.id and (forms := _forms(message.string))[0]
        }
    )


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    if string is None:
        return ("",)
    return (string,) if isinstance(string, str) else tuple(string)
