"""The page of a care and the month sheet, as goldens, and what people typed as typed.

`KAM_RECORD=1 pytest tests/rendering` writes the goldens anew; look at the difference.
"""

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kam_flows.domain.care_letters import Letter
from kam_flows.domain.care_mails import CareLine, StepLine
from kam_flows.domain.care_pages import CareAct, CareOnRecord, CarePage, possible
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.cares import Care
from kam_flows.domain.histories import MailAbout
from kam_flows.domain.mails import Fate
from kam_flows.rendering.care_letters import laid_out
from kam_flows.rendering.care_mail_samples import (
    event,
    prepared,
    week,
    without_letter,
)
from kam_flows.rendering.care_pages import LINES, care_page, care_text, month_sheet
from kam_flows.rendering.sample_reader import NOW, at, said
from kam_flows.rendering.words import LANGUAGES

GOLDENS = Path(__file__).parents[1] / "goldens" / "pages"
ZONE = "Asia/Shanghai"
OCTOBER = date(2026, 10, 1)
HOSTILE = "<script>|\n[x](http://y) `=cmd` \u202e" + "long" * 100


def page(language: str) -> CarePage:
    """Of a letter that has left, with all that belongs to it."""
    mail = prepared(language)
    fang = said(language, "王芳", "Wang Fang")
    sent_at = at(26, 9)
    letter = mail.care.letter
    assert letter
    first, order, approval, hand_over, call = mail.steps
    return CarePage(
        care=replace(
            mail.care,
            state=CareState.SENT,
            approved_by="E0104",
            approved_at=at(22, 16),
            mail_id=612,
        ),
        account_name=mail.account_name,
        title=mail.title,
        owner=fang,
        addressee=mail.addressee,
        approved_by=fang,
        steps=(
            replace(first, done=True, done_at=at(20, 11), done_by=fang),
            replace(order, done=True, done_at=at(21, 10), done_by=fang),
            replace(approval, done=True, done_at=at(22, 16), done_by=fang),
            replace(hand_over, due_on=date(2026, 10, 23)),
            call,
        ),
        gifts=mail.given[:1],
        currency=mail.currency,
        mails=(about(612, letter, sent_at),),
        trail=(
            CareOnRecord(at=NOW, who="kam", what=CareAct.PREPARED),
            CareOnRecord(at=at(20, 11), who=fang, what=CareAct.EDITED),
            CareOnRecord(
                at=at(21, 9),
                who=fang,
                what=CareAct.HELD,
                note=said(language, "客户当天搬迁", "They move house that day"),
            ),
            CareOnRecord(at=at(22, 16), who=fang, what=CareAct.APPROVED),
            CareOnRecord(at=sent_at, who="kam", what=CareAct.SENT),
        ),
        links=mail.links,
        policy=mail.policy,
        as_of=at(26, 10),
    )


def about(mail_id: int, letter: Letter, sent_at: datetime) -> MailAbout:
    return MailAbout(
        id=mail_id,
        name="Zhang Wei",
        addresses=("zhang.wei@example.com",),
        subject=letter.subject,
        fate=Fate.SENT,
        created_at=sent_at,
        not_before=sent_at,
        finished_at=sent_at,
        attempts=1,
        reason="",
    )


def golden(name: str, text: str) -> str:
    path = GOLDENS / name
    if os.environ.get("KAM_RECORD"):
        path.write_text(text + "\n", "utf-8")
    return path.read_text("utf-8").removesuffix("\n")


