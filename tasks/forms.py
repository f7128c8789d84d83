"""The forms speak the staff's language and offer the accounts, people and tickets of now."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Literal

import httpx
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate
from prefect.client.schemas.responses import DeploymentResponse
from pydantic import BaseModel, ConfigDict

from kam_flows.domain.account_file import EntryKind, promise_choice
from kam_flows.domain.accounts import Tier
from kam_flows.domain.checklists import title_of
from kam_flows.domain.choices import choice, code_in
from kam_flows.domain.events import Reply, kinds_of_events
from kam_flows.domain.mails import Decision
from kam_flows.domain.tickets import Action, Priority
from kam_flows.domain.touchpoints import SignalKind, TouchpointKind
from kam_flows.domain.visit_records import Recording, Satisfaction
from kam_flows.persistence.unit_of_work import UnitOfWork, unit_of_work
from kam_flows.policies.event_maps import event_maps
from kam_flows.policies.load import presets
from kam_flows.rendering.outboxes import mail_choice
from kam_flows.rendering.words import word
from kam_flows.settings import PROJECT, Language, settings

FORMS = PROJECT / "deployments" / "forms.yaml"
TICKETS_OFFERED = 500
ACCOUNTS_OFFERED = 2000
MAILS_OFFERED = 200
PROMISES_OFFERED = 500
LOG = logging.getLogger(__name__)

List = Literal[
    "tickets",
    "staff",
    "everybody",
    "accounts",
    "items",
    "scenes",
    "event_maps",
    "policies",
    "priorities",
    "actions",
    "mails",
    "decisions",
    "entry_kinds",
    "promises",
    "languages",
    "handovers",
    "touchpoints",
    "touchpoint_kinds",
    "satisfaction",
    "signals",
    "recordings",
    "cares",
    "care_steps",
    "occasions",
    "occasion_kinds",
    "events",
    "event_kinds",
    "replies",
    "tiers",
]
CLOSED = frozenset(
    {
        "priorities",
        "actions",
        "decisions",
        "entry_kinds",
        "languages",
        "touchpoint_kinds",
        "satisfaction",
        "signals",
        "recordings",
        "event_kinds",
        "replies",
        "tiers",
    }
)
"""Lists that hold all there is; from the others people may stray and type a code."""

Choices = Mapping[List, Mapping[str, str]]
"""For each list what it offers: the code, and the words a form shows for it."""
Schema = dict[str, Any]

STRAY = {"zh_CN": ("从列表选择", "手工输入"), "en": ("Choose", "Type it")}


class Strict(BaseModel):
    """A word that is not known here is a typing mistake, and is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    zh_CN: str
    en: str

    def spoken(self, language: Language) -> str:
        return self.zh_CN if language == "zh_CN" else self.en


class Field(Strict):
    """What a form says about one parameter."""

    title: Words
    help: Words
    choices: List | None = None


class Differs(Strict):
    """What one form says differently about it."""

    title: Words | None = None
    help: Words | None = None
    choices: List | None = None


class Forms(Strict):
    """The file `deployments/forms.yaml`."""

    parameters: dict[str, Field]
    forms: dict[str, dict[str, Differs]]

    def field(self, form: str, parameter: str) -> Field | None:
        """None for a parameter that nobody has found words for."""
        field = self.parameters.get(parameter)
        differs = self.forms.get(form, {}).get(parameter)
        if field is None or differs is None:
            return field
        return Field(
            title=differs.title or field.title,
            help=differs.help or field.help,
            choices=differs.choices or field.choices,
        )


@cache
def forms() -> Forms:
    return Forms.model_validate(yaml.safe_load(FORMS.read_text(encoding="utf-8")))


async def refresh_forms() -> int:
    """Bring every form up to date with the database; how many had to be changed.

    Also notes which deployment stands behind each form, for links in mails. A server
    that does not answer leaves the forms as they were: no work waits for their words.
    """
    try:
        async with get_client() as client:
            ours = [d for d in await client.read_deployments() if is_ours(d)]
            offered = remember({d.name: str(d.id) for d in ours})
            updates = {
                d.id: schema
                for d in ours
                if (
                    schema := shown_form(
                        d.name, d.parameter_openapi_schema or {}, offered
                    )
                )
                != d.parameter_openapi_schema
            }
            await asyncio.gather(
                *(
                    client.update_deployment(
                        id_, DeploymentUpdate(parameter_openapi_schema=schema)
                    )
                    for id_, schema in updates.items()
                )
            )
    except httpx.HTTPError as error:
        LOG.warning("The forms could not be brought up to date: %s", error)
        return 0
    return len(updates)


def have_lost_titles(deployments: Iterable[DeploymentResponse]) -> bool:
    """Whether `prefect deploy` has put bare forms in the place of those with words."""
    language = settings().language
    return any(
        shown.get("title") != field.title.spoken(language)
        for one in deployments
        for name, shown in (one.parameter_openapi_schema or {})
        .get("properties", {})
        .items()
        if (field := forms().field(one.name, name))
    )


