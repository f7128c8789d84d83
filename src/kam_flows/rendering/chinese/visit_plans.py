"""Answers to staff about visits: plans."""

VISIT_PLANS: dict[str, str] = {}
