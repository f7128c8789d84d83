"""An SLA agreement as a Word document, from a template that staff edit in Word.

What a template may name stands in `fields_of`; text around it is the company's own.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, UndefinedError

from kam_flows.domain.accounts import Tier
from kam_flows.domain.agreements import Terms, is_business
from kam_flows.domain.durations import Duration
from kam_flows.domain.errors import UserError
from kam_flows.domain.people import TeamRole
from kam_flows.domain.policy import Anchor, Target, Until
from kam_flows.domain.telling import Tell
from kam_flows.domain.tickets import Priority
from kam_flows.files import DAMAGE, check_office_file, contents
from kam_flows.rendering.answers import say
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.sandbox import Sandbox, filling_in
from kam_flows.rendering.words import (
    WEEKDAYS,
    lacking,
    listed,
    span,
    spoken,
    word,
    zone,
)

NEEDED = ("account", "version", "promises")
"""Fields without which a document promises nobody anything."""
NONE = "—"
TIME_TO = {
    Anchor.RESPOND_BY: "time to respond",
    Anchor.PLAN_BY: "time to plan",
    Anchor.RESOLVE_BY: "time to resolve",
}
# As Jinja words it: "'x' is undefined", "'dict object' has no attribute 'x'".
NAMED = re.compile(r"'([^']*)'(?: is undefined)?$")

LARGEST = 20
"""MB of a template; one with a page of pictures has five."""
MISTAKES = (TemplateError, ArithmeticError, TypeError, ValueError)
"""What an expression in a template can end in."""

Fields = Mapping[str, Any]


def document(template: Path, fields: Fields) -> bytes:
    """The template filled in. Raises UserError naming the template and what is wrong."""
    word = _opened(template)
    env = Sandbox(autoescape=True)
    try:
        with filling_in(template):
            _check_fields(template, word.get_undeclared_template_variables(env), fields)
            word.render(fields, env)
    except UndefinedError as error:
        named = NAMED.search(str(error))
        raise _unknown(template, named[1] if named else str(error), fields) from error
    except MISTAKES as error:
        raise UserError(
            "The template {template} cannot be filled in: {why}.",
            template=template,
            why=str(error).rstrip("."),
        ) from error
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _opened(template: Path) -> Any:
    from docxtpl import DocxTemplate

    try:
        content = contents(template, LARGEST)
    except OSError as error:
        raise UserError(
            "{path} cannot be read ({why}).", path=template, why=error.strerror
        ) from error
    try:
        check_office_file(template.name, content)
        word = DocxTemplate(io.BytesIO(content))
        word.init_docx()
    except DAMAGE as error:
        raise UserError(
            "The template {template} cannot be opened as a Word document; save it again "
            "as .docx.",
            template=template,
        ) from error
    return word


def _check_fields(template: Path, named: set[str], fields: Fields) -> None:
    for field in sorted(named - fields.keys()):
        raise _unknown(template, field, fields)
    for field in NEEDED:
        if field not in named:
            raise UserError(
                "The template {template} lacks the field '{field}', without which it is "
                "no agreement; write it into the template where it belongs.",
                template=template,
                field=field,
            )


def _unknown(template: Path, field: str, fields: Fields) -> UserError:
    return UserError(
        "The template {template} names the field '{field}', which there is not; there "
        "are: {fields}.",
        template=template,
        field=field,
        fields=list(_names(fields)),
    )


def _names(fields: Fields) -> Iterator[str]:
    """`version`, `account.name`, and of lists what each of their lines has."""
    for name, value in fields.items():
        inner = value[0] if isinstance(value, list) and value else value
        if isinstance(inner, dict):
            yield from (f"{name}.{part}" for part in inner)
        else:
            yield name


def fields_of(
    terms: Terms,
    *,
    code: str,
    version: int,
    drafted_on: date,
    provider: str,
    policy: str,
    language: str,
) -> dict[str, Any]:
    """All that a template may name, in words; texts of people on one line."""
    promises, titles = terms["promises"], terms["titles"]
    written = [line[target] for line in promises["scenes"] for target in Target]
    fields = {
        "account": {
            "code": code,
            "name": terms["account"]["name"],
            "tier": word(Tier(terms["account"]["tier"]), language),
        },
        "provider": provider,
        "version": version,
        "drafted_on": day_in_words(drafted_on, language),
        "policy": policy,
        "promises": [_promise(line, titles, language) for line in promises["scenes"]],
        "working_hours": _working_hours(promises["hours"], language),
        "days_off": bool(promises["hours"] and promises["hours"]["days_off"]),
        "around_the_clock": any(time and not is_business(time) for time in written),
        "ladder": list(_ladder_lines(promises["ladders"], titles, language)),
        "team": [
            {**member, "role": word(TeamRole(member["role"]), language)}
            for member in terms["team"]
        ],
        "contacts": [
            {name: text or NONE for name, text in contact.items()}
            for contact in terms["contacts"]
        ],
    }
    cleaned: dict[str, Any] = _cleaned(fields)
    return cleaned


def promised_rows(terms: Terms, language: str) -> list[dict[str, str]]:
    """The promised times as the rows of a table."""
    rows = (
        _promise(line, terms["titles"], language)
        for line in terms["promises"]["scenes"]
    )
    return [
        {
            say("scene", language): row["scene"],
            say("priority", language): row["priority"],
            say("respond_by", language): row["respond"],
            say("plan_by", language): row["plan"],
            say("resolve_by", language): row["resolve"],
        }
        for row in rows
    ]


def day_in_words(day: date, language: str) -> str:
    if spoken(language):
        return f"{day.day} {day:%B} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def _promise(line: Terms, titles: Terms, language: str) -> dict[str, str]:
    words = (word(Priority(one), language) for one in line["priorities"])
    return {
        "scene": _title(titles, line["scene"], language),
        "priority": listed(words, language),
    } | {
        target.value: span(line[target], language) if line[target] else NONE
        for target in Target
    }


def _title(titles: Terms, scene: str, language: str) -> str:
    title: str = titles[scene].get(language) or scene
    return title


def _working_hours(hours: Terms | None, language: str) -> str:
    """`周一至周五 09:00-18:00（北京时间）`; empty where no time runs on them."""
    if hours is None:
        return ""
    names = [_weekday(place, language) for place in range(7)]
    groups = groupby(range(7), key=lambda place: hours["week"][place])
    parts = []
    for windows, group in groups:
        first, *rest = group
        days = names[first]
        if rest:
            days += ("至", "–")[spoken(language)] + names[rest[-1]]
        if windows:
            parts.append(f"{days} {listed(windows, language)}")
    named = zone(hours["timezone"], language)
    text = ("；", "; ")[spoken(language)].join(parts)
    return text + (f"（{named}）", f" ({named})")[spoken(language)]


def _weekday(place: int, language: str) -> str:
    length = (2, 3)[spoken(language)]
    return WEEKDAYS[spoken(language)][place * length : (place + 1) * length]


def _ladder_lines(
    ladders: Iterable[Terms], titles: Terms, language: str
) -> Iterator[dict[str, str]]:
    """Who is told when, ladder by ladder; the first that fits a request holds."""
    for place, ladder in enumerate(ladders):
        words = [_title(titles, scene, language) for scene in ladder["scenes"]]
        words += [word(Priority(one), language) for one in ladder["priorities"]]
        others = say("other requests" if place else "all requests", language)
        for rung in ladder["rungs"]:
            yield {
                "scope": listed(words, language) or others,
                "when": _when(rung, language),
                "who": word(Tell(rung["tell"]), language),
            }


def _when(rung: Terms, language: str) -> str:
    after, anchor = rung["after"], Anchor(rung["from"])
    absent = lacking(Until(rung["until"]), language)
    if anchor is Anchor.OPENED:
        time = span(after, language)
        return say(
            "{time} after the opening, if {lacking}",
            language,
            time=time,
            lacking=absent,
        )
    what = say(TIME_TO[anchor], language)
    if after.endswith("%"):
        return say(
            "when {share} of the {what} is used up, if {lacking}",
            language,
            share=after,
            what=what,
            lacking=absent,
        )
    if not Duration.parse(after).amount:
        return say(
            "when the {what} is over, if {lacking}",
            language,
            what=what,
            lacking=absent,
        )
    return say(
        "{time} after the {what} is over, if {lacking}",
        language,
        time=span(after, language),
        what=what,
        lacking=absent,
    )


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {name: _cleaned(item) for name, item in value.items()}
    return value
