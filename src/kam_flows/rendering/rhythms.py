"""How often a cadence comes, as people say it."""

from kam_flows.domain.cadences import MONTHS, Anchor, Cadence, Mode, Unit
from kam_flows.rendering.words import MONTHS as NAMES
from kam_flows.rendering.words import WEEKDAYS, listed, spoken

Said = tuple[str, str]
"""Chinese, English."""
PERIODS = {
    (Unit.WEEKS, 1): ("每周", "every week"),
    (Unit.MONTHS, 1): ("每月", "every month"),
    (Unit.MONTHS, MONTHS): ("每年", "every year"),
}
COUNTED = {Unit.WEEKS: (" 周", " weeks"), Unit.MONTHS: (" 个月", " months")}
SURE_DAYS = 28
"""Every month has them."""


def rhythm(cadence: Cadence, language: str) -> str:
    """`每 3 个月 10 日（3、6、9、12 月）`, `every 3 months on day 10 (Mar, Jun, Sep, Dec)`."""
    return _said(cadence)[spoken(language)]


def _said(cadence: Cadence) -> Said:
    chinese, english = _period(cadence)
    if cadence.mode is Mode.ROLLING:
        return f"{chinese}，自上次触达起", f"{english} from the last real touchpoint"
    if cadence.anchor is Anchor.SIGNING:
        return f"{chinese}，自签约日起", f"{english} from the signing"
    if cadence.unit is Unit.WEEKS:
        day = cadence.day - 1
        name, short = WEEKDAYS[0][day * 2 :][:2], WEEKDAYS[1][day * 3 :][:3]
        return f"{chinese}（{name}）", f"{english} on {short}"
    days, each = _days(cadence)
    return f"{chinese} {days}", f"{english} on {each}"


def _period(cadence: Cadence) -> Said:
    chinese, english = COUNTED[cadence.unit]
    return PERIODS.get(
        (cadence.unit, cadence.every),
        (f"每 {cadence.every}{chinese}", f"every {cadence.every}{english}"),
    )


def _days(cadence: Cadence) -> Said:
    """The day of the month, and of which months if not of all."""
    every, last = cadence.every, cadence.day > SURE_DAYS
    chinese = f"{cadence.day} 日{'或月末' if last else ''}"
    english = f"day {cadence.day}{' or the last' if last else ''}"
    if every == 1 or (MONTHS % every and every % MONTHS):
        return chinese, english
    months = range((cadence.month - 1) % every + 1, MONTHS + 1, every)
    names = (NAMES[month * 3 - 3 : month * 3] for month in months)
    return (
        f"{chinese}（{listed(map(str, months), 'zh_CN')} 月）",
        f"{english} ({listed(names, 'en')})",
    )
