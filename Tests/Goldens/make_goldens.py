"""Training runs of the pair decoder in PyTorch, whole tensors, for TrainingTests.

Depends on PyTorch and NumPy only. The random streams are written out again here from their
description (xoshiro256++ seeded by SplitMix64 from seed XOR FNV-1a64(purpose)), so the goldens check
initial parameters, splits, targets and batch orders as well.

    python make_goldens.py [directory]

File: b"GROKGOLD", u32 version, u32 header length, JSON header, then the tensors' raw little-endian
values in the header's order.
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
import torch

VERSION = 1
MASK = (1 << 64) - 1
STEPS = 10


class Stream:
    def __init__(self, seed, purpose):
        state = 0xCBF29CE484222325
        for byte in purpose.encode():
            state = ((state ^ byte) * 0x100000001B3) & MASK
        state ^= seed
        self.s = []
        for _ in range(4):
            state = (state + 0x9E3779B97F4A7C15) & MASK
            z = state
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.s.append(z ^ (z >> 31))

    def bits(self):
        def rotate(x, k):
            return ((x << k) | (x >> (64 - k))) & MASK

        s = self.s
        result = (rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def unit(self):
        return (self.bits() >> 11) * 2.0**-53

    def uniform(self, low, high):
        return low + (high - low) * self.unit()

    def below(self, bound):
        limit = MASK - (MASK % bound + 1) % bound
        while True:
            bits = self.bits()
            if bits <= limit:
                return bits % bound

    def normal(self):
        while True:
            x = 2 * self.unit() - 1
            y = 2 * self.unit() - 1
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)

    def permutation(self, count):
        order = list(range(count))
        for place in range(count - 1, 0, -1):
            other = self.below(place + 1)
            order[place], order[other] = order[other], order[place]
        return order


def floats(values, shape):
    """Initial values are single precision whatever the training's precision."""
    return np.array(values, dtype=np.float64).astype(np.float32).reshape(shape)


def run(cell, seed, dtype, every_step):
    p = cell["task"]["symbols"]
    model, loss, optimizer = cell["model"], cell["loss"], cell["optimizer"]
    pairs = np.array([(i, j) for i in range(p) for j in range(i, p)])
    labels = torch.tensor(pairs.sum(axis=1))
    pairs = torch.tensor(pairs)
    n_train = int(math.floor(cell["train_fraction"] * len(labels) + 0.5))
    order = Stream(seed, "split").permutation(len(labels))
    train, validation = sorted(order[:n_train]), sorted(order[n_train:])
    tensors = {
        "split.train": np.array(train, dtype=np.int32),
        "split.validation": np.array(validation, dtype=np.int32),
    }

    classes = 2 * p - 1
    targets = None
    if loss["kind"] == "mse":
        if loss["targets"] == "one-hot":
            targets = np.eye(classes, dtype=np.float32)
        else:
            stream = Stream(seed, "targets")
            shape = (classes, loss["outputs"])
            targets = floats([stream.normal() for _ in range(shape[0] * shape[1])], shape)
        tensors["targets"] = targets
        targets = torch.tensor(targets, dtype=dtype)
    outputs = classes if targets is None else targets.shape[1]

    d = model["embedding"]
    stream = Stream(seed, "representation")
    half = model.get("embedding_scale", 1) / 2
    names = ["representation"]
    values = [floats([stream.uniform(-half, half) for _ in range(p * d)], (p, d))]
    stream = Stream(seed, "decoder")
    widths = [d] + model["hidden"] + [outputs]
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        bound = 1 / math.sqrt(fan_in)
        scale = model.get("decoder_scale", 1)
        for kind, shape in (("weight", (fan_out, fan_in)), ("bias", (fan_out,))):
            count = math.prod(shape)
            draws = [scale * stream.uniform(-bound, bound) for _ in range(count)]
            names.append(f"decoder.{layer}.{kind}")
            values.append(floats(draws, shape))
    parameters = [torch.tensor(v, dtype=dtype, requires_grad=True) for v in values]
    for name, value in zip(names, values):
        tensors[f"initial/{name}"] = value

    def forward(rows):
        x = parameters[0][pairs[rows, 0]] + parameters[0][pairs[rows, 1]]
        for layer in range(len(widths) - 1):
            x = torch.nn.functional.linear(x, parameters[1 + 2 * layer], parameters[2 + 2 * layer])
            if layer < len(widths) - 2:
                x = torch.tanh(x) if model["activation"] == "tanh" else torch.relu(x)
        return x

    def loss_of(y, rows):
        if targets is None:
            return torch.nn.functional.cross_entropy(y, labels[rows])
        return torch.nn.functional.mse_loss(y, targets[labels[rows]])

    def accuracy(y, rows):
        if targets is None or loss["targets"] == "one-hot":
            guess = y.argmax(dim=1)
        else:
            guess = ((y[:, None, :] - targets[None]) ** 2).sum(-1).argmin(dim=1)
        return (guess == labels[rows]).to(torch.float64).mean().item()

    def adamw(group, kind):
        s = optimizer[kind]
        return torch.optim.AdamW(
            group,
            lr=s["learning_rate"],
            weight_decay=s["weight_decay"],
            betas=(0.9, 0.999),
            eps=1e-8,
            foreach=False,
        )

    optimizers = [adamw(parameters[:1], "representation"), adamw(parameters[1:], "decoder")]
    stream = Stream(seed, "batch-order")
    size = cell.get("batch", 0)
    epoch, position = [], 0
    curve = []
    for step in range(STEPS + 1):
        with torch.no_grad():
            row = []
            for rows in (train, validation):
                y = forward(rows)
                row += [loss_of(y, rows).item(), accuracy(y, rows)]
            curve.append(row)
        if step > 0 and (every_step or step == STEPS):
            for name, value in zip(names, parameters):
                tensors[f"step{step}/{name}"] = value.detach().numpy().copy()
        if step == STEPS:
            break
        if size == 0:
            rows = train
        else:
            if position >= len(epoch):
                epoch, position = stream.permutation(n_train), 0
            rows = [train[k] for k in epoch[position : position + size]]
            position += size
        for each in optimizers:
            each.zero_grad()
        loss_of(forward(rows), rows).backward()
        if step == 0 or (every_step and step == STEPS - 1):
            for name, value in zip(names, parameters):
                tensors[f"gradient{step}/{name}"] = value.grad.numpy().copy()
        for each in optimizers:
            each.step()
    # Columns: train loss, train accuracy, validation loss, validation accuracy.
    tensors["curve"] = np.array(curve, dtype=np.float64)
    return tensors


