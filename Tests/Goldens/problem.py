"""What a cell's seed fixes before training: examples, split, targets and initial parameters."""

import itertools
import math

import numpy as np

from streams import Stream


def floats(values, shape):
    """Initial values are single precision whatever the training's precision."""
    return np.array(values, dtype=np.float64).astype(np.float32).reshape(shape)


class Examples:
    """All examples of a task: rows of symbols or of numbers, with classes or numbers to predict.

    A row of symbols holds the operands, and behind them the operation's number where there are several.
    """

    def __init__(self, task, seed, numbers=False):
        self.sequences = self.features = self.labels = self.values = self.tiles = None
        self.symbols = self.classes = 0
        self.operands, self.operations, self.numbers = 2, 1, numbers
        getattr(self, task["kind"].replace("-", "_"))(task, seed)
        self.count = len(self.values if self.labels is None else self.labels)

    def addition(self, task, seed):
        self.symbols = task["symbols"]
        self.classes = 2 * self.symbols - 1
        self.label(lambda x, y: x + y, ordered=False)

    def modular(self, task, seed):
        p = self.symbols = self.classes = task["modulus"]
        known = {
            "x+y": lambda x, y: (x + y) % p,
            "x-y": lambda x, y: (x - y) % p,
            "x*y": lambda x, y: (x * y) % p,
            "x^2+y^2": lambda x, y: (x * x + y * y) % p,
            "x^5-2xy^3+1": lambda x, y: (x**5 - 2 * x * y**3 + 1) % p,
        }
        ordered = task.get("pairs", "ordered") == "ordered"
        if "operations" not in task:
            return self.label(known[task.get("operation", "x+y")], ordered)
        parts = []
        for number, operation in enumerate(task["operations"]):
            self.label(known[operation], ordered)
            numbers = np.full((len(self.labels), 1), number)
            parts.append((np.hstack([self.sequences, numbers]), self.labels))
        self.operations = len(parts)
        self.sequences, self.labels = map(np.concatenate, zip(*parts))

    def permutation(self, task, seed):
        elements = list(itertools.permutations(range(task["degree"])))
        self.symbols = self.classes = len(elements)
        number = {element: place for place, element in enumerate(elements)}

        def product(x, y):
            return number[tuple(elements[y][k] for k in elements[x])]

        self.label(product, ordered=True)

    def table(self, task, seed):
        table = task["table"]
        self.symbols, self.classes = len(table), 1 + max(map(max, table))
        self.label(lambda x, y: table[x][y], ordered=task.get("pairs", "ordered") == "ordered")

    def modular_sum(self, task, seed):
        p = self.classes = task["modulus"]
        rows = np.array(list(itertools.product(range(p), repeat=task["terms"])))
        self.labels = rows.sum(axis=1) % p
        if self.numbers:
            self.features = np.eye(p, dtype=np.float32)[rows].reshape(len(rows), -1)
        else:
            self.sequences, self.symbols, self.operands = rows, p, task["terms"]

    def parity(self, task, seed):
        stream = Stream(seed, "examples")
        shape = (task["samples"], task["relevant"] + task["irrelevant"])
        bits = [stream.below(2) for _ in range(math.prod(shape))]
        self.features = floats([2 * bit - 1 for bit in bits], shape)
        self.labels = (self.features[:, : task["relevant"]] < 0).sum(axis=1) % 2
        self.classes = 2

    def teacher(self, task, seed):
        stream = Stream(seed, "examples")
        shape = (task["samples"], task["inputs"])
        self.features = floats([stream.normal() for _ in range(math.prod(shape))], shape)
        stream = Stream(seed, "teacher")
        rows = self.features.astype(np.float64)
        widths = [task["inputs"]] + task["hidden"] + [task["outputs"]]
        for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
            bound = 1 / math.sqrt(fan_in)
            weights = [stream.uniform(-bound, bound) for _ in range(fan_out * fan_in)]
            biases = [stream.uniform(-bound, bound) for _ in range(fan_out)]
            rows = rows @ np.reshape(weights, (fan_out, fan_in)).T + biases
            rows = np.tanh(rows) if layer < len(task["hidden"]) else rows
        rows = task.get("scale", 1) * rows + task.get("offset", 0)
        self.values = rows.astype(np.float32)

    def polygons(self, task, seed):
        shapes, tiles, tile = task["shapes"], task["tiles"], task["tile"]
        rows = list(itertools.product(range(len(shapes)), repeat=tiles * tiles))
        pictures = np.array([polygon(sides, tile) for sides in shapes]).reshape(-1, tile, tile, 1)
        if task["colours"] == "rgb":
            mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
            pictures = (pictures - np.array(mean)) / np.array(deviation)
        pictures = pictures.astype(np.float32)
        self.tiles = pictures.reshape(len(shapes), -1)
        channels = pictures.shape[-1]
        # Examples, tiles down, tiles across, pixels down, pixels across, channels.
        chosen = pictures[np.array(rows)].reshape(-1, tiles, tiles, tile, tile, channels)
        self.features = chosen.transpose(0, 1, 3, 2, 4, 5).reshape(len(rows), -1)
        self.side, self.channels = tiles * tile, channels
        self.labels = np.array([sum(shapes[k] for k in row) for row in rows])
        self.classes = task.get("classes", tiles * tiles * max(shapes) + 1)

    def label(self, operation, ordered):
        symbols = range(self.symbols)
        pairs = [(x, y) for x in symbols for y in symbols if ordered or x <= y]
        self.sequences = np.array(pairs)
        self.labels = np.array([operation(x, y) for x, y in pairs])


