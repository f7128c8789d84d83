"""Policies as texts: every version a case may still run under, and which is in force."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.domain.policy import Policy
from kam_flows.persistence.invitations import PLANNED, check_again
from kam_flows.persistence.models import PolicyUseRow, PolicyVersionRow
from kam_flows.policies.load import (
    RECOMMENDED,
    digest_of,
    known,
    load_preset,
    parse_policy,
    preset_text,
)

BY_ITSELF = "kam"
"""Who put the recommended policy in force when nobody had chosen one."""


class PolicyRepository:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._at_hand: dict[int, Policy] = {}

    def store(self, source: str, now: datetime) -> int:
        """Keep this text if it is new. Raises PolicyError if it is no policy."""
        digest = digest_of(source)
        stored = self.session.scalar(
            select(PolicyVersionRow.id).where(PolicyVersionRow.digest == digest)
        )
        if stored is not None:
            return stored
        policy = parse_policy(source, "policy")
        row = PolicyVersionRow(
            name=policy.name, digest=digest, source=source, stored_at=now
        )
        self.session.add(row)
        self.session.flush()
        return row.id

    def use(self, policy_id: int, by: str, now: datetime) -> None:
        """Put a version in force from `now` on; nothing if it is in force already."""
        if self._in_force(now) != policy_id:
            self.session.add(PolicyUseRow(policy_id=policy_id, since=now, by=by))
            self.session.flush()
            # Its calendars may lie in other time zones.
            check_again(self.session, PLANNED)

    def current_id(self, now: datetime) -> int:
        """The version in force; the recommended preset is put in force if none is."""
        if (in_force := self._in_force(now)) is not None:
            return in_force
        recommended = self.store(preset_text(RECOMMENDED), now)
        self.use(recommended, BY_ITSELF, now)
        return recommended

    def current(self, now: datetime) -> Policy:
        """Writes nothing: the recommended preset counts where none was ever chosen."""
        in_force = self._in_force(now)
        return load_preset(RECOMMENDED) if in_force is None else self.get(in_force)

    def get(self, policy_id: int) -> Policy:
        if policy_id not in self._at_hand:
            self._at_hand[policy_id] = self._read(policy_id)
        return self._at_hand[policy_id]

    def _in_force(self, now: datetime) -> int | None:
        """The newest by `now`; before the first use, as in old logs, the first."""
        uses = select(PolicyUseRow.policy_id)
        newest = (
            uses.where(PolicyUseRow.since <= now)
            .order_by(PolicyUseRow.since.desc(), PolicyUseRow.id.desc())
            .limit(1)
        )
        first = uses.order_by(PolicyUseRow.since, PolicyUseRow.id).limit(1)
        found = self.session.scalar(newest)
        return self.session.scalar(first) if found is None else found

    def _read(self, policy_id: int) -> Policy:
        # A text is long and the same for every case: it is fetched once a process.
        of_this = PolicyVersionRow.id == policy_id
        digest = self.session.scalars(select(PolicyVersionRow.digest).where(of_this))
        if policy := known(digest.one()):
            return policy
        row = self.session.get_one(PolicyVersionRow, policy_id)
        return parse_policy(row.source, f"{row.name} ({row.id})")
