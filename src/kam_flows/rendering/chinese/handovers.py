"""What handing an account over answers, in Chinese."""

from collections.abc import Mapping

HANDOVERS: Mapping[str, str] = {
    "{handover} has no item {items}; its items are 1 to {last}.": (
        "{handover} 没有第 {items} 项；该交接共有第 1 至 {last} 项。"
    ),
    "These items of {handover} are accepted already; nothing was changed.": (
        "{handover} 的这些项已被接受；未作更改。"
    ),
    "'{items}' are no item numbers; type them like 1, 3-5, or leave the field empty for "
    "all open items.": (
        "“{items}”不是项目编号；请按 1, 3-5 这样输入，或留空表示全部未接受的项。"
    ),
}
