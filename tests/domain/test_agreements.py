"""What an agreement promises is what the policy promises, and what changed is named."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kam_flows.domain.accounts import Account, Contact, Tier
from kam_flows.domain.agreements import (
    Agreement,
    Outdated,
    Signature,
    Term,
    TermChange,
    changes,
    check_signing,
    promises_of,
    terms_of,
    version_of,
    why_outdated,
)
from kam_flows.domain.errors import UserError
from kam_flows.domain.policy import Target, TargetRule
from kam_flows.domain.tickets import Priority
from kam_flows.policies.load import load_preset, presets
from tests.builders import a_person, an_account, at, targets

MONDAY = at("2026-10-12 09:00")
CASES = [(name, tier) for name in presets() for tier in Tier]


def an_agreement(**fields: Any) -> Agreement:
    defaults: dict[str, Any] = {
        "id": 1,
        "account": "ACME",
        "version": 1,
        "language": "zh_CN",
        "tier": Tier.CORE,
        "policy_id": 1,
        "terms": {"promises": promises_of(load_preset("retention"), Tier.CORE, "")},
        "drafted_at": MONDAY,
        "drafted_by": "mara",
    }
    return Agreement(**defaults | fields)


def a_signature(**fields: Any) -> Signature:
    defaults: dict[str, Any] = {
        "on": date(2026, 10, 13),
        "by": "刘总",
        "for_us": "mara",
        "place": "上海",
        "face_to_face": True,
    }
    return Signature(**defaults | fields)


@pytest.mark.parametrize(("name", "tier"), CASES)
def test_every_time_is_the_policys_for_every_scene_and_priority(name, tier):
    policy = load_preset(name)
    promises = promises_of(policy, tier, "")
    said = {
        (line["scene"], priority, target): line[target]
        for line in promises["scenes"]
        for priority in map(Priority, line["priorities"] or Priority)
        for target in Target
    }

    for scene in policy.scenes:
        for priority in Priority:
            promised = policy.targets(scene, tier, priority)
            for target in Target:
                time = promised.get(target)
                written = said.get((scene, priority, target))
                assert written == (str(time) if time else None)


@pytest.mark.parametrize(("name", "tier"), CASES)
def test_terms_are_plain_json(name, tier):
    account, people = an_account(tier=tier), {"mara": a_person("mara")}
    terms = terms_of(account, load_preset(name), people, [])

    assert json.loads(json.dumps(terms)) == terms


def test_a_core_account_of_the_retention_scheme_gets_half_the_time():
    [before, *_] = promises_of(load_preset("retention"), Tier.CORE, "")["scenes"]

    assert before == {
        "scene": "pre_sales",
        "priorities": [],
        "respond": "30bmin",
        "plan": None,
        "resolve": None,
    }


def test_priorities_with_times_of_their_own_have_lines_of_their_own():
    policy = load_preset("enterprise")
    urgent = TargetRule(targets=targets(respond="1h"), priorities=(Priority.URGENT,))
    policy = replace(policy, target_rules=(urgent, *policy.target_rules))

    lines = promises_of(policy, Tier.CORE, "")["scenes"]

    assert [(line["priorities"], line["respond"]) for line in lines[:2]] == [
        (["low", "normal", "high"], "2h"),
        (["urgent"], "1h"),
    ]


def test_hours_are_named_only_where_a_time_runs_on_them():
    assert promises_of(load_preset("enterprise"), Tier.CORE, "")["hours"] is None
    assert promises_of(load_preset("retention"), Tier.CORE, "lunch")["hours"] == {
        "timezone": "Asia/Shanghai",
        "week": [["09:00-12:00", "13:30-18:00"]] * 5 + [[], []],
        "days_off": True,
    }


def test_only_who_is_still_with_us_and_of_this_account_is_named():
    account = an_account()
    contacts = [
        Contact(code="C1", account="ACME", name="刘总", email="liu@example.com"),
        Contact(code="C2", account="OTHER", name="何芳"),
    ]
    gone = {"mara": a_person("mara", active=False)}

    assert terms_of(account, load_preset("retention"), gone, contacts)["team"] == []
    terms = terms_of(
        account, load_preset("retention"), {"mara": a_person("mara")}, contacts
    )
    assert terms["team"] == [
        {"role": "lead_manager", "name": "Mara", "email": "mara@example.com"}
    ]
    assert [contact["name"] for contact in terms["contacts"]] == ["刘总"]


@pytest.mark.parametrize(
    ("account", "policy", "why"),
    [
        (an_account(), "retention", None),
        (an_account(team=()), "retention", None),
        # Strategic accounts get the same times, but another ladder delivers at once.
        (an_account(tier=Tier.BASIC), "retention", Outdated.TIER),
        (an_account(calendar="lunch"), "retention", Outdated.CALENDAR),
        (an_account(), "enterprise", Outdated.POLICY),
    ],
)
def test_an_agreement_is_outdated_when_other_things_are_promised(
    account: Account, policy: str, why: Outdated | None
):
    now = promises_of(load_preset(policy), account.tier, account.calendar)

    assert why_outdated(an_agreement(), now, account) is why


def test_what_changed_is_named_term_by_term():
    signed = promises_of(load_preset("retention"), Tier.CORE, "")
    now = promises_of(load_preset("retention"), Tier.BASIC, "lunch")

    assert changes(signed, now) == (
        TermChange(term=Term.RESPOND, scene="pre_sales", old="30bmin", new="1bh"),
        TermChange(term=Term.RESPOND, scene="in_sales", old="1bh", new="2bh"),
        TermChange(term=Term.RESPOND, scene="after_sales", old="2bh", new="4bh"),
        TermChange(term=Term.HOURS),
    )
    assert changes(signed, signed) == ()


def test_a_scene_that_comes_or_goes_and_a_priority_of_its_own_are_named():
    base = load_preset("enterprise")
    urgent = TargetRule(targets=targets(plan="4h"), priorities=(Priority.URGENT,))
    policy = replace(base, target_rules=(urgent, *base.target_rules))
    signed = promises_of(base, Tier.CORE, "")
    found = changes(signed, promises_of(policy, Tier.CORE, ""))
    retention = changes(signed, promises_of(load_preset("retention"), Tier.CORE, ""))

    assert found[0] == TermChange(
        term=Term.PLAN, scene="routine", priorities=(Priority.URGENT,), new="4h"
    )
    assert TermChange(term=Term.RESPOND, scene="call", old="2h") in retention
    assert TermChange(term=Term.RESPOND, scene="pre_sales", new="30bmin") in retention
    assert retention[-2:] == (
        TermChange(term=Term.HOURS),
        TermChange(term=Term.LADDER),
    )


def test_the_newest_version_is_meant_where_none_is_named():
    versions = [an_agreement(version=2), an_agreement(version=1)]

    assert version_of(versions, None, "ACME").version == 2
    assert version_of(versions, 1, "ACME").version == 1
    with pytest.raises(UserError, match="no version 3 of its agreement; there are: 2"):
        version_of(versions, 3, "ACME")
    with pytest.raises(UserError, match="has no agreement yet"):
        version_of([], None, "ACME")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"by": ""}, "Say who signed for the account"),
        ({"place": ""}, "Say where it was signed"),
        ({"by": "x" * 201}, "is too long"),
        ({"on": date(2026, 10, 15)}, "lies in the future"),
        ({"on": date(2026, 10, 11)}, "was drafted on 2026-10-12"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(changed, says):
    version = an_agreement()

    with pytest.raises(UserError, match=says):
        check_signing(
            [version],
            version,
            a_signature(**changed),
            drafted=MONDAY.date(),
            today=MONDAY.date() + timedelta(days=2),
        )


def test_a_version_is_signed_once_and_none_before_a_newer_one():
    signed = an_agreement(version=2, signature=a_signature())
    earlier = an_agreement()

    def check(version: Agreement) -> None:
        check_signing(
            [signed, earlier],
            version,
            a_signature(),
            drafted=MONDAY.date(),
            today=date(2026, 10, 13),
        )

    with pytest.raises(UserError, match="Version 2 is signed already, by 刘总"):
        check(signed)
    with pytest.raises(UserError, match="Version 2 is signed already, and newer"):
        check(earlier)
    check(an_agreement(version=3))