def polygon(sides, side):
    """Brightness of a regular polygon with spokes, black lines on white, in 254ths."""
    centre, radius, half = side / 2, 46 / 112 * side, max(1, side / 56) / 2
    angles = [2 * math.pi * k / sides for k in range(sides)] if sides >= 3 else []
    corners = [(centre + radius * math.sin(a), centre - radius * math.cos(a)) for a in angles]
    lines = [(corner, corners[(k + 1) % sides]) for k, corner in enumerate(corners)]
    lines += [((centre, centre), corner) for corner in corners]

    def distance(x, y, line):
        (x0, y0), (x1, y1) = line
        dx, dy = x1 - x0, y1 - y0
        place = max(0, min(1, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)))
        return math.hypot(x - x0 - place * dx, y - y0 - place * dy)

    def brightness(x, y):
        nearest = min((distance(x, y, line) for line in lines), default=math.inf)
        return math.floor(254 * (1 - max(0, min(1, half + 0.5 - nearest))) + 0.5) / 254

    # Single precision, whatever becomes of it.
    return np.float32([brightness(k % side + 0.5, k // side + 0.5) for k in range(side * side)])


def split(cell, examples, seed):
    """Ascending numbers of the examples trained on and validated on."""
    n_train = int(math.floor(cell["train_fraction"] * examples.count + 0.5))
    order = Stream(seed, "split").permutation(examples.count)
    return sorted(order[:n_train]), sorted(order[n_train:])


def blur(cell, examples, train, seed):
    """Normal noise on the numbers of training examples."""
    deviation = cell.get("split", {}).get("label_noise", 0)
    if deviation == 0:
        return
    stream = Stream(seed, "corruption")
    for example in train:
        for place in range(examples.values.shape[1]):
            noisy = np.float64(examples.values[example, place]) + deviation * stream.normal()
            examples.values[example, place] = np.float32(noisy)


def class_targets(loss, classes, seed):
    """Targets of a squared error per class; None where there are none."""
    if loss["kind"] != "mse" or loss["targets"] == "values":
        return None
    if loss["targets"] == "one-hot":
        return np.eye(classes, dtype=np.float32)
    stream = Stream(seed, "targets")
    shape = (classes, loss["outputs"])
    return floats([stream.normal() for _ in range(shape[0] * shape[1])], shape)


class Initial:
    """The initial parameters of a model by name, each with the group whose optimiser settings it takes."""

    def __init__(self, model, examples, outputs, seed):
        self.values, self.groups = {}, {}
        self.symbols, self.operands = examples.symbols, examples.operands
        # Operations that are told apart.
        self.operations = examples.operations
        self.further = examples.operations if examples.operations > 1 else 0
        self.features = 0 if examples.features is None else examples.features.shape[1]
        self.channels = getattr(examples, "channels", 0)
        self.representation = Stream(seed, "representation")
        self.decoder = Stream(seed, "decoder")
        getattr(self, model["kind"].replace("-", "_"))(model, outputs)

    def add(self, name, shape, draw, group="decoder"):
        self.values[name] = floats([draw() for _ in range(math.prod(shape))], shape)
        self.groups[name] = group

    def pair_decoder(self, model, outputs):
        half = model.get("embedding_scale", 1) / 2
        shape = (self.symbols, model["embedding"])
        draw = lambda: self.representation.uniform(-half, half)
        self.add("representation", shape, draw, "representation")
        widths = [model["embedding"]] + model["hidden"] + [outputs]
        self.layers(widths, "uniform", True, model.get("decoder_scale", 1))

    def mlp(self, model, outputs):
        scale = model.get("scale", 1)
        how = model.get("initialisation", "uniform")
        if how == "analytic":
            return self.analytic(model["hidden"][0], scale)
        inputs = self.operands * self.symbols + self.further or self.features
        if model["input"] == "embedding":
            shape = (self.symbols + self.further, model["embedding"])
            draw = lambda: scale * self.representation.normal()
            self.add("representation", shape, draw, "representation")
            inputs = (self.operands + (self.further > 0)) * model["embedding"]
        self.layers([inputs] + model["hidden"] + [outputs], how, model["bias"], scale)

    def layers(self, widths, how, bias, scale):
        for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
            bound = 1 / math.sqrt(fan_in)
            wide = math.sqrt(6 / fan_in)
            uniform = lambda: scale * self.decoder.uniform(-bound, bound)
            weight, start = {
                "uniform": (uniform, uniform),
                "kaiming": (lambda: scale * self.decoder.uniform(-wide, wide), uniform),
                "normal": (lambda: scale * bound * self.decoder.normal(), lambda: 0),
            }[how]
            group = "last_layer" if layer == len(widths) - 2 else "decoder"
            self.add(f"decoder.{layer}.weight", (fan_out, fan_in), weight, group)
            if bias:
                self.add(f"decoder.{layer}.bias", (fan_out,), start, group)

    def analytic(self, neurons, scale):
        p = self.symbols
        size = scale * math.cbrt(2 / neurons)
        incoming, outgoing = np.zeros((neurons, 2 * p)), np.zeros((p, neurons))
        for k in range(neurons):
            first = self.decoder.uniform(-math.pi, math.pi)
            second = self.decoder.uniform(-math.pi, math.pi)
            step = 2 * math.pi * (1 + k % max(1, (p - 1) // 2)) / p
            for symbol in range(p):
                incoming[k, symbol] = size * math.cos(step * symbol + first)
                incoming[k, p + symbol] = size * math.cos(step * symbol + second)
                outgoing[symbol, k] = size * math.cos(step * symbol + first + second)
        for layer, (value, group) in enumerate(((incoming, "decoder"), (outgoing, "last_layer"))):
            self.values[f"decoder.{layer}.weight"] = floats(value, value.shape)
            self.groups[f"decoder.{layer}.weight"] = group

    def residual_network(self, model, outputs):
        scale, channels = model.get("scale", 1), model["channels"]
        stem = model.get("stem", {})

        def convolution(name, kernel, entering, leaving):
            deviation = math.sqrt(2 / (kernel * kernel * leaving))
            draw = lambda: scale * deviation * self.decoder.normal()
            self.add(f"{name}.weight", (leaving, kernel * kernel * entering), draw)
            self.add(f"{name}.gain", (leaving,), lambda: 1)
            self.add(f"{name}.bias", (leaving,), lambda: 0)

        convolution("stem", stem.get("kernel", 3), self.channels, channels[0])
        entering = channels[0]
        for stage, (leaving, blocks) in enumerate(zip(channels, model["blocks"])):
            for block in range(blocks):
                name = f"stage.{stage}.{block}"
                convolution(f"{name}.first", 3, entering, leaving)
                convolution(f"{name}.second", 3, leaving, leaving)
                if entering != leaving or stage > 0 and block == 0:
                    convolution(f"{name}.shortcut", 1, entering, leaving)
                entering = leaving
        bound = 1 / math.sqrt(entering)
        draw = lambda: scale * self.decoder.uniform(-bound, bound)
        self.add("head.weight", (outputs, entering), draw, "last_layer")
        self.add("head.bias", (outputs,), draw, "last_layer")

    def transformer(self, model, outputs):
        width, hidden = model["width"], model["hidden"]
        spread = model.get("scale", 1) / math.sqrt(width)
        operators = model["operator_token"] * self.operations
        alphabets = self.operands if model["separate_tokens"] else 1
        tokens = self.symbols * alphabets + operators + model["equals_token"]
        between = model["operator_token"] * (self.operands - 1)
        positions = self.operands + between + model["equals_token"]
        embedding = lambda: spread * self.representation.normal()
        decoder_spread = model.get("decoder_scale", 1) * spread
        matrix = lambda: decoder_spread * self.decoder.normal()
        self.add("representation", (tokens, width), embedding, "representation")
        if model.get("positions", "learnt") == "learnt":
            self.add("positions", (positions, width), embedding, "representation")

        def norm(name):
            self.add(f"{name}.gain", (width,), lambda: 1)
            self.add(f"{name}.bias", (width,), lambda: 0)

        for layer in range(model["layers"]):
            name = f"layer.{layer}"
            if model["normalisation"] != "none":
                norm(f"{name}.norm1")
            for part in ("query", "key", "value", "output"):
                self.add(f"{name}.{part}", (width, width), matrix)
            if model["normalisation"] != "none":
                norm(f"{name}.norm2")
            self.add(f"{name}.up.weight", (hidden, width), matrix)
            self.add(f"{name}.up.bias", (hidden,), lambda: 0)
            self.add(f"{name}.down.weight", (width, hidden), matrix)
            self.add(f"{name}.down.bias", (width,), lambda: 0)
        if model["normalisation"] == "pre":
            norm("norm")
        if model["unembedding"] == "free":
            read = width * (positions if model["read_out"] == "all" else 1)
            self.add("unembedding", (outputs, read), matrix, "last_layer")
