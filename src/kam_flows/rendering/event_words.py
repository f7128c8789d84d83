"""The words of mails and pages about events, in both languages."""

from collections.abc import Mapping

INVITATION: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "subject_new": "诚邀您出席“{name}”，{day}",
        "subject_moved": "“{name}”时间地点有变：{day}",
        "subject_cancelled": "“{name}”取消通知（原定 {day}）",
        "open_new": "诚邀您出席“{name}”。",
        "open_moved": "您受邀出席的“{name}”，时间或地点有所变动，现安排如下：",
        "open_cancelled": "很抱歉地通知您，原定于以下时间举行的“{name}”取消。",
        "when": "时间",
        "where": "地点",
        "calendar_new": "随信附上日历文件，接受后即记入您的日历。",
        "calendar_moved": "随信附上日历文件，接受后您日历中的原日程即更新。",
        "calendar_cancelled": "随信附上日历文件，打开后您日历中的日程即删除。",
        "answer": "能否出席，请直接回复本邮件告知。",
        "close_new": "期待与您见面。",
        "close_moved": "给您带来不便，敬请谅解，期待与您见面。",
        "close_cancelled": "给您带来不便，敬请谅解。",
        "date": "{year}年{month}月{day}日",
    },
    "en": {
        "subject_new": "Invitation: {name}, {day}",
        "subject_moved": "Changed: {name}, {day}",
        "subject_cancelled": "Cancelled: {name} of {day}",
        "open_new": "We should be glad to welcome you at {name}.",
        "open_moved": "The day, time or place of {name} has changed. It now is:",
        "open_cancelled": "We are sorry to tell you that {name} will not take place.",
        "when": "When",
        "where": "Where",
        "calendar_new": "The calendar file with this letter puts it into your calendar "
        "once you accept it.",
        "calendar_moved": "The calendar file with this letter changes the entry in your "
        "calendar once you accept it.",
        "calendar_cancelled": "The calendar file with this letter takes it out of your "
        "calendar.",
        "answer": "Please let me know whether you can come: an answer to this mail "
        "reaches me directly.",
        "close_new": "I look forward to seeing you.",
        "close_moved": "Please excuse the inconvenience. I look forward to seeing you.",
        "close_cancelled": "Please excuse the inconvenience.",
        "date": "{day} {name} {year}",
    },
}

STEPS: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "title_planned": "活动筹备计划",
        "title_moved": "活动改期",
        "title_cancelled": "活动取消",
        "title_due": "活动筹备提醒",
        "subject": "{what}：{name}，{day}",
        "subject_one": "{event}待办：{first}",
        "subject_many": "{event}待办：{first}等 {count} 项",
        "subject_late": "{subject}（{late} 项已逾期）",
        "when": "时间",
        "where": "地点",
        "organiser": "组织者",
        "why": "原因",
        "mine": "由您负责",
        "others": "由其他同事负责",
        "nothing": "没有由您负责的步骤。",
        "left_out": "来不及进行，已略去：{steps}。",
        "late": "筹备开始得晚，计划已缩短。",
        "until": "截止 {day}",
        "until_by": "截止 {day} · {owner}",
        "days_late": "逾期 {days} 天",
        "settled": "已完成",
        "complete": "完成",
        "invite": "邀请嘉宾",
        "move": "改期",
        "show": "活动页面",
        "of_event": "{name} · {day}",
        "told": "有步骤逾期两天以上，本邮件同时抄送{name}。",
        "passed": "原应通知{steps}，因此转给您。",
        "owns": "负责人本人",
        "why_you": "您收到此邮件，是因为您参与筹备这次活动。",
        "why_due": (
            "步骤在到期前两个工作日、逾期后和此后每周各提醒一次，每天最多一封；"
            "逾期两天以上时抄送组织者的主管。"
        ),
    },
    "en": {
        "title_planned": "The plan of an event",
        "title_moved": "An event has moved",
        "title_cancelled": "An event is cancelled",
        "title_due": "Steps of events",
        "subject": "{what}: {name}, {day}",
        "subject_one": "To do for {event}: {first}",
        "subject_many": "To do for {event}: {first} and {more} more",
        "subject_late": "{subject} ({late} late)",
        "when": "When",
        "where": "Where",
        "organiser": "Organiser",
        "why": "Why",
        "mine": "Yours to do",
        "others": "What others do",
        "nothing": "No step is yours.",
        "left_out": "Too late for, and left out: {steps}.",
        "late": "The preparation begins late, so the plan is shorter.",
        "until": "by {day}",
        "until_by": "by {day} · {owner}",
        "days_late": "{days} days late",
        "settled": "settled",
        "complete": "Done",
        "invite": "Invite guests",
        "move": "Move it",
        "show": "Its page",
        "of_event": "{name} · {day}",
        "told": "A step is more than two days late: a copy of this goes to {name}.",
        "passed": "Meant for the {steps}. So it comes to you.",
        "owns": "is the owner",
        "why_you": "You get this because you have a part in preparing it.",
        "why_due": (
            "Steps are brought to mind two working days before they are due, once they "
            "are late, and weekly from then on, in one mail a day at most; when one is "
            "more than two days late, the organiser's supervisor gets a copy."
        ),
    },
}
