"""Tables of docs/predictors.md: cuts chosen on one sweep, applied to others.

Predictors are those of `grokmap predict`, from a run's first 400 steps. A run is ended at step 400 or when it has fitted,
whichever is later, if its value lies on the wrong side of the cut and it has not generalised by then.
"""

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


def stopping(cells, name, above, cut):
    """Share of all steps saved and of letters changed when runs on the wrong side of a cut are ended."""
    saved = changed = 0
    for c in cells:
        end = max(c["train_step"] or c["steps_run"], STEPS)
        hopeless = c[name] is not None and (c[name] <= cut if above else c[name] > cut)
        if hopeless and c["train_step"] is not None and c["steps_run"] > end and (
                c["validation_step"] is None or c["validation_step"] > end):
            saved += c["steps_run"] - end
            changed += generalises(c)
    return saved / sum(c["steps_run"] for c in cells), changed / len(cells)


def best_cut(cells, name, above, share):
    """The cut that saves most steps with at most this share of letters changed."""
    found = sorted({c[name] for c in cells if c[name] is not None})
    middles = [(a + b) / 2 for a, b in zip(found, found[1:])]
    allowed = [(stopping(cells, name, above, cut), cut) for cut in middles]
    allowed = [(saved, cut) for (saved, changed), cut in allowed if changed <= share]
    return max(allowed)[1] if allowed else None


def transfer(chosen_on, applied_to):
    """For each predictor: its area on the first sweep, and what the cuts chosen there do on the others.

    The sense, whether large values generalise, is chosen there too, and held to.
    """
    base = results.stored(chosen_on)
    head = ["predictor", f"AUC, {chosen_on}"]
    for name in applied_to:
        head += [f"AUC, {name}", "saved; changed at the 1 % cut", "at the 5 % cut"]
    body = []
    for name in NAMES:
        here = area(base, name)
        above = here is None or here >= 0.5
        row = [f"`{name}`", "–" if here is None else f"{here:.2f}"]
        for other in applied_to:
            cells = results.stored(other)
            there = area(cells, name)
            row.append("–" if there is None else f"{there:.2f}")
            for share in 0.01, 0.05:
                cut = best_cut(base, name, above, share)
                row.append("no cut" if cut is None else "{:.0%}; {:.1%}".format(*stopping(cells, name, above, cut)))
        body.append(row)
    own = []
    for name in NAMES:
        row = [f"`{name}`"]
        for other in [chosen_on, *applied_to]:
            cells = results.stored(other)
            above = (area(cells, name) or 0.5) >= 0.5
            cuts = [best_cut(cells, name, above, share) for share in (0.01, 0.05)]
            row.append("; ".join("–" if cut is None else f"{stopping(cells, name, above, cut)[0]:.0%}" for cut in cuts))
        own.append(row)
    return table(["saved at 1 %; at 5 %, cut chosen on the sweep itself", chosen_on, *applied_to], own) + (
        "\n\n" + table(head, body))


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
