"""Answers to staff about visits: mails."""

VISIT_MAILS: dict[str, str] = {
    "{count} of {all} briefs could not be written and will be tried again": (
        "{all} 份简报中有 {count} 份未能写出，下次会再试"
    ),
    "{count} visit briefs written": "已写出 {count} 份拜访简报",
    "{count} calendar mails written": "已写出 {count} 封日程邮件",
    "This run would write {count} mails, more than the {guard} allowed; none was "
    "written. If that many are right, start '{form}' with allow_mails={count}.": (
        "本次将写出 {count} 封邮件，超过上限 {guard} 封，因此一封也没有写。"
        "如果确实需要，请运行“{form}”并把“邮件上限”设为 {count}。"
    ),
}