def lines_of(language: str) -> list[CareLine]:
    mail = week(language)
    return [*(one for _, lines in mail.coming for one in lines), *mail.missed]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_reads_as_its_golden(language):
    text = care_page(page(language), language, ZONE)

    assert text == golden(f"care.{language}.md", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_reads_as_its_golden(language):
    text = month_sheet(lines_of(language), OCTOBER, language)

    assert text == golden(f"care_month.{language}.md", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_stands_on_the_page_line_by_line(language):
    shown = page(language)
    assert shown.care.letter
    text = care_text(shown, language, ZONE)
    quoted = [line[2:].rstrip() for line in text.splitlines() if line.startswith(">")]

    assert quoted == [line.rstrip() for line in laid_out(shown.care.letter)]


def test_a_page_says_why_there_is_no_letter_and_what_stands_still():
    mail = without_letter("zh_CN")
    held = replace(mail.care, state=CareState.HELD, held_because="T-1024", trouble=None)
    shown = replace(page("zh_CN"), care=mail.care)

    assert "没有信：" in care_text(shown, "zh_CN", ZONE)
    assert "- 已暂缓 · T-1024\n" in care_text(replace(shown, care=held), "zh_CN", ZONE)


def test_a_page_says_what_was_skipped_and_why():
    care = replace(
        page("en").care,
        state=CareState.SKIPPED,
        skip=Skip.ADDED_LATE,
        late=True,
        approved_at=None,
    )
    text = care_text(replace(page("en"), care=care), "en", ZONE)

    assert "- Skipped · Added after its day · began late\n" in text
    assert "Approval: not approved yet" in text


def test_an_event_of_ours_has_no_account_on_its_page():
    mail = event("zh_CN")
    shown = replace(
        page("zh_CN"),
        care=mail.care,
        account_name="",
        title=mail.title,
        steps=mail.steps,
        gifts=(),
        mails=(),
        trail=(),
    )
    text = care_text(shown, "zh_CN", ZONE)

    assert text.startswith("# C-12 · 年度客户峰会“同行十年”\n\n- 已准备\n")
    assert "收信人" not in text
    assert "## 礼品" not in text


@pytest.mark.parametrize(
    ("state", "forms"),
    [
        (CareState.PREPARED, ["approve", "edit", "hold", "done", "drop"]),
        (CareState.APPROVED, ["edit", "hold", "done", "drop"]),
        (CareState.HELD, ["approve", "edit", "release", "done", "drop"]),
        (CareState.SENT, ["done"]),
        (CareState.DONE, []),
        (CareState.DROPPED, []),
    ],
)
def test_a_page_offers_what_can_still_be_done(state, forms):
    care: Care = replace(prepared("en").care, state=state)

    assert list(possible(care)) == [*forms, "gift", "page"]


def test_what_is_approved_is_not_offered_for_approval_again():
    held: Care = replace(prepared("en").care, state=CareState.HELD, approved_by="E0104")

    assert "approve" not in possible(held)


def test_a_terminal_gets_no_buttons():
    assert "http" not in care_text(page("en"), "en", ZONE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_words_are_never_markup(language):
    plain, step = page(language), StepLine(title="x", due_on=OCTOBER, who="x")
    clean = replace(plain, steps=(step,), title="x", owner="x", policy="x")
    typed = replace(
        clean,
        steps=(replace(step, title=HOSTILE, who=HOSTILE),),
        title=HOSTILE,
        owner=HOSTILE,
        policy=HOSTILE,
        account_name=HOSTILE,
        addressee=HOSTILE,
        gifts=tuple(replace(one, item=HOSTILE, reason=HOSTILE) for one in plain.gifts),
        trail=tuple(replace(one, who=HOSTILE, note=HOSTILE) for one in plain.trail),
    )
    text = care_page(typed, language, ZONE)

    assert text.count("\n") == care_page(clean, language, ZONE).count("\n")
    assert "<script" not in text.replace("\\<", "")
    assert "[x](http" not in text


def test_names_of_a_month_are_never_markup():
    lines = [
        replace(
            one, account_name=HOSTILE, contact=HOSTILE, title=HOSTILE, owner=HOSTILE
        )
        for one in lines_of("en")
    ]
    text = month_sheet(lines, OCTOBER, "en")

    assert text.count("\n") == month_sheet(lines_of("en"), OCTOBER, "en").count("\n")
    assert "<script" not in text.replace("\\<", "")


def test_a_month_lists_its_own_days_only():
    assert "C-12" not in month_sheet(lines_of("en"), date(2026, 11, 30), "en")
    assert "12 Nov 2026" in month_sheet(lines_of("en"), date(2026, 11, 30), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_without_occasions_says_so(language):
    assert month_sheet([], OCTOBER, language).count("\n") == 2


def test_a_month_counts_what_it_has_no_room_for():
    [line, *_] = lines_of("en")
    many = [
        replace(line, on=OCTOBER + timedelta(days=n % 31)) for n in range(LINES + 7)
    ]
    text = month_sheet(many, OCTOBER, "en")

    assert text.endswith("and 7 more")
    assert text.count("| **") == 31 + 31
