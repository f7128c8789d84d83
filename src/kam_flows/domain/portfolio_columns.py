"""The columns of portfolio files: what they may be called and what may stand in them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kam_flows.domain import cells
from kam_flows.domain.cells import Cell
from kam_flows.domain.errors import Phrase


class Kind(StrEnum):
    """What a file holds, in the order in which files build on each other."""

    STAFF = "staff"
    ACCOUNTS = "accounts"
    CONTACTS = "contacts"
    TEAMS = "teams"


@dataclass(frozen=True, kw_only=True)
class Column:
    """`field` is the name in our records and the English header; `words` are Chinese.

    The first word is the one that exports use. `default` is what an empty cell means;
    a required column has none.
    """

    field: str
    words: tuple[str, ...]
    parse: Callable[[Cell], Any]
    expected: str
    required: bool = False
    default: Any = None
    english: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.field


CODE = Phrase("a code of letters, digits, - _ . /, such as A-0001")
TEXT = Phrase("text of at most {limit} characters", limit=cells.LONGEST)
NAME = Phrase("a name of at most {limit} characters", limit=cells.LONGEST)
DATE = Phrase("a date such as 2026-10-01")
EMAIL = Phrase("an email address such as name@example.com")
PERSON = Phrase("the code of a person in the staff file")
YES_NO = Phrase("是/yes/1 or 否/no/0")
LANGUAGE = Phrase("中文/zh_CN or 英文/en")
ACCOUNT = Phrase("the code of an account in the accounts file")

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.STAFF: (
        Column(
            field="code",
            words=("员工编号", "工号", "编号"),
            english=("staff", "staff_code"),
            parse=cells.code,
            expected=CODE,
            required=True,
        ),
        Column(
            field="name",
            words=("姓名", "员工姓名", "名称"),
            parse=cells.text,
            expected=NAME,
            required=True,
        ),
        Column(
            field="email",
            words=("邮箱", "电子邮箱", "邮件地址"),
            english=("e_mail", "mail"),
            parse=cells.email,
            expected=EMAIL,
            required=True,
        ),
        Column(
            field="role",
            words=("岗位", "角色", "职位"),
            parse=cells.staff_role,
            expected=cells.accepted(cells.STAFF_ROLES),
            required=True,
        ),
        Column(
            field="supervisor",
            words=("主管", "直属主管", "上级"),
            parse=cells.reference,
            expected=PERSON,
        ),
        Column(
            field="department_head",
            words=("部门负责人", "部门经理"),
            english=("head",),
            parse=cells.reference,
            expected=PERSON,
        ),
        Column(
            field="deputy",
            words=("代理人", "代理"),
            parse=cells.reference,
            expected=PERSON,
        ),
        Column(
            field="active",
            words=("在职", "在职状态", "状态"),
            english=("status",),
            parse=cells.yes_or_no,
            expected=Phrase("在职/active/yes/1 or 离职/left/no/0"),
            default=True,
        ),
        Column(
            field="language",
            words=("语言",),
            parse=cells.language,
            expected=LANGUAGE,
            default="zh_CN",
        ),
        Column(
            field="timezone",
            words=("时区",),
            english=("time_zone",),
            parse=cells.timezone,
            expected=Phrase("a time zone such as Asia/Shanghai"),
            default="Asia/Shanghai",
        ),
        Column(
            field="quiet_hours",
            words=("免打扰时段", "免打扰"),
            parse=cells.quiet_hours,
            expected=Phrase("two times such as 22:00-08:00"),
        ),
        Column(
            field="absences",
            words=("休假", "缺勤", "请假"),
            english=("absence",),
            parse=cells.absences,
            expected=Phrase(
                "days such as 2026-10-01..2026-10-07; 2026-12-24..2026-12-31"
            ),
            default=(),
        ),
    ),
    Kind.ACCOUNTS: (
        Column(
            field="code",
            words=("客户编号", "客户代码", "编号"),
            english=("account", "account_code"),
            parse=cells.code,
            expected=CODE,
            required=True,
        ),
        Column(
            field="name",
            words=("客户名称", "名称", "公司名称"),
            english=("company",),
            parse=cells.text,
            expected=NAME,
            required=True,
        ),
        Column(
            field="tier",
            words=("分级", "客户分级", "级别", "客户级别"),
            parse=cells.tier,
            expected=cells.accepted(cells.TIERS),
            required=True,
        ),
        Column(
            field="calendar",
            words=("工作日历", "日历"),
            parse=cells.text,
            expected=TEXT,
            default="",
        ),
        Column(
            field="language",
            words=("语言",),
            parse=cells.language,
            expected=LANGUAGE,
            default="zh_CN",
        ),
        Column(
            field="industry",
            words=("行业",),
            parse=cells.text,
            expected=TEXT,
            default="",
        ),
        Column(
            field="city",
            words=("城市", "所在城市"),
            parse=cells.text,
            expected=TEXT,
            default="",
        ),
        Column(
            field="signed_on",
            words=("签约日期", "签约日", "合作开始日期"),
            english=("signed",),
            parse=cells.day,
            expected=DATE,
        ),
        Column(
            field="active",
            words=("合作中", "有效", "状态"),
            english=("status",),
            parse=cells.yes_or_no,
            expected=Phrase("合作中/active/yes/1 or 终止/no/0"),
            default=True,
        ),
    ),
    Kind.CONTACTS: (
        Column(
            field="code",
            words=("联系人编号", "联系人代码", "编号"),
            english=("contact", "contact_code"),
            parse=cells.code,
            expected=CODE,
            required=True,
        ),
        Column(
            field="account",
            words=("客户编号", "客户代码", "客户"),
            english=("account_code",),
            parse=cells.reference,
            expected=ACCOUNT,
            required=True,
        ),
        Column(
            field="name",
            words=("姓名", "联系人姓名", "联系人"),
            parse=cells.text,
            expected=NAME,
            required=True,
        ),
        Column(
            field="title",
            words=("职务", "职位"),
            parse=cells.text,
            expected=TEXT,
            default="",
        ),
        Column(
            field="email",
            words=("邮箱", "电子邮箱", "邮件地址"),
            english=("e_mail", "mail"),
            parse=cells.email,
            expected=EMAIL,
            default="",
        ),
        Column(
            field="phone",
            words=("电话", "手机"),
            english=("telephone", "mobile"),
            parse=cells.text,
            expected=TEXT,
            default="",
        ),
        Column(
            field="language",
            words=("语言",),
            parse=cells.language,
            expected=LANGUAGE,
            default="zh_CN",
        ),
        Column(
            field="birthday",
            words=("生日", "出生日期"),
            parse=cells.day,
            expected=DATE,
        ),
        Column(
            field="is_decision_maker",
            words=("决策人", "是否决策人"),
            english=("decision_maker",),
            parse=cells.yes_or_no,
            expected=YES_NO,
            default=False,
        ),
    ),
    Kind.TEAMS: (
        Column(
            field="account",
            words=("客户编号", "客户代码", "客户"),
            english=("account_code",),
            parse=cells.reference,
            expected=ACCOUNT,
            required=True,
        ),
        Column(
            field="staff",
            words=("员工编号", "工号", "员工"),
            english=("staff_code", "person"),
            parse=cells.reference,
            expected=PERSON,
            required=True,
        ),
        Column(
            field="role",
            words=("服务角色", "角色"),
            parse=cells.team_role,
            expected=cells.accepted(cells.TEAM_ROLES),
            required=True,
        ),
    ),
}


def column_named(columns: Iterable[Column], header: str) -> Column | None:
    """The column that this header means; capitals, blanks and a `*` do not matter."""
    plain = "_".join(header.strip(" *＊").casefold().replace("-", " ").split())
    for column in columns:
        if plain == column.field or plain in (*column.words, *column.english):
            return column
    return None
