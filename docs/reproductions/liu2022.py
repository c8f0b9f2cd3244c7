"""Tables of docs/reproductions/liu2022.md."""

import json
from collections import Counter
from functools import cache
from itertools import combinations, product
from pathlib import Path

import predictors
import results
from results import having, median, said, table, text, values

LETTERS = "CGMX"
LINE_STEPS = [0, 500, 1000, 5000]
WORDS = dict(zip(LETTERS, ["comprehension", "grokking", "memorization", "confusion"]))


def majority(letters):
    """The most frequent phase of a site; a tie goes to the later of C, G, M, X, as in grokmap's figures."""
    votes = Counter(letters)
    return max(votes, key=lambda letter: (votes[letter], LETTERS.index(letter)))


def read_map(path):
    """A published map: a string of letters per row."""
    lines = [line.strip() for line in open(Path(__file__).parent / path)]
    return [line for line in lines if line and not line.startswith("#")]


def maps(cells, rows, columns, published=None):
    """The letter maps of all seeds beside the published one, and how far they agree."""
    row_values, column_values, seeds = (sorted(values(cells, a)) for a in (rows, columns, "seed"))
    place = {(c[rows], c[columns], c["seed"]): c["phase"] for c in cells}
    ours = {
        f"seed {s}": ["".join(place[r, c, s] for c in column_values) for r in row_values]
        for s in seeds
    }
    shown = {"published": read_map(published)} if published else {}
    if len(seeds) > 1:
        shown["majority"] = [
            "".join(majority([place[r, c, s] for s in seeds]) for c in column_values)
            for r in row_values
        ]
    shown |= ours
    width = max(max(map(len, shown)), len(column_values)) + 2
    lines = ["```", f"{rows[:24]:>24}  " + "".join(name.ljust(width) for name in shown).rstrip()]
    for i, value in enumerate(row_values):
        lines.append(f"{value:24.1e}  " + "".join(m[i].ljust(width) for m in shown.values()).rstrip())
    lines += ["```", ""]
    head = ["map", *LETTERS, "sites"] + (["same as published"] if published else [])
    body = []
    for name, letters in shown.items():
        counts = Counter("".join(letters))
        body.append([name, *(counts[c] for c in LETTERS), sum(counts.values())])
        if published:
            body[-1].append(f"{agreement(letters, shown['published']):.1%}")
    lines.append(table(head, body))
    pairs = [agreement(a, b) for a, b in combinations(ours.values(), 2)]
    if pairs:
        lines += ["", f"Between our own seeds ({len(pairs)} pairs): {sum(pairs) / len(pairs):.1%} on "
                  f"average, {min(pairs):.1%} to {max(pairs):.1%}."]
    return "\n".join(lines)


def agreement(a, b):
    """The share of sites at which two maps have the same letter."""
    pairs = [(x, y) for r, s in zip(a, b, strict=True) for x, y in zip(r, s, strict=True)]
    return sum(x == y for x, y in pairs) / len(pairs)


def pairs(cell):
    """Training pairs of a cell of the ten symbols' toy model, which has 55."""
    return round(cell["train_fraction"] * 55)


def fig3_columns(file):
    train = len(file["split/train"])
    right = train * results.at(file, "train_accuracy", 5000)
    right += (55 - train) * results.at(file, "validation_accuracy", 5000)
    return {
        "accuracy": right / 55,
        "predicted_accuracy": results.at(file, "predicted_accuracy", 5000),
        "ideal_accuracy": results.at(file, "ideal_accuracy", 5000),
        "quality_step": results.first(file, "rqi", lambda quality: quality > 0.95),
    }


