"""Event maps: what the activities of another system's log mean to us, as data."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kam_flows.domain.errors import UserError
from kam_flows.domain.event_log import EventMap
from kam_flows.domain.tickets import Happening
from kam_flows.files import is_there
from kam_flows.policies.load import file_text
from kam_flows.policies.problems import PolicyError
from kam_flows.policies.source import Source

SHOWN = 80
"""Characters of a place in the file."""
SHIPPED = resources.files("kam_flows") / "event_maps"


class EventMapFile(BaseModel):
    """The file as people write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: str
    activities: Mapping[str, Happening]
    resolutions: Mapping[str, str] = Field(default_factory=dict)
    reopens: frozenset[str] = frozenset()

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("not a time zone; write one like Asia/Shanghai") from None
        return name


def event_maps() -> list[str]:
    """Names of the maps that come with the project."""
    return sorted(
        entry.name.removesuffix(".yaml")
        for entry in SHIPPED.iterdir()
        if entry.name.endswith(".yaml")
    )


@cache
def load_event_map(name: str) -> EventMap:
    """A shipped map by name, or a file of your own by its path."""
    if name in event_maps():
        text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    elif is_there(Path(name)):
        text = file_text(Path(name))
    else:
        raise UserError(
            "There is no event map '{name}'; choose one of {maps}, or give the path of "
            "a file of yours.",
            name=name,
            maps=event_maps(),
        )
    try:
        source = Source(text, name)
        if source.problems:
            raise PolicyError(name, source.problems)
        read = EventMapFile.model_validate(source.data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(
            "The event map {name} cannot be read: {why}.",
            name=name,
            why=f"{place[:SHOWN]}: {first['msg']}".removeprefix(": "),
        ) from error
    return EventMap(
        timezone=read.timezone,
        activities=read.activities,
        resolutions=read.resolutions,
        reopens=read.reopens,
    )
