"""Sample letters of care: what is on record of a made-up contact, and their mails."""

from collections.abc import Callable, Mapping
from datetime import date

from kam_flows.domain.care_letters import CareLetter, Letter, LetterFacts, framed
from kam_flows.domain.mails import Mail
from kam_flows.domain.survey import Dimension
from kam_flows.rendering.care_letters import draft
from kam_flows.rendering.sample_reader import said


def letter_facts(kind: str, language: str) -> LetterFacts:
    """All that a letter of this kind could say, three years after the signing."""
    return LetterFacts(
        kind=kind,
        account_name=said(language, "上海海岚精密仪器", "Shanghai Hailan Instruments"),
        contact=said(language, "张伟", "Zhang Wei"),
        contact_code="C-HAILAN-01",
        title=said(language, "采购总监", "Purchasing Director"),
        on=date(2026, 10, 1),
        dated=date(2026, 9, 30),
        about=said(language, "星河 3 代检测仪", "Xinghe 3"),
        since=date(2023, 10, 1),
        years=3,
        projects=(
            said(language, "三号车间视觉检测", "visual inspection in hall 3"),
            said(language, "备件就近备库", "a local stock of spare parts"),
        ),
        solved=46,
        hours=6,
        mattered=(Dimension.DELIVERY, Dimension.RED_LINES),
        sender=said(language, "王芳", "Wang Fang"),
        house=said(language, "东岳智能装备", "Dongyue Smart Machines"),
    )


def letter(language: str) -> CareLetter:
    facts = letter_facts("cooperation_anniversary", language)
    return carried(draft(facts, "together", language), facts)


def own_words(language: str) -> CareLetter:
    """The same, as its sender wrote it anew."""
    facts = letter_facts("cooperation_anniversary", language)
    body = said(
        language,
        "三年前第一次去三号车间，您带我从头看到尾，那一天我学到的比一个月都多。\n"
        "谢谢您，张总。国庆之后我去看您。",
        "When I first came to hall 3 three years ago, you showed me all of it, and I learned "
        "more on that day than in the month before.\n"
        "Thank you. I shall come and see you after the holidays.",
    )
    return carried(framed(draft(facts, "short", language), body), facts)


def carried(letter: Letter, facts: LetterFacts) -> CareLetter:
    return CareLetter(
        recipient=facts.contact_code,
        address="zhang.wei@example.com",
        name=facts.contact,
        language=letter.language,
        timezone="Asia/Shanghai",
        dedup_key="sample:care letter",
        from_name=facts.sender,
        answers_to=(facts.sender, "wang.fang@example.com"),
        letter=letter,
    )


CARE_SAMPLES: Mapping[str, Callable[[str], Mail]] = {
    "care/letter": letter,
    "care/letter.own_words": own_words,
}
