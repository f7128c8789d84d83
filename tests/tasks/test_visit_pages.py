"""A touchpoint on one page: why it is on its day, who was told, what came of it."""

import json
from datetime import date, time
from urllib.parse import unquote

import pytest
from typer.testing import CliRunner, Result

from kam_flows.cli import (
    app,
    visits,  # noqa: F401  registers its commands
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.survey import Dimension
from kam_flows.domain.touchpoints import (
    Reason,
    SignalKind,
    StepKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_records import Given, Satisfaction
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.visit_page_words import PHRASES, STEPS
from kam_flows.rendering.visit_pages import visit_list, visit_markdown, visit_text
from kam_flows.settings import settings
from tasks.touchpoints import reschedule_visit
from tasks.visit_pages import visit_lines, visit_page
from tasks.visit_records import record_visit
from tests.builders import a_person, an_account, at
from tests.portfolio import store, use_policy
from tests.tasks.test_touchpoints import HOSTILE
from tests.visits import planned

NOW = at("2026-10-20 17:00")
STEPS_OF_ALL = tuple(
    Reason(why=why, what="core" if why is Why.TIER else "2026-10-15", note="因为")
    for why in Why
)


@pytest.fixture
def house(database: str) -> None:
    use_policy("retention")
    store([a_person("mara"), a_person("tom")], [an_account()])


pytestmark = pytest.mark.usefixtures("house")


def a_life(text: str = "明年扩产") -> None:
    """Planned, told, moved, recorded."""
    why = (Reason(why=Why.SLOT, what="2026-10-15"), Reason(why=Why.ABSENT, what="mara"))
    made = planned("2026-10-15", why=why, participants=("tom",))
    planned(
        "2026-10-15",
        cadence="service_plan",
        state=TouchpointState.MERGED,
        merged_into=made.id,
    )
    with unit_of_work() as uow:
        uow.forms.remember({"record-a-visit": "form-1", "reschedule-a-visit": "form-2"})
        brief = {"kind": StepKind.BRIEF, "number": 0, "mail_id": None}
        told = {"touchpoint_id": 1, "decided_at": at("2026-10-13 07:30")}
        uow.touchpoints.tell([brief | told | {"recipient": "mara"}])
    reschedule_visit.fn(
        touchpoint="V-1",
        on=date(2026, 10, 16),
        reason=text,
        by="mara",
        now=at("2026-10-14 09:00"),
    )


def record(text: str = "明年扩产") -> None:
    record_visit.fn(
        touchpoint="V-1",
        given=Given(
            present="王总",
            learned=text,
            promises="借用设备；tom；2026-10-19",
            satisfaction=Satisfaction.HAPPY,
            signals=(SignalKind.COMPETITOR,),
            signal_note=text,
            needs={Dimension.GOALS: text},
        ),
        by="mara",
        now=at("2026-10-16 18:00"),
    )


def shown(language: str = "zh_CN") -> str:
    return visit_text(visit_page.fn("V-1", NOW), language, "Asia/Shanghai")


def kam(*words: str) -> Result:
    return CliRunner().invoke(app, ("visits", *words))


def test_the_page_tells_why_who_and_what_came_of_it():
    a_life()
    record()
    text = shown()

    assert "# V-1 · 月度拜访（或视频）" in text
    assert "已完成，10月16日 周五" in text
    assert "时间：10月16日 周五 10:00–11:30（北京时间） · 已改动 1 次" in text
    assert "我方：Mara；同行：Tom" in text
    why = text[text.index("为什么在这一天") : text.index("结果")]
    assert [line[2:] for line in why.splitlines() if line.startswith("- ")] == [
        "节奏要求的日期是 10月15日 周四。",
        "负责人Mara当天请假。",
        "由人安排在 10月16日 周五。 明年扩产",
    ]
    assert "已于 10月16日 周五 进行 · 由Mara于 10月16日 周五 18:00 登记" in text
    assert "承诺 P-2：借用设备（10月19日 周一 前，Tom，已逾期）" in text
    assert "竞争对手接触：明年扩产" in text
    assert "业务目标：明年扩产" in text
    assert "| 10月13日 周二 07:30 | 拜访简报 | Mara |  |" in text
    assert "| 改期 | Mara | 2026-10-15 10:00 → 2026-10-16 10:00 · 明年扩产 |" in text
    assert "| 登记 | Mara |" in text


def test_what_it_serves_and_what_is_next_is_said_before_it_is_recorded():
    a_life()
    page = visit_page.fn("V-1", NOW)
    text = visit_markdown(page, "en", "Asia/Shanghai")

    assert "Nothing is recorded yet." in text
    assert "a person chose the day: planning leaves it there" in text
    assert "[Record it](" in text
    assert "[Reschedule](" in text
    assert page.forms.cancel is None


def test_a_record_is_corrected_by_a_form_that_is_filled_in():
    a_life()
    record()
    page = visit_page.fn("V-1", NOW)

    assert page.forms.record is None
    link = page.forms.correct
    assert link is not None
    assert "form-1" in link
    for filled in ("更正", "王总", "借用设备; tom; 2026-10-19", "4 满意", "2026-10-16"):
        assert filled in unquote(link)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_step_can_be_told_and_what_people_typed_stays_text(language: str):
    made = planned("2026-10-15", why=STEPS_OF_ALL, title=HOSTILE)
    record(HOSTILE)
    page = visit_page.fn(made.number, NOW)
    markdown = visit_markdown(page, language, "Asia/Shanghai")

    assert set(STEPS) == set(Why)
    assert "<script>" not in markdown
    assert "\u202e" not in markdown
    assert "🎉" in markdown
    assert "{" not in markdown


def test_both_languages_say_the_same_things():
    assert PHRASES["zh_CN"].keys() == PHRASES["en"].keys()


def test_an_unknown_touchpoint_is_one_sentence():
    with pytest.raises(UserError, match="There is no touchpoint 'V-9'") as error:
        visit_page.fn("V-9", NOW)

    assert refusal(error.value, "zh_CN").startswith("没有触达“V-9”")


def test_touchpoints_of_an_account_or_soon_are_listed():
    a_life()
    planned("2026-11-15", slot="next", starts=time(14), owner=None)

    listed = visit_list(visit_lines.fn("ACME", NOW), "en")
    soon = visit_list(visit_lines.fn("", NOW), "zh_CN")

    assert "| V-1 | 2026-10-16 | 10:00 | Planned | 月度拜访（或视频） |" in listed
    assert "| V-3 | 2026-11-15 | 14:00 | Planned |" in listed
    assert "V-1" in soon
    assert "V-3" not in soon
    assert visit_list([], "en") == "No touchpoints."


def test_a_terminal_shows_and_lists(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KAM_LANGUAGE", "en")
    settings.cache_clear()
    a_life()

    told = json.loads(kam("show", "V-1", "--json").output)

    assert (told["number"], told["starts"]) == ("V-1", "10:00:00")
    assert told["names"] == {"mara": "Mara"}
    assert kam("show", "V-1").output.startswith("# V-1 · Monthly visit")
    assert kam("list", "ACME").exit_code == 0
