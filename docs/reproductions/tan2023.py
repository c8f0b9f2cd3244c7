"""Tables of docs/reproductions/tan2023.md."""

import numpy as np

import results
from results import having, median, said, table, values


def steepest(file, name, begin):
    """The step at which a measure changes most from `begin` on: in the middle of a tenth of what is left in the logarithm."""
    steps, numbers = results.curve(file, name)
    kept = (steps >= begin) & np.isfinite(numbers)
    steps, numbers = np.log(steps[kept]), numbers[kept]
    grid = np.linspace(steps[0], steps[-1], 51)
    smooth = np.interp(grid, steps, numbers)
    change = np.abs(smooth[5:] - smooth[:-5])
    return int(np.exp((grid[5:] + grid[:-5])[change.argmax()] / 2))


def columns(file):
    fitted, generalised = (results.crossing(file, side) for side in ("train", "validation"))
    end = int(file["step"][-1])
    norm_steps, norm = results.curve(file, "weight_norm")
    made = {"norm_peak_step": int(norm_steps[norm.argmax()])}
    for name in "perturbed_entropy", "perturbed_information":
        made[f"{name}_jump"] = steepest(file, name, fitted or 10)
    for moment, step in ("fitted", fitted), ("generalised", generalised), ("end", end):
        for name in "commutativity_accuracy", "perturbed_entropy", "perturbed_information":
            made[f"{name}_{moment}"] = None if step is None else results.at(file, name, step)
    return made


def timing(cells):
    """Steps of the crossings, of the largest changes of PE and PMI, and commutativity at the crossings."""
    rows, entropies = [], []
    for method in values(cells, "method"):
        for c in having(cells, method=method):
            rows.append([method, c["seed"], said(c["train_step"]), said(c["validation_step"]),
                         said(c["norm_peak_step"]), said(c["perturbed_entropy_jump"]),
                         said(c["perturbed_information_jump"]),
                         *(("–" if c[f"commutativity_accuracy_{m}"] is None
                            else f"{c[f'commutativity_accuracy_{m}']:.2f}")
                           for m in ("fitted", "generalised", "end"))])
            entropies.append([method, c["seed"], *(
                "–" if c[f"{name}_{m}"] is None else f"{c[f'{name}_{m}']:.2f}"
                for name in ("perturbed_entropy", "perturbed_information")
                for m in ("fitted", "generalised", "end"))])
    first = table(["method", "seed", "fitted", "generalised", "norm largest", "PE changes most",
                   "PMI changes most", "commutes when fitted", "when generalised", "at the end"], rows)
    base = median([c["validation_step"] for c in having(cells, method="baseline")])
    second = table(["method", "validation at, median", "against the baseline"], [
        [m, said(middle), "–" if middle is None or base is None else f"{base / middle:.2g}"]
        for m in values(cells, "method")
        for middle in [median([c["validation_step"] for c in having(cells, method=m)])]])
    third = table(["method", "seed", *(f"{name} {m}" for name in ("PE", "PMI")
                                       for m in ("when fitted", "when generalised", "at the end"))], entropies)
    return f"{first}\n\n{third}\n\n{second}"


FIGURES = {"tan2023-timing": (columns, timing)}
