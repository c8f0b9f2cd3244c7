"""The table of docs/predictors.md, and predictors' values for other pages: those of `grokmap predict`, from 400 steps."""

import numpy as np

import results
from results import table

STEPS = 400
NAMES = ["activity", "mobility", "low_frequency_energy", "validation_accuracy", "validation_loss", "train_loss"]


def columns(file):
    """The predictors' values of one run, None where it was over before, and the steps that it took."""
    end = int(file.attrs["steps_run"])
    made = {"steps_run": end, **dict.fromkeys(NAMES)}
    loss = file["early_train_loss"][:STEPS]
    if end < STEPS or len(loss) < STEPS or not np.isfinite(loss).all():
        return made
    power = np.abs(np.fft.fft(loss - loss.mean())) ** 2 / STEPS**2
    turns = np.minimum(np.arange(STEPS), STEPS - np.arange(STEPS))
    omega = 2 * np.pi * turns / STEPS
    made["activity"] = float(power.sum())
    made["mobility"] = float(np.sqrt((omega**2 * power).sum() / power.sum())) if power.sum() else None
    made["low_frequency_energy"] = float(power[(turns > 0) & (turns <= 4)].sum() / power[1:].sum())
    for name in "validation_accuracy", "validation_loss", "train_loss":
        made[name] = results.at(file, name, STEPS - 1)
    return made


def generalises(cell):
    return cell["phase"] in "CG"


def area(cells, name):
    """Area under the ROC curve: the share of pairs in which the run that generalises has the larger value."""
    yes = [c[name] for c in cells if generalises(c) and c[name] is not None]
    no = [c[name] for c in cells if not generalises(c) and c[name] is not None]
    if not yes or not no:
        return None
    return sum((y > n) + (y == n) / 2 for y in yes for n in no) / (len(yes) * len(no))


def predicted_columns(file):
    return {"steps_run": int(file.attrs["steps_run"]), "predicted": int("prediction" in file.attrs)}


def predicted(cells):
    """What ending hopeless runs early saved and spoiled, against the same cells without."""
    whole = {(c["weight_decay"], c["seed"]): c for c in results.stored("verma2026-border")}
    pairs = [(c, whole[c["weight_decay"], c["seed"]]) for c in cells]
    ended = [(c, w) for c, w in pairs if c["predicted"]]
    before, after = (sum(pair[i]["steps_run"] for pair in pairs) for i in (1, 0))
    return table(["cells", "ended as predicted", "of these would have generalised", "steps without", "steps with", "saved",
                  "letters changed"],
                 [[len(pairs), len(ended), sum(generalises(w) for _, w in ended), f"{before:,}", f"{after:,}",
                   f"{1 - after / before:.0%}", f"{sum(c['phase'] != w['phase'] for c, w in pairs) / len(pairs):.1%}"]])


FIGURES = {"verma2026-predicted": (predicted_columns, predicted)}
