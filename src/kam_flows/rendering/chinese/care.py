"""What preparing and delivering care answers, in Chinese."""

from collections.abc import Mapping

CARE: Mapping[str, str] = {
    "account": "客户",
    "care": "关怀",
    "day": "日期",
    "could not be decided: {why}": "无法判定：{why}",
    "{state}: {why}": "{state}：{why}",
    "{state}, late": "{state}，启动已晚",
    "no letter: {why}": "没有信函：{why}",
    "{count} accounts could not be decided and will be tried again": (
        "{count} 个客户无法判定，将再次尝试"
    ),
    "{count} of {all} cares have no letter": "{all} 项关怀中有 {count} 项没有信函",
    "{count} cares prepared, {late} of them late, {skipped} skipped": (
        "准备了 {count} 项关怀，其中 {late} 项启动已晚，略过 {skipped} 项"
    ),
    "{count} mails of what comes up written": "写好 {count} 封关怀预告",
    "sent to {address}": "已发往 {address}",
    "held: {why}": "已暂缓：{why}",
    "{care} {account}: {state}, {day}": "{care} {account}：{state}，{day}",
    "waits for its approval": "等待批准",
    "{sent} letters sent, {held} held, {waiting} wait for their approval": (
        "发出 {sent} 封信，暂缓 {held} 封，{waiting} 封等待批准"
    ),
    "too late": "已过宽限期",
    "Nobody at {account} can be written to; add a contact with a mail address, or call "
    "instead.": "{account} 没有可以写信的联系人；请补充有邮箱的联系人，或改为致电。",
    "{account} has no lead manager who could sign the letter; name one in the team file "
    "and import it.": "{account} 没有可以署名的主客户经理；请在小组文件中指定并导入。",
    "{contact} of {account} has no mail address; add it to the contacts and import them, "
    "then release the care.": (
        "{account} 的 {contact} 没有邮箱；请补充联系人并导入，然后放行这项关怀。"
    ),
    "{account} is not served any more; drop the care, or release it once the account is "
    "served again.": "{account} 已不再服务；请放弃这项关怀，或在恢复服务后放行。",
    "The letter is signed by somebody else than {sender}, who leads {account} now; edit "
    "it, so that it is signed anew, and approve it.": (
        "信函的署名不是现任主客户经理 {sender}（{account}）；请编辑信函以重新署名，再批准。"
    ),
    "The letter greets somebody else than {contact}, who would get it now; edit it, so "
    "that it greets them, and approve it.": (
        "信函的称谓不是现在的收信人 {contact}；请编辑信函（正文可以不变）以更换称谓，再批准。"
    ),
    "By what is on record now its day is {day}, not {before}; edit its letter and release "
    "it on that day, or drop it.": (
        "资料已更正：日期是 {day}，不是 {before}；请修改信件并在当天恢复寄出，或者放弃。"
    ),
    "By what is on record now it is {years} years, not {before}; edit its letter and "
    "release it, or drop it.": (
        "资料已更正：是 {years} 周年，不是 {before} 周年；请修改信件并恢复寄出，或者放弃。"
    ),
    "By what is on record now there is no such day in {year}; drop it, or release it all "
    "the same.": "资料已更正：{year} 年没有这个日子；请放弃，或仍然恢复寄出。",
}
