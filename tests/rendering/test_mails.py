"""Mails: what people typed stays data, nothing is silently missing, size and look."""

import re
import shutil
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.errors import UserError
from kam_flows.domain.mails import DUTY, Mail
from kam_flows.domain.notices import Links, RungsClimbed, Skip, Skipped
from kam_flows.domain.policy import Anchor
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import climbed, digest, sample, templates, yours
from kam_flows.rendering.words import LANGUAGES
from kam_flows.settings import settings

TYPED_BY_PEOPLE = {
    "name", "title", "account_name", "number", "scene", "owner", "by", "note",
    "policy", "subject", "detail", "calendar", "text", "leaving", "successor",
    "recording", "left", "code", "evidence", "predecessor", "present", "learned",
    "next_step", "city", "industry", "reference", "phone", "salutation", "from_name",
    "contact", "addressee", "recipient_name", "held_because", "waits_for",
}  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}%(name)s %s",
    'a" onmouseover="x',
    "&amp; <b>",
    "one\r\nBcc: all@example.com",
    "one\u2028two\x0bthree\x85four\x00",
    "\u202egnp.exe\u2066\u200f",
    "\ufeff\u200b<!--JINJA0-->JINJA1X",
]
CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def poisoned(value: Any, text: str) -> Any:
    """The same mail with `text` wherever people type something."""
    if isinstance(value, tuple):
        names = getattr(value, "_fields", [""] * len(value))
        items = [
            text if name in TYPED_BY_PEOPLE else poisoned(item, text)
            for name, item in zip(names, value, strict=True)
        ]
        return getattr(value, "_make", tuple)(items)
    if isinstance(value, Enum | type) or not is_dataclass(value):
        return value
    changed = {
        f.name: text
        if f.name in TYPED_BY_PEOPLE
        else poisoned(getattr(value, f.name), text)
        for f in fields(value)
    }
    return replace(value, **changed)  # type: ignore[type-var]


Attributes = list[tuple[str, str | None]]


