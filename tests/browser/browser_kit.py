"""The chat window in a real browser, as the tests that click see it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kit.company import Company
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 20


class Window:
    """The chat window of one person: that of `userid`, or whoever the address says."""

    def __init__(self, chrome: Chrome, userid: str = "") -> None:
        self._chrome = chrome
        self._wait = WebDriverWait(chrome, SECONDS, 0.1, ignored_exceptions=[StaleElementReferenceException])
        if userid:
            self.find(f'[data-userid="{userid}"]').click()

    def until(self, is_so: Callable[[], object]) -> None:
        """Wait until this holds."""
        self._wait.until(lambda _: is_so())

    def run(self, script: str) -> Any:
        """What a script of the page gives."""
        return self._chrome.execute_script(script)

    @property
    def address(self) -> str:
        """What stands in the address bar."""
        return str(self._chrome.current_url)

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
def relay_at_work(company: Company) -> Iterator[None]:
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
