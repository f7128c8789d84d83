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
    "{event} is over and cannot be cancelled.": "“{event}”已结束，不能取消。",
    "{event} is on {day} at {time} already; nothing was changed.": (
        "“{event}”本来就在 {day} {time}；未作任何更改。"
    ),
    "{name} was not invited yet; release the invitations first.": (
        "尚未邀请{name}；请先放行邀请函。"
    ),
    "The note has {length} characters; keep it to {limit}.": (
        "备注有 {length} 个字；请不超过 {limit} 个字。"
    ),
}
