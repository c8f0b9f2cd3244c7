"""Tables of docs/reproductions/borders.md."""

import math

import predictors
from omnigrok import law
from results import having, median, said, table, values, wilson


def nothing(file):
    return {}


def share(cells):
    """How many cells generalise, as a share with its 95 % Wilson interval."""
    hits = sum(c["phase"] in "CG" for c in cells)
    low, high = wilson(hits, len(cells))
    return f"{hits / len(cells):.2f} ({low:.2f} to {high:.2f})"


def verma(cells):
    """Share of seeds that generalise, and the median step, per weight decay."""
    decays = values(cells, "weight_decay")
    steps = {w: median([c["validation_step"] for c in having(cells, weight_decay=w)]) for w in decays}
    lines = [table(["weight decay", "generalise", "phases", "at step, median"], [
        [f"{w:g}", share(having(cells, weight_decay=w)),
         "".join(sorted(c["phase"] for c in having(cells, weight_decay=w))), said(steps[w])] for w in decays]), ""]
    reached = [(w, s) for w, s in steps.items() if s is not None]
    if len(reached) > 2:
        lines.append(f"Median steps ∝ (weight decay)^{law(reached):.2f} over {len(reached)} decays.")
    return "\n".join(lines)


def levi(cells):
    """Delay times learning rate per parameters-per-example λ and weight decay; without decay also the closed form (eq. 12)."""
    def number(site):
        delays = [None if c["validation_step"] is None or c["train_step"] is None
                  else c["validation_step"] - c["train_step"] for c in site]
        middle = median(delays)
        return "".join(c["phase"] for c in site) + ("" if middle is None else f" {0.05 * middle:.1f}")
    decays = values(cells, "weight_decay")
    body = []
    for fraction in sorted(values(cells, "train_fraction"), reverse=True):
        examples = round(1000 * fraction)
        share = 51 / examples
        root = 1 - math.sqrt(share)
        form = math.log(1 / root) / (2 * root**2)
        body.append([examples, f"{share:.2f}", f"{form:.1f}", *(
            number(having(cells, train_fraction=fraction, weight_decay=w)) for w in decays)])
    return table(["examples", "λ", "closed form, no decay", *(f"decay {w:g}" for w in decays)], body)


FIGURES = {"verma2026-border": (predictors.columns, verma), "levi2023-delay": (nothing, levi)}
