"""How PostgreSQL would go about each statement, asked beside the work that sends it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import event

from kam_flows.persistence.database import engine

BIG = frozenset(
    {
        "accounts",
        "audit",
        "cares",
        "contacts",
        "escalations",
        "file_entries",
        "looks",
        "notices",
        "occasions",
        "onboardings",
        "outbox",
        "outbox_contents",
        "team_members",
        "ticket_events",
        "tickets",
        "touchpoint_steps",
        "touchpoints",
        "visit_plans",
    }
)
"""Tables that grow with the house: nobody who waits may wait for all of one."""


class Scan(NamedTuple):
    """How a statement comes to rows of a table."""

    table: str
    node: str
    by: str
    by_key: bool
    """It looks up some keys of the index, and does not walk it."""
    statement: str

    @property
    def is_whole(self) -> bool:
        return self.table in BIG and "Seq Scan" in self.node

    def __str__(self) -> str:
        how = f"{self.node} {self.by}".rstrip()
        return f"{self.table}: {how}"


@contextmanager
def explained() -> Iterator[list[Scan]]:
    """The scans of every statement that is sent in the block, PostgreSQL only."""
    seen: list[Scan] = []

    def ask(
        _: Any, cursor: Any, statement: str, parameters: Any, __: Any, many: bool
    ) -> None:
        if many or not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        with cursor.connection.cursor() as beside:
            beside.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            [[plans]] = beside.fetchall()
        plans = json.loads(plans) if isinstance(plans, str) else plans
        seen.extend(_scans(plans[0]["Plan"], statement))

    watched = engine()
    event.listen(watched, "before_cursor_execute", ask)
    try:
        yield seen
    finally:
        event.remove(watched, "before_cursor_execute", ask)


def _scans(node: dict[str, Any], statement: str) -> Iterator[Scan]:
    kind, inner = node["Node Type"], node.get("Plans", ())
    if table := node.get("Relation Name"):
        bitmaps = [one for one in inner if one["Node Type"] == "Bitmap Index Scan"]
        reached = bitmaps[0] if bitmaps else node
        if kind != "ModifyTable":
            yield Scan(
                table=table,
                node=kind,
                by=reached.get("Index Name", ""),
                by_key="Index Cond" in reached,
                statement=statement,
            )
    for one in inner:
        yield from _scans(one, statement)
