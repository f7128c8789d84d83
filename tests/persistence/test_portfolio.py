"""Accounts, contacts and people are kept as they were given, and found as staff type."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from kam_flows.domain.accounts import Account, Contact, TeamMember, Tier
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import Absence, QuietHours, Staff, StaffRole, TeamRole
from kam_flows.persistence.accounts import AccountRepository
from kam_flows.persistence.database import engine
from kam_flows.persistence.people import PeopleRepository

WANG = Staff(
    code="S01",
    name="王伟",
    email="Wang@example.com",
    role=StaffRole.SUPERVISOR,
    supervisor="H01",
    department_head="H01",
    deputy="M01",
    language="en",
    timezone="Europe/Berlin",
    quiet_hours=QuietHours(start=time(22), end=time(8)),
    absences=(
        Absence(first=date(2026, 10, 1), last=date(2026, 10, 7)),
        Absence(first=date(2026, 12, 24), last=date(2026, 12, 24)),
    ),
)
ZHANG = Staff(
    code="M01", name="张敏", email="zhang@example.com", role=StaffRole.ACCOUNT_MANAGER
)
TEAM = (
    TeamMember(staff="S01", role=TeamRole.TECHNICAL),
    TeamMember(staff="M01", role=TeamRole.LEAD_MANAGER),
    TeamMember(staff="S01", role=TeamRole.LEAD_MANAGER),
)
ACME = Account(
    code="ACME",
    name="华东某某科技",
    tier=Tier.STRATEGIC,
    calendar="office",
    language="en",
    industry="制造",
    city="上海",
    signed_on=date(2024, 2, 29),
)
OLD = Account(code="OLD", name="旧客户", tier=Tier.BASIC, active=False)
ZHAO = Contact(
    code="C001",
    account="ACME",
    name="赵强",
    title="总经理",
    email="zhao@example.com",
    phone="+86 21 5555 0001",
    language="en",
    birthday=date(1984, 2, 29),
    is_decision_maker=True,
)


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    with Session(engine()) as session:
        PeopleRepository(session).save([WANG, ZHANG])
        accounts = AccountRepository(session)
        accounts.save([ACME, OLD])
        accounts.replace_teams({"ACME": TEAM})
        accounts.save_contacts([ZHAO])
        session.commit()
        yield session


def test_everything_comes_back_as_it_was_given(session: Session):
    people, accounts = PeopleRepository(session), AccountRepository(session)

    assert people.directory() == {"M01": ZHANG, "S01": WANG}
    assert people.get("S01") == WANG
    assert accounts.by_code() == {"ACME": replace(ACME, team=TEAM), "OLD": OLD}
    assert accounts.get("ACME") == replace(ACME, team=TEAM)
    assert accounts.contacts() == {"C001": ZHAO}
    assert accounts.ids().keys() == {"ACME", "OLD"}


def test_what_is_saved_again_is_changed_and_not_doubled(session: Session):
    people, accounts = PeopleRepository(session), AccountRepository(session)
    wang = replace(WANG, quiet_hours=None, absences=WANG.absences[1:], active=False)
    acme = replace(ACME, tier=Tier.CORE, signed_on=None)
    zhao = replace(ZHAO, account="OLD", birthday=None)

    people.save([wang])
    accounts.save([acme])
    accounts.save_contacts([zhao])

    assert people.directory() == {"M01": ZHANG, "S01": wang}
    assert accounts.get("ACME") == replace(acme, team=TEAM)
    assert accounts.contacts() == {"C001": zhao}


def test_two_people_may_swap_their_addresses(session: Session):
    people = PeopleRepository(session)

    people.save([replace(WANG, email=ZHANG.email), replace(ZHANG, email=WANG.email)])

    assert people.get("M01").email == "Wang@example.com"
    assert people.get("S01").email == "zhang@example.com"


def test_a_team_is_replaced_in_the_order_given_and_others_stay(session: Session):
    accounts = AccountRepository(session)
    accounts.replace_teams({"OLD": TEAM[:1]})

    accounts.replace_teams({"ACME": (TEAM[2], TEAM[0])})

    assert accounts.get("ACME").team == (TEAM[2], TEAM[0])
    assert accounts.get("OLD").team == TEAM[:1]


def test_all_accounts_and_all_people_take_two_statements_each(session: Session):
    statements: list[str] = []
    event.listen(
        engine(),
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: statements.append(statement),
    )

    AccountRepository(session).by_code()
    PeopleRepository(session).directory()

    assert len([s for s in statements if s.startswith("SELECT")]) == 4


@pytest.mark.parametrize(
    "typed",
    ["ACME", " acme ", "华东某某科技", "ACME · 华东某某科技", "ACME · a former name"],
)
def test_an_account_is_found_by_code_name_or_as_lists_show_it(
    session: Session, typed: str
):
    assert AccountRepository(session).find(typed).code == "ACME"


@pytest.mark.parametrize(
    "typed", ["S01", "s01", "王伟", "wang@EXAMPLE.com", "S01 · 王伟"]
)
def test_a_person_is_found_by_code_name_email_or_as_lists_show_it(
    session: Session, typed: str
):
    assert PeopleRepository(session).find(typed).code == "S01"


def test_who_is_not_found_is_answered_with_the_nearest(session: Session):
    accounts, people = AccountRepository(session), PeopleRepository(session)

    with pytest.raises(UserError, match="did you mean ACME · 华东某某科技"):
        accounts.find("ACNE")
    with pytest.raises(UserError, match="did you mean ACME · 华东某某科技"):
        accounts.get("华东")
    with pytest.raises(UserError, match="There is no person 'zzz'; type a code"):
        people.find("zzz")
    with pytest.raises(UserError, match="did you mean"):
        people.get("S02")


def test_a_name_that_two_have_asks_for_the_code(session: Session):
    PeopleRepository(session).save([replace(ZHANG, code="M02", email="m2@example.com")])

    with pytest.raises(UserError, match="one of the codes M01, M02"):
        PeopleRepository(session).find("张敏")


def test_lists_offer_who_is_active_and_show_code_and_name(session: Session):
    PeopleRepository(session).save([replace(ZHANG, active=False)])

    assert AccountRepository(session).choices(10) == ["ACME · 华东某某科技"]
    assert PeopleRepository(session).choices() == ["S01 · 王伟"]
