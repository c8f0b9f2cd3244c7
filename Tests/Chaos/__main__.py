"""Runs cases of chaos: `python Tests/Chaos --build DIR [--quick] [--seed N] [CASE ...]`, all of them when none is named.

One line per case: ok, FAILED or skipped, the case, and what was seen. Exit status 1 when any failed.
"""

import argparse
import os
import random
import sys
import time
import traceback

parser = argparse.ArgumentParser(prog="chaos")
parser.add_argument("cases", nargs="*", help="cases; all when none is named")
parser.add_argument("--build", required=True, help="directory with grokmap and grokmap-worker")
parser.add_argument("--quick", action="store_true", help="the seconds-long form of the quick cases")
parser.add_argument("--seed", type=int, help="seed of everything random")
parser.add_argument("--list", action="store_true", help="name the cases and what they show")
arguments = parser.parse_args()
os.environ["GROKMAP_BUILD"] = os.path.abspath(arguments.build)

from cases import CASES, Run, Skipped  # noqa: E402
from workplace import Failed  # noqa: E402

if arguments.list:
    for case in CASES.values():
        mark = "quick" if case.quick else "     "
        print(f"{case.name:24} {mark} {case.shows}")
    sys.exit(0)

unknown = [name for name in arguments.cases if name not in CASES]
if unknown:
    sys.exit(f"chaos: no case {', '.join(unknown)}; there are: {', '.join(CASES)}")
names = arguments.cases or [n for n, c in CASES.items() if c.quick or not arguments.quick]
failures = 0
for name in names:
    seed = random.randrange(1 << 32) if arguments.seed is None else arguments.seed
    begin = time.monotonic()
    try:
        seen = CASES[name].run(Run(quick=arguments.quick, random=random.Random(seed)))
        word = "ok"
    except Skipped as reason:
        word, seen = "skipped", str(reason)
    except (Failed, OSError) as problem:
        word, seen = "FAILED", str(problem)
        failures += 1
        traceback.print_exc()
    print(f"{word:7} {name}: {seen} [seed {seed}, {time.monotonic() - begin:.0f} s]", flush=True)
sys.exit(1 if failures else 0)
