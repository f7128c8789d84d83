"""Answers to staff about visits: mails."""

VISIT_MAILS: dict[str, str] = {
    "{count} of {all} briefs could not be written and will be tried again": (
        "{all} 份简报中有 {count} 份未能写出，下次会再试"
    ),
    "{count} visit briefs written": "已写出 {count} 份拜访简报",
    "{count} calendar mails written": "已写出 {count} 封日程邮件",
    "{count} mails of the week written": "已写出 {count} 封周报",
}
