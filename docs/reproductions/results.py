"""Reads sweeps for the tables: finished ones from result files, published ones from the CSV files in data/.

A sweep is a list of cells, a cell a dict: its axes by name, seed, phase (a letter), train_step and validation_step
(None where never reached), and the further columns that the figure's `columns` computed from the cell's file; where these
are of several moments of a run, a cell has a row for each.
"""

import csv
import statistics
from pathlib import Path

DATA = Path(__file__).parent / "data"
LETTERS = "CGMX"
WORDS = ["comprehension", "grokking", "memorization", "confusion"]
# Values of the column `status` (docs/columns.md).
VERIFIED, INFERRED, PREDICTED, UNREACHABLE = 1, 4, 6, 7


def text(value):
    """A text of an HDF5 file, whichever way h5py hands it over."""
    value = value.item() if hasattr(value, "item") else value
    return value.decode() if isinstance(value, bytes) else value


def from_results(directory, columns):
    """The trained cells of a sweep's directory, those that ended early among them, with what `columns(cell file)` makes of each: a dict, or several.

    A site that is inferred has one row, with its letter and nothing else."""
    import h5py

    directory = Path(directory)
    with h5py.File(directory / "sweep.h5") as sweep:
        phase = sweep["phase"]
        names = [phase.dims[i][0].name.rsplit("/", 1)[-1] for i in range(phase.ndim)]
        scales = {name: [text(v) for v in sweep[name][:]] for name in names}
        cells, inferred = [], {}
        status = sweep["status"]
        for index, letter in _indexed(phase[...]):
            if status[index] == INFERRED:
                site = {name: scales[name][i] for name, i in zip(names, index) if name != "seed"}
                inferred[tuple(site.values())] = site | {"phase": LETTERS[sweep["inferred_phase"][index]]}
            if status[index] not in (VERIFIED, PREDICTED, UNREACHABLE):
                continue
            identity = text(sweep["cell"][index])
            cell = {name: scales[name][i] for name, i in zip(names, index)}
            with h5py.File(directory / "cells" / identity[:2] / f"{identity}.h5") as file:
                # A cell that was ended early has no measured phase; its file says what is expected.
                word = text(file.attrs["phase"])
                cell["phase"] = LETTERS[letter] if letter >= 0 else LETTERS[WORDS.index(word)]
                cell["train_step"] = crossing(file, "train")
                cell["validation_step"] = crossing(file, "validation")
                more = columns(file)
                cells += [cell | row for row in ([more] if isinstance(more, dict) else more)]
    nothing = dict.fromkeys(cells[0]) if inferred else {}
    return cells + [nothing | site for site in inferred.values()]


def _indexed(array):
    import numpy as np

    return ((index, int(value)) for index, value in np.ndenumerate(array))


def crossing(file, side):
    """The step at which a cell has fitted ("train") or generalised ("validation"), or None."""
    return int(file.attrs[f"{side}_step"]) if f"{side}_step" in file.attrs else None


def curve(file, name):
    """A recorded quantity of a cell file: its steps and its values."""
    steps = f"{name}_step" if f"{name}_step" in file else "step"
    return file[steps][:], file[name][:]


def at(file, name, step):
    """The value of a quantity at the last step that it was evaluated at up to `step`."""
    steps, values = curve(file, name)
    return float(values[steps <= step][-1])


def first(file, name, reaches):
    """The first evaluated step at which a quantity is such that `reaches(value)`, or None."""
    steps, values = curve(file, name)
    return next((int(s) for s, v in zip(steps, values) if reaches(v)), None)


def store(name, cells):
    """Writes data/NAME.csv: numbers with five digits, nothing where there is nothing."""
    with open(DATA / f"{name}.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(cells[0])
        for cell in cells:
            writer.writerow(_short(value) for value in cell.values())


def _short(value):
    if value is None:
        return ""
    return f"{value:.5g}" if isinstance(value, float) else value


def stored(name):
    """The cells of data/NAME.csv."""
    with open(DATA / f"{name}.csv", newline="") as file:
        return [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)]


def _number(value):
    if value == "":
        return None
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            pass
    return value


def values(cells, axis):
    """The values of an axis, in the order of the sweep."""
    return list(dict.fromkeys(cell[axis] for cell in cells))


def having(cells, **wanted):
    """The cells with these values."""
    return [cell for cell in cells if all(cell[key] == value for key, value in wanted.items())]


def spread(numbers):
    """The least and the largest of these numbers, leaving out those that never came."""
    there = [n for n in numbers if n is not None]
    return f"{min(there):,} to {max(there):,}" if there else "–"


def delays(cells):
    """Steps from fitting to generalising, of the cells that do."""
    return [c["validation_step"] - c["train_step"] for c in cells if c["validation_step"] is not None]


def median(numbers):
    """The median of the numbers that are there; more than half of them missing has none."""
    there = sorted(n for n in numbers if n is not None)
    missing = len(numbers) - len(there)
    ordered = there + [float("inf")] * missing
    middle = statistics.median(ordered) if ordered else float("inf")
    return None if middle == float("inf") else middle


def said(value, missing="never"):
    """A number as the pages write it."""
    if value is None:
        return missing
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{int(value):,}"


def table(head, rows):
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def wilson(hits, of, z=1.96):
    """The 95 % Wilson interval of a share."""
    p, centre = hits / of, hits / of + z * z / (2 * of)
    half = z * (p * (1 - p) / of + z * z / (4 * of * of)) ** 0.5
    return max(0.0, (centre - half) / (1 + z * z / of)), min(1.0, (centre + half) / (1 + z * z / of))
