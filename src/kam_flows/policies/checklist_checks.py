"""What the onboarding block of a policy file must agree on with itself and the tiers."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.policies.lengths import is_at_most, is_longer
from kam_flows.policies.problems import Path, Problem
from kam_flows.policies.schema import Document

BLOCK: Path = ("onboarding",)
LIST: Path = (*BLOCK, "checklist")


def repeated_items(policy: Document) -> Iterator[Problem]:
    codes = [item.item for item in policy.onboarding.checklist]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield Problem(
                path=(*LIST, number, "item"),
                wrong=f"an item '{code}' stands above",
                allowed="a code of its own",
            )


def repeated_words(policy: Document) -> Iterator[Problem]:
    rules = policy.onboarding
    lists: dict[str, Sequence[str]] = {
        "survey": rules.survey,
        "account_file": rules.account_file,
    }
    for key, words in lists.items():
        for number, word in enumerate(words):
            if word in words[:number]:
                yield Problem(
                    path=(*BLOCK, key, number),
                    wrong=f"'{word}' stands in this list already",
                    allowed="each once",
                )


def evidence_nobody_gives(policy: Document) -> Iterator[Problem]:
    for number, item in enumerate(policy.onboarding.checklist):
        if item.evidence and item.kind is not ItemKind.TASK:
            yield Problem(
                path=(*LIST, number, "evidence"),
                wrong=f"the records show whether an item of kind {item.kind} is done",
                allowed=f"evidence where the kind is {ItemKind.TASK}",
            )


def items_after_the_deadline(policy: Document) -> Iterator[Problem]:
    deadline = policy.onboarding.deadline
    for number, item in enumerate(policy.onboarding.checklist):
        if item.due and is_longer(item.due, deadline):
            yield Problem(
                path=(*LIST, number, "due"),
                wrong="falls due after the deadline",
                allowed=f"{deadline} at most, or none for an item that may wait",
            )


def tiers_with_nothing_required(policy: Document) -> Iterator[Problem]:
    """What a predecessor left counts for nothing: most accounts had none."""
    required = [
        item
        for item in policy.onboarding.checklist
        if item.required and item.kind is not ItemKind.INHERITANCE
    ]
    without = [
        tier
        for tier in policy.tiers
        if not any(tier in item.tiers or not item.tiers for item in required)
    ]
    if without:
        yield Problem(
            path=LIST,
            wrong=f"has no required item for {', '.join(without)}: nothing to complete",
            allowed=f"an item besides {ItemKind.INHERITANCE} that is required of each tier",
        )


def reminders_out_of_order(policy: Document) -> Iterator[Problem]:
    rules = policy.onboarding
    for (i, first), (j, then) in combinations(enumerate(rules.reminders), 2):
        if is_at_most(then, first):
            yield Problem(
                path=(*BLOCK, "reminders", j),
                wrong=f"falls due no later than reminder {i + 1}",
                allowed=f"later than {first}",
            )
    for number, after in enumerate(rules.reminders):
        if is_at_most(rules.deadline, after):
            yield Problem(
                path=(*BLOCK, "reminders", number),
                wrong="falls due no earlier than the deadline",
                allowed=f"earlier than {rules.deadline}",
            )
