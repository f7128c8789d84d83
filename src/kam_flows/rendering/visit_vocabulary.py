"""The words of visits, Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum

from kam_flows.domain.touchpoints import (
    SignalKind,
    StepKind,
    TouchpointKind,
    TouchpointState,
    Why,
)
from kam_flows.domain.visit_follow_up import PromiseStepKind
from kam_flows.domain.visit_pages import VisitAct
from kam_flows.domain.visit_plans import Act
from kam_flows.domain.visit_records import Recording, Satisfaction

VISIT_WORDS: Mapping[type[StrEnum], Mapping[str, tuple[str, str]]] = {
    TouchpointKind: {
        TouchpointKind.VISIT: ("上门拜访", "Visit"),
        TouchpointKind.VIDEO: ("视频会议", "Video call"),
        TouchpointKind.CALL: ("电话回访", "Call"),
        TouchpointKind.MEETING: ("高层会晤", "Executive meeting"),
        TouchpointKind.WORKSHOP: ("需求诊断工作坊", "Workshop"),
        TouchpointKind.REVIEW: ("评审", "Review"),
        TouchpointKind.PLAN: ("服务方案", "Service plan"),
        TouchpointKind.BRIEF: ("简报", "Brief"),
        TouchpointKind.SURVEY: ("满意度调研", "Satisfaction survey"),
        TouchpointKind.EVENT: ("活动", "Event"),
    },
    TouchpointState: {
        TouchpointState.PLANNED: ("已计划", "Planned"),
        TouchpointState.DONE: ("已完成", "Done"),
        TouchpointState.CREDITED: ("已抵计", "Credited"),
        TouchpointState.MERGED: ("已合并", "Merged"),
        TouchpointState.MISSED: ("已错过", "Missed"),
        TouchpointState.CANCELLED: ("已取消", "Cancelled"),
    },
    Why: {
        Why.SLOT: ("节奏日", "Day of its rhythm"),
        Why.DAY_OFF: ("休息日", "Day off"),
        Why.PEAK: ("行业旺季", "Peak season"),
        Why.ABSENT: ("负责人请假", "Owner away"),
        Why.DEPUTY: ("由代理人前往", "Deputy goes"),
        Why.FULL: ("当天已满", "Day is full"),
        Why.BEYOND: ("容许范围内无空档", "No day within the tolerance"),
        Why.LATE: ("补排", "Planned late"),
        Why.MERGED: ("同日合并", "Merged"),
        Why.CREDITED: ("以计划外触达抵计", "Credited"),
        Why.OWNER: ("更换负责人", "Owner changed"),
        Why.TIER: ("分级变更", "Tier changed"),
        Why.STAGE: ("合作阶段变更", "Stage of the cooperation"),
        Why.POLICY: ("服务标准变更", "Policy changed"),
        Why.INACTIVE: ("合作终止", "No longer served"),
        Why.BY_HAND: ("人工调整", "By hand"),
    },
    Act: {
        Act.PLANNED: ("新排", "Planned"),
        Act.MOVED: ("改期", "Moved"),
        Act.PASSED_ON: ("换人", "Passed on"),
        Act.MERGED: ("合并", "Merged"),
        Act.PARTED: ("拆分", "Stands by itself again"),
        Act.CREDITED: ("抵计", "Credited"),
        Act.MISSED: ("错过", "Missed"),
        Act.CANCELLED: ("取消", "Cancelled"),
        Act.ADJUSTED: ("调整", "Adjusted"),
        Act.RENEWED: ("沿用", "Kept under the new policy"),
    },
    StepKind: {
        StepKind.BRIEF: ("拜访简报", "Visit brief"),
        StepKind.INVITATION: ("日历邀请", "Calendar invitation"),
        StepKind.REMINDER: ("补录提醒", "Reminder"),
        StepKind.MISSED: ("错过上报", "Missed"),
    },
    VisitAct: {
        VisitAct.PLANNED: ("安排", "Planned"),
        VisitAct.MOVED: ("改期", "Moved"),
        VisitAct.PASSED_ON: ("换人", "Passed on"),
        VisitAct.ADJUSTED: ("调整", "Adjusted"),
        VisitAct.MERGED: ("合并", "Merged"),
        VisitAct.PARTED: ("拆分", "Stands by itself again"),
        VisitAct.CREDITED: ("抵计", "Credited"),
        VisitAct.WANTED_AGAIN: ("恢复计划", "Wanted again"),
        VisitAct.MISSED: ("错过", "Missed"),
        VisitAct.CANCELLED: ("取消", "Cancelled"),
        VisitAct.RECORDED: ("登记", "Recorded"),
        VisitAct.CORRECTED: ("更正登记", "Record corrected"),
        VisitAct.TAKEN_BACK: ("撤回登记", "Record taken back"),
    },
    PromiseStepKind: {
        PromiseStepKind.AHEAD: ("承诺将到期", "Promise due soon"),
        PromiseStepKind.LATE: ("承诺逾期", "Promise late"),
        PromiseStepKind.CLIMB: ("承诺逾期上报", "Late promise reported"),
    },
    Recording: {
        Recording.RECORD: ("登记", "Record"),
        Recording.CORRECT: ("更正", "Correct"),
        Recording.TAKE_BACK: ("撤回", "Take back"),
    },
    Satisfaction: {
        Satisfaction.ANGRY: ("1 很不满意", "1 Very dissatisfied"),
        Satisfaction.UNHAPPY: ("2 不满意", "2 Dissatisfied"),
        Satisfaction.NEUTRAL: ("3 一般", "3 Neither"),
        Satisfaction.HAPPY: ("4 满意", "4 Satisfied"),
        Satisfaction.DELIGHTED: ("5 很满意", "5 Very satisfied"),
    },
    SignalKind: {
        SignalKind.MANAGEMENT_CHANGE: ("管理层变动", "Management change"),
        SignalKind.COMPETITOR: ("竞争对手接触", "Competitor contact"),
        SignalKind.COMPLAINT: ("投诉", "Complaint"),
        SignalKind.FALLING_ORDERS: ("订单下滑", "Falling orders"),
    },
}
