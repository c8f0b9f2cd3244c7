"""A page in headless Chromium, with everything written down that it may not do."""

import json
import shutil
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# What the audit asks for: WCAG 2.2 to AA, and axe's own good practice.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


class Faults(list):
    """What did not hold, in words."""

    def __init__(self, where):
        super().__init__()
        self.where = where

    def expect(self, truth, words):
        """Notes the words unless they hold."""
        if not truth:
            self.append(f"{self.where}: {words}")


@contextmanager
def browser():
    """Chromium, as the system has it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@contextmanager
def page(chromium, address, faults, dark=False, width=1280):
    """A page of an address, that may say nothing on its console and ask nothing of any other origin."""
    context = chromium.new_context(
        color_scheme="dark" if dark else "light", viewport={"width": width, "height": 1000})
    tab = context.new_page()
    home = urlsplit(address)
    tab.on("console", lambda said: faults.expect(said.type not in ("error", "warning"), f"console: {said.text}"))
    tab.on("pageerror", lambda error: faults.append(f"{faults.where}: script: {error}"))

    def asked(request):
        other = urlsplit(request.url)
        faults.expect(other.scheme == "data" or (other.scheme, other.netloc) == (home.scheme, home.netloc),
                      f"asks for {request.url}")

    tab.on("request", asked)
    tab.goto(address)
    yield tab
    context.close()


def audit(tab, faults):
    """What axe finds wrong with a page, and what it does not look at."""
    found = Axe().run(tab, options=RULES).response
    for violation in found["violations"]:
        nodes = violation["nodes"]
        faults.append(f"{faults.where}: axe {violation['id']}: {violation['help']}: {len(nodes)} times, as in "
                      + json.dumps(nodes[0]["html"][:160]))
    faults.expect(tab.evaluate("""() => {
        const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
        return new Set(ids).size === ids.length; }"""), "an id is given twice")
    faults.expect(tab.evaluate("""() => [...document.querySelectorAll("svg:not([aria-hidden])")].every(svg => svg.getAttribute("role")
        && (svg.getAttribute("aria-labelledby") || "").split(" ").every(id => document.getElementById(id)))"""),
        "a figure has no role or no name")
    faults.expect(tab.evaluate("() => document.documentElement.scrollWidth <= innerWidth"),
                  "the page is wider than its window")
    return len(found["violations"])
