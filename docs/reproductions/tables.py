"""Makes the tables of the pages beside this file.

usage: tables.py NAME            prints the tables of a sweep from data/NAME.csv
       tables.py NAME RESULTS    makes data/NAME.csv from result files first
       tables.py pages           puts the tables of all sweeps into the pages
       tables.py check           says which pages are not as `pages` would leave them; exit code 1 if any
       tables.py                 prints the names

NAME is that of a file in sweeps/. RESULTS is results/NAME, or where nothing is trained what `grokmap theory --format
json` printed. A page has a sweep's tables between the lines `<!-- NAME -->` and `<!-- / -->`. Printing needs Python and numpy, reading result files h5py as well.
"""

import re
import sys
from pathlib import Path

import accelerators
import borders
import doshi2023
import gromov2023
import gu2025
import liu2022
import nanda2023
import notsawo2023
import omnigrok
import predictors
import results
import tan2023

PAGES = (liu2022, omnigrok, gromov2023, doshi2023, nanda2023, tan2023, notsawo2023, gu2025, accelerators, borders,
         predictors)
FIGURES = {name: figure for page in PAGES for name, figure in page.FIGURES.items()}
BLOCK = re.compile(r"<!-- ([a-z0-9-]+) -->\n.*?<!-- / -->", re.DOTALL)


def tables(name):
    """The tables of a sweep, from stored data."""
    return FIGURES[name][1](results.stored(name))


def pages(write):
    """The pages, docs/predictors.md among them, whose tables are not those of the stored data; written anew if asked for."""
    changed = []
    here = Path(__file__).parent
    for path in [*sorted(here.glob("*.md")), here.parent / "predictors.md"]:
        text = path.read_text()
        made = BLOCK.sub(lambda block: f"<!-- {block[1]} -->\n{tables(block[1])}\n\n<!-- / -->", text)
        if made != text:
            changed.append(path.name)
            if write:
                path.write_text(made)
    return changed


def main():
    if len(sys.argv) < 2:
        print("\n".join(FIGURES))
    elif sys.argv[1] in ("pages", "check"):
        changed = pages(write=sys.argv[1] == "pages")
        print("\n".join(changed))
        sys.exit(1 if changed and sys.argv[1] == "check" else 0)
    else:
        name = sys.argv[1]
        if len(sys.argv) > 2:
            read = liu2022.from_theory if name == "liu2022-fig4a" else results.from_results
            results.store(name, read(sys.argv[2], FIGURES[name][0]))
        print(tables(name))


if __name__ == "__main__":
    main()
