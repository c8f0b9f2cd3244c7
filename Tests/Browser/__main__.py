"""Drives reports and the live page in headless Chromium, with mouse and keys, and audits them with axe-core.

    python Tests/Browser --build .build/release             # a sweep of its own: live page, then report
    python Tests/Browser results/quickstart/report/index.html ...

Needs chromium, and playwright and axe-playwright-python from PyPI (`make browser-check` installs them). One line per
page: ok or FAILED and what was seen; exit status 1 with a line for every fault.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import live
import report
from browser import browser

parser = argparse.ArgumentParser(prog="Tests/Browser")
parser.add_argument("pages", nargs="*", type=Path, help="a report's index.html")
parser.add_argument("--build", help="directory with grokmap and grokmap-worker: run a sweep and watch it")
arguments = parser.parse_args()
if not arguments.pages and not arguments.build:
    parser.error("name a page, or --build")

failed = 0


def say(name, found):
    """A page's line, and its faults."""
    global failed
    faults, seen = found
    print(f"{'FAILED' if faults else 'ok':7} {name}: {seen}", flush=True)
    for fault in dict.fromkeys(faults):
        print(f"  {fault}", file=sys.stderr)
    failed += bool(faults)


with browser() as chromium, tempfile.TemporaryDirectory() as folder:
    pages = [path.resolve() for path in arguments.pages]
    if arguments.build:
        say("live page", live.check(chromium, os.path.abspath(arguments.build), folder))
        pages.append(Path(folder, "out/report/index.html"))
    for path in pages:
        say(path.parent.parent.name, report.check(chromium, path.as_uri()))
sys.exit(1 if failed else 0)
