"""公海 and 领取 in the chat window, with a real browser: what a loan officer sees and clicks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from kit.company import Company
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 20

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the window sees no difference
]


class Window:
    """The chat window of one person."""

    def __init__(self, chrome: Chrome, userid: str) -> None:
        self._chrome = chrome
        self._wait = WebDriverWait(chrome, SECONDS, 0.1, ignored_exceptions=[StaleElementReferenceException])
        self.find(f'[data-userid="{userid}"]').click()

    def find(self, selector: str) -> WebElement:
        """The first element that is there, waited for."""
        return self._wait.until(lambda chrome: chrome.find_element(By.CSS_SELECTOR, selector))

    def send(self, text: str) -> None:
        """Type and click 发送."""
        self.find("#text").send_keys(text)
        self.find("#send").click()

    def tick(self, text: str) -> None:
        """Click the line of the check list that holds `text`."""
        path = f'//*[@id="messages"]//*[contains(@class, "card-options")]//label[contains(., "{text}")]'
        line = self._wait.until(lambda chrome: chrome.find_element(By.XPATH, path))
        line.click()
        assert line.find_element(By.CSS_SELECTOR, "input").is_selected()

    def click(self, label: str) -> None:
        """Click the button of the newest card that carries `label`."""
        path = f'(//*[@id="messages"]//button[@data-key][contains(., "{label}")])[last()]'
        self._wait.until(lambda chrome: chrome.find_element(By.XPATH, path)).click()

    def message_with(self, text: str) -> WebElement:
        """The newest message that shows `text`, waited for."""
        path = f'(//*[@id="messages"]/*[@data-id][contains(., "{text}")])[last()]'
        return self._wait.until(lambda chrome: chrome.find_element(By.XPATH, path))

    @property
    def shown(self) -> str:
        """Everything that stands in the chat."""
        return self.find("#messages").text

    @property
    def complaints(self) -> list[str]:
        """Errors in the browser's console."""
        lines = self._chrome.get_log("browser")  # type: ignore[no-untyped-call]
        return [line["message"] for line in lines if line["level"] == "SEVERE"]


@contextmanager
def _relay_at_work(company: Company) -> Iterator[None]:
    """The worker's part: what is due is sent, all the time."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            company.settle()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(SECONDS)


def test_a_lead_is_claimed_by_clicking_and_who_is_later_learns_by_whom(
    company: Company, open_window: Callable[[str], Chrome]
) -> None:
    lead = company.lead()
    company.lead("白云飞", "13947100002")
    address = company.platform.base_url
    with _relay_at_work(company):
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
