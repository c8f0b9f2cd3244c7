"""Steps per second of the toy cell in grokmap, JAX and PyTorch, side by side on one core.

usage: peers.py GROKMAP_WORKER [--rounds N] [--steps N] [--bare]

Every figure is the median over the rounds; the programs take turns within a round. --bare spares the peers the per-step
accuracies that grokmap computes in any case.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

PEERS = ["jax", "torch"]
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def problem(seed=0):
    """Split, targets and initial parameters of Liu et al. 2022's toy cell, as NumPy arrays."""
    import numpy as np

    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(10)
    order = rng.permutation(55)
    first, second = first[order], second[order]
    templates = rng.normal(size=(19, 30)).astype("f4")

    def uniform(*shape, fan):
        return rng.uniform(-1, 1, shape).astype("f4") / fan**0.5

    parameters = {
        "E": rng.uniform(-0.5, 0.5, (10, 1)).astype("f4"),
        "W1": uniform(1, 200, fan=1), "b1": uniform(200, fan=1),
        "W2": uniform(200, 200, fan=200), "b2": uniform(200, fan=200),
        "W3": uniform(200, 30, fan=200), "b3": uniform(30, fan=200),
    }
    return first, second, first + second, templates, parameters


def run_jax(steps, bare):
    import jax
    import jax.numpy as jnp

    first, second, label, templates, parameters = problem()
    first, second, label = map(jnp.asarray, (first, second, label))
    templates = jnp.asarray(templates)
    targets = templates[label]
    rows = 45 if bare else 55

    def forward(p):
        hidden = jnp.tanh((p["E"][first[:rows]] + p["E"][second[:rows]]) @ p["W1"] + p["b1"])
        return jnp.tanh(hidden @ p["W2"] + p["b2"]) @ p["W3"] + p["b3"]

    def loss(p):
        out = forward(p)
        return jnp.mean((out[:45] - targets[:45]) ** 2), out

    def step(carry, t):
        p, m, v = carry
        (value, out), g = jax.value_and_grad(loss, has_aux=True)(p)
        if bare:
            seen = value
        else:
            # |o - y|² without |o|², which no argmin depends on.
            score = jnp.sum(templates**2, 1) - 2 * out @ templates.T
            right = jnp.argmin(score, 1) == label
            seen = (value, right[:45].mean(), right[45:].mean())
        t = t + 1.0
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)

        def update(key):
            decay = 0.0 if key == "E" else 1.0
            direction = (m[key] / (1 - 0.9**t)) / (jnp.sqrt(v[key] / (1 - 0.999**t)) + 1e-8)
            return p[key] * (1 - 1e-3 * decay) - 1e-3 * direction

        return ({key: update(key) for key in p}, m, v), seen

    @jax.jit
    def train(p):
        zero = jax.tree.map(jnp.zeros_like, p)
        return jax.lax.scan(step, (p, zero, zero), jnp.arange(steps, dtype=jnp.float32))

    p = jax.tree.map(jnp.asarray, parameters)
    jax.block_until_ready(train(p))
    start = time.perf_counter()
    jax.block_until_ready(train(p))
    return steps / (time.perf_counter() - start)


def run_torch(steps, bare):
    import torch

    torch.set_num_threads(1)
    first, second, label, templates, parameters = problem()
    first, second, label = (torch.as_tensor(x) for x in (first, second, label))
    templates = torch.as_tensor(templates)
    targets = templates[label]
    embedding = torch.nn.Parameter(torch.as_tensor(parameters["E"]))
    decoder = torch.nn.Sequential(
        torch.nn.Linear(1, 200), torch.nn.Tanh(), torch.nn.Linear(200, 200), torch.nn.Tanh(),
        torch.nn.Linear(200, 30))
    with torch.no_grad():
        for layer, number in ((0, 1), (2, 2), (4, 3)):
            decoder[layer].weight.copy_(torch.as_tensor(parameters[f"W{number}"].T))
            decoder[layer].bias.copy_(torch.as_tensor(parameters[f"b{number}"]))
    optimizers = [
        torch.optim.AdamW([embedding], lr=1e-3, weight_decay=0.0, fused=True),
        torch.optim.AdamW(decoder.parameters(), lr=1e-3, weight_decay=1.0, fused=True),
    ]
    rows = 45 if bare else 55

    def step():
        out = decoder(embedding[first[:rows]] + embedding[second[:rows]])
        loss = ((out[:45] - targets[:45]) ** 2).mean()
        if not bare:
            with torch.no_grad():
                right = torch.cdist(out, templates).argmin(1) == label
                right[:45].float().mean(), right[45:].float().mean()
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()

    for _ in range(50):
        step()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    return steps / (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("worker")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        steps = arguments.steps if arguments.peer == "jax" else arguments.steps // 5
        print({"jax": run_jax, "torch": run_torch}[arguments.peer](steps, arguments.bare))
        return
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"} | ENVIRONMENT
    rates = {name: [] for name in ["grokmap"] + PEERS}
    bench = None
    for _ in range(arguments.rounds):
        out = subprocess.run(
            [arguments.worker, "bench", "--cell", "toy", "--seconds", "3", "--format", "json",
             "--blas-core", "auto"],
            env=environment, capture_output=True, text=True, check=True).stdout
        bench = json.loads(out)
        rates["grokmap"].append(bench["steps_per_second"])
        for peer in PEERS:
            command = [sys.executable, __file__, arguments.worker, "--peer", peer,
                       "--steps", str(arguments.steps)] + ["--bare"] * arguments.bare
            out = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True).stdout
            rates[peer].append(float(out))
    median = {name: statistics.median(values) for name, values in rates.items()}
    print(f"toy cell, one core (CPU {core}), median of {arguments.rounds} rounds, "
          f"OpenBLAS core {bench['blas_core']}, sgemm {bench['sgemm_gflops']:.0f} GFLOP/s")
    print(f"{'program':10}{'steps/s':>10}{'grokmap is':>14}")
    for name, rate in median.items():
        print(f"{name:10}{rate:10.0f}{median['grokmap'] / rate:13.2f}x")


if __name__ == "__main__":
    main()
