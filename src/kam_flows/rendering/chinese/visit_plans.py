"""What planning visits answers, in Chinese."""

from collections.abc import Mapping

VISIT_PLANS: Mapping[str, str] = {
    "{act}: {why}": "{act}：{why}",
    "{act}: {count}": "{act} {count} 次",
    "{number} of {account} on {day}: {act}, {why}": (
        "{account} 的 {number}（{day}）：{act}，{why}"
    ),
    "{number} of {account}: from {before} to {after}, {why}": (
        "{account} 的 {number}：由 {before} 改到 {after}，{why}"
    ),
    "{account} could not be planned: {why}": "{account} 无法排期：{why}",
    "{count} of {all} accounts could not be planned and will be tried again": (
        "{all} 个客户中有 {count} 个无法排期，将再次尝试"
    ),
    "{count} accounts looked at": "检查了 {count} 个客户",
    "Every plan is as it should be": "所有计划都无需调整",
    "{owner} has no room for another touchpoint within two years of {day}; let "
    "somebody else serve the account, or raise `per_day` of the policy.": (
        "{owner} 在 {day} 前后两年内都没有空档；请由其他同事服务该客户，"
        "或调高服务标准中的 per_day。"
    ),
}
