"""A real Chromium for the tests that click. Where there is none, they are skipped, and the summary says so."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

BINARIES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "BROWSER TESTS NOT RUN: chromium and chromedriver are not on the PATH (Debian: chromium chromium-driver)"
FLAGS = (
    "--headless",
    "--no-sandbox",  # CI runs as root, where Chromium's own sandbox does not start; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1180,820",
)


@pytest.fixture
def open_window(tmp_path: Path) -> Iterator[Callable[[str], Chrome]]:
    """Opens a URL in a new Chromium, each with a profile of its own; all are closed at the end."""
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip(NO_CHROMIUM)
    os.environ["SE_OFFLINE"] = "true"  # selenium never downloads a driver of its own
    with ExitStack() as windows:
        count = 0

        def open_(url: str) -> Chrome:
            nonlocal count
            count += 1
            options = ChromeOptions()
            options.binary_location = binary
            for flag in (*FLAGS, f"--user-data-dir={tmp_path / f'profile-{count}'}"):
                options.add_argument(flag)
            options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
            window = Chrome(options=options, service=Service(executable_path=driver))
            windows.callback(window.quit)
            window.get(url)
            return window

        yield open_


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line of its own if the browser tests were skipped: a green run without them is no proof of the window."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{NO_CHROMIUM} ({len(skipped)} skipped)", yellow=True, bold=True)
