"""What drafting and signing an SLA agreement answers, in Chinese."""

from collections.abc import Mapping

AGREEMENTS: Mapping[str, str] = {
    # The template and what is wrong with it.
    "The template {template} cannot be opened as a Word document; save it again as "
    ".docx.": "模板 {template} 无法作为 Word 文档打开；请重新另存为 .docx。",
    "The template {template} names the field '{field}', which there is not; there are: "
    "{fields}.": "模板 {template} 中的字段“{field}”不存在；可用的字段有：{fields}。",
    "The template {template} lacks the field '{field}', without which it is no agreement; "
    "write it into the template where it belongs.": (
        "模板 {template} 缺少字段“{field}”，没有它就不成其为协议；请在模板的相应位置补上。"
    ),
    "The template {template} cannot be filled in: {why}.": (
        "模板 {template} 无法填写：{why}。"
    ),
    # Drafting.
    "There is no language '{text}'; type 中文 or English.": (
        "没有语言“{text}”；请输入“中文”或“English”。"
    ),
    "The policy {policy} promises {account} ({tier}) no times; there is nothing to agree "
    "on.": "服务标准 {policy} 没有向{account}（{tier}）承诺任何时限，无可签署的内容。",
    "{account}: version {version} is drafted; it is in force once its signature is "
    "recorded": "{account}：第 {version} 版协议已起草，签署并登记后生效",
    "{account}: version {version} says just this already; nothing was drafted": (
        "{account}：第 {version} 版协议的内容与此完全相同，没有重复起草"
    ),
    "the document is {path}": "文档位于 {path}",
    # Signing.
    "{account} has no agreement yet; draft one first.": (
        "{account}还没有协议；请先起草一份。"
    ),
    "{account} has no version {version} of its agreement; there are: {versions}.": (
        "{account}没有第 {version} 版协议；现有版本：{versions}。"
    ),
    "Version {version} is signed already, by {name} on {day}; nothing was changed. For "
    "other terms draft a new version.": (
        "第 {version} 版协议已由{name}于 {day} 签署；未作任何更改。"
        "如果内容有变，请起草新的版本。"
    ),
    "Version {newer} is signed already, and newer than {version}; record the signature of "
    "a later one.": (
        "更新的第 {newer} 版协议已签署，不能再登记第 {version} 版；"
        "请登记之后版本的签署。"
    ),
    "Say who signed for the account: type a name into `signed_by`.": (
        "请说明客户方由谁签署：在“客户方签署人”中填写姓名。"
    ),
    "Say where it was signed: type a place into `place`.": (
        "请说明在哪里签署：在“签署地点”中填写。"
    ),
    "'{text}' is too long; keep it to {limit} characters.": (
        "“{text}”太长；请控制在 {limit} 个字以内。"
    ),
    "The signature of {day} lies in the future; choose the day on which it was signed.": (
        "签署日期 {day} 在将来；请选择实际签署的日期。"
    ),
    "Version {version} was drafted on {drafted}, after {day}; choose the day on which it "
    "was signed.": (
        "第 {version} 版协议于 {drafted} 才起草，晚于 {day}；请选择实际签署的日期。"
    ),
    "{account}: version {version} is signed, by {name} on {day}, {place}": (
        "{account}：第 {version} 版协议已由{name}于 {day} 签署，地点：{place}"
    ),
    "face to face": "当面签署",
    "not face to face": "非当面签署",
    "it is outdated already ({why}): other times are promised now; draft a new version": (
        "但该版本已过时（{why}）：现在承诺的时限不同，请起草新的版本"
    ),
    "{count} signed agreements no longer say what is promised; their lead managers are "
    "told": "{count} 份已签署的协议与现行承诺不符，已通知主客户经理",
    # The words of the document and of the table of promised times.
    "scene": "场景",
    "priority": "优先级",
    "all requests": "所有请求",
    "other requests": "其他请求",
    "time to respond": "响应时限",
    "time to plan": "方案时限",
    "time to resolve": "解决时限",
    "{time} after the opening, if {lacking}": "提出后 {time}仍{lacking}",
    "when {share} of the {what} is used up, if {lacking}": "{what}用去 {share} 仍{lacking}",
    "when the {what} is over, if {lacking}": "{what}已到仍{lacking}",
    "{time} after the {what} is over, if {lacking}": "超过{what} {time}仍{lacking}",
}
