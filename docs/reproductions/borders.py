"""Tables of docs/reproductions/borders.md."""

import math

import predictors
from omnigrok import law
from results import delays, having, median, said, spread, table, values, wilson


def nothing(file):
    return {}


def generalising(cells):
    """How many cells generalise."""
    return sum(map(predictors.generalises, cells))


def share(cells):
    """How many cells generalise, as a share with its 95 % Wilson interval."""
    hits = generalising(cells)
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


def best_columns(file):
    return {"best_train_accuracy": float(file["train_accuracy"][:].max())}


def times(cells):
    """Steps to memorize random labels (T_mem), to generalise from the right ones (T_gen) and to fit these, medians over the seeds, for
    each modulus and width; and the width at which T_mem falls below T_gen."""
    body, crossings = [], []
    for modulus in values(cells, "modulus"):
        before = None
        for width in sorted(values(cells, "width")):
            random, right = (having(cells, modulus=modulus, width=width, corruption=share) for share in (1, 0))
            memorized, generalised = median([c["train_step"] for c in random]), median([c["validation_step"] for c in right])
            best = median([c["best_train_accuracy"] for c in random])
            body.append([
                modulus, width, f"never ({best:.2f} of the labels)" if memorized is None else said(memorized), said(generalised),
                said(median([c["train_step"] for c in right])), said(median(delays(right))), spread(delays(right)),
                sum(c["phase"] == "G" for c in right)])
            lead = math.inf if memorized is None else math.log(memorized / generalised)
            if before and before[1] > 0 >= lead:
                at = f"between {before[0]} and {width}" if math.isinf(before[1]) else (
                    f"at {before[0] + (width - before[0]) * before[1] / (before[1] - lead):.1f}")
                crossings.append(f"{at} modulo {modulus}")
            before = width, lead
    return table(["modulus", "width", "T_mem", "T_gen", "steps to fit the right labels", "delay", "range over seeds",
                  f"seeds of {len(right)} that grok"], body) + f"\n\nWidth where T_mem = T_gen: {', '.join(crossings)}."


def border(cells):
    """Where along the training fraction half of the seeds generalise, and how far seeds spread about it, in fractions: the mean and the standard
    deviation of the fraction from which on a seed generalises (Spearman–Kärber: each rise of the share counts for the middle of its step)."""
    fractions = sorted(values(cells, "train_fraction"))
    shares = [generalising(of) / len(of) for of in (having(cells, train_fraction=f) for f in fractions)]
    rises = [(after - before, (low + high) / 2) for before, after, low, high in zip(shares, shares[1:], fractions, fractions[1:])]
    mean = sum(rise * middle for rise, middle in rises)
    return mean, math.sqrt(max(0, sum(rise * (middle - mean) ** 2 for rise, middle in rises)))


def shares(cells, rows):
    """The share of seeds that generalise, a row per value, as tenths over the fractions: `.` for 0, `*` for 10."""
    fractions = sorted(values(cells, "train_fraction"))
    names = values(cells, rows)
    width = max(len(f"{rows} {name}") for name in names)
    lines = ["```", f"{'':{width}}  train fraction {fractions[0]:g} to {fractions[-1]:g}"]
    for name in names:
        sites = [having(cells, train_fraction=f, **{rows: name}) for f in fractions]
        tenths = [round(10 * generalising(of) / len(of)) for of in sites]
        lines.append(f"{f'{rows} {name}':{width}}  " + "".join(".*"[t == 10] if t in (0, 10) else str(t) for t in tenths))
    return "\n".join([*lines, "```"])


def sizes(cells):
    """The border in the training fraction for each modulus, in examples and in ln p / p, and how steep it is."""
    found = {p: border(having(cells, modulus=p)) for p in values(cells, "modulus")}
    lines = [shares(cells, "modulus"), "", table(
        ["modulus p", "half of the seeds generalise from", "spread of seeds", "examples", "× p / ln p"], [
            [p, f"{f:.3f}", f"{spread:.3f}", f"{f * p * p:,.0f}", f"{f * p / math.log(p):.2f}"] for p, (f, spread) in found.items()]), ""]
    lines.append(f"Fraction ∝ p^{law([(p, f) for p, (f, _) in found.items()]):.2f}, spread ∝ p^"
                 f"{law([(p, spread) for p, (_, spread) in found.items()]):.2f}; ln p / p falls as p^"
                 f"{law([(p, math.log(p) / p) for p in found]):.2f} over these moduli.")
    return "\n".join(lines)


def groups(cells):
    """The border for each group."""
    return shares(cells, "group") + "\n\n" + table(["group of 24 elements", "half of the seeds generalise from", "spread of seeds", "examples"], [
        [g, f"{f:.3f}", f"{spread:.3f}", f"{f * 576:,.0f}"] for g in values(cells, "group")
        for f, spread in [border(having(cells, group=g))]])


FIGURES = {
    "verma2026-border": (predictors.columns, verma), "levi2023-delay": (nothing, levi), "song2026-times": (best_columns, times),
    "tian2025-sizes": (nothing, sizes), "tian2025-groups": (nothing, groups)}
