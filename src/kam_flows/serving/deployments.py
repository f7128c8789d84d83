"""What is deployed: the entries of `deployments/prefect.yaml`, each checked."""

import importlib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml
from prefect import Flow
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from kam_flows.domain.errors import UserError
from kam_flows.settings import settings

POOL = "kam"
"""The work pool of the workers, where there are some; the file names it too."""


class Strict(BaseModel):
    """A word that is not known here is a typing mistake, and is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(Strict):
    cron: str
    timezone: str
    active: bool = True

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        ZoneInfo(name)
        return name


class ConcurrencyLimit(Strict):
    limit: int = Field(ge=1)
    collision_strategy: Literal["CANCEL_NEW", "ENQUEUE"]


class Entry(Strict):
    """One deployment, in the words of `prefect deploy`.

    `work_pool` counts for `prefect deploy` only: the house runs everything itself.
    The entrypoint is a module path: a run finds its flow from any working directory.
    """

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    entrypoint: str = Field(pattern=r"^\w+(\.\w+)+$")
    description: str
    tags: tuple[str, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    concurrency_limit: ConcurrencyLimit | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    work_pool: dict[str, str] | None = None

    @property
    def module(self) -> str:
        return self.entrypoint.rpartition(".")[0]

    @property
    def function(self) -> str:
        return self.entrypoint.rpartition(".")[2]

    def flow(self) -> Flow[..., Any]:
        """The flow it names; an entry without its flow is an error."""
        try:
            found = getattr(importlib.import_module(self.module), self.function)
        except (ModuleNotFoundError, AttributeError) as error:
            raise UserError(
                f"Deployment {self.name}: {self.entrypoint} cannot be loaded ({error}). "
                f"Correct its entrypoint in {settings().deployments}."
            ) from error
        if not isinstance(found, Flow):
            raise UserError(f"Deployment {self.name}: {self.entrypoint} is not a flow.")
        return found


def entries(path: Path | None = None) -> tuple[Entry, ...]:
    """Every entry of the file, by default the one the settings name."""
    path = path or settings().deployments
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))["deployments"]
        found = tuple(Entry.model_validate(entry) for entry in written)
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValidationError) as error:
        raise UserError(f"{path} cannot be used: {error}") from error
    names = [entry.name for entry in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UserError(f"{path} names {', '.join(sorted(twice))} more than once.")
    return found
