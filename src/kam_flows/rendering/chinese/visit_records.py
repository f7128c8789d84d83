"""Answers to staff about visits: records."""

VISIT_RECORDS: dict[str, str] = {}
