"""Forms: in the staff's language, with the choices of now, and words for every field."""

import ast
import json
import logging
import string
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from prefect.client.schemas.responses import DeploymentResponse

from flows.edges import chosen
from kam_flows.domain import cells
from kam_flows.domain.choices import choice
from kam_flows.domain.errors import Phrase, UserError
from kam_flows.domain.links import form_link
from kam_flows.domain.portfolio import BadFile, Problem, Table
from kam_flows.domain.portfolio_columns import COLUMNS
from kam_flows.domain.portfolio_import import kinds
from kam_flows.domain.tickets import Action, Priority
from kam_flows.persistence.tickets import ticket_choice
from kam_flows.persistence.unit_of_work import unit_of_work
from kam_flows.rendering.answers import refusal, told
from kam_flows.rendering.chinese import CHINESE, PARTS
from kam_flows.serving.deployments import entries
from kam_flows.settings import PROJECT, Language
from tasks.forms import Choices, choices, forms, is_ours, remember, shown_form
from tests.builders import a_person, an_account, at
from tests.portfolio import opened, store, use_policy

NOW = at("2026-10-12 10:00")
HEAVY = {
    "aiosmtplib",
    "alembic",
    "babel",
    "css_inline",
    "holidays",
    "jinja2",
    "openpyxl",
    "prefect.server",
    "psycopg",
}


def base_schema(deployment: str) -> dict[str, Any]:
    """What registering gives the server."""
    [entry] = [entry for entry in entries() if entry.name == deployment]
    return entry.flow().parameters.model_dump_for_openapi()


def offered_now(language: Language = "zh_CN") -> Choices:
    with unit_of_work(read_only=True) as uow:
        return choices(uow, NOW, language)


@pytest.fixture
def offered(request: pytest.FixtureRequest) -> Choices:
    request.getfixturevalue("sqlite_database")
    use_policy("retention")
    store(
        [a_person("mara", name="张敏"), a_person("gone", active=False)],
        [an_account(), an_account("OLD", active=False)],
    )
    opened("2026-10-12 09:00")
    return offered_now()


def field(form: str, name: str, offered: Choices, language: Language = "zh_CN") -> Any:
    return shown_form(form, base_schema(form), offered, language)["properties"][name]


def test_every_parameter_of_every_deployment_has_words_in_both_languages():
    without = [
        f"{entry.name}: {name}"
        for entry in entries()
        for name in entry.flow().parameters.properties
        if forms().field(entry.name, name) is None
    ]

    assert without == []


def test_every_form_that_differs_is_deployed_and_has_that_parameter():
    fields = {e.name: set(e.flow().parameters.properties) for e in entries()}

    for form, parameters in forms().forms.items():
        assert set(parameters) <= fields[form]


def test_titles_and_help_are_in_the_staffs_language(offered):
    chinese = field("take-up-a-ticket", "note", offered)
    english = field("take-up-a-ticket", "note", offered, "en")

    assert (chinese["title"], chinese["description"]) == (
        "备注",
        "发现了什么，打算怎么做。",
    )
    assert (english["title"], english["description"]) == (
        "Note",
        "What you found or will do.",
    )


def test_lists_offer_who_and_what_is_there_now(offered):
    ticket = field("take-up-a-ticket", "ticket", offered)
    account = field("open-a-ticket", "account", offered)
    by = field("open-a-ticket", "by", offered)

    assert ticket["anyOf"][0]["enum"] == ["T-0001 · 华东精密科技 · 无法登录"]
    assert account["anyOf"][0]["enum"] == ["ACME · 华东精密科技"]
    assert by["anyOf"][0]["enum"] == ["mara · 张敏"]


def test_items_are_offered_by_code_and_title_and_predecessors_may_have_left(offered):
    item = field("complete-checklist-item", "item", offered)
    english = field("waive-checklist-item", "item", offered_now("en"), "en")
    predecessor = field("start-onboarding", "predecessor", offered)

    assert "survey · 需求调研" in item["anyOf"][0]["enum"]
    assert "survey · Needs survey" in english["anyOf"][0]["enum"]
    assert predecessor["anyOf"][0]["enum"] == ["", "gone · Gone", "mara · 张敏"]


def test_a_list_that_links_fill_accepts_what_is_no_longer_offered(offered):
    ticket = field("take-up-a-ticket", "ticket", offered)

    assert {"title": "手工输入", "type": "string"} in ticket["anyOf"]


