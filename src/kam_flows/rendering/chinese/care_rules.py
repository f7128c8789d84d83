"""What occasions, cares and gifts refuse, in Chinese."""

from collections.abc import Mapping

from kam_flows.domain.gift_rules import OF_ACCOUNT, OF_CARE

CARE_RULES: Mapping[str, str] = {
    "The lunar year {year} is not known; the lunar calendar is kept from {first} to "
    "{last}.": "无法推算农历 {year} 年；农历只支持 {first} 至 {last} 年。",
    "{month}-{day} is no day of the year; give a month from 1 to 12 and a day that it "
    "has.": "{month}月{day}日 不存在；请填写 1 至 12 月中确有的日期。",
    "{month}-{day} is no lunar day; give a month from 1 to 12 and a day from 1 to 30.": (
        "农历没有 {month}月{day}日；请填写 1 至 12 月、初一至三十之间的日期。"
    ),
    "{since} is no day for a lunar date; give one from {first} to {last}.": (
        "{since} 无法推算农历；请填写 {first} 至 {last} 年之间的日期。"
    ),
    "The calendar '{calendar}' has no working day near {day} for a care; look at its "
    "hours and closures, and at the blackout of the policy.": (
        "日历“{calendar}”在 {day} 前后没有可用于关怀的工作日；"
        "请检查其工作时间和停工日，以及服务标准中的 blackout。"
    ),
    "This care is {state} and cannot become {other} any more; look at its page for what "
    "is left to do.": "该关怀{state}，不能再改为“{other}”；请在其页面查看待办事项。",
    "A gift is worth something; give its value, such as 380.": (
        "礼品须有价值；请填写金额，例如 380。"
    ),
    OF_CARE: "一次关怀的礼品总额不得超过 {cap}，目前已有 {given}，还剩 {left}；请选择价值更低的礼品。",
    OF_ACCOUNT: (
        "每个客户每年的礼品总额不得超过 {cap}，目前已有 {given}，还剩 {left}；"
        "请选择价值更低的礼品。"
    ),
    "{recipient} may get gifts for {cap} a year and has got {given}, so that {left} are "
    "left; choose a smaller one, or let one of {allowed} record it with a reason.": (
        "{recipient} 每年收受礼品不得超过 {cap}，今年已收 {given}，还剩 {left}；"
        "请选择价值更低的礼品，或由以下人员说明理由后登记：{allowed}。"
    ),
}
