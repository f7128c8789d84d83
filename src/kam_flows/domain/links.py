"""Links from a mail to the form that does the next thing, already filled in."""

import json
from collections.abc import Mapping
from urllib.parse import quote


def form_link(
    ui: str, deployment_id: str | None, parameters: Mapping[str, object]
) -> str | None:
    """The run form of a deployment with these values; `None` if no server has it."""
    if deployment_id is None:
        return None
    # The classic interface decodes the address twice: a "%" of a title would leave the
    # whole form empty. As a JSON escape it survives both.
    written = json.dumps(dict(parameters), ensure_ascii=False).replace("%", "\\u0025")
    filled = quote(written, safe="")
    return f"{ui}/deployments/deployment/{deployment_id}/run?parameters={filled}"
