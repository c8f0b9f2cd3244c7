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
        self.places, self.dtype = list(places), dtype

    def key(self, purpose, site):
        return (Stream(self.seed, purpose).bits() + site + self.step * 2**16) & MASK

    def numbers(self, shape, row, number):
        """One number per example and row; `row` numbers the rows of an example's array."""
        values = [[number(row(*at) << 32 | n) for at in np.ndindex(*shape)] for n in self.places]
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
        key = self.key("noise", 0)

        def number(element):
            words = philox(key, element // 4)
            w, t = words[element % 4 // 2 * 2], words[element % 4 // 2 * 2 + 1]
            u = np.float64(np.float32(w // 2) * np.float32(2.0**-31) + np.float32(2.0**-32))
            wave = np.sin if element % 2 else np.cos
            return self.sigma * np.sqrt(-2 * np.log(u)) * wave(2 * np.pi * t / 2**32)

        return x + self.numbers(x.shape[1:], row, number)


class Evaluation:
    """A pass that draws nothing."""

    def dropout(self, x, probability, site, row):
        return x

    def noise(self, x, row):
        return x