def cell(model, loss, decays, symbols=10, fraction=0.82, batch=0, rates=(1e-3, 1e-3)):
    groups = zip(("representation", "decoder"), rates, decays)
    return {
        "task": {"kind": "addition", "symbols": symbols},
        "model": {"kind": "pair-decoder", "activation": "tanh", **model},
        "loss": loss,
        "optimizer": {
            name: {"kind": "adamw", "learning_rate": rate, "weight_decay": decay}
            for name, rate, decay in groups
        },
        "train_fraction": fraction,
        "steps": STEPS,
        "batch": batch,
    }


GAUSSIAN = {"kind": "mse", "targets": "gaussian", "outputs": 30}
ONE_HOT = {"kind": "mse", "targets": "one-hot"}
ENTROPY = {"kind": "cross-entropy"}
CASES = {
    "regression-1": cell({"embedding": 1, "hidden": [7, 5]}, GAUSSIAN, (0, 0)),
    "regression-2": cell(
        {"embedding": 2, "hidden": [7, 5]}, GAUSSIAN, (0.5, 10), rates=(1e-2, 1e-3)
    ),
    "classification-1": cell({"embedding": 1, "hidden": [7, 5]}, ENTROPY, (0, 0)),
    "classification-2": cell(
        {"embedding": 2, "hidden": [7, 5], "embedding_scale": 2, "decoder_scale": 1.5},
        ENTROPY,
        (0.5, 10),
        rates=(1e-2, 1e-3),
    ),
    "one-hot-relu": cell(
        {"embedding": 5, "hidden": [11], "activation": "relu"}, ONE_HOT, (0, 1), rates=(1e-3, 1e-2)
    ),
    "mini-batch": cell(
        {"embedding": 2, "hidden": [7, 5]}, ENTROPY, (0.5, 1), symbols=6, fraction=0.8, batch=7
    ),
    "toy": cell({"embedding": 1, "hidden": [200, 200]}, GAUSSIAN, (0, 1)),
}


def write(path, header, tensors):
    header["tensors"] = [
        {"name": name, "shape": list(value.shape), "type": value.dtype.name}
        for name, value in tensors.items()
    ]
    text = json.dumps(header, sort_keys=True).encode()
    body = b"".join(np.ascontiguousarray(value).tobytes() for value in tensors.values())
    path.write_bytes(b"GROKGOLD" + struct.pack("<II", VERSION, len(text)) + text + body)


def main():
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    torch.set_num_threads(1)
    for seed, (name, configuration) in enumerate(CASES.items(), start=3):
        for dtype in (torch.float32, torch.float64):
            short = str(dtype).removeprefix("torch.")
            if name == "toy" and dtype == torch.float64:
                continue
            header = {
                "case": name,
                "cell": configuration,
                "seed": seed,
                "precision": short,
                "generator": "Tests/Goldens/make_goldens.py",
                "torch": torch.__version__,
            }
            tensors = run(configuration, seed, dtype, every_step=name != "toy")
            write(directory / f"{name}-{short}.golden", header, tensors)


if __name__ == "__main__":
    main()
