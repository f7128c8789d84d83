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
}
