"""What the needs survey answers and what its questionnaire says, in Chinese."""

from collections.abc import Mapping

SURVEYS: Mapping[str, str] = {
    "The answer to {dimension} has {length} characters; keep it to {limit} and attach "
    "the rest to the account file.": (
        "“{dimension}”的答复有 {length} 个字，请控制在 {limit} 个字以内，"
        "其余内容写入客户档案。"
    ),
    "{account}: added {dimensions}": "{account}：已补充：{dimensions}",
    "{account}: nothing new was said": "{account}：没有新的内容",
    "still missing: {dimensions}": "还缺：{dimensions}",
    "every dimension is answered": "所有维度都已有答复",
    "the onboarding is complete": "客户接入已全部完成",
    # The questionnaire, written and read back.
    "Needs survey": "需求调研",
    "Needs survey: {name}": "需求调研问卷：{name}",
    "Write into the yellow cells only, as many lines as you like.": (
        "只在黄色单元格中填写，行数不限。"
    ),
    "An empty cell erases nothing: what is known already stays.": (
        "留空不会删除任何内容，已知的答复会保留。"
    ),
    "Bring it back with the form “Import questionnaire”, or with `kam onboarding import "
    "FILE`.": (
        "填好后用表单“Import questionnaire”导入，或运行 `kam onboarding import FILE`。"
    ),
    "{path} cannot be written ({why}); name another file.": (
        "无法写入 {path}（{why}）；请换一个文件名。"
    ),
    "{name} has {count} sheets that are questionnaires; it must have one, as `kam "
    "onboarding questionnaire` writes it.": (
        "{name} 中有 {count} 个调研问卷工作表；应当正好有一个，"
        "格式与 `kam onboarding questionnaire` 写出的相同。"
    ),
    "{name} does not say which account it is about: the cell beside “{label}” must hold "
    "its code.": "{name} 没有写明是哪个客户：“{label}”旁边的单元格应为客户编号。",
    "one of the dimensions: {names}": "以下维度之一：{names}",
}
