"""Tables of every kind, read but not written: portfolio, dealings, occasions, logs."""

import csv
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Contact
from kam_flows.domain.event_table import read_log
from kam_flows.domain.occasion_import import Known, read_occasions
from kam_flows.domain.portfolio import Portfolio
from kam_flows.domain.portfolio_import import plan
from kam_flows.domain.questionnaire import read_back
from kam_flows.domain.transaction_import import read_transactions
from kam_flows.policies.load import load_preset
from kam_flows.spreadsheets import read
from tasks.surveys import terms
from tests.fuzz.inputs import ends_well, files, tried

SAMPLE = resources.files("kam_flows") / "sample"
KINDS = ("staff", "accounts", "contacts", "teams")
DEALINGS = (
    ("客户编号", "单号", "类型", "日期", "金额", "币种", "说明", "到期日期"),
    ("HUAYUE", "D-1", "合同", "2026-01-02", "12,800.50", "CNY", "保养", "2027-01-01"),
    ("HUAYUE", "D-2", "付款", "2026-02-02", "800", "CNY", "", ""),
)
OCCASIONS = (
    ("account", "kind", "day", "contact"),
    ("HUAYUE", "founding_day", "2019-03-18", ""),
    ("HUAYUE", "birthday", "1980-05-06", "C001"),
)
LOG = (
    ("ticket", "activity", "agent", "at", "account", "title", "scene", "priority"),
    ("T-1", "Wait", "mara", "2026-10-12 09:00:00", "HUAYUE", "停机", "", "high"),
    ("T-1", "RESOLVED", "mara", "2026-10-12T10:00:00+02:00", "", "", "", ""),
)
QUESTIONS = (
    ("客户编号", "HUAYUE"),
    ("Dimension", "Question", "Known", "Since", "Answer"),
    ("goals", "", "", "", "更少停机"),
)
CONTACT = Contact(
    code="C001", account="HUAYUE", name="沈国栋", title="", email="a@b.cn", phone=""
)


def sample(kind: str) -> list[list[str]]:
    text = (SAMPLE / f"{kind}.csv").read_text("utf-8-sig")
    return list(csv.reader(text.splitlines()))[:4]


@pytest.mark.parametrize("kind", KINDS)
@tried(cost=2)
@given(data=st.data())
def test_a_portfolio_is_planned_or_refused(kind, data):
    name, content = data.draw(files(sample(kind)))

    ends_well(lambda: plan(read(name, content), Portfolio(), {"china": "china"}))


@tried()
@given(file=files(DEALINGS))
def test_dealings_are_read_or_refused(file):
    ends_well(lambda: read_transactions(read(*file), {"HUAYUE": "华岳重工"}))


@tried()
@given(file=files(OCCASIONS))
def test_occasions_are_read_or_refused(file):
    known = Known(
        accounts={"HUAYUE": "华岳重工"},
        contacts={"HUAYUE": [CONTACT]},
        today=date(2026, 10, 12),
    )
    rules = load_preset("default").care

    ends_well(lambda: read_occasions(read(*file), known, rules))


@tried()
@given(file=files(LOG))
def test_a_log_is_read_or_refused(file):
    ends_well(lambda: read_log(read(*file)[0], "Asia/Shanghai"))


@tried()
@given(file=files(QUESTIONS))
def test_a_questionnaire_is_read_or_refused(file):
    ends_well(lambda: read_back(file[0], read(*file), terms()))


@tried()
@given(content=st.binary(max_size=300), ending=st.sampled_from([".csv", ".xlsx", ""]))
def test_any_bytes_are_a_table_or_none(content, ending):
    ends_well(lambda: read(f"file{ending}", content))
