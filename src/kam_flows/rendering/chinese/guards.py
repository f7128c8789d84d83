"""What templates and files that go too far are answered, in Chinese."""

from collections.abc import Mapping

GUARDS: Mapping[str, str] = {
    "it repeats itself without end": "内容无休止地重复",
    "its text grows without end": "文本无限增长",
    "its numbers grow without end": "数值无限增长",
    "it is nested too deeply": "嵌套过深",
    "it reaches for '{attribute}' of a {kind}, which no template may": (
        "它访问了 {kind} 的“{attribute}”，模板不允许这样做"
    ),
    # Files.
    "{name} is larger than {size} MB; split it into smaller files.": (
        "{name} 超过 {size} MB；请拆分成几个较小的文件。"
    ),
    "{name} is larger than {size} MB; it is no such file.": (
        "{name} 超过 {size} MB；不会是这类文件。"
    ),
    "{name} unpacks to far more than such a file holds, and was not opened; split it into "
    "smaller files, or open it in a spreadsheet or in Word and save it again.": (
        "{name} 解压后远大于此类文件应有的大小，未予打开；"
        "请拆分成几个较小的文件，或用表格软件或 Word 打开后重新保存。"
    ),
    "{name} declares entities of its own, as no Office program does; open it in a "
    "spreadsheet or in Word and save it again.": (
        "{name} 含有自定义实体，办公软件不会这样保存；"
        "请用表格软件或 Word 打开后重新保存。"
    ),
    "{source} has more than {most}; split it into smaller files, or delete what lies "
    "beside the table.": (
        "{source} 超过 {most}；请拆分成几个较小的文件，或删除表格以外的内容。"
    ),
    "{count} rows": "{count} 行",
    "{count} columns": "{count} 列",
    "{count} cells": "{count} 个单元格",
    "{source}, row {row}: a cell has more than {most} characters; shorten it.": (
        "{source} 第 {row} 行：有单元格超过 {most} 个字符；请缩短。"
    ),
}
