"""Training runs of every kind of model in PyTorch, whole tensors, for TrainingTests.

Depends on PyTorch and NumPy only. Random streams and initial parameters are written out again here
from docs/random-streams.md, so the goldens check what a seed fixes as well.

    python make_goldens.py [directory]

File: b"GROKGOLD", u32 version, u32 header length, JSON header, then the tensors' raw little-endian
values in the header's order.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch

from cases import CASES, STEPS, is_stochastic
from draws import Pass, weight_noise
from networks import Loss, Network
from problem import Examples, Initial, blur, class_targets, split
from streams import Stream
from updates import Updater

VERSION = 1
# Cells whose parameters are kept at every step; of the others at the first and the last.
EVERY_STEP = ("regression", "classification", "one-hot-relu", "mini-batch")


class Batches:
    """Rows of the training set, batch by batch, in a new order each epoch."""

    def __init__(self, train, size, seed):
        self.train, self.size = train, size
        self.stream = Stream(seed, "batch-order")
        self.epoch, self.position = [], 0

    def next(self):
        if self.size == 0:
            return self.train
        if self.position >= len(self.epoch):
            self.epoch, self.position = self.stream.permutation(len(self.train)), 0
        places = self.epoch[self.position : self.position + self.size]
        self.position += self.size
        return [self.train[k] for k in places]


def run(cell, seed, dtype, steps, gradients):
    """What is recorded of a cell's training: parameters and gradients at these steps, and every loss."""
    examples = Examples(cell["task"], seed, cell["model"].get("input") == "numbers")
    train, validation = split(cell, examples, seed)
    blur(cell, examples, train, seed)
    tensors = {
        "split.train": np.array(train, dtype=np.int32),
        "split.validation": np.array(validation, dtype=np.int32),
    }
    targets = class_targets(cell["loss"], examples.classes, seed)
    if targets is not None:
        tensors["targets"] = targets
    outputs = examples.classes if targets is None else targets.shape[1]
    if examples.values is not None:
        outputs = examples.values.shape[1]
        tensors["values"] = examples.values
    if examples.features is not None:
        # Of pictures the tiles.
        name = "features" if examples.tiles is None else "tiles"
        tensors[name] = examples.features if examples.tiles is None else examples.tiles

    initial = Initial(cell["model"], examples, outputs, seed)
    parameters = {}
    for name, value in initial.values.items():
        tensors[f"initial/{name}"] = value
        parameters[name] = torch.tensor(value, dtype=dtype, requires_grad=True)
    groups = initial.groups
    if "last_layer" not in cell["optimizer"]:
        groups = {name: group.replace("last_layer", "decoder") for name, group in groups.items()}

    network = Network(cell["model"], parameters, examples, dtype)
    loss = Loss(cell["loss"], cell["task"], examples, targets, dtype)
    updater = Updater(cell["optimizer"], parameters, groups, cell["steps"])
    batches = Batches(train, cell["batch"], seed)
    perturbation = {"lambda1": 0, "lambda2": 0, **cell.get("perturbation", {})}
    accuracy = 0
    curve, trained = [], []
    for step in range(STEPS + 1):
        curve.append(evaluate(network, loss, (train, validation)))
        if step in steps:
            for name, value in parameters.items():
                tensors[f"step{step}/{name}"] = value.detach().numpy().copy()
        if step == STEPS:
            break
        updater.zero_grad()
        sigma = max(perturbation["lambda1"] * (1 - accuracy), perturbation["lambda2"])
        rows = batches.next()
        draws = lambda places: None
        if is_stochastic(cell):
            draws = lambda places: Pass(seed, step, sigma, places, dtype)
        kept = {name: value.detach().clone() for name, value in parameters.items()}
        displace(parameters, noise_of_weights(cell, parameters, seed, step))
        network.training = True
        total, y = loss.objective(network, rows, draws)
        network.training = False
        total.backward()
        with torch.no_grad():
            accuracy = loss.accuracy(y, rows)
            trained.append([loss.data(y, rows).item(), accuracy])
        if cell["optimizer"].get("sharpness", 0) > 0:
            # Foret et al. 2021, Alg. 1.
            norm = torch.cat([each.grad.flatten() for each in parameters.values()]).norm()
            factor = cell["optimizer"]["sharpness"] / (norm + 1e-12)
            displace(parameters, {name: factor * each.grad for name, each in parameters.items()})
            updater.zero_grad()
            loss.objective(network, rows, draws)[0].backward()
        with torch.no_grad():
            for name, value in parameters.items():
                value.copy_(kept[name])
        if step in gradients:
            for name, value in parameters.items():
                tensors[f"gradient{step}/{name}"] = value.grad.numpy().copy()
        updater.step()
    # Columns: train loss, train accuracy, validation loss, validation accuracy.
    tensors["curve"] = np.array(curve, dtype=np.float64)
    if is_stochastic(cell) or network.running:
        # Loss and accuracy of each step's batch as trained on.
        tensors["trained"] = np.array(trained, dtype=np.float64)
    return tensors


@torch.no_grad()
def displace(parameters, steps):
    for name, step in steps.items():
        parameters[name].add_(step)


def noise_of_weights(cell, parameters, seed, step):
    deviation = cell.get("perturbation", {}).get("weights", 0)
    if deviation == 0:
        return {}
    return {
        name: weight_noise(seed, step, place, deviation, value)
        for place, (name, value) in enumerate(parameters.items())
    }


@torch.no_grad()
def evaluate(network, loss, sets):
    row = []
    for rows in sets:
        y = network(rows)
        row += [loss.data(y, rows).item(), loss.accuracy(y, rows)]
    return row


def write(path, header, tensors):
    header["tensors"] = [
        {"name": name, "shape": list(value.shape), "type": value.dtype.name}
        for name, value in tensors.items()
    ]
    text = json.dumps(header, sort_keys=True).encode()
    body = b"".join(np.ascontiguousarray(value).tobytes() for value in tensors.values())
    path.write_bytes(b"GROKGOLD" + struct.pack("<II", VERSION, len(text)) + text + body)


def recorded(name):
    """Steps whose parameters and steps whose gradients are kept: of the toy, which is large, few."""
    if name == "toy":
        return (STEPS,), (0,)
    steps = range(1, STEPS + 1) if name.startswith(EVERY_STEP) else (1, STEPS)
    return steps, (0, STEPS - 1)


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
            tensors = run(configuration, seed, dtype, *recorded(name))
            write(directory / f"{name}-{short}.golden", header, tensors)


if __name__ == "__main__":
    main()
