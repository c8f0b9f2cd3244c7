"""Tables of docs/reproductions/nanda2023.md."""

import results
from results import having, said, table, values

MEASURES = ["weight_norm", "fourier_gini", "key_frequencies", "restricted_loss", "excluded_loss"]


def moments(file):
    """What the measures say at the start, when fitted, on the way, when generalised and at the end."""
    fitted, generalised = (results.crossing(file, side) for side in ("train", "validation"))
    end = int(file["step"][-1])
    last = generalised or end
    places = {"start": 0}
    if fitted:
        places |= {"fitted": fitted, **{
            f"{share} of the way": int(fitted * (last / fitted) ** part)
            for share, part in (("a quarter", 0.25), ("half", 0.5), ("three quarters", 0.75))}}
    places |= {"generalised": generalised, "end": end}
    for name, step in places.items():
        if step is not None:
            yield {"moment": name, "step": step,
                   **{side: results.at(file, side, step) for side in (
                       "train_loss", "validation_loss", *MEASURES)}}


def phases(cells):
    """The measures at the moments of each run."""
    lines = []
    for decay in values(cells, "weight_decay"):
        for seed in values(cells, "seed"):
            run = having(cells, weight_decay=decay, seed=seed)
            lines += [f"Weight decay {decay:g}, seed {seed}:", "", table(
                ["moment", "step", "training loss", "validation loss", "norm", "Gini", "key frequencies",
                 "restricted loss", "excluded loss"],
                [[c["moment"], said(c["step"]), f"{c['train_loss']:.2g}", f"{c['validation_loss']:.2g}",
                  f"{c['weight_norm']:.1f}", f"{c['fourier_gini']:.2f}", f"{c['key_frequencies']:g}",
                  f"{c['restricted_loss']:.2g}", f"{c['excluded_loss']:.2g}"] for c in run]), ""]
    return "\n".join(lines).rstrip()


FIGURES = {"nanda2023-phases": (moments, phases)}
