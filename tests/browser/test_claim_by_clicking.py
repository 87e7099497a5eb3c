"""公海 and 领取 in the chat window, with a real browser: what a loan officer sees and clicks."""

from collections.abc import Callable

import pytest
from browser_kit import Window, relay_at_work
from kit.company import Company
from selenium.webdriver import Chrome

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the window sees no difference
]


def test_a_lead_is_claimed_by_clicking_and_who_is_later_learns_by_whom(
    company: Company, open_window: Callable[[str], Chrome]
) -> None:
    lead = company.lead()
    company.lead("白云飞", "13947100002")
    address = company.platform.base_url
    with relay_at_work(company):
        batu, lina = Window(open_window(address), "batu"), Window(open_window(address), "lina")
        lina.send("公海")
        lina.tick(f"L{lead} ")

        batu.send("公海")
        card = batu.message_with(f"L{lead} 刘**").get_dom_attribute("data-id")
        assert "13947100001" not in batu.shown
        batu.tick(f"L{lead} ")
        batu.click("领取")
        result = batu.message_with(f"已领取 L{lead}")
        assert result.get_dom_attribute("data-id") == card  # the card itself became the result
        assert "刘志强 13947100001" in result.text

        lina.click("领取")
        assert f"L{lead} 刚被 巴* 领走" in lina.message_with("这次没有领到").text
        assert "13947100001" not in lina.shown
    assert company.owner(lead) == company.person("batu").actor.id
    assert (batu.complaints, lina.complaints) == ([], [])
