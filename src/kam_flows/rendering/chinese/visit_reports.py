"""Answers to staff about visits: reports."""

from collections.abc import Mapping

VISIT_REPORTS: Mapping[str, str] = {
    "{name} is neither CSV nor XLSX; let its name end in .csv or .xlsx.": (
        "{name} 既不是 CSV 也不是 XLSX；文件名请以 .csv 或 .xlsx 结尾。"
    ),
    "The last day {last} is before the first {first}; give days in order.": (
        "截止日期 {last} 早于开始日期 {first}；请按先后顺序输入。"
    ),
    "No working day: no report by mail": "今天不是工作日，不发送报告",
    "Report to {names}": "报告已发送给{names}",
}
