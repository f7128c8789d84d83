"""The page about an onboarding, gathered from the database: who did and heard what."""

import json

import pytest

from flows.histories import artifact_key
from kam_flows.cli import main
from kam_flows.domain.accounts import TeamMember
from kam_flows.domain.errors import UserError
from kam_flows.domain.notices import Skip
from kam_flows.domain.onboarding import ItemState, Progress, StepKind, StepOutcome
from kam_flows.domain.onboarding_pages import OnboardingPage, Recorded
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.survey import Dimension
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.onboarding_pages import onboarding_markdown, onboarding_text
from tasks.checklist_changes import (
    complete_item,
    hold_onboarding,
    resume_onboarding,
    waive_item,
)
from tasks.onboarding import start_onboarding
from tasks.onboarding_pages import onboarding_page
from tasks.onboarding_watch import watch_due
from tests.builders import a_person, an_account, at, away
from tests.onboardings import answered
from tests.portfolio import store, use_policy
from tests.rendering.test_boards import unescaped

HOSTILE = (
    "a|b\nc <script>x</script> [x](http://example.com) **e** \u202e😀 =cmd|' /C'!A0"
)
ZONE = "Asia/Shanghai"


@pytest.fixture
def house(database: str) -> None:
    """Mara leads; Pack has the welcome pack and is away; Sun supervises both."""
    use_policy("enterprise")
    store(
        [
            a_person("mara", supervisor="sun", department_head="hu"),
            a_person(
                "pack", supervisor="sun", absences=away("2026-10-01", "2026-10-30")
            ),
            a_person("sun", role=StaffRole.SUPERVISOR, department_head="hu"),
            a_person("hu", role=StaffRole.DEPARTMENT_HEAD),
            a_person("old", active=False),
        ],
        [
            an_account(
                team=(
                    TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
                    TeamMember(staff="pack", role=TeamRole.SUPPORT),
                )
            )
        ],
    )
    start_onboarding.fn(
        account="ACME", by="mara", now=at("2026-10-12 09:00"), predecessor="old"
    )


def page(when: str) -> OnboardingPage:
    return onboarding_page.fn("华东精密科技", at(when))


def worked_on() -> None:
    """Answered but for two dimensions, held a day, waived, ticked off, overdue."""
    answered("2026-10-12 15:00", Dimension.RED_LINES, Dimension.GOALS, text=HOSTILE)
    hold_onboarding.fn(
        account="ACME", by="mara", at=at("2026-10-13 09:00"), reason=HOSTILE
    )
    resume_onboarding.fn(account="ACME", by="sun", at=at("2026-10-14 09:00"))
    waive_item.fn(
        account="ACME",
        item="agreement",
        by="sun",
        at=at("2026-10-14 10:00"),
        reason="框架协议已有",
    )
    complete_item.fn(
        account="ACME",
        item="welcome_pack",
        by="pack",
        at=at("2026-10-14 11:00"),
        evidence=HOSTILE,
        note="客户很满意",
    )
    for when in ("2026-10-15 09:00", "2026-10-16 09:00"):
        watch_due.fn(at(when))


@pytest.mark.usefixtures("house")
def test_a_page_holds_all_that_happened():
    worked_on()
    told = page("2026-10-16 10:00")

    facts = told.facts
    assert (facts.settled, facts.required, told.percent) == (2, 5, 40)
    assert facts.progress is Progress.OVERDUE
    assert facts.due_at == at("2026-10-16 09:00")
    assert facts.moved
    assert (told.started_by, told.predecessor) == ("Mara", "Old")
    assert told.holds == ((at("2026-10-13 09:00"), at("2026-10-14 09:00")),)
    items = {item.code: item for item in told.items}
    assert items["survey"].about.lacking == (Dimension.GOALS, Dimension.RED_LINES)
    assert items["agreement"].state is ItemState.WAIVED
    assert items["agreement"].settled_by == "Sun"
    assert items["agreement"].note == "框架协议已有"
    assert items["team"].settled_by == ""
    assert items["team"].due_at == at("2026-10-13 09:00")
    assert items["welcome_pack"].due_at is None


@pytest.mark.usefixtures("house")
def test_the_page_says_who_heard_of_what_and_who_was_passed_over():
    worked_on()
    told = page("2026-10-16 10:00")

    kinds = {(one.kind, one.number, one.outcome, one.name) for one in told.heard}
    assert (StepKind.CLIMB, 0, StepOutcome.TOLD, "Sun") in kinds
    assert {one.mail for one in told.heard if one.outcome is StepOutcome.TOLD} <= {
        mail.id for mail in told.mails
    }
    begun = [mail for mail in told.mails if "接入已启动" in mail.subject]
    assert [mail.name for mail in begun] == ["Mara", "Sun"]


