"""Letters of care as they are read: every wording in both languages, and what none may do.

`KAM_RECORD=1 pytest tests/rendering` writes the goldens anew; look at the difference.
"""

import os
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from kam_flows.domain.care_letters import (
    Letter,
    LetterFacts,
    choose_variant,
    framed,
    is_short,
    strange_numbers,
)
from kam_flows.domain.care_rules import Action
from kam_flows.domain.errors import UserError
from kam_flows.mail.mime import build
from kam_flows.policies.load import load_preset, presets
from kam_flows.rendering.answers import refusal
from kam_flows.rendering.care_letters import draft, laid_out, variants, written_as
from kam_flows.rendering.care_samples import carried, letter_facts
from kam_flows.rendering.mails import render
from kam_flows.rendering.sample_reader import NOW
from kam_flows.rendering.words import LANGUAGES
from kam_flows.settings import settings

GOLDENS = Path(__file__).parents[1] / "goldens" / "care" / "letters"
WORDINGS = sorted(
    path.name.removesuffix(".txt.j2")
    for path in (settings().templates / "care" / "letters").iterdir()
)
KINDS = sorted({name.split(".")[0] for name in WORDINGS})
FULL, SHORT = 3, 3
"""How many wordings of either length every kind has at least."""
OF_OURS = re.compile(
    "KAM|http|工单|客户编号|主客户经理|分级|ticket|escalat|tier|account (?!Manager)",
    re.IGNORECASE,
)
"""Words that staff use among themselves."""


def bare(facts: LetterFacts) -> LetterFacts:
    """The same contact, of whom nothing more is known."""
    return LetterFacts(
        kind=facts.kind,
        account_name=facts.account_name,
        contact=facts.contact,
        on=facts.on,
        dated=facts.dated,
        sender=facts.sender,
        house=facts.house,
    )


def drafted(name: str) -> tuple[Letter, LetterFacts]:
    kind, variant, language = name.split(".")
    facts = letter_facts(kind, language)
    if is_short(variant):
        facts = bare(facts)
    return draft(facts, variant, language), facts


def text(letter: Letter) -> str:
    return "\n".join([letter.subject, "", *laid_out(letter)])


@pytest.mark.parametrize("name", WORDINGS)
def test_a_letter_reads_as_its_golden(name):
    golden = GOLDENS / f"{name}.txt"
    written = text(drafted(name)[0]) + "\n"
    if os.environ.get("KAM_RECORD"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(written, "utf-8")

    assert golden.exists(), f"record it: KAM_RECORD=1 ({golden.name})"
    assert written == golden.read_text("utf-8")


def test_no_golden_of_a_letter_is_left_over():
    assert sorted(path.name.removesuffix(".txt") for path in GOLDENS.iterdir()) == (
        WORDINGS
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_the_same_wordings_in_both_languages(kind):
    chinese, english = (variants(kind, language) for language in LANGUAGES)
    short = [name for name in chinese if is_short(name)]

    assert chinese == english
    assert len(chinese) - len(short) >= FULL
    assert len(short) >= SHORT
    assert not any(chinese[name] for name in short)


@pytest.mark.parametrize("name", WORDINGS)
def test_a_wording_says_what_it_needs(name):
    """With just that on record it can be drafted, whenever it leaves."""
    kind, variant, language = name.split(".")
    whole = letter_facts(kind, language)
    needs = variants(kind, language)[variant]
    facts = replace(bare(whole), **{need: getattr(whole, need) for need in needs})
    if "hours" in needs:
        facts = replace(facts, solved=whole.solved)

    for days in (-2, 0, 2):
        draft(replace(facts, dated=facts.on + timedelta(days)), variant, language)


@pytest.mark.parametrize("name", WORDINGS)
def test_a_letter_has_no_number_but_those_on_record(name):
    letter, facts = drafted(name)

    assert strange_numbers(text(letter), facts) == []


@pytest.mark.parametrize("name", WORDINGS)
def test_a_letter_has_no_word_of_ours_and_is_short(name):
    letter, _ = drafted(name)
    body = "".join(letter.paragraphs)

    assert OF_OURS.search(body) is None
    assert len(body) < (200 if name.endswith("zh_CN") else 600)
    assert len(letter.paragraphs) <= 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [letter_facts, lambda *a: bare(letter_facts(*a))])
def test_three_years_of_a_contacts_letters_differ(known, kind, language):
    facts, read = known(kind, language), set()
    used: dict[int, str] = {}
    for edition in range(2026, 2029):
        used[edition] = choose_variant(facts, variants(kind, language), used, edition)
        read.add(draft(facts, used[edition], language).paragraphs)

    assert len(read) == 3


def test_a_birthday_letter_tells_nobody_their_age():
    for name in WORDINGS:
        if name.startswith("birthday."):
            _, variant, language = name.split(".")
            facts = replace(
                letter_facts("birthday", language), years=57, since=date(1969, 10, 1)
            )

            assert not re.search("57|1969", text(draft(facts, variant, language)))


def with_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, wording: str
) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(settings().templates, folder)
    (folder / "care" / "letters" / f"{name}.txt.j2").write_text(wording, "utf-8")
    monkeypatch.setenv("KAM_TEMPLATES", str(folder))
    settings.cache_clear()


