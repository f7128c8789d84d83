"""Cares on record: what was prepared for an occasion in one year, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_plans import ENDED, CareState, Skip
from kam_flows.domain.care_rules import Action
from kam_flows.domain.errors import Phrase
from kam_flows.domain.people import TeamRole

PREFIX = "C-"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One step of a care, and who has taken it."""

    code: str
    action: Action | None
    due_on: date
    role: TeamRole
    owner: str | None
    is_approval: bool = False
    done_at: datetime | None = None
    done_by: str | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None


@dataclass(frozen=True, kw_only=True)
class Care:
    """What is done for one occasion in one year."""

    id: int
    occasion: int
    edition: int
    account: str
    """Code; empty for an event of ours."""
    contact: str
    contact_code: str
    kind: str
    about: str
    on: date
    years: int | None
    prepare_on: date
    deliver_on: date
    state: CareState
    skip: Skip | None = None
    late: bool
    actions: tuple[Action, ...]
    budget: Decimal
    approval: bool
    owner: str | None
    """Staff code of who prepares it; `None`: nobody is there to."""
    policy_id: int | None = None
    prepared_at: datetime
    letter: Letter | None = None
    """As it stands now."""
    trouble: Phrase | None = None
    """Why it has no letter though it should."""
    held_because: str = ""
    released_over: str = ""
    """What it was let go over: it is not held for the same again."""
    approved_by: str | None = None
    approved_at: datetime | None = None
    mail_id: int | None = None
    closed_on: date | None = None
    tasks: tuple[Task, ...] = ()

    @property
    def number(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def wants_letter(self) -> bool:
        return Action.LETTER in self.actions

    @property
    def released(self) -> CareState:
        """What it is again when nothing holds it any more."""
        return CareState.APPROVED if self.approved_by else CareState.PREPARED

    @property
    def may_be_sent(self) -> bool:
        """Never without the approval that the policy asks for."""
        if self.letter is None or self.mail_id is not None:
            return False
        if self.state is CareState.APPROVED:
            return True
        return self.state is CareState.PREPARED and not self.approval

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.is_open)

    @property
    def is_complete(self) -> bool:
        """Nothing is left to do: the letter has left, and every step is done."""
        waits = self.wants_letter and self.mail_id is None
        return not waits and not self.open_tasks
