"""What a form answers to the person who submitted it, in the staff's language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kam_flows.domain.errors import Phrase, UserError, in_short
from kam_flows.domain.portfolio_columns import Column
from kam_flows.rendering.chinese import CHINESE
from kam_flows.rendering.vocabulary import WORDS
from kam_flows.rendering.words import listed, spoken, word

NOUNS: Mapping[str, str] = {
    "ticket": "工单",
    "person": "员工",
    "account": "客户",
    "staff": "员工",
    "accounts": "客户",
    "contacts": "联系人",
    "teams": "服务小组",
    "handover": "交接",
    "checklist item": "清单项",
    "transactions": "交易",
    "care": "关怀",
    "contact": "联系人",
    "occasion": "关怀节点",
    "occasions": "关怀节点",
    "touchpoint": "触达",
    "event": "活动",
    "event step": "活动步骤",
    "kind of event": "活动类型",
    "guest": "嘉宾",
}


def refusal(error: UserError | Phrase, language: str) -> str:
    """The sentence of an error; in English where nobody has said it in Chinese."""
    if error.sentence not in CHINESE:
        return str(error)
    return say(error.sentence, language, **error.values)


def told(words: str, language: str) -> str:
    """A phrase in the reader's language; what people typed stays as they typed it."""
    return refusal(words, language) if isinstance(words, Phrase) else words


def say(sentence: str, language: str, /, **values: object) -> str:
    """The sentence with its values, terms and lists said in the reader's language.

    A value may have any name: that of `{language}` is not the reader's.
    """
    template = sentence if spoken(language) else CHINESE[sentence]
    known = {name: _told(value, language) for name, value in values.items()}
    if "kind" in known and not spoken(language):
        known["kind"] = NOUNS.get(known["kind"], known["kind"])
    return template.format_map(known)


def headings(language: str) -> Callable[[str], str]:
    """Says the headings of a table in the reader's language."""
    return lambda words: say(words, language)


def sentence(parts: Iterable[str], language: str) -> str:
    return f"{'; '.join(parts)}." if spoken(language) else f"{'；'.join(parts)}。"


def local(at: datetime, timezone: str) -> str:
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def _told(value: object, language: str) -> str:
    if isinstance(value, StrEnum) and type(value) in WORDS:
        return word(value, language)
    if isinstance(value, Phrase):
        return told(value, language)
    if isinstance(value, Column):
        return value.field if spoken(language) else value.words[0]
    if isinstance(value, list | tuple):
        return listed((_told(item, language) for item in value), language)
    return in_short(value)