def fig3(cells):
    """Accuracy over all pairs after 5,000 steps beside what realised parallelograms predict; steps to RQI > 0.95."""
    published = {25: ("0.49, 0.53, 0.91", "0.47, 0.55, 0.91"), 40: ("0.91, 0.78, 1.00", "0.91, 0.76, 1.00"),
                 45: ("0.91, 1.00, 1.00", "0.91, 1.00, 1.00")}
    body = []
    for n in sorted(set(map(pairs, cells))):
        of = [c for c in cells if pairs(c) == n]
        gap = [abs(c["accuracy"] - c["predicted_accuracy"]) for c in of]
        steps = [c["quality_step"] for c in of]
        body.append([
            n, f"{median([c['accuracy'] for c in of]):.2f}",
            f"{median([c['predicted_accuracy'] for c in of]):.2f}",
            f"{median([c['ideal_accuracy'] for c in of]):.2f}", f"{max(gap):.2f}",
            "; ".join(published.get(n, ("–",))), f"{sum(s is not None for s in steps)} of {len(steps)}",
            said(median(steps))])
    near = sum(abs(c["accuracy"] - c["predicted_accuracy"]) <= 0.1 for c in cells)
    return table(["pairs", "accuracy, median", "predicted", "ideal", "largest difference of a run",
                  "published (three seeds): real; predicted", "reach RQI > 0.95", "at step, median"], body) + (
        f"\n\nReal and predicted accuracy are within 0.1 of each other in {near} of {len(cells)} runs.")


def fig4a(cells):
    """Share of training sets that leave only a line, and the third eigenvalue."""
    return table(
        ["pairs", "fraction", "splits", "leave only a line", "λ₃, median", "λ₃, quartiles"],
        [[c["train_pairs"], f"{c['train_pairs'] / 55:.2f}", c["splits"], said(c["share_of_lines"]),
          f"{c['rate_median']:.4f}", f"{c['rate_low']:.4f} to {c['rate_high']:.4f}"] for c in cells])


def from_theory(path, _):
    """The rows of `fig4a` out of what `grokmap theory --format json` prints."""
    import numpy as np

    splits = json.load(open(path))["addition"]["splits"]
    rows = []
    for n in sorted({s["train_pairs"] for s in splits}):
        of = [s for s in splits if s["train_pairs"] == n]
        low, middle, high = np.percentile([s["grokking_rate"] for s in of], [25, 50, 75])
        rows.append({
            "train_pairs": n, "splits": len(of),
            "share_of_lines": sum(s["degrees_of_freedom"] == 2 for s in of) / len(of),
            "rate_median": float(middle), "rate_low": float(low), "rate_high": float(high)})
    return rows


def fig4d_columns(file):
    """Beside the steps, how near the embeddings are to an even line: R² of E against the symbol."""
    import numpy as np

    made = {"quality_step": results.first(file, "rqi", lambda quality: quality > 0.95),
            "accuracy": results.at(file, "validation_accuracy", 5000)}
    for step in LINE_STEPS:
        embedding = file[f"parameters/{step}/representation"][:, 0]
        made[f"line_{step}"] = float(np.corrcoef(np.arange(len(embedding)), embedding)[0, 1] ** 2)
    return made


def fig4d(cells):
    """Steps at which one run fits, generalises and has its embeddings on an even line."""
    body = [[f"seed {c['seed']}", said(c["train_step"]), said(c["validation_step"]), said(c["quality_step"]),
             f"{c['accuracy']:.1f}", *(f"{c[f'line_{step}']:.3f}" for step in LINE_STEPS)] for c in cells]
    return table(["run", "training accuracy 0.9", "validation accuracy 0.9", "RQI > 0.95",
                  "validation accuracy at 5,000", *(f"R² of a line at {step:,}" for step in LINE_STEPS)],
                 [["published, seed 58", "1,130", "1,530", "800", "1.0", *["–"] * len(LINE_STEPS)], *body])


def steps_grid(cells, rows, columns, of, missing="never"):
    """A table of medians over seeds: a row per value of one axis, a column per value of another."""
    across = values(cells, columns)
    return table([f"{rows} \\ {columns}", *(f"{v:g}" for v in across)],
                 [[f"{r:g}", *(said(median([c[of] for c in having(cells, **{rows: r, columns: v})]), missing)
                               for v in across)] for r in values(cells, rows)])


def letters_grid(cells, rows, columns):
    """The letters of all seeds at each site, as a table."""
    across = values(cells, columns)
    return table([f"{rows} \\ {columns}", *(f"{v:g}" for v in across)],
                 [[f"{r:g}", *("".join(c["phase"] for c in having(cells, **{rows: r, columns: v}))
                               for v in across)] for r in values(cells, rows)])