def test_a_missing_field_fails_that_letter_with_its_name(tmp_path, monkeypatch):
    with_wording(tmp_path, monkeypatch, "birthday.ours.en", "Hello\n\n{{ years }}")
    facts = letter_facts("birthday", "en")

    assert draft(facts, "ours", "en").paragraphs == ("3",)
    with pytest.raises(UserError, match=r"birthday\.ours\.en .*'years', which is not"):
        draft(bare(facts), "ours", "en")


@pytest.mark.parametrize("wording", ["Hello\n\n{{ yeers }}", "A\n\n{{ on.nothing }}"])
def test_a_misspelt_field_is_named(wording, tmp_path, monkeypatch):
    with_wording(tmp_path, monkeypatch, "birthday.ours.en", wording)

    with pytest.raises(UserError, match=r"yeers|nothing"):
        draft(letter_facts("birthday", "en"), "ours", "en")


@pytest.mark.parametrize(
    "wording", ["{% if %}", "{{ on|of }}", "{{ years|full_date }}", "{{ on + 1 }}"]
)
def test_a_wording_that_cannot_be_filled_in_is_named(wording, tmp_path, monkeypatch):
    with_wording(tmp_path, monkeypatch, "birthday.ours.en", f"Hello\n\n{wording}")

    with pytest.raises(UserError, match=r"birthday\.ours\.en cannot be written"):
        draft(letter_facts("birthday", "en"), "ours", "en")


@pytest.mark.parametrize("wording", ["", "Hello", "Hello\n\n{% if late %}x{% endif %}"])
def test_a_wording_that_says_nothing_is_named(wording, tmp_path, monkeypatch):
    with_wording(tmp_path, monkeypatch, "birthday.ours.en", wording)

    with pytest.raises(UserError, match=r"birthday\.ours\.en says nothing"):
        draft(letter_facts("birthday", "en"), "ours", "en")


def test_a_wording_can_need_only_what_there_is(tmp_path, monkeypatch):
    wording = "{# needs: yeers #}\nHello\n\n{{ yeers }}"
    with_wording(tmp_path, monkeypatch, "birthday.ours.en", wording)

    with pytest.raises(UserError, match=r"birthday\.ours\.en needs 'yeers'"):
        variants("birthday", "en")


def test_a_kind_nobody_has_written_for_is_named():
    with pytest.raises(UserError, match="no wording for 'summit' in zh_CN") as error:
        variants("summit", "zh_CN")

    assert refusal(error.value, "zh_CN").startswith("“summit”没有 zh_CN 的信稿")


@pytest.mark.parametrize("scheme", presets())
def test_whatever_a_preset_writes_letters_on_has_wordings(scheme):
    for kind in load_preset(scheme).care.occasions:
        if any(Action.LETTER in one.actions for one in kind.treatments):
            for language in LANGUAGES:
                name = written_as(kind.kind, kind.source, language)
                assert len(variants(name, language)) >= FULL, (kind.kind, language)


