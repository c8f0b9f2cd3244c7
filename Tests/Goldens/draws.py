"""Dropout masks and noise of training passes, written out again from docs/random-streams.md."""

import numpy as np
import torch

from streams import MASK, Stream

WORD = 0xFFFFFFFF


def philox(key, block):
    """Philox4x32-10 (Salmon et al. 2011)."""
    x = [block & WORD, block >> 32, 0, 0]
    k = [key & WORD, key >> 32]
    for _ in range(10):
        even, odd = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
        x = [(odd >> 32) ^ x[1] ^ k[0], odd & WORD, (even >> 32) ^ x[3] ^ k[1], even & WORD]
        k = [(k[0] + 0x9E3779B9) & WORD, (k[1] + 0xBB67AE85) & WORD]
    return x


class Pass:
    """What one training pass draws for examples at these places of the batch."""

    def __init__(self, seed, step, sigma, places, dtype):
        self.seed, self.step, self.sigma = seed, step, sigma
        self.places, self.dtype, self.site = list(places), dtype, 0
        self.element = lambda row, n: row << 32 | n

    def key(self, purpose, site):
        return (Stream(self.seed, purpose).bits() + site + self.step * 2**16) & MASK

    def numbers(self, shape, row, number):
        """One number per example and row; `row` numbers the rows of an example's array."""
        at = np.ndindex
        values = [[number(self.element(row(*k), n)) for k in at(*shape)] for n in self.places]
        return torch.tensor(values, dtype=self.dtype).view(len(self.places), *shape)

    def dropout(self, x, probability, site, row):
        if probability == 0:
            return x
        key, threshold = self.key("dropout", site), round(probability * 2**32)

        def number(element):
            kept = philox(key, element // 4)[element % 4] >= threshold
            return 1 / (1 - probability) if kept else 0.0

        return x * self.numbers(x.shape[1:], row, number)

    def noise(self, x, row):
        key = self.key("noise", self.site)

        def number(element):
            words = philox(key, element // 4)
            w, t = words[element % 4 // 2 * 2], words[element % 4 // 2 * 2 + 1]
            u = np.float64(np.float32(w // 2) * np.float32(2.0**-31) + np.float32(2.0**-32))
            wave = np.sin if element % 2 else np.cos
            return self.sigma * np.sqrt(-2 * np.log(u)) * wave(2 * np.pi * t / 2**32)

        return x + self.numbers(x.shape[1:], row, number)


def weight_noise(seed, step, place, deviation, value):
    """Noise on a whole tensor, the place-th of its model."""
    draws = Pass(seed, step, deviation, [0], value.dtype)
    draws.site = 1 + place
    flat = torch.zeros(1, value.numel(), dtype=value.dtype)
    # Elements are numbered through; a row holds one.
    draws.element = lambda row, n: row
    return draws.noise(flat, lambda element: element).view_as(value)


class Evaluation:
    """A pass that draws nothing."""

    def dropout(self, x, probability, site, row):
        return x

    def noise(self, x, row):
        return x
