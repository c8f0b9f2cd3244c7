"""The cells in JAX: the whole training loop is one jitted scan, several seeds side by side if asked."""

import jax
import jax.numpy as jnp

from cells import HEADS, problem


def start(cell, steps, *, bare=False, seeds=1):
    """Compiles so many steps; the function returned trains on by them and returns their losses."""
    given = [problem(cell, seed) for seed in range(seeds)]
    shared = jax.tree.map(jnp.asarray, vars(given[0]) | {"parameters": None})
    run = training(cell, steps, bare, shared)
    if seeds == 1:
        parameters = jax.tree.map(jnp.asarray, given[0].parameters)
    else:
        parameters = jax.tree.map(lambda *each: jnp.stack(each), *[x.parameters for x in given])
        run = jax.vmap(run, (0, None))
    run = jax.jit(run, donate_argnums=0)
    state = (parameters, jax.tree.map(jnp.zeros_like, parameters),
             jax.tree.map(jnp.zeros_like, parameters))
    done = 0

    def advance():
        nonlocal state, done
        state, (losses, _) = jax.block_until_ready(run(state, done))
        done += steps
        return losses

    return advance


def training(cell, steps, bare, given):
    """The loop over steps as a function of parameters, moments and the first step's number."""
    x, y, order = given["inputs"], given["targets"], given["order"]
    seen, unseen = slice(cell.examples), slice(cell.examples, None)
    rate = cell.learning_rate

    def step(state, t):
        parameters, first, second = state
        rows = order[t % len(order)] if cell.batch else seen
        (value, out), gradients = jax.value_and_grad(loss, argnums=1, has_aux=True)(
            cell, parameters, x[rows], y[rows])
        accuracies = None
        if cell.model == "toy" and not bare:
            both = jnp.concatenate([out, outputs(cell, parameters, x[unseen])])
            right = nearest(both, given["templates"]) == given["labels"]
            accuracies = right[seen].mean(), right[unseen].mean()
        t = t + 1.0
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
        second = jax.tree.map(
            lambda v, g: cell.beta2 * v + (1 - cell.beta2) * g * g, second, gradients)

        def update(name):
            decay = 0.0 if name == "embedding" else cell.weight_decay
            direction = (first[name] / (1 - 0.9**t)) / (
                jnp.sqrt(second[name] / (1 - cell.beta2**t)) + 1e-8)
            return (1 - rate * decay) * parameters[name] - rate * direction

        return ({name: update(name) for name in parameters}, first, second), (value, accuracies)

    return lambda state, done: jax.lax.scan(step, state, done + jnp.arange(steps))


def loss(cell, p, x, y):
    out = outputs(cell, p, x)
    if cell.model == "transformer":
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(out), y[:, None], 1)), out
    return jnp.mean((out - y) ** 2), out


def nearest(out, templates):
    # |o - y|² without |o|², which no argmin depends on.
    return jnp.argmin(jnp.sum(templates**2, 1) - 2 * out @ templates.T, 1)


def outputs(cell, p, x):
    match cell.model:
        case "toy":
            return perceptron(p, p["embedding"][x].sum(1), jnp.tanh)
        case "mlp":
            return perceptron(p, x, jax.nn.relu)
        case "quadratic":
            return jnp.square(p["symbols"][x[:, 0]] + p["symbols"][x[:, 1]]) @ p["out"]
        case "transformer":
            return transformer(cell, p, x)


def perceptron(p, x, activation):
    for number in (1, 2):
        x = activation(linear(p, f"layer{number}", x))
    return linear(p, "layer3", x)


def transformer(cell, p, x):
    stream = p["tokens"][x] + p["positions"]
    for layer in range(cell.layers):
        within = norm(p, f"before{layer}", stream)
        k, v = (heads(linear(p, f"{name}{layer}", within)) for name in "kv")
        if layer < cell.layers - 1:
            q = heads(linear(p, f"q{layer}", within))
            read = jax.nn.dot_product_attention(q, k, v, is_causal=True)
        else:
            # Only the last position is read out.
            stream = stream[:, -1]
            q = heads(linear(p, f"q{layer}", within[:, -1]))[:, None]
            weights = jax.nn.softmax((q * k).sum(-1) / q.shape[-1] ** 0.5, 1)
            read = (weights[..., None] * v).sum(1)
        stream = stream + linear(p, f"o{layer}", read.reshape(stream.shape))
        within = norm(p, f"between{layer}", stream)
        hidden = jax.nn.relu(linear(p, f"up{layer}", within))
        stream = stream + linear(p, f"down{layer}", hidden)
    stream = norm(p, "after", stream)
    return stream @ (p["tokens"][: cell.modulus].T if cell.tied else p["out"])


def heads(x):
    return x.reshape(*x.shape[:-1], HEADS, -1)


def norm(p, name, x):
    if f"{name}.gain" not in p:
        return x
    x = x - x.mean(-1, keepdims=True)
    x = x * jax.lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + 1e-5)
    return x * p[f"{name}.gain"] + p[f"{name}.bias"]


def linear(p, name, x):
    # As one matrix: XLA takes a fifth longer over the gradient of the product with a batch of matrices.
    rows = x.reshape(-1, x.shape[-1]) @ p[name]
    if f"{name}.bias" in p:
        rows = rows + p[f"{name}.bias"]
    return rows.reshape(*x.shape[:-1], -1)
