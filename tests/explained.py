"""How the database finds what is asked of it: by which index, whatever the size."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from kam_flows.persistence.database import engine
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work


def explained(work: Callable[[UnitOfWork], object]) -> list[str]:
    """The plan of every statement that this work sends.

    PostgreSQL would read a small table as a whole: it is told not to, where it can.
    """
    sent: list[Any] = []

    def keep(*call: Any) -> None:
        sent.append(call[2:4])

    with unit_of_work(read_only=True) as uow:
        connection = uow.session.connection()
        word = "EXPLAIN QUERY PLAN"
        if engine().dialect.name == "postgresql":
            word = "EXPLAIN"
            connection.exec_driver_sql("SET enable_seqscan = off")
        event.listen(engine(), "before_cursor_execute", keep)
        try:
            work(uow)
        finally:
            event.remove(engine(), "before_cursor_execute", keep)
        plans = [
            connection.exec_driver_sql(f"{word} {statement}", values).all()
            for statement, values in sent
        ]
    return ["\n".join(str(tuple(line)) for line in plan) for plan in plans]
