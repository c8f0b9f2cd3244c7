"""Writes the handwritten digits that scikit-learn carries as IDX files, compressed with gzip, beside this script.

Needs scikit-learn (pip install scikit-learn). Run it again and the same files come out; README.md has their source.
"""

import gzip
import struct
from pathlib import Path

from sklearn.datasets import load_digits


def write(name, array):
    """An array of bytes in the format of MNIST: type 0x08, dimensions with the highest byte first, elements."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    content = header + array.astype("uint8").tobytes()
    # Without a time of its own the same content gives the same bytes.
    (Path(__file__).parent / name).write_bytes(gzip.compress(content, 9, mtime=0))


def main():
    """Pixels are 0 to 16 in the source and 0 to 255 in the file, as in MNIST."""
    digits = load_digits()
    write("digits-images.idx.gz", (digits.images * 255 / 16).round())
    write("digits-labels.idx.gz", digits.target)


main()
