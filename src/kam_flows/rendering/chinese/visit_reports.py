"""Answers to staff about visits: reports."""

VISIT_REPORTS: dict[str, str] = {}
