"""Clocks that jump: every duration is monotonic, and times of day are only written down."""

import glob
import os
import signal
import time

from cases import Skipped, case
from workplace import Workplace, eventually, expect, sweep, undisturbed


@case("the time of day set back by a day and forward by a year during a run, with slots killed in between")
def clock_jumps(run):
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        raise Skipped("needs libfaketime (apt install libfaketime)")
    text = sweep(steps=12_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        offset = place.path + "/offset"

        def jump(to):
            with open(offset + ".new", "w") as file:
                file.write(to + "\n")
            os.replace(offset + ".new", offset)

        jump("+0")
        env = {"LD_PRELOAD": found[0], "FAKETIME_TIMESTAMP_FILE": offset, "FAKETIME_NO_CACHE": "1",
               "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        # Through env(1): what the library adds to the environment of the first program moves it away from the
        # arguments, where Swift looks for them.
        program = place.run("--slots", "2", "--checkpoint-every", "0.1", env=env, wrapper=["env"])
        eventually("a cell is there", place.cell_files)
        jumps = ["-1d", "+365d", "-30d", "+0"]
        for to in jumps:
            jump(to)
            supervisors = place.processes("supervisor")
            victim = supervisors if to == "-1d" and supervisors else place.processes("slot")
            if victim:
                os.kill(victim[0][0], signal.SIGKILL)
            time.sleep(1.5)
        ended = program.wait(120)
        expect(ended.code == 0, f"{ended}")
        expect(place.curves() == calm, "other cells or curves")
        days = place.ledger("SELECT DISTINCT substr(leased_at, 1, 7) FROM attempts")
        expect(len(days) > 1, f"the clock did not jump: {days}")
        silent = place.ledger("SELECT reason FROM attempts WHERE reason LIKE '%silent%'")
        expect(not silent, f"leases expired by the clock: {silent}")
        return f"jumps {', '.join(jumps)} with a process killed at each: no lease expired, sweep complete"
