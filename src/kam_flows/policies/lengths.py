"""Which of two durations is the longer one, where that can be said of any calendar."""

from datetime import timedelta

from kam_flows.domain.durations import LENGTHS, Duration, Unit


def is_at_most(one: Duration, other: Duration) -> bool:
    """False where it depends: on how long a working day is, or on which clock runs."""
    if one.unit is other.unit:
        return one.amount <= other.amount
    if one.is_business is not other.is_business or Unit.BUSINESS_DAYS in (
        one.unit,
        other.unit,
    ):
        return False
    return one.amount * _minutes(one) <= other.amount * _minutes(other)


def is_longer(one: Duration, other: Duration) -> bool:
    return is_at_most(other, one) and not is_at_most(one, other)


def _minutes(duration: Duration) -> int:
    return LENGTHS[duration.unit] // timedelta(minutes=1)
