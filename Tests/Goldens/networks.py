"""Models and losses in PyTorch, as functions of named parameters."""

import math

import torch
import torch.nn.functional as F

from draws import Evaluation

ACTIVATIONS = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
    "quadratic": torch.square,
}


class Network:
    """A configured model; `__call__` gives the outputs of some examples, one row each."""

    def __init__(self, model, parameters, examples, dtype):
        self.model, self.parameters, self.symbols = model, parameters, examples.symbols
        self.operands, self.operations = examples.operands, examples.operations
        if examples.sequences is not None:
            self.sequences = torch.tensor(examples.sequences)
        if examples.features is not None:
            self.features = torch.tensor(examples.features, dtype=dtype)
        self.side, self.channels = getattr(examples, "side", 0), getattr(examples, "channels", 0)
        # Of each batch normalisation: running mean and variance.
        self.running, self.training = {}, False
        self.forward = getattr(self, model["kind"].replace("-", "_"))
        self.draws = Evaluation()

    def __call__(self, rows, draws=None):
        self.draws = draws or Evaluation()
        return self.forward(rows)

    def embedded(self, rows, place):
        first = self.symbols if place == self.operands else 0
        return self.parameters["representation"][first + self.sequences[rows, place]]

    def pair_decoder(self, rows):
        width = self.model["embedding"]
        a = self.draws.noise(self.embedded(rows, 0), lambda feature: feature)
        b = self.draws.noise(self.embedded(rows, 1), lambda feature: width + feature)
        if self.model.get("combination", "sum") == "sum":
            return self.layers(a + b)
        side = math.isqrt(self.model["embedding"])
        product = torch.bmm(a.view(-1, side, side), b.view(-1, side, side))
        return self.layers(product.reshape(len(rows), -1))

    def mlp(self, rows):
        if self.model["input"] == "numbers":
            x = self.features[rows]
        elif self.model["input"] == "embedding":
            places = range(self.sequences.shape[1])
            x = torch.cat([self.embedded(rows, place) for place in places], dim=1)
        else:
            dtype = self.parameters["decoder.0.weight"].dtype
            operands = self.sequences[rows][:, : self.operands]
            x = F.one_hot(operands, self.symbols).reshape(len(rows), -1)
            if self.operations > 1:
                number = F.one_hot(self.sequences[rows, self.operands], self.operations)
                x = torch.cat([x, number], dim=1)
            x = x.to(dtype)
        return self.layers(self.draws.noise(x, lambda feature: feature))

    def layers(self, x):
        count = sum(name.endswith(".weight") for name in self.parameters)
        for layer in range(count):
            weight = self.parameters[f"decoder.{layer}.weight"]
            x = F.linear(x, weight, self.parameters.get(f"decoder.{layer}.bias"))
            if layer < count - 1:
                x = ACTIVATIONS[self.model["activation"]](x)
                x = self.draws.dropout(x, self.model.get("dropout", 0), layer, lambda f: f)
        return x

    def residual_network(self, rows):
        x = self.draws.noise(self.features[rows], lambda feature: feature)
        x = x.view(-1, self.side, self.side, self.channels).permute(0, 3, 1, 2)
        stem = self.model.get("stem", {})
        x = F.relu(self.convolution(x, "stem", stem.get("stride", 1)))
        if stem.get("pool", False):
            x = F.max_pool2d(x, 3, 2, 1)
        for stage, blocks in enumerate(self.model["blocks"]):
            for block in range(blocks):
                name, stride = f"stage.{stage}.{block}", 2 if stage > 0 and block == 0 else 1
                hidden = F.relu(self.convolution(x, f"{name}.first", stride))
                added = self.convolution(hidden, f"{name}.second", 1)
                if f"{name}.shortcut.weight" in self.parameters:
                    x = self.convolution(x, f"{name}.shortcut", stride)
                x = F.relu(added + x)
        mean = x.mean(dim=(2, 3))
        return F.linear(mean, self.parameters["head.weight"], self.parameters["head.bias"])

    def convolution(self, x, name, stride):
        """A convolution with its normalisation; weights lie as channels x (rows, columns, channels)."""
        weight, gain, bias = (self.parameters[f"{name}.{kind}"] for kind in ("weight", "gain", "bias"))
        kernel = math.isqrt(weight.shape[1] // x.shape[1])
        weight = weight.view(-1, kernel, kernel, x.shape[1]).permute(0, 3, 1, 2)
        x = F.conv2d(x, weight, stride=stride, padding=kernel // 2)
        if self.model.get("normalisation", "batch") == "group":
            return F.group_norm(x, self.model["groups"], gain, bias)
        if name not in self.running:
            self.running[name] = torch.zeros_like(gain.detach()), torch.ones_like(gain.detach())
        return F.batch_norm(x, *self.running[name], gain, bias, self.training)

    def transformer(self, rows):
        model, parameters = self.model, self.parameters
        x = parameters["representation"][self.tokens(rows)] + self.positions()
        x = self.draws.noise(x, lambda position, feature: feature + position * model["width"])
        for layer in range(model["layers"]):
            x = self.residual(x, layer, "norm1", self.attention)
            x = self.residual(x, layer, "norm2", self.feed_forward)
        if model["normalisation"] == "pre":
            x = self.norm(x, "norm")
        read = x[:, -1] if model["read_out"] == "last" else x.reshape(len(rows), -1)
        if model["unembedding"] == "tied":
            return F.linear(read, parameters["representation"][: self.symbols])
        return F.linear(read, parameters["unembedding"])

    def positions(self):
        kind = self.model.get("positions", "learnt")
        if kind == "learnt":
            return self.parameters["positions"]
        width, count = self.model["width"], self.tokens([0]).shape[1]
        angles = angles_of(count, width)
        table = torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(count, -1)[:, :width]
        # As the initial parameters, constants are of single precision whatever the training's.
        table = table.to(torch.float32).to(self.parameters["representation"].dtype)
        return table if kind == "sinusoidal" else 0 * table

    def tokens(self, rows):
        sequence = self.sequences[rows].T
        separate = self.model["separate_tokens"]
        operator = self.symbols * (self.operands if separate else 1)
        equals = operator + self.operations * self.model["operator_token"]
        columns = []
        for place in range(self.operands):
            if place > 0 and self.model["operator_token"]:
                several = self.operations > 1
                columns.append(operator + (sequence[-1] if several else 0 * sequence[0]))
            columns.append(sequence[place] + place * self.symbols * separate)
        if self.model["equals_token"]:
            columns.append(torch.full_like(columns[0], equals))
        return torch.stack(columns, dim=1)

    def norm(self, x, name):
        gain, bias = self.parameters[f"{name}.gain"], self.parameters[f"{name}.bias"]
        return F.layer_norm(x, x.shape[-1:], gain, bias)

    def drop(self, x, kind, site):
        """Dropout of positions x features, positions counted from the last one."""
        positions, features = x.shape[1:]
        probability = self.model.get("dropout", {}).get(kind, 0)
        row = lambda position, feature: feature + (positions - 1 - position) * features
        return self.draws.dropout(x, probability, site, row)

    def residual(self, x, number, norm, part):
        layer = f"layer.{number}"
        site = 4 * number + {"norm1": 0, "norm2": 3}[norm]
        block = lambda x, layer: self.drop(part(x, number), "residual", site)
        if self.model["normalisation"] == "pre":
            return x + block(self.norm(x, f"{layer}.{norm}"), layer)
        y = x + block(x, layer)
        return self.norm(y, f"{layer}.{norm}") if self.model["normalisation"] == "post" else y

    def attention(self, x, number):
        layer = f"layer.{number}"
        batch, positions, width = x.shape
        heads = self.model["heads"]

        def part(name):
            y = F.linear(x, self.parameters[f"{layer}.{name}"])
            return y.view(batch, positions, heads, width // heads).transpose(1, 2)

        query, key, value = part("query"), part("key"), part("value")
        if self.model.get("positions") == "rotary":
            query, key = rotated(query), rotated(key)
        probability = self.model.get("dropout", {}).get("attention", 0)
        if probability == 0:
            y = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            scores = query @ key.transpose(2, 3) / math.sqrt(width // heads)
            later = torch.ones(positions, positions, dtype=torch.bool).triu(1)
            weights = scores.masked_fill(later, -math.inf).softmax(dim=-1)
            row = lambda head, asking, source: (asking * heads + head) * positions + source
            y = self.draws.dropout(weights, probability, 4 * number + 1, row) @ value
        y = y.transpose(1, 2).reshape(batch, positions, width)
        return F.linear(y, self.parameters[f"{layer}.output"])

    def feed_forward(self, x, number):
        layer = f"layer.{number}"
        up = [self.parameters[f"{layer}.up.{kind}"] for kind in ("weight", "bias")]
        down = [self.parameters[f"{layer}.down.{kind}"] for kind in ("weight", "bias")]
        hidden = ACTIVATIONS[self.model["activation"]](F.linear(x, *up))
        return F.linear(self.drop(hidden, "decoder", 4 * number + 2), *down)


def angles_of(positions, width):
    frequencies = 10000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    return torch.arange(positions, dtype=torch.float64)[:, None] * frequencies


def rotated(x):
    """Pairs of features as complex numbers, turned by the position's angles (Su et al. 2021)."""
    angles = angles_of(x.shape[2], x.shape[3])
    turn = torch.polar(torch.ones_like(angles), angles)
    turn = turn.to(torch.complex64 if x.dtype == torch.float32 else torch.complex128)
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(pairs * turn).reshape(x.shape)


class Loss:
    """A configured loss; `data` is what curves show, `objective` what is minimised."""

    def __init__(self, loss, task, examples, targets, dtype):
        self.loss, self.task, self.sequences = loss, task, examples.sequences
        self.labels = None if examples.labels is None else torch.tensor(examples.labels)
        self.targets = None if targets is None else torch.tensor(targets, dtype=dtype)
        if examples.values is not None:
            self.values = torch.tensor(examples.values, dtype=dtype)

    def data(self, y, rows):
        if self.loss["kind"] == "cross-entropy":
            smoothing = self.loss.get("label_smoothing", 0)
            return F.cross_entropy(y, self.labels[rows], label_smoothing=smoothing)
        if self.loss["kind"] == "stablemax":
            return stable_max(y, self.labels[rows])
        return F.mse_loss(y, self.expected(rows))

    def expected(self, rows):
        if self.loss["targets"] == "values":
            return self.values[rows]
        return self.targets[self.labels[rows]]

    def objective(self, network, rows, draws):
        """The loss with its penalties, and the outputs that it was computed from.

        `draws` gives the training pass for a range of places; mirrors stand behind the batch.
        """
        y = network(rows, draws(range(len(rows))))
        total = self.data(y, rows)
        if self.loss.get("commutativity", 0) > 0:
            where = {tuple(symbols): place for place, symbols in enumerate(self.sequences)}
            exchange = lambda a, b, *operation: (b, a, *operation)
            mirrors = [where[exchange(*self.sequences[row])] for row in rows]
            exchanged = network(mirrors, draws(range(len(rows), 2 * len(rows))))
            total = total + self.loss["commutativity"] * F.mse_loss(y, exchanged)
        if self.loss.get("embedding_l1", 0) > 0:
            magnitude = network.parameters["representation"].abs().mean()
            total = total + self.loss["embedding_l1"] * magnitude
        return total, y

    def accuracy(self, y, rows):
        if self.loss.get("targets") == "values":
            error = ((y - self.values[rows]) ** 2).mean(dim=1)
            right = error < self.task["tolerance"]
        elif self.loss.get("targets") == "gaussian":
            guess = ((y[:, None, :] - self.targets[None]) ** 2).sum(-1).argmin(dim=1)
            right = guess == self.labels[rows]
        else:
            right = y.argmax(dim=1) == self.labels[rows]
        return right.to(torch.float64).mean().item()


def stable_max(y, labels):
    """Cross-entropy over s(y) = y + 1 where y >= 0, 1/(1 - y) elsewhere, in float64 (Prieto et al. 2025)."""
    y = y.to(torch.float64)
    # The unused branch is kept away from its pole, so that its gradient is not a number times 0.
    shares = torch.where(y >= 0, y + 1, 1 / (1 - y.clamp(max=0)))
    picked = shares.gather(1, labels[:, None]).squeeze(1)
    return -(picked / shares.sum(dim=1)).log().mean()
