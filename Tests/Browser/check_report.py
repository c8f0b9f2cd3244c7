#!/usr/bin/env python3
"""Drives a report's index.html in headless Chromium and says what does not hold.

    python3 Tests/Browser/check_report.py results/quickstart/report/index.html [--dark] [--shot page.png]

Needs chromium and nothing else. Exits with 1 and one line per fault: an error on the console, a request that leaves the
page, a map that is not one tab stop, hover, arrow keys, filters, seeds or slices that do not do what they say, elements
without names, ids given twice.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROBE = r"""
(function () {
  const faults = [], facts = {};
  const ok = (truth, words) => { if (!truth) faults.push(words); };
  const d = JSON.parse(document.getElementById("data").textContent);
  const details = document.getElementById("details");
  facts.maps = d.panels.length;
  ok(!details.hidden && !document.getElementById("controls").hidden, "the script did not run to its end");
  ok(performance.getEntriesByType("resource").length === 0, "the page asked for something else");

  // Names, roles, ids.
  const ids = [...document.querySelectorAll("[id]")].map(e => e.id);
  ok(new Set(ids).size === ids.length, "an id is given twice");
  document.querySelectorAll("svg").forEach(svg => {
    const by = (svg.getAttribute("aria-labelledby") || "").split(" ");
    ok(svg.getAttribute("role") && by.every(i => document.getElementById(i)), "an svg has no role or name");
  });
  document.querySelectorAll("input,select,button").forEach(e =>
    ok(e.closest("label") || e.textContent.trim() || e.getAttribute("aria-label"), "a control has no name: " + e.id));
  document.querySelectorAll("th").forEach(e => ok(e.getAttribute("scope"), "a table's head has no scope"));
  ok(document.documentElement.lang && document.querySelectorAll("h1").length === 1 && document.querySelector("main"),
    "the page has no language, title or main part");
  let level = 1;
  document.querySelectorAll("h1,h2,h3").forEach(h => {
    const own = +h.tagName[1]; ok(own <= level + 1, "a level of headings is left out"); level = own; });

  d.panels.forEach(p => {
    const svg = document.getElementById(p.id);
    const stops = [...svg.querySelectorAll("a,[tabindex]")].filter(e => e.tabIndex >= 0);
    ok(stops.length === 1, p.id + " has " + stops.length + " tab stops");
    const cursor = svg.querySelector("a.cursor");
    // Hover at the middle of every corner's cell.
    svg.scrollIntoView();
    [[0, 0], [p.x.length - 1, p.y.length - 1]].forEach(([i, j]) => {
      const m = svg.getScreenCTM();
      const q = new DOMPoint((p.x[i][0] + p.x[i][1]) / 2, (p.y[j][0] + p.y[j][1]) / 2).matrixTransform(m);
      svg.dispatchEvent(new PointerEvent("pointermove", {clientX: q.x, clientY: q.y, bubbles: true}));
      ok(details.textContent.includes(d.axes[0].name + " = " + d.axes[0].values[i]),
        p.id + ": hover at " + [i, j] + " says " + details.textContent.slice(0, 80));
    });
    // Arrow keys, from the left end to the right.
    cursor.focus();
    ok(document.activeElement === cursor, p.id + " takes no focus");
    const key = k => cursor.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true}));
    key("Home");
    const labels = new Set([cursor.getAttribute("aria-label")]);
    for (let n = 1; n < p.x.length; n++) { key("ArrowRight"); labels.add(cursor.getAttribute("aria-label")); }
    ok(labels.size === p.x.length, p.id + ": arrows reach " + labels.size + " of " + p.x.length + " columns");
    key("ArrowRight");
    ok(labels.has(cursor.getAttribute("aria-label")), p.id + ": the last column is not the last");
    if (d.hrefs && d.hrefs.every(h => h)) ok(cursor.getAttribute("href"), p.id + ": the cursor is no link");
  });

  // Filters hide what they say, in map and table.
  const veils = () => d.panels.reduce((n, p) => n + document.getElementById(p.id)
    .querySelectorAll("path[fill-opacity='0.85']").length, 0);
  const box = document.querySelector("[data-filter=G]");
  const rows = () => [...document.querySelectorAll("#sites tbody tr")].filter(r => !r.hidden);
  const before = rows().length;
  const groks = rows().filter(r => d.sites[+r.dataset.n] === "G").length;
  box.click();
  ok((veils() > 0) === d.sites.includes("G"), "the filter dims no site");
  ok(rows().length === before - groks, "the filter leaves " + rows().length + " of " + before + " rows");
  box.click();
  ok(veils() === 0 && rows().length === before, "the filter does not come back");
  const seed = document.getElementById("control-seed");
  if (seed) {
    seed.value = "0"; seed.dispatchEvent(new Event("change"));
    const drawn = d.panels.reduce((n, p) => n + document.getElementById(p.id)
      .querySelectorAll("g[pointer-events=none] path").length, 0);
    ok(drawn > 0, "one seed draws nothing");
    seed.value = "-1"; seed.dispatchEvent(new Event("change"));
  }
  const slice = document.getElementById("control-slice");
  if (slice) {
    const shown = () => d.panels.filter(p => !document.getElementById(p.id).closest("figure").hidden).length;
    slice.value = "1"; slice.dispatchEvent(new Event("input"));
    ok(shown() === 1, "the slider shows " + shown() + " panels");
    ok(slice.getAttribute("aria-valuetext").includes("="), "the slider does not say its value");
    slice.value = "0"; slice.dispatchEvent(new Event("input"));
    ok(shown() === d.panels.length, "the slider does not come back");
  }
  facts.rows = before;
  const out = document.createElement("pre");
  out.id = "probe"; out.textContent = JSON.stringify({faults, facts});
  document.body.appendChild(out);
})();
"""


def chromium(*arguments: str) -> subprocess.CompletedProcess:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    with tempfile.TemporaryDirectory() as profile:
        return subprocess.run(
            [program, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
             "--enable-logging=stderr", "--virtual-time-budget=10000", *arguments],
            capture_output=True, text=True, timeout=300, check=False)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("page", type=pathlib.Path)
    options.add_argument("--width", type=int, default=1280)
    options.add_argument("--dark", action="store_true", help="as in dark mode")
    options.add_argument("--shot", type=pathlib.Path, help="also take a picture of the page")
    options = options.parse_args()
    look = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if options.dark else []
    if options.shot:
        chromium(*look, f"--window-size={options.width},2400", f"--screenshot={options.shot.resolve()}",
                 options.page.resolve().as_uri())
    text = options.page.read_text(encoding="utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".html", dir=options.page.parent, encoding="utf-8") as page:
        page.write(text.replace("</body>", f"<script>//<![CDATA[\n{PROBE}\n//]]></script></body>"))
        page.flush()
        run = chromium(*look, f"--window-size={options.width},1400", "--dump-dom",
                       pathlib.Path(page.name).resolve().as_uri())
    faults = [line.strip() for line in run.stderr.splitlines() if "CONSOLE" in line]
    found = re.search(r'<pre id="probe">(.*?)</pre>', run.stdout, re.S)
    if found:
        said = json.loads(found.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
        faults += said["faults"]
        print(json.dumps(said["facts"]))
    else:
        faults.append("the probe did not run to its end")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
