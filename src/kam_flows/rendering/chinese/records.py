"""Answers to staff about what the house keeps: the audit trail, people, old mails."""

from collections.abc import Mapping

RECORDS: Mapping[str, str] = {
    "{name} is no CSV file; let its name end in .csv.": (
        "{name} 不是 CSV 文件；文件名请以 .csv 结尾。"
    ),
    "{count} entries of the audit trail": "审计记录 {count} 条",
    "these are the newest; name days to see older ones": (
        "这是最新的部分；填写日期可查看更早的记录"
    ),
}