class Page(HTMLParser):
    """What a mail program makes of HTML: its tags (None closes), and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Attributes | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((tag, None))

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(html: str) -> list[tuple[str, Attributes | None]]:
    return Page(html).tags


def shown(html: str) -> str:
    return Page(html).text


def first_button(mail: Mail) -> str:
    found = re.search('class="button-link"[^>]*>([^<]+)', render(mail).html)
    assert found
    return found[1]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", templates())
def test_hostile_names_are_shown_as_typed_and_change_nothing_else(name, text):
    plain = render(poisoned(sample(name, "en"), "x"))
    hostile = render(poisoned(sample(name, "en"), "x" + text))

    assert tags(hostile.html) == tags(plain.html)
    assert hostile.text.count("\n") == plain.text.count("\n")
    assert not CONTROLS.search(hostile.subject)
    assert not CONTROLS.search(hostile.text.replace("\n", ""))
    assert not CONTROLS.search(hostile.html.replace("\n", ""))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{7*7}}", "50% &amp;"])
def test_the_words_themselves_arrive(text):
    mail = render(poisoned(sample("escalation/rungs_climbed", "en"), text))

    assert text in mail.subject
    assert text in mail.text
    assert text in shown(mail.html)
    assert "<script" not in mail.html


@given(text=st.text(max_size=60))
def test_no_text_at_all_changes_the_layout(text):
    plain = render(poisoned(digest("zh_CN"), "x"))
    other = render(poisoned(digest("zh_CN"), "x" + text))

    assert tags(other.html) == tags(plain.html)
    assert other.text.count("\n") == plain.text.count("\n")
    assert not CONTROLS.search(other.subject)


def with_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(settings().templates, folder)
    monkeypatch.setenv("KAM_TEMPLATES", str(folder))
    settings.cache_clear()
    return folder


@pytest.mark.parametrize("expression", ["{{ acount }}", "{{ ticket.acount }}"])
def test_a_missing_field_fails_with_its_name(expression, tmp_path, monkeypatch):
    folder = with_templates(tmp_path, monkeypatch)
    template = folder / "escalation" / "ticket_yours.txt.j2"
    template.write_text(
        template.read_text("utf-8").replace(
            "{% block why %}", "{% block why %}" + expression
        ),
        "utf-8",
    )

    says = r"template escalation/ticket_yours\.txt\.j2:\d+ cannot .* 'acount'"
    with pytest.raises(UserError, match=says):
        render(sample("escalation/ticket_yours", "en"))


def crowded(language: str, count: int) -> RungsClimbed:
    """A digest after a bad weekend: long names, everybody passed over, long links."""
    rung = climbed(language)
    form = "https://flows.example.com/deployments/deployment/" + "f" * 36
    url = form + "/run?parameters=" + "%22ticket%22%3A%20%22T-10240%22" * 3
    ticket = replace(
        rung.ticket,
        title="产线看板登录失败，三号车间全部终端无法打开报表",
        account_name="上海海岚精密仪器制造股份有限公司",
    )
    links = Links(take_up=url, resolve=url, assign=url)
    return replace(
        digest(language),
        rungs=(replace(rung, ticket=ticket, links=links),) * count,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_rungs_stay_under_100_kilobytes(language):
    mail = render(crowded(language, 60))

    assert len(mail.html.encode()) + len(mail.text.encode()) < 100_000
    assert mail.html.count("T-1024") >= 60
    assert mail.text.count("T-1024") >= 60


def test_the_subject_names_the_most_urgent_ticket_and_the_number_of_all():
    mail = replace(digest("zh_CN"), more=4)

    assert render(mail).subject == (
        "7 张工单需要您处理：上海海岚精密仪器“登录失败，产线看板无法打开”已 66 小时未解决等"
    )


def test_the_most_urgent_ticket_comes_first():
    text = render(digest("zh_CN")).text

    assert text.index("T-1024") < text.index("T-1037") < text.index("T-1043")


def test_one_ticket_is_named_alone():
    mail = replace(digest("en"), rungs=(climbed("en"),), overnight=())

    assert render(mail).subject == (
        "Shanghai Hailan Instruments: “Login fails on the line board” "
        "not resolved for 66 h, needs you"
    )


def test_with_nothing_to_do_the_subject_says_so():
    subject = render(sample("escalation/rungs_climbed.overnight", "zh_CN")).subject

    assert subject == "夜间已处理 1 张工单，您无需操作"


def test_the_computation_of_a_due_time_can_be_followed():
    text = render(digest("zh_CN")).text

    assert (
        "开立于 10月16日 周五 15:00；按全天时钟 24 小时 → 10月17日 周六 15:00；"
        "已超 42 小时" in text
    )
    assert "（等待客户的 3 小时不计）" in text
    assert "解决时限 10月19日 周一 12:00；时间已用去 75% → 10月19日 周一 09:00" in text


def test_business_time_names_its_calendar_and_a_new_episode_its_start():
    rung = replace(climbed("en"), after="8bh", calendar="office", episode=2)
    text = render(replace(digest("en"), rungs=(rung,))).text

    assert "Open again since Fri 16 Oct 2026, 15:00" in text
    assert "8 business hours on the calendar “office”" in text


def test_a_rung_counted_from_a_target_starts_at_the_target():
    rung = replace(climbed("en"), anchor=Anchor.RESPOND_BY, after="2h")
    text = render(replace(digest("en"), rungs=(rung,))).text

    assert "Respond by Fri 16 Oct 2026, 15:00; 2 hours around the clock" in text


def test_whoever_was_passed_over_is_named_with_the_reason():
    nobody = Skipped(place="department_head", staff=None, name="", reason=Skip.NOBODY)
    rung = climbed("zh_CN")
    passed = replace(rung, skips=(*rung.skips, nobody))
    text = render(replace(digest("zh_CN"), rungs=(passed,))).text

    assert (
        "第 2 级原应通知主客户经理周航：请假中；其代理人李雷：请假中；"
        "部门负责人：未指定。因此转由您处理。" in text
    )


def test_the_first_button_is_what_this_reader_does_next():
    alone = digest("en")
    by_title = {
        rung.ticket.number: replace(alone, rungs=(rung,)) for rung in alone.rungs
    }
    mine = yours("en")
    working = replace(mine.ticket, state=TicketState.IN_PROGRESS)

    assert first_button(by_title["T-1037"]) == "Take up"
    assert first_button(by_title["T-1024"]) == "Assign"
    assert first_button(mine) == "Take up"
    assert first_button(replace(mine, ticket=working)) == "Resolve"


def test_a_button_without_its_form_is_left_out():
    rung = replace(climbed("en"), links=Links(assign="http://x.example.com/a?b=1&c=2"))
    mail = render(replace(digest("en"), rungs=(rung,), board=None))

    assert "Take up" not in mail.text
    assert re.findall('href="([^"]*)"', mail.html) == [
        "http://x.example.com/a?b=1&amp;c=2"
    ]


def test_a_provisional_time_is_marked_and_explained():
    rung = climbed("en")
    rung = replace(rung, ticket=replace(rung.ticket, provisional=True))
    mail = render(replace(digest("en"), rungs=(rung,)))

    assert "15:00 (provisional)" in mail.text
    assert "official holidays of that year are not published" in mail.text
    assert "official holidays of that year are not published" in shown(mail.html)


def test_times_are_those_of_the_readers_zone_which_is_named_once():
    mail = replace(digest("en"), timezone="America/New_York")
    text = render(mail).text

    assert "Opened Fri 16 Oct 2026, 03:00" in text
    assert text.count("America/New York (UTC-04:00)") == 1


def test_the_duty_mailbox_is_greeted_without_a_name():
    mail = replace(digest("zh_CN"), recipient=DUTY, name="")

    assert "值班同事，您好！" in render(mail).text


def test_copies_are_explained():
    mail = replace(digest("zh_CN"), copies=("zhou.hang@example.com",))

    assert "抄送" in render(mail).text
    assert "zhou.hang@example.com" in shown(render(mail).html)


def test_what_the_sweep_left_out_is_counted():
    mail = render(replace(digest("en"), more=12))

    assert "And 12 more on the ladder board." in mail.text
    assert "And 12 more on the ladder board." in shown(mail.html)


def test_long_lateness_is_told_in_days():
    rung = replace(climbed("zh_CN"), late=timedelta(days=12, hours=5))

    assert "已超 12 天 5 小时" in render(replace(digest("zh_CN"), rungs=(rung,))).text


@pytest.mark.parametrize("name", templates())
def test_html_is_ready_for_phones_dark_mode_and_outlook(name):
    html = render(sample(name, "zh_CN")).html

    assert '<html lang="zh-CN"' in html
    assert "prefers-color-scheme: dark" in html or "prefers-color-scheme:dark" in html
    assert 'name="color-scheme" content="light dark"' in html
    assert 'name="viewport"' in html
    assert "@media (max-width" in html or "@media (width" in html
    assert 'class="preheader" style="' in html
    assert re.search(r'<td class="(card|list)-cell" style="[^"]*padding', html)
    assert "<!--[if mso]>" in html
    assert "JINJA" not in html
    assert "http" not in re.sub('href="[^"]*"', "", html)


@pytest.mark.parametrize("name", templates())
def test_tables_nest_as_written(name):
    """A row torn out of its table would leave its cells bare."""
    open_tags: list[str] = []
    void = {"meta", "br", "link", "img"}
    parents = {"tr": {"tbody"}, "td": {"tr"}, "tbody": {"table"}}
    for tag, attrs in tags(render(sample(name, "en")).html):
        if tag in void:
            continue
        if attrs is None:
            assert open_tags.pop() == tag
            continue
        assert open_tags[-1] in parents.get(tag, {*open_tags}) if open_tags else True
        open_tags.append(tag)

    assert open_tags == []
