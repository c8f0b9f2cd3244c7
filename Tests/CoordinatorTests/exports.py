"""Opens what ExportTests wrote with the libraries that people use, and checks what they see.

Usage: exports.py DIRECTORY. Exit status 0 when everything agrees; any warning is an error.
"""

import json
import math
import sys
import warnings

warnings.simplefilter("error")

import pandas as pd  # noqa: E402

LOSSES = [1, 0.5, 0.1, 0.01]
NORMS = [3, 3, 2, 1]


def check_wide(table):
    """A row per cell, with its place, status and numbers."""
    assert len(table) == 6, table
    assert list(table.status) == ["verified"] * 2 + ["failed", "running", "missing", "missing"]
    # Coarse grid first, each site at its own axis values.
    assert set(zip(table.rate, table.decay)) == {(r, d) for r in (0.001, 0.01) for d in (0, 1, 2)}
    assert all(len(cell) == 64 for cell in table.cell)
    done = table[table.status == "verified"]
    assert list(done.phase) == ["grokking"] * 2
    assert list(done.train_loss) == [0.01] * 2 and list(done.weight_norm) == [1] * 2
    assert list(done.delay) == [2080] * 2
    assert table[table.status != "verified"].phase.isna().all()
    assert table[table.status != "verified"].wall_seconds.isna().all()


def check_long(table):
    """A row per verified cell and recorded step, with gaps where a measure was not evaluated."""
    assert set(table.status) == {"verified"}, table.status
    for _, cell in table.groupby("cell"):
        assert list(cell.step) == [0, 10, 20, 50, 2100], cell.step
        seen = cell[cell.train_loss.notna()]
        assert list(seen.train_loss) == LOSSES and list(seen.weight_norm) == NORMS
        assert list(cell[cell.rqi.notna()].step) == [0, 50, 2100]


def main():
    """Runs every check."""
    root = sys.argv[1]
    check_wide(pd.read_csv(f"{root}/wide.csv"))
    check_wide(pd.read_json(f"{root}/wide.jsonl", lines=True))
    check_long(pd.read_csv(f"{root}/long.csv"))
    check_long(pd.read_json(f"{root}/long.jsonl", lines=True))
    with open(f"{root}/curves.jsonl", encoding="utf-8") as file:
        cells = [json.loads(line) for line in file]
    assert [("curves" in cell) for cell in cells] == [True] * 2 + [False] * 4
    assert cells[0]["curves"]["step"] == [0, 10, 20, 50, 2100]
    assert cells[0]["curves"]["train_loss"] == [1, 0.5, 0.1, None, 0.01]
    assert math.isclose(cells[0]["curves"]["rqi"][3], 0.5)
    print("agrees")


main()
