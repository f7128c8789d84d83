"""The words of the service, Chinese and English side by side."""

from collections.abc import Mapping
from enum import StrEnum

from kam_flows.domain.accounts import Tier
from kam_flows.domain.durations import Unit
from kam_flows.domain.escalation import Outcome
from kam_flows.domain.findings import Check
from kam_flows.domain.mails import Decision, Fate
from kam_flows.domain.notices import Cause, Skip
from kam_flows.domain.people import StaffRole, TeamRole
from kam_flows.domain.policy import Anchor, Target, Until
from kam_flows.domain.telling import Delivery, Tell
from kam_flows.domain.tickets import Action, Happening, Priority, TicketState
from kam_flows.rendering.care_vocabulary import CARE_WORDS
from kam_flows.rendering.onboarding_vocabulary import ONBOARDING_WORDS
from kam_flows.rendering.visit_vocabulary import VISIT_WORDS

# By type first: members of different StrEnums with one value are equal as keys.
WORDS: Mapping[type[StrEnum], Mapping[str, tuple[str, str]]] = {
    Tier: {
        Tier.STRATEGIC: ("战略级", "Strategic"),
        Tier.CORE: ("核心级", "Core"),
        Tier.POTENTIAL: ("潜力级", "Potential"),
        Tier.GROWTH: ("成长级", "Growth"),
        Tier.BASIC: ("基础级", "Basic"),
        Tier.OPPORTUNITY: ("机会级", "Opportunity"),
        Tier.NEW: ("新客户", "New"),
    },
    Priority: {
        Priority.LOW: ("低优先级", "Low priority"),
        Priority.NORMAL: ("普通优先级", "Normal priority"),
        Priority.HIGH: ("高优先级", "High priority"),
        Priority.URGENT: ("紧急", "Urgent"),
    },
    TicketState: {
        TicketState.PENDING: ("待处理", "Pending"),
        TicketState.IN_PROGRESS: ("处理中", "In progress"),
        TicketState.WAITING: ("等待客户", "Waiting for the customer"),
        TicketState.RESOLVED: ("已解决", "Resolved"),
        TicketState.CONFIRMED: ("客户已确认", "Confirmed"),
    },
    Happening: {
        Happening.OPENED: ("开立", "Opened"),
        Happening.ACKNOWLEDGED: ("自动回执", "Acknowledged automatically"),
        Happening.TAKEN_UP: ("接手", "Taken up"),
        Happening.REPLIED: ("回复客户", "Replied"),
        Happening.PLANNED: ("给出方案", "Planned"),
        Happening.WAITING: ("等待客户", "Waiting for the customer"),
        Happening.RESUMED: ("恢复处理", "Resumed"),
        Happening.RESOLVED: ("解决", "Resolved"),
        Happening.CONFIRMED: ("客户确认", "Confirmed"),
        Happening.REOPENED: ("重新打开", "Re-opened"),
        Happening.ASSIGNED: ("指派", "Assigned"),
        Happening.SCENE_CHANGED: ("变更场景", "Scene changed"),
        Happening.PRIORITY_CHANGED: ("变更优先级", "Priority changed"),
        Happening.TIER_CHANGED: ("变更分级", "Tier changed"),
        Happening.RECLOCKED: ("重新计时", "Re-clocked"),
        Happening.NOTE: ("备注", "Note"),
    },
    Action: {
        Action.TAKE_UP: ("接手", "Take up"),
        Action.REPLY: ("回复客户", "Reply to the customer"),
        Action.GIVE_PLAN: ("给出方案", "Give a plan"),
        Action.WAIT: ("等待客户", "Wait for the customer"),
        Action.RESUME: ("恢复处理", "Resume"),
        Action.RESOLVE: ("解决", "Resolve"),
        Action.CONFIRM: ("客户确认", "Confirm"),
        Action.REOPEN: ("重新打开", "Re-open"),
        Action.ASSIGN: ("指派", "Assign"),
        Action.CHANGE_SCENE: ("变更场景", "Change scene"),
        Action.CHANGE_PRIORITY: ("变更优先级", "Change priority"),
        Action.NOTE: ("备注", "Note"),
    },
    StaffRole: {
        StaffRole.ACCOUNT_MANAGER: ("客户经理", "Account manager"),
        StaffRole.TECHNICAL: ("技术", "Technical"),
        StaffRole.DELIVERY: ("交付", "Delivery"),
        StaffRole.AFTER_SALES: ("售后", "After-sales"),
        StaffRole.SUPPORT: ("支持", "Support"),
        StaffRole.INDUSTRY_EXPERT: ("行业专家", "Industry expert"),
        StaffRole.PRODUCT_MANAGER: ("产品经理", "Product manager"),
        StaffRole.SUPERVISOR: ("主管", "Supervisor"),
        StaffRole.DEPARTMENT_HEAD: ("部门负责人", "Department head"),
        StaffRole.EXECUTIVE: ("高层", "Executive"),
        StaffRole.OPERATIONS: ("运营", "Operations"),
        StaffRole.READ_ONLY: ("只读", "Read-only"),
    },
    TeamRole: {
        TeamRole.LEAD_MANAGER: ("主客户经理", "Lead manager"),
        TeamRole.TECHNICAL: ("技术", "Technical"),
        TeamRole.DELIVERY: ("交付", "Delivery"),
        TeamRole.AFTER_SALES: ("售后", "After-sales"),
        TeamRole.SUPPORT: ("支持", "Support"),
        TeamRole.EXECUTIVE_SPONSOR: ("高层负责人", "Executive sponsor"),
        TeamRole.INDUSTRY_EXPERT: ("行业专家", "Industry expert"),
        TeamRole.PRODUCT_MANAGER: ("产品经理", "Product manager"),
    },
    Target: {
        Target.RESPOND: ("响应时限", "Respond by"),
        Target.PLAN: ("方案时限", "Plan by"),
        Target.RESOLVE: ("解决时限", "Resolve by"),
    },
    Anchor: {
        Anchor.OPENED: ("开立时间", "Opening"),
        Anchor.RESPOND_BY: ("响应时限", "Respond by"),
        Anchor.PLAN_BY: ("方案时限", "Plan by"),
        Anchor.RESOLVE_BY: ("解决时限", "Resolve by"),
    },
    Until: {
        Until.TAKEN_UP: ("已接手", "Taken up"),
        Until.PLANNED: ("已有方案", "Planned"),
        Until.RESOLVED: ("已解决", "Resolved"),
        Until.CONFIRMED: ("客户已确认", "Confirmed"),
    },
    Tell: {
        Tell.OWNER: ("负责人", "Owner"),
        Tell.LEAD_MANAGER: ("主客户经理", "Lead manager"),
        Tell.SUPERVISOR: ("主管", "Supervisor"),
        Tell.DEPARTMENT_HEAD: ("部门负责人", "Department head"),
        Tell.EXECUTIVE_SPONSOR: ("高层负责人", "Executive sponsor"),
        Tell.DUTY: ("值班", "Duty"),
    },
    Delivery: {
        Delivery.WORKING_TIME: ("工作时间送达", "In working time"),
        Delivery.AT_ONCE: ("立即送达", "At once"),
    },
    Skip: {
        Skip.INACTIVE: ("已离职", "has left"),
        Skip.ABSENT: ("请假中", "away"),
        Skip.OWNER: ("是负责人本人", "is the owner"),
        Skip.TOLD: ("此前已通知", "told before"),
        Skip.NOBODY: ("未指定", "nobody named"),
        Skip.UNKNOWN: ("不在员工名单中", "not among our staff"),
    },
    Cause: {
        Cause.OPENED: ("新工单", "New ticket"),
        Cause.ASSIGNED: ("指派给您", "Assigned to you"),
        Cause.REOPENED: ("重新打开", "Open again"),
    },
    Outcome: {
        Outcome.HELD: ("待送达", "Held"),
        Outcome.TOLD: ("已通知", "Told"),
        Outcome.SUPERSEDED: ("被更高一级取代", "Superseded"),
        Outcome.STOPPED: ("已及时止住", "Stopped"),
    },
    Fate: {
        Fate.HELD: ("暂缓", "Held"),
        Fate.QUEUED: ("待发送", "Queued"),
        Fate.SENDING: ("发送中", "Sending"),
        Fate.SENT: ("已发送", "Sent"),
        Fate.FAILED: ("被拒收", "Failed"),
        Fate.UNKNOWN: ("结果不明", "Unknown"),
        Fate.EXPIRED: ("已过期", "Expired"),
        Fate.CANCELLED: ("已取消", "Cancelled"),
    },
    Decision: {
        Decision.SEND: ("发送", "Send"),
        Decision.DROP: ("作废", "Drop"),
    },
    Check: {
        Check.LADDER_ENDS_NOWHERE: ("升级找不到接收人", "Ladders that reach nobody"),
        Check.NO_ADDRESS: ("邮箱地址无效", "Unusable mail addresses"),
        Check.DEPUTY_CYCLE: ("代理人循环", "Deputies in a circle"),
        Check.SUPERVISOR_CYCLE: ("上下级循环", "Supervisors in a circle"),
        Check.NO_LEAD_MANAGER: ("缺主客户经理", "No lead manager"),
        Check.MISSING_TEAM_ROLE: ("服务小组不完整", "Incomplete service teams"),
        Check.LEFT_BUT_NAMED: ("已离职但仍被指定", "Left and still named"),
        Check.UNKNOWN_PERSON: ("人员不在名单中", "Unknown people"),
        Check.TIER_NOT_IN_POLICY: ("分级不在服务标准内", "Tiers without a standard"),
        Check.CALENDAR_NOT_IN_POLICY: ("日历不在服务标准内", "Unknown calendars"),
        Check.PROVISIONAL_CALENDAR: ("节假日尚未公布", "Holidays not published"),
    },
    **CARE_WORDS,
    **ONBOARDING_WORDS,
    **VISIT_WORDS,
}

LACKING: Mapping[Until, tuple[str, str]] = {
    Until.TAKEN_UP: ("未接手", "not taken up"),
    Until.PLANNED: ("无方案", "no plan"),
    Until.RESOLVED: ("未解决", "not resolved"),
    Until.CONFIRMED: ("客户未确认", "not confirmed"),
}

UNITS: Mapping[Unit, tuple[str, str, str]] = {
    Unit.MINUTES: (" 分钟", " minute", " minutes"),
    Unit.HOURS: (" 小时", " hour", " hours"),
    Unit.DAYS: (" 天", " day", " days"),
    Unit.BUSINESS_MINUTES: (" 个工作分钟", " business minute", " business minutes"),
    Unit.BUSINESS_HOURS: (" 个工作小时", " business hour", " business hours"),
    Unit.BUSINESS_DAYS: (" 个工作日", " business day", " business days"),
}

ZONES: Mapping[str, tuple[str, str]] = {
    "Asia/Shanghai": ("北京时间", "Beijing time"),
    "UTC": ("协调世界时", "UTC"),
}
