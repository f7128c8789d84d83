"""What staff are answered who decide about care, in Chinese."""

from collections.abc import Mapping

CARE_FORMS: Mapping[str, str] = {
    # Who may decide, and what can still be decided.
    "{name} ({code}) has no part in {care} and does not serve its account; let somebody "
    "who does do it, or one of {allowed}.": (
        "{name}（{code}）与 {care} 无关，也不服务该客户；请由相关同事办理，"
        "或由以下人员办理：{allowed}。"
    ),
    "{name} ({code}) may not approve {care}; let one of {allowed} do it.": (
        "{name}（{code}）无权批准 {care}；请由以下人员批准：{allowed}。"
    ),
    "The letter of {care} says that already; nothing was changed.": (
        "{care} 的信已是这样写的；未作更改。"
    ),
    "{care} was approved by {name} already; nothing was done.": (
        "{care} 已由{name}批准；未作更改。"
    ),
    "{care} is held already ({reason}); nothing was changed.": (
        "{care} 已经暂缓（{reason}）；未作更改。"
    ),
    "{care} is not held, but {state}; nothing was changed.": (
        "{care} 并未暂缓，而是{state}；未作更改。"
    ),
    "'{step}' is done by approving the letter of {care}; use 'Approve a letter'.": (
        "“{step}”在批准 {care} 的信时完成；请使用“Approve a letter”。"
    ),
    "'{step}' of {care} was done by {name} already; nothing was changed.": (
        "{care} 的“{step}”已由{name}完成；未作更改。"
    ),
    "The letter of {care} has left already; nothing was changed.": (
        "{care} 的信已经发出；未作更改。"
    ),
    "{care} has no letter yet. {trouble}": "{care} 还没有信。{trouble}",
    "No letter belongs to {care}.": "{care} 不需要写信。",
    "{care} is over ({state}, {day}); nothing was changed.": (
        "{care} 已结束（{state}，{day}）；未作更改。"
    ),
    "{care} has no steps.": "{care} 没有步骤。",
    "Say which step of {care} is done: one of {steps}.": (
        "请说明 {care} 的哪一步已完成，可选：{steps}。"
    ),
    # Where it stands.
    "{care} {account}: {title} of {day}: {state}": (
        "{care} {account}：{day} 的“{title}”{state}"
    ),
    "the letter now has your text": "信中已是您写的内容",
    "it says {numbers}, which is not on record": "信中的 {numbers} 没有记录可查",
    "it has to be approved again": "需要重新批准",
    "'Release care' lets it go": "可用“Release care”恢复",
    "it is approved and stays held ({reason}) until somebody releases it": (
        "信已批准，但仍暂缓（{reason}），须有人恢复才会发出"
    ),
    "its letter leaves on {day}": "信将于 {day} 发出",
    "its letter waits for somebody's approval": "信还在等待批准",
    "done: {step}": "已完成：{step}",
    "{count} steps are left": "还有 {count} 步",
    "its letter has not left yet": "信尚未发出",
    # Occasions.
    "{field} must be {expected}; nothing was kept.": (
        "“{field}”应为{expected}；未保存任何内容。"
    ),
    "a day such as 2026-05-20 or 05-20": "日期，例如 2026-05-20 或 05-20",
    "a lunar day such as 八月十五, 闰六月初一 or 8-15": (
        "农历日期，例如 八月十五、闰六月初一 或 8-15"
    ),
    "empty where {column} is filled": "空（已填写“{column}”时）",
    "{day}, or else {lunar}": "{day}，或{lunar}",
    "empty with a lunar day, which comes every year": "否（农历日期每年都有）",
    "a day with its year, as it comes only once": "带年份的日期（仅一次）",
    "{today} or later, as it comes only once": "{today} 或之后的日期（仅一次）",
    "empty, as it comes only once": "空（仅一次）",
    "a day until {today}": "不晚于 {today} 的日期",
    "a day from {first} on": "不早于 {first} 的日期",
    "the first of its days, on {month}-{day} of a year": (
        "首次的日期，即某年的 {month}-{day}"
    ),
    "{occasion} is on record already; nothing was changed.": (
        "{occasion} 已有记录；未作更改。"
    ),
    "{occasion} is ended already; nothing was done.": "{occasion} 已经终止；未作更改。",
    "{count} of people not on record": "其中 {count} 条的联系人不在册",
    "{contact} is not among the contacts on record, so that no letter can be addressed": (
        "{contact}不在联系人名册中，无法寄信"
    ),
    "the service standard does nothing on it for the tier {tier}": (
        "服务标准对{tier}没有安排"
    ),
    "{occasion} is of the same kind; end one of the two, or both are honoured": (
        "{occasion} 是同一类日子；请终止其中一个，否则两个都会办理"
    ),
    "{care} of {day} is prepared and goes on; 'Drop care' gives it up": (
        "{day} 的 {care} 已经准备，照常进行；可用“Drop care”放弃"
    ),
    "{occasion} {account}: {title} {whose}": "{occasion} {account}：{title} {whose}",
    "it was on record and is put right": "原有记录已更正",
    "no day of it is coming": "今后没有这一天",
    "next on {day}, prepared from {begins} on": ("下一次是 {day}，从 {begins} 起准备"),
    "every lunar year on {day}": "每年农历{day}",
    "every year on {day}": "每年 {day}",
    "once, on {day}": "仅一次，{day}",
    "it comes no more": "今后不再办理",
    # Gifts.
    "Say who got it: type a name or a code into `recipient`.": (
        "请说明送给谁：在“收礼人”中填写姓名或编号。"
    ),
    "{care} is of another account than {account}; choose one of its own, or leave "
    "`care` empty.": (
        "{care} 不是{account}的关怀；请选择该客户自己的关怀，或把“关怀”留空。"
    ),
    "'{value}' is no amount; give one to the hundredth, such as 380 or 99.50.": (
        "“{value}”不是金额；请填写精确到分的金额，例如 380 或 99.50。"
    ),
    "{day} is still to come; record the gift when it has been given.": (
        "{day} 还没有到；请在送出之后登记。"
    ),
    "Say what was given: type it into `gift`.": "请说明送了什么：填写“礼品”。",
    "The text has {length} characters; keep it below {limit}.": (
        "内容有 {length} 个字符；请控制在 {limit} 以内。"
    ),
    "This gift is on record already, by {name}; nothing was done. If it is another one, "
    "say so in `gift`.": (
        "这件礼品已由{name}登记；未作更改。如果是另一件，请在“礼品”中写明。"
    ),
    "{item} for {recipient} of {account} on {day}: {value} {currency}, on record": (
        "{day} 送给{account}{recipient}的“{item}”已登记，{value} {currency}"
    ),
    "{left} are left for {recipient} in {year}": "{recipient} {year} 年还可收受 {left}",
    "{over} over the cap of {recipient}, with the reason given": (
        "超出{recipient}的年度限额 {over}，理由已记录"
    ),
    "{care}: {state}": "{care}：{state}",
}
