"""Every measure of docs/measures.md but curvatures, computed again with NumPy, SciPy and PyTorch.

Parameters and outputs are random numbers; the formulas are written out from that page, by another way where there is one.
Measures of what stands inside the network ("inner") take its activations for these parameters from PyTorch.

    python measures.py > measures.json
"""

import json
import sys

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats
import torch
from scipy.spatial.distance import cdist

from draws import Pass
from networks import ACTIVATIONS, Loss, Network
from problem import Examples, Initial, class_targets, split
from streams import Stream

SAMPLE = 256
INNER = [
    "hidden_distance", "perturbed_entropy", "perturbed_information", "entropy_difference",
    "information_difference", "landscape_random_train",
    "landscape_random_validation", "landscape_start_train", "landscape_start_validation",
]
LOGITS = ["mutual_information_ratio", "entropy_difference_ratio"]
CYCLE = ["hidden_distance_cyclic"]
CASES = {
    "transformer": {
        "cell": {
            "task": {"kind": "modular", "modulus": 11, "operation": "x+y"},
            "model": {
                "kind": "transformer", "layers": 1, "width": 12, "heads": 2, "hidden": 20,
                "activation": "relu", "normalisation": "none", "unembedding": "free", "read_out": "last",
                "operator_token": False, "equals_token": True, "separate_tokens": False,
            },
            "loss": {"kind": "cross-entropy"}, "train_fraction": 0.4,
        },
        "measures": [
            "weight_norm", "weight_norm_embeddings", "weight_norm_decoder", "last_layer_norm",
            "last_layer_cosine", "collision_entropy", "collision_information",
            "effective_dimension", "embedding_distance", "embedding_distance_cyclic",
            "fourier_spectrum", "fourier_gini", "key_frequencies", "inverse_participation",
            "logit_scale", "circuit_efficiency", "commutativity_accuracy",
            "commutativity_distance", "restricted_loss", "excluded_loss", "excluded_losses",
            "matrix_entropy", "mutual_information", "intrinsic_dimension", "tail_exponent",
            "correlation_traps",
        ],
        "inner": INNER + LOGITS + CYCLE,
    },
    "one-hot": {
        "cell": {
            "task": {"kind": "modular", "modulus": 8, "operation": "x-y"},
            "model": {
                "kind": "mlp", "input": "one-hot", "hidden": [12], "bias": True,
                "activation": "relu",
            },
            "loss": {"kind": "mse", "targets": "one-hot"}, "train_fraction": 0.5,
        },
        "measures": [
            "weight_norm", "weight_norm_decoder", "last_layer_norm", "effective_dimension",
            "embedding_distance_cyclic", "fourier_spectrum", "fourier_gini", "key_frequencies",
            "inverse_participation", "logit_scale", "circuit_efficiency",
            "commutativity_accuracy", "commutativity_distance", "matrix_entropy",
            "mutual_information", "intrinsic_dimension", "tail_exponent", "correlation_traps",
            "last_layer_cosine", "collision_information",
        ],
        "inner": INNER + LOGITS + CYCLE,
    },
    "addition": {
        "cell": {
            "task": {"kind": "addition", "symbols": 9},
            "model": {"kind": "pair-decoder", "embedding": 2, "hidden": [14, 13], "activation": "tanh"},
            "loss": {"kind": "mse", "targets": "gaussian", "outputs": 5}, "train_fraction": 0.45,
        },
        "measures": [
            "weight_norm_embeddings", "last_layer_norm", "rqi", "parallelograms",
            "permissible_parallelograms", "last_layer_cosine", "collision_entropy",
            "predicted_accuracy", "ideal_accuracy", "effective_dimension", "embedding_distance",
            "matrix_entropy", "mutual_information", "intrinsic_dimension", "tail_exponent",
            "correlation_traps",
        ],
        "inner": INNER,
    },
}


