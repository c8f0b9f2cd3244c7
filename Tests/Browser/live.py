"""A sweep that really runs, watched in the browser until it is done."""

import re
import subprocess
import time
from pathlib import Path

from browser import Faults, audit, page

SWEEP = """
sweep: watched
title: A sweep that is watched
cell:
  task: {kind: addition, symbols: 5}
  steps: 6000
axes:
  learning_rate: {path: optimizer.decoder.learning_rate, log: [1.0e-3, 1.0e-2], points: 3}
  weight_decay: {path: optimizer.decoder.weight_decay, linear: [0, 4], points: 2}
  train_fraction: {path: train_fraction, values: [0.5, 0.8]}
seeds: [0, 1]
stop: budget
"""


def check(chromium, build, folder):
    """Every fault of the live page of a small sweep, and what was seen; leaves the sweep in `folder`/out."""
    faults = Faults("live page")
    Path(folder, "watched.yaml").write_text(SWEEP, encoding="utf-8")
    run = subprocess.Popen(
        [f"{build}/grokmap", "run", "watched.yaml", "--out", "out", "--slots", "1", "--live", "0"], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        address = next(found[1] for line in run.stderr if (found := re.search(r"live: (\S+)", line)))
        seen = []
        with page(chromium, address, faults) as tab:
            tab.wait_for_function('() => document.getElementById("live-line").textContent.includes("/24 cells")')
            audit(tab, faults)
            faults.expect(tab.inner_text("#live-workers").endswith("1 slot"), "the page does not say who trains")
            # The page takes itself anew as cells come in.
            end = time.monotonic() + 240
            while time.monotonic() < end and (not seen or seen[-1] < 24) and run.poll() is None:
                try:
                    done = int(tab.get_attribute("#live", "data-done"))
                except Exception:  # It is just being loaded again.
                    done = seen[-1] if seen else 0
                if not seen or done > seen[-1]:
                    seen.append(done)
                    shown = tab.evaluate("""() => JSON.parse(document.getElementById("data").textContent).letters
                        .join("").replace(/[^CGMX]/g, "").length""")
                    faults.expect(shown >= done, f"{done} cells are done and {shown} shown")
                time.sleep(0.5)
            faults.expect(len(seen) >= 3, f"the page was filled in at {seen} cells only")
        faults.expect(run.wait() == 0, "the sweep failed")
        # When the sweep is done nobody answers any more, which the page says.
        faults[:] = [fault for fault in faults if "ERR_CONNECTION_REFUSED" not in fault]
    finally:
        if run.poll() is None:
            run.kill()
            run.wait()
    return faults, f"filled in at {seen} of 24 cells"
