"""The Word document says what the policy promises, or names what its template lacks."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Word

from kam_flows.domain.accounts import Account, Contact, TeamMember, Tier
from kam_flows.domain.agreements import terms_of
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Target
from kam_flows.domain.tickets import Priority
from kam_flows.policies.load import load_preset, presets
from kam_flows.rendering.agreements import document, fields_of
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.words import LANGUAGES, span
from kam_flows.settings import settings
from kam_flows.spreadsheets import write_xlsx
from tests.builders import a_person, an_account

HOSTILE = (
    "<script>alert(1)</script> & {{ 7*7 }} {% x %} \"引号\" '单' \u202e😀\x00\n]]>"
)
READABLE = "<script>alert(1)</script> & {{ 7*7 }} {% x %} \"引号\" '单' 😀 ]]>"
CONTACT = Contact(
    code="C1",
    account="ACME",
    name="刘总",
    title="采购总监",
    email="liu@example.com",
    phone="021-5555",
)


def template(language: str) -> Path:
    return settings().templates / "onboarding" / f"sla_agreement.{language}.docx"


def fields(
    policy: str = "retention",
    account: Account | None = None,
    language: str = "zh_CN",
    people: dict[str, Any] | None = None,
) -> dict[str, Any]:
    found = load_preset(policy)
    terms = terms_of(
        account or an_account(), found, people or {"mara": a_person("mara")}, [CONTACT]
    )
    return fields_of(
        terms,
        code="ACME",
        version=3,
        drafted_on=date(2026, 10, 12),
        provider="东方设备",
        policy=found.titles[language],
        language=language,
    )


def opened(content: bytes) -> Word:
    return Document(io.BytesIO(content))


def text_of(word: Word) -> str:
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    footers = [p.text for s in word.sections for p in s.footer.paragraphs]
    return "\n".join([*(p.text for p in word.paragraphs), *cells, *footers])


def table(word: Word, first: str) -> list[list[str]]:
    """The rows below the head of the table whose first column is called so."""
    for one in word.tables:
        rows = [[cell.text for cell in row.cells] for row in one.rows]
        if rows[0][0] == first:
            return rows[1:]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tier", [Tier.STRATEGIC, Tier.CORE, Tier.POTENTIAL])
@pytest.mark.parametrize("name", presets())
def test_the_numbers_of_the_document_are_the_policys(name, tier, language):
    policy = load_preset(name)
    chosen = fields(name, an_account(tier=tier), language)
    rows = table(
        opened(document(template(language), chosen)),
        ("请求类别", "Kind of request")[LANGUAGES.index(language)],
    )

    expected = []
    for scene, titles in policy.scenes.items():
        by_priority = [policy.targets(scene, tier, one) for one in Priority]
        for times in dict.fromkeys(by_priority):
            said = [times.get(target) for target in Target]
            if any(said):
                words = [span(str(t), language) if t else "—" for t in said]
                expected.append([titles[language], *words])
    assert [
        [row[0].split("（")[0].split(" (")[0], *row[1:]] for row in rows
    ] == expected


def test_a_document_names_both_sides_the_clock_and_the_ladder():
    team = (
        TeamMember(staff="mara", role=TeamRole.LEAD_MANAGER),
        TeamMember(staff="tom", role=TeamRole.TECHNICAL),
    )
    people = {
        "mara": a_person("mara", name="张敏"),
        "tom": a_person("tom", name="李雷"),
    }
    word = opened(
        document(
            template("zh_CN"),
            fields(account=an_account(team=team, calendar="lunch"), people=people),
        )
    )

    text = text_of(word)
    assert "华东精密科技（ACME）　第 3 版　2026年10月12日" in text
    assert "周一至周五 09:00-12:00、13:30-18:00（北京时间）" in text
    assert "法定节假日与公司休息日不计" in text
    assert "昼夜连续计算" not in text
    assert table(word, "角色") == [
        ["主客户经理", "张敏", "mara@example.com"],
        ["技术", "李雷", "tom@example.com"],
    ]
    assert table(word, "姓名") == [["刘总", "采购总监", "liu@example.com", "021-5555"]]
    assert table(word, "适用于") == [
        ["所有请求", "提出后 24 小时仍未接手", "主管"],
        ["所有请求", "提出后 48 小时仍未解决", "部门负责人"],
    ]


def test_a_scheme_around_the_clock_says_so_and_every_rung_is_in_plain_words():
    chosen = fields("enterprise", an_account(tier=Tier.STRATEGIC), "en")
    word = opened(document(template("en"), chosen))

    assert "run around the clock" in text_of(word)
    assert "working hours only" not in text_of(word)
    assert [row[1:] for row in table(word, "Applies to")] == [
        ["when 75% of the time to respond is used up, if not taken up", "Owner"],
        ["when the time to respond is over, if not taken up", "Supervisor"],
        ["when the time to resolve is over, if not resolved", "Department head"],
        [
            "24 hours after the time to resolve is over, if not resolved",
            "Executive sponsor",
        ],
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_name_holds_is_shown_as_typed_and_never_evaluated(language):
    chosen = fields(account=an_account(name=HOSTILE), language=language)
    people_rows = opened(document(template(language), chosen)).tables[0]

    assert people_rows.rows[0].cells[1].text == READABLE


def test_names_of_20000_characters_make_a_document():
    chosen = fields(account=an_account(name="长" * 20_000))

    assert "长" * 20_000 in text_of(opened(document(template("zh_CN"), chosen)))


def a_template(folder: Path, *lines: str) -> Path:
    word = Document()
    for line in ("{{ account.name }} {{ version }}", "{{ promises }}", *lines):
        word.add_paragraph(line)
    path = folder / "sla_agreement.zh_CN.docx"
    word.save(str(path))
    return path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{{ accout.name }}", "names the field 'accout', which there is not"),
        ("{% if False %}{{ nowhere }}{% endif %}", "names the field 'nowhere'"),
        ("{{ account.nickname }}", "names the field 'nickname', which there is not"),
        ("{% for p in promises %}{{ p.fee }}{% endfor %}", "names the field 'fee'"),
        ("{{ account.name", "cannot be filled in"),
        ("{% for p in promises %}", "cannot be filled in"),
        ("{{ 1 / 0 }}", "cannot be filled in: division by zero"),
        ("{{ version + 'x' }}", "cannot be filled in"),
        ("{{ ''.__class__.__mro__ }}", "cannot be filled in|names the field"),
    ],
)
def test_a_template_that_names_what_is_not_there_is_refused_by_name(
    tmp_path, line, says
):
    path = a_template(tmp_path, line)

    with pytest.raises(UserError, match=says) as caught:
        document(path, fields())
    assert str(path) in str(caught.value)
    assert refusal(caught.value, "zh_CN").startswith(f"模板 {path} ")


def test_the_error_lists_what_a_template_may_name(tmp_path):
    with pytest.raises(UserError) as caught:
        document(a_template(tmp_path, "{{ x }}"), fields())

    for name in (
        "account.name",
        "version",
        "promises.respond",
        "team.role",
        "ladder.who",
    ):
        assert name in str(caught.value)


def test_a_template_without_what_makes_it_an_agreement_is_refused(tmp_path):
    word = Document()
    word.add_paragraph("{{ account.name }} {{ version }}")
    path = tmp_path / "t.docx"
    word.save(str(path))

    with pytest.raises(UserError, match="lacks the field 'promises'"):
        document(path, fields())


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 broken"])
def test_a_template_that_is_no_word_document_is_refused(tmp_path, content):
    path = tmp_path / "t.docx"
    path.write_bytes(content)

    with pytest.raises(UserError, match="cannot be opened as a Word document"):
        document(path, fields())


def test_a_template_that_is_a_workbook_or_not_there_is_refused(tmp_path):
    path = tmp_path / "t.docx"
    with pytest.raises(UserError, match="cannot be read"):
        document(path, fields())
    path.write_bytes(write_xlsx({"x": [["y"]]}))

    with pytest.raises(UserError, match="cannot be opened as a Word document"):
        document(path, fields())


def test_a_template_edited_in_word_is_used_as_it_is(tmp_path):
    path = a_template(tmp_path, "本公司自己的条款")

    assert "本公司自己的条款" in text_of(opened(document(path, fields())))


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_templates_use_every_field(language):
    from docxtpl import DocxTemplate

    named = DocxTemplate(template(language)).get_undeclared_template_variables()

    assert named == set(fields(language=language))
