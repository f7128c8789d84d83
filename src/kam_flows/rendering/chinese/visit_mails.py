"""Answers to staff about visits: mails."""

VISIT_MAILS: dict[str, str] = {}
