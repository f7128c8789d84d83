"""The words of onboarding, account files and handovers, Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum

from kam_flows.domain.account_file import EntryKind, FilePart, TransactionKind
from kam_flows.domain.handovers import HandoverKind
from kam_flows.domain.onboarding import ItemState, Progress, StepKind, StepOutcome
from kam_flows.domain.onboarding_rules import ItemKind
from kam_flows.domain.survey import Dimension

ONBOARDING_WORDS: Mapping[type[StrEnum], Mapping[str, tuple[str, str]]] = {
    Dimension: {
        Dimension.PAIN_POINTS: ("业务痛点", "Business pain points"),
        Dimension.GOALS: ("业务目标", "Business goals"),
        Dimension.DECISION_CHAIN: ("决策链", "Decision chain"),
        Dimension.COLLABORATION: ("协作习惯", "Collaboration habits"),
        Dimension.COMMUNICATION: ("沟通偏好", "Communication preferences"),
        Dimension.PURCHASING: (
            "采购流程与预算周期",
            "Purchasing process and budget cycle",
        ),
        Dimension.ENVIRONMENT: (
            "在用产品与技术环境",
            "Products in use and technical environment",
        ),
        Dimension.DELIVERY: ("交付要求", "Delivery requirements"),
        Dimension.QUALITY: ("质量与服务期望", "Quality and service expectations"),
        Dimension.RED_LINES: ("红线与禁忌", "Red lines and taboos"),
        Dimension.COMPETITORS: ("现有竞争对手", "Incumbent competitors"),
        Dimension.GROWTH_PLANS: ("发展规划", "Growth plans"),
    },
    ItemKind: {
        ItemKind.SURVEY: ("需求调研", "Needs survey"),
        ItemKind.AGREEMENT: ("SLA 协议", "SLA agreement"),
        ItemKind.ACCOUNT_FILE: ("客户档案", "Account file"),
        ItemKind.INHERITANCE: ("需求传承", "Needs inheritance"),
        ItemKind.TEAM: ("服务小组", "Service team"),
        ItemKind.TASK: ("任务", "Task"),
    },
    ItemState: {
        ItemState.OPEN: ("未完成", "Open"),
        ItemState.DONE: ("已完成", "Done"),
        ItemState.WAIVED: ("已豁免", "Waived"),
    },
    Progress: {
        Progress.ON_TRACK: ("按计划", "On track"),
        Progress.BEHIND: ("进度落后", "Behind"),
        Progress.STUCK: ("停滞", "Stuck"),
        Progress.OVERDUE: ("已超期", "Overdue"),
        Progress.ON_HOLD: ("已暂停", "On hold"),
        Progress.COMPLETE: ("已完成", "Complete"),
    },
    StepKind: {
        StepKind.REMINDER: ("提醒", "Reminder"),
        StepKind.CLIMB: ("升级", "Escalation"),
    },
    StepOutcome: {
        StepOutcome.TOLD: ("已通知", "Told"),
        StepOutcome.SUPERSEDED: ("被后一步取代", "Superseded"),
    },
    FilePart: {
        FilePart.TRANSACTIONS: ("交易往来", "Transactions"),
        FilePart.COMMUNICATION: ("沟通记录", "Communication notes"),
        FilePart.SPECIAL_NEEDS: ("特殊需求", "Special needs"),
    },
    EntryKind: {
        EntryKind.COMMUNICATION: ("沟通记录", "Communication note"),
        EntryKind.SPECIAL_NEED: ("特殊需求", "Special need"),
        EntryKind.PROMISE: ("承诺", "Promise"),
    },
    TransactionKind: {
        TransactionKind.CONTRACT: ("合同", "Contract"),
        TransactionKind.ORDER: ("订单", "Order"),
        TransactionKind.PAYMENT: ("回款", "Payment"),
        TransactionKind.RETURN: ("退货", "Return"),
    },
    HandoverKind: {
        HandoverKind.RED_LINE: ("红线", "Red line"),
        HandoverKind.PROMISE: ("未兑现的承诺", "Open promise"),
        HandoverKind.NEED: ("需求", "Need"),
        HandoverKind.CONTACT: ("联系人", "Contact"),
        HandoverKind.TOUCHPOINT: ("最近触达", "Last touchpoint"),
        HandoverKind.TICKET: ("未结工单", "Open ticket"),
        HandoverKind.AGREEMENT: ("SLA 协议", "SLA agreement"),
        HandoverKind.DATE: ("重要日期", "Next date"),
    },
}
