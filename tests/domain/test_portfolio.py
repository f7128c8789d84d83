"""What portfolio files may hold, what importing them changes, and what the doctor finds."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kam_flows.domain.accounts import Account, Contact, TeamMember, Tier
from kam_flows.domain.calendar import Window, WorkCalendar
from kam_flows.domain.cells import Cell
from kam_flows.domain.cycles import cycles
from kam_flows.domain.findings import Check, Finding
from kam_flows.domain.people import Absence, QuietHours, Staff, StaffRole, TeamRole
from kam_flows.domain.policy import Policy
from kam_flows.domain.portfolio import (
    Action,
    BadFile,
    Change,
    Portfolio,
    Problem,
    Table,
)
from kam_flows.domain.portfolio_checks import examine
from kam_flows.domain.portfolio_columns import COLUMNS, Kind
from kam_flows.domain.portfolio_export import rows
from kam_flows.domain.portfolio_import import Plan, kinds, plan
from kam_flows.domain.tiering import TierRule
from kam_flows.policies.load import load_preset
from tests.builders import the_usual

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

WANG = Staff(
    code="S01", name="王伟", email="wang@example.com", role=StaffRole.SUPERVISOR
)
ZHANG = Staff(
    code="M01",
    name="张敏",
    email="zhang@example.com",
    role=StaffRole.ACCOUNT_MANAGER,
    supervisor="S01",
)
LI = Staff(
    code="M02",
    name="李娜",
    email="li@example.com",
    role=StaffRole.ACCOUNT_MANAGER,
    supervisor="S01",
    deputy="M01",
)
LEAD = TeamMember(staff="M01", role=TeamRole.LEAD_MANAGER)
ACME = Account(code="ACME", name="华东科技", tier=Tier.CORE, team=(LEAD,))
ZHAO = Contact(code="C001", account="ACME", name="赵强", phone="+86 21 5555 0001")
CALENDARS = {"office", "night"}
KNOWN = Portfolio(
    staff={p.code: p for p in (WANG, ZHANG, LI)},
    accounts={"ACME": ACME},
    contacts={"C001": ZHAO},
)


def table(*lines: Sequence[Cell], source: str = "file.csv") -> Table:
    return Table(source=source, rows=tuple(tuple(line) for line in lines))


def lines(text: str) -> Table:
    return table(*(line.split("|") for line in text.strip().splitlines()))


def imported(text: str, portfolio: Portfolio = KNOWN) -> Plan:
    return plan([lines(text)], portfolio, CALENDARS)


def problems(text: str, portfolio: Portfolio = KNOWN) -> tuple[Problem, ...]:
    with pytest.raises(BadFile) as caught:
        imported(text, portfolio)
    return caught.value.problems


# What a file holds


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("员工编号|姓名|邮箱|岗位", Kind.STAFF),
        ("code|name|email|role|supervisor", Kind.STAFF),
        ("客户编号|客户名称|分级", Kind.ACCOUNTS),
        ("Code|Name|Tier|Signed on", Kind.ACCOUNTS),
        ("联系人编号|客户编号|姓名", Kind.CONTACTS),
        ("code|account|name|e-mail", Kind.CONTACTS),
        ("客户编号|员工编号|服务角色", Kind.TEAMS),
        ("account|staff|role", Kind.TEAMS),
        ("客户编号*| 客户名称 |级别", Kind.ACCOUNTS),
    ],
)
def test_headers_tell_what_a_file_holds(header: str, kind: Kind):
    assert kinds([lines(header)]) == [kind]


def test_every_header_word_means_one_column_of_its_kind():
    for columns in COLUMNS.values():
        words = [w for c in columns for w in (c.field, *c.words, *c.english)]

        assert len(words) == len(set(words))


def test_a_calendar_that_the_policy_lacks_is_refused_with_those_it_has():
    (found,) = problems(
        "客户编号|客户名称|分级|工作日历\nA|甲|core|office\nB|乙|core|xx\nC|丙|core|"
    )

    assert (found.row, found.column, found.value) == (3, "工作日历", "xx")
    assert found.expected == "night, office, or empty for the usual one"


def test_an_unknown_column_and_a_missing_one_are_both_named():
    found = problems("员工编号|姓名|邮箱|主管啊\nM09|孙悦|sun@example.com|S01")

    assert [p.column for p in found] == ["主管啊", "岗位/role"]


def test_a_file_without_known_headers_is_told_what_headers_there_are():
    (problem,) = problems("foo|bar\n1|2")

    assert problem.row == 1
    assert "account, staff, role" in problem.expected


def test_two_sheets_of_one_kind_are_refused():
    header = lines("account|staff|role")

    with pytest.raises(BadFile, match="put it together"):
        plan([header, replace(header, source="other")], KNOWN, CALENDARS)


# What cells may say


def staff_of(**cells: Cell) -> Staff:
    """The person that a row with these cells becomes."""
    written: dict[str, Cell] = {
        "code": "M09",
        "name": "孙悦",
        "email": "sun@example.com",
        "role": "客户经理",
        **cells,
    }
    result = plan([table(tuple(written), tuple(written.values()))], KNOWN, CALENDARS)
    person = result.records[Kind.STAFF]["M09"]
    assert isinstance(person, Staff)
    return person


@pytest.mark.parametrize(
    "written", ["部门负责人", "department_head", "Department Head"]
)
def test_roles_are_read_in_both_languages(written: str):
    assert staff_of(role=written).role is StaffRole.DEPARTMENT_HEAD


@pytest.mark.parametrize(
    ("written", "active"),
    [
        ("在职", True),
        ("是", True),
        (1, True),
        ("", True),
        ("Yes", True),
        ("离职", False),
        ("否", False),
        ("0", False),
        (False, False),
        ("left", False),
    ],
)
def test_whether_somebody_is_with_us_is_read_from_many_words(
    written: Cell, active: bool
):
    assert staff_of(active=written).active is active


@pytest.mark.parametrize(
    "written",
    ["2026-10-01..2026-10-07; 2026-12-24", "2026/12/24；2026/10/1 至 2026/10/7"],
)
def test_absences_are_read_as_spans_or_single_days_earliest_first(written: str):
    assert staff_of(absences=written).absences == (
        Absence(first=date(2026, 10, 1), last=date(2026, 10, 7)),
        Absence(first=date(2026, 12, 24), last=date(2026, 12, 24)),
    )


def test_a_date_cell_is_an_absence_of_one_day():
    day = date(2026, 10, 1)

    assert staff_of(absences=datetime(2026, 10, 1)).absences == (  # noqa: DTZ001
        Absence(first=day, last=day),
    )


@pytest.mark.parametrize("written", ["22:00-08:00", "22：00 ~ 8:00"])
def test_quiet_hours_may_run_over_midnight(written: str):
    assert staff_of(quiet_hours=written).quiet_hours == QuietHours(
        start=time(22), end=time(8)
    )


@pytest.mark.parametrize(
    "written",
    [
        "2026-10-01",
        "2026/10/1",
        "2026.10.1",
        "2026年10月1日",
        "2026-10-01 00:00:00",
        date(2026, 10, 1),
        datetime(2026, 10, 1, 0, 0),  # noqa: DTZ001
        46296,
        46296.0,
    ],
)
def test_dates_are_read_as_people_and_spreadsheets_write_them(written: Cell):
    sheet = table(("code", "name", "tier", "signed_on"), ("NEW", "新", "core", written))

    record = plan([sheet], KNOWN, CALENDARS).records[Kind.ACCOUNTS]["NEW"]

    assert record.signed_on == date(2026, 10, 1)


def test_codes_and_telephone_numbers_may_be_number_cells():
    sheet = table(
        ("code", "account", "name", "phone"), (1001.0, "ACME", "孙悦", 13800000000)
    )

    contact = plan([sheet], KNOWN, CALENDARS).records[Kind.CONTACTS]["1001"]

    assert contact.phone == "13800000000"


def test_line_breaks_and_runs_of_blanks_in_a_name_become_one_space():
    assert staff_of(name=" 孙\n\t  悦 ").name == "孙 悦"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", "@duty"),
        ("code", "two words"),
        ("name", "nul\0byte"),
        ("name", "x" * 501),
        ("name", "#REF!"),
        ("email", "sun@"),
        ("email", "sun@example.com\nBcc: all@example.com"),
        ("role", "boss"),
        ("active", "maybe"),
        ("language", "fr"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "/etc/passwd"),
        ("quiet_hours", "22:00"),
        ("quiet_hours", "25:00-08:00"),
        ("quiet_hours", "08:00-08:00"),
        ("absences", "2026-10-07..2026-10-01"),
        ("absences", "2026-02-30"),
        ("absences", "0026-10-01"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_refused(column: str, cell: Cell):
    with pytest.raises(BadFile) as caught:
        staff_of(**{column: cell})

    assert [(p.row, p.column) for p in caught.value.problems] == [(2, column)]


@example(cell=float("inf"))
@example(cell=float("nan"))
@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none())
def test_whatever_a_cell_holds_is_read_or_refused(cell: Cell):
    for kind, columns in COLUMNS.items():
        header = tuple(column.field for column in columns)
        with suppress(BadFile):
            result = plan([table(header, (cell,) * len(columns))], KNOWN, CALENDARS)

            assert set(result.records) == {kind}


def test_all_bad_rows_are_reported_with_number_column_value_and_what_is_expected():
    found = problems(
        "员工编号|姓名|邮箱|岗位\n"
        "M08||x@example.com|客户经理\n"
        "\n"
        "M09|孙悦|nobody|老板\n"
        "M10|周杰|zhou@example.com|技术|多余"
    )

    assert [(p.row, p.column, p.value) for p in found] == [
        (2, "姓名", ""),
        (4, "邮箱", "nobody"),
        (4, "岗位", "老板"),
        (5, "column 5", "多余"),
    ]
    assert "客户经理/account_manager" in found[2].expected


# How rows and the portfolio hang together


def test_an_import_says_what_it_adds_changes_and_leaves():
    result = imported("code|name|tier\nACME|华东科技|战略级\nNEW|新公司|new")

    assert result.changes == (
        Change(
            kind=Kind.ACCOUNTS,
            action=Action.CHANGED,
            code="ACME",
            name="华东科技",
            fields={"tier": ("core", "strategic")},
        ),
        Change(
            kind=Kind.ACCOUNTS,
            action=Action.ADDED,
            code="NEW",
            name="新公司",
            fields={
                "code": ("", "NEW"),
                "name": ("", "新公司"),
                "tier": ("", "new"),
                "language": ("", "zh_CN"),
                "active": ("", "yes"),
            },
        ),
    )
    assert result.unchanged == 0


def test_columns_a_file_lacks_stay_as_they_are_and_empty_cells_are_emptied():
    kept = imported("code|account|name\nC001|ACME|赵强")
    emptied = imported("code|account|name|phone\nC001|ACME|赵强|")

    assert not kept.changes
    assert emptied.changes[0].fields == {"phone": ("+86 21 5555 0001", "")}


def test_an_account_keeps_its_team_when_it_is_imported_again():
    result = imported("code|name|tier\nACME|华东科技股份|core")

    assert result.records[Kind.ACCOUNTS]["ACME"].team == (LEAD,)


def test_a_file_of_teams_replaces_the_teams_of_the_accounts_it_names():
    other = replace(ACME, code="OTHER")
    known = replace(KNOWN, accounts={"ACME": ACME, "OTHER": other})

    result = imported("account|staff|role\nACME|M02|主客户经理\nACME|S01|高层", known)

    assert [c.action for c in result.changes] == [
        Action.ADDED,
        Action.ADDED,
        Action.REMOVED,
    ]
    assert [m.staff for m in result.records[Kind.TEAMS]["ACME"].team] == ["M02", "S01"]
    assert "OTHER" not in result.records[Kind.TEAMS]


def test_references_are_looked_up_in_the_file_and_in_the_portfolio():
    result = imported(
        "code|name|email|role|supervisor|deputy\n"
        "M08|孙悦|sun@example.com|support|S01|M09\n"
        "M09|周杰|zhou@example.com|support|S01 · 王伟|"
    )

    assert result.records[Kind.STAFF]["M09"].supervisor == "S01"


def test_a_reference_that_leads_nowhere_is_reported_with_what_may_be_meant():
    (problem,) = problems("account|staff|role\nACNE|M01|主客户经理")

    assert (problem.row, problem.column, problem.value) == (2, "account", "ACNE")
    assert "did you mean ACME · 华东科技?" in problem.expected


def test_a_person_whose_row_is_bad_is_not_reported_missing_as_well():
    found = problems(
        "code|name|email|role|supervisor\n"
        "S09|孙悦|nobody|supervisor|\n"
        "M09|周杰|zhou@example.com|support|S09"
    )

    assert [(p.row, p.column) for p in found] == [(2, "email")]


def test_sheets_of_one_file_find_each_other_in_any_order():
    teams = lines("account|staff|role\nNEW|M01|lead_manager")
    accounts = lines("code|name|tier\nNEW|新公司|core")

    result = plan([teams, accounts], KNOWN, CALENDARS)

    assert result.records[Kind.TEAMS]["NEW"].team == (LEAD,)


def test_a_code_that_stands_twice_is_refused():
    found = problems("code|name|tier\nA|甲|core\nB|乙|core\na|丙|core")

    assert [(p.row, p.value) for p in found] == [(4, "a")]
    assert "row 2" in found[0].expected


def test_a_code_that_differs_from_a_known_one_in_capitals_is_refused():
    (problem,) = problems("code|name|tier\nacme|华东科技|core")

    assert problem.expected == "ACME, as it is written in the portfolio"


def test_an_address_that_somebody_else_has_is_refused():
    (problem,) = problems("code|name|email|role\nM09|孙悦|Zhang@example.com|support")

    assert "M01 has this one" in problem.expected


def test_a_deputy_cycle_is_refused_and_names_the_people():
    (problem,) = problems(
        "code|name|email|role|deputy\nM01|张敏|zhang@example.com|客户经理|M02"
    )

    assert (problem.row, problem.column, problem.value) == (2, "deputy", "M02")
    assert "张敏 → 李娜 → 张敏" in problem.expected


def test_nobody_may_be_their_own_deputy():
    (problem,) = problems(
        "code|name|email|role|deputy\nM01|张敏|zhang@example.com|客户经理|M01"
    )

    assert "张敏 → 张敏" in problem.expected


def test_who_left_is_told_with_the_accounts_that_need_somebody_else():
    left = "code|name|email|role|active\nM01|张敏|zhang@example.com|客户经理|离职"

    assert imported(left).left == {"M01": ["ACME"]}


# There and back


codes = st.from_regex(r"[A-Z][A-Z0-9]{0,5}", fullmatch=True)


@given(
    st.lists(codes, unique_by=str.casefold, min_size=1, max_size=4),
    st.data(),
    st.sampled_from(["zh_CN", "en"]),
)
def test_what_is_exported_is_imported_without_a_change(
    found: list[str], data: st.DataObject, language: str
):
    days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
    staff = {
        code: Staff(
            code=code,
            name=f"员{code}",
            email=f"{code}@example.com",
            role=data.draw(st.sampled_from(StaffRole)),
            supervisor=data.draw(st.none() | st.sampled_from(found)),
            active=data.draw(st.booleans()),
            language=data.draw(st.sampled_from(["zh_CN", "en"])),
            timezone=data.draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin"])),
            quiet_hours=data.draw(
                st.sampled_from([None, QuietHours(start=time(22, 30), end=time(0))])
            ),
            absences=data.draw(
                st.sampled_from(
                    [(), (Absence(first=MONDAY.date(), last=MONDAY.date()),)]
                )
            ),
        )
        for code in found
    }
    accounts = {
        code: Account(
            code=code,
            name=f"司{code}",
            tier=data.draw(st.sampled_from(Tier)),
            signed_on=data.draw(st.none() | days),
            active=data.draw(st.booleans()),
            team=tuple(
                data.draw(
                    st.lists(
                        st.builds(
                            TeamMember,
                            staff=st.sampled_from(found),
                            role=st.sampled_from(TeamRole),
                        ),
                        unique=True,
                        max_size=3,
                    )
                )
            ),
        )
        for code in found
    }
    contacts = {
        code: Contact(
            code=code,
            account=data.draw(st.sampled_from(found)),
            name="名",
            birthday=data.draw(st.none() | days),
            is_decision_maker=data.draw(st.booleans()),
        )
        for code in found
    }
    everything = Portfolio(staff=staff, accounts=accounts, contacts=contacts)

    tables = [table(*rows(kind, everything, language)) for kind in Kind]
    result = plan(tables, everything, CALENDARS)

    assert result.changes == ()
    assert not any(result.records.values())


# The doctor


def a_policy(**changes: object) -> Policy:
    week = {day: [Window(time(9), time(18))] for day in range(5)}
    office = WorkCalendar(
        name="office", timezone="Asia/Shanghai", week=week, official_years={2026}
    )
    plain = Policy(
        name="test",
        digest="0",
        titles={},
        calendars={"office": office},
        default_calendar="office",
        scenes={"fault": {}},
        default_scene="fault",
        tiers=(TierRule(tier=Tier.CORE, titles={}, team=(TeamRole.LEAD_MANAGER,)),),
        target_rules=(),
        ladders=(),
        **the_usual(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def found_in(
    portfolio: Portfolio = KNOWN,
    policy: Policy | None = None,
    now: datetime = MONDAY,
) -> list[tuple[Check, str, str]]:
    findings: tuple[Finding, ...] = examine(
        portfolio.staff, portfolio.accounts, policy or a_policy(), now, "en"
    )
    return [(f.check, f.subject, f.detail) for f in findings]


def with_staff(*people: Staff) -> Portfolio:
    return replace(KNOWN, staff={**KNOWN.staff, **{p.code: p for p in people}})


def with_account(**changes: object) -> Portfolio:
    account = replace(ACME, **changes)  # type: ignore[arg-type]
    return replace(KNOWN, accounts={"ACME": account})


def test_a_sound_portfolio_has_no_findings():
    assert found_in() == []


def test_a_ladder_of_people_who_left_ends_nowhere():
    everybody = with_staff(replace(ZHANG, active=False), replace(WANG, active=False))

    assert (Check.LADDER_ENDS_NOWHERE, "ACME", "M01, S01") in found_in(everybody)


@pytest.mark.parametrize("role", ["supervisor", "department_head", "deputy"])
def test_a_ladder_with_one_person_left_on_it_does_not_end_nowhere(role: str):
    gone = replace(ZHANG, active=False, supervisor=None)
    gone = replace(gone, **{role: "S01"})  # type: ignore[arg-type]

    checks = [check for check, *_ in found_in(with_staff(gone))]

    assert Check.LADDER_ENDS_NOWHERE not in checks


def test_an_address_that_no_mail_can_be_sent_to_is_found_while_its_owner_is_here():
    bad = replace(WANG, email="wang@")

    assert found_in(with_staff(bad)) == [(Check.NO_ADDRESS, "S01", "wang@")]
    checks = [check for check, *_ in found_in(with_staff(replace(bad, active=False)))]
    assert Check.NO_ADDRESS not in checks


def test_people_who_stand_in_for_each_other_in_a_circle_are_found_once():
    everybody = with_staff(replace(ZHANG, deputy="M02"))

    assert found_in(everybody) == [(Check.DEPUTY_CYCLE, "M01", "M01 → M02 → M01")]


def test_people_who_supervise_each_other_are_found():
    everybody = with_staff(replace(WANG, supervisor="M01"))

    assert found_in(everybody) == [(Check.SUPERVISOR_CYCLE, "M01", "M01 → S01 → M01")]


def test_an_account_without_a_lead_manager_is_found():
    checks = [check for check, *_ in found_in(with_account(team=()))]

    assert checks == [Check.LADDER_ENDS_NOWHERE, Check.NO_LEAD_MANAGER]


def test_a_lead_manager_who_left_and_is_still_named_is_found_once():
    found = found_in(with_staff(replace(ZHANG, active=False)))

    assert found == [
        (Check.LEFT_BUT_NAMED, "ACME", "M01"),
        (Check.LEFT_BUT_NAMED, "M02", "M01"),
    ]


def test_whoever_left_is_told_by_name_and_apart_from_codes_nobody_has():
    gone = replace(ZHANG, active=False)
    team = (LEAD, TeamMember(staff="M99", role=TeamRole.TECHNICAL))
    accounts = {"ACME": replace(ACME, team=team)}
    everybody = replace(with_staff(gone), accounts=accounts)

    left, unknown = (
        finding
        for finding in examine(
            everybody.staff, everybody.accounts, a_policy(), MONDAY, "en"
        )
        if finding.subject == "ACME"
    )

    assert (left.check, left.people) == (Check.LEFT_BUT_NAMED, (("M01", "张敏"),))
    assert (unknown.check, unknown.detail) == (Check.UNKNOWN_PERSON, "M99")
    assert unknown.people == ()


def test_roles_that_the_tier_promises_and_nobody_fills_are_named():
    team = (TeamRole.LEAD_MANAGER, TeamRole.TECHNICAL, TeamRole.DELIVERY)
    policy = a_policy(tiers=(TierRule(tier=Tier.CORE, titles={}, team=team),))

    assert found_in(policy=policy) == [
        (Check.MISSING_TEAM_ROLE, "ACME", "technical, delivery")
    ]


def test_a_supervisor_who_does_not_exist_is_found():
    everybody = with_staff(replace(WANG, supervisor="S99"))

    assert found_in(everybody) == [(Check.UNKNOWN_PERSON, "S01", "S99")]


def test_a_tier_and_a_calendar_that_the_policy_lacks_are_found():
    assert found_in(with_account(tier=Tier.NEW, calendar="night")) == [
        (Check.TIER_NOT_IN_POLICY, "ACME", "new"),
        (Check.CALENDAR_NOT_IN_POLICY, "ACME", "night"),
    ]


def test_a_calendar_is_provisional_once_the_next_90_days_leave_the_official_years():
    before = datetime(2026, 10, 2, tzinfo=UTC)
    after = datetime(2026, 10, 3, tzinfo=UTC)

    assert found_in(now=before) == []
    assert found_in(now=after) == [(Check.PROVISIONAL_CALENDAR, "office", "2027")]


def test_a_provisional_calendar_is_called_what_the_policy_calls_it():
    policy, autumn = load_preset("retention"), datetime(2026, 11, 3, tzinfo=UTC)

    names = [
        finding.name
        for language in ("zh_CN", "en")
        for finding in examine({}, {}, policy, autumn, language)
    ]

    assert names == ["办公时间", "office hours"]


def test_an_account_that_ended_is_left_alone():
    assert found_in(with_account(active=False, team=(), tier=Tier.NEW)) == []


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg")))
def test_a_circle_is_found_exactly_if_following_it_leads_back(
    following: dict[str, str],
):
    members = {code for circle in cycles(dict(following)) for code in circle}

    def returns(start: str) -> bool:
        at: str | None = following.get(start)
        for _ in range(len(following)):
            if at == start:
                return True
            at = following.get(at) if at else None
        return False

    assert members == {code for code in following if returns(code)}
