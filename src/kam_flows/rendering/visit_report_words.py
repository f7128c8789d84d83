"""The words of the report on touchpoints, in both languages."""

PHRASES = {
    "zh_CN": {
        "title": "{stretch}触达完成情况",
        "month": "{year}年{month}月",
        "days": "{first} 至 {last} ",
        "all_slots": "全部触达",
        "lead": "{what}：到期 {due} 次，完成 {satisfied} 次，完成率 {rate}",
        "headline": "{what} {rate}，目标 {goal}",
        "nothing": "{what}：没有到期的触达",
        "goal": "目标 {goal}",
        "missed_goal": "比目标 {goal} 低 {points} 个百分点",
        "year": "{year} 年累计 {rate}",
        "stop": "。",
        "comma": "，",
        "semicolon": "；",
        "colon": "：",
        "trend": "{what}：逐月完成率",
        "months": "逐月（全部触达）",
        "tiers": "按客户分级",
        "owners": "按负责人，完成率最低者在前",
        "kinds": "按触达方式",
        "total": "合计",
        "nobody": "暂无负责人",
        "more": "另有 {count} 人，见完整报告。",
        "none_due": "无到期",
        "due": "到期 {n}",
        "done": "完成 {n}",
        "credited": "抵计 {n}",
        "merged": "合并 {n}",
        "missed": "错过 {n}",
        "unrecorded": "未记录 {n}",
        "ahead": "改到以后 {n}",
        "moved": "改期 {n}",
        "cancelled": "取消 {n}",
        "extra": "计划外触达 {count} 次，其中用于抵计的已计入以上。",
        "definition": (
            "完成率：已完成、被抵计、并入已完成触达的次数，占全部到期次数的比例；"
            "取消的不计，尚未到日子的也不计。次数归入其原定月份，分级按客户现在的分级。"
        ),
        "as_of": "按 {when} 的记录，{zone}。",
    },
    "en": {
        "title": "Touchpoints in {stretch}",
        "month": "{name} {year}",
        "days": "{first} to {last}",
        "all_slots": "All touchpoints",
        "lead": "{what}: {satisfied} of {due} took place, {rate}",
        "headline": "{what} {rate}, goal {goal}",
        "nothing": "{what}: nothing was due",
        "goal": "goal {goal}",
        "missed_goal": "{points} points short of the goal of {goal}",
        "year": "{rate} in {year} so far",
        "stop": ".",
        "comma": ", ",
        "semicolon": "; ",
        "colon": ": ",
        "trend": "{what}, month by month",
        "months": "Month by month, all touchpoints",
        "tiers": "By tier",
        "owners": "By person, the lowest rate first",
        "kinds": "By kind",
        "total": "In all",
        "nobody": "nobody",
        "more": "{count} more people are in the whole report.",
        "none_due": "nothing due",
        "due": "{n} due",
        "done": "{n} done",
        "credited": "{n} credited",
        "merged": "{n} merged",
        "missed": "{n} missed",
        "unrecorded": "{n} not recorded",
        "ahead": "{n} moved beyond",
        "moved": "{n} moved",
        "cancelled": "{n} cancelled",
        "extra": (
            "{count} contacts took place that no rhythm asked for; the slots that they "
            "count for are credited above."
        ),
        "definition": (
            "Completion: what was done, credited, or merged into one that was done, out of "
            "all that was due; not due is what was cancelled or lies ahead. A slot belongs "
            "to the month it was planned for, and to the tier that its account has now."
        ),
        "as_of": "As on record {when}, {zone}.",
    },
}

HEADS = {
    "zh_CN": ("", "完成率", "目标", "明细", "{year} 年累计"),
    "en": ("", "Completion", "Goal", "What became of it", "{year} so far"),
}
SHEETS = {
    "zh_CN": ("汇总", "逐月", "分级", "负责人", "触达方式", "明细"),
    "en": ("summary", "months", "tiers", "owners", "kinds", "details"),
}
SORTED_BY = {
    "zh_CN": ("月份", "分级", "工号", "负责人", "触达方式", "节奏"),
    "en": ("month", "tier", "staff code", "owner", "kind", "cadence"),
}
NUMBERS = {
    "zh_CN": (
        *("计划", "到期", "完成", "抵计", "合并", "错过", "未记录", "改到以后"),
        *("取消", "改期", "完成率（%）", "目标（%）"),
    ),
    "en": (
        *("planned", "due", "done", "credited", "merged", "missed", "not recorded"),
        *("moved beyond", "cancelled", "moved", "completion (%)", "goal (%)"),
    ),
}
