"""Whom something is meant for, and when it may reach them."""

from enum import StrEnum


class Tell(StrEnum):
    """Who a rung is meant for; the rest of the chain stands in (design, decision 7)."""

    OWNER = "owner"
    LEAD_MANAGER = "lead_manager"
    SUPERVISOR = "supervisor"
    DEPARTMENT_HEAD = "department_head"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    DUTY = "duty"


class Delivery(StrEnum):
    WORKING_TIME = "working_time"
    AT_ONCE = "at_once"
