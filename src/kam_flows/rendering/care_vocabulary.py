"""The words of care, Chinese and English."""

from collections.abc import Mapping
from enum import StrEnum

from kam_flows.domain.care_pages import CareAct
from kam_flows.domain.care_plans import CareState, Skip
from kam_flows.domain.care_rules import Action, Deliver, Source, WhenLate
from kam_flows.domain.events import EventAct, Reply

CARE_WORDS: Mapping[type[StrEnum], Mapping[str, tuple[str, str]]] = {
    Action: {
        Action.LETTER: ("信函", "Letter"),
        Action.GIFT: ("礼品", "Gift"),
        Action.CALL: ("致电", "Call"),
        Action.VISIT: ("拜访", "Visit"),
        Action.SUPPORT_PLAN: ("保障方案", "Support plan"),
        Action.CONGRATULATION: ("致贺", "Congratulation"),
    },
    Source: {
        Source.ENTERED: ("人工录入", "Entered"),
        Source.SIGNING: ("签约日", "Signing"),
        Source.BIRTHDAY: ("联系人生日", "Birthday of a contact"),
        Source.LEADER_BIRTHDAY: ("决策人生日", "Birthday of a decision maker"),
        Source.SEASON: ("行业旺季", "Peak season of the industry"),
        Source.CONTRACT_END: ("合同到期日", "End of a contract"),
    },
    Deliver: {
        Deliver.BEFORE: ("提前到前一个工作日", "Moved to the working day before"),
        Deliver.AFTER: ("顺延到下一个工作日", "Moved to the working day after"),
        Deliver.STAY: ("当天送达", "Stays on its day"),
    },
    WhenLate: {
        WhenLate.CATCH_UP: ("立即补办", "Caught up"),
        WhenLate.LEAVE_OUT: ("不再办理", "Left out"),
    },
    CareState: {
        CareState.PREPARED: ("已准备", "Prepared"),
        CareState.APPROVED: ("已批准", "Approved"),
        CareState.HELD: ("已暂缓", "Held"),
        CareState.SENT: ("已发出", "Sent"),
        CareState.DONE: ("已完成", "Done"),
        CareState.SKIPPED: ("已略过", "Skipped"),
        CareState.DROPPED: ("已放弃", "Dropped"),
    },
    Skip: {
        Skip.ADDED_LATE: ("录入时日期已过", "Added after its day"),
        Skip.TOO_LATE: ("发现时已过宽限期", "Found too late"),
        Skip.NOTHING_FITS: ("已来不及准备", "Nothing could still be done"),
    },
    Reply: {
        Reply.YES: ("参加", "Yes"),
        Reply.NO: ("不参加", "No"),
        Reply.PERHAPS: ("待定", "Perhaps"),
    },
    CareAct: {
        CareAct.PREPARED: ("开始准备", "Prepared"),
        CareAct.SKIPPED: ("略过", "Skipped"),
        CareAct.WRITTEN: ("写成信件", "Letter written"),
        CareAct.EDITED: ("修改信件", "Letter edited"),
        CareAct.APPROVED: ("批准信件", "Letter approved"),
        CareAct.HELD: ("暂缓", "Held"),
        CareAct.RELEASED: ("放行", "Released"),
        CareAct.DROPPED: ("放弃", "Dropped"),
        CareAct.STEP_DONE: ("完成一步", "Step done"),
        CareAct.SENT: ("寄出信件", "Letter sent"),
        CareAct.GIFT: ("登记礼品", "Gift recorded"),
        CareAct.PASSED_ON: ("移交", "Passed on"),
    },
    EventAct: {
        EventAct.PLANNED: ("安排活动", "Planned"),
        EventAct.SETTLED: ("完成或豁免步骤", "Step settled"),
        EventAct.MOVED: ("改期", "Moved"),
        EventAct.CANCELLED: ("取消活动", "Cancelled"),
        EventAct.INVITED: ("邀请嘉宾", "Guests invited"),
        EventAct.RELEASED: ("放行邀请函", "Invitations released"),
        EventAct.DROPPED: ("作废邀请函", "Invitations dropped"),
        EventAct.REPLIED: ("登记回复", "Reply recorded"),
    },
}
