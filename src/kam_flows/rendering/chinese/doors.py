"""What is said at the door of a form, in Chinese."""

from collections.abc import Mapping

DOORS: Mapping[str, str] = {
    "{path} cannot be used ({why}); set KAM_SECRET, or let KAM_VAR be a folder that can "
    "be written.": (
        "{path} 无法使用（{why}）；请设置 KAM_SECRET，或将 KAM_VAR 设为可写的文件夹。"
    ),
    "{name} ({code}) may look and change nothing (role {role}); a dry run shows what "
    "would happen.": (
        "{name}（{code}）的岗位是“{role}”，只能查看，不能更改；可以用“试运行”查看会发生什么。"
    ),
    "The link is not whole, or was not made here; open it again from its mail, or open "
    "the form itself and choose your name in `by`.": (
        "该链接不完整，或不是本系统生成的；请从邮件中重新打开，"
        "或直接打开该表单并在“操作人”中选择自己。"
    ),
    "The link is for another form; open it again from its mail, or open this form itself "
    "and choose your name in `by`.": (
        "该链接属于另一张表单；请从邮件中重新打开，"
        "或直接打开本表单并在“操作人”中选择自己。"
    ),
    "The link acts for {code} alone; open the form itself and choose your own name in "
    "`by`.": (
        "该链接只能由 {code} 本人使用；请直接打开该表单并在“操作人”中选择您自己。"
    ),
    "The link does not offer this: {fields} was changed in the form; open it again from "
    "its mail and leave that as it is, or open the form itself and choose your name in "
    "`by`.": (
        "该链接不适用：表单中的“{fields}”被改动；请从邮件中重新打开并保持原样，"
        "或直接打开该表单并在“操作人”中选择自己。"
    ),
    "The link acted until {moment}; open the form itself and choose your name in `by`.": (
        "该链接已于 {moment} 失效；请直接打开该表单并在“操作人”中选择自己。"
    ),
    "Nothing done": "未执行",
    "Nothing was done this time: this link was used already on {moment}, and a link acts "
    "once. To do more, open the form itself and choose your name in `by`.": (
        "这次没有执行任何操作：该链接已于 {moment} 使用过，每个链接只能使用一次。"
        "如需继续操作，请直接打开该表单并在“操作人”中选择自己。"
    ),
    "Nothing is done yet: {name} gets a mail with a link to this form, filled in; it is "
    "done once the form is submitted by that link.": (
        "尚未执行：已向{name}发送邮件，内有填好的表单链接；通过该链接提交后才会执行。"
    ),
    "Here forms act only by a link from a mail, and no server is known that has this "
    "form; open it in the Prefect interface.": (
        "这里的表单只能通过邮件中的链接执行，而目前没有已知的服务器提供这张表单；"
        "请在 Prefect 界面中打开它。"
    ),
}
