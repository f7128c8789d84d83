"""Mails about care: enough to decide by, never too long, and what people typed as typed."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kam_flows.domain.care_mails import (
    CareHeld,
    CareLine,
    CareLinks,
    CarePrepared,
    CareWeek,
)
from kam_flows.domain.care_plans import CareState
from kam_flows.domain.cares import Care
from kam_flows.domain.mails import DUTY, Mail
from kam_flows.rendering.care_letters import laid_out
from kam_flows.rendering.care_mail_samples import (
    event,
    held,
    late,
    not_sendable,
    overslept,
    prepared,
    quiet_week,
    week,
    without_letter,
)
from kam_flows.rendering.care_weeks import OF_FIRST, OF_OTHERS, OWNERS, WAITING
from kam_flows.rendering.mails import render
from kam_flows.rendering.words import LANGUAGES

SCRIPT = "<script>alert(1)</script>"
LONG = "上海海岚精密仪器制造股份有限公司第二事业部" * 10


def labels(mail: Mail) -> list[str]:
    """Of its buttons, the blue one first."""
    return re.findall(r'class="button[^"]*-link"[^>]*>([^<]+)', render(mail).html)


def crowded(language: str) -> CarePrepared:
    """Everything many times, every name as long as people make them."""
    full = prepared(language)
    return replace(
        full,
        account_name=LONG,
        title=LONG,
        addressee=LONG,
        policy=LONG,
        care=replace(full.care, contact=LONG, about=LONG),
        steps=tuple(replace(one, title=LONG, who=LONG) for one in full.steps * 8),
        left_out=(LONG,) * 10,
        ideas=tuple(replace(one, title=LONG) for one in full.ideas * 10),
        given=tuple(replace(one, item=LONG) for one in full.given * 10),
    )


def crowded_week(language: str, *, people: int = 30) -> CareWeek:
    """A department: many people, each with much to do, and links of a real house."""
    [_, (_, (line, *_))] = week(language).coming
    form = "https://flows.example.com/deployments/deployment/" + "f" * 36
    link = form + "/run?parameters=" + "%22care%22%3A%20%22C-10240%22" * 6
    waits = replace(
        line,
        account_name=LONG,
        contact=LONG,
        title=LONG,
        about=LONG,
        owner=LONG,
        waits_for=LONG,
        state=CareState.PREPARED,
        waits_until=date(2026, 10, 1),
        links=CareLinks(approve=link),
    )
    return replace(
        week(language),
        coming=((LONG, (waits,) * 25),) * people,
        missed=(replace(waits, late=True),) * 60,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_to_approve_by_quotes_the_letter_as_it_will_be_read(language):
    mail = prepared(language)
    assert mail.care.letter
    rendered = render(mail)
    quoted = [line[2:] for line in rendered.text.splitlines() if line.startswith(">")]

    assert quoted == list(laid_out(mail.care.letter))
    assert mail.care.letter.subject in rendered.text
    for paragraph in mail.care.letter.paragraphs:
        assert paragraph in rendered.html


def test_approving_is_the_first_button_and_its_day_stands_in_the_subject():
    assert labels(prepared("zh_CN")) == ["批准", "修改", "暂缓", "完成一步"]
    assert "10月23日 周五 前批准" in render(prepared("zh_CN")).subject


def test_what_needs_no_approval_does_not_ask_for_one():
    full = prepared("en")
    free = replace(
        full,
        care=replace(full.care, approval=False),
        links=replace(full.links, approve=None),
    )

    assert labels(free)[0] == "Edit"
    assert render(free).subject.startswith("Letter ready, leaves Mon 26 Oct 2026")
    assert "once approved" not in render(free).text


def test_a_late_beginning_is_said_with_the_steps_that_it_costs():
    text = render(late("zh_CN")).text

    assert "本应 10月14日 周三 开始准备，启动已晚 5 天" in text
    assert "以下步骤不再进行：选定并订购礼品、送达礼品并登记。" in text
    assert "同时抄送 li.lei@example.com" in text
    assert "步骤没有减少" in render(replace(late("zh_CN"), left_out=())).text


def test_why_there_is_no_letter_is_said_with_what_to_do():
    said = render(without_letter("zh_CN")).text

    assert "用到“since”，而记录中没有；请补充资料" in said
    assert "not on record; add it" in render(without_letter("en")).text
    assert (
        "没有邮箱；请补充联系人并导入，然后放行" in render(not_sendable("zh_CN")).text
    )


def test_gift_ideas_say_what_they_cost_and_why_they_stand_there():
    text = render(prepared("en")).text
    unknown = render(replace(prepared("en"), preferences=())).text

    assert "First-flush Longjing tea\n   CNY 480 · liked: tea" in text
    assert "CNY 220 · fits, not given within two years" in text
    assert "what they like is not known" in unknown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_red_line_stands_before_the_letter_and_the_gifts(language):
    mail = replace(prepared(language), red_lines=f"不收任何礼品 {SCRIPT}")

    sent = render(mail)

    assert SCRIPT not in sent.html
    ideas = sent.text.index(mail.ideas[0].title)
    assert sent.text.index("不收任何礼品") < ideas
    assert "不收任何礼品" not in render(prepared(language)).text


def test_without_a_gift_nothing_is_said_of_gifts():
    assert "Gift" not in render(event("en")).text


def test_what_an_account_has_no_name_for_is_left_out():
    text = render(event("zh_CN")).text

    assert text.startswith("年度客户峰会“同行十年”\n")
    assert "对象" not in text
    assert "收信人" not in text


def test_whoever_cannot_be_written_to_stands_out():
    assert "没有邮箱" in render(replace(prepared("zh_CN"), addressee="")).text


def test_the_duty_mailbox_hears_why_it_is_asked():
    mail = replace(prepared("en"), recipient=DUTY, name="")

    assert "Nobody is there to prepare it" in render(mail).text


@pytest.mark.parametrize("mail", [held, not_sendable, overslept])
def test_no_time_decides_about_a_held_letter(mail):
    assert "时间再久也不会自动寄出，不会自动放弃" in render(mail("zh_CN")).text
    assert "No length of time sends it or drops it" in render(mail("en")).text


def test_a_held_letter_is_released_or_dropped_and_first_mended_where_it_must_be():
    assert labels(held("en")) == ["Release", "Drop", "Edit"]
    assert labels(not_sendable("en")) == ["Edit", "Release", "Drop"]


def test_what_a_release_leads_to_is_said_before_it():
    ahead = replace(held("en").care, deliver_on=date(2026, 10, 20))

    assert "once released, it leaves at once" in render(held("en")).text
    assert "leaves on the morning of Tue 20 Oct" in text_of(held("en"), ahead)
    assert "it still needs approval" in render(overslept("en")).text


def text_of(mail: CareHeld, care: Care) -> str:
    return render(replace(mail, care=care)).text


def test_a_person_s_reason_to_hold_is_shown_as_typed():
    mail = held("en")
    care = replace(mail.care, held_because=f"They move house {SCRIPT}")
    ahead = replace(care, on=date(2026, 10, 26), deliver_on=date(2026, 10, 26))

    assert f"Why: They move house {SCRIPT}" in text_of(replace(mail, tickets=()), ahead)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_typed_of_gifts_and_steps_stays_data(language):
    full = prepared(language)
    mail = replace(
        full,
        preferences=(SCRIPT,),
        ideas=tuple(replace(one, title=SCRIPT, tags=(SCRIPT,)) for one in full.ideas),
        given=tuple(replace(one, item=SCRIPT) for one in full.given),
        steps=tuple(replace(one, title=SCRIPT, who=SCRIPT) for one in full.steps),
    )

    assert SCRIPT in render(mail).text
    assert "<script" not in render(mail).html


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_leave_a_mail_readable(language):
    rendered = render(crowded(language))

    assert len(rendered.subject) <= 120
    assert len(rendered.html.encode()) < 40_000
    assert max(map(len, rendered.text.splitlines())) < 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_week_of_a_whole_department_stays_under_100_kilobytes(language):
    rendered = render(crowded_week(language))

    assert len(rendered.html.encode()) + len(rendered.text.encode()) < 100_000
    assert rendered.html.count("flows.example.com") == WAITING


def test_what_a_week_has_no_room_for_is_counted():
    text = render(crowded_week("en", people=OWNERS + 2)).text

    assert f"and {25 - OF_FIRST} more" in text
    assert f"and {25 - OF_OTHERS} more" in text
    assert f"and {25 * (OWNERS + 2) - WAITING} more" in text
    assert "50 more of 2 others" in text


def test_what_is_to_be_approved_comes_first_the_soonest_before_the_others():
    text = render(week("zh_CN")).text
    [first, second, *_] = re.findall(r"C-\d+", text)

    assert text.index("等待批准的信") < text.index("王芳：2 项")
    assert (first, second) == ("C-10", "C-12")
    assert "逾期 3 天" in text


def test_a_held_care_can_be_released_from_the_week():
    assert "放行：http" in render(week("zh_CN")).text


def test_what_was_skipped_says_why():
    assert "已略过：发现时已过宽限期" in render(week("zh_CN")).text


def test_a_quiet_week_says_so():
    nothing = replace(quiet_week("en"), missed=())

    assert "There are no occasions in the next 30 days." in render(nothing).text
    assert "Nothing was late or skipped last week." in render(nothing).text
    assert render(nothing).subject == "What comes up: no occasions in 30 days"


def test_one_of_a_kind_is_not_many():
    line: CareLine = week("en").coming[0][1][0]
    alone = replace(week("en"), coming=(("Wang Fang", (line,)),), missed=())

    assert "1 occasion in 30 days" in render(alone).subject
    tomorrow = prepared("en").as_of + timedelta(days=6)
    assert "· tomorrow" in render(replace(prepared("en"), as_of=tomorrow)).text
