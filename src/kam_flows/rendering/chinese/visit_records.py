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
    "it counts for {touchpoint} of {day}": "抵计 {day} 的 {touchpoint}",
}