@pytest.mark.parametrize("field", ["contact", "sender", "house", "account_name"])
def test_nobody_is_greeted_and_nothing_is_signed_with_nothing(field):
    nothing: dict[str, Any] = {field: " \u200b"}
    facts = replace(letter_facts("birthday", "en"), **nothing)

    with pytest.raises(UserError, match=f"'{field}', which is not on record"):
        draft(facts, "short", "en")


@pytest.mark.parametrize(
    ("name", "title", "greeted"),
    [
        ("王芳", "副总经理", "尊敬的王总："),
        ("王芳", "生产总监", "尊敬的王总："),
        ("司马光", "常务副总", "尊敬的司马总："),
        ("欧阳明", "信息技术经理", "尊敬的欧阳经理："),
        ("王芳", "董事长", "尊敬的王董事长："),
        ("王芳", "", "尊敬的王芳，您好！"),
        ("王芳", "首席数据官", "尊敬的王芳，您好！"),
        ("王芳", "总经理助理", "尊敬的王芳，您好！"),
        ("李老师", "教研组长", "尊敬的李老师："),
        ("John Smith", "总经理", "尊敬的 John Smith，您好！"),
    ],
)
def test_nobody_is_called_mister_or_madam_by_guess(name, title, greeted):
    facts = replace(letter_facts("birthday", "zh_CN"), contact=name, title=title)

    assert draft(facts, "short", "zh_CN").salutation == greeted


@pytest.mark.parametrize("language", LANGUAGES)
def test_typed_names_are_shown_as_typed(language):
    facts = replace(
        letter_facts("cooperation_anniversary", language),
        contact="<script>alert(1)</script>",
        projects=("{{ 7*7 }}\n\nBcc: all@example.com",),
    )
    mail = render(carried(draft(facts, "together", language), facts))

    assert "<script>" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in mail.html
    assert "{{ 7*7 }} Bcc: all@example.com" in mail.html
    assert "<script>alert(1)</script>" in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_names_are_cut_and_wrap(language):
    long = "无穷" * 100 if language == "zh_CN" else "Endless" * 40
    facts = replace(
        letter_facts("cooperation_anniversary", language),
        contact=long,
        account_name=long,
        projects=(long,) * 9,
        house=long[:90],
    )
    mail = render(carried(draft(facts, "together", language), facts))

    assert len(mail.subject) <= 120
    assert max(map(len, mail.text.splitlines())) < 600
    assert "overflow-wrap:break-word" in mail.html.replace(": ", ":")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_comes_from_its_sender_and_answers_go_there(language):
    facts = letter_facts("birthday", language)
    rendered = render(carried(draft(facts, "short", language), facts))
    raw = build(rendered, sender="KAM <kam@example.com>", reply_to="", date=NOW)
    mail = message_from_bytes(raw, policy=policy.default)

    assert mail["From"] == f"{facts.sender} <kam@example.com>"
    assert mail["Reply-To"] == f"{facts.sender} <wang.fang@example.com>"
    assert "KAM" not in rendered.text + re.sub("<[^>]*>", "", rendered.html)
    assert "href" not in rendered.html


def test_words_of_ones_own_are_no_template_and_no_markup():
    facts = letter_facts("birthday", "zh_CN")
    own = framed(draft(facts, "short", "zh_CN"), "{{ sender }} <b>您好</b>")
    mail = render(carried(own, facts))

    assert "\u3000\u3000{{ sender }} <b>您好</b>\n" in mail.text
    assert "{{ sender }} &lt;b&gt;您好&lt;/b&gt;" in mail.html


def test_a_chinese_letter_ends_on_the_right_with_its_date_in_words():
    *_, house, name, day = laid_out(drafted("birthday.short.zh_CN")[0])

    assert (house.strip(), name.strip()) == ("东岳智能装备", "客户经理\u3000王芳")
    assert day == "\u3000" * 22 + "二〇二六年九月三十日"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh_CN", "解决了 46\u00a0个，其中半数在 6\u00a0小时内"),
        ("en", "1\u00a0October marks three years"),
    ],
)
def test_no_line_breaks_between_a_number_and_what_it_counts(language, told):
    letter, _ = drafted(f"cooperation_anniversary.served.{language}")

    assert told in "\n".join(letter.paragraphs)
