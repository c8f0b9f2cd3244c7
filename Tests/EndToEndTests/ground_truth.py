"""The closed form of gradient descent on a linear model, beside what grokmap trained.

Usage: ground_truth.py letters|slope|shares|separable SWEEP-DIRECTORY
       ground_truth.py draw SWEEP-DIRECTORY FIGURE.svg

Reads the cell files of a sweep over a linear teacher (sweeps/exact-linear.yaml, sweeps/exact-ridge.yaml) or a bias on a
line (sweeps/exact-rule.yaml), which is one with a single constant input, and computes
every cell's letter and crossing steps from its own split, targets and initial parameters, in double precision. With
z = (x, 1), H = 2/n sum z z^T and c = 2/n sum y z over the n training examples, every eigenmode i of H moves as

    theta_i(t) = s_i + (1 - eta (nu_i + gamma))^t (theta_i(0) - s_i),    s_i = c_i / (nu_i + gamma)

(Levi, Beck & Bar-Sinai 2023, arXiv 2310.16441, eq. 3 and 14, at finite size). An example is right when its squared
error is below the task's tolerance. Logistic regression (sweeps/exact-separable.yaml) has no closed form: its updates are
repeated in double precision.

grokmap trains in single precision. A step is certain where no example's squared error lies within a margin of the
tolerance in a way that decides whether the threshold holds; every certain letter and step must be equal.
"""

import json
import sys
from itertools import combinations
from math import comb, lgamma
from pathlib import Path

import h5py
import numpy as np

# Relative distance of a squared error from the tolerance that single precision does not bridge: an error of 0.1 in
# outputs of order 1 is known to about 1e-6, its square to some 2e-5.
MARGIN = 1e-4
# Of a rule errors are 16 less what matters: known to about 1e-6 of 16, their squares to some 1e-6.
RULE_MARGIN = 1e-5


