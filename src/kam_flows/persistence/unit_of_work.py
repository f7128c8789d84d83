"""One task, one transaction."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kam_flows.persistence.account_files import AccountFiles
from kam_flows.persistence.accounts import AccountRepository
from kam_flows.persistence.agreements import AgreementRepository
from kam_flows.persistence.audit import AuditTrail
from kam_flows.persistence.bulk import alone
from kam_flows.persistence.cares import CareRepository
from kam_flows.persistence.database import READ_ONLY, engine
from kam_flows.persistence.erasures import ErasureRepository
from kam_flows.persistence.events import EventRepository
from kam_flows.persistence.follow_ups import FollowUps
from kam_flows.persistence.forms import FormRepository
from kam_flows.persistence.gifts import GiftRepository
from kam_flows.persistence.handovers import HandoverRepository
from kam_flows.persistence.histories import Histories
from kam_flows.persistence.house import HouseRepository
from kam_flows.persistence.invitations import Invitations
from kam_flows.persistence.leavers import Leavers
from kam_flows.persistence.ledger import Ledger
from kam_flows.persistence.models import AccountRow, table_of
from kam_flows.persistence.occasions import OccasionRepository
from kam_flows.persistence.onboardings import OnboardingRepository
from kam_flows.persistence.outbox import Outbox
from kam_flows.persistence.people import PeopleRepository
from kam_flows.persistence.policies import PolicyRepository
from kam_flows.persistence.retention import Retention
from kam_flows.persistence.surveys import SurveyRepository
from kam_flows.persistence.tickets import TicketRepository
from kam_flows.persistence.touchpoints import TouchpointRepository
from kam_flows.persistence.traces import Traces
from kam_flows.persistence.used_links import UsedLinks
from kam_flows.persistence.visit_plans import VisitPlans

T = TypeVar("T")


class UnitOfWork:
    """The repositories that take part in one transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.accounts = AccountRepository(session)
        self.people = PeopleRepository(session)
        self.policies = PolicyRepository(session)
        self.tickets = TicketRepository(session)
        self.ledger = Ledger(session)
        self.leavers = Leavers(session)
        self.histories = Histories(session)
        self.outbox = Outbox(session)
        self.onboardings = OnboardingRepository(session)
        self.surveys = SurveyRepository(session)
        self.files = AccountFiles(session)
        self.agreements = AgreementRepository(session)
        self.handovers = HandoverRepository(session)
        self.touchpoints = TouchpointRepository(session)
        self.visit_plans = VisitPlans(session)
        self.follow_ups = FollowUps(session)
        self.invitations = Invitations(session)
        self.occasions = OccasionRepository(session)
        self.cares = CareRepository(session)
        self.gifts = GiftRepository(session)
        self.events = EventRepository(session)
        self.forms = FormRepository(session)
        self.house = HouseRepository(session)
        self.used_links = UsedLinks(session)
        self.erasures = ErasureRepository(session)
        self.traces = Traces(session)
        self.retention = Retention(session)
        self.audit = AuditTrail(session)

    def alone(self) -> None:
        """Wait for whatever else changes many things at once: an import, a new policy.

        Two of them would meet in the middle: at the same new row, or at tickets that
        each has locked of the other.
        """
        alone(self.session, table_of(AccountRow))


@contextmanager
def unit_of_work(*, read_only: bool = False) -> Iterator[UnitOfWork]:
    """Commit when the block ends, roll back when it raises. Nobody else commits.

    A read-only unit takes no write lock on SQLite and always rolls back.
    """
    with Session(engine()) as session:
        if read_only:
            session.connection(execution_options={READ_ONLY: True})
            yield UnitOfWork(session)
            return
        with session.begin():
            yield UnitOfWork(session)


def insist(work: Callable[[UnitOfWork], T], seconds: float) -> T:
    """What must not be forgotten: done in one transaction, again if the database went
    away under it and is back within so many seconds.
    """
    until, pause = time.monotonic() + seconds, 0.25
    while True:
        try:
            with unit_of_work() as uow:
                return work(uow)
        except OperationalError as error:
            if not _went_away(error) or time.monotonic() + pause > until:
                raise
            time.sleep(pause)
            pause *= 2


def _went_away(error: OperationalError) -> bool:
    """The connection is lost, or none could be made: such errors have no state."""
    return error.connection_invalidated or getattr(error.orig, "sqlstate", "") is None


@contextmanager
def rehearsal() -> Iterator[UnitOfWork]:
    """A dry run: everything happens as it would, and nothing of it is kept."""
    with Session(engine()) as session:
        try:
            yield UnitOfWork(session)
        finally:
            session.rollback()