def test_closed_lists_offer_terms_and_keep_their_default(offered):
    assert field("open-a-ticket", "priority", offered) == {
        "position": 4,
        "title": "优先级",
        "description": "有多紧急；优先级决定时限。",
        "default": "普通优先级",
        "type": "string",
        "enum": ["低优先级", "普通优先级", "高优先级", "紧急"],
    }
    assert field("update-a-ticket", "priority", offered, "zh_CN")["enum"][0] == ""


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("kind", [Action, Priority])
def test_every_offered_term_is_understood_and_so_is_its_code(kind, language):
    lists = offered_now(language)
    terms = lists["actions"] if kind is Action else lists["priorities"]

    for code, term in terms.items():
        assert chosen(kind, term) is chosen(kind, code) is kind(code)


def test_a_moment_that_may_stay_empty_is_a_picker_without_a_switch(offered):
    as_of = field("take-up-a-ticket", "as_of", offered)

    assert (as_of["type"], as_of["format"]) == ("string", "date-time")
    assert not {"anyOf", "default"} & set(as_of)


def test_every_field_keeps_its_place_and_stays_required(offered):
    base = base_schema("update-a-ticket")
    shown = shown_form("update-a-ticket", base, offered, "zh_CN")

    assert shown["required"] == base["required"]
    assert [f["position"] for f in shown["properties"].values()] == list(
        range(len(base["properties"]))
    )


@pytest.mark.parametrize("deployment", [entry.name for entry in entries()])
def test_a_form_that_is_shown_already_is_not_changed_again(deployment, offered):
    shown = shown_form(deployment, base_schema(deployment), offered, "zh_CN")

    assert shown_form(deployment, shown, offered, "zh_CN") == shown


def test_an_empty_list_is_a_text_field_again(offered):
    shown = shown_form(
        "take-up-a-ticket", base_schema("take-up-a-ticket"), offered, "zh_CN"
    )
    none = {**offered, "tickets": {}}

    ticket = shown_form("take-up-a-ticket", shown, none, "zh_CN")["properties"][
        "ticket"
    ]
    assert ticket["type"] == "string"
    assert "anyOf" not in ticket


@pytest.mark.usefixtures("database")
def test_the_ids_behind_the_forms_are_kept_for_links():
    remember({"take-up-a-ticket": "1"})
    remember({"take-up-a-ticket": "2", "assign-a-ticket": "3"})

    with unit_of_work(read_only=True) as uow:
        assert uow.forms.ids() == {"take-up-a-ticket": "2", "assign-a-ticket": "3"}


def test_forms_of_other_people_on_the_same_server_are_left_alone():
    def deployed(entrypoint: str) -> DeploymentResponse:
        return DeploymentResponse.model_construct(entrypoint=entrypoint)

    assert is_ours(deployed("flows.tickets.take_up_a_ticket"))
    assert is_ours(deployed("flows.tickets.take_up_a_ticket"))
    assert not is_ours(deployed("their.etl.main"))


HOSTILE = (
    "<script>alert(1)</script> 100% %41 \"引号\" '单' & + # \\ /?= {{7*7}} \u202e。"
)


def test_a_choice_is_one_readable_line_of_sensible_length():
    shown = ticket_choice("T-0001", "客户\n有限\u202e公司", "x" * 200)

    assert shown == f"T-0001 · 客户 有限公司 · {'x' * 59}…"
    assert choice("M01", "张\t敏") == "M01 · 张 敏"


def test_whatever_a_title_holds_the_link_carries_it_into_the_form():
    shown = ticket_choice("T-0001", "客户", HOSTILE)
    link = form_link("http://ui", "1", {"ticket": shown, "by": "M01 · 张敏"})

    assert link is not None
    [once] = parse_qs(urlsplit(link).query)["parameters"]
    # The classic interface decodes a second time, the new one does not.
    for read in (once, unquote(once)):
        assert json.loads(read) == {"ticket": shown, "by": "M01 · 张敏"}


def test_a_bad_value_is_one_sentence_in_the_log_of_its_run():
    log = logging.getLogger("prefect.task_runs")
    error = UserError("{name} has left; choose somebody who is here.", name="张敏")
    raised = (UserError, error, None)
    record = log.makeRecord(log.name, logging.ERROR, "", 0, "%r", (error,), raised)
    again, of_a_file = (
        log.makeRecord(log.name, logging.ERROR, "", 0, message, (), None)
        for message in (
            "encountered an exception UserError: …",
            "encountered an exception BadFile: …",
        )
    )

    assert log.filter(record)
    assert record.getMessage() == "张敏已离职；请选择在职的同事。"
    assert record.exc_info is None
    assert not log.filter(again)
    assert not log.filter(of_a_file)


