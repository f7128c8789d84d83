"""How the database is, for the doctor: he reads, and changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from kam_flows.domain.errors import UserError
from kam_flows.persistence.copies import kind_of, path_of
from kam_flows.persistence.database import engine
from kam_flows.persistence.models import AuditRow


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What can be seen of a database from outside."""

    name: str
    trouble: str | None = None
    """Why it cannot be read."""
    revision: str | None = None
    """Of its tables; `None`: it has none."""
    clock: datetime | None = None
    """Of its server; `None`: it has none of its own."""
    newest: datetime | None = None
    """When something last happened."""


def condition(url: str) -> Condition:
    """Makes no file where there is none."""
    on_file = kind_of(url) == "sqlite"
    name = str(path_of(url)) if on_file else make_url(url).render_as_string()
    if on_file and not path_of(url).exists():
        return Condition(name=name)
    try:
        with engine().connect() as connection:
            tables = inspect(connection).get_table_names()
            if "alembic_version" not in tables:
                return Condition(name=name)
            stamped = text("SELECT version_num FROM alembic_version")
            return Condition(
                name=name,
                revision=connection.scalar(stamped),
                clock=None if on_file else connection.scalar(select(func.now())),
                newest=connection.scalar(select(func.max(AuditRow.at))),
            )
    except (SQLAlchemyError, UserError) as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        return Condition(name=name, trouble=reason)
