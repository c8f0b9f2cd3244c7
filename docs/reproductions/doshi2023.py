"""Tables of docs/reproductions/doshi2023.md."""

from results import having, table, values

WORDS = {"C": "coexistence", "P": "partial inversion", "F": "full inversion", "M": "memorization",
         "X": "confusion"}


def columns(file):
    return {"train_accuracy": float(file["train_accuracy"][-1]),
            "validation_accuracy": float(file["validation_accuracy"][-1])}


def letter(cell):
    """The paper's phase, which it defines in words alone: numbers are ours."""
    train, validation, right = cell["train_accuracy"], cell["validation_accuracy"], 1 - cell["corruption"]
    if validation < 0.9:
        return "M" if train >= 0.9 else "X"
    if train >= 0.98:
        return "C"
    return "F" if abs(train - right) <= 0.05 else "P"


def corruption(cells):
    """A map per weight decay: a row per training fraction, a letter per share of wrong labels."""
    across = values(cells, "corruption")
    lines = []
    for decay in values(cells, "weight_decay"):
        lines += [f"Weight decay {decay:g}:", "", table(
            ["training fraction", *(f"{c:.0%} wrong" for c in across)],
            [[f"{f:g}", *(f"{letter(c)} {c['train_accuracy']:.2f} / {c['validation_accuracy']:.2f}"
                          for c in having(cells, weight_decay=decay, train_fraction=f))]
             for f in values(cells, "train_fraction")]), ""]
    return "\n".join(lines).rstrip()


FIGURES = {"doshi2023-corruption": (columns, corruption)}