def sentences(path: Path) -> list[tuple[str, set[str]]]:
    """Of all that is said to staff: the sentence and the names of its values.

    A sentence that is put together on the spot nobody can translate: shown as code.
    """
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in SPEAKERS
            and node.args
            and isinstance(node.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
        ):
            names = {keyword.arg or "" for keyword in node.keywords}
            said = node.args[0]
            text = said.value if isinstance(said, ast.Constant) else ast.unparse(said)
            found.append((str(text), names))
    return found


SPEAKERS = ("UserError", "TooManyMails", "Phrase", "say", "head")
OURS = PROJECT / "src" / "kam_flows"
NOT_OF_FORMS = {
    # Only a policy file can hold such a mistake; its own check says it, with the line.
    OURS / "domain" / "calendar.py",
    OURS / "domain" / "durations.py",
    OURS / "domain" / "windows.py",
    # Backups are brought back at a terminal, by administrators, in English.
    OURS / "domain" / "backups.py",
}
BEHIND_FORMS = sorted(
    {
        *(PROJECT / "flows").glob("*.py"),
        *(PROJECT / "tasks").glob("*.py"),
        *(OURS / "domain").glob("*.py"),
        *(OURS / "mail").glob("*.py"),
        OURS / "persistence" / "outbox.py",
        OURS / "policies" / "event_maps.py",
        OURS / "policies" / "load.py",
        OURS / "rendering" / "agreements.py",
        OURS / "rendering" / "imports.py",
        OURS / "questionnaires.py",
        OURS / "signing.py",
        OURS / "spreadsheets.py",
    }
    - NOT_OF_FORMS
)


@pytest.mark.parametrize(
    "path", [path for path in BEHIND_FORMS if sentences(path)], ids=lambda p: p.stem
)
def test_every_sentence_staff_meet_in_forms_is_there_in_chinese(path):
    for sentence, names in sentences(path):
        assert sentence in CHINESE
        assert fields(sentence) == names
        assert fields(CHINESE[sentence]) == names


@pytest.mark.parametrize("sentence", CHINESE)
def test_a_translation_has_the_same_values(sentence):
    assert fields(CHINESE[sentence]) == fields(sentence)


def test_every_sentence_has_one_chinese():
    assert len(CHINESE) == sum(len(part) for part in PARTS)


def test_whatever_a_cell_should_hold_is_said_in_chinese():
    english = [
        str(column.expected)
        for columns in COLUMNS.values()
        for column in columns
        if column.parse not in {cells.tier, cells.staff_role, cells.team_role}
        and column.expected == told(column.expected, "zh_CN")
    ]

    assert english == []


def test_a_bad_row_is_said_in_the_staffs_language():
    error = BadFile(
        [
            Problem(
                source=Phrase("{name}, sheet {sheet}", name="a.xlsx", sheet="客户"),
                row=3,
                column="名称",
                value="",
                expected=Phrase("a name of at most {limit} characters", limit=500),
            )
        ]
    )

    assert refusal(error, "zh_CN") == (
        "没有导入任何内容：a.xlsx，工作表“客户”，第 3 行，名称：“”；"
        "应为：不超过 500 个字的名称。"
    )
    assert refusal(error, "en") == str(error)


def test_columns_are_named_as_the_readers_language_names_them():
    with pytest.raises(BadFile) as caught:
        kinds([Table(source="a.csv", rows=(("foo", "bar"), ("1", "2")))])

    said = refusal(caught.value, "zh_CN")
    assert "服务小组：客户编号、员工编号、服务角色" in said
    assert "teams: account, staff, role" in str(caught.value)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_a_refusal_speaks_the_staffs_terms():
    error = UserError(
        "{number} is {state}, so '{action}' does nothing; possible now: {possible}.",
        number="T-0001",
        state=Priority.URGENT,
        action=Action.TAKE_UP,
        possible=[Action.REOPEN, Action.NOTE],
    )

    assert refusal(error, "zh_CN") == (
        "T-0001 的状态是“紧急”，不能“接手”；现在可以：重新打开、备注。"
    )
    assert refusal(UserError("Only in English {so far}."), "zh_CN") == (
        "Only in English {so far}."
    )


@pytest.mark.parametrize("module", ["flows.tickets", "flows.onboarding"])
def test_a_click_on_a_form_imports_nothing_heavy(module):
    code = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout.split()

    assert HEAVY & set(loaded) == set()
