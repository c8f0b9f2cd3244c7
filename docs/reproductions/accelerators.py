"""Tables of docs/reproductions/accelerators.md."""

import json

import predictors
from results import having, median, said, table, text, values


def columns(file):
    """The held crossing beside the first one, and what a step took."""
    clocks = json.loads(text(file.attrs["clocks"]))
    held = clocks[0].get("validation", {}).get("step")
    return {**predictors.columns(file), "held_step": held, "seconds": float(file.attrs["wall_seconds"]),
            "microseconds_a_step": 1e6 * float(file.attrs["wall_seconds"]) / int(file.attrs["steps_run"])}


def sooner(cells):
    """Each arm's crossings and seconds, medians over the seeds, the soonest first."""
    arms = {m: having(cells, method=m) for m in values(cells, "method")}
    base = arms["baseline"]
    steps = {m: median([c["validation_step"] for c in of]) for m, of in arms.items()}
    cost = {m: median([c["microseconds_a_step"] for c in of]) for m, of in arms.items()}
    ratio = {m: cost[m] / cost["baseline"] for m in arms}
    body = []
    for m in sorted(arms, key=lambda m: steps[m] or 1e9):
        of, held = arms[m], median([c["held_step"] for c in arms[m]])
        reached = sorted(c["validation_step"] for c in of if c["validation_step"] is not None)
        letters = "".join(sorted(c["phase"] for c in of))
        gain = "–" if steps[m] is None else f"{steps['baseline'] / steps[m]:.2g}"
        time = "–" if steps[m] is None else f"{steps['baseline'] / steps[m] / ratio[m]:.2g}"
        spread = f"{reached[0]:,} to {reached[-1]:,}" if reached else "–"
        body.append([m, letters, said(median([c["train_step"] for c in of])), said(steps[m]), spread, said(held),
                     gain, f"{ratio[m]:.2g}", time])
    return table(["method", "phases", "fitted", "generalised", "range over seeds", "held for 20 evaluations",
                  "sooner in steps", "cost of a step", "sooner in seconds"], body) + f"\n\n{len(base)} seeds each."


FIGURES = {"generalises-sooner": (columns, sooner)}
