"""What importing, exporting and checking the portfolio answers, in Chinese."""

from collections.abc import Mapping

PORTFOLIO: Mapping[str, str] = {
    # A file that cannot be taken in.
    "{name} is neither CSV nor XLSX; save it as one of the two.": (
        "{name} 既不是 CSV 也不是 XLSX；请另存为其中一种格式。"
    ),
    "{name} is empty; its first row must name the columns.": (
        "{name} 是空文件；第一行必须是列名。"
    ),
    "{name} cannot be read at line {line} ({why}); save it again as CSV.": (
        "{name} 第 {line} 行无法读取（{why}）；请重新另存为 CSV。"
    ),
    "{name} is neither UTF-8 nor GB18030; save it as CSV UTF-8.": (
        "{name} 的编码既不是 UTF-8 也不是 GB18030；请另存为“CSV UTF-8”。"
    ),
    "{name} cannot be read as XLSX; open it in a spreadsheet and save it again.": (
        "{name} 无法作为 XLSX 读取；请用表格软件打开后重新保存。"
    ),
    "{name}, sheet {sheet}": "{name}，工作表“{sheet}”",
    "Nothing was imported: {problem}.": "没有导入任何内容：{problem}。",
    "Nothing was imported: {problem} (and {more} more).": (
        "没有导入任何内容：{problem}（另有 {more} 处问题）。"
    ),
    "{source}, row {row}, {column}: '{value}'; expected {expected}": (
        "{source}，第 {row} 行，{column}：“{value}”；应为：{expected}"
    ),
    # What should stand in a cell, a column or a sheet.
    "headers": "列名",
    "sheet": "工作表",
    "column {number}": "第 {number} 列",
    "a code of letters, digits, - _ . /, such as A-0001": (
        "由字母、数字和 - _ . / 组成的编号，例如 A-0001"
    ),
    "text of at most {limit} characters": "不超过 {limit} 个字的文字",
    "a name of at most {limit} characters": "不超过 {limit} 个字的名称",
    "a date such as 2026-10-01": "日期，例如 2026-10-01",
    "an email address such as name@example.com": "邮箱地址，例如 name@example.com",
    "the code of a person in the staff file": "员工表中的员工编号",
    "the code of an account in the accounts file": "客户表中的客户编号",
    "是/yes/1 or 否/no/0": "是/yes/1 或 否/no/0",
    "中文/zh_CN or 英文/en": "中文/zh_CN 或 英文/en",
    "在职/active/yes/1 or 离职/left/no/0": "在职/active/yes/1 或 离职/left/no/0",
    "合作中/active/yes/1 or 终止/no/0": "合作中/active/yes/1 或 终止/no/0",
    "a time zone such as Asia/Shanghai": "时区，例如 Asia/Shanghai",
    "two times such as 22:00-08:00": "起止两个时间，例如 22:00-08:00",
    "days such as 2026-10-01..2026-10-07; 2026-12-24..2026-12-31": (
        "日期，例如 2026-10-01..2026-10-07; 2026-12-24..2026-12-31"
    ),
    "the names of the columns ({staff} or {accounts} or {contacts} or {teams})": (
        "列名（{staff}；或 {accounts}；或 {contacts}；或 {teams}）"
    ),
    "{kind}: {columns}": "{kind}：{columns}",
    "one of the columns {names}; or delete the column": (
        "以下列之一：{names}；或删除此列"
    ),
    "only one column {name}": "只能有一列 {name}",
    "this column, which {kind} must have": "“{kind}”表必须有此列",
    "one sheet of {kind}; put it together with {other}": (
        "只能有一个“{kind}”工作表；请与 {other} 合并"
    ),
    "nothing beyond the named columns": "列名以外的单元格应为空",
    "each only once; it already stands in row {row}": "不能重复；第 {row} 行已有",
    "{expected}; did you mean {near}?": "{expected}；您要找的是不是：{near}？",
    "{code}, as it is written in the portfolio": "{code}（与已有资料的写法一致）",
    "a deputy who does not lead back to the person: {names}": (
        "不会绕回本人的代理人：{names}"
    ),
    "an address of the person's own; {others} has this one": (
        "本人专用的邮箱；此邮箱已属于 {others}"
    ),
    "{calendars}, or empty for the usual one": "{calendars}，或留空（使用默认日历）",
    # What an import, an export and a check did.
    "{source}: {counts}": "{source}：{counts}",
    "{source}: {counts} (dry run, nothing was written)": (
        "{source}：{counts}（试运行，未写入任何内容）"
    ),
    "{count} added": "新增 {count} 条",
    "{count} changed": "变更 {count} 条",
    "{count} removed": "移除 {count} 条",
    "{count} unchanged": "未变 {count} 条",
    "Written: {files}": "已写入：{files}",
    "{folder} cannot be written ({why}); name another folder.": (
        "无法写入 {folder}（{why}）；请换一个文件夹。"
    ),
    "{count} to mend": "有 {count} 处需要处理",
    "Nothing to mend": "没有需要处理的问题",
    # The heads and the words of its tables.
    "file": "文件",
    "row": "行",
    "column": "列",
    "value": "内容",
    "expected": "应为",
    "done": "操作",
    "added": "新增",
    "changed": "变更",
    "removed": "移除",
    "code": "编号",
    "name": "名称",
    "fields": "字段",
    "{field}: {new}": "{field}：{new}",
    "{field}: {old} → {new}": "{field}：{old} → {new}",
    "order": "顺序",
    "staff": "员工",
    "accounts": "客户",
    "contacts": "联系人",
    "teams": "服务小组",
    "yes": "是",
    "no": "否",
    "zh_CN": "中文",
    "en": "英文",
    "whom": "对象",
    "detail": "详情",
    "remedy": "处理办法",
}