def fig6d_splits(cells):
    """The share of each letter per site over the seeds, and how many seeds show what the paper says."""
    grid = letters_grid(cells, "learning_rate", "weight_decay")
    seeds = values(cells, "seed")
    rows = []
    for seed in seeds:
        of = having(cells, seed=seed)
        small = [c["phase"] for c in of if c["learning_rate"] < 2.5e-4]
        rows.append([seed, *(sum(c["phase"] == letter for c in of) for letter in LETTERS), len(of),
                     f"{small.count('C')} of {len(small)}"])
    return grid + "\n\n" + table(
        ["seed", *LETTERS, "sites", "comprehension below a rate of 2.5e-4"], rows)


def fig6c(cells):
    """The letters of all seeds at each site, the share of each, and what each seed shows of the published map."""
    shares = []
    for rate in values(cells, "learning_rate"):
        for decay in values(cells, "weight_decay"):
            phases = [c["phase"] for c in having(cells, learning_rate=rate, weight_decay=decay)]
            shares.append([f"{rate:.1e}", f"{decay:g}",
                           *(f"{phases.count(letter) / len(phases):.0%}" for letter in LETTERS), majority(phases)])
    rows = []
    for seed in values(cells, "seed"):
        of = having(cells, seed=seed)
        counts = [sum(c["phase"] == letter for c in of) for letter in LETTERS]
        rows.append([seed, *counts, len(of), f"{of[0]['reachable']:.2g}"])
    return letters_grid(cells, "learning_rate", "weight_decay") + "\n\n" + table(
        ["learning rate", "weight decay", *LETTERS, "majority"], shares) + "\n\n" + table(
        ["seed", *LETTERS, "sites", "accuracy within reach"], rows)


def fig7(cells):
    """Letters and steps of generalisation of each seed over learning rate, weight decay and dropout."""
    decays = values(cells, "weight_decay")

    def site(of):
        return "".join(c["phase"] for c in of) + " " + ", ".join(said(c["validation_step"], "–") for c in of)

    body = [[f"{rate:g}", f"{dropout:g}", *(site(having(cells, learning_rate=rate, weight_decay=w, dropout=dropout)) for w in decays)]
            for rate in values(cells, "learning_rate") for dropout in values(cells, "dropout")]
    return table(["learning rate", "dropout", *(f"decay {w:g}" for w in decays)], body)


def dimension_columns(file):
    """The effective dimension at step 0, where it is largest, where validation accuracy passes its threshold, and at the end."""
    dimension, steps = file["effective_dimension"][:], file["step"][:]
    top, validation = int(dimension.argmax()), results.crossing(file, "validation")
    at = None if validation is None else float(dimension[int((steps >= validation).argmax())])
    return {"first": float(dimension[0]), "most": float(dimension[top]), "most_step": int(steps[top]), "at_validation": at,
            "last": float(dimension[-1])}


def fig7_dimension(cells):
    """What the effective dimension of the embeddings does on the way, for each seed."""
    return table(
        ["weight decay", "seed", "phase", "fitted", "generalised", "dimension at first", "at most", "at step", "when generalised", "at the end"],
        [[f"{c['weight_decay']:g}", c["seed"], c["phase"], said(c["train_step"]), said(c["validation_step"]), f"{c['first']:.1f}",
          f"{c['most']:.1f}", said(c["most_step"]), "–" if c["at_validation"] is None else f"{c['at_validation']:.1f}",
          f"{c['last']:.1f}"] for c in sorted(cells, key=lambda c: (c["weight_decay"], c["seed"]))])


def appendix(rows):
    """A table of appendix G: the letters of all seeds, decoder learning rate across."""
    return lambda cells: letters_grid(cells, rows, "learning_rate")


def fig8(cells):
    """Letters over the last layer's learning rate and weight decay."""
    return letters_grid(cells, "weight_decay", "last_layer_learning_rate")


def race_columns(file):
    return {"steps_run": int(file.attrs["steps_run"]),
            "unreachable": int(text(file.attrs["stop_reason"]) == "unreachable")}


