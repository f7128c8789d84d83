"""The words of the mails about a care, in both languages."""

from collections.abc import Mapping

Phrases = Mapping[str, Mapping[str, str]]

COMMON: Phrases = {
    "zh_CN": {
        "colon": "：",
        "apart": " ",
        "named": "{what}“{about}”",
        "aged": "{what}（满 {count} 年）",
        "aged_one": "{what}（满 {count} 年）",
        "nobody": "无",
        "no_owner": "尚无负责人",
        "occasion": "场合",
        "day": "日期",
        "whose": "对象",
        "account_itself": "客户本身",
        "to": "收信人",
        "no_address": "没有邮箱，信寄不出去；请补充联系人后导入",
        "morning": "{day} 上午",
        "today": "就在今天",
        "ahead": "还有 {count} 天",
        "ahead_one": "就在明天",
        "past": "已过 {count} 天",
        "past_one": "已过 1 天",
        "not_begun": "尚未到准备时间",
        "waits": "等待批准",
        "began_late": "启动已晚",
        "overdue": "逾期 {count} 天",
        "overdue_one": "逾期 1 天",
        "letter_subject": "主题：{subject}",
        "letter": "信的全文，寄出时就是这样",
        "do_approve": "批准",
        "do_edit": "修改",
        "do_hold": "暂缓",
        "do_done": "完成一步",
        "do_release": "放行",
        "do_drop": "放弃",
        "do_gift": "登记礼品",
        "do_page": "客户页面",
        "more": "另有 {count} 项",
        "never_by_time": (
            "需要批准的信只有在有人批准后才会寄出；日期到了不会自动寄出，也不会自动放弃。"
        ),
    },
    "en": {
        "colon": ": ",
        "apart": ", ",
        "named": "{what} “{about}”",
        "aged": "{what} ({count} years)",
        "aged_one": "{what} ({count} year)",
        "nobody": "nobody",
        "no_owner": "nobody yet",
        "occasion": "Occasion",
        "day": "Day",
        "whose": "Whose",
        "account_itself": "the account itself",
        "to": "Goes to",
        "no_address": "no mail address: add it to the contacts and import them",
        "morning": "{day}, in the morning",
        "today": "today",
        "ahead": "in {count} days",
        "ahead_one": "tomorrow",
        "past": "{count} days ago",
        "past_one": "yesterday",
        "not_begun": "too early to prepare",
        "waits": "Waits for approval",
        "began_late": "began late",
        "overdue": "{count} days late",
        "overdue_one": "a day late",
        "letter_subject": "Subject: {subject}",
        "letter": "The letter, as it will be read",
        "do_approve": "Approve",
        "do_edit": "Edit",
        "do_hold": "Hold",
        "do_done": "Step done",
        "do_release": "Release",
        "do_drop": "Drop",
        "do_gift": "Record a gift",
        "do_page": "All about them",
        "more": "and {count} more",
        "never_by_time": (
            "A letter that needs approval leaves only when somebody has approved it. It "
            "is never sent, and never dropped, because a day has come."
        ),
    },
}

PREPARED: Phrases = {
    "zh_CN": {
        "subject_approve": "请在 {day} 前批准：致{concerned}的信",
        "subject_letter": "信已拟好，{day} 寄出：{concerned}",
        "subject_trouble": "信没有写成：{concerned}，{day}",
        "subject_steps": "请准备：{concerned}，{day}",
        "late_subject": "启动已晚，{subject}",
        "lead_approve": "信已拟好。请在 {until} 前批准；批准后于 {day} 上午寄出一次。",
        "lead_letter": (
            "信已拟好，无需批准，{day} 上午寄出。觉得不合适，请修改或暂缓。"
        ),
        "lead_trouble": "这次的信没有写成，原因和办法见下。其余步骤照常进行。",
        "lead_steps": "这次没有信，请按下列步骤准备。",
        "late": "本应 {day} 开始准备，启动已晚 {count} 天",
        "late_one": "本应 {day} 开始准备，启动已晚 1 天",
        "shorter": "为赶上日期，以下步骤不再进行：{steps}。",
        "complete": "步骤没有减少，但时间更紧。",
        "leaves": "寄出",
        "once_approved": "批准之后",
        "trouble": "为什么没有信",
        "red_lines": "红线与禁忌",
        "steps": "步骤",
        "no_steps": "没有要做的步骤。",
        "step": "{day} 前",
        "step_done": "已完成",
        "ideas": "礼品建议（预算 {budget}）",
        "no_ideas": (
            "礼品目录里没有既合预算、两年内又没送过的；请自选一件，不超过 {budget}。"
        ),
        "liked": "对方喜欢：{tags}",
        "unknown_taste": "合预算，两年内没送过；对方的喜好没有记录",
        "fits": "合预算，两年内没送过",
        "given": "近两年送过的",
        "no_given": "没有记录。",
        "gift_to": "送给{who}",
        "also": "还可以",
        "also_gift": "礼品送出后，请登记",
        "also_page": "客户的全部资料",
        "also_drop": "今年不做这件事，须写明原因",
        "why_owner": "您收到此邮件，是因为这件事由您准备；每个场合每年一封。",
        "why_passed": "原应由以下人员准备：{steps}。因此转给您；每个场合每年一封。",
        "why_nobody": "没有人负责准备这件事，因此发到值班邮箱。",
        "copied": "因为启动已晚，同时抄送 {people}。",
        "policy": "服务标准“{policy}”要求从 {day} 开始准备。",
    },
    "en": {
        "subject_approve": "Approve by {day}: letter to {concerned}",
        "subject_letter": "Letter ready, leaves {day}: {concerned}",
        "subject_trouble": "No letter could be written: {concerned}, {day}",
        "subject_steps": "Please prepare: {concerned}, {day}",
        "late_subject": "Late. {subject}",
        "lead_approve": (
            "The letter is drafted. Please approve it by {until}; it then leaves once, "
            "on the morning of {day}."
        ),
        "lead_letter": (
            "The letter is drafted, needs no approval and leaves on the morning of "
            "{day}. Edit it or hold it if it does not fit."
        ),
        "lead_trouble": (
            "The letter could not be written; why, and what to do, stands below. The "
            "other steps go on."
        ),
        "lead_steps": "There is no letter this time: please go by the steps below.",
        "late": "To be begun on {day}: it begins {count} days late",
        "late_one": "To be begun on {day}: it begins a day late",
        "shorter": "To be in time, these steps are left out: {steps}.",
        "complete": "No step is left out, but there is less time.",
        "leaves": "Leaves",
        "once_approved": "once approved",
        "trouble": "Why there is no letter",
        "red_lines": "Red lines and taboos",
        "steps": "Steps",
        "no_steps": "There is nothing to do.",
        "step": "by {day}",
        "step_done": "done",
        "ideas": "Gift ideas (budget {budget})",
        "no_ideas": (
            "Nothing in the catalogue fits the budget and was not given within two "
            "years; choose something of your own for up to {budget}."
        ),
        "liked": "liked: {tags}",
        "unknown_taste": "fits, not given within two years; what they like is not known",
        "fits": "fits, not given within two years",
        "given": "Given in the last two years",
        "no_given": "Nothing is on record.",
        "gift_to": "to {who}",
        "also": "What else you can do",
        "also_gift": "Record the gift once it is handed over",
        "also_page": "All about the account",
        "also_drop": "Leave it this year, with a reason",
        "why_owner": (
            "You get this because you prepare it; one mail an occasion and year."
        ),
        "why_passed": (
            "Meant for the {steps}. So it comes to you; one mail an occasion and year."
        ),
        "why_nobody": "Nobody is there to prepare it, so it goes to the duty mailbox.",
        "copied": "Because it begins late, it goes to {people} as well.",
        "policy": "The service standard “{policy}” has it prepared from {day} on.",
    },
}

