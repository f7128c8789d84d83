"""What the watch over onboarding and its board answer, in Chinese."""

from collections.abc import Mapping

ONBOARDING_WATCH: Mapping[str, str] = {
    "This run would write {count} mails, more than the {guard} allowed; these "
    "onboardings wait. If that many are right, start '{form}' with "
    "allow_mails={count}.": (
        "本次将写出 {count} 封邮件，超过上限 {guard} 封，因此这些接入先不通知。"
        "如果确实需要，请运行“{form}”并把“邮件上限”设为 {count}。"
    ),
    "{count} onboardings run": "{count} 个接入进行中",
    "No working day: no morning mail": "今天不是工作日，不发早报",
    "Morning mail to {names}": "已向{names}发送早报",
    "{step}: {outcome}": "{step}：{outcome}",
    "{account} could not be decided: {why}": "{account} 无法判定：{why}",
    "{count} of {all} onboardings could not be decided and will be tried again": (
        "{all} 个接入中有 {count} 个无法判定，将再次尝试"
    ),
    "{count} of {all} handovers could not be decided and will be tried again": (
        "{all} 项交接中有 {count} 项无法判定，将再次尝试"
    ),
    "{mails} mails about late handovers": "{mails} 封交接超期邮件",
    "{steps} reminders and escalations decided, {mails} mails written": (
        "已处理 {steps} 项提醒和升级，写出 {mails} 封邮件"
    ),
}
