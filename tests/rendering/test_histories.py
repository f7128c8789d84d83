"""The page about a ticket: its goldens, what people typed, and what cannot be said."""

import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kam_flows.domain.escalation import Outcome
from kam_flows.domain.histories import (
    Ahead,
    Climb,
    Happened,
    MailAbout,
    Promise,
    TicketHistory,
    Told,
    Why,
)
from kam_flows.domain.mails import Fate
from kam_flows.domain.notices import Skip, Skipped
from kam_flows.domain.policy import Target
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Happening, TicketState
from kam_flows.rendering.histories import ticket_page, ticket_text
from kam_flows.rendering.pages import for_programs
from kam_flows.rendering.sample_reader import NOW, at, said
from kam_flows.rendering.samples import facts
from kam_flows.rendering.words import LANGUAGES
from tests.rendering.test_boards import unescaped

GOLDENS = Path(__file__).parents[1] / "goldens" / "pages"
ZONE = "Asia/Shanghai"
HOSTILE = "a|b\nc <img src=x> [x](http://example.com) `d` **e** \u202e\x1b[31m"


def a_history(language: str = "en", **changes: Any) -> TicketHistory:
    """Opened on Friday, told on Saturday, solved late, open again since Sunday."""
    chen, zhou = (
        said(language, "陈静", "Chen Jing"),
        said(language, "周航", "Zhou Hang"),
    )
    zhao = said(language, "赵敏", "Zhao Min")
    away = Skipped(place="supervisor", staff="E2", name=zhou, reason=Skip.ABSENT)
    no_deputy = Skipped(
        place="deputy of supervisor", staff=None, name="", reason=Skip.NOBODY
    )
    history = TicketHistory(
        ticket=facts(
            language, state=TicketState.PENDING, owner=zhao, resolve_by=at(20, 9)
        ),
        episode=2,
        policy=said(language, "关系维护与服务质量方案", "Retention"),
        promises=(
            Promise(
                target=Target.RESOLVE,
                episode=1,
                written="",
                due_at=at(17, 15),
                met_at=at(17, 18),
            ),
            Promise(
                target=Target.RESPOND,
                episode=2,
                written="2bh",
                due_at=at(16, 17),
                met_at=at(16, 16),
            ),
            Promise(
                target=Target.PLAN,
                episode=2,
                written="24h",
                due_at=at(18, 15),
                met_at=None,
            ),
            Promise(
                target=Target.RESOLVE,
                episode=2,
                written="72h",
                due_at=at(20, 9),
                met_at=None,
            ),
        ),
        waited=timedelta(hours=3),
        waiting_since=None,
        events=(
            event(at(16, 15), Happening.OPENED, chen, note="<b>5 | 7</b>"),
            event(at(16, 15), Happening.ASSIGNED, "", zhao),
            event(at(16, 16), Happening.TAKEN_UP, zhao),
            event(at(16, 17), Happening.PRIORITY_CHANGED, zhao, "urgent"),
            event(at(17, 18), Happening.RESOLVED, zhao, later=timedelta(hours=2)),
            event(at(18, 10), Happening.REOPENED, chen),
        ),
        climbs=(
            Climb(
                episode=1,
                rung=1,
                meant_for=None,
                due_at=at(16, 20),
                stopped_at=at(16, 16),
            ),
            Climb(
                episode=1,
                rung=2,
                meant_for=Tell.SUPERVISOR,
                due_at=at(17, 9),
                outcome=Outcome.SUPERSEDED,
                decided_at=at(17, 15),
                skips=(away, no_deputy),
                told=(Told(name="", why=Why.COPY, mail=7),),
            ),
            Climb(
                episode=1,
                rung=3,
                meant_for=Tell.DEPARTMENT_HEAD,
                due_at=at(17, 15),
                outcome=Outcome.TOLD,
                decided_at=at(17, 15),
                stopped_at=at(17, 18),
                told=(Told(name=chen, why=Why.ALERT, mail=7),),
            ),
            Climb(
                episode=2,
                rung=1,
                meant_for=Tell.SUPERVISOR,
                due_at=at(18, 20),
                outcome=Outcome.HELD,
                decided_at=at(18, 20),
                deliver_at=at(19, 10),
                held_for=chen,
                skips=(away, no_deputy),
            ),
            Climb(episode=2, rung=2, meant_for=Tell.DEPARTMENT_HEAD, due_at=at(19, 20)),
        ),
        mails=(
            a_mail(5, zhao, Fate.SENT, finished_at=at(16, 15)),
            a_mail(
                7,
                chen,
                Fate.FAILED,
                finished_at=at(17, 16),
                attempts=3,
                reason="chen.jing@example.com: 550 no such user",
            ),
            a_mail(9, "", Fate.QUEUED, not_before=at(19, 10)),
        ),
        ahead=Ahead(
            rung=1,
            due_at=at(18, 20),
            tell_at=at(19, 10),
            meant_for=Tell.SUPERVISOR,
            name=chen,
            skips=(away, no_deputy),
        ),
        as_of=NOW,
    )
    return replace(history, **changes)


