"""The words of onboarding, account files and handovers, Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum

from kam_flows.domain.account_file import EntryKind, FilePart, TransactionKind
from kam_flows.domain.agreements import Outdated, Term
from kam_flows.domain.handovers import Detail, HandoverKind, NextDate
from kam_flows.domain.onboarding import ItemState, Progress, StepKind, StepOutcome
from kam_flows.domain.onboarding_mails import NoLetter
from kam_flows.domain.onboarding_pages import Recorded
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
    Recorded: {
        Recorded.STARTED: ("启动接入", "Onboarding started"),
        Recorded.ON_HOLD: ("暂停接入", "Onboarding put on hold"),
        Recorded.RESUMED: ("恢复接入", "Onboarding resumed"),
        Recorded.COMPLETE: ("接入完成", "Onboarding complete"),
        Recorded.ITEM_DONE: ("完成", "Item done"),
        Recorded.ITEM_WAIVED: ("豁免", "Item waived"),
        Recorded.ITEM_OPEN: ("重新打开", "Item open again"),
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
    NoLetter: {
        NoLetter.NOT_WANTED: ("服务标准不要求", "the service standard has none"),
        NoLetter.NO_CONTACT: (
            "该客户没有可送达的联系人邮箱",
            "nobody at the account has an address that mail can go to",
        ),
        NoLetter.NO_LEAD_MANAGER: (
            "没有在职的主客户经理署名",
            "there is no lead manager to sign it",
        ),
    },
    HandoverKind: {
        HandoverKind.RED_LINE: ("红线与禁忌", "Red lines and taboos"),
        HandoverKind.PROMISE: ("未兑现的承诺", "Open promises"),
        HandoverKind.NEED: ("需求", "Needs"),
        HandoverKind.CONTACT: ("客户联系人", "People at the account"),
        HandoverKind.TOUCHPOINT: ("最近触达", "Last touchpoints"),
        HandoverKind.TICKET: ("未结工单", "Open tickets"),
        HandoverKind.AGREEMENT: ("SLA 协议与履约", "SLA agreement and record"),
        HandoverKind.DATE: ("近期日期", "Next dates"),
    },
    Detail: {
        Detail.DIMENSION: ("维度", "Dimension"),
        Detail.JOB_TITLE: ("职务", "Job title"),
        Detail.DECISION_MAKER: ("决策人", "Decides"),
        Detail.EMAIL: ("邮箱", "Email"),
        Detail.PHONE: ("电话", "Phone"),
        Detail.NUMBER: ("编号", "Number"),
        Detail.STATE: ("状态", "State"),
        Detail.OWNER: ("负责人", "Owner"),
        Detail.SAID_ON: ("记于", "On record since"),
        Detail.DUE_ON: ("应于", "Due"),
        Detail.RESPOND_BY: ("响应时限", "Respond by"),
        Detail.PLAN_BY: ("方案时限", "Plan by"),
        Detail.RESOLVE_BY: ("解决时限", "Resolve by"),
        Detail.VERSION: ("版本", "Version"),
        Detail.SIGNED_ON: ("签署于", "Signed"),
        Detail.SIGNED_BY: ("签署人", "Signed by"),
        Detail.LATE_RESPONSES: ("近 12 个月响应超时", "Late responses in 12 months"),
        Detail.LATE_PLANS: ("近 12 个月方案超时", "Late plans in 12 months"),
        Detail.LATE_SOLUTIONS: ("近 12 个月解决超时", "Late solutions in 12 months"),
        Detail.OCCASION: ("事由", "Occasion"),
        Detail.FALLS_ON: ("日期", "Date"),
        Detail.RECORDED_BY: ("记录人", "Recorded by"),
        Detail.SOURCE: ("来源", "Source"),
    },
    NextDate: {
        NextDate.BIRTHDAY: ("生日", "Birthday"),
        NextDate.SIGNING: ("合作周年", "Cooperation anniversary"),
        NextDate.CONTRACT_END: ("合同到期", "Contract ends"),
    },
    Outdated: {
        Outdated.TIER: ("客户分级变更", "the tier changed"),
        Outdated.CALENDAR: ("工作日历变更", "the calendar changed"),
        Outdated.POLICY: ("服务标准变更", "the service standard changed"),
        Outdated.REPLACED: ("已签署新版本", "a later version is signed"),
    },
    Term: {
        Term.RESPOND: ("响应", "Response"),
        Term.PLAN: ("方案", "Plan"),
        Term.RESOLVE: ("解决", "Resolution"),
        Term.HOURS: ("工作时间", "Working hours"),
        Term.LADDER: ("逐级通知", "Who is told when late"),
    },
}
