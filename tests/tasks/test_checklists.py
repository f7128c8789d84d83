"""Checklists follow the records: teams that change, people who leave, starts in between."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from kam_flows.domain.accounts import Tier
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import StaffRole
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.checklists import settle_checklist
from tasks.onboarding import start_onboarding
from tasks.portfolio import import_file
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

STARTED = "2026-10-12 09:00"
WHOLE = "mara,lead_manager ti,technical di,delivery ai,after_sales su,support"


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    """A strategic account under `enterprise` (1+3+N), of whose team only Mara is named."""
    use_policy("enterprise")
    people = ("mara", "ti", "di", "ai", "su")
    store(
        [
            *(a_person(code) for code in people),
            a_person("ops", role=StaffRole.OPERATIONS),
        ],
        [an_account(tier=Tier.STRATEGIC)],
    )


def start() -> None:
    start_onboarding.fn(account="ACME", by="mara", now=at(STARTED))


def brought(folder: Path, text: str, when: str) -> None:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    import_file.fn(path, by="ops", now=at(when))


def team(folder: Path, members: str, when: str) -> None:
    rows = "".join(f"ACME,{member}\n" for member in members.split())
    brought(folder, f"account,staff,role\n{rows}", when)


def left(folder: Path, code: str, active: str, when: str) -> None:
    head = "code,name,email,role,active\n"
    row = f"{code},{code.title()},{code}@example.com,account_manager,{active}\n"
    brought(folder, head + row, when)


def team_item() -> tuple[ItemState, str]:
    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running()
        [item] = [item for item in running.items if item.code == "team"]
        return item.state, item.settled_by


def test_a_team_that_an_import_completes_is_done_in_the_same_transaction(tmp_path):
    start()
    assert team_item() == (ItemState.OPEN, "")

    team(tmp_path, WHOLE, "2026-10-12 11:00")

    assert team_item() == (ItemState.DONE, "")
    with unit_of_work(read_only=True) as uow:
        on_record = [(r.actor, r.action) for r in uow.audit.about("account ACME")]
    assert ("ops", "checklist item done") in on_record


def test_who_leaves_opens_the_item_again_and_who_is_back_closes_it(tmp_path):
    start()
    team(tmp_path, WHOLE, "2026-10-12 11:00")

    left(tmp_path, "di", "no", "2026-10-12 12:00")
    assert team_item()[0] is ItemState.OPEN

    left(tmp_path, "di", "yes", "2026-10-12 13:00")
    assert team_item()[0] is ItemState.DONE


def test_an_import_that_changes_no_team_leaves_checklists_alone(tmp_path):
    start()
    with unit_of_work(read_only=True) as uow:
        [before] = uow.onboardings.running()

    left(tmp_path, "ops", "yes", "2026-10-12 12:00")

    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.running() == [before]


def test_what_is_recorded_while_a_start_is_under_way_is_not_missed():
    """The answers do not see the checklist yet, nor the checklist the answers."""
    recorded = Event()

    def record() -> None:
        answers = [
            Answer(dimension=dimension, text="x", at=at(STARTED), by="mara")
            for dimension in Dimension
        ]
        with unit_of_work() as uow:
            uow.surveys.add(uow.accounts.ids()["ACME"], answers)
            recorded.set()
            account = uow.accounts.get("ACME")
            settle_checklist(uow, account, now=at(STARTED), actor="mara")

    with ThreadPoolExecutor(2) as threads:
        recording = threads.submit(record)
        recorded.wait()
        threads.submit(start).result()
        recording.result()

    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running()
        [survey] = [item for item in running.items if item.code == "survey"]
    assert survey.state is ItemState.DONE
