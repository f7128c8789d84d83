"""The report on touchpoints: rates that flatter nobody, bars, and names as typed."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.visit_figures import Counts, Line, Report, Stretch
from kam_flows.rendering.cleaning import cell
from kam_flows.rendering.mails import render
from kam_flows.rendering.sample_reader import NOW
from kam_flows.rendering.visit_report_samples import SEPTEMBER, visits_of_the_month
from kam_flows.rendering.visit_reports import (
    ReportPage,
    Row,
    percent,
    points,
    report_markdown,
    report_text,
)

GOAL = Fraction(9, 10)
FIGURES = visits_of_the_month("en").figures
HOSTILE = "<script>|\n[x](http://y) `=cmd` \u202e" + "long" * 100


def page(figures: Report = FIGURES, language: str = "en") -> ReportPage:
    return ReportPage(figures, ("Follow-up",), language, "Asia/Shanghai", NOW, cell)


def line(counts: Counts, name: str = "") -> Line:
    return Line(key="E1", name=name, counts=counts, whole=counts, goal=GOAL)


def with_headline(counts: Counts) -> ReportPage:
    return page(replace(FIGURES, first=line(counts)))


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_rate_below_the_goal_never_reads_like_the_goal(done, missed):
    shown = page().row(line(Counts(done=done, missed=missed)), "")

    assert not (shown.is_missed and shown.rate == percent(GOAL))
    assert shown.rate != "100%" or missed == 0
    assert (len(shown.bar), shown.bar.count("█")) == (10, shown.percent // 10)


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (Fraction(68, 100), "68%"),
        (Fraction(2, 3), "66.6%"),
        (Fraction(8999, 10000), "89.9%"),
        (Fraction(1), "100%"),
        (Fraction(0), "0%"),
    ],
)
def test_a_rate_is_rounded_down(share, told):
    assert percent(share) == told
    assert points(Fraction(1, 10_000)) == "0.1"


def test_the_lead_says_what_was_due_how_much_of_it_took_place_and_the_goal():
    assert with_headline(SEPTEMBER).lead() == (
        "Follow-up: 17 of 25 took place, 68%, 22 points short of the goal of 90%, "
        "68% in 2026 so far."
    )
    assert "92%, goal 90%" in with_headline(Counts(done=23, missed=2)).lead()
    assert with_headline(Counts(cancelled=2)).lead() == "Follow-up: nothing was due."
    assert with_headline(Counts(cancelled=2)).headline() == (
        "Follow-up: nothing was due"
    )


@pytest.mark.parametrize(
    ("first", "last", "title"),
    [
        ("2026-10-01", "2026-10-31", "2026年10月触达完成情况"),
        ("2026-02-01", "2026-02-28", "2026年2月触达完成情况"),
        ("2026-10-01", "2026-10-30", "2026-10-01 至 2026-10-30 触达完成情况"),
        ("2026-09-01", "2026-10-31", "2026-09-01 至 2026-10-31 触达完成情况"),
    ],
)
def test_a_whole_month_is_called_by_its_name(first, last, title):
    days = map(date.fromisoformat, (first, last, first))
    stretch = Stretch(**dict(zip(("first", "last", "since"), days, strict=True)))

    assert page(replace(FIGURES, stretch=stretch), "zh_CN").title() == title


def test_a_year_is_told_only_where_it_is_more_than_the_stretch():
    stretch = replace(FIGURES.stretch, since=FIGURES.stretch.first)
    alone = page(replace(FIGURES, stretch=stretch))

    assert "2026 so far" in report_markdown(page())
    assert "so far" not in report_markdown(alone)
    assert "so far" not in report_text(alone)


def test_where_nothing_was_planned_a_page_is_short():
    nothing = replace(
        FIGURES,
        first=line(Counts()),
        total=line(Counts()),
        trend=(),
        months=(),
        tiers=(),
        owners=(),
        kinds=(),
    )

    assert [one.title for one in page(nothing).sections(9)] == ["By tier"]
    assert "Follow-up: nothing was due." in report_text(page(nothing))


def test_what_did_not_happen_is_not_mentioned():
    assert page().detail(Counts(done=3)) == "3 due: 3 done"
    assert page().detail(Counts()) == "0 due"
    assert page().detail(Counts(missed=1, moved=2)) == "1 due: 1 missed; 2 moved"


def test_hostile_names_stay_in_their_cells():
    owners = tuple(replace(one, name=HOSTILE) for one in FIGURES.owners)
    figures = replace(FIGURES, owners=owners)
    plain, hostile = report_markdown(page()), report_markdown(page(figures))

    assert "<script>" not in hostile
    assert "\u202e" not in hostile
    assert hostile.count("\n") == plain.count("\n")
    for before, after in zip(plain.splitlines(), hostile.splitlines(), strict=True):
        assert before.count("|") == after.replace("\\|", "").count("|")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_mail_about_a_thousand_people_names_those_who_need_it_and_stays_small(
    language,
):
    some = tuple(line(SEPTEMBER, f"员工 {n}" * 12) for n in range(1000))
    mail = visits_of_the_month(language)
    rendered = render(replace(mail, figures=replace(mail.figures, owners=some)))

    assert len(rendered.html.encode()) + len(rendered.text.encode()) < 100_000
    assert "980" in rendered.text


def test_bars_are_as_long_as_the_rate_and_nothing_is_drawn_for_nothing():
    mail = visits_of_the_month("en")
    none, all_ = line(Counts(missed=2), "None"), line(Counts(done=2), "All")
    figures = replace(mail.figures, trend=(), months=(), tiers=(), kinds=())
    figures = replace(figures, total=all_, owners=(none, all_))
    html = render(replace(mail, figures=figures)).html

    assert html.count('width="100%" height="8" bgcolor="#3a68e8"') == 2
    assert html.count('width="100%" height="8" bgcolor="#aab3c2"') == 1
    assert 'width="0%"' not in html


def test_a_row_without_anything_due_has_no_goal_to_miss():
    shown: Row = page().row(replace(line(Counts(ahead=2)), goal=None), "Core")

    assert (shown.rate, shown.percent, shown.is_missed) == ("nothing due", 0, False)
    assert shown.goal == ""
