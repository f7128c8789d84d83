"""What drafting and editing letters of care answers, in Chinese."""

from collections.abc import Mapping

CARE_LETTERS: Mapping[str, str] = {
    "{contact} of {account} has read every wording for '{kind}' that fits within the "
    "last {years} years; write another one, with a name of its own, into "
    "templates/care/letters.": (
        "{account}的{contact}在最近 {years} 年内已收到过“{kind}”的全部可用信稿；"
        "请在 templates/care/letters 中另写一篇，并另起名称。"
    ),
    "The letter {letter} to {contact} says {numbers}, which is not on record for "
    "{account}; correct the wording in templates/care/letters.": (
        "致{contact}的信 {letter} 写有 {numbers}，而{account}没有这样的记录；"
        "请更正 templates/care/letters 中的信稿。"
    ),
    "The letter {letter} to {contact} of {account} names '{field}', which is not on "
    "record; add it, or correct the wording in templates/care/letters.": (
        "致{account}{contact}的信 {letter} 用到“{field}”，而记录中没有；"
        "请补充资料，或更正 templates/care/letters 中的信稿。"
    ),
    "The letter {letter} cannot be written: {problem}; correct the wording in "
    "templates/care/letters.": (
        "无法写出信 {letter}：{problem}；请更正 templates/care/letters 中的信稿。"
    ),
    "The letter {letter} says nothing below its subject; correct the wording in "
    "templates/care/letters.": (
        "信 {letter} 只有主题，没有内容；请更正 templates/care/letters 中的信稿。"
    ),
    "There is no wording for '{kind}' in {language}; write one into "
    "templates/care/letters.": (
        "“{kind}”没有 {language} 的信稿；请在 templates/care/letters 中写一篇。"
    ),
    "The wording {letter} needs '{need}'; it may need {known}.": (
        "信稿 {letter} 需要“{need}”；可以需要的有：{known}。"
    ),
    "The letter has no text; type it into `text`.": "信中没有内容；请在“正文”中填写。",
    "The letter has {length} characters; keep it below {limit}.": (
        "这封信有 {length} 个字符；请控制在 {limit} 以内。"
    ),
}
