"""Takes the pictures of README and docs anew, from a fresh demo: `make demo PORT=8471`, then in another shell

    .venv/bin/python docs/pictures.py http://127.0.0.1:8471

Needs chromium and chromedriver on the PATH. What is typed here is what the manual says: a picture that cannot be taken
means that the manual is wrong.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

IMAGES = Path(__file__).parent / "images"
PHONE, DESK = (390, 844), (1180, 780)
SECONDS = 20


class Camera:
    """A browser in front of the demo, as one person after the other."""

    def __init__(self, url: str, profile: str) -> None:
        os.environ["SE_OFFLINE"] = "true"
        options = ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"):
            options.add_argument(flag)
        self.chrome = Chrome(options=options, service=Service(executable_path=shutil.which("chromedriver")))
        self._url = url
        self._wait = WebDriverWait(self.chrome, SECONDS, 0.1)

    def be(self, userid: str, size: tuple[int, int] = PHONE, look: str = "wecom") -> None:
        """Be this person, on a phone or at a desk, on WeCom or on DingTalk."""
        screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1.5, "mobile": size == PHONE}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.chrome.get(f"{self._url}/?as={userid}&look={look}")
        self._see("//*[@id='who'][text()]")
        self._rest()

    def say(self, text: str) -> str:
        """Type and send; what came back, after it came."""
        before = len(self._theirs())
        self.chrome.find_element(By.ID, "text").send_keys(text)
        self.chrome.find_element(By.ID, "send").click()
        self._wait.until(lambda _: len(self._theirs()) > before)
        return self._rest()

    def tick(self, *places: int) -> None:
        """Tick these lines (from 0) of the newest check list."""
        lines = self.chrome.find_elements(By.CSS_SELECTOR, ".row:last-child .card-options label")
        for place in places:
            lines[place].click()

    def tap(self, label: str, expect: str) -> str:
        """Tap the newest button with this label, until `expect` is there."""
        self._see(f"(//button[@data-key][contains(., '{label}')])[last()]").click()
        self._see(f"//*[@id='messages']/*[contains(., '{expect}')]")
        return self._rest()

    def take(self, name: str) -> None:
        """The picture, as `images/<name>.png`."""
        (IMAGES / f"{name}.png").write_bytes(self.chrome.get_screenshot_as_png())

    def number(self, place: int = 0) -> str:
        """The number of the lead in this line of the newest check list."""
        lines = self.chrome.find_elements(By.CSS_SELECTOR, ".row:last-child .card-options label")
        found = re.match(r"L\d+", lines[place].text)
        return found[0] if found else ""

    def _theirs(self) -> list[WebElement]:
        return self.chrome.find_elements(By.CSS_SELECTOR, ".row.theirs")

    def _see(self, path: str) -> WebElement:
        return self._wait.until(lambda chrome: chrome.find_element(By.XPATH, path))

    def _rest(self) -> str:
        """Until nothing changes for a second; what stands last in the chat."""
        box = self.chrome.find_element(By.ID, "messages")
        seen = ["", "-"]
        wait = WebDriverWait(self.chrome, SECONDS, 1.0)
        wait.until(lambda _: seen.append(box.text) or seen[-1] == seen[-2])
        self.chrome.execute_script("arguments[0].scrollTop = arguments[0].scrollHeight", box)
        rows = self._theirs()
        return rows[-1].text if rows else ""


def main(url: str) -> None:
    """All pictures, in the order of the manual."""
    with tempfile.TemporaryDirectory() as profile:
        camera = Camera(url, profile)
        try:
            _officer(camera)
            lead = _colleagues(camera)
            _desk(camera)
            _dingtalk(camera)
            _others(camera, lead)
        finally:
            camera.chrome.quit()


def _officer(camera: Camera) -> None:
    camera.be("batu")
    camera.say("帮助")
    camera.take("help")
    camera.say("公海")
    camera.tick(0, 1)
    camera.take("pool")
    camera.tap("领取", "已领取 2 条")
    camera.take("claimed")
    camera.tap("写跟进", "请直接发送")
    camera.say("意向强，明天10点面谈")
    camera.take("follow-up")
    camera.say("我的客户")
    camera.take("mine")
    camera.say("录入 巴特尔·苏和 13847112233 房抵50万")
    camera.say("录入 巴特尔·苏和 13847112233")
    camera.take("entry")
    camera.say("客户 13847112233")
    camera.take("customer")


def _colleagues(camera: Camera) -> str:
    camera.be("naren")
    camera.say("公海")
    camera.tick(0)
    lead = camera.number()
    camera.be("zhangsan")
    camera.say(f"领取 {lead}")
    camera.be("naren")
    camera.tick(0)
    camera.tap("领取", "刚被")
    camera.take("taken")
    camera.be("zhangsan")
    camera.say(f"转移 {lead} 李娜 客户在她的片区")
    camera.be("lina")
    camera.take("received")
    return lead


def _desk(camera: Camera) -> None:
    camera.be("lina", DESK)
    camera.say("公海")
    camera.tick(0, 2)
    camera.take("sandbox")


def _dingtalk(camera: Camera) -> None:
    camera.be("surina", DESK, "dingtalk")
    camera.say("公海")
    camera.take("dingtalk")


def _others(camera: Camera, lead: str) -> None:
    camera.be("liufang")
    camera.say("帮助")
    camera.say("公海")
    camera.say(f"客户 {lead}")
    camera.take("approver")
    camera.be("zhaojianguo")
    camera.say("帮助")
    camera.say(f"客户 {lead}")
    camera.take("manager")
    camera.say("日报 昨天")
    camera.take("board")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
