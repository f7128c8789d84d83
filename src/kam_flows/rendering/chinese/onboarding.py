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
}
