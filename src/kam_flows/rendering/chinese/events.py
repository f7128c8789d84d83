"""What forms about events of ours answer, in Chinese."""

from collections.abc import Mapping

EVENTS: Mapping[str, str] = {
    "Give the event a name, as its guests are to read it.": (
        "请填写活动名称，即客户将看到的名称。"
    ),
    "'{text}' has {length} letters; keep it to {limit}.": (
        "“{text}”有 {length} 个字；请不超过 {limit} 个字。"
    ),
    "An event lasts from 1 to {limit} minutes; type how many into `minutes`.": (
        "活动时长须为 1 至 {limit} 分钟；请在“时长”中填写分钟数。"
    ),
    "The event would have begun already; choose a later day.": (
        "活动开始时间已过；请选择更晚的日期。"
    ),
    "That day is more than two years ahead; look at its year.": (
        "该日期在两年以后；请检查年份。"
    ),
    "'{line}' names no owner; write a role or a step, a colon, and who does it.": (
        "“{line}”没有写明负责人；请写作“角色或步骤：负责人”。"
    ),
    "{name} ({code}) does not organise {event}; let its organiser do it, or one of "
    "{allowed}.": (
        "{name}（{code}）不是“{event}”的组织者；请由组织者，或以下角色之一的同事操作：{allowed}。"
    ),
    "{event} is cancelled; nothing was changed.": "“{event}”已取消；未作任何更改。",
    "{event} is over; nothing was changed.": "“{event}”已结束；未作任何更改。",
    "{event} is on {day} at {time} already; nothing was changed.": (
        "“{event}”本来就在 {day} {time}；未作任何更改。"
    ),
    "{name} was not invited yet; release the invitations first.": (
        "尚未邀请{name}；请先放行邀请函。"
    ),
    "The note has {length} characters; keep it to {limit}.": (
        "备注有 {length} 个字；请不超过 {limit} 个字。"
    ),
    "Say in the note why the step is let off.": "请在备注中说明为什么豁免这一步。",
    "No step of this event is called '{what}' or is done in such a role; there are "
    "{steps}.": "该活动没有名为“{what}”的步骤，也没有步骤由该角色负责；可选步骤：{steps}。",
    "Nobody was chosen; choose accounts, a tier, or type contacts.": (
        "没有选择嘉宾；请选择客户、分级，或填写联系人。"
    ),
    "There is no tier '{tier}'; choose one.": "没有分级“{tier}”；请从列表中选择。",
    "No invitation to {event} waits; use 'Invite to an event' first.": (
        "“{event}”没有待放行的邀请函；请先使用“Invite to an event”。"
    ),
    "{name} organises {event} and has left; name somebody who is here with 'Move an "
    "event' first.": (
        "“{event}”的组织者{name}已离职；请先用“Move an event”指定在职的组织者。"
    ),
    "{event} is planned already: {name} on {day}, with {organiser}": (
        "{event} 已有安排：{name}，{day}，组织者{organiser}"
    ),
    "{event}: {name} is planned for {day}, in {count} steps": (
        "{event} 已安排：{name}，{day}，共 {count} 步"
    ),
    "'{step}' of {event} is settled, {count} steps are left": (
        "{event} 的“{step}”已办结，还剩 {count} 步"
    ),
    "{event}: {name} is on {day} at {time}": "{event} {name} 改为 {day} {time}",
    "{event}: {name} is cancelled": "{event} {name} 已取消",
    "{event}: {name} on {day}, {count} guests": "{event} {name}，{day}，{count} 位嘉宾",
    "that is no working day": "当天不是工作日",
    "the preparation begins late, so the plan is shorter": "筹备开始得晚，计划已缩短",
    "left out, as it is too late: {steps}": "来不及进行，已略去：{steps}",
    "{count} guests are told": "已通知 {count} 位嘉宾",
    "{count} invitations were written anew and wait to be released": (
        "{count} 封邀请函已重写，等待放行"
    ),
    "{count} invitations will not be sent": "{count} 封邀请函不再发出",
    "{count} replies were to the old day and are asked for again": (
        "{count} 个回复针对原日期，需重新确认"
    ),
    "{count} colleagues are told": "已通知 {count} 位同事",
    "{event}: {count} invitations: {decision}": "{event} 的 {count} 封邀请函：{decision}",
    "{name} of {account}: {reply}": "{account}的{name}：{reply}",
    "so far {yes} come, {no} do not, {perhaps} perhaps, {open} did not reply": (
        "目前 {yes} 人参加，{no} 人不参加，{perhaps} 人待定，{open} 人尚未回复"
    ),
    "at account": "客户",
    "{event}: {count} invitations wait to be released": (
        "{event} 有 {count} 封邀请函等待放行"
    ),
    "{event}: nobody new was invited": "{event} 没有新邀请的嘉宾",
    "{count} were invited before": "{count} 人此前已邀请",
    "nobody can be written to at {names}": "无法通过邮件联系：{names}",
    "{count} mails about steps written": "已写出 {count} 封步骤提醒",
}
