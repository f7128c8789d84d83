"""A questionnaire that comes back: all of it or nothing, each bad row by its number."""

import pytest

from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import UserError
from kam_flows.domain.portfolio import BadFile, Table
from kam_flows.domain.questionnaire import Filled, read_back, terms_for
from kam_flows.domain.survey import Dimension

TERMS = terms_for(
    [
        (Dimension.GOALS, ("业务目标", "Business goals")),
        (Dimension.RED_LINES, ("红线与禁忌", "Red lines and taboos")),
    ]
)
HEAD: tuple[tuple[Cell, ...], ...] = (
    ("需求调研问卷：华岳",),
    ("客户编号", "HUAYUE"),
    ("维度", "要问什么", "已知答复", "答复日期", "新的答复"),
)


def read(*rows: tuple[Cell, ...], head: tuple[tuple[Cell, ...], ...] = HEAD) -> Filled:
    return read_back("q.xlsx", [Table(source="q.xlsx", rows=(*head, *rows))], TERMS)


def problems(*rows: tuple[Cell, ...]) -> list[tuple[int, str, str, str]]:
    with pytest.raises(BadFile) as caught:
        read(*rows)
    return [(p.row, p.column, p.value, p.expected) for p in caught.value.problems]


def test_a_row_may_call_its_dimension_by_either_title_by_both_or_by_its_code():
    for name in (
        "业务目标",
        "business goals",
        "业务目标\nBusiness goals",
        "goals",
    ):
        assert read((name, "", "", "", "双倍")) == ("HUAYUE", {Dimension.GOALS: "双倍"})


def test_columns_may_stand_in_another_order_and_language():
    head: tuple[tuple[Cell, ...], ...] = (
        ("", "Account code", "HUAYUE · 华岳"),
        ("New answer", "dimension"),
    )

    assert read(("双倍", "goals"), head=head) == ("HUAYUE", {Dimension.GOALS: "双倍"})


def test_lines_and_signs_of_an_answer_are_kept_and_numbers_are_text():
    filled = read(
        ("goals", None, None, None, "一\r\n=2+2"),
        (None,),
        ("red_lines", None, None, None, 42.0),
    )

    assert filled.answers == {Dimension.GOALS: "一\n=2+2", Dimension.RED_LINES: "42"}


def test_empty_answers_are_none():
    assert read(("goals", "x", "known", "2026-10-12", " ")).answers == {}


def test_every_row_that_cannot_be_understood_is_named():
    assert problems(
        ("goals", "", "", "", "x"),
        ("天气", "", "", "", "x"),
        ("业务目标", "", "", "", "x"),
        ("red_lines", "", "", "", "#NAME?"),
        ("red_lines", "", "", "", "x", "beside"),
    ) == [
        (5, "维度", "天气", "one of the dimensions: " + ", ".join(Dimension)),
        (6, "维度", "业务目标", "each only once; it already stands in row 4"),
        (7, "新的答复", "#NAME?", "text of at most 50000 characters"),
        (8, "column 6", "beside", "nothing beyond the named columns"),
        (8, "维度", "red_lines", "each only once; it already stands in row 7"),
    ]


def test_an_answer_that_is_too_long_is_named_by_its_row_and_cut():
    [(row, _, value, _)] = problems(("goals", "", "", "", "长" * 50_001))

    assert (row, value) == (4, "长" * 80)


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ([(("code", "name"), ("A", "B"))], "has 0 sheets that are questionnaires"),
        ([HEAD, HEAD], "has 2 sheets that are questionnaires"),
        ([HEAD[2:]], "does not say which account"),
        ([(("客户编号", ""), HEAD[2])], "does not say which account"),
        ([(("客户编号", "a b"), HEAD[2])], "does not say which account"),
        ([(("客户编号",), HEAD[2])], "does not say which account"),
    ],
)
def test_a_foreign_file_is_refused_in_one_sentence(tables, says):
    with pytest.raises(UserError, match=says):
        read_back("q.xlsx", [Table(source="q", rows=rows) for rows in tables], TERMS)
