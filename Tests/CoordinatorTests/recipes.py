"""Runs every block of docs/recipes.md in one session, as a reader would, and holds docs/recipes.ipynb to the page.

Usage: recipes.py DOCS [write]. The working directory has results/quickstart. Exit status 0 when all is well.
"""

import json
import re
import sys
import warnings

warnings.simplefilter("error")

import matplotlib  # noqa: E402

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402


def cells(page):
    """The page as a notebook's cells: text and code in turn."""
    found = []
    for part in re.split(r"(```python\n.*?```\n)", page, flags=re.S):
        kind = "code" if part.startswith("```python") else "markdown"
        text = part[10:-4] if kind == "code" else part
        if not text.strip():
            continue
        cell = {
            "cell_type": kind,
            "id": f"cell-{len(found)}",
            "metadata": {},
            "source": text.strip("\n").splitlines(keepends=True),
        }
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        found.append(cell)
    return found


def main():
    """Runs, compares, and looks at what was drawn."""
    docs = sys.argv[1]
    with open(f"{docs}/recipes.md", encoding="utf-8") as file:
        notebook = {
            "cells": cells(file.read()),
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if sys.argv[2:] == ["write"]:
        with open(f"{docs}/recipes.ipynb", "w", encoding="utf-8") as file:
            file.write(text)
        return
    with open(f"{docs}/recipes.ipynb", encoding="utf-8") as file:
        same = file.read() == text
    assert same, f"python {sys.argv[0]} {docs} write, and look at the diff"
    session = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "docs/recipes.md", "exec"), session)
    # The first figure is a map per train fraction, of phases and not of counts.
    maps = session["grid"].axs.flat
    assert len(maps) == 2
    for panel, fraction in zip(maps, session["ds"].train_fraction):
        mesh = panel.collections[0]
        wanted = session["ds"].phase.isel(seed=0).sel(train_fraction=fraction)
        shown = mesh.get_array().reshape(2, 2)
        wanted = wanted.transpose("weight_decay", "learning_rate").values
        assert ((shown == wanted) | (shown.mask & (wanted != wanted))).all(), (shown, wanted)
    assert float(session["delay"].max()) == 2080 and float(session["agreement"].max()) == 1
    assert len(session["ax"].lines) == 2, session["ax"].lines
    assert list(session["ax"].lines[0].get_xdata()) == [1, 11, 21, 2101]
    assert session["value"](session["config"], "optimizer.decoder.weight_decay") in (0, 2)
    plt.close("all")
    print("agrees")


main()