def race(whole, first, second):
    """What adding seeds only where they disagree, and ending cells out of reach, saved and spoiled against the same cells
    at the full budget, all seeds trained."""
    near = {(f"{c[first]:.2g}", f"{c[second]:.2g}", c["seed"]): c["phase"] for c in results.stored(whole)}

    def made(cells):
        here = {(f"{c[first]:.2g}", f"{c[second]:.2g}", c["seed"]): c for c in cells}
        sites = sorted({key[:2] for key in here})
        seeds = sorted({key[2] for key in near})
        budget = max(c["steps_run"] for c in cells)
        before, after = budget * len(sites) * len(seeds), sum(c["steps_run"] for c in cells)
        changed = sum(near[key] != c["phase"] for key, c in here.items())
        others = sum(
            majority([near[*site, seed] for seed in seeds])
            != majority([here[*site, seed]["phase"] for seed in seeds if (*site, seed) in here]) for site in sites)
        return table(
            ["sites × seeds", "trained", "ended out of reach", "letters changed", "sites of another majority",
             "steps at the full budget", "steps", "saved"],
            [[f"{len(sites)} × {len(seeds)}", len(here), sum(c["unreachable"] for c in here.values()), changed, others,
              f"{before:,}", f"{after:,}", f"{1 - after / before:.0%}"]])

    return made


def cost_columns(file):
    steps = int(file.attrs["steps_run"])
    return {"steps_run": steps, "microseconds": float(file.attrs["wall_seconds"]) / steps * 1e6}


SITE = ("learning_rate", "weight_decay")


def by_site(cells):
    """The cells of each site, by the site's values."""
    sites = {}
    for cell in cells:
        sites.setdefault(tuple(cell[axis] for axis in SITE), []).append(cell)
    return sites


def leading(sites):
    """The majority's letter of each site."""
    return {site: majority([c["phase"] for c in cells]) for site, cells in sites.items()}


def dense(cells):
    """The map of the majority: a line per learning rate, a letter per weight decay; and what its cells took."""
    rates, decays = (sorted(values(cells, axis)) for axis in SITE)
    sites = by_site(cells)
    letters = leading(sites)
    lines = ["```", f"{'learning_rate':>13}  weight_decay {decays[0]:g} to {decays[-1]:g}",
             *(f"{rate:13.1e}  " + "".join(letters[rate, decay] for decay in decays) for rate in rates), "```"]
    counts = Counter(letters.values())
    agree = sum(len({c["phase"] for c in of}) == 1 for of in sites.values())
    return "\n".join(lines) + "\n\n" + table(
        ["sites", *LETTERS, "all seeds agree", "cells", "steps"],
        [[f"{len(letters):,}", *(counts[letter] for letter in LETTERS), f"{agree / len(letters):.0%}", f"{len(cells):,}",
          f"{sum(c['steps_run'] for c in cells):,}"]])


