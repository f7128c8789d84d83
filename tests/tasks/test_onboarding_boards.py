"""The onboarding board, and the morning mail to those above who lead the accounts."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import Progress
from kam_flows.domain.onboarding_mails import OnboardingMorning
from kam_flows.domain.survey import Dimension
from kam_flows.persistence.models import OutboxRow
from kam_flows.rendering.onboarding_boards import onboarding_board
from tasks.onboarding_boards import SHOWN, Mornings, board_lines, send_mornings
from tests.builders import a_person, an_account, at, away
from tests.onboardings import answered, filed, started
from tests.portfolio import store, use_policy, watching

MORNING = "2026-10-14 08:30"


def house(**sun: object) -> None:
    """Mara and Ben report to Sun, Sun and Ina to Hu; Kim leads nobody."""
    use_policy("enterprise")
    people = [
        a_person("mara", supervisor="sun"),
        a_person("ben", supervisor="sun", department_head="hu"),
        a_person("ina", supervisor="hu"),
        a_person("sun", supervisor="hu", **sun),
        a_person("hu", supervisor="hu"),
        a_person("kim", role="supervisor"),
    ]
    leads = {"A": "mara", "B": "ben", "C": "ina"}
    accounts = [
        an_account(code, lead, tier=Tier.POTENTIAL, name=f"客户 {code}")
        for code, lead in leads.items()
    ]
    store(people, accounts)


def send(when: str = MORNING, **more: object) -> Mornings:
    return send_mornings.fn(at(when), **more)  # type: ignore[arg-type]


def listed(mornings: Mornings) -> dict[str, list[str]]:
    """Account codes in each reader's mail."""
    found = {}
    for rendered in mornings.mails:
        assert isinstance(rendered.mail, OnboardingMorning)
        found[rendered.mail.recipient] = [
            line.facts.account for line in rendered.mail.lines
        ]
    return found


@pytest.fixture
def session(database: str):
    with watching() as opened_session:
        yield opened_session


def test_every_manager_gets_the_onboardings_below_them_the_soonest_first(session):
    house()
    started("2026-10-13 09:00", "A")
    started("2026-10-12 09:00", "B")
    started("2026-10-12 12:00", "C")

    assert listed(send()) == {"hu": ["B", "C", "A"], "sun": ["B", "A"]}


def test_once_a_day_however_often_the_flow_runs(session: Session):
    house()
    started("2026-10-12 09:00", "A")

    assert set(listed(send())) == {"hu", "sun"}
    assert send("2026-10-14 09:30").mails == []
    assert len(session.scalars(select(OutboxRow)).all()) == 2
    assert set(listed(send("2026-10-15 08:30"))) == {"hu", "sun"}


def test_on_days_off_nothing_comes_and_on_make_up_days_it_does(session):
    house()
    started("2026-09-30 09:00", "A")

    assert not send("2026-10-05 08:30").is_working_day
    assert send("2026-10-10 08:30").mails


def test_nothing_runs_nothing_comes(session):
    house()

    assert send().mails == []
    board = onboarding_board(board_lines.fn(at(MORNING)), at(MORNING), "en")
    assert board.startswith("No onboarding runs.")


def test_who_is_away_gets_none_and_who_has_no_address_is_named(session):
    house(absences=away("2026-10-14", "2026-10-14"))
    started("2026-10-12 09:00", "A")
    assert set(listed(send())) == {"hu"}

    store([a_person("sun", supervisor="hu", email="sun at home")], [])
    mornings = send("2026-10-15 08:30")
    assert [person.code for person in mornings.unaddressed] == ["sun"]
    assert set(listed(mornings)) == {"hu"}


def test_the_guard_and_a_dry_run_write_nothing(session: Session):
    house()
    started("2026-10-12 09:00", "A")

    assert len(send(dry_run=True).mails) == 2
    with pytest.raises(UserError, match="2 mails, more than the 1 allowed"):
        send(allow_mails=1)
    assert session.scalars(select(OutboxRow)).all() == []


def test_a_manager_of_many_is_shown_so_many(session):
    house()
    many = [an_account(f"X{n:03}", tier=Tier.POTENTIAL) for n in range(SHOWN + 2)]
    store([], many)
    for account in many:
        started("2026-10-12 09:00", account.code)

    hu, _ = send().mails
    assert isinstance(hu.mail, OnboardingMorning)
    assert (len(hu.mail.lines), hu.mail.more) == (SHOWN, 2)
    assert len(hu.html.encode()) < 100_000


def test_the_board_says_how_far_what_is_missing_and_with_whom(session):
    house()
    started("2026-10-12 09:00", "A")
    started("2026-10-09 09:00", "B")
    answered("2026-10-12 10:00", Dimension.RED_LINES, account="A")
    filed("2026-10-12 11:00", account="A")

    lines = board_lines.fn(at(MORNING))
    assert [line.facts.progress for line in lines] == [
        Progress.OVERDUE,
        Progress.STUCK,
    ]
    board = onboarding_board(lines, at(MORNING), "zh_CN")
    assert "**2 个接入进行中，1 个已超期。**" in board
    assert "50% (2/4)" in board
    assert "需求调研（红线与禁忌）：Mara" in board
    assert "已超 47 小时 30 分" in board


def test_hostile_names_stay_in_their_cells(session):
    house()
    name = "<script>|\n=cmd|' /C calc'!A0 \u202e" + "长" * 300
    store([], [an_account("A", "mara", tier=Tier.POTENTIAL, name=name)])
    started("2026-10-12 09:00", "A")

    board = onboarding_board(board_lines.fn(at(MORNING)), at(MORNING), "en")

    assert "<script>" not in board
    assert "\u202e" not in board
    assert board.count("\n| ") == 3
