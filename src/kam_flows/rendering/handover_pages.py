"""Artifacts of a handover: what was handed over, and what somebody who left leaves."""

from collections.abc import Iterable, Sequence

from kam_flows.domain.handover_mails import HandoverBrief, LeftAccount
from kam_flows.domain.people import Staff
from kam_flows.rendering.answers import headings
from kam_flows.rendering.catalog import catalog
from kam_flows.rendering.cleaning import cell, cleaned, clipped
from kam_flows.rendering.handover_words import (
    brief_facts,
    counted,
    in_words,
    left_there,
)
from kam_flows.rendering.speech import Speech
from kam_flows.settings import settings

LENGTH = 300
"""Characters of an item on the page; the record keeps all of them."""


def handover_page(brief: HandoverBrief, language: str, timezone: str) -> str:
    """All that moved and all that is to be accepted, in Markdown."""
    brief = cleaned(brief)
    say = Speech(
        catalog(settings().templates, language), language, timezone, brief.as_of
    )
    facts = brief_facts(brief, say)
    head = headings(language)
    lines = [
        f"## {cell(facts.title)}",
        "",
        cell(facts.about),
        "",
        *(f"- {cell(fact.label)}: {cell(fact.value)}" for fact in facts.rows),
        "",
        cell(counted(brief, say)),
        "",
        _row([head("number"), head("kind"), head("text"), head("detail")]),
        _row(["---"] * 4),
    ]
    for one in brief.items:
        words = in_words(one.item, say, LENGTH)
        detail = cell(" · ".join(part for part in (words.note, words.late) if part))
        lines.append(
            _row([str(words.place), say.word(one.item.kind), cell(words.text), detail])
        )
    return "\n".join(lines)


def leaver_page(person: Staff, accounts: Sequence[LeftAccount], language: str) -> str:
    """The accounts that need somebody else, each with the form that hands it over."""
    say = Speech(catalog(settings().templates, language), language, "UTC", None)
    head = headings(language)
    title = f"## {cell(person.name)} ({cell(person.code)})"
    if not accounts:
        return title
    rows = [
        _row([_account(one), cell(left_there(one, say)), _next(one, say)])
        for one in accounts
    ]
    heads = _row([head("accounts"), head("detail"), head("what to do")])
    return "\n".join([title, "", heads, _row(["---"] * 3), *rows])


def _account(account: LeftAccount) -> str:
    return f"**{cell(account.code)}** {cell(clipped(account.account_name, 80))}"


def _next(account: LeftAccount, say: Speech) -> str:
    if account.is_under_way:
        return say.texts.gettext(
            "A successor is named; the handover is not accepted yet."
        )
    label = say.texts.gettext("Hand over")
    return f"[{label}]({account.link})" if account.link else label


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
