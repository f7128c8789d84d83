"""What planning, moving, cancelling and recording visits answers, in Chinese."""

from collections.abc import Mapping

VISIT_RECORDS: Mapping[str, str] = {
    "{name} ({code}) is not on the team of {account} and does not take part in "
    "{touchpoint}; let somebody who does do it, or one of {allowed}.": (
        "{name}（{code}）不在{account}的服务小组，也不参加 {touchpoint}；"
        "请由相关同事操作，或由{allowed}操作。"
    ),
    "'{text}' is no time of day; type one such as 14:00.": (
        "“{text}”不是时间；请按 14:00 这样输入。"
    ),
    "The title has {length} characters; keep it below {limit}.": (
        "标题有 {length} 个字符；请控制在 {limit} 以内。"
    ),
    "Say why: type a few words into `reason`.": "请说明原因：在“原因”中写几个字。",
    "The reason has {length} characters; keep it below {limit}.": (
        "原因有 {length} 个字符；请控制在 {limit} 以内。"
    ),
    "{day} is past; choose {today} or a later day. If it took place, use "
    "'Record a visit'.": (
        "{day} 已经过去；请选择 {today} 或之后的日期。如已进行，请用“Record a visit”登记。"
    ),
    "{day} is more than two years ahead; choose a day until {last}.": (
        "{day} 在两年之后；请选择 {last} 之前的日期。"
    ),
    "{touchpoint} is closed ({state}, {day}); nothing was changed.": (
        "{touchpoint} 已结束（{state}，{day}）；未作更改。"
    ),
    "{touchpoint} stands on {day} already ({state}); nothing was done. If this is another "
    "one, give it a title that tells them apart.": (
        "{day} 已有 {touchpoint}（{state}）；未作更改。如果是另一次触达，请用标题加以区分。"
    ),
    "{touchpoint} is on {day} at {time} already; nothing was changed.": (
        "{touchpoint} 已经在 {day} {time}；未作更改。"
    ),
    "{account} is not served any more; nothing can be planned there.": (
        "{account}已终止合作；不能再安排触达。"
    ),
    # What speaks against a day.
    "{day} is a day off": "{day} 是休息日",
    "{day} is in the peak season of the account": "{day} 处于该客户的行业旺季",
    "it is {days} days from the day of its rhythm, {nominal}, where {tolerance} are "
    "allowed": "距节奏日 {nominal} 有 {days} 天，允许 {tolerance} 天",
    "nobody is responsible for it yet": "还没有人负责",
    "{name} is away on {day}": "{name}在 {day} 请假",
    "{name} has {count} touchpoints on {day} already, as many as the service standard "
    "allows": "{name}在 {day} 已有 {count} 次触达，达到服务标准的上限",
    "{name} has another one at {time}": "{name}在 {time} 另有安排",
    # What became of it.
    "{touchpoint} {account}: {title} is on {day} at {time}, with {owner}": (
        "{touchpoint} {account}：“{title}”安排在 {day} {time}，由{owner}负责"
    ),
    "{touchpoint} {account}: {title} of {day}: {state}": (
        "{touchpoint} {account}：{day} 的“{title}”{state}"
    ),
    "use 'Record a visit' to say what came of it": "请用“Record a visit”登记结果",
    "{touchpoint} was to be settled with it and stands by itself again": (
        "原与之合并的 {touchpoint} 恢复单独安排"
    ),
    "it counts for no planned touchpoint": "没有可抵计的计划",
    "it will count for {touchpoint} of {day}": "届时抵计 {day} 的 {touchpoint}",
    "it counts for {touchpoint} of {day}": "抵计 {day} 的 {touchpoint}",
    # Recording.
    "A text of {length} characters is too long; keep each below {limit}.": (
        "有 {length} 个字符的内容太长；每项请控制在 {limit} 以内。"
    ),
    "{count} promises are too many for one touchpoint; write at most {limit}, one in "
    "each line.": "{count} 项承诺太多；一次触达最多 {limit} 项，每行一项。",
    "Promise {number}, '{text}', is not clear; write it as: what; who; 2026-12-01 (who "
    "may be left out).": (
        "第 {number} 项承诺“{text}”不清楚；请写作：内容；负责人；2026-12-01"
        "（负责人可省略）。"
    ),
    "Promise {number} is due on {day}, before it was made on {made}; choose a later day.": (
        "第 {number} 项承诺的日期 {day} 早于承诺当天 {made}；请写更晚的日期。"
    ),
    "Say what kind of signal it is: choose at least one in `signals`.": (
        "请说明是哪一类信号：在“预警信号”中至少选择一项。"
    ),
    "{touchpoint} cannot have taken place on {day}, which lies ahead; say in `on` when it "
    "did, until {today}.": (
        "{touchpoint} 不可能已在将来的 {day} 进行；请在“实际日期”中选择 {today} "
        "或之前的日期。"
    ),
    "{day} is too far from {planned}, the day of {touchpoint}; correct it, or record it "
    "with 'Plan a visit' as one of its own.": (
        "{day} 距 {touchpoint} 的计划日期 {planned} 太远；请更正日期，"
        "或用“Plan a visit”另行登记。"
    ),
    "{touchpoint} is settled by {other}; record that one.": (
        "{touchpoint} 已由 {other} 抵计；请登记 {other}。"
    ),
    "{touchpoint} is closed ({state}, {day}); if it took place after all, enter it with "
    "'Plan a visit' and its day.": (
        "{touchpoint} 已结束（{state}，{day}）；如确已进行，请用“Plan a visit”按当天日期登记。"
    ),
    "{touchpoint} was recorded by {name} at {moment}; nothing was changed. If the record "
    "is wrong, choose to correct it or to take it back.": (
        "{touchpoint} 已由{name}于 {moment} 登记；未作更改。"
        "如登记有误，请把“登记方式”选为“更正”或“撤回”。"
    ),
    "{touchpoint} is not recorded yet, so there is nothing to correct; choose to record "
    "it.": "{touchpoint} 尚未登记，没有可更正的内容；请把“登记方式”选为“登记”。",
    "Fill in what was recorded wrongly; what is empty stays as it is.": (
        "请填写登记有误的内容；留空的保持不变。"
    ),
    "{touchpoint} is not recorded, so there is nothing to take back.": (
        "{touchpoint} 尚未登记，没有可撤回的内容。"
    ),
    "Present: {text}": "在场：{text}",
    "Learned: {text}": "了解到：{text}",
    "Satisfaction: {degree}": "满意度：{degree}",
    "Next step: {text}": "下一步：{text}",
    "{touchpoint} {account}: {title} of {day} is on record": (
        "{touchpoint} {account}：{day} 的“{title}”已登记"
    ),
    "needs: {dimensions}": "记入需求：{dimensions}",
    "{promise} is to be kept by {owner} until {day}": (
        "{promise} 由{owner}于 {day} 前兑现"
    ),
    "signals: {signals}": "预警信号：{signals}",
    "{touchpoint} is settled with it": "{touchpoint} 随之完成",
    "{touchpoint} {account}: the record of {title} is taken back, it is open again": (
        "{touchpoint} {account}：“{title}”的登记已撤回，恢复为未完成"
    ),
    "{promise} stays: it is kept": "{promise} 保留：已经兑现",
    "{touchpoint} {account}: {state}, {day}": "{touchpoint} {account}：{state}，{day}",
    # Following up.
    "{step}": "{step}",
    "{step}: {count}": "{step} {count}",
    "{count} of {all} could not be decided and will be tried again": (
        "{all} 件中有 {count} 件无法判定，将再次尝试"
    ),
    "{count} mails written": "写出 {count} 封邮件",
}
