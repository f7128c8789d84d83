"""The words of the mail that follows visits, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        # Subject: of one matter, and of several.
        "unrecorded_alone": "请登记结果：{account} {day}的{what}",
        "promises_alone": "{day}前兑现：{account}“{text}”",
        "promises_alone_late": "您的承诺已逾期 {days} 天：{account}“{text}”",
        "missed_alone": "{account} {day}的{what}已错过（{owner}）",
        "broken_alone": "承诺已逾期 {days} 天：{account}“{text}”（{owner}）",
        "unrecorded_many": "{count} 次触达请登记结果",
        "unrecorded_one": "1 次触达请登记结果",
        "promises_many": "{count} 项承诺请兑现",
        "promises_one": "1 项承诺请兑现",
        "missed_many": "{count} 次触达已错过",
        "missed_one": "1 次触达已错过",
        "broken_many": "{count} 项承诺逾期一周以上",
        "broken_one": "1 项承诺逾期一周以上",
        "then": "；",
        "first_of": "{summary}：{account}等",
        # Sections.
        "unrecorded": "请登记结果",
        "promises": "您的承诺",
        "missed": "已错过的触达",
        "broken": "逾期一周以上的承诺",
        "lead_mine": "登记只需一分钟；没有进行的，请改期或取消。",
        "lead_promises": "兑现后请点一下，提醒就此停止；做不到的，请尽早与客户说明。",
        "lead_below": "以下事项由您下属的同事负责。请了解原因，并商定下一步。",
        # One matter.
        "unrecorded_head": "{day} 已过，尚未登记",
        "unrecorded_head_missed": "已按错过处理；如已进行，请补登记",
        "missed_head": "{day} 的触达一直没有登记，已按错过处理",
        "ahead_head": "{day} 前兑现",
        "late_head": "已逾期 {days} 天",
        "about": "{number} · {what} · {day} · {owner}",
        "promise_about": "{number} · {account} · {day} 前 · {owner}",
        "nobody": "尚无负责人",
        "until": "到 {when} 仍未登记，就按错过处理，并通知主管。",
        "since": "期限是 {when}。",
        "again": "此后每周提醒一次，直到兑现。",
        "last": "这是最后一次提醒。",
        "passed": "原应通知{steps}。因此转给您。",
        "has_it": "是负责人本人",
        "more": "另有 {count} 件。",
        "record": "登记结果",
        "reschedule": "改期",
        "cancel": "取消",
        "show": "全部经过",
        "keep": "已经兑现",
        "account_page": "客户页面",
        # Why it came.
        "why_visits": (
            "您收到此邮件，是因为服务标准“{policy}”要求：触达结束 {remind}后仍未登记，"
            "提醒负责人；{missed}后仍未登记，视为错过，并通知主管。"
        ),
        "why_promises": (
            "承诺到期前、逾期次日和此后每周提醒其负责人；逾期一周时通知主管。"
        ),
        "why_deputy": "外出时请登记请假与代理人，邮件会转给代理人。",
    },
    "en": {
        "unrecorded_alone": "Please record: {what} at {account}, {day}",
        "promises_alone": "Due {day}: “{text}” for {account}",
        "promises_alone_late": "Your promise is {days} days late: “{text}” for {account}",
        "missed_alone": "{what} at {account} of {day} was missed ({owner})",
        "broken_alone": "A promise is {days} days late: “{text}” for {account} ({owner})",
        "unrecorded_many": "{count} visits to record",
        "unrecorded_one": "1 visit to record",
        "promises_many": "{count} promises to keep",
        "promises_one": "1 promise to keep",
        "missed_many": "{count} visits were missed",
        "missed_one": "1 visit was missed",
        "broken_many": "{count} promises are over a week late",
        "broken_one": "1 promise is over a week late",
        "then": "; ",
        "first_of": "{summary}: {account} and more",
        "unrecorded": "Please record what came of it",
        "promises": "What you promised",
        "missed": "Missed",
        "broken": "Promises over a week late",
        "lead_mine": (
            "It takes a minute. What did not take place can be moved or cancelled."
        ),
        "lead_promises": (
            "One click once it is kept, and the reminders end. What cannot be kept is "
            "best told to the account soon."
        ),
        "lead_below": (
            "These are with people whom you supervise. Please find out why, and agree "
            "on what comes next."
        ),
        "unrecorded_head": "{day} is over, and nothing is recorded",
        "unrecorded_head_missed": "Counted as missed; record it if it took place",
        "missed_head": "Nothing was recorded of {day}: it counts as missed",
        "ahead_head": "To be kept by {day}",
        "late_head": "{days} days late",
        "about": "{number} · {what} · {day} · {owner}",
        "promise_about": "{number} · {account} · by {day} · {owner}",
        "nobody": "nobody yet",
        "until": (
            "If nothing is recorded by {when}, it counts as missed and the supervisor "
            "is told."
        ),
        "since": "The time to record it ended {when}.",
        "again": "You are reminded weekly until it is kept.",
        "last": "This is the last reminder.",
        "passed": "Meant for the {steps}. So it comes to you.",
        "has_it": "is the owner",
        "more": "And {count} more.",
        "record": "Record it",
        "reschedule": "Reschedule",
        "cancel": "Cancel",
        "show": "The whole story",
        "keep": "It is kept",
        "account_page": "All about this account",
        "why_visits": (
            "You get this because the service standard “{policy}” asks whoever is "
            "responsible if nothing is recorded {remind} after a visit; {missed} after "
            "it, it counts as missed and the supervisor is told."
        ),
        "why_promises": (
            "Promises are brought to mind before their day, on the day after it, and "
            "weekly from then on; the supervisor is told once when one is a week late."
        ),
        "why_deputy": (
            "When you are away, have your absence and your deputy entered: your mail "
            "goes to your deputy."
        ),
    },
}
