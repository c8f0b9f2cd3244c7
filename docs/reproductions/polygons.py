"""Draws pictures of the task `polygons` with their labels: docs/images/gu2025-pictures.svg.

usage: polygons.py [TILE]        pixels along each side of a tile, 14 unless given

Needs Python and numpy.
"""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "Tests" / "Goldens"))
from problem import Examples  # noqa: E402

SHOWN = (5, 807, 1394, 2318)
SIDE, GAP, TEXT = 140, 20, 26


def main():
    tile = int(sys.argv[1]) if len(sys.argv) > 1 else 14
    task = {"shapes": [0, 3, 4, 5, 6, 7, 8], "tiles": 2, "tile": tile, "colours": "gray"}
    examples = Examples({"kind": "polygons", **task}, seed=0)
    size = SIDE / examples.side
    parts = []
    for place, example in enumerate(SHOWN):
        left = GAP + place * (SIDE + GAP)
        parts.append(f'<rect x="{left}" y="{GAP}" width="{SIDE}" height="{SIDE}" fill="#fff" stroke="#888"/>')
        for pixel, brightness in enumerate(examples.features[example]):
            if brightness < 1:
                x, y = left + pixel % examples.side * size, GAP + pixel // examples.side * size
                grey = round(255 * float(brightness))
                parts.append(f'<rect x="{x:g}" y="{y:g}" width="{size:g}" height="{size:g}" fill="#{grey:02x}{grey:02x}{grey:02x}"/>')
        parts.append(f'<text x="{left + SIDE / 2:g}" y="{GAP + SIDE + TEXT - 6}" text-anchor="middle">{examples.labels[example]}</text>')
    width, height = GAP + len(SHOWN) * (SIDE + GAP), SIDE + GAP + TEXT + 4
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="16" shape-rendering="crispEdges">')
    background = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    path = HERE.parent / "images" / "gu2025-pictures.svg"
    path.write_text("\n".join([head, background, *parts, "</svg>", ""]))


if __name__ == "__main__":
    main()