@pytest.mark.usefixtures("house")
def test_the_page_tells_the_record_in_order():
    worked_on()
    trail = page("2026-10-16 10:00").trail

    assert [(one.who, one.what, one.item) for one in trail] == [
        ("Mara", Recorded.STARTED, ""),
        ("Mara", Recorded.ITEM_DONE, "服务小组到位"),
        ("Mara", Recorded.ON_HOLD, ""),
        ("Sun", Recorded.RESUMED, ""),
        ("Sun", Recorded.ITEM_WAIVED, "服务承诺（SLA 协议）"),
        ("Pack", Recorded.ITEM_DONE, "欢迎礼包（使用手册、培训课程）"),
    ]
    assert trail[2].why.startswith("a|b")
    assert trail[4].why == "框架协议已有"


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_what_people_typed_is_shown_as_typed_never_as_markup(language):
    worked_on()
    told = page("2026-10-16 10:00")

    written = onboarding_markdown(told, language, ZONE)
    for mark in ("<script", "](http", "**e**", "\u202e"):
        assert mark not in unescaped(written)
    rows = [line for line in written.splitlines() if line.startswith("|")]
    assert all(row.endswith("|") for row in rows)
    assert "\u202e" not in onboarding_text(told, language, ZONE)


@pytest.mark.usefixtures("house")
def test_a_page_reads_well_on_the_first_morning():
    text = onboarding_text(page("2026-10-12 10:00"), "zh_CN", ZONE)

    for words in (
        "# ACME · 华东精密科技",
        "**按计划 · 还剩 71 小时** · 完成 20 %",
        "签约 10月12日 周一 09:00；按全天时钟 72 小时 → 10月15日 周四 09:00",
        "10月12日 周一 09:00 由Mara启动 · 前任 Old",
        "欢迎礼包（使用手册、培训课程）（非必需）",
        "需要：寄出日期和培训时间",
        "| 需求传承 | Mara | 10月15日 周四 09:00 | 未完成 |  |  |",
    ):
        assert words in text
    assert "暂停记录" not in text


@pytest.mark.usefixtures("house")
def test_the_record_of_an_earlier_onboarding_is_not_shown_with_this_one():
    for item in ("survey", "agreement", "account_file", "inheritance"):
        waive_item.fn(
            account="ACME", item=item, by="sun", at=at("2026-10-12 10:00"), reason="x"
        )
    assert page("2026-10-12 11:00").facts.progress is Progress.COMPLETE
    start_onboarding.fn(account="ACME", by="sun", now=at("2026-11-02 09:00"))

    trail = page("2026-11-02 10:00").trail

    assert [one.what for one in trail] == [Recorded.STARTED, Recorded.ITEM_DONE]


@pytest.mark.usefixtures("house")
def test_who_stands_in_from_the_start_is_told_and_why():
    with unit_of_work(read_only=True) as uow:
        [running] = uow.onboardings.running()
    assert running.predecessor == "old"

    watch_due.fn(at("2026-10-13 09:00"))
    heard = page("2026-10-13 10:00").heard

    assert {one.name for one in heard} == {"Mara"}
    assert not any(skip.reason is Skip.ABSENT for one in heard for skip in one.skips)


def test_an_artifact_is_named_after_the_account():
    assert artifact_key("ACME-01", "onboarding") == "onboarding-acme-01"
    assert artifact_key("华东", "onboarding") == "onboarding"


@pytest.mark.usefixtures("house")
def test_a_terminal_shows_the_same_and_gives_json_to_programs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def kam(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["kam", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        return capsys.readouterr().out

    assert "# ACME · 华东精密科技" in kam("onboarding", "show", "ACME")
    told = json.loads(kam("onboarding", "show", "ACME", "--json"))

    assert told["facts"]["account"] == "ACME"
    assert told["percent"] == 20
    assert [item["code"] for item in told["items"]][:2] == ["survey", "agreement"]


@pytest.mark.usefixtures("house")
def test_an_account_without_one_is_answered_with_the_form_that_starts_it():
    store([], [an_account("BETA", name="北辰物流")])

    with pytest.raises(UserError, match="No onboarding of 北辰物流 was started"):
        onboarding_page.fn("BETA", at("2026-10-12 10:00"))
