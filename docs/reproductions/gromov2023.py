"""Tables of docs/reproductions/gromov2023.md."""

from results import having, median, table, values


def columns(file):
    train, validation = (float(file[f"{side}_accuracy"][0]) for side in ("train", "validation"))
    share = len(file["split/train"]) / (len(file["split/train"]) + len(file["split/validation"]))
    return {"accuracy": share * train + (1 - share) * validation,
            "participation": float(file["inverse_participation"][0])}


def analytic(cells):
    """Accuracy over all pairs at step 0: medians over seeds, a row per width, a column per modulus."""
    moduli = values(cells, "modulus")
    return table(["hidden width", *(f"p = {p}" for p in moduli), "inverse participation"],
                 [[width, *(f"{median([c['accuracy'] for c in having(cells, hidden=width, modulus=p)]):.2%}"
                            for p in moduli),
                   f"{median([c['participation'] for c in having(cells, hidden=width)]):.3f}"]
                  for width in values(cells, "hidden")])


FIGURES = {"gromov2023-analytic": (columns, analytic)}
