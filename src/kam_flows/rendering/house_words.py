"""The words of mails about the house itself, in both languages."""

from collections.abc import Mapping

HOUSE: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "subject_found": "KAM Flows 系统：{title}",
        "subject_more": "KAM Flows 系统：{title}，另有 {more} 项",
        "subject_cleared": "KAM Flows 系统：{count} 项已恢复正常",
        "title": "系统自检",
        "lead_found": "自检新发现 {count} 项问题，逐项列出现象和处理办法。",
        "lead_cleared": "此前发现的问题已恢复正常，无需处理。",
        "still": "另有 {count} 项此前已告知，仍未恢复。",
        "cleared": "已恢复正常",
        "was": "{title}；发现于 {at}",
        "more": "另有 {count} 项。",
        "why": (
            "您收到此邮件，是因为您负责系统运营（角色：运营）。"
            "每项问题发现时告知一次，恢复正常时告知一次。"
        ),
        "head_what": "问题",
        "head_detail": "详情",
        "head_do": "处理办法",
        "title_history": "工单与其历史不符",
        "say_history": "{subject}：与历史不符的有 {differs}",
        "do_history": (
            "在“Update a ticket”中为该工单登记一条备注，系统会重新读取历史并更正。"
            "如再次出现，或无人手工改过数据库，请告知开发人员。"
        ),
        "act_history": "登记备注",
        "title_checklist": "接入清单会被漏看",
        "say_checklist": "{name}（{subject}）：自动跟进不会在下一步到期时查看",
        "do_checklist": (
            "在“Add to the account file”中为该客户登记任意一条，系统会重新读取清单并更正。"
            "如再次出现，或无人手工改过数据库，请告知开发人员。"
        ),
        "act_checklist": "登记",
        "title_schedule": "定时任务没有运行",
        "say_schedule": "{subject}：应在 {due} 运行",
        "note_schedule": "最近一次正常完成：{last}",
        "never_schedule": "从未正常完成",
        "do_schedule": (
            "在界面中查看它最近的运行说了什么，确认部署没有暂停、有执行进程在工作，"
            "然后手工运行一次。"
        ),
        "act_schedule": "打开",
        "title_queue": "邮件积压",
        "say_queue": "{count} 封邮件待发，最早的从 {since} 起等待",
        "do_queue": (
            "查看 dispatch-mail 最近的运行；多半是邮件服务器拒收或无法连接"
            "（KAM_SMTP_URL）。"
        ),
        "title_leases": "邮件停在“发送中”",
        "say_leases": "{count} 封邮件停在“发送中”，最早的租约于 {since} 到期",
        "do_leases": "dispatch-mail 下次运行时会处理；如它没有运行，请手工启动。",
        "title_disk": "磁盘空间不足",
        "say_disk": "KAM_VAR 所在磁盘共 {total} GB，仅剩 {free} GB",
        "do_disk": "请清理或扩容；KAM_VAR 中会增长的是备份、日志和数据库。",
        "title_heartbeat": "有部分长时间没有动静",
        "say_heartbeat": "{subject}：最后一次活动在 {last}",
        "do_heartbeat": "确认它仍在按计划运行，查看它的日志，必要时手工运行一次。",
        "title_unknown_mail": "不确定是否送达的邮件",
        "say_unknown_mail": "第 {subject} 号邮件，致 {recipient}：{about}",
        "do_unknown_mail": "先问收件人是否收到，再在“Decide about a mail”中决定重发或作废。",
        "act_unknown_mail": "决定",
        "title_ladder": "升级无人接收",
        "say_ladder": "{name}（{subject}）：升级只能到值班邮箱",
        "do_ladder": "请为其指定在职的主管、部门负责人或代理人。",
        "title_calendar": "日历年份为暂定",
        "say_calendar": "{name}：{detail}",
        "do_calendar": "官方节假日公布并更新系统之前，其中的时限都是暂定的。",
    },
    "en": {
        "subject_found": "KAM Flows itself: {title}",
        "subject_more": "KAM Flows itself: {title}, and {more} more",
        "subject_cleared": "KAM Flows itself: {count} right again",
        "title": "The house watched itself",
        "lead_found": "New: {count}. Each says what is wrong and what to do.",
        "lead_cleared": "What was found before is right again; there is nothing to do.",
        "still": "Told before and not right yet: {count}.",
        "cleared": "Right again",
        "was": "{title}; found {at}",
        "more": "And {count} more.",
        "why": (
            "You get this because you look after KAM Flows (role operations). Each "
            "thing is told once when it is found, and once when it is right again."
        ),
        "head_what": "what",
        "head_detail": "detail",
        "head_do": "what to do",
        "title_history": "Tickets that are not as their histories say",
        "say_history": "{subject}: not as its history says: {differs}",
        "do_history": (
            "Record a note with 'Update a ticket': it reads the history anew and puts "
            "the ticket right. If it comes back, or nobody has changed the database by "
            "hand, tell whoever develops KAM Flows."
        ),
        "act_history": "Record a note",
        "title_checklist": "Onboardings that would be passed over",
        "say_checklist": "{name} ({subject}): no sweep looks when its next step is due",
        "do_checklist": (
            "Add a line with 'Add to the account file': that reads the checklist anew "
            "and puts it right. If it comes back, or nobody has changed the database by "
            "hand, tell whoever develops KAM Flows."
        ),
        "act_checklist": "Add a line",
        "title_schedule": "Scheduled runs that did not happen",
        "say_schedule": "{subject}: should have run at {due}",
        "note_schedule": "Last one that completed: {last}",
        "never_schedule": "None has ever completed",
        "do_schedule": (
            "See in the UI what its newest runs said, that it is not paused and that a "
            "runner or worker is there; then start it by hand once."
        ),
        "act_schedule": "Open",
        "title_queue": "Mails that do not leave",
        "say_queue": "{count} mails wait, the oldest since {since}",
        "do_queue": (
            "See what the newest run of dispatch-mail said; mostly the mail server "
            "refuses or cannot be reached (KAM_SMTP_URL)."
        ),
        "title_leases": "Mails that stay in sending",
        "say_leases": "{count} mails stay in sending; the first lease ended {since}",
        "do_leases": (
            "The next run of dispatch-mail decides about them; start it by hand if "
            "it does not run."
        ),
        "title_disk": "The disk is almost full",
        "say_disk": "{free} GB of {total} GB are left where KAM_VAR is",
        "do_disk": (
            "Make room or enlarge it; what grows in KAM_VAR are backups, logs and "
            "the database."
        ),
        "title_heartbeat": "A part that has been silent for long",
        "say_heartbeat": "{subject}: last alive {last}",
        "do_heartbeat": (
            "See that it still runs as planned, read its log, and start it by hand "
            "if need be."
        ),
        "title_unknown_mail": "Mails that may not have arrived",
        "say_unknown_mail": "Mail {subject} to {recipient}: {about}",
        "do_unknown_mail": (
            "Ask the reader whether it came, then send it again or drop it with "
            "'Decide about a mail'."
        ),
        "act_unknown_mail": "Decide",
        "title_ladder": "Ladders that end nowhere",
        "say_ladder": "{name} ({subject}): only the duty mailbox can be told",
        "do_ladder": "Name a supervisor, a department head or a deputy who is there.",
        "title_calendar": "Provisional years of calendars",
        "say_calendar": "{name}: {detail}",
        "do_calendar": (
            "Due times there are provisional until the official days are published "
            "and KAM Flows is updated."
        ),
    },
}

