"""How often a cadence comes, in words."""

import pytest

from kam_flows.domain.cadences import Anchor, Cadence, Mode, Unit
from kam_flows.domain.touchpoints import TouchpointKind
from kam_flows.rendering.rhythms import rhythm

W, M = Unit.WEEKS, Unit.MONTHS
SAID = [
    # every, unit, the rest, Chinese, English
    (1, W, {"day": 4}, "每周（周四）", "every week on Thu"),
    (2, W, {"day": 7}, "每 2 周（周日）", "every 2 weeks on Sun"),
    (1, M, {"day": 15}, "每月 15 日", "every month on day 15"),
    (1, M, {"day": 31}, "每月 31 日或月末", "every month on day 31 or the last"),
    (3, M, {"day": 10, "month": 9}, "每 3 个月 10 日（3、6、9、12 月）",
     "every 3 months on day 10 (Mar, Jun, Sep, Dec)"),
    (12, M, {"day": 20, "month": 11}, "每年 20 日（11 月）", "every year on day 20 (Nov)"),
    (24, M, {"month": 11}, "每 24 个月 1 日（11 月）", "every 24 months on day 1 (Nov)"),
    (5, M, {"day": 3}, "每 5 个月 3 日", "every 5 months on day 3"),
    (3, M, {"anchor": Anchor.SIGNING}, "每 3 个月，自签约日起",
     "every 3 months from the signing"),
    (2, W, {"mode": Mode.ROLLING}, "每 2 周，自上次触达起",
     "every 2 weeks from the last real touchpoint"),
]  # fmt: skip


@pytest.mark.parametrize(("every", "unit", "fields", "chinese", "english"), SAID)
def test_a_rhythm_is_said_in_words(every, unit, fields, chinese, english):
    cadence = Cadence(
        code="one",
        titles={},
        kind=TouchpointKind.CALL,
        every=every,
        unit=unit,
        **fields,
    )

    assert rhythm(cadence, "zh_CN") == chinese
    assert rhythm(cadence, "en") == english