def refined(cells):
    """What each saving spares of the dense map; how many letters are others than there, and how far from their region."""
    every = results.stored("liu2022-dense")
    truth, sites = by_site(every), by_site(cells)
    trained = {site: {c["seed"] for c in of} - {None} for site, of in sites.items()}
    whole = max(c["steps_run"] for c in every) * len(every)
    # A step costs the same in every cell of this sweep, and cells were trained beside other work, now more, now less.
    second = 1e6 / median([c["microseconds"] for c in every])

    def row(name, cells, steps):
        return [name, f"{cells:,}", f"{steps:,}", f"{steps / second:,.0f}", f"{steps / whole:.0%}"]

    def sum_of(name, chosen):
        return row(name, len(chosen), sum(c["steps_run"] for c in chosen))

    savings = table(["", "cells", "steps", "seconds of a slot", "share"], [
        row("all cells, to the end of the budget", len(every), whole),
        sum_of("all cells, until their letter is decided: the dense map", every),
        sum_of("– of these at sites that are inferred", [c for s, of in truth.items() if not trained[s] for c in of]),
        sum_of("– of these seeds that their site does without",
               [c for s, of in truth.items() for c in of if trained[s] and c["seed"] not in trained[s]]),
        sum_of("– **trained**", [c for s, of in truth.items() for c in of if c["seed"] in trained[s]])])

    letters, ours = leading(truth), leading(sites)
    scales = [sorted(values(every, axis)) for axis in SITE]
    places = {site: tuple(scale.index(v) for scale, v in zip(scales, site)) for site in truth}
    alike = {site: max(Counter(c["phase"] for c in of).values()) for site, of in truth.items()}
    body = []
    for name, chosen in ((f"{n} seeds of {max(alike.values())} agree", [site for site in truth if alike[site] == n])
                         for n in sorted(set(alike.values()), reverse=True)):
        body.append(compared(name, chosen, trained, letters, ours, truth, places))
    body.append(compared("all", list(truth), trained, letters, ours, truth, places))
    phases = {(s, c["seed"]): c["phase"] for s, of in truth.items() for c in of}
    changed = sum(phases[s, c["seed"]] != c["phase"] for s, of in sites.items() for c in of if c["seed"] is not None)
    return savings + "\n\n" + table(
        ["in the dense map", "sites", "inferred", "another letter, measured", "inferred", "of both more than one site away",
         "that five other seeds would change"], body) + f"\n\nTrained cells of another letter than in the dense map: {changed}."


def compared(name, chosen, trained, letters, ours, truth, places):
    """A row: of the chosen sites those whose letter is another than in the dense map, beside what chance alone would do."""
    wrong = [site for site in chosen if ours[site] != letters[site]]
    inferred = sum(not trained[site] for site in wrong)
    far = sum(displacement(places, letters, site, ours[site]) > 1 for site in wrong)
    redrawn = sum(changes("".join(sorted(c["phase"] for c in truth[site]))) for site in chosen) / len(chosen)
    return [name, f"{len(chosen):,}", f"{sum(not trained[site] for site in chosen):,}", len(wrong) - inferred, inferred, far, f"{redrawn:.0%}"]


@cache
def changes(letters):
    """How likely as many seeds, drawn from these with replacement, are to have another majority."""
    own, size = majority(letters), len(letters)
    return sum(majority(draw) != own for draw in product(letters, repeat=size)) / size**size


def displacement(places, letters, site, letter):
    """How many sites, along the axis where it is further, a site is from the nearest one that has the letter."""
    return min(max(abs(a - b) for a, b in zip(places[site], places[other]))
               for other, at in letters.items() if at == letter)


def nothing(file):
    return {}


def reach_columns(file):
    """The validation accuracy that the split lets one expect at most; 1 where every label occurs in training."""
    return {"reachable": float(file.attrs.get("reachable_accuracy", 1))}


FIGURES = {
    "liu2022-fig3": (fig3_columns, fig3),
    "liu2022-fig4a": (None, fig4a),
    "liu2022-fig4d": (fig4d_columns, fig4d),
    "liu2022-fig6a": (nothing, lambda cells: maps(
        cells, "decoder_learning_rate", "representation_learning_rate", "liu2022-fig6a.txt")),
    "liu2022-fig6b": (nothing, lambda cells: maps(
        cells, "learning_rate", "weight_decay", "liu2022-fig6b.txt")),
    "liu2022-fig6a-race": (race_columns, race(
        "liu2022-fig6a", "decoder_learning_rate", "representation_learning_rate")),
    "liu2022-fig6b-race": (race_columns, race("liu2022-fig6b", "learning_rate", "weight_decay")),
    "liu2022-dense": (cost_columns, dense),
    "liu2022-refined": (cost_columns, refined),
    "liu2022-fig6c": (reach_columns, fig6c),
    "liu2022-fig6d-splits": (predictors.columns, fig6d_splits),
    "liu2022-fig7": (nothing, fig7),
    "liu2022-fig7-dimension": (dimension_columns, fig7_dimension),
    "liu2022-fig13": (nothing, appendix("batch")),
    "liu2022-fig14": (nothing, appendix("scale")),
    "liu2022-fig15": (nothing, appendix("representation_decay")),
    "liu2022-fig8": (nothing, fig8),
}
