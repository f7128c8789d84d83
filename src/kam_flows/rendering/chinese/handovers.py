"""What handing an account over answers, in Chinese."""

from collections.abc import Mapping

HANDOVERS: Mapping[str, str] = {
    "{handover} has no item {items}; its items are 1 to {last}.": (
        "{handover} 没有第 {items} 项；该交接共有第 1 至 {last} 项。"
    ),
    "These items of {handover} are accepted already; nothing was changed.": (
        "{handover} 的这些项已被接受；未作更改。"
    ),
    "'{items}' are no item numbers; type them like 1, 3-5, or leave the field empty for "
    "all open items.": (
        "“{items}”不是项目编号；请按 1, 3-5 这样输入，或留空表示全部未接受的项。"
    ),
    # Handing over.
    "{name} cannot hand an account over to themselves; choose somebody else in "
    "`successor`.": "{name}不能把客户交接给自己；请在“接手人”中选择其他同事。",
    "What was told by word of mouth has to be on record: type the reference of the "
    "recording into `recording`.": (
        "口头交代的内容须有录音为凭；请在“录音编号”中填写。"
    ),
    "{leaving} has handed {account} over to {successor} already, and {handover} is not "
    "accepted to the end; to pass it on, hand it over from {successor}.": (
        "{leaving}已将{account}交接给{successor}，{handover} 尚未全部接受；"
        "如需改由他人接手，请从{successor}名下交接。"
    ),
    "{name} has no part in {account}: no role in its team, no open ticket, no promise; "
    "nothing was done.": (
        "{name}在{account}没有任何职责：不在服务小组，没有未结工单，也没有承诺；未作更改。"
    ),
    "{handover}: {account} passed from {leaving} to {successor}": (
        "{handover}：{account}由{leaving}交接给{successor}"
    ),
    "roles: {roles}": "服务角色：{roles}",
    "open tickets {count}": "未结工单 {count} 张",
    "promises {count}": "未兑现承诺 {count} 项",
    "handovers not accepted before: {numbers}": "此前未接受的交接：{numbers}",
    "held mails {count}": "待决定邮件 {count} 封",
    "{count} items to accept by {moment}": "请在 {moment} 前接受 {count} 项",
    "{name} is away; {deputy} stands in and may accept": (
        "{name}请假中；由{deputy}代理，可代为接受"
    ),
    "{name} is away and nobody stands in; the time to accept runs all the same": (
        "{name}请假中且无人代理；接受期限照常计算"
    ),
    "told by mail: {names}": "已发邮件通知：{names}",
    # Accepting.
    "{handover} is accepted by {successor}, or by their deputy while they are away; "
    "{name} ({code}) is neither.": (
        "{handover} 由{successor}接受，或由其请假期间的代理人接受；"
        "{name}（{code}）两者都不是。"
    ),
    "{moment} is before {handover} began ({started}); choose a later moment.": (
        "{moment} 早于 {handover} 的开始时间（{started}）；请选择更晚的时间。"
    ),
    "{handover} ({account}): {count} items accepted": (
        "{handover}（{account}）：已接受 {count} 项"
    ),
    "all of it is accepted": "已全部接受",
    "still open: {items}": "尚未接受：{items}",
    "This run would write {count} mails about handovers, more than the {guard} allowed; "
    "they wait. If that many are right, start '{form}' with "
    "allow_mails={count}.": (
        "本次将写 {count} 封交接邮件，超过允许的 {guard} 封；这些邮件暂不写出。"
        "如果数量无误，请用 allow_mails={count} 启动“{form}”。"
    ),
    # Leaving.
    "{name} ({code}) is marked as left already; nothing was changed.": (
        "{name}（{code}）此前已标记为离职；未作更改。"
    ),
    "{code} left: no account needs somebody else.": (
        "{code} 已离职，没有客户需要换人负责。"
    ),
    "{code} left: accounts that now need a handover: {accounts}.": (
        "{code} 已离职，以下客户需要交接：{accounts}。"
    ),
    "{account}": "{account}",
    "{account} ({parts})": "{account}（{parts}）",
    "handover in progress {numbers}": "进行中的交接 {numbers}",
    "number": "序号",
    "kind": "类别",
    "text": "内容",
    "what to do": "下一步",
}
