"""The cells in PyTorch: eagerly with fused AdamW, or the whole step as one compiled function."""

import math

import torch
import torch.nn.functional as F

from cells import HEADS, WIDTH, problem

TABLES = {"embedding", "symbols", "tokens", "positions"}


def start(cell, steps, *, bare=False, compiled=False):
    """Prepares training; the function returned trains on by so many steps and returns their losses."""
    torch.set_num_threads(1)
    given = problem(cell)
    parameters = {
        # As nn.Linear has them: (outputs, inputs).
        name: torch.tensor(x if name in TABLES or x.ndim == 1 else x.T)
        for name, x in given.parameters.items()
    }
    data = {
        name: torch.as_tensor(x)
        for name, x in vars(given).items() if name != "parameters" and x is not None
    }
    train = (compiled_step if compiled else eager_step)(cell, bare, parameters, data)
    done = 0

    def advance():
        nonlocal done
        losses = []
        for done in range(done + 1, done + steps + 1):
            rows = slice(cell.examples)
            if cell.batch:
                rows = data["order"][(done - 1) % len(data["order"])]
            losses.append(train(data["inputs"][rows], data["targets"][rows]))
        return torch.stack(losses)

    return advance


def eager_step(cell, bare, parameters, data):
    for weight in parameters.values():
        weight.requires_grad_()
    kept = [x for name, x in parameters.items() if name == "embedding"]
    decayed = [x for name, x in parameters.items() if name != "embedding"]
    groups = [{"params": decayed, "weight_decay": cell.weight_decay}]
    if kept:
        groups.append({"params": kept, "weight_decay": 0.0})
    optimizer = torch.optim.AdamW(
        groups, lr=cell.learning_rate, betas=(0.9, cell.beta2), fused=True)

    def train(x, y):
        value, out = loss(cell, parameters, x, y, attend_by_products)
        if cell.model == "toy" and not bare:
            with torch.no_grad():
                accuracies(cell, parameters, data, out)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        return value.detach()

    return train


def compiled_step(cell, bare, parameters, data):
    differentiate = torch.func.grad_and_value(loss, argnums=1, has_aux=True)
    rate = cell.learning_rate
    # Else what was compiled for another cell counts as an earlier try at this one.
    torch.compiler.reset()

    @torch.compile
    def step(p, first, second, t, x, y):
        gradients, (value, out) = differentiate(cell, p, x, y, attend_by_sums)
        seen = None
        if cell.model == "toy" and not bare:
            seen = accuracies(cell, p, data, out)
        t = t + 1
        first = {name: 0.9 * m + 0.1 * gradients[name] for name, m in first.items()}
        second = {
            name: cell.beta2 * v + (1 - cell.beta2) * gradients[name].square()
            for name, v in second.items()
        }

        def update(name):
            decay = 0.0 if name == "embedding" else cell.weight_decay
            direction = (first[name] / (1 - 0.9**t)) / (
                (second[name] / (1 - cell.beta2**t)).sqrt() + 1e-8)
            return (1 - rate * decay) * p[name] - rate * direction

        return ({name: update(name) for name in p}, first, second, t), value, seen

    # Moments of their own, not one dictionary twice: what is the same tensor is compiled as such.
    moments = [{name: torch.zeros_like(x) for name, x in parameters.items()} for _ in range(2)]
    state = parameters, *moments, torch.zeros(())

    @torch.no_grad()
    def train(x, y):
        nonlocal state
        state, value, _ = step(*state, x, y)
        return value

    return train


def loss(cell, p, x, y, attend):
    out = outputs(cell, p, x, attend)
    measured = F.cross_entropy if cell.model == "transformer" else F.mse_loss
    return measured(out, y), out


def accuracies(cell, p, data, out):
    """Of the toy: on what is trained, whose outputs are given, and on the other pairs."""
    other = outputs(cell, p, data["inputs"][cell.examples :], None)
    templates = data["templates"]
    # |o - y|² without |o|², which no argmin depends on.
    score = templates.square().sum(1) - 2 * torch.cat([out, other]) @ templates.T
    right = (score.argmin(1) == data["labels"]).float()
    return right[: cell.examples].mean(), right[cell.examples :].mean()


def outputs(cell, p, x, attend):
    match cell.model:
        case "toy":
            return perceptron(p, F.embedding(x, p["embedding"]).sum(1), torch.tanh)
        case "mlp":
            return perceptron(p, x, F.relu)
        case "quadratic":
            summed = F.embedding(x[:, 0], p["symbols"]) + F.embedding(x[:, 1], p["symbols"])
            return linear(p, "out", summed.square())
        case "transformer":
            return transformer(cell, p, x, attend)


def perceptron(p, x, activation):
    for number in (1, 2):
        x = activation(linear(p, f"layer{number}", x))
    return linear(p, "layer3", x)


def transformer(cell, p, x, attend):
    stream = F.embedding(x, p["tokens"]) + p["positions"]
    for layer in range(cell.layers):
        within = norm(p, f"before{layer}", stream)
        k, v = (heads(linear(p, f"{name}{layer}", within)) for name in "kv")
        if layer < cell.layers - 1:
            read = attend(heads(linear(p, f"q{layer}", within)), k, v)
        else:
            # Only the last position is read out.
            stream = stream[:, -1]
            q = heads(linear(p, f"q{layer}", within[:, -1]))[:, None]
            weights = torch.softmax((q * k).sum(-1) / q.shape[-1] ** 0.5, 1)
            read = (weights[..., None] * v).sum(1)
        stream = stream + linear(p, f"o{layer}", read.reshape(stream.shape))
        within = norm(p, f"between{layer}", stream)
        hidden = F.relu(linear(p, f"up{layer}", within))
        stream = stream + linear(p, f"down{layer}", hidden)
    stream = norm(p, "after", stream)
    return F.linear(stream, p["tokens"][: cell.modulus]) if cell.tied else linear(p, "out", stream)


# Four positions are too few for scaled_dot_product_attention to pay, eagerly or compiled.


def attend_by_products(q, k, v):
    """Causal attention as batched matrix products: the fastest eagerly."""
    scores = torch.einsum("nqhd,nkhd->nhqk", q, k) / q.shape[-1] ** 0.5
    weights = torch.softmax(scores.masked_fill(later(q), -math.inf), -1)
    return torch.einsum("nhqk,nkhd->nqhd", weights, v)


def attend_by_sums(q, k, v):
    """Causal attention as sums over products of elements: the fastest compiled, which fuses them."""
    scores = (q[:, :, None] * k[:, None]).sum(-1) / q.shape[-1] ** 0.5
    weights = torch.softmax(scores.masked_fill(later(q)[..., None], -math.inf), 2)
    return (weights[..., None] * v[:, None]).sum(2)


def later(q):
    """Which positions (columns) come after which (rows)."""
    return torch.ones(q.shape[1], q.shape[1], dtype=torch.bool).triu(1)


def heads(x):
    return x.unflatten(-1, (HEADS, -1))


def norm(p, name, x):
    if f"{name}.gain" not in p:
        return x
    return F.layer_norm(x, (WIDTH,), p[f"{name}.gain"], p[f"{name}.bias"])


def linear(p, name, x):
    return F.linear(x, p[name], p.get(f"{name}.bias"))
