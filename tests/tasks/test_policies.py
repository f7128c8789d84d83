"""Switching policies: shown first, kept apart from open cases unless told otherwise."""

import pytest
from sqlalchemy import select

from kam_flows.domain.errors import UserError
from kam_flows.domain.people import StaffRole
from kam_flows.domain.policy import Target
from kam_flows.domain.tickets import Action
from kam_flows.persistence.models import (
    AuditRow,
    BreachRow,
    EscalationRow,
    PolicyUseRow,
    TicketRow,
)
from kam_flows.policies.load import preset_text
from tasks.escalation import climb_due, write_digests
from tasks.policies import preview_policy, switch_policy
from tests.builders import a_person, an_account, at
from tests.portfolio import change, opened, store, use_policy, watching

VALUE_TIERS = preset_text("value-tiers")
NOON = at("2026-10-12 12:00")


@pytest.fixture
def session(database: str):
    use_policy("retention")
    store(
        [
            a_person("mara", supervisor="sun"),
            a_person("sun", role=StaffRole.SUPERVISOR),
        ],
        [an_account(lead="mara")],
    )
    with watching() as opened_session:
        yield opened_session


def test_a_preview_names_every_moved_moment_and_writes_nothing(session):
    number = opened("2026-10-12 11:55")
    before = session.scalar(select(TicketRow.respond_by))

    changes = preview_policy.fn(VALUE_TIERS, NOON)

    respond = next(c for c in changes if c.what == "respond_by")
    assert (respond.ticket, respond.old) == (number, before)
    # Core requests are acknowledged in 30 minutes (scheme `value-tiers`).
    assert respond.new == at("2026-10-12 12:25")
    assert session.scalar(select(TicketRow.respond_by)) == before
    assert len(session.scalars(select(PolicyUseRow)).all()) == 1


def test_open_cases_keep_their_policy_and_new_ones_get_the_new(session):
    old = opened("2026-10-12 11:55")
    said = switch_policy.fn(VALUE_TIERS, "sun", False, NOON)
    new = opened("2026-10-12 12:01")

    policies = dict(
        session.execute(select(TicketRow.number, TicketRow.policy_id)).tuples().all()
    )
    assert policies[old] != policies[new]
    assert "1 open tickets keep" in said


def test_reclocking_moves_open_cases_once_and_on_record(session):
    number = opened("2026-10-12 11:55")

    switch_policy.fn(VALUE_TIERS, "sun", True, NOON)

    assert session.scalar(select(TicketRow.respond_by)) == at("2026-10-12 12:25")
    assert preview_policy.fn(VALUE_TIERS, NOON) == []
    actions = session.scalars(
        select(AuditRow.action).where(AuditRow.subject == f"ticket {number}")
    ).all()
    assert actions.count("reclocked") == 1


def test_a_switch_never_fires_a_rung_in_the_past(session):
    opened("2026-10-10 09:00")

    switch_policy.fn(VALUE_TIERS, "sun", True, NOON)

    # The time of every target ran out long ago by the new policy: the grace is left.
    climbed = climb_due.fn(NOON)
    assert climbed.outcomes.total() == 0
    assert write_digests.fn(NOON).mails == []


def test_a_switch_leaves_what_was_answered_before_as_it_was_judged_then(session):
    in_time, late = opened("2026-10-12 09:00"), opened("2026-10-12 09:00")
    change("2026-10-12 10:30", in_time, Action.TAKE_UP)
    change("2026-10-12 11:30", late, Action.TAKE_UP)
    [judged] = session.scalars(select(BreachRow.ticket_id))

    switch_policy.fn(VALUE_TIERS, "sun", True, NOON)
    change("2026-10-12 12:30", in_time, Action.RESOLVE)
    change("2026-10-12 12:30", late, Action.RESOLVE)

    # Half an hour is promised now (scheme `value-tiers`); two hours were then.
    respond = select(BreachRow.ticket_id).where(BreachRow.target == Target.RESPOND)
    assert list(session.scalars(respond)) == [judged]
    assert session.scalars(select(EscalationRow)).all() == []


def test_only_those_who_steer_may_switch(session):
    with pytest.raises(UserError, match="Mara"):
        switch_policy.fn(VALUE_TIERS, "mara", False, NOON)

    assert len(session.scalars(select(PolicyUseRow)).all()) == 1
