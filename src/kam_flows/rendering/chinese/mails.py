"""What forms about mail and its dispatch answer, in Chinese."""

from collections.abc import Mapping

MAILS: Mapping[str, str] = {
    "No mail can be sent to {name} at '{address}'; correct the address in the staff file "
    "and import it, then try again.": (
        "无法向{name}的地址“{address}”发送邮件；请在员工表中更正地址并导入，然后重试。"
    ),
    "{name} signed this letter and is no longer on the team of {account} in that role; "
    "drop it, and let whoever is now write to the account.": (
        "这封信由{name}署名，但{name}已不再在{account}的服务小组中担任该角色；"
        "请作废此信，由现任负责人另行致信客户。"
    ),
    "There is no mail '{mail}'; choose one from the list, or type its number from "
    "'Show the outbox'.": (
        "没有邮件“{mail}”；请从列表中选择，或输入“发件箱”中的邮件编号。"
    ),
    "Mail {mail} is {fate}; this can be done only to mails that are {allowed}.": (
        "邮件 {mail} 的状态是“{fate}”；只有“{allowed}”的邮件可以这样处理。"
    ),
    "Mail {mail} to {name} (“{subject}”): {decision}": (
        "邮件 {mail}（收件人 {name}，“{subject}”）：{decision}"
    ),
    "it leaves from {moment} on": "{moment} 起可发出",
    "it leaves within a minute": "将在一分钟内发出",
    "it will not be sent": "不会发出",
    "{count} mails wait for a person": "{count} 封邮件等待人工决定",
    "{count} mails would be sent": "将发送 {count} 封邮件",
    "Mails: {counts}": "邮件：{counts}",
    "{count} {fate}": "{fate} {count} 封",
    "{count} of {all} mails failed or may not have arrived: {examples}": (
        "{all} 封邮件中有 {count} 封发送失败或可能未送达：{examples}"
    ),
    "{count} mails wait in the outbox": "发件箱中有 {count} 封邮件等待发送",
    "{name}: {subject}": "{name}：{subject}",
    "{name}: {subject} ({error})": "{name}：{subject}（{error}）",
    "The mail server {server} cannot be used: {why}": (
        "邮件服务器 {server} 无法使用：{why}"
    ),
    "The mail server {server} keeps dropping connections": (
        "邮件服务器 {server} 不断中断连接"
    ),
    "The mail server {server} is too slow": "邮件服务器 {server} 响应太慢",
    "The mail server {server} takes no mail from {sender}: {why}": (
        "邮件服务器 {server} 不接受 {sender} 发出的邮件：{why}"
    ),
    "KAM_SMTP_URL cannot be read; write it as {example}.": (
        "无法读取 KAM_SMTP_URL；请写成 {example}。"
    ),
    "KAM_SMTP_URL holds a password; take it out, and put it into KAM_SMTP_PASSWORD or the "
    "Prefect block kam-smtp-password.": (
        "KAM_SMTP_URL 中含有密码；请将其移出，"
        "写入 KAM_SMTP_PASSWORD 或 Prefect 块 kam-smtp-password。"
    ),
    "KAM_SMTP_URL is not the address of a mail server; write it as {example}.": (
        "KAM_SMTP_URL 不是邮件服务器的地址；请写成 {example}。"
    ),
    "KAM_SMTP_URL ends in ?{query}, which means nothing here; only ?starttls=yes and "
    "?starttls=no are understood.": (
        "KAM_SMTP_URL 末尾的 ?{query} 没有意义；"
        "这里只能写 ?starttls=yes 或 ?starttls=no。"
    ),
    "KAM_SMTP_URL asks for smtps and starttls at once; smtps is encrypted from the start, "
    "so leave ?starttls=yes out.": (
        "KAM_SMTP_URL 同时要求 smtps 和 starttls；"
        "smtps 从一开始就加密，请去掉 ?starttls=yes。"
    ),
    "KAM_SMTP_URL names a user but no password is known; set KAM_SMTP_PASSWORD or save a "
    "Prefect Secret block named {block}.": (
        "KAM_SMTP_URL 中有用户名，但没有密码；"
        "请设置 KAM_SMTP_PASSWORD，或保存名为 {block} 的 Prefect Secret 块。"
    ),
    # The heads of its tables, and of the last mail as it was written.
    "fate": "状态",
    "count": "数量",
    "examples": "示例",
    "to": "收件人",
    "subject": "主题",
    "From: {sender}": "发件人：{sender}",
    "To: {name}": "收件人：{name}",
    "Subject: {subject}": "主题：{subject}",
}