def is_ours(deployment: DeploymentResponse) -> bool:
    """Other people may use the same server: their forms are left alone."""
    return (deployment.entrypoint or "").startswith("flows")


def remember(ids: dict[str, str]) -> Choices:
    """Keep the ids of the deployments, if they are new; what the forms offer now."""
    with unit_of_work(read_only=True) as uow:
        known = uow.forms.ids()
        offered = choices(uow, datetime.now(UTC), settings().language)
    if known | ids != known:
        with unit_of_work() as uow:
            uow.forms.remember(ids)
    return offered


def choices(uow: UnitOfWork, now: datetime, language: Language) -> Choices:
    policy = uow.policies.current(now)
    scenes, checklist = policy.scenes, policy.onboarding.items
    return {
        "tickets": by_code(uow.tickets.choices(TICKETS_OFFERED)),
        "staff": by_code(uow.people.choices()),
        "everybody": by_code(uow.people.choices(gone=True)),
        "accounts": by_code(uow.accounts.choices(ACCOUNTS_OFFERED)),
        "items": by_code(choice(i.code, title_of(i, language)) for i in checklist),
        "scenes": {code: titles.get(language, code) for code, titles in scenes.items()},
        "event_maps": {name: name for name in event_maps()},
        "policies": {name: name for name in presets()},
        "priorities": terms(Priority, language),
        "actions": terms(Action, language),
        "mails": by_code(
            mail_choice(mail, language) for mail in uow.outbox.waiting(MAILS_OFFERED)
        ),
        "decisions": terms(Decision, language),
        "entry_kinds": terms(EntryKind, language),
        "promises": by_code(
            promise_choice(*promise)
            for promise in uow.files.open_promises(limit=PROMISES_OFFERED)
        ),
        "languages": {"zh_CN": "中文", "en": "English"},
        "handovers": by_code(uow.handovers.choices()),
        "touchpoints": by_code(uow.touchpoints.choices()),
        "touchpoint_kinds": terms(TouchpointKind, language),
        "satisfaction": terms(Satisfaction, language),
        "signals": terms(SignalKind, language),
        "recordings": terms(Recording, language),
        "cares": by_code(uow.cares.choices()),
        "care_steps": by_code(
            choice(*step) for step in policy.care.step_titles(language).items()
        ),
        "occasions": by_code(uow.occasions.choices()),
        "occasion_kinds": by_code(
            choice(one.kind, policy.care.title(one.kind, language))
            for one in policy.care.of_accounts
        ),
        "events": by_code(uow.events.choices()),
        "event_kinds": {
            kind.kind: kind.titles.get(language, kind.kind)
            for kind in kinds_of_events(policy.care)
        },
        "replies": terms(Reply, language),
        "tiers": terms(Tier, language),
    }


def by_code(shown: Iterable[str]) -> dict[str, str]:
    return {code_in(choice): choice for choice in shown}


def terms(kind: type[StrEnum], language: Language) -> dict[str, str]:
    return {member.value: word(member, language) for member in kind}


def shown_form(
    form: str, schema: Schema, offered: Choices, language: Language | None = None
) -> Schema:
    """The schema as staff are to see it; of one shown already, the same."""
    language = language or settings().language
    shown = {
        name: shown_field(given, field, offered, language)
        if (field := forms().field(form, name))
        else given
        for name, given in schema.get("properties", {}).items()
    }
    return {**schema, "properties": shown}


def shown_field(
    given: Schema, field: Field, offered: Choices, language: Language
) -> Schema:
    shown = without_none(given) | {
        "title": field.title.spoken(language),
        "description": field.help.spoken(language).format(timezone=settings().timezone),
    }
    if field.choices is None:
        return shown
    words = offered[field.choices]
    if shown.get("type") == "array":
        # Of what such a list leaves out nobody could type the code.
        is_whole = len(words) < ACCOUNTS_OFFERED
        among = {"enum": [*words.values()]} if is_whole else {}
        return shown | {"items": {"type": "string", **among}}
    if "default" in shown:
        shown["default"] = words.get(shown["default"], shown["default"])
    shown = {k: v for k, v in shown.items() if k not in {"type", "enum", "anyOf"}}
    if not words:
        return shown | {"type": "string"}
    # What may stay empty can also be emptied again.
    empty = [""] if shown.get("default") == "" else []
    listed = {"type": "string", "enum": [*empty, *words.values()]}
    if field.choices in CLOSED:
        return shown | listed
    # A link in an old mail may name a ticket that is no longer offered. As one of a list
    # alone it would be refused before our flow could say why.
    choose, type_it = STRAY[language]
    return shown | {
        "anyOf": [{"title": choose} | listed, {"title": type_it, "type": "string"}]
    }


def without_none(given: Schema) -> Schema:
    """What may stay empty is shown as what it is, without a switch for "None"."""
    rest = dict(given)
    kinds = [kind for kind in given.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del rest["anyOf"]
        rest |= kinds[0]
    if "default" in rest and rest["default"] is None:
        del rest["default"]
    return rest