class Cell:
    def __init__(self, name, seed):
        self.cell, self.seed = CASES[name]["cell"], seed
        self.examples = Examples(self.cell["task"], seed)
        self.train, self.validation = split(self.cell, self.examples, seed)
        loss = self.cell["loss"]
        self.outputs = loss.get("outputs", self.examples.classes)
        initial = Initial(self.cell["model"], self.examples, self.outputs, seed)
        random = np.random.default_rng(seed)
        self.groups, self.initial = initial.groups, initial.values
        self.parameters = {
            key: np.round(random.normal(size=value.shape) * random.uniform(0.5, 2), 6)
            for key, value in initial.values.items()
        }
        self.p = self.examples.symbols
        if name == "addition":
            # Near a line, so that some parallelograms are realised.
            line = np.outer(np.arange(self.p), [1, -0.5])
            noise = 0.09 * random.normal(size=line.shape)
            self.parameters["representation"] = np.round(line + noise, 6)
        if name == "transformer":
            wave = 2 * np.pi * np.outer(np.arange(self.p), np.full(12, 3)) / self.p
            self.parameters["representation"][: self.p] += np.round(4 * np.cos(wave + np.arange(12)), 6)
        # One element beyond all others is a correlation trap.
        for value in self.matrices():
            value[3, 4] = 60
        self.y = np.round(random.normal(size=(self.examples.count, self.outputs)) * 3, 6)
        # A wave and something symmetric in the pair, so that no measure is all noise.
        if name == "transformer":
            a, b = self.examples.sequences.T
            c = np.arange(self.p)[None, :]
            self.y += np.round(4 * np.cos(2 * np.pi * 3 * ((a + b)[:, None] - c) / self.p), 6)
        self.y = np.round(self.y, 6)
        self.sample = self.train[:SAMPLE]

    # Parameters.

    def norm(self, keys):
        return float(np.sqrt(sum((self.parameters[k] ** 2).sum() for k in keys)))

    def weight_norm(self):
        return self.norm(self.parameters)

    def weight_norm_embeddings(self):
        return self.norm(k for k, g in self.groups.items() if g == "representation")

    def weight_norm_decoder(self):
        return self.norm(k for k, g in self.groups.items() if g != "representation")

    def last_layer_norm(self):
        return self.norm([self.last_layer()])

    def last_layer(self):
        return [k for k in self.parameters if not k.endswith("bias")][-1]

    def last_layer_cosine(self):
        w, start = self.parameters[self.last_layer()].ravel(), self.initial[self.last_layer()].ravel()
        return float(1 - scipy.spatial.distance.cosine(w, start.astype(float)))

    def matrices(self):
        for key, value in self.parameters.items():
            if self.groups[key] != "representation" and value.ndim == 2 and min(value.shape) >= 10:
                yield value

    def tail_exponent(self):
        exponents = []
        for matrix in self.matrices():
            values = np.sort(np.linalg.svd(matrix, compute_uv=False) ** 2) / max(matrix.shape)
            fits = []
            for k in range(len(values) - 4):
                tail = values[k:]
                alpha = 1 + len(tail) / np.log(tail / tail[0]).sum()
                law = 1 - (tail / tail[0]) ** (1 - alpha)
                steps = np.arange(len(tail) + 1) / len(tail)
                distance = max(abs(law - steps[:-1]).max(), abs(law - steps[1:]).max())
                fits.append((distance, alpha))
            exponents.append(min(fits)[1])
        return float(np.mean(exponents))

    def correlation_traps(self):
        stream, count = Stream(self.seed, "measures"), 0
        for matrix in self.matrices():
            flat = matrix.ravel()[stream.permutation(matrix.size)]
            shuffled = (flat - flat.mean()).reshape(matrix.shape)
            n, m = max(matrix.shape), min(matrix.shape)
            values = np.linalg.svd(shuffled, compute_uv=False) ** 2 / n
            variance = flat.var()
            edge = variance * (1 + np.sqrt(m / n)) ** 2
            scale = variance / n * (np.sqrt(n) + np.sqrt(m)) * (n**-0.5 + m**-0.5) ** (1 / 3)
            count += int((values > edge + 3 * scale).sum())
        return count

    # Embeddings.

    def vectors(self):
        if "representation" in self.parameters:
            return self.parameters["representation"][: self.p]
        first = self.parameters["decoder.0.weight"]
        return np.hstack([first[:, : self.p].T, first[:, self.p :].T])

    def effective_dimension(self):
        e = self.vectors() - self.vectors().mean(axis=0)
        s = np.linalg.svd(e, compute_uv=False) ** 2
        s = s[s > 1e-12] / s.sum()
        return float(np.exp(-(s * np.log(s)).sum()))

    def embedding_distance(self):
        return float(np.linalg.norm(np.diff(self.vectors(), axis=0), axis=1).mean())

    def embedding_distance_cyclic(self):
        e = self.vectors()
        return float(np.linalg.norm(np.roll(e, -1, axis=0) - e, axis=1).mean())

    def power(self):
        """Squared components (frequency × dimension), by the fast Fourier transform."""
        transform = np.fft.rfft(self.vectors(), axis=0)
        power = abs(transform) ** 2 / self.p
        power[1:] *= 2
        if self.p % 2 == 0:
            power[-1] /= 2
        return power

    def fourier_spectrum(self):
        return np.sqrt(self.power()[1:].sum(axis=1)).tolist()

    def fourier_gini(self):
        transform = np.fft.rfft(self.vectors(), axis=0)
        x = [np.linalg.norm(transform[0]) / np.sqrt(self.p)]
        for k in range(1, self.p // 2 + 1):
            lone = 2 * k == self.p
            size = np.sqrt((1 if lone else 2) / self.p)
            x.append(np.linalg.norm(transform[k].real) * size)
            if not lone:
                x.append(np.linalg.norm(transform[k].imag) * size)
        x = np.array(x)
        return float(abs(x[:, None] - x[None, :]).mean() / (2 * x.mean()))

    def keys(self):
        squares = np.array(self.fourier_spectrum()) ** 2
        order = np.argsort(-squares)
        held = np.cumsum(squares[order])
        return (order[: int((held < 0.9 * squares.sum()).sum()) + 1] + 1).tolist()

    def key_frequencies(self):
        return len(self.keys())

    def inverse_participation(self):
        power = self.power()
        return float(((power**2).sum(axis=0) / power.sum(axis=0) ** 2).mean())

    # Parallelograms.

    def permissible(self):
        pairs = [tuple(pair) for pair in self.examples.sequences]
        return [
            (x, y) for k, x in enumerate(pairs) for y in pairs[k + 1 :] if sum(x) == sum(y)
        ]

    def realised(self):
        e = self.vectors()
        e = (e - e.mean(axis=0)) / e.std(axis=0, ddof=1)
        defect = lambda x, y: ((e[list(x)].sum(axis=0) - e[list(y)].sum(axis=0)) ** 2).mean()
        return [(x, y) for x, y in self.permissible() if defect(x, y) < 0.01]

    def rqi(self):
        return len(self.realised()) / len(self.permissible())

    def parallelograms(self):
        return len(self.realised())

    def permissible_parallelograms(self):
        trained = {tuple(self.examples.sequences[k]) for k in self.train}
        return sum(x in trained and y in trained for x, y in self.permissible())

    def carried(self, parallelograms):
        trained = {tuple(self.examples.sequences[k]) for k in self.train}
        right = set(trained)
        for x, y in parallelograms:
            if x in trained or y in trained:
                right |= {x, y}
        return len(right) / self.examples.count

    def predicted_accuracy(self):
        return self.carried(self.realised())

    def ideal_accuracy(self):
        trained = {tuple(self.examples.sequences[k]) for k in self.train}

        def row(x, y):
            coefficients = np.zeros(self.p)
            for symbol in x:
                coefficients[symbol] += 1
            for symbol in y:
                coefficients[symbol] -= 1
            return coefficients

        rows = [row(x, y) for x, y in self.permissible() if x in trained and y in trained]
        rank = np.linalg.matrix_rank(rows)
        implied = [
            (x, y)
            for x, y in self.permissible()
            if np.linalg.matrix_rank(rows + [row(x, y)]) == rank
        ]
        return self.carried(implied)

    # Outputs.

    def logit_scale(self):
        z = self.y[self.sample]
        return float(np.sqrt(((z - z.mean(axis=1, keepdims=True)) ** 2).mean()))

    def circuit_efficiency(self):
        z, labels = self.y[self.sample], self.examples.labels[self.sample]
        rows = np.arange(len(z))
        others = np.array([np.delete(z[k], labels[k]).mean() for k in rows])
        return float((z[rows, labels] - others).mean() / self.weight_norm())

    def mirrored(self):
        place = {tuple(pair): k for k, pair in enumerate(self.examples.sequences)}
        trained = set(self.train)
        for k in self.train:
            a, b = self.examples.sequences[k]
            mirror = place.get((b, a))
            if a != b and mirror is not None and mirror not in trained:
                yield self.y[k], self.y[mirror]

    def commutativity_accuracy(self):
        return float(np.mean([x.argmax() == y.argmax() for x, y in self.mirrored()]))

    def commutativity_distance(self):
        return float(np.mean([np.linalg.norm(x - y) for x, y in self.mirrored()]))

    def waves(self, frequencies):
        """The two waves of each frequency over all pairs, as unit vectors."""
        a, b = self.examples.sequences.T
        waves = []
        for k in frequencies:
            for wave in (np.cos, np.sin):
                u = wave(2 * np.pi * k * (a + b) / self.p)
                waves.append(u / np.linalg.norm(u))
        return np.array(waves)

    def part(self, frequencies):
        u = self.waves(frequencies)
        return u.T @ (u @ self.y)

    def cross_entropy(self, logits, labels):
        return float(np.mean(scipy.special.logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]))

    def restricted_loss(self):
        kept = self.part(self.keys()) + self.y.mean(axis=0)
        return self.cross_entropy(kept, self.examples.labels)

    def excluded(self, frequencies):
        left = (self.y - self.part(frequencies))[self.train]
        return self.cross_entropy(left, self.examples.labels[self.train])

    def excluded_loss(self):
        return self.excluded(self.keys())

    def excluded_losses(self):
        return [self.excluded([k]) for k in range(1, self.p // 2 + 1)]

    @staticmethod
    def gram(rows):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return rows @ rows.T

    @staticmethod
    def entropy(gram):
        values = scipy.linalg.eigvalsh(gram / len(gram))
        values = values[values > 1e-14]
        return float(-(values * np.log(values)).sum())

    def matrix_entropy(self):
        return self.entropy(self.gram(self.y[self.sample]))

    def mutual_information(self):
        a, b = self.examples.sequences[self.sample].T
        table = self.parameters.get("representation", np.eye(self.p))
        k, r = self.gram(np.hstack([table[a], table[b]])), self.gram(self.y[self.sample])
        return self.entropy(k) + self.entropy(r) - self.entropy(k * r)

    @staticmethod
    def collision(gram):
        return float(-np.log(np.trace(np.linalg.matrix_power(gram / len(gram), 2))))

    def collision_entropy(self):
        return self.collision(self.gram(self.y[self.sample]))

    def collision_information(self):
        a, b = self.examples.sequences[self.sample].T
        table = self.parameters.get("representation", np.eye(self.p))
        k, r = self.gram(np.hstack([table[a], table[b]])), self.gram(self.y[self.sample])
        return self.collision(k) + self.collision(r) - self.collision(k * r)

    def intrinsic_dimension(self):
        z = self.y[self.sample]
        distances = np.sort(cdist(z, z), axis=1)[:, 1:3]
        mu = np.sort(distances[:, 1] / distances[:, 0])
        rank = np.arange(1, len(mu) + 1) / len(mu)
        kept = int(0.9 * len(mu))
        x, y = np.log(mu[:kept]), -np.log(1 - rank[:kept])
        return float(np.linalg.lstsq(x[:, None], y, rcond=None)[0][0])

    # What stands inside the network.

    def network(self, numbers=None):
        """The network of these parameters, rounded to single precision."""
        numbers = self.parameters if numbers is None else numbers
        tensors = {k: torch.tensor(np.float32(v).astype(float)) for k, v in numbers.items()}
        return Network(self.cell["model"], tensors, self.examples, torch.float64)

    def inside(self, rows, sigma=0.0):
        """What enters the network for these examples, its first hidden layer, and what its last layer takes."""
        network, seen = self.network(), {}
        draws = Pass(self.seed, 0, sigma, range(len(rows)), torch.float64)
        inputs, layers = [], torch.nn.functional.linear
        plain = draws.noise

        def noise(x, row):
            inputs.append(plain(x, row) if sigma else x)
            return inputs[-1]

        def linear(x, weight, bias=None):
            name = next(
                (k for k, v in network.parameters.items() if v is weight), "representation")
            seen[name] = x
            return layers(x, weight, bias)

        draws.noise = noise
        try:
            torch.nn.functional.linear = linear
            network(list(rows), draws)
        finally:
            torch.nn.functional.linear = layers
        after = "layer.0.down.weight" if "unembedding" in seen else "decoder.1.weight"
        hidden = seen[after]
        hidden = hidden[:, -1] if hidden.ndim == 3 else hidden
        flat = [x.reshape(len(rows), -1).numpy() for x in inputs]
        return np.hstack(flat), hidden.numpy(), seen[self.last_layer()].numpy()

    def hidden(self):
        place = {tuple(pair): k for k, pair in enumerate(self.examples.sequences)}
        return self.inside([place[k, k] for k in range(self.p)])[1]

    def hidden_distance(self):
        return float(np.linalg.norm(np.diff(self.hidden(), axis=0), axis=1).mean())

    def hidden_distance_cyclic(self):
        h = self.hidden()
        return float(np.linalg.norm(np.roll(h, -1, axis=0) - h, axis=1).mean())

    def perturbed(self):
        plain = self.inside(self.sample)
        return plain, self.inside(self.sample, 0.1 * np.sqrt((plain[0] ** 2).mean()))

    def information(self, k, r):
        return self.entropy(k) + self.entropy(r) - self.entropy(k * r)

    def perturbed_entropy(self):
        return self.entropy(self.gram(self.perturbed()[1][2]))

    def perturbed_information(self):
        inputs, _, features = self.perturbed()[1]
        return self.information(self.gram(inputs), self.gram(features))

    def entropy_difference(self):
        plain, noisy = (self.entropy(self.gram(x[2])) for x in self.perturbed())
        return abs(noisy - plain)

    def information_difference(self):
        plain, noisy = (
            self.information(self.gram(x[0]), self.gram(x[2])) for x in self.perturbed())
        return abs(noisy - plain)

    def heads(self):
        labels = self.examples.labels[self.sample]
        features = self.inside(self.sample)[2]
        return self.gram(self.parameters[self.last_layer()][labels]), self.gram(features)

    def mutual_information_ratio(self):
        k, r = self.heads()
        return self.information(k, r) / min(self.entropy(k), self.entropy(r))

    def entropy_difference_ratio(self):
        entropies = [self.entropy(x) for x in self.heads()]
        return (max(entropies) - min(entropies)) / max(entropies)

    def features(self):
        """Rounded, so that what is equal in one precision is in the other."""
        return np.round(self.inside(self.sample)[2], 3)

    def o_information(self):
        features = self.features()
        order = Stream(self.seed, "measures").permutation(features.shape[1])
        kept = [features[:, k] for k in order if np.ptp(features[:, k]) > 0]
        size = min(10, len(kept))
        values = []
        for group in range(min(20, len(kept) // size)):
            part = kept[group * size : (group + 1) * size]
            scores = [
                scipy.stats.norm.ppf(scipy.stats.rankdata(x) / (len(x) + 1)) for x in part]
            c = 0.99 * np.corrcoef(scores) + 0.01 * np.eye(size)

            # Entropies of normal variables, from the definition.
            def entropy(places):
                block = c[np.ix_(places, places)]
                return np.log(np.linalg.det(2 * np.pi * np.e * block)) / 2

            everything = list(range(size))
            single = sum(
                entropy([j]) - entropy([k for k in everything if k != j]) for j in everything)
            values.append((size - 2) * entropy(everything) + single)
        return float(np.mean(values))

    def landscape(self, goal, rows):
        """Losses along a direction whose rows have the parameters' norms."""
        way = {}
        for key, value in self.parameters.items():
            value = np.float32(value).astype(float)
            norm = (lambda x: np.linalg.norm(x, axis=1, keepdims=True)) if value.ndim > 1 else abs
            direction = goal(key, value)
            way[key] = direction * norm(value) / norm(direction)
        targets = class_targets(self.cell["loss"], self.examples.classes, self.seed)
        loss = Loss(self.cell["loss"], self.cell["task"], self.examples, targets, torch.float64)
        values = []
        for quarter in range(-12, 13):
            moved = {
                k: np.float32(v).astype(float) + quarter / 4 * way[k]
                for k, v in self.parameters.items()}
            values.append(float(loss.data(self.network(moved)(list(rows)), list(rows))))
        return values

    def random_goal(self):
        stream = Stream(self.seed, "measures")
        noise = {
            k: np.reshape([stream.normal() for _ in range(v.size)], v.shape)
            for k, v in self.parameters.items()}
        return lambda key, value: noise[key]

    def start_goal(self):
        return lambda key, value: self.initial[key].astype(float) - value

    def landscape_random_train(self):
        return self.landscape(self.random_goal(), self.train)

    def landscape_random_validation(self):
        return self.landscape(self.random_goal(), self.validation)

    def landscape_start_train(self):
        return self.landscape(self.start_goal(), self.train)

    def landscape_start_validation(self):
        return self.landscape(self.start_goal(), self.validation)


def main():
    result = {"generator": "measures.py", "numpy": np.__version__, "cases": []}
    for seed, (name, case) in enumerate(CASES.items()):
        cell = Cell(name, seed)
        result["cases"].append(
            {
                "name": name, "cell": case["cell"], "seed": seed,
                "train": [int(k) for k in cell.train],
                "parameters": {k: v.ravel().tolist() for k, v in cell.parameters.items()},
                "outputs": cell.y.ravel().tolist(),
                "values": {m: np.ravel(getattr(cell, m)()).tolist() for m in case["measures"]},
                "features": cell.features().ravel().tolist(),
                "o_information": cell.o_information(),
                "inner": {m: np.ravel(getattr(cell, m)()).tolist() for m in case["inner"]},
            }
        )
    json.dump(result, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
