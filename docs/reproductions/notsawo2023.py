"""Tables of docs/reproductions/notsawo2023.md."""

import math

import numpy as np

import predictors
from results import having, median, said, table, values


def activity_columns(file):
    """Beside the predictors' values, activity over the steps there are where a run is over before."""
    loss = file["early_train_loss"][:400]
    finite = np.isfinite(loss).all()
    return {**predictors.columns(file), "early_variance": float(np.var(loss)) if finite else None,
            "best": float(file["validation_accuracy"][:].max())}


def activity(cells):
    """Best validation accuracy and activity at each site, medians over seeds, and the area under the ROC curve."""
    lines = []
    across = values(cells, "weight_decay")
    for fraction in values(cells, "train_fraction"):
        of = having(cells, train_fraction=fraction)
        lines += [f"Training fraction {fraction:g}, validation accuracy / activity:", "", table(
            ["learning rate \\ weight decay", *(f"{w:g}" for w in across)],
            [[f"{r:g}", *(f"{median([c['best'] for c in site]):.2f} / {median([c['early_variance'] for c in site]):.2f}"
                          for w in across for site in [having(of, learning_rate=r, weight_decay=w)])]
             for r in values(cells, "learning_rate")]),
            ""]
    share = sum(map(predictors.generalises, cells))
    lines.append(f"{share} of {len(cells)} runs generalise; the area under the ROC curve of activity is "
                 f"{predictors.area(cells, 'early_variance'):.3f} over all of them.")
    late = [c for c in cells if c["activity"] is not None]
    if predictors.area(late, "activity") is not None:
        lines.append(f"Over the {len(late)} that are not over by step 400 it is {predictors.area(late, 'activity'):.3f}.")
    return "\n".join(lines)


def nothing(file):
    return {}


def power_law(points):
    """t = a r^-γ + b: least squares in ln t over a grid of offsets b below the smallest t."""
    best = None
    for place in range(1000):
        offset = min(t for _, t in points) * place / 1000
        logs = [(math.log(r), math.log(t - offset)) for r, t in points]
        x, y = (sum(p[i] for p in logs) / len(logs) for i in (0, 1))
        slope = sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, b in logs)
        error = sum((math.log(t) - math.log(math.exp(y + slope * (math.log(r) - x)) + offset)) ** 2
                    for r, t in points)
        if best is None or error < best[0]:
            best = (error, -slope, math.exp(y - slope * x), offset)
    mean = sum(math.log(t) for _, t in points) / len(points)
    return *best[1:], 1 - best[0] / sum((math.log(t) - mean) ** 2 for _, t in points)


def t4(cells):
    """Steps to full validation accuracy over the training fraction, and the power law through them."""
    body = [[f"{f:.0%}", *(said(c["train_step"]) for c in having(cells, train_fraction=f)),
             *(said(c["validation_step"]) for c in having(cells, train_fraction=f))]
            for f in values(cells, "train_fraction")]
    seeds = values(cells, "seed")
    lines = [table(["fraction r", *(f"t2, seed {s}" for s in seeds), *(f"t4, seed {s}" for s in seeds)], body), ""]
    points = [(100 * c["train_fraction"], c["validation_step"]) for c in cells if c["validation_step"]]
    if len({r for r, _ in points}) > 2:
        exponent, factor, offset, explained = power_law(points)
        lines.append(f"Fit over {len(points)} runs, r in percent: γ = {exponent:.2f}, a = {factor:.2g}, b = {offset:.0f}; "
                     f"it explains {explained:.1%} of the variance of ln t4.")
    return "\n".join(lines)


FIGURES = {"notsawo2023-activity": (activity_columns, activity), "notsawo2023-t4": (nothing, t4)}
