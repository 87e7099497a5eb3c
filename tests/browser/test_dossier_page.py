"""The page of an exported application in a real Chromium: it loads nothing, runs nothing, and fits on the paper."""

from collections.abc import Callable
from pathlib import Path

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.lived import live
from selenium.webdriver import Chrome

from bot.commands_audit import Wanted, export_application

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), ON_ONE_DATABASE]
A4_LANDSCAPE = 1039  # CSS pixels between the margins: (297 - 2 * 11) mm at 96 a inch
LOADED = "return performance.getEntriesByType('resource').length"
WIDTH = "return document.documentElement.scrollWidth"


def test_the_page_is_by_itself_and_fits(open_window: Callable[[str], Chrome], company: Company, tmp_path: Path) -> None:
    number = live(company).number
    list(export_application(company.runtime.settings, f"A{number}", Wanted(tmp_path)))
    window = open_window(f"file://{tmp_path}/A{number}.html")
    assert window.title == f"进件 A{number} 档案"
    assert window.execute_script(LOADED) == 0
    assert window.get_log("browser") == []
    assert window.execute_script(WIDTH) <= 1180
    window.set_window_size(A4_LANDSCAPE, 800)
    window.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert window.execute_script(WIDTH) <= A4_LANDSCAPE
    text = window.find_element("tag name", "body").text
    for said in ("操作日志完整", "结果一样", "越过预审的建议", "材料不齐", "480,000.00元"):
        assert said in text
