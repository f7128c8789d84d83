"""What forms about tickets and the sweep of ladders answer, in Chinese."""

from collections.abc import Mapping

TICKETS: Mapping[str, str] = {
    "The ticket needs a title: one line that says what is wrong.": (
        "工单需要标题：请用一行话说明问题。"
    ),
    "The title has {length} characters; keep it to {limit} and put the rest into the "
    "note.": "标题有 {length} 个字，请控制在 {limit} 个字以内，其余内容写在备注里。",
    "The policy {policy} has no scene '{text}'; choose one of: {scenes}.": (
        "服务标准 {policy} 没有场景“{text}”；请从中选择：{scenes}。"
    ),
    "Say whom the ticket goes to: choose a person in `assign_to`.": (
        "请说明工单交给谁：在“指派给”中选择一位同事。"
    ),
    "Say which scene it is now: choose one in `scene`.": (
        "请说明变更为哪个场景：在“场景”中选择。"
    ),
    "Say how pressing it is now: choose one in `priority`.": (
        "请说明变更为哪个优先级：在“优先级”中选择。"
    ),
    "{number} is {state}, so '{action}' does nothing; possible now: {possible}.": (
        "{number} 的状态是“{state}”，不能“{action}”；现在可以：{possible}。"
    ),
    "{number} is in progress and yours already; nothing was changed.": (
        "{number} 已由您接手、正在处理；未作任何更改。"
    ),
    "{number} belongs to this person already; nothing was changed.": (
        "{number} 的负责人已经是这位同事；未作任何更改。"
    ),
    "{moment} is before {number} was opened ({opened}); choose a later moment.": (
        "时间 {moment} 早于 {number} 的开立时间（{opened}）；请选择之后的时间。"
    ),
    "You have just opened {number} with this title for the same account; nothing was "
    "done. If it is another request, say in the title what differs.": (
        "您刚刚为该客户开立了同名工单 {number}，因此没有重复开立。"
        "如果是另一个请求，请在标题中写明区别。"
    ),
    "{number} is {name}'s already; nothing was done.": (
        "{number} 已经由{name}负责，没有变更。"
    ),
    "{number} ({account}): {done}; now {state}": "{number}（{account}）：{done}；现在{state}",
    "as of {moment}": "时间 {moment}",
    "in the hands of {name}": "负责人 {name}",
    "resolve by {moment}": "请在 {moment} 前解决",
    "{name} is told by mail": "已邮件通知{name}",
    "{lines} lines read: {opened} tickets opened, {recorded} events recorded, {known} "
    "were known already": (
        "读取 {lines} 行：新开工单 {opened} 张，记录事件 {recorded} 条，"
        "已有 {known} 条未重复记录"
    ),
    "{number} as it stands is in Artifacts": "{number} 的历史见 Artifacts",
    "{rungs} rungs decided, {mails} mails written": (
        "处理到期的升级 {rungs} 级，写出邮件 {mails} 封"
    ),
    "{count} of {all} tickets could not be decided and will be tried again": (
        "{all} 张工单中有 {count} 张无法处理，下次会重试"
    ),
    "No mail can be sent to {name} ({code}) at '{address}'; what they should be told "
    "stays owed until the address is corrected": (
        "无法向{name}（{code}）的地址“{address}”发送邮件；"
        "在地址更正之前，应告知的内容会一直保留"
    ),
    "rung {rung}: {outcome}": "第 {rung} 级：{outcome}",
    "mail to {name}: {subject}": "发给 {name} 的邮件：{subject}",
    "{number} could not be decided: {why}": "{number} 无法处理：{why}",
    "{count} open tickets are on the board": "看板上有 {count} 张未结工单",
    "There is no event map '{name}'; choose one of {maps}, or give the path of a file of "
    "yours.": "没有事件映射“{name}”；请从中选择：{maps}，或输入您自己的文件路径。",
    "The event map {name} cannot be read: {why}.": "无法读取事件映射 {name}：{why}。",
    "The log does not say which account {number} belongs to; choose one in `account` for "
    "tickets without.": (
        "日志中没有写明工单 {number} 属于哪个客户；请在“客户”中为这些工单选择一个。"
    ),
    "Row {row}: there is no account '{account}'; import it first, or correct the row.": (
        "第 {row} 行：没有客户“{account}”；请先导入该客户，或更正这一行。"
    ),
    "Row {row}: {problem}": "第 {row} 行：{problem}",
    "a column named {name} (the log has: {there})": (
        "名为 {name} 的列（日志中有：{there}）"
    ),
    "something here": "不能为空",
    "a moment like 2026-10-09 17:50:00": "时间，例如 2026-10-09 17:50:00",
    "one of {codes}": "其中之一：{codes}",
    # A log that a policy is tried on.
    "The log holds no events.": "日志中没有任何事件。",
    "The log covers {start} to {stop}; no ticket was opened in the range asked for "
    "({asked}); choose another.": (
        "日志的时间范围是 {start} 至 {stop}；所选范围（{asked}）内没有开立工单，请另选。"
    ),
}
