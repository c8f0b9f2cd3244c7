"""What the order of a round's cells does to the time that a refined sweep takes.

    python Benchmarks/rounds.py .build/release/grokmap results/NAME [--slots 2 8 32]

A round of a refinement or race waits for its slowest cell. Here the rounds in a sweep's ledger are worked off again on paper, by
slots that take a cell as soon as they are free: in the ledger's order, at random, longest first by the budget line
(`BudgetLine`), longest first by the steps of the nearest site that was measured in an earlier round, and longest first by the
steps that each cell really took. Numbers are times the bound that a round's work sets: its steps divided by the slots, or its longest cell.
"""

import argparse
import csv
import heapq
import io
import math
import random
import sqlite3
import statistics
import subprocess
from pathlib import Path

TIMES_A_RATE = math.log(100)  # steps to forget by weight decay, times learning rate and decay: BudgetLine


def measured(program, directory):
    """The verified cells of a sweep by their ID, as rows of the export."""
    text = subprocess.run([program, "export", directory, "--format", "csv"], capture_output=True, text=True, check=True).stdout
    return {row["cell"]: row for row in csv.DictReader(io.StringIO(text)) if row["status"] == "verified"}


def rounds(directory, cells):
    """The cells of each round in the ledger's order; rounds that only count what was there already have none."""
    with sqlite3.connect(f"file:{Path(directory) / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
        for number, kind in ledger.execute("select round, kind from rounds order by number").fetchall():
            found = ledger.execute("select cell from round_cells where round = ? order by place", (number,))
            asked = [cell for (cell,) in found if cell in cells]
            if asked and kind != "found":
                yield asked


def span(order, slots, steps):
    """Steps until the last cell is done when each slot takes the next one as soon as it is free."""
    free = [0] * slots
    for cell in order:
        heapq.heappush(free, heapq.heappop(free) + steps[cell])
    return max(free)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("directory")
    arguments.add_argument("--slots", type=int, nargs="+", default=[2, 8, 32])
    arguments.add_argument("--axes", nargs=2, default=["learning_rate", "weight_decay"], help="whose product sets the budget line")
    asked = arguments.parse_args()
    cells = measured(asked.program, asked.directory)
    steps = {cell: int(row["steps_run"]) for cell, row in cells.items()}
    budget = max(steps.values())
    scales = [sorted({float(row[axis]) for row in cells.values()}) for axis in asked.axes]
    place = {cell: tuple(scale.index(float(row[axis])) for axis, scale in zip(asked.axes, scales)) for cell, row in cells.items()}

    def by_budget_line(cell):
        product = float(cells[cell][asked.axes[0]]) * float(cells[cell][asked.axes[1]])
        return min(budget, TIMES_A_RATE / product) if product > 0 else budget

    known = {}

    def by_nearest(cell):
        if not known:
            return by_budget_line(cell)
        here = place[cell]
        near = min(known, key=lambda there: (max(abs(a - b) for a, b in zip(here, there)), there))
        return statistics.mean(known[near])

    chance = random.Random(0)
    names = ["ledger's order", "random", "budget line", "nearest measured", "known steps"]
    totals = {slots: [0.0] * (len(names) + 1) for slots in asked.slots}
    made = list(rounds(asked.directory, cells))
    for round in made:
        first = {guess: sorted(round, key=lambda cell: -guess(cell)) for guess in (by_budget_line, by_nearest, steps.get)}
        for slots, total in totals.items():
            draws = [span(chance.sample(round, len(round)), slots, steps) for _ in range(10)]
            work = [steps[cell] for cell in round]
            for index, taken in enumerate([span(round, slots, steps), statistics.mean(draws),
                                           *(span(order, slots, steps) for order in first.values()), max(max(work), sum(work) / slots)]):
                total[index] += taken
        for cell in round:
            known.setdefault(place[cell], []).append(steps[cell])
    print(f"{len(made)} rounds, {sum(map(len, made))} cells, {sum(steps[c] for of in made for c in of):,} steps")
    print("| slots |", " | ".join(names), "|")
    print("|---|" + "---|" * len(names))
    for slots, total in totals.items():
        print("|", slots, "|", " | ".join(f"{taken / total[-1]:.2f}" for taken in total[:-1]), "|")


if __name__ == "__main__":
    main()
