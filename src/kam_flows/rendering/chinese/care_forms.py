"""What staff are answered who decide about care, in Chinese."""

from collections.abc import Mapping

CARE_FORMS: Mapping[str, str] = {
    # Who may decide, and what can still be decided.
    "{name} ({code}) has no part in {care} and does not serve its account; let somebody "
    "who does do it, or one of {allowed}.": (
        "{name}（{code}）与 {care} 无关，也不服务该客户；请由相关同事办理，"
        "或由以下人员办理：{allowed}。"
    ),
    "{name} ({code}) may not approve {care}; let one of {allowed} do it.": (
        "{name}（{code}）无权批准 {care}；请由以下人员批准：{allowed}。"
    ),
    "The letter of {care} says that already; nothing was changed.": (
        "{care} 的信已是这样写的；未作更改。"
    ),
    "{care} was approved by {name} already; nothing was done.": (
        "{care} 已由{name}批准；未作更改。"
    ),
    "{care} is held already ({reason}); nothing was changed.": (
        "{care} 已经暂缓（{reason}）；未作更改。"
    ),
    "{care} is not held, but {state}; nothing was changed.": (
        "{care} 并未暂缓，而是{state}；未作更改。"
    ),
    "'{step}' is done by approving the letter of {care}; use 'Approve a letter'.": (
        "“{step}”在批准 {care} 的信时完成；请使用“Approve a letter”。"
    ),
    "'{step}' of {care} was done by {name} already; nothing was changed.": (
        "{care} 的“{step}”已由{name}完成；未作更改。"
    ),
    "The letter of {care} has left already; nothing was changed.": (
        "{care} 的信已经发出；未作更改。"
    ),
    "{care} has no letter yet. {trouble}": "{care} 还没有信。{trouble}",
    "No letter belongs to {care}.": "{care} 不需要写信。",
    "{care} is over ({state}, {day}); nothing was changed.": (
        "{care} 已结束（{state}，{day}）；未作更改。"
    ),
    "{care} has no steps.": "{care} 没有步骤。",
    "Say which step of {care} is done: one of {steps}.": (
        "请说明 {care} 的哪一步已完成，可选：{steps}。"
    ),
    # Where it stands.
    "{care} {account}: {title} of {day}: {state}": (
        "{care} {account}：{day} 的“{title}”{state}"
    ),
    "the letter now has your text": "信中已是您写的内容",
    "it has to be approved again": "需要重新批准",
    "'Release care' lets it go": "可用“Release care”恢复",
    "it is approved and stays held ({reason}) until somebody releases it": (
        "信已批准，但仍暂缓（{reason}），须有人恢复才会发出"
    ),
    "its letter leaves on {day}": "信将于 {day} 发出",
    "its letter waits for somebody's approval": "信还在等待批准",
    "done: {step}": "已完成：{step}",
    "{count} steps are left": "还有 {count} 步",
    "its letter has not left yet": "信尚未发出",
}
