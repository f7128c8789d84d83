"""Touchpoints counted by the database: however many there are, few rows leave it."""

from datetime import date

from sqlalchemy import String, and_, cast, func, select
from sqlalchemy.orm import Session

from kam_flows.domain.touchpoints import REAL, TouchpointState
from kam_flows.domain.visit_figures import Cell, Counts
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.visit_models import TouchpointRow

ACCOUNTS = table_of(AccountRow)
SLOTS = table_of(TouchpointRow)
INTO = SLOTS.alias("into")
MERGED = SLOTS.c.state == TouchpointState.MERGED
FATE = func.coalesce(INTO.c.state, SLOTS.c.state)
"""What was merged shares the fate of what it was merged into."""
WAITING = FATE.in_([TouchpointState.PLANNED, TouchpointState.MERGED])
YEAR_AND_MONTH = len("2026-10")


def visit_counts(session: Session, first: date, last: date, today: date) -> list[Cell]:
    """Slots that their cadences name in `first` … `last`, as they stand on `today`."""
    month = func.substr(cast(SLOTS.c.nominal, String), 1, YEAR_AND_MONTH)
    counted = {
        "done": SLOTS.c.state == TouchpointState.DONE,
        "credited": SLOTS.c.state == TouchpointState.CREDITED,
        "merged": and_(MERGED, FATE.in_(REAL)),
        "missed": FATE == TouchpointState.MISSED,
        "cancelled": FATE == TouchpointState.CANCELLED,
        "unrecorded": and_(WAITING, SLOTS.c.on < today),
        "ahead": and_(WAITING, SLOTS.c.on >= today),
        "moved": SLOTS.c.moves > 0,
    }
    shared = (
        month.label("month"),
        ACCOUNTS.c.tier,
        SLOTS.c.owner,
        SLOTS.c.kind,
        SLOTS.c.cadence,
    )
    statement = (
        select(
            *shared,
            *(func.count().filter(is_so).label(n) for n, is_so in counted.items()),
        )
        .join(ACCOUNTS, ACCOUNTS.c.id == SLOTS.c.account_id)
        .outerjoin(INTO, and_(MERGED, INTO.c.id == SLOTS.c.merged_into))
        .where(SLOTS.c.nominal.between(first, last))
        .group_by("month", *shared[1:])
    )
    return [
        Cell(
            month=row.month,
            tier=row.tier,
            owner=row.owner,
            kind=row.kind,
            cadence=row.cadence,
            counts=Counts(**{name: getattr(row, name) for name in counted}),
        )
        for row in session.execute(statement)
    ]
