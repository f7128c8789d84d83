"""What the forms about account files answer, in Chinese."""

from collections.abc import Mapping

ACCOUNT_FILES: Mapping[str, str] = {
    "{kind} filed for {account}": "已记入{account}的客户档案：{kind}",
    "{promise} is to be kept by {day}": "{promise} 应于 {day} 前兑现",
    "{promise} to {account} is kept": "{account}的承诺 {promise} 已兑现",
    "{account}: see Artifacts": "{account}：请看 Artifacts",
    "Only a promise has an owner and a day; leave both empty, or choose {kind} as the "
    "kind of entry.": (
        "只有承诺才需要负责人和日期；请两项都留空，或把记录类型选为“{kind}”。"
    ),
    "{promise} was kept already; nothing was done.": (
        "{promise} 已经兑现，未做任何更改。"
    ),
    "The entry is empty; write down what was said or agreed.": (
        "内容为空；请写下沟通或约定的内容。"
    ),
    "The entry has {length} characters; keep it to {limit}.": (
        "内容有 {length} 个字符；请控制在 {limit} 以内。"
    ),
    "There is no promise '{text}'; choose one from the list, or type its number from the "
    "account's page, like P-12.": (
        "没有承诺“{text}”；请从列表中选择，或输入客户页面上的编号，例如 P-12。"
    ),
    "Say by when it is promised: choose a day in `due_on`.": (
        "请说明承诺的兑现日期：在“兑现日期”中选择一天。"
    ),
    "{day} is before the day of the promise, {made}; choose a later one in `due_on`.": (
        "{day} 早于承诺当天 {made}；请在“兑现日期”中选择更晚的一天。"
    ),
    "an amount such as 12800.50": "金额，例如 12800.50",
    "a currency such as CNY": "币种，例如 CNY",
    "a day after {day}": "晚于 {day} 的日期",
    "transactions": "交易",
}
