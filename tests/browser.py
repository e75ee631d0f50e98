"""A page in a real Chromium, if there is one: what it shows, computes, and asks the network for."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
_DRIVER = shutil.which("chromedriver")

_QUIET = [
    *["--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
    *["--disable-background-networking", "--disable-component-update"],
]


class Browser:
    """A Chromium with one page in it."""

    def __init__(self) -> None:
        selenium = pytest.importorskip("selenium.webdriver")
        if not (_CHROMIUM and _DRIVER):
            pytest.skip("there is no chromium with its driver")
        options = selenium.ChromeOptions()
        options.binary_location = _CHROMIUM
        for word in [*_QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]:
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = selenium.ChromeService(_DRIVER)
        self.driver = selenium.Chrome(options=options, service=service)
        self.driver.set_window_size(1200, 900)

    def open(self, file: Path) -> None:
        """Show a page; what was logged before is forgotten."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(file.as_uri())

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns in the page; the policy of the page is not asked."""
        return self.driver.execute_script(script, *arguments)

    def numbers(self) -> dict[str, list[float]]:
        """The value and the derivative of every box, as the page has computed them."""
        found: dict[str, list[float]] = self.run(
            "return Object.fromEntries(Object.entries(gradcli.numbers()).map("
            "([name, both]) => [name, both.map(String)]))"
        )
        return {name: [float(each) for each in both] for name, both in found.items()}

    def one(self, selector: str) -> Any:
        """The element of a selector."""
        return self.driver.find_element("css selector", selector)

    def text(self, selector: str) -> str:
        """What an element says, its formulas in one line and without spaces."""
        return "".join(str(self.run("return arguments[0].textContent", self.one(selector))).split())

    def errors(self) -> list[str]:
        """What the console says."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        messages = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def close(self) -> None:
        """Leave nothing behind."""
        self.driver.quit()
