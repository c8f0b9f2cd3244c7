"""The cells that every program trains: sizes, data and initial parameters, as NumPy arrays."""

from dataclasses import dataclass

import numpy as np

WIDTH, HEADS, HIDDEN = 128, 4, 512  # of every transformer here


@dataclass(frozen=True)
class Cell:
    """What is trained, and how many times as fast as the best peer grokmap means to be."""

    model: str  # toy, mlp, quadratic or transformer
    goal: float
    chunk: int  # steps between two looks at the clock: half a second or so
    examples: int  # trained on
    batch: int = 0  # examples per step; 0 is all of them
    learning_rate: float = 1e-3
    weight_decay: float = 1.0
    beta2: float = 0.98
    modulus: int = 97
    layers: int = 0
    operator: bool = False  # a token for the operator between a and b
    tied: bool = False  # the symbols' embeddings are the read-out
    norm: bool = False  # layer normalisation before attention, MLP and read-out


CELLS = {
    # Liu et al. 2022: ten symbols, addition, Gaussian targets; each step looks at the other ten pairs too.
    "toy": Cell("toy", goal=1.5, chunk=1000, examples=45, beta2=0.999),
    # Nanda et al. 2023: one layer without normalisation.
    "transformer": Cell("transformer", 6, chunk=4, examples=3831, modulus=113, layers=1),
    # Notsawo et al. 2023: two layers without normalisation, all pairs at once.
    "notsawo": Cell(
        "transformer", 3, chunk=1, examples=4705, layers=2, operator=True, tied=True),
    # Power et al. 2022: two layers with normalisation, mini-batches.
    "power": Cell(
        "transformer", 3, chunk=8, examples=4705, batch=512, layers=2, operator=True, norm=True),
    # Liu et al. 2023 (Omnigrok): 784-200-200-10 on 1000 images. Noise is as fast as digits.
    "mnist-mlp": Cell(
        "mlp", 1.5, chunk=200, examples=1000, batch=200, weight_decay=0.01, beta2=0.999),
    # Gromov 2023 and Doshi et al. 2023: one hidden layer of 500 squares.
    "quadratic-mlp": Cell(
        "quadratic", 1.5, chunk=10, examples=4705, learning_rate=1e-2, weight_decay=5.0),
}


@dataclass
class Problem:
    """Data and initial parameters of a cell."""

    inputs: np.ndarray  # pairs, token sequences or images; what is trained on comes first
    targets: np.ndarray  # classes of a transformer, else what the outputs should be
    parameters: dict  # weights are (inputs, outputs)
    order: np.ndarray | None = None  # the examples of each mini-batch, again from the top at the end
    labels: np.ndarray | None = None  # toy: classes,
    templates: np.ndarray | None = None  # and the target of each


def problem(cell, seed=0):
    """Draws a cell's data and parameters."""
    rng = np.random.default_rng(seed)
    drawn = {"toy": toy, "mlp": mlp, "quadratic": quadratic, "transformer": transformer}
    made = drawn[cell.model](cell, rng)
    made.parameters = {name: np.asarray(x, "f4") for name, x in made.parameters.items()}
    if cell.batch:
        whole = cell.examples // cell.batch * cell.batch
        epochs = [rng.permutation(cell.examples)[:whole] for _ in range(20)]
        made.order = np.concatenate(epochs).reshape(-1, cell.batch)
    return made


def toy(cell, rng):
    pairs = rng.permutation(np.stack(np.triu_indices(10), 1))
    labels = pairs.sum(1)
    templates = rng.normal(size=(19, 30)).astype("f4")
    parameters = perceptron(rng, 1, 200, 200, 30) | {"embedding": rng.uniform(-0.5, 0.5, (10, 1))}
    return Problem(pairs, templates[labels], parameters, labels=labels, templates=templates)


def mlp(cell, rng):
    images = rng.random((cell.examples, 784), "f4")
    return Problem(
        images, one_hot(rng.integers(0, 10, cell.examples), 10), perceptron(rng, 784, 200, 200, 10))


def quadratic(cell, rng):
    a, b, classes = pairs(cell, rng)
    deviation = 0.5 / 1000 ** (1 / 3)  # Doshi et al. 2023
    parameters = {
        "symbols": rng.normal(0, deviation, (2 * cell.modulus, 500)),
        "out": rng.normal(0, deviation, (500, cell.modulus)),
    }
    return Problem(np.stack([a, cell.modulus + b], 1), one_hot(classes, cell.modulus), parameters)


def transformer(cell, rng):
    a, b, classes = pairs(cell, rng)
    operator = [np.full_like(a, cell.modulus)] * cell.operator
    words = [a, *operator, b, np.full_like(a, cell.modulus + cell.operator)]

    def normal(*shape):
        return rng.normal(0, WIDTH**-0.5, shape)

    parameters = {
        "tokens": normal(cell.modulus + 1 + cell.operator, WIDTH),
        "positions": normal(len(words), WIDTH),
    }
    for layer in range(cell.layers):
        parameters |= {f"{name}{layer}": normal(WIDTH, WIDTH) for name in "qkvo"}
        parameters |= {
            f"up{layer}": normal(WIDTH, HIDDEN), f"up{layer}.bias": np.zeros(HIDDEN),
            f"down{layer}": normal(HIDDEN, WIDTH), f"down{layer}.bias": np.zeros(WIDTH),
        }
    if cell.norm:
        norms = [f"{name}{layer}" for layer in range(cell.layers) for name in ("before", "between")]
        for name in norms + ["after"]:
            parameters |= {f"{name}.gain": np.ones(WIDTH), f"{name}.bias": np.zeros(WIDTH)}
    if not cell.tied:
        parameters["out"] = normal(WIDTH, cell.modulus)
    return Problem(np.stack(words, 1), classes, parameters)


def pairs(cell, rng):
    """A training set of modular addition."""
    a, b = np.divmod(rng.permutation(cell.modulus**2)[: cell.examples], cell.modulus)
    return a, b, (a + b) % cell.modulus


def perceptron(rng, *widths):
    """PyTorch's default initialisation of fully connected layers."""
    parameters = {}
    for number, (fan_in, fan_out) in enumerate(zip(widths, widths[1:]), 1):
        bound = fan_in**-0.5
        parameters[f"layer{number}"] = rng.uniform(-bound, bound, (fan_in, fan_out))
        parameters[f"layer{number}.bias"] = rng.uniform(-bound, bound, fan_out)
    return parameters


def one_hot(classes, count):
    return np.eye(count, dtype="f4")[classes]
