"""What is stored of events and guests is what was said, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import date

import pytest

from kam_flows.domain.accounts import Contact
from kam_flows.domain.errors import UserError
from kam_flows.domain.events import Event, Reply, settled
from kam_flows.domain.onboarding import ItemState
from kam_flows.persistence.unit_of_work import unit_of_work
from tests.builders import a_person, an_account
from tests.domain.test_events import NOW, SUMMIT, a_guest, a_summit
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def summit(database: str) -> Event:
    use_policy("default")
    store([a_person("mara"), a_person("dai")], [an_account()])
    with unit_of_work() as uow:
        uow.accounts.save_contacts([Contact(code="C1", account="ACME", name="张伟")])
        policy_id = uow.policies.current_id(NOW)
        return uow.events.add(a_summit(policy_id=policy_id))


def test_an_event_is_read_as_it_was_kept(summit: Event):
    theme, *others = summit.steps
    done = settled(
        summit, theme, ItemState.DONE, title="", by="mara", at=NOW, note="已定"
    )
    after = replace(done, on=date(2026, 12, 17), sequence=1, steps=done.steps[:-1])
    with unit_of_work() as uow:
        assert uow.events.find(summit.number.lower()) == summit
        uow.events.keep(after)
        uow.events.remind(summit.id, others[0].code, 2)

    with unit_of_work(read_only=True) as uow:
        found = uow.events.get(summit.id)
        [shown] = uow.events.choices()
        assert uow.events.named("summit", SUMMIT) == [found]
        with pytest.raises(UserError, match=r"no event 'E-99'"):
            uow.events.find("E-99")
    first = replace(others[0], reminded=2)
    assert found == replace(after, steps=(after.steps[0], first, *after.steps[2:]))
    assert shown == f"{summit.number} · 2026-12-17 2026 客户峰会"


def test_events_with_an_open_step_due_are_found_until_they_are_cancelled(summit: Event):
    first = summit.steps[0].due_on
    with unit_of_work() as uow:
        assert uow.events.with_steps_due(first - date.resolution) == []
        assert uow.events.with_steps_due(first, lock=True) == [summit]
        uow.events.keep(replace(summit, cancelled_at=NOW))
        assert uow.events.with_steps_due(SUMMIT) == []


def test_a_guest_is_kept_once_with_the_last_reply(summit: Event):
    said = a_guest(
        reply=Reply.YES, note="两位", replied_at=NOW, recorded_by="mara", mails=1
    )
    with unit_of_work() as uow:
        ids = uow.accounts.ids()
        uow.events.keep_guests(summit.id, [a_guest(), a_guest("C2")], ids)
        uow.events.keep_guests(summit.id, [said], ids)

    with unit_of_work(read_only=True) as uow:
        assert uow.events.guests(summit.id) == [said, a_guest("C2")]
