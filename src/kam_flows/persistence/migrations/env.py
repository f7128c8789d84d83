"""How Alembic reaches our database and our tables."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Enum

from kam_flows.persistence import (
    care_models,
    event_models,
    house_models,
    onboarding_models,
    visit_models,
)
from kam_flows.persistence.models import Row, UtcDateTime

EVERYWHERE = (
    care_models,
    event_models,
    house_models,
    onboarding_models,
    visit_models,
)
"""Modules whose tables are among ours once they are imported."""


def render(kind: str, thing: Any, _: Any) -> str | Literal[False]:
    """Migrations name plain types, so that they outlive our classes."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    return False


with context.config.attributes["engine"].connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
