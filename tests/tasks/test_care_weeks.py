"""What comes up, on a real database: to whom, of which days, once a week."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kam_flows.domain.accounts import Account, Contact, Tier
from kam_flows.domain.care_mails import CareLine, CareWeek
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.persistence.unit_of_work import unit_of_work
from tasks.care import prepare_due
from tasks.care_weeks import send_care_weeks
from tasks.occasions import refresh
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy

MONDAY = at("2026-09-21 07:15")


@pytest.fixture(autouse=True)
def house(database: str) -> None:
    use_policy("care")
    store(
        [
            a_person("mara", supervisor="sun"),
            a_person("ben", supervisor="sun"),
            a_person("sun"),
        ],
        [
            signed("ACME", date(2024, 10, 1)),
            signed("BETA", date(2025, 10, 15), lead="ben"),
            signed("LATE", date(2025, 12, 1)),
        ],
    )
    with unit_of_work() as uow:
        uow.accounts.save_contacts(
            [
                Contact(
                    code="ACME-1",
                    account="ACME",
                    name="张建国",
                    title="总经理",
                    email="boss@acme.example",
                )
            ]
        )


def signed(code: str, on: date, **fields: Any) -> Account:
    return replace(
        an_account(code, **{"tier": Tier.CORE} | fields), name=code, signed_on=on
    )


def weeks(now: datetime = MONDAY) -> dict[str, CareWeek]:
    sent = send_care_weeks.fn(now)
    return {
        m.mail.recipient: m.mail for m in sent.mails if isinstance(m.mail, CareWeek)
    }


def lines(mail: CareWeek) -> dict[str, list[CareLine]]:
    return {name: list(some) for name, some in mail.coming}


def test_owners_see_their_own_and_managers_those_of_their_people():
    refresh(MONDAY)
    mails = weeks()

    assert set(mails) == {"mara", "ben", "sun"}
    assert [one.account_name for one in lines(mails["mara"])["Mara"]] == ["ACME"]
    assert set(lines(mails["sun"])) == {"Ben", "Mara"}


def test_what_is_prepared_and_waits_for_approval_can_be_approved_from_the_mail():
    prepare_due.fn(at("2026-09-24 06:10"))
    [line] = lines(weeks(at("2026-09-28 07:15"))["mara"])["Mara"]

    assert line.state is CareState.PREPARED
    assert line.number == "C-1"
    assert line.waits_for


def test_what_was_skipped_last_week_is_told_with_why():
    refresh(MONDAY)
    prepare_due.fn(at("2026-10-09 06:10"))
    mail = weeks(at("2026-10-12 07:15"))["mara"]

    assert [(one.account_name, one.skip) for one in mail.missed] == [
        ("ACME", Skip.TOO_LATE)
    ]


def test_each_gets_one_a_week_and_after_an_outage_on_the_next_working_day():
    refresh(MONDAY)

    assert weeks(at("2026-09-22 07:15"))
    assert not weeks(at("2026-09-22 07:15"))
    assert not weeks(at("2026-09-23 07:15"))
