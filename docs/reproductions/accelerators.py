"""Tables of docs/reproductions/accelerators.md."""

import json

import predictors
from results import having, median, said, spread, stored, table, text, values


def held_step(file):
    """The step from which on validation accuracy holds, by the cell's own clock."""
    return json.loads(text(file.attrs["clocks"]))[0].get("validation", {}).get("step")


def columns(file):
    """The held crossing beside the first one, and what `predictors` says."""
    return {**predictors.columns(file), "held_step": held_step(file)}


def cost_columns(file):
    return {"microseconds": 1e6 * float(file.attrs["wall_seconds"]) / int(file.attrs["steps_run"])}


def least_cost(cells, method):
    """The least time of a step in an arm; a machine that does other things makes steps longer and never shorter."""
    return min(c["microseconds"] for c in having(cells, method=method))


def cost(cells):
    """What a step takes in each arm, and how much more than in the baseline."""
    base = least_cost(cells, "baseline")
    return table(["method", "least µs a step", "against the baseline"], [
        [m, f"{least_cost(cells, m):,.0f}", f"{least_cost(cells, m) / base:.2f}"] for m in values(cells, "method")])


def sooner(cells):
    """Each arm's crossings, medians over the seeds, the soonest first; seconds by the cost of a step."""
    arms = {m: having(cells, method=m) for m in values(cells, "method")}
    costs = stored("generalises-sooner-cost")
    steps = {m: median([c["validation_step"] for c in of]) for m, of in arms.items()}
    base = {c["seed"]: c["validation_step"] for c in arms["baseline"]}
    body = []
    for m in sorted(arms, key=lambda m: steps[m] or 1e9):
        of, held = arms[m], median([c["held_step"] for c in arms[m]])
        ratio = least_cost(costs, m) / least_cost(costs, "baseline")
        gain = None if steps[m] is None else steps["baseline"] / steps[m]
        held_gain = None if held is None else median([c["held_step"] for c in arms["baseline"]]) / held
        wins = sum(c["validation_step"] is not None and c["validation_step"] < base[c["seed"]] for c in of)
        body.append([
            m, "".join(sorted(c["phase"] for c in of)), said(median([c["train_step"] for c in of])), said(steps[m]),
            spread(c["validation_step"] for c in of), said(held), "–" if m == "baseline" else wins,
            *("–" if g is None else f"{g:.2g}" for g in (gain, held_gain)), f"{ratio:.2f}",
            "–" if gain is None else f"{gain / ratio:.2g}"])
    return table(["method", "phases", "fitted", "generalised", "range over seeds", "held for 20 evaluations",
                  "seeds that are sooner", "sooner in steps", "sooner, held", "cost of a step", "sooner in seconds"], body) + (
        f"\n\n{len(arms['baseline'])} seeds each; a seed has the same split and the same initial weights in every arm, up to their scale.")


def clock_columns(file):
    """The held crossing beside the first one, and the best validation accuracy."""
    return {"held_step": held_step(file), "best_validation": float(file["validation_accuracy"][:].max())}


def optimizers(cells):
    """Crossings of each optimizer, medians over the seeds, and the best validation accuracy of any step."""
    body = []
    for m in values(cells, "method"):
        of = having(cells, method=m)
        body.append([
            m, "".join(sorted(c["phase"] for c in of)), said(median([c["train_step"] for c in of])),
            said(median([c["validation_step"] for c in of])), spread(c["validation_step"] for c in of),
            said(median([c["held_step"] for c in of])), f"{median([c['best_validation'] for c in of]):.2f}"])
    return table(["optimizer", "phases", "fitted", "generalised", "range over seeds", "held for 20 evaluations", "best validation accuracy"], body)


FIGURES = {
    "generalises-sooner": (columns, sooner), "generalises-sooner-cost": (cost_columns, cost),
    "pasand2025-egd": (clock_columns, optimizers)}
