"""Compares a sweep with a published letter map and prints the section of docs/reproductions.md.

usage: compare.py results/liu2022-fig6b/sweep.h5 docs/reproductions/liu2022-fig6b.txt ROW_AXIS COLUMN_AXIS

Reads the consolidated file with h5py. Seeds with missing cells are compared where they have cells and marked.
"""

import sys
from collections import Counter
from itertools import combinations

import h5py
import numpy as np

LETTERS = "CGMX"
WORDS = ["comprehension", "grokking", "memorization", "confusion"]


def majority(column):
    """The most frequent phase of a site; a tie goes to the later of C, G, M, X, as in grokmap's figures."""
    votes = Counter(p for p in column if p >= 0)
    if not votes:
        return -1
    return max(votes, key=lambda phase: (votes[phase], phase))


def main():
    sweep, published_path, rows, columns = sys.argv[1:]
    with h5py.File(sweep) as file:
        phase = file["phase"]
        names = [phase.dims[i][0].name.rsplit("/", 1)[-1] for i in range(phase.ndim)]
        order = [names.index(rows), names.index(columns), names.index("seed")]
        data = np.transpose(phase[:], order).astype(int)
        delay = np.transpose(file["delay"][:], order)
        row_values, seeds = file[rows][:], file["seed"][:]
    lines = [l.strip() for l in open(published_path) if l.strip() and not l.startswith("#")]
    published = np.array([[LETTERS.index(c) for c in line] for line in lines])
    assert published.shape == data.shape[:2], (published.shape, data.shape)
    vote = np.array([[majority(site) for site in row] for row in data])

    def agreement(a, b):
        both = (a >= 0) & (b >= 0)
        return (a[both] == b[both]).mean() if both.any() else float("nan"), int(both.sum())

    def letters(row):
        return "".join("." if p < 0 else LETTERS[p] for p in row)

    shown = [i for i in range(len(seeds)) if (data[:, :, i] >= 0).any()]
    width = data.shape[1] + 2
    print("```")
    heads = ["published", "majority"] + [f"seed {seeds[i]}" for i in shown]
    print(f"{rows[:20]:>10}  " + "".join(h.ljust(max(width, len(h) + 2)) for h in heads).rstrip())
    for r, value in enumerate(row_values):
        maps = [published[r], vote[r]] + [data[r, :, i] for i in shown]
        text = "".join(
            letters(m).ljust(max(width, len(h) + 2)) for m, h in zip(maps, heads))
        print(f"{value:10.1e}  {text.rstrip()}")
    print("```\n")
    print("| map | C | G | M | X | cells | same as published |\n|---|---|---|---|---|---|---|")

    def table_row(name, a):
        counts = [int((a == p).sum()) for p in range(4)]
        share, compared = agreement(a, published)
        print(f"| {name} | {' | '.join(map(str, counts))} | {compared} | {share:.1%} |")

    table_row("published", published)
    for i in shown:
        done = (data[:, :, i] >= 0).all()
        table_row(f"seed {seeds[i]}" + ("" if done else " (incomplete)"), data[:, :, i])
    table_row("majority", vote)
    complete = [i for i in shown if (data[:, :, i] >= 0).all()]
    pairs = [agreement(data[:, :, i], data[:, :, j])[0] for i, j in combinations(complete, 2)]
    if pairs:
        print(f"\nBetween our own complete seeds ({len(pairs)} pairs): "
              f"{np.mean(pairs):.1%} on average, {min(pairs):.1%} to {max(pairs):.1%}.")
    known = vote >= 0
    different = known & (vote != published)
    table = Counter((int(published[i]), int(vote[i])) for i in zip(*np.nonzero(different)))
    print(f"\nThe majority differs on {int(different.sum())} of {int(known.sum())} sites:")
    for (p, v), count in table.most_common():
        print(f"- {count} × published {WORDS[p]}, ours {WORDS[v]}")
    some = sum(bool((data[i] == published[i]).any()) for i in zip(*np.nonzero(different)))
    touching = 0
    for r, c in zip(*np.nonzero(different)):
        near = published[max(0, r - 1):r + 2, max(0, c - 1):c + 2]
        touching += bool((near == vote[r, c]).any())
    close = sum(
        bool((np.abs(delay[i][~np.isnan(delay[i])] - 1000) < 250).any())
        for i in zip(*np.nonzero(different)) if {int(published[i]), int(vote[i])} == {0, 1})
    print(f"\nOf these, {some} have at least one seed of ours with the published phase, {touching} lie "
          f"next to a published site with our phase, and {close} are comprehension against grokking "
          f"with a delay within 250 steps of the gap.")


if __name__ == "__main__":
    main()