RUN: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "subject": "KAM Flows 系统：{title}，{deployment}",
        "title_failed": "运行失败",
        "title_crashed": "运行中断",
        "title_late": "运行延误",
        "run": "运行",
        "said": "它说",
        "nothing": "没有留下说明",
        "planned": "计划时间",
        "started": "开始时间",
        "not_started": "尚未开始",
        "open": "查看运行",
        "do_failed": (
            "打开运行，日志中有详情。定时任务下次会补上这次没有完成的工作；"
            "手工启动的，排除原因后请再启动一次。"
        ),
        "do_crashed": (
            "执行进程中途结束，多半是内存不足、被停止或机器重启。没有完成的工作由下次运行补上；"
            "如再次发生，请查看执行进程的日志和内存。"
        ),
        "do_late": (
            "执行进程来不及或已不在。确认 kam up 或 worker 正在运行；"
            "经常如此时提高 KAM_RUN_LIMIT 或增加 worker。"
        ),
        "why": (
            "您收到此邮件，是因为您负责系统运营（角色：运营）。"
            "每个部署每小时最多一封，同一小时内的其他运行请在界面中查看。"
        ),
    },
    "en": {
        "subject": "KAM Flows itself: {title}, {deployment}",
        "title_failed": "A run failed",
        "title_crashed": "A run broke off",
        "title_late": "A run is late",
        "run": "Run",
        "said": "It said",
        "nothing": "Nothing",
        "planned": "Planned for",
        "started": "Started",
        "not_started": "Not yet",
        "open": "Open the run",
        "do_failed": (
            "Open the run; its log has the details. The next run by schedule makes good "
            "for what this one left; one that somebody started is started again once the "
            "cause is mended."
        ),
        "do_crashed": (
            "Its process ended on the way: out of memory, stopped, or the machine "
            "restarted. The next run makes good for what is left; if it happens again, "
            "look at the log and the memory of the runner or worker."
        ),
        "do_late": (
            "Whatever runs them is too busy or gone. See that kam up or a worker is "
            "running; if it happens often, raise KAM_RUN_LIMIT or add a worker."
        ),
        "why": (
            "You get this because you look after KAM Flows (role operations). There is "
            "one mail an hour for each deployment at most; see the UI for its other "
            "runs of the hour."
        ),
    },
}
