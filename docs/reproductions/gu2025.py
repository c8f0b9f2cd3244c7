"""Tables of docs/reproductions/gu2025.md."""

import numpy as np

import results
from results import having, said, table, values


def med_columns(file):
    """The mean embedding distance (MED) at moments of the run, and how it goes with the validation loss after fitting."""
    fitted, generalised = (results.crossing(file, side) for side in ("train", "validation"))
    steps, distance = results.curve(file, "embedding_distance_cyclic")
    loss = np.log(file["validation_loss"][:])
    least = int(loss.argmin())
    during = (steps >= (fitted or 0)) & (steps <= steps[least])
    made = {"start": float(distance[0]), "end": float(distance[-1]), "least_loss_step": int(steps[least])}
    for name, step in ("fitted", fitted), ("generalised", generalised), ("least_loss", int(steps[least])):
        made[name] = None if step is None else results.at(file, "embedding_distance_cyclic", step)
    made["rank_correlation"] = spearman(distance[during], loss[during])
    return made


def spearman(a, b):
    """Rank correlation."""
    a, b = (np.argsort(np.argsort(x)).astype(float) for x in (a, b))
    return float(np.corrcoef(a, b)[0, 1])


def med(cells):
    """MED at the start, when fitted, when generalised and at the end, for each modulus and seed."""
    def number(value):
        return "–" if value is None else f"{value:.2f}"
    return table(["p", "fitted at", "generalised at", "validation loss least at", "MED at step 0", "when fitted",
                  "when generalised", "at the least loss", "at the end",
                  "rank correlation of MED and validation loss, fitted to least loss"],
                 [[c["modulus"], said(c["train_step"]), said(c["validation_step"]), said(c["least_loss_step"]),
                   *(number(c[k]) for k in ("start", "fitted", "generalised", "least_loss", "end", "rank_correlation"))]
                  for c in cells])


def region_columns(file):
    """The paper's U, L and onset: best validation accuracy, lowest after it, first step at half of it."""
    steps, accuracy = results.curve(file, "validation_accuracy")
    best = int(accuracy.argmax())
    half = int(np.argmax(accuracy >= accuracy[best] / 2))
    return {"upper": float(accuracy[best]), "lower": float(accuracy[best:].min()), "onset": int(steps[half])}


def regions(cells):
    """U, L and onset per region, as ranges over the seeds."""
    published = {"square 14": "99.0 / 91.3 (k = 30)", "square 19": "84.5 / 81.7 (k = 40)",
                 "square 24": "77.4 / 66.0 (k = 50)", "square 28": "57.3 / 55.2 (k = 60)",
                 "strip 14": "–", "strip 19": "89.9 / 84.8 (t = 40)", "strip 24": "80.1 / 73.6 (t = 50)"}
    body = []
    for region in values(cells, "region"):
        of = having(cells, region=region)
        body.append([region, *("; ".join(f"{100 * c[k]:.1f}" for c in of) for k in ("upper", "lower")),
                     "; ".join(said(c["onset"]) for c in of), published.get(region, "–")])
    return table(["region", "U in %", "L in %", "onset", "published U / L at p = 97"], body)


def picture_columns(file):
    """Accuracies of a run on pictures: validation when fitted, how long it stays below 0.5, its largest, and both at the end."""
    steps, accuracy = results.curve(file, "validation_accuracy")
    _, trained = results.curve(file, "train_accuracy")
    fitted = results.crossing(file, "train")
    return {"when_fitted": None if fitted is None else results.at(file, "validation_accuracy", fitted),
            "half": results.first(file, "validation_accuracy", lambda value: value >= 0.5),
            "largest": float(accuracy.max()), "end": float(accuracy[-1]), "train_end": float(trained[-1])}


def pictures(cells):
    """What is answered when the training set is fitted, from when on half of the others are, and at the end."""
    def share(value):
        return "–" if value is None else f"{value:.2f}"
    return table(["optimiser", "seed", "fitted at", "validation accuracy then", "half of them right at", "0.9 of them right at",
                  "most", "at the end", "training accuracy at the end"],
                 [[c["optimizer"], c["seed"], said(c["train_step"]), share(c["when_fitted"]), said(c["half"]),
                   said(c["validation_step"]), *(share(c[k]) for k in ("largest", "end", "train_end"))] for c in cells])


FIGURES = {"gu2025-med": (med_columns, med), "gu2025-table1": (region_columns, regions),
           "gu2025-polygons": (picture_columns, pictures)}
