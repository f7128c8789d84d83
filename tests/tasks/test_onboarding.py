"""Starting an onboarding: what is drawn, what is on record already, and only once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from threading import Barrier
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.checklists import FORMS
from kam_flows.domain.errors import UserError
from kam_flows.domain.onboarding import ItemState
from kam_flows.domain.people import QuietHours, StaffRole, TeamRole
from kam_flows.domain.signed_links import parted
from kam_flows.domain.survey import Answer, Dimension
from kam_flows.mail.mime import ReadMail, read
from kam_flows.persistence.models import OutboxRow
from kam_flows.persistence.onboarding_models import ChecklistItemRow, OnboardingRow
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.policies.load import preset_text
from tasks.onboarding import Started, start_onboarding
from tests.builders import a_person, an_account, at, away
from tests.portfolio import store, use_policy, use_text

SIGNED = "2026-09-30 17:00"
SHOW = "show-an-onboarding"


TEAM = (
    TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
    TeamMember(staff="tech", role=TeamRole.SUPPORT),
)


@pytest.fixture
def house(database: str) -> None:
    """Mara leads ACME under Sun; Ops steers; Old served it before and has left."""
    use_policy("enterprise")
    store(
        [
            a_person("mara", supervisor="sun"),
            a_person("sun", role=StaffRole.SUPERVISOR),
            a_person("ops", role=StaffRole.OPERATIONS),
            a_person("tech", name="李雷", supervisor="sun"),
            a_person("else"),
            a_person("old", active=False),
        ],
        [an_account(team=TEAM), an_account("GONE", active=False, name="旧客户")],
    )


def started(when: str = SIGNED, **fields: Any) -> Started:
    defaults: dict[str, Any] = {"account": "ACME", "by": "mara"}
    return start_onboarding.fn(now=at(when), **defaults | fields)


def answer(dimension: Dimension) -> Answer:
    when = at("2026-09-29 09:00")
    return Answer(dimension=dimension, text="交付零延误", at=when, by="mara")


def codes(onboarding: Started) -> list[str]:
    return [item.code for item in onboarding.onboarding.items]


pytestmark = pytest.mark.usefixtures("house")


def test_o1_the_deadline_runs_over_the_holiday_and_the_start_warns_of_it():
    ours = started()

    assert ours.is_new
    assert ours.deadline == at("2026-10-03 17:00")
    assert [(r.written, r.due_at, r.is_working_day) for r in ours.readings] == [
        ("72h", at("2026-10-03 17:00"), False),
        ("3bd", at("2026-10-10 17:00"), True),
        ("72bh", at("2026-10-16 17:00"), True),
    ]


def test_o1_a_policy_of_three_business_days_ends_after_the_holiday():
    text = preset_text("enterprise")
    assert "deadline: 72h" in text
    use_text(text.replace("deadline: 72h", "deadline: 3bd"), at("2026-02-01 09:00"))

    ours = started()

    assert ours.deadline == at("2026-10-10 17:00")
    assert ours.readings[0].is_working_day


def test_what_the_records_show_is_done_from_the_start():
    with unit_of_work() as uow:
        account = uow.accounts.lock("ACME")
        uow.surveys.add(account, [answer(dimension) for dimension in Dimension])

    items = {item.code: item.state for item in started().onboarding.items}

    assert items["survey"] is ItemState.DONE
    assert items["agreement"] is ItemState.OPEN


def test_an_inheritance_is_drawn_only_where_there_was_a_predecessor():
    with_nobody = started(dry_run=True)
    with_somebody = started(predecessor="old · Old")

    assert "inheritance" not in codes(with_nobody)
    assert "inheritance" in codes(with_somebody)
    assert with_somebody.onboarding.predecessor == "old"


def test_a_dry_run_keeps_nothing():
    started(dry_run=True)

    with unit_of_work(read_only=True) as uow:
        assert uow.onboardings.running() == []


def test_o3_a_second_start_says_so_and_keeps_all_answers():
    first = started()
    with unit_of_work() as uow:
        account = uow.accounts.lock("ACME")
        uow.surveys.add(account, [answer(Dimension.RED_LINES)])

    second = started("2026-10-01 10:00", by="ops", predecessor="old")

    assert not second.is_new
    assert second.onboarding == first.onboarding
    assert second.started_by == "Mara"
    with unit_of_work(read_only=True) as uow:
        answers = uow.surveys.answers([account])[account]
        assert answers[Dimension.RED_LINES].text == "交付零延误"


def test_o3_starts_in_the_same_moment_make_one_checklist():
    together = Barrier(4)

    def start(by: str) -> Started:
        together.wait()
        return started(by=by)

    with ThreadPoolExecutor(4) as threads:
        all_started = list(threads.map(start, ["mara", "ops", "sun", "mara"]))

    assert sorted(one.is_new for one in all_started) == [False, False, False, True]
    assert len({one.onboarding.id for one in all_started}) == 1
    with unit_of_work(read_only=True) as uow:
        count = select(func.count())
        lines = uow.session.scalar(count.select_from(ChecklistItemRow))
        assert uow.session.scalar(count.select_from(OnboardingRow)) == 1
        assert lines == len(all_started[0].onboarding.items)


def test_o4_a_start_three_weeks_after_the_signing_is_marked_late():
    late = started("2026-10-21 17:00", signed_at=at(SIGNED))

    assert late.is_late
    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running()
        assert running.signed_at == at(SIGNED)
        # One look, at which whoever is above hears of it once.
        assert uow.onboardings.next_due() == at("2026-10-21 17:00")


def posted() -> dict[str, ReadMail]:
    """The mails that wait, by address."""
    with unit_of_work(read_only=True) as uow:
        rows = uow.session.scalars(select(OutboxRow)).all()
        return {row.addresses[0]: read(row.content) for row in rows}


def test_each_owner_hears_in_one_mail_what_is_theirs_and_until_when():
    with unit_of_work() as uow:
        uow.forms.remember({form: form for form in (*FORMS.values(), SHOW)})

    assert started(by="ops", predecessor="old").told == ("Mara", "李雷")

    mails = posted()
    assert set(mails) == {"mara@example.com", "tech@example.com"}
    mara, tech = mails["mara@example.com"], mails["tech@example.com"]
    assert mara.subject == (
        "华东精密科技：接入已启动，4 项由您负责，10月3日 周六 17:00 截止"
    )
    for words in ("需求调研", "客户档案", "红线与禁忌", "由Ops启动", "由Old负责"):
        assert words in mara.text
    assert "欢迎礼包" not in mara.text
    assert "凭据：寄出日期和培训时间" in tech.text
    link = next(
        line for line in tech.text.splitlines() if "complete-checklist-item" in line
    )
    [filled] = parse_qs(urlsplit(link.split("：", 1)[1]).query)["parameters"]
    values = json.loads(filled)
    assert parted(values.pop("by"))[0].strip() == "tech · 李雷"
    assert values == {
        "account": "ACME · 华东精密科技",
        "item": "welcome_pack · 欢迎礼包（使用手册、培训课程）",
    }


def test_who_is_away_is_stood_in_for_and_the_mail_says_so():
    absent = a_person(
        "mara",
        deputy="else",
        absences=away("2026-09-28", "2026-10-08"),
        supervisor="sun",
    )
    store([absent], [])

    assert started(by="ops").told == ("Else", "李雷")

    assert "负责人Mara" in posted()["else@example.com"].text


def test_an_address_that_cannot_be_used_stops_no_start_and_is_named():
    store([a_person("tech", name="李雷", email="lei(at)example.com")], [])

    ours = started()

    assert (ours.told, ours.unreachable) == (("Mara",), ("李雷",))
    assert set(posted()) == {"mara@example.com"}


def test_nobody_is_told_of_a_start_in_their_quiet_hours():
    nights = QuietHours(start=time(16), end=time(8))
    store([a_person("tech", supervisor="sun", quiet_hours=nights)], [])

    started()

    with unit_of_work(read_only=True) as uow:
        waits = select(OutboxRow.not_before).where(OutboxRow.recipient == "tech")
        assert uow.session.scalar(waits) == at("2026-10-01 08:00")


def test_o4_a_late_start_sends_no_mail_of_its_own():
    assert started("2026-10-21 17:00", signed_at=at(SIGNED)).told == ()
    assert posted() == {}


def test_o3_a_second_start_mails_nobody_again():
    started()
    before = posted().keys()

    assert started(by="ops").told == ()
    assert posted().keys() == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"by": "else"}, r"Else \(else\) is not on the team of 华东精密科技"),
        ({"by": "old"}, "has left"),
        ({"account": "GONE", "by": "ops"}, "旧客户 is no longer an account"),
        ({"account": "ACNE"}, "did you mean ACME"),
        ({"predecessor": "mara"}, "Mara is the lead manager of 华东精密科技 now"),
        ({"predecessor": "nobody"}, "There is no person 'nobody'"),
        ({"signed_at": at("2026-10-01 09:00")}, "cannot be later than the start"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(fields, said):
    with pytest.raises(UserError, match=said):
        started(**fields)

    with unit_of_work(read_only=True) as uow:
        assert uow.session.scalars(select(OnboardingRow)).all() == []
    assert posted() == {}


def test_anybody_of_the_team_may_start_and_the_record_says_who():
    started(by="tech@example.com")

    with unit_of_work(read_only=True) as uow:
        done = [(r.actor, r.action) for r in uow.audit.about("account ACME")]
    assert done == [("tech", "onboarding started"), ("tech", "checklist item done")]
