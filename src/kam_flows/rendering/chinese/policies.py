"""What previewing and switching a service standard answers, in Chinese."""

from collections.abc import Mapping

POLICIES: Mapping[str, str] = {
    "{path} is not UTF-8 text; save it as UTF-8.": (
        "{path} 不是 UTF-8 文本；请另存为 UTF-8。"
    ),
    "{path} cannot be read ({why}); give the path of a policy file or one of the presets "
    "{presets}.": (
        "无法读取 {path}（{why}）；请输入服务标准文件的路径，或预设之一：{presets}。"
    ),
    "There is no preset '{name}'; did you mean '{near}'? Choose one of {presets}, or "
    "give the path of a policy file.": (
        "没有预设“{name}”；您要找的是不是“{near}”？请从中选择：{presets}，"
        "或输入服务标准文件的路径。"
    ),
    "There is no preset '{name}'; choose one of {presets}, or give the path of a policy "
    "file.": "没有预设“{name}”；请从中选择：{presets}，或输入服务标准文件的路径。",
    "Preview: re-clocking would move {moments} due times of {tickets} open tickets (see "
    "Artifacts). Nothing was changed; switch `dry_run` off to do it.": (
        "预览：重新计时将使 {tickets} 张未结工单的 {moments} 个时限变动（见 Artifacts）。"
        "未作任何更改；要执行请关闭“试运行”。"
    ),
    "{policy} is in force from now on; {kept}.": "{policy} 即日起生效；{kept}。",
    "{count} open tickets moved to it": "{count} 张未结工单已改用该标准",
    "{count} open tickets keep the policy they began under": (
        "{count} 张未结工单仍按原标准执行"
    ),
    # The heads of the preview's table, and the moments it names.
    "ticket": "工单",
    "now": "现在",
    "then": "变更后",
    "respond_by": "响应时限",
    "plan_by": "方案时限",
    "resolve_by": "解决时限",
    "next rung": "下一级升级",
}