HELD: Phrases = {
    "zh_CN": {
        "subject_tickets": "信已暂缓，请决定：{concerned}（{count} 张工单未结）",
        "subject_tickets_one": "信已暂缓，请决定：{concerned}（1 张工单未结）",
        "subject_trouble": "信寄不出去，请处理：{concerned}",
        "subject_late": "日期已过，信还没寄，请决定：{concerned}",
        "subject_other": "信已暂缓，请决定：{concerned}",
        "title_tickets": "客户有未结的严重工单，信先不寄",
        "title_trouble": "信寄不出去",
        "title_late": "日期已过，信没有寄出",
        "title_other": "信已暂缓",
        "lead_tickets": "这时收到一封祝贺的信，客户会觉得我们没在听。放行还是放弃，请您决定。",
        "lead_trouble": "请先处理下面写明的问题，再放行。",
        "lead_late": "现在寄还合适吗？放行还是放弃，请您决定。",
        "lead_other": "放行还是放弃，请您决定。",
        "should_leave": "原定寄出",
        "because": "原因",
        "tickets": "未结的严重工单",
        "ticket": "{number} {title}",
        "open_for": "{when} 起未结，已 {time}",
        "after_approved": "不用再批准：放行后{day}。",
        "after_unapproved": "信还没有批准：放行后仍须批准才会寄出。",
        "at_once": "立即寄出",
        "on_its_day": "于 {day} 上午寄出",
        "why": "您收到此邮件，是因为这件事由您负责。其余步骤照常进行。",
        "stays": (
            "您不决定，它就一直留着：时间再久也不会自动寄出，不会自动放弃，"
            "工单解决后也不会自行放行。"
        ),
    },
    "en": {
        "subject_tickets": "Letter held, please decide: {concerned} ({count} open tickets)",
        "subject_tickets_one": "Letter held, please decide: {concerned} (one open ticket)",
        "subject_trouble": "A letter cannot leave, please see to it: {concerned}",
        "subject_late": "Its day is over and the letter has not left: {concerned}",
        "subject_other": "Letter held, please decide: {concerned}",
        "title_tickets": "A severe ticket is open, so the letter does not leave",
        "title_trouble": "The letter cannot leave",
        "title_late": "Its day is over, and the letter has not left",
        "title_other": "The letter is held",
        "lead_tickets": (
            "Good wishes at such a time read as if nobody had listened. Please decide: "
            "release it or drop it."
        ),
        "lead_trouble": "Please mend what stands below, then release it.",
        "lead_late": "Does it still fit? Please decide: release it or drop it.",
        "lead_other": "Please decide: release it or drop it.",
        "should_leave": "Was to leave",
        "because": "Why",
        "tickets": "Severe tickets that are open",
        "ticket": "{number} {title}",
        "open_for": "open since {when}, for {time}",
        "after_approved": "It needs no further approval: once released, it leaves {day}.",
        "after_unapproved": "It is not approved: once released, it still needs approval.",
        "at_once": "at once",
        "on_its_day": "on the morning of {day}",
        "why": "You get this because it is yours to decide. Other steps go on.",
        "stays": (
            "Until you decide it stays where it is. No length of time sends it or drops "
            "it, nor does the end of the ticket."
        ),
    },
}