def modes(cell):
    """Parameters before each of the steps 0 ... budget (steps x parameters), and the examples (examples x parameters)."""
    config = json.loads(text(cell.attrs["config"]))
    rate = config["optimizer"]["decoder"]["learning_rate"]
    decay = config["optimizer"]["decoder"]["weight_decay"]
    rows = cell["split/inputs"][:].astype(float)
    values = cell["split/values"][:].astype(float)[:, 0]
    start = cell["parameters/0/decoder.0.weight"][:].astype(float)[0]
    if config["model"]["bias"]:
        rows = np.hstack([rows, np.ones((len(rows), 1))])
        start = np.append(start, cell["parameters/0/decoder.0.bias"][:].astype(float))
    train = cell["split/train"][:]
    design, answers = rows[train], values[train]
    nu, basis = np.linalg.eigh(2 / len(train) * design.T @ design)
    nu = np.maximum(nu, 0)
    drive = basis.T @ (2 / len(train) * design.T @ answers)
    total = nu + decay
    # A mode that neither data nor decay moves stays where it began.
    still = np.divide(drive, total, out=basis.T @ start, where=total > 1e-12)
    steps = np.arange(config["steps"] + 1)[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        path = still + (1 - rate * total) ** steps * (basis.T @ start - still)
    return path, rows @ basis, values


def first(holds, sustain=1):
    """The first step of the first run of so many at which something holds, None where there is none."""
    runs = np.lib.stride_tricks.sliding_window_view(holds, sustain).all(axis=1)
    return int(np.argmax(runs)) if runs.any() else None


def crossing(errors, need, tolerance, margin, sustain):
    """The earliest and latest step at which single precision can first count `need` examples as right."""
    with np.errstate(invalid="ignore"):
        loose = (errors < tolerance * (1 + margin)).sum(1) >= need
        strict = (errors < tolerance * (1 - margin)).sum(1) >= need
    return first(loose, sustain), first(strict, sustain)


def letter(train, validation, gap):
    """The phase rule (docs/phase-rule.md)."""
    if train is None:
        return "confusion"
    if validation is None:
        return "memorization"
    return "grokking" if validation - train >= gap else "comprehension"


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def tolerance(task):
    """The squared error below which an example is right, of a rule R squared; and the margin of single precision."""
    return (task["tolerance"], MARGIN) if task["kind"] == "teacher" else (16.0**2, RULE_MARGIN)


def stored(cell, name):
    return int(cell.attrs[name]) if name in cell.attrs else None


def ranges(cell):
    """The earliest and latest crossing of training and of validation accuracy, by the formula."""
    config = json.loads(text(cell.attrs["config"]))
    rule = json.loads(text(cell.attrs["phase_rule"]))
    track, rows, values = modes(cell)
    with np.errstate(over="ignore", invalid="ignore"):
        errors = (track @ rows.T - values) ** 2
    for name in ("train", "validation"):
        members = cell[f"split/{name}"][:]
        need = int(np.ceil(rule[f"{name}_accuracy"] * len(members) - 1e-12))
        yield crossing(errors[:, members], need, *tolerance(config["task"]), rule["sustain"])


def check(path):
    """The letter of a cell, whether it is certain, and how many of its crossings are; raises where one differs."""
    with h5py.File(path) as cell:
        config = json.loads(text(cell.attrs["config"]))
        gap = json.loads(text(cell.attrs["phase_rule"]))["gap"]
        train, validation = ranges(cell)
        certain = 0
        for name, (early, late) in (("train", train), ("validation", validation)):
            step = stored(cell, f"{name}_step")
            if early == late:
                certain += 1
                assert step == early, f"{path}: {name}_step {step}, the formula says {early}"
            else:
                beyond = config["steps"] + 1
                low, high = early, beyond if late is None else late
                assert low <= (beyond if step is None else step) <= high, (
                    f"{path}: {name}_step {step}, the formula says {low} to {high}")
        letters = {letter(t, v, gap) for t in between(*train) for v in between(*validation)}
        found = text(cell.attrs["phase"])
        assert found in letters, f"{path}: {found}, the formula says {letters}"
        return found, len(letters) == 1, certain


def between(early, late):
    """The ends of a range: a delay is shortest and longest there."""
    return [early] if early == late else [early, late]


def check_all(directory):
    """Compares every cell of a sweep; returns the letters found with their counts."""
    cells = sorted(Path(directory).glob("cells/*/*.h5"))
    letters, sure, steps = {}, 0, 0
    for path in cells:
        found, is_sure, certain = check(path)
        letters[found] = letters.get(found, 0) + 1
        sure += is_sure
        steps += certain
    print(
        f"{len(cells)} cells: {sure} certain letters and {steps} of {2 * len(cells)} crossings, all as the formula says: "
        + ", ".join(f"{letters[name]} {name}" for name in sorted(letters)))
    # The margin must not excuse what it is to show.
    assert sure >= 0.98 * len(cells), "too few letters are certain"
    assert steps >= 0.98 * 2 * len(cells), "too few crossings are certain"
    return letters


def check_slope(directory):
    """Regresses the step of generalisation on 1 / (rate x decay): what the examples cannot see decays by 1 - rate x decay.

    With q the squared validation error, at the start, of the example that the threshold turns on, seen through the
    parameters outside the examples' span alone, the step is ln(q / tolerance) / (-2 ln(1 - rate x decay)), which for small
    rate x decay has the slope ln(q / tolerance) / 2 (Xu, Vardi & Safran 2026, arXiv 2601.19791, eq. 2 and 6-8).
    """
    points = {}
    for path in sorted(Path(directory).glob("cells/*/*.h5")):
        with h5py.File(path) as cell:
            config = json.loads(text(cell.attrs["config"]))
            group = config["optimizer"]["decoder"]
            rows = cell["split/inputs"][:].astype(float)
            seen = rows[cell["split/train"][:]]
            start = cell["parameters/0/decoder.0.weight"][:].astype(float)[0]
            unseen = start - np.linalg.pinv(seen) @ (seen @ start)
            errors = np.sort((rows[cell["split/validation"][:]] @ unseen) ** 2)
            q = errors[int(np.ceil(0.9 * len(errors) - 1e-12)) - 1]
            slope = np.log(q / config["task"]["tolerance"]) / 2
            step = stored(cell, "validation_step")
            assert step is not None, f"{path} never generalises"
            inverse = 1 / (group["learning_rate"] * group["weight_decay"])
            points.setdefault(config["seed"], []).append((inverse, step / slope))
    for seed, found in sorted(points.items()):
        inverse, scaled = np.array(found).T
        ratio = np.polyfit(inverse, scaled, 1)[0]
        print(f"seed {seed}: measured slope / slope by the formula = {ratio:.6f} over {len(found)} cells")
        assert abs(ratio - 1) < 1e-3, "the slope is not the formula's"


def check_shares(directory):
    """The share of seeds that generalise at each site, against the law of the four examples that are trained on.

    With e = margin (1 + decay / 2) the bias ends within the margin when the mean of two draws of Exp(1) less two others, over
    four, does not exceed e: a chance of 1 - (1 + 2e) exp(-4e) (Zunkovic & Ilievski 2022, arXiv 2210.15435, eq. 14 for N = 2).
    Returns the sites' rows.
    """
    sites = {}
    for path in sorted(Path(directory).glob("cells/*/*.h5")):
        with h5py.File(path) as cell:
            config = json.loads(text(cell.attrs["config"]))
            key = (config["task"]["margin"], config["optimizer"]["decoder"]["weight_decay"])
            grown = text(cell.attrs["phase"]) in ("comprehension", "grokking")
            touched = json.loads(text(cell.attrs["clocks"]))[0].get("validation") is not None
            sites.setdefault(key, []).append((grown, touched))
    rows = []
    for (margin, decay), found in sorted(sites.items()):
        e = margin * (1 + decay / 2)
        law = 1 - (1 + 2 * e) * np.exp(-4 * e)
        count, n = sum(grown for grown, _ in found), len(found)
        low, high = binomial(law, n)
        touched = sum(touch for _, touch in found)
        rows.append((margin, decay, law, count, n, low, high, touched))
        print(
            f"margin {margin:g}, decay {decay:g}: {count} of {n} seeds generalise, the law says {law * n:.1f} "
            f"(99 %: {low} to {high}); {touched} touch it")
        assert low <= count <= high, "the share of seeds is not the law's"
        assert touched >= count, "what stays must have been touched"
    assert any(row[7] > row[3] for row in rows), "the two clocks never differ"
    return rows


def logistic(files):
    """The earliest and latest crossings of cells of one shape whose examples are all of the first of two classes, and what
    they train on.

    The difference of the two outputs, v x + c, is what matters: with p = 1 / (1 + exp(v x + c)) gradient descent of the
    cross-entropy takes it up by 2 eta mean(p x) and 2 eta mean(p) a step. Right is where it is positive.
    """
    config = json.loads(text(files[0].attrs["config"]))
    rule = json.loads(text(files[0].attrs["phase_rule"]))
    rate = 2 * config["optimizer"]["decoder"]["learning_rate"]
    rows = np.stack([file["split/inputs"][:].astype(float) for file in files])
    rows = np.concatenate([rows, np.ones((*rows.shape[:2], 1))], axis=2)
    sides = [np.stack([file[f"split/{name}"][:] for file in files]) for name in ("train", "validation")]
    parts = [np.take_along_axis(rows, side[..., None], axis=1) for side in sides]
    start = [
        np.column_stack([file["parameters/0/decoder.0.weight"][:], file["parameters/0/decoder.0.bias"][:]]).astype(float)
        for file in files]
    state = np.stack([both[0] - both[1] for both in start])
    sizes = [np.abs(part) for part in parts]
    needs = [
        int(np.ceil(rule[f"{name}_accuracy"] * part.shape[1] - 1e-12))
        for name, part in zip(("train", "validation"), parts)]
    found = np.full((len(files), 2, 2), -1)
    for step in range(config["steps"] + 1):
        if step % config["evaluate_every"] == 0:
            for side, (part, size, need) in enumerate(zip(parts, sizes, needs)):
                outputs = np.einsum("cnd,cd->cn", part, state)
                doubt = MARGIN * np.einsum("cnd,cd->cn", size, np.abs(state))
                for bound, holds in enumerate((outputs > -doubt, outputs > doubt)):
                    new = (holds.sum(1) >= need) & (found[:, side, bound] < 0)
                    found[new, side, bound] = step
        chance = 1 / (1 + np.exp(np.einsum("cnd,cd->cn", parts[0], state)))
        state += rate * np.einsum("cn,cnd->cd", chance, parts[0]) / parts[0].shape[1]
    crossings = [[tuple(None if step < 0 else int(step) for step in side) for side in cell] for cell in found]
    return crossings, parts[0][..., :-1]


def is_separable(rows):
    """Whether some plane through the origin has all rows, in general position, on one side.

    If there is one it can be turned until it holds all but one of as many rows as it has dimensions; so those are tried.
    """
    count, inputs = rows.shape
    for held in combinations(range(count), inputs - 1):
        normal = np.linalg.svd(rows[list(held)])[2][-1]
        sides = np.delete(rows, held, axis=0) @ normal
        if (sides > 0).all() or (sides < 0).all():
            return True
    return False


def check_separable(directory):
    """Compares every letter and crossing with the updates in double precision, and the share of seeds that memorize with the
    share of training sets that a plane through the origin has on one side.

    Of n rows in d dimensions these are 2^-(n-1) sum_(k<d) C(n-1, k) (Wendel 1962).
    """
    sites, certain, cells, late = {}, 0, 0, 0
    for path in sorted(Path(directory).glob("cells/*/*.h5")):
        with h5py.File(path) as cell:
            sites.setdefault(json.loads(text(cell.attrs["config"]))["task"]["inputs"], []).append(path)
    for inputs, paths in sorted(sites.items()):
        files = [h5py.File(path) for path in paths]
        found, trained = logistic(files)
        stuck = apart = 0
        for file, (train, validation), rows in zip(files, found, trained):
            gap = json.loads(text(file.attrs["phase_rule"]))["gap"]
            beyond = json.loads(text(file.attrs["config"]))["steps"] + 1
            for name, (early, last) in (("train", train), ("validation", validation)):
                step = stored(file, f"{name}_step")
                certain += early == last
                low, high = (beyond if bound is None else bound for bound in (early, last))
                assert low <= (beyond if step is None else step) <= high, (
                    f"{file.filename}: {name}_step {step}, double precision says {early} to {last}")
            letters = {letter(t, v, gap) for t in between(*train) for v in between(*validation)}
            phase = text(file.attrs["phase"])
            assert phase in letters, f"{file.filename}: {phase}, double precision says {letters}"
            stuck += phase == "memorization"
            separable = is_separable(rows)
            apart += separable
            late += separable != (phase == "memorization")
        count, n = len(trained), trained.shape[1]
        law = sum(comb(n - 1, k) for k in range(inputs)) / 2 ** (n - 1)
        low, high = binomial(law, count)
        print(
            f"{inputs} inputs: {stuck} of {count} seeds memorize, {apart} are separable, the law says {law * count:.1f} "
            f"(99 %: {low} to {high})")
        assert low <= stuck <= high and low <= apart <= high, "the share of seeds is not the law's"
        cells += count
        for file in files:
            file.close()
    print(f"{cells} cells: {certain} of {2 * cells} crossings are certain; {late} letters are not yet those of the end")
    assert certain >= 0.98 * 2 * cells, "too few crossings are certain"
    assert late <= 0.05 * cells, "too many letters are not those of the end"


def binomial(chance, n):
    """The range that holds a binomial number with at least 99 %, half a percent left out on either side at most."""
    logs = [
        lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * np.log(chance)
        + (n - k) * np.log1p(-chance)
        for k in range(n + 1)
    ]
    total = np.cumsum(np.exp(logs))
    low = int(np.argmax(total > 0.005))
    return low, int(np.argmax(total >= 0.995))


def draw(directory, target):
    """The letters that the formula gives, without grokmap's: one panel per train fraction, seed by seed."""
    colours = {"C": "#009E73", "G": "#F0E442", "M": "#00568A", "X": "#1C1C1C"}
    sites = {}
    for path in sorted(Path(directory).glob("cells/*/*.h5")):
        with h5py.File(path) as cell:
            config = json.loads(text(cell.attrs["config"]))
            group = config["optimizer"]["decoder"]
            if config["seed"] == 0:
                steps = [late for _, late in ranges(cell)]
                gap = json.loads(text(cell.attrs["phase_rule"]))["gap"]
                key = (config["train_fraction"], group["weight_decay"], group["learning_rate"])
                sites[key] = {"confusion": "X"}.get(letter(*steps, gap), letter(*steps, gap)[0].upper())
    panels, rows, columns = (sorted({key[axis] for key in sites}) for axis in range(3))
    side = 16
    width, height = len(columns) * side, len(rows) * side
    parts = []
    for (panel, row, column), found in sorted(sites.items()):
        x = panels.index(panel) * (width + 24) + columns.index(column) * side + 8
        y = rows.index(row) * side + 24
        parts.append(
            f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="{colours[found]}"/>'
            f'<text x="{x + side / 2:g}" y="{y + 12}" text-anchor="middle"'
            f' fill="{"black" if found in "CG" else "white"}">{found}</text>')
    for place, panel in enumerate(panels):
        parts.append(f'<text x="{place * (width + 24) + 8}" y="16">train fraction {panel:g}</text>')
    box = f"0 0 {len(panels) * (width + 24)} {height + 32}"
    Path(target).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="10">\n'
        f"<title>The letters of {Path(directory).name} by the formula, seed 0</title>\n"
        + "\n".join(parts) + "\n</svg>\n")


def main(kind, directory, target=None):
    if kind == "draw":
        draw(directory, target)
        return
    if kind == "separable":
        check_separable(directory)
        return
    letters = check_all(directory)
    if kind == "slope":
        check_slope(directory)
    elif kind == "shares":
        check_shares(directory)
    else:
        assert len(letters) == 4, "the map lacks a phase"


if __name__ == "__main__":
    main(*sys.argv[1:])
