"""What staff see in Prefect of gifts."""

import pytest

from flows.gifts import record_a_gift, report_gifts
from tests.builders import a_person, an_account
from tests.portfolio import store, use_policy

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_gift_is_recorded_refused_and_reported_in_plain_words():
    use_policy("default")
    store([a_person("mara")], [an_account()])

    first = await record_a_gift(
        "ACME", "龙井", 380.5, "mara", recipient="赵六", return_state=True
    )
    again = await record_a_gift(
        "ACME", "茶具", 700, "mara", recipient="赵六", return_state=True
    )
    report = await report_gifts(xlsx=True, return_state=True)

    assert "送给华东精密科技赵六的“龙井”已登记，380.50 CNY；赵六 20" in str(
        first.message
    )
    assert str(first.message).endswith("年还可收受 619.50。")
    assert again.is_failed()
    assert str(again.message).startswith(
        "赵六 每年收受礼品不得超过 1000，今年已收 380.5"
    )
    assert "：1 件，共 380.50 CNY；请看 Artifacts；" in str(report.message)