def event(when, kind, who, value="", note="", later=timedelta()) -> Happened:
    return Happened(
        at=when, kind=kind, who=who, value=value, note=note, recorded_at=when + later
    )


def a_mail(number: int, name: str, fate: Fate, **fields: Any) -> MailAbout:
    defaults: dict[str, Any] = {
        "addresses": ("chen.jing@example.com",),
        "subject": "T-1024",
        "created_at": at(16, 15),
        "not_before": at(16, 15),
        "finished_at": None,
        "attempts": 1,
        "reason": "",
    }
    return MailAbout(id=number, name=name, fate=fate, **defaults | fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_reads_as_its_golden(language):
    text = ticket_page(a_history(language), language, ZONE) + "\n"
    golden = GOLDENS / f"ticket.{language}.md"
    if os.environ.get("KAM_RECORD"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, "utf-8")

    assert text == golden.read_text("utf-8")


def hostile(history: TicketHistory) -> TicketHistory:
    """The same with every word that people can type replaced."""
    return replace(
        history,
        ticket=replace(
            history.ticket,
            number=HOSTILE,
            title=HOSTILE,
            owner=HOSTILE,
            account_name=HOSTILE,
            scene=HOSTILE,
        ),
        policy=HOSTILE,
        events=tuple(
            replace(e, who=HOSTILE, note=HOSTILE, value=HOSTILE) for e in history.events
        ),
        climbs=tuple(
            replace(
                climb,
                held_for=HOSTILE,
                told=tuple(replace(told, name=HOSTILE) for told in climb.told),
                skips=tuple(replace(skip, name=HOSTILE) for skip in climb.skips),
            )
            for climb in history.climbs
        ),
        mails=tuple(
            replace(
                m, name=HOSTILE, subject=HOSTILE, reason=HOSTILE, addresses=(HOSTILE,)
            )
            for m in history.mails
        ),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_people_typed_cannot_leave_its_cell_or_become_markup(language):
    events = tuple(replace(e, value="x", note="x") for e in a_history(language).events)
    plain = a_history(language, events=events)
    page = unescaped(ticket_page(hostile(plain), language, ZONE))
    expected = unescaped(ticket_page(plain, language, ZONE))

    for mark in ("\n", "|", "**", "`"):
        assert page.count(mark) == expected.count(mark)
    assert not set("<>[]`\u202e\x1b") & set(page)


def test_a_terminal_gets_letters_and_no_commands():
    text = ticket_text(hostile(a_history()), "en", ZONE)

    assert "<img src=x>" in text
    assert not set("\u202e\x1b") & set(text)


def test_while_it_waits_for_the_customer_no_clock_runs():
    [*_, promise] = a_history().promises
    [*_, climb] = a_history().climbs
    page = ticket_page(
        a_history(
            promises=(replace(promise, due_at=None),),
            climbs=(replace(climb, due_at=None),),
            waiting_since=at(19, 7),
            ahead=None,
        ),
        "zh_CN",
        ZONE,
    )

    assert "| 解决时限 | 72 小时 |  |  | 等待客户，暂停计时 |" in page
    assert "从 10月19日 周一 07:00 起等待客户，已 2 小时；本轮此前共等待 3 小时" in page
    assert "等待客户期间不会升级。" in page
    assert "等待客户，暂停计时 | 未到期" in page


def test_a_provisional_time_is_marked_and_explained():
    history = a_history()
    ticket = replace(history.ticket, provisional=True)
    page = ticket_page(replace(history, ticket=ticket), "en", ZONE)

    assert "09:00 \\* |" in page
    assert "not published yet" in page


def test_a_ticket_without_promises_ladder_or_mails_says_so():
    page = ticket_page(
        a_history(promises=(), climbs=(), mails=(), ahead=None), "en", ZONE
    )

    for sentence in (
        "No times are promised.",
        "No further rung.",
        "It stands on no ladder.",
        "No mails yet.",
    ):
        assert sentence in page


def test_programs_get_everything_with_moments_and_seconds():
    read = json.loads(for_programs(a_history()))

    assert read["ticket"]["number"] == "T-1024"
    assert read["waited"] == 10800
    assert read["as_of"] == "2026-10-19T01:00:00+00:00"
    assert read["climbs"][1]["skips"][0]["reason"] == "absent"
    assert read["mails"][1]["fate"] == "failed"
