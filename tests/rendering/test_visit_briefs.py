"""A brief is one page, however much there is to say and however long the names are."""

from dataclasses import replace

import pytest

from kam_flows.domain.visit_briefs import WAYS, Brief
from kam_flows.domain.visit_mails import VisitBrief
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.mails import render
from kam_flows.rendering.visit_briefs import (
    ALONG,
    DATES,
    NEEDS,
    OPEN,
    PEOPLE,
    BriefPage,
    brief_markdown,
)
from kam_flows.rendering.visit_samples import brief, empty_brief, visit_brief
from kam_flows.rendering.visit_words import PHRASES
from kam_flows.rendering.words import LANGUAGES

LINES = 80
"""Of text: a sheet of A4 in small print, without the links."""


def crowded(language: str) -> VisitBrief:
    """Everything ten times, every name as long as people make them."""
    full = brief(language)
    names = "上海海岚精密仪器制造股份有限公司第二事业部" * 10
    many: Brief = replace(
        full,
        account_name=names,
        contacts=tuple(replace(one, name=names) for one in full.contacts * 10),
        participants=(names,) * 10,
        needs=tuple(replace(one, text=names * 20) for one in full.needs * 10),
        promises=full.promises * 10,
        tickets=tuple(replace(one, title=names) for one in full.tickets * 10),
        signals=full.signals * 10,
        dates=full.dates * 10,
    )
    return replace(visit_brief(language), brief=many)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mail", [visit_brief, crowded])
def test_a_brief_is_one_page(mail, language):
    rendered = render(mail(language))
    lines = [line for line in rendered.text.splitlines() if line.strip()]

    assert len([line for line in lines if "http" not in line]) <= LINES
    assert len(rendered.html.encode()) < 40_000
    assert len(rendered.subject) <= 120


def test_what_there_is_no_room_for_is_counted():
    text = render(crowded("en")).text

    for left in (
        10 * 4 - OPEN,
        10 * 3 + 2 - PEOPLE - len(WAYS),
        10 * 1 + 1 - 1 - NEEDS,
        10 * 2 - DATES,
        10 - ALONG,
    ):
        assert f"and {left} more" in text


def test_what_is_late_stands_before_what_is_not():
    lines = [line.flag != "" for line in page().open_matters()]

    assert lines == sorted(lines, reverse=True)
    assert any(lines)


def page(language: str = "zh_CN") -> BriefPage:
    return BriefPage(brief(language), language, "Asia/Shanghai", one_line)


def test_the_time_is_that_of_the_accounts_place_and_names_it_where_it_differs():
    text = render(empty_brief("en")).text

    assert "14:00–14:20 (America/New York; Thu 22 Oct 2026 02:00 Beijing time)" in text
    assert "10:00–12:30\n" in render(visit_brief("en")).text


def test_the_page_in_markdown_shows_what_people_typed_as_they_typed_it():
    hostile = replace(
        brief("en"), account="A_B_", account_name="<b>|[x](http://y)", title="# *now*"
    )
    text = brief_markdown(hostile, "en", "Asia/Shanghai")

    assert r"\<b\>\|\[x\]\(http\://y\)" in text
    assert r"\# \*now\*" in text
    assert r"A\_B\_" in text


def test_red_lines_that_nobody_knows_are_asked_for_beside_special_needs_too():
    without = replace(visit_brief("en"), brief=replace(brief("en"), red_lines=None))

    assert "None on record, which does not mean there are none: ask." in (
        render(without).text
    )


def test_both_languages_have_the_same_phrases():
    assert PHRASES["zh_CN"].keys() == PHRASES["en"].keys()
