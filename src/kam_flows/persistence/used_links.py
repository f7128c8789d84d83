"""Links that acted: each of them does so once."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kam_flows.persistence.house_models import UsedLinkRow
from kam_flows.persistence.models import table_of

USED = table_of(UsedLinkRow)


class UsedLinks:
    def __init__(self, session: Session) -> None:
        self.session = session

    def use(self, signature: str, flow_run: str, now: datetime) -> datetime | None:
        """`None` if this run acts by this link; if another one did, when.

        Of two runs that ask at once the second waits until the first has its answer.
        """
        on_postgres = self.session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if on_postgres else sqlite.insert
        ours = {"signature": signature, "flow_run": flow_run, "used_at": now}
        named = [USED.c.signature]
        self.session.execute(
            insert(USED).values(ours).on_conflict_do_nothing(index_elements=named)
        )
        used = self.session.execute(
            select(USED).where(USED.c.signature == signature)
        ).one()
        return None if used.flow_run == flow_run else used.used_at

    def give_back(self, signature: str, flow_run: str) -> None:
        """Nothing was done by it after all."""
        self.session.execute(
            delete(USED).where(
                USED.c.signature == signature, USED.c.flow_run == flow_run
            )
        )

    def is_by_link(self, flow_run: str) -> bool:
        """Whether this run, which is tried again, came in by a link."""
        came = exists().where(USED.c.flow_run == flow_run)
        return bool(self.session.scalar(select(came)))
