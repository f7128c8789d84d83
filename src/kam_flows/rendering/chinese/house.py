"""What the watch over the house says at its end, in Chinese."""

from collections.abc import Mapping

HOUSE: Mapping[str, str] = {
    "'{run}' is no run; copy its id from the address of its page.": (
        "“{run}”不是运行编号；请从运行页面的地址中复制。"
    ),
    "Runs closed: {runs}": "已关闭无人执行的运行：{runs}",
    "{count} forms have their words again": "已恢复 {count} 个表单的文字",
    "{count} tickets compared with their histories": "已核对 {count} 张工单的历史",
    "{count} newly found": "新发现 {count} 项问题",
    "{count} right again": "{count} 项已恢复正常",
    "{count} known and still wrong": "{count} 项此前已知，仍未恢复",
    "Nothing is wrong": "一切正常",
    "Nothing is wrong with this run": "这次运行没有问题",
    "Told already in this hour": "本小时内已告知",
    "Told: {readers}": "已告知：{readers}",
}
