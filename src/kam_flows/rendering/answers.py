"""What a form answers to the person who submitted it, in the staff's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from kam_flows.domain.errors import UserError
from kam_flows.rendering.vocabulary import WORDS
from kam_flows.rendering.words import listed, spoken, word

NOUNS: Mapping[str, str] = {"ticket": "工单", "person": "员工", "account": "客户"}

CHINESE: Mapping[str, str] = {
    # What cannot be done, and what to type instead.
    "There is no {kind} '{text}'; type a code or a name.": (
        "没有{kind}“{text}”；请输入编号或名称。"
    ),
    "There is no {kind} '{text}'; did you mean {near}?": (
        "没有{kind}“{text}”；您要找的是不是：{near}？"
    ),
    "'{text}' is the name of more than one {kind}; type one of the codes {codes}.": (
        "“{text}”对应多个{kind}；请输入其中一个编号：{codes}。"
    ),
    "Say who you are: type your staff code or email into `by`.": (
        "请说明您是谁：在“操作人”中选择自己，或输入工号或邮箱。"
    ),
    "{name} ({code}) has left; type your own staff code into `by`.": (
        "{name}（{code}）已离职；请在“操作人”中选择您自己。"
    ),
    "The ticket needs a title: one line that says what is wrong.": (
        "工单需要标题：请用一行话说明问题。"
    ),
    "The title has {length} characters; keep it below {limit} and put the rest into the "
    "note.": "标题有 {length} 个字，请控制在 {limit} 个字以内，其余内容写在备注里。",
    "The policy {policy} has no scene '{text}'; choose one of: {scenes}.": (
        "服务标准 {policy} 没有场景“{text}”；请从中选择：{scenes}。"
    ),
    "Say whom the ticket goes to: choose a person in `assign_to`.": (
        "请说明工单交给谁：在“指派给”中选择一位同事。"
    ),
    "{name} has left; choose somebody who is here.": "{name}已离职；请选择在职的同事。",
    "Say which scene it is now: choose one in `scene`.": (
        "请说明变更为哪个场景：在“场景”中选择。"
    ),
    "Say how pressing it is now: choose one in `priority`.": (
        "请说明变更为哪个优先级：在“优先级”中选择。"
    ),
    "There is no choice '{text}'; choose one of: {choices}.": (
        "没有“{text}”这个选项；请从中选择：{choices}。"
    ),
    "{number} is {state}, so '{action}' does nothing; possible now: {possible}.": (
        "{number} 的状态是“{state}”，不能“{action}”；现在可以：{possible}。"
    ),
    "The moment {moment} is in the future; leave `as_of` empty for now, or switch "
    "`dry_run` on to see what would happen then.": (
        "时间 {moment} 在将来；现在发生的请留空，要看届时会怎样请打开“试运行”。"
    ),
    "{moment} is before {number} was opened ({opened}); choose a later moment.": (
        "时间 {moment} 早于 {number} 的开立时间（{opened}）；请选择之后的时间。"
    ),
    "You have just opened {number} with this title for the same account; nothing was "
    "done. If it is another request, say in the title what differs.": (
        "您刚刚为该客户开立了同名工单 {number}，因此没有重复开立。"
        "如果是另一个请求，请在标题中写明区别。"
    ),
    "{number} is {name}'s already; nothing was done.": (
        "{number} 已经由{name}负责，没有变更。"
    ),
    "There is no file {path}; put it into the folder {inbox} and type its name. There "
    "now: {there}.": (
        "没有文件 {path}；请把文件放入文件夹 {inbox}，再输入文件名。现有文件：{there}。"
    ),
    "This run would send {count} mails, more than the {guard} allowed; nothing was "
    "sent. If that many are right, start 'Escalate tickets' with allow_mails={count}.": (
        "本次将发出 {count} 封邮件，超过上限 {guard} 封，因此一封也没有发。"
        "如果确实需要，请运行“Escalate tickets”并把“邮件上限”设为 {count}。"
    ),
    "{name} ({code}) has the role {role} and may not do this; type somebody into `by` "
    "who is one of {allowed}.": (
        "{name}（{code}）的角色是“{role}”，无权操作；请由以下角色之一的同事操作：{allowed}。"
    ),
    "There is no mail '{mail}'; choose one from the list, or type its number from "
    "'Show the outbox'.": (
        "没有邮件“{mail}”；请从列表中选择，或输入“发件箱”中的邮件编号。"
    ),
    "Mail {mail} is {fate}; this can be done only to mails that are {allowed}.": (
        "邮件 {mail} 的状态是“{fate}”；只有“{allowed}”的邮件可以这样处理。"
    ),
    # What was done.
    "{number} ({account}): {done}; now {state}": "{number}（{account}）：{done}；现在{state}",
    "resolve by {moment}": "请在 {moment} 前解决",
    "{name} is told by mail": "已邮件通知{name}",
    "{lines} lines read: {opened} tickets opened, {recorded} events recorded, {known} "
    "were known already": (
        "读取 {lines} 行：新开工单 {opened} 张，记录事件 {recorded} 条，"
        "已有 {known} 条未重复记录"
    ),
    "Mail {mail} to {name} (“{subject}”): {decision}": (
        "邮件 {mail}（收件人 {name}，“{subject}”）：{decision}"
    ),
    "it leaves from {moment} on": "{moment} 起可发出",
    "it leaves within a minute": "将在一分钟内发出",
    "it will not be sent": "不会发出",
    "{count} mails wait for a person": "{count} 封邮件等待人工决定",
    "{number} as it stands is in Artifacts": "{number} 的历史见 Artifacts",
    "Dry run: nothing was kept": "试运行：未保存任何内容",
    "Nothing was due": "目前没有到期的工单",
    "{rungs} rungs decided, {mails} mails written": (
        "处理到期的升级 {rungs} 级，写出邮件 {mails} 封"
    ),
    "{count} of {all} tickets could not be decided and will be tried again": (
        "{all} 张工单中有 {count} 张无法处理，下次会重试"
    ),
    "rung {rung}: {outcome}": "第 {rung} 级：{outcome}",
    "mail to {name}: {subject}": "发给 {name} 的邮件：{subject}",
    "{number} could not be decided: {why}": "{number} 无法处理：{why}",
    "what": "事项",
    "how many": "数量",
    "{count} open tickets are on the board": "看板上有 {count} 张未结工单",
    "see Artifacts": "请看 Artifacts",
}


def refusal(error: UserError, language: str) -> str:
    """The sentence of an error; in English where nobody has said it in Chinese."""
    if error.sentence not in CHINESE:
        return str(error)
    return say(error.sentence, language, **error.values)


def say(sentence: str, language: str, **values: object) -> str:
    """The sentence with its values, terms and lists said in the reader's language."""
    template = sentence if spoken(language) else CHINESE[sentence]
    told = {name: _told(value, language) for name, value in values.items()}
    if "kind" in told and not spoken(language):
        told["kind"] = NOUNS.get(told["kind"], told["kind"])
    return template.format_map(told)


def sentence(parts: Iterable[str], language: str) -> str:
    return f"{'; '.join(parts)}." if spoken(language) else f"{'；'.join(parts)}。"


def local(at: datetime, timezone: str) -> str:
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}"


def _told(value: object, language: str) -> str:
    if isinstance(value, StrEnum) and type(value) in WORDS:
        return word(value, language)
    if isinstance(value, list | tuple):
        return listed((_told(item, language) for item in value), language)
    return str(value)
