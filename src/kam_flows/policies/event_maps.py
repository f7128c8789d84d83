"""Event maps: what the activities of another system's log mean to us, as data."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kam_flows.domain.errors import UserError
from kam_flows.domain.event_log import EventMap
from kam_flows.domain.tickets import Happening

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
    elif Path(name).is_file():
        text = Path(name).read_text(encoding="utf-8")
    else:
        raise UserError(
            "There is no event map '{name}'; choose one of {maps}, or give the path of "
            "a file of yours.",
            name=name,
            maps=event_maps(),
        )
    try:
        read = EventMapFile.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise UserError(
            "The event map {name} cannot be read: {why}", name=name, why=error
        ) from error
    return EventMap(
        timezone=read.timezone,
        activities=read.activities,
        resolutions=read.resolutions,
        reopens=read.reopens,
    )
