"""Answers to staff about what the house keeps: the audit trail, people, old mails."""

from collections.abc import Mapping

RECORDS: Mapping[str, str] = {
    "{count} bodies of mails went": "已删除 {count} 封邮件的正文",
    "{count} used links": "用过的链接 {count} 条",
    "{count} findings": "已解决的检查结果 {count} 条",
    "{count} runs with their artifacts": "运行记录及其产物 {count} 条",
    "{name} is neither JSON, Markdown nor XLSX; let its name end in .json, .md or .xlsx.": (
        "{name} 不是 JSON、Markdown 或 XLSX 文件；文件名请以 .json、.md 或 .xlsx 结尾。"
    ),
    "Contact {code} of {account} is {alias} from now on": (
        "{account} 的联系人 {code} 今后只记为 {alias}"
    ),
    "records without them: {rows}": "已抹去其信息的记录：{rows}",
    "{count} mails to them have no body any more, {stopped} of them never leave": (
        "写给本人的 {count} 封邮件已删除正文，其中 {stopped} 封不再发出"
    ),
    "{count} other mails name them no more": "另有 {count} 封邮件中不再出现其信息",
    "somebody else has {what}, too: where nobody can tell whose it is, it was left": (
        "另有他人的{what}与之相同：无法判断是谁的地方予以保留"
    ),
    "the name": "姓名",
    "the mail address": "邮箱",
    "the telephone number": "电话",
    "nobody who was erased on request ({alias}, {day}); take the row out, or give a new "
    "code to somebody who wants to be on record again": (
        "未按请求删除的联系人（{alias}，{day} 删除）；请删去这一行，本人愿意再次留档的请用新编号"
    ),
    "{code} has the mail address of somebody who was erased on request on {day} "
    "({alias}); unless they want to be on record again, erase them once more": (
        "{code} 的邮箱属于 {day} 按请求删除的联系人（{alias}）；如非本人要求重新留档，请再次删除"
    ),
    "It greeted somebody who was erased; it is written anew.": (
        "信中称呼的联系人已按请求删除；将重新起草。"
    ),
    "Say who asked for it and when, in `reason`; it stays on record.": (
        "请在“原因”中说明是谁、何时提出的；这会留在记录中。"
    ),
    "A mail to this contact is on its way; nothing was done. Submit the form again in a "
    "minute.": "有一封给该联系人的邮件正在发送；未做任何改动。请一分钟后再次提交。",
    "{name} is no CSV file; let its name end in .csv.": (
        "{name} 不是 CSV 文件；文件名请以 .csv 结尾。"
    ),
    "{count} entries of the audit trail": "审计记录 {count} 条",
    "these are the newest; name days to see older ones": (
        "这是最新的部分；填写日期可查看更早的记录"
    ),
}
