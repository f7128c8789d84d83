"""Links from a mail to the form that does the next thing, already filled in."""

import json
from collections.abc import Callable, Mapping
from typing import Self, TypeVar
from urllib.parse import quote

from kam_flows.domain.deep import changed

T = TypeVar("T")


class FormLink(str):
    """A link that knows what it was made of, so that it can be made again with more.

    Only `form_link` makes them: an address that somebody typed into a title never is one.
    """

    ui: str
    deployment_id: str
    parameters: Mapping[str, object]

    def filled(self, parameters: Mapping[str, object]) -> Self:
        """The same form with these values instead."""
        return _link(type(self), self.ui, self.deployment_id, parameters)


def form_link(
    ui: str, deployment_id: str | None, parameters: Mapping[str, object]
) -> FormLink | None:
    """The run form of a deployment with these values; `None` if no server has it."""
    if deployment_id is None:
        return None
    return _link(FormLink, ui, deployment_id, parameters)


L = TypeVar("L", bound=FormLink)


def _link(
    kind: type[L], ui: str, deployment_id: str, parameters: Mapping[str, object]
) -> L:
    # The classic interface decodes the address twice: a "%" of a title would leave the
    # whole form empty. As a JSON escape it survives both.
    written = json.dumps(dict(parameters), ensure_ascii=False).replace("%", "\\u0025")
    filled = quote(written, safe="", errors="replace")
    link = kind(f"{ui}/deployments/deployment/{deployment_id}/run?parameters={filled}")
    link.ui, link.deployment_id, link.parameters = ui, deployment_id, dict(parameters)
    return link


def relinked(value: T, change: Callable[[FormLink], str]) -> T:
    """A dataclass with every link in it changed, however deep."""
    return changed(value, FormLink, change)
