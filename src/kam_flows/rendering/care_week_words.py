"""The words of the weekly mail about care, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "title": "近期关怀",
        "span": "{first} – {last}",
        "subject": "近期关怀：{what}",
        "subject_waiting": "待批准 {count} 封信",
        "subject_waiting_one": "待批准 1 封信",
        "subject_coming": "{days} 天内 {count} 个场合",
        "subject_coming_one": "{days} 天内 1 个场合",
        "subject_missed": "上周迟误 {count} 项",
        "subject_missed_one": "上周迟误 1 项",
        "nothing": "{days} 天内没有场合",
        "waiting": "等待批准的信",
        "no_waiting": "没有等待批准的信。",
        "coming": "将要到来的场合",
        "no_coming": "{days} 天内没有场合。",
        "owner": "{name}：{count} 项",
        "owner_one": "{name}：1 项",
        "others": "其他人",
        "others_left": "另有 {people} 人共 {count} 项，见月历。",
        "missed": "上周迟误、略过或放弃的",
        "no_missed": "上周没有迟误，也没有略过。",
        "line": "{day} {what}",
        "next": "下一步：{step}",
        "until": "{day} 前",
        "not_done": "没有完成",
        "why": (
            "您收到此邮件，是因为未来 {days} 天有您或您下属负责的场合，或上周有迟误；每周一封。"
        ),
    },
    "en": {
        "title": "What comes up",
        "span": "{first} – {last}",
        "subject": "What comes up: {what}",
        "subject_waiting": "{count} letters to approve",
        "subject_waiting_one": "1 letter to approve",
        "subject_coming": "{count} occasions in {days} days",
        "subject_coming_one": "1 occasion in {days} days",
        "subject_missed": "{count} late or skipped last week",
        "subject_missed_one": "1 late or skipped last week",
        "nothing": "no occasions in {days} days",
        "waiting": "Letters to approve",
        "no_waiting": "No letter waits for an approval.",
        "coming": "Occasions to come",
        "no_coming": "There are no occasions in the next {days} days.",
        "owner": "{name}: {count} occasions",
        "owner_one": "{name}: 1 occasion",
        "others": "Others",
        "others_left": "{count} more of {people} others, on the month sheet.",
        "missed": "Late, skipped or dropped last week",
        "no_missed": "Nothing was late or skipped last week.",
        "line": "{day}, {what}",
        "next": "next: {step}",
        "until": "by {day}",
        "not_done": "not done",
        "why": (
            "You get this because you, or people below you, have occasions in the next "
            "{days} days or had one late last week; one mail a week."
        ),
    },
}
