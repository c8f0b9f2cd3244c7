"""Makes the exact maps that the refinement is tested on: linear-129.txt and linear-33x33x9.txt.

The linear teacher of docs/ground-truth.md, at the size of sweeps/exact-linear.yaml: 8 inputs and a bias, 40 examples, 2000
steps of gradient descent, thresholds 0.9, gap 100. Every mode of the parameters moves as

    theta_i(t) = s_i + (1 - eta (nu_i + gamma))^t (theta_i(0) - s_i)

so each letter is known without training. Rows are weight decays, columns learning rates, both log-spaced over 1e-3 ... 1;
blocks of the second file are train fractions 0.2 ... 0.8.

Usage: linear_maps.py DIRECTORY
"""

import sys
from pathlib import Path

import numpy as np

STEPS, GAP, NEED, TOLERANCE = 2000, 100, 0.9, 0.01


def problem():
    """Examples with a bias column, answers, initial parameters, and the order that splits are cut from."""
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(40, 8))
    values = rows @ draw.normal(size=8) / np.sqrt(8)
    start = np.append(draw.normal(size=8) / np.sqrt(8), 0)
    return np.hstack([rows, np.ones((40, 1))]), values, start, draw.permutation(40)


def letter(rate, decay, split, rows, values, start):
    """The phase of one cell by the closed form."""
    train, validation, nu, basis, drive = split
    total = nu + decay
    still = np.divide(drive, total, out=basis.T @ start, where=total > 1e-12)
    with np.errstate(over="ignore", invalid="ignore"):
        path = still + (1 - rate * total) ** np.arange(STEPS + 1)[:, None] * (basis.T @ start - still)
        right = (path @ (rows @ basis).T - values) ** 2 < TOLERANCE
    steps = []
    for members in (train, validation):
        holds = right[:, members].sum(1) >= np.ceil(NEED * len(members) - 1e-12)
        steps.append(int(np.argmax(holds)) if holds.any() else None)
    if steps[0] is None:
        return "X"
    if steps[1] is None:
        return "M"
    return "G" if steps[1] - steps[0] >= GAP else "C"


def plane(fraction, side):
    """The map at one train fraction: a line per weight decay."""
    rows, values, start, order = problem()
    count = round(fraction * 40)
    train, validation = np.sort(order[:count]), np.sort(order[count:])
    design = rows[train]
    nu, basis = np.linalg.eigh(2 / count * design.T @ design)
    split = (train, validation, np.maximum(nu, 0), basis, basis.T @ (2 / count * design.T @ values[train]))
    axis = np.geomspace(1e-3, 1, side)
    return ["".join(letter(rate, decay, split, rows, values, start) for rate in axis) for decay in axis]


def main(directory):
    target = Path(directory)
    (target / "linear-129.txt").write_text("\n".join(plane(0.6, 129)) + "\n")
    blocks = ["\n".join(plane(fraction, 33)) for fraction in np.linspace(0.2, 0.8, 9)]
    (target / "linear-33x33x9.txt").write_text("\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
