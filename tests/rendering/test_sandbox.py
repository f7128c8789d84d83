"""No template reaches behind its fields or goes on for ever; its file is named."""

import shutil
from pathlib import Path

import pytest
from docx import Document

from kam_flows.domain.errors import UserError
from kam_flows.rendering.agreements import document
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.care_letters import draft
from kam_flows.rendering.care_samples import letter_facts
from kam_flows.rendering.mails import render
from kam_flows.rendering.samples import sample
from kam_flows.settings import settings

BEHIND = [
    "{{ ''.__class__.__mro__ }}",
    "{{ ''['__class__'] }}",
    "{{ self.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{{ dict.mro() }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ 'x'.ljust(10000000000) }}",
    "{{ 'x'.replace('', 'y') }}",
    "{{ 1.0.fromhex('1') }}",
    "{{ [].append(1) }}",
]
UNKNOWN = ["{{ os.system('id') }}", "{{ lipsum() }}", "{% include '../mail.css' %}"]
DOUBLED = (
    "{{% set a = namespace(x='xy') %}}{{% for b in range(99) %}}"
    "{{% set a.x = a.x {} a.x %}}{{% endfor %}}"
)
ENDLESS = [
    "{% for a in range(100000000) %}{% endfor %}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() ~ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{{ f(n - 1) ~ f(n - 1) if n }}{% endmacro %}{{ f(40) }}",
    DOUBLED.format("~"),
    DOUBLED.format("+"),
    "{{ 'x' * 10000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%10000000000d' % 1 }}",
    "{{ " + "(" * 3000 + ")" * 3000 + " }}",
    "{% for a in [1] %}" * 30 + "{% endfor %}" * 30,
    "{% for a in range(9) %}" + "x" * 700_000 + "{% endfor %}",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "templates"
    shutil.copytree(settings().templates, copy)
    monkeypatch.setenv("KAM_TEMPLATES", str(copy))
    settings.cache_clear()
    return copy


@pytest.mark.parametrize("reach", [*BEHIND, *UNKNOWN, *ENDLESS])
def test_a_mail_of_such_a_template_is_refused_by_the_name_of_its_file(reach, folder):
    template = folder / "escalation" / "ticket_yours.txt.j2"
    text = template.read_text("utf-8").replace("{% block why %}", "{% block why %}\x00")
    template.write_text(text.replace("\x00", reach), "utf-8")

    with pytest.raises(UserError, match="escalation/ticket_yours") as refused:
        render(sample("escalation/ticket_yours", "en"))

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("reach", [*BEHIND, *UNKNOWN, *ENDLESS])
def test_so_is_a_letter(reach, folder):
    written = folder / "care" / "letters" / "birthday.ours.en.txt.j2"
    written.write_text(f"Hello\n\n{reach}", "utf-8")

    with pytest.raises(UserError, match=r"birthday\.ours\.en"):
        draft(letter_facts("birthday", "en"), "ours", "en")


@pytest.mark.parametrize("reach", [*BEHIND, *UNKNOWN[:2], *ENDLESS[:-1]])
def test_so_is_an_agreement(reach, tmp_path):
    word = Document()
    for text in ("{{ account }} {{ version }} {{ promises }}", reach):
        word.add_paragraph(text)
    word.save(str(tmp_path / "ours.docx"))

    with pytest.raises(UserError, match=r"ours\.docx"):
        document(
            tmp_path / "ours.docx", {"account": "x", "version": 1, "promises": "y"}
        )


def test_what_was_refused_is_said_in_chinese_too(folder):
    template = folder / "escalation" / "ticket_yours.txt.j2"
    template.write_text("\n{{ ''.__class__ }}", "utf-8")

    with pytest.raises(UserError) as refused:
        render(sample("escalation/ticket_yours", "en"))

    assert refusal(refused.value, "zh_CN") == (
        "模板 escalation/ticket_yours.txt.j2:2 无法填写：它访问了 str 的“__class__”，模板不允许这样做。"
    )
