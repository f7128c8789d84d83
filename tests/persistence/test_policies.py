"""Policy versions: every text kept once, one in force, the recommended one by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select

from kam_flows.persistence.database import engine
from kam_flows.persistence.models import PolicyUseRow, PolicyVersionRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies import load_preset
from kam_flows.policies.load import preset_text
from kam_flows.policies.problems import PolicyError

MONDAY = datetime(2026, 10, 12, 9, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("database")


def rows(of: type[PolicyUseRow | PolicyVersionRow]) -> int | None:
    with unit_of_work(read_only=True) as uow:
        return uow.session.scalar(select(func.count()).select_from(of))


def test_a_text_is_stored_once():
    with unit_of_work() as uow:
        first = uow.policies.store(preset_text("care"), MONDAY)
        other = uow.policies.store(preset_text("retention"), MONDAY)
    with unit_of_work() as uow:
        again = uow.policies.store(preset_text("care"), MONDAY + DAY)

    assert first == again != other
    assert rows(PolicyVersionRow) == 2


def test_what_is_no_policy_is_not_stored():
    with pytest.raises(PolicyError), unit_of_work() as uow:
        uow.policies.store("name: nothing else\n", MONDAY)

    assert rows(PolicyVersionRow) == 0


def test_the_recommended_policy_is_put_in_force_when_none_was_chosen():
    with unit_of_work() as uow:
        chosen = uow.policies.current_id(MONDAY)
    with unit_of_work() as uow:
        again = uow.policies.current_id(MONDAY + DAY)

        assert uow.policies.get(chosen) is load_preset("default")
    assert chosen == again
    assert (rows(PolicyVersionRow), rows(PolicyUseRow)) == (1, 1)


def test_asking_for_the_policy_in_force_writes_nothing():
    with unit_of_work(read_only=True) as uow:
        assert uow.policies.current(MONDAY) is load_preset("default")
    with unit_of_work() as uow:
        assert uow.policies.current(MONDAY) is load_preset("default")

    assert (rows(PolicyVersionRow), rows(PolicyUseRow)) == (0, 0)


def test_the_newest_use_is_in_force_from_its_moment_on():
    with unit_of_work() as uow:
        care = uow.policies.store(preset_text("care"), MONDAY)
        retention = uow.policies.store(preset_text("retention"), MONDAY)
        uow.policies.use(care, "KAM-01", MONDAY)
        uow.policies.use(retention, "KAM-01", MONDAY + DAY)

    with unit_of_work(read_only=True) as uow:
        assert uow.policies.current(MONDAY).name == "care"
        assert uow.policies.current(MONDAY + DAY).name == "retention"
        assert uow.policies.current_id(MONDAY + 9 * DAY) == retention


def test_before_the_first_use_the_first_one_counts():
    with unit_of_work() as uow:
        care = uow.policies.store(preset_text("care"), MONDAY)
        uow.policies.use(care, "KAM-01", MONDAY)

    with unit_of_work() as uow:
        assert uow.policies.current_id(MONDAY - 1000 * DAY) == care
    assert rows(PolicyUseRow) == 1


def test_putting_the_same_policy_in_force_again_changes_nothing():
    with unit_of_work() as uow:
        care = uow.policies.store(preset_text("care"), MONDAY)
        uow.policies.use(care, "KAM-01", MONDAY)
        uow.policies.use(care, "KAM-02", MONDAY + DAY)

    assert rows(PolicyUseRow) == 1


def test_a_policy_can_come_back_into_force():
    with unit_of_work() as uow:
        care = uow.policies.store(preset_text("care"), MONDAY)
        retention = uow.policies.store(preset_text("retention"), MONDAY)
        for number, chosen in enumerate((care, retention, care)):
            uow.policies.use(chosen, "KAM-01", MONDAY + number * DAY)

        assert uow.policies.current_id(MONDAY + 5 * DAY) == care
    assert rows(PolicyUseRow) == 3


def test_a_version_from_another_process_is_read_from_its_text():
    text = preset_text("care").replace("name: care", "name: care-of-ours")
    with unit_of_work() as uow:
        row = PolicyVersionRow(
            name="care-of-ours", digest="unread", source=text, stored_at=MONDAY
        )
        uow.session.add(row)
        uow.session.flush()

        assert uow.policies.get(row.id).name == "care-of-ours"


def test_a_thousand_cases_ask_for_their_policy_with_one_statement():
    statements: list[str] = []
    with unit_of_work() as uow:
        care = uow.policies.store(preset_text("care"), MONDAY)
    with unit_of_work() as uow:
        uow.session.connection()
        event.listen(
            engine(),
            "before_cursor_execute",
            lambda _c, _cur, statement, *_: statements.append(statement),
        )
        for _ in range(1000):
            uow.policies.get(care)

    assert len([s for s in statements if "policy_versions" in s]) == 1
