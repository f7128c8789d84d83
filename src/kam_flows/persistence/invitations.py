"""What calendars show of touchpoints, and which of them they have to be told anew."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    cast,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from kam_flows.domain.invitations import InCalendars, Invited
from kam_flows.domain.touchpoints import StepKind
from kam_flows.persistence.bulk import among
from kam_flows.persistence.models import AccountRow, OutboxRow, table_of
from kam_flows.persistence.pieces import pieces
from kam_flows.persistence.visit_models import TouchpointRow, TouchpointStepRow

ACCOUNTS = table_of(AccountRow)
TOUCHPOINTS = table_of(TouchpointRow)
STEPS = table_of(TouchpointStepRow)
OUTBOX = table_of(OutboxRow)

# A partial index is used only where the planner sees the word instead of a parameter.
PLANNED: ColumnElement[bool] = literal_column("touchpoints.state = 'planned'")
TAKES_TIME: ColumnElement[bool] = literal_column("touchpoints.minutes > 0")
NOT_THERE: ColumnElement[bool] = literal_column("touchpoints.in_calendars = 'no'")
TO_CHECK: ColumnElement[bool] = literal_column("touchpoints.in_calendars = 'to_check'")

SHOWN = TOUCHPOINTS.c.in_calendars == InCalendars.YES
ONCE_CHANGED = case(
    (TOUCHPOINTS.c.in_calendars == InCalendars.NO, InCalendars.NO),
    else_=InCalendars.TO_CHECK,
)
"""What a touchpoint that somebody changes is to calendars from then on."""


class Invitations:
    def __init__(self, session: Session) -> None:
        self.session = session

    def to_check(self, first: date, until: date) -> list[int]:
        """Ids of touchpoints from `first` on that calendars may have to be told of.

        New ones until that day, and all that changed; however many others there are.
        Soonest first.
        """
        id_, on = TOUCHPOINTS.c.id, TOUCHPOINTS.c.on
        new = select(id_, on).where(
            NOT_THERE, PLANNED, TAKES_TIME, on.between(first, until)
        )
        changed = select(id_, on).where(TO_CHECK, on >= first)
        both = union_all(new, changed).subquery()
        soonest_first = select(both.c.id).order_by(both.c.on, both.c.id)
        return list(self.session.scalars(soonest_first))

    def told(self, ids: Collection[int]) -> dict[int, Invited]:
        """What calendars were told last of each of these they were told of."""
        statement = (
            select(
                STEPS.c.touchpoint_id, STEPS.c.number, STEPS.c.said, OUTBOX.c.addresses
            )
            .outerjoin(OUTBOX, OUTBOX.c.id == STEPS.c.mail_id)
            .where(
                STEPS.c.kind == StepKind.INVITATION,
                among(self.session, STEPS.c.touchpoint_id, ids),
            )
            .order_by(STEPS.c.number)
        )
        # The last of each is kept.
        return {
            id_: Invited(sequence=number, digest=said, addresses=tuple(addresses or ()))
            for id_, number, said, addresses in self.session.execute(statement)
        }

    def settle(self, checked: Collection[int], standing: Collection[int]) -> None:
        """Of these that were checked, the standing ones are in calendars as they are."""
        gone = set(checked).difference(standing)
        for ids, state in (standing, InCalendars.YES), (gone, InCalendars.NO):
            these = among(self.session, TOUCHPOINTS.c.id, ids)
            differ = TOUCHPOINTS.c.in_calendars != state
            changed = update(TOUCHPOINTS).where(these, differ)
            self.session.execute(changed.values(in_calendars=state))


def check_again(session: Session, *which: ColumnElement[bool]) -> None:
    """Calendars may show these otherwise than they are now."""
    changed = update(TOUCHPOINTS).where(SHOWN, *which)
    session.execute(changed.values(in_calendars=InCalendars.TO_CHECK))


def check_people_again(session: Session, codes: Collection[str]) -> None:
    """Mail may reach these people otherwise: what they go to, alone or with others."""
    # Who comes along stands in a list: whatever has one is looked at.
    with_others = cast(TOUCHPOINTS.c.participants, String) != "[]"
    for some in pieces(sorted(codes)):
        theirs = or_(TOUCHPOINTS.c.owner.in_(some), with_others)
        _lock_accounts(session, theirs)
        check_again(session, PLANNED, theirs)


def check_accounts_again(session: Session, account_ids: Collection[int]) -> None:
    """They may have another calendar, or others of them take part."""
    theirs = among(session, TOUCHPOINTS.c.account_id, account_ids)
    _lock_accounts(session, theirs)
    check_again(session, PLANNED, theirs)


def _lock_accounts(session: Session, which: ColumnElement[bool]) -> None:
    """As the forms do: first the account, then its touchpoints.

    What changes people goes on to change accounts: two would wait for each other.
    """
    with_some = select(TOUCHPOINTS.c.account_id).where(SHOWN, PLANNED, which)
    accounts = select(ACCOUNTS.c.id).where(ACCOUNTS.c.id.in_(with_some))
    in_order = accounts.order_by(ACCOUNTS.c.id)
    session.execute(in_order.with_for_update(key_share=True))
