"""Tables of docs/reproductions/omnigrok.md."""

import math

from results import delays, having, median, said, spread, table, values


def nothing(file):
    return {}


def law(points):
    """Exponent of y ∝ x^exponent, by least squares in the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x, y = (sum(p[i] for p in logs) / len(logs) for i in (0, 1))
    return sum((a - x) * (b - y) for a, b in logs) / sum((a - x) ** 2 for a, b in logs)


def crossings(cells, rows, columns):
    """Steps to fit / to generalise, medians over seeds: a row per decay, a column per initial scale."""
    across = values(cells, columns)
    body = []
    for r in values(cells, rows):
        sites = [having(cells, **{rows: r, columns: c}) for c in across]
        body.append([f"{r:g}", *(" / ".join(said(median([cell[k] for cell in site])) for k in (
            "train_step", "validation_step")) for site in sites)])
    return table([rows.replace("_", " "), *(f"α = {c:g}" for c in across)], body)


def fig2(cells):
    """Steps to fit and to generalise, and how the latter depends on the decay."""
    lines = [crossings(cells, "weight_decay", "scale"), ""]
    large = [c for c in having(cells, scale=2) if c["weight_decay"]]
    for what, key in ("fit", "train_step"), ("generalise", "validation_step"):
        reached = [(c["weight_decay"], c[key]) for c in large if c[key] is not None]
        if len({w for w, _ in reached}) > 2:
            lines.append(f"- α = 2, steps to {what} ∝ (weight decay)^{law(reached):.2f}, over "
                         f"{len(reached)} cells.")
    return "\n".join(lines)


def fig3_columns(file):
    return {"train_loss": float(file["train_loss"][-1]), "validation_loss": float(file["validation_loss"][-1]),
            "norm": float(file["weight_norm"][0])}


def fig3(cells):
    """Training and validation loss after training at constant norm, a row per initial scale."""
    across = values(cells, "train_fraction")
    body = []
    for scale in values(cells, "scale"):
        row = having(cells, scale=scale)
        body.append([f"{scale:.3g}", *(
            " / ".join(f"{having(row, train_fraction=f)[0][k]:.4f}" for k in ("train_loss", "validation_loss"))
            for f in across)])
    return table(["α", *(f"{f:.0%} of the images" for f in across)], body)


def fig7(cells):
    """Crossings of each way of training, medians over the seeds, and their delays."""
    body = []
    for name in values(cells, "training"):
        of = having(cells, training=name)
        body.append([name, "".join(sorted(c["phase"] for c in of)), said(median([c["train_step"] for c in of])),
                     said(median([c["validation_step"] for c in of])), spread(delays(of))])
    return table(["training", "phases", "fitted", "generalised", "delay"], body)


FIGURES = {"omnigrok-fig7": (nothing, fig7), "omnigrok-fig2": (nothing, fig2), "omnigrok-fig3": (fig3_columns, fig3)}
