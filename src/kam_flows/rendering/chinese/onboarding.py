"""What forms about onboarding and its checklists answer, in Chinese."""

from collections.abc import Mapping

ONBOARDING: Mapping[str, str] = {
    "{name} ({code}) is not on the team of {account}; let somebody of its team do it, or "
    "one of {allowed}.": (
        "{name}（{code}）不在{account}的服务小组中；请由小组成员操作，"
        "或由以下角色之一的同事操作：{allowed}。"
    ),
    "{account} is no longer an account of ours; set it to active in the account file "
    "first.": "{account}已不是合作中的客户；请先在客户文件中改为合作中。",
    "The signing cannot be later than the start; choose in `signed_at` when the account "
    "signed.": "签约时间不能晚于启动时间；请在“签约时间”中选择客户实际签约的时间。",
    "{name} is the lead manager of {account} now; choose in `predecessor` who served it "
    "before, or leave it empty.": (
        "{name}现在就是{account}的主客户经理；"
        "请在“前任”中选择之前负责该客户的同事，或留空。"
    ),
    "{account} is being onboarded already; nothing was done.": (
        "{account}的接入已在进行中；没有重复启动。"
    ),
    "{account}: onboarding started": "{account}：接入已启动",
    "{account}: an onboarding is there already, started {moment} by {name}; nothing was "
    "changed, and all that is recorded stays": (
        "{account}：接入清单已经存在（{moment} 由{name}启动）；"
        "未作任何更改，已记录的内容全部保留"
    ),
    "complete since {moment}": "已于 {moment} 完成",
    "{left} of {count} items to do": "共 {count} 项，待完成 {left} 项",
    "on hold: no deadline runs": "已暂停，截止时间不计时",
    "due {moment}, {time} after the signing at {signed}": (
        "截止时间 {moment}（签约时间 {signed} 起 {time}）"
    ),
    "provisional: the official holidays of that year are not published yet": (
        "暂定：该年度法定节假日安排尚未公布"
    ),
    "started late, the deadline has passed: the next watch tells of it once": (
        "启动过晚，截止时间已过：下一次检查会通知一次"
    ),
    "warning: the deadline falls on a day off": "注意：截止时间落在休息日",
    "{written} would end {moment}": "若按 {written} 计，为 {moment}",
    "told by mail what is theirs: {names}": "已邮件告知所负责的清单项：{names}",
    "no mail can be sent to {names}: correct their address and tell them in person": (
        "无法向{names}发送邮件：请更正其邮箱地址，并当面告知"
    ),
    "{account}: {progress}, {percent} % done": "{account}：{progress}，完成 {percent} %",
    # Items and holds.
    "'{item}' is your own; let somebody above you decide about it.": (
        "“{item}”由您本人负责；请由您的上级决定。"
    ),
    "{name} ({code}) may not decide about '{item}'; let a supervisor of its owner do it, "
    "or one of {allowed}.": (
        "{name}（{code}）无权决定“{item}”；请由该项负责人的主管决定，"
        "或由以下角色之一的同事决定：{allowed}。"
    ),
    "'{item}' is not ticked off by hand: it is done once it is on record; use the form "
    "{form}.": "“{item}”不能手工勾选：相关内容登记后即自动完成；请使用表单 {form}。",
    "'{item}' wants evidence: {wanted}; type it into `evidence`.": (
        "“{item}”需要凭据：{wanted}；请填写“凭据”。"
    ),
    "'{item}' is open; nothing was changed.": "“{item}”尚未完成；未作任何更改。",
    "'{item}' is on record, so it is done; correct the record instead.": (
        "“{item}”因已有记录而完成；请更正相应的记录。"
    ),
    "The onboarding is complete and everybody was told; '{item}' stays as it is.": (
        "接入已完成并已通知各方；“{item}”保持不变。"
    ),
    "'{item}' is settled already ({state}); nothing was changed.": (
        "“{item}”{state}；未作任何更改。"
    ),
    "The onboarding is on hold already; nothing was changed.": (
        "接入已处于暂停状态；未作任何更改。"
    ),
    "That moment is before the onboarding was started or last resumed; choose a later "
    "one.": "该时间早于接入启动或上次恢复的时间；请选择之后的时间。",
    "The onboarding is not on hold; nothing was changed.": (
        "接入没有暂停；未作任何更改。"
    ),
    "That moment is before the onboarding was put on hold; choose a later one.": (
        "该时间早于接入暂停的时间；请选择之后的时间。"
    ),
    "The onboarding is complete; nothing was changed.": "接入已完成；未作任何更改。",
    "Say why: type it into `reason`.": "请说明原因：填写“原因”。",
    "The text has {length} characters; keep it to {limit} and put the rest into the "
    "account file.": (
        "内容有 {length} 个字，请控制在 {limit} 个字以内，其余内容写入客户档案。"
    ),
    "No onboarding of {account} was started; use the form start-onboarding.": (
        "{account}尚未启动接入；请使用表单 start-onboarding。"
    ),
    "{account}: {item} is done": "{account}：“{item}”已完成",
    "{account}: {item} is waived": "{account}：“{item}”已豁免",
    "{account}: {item} is open again": "{account}：“{item}”已重新打开",
    "{account}: the onboarding is on hold": "{account}：接入已暂停",
    "{account}: the onboarding goes on": "{account}：接入已恢复",
    "with that the onboarding is complete": "接入至此全部完成",
    "{left} items to do": "待完成 {left} 项",
    "due {moment}": "截止时间 {moment}",
    "no deadline runs until it is resumed": "恢复之前不计时",
    "overdue": "已超期",
}
