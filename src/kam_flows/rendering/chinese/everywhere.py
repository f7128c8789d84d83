"""What any form may answer, in Chinese."""

from collections.abc import Mapping

EVERYWHERE: Mapping[str, str] = {
    "Choose the {kind}, or type a code or a name.": (
        "请选择{kind}，或输入编号或名称。"
    ),
    "There is no {kind} '{text}'; type a code or a name.": (
        "没有{kind}“{text}”；请输入编号或名称。"
    ),
    "There is no {kind} '{text}'; did you mean {near}?": (
        "没有{kind}“{text}”；您要找的是不是：{near}？"
    ),
    "'{text}' is the name of more than one {kind}; type one of the codes {codes}.": (
        "“{text}”对应多个{kind}；请输入其中一个编号：{codes}。"
    ),
    "Say who you are: type your staff code or email into `by`.": (
        "请说明您是谁：在“操作人”中选择自己，或输入工号或邮箱。"
    ),
    "{name} ({code}) has left; type your own staff code into `by`.": (
        "{name}（{code}）已离职；请在“操作人”中选择您自己。"
    ),
    "{name} has left; choose somebody who is here.": "{name}已离职；请选择在职的同事。",
    "There is no choice '{text}'; choose one of: {choices}.": (
        "没有“{text}”这个选项；请从中选择：{choices}。"
    ),
    "The moment {moment} is in the future; leave `as_of` empty for now, or switch "
    "`dry_run` on to see what would happen then.": (
        "时间 {moment} 在将来；现在发生的请留空，要看届时会怎样请打开“试运行”。"
    ),
    "There is no file {path}; put it into the folder {inbox} and type its name. There "
    "now: {there}.": (
        "没有文件 {path}；请把文件放入文件夹 {inbox}，再输入文件名。现有文件：{there}。"
    ),
    "{name} ({code}) has the role {role} and may not do this; type somebody into `by` "
    "who is one of {allowed}.": (
        "{name}（{code}）的角色是“{role}”，无权操作；请由以下角色之一的同事操作：{allowed}。"
    ),
    "This run would write {count} mails, more than the {guard} allowed; none was written. "
    "If that many are right, start '{form}' with allow_mails={count}; if they are usual "
    "here, raise KAM_MAIL_GUARD.": (
        "本次将写出 {count} 封邮件，超过上限 {guard} 封，因此一封也没有写。"
        "如果确实需要，请运行“{form}”并把“邮件上限”设为 {count}；"
        "如果平时就有这么多，请调高 KAM_MAIL_GUARD。"
    ),
    "The form is filled in already: see Artifacts.": ("表单已经填好，请看 Artifacts。"),
    "Look at them first, in a dry run": "先试运行，看看是哪些邮件",
    "Allow {count} mails, this once": "仅此一次，允许写 {count} 封邮件",
    "Dry run: nothing was kept": "试运行：未保存任何内容",
    "Nothing was due": "目前没有到期事项",
    "what": "事项",
    "how many": "数量",
    "see Artifacts": "请看 Artifacts",
    "{path} cannot be read ({why}).": "无法读取 {path}（{why}）。",
    "The calendar '{calendar}' has no working time within two years of {day}; give its "
    "week at least one window such as 09:00-18:00.": (
        "日历“{calendar}”在 {day} 之后的两年内没有工作时间；"
        "请至少为一个工作日写上工作时段，例如 09:00-18:00。"
    ),
    "The calendar '{calendar}' has no days for {day}; give a date between {first} and "
    "{last}.": (
        "日历“{calendar}”不包含 {day}；请输入 {first} 年至 {last} 年之间的日期。"
    ),
}
