"""Steps per second of grokmap, JAX and PyTorch in the same cells, side by side on one core.

Every figure is the median over the rounds; within a round the programs take turns. jax-vmap trains N seeds side by side
and counts the steps of all. --bare spares the peers the per-step accuracies that grokmap computes in the toy cell in
any case. --check measures nothing: it compares the peers' losses over the first steps with one another.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from importlib.metadata import version

from cells import CELLS

ENVIRONMENT = {  # of the peers
    # Memory stays with the process, in huge pages, as PyTorch's tuning guide wants it: up to a tenth faster in both.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "JAX_PLATFORMS": "cpu",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TORCHINDUCTOR_COMPILE_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}
PEERS = ["jax", "jax-vmap", "torch", "torch-compiled"]
# Few steps: where a gradient is nothing but rounding, Adam makes a whole step of it.
CHECKED_STEPS, CHECKED_SEEDS, TOLERANCE = 3, 2, 1e-4


def start(peer, name, steps, arguments):
    """Prepares a cell in this process; see the peers' own `start`."""
    if peer.startswith("jax"):
        import jax_peer

        seeds = arguments.vmap if peer == "jax-vmap" else 1
        return jax_peer.start(CELLS[name], steps, bare=arguments.bare, seeds=seeds)
    import torch_peer

    return torch_peer.start(
        CELLS[name], steps, bare=arguments.bare, compiled=peer == "torch-compiled")


def serve(peer, name, arguments):
    """Says when the cell is ready, then how many steps a second it makes whenever asked for some seconds' work."""
    steps = CELLS[name].chunk
    advance = start(peer, name, steps, arguments)
    advance()
    advance()
    print("ready", flush=True)
    for line in sys.stdin:
        done = 0
        begin = time.perf_counter()
        while (elapsed := time.perf_counter() - begin) < float(line):
            done += advance().ravel().shape[0]
        print(done / elapsed, flush=True)


class Peer:
    """A peer in a process of its own, which waits while others are measured."""

    def __init__(self, peer, name, options):
        self.process = subprocess.Popen(
            [sys.executable, os.path.dirname(__file__), "--serve", peer, "--cells", name, *options],
            env=os.environ | ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.rates = []
        self.ready = bool(self.process.stdout.readline())
        if not self.ready:
            code = self.process.wait()
            print(f"peers: {name} without {peer}: it ended with code {code}", file=sys.stderr)

    def measure(self, seconds):
        print(seconds, file=self.process.stdin, flush=True)
        self.rates.append(float(self.process.stdout.readline()))

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def grokmap(worker, name, seconds):
    """What `grokmap-worker bench` says, or None where it does not know the cell."""
    if worker is None:
        return None
    command = [worker, "bench", "--cell", name, "--seconds", str(seconds), "--format", "json",
               "--blas-core", "auto"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 64:
        return None
    if done.returncode:
        sys.exit(f"{' '.join(command)}: code {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def measure(name, peers, arguments):
    """Runs the rounds of one cell and sums them up."""
    options = ["--vmap", str(arguments.vmap)] + ["--bare"] * arguments.bare
    started = {peer: Peer(peer, name, options) for peer in peers}
    running = {peer: process for peer, process in started.items() if process.ready}
    if not running:
        sys.exit("no peer runs")
    ours = []
    for _ in range(arguments.rounds):
        ours.append(grokmap(arguments.worker, name, arguments.seconds))
        for process in running.values():
            process.measure(arguments.seconds)
    for process in running.values():
        process.end()

    rates = {peer: statistics.median(process.rates) for peer, process in running.items()}
    best = max(rates, key=rates.get)
    row = {"cell": name, "cpu": max(os.sched_getaffinity(0)), "goal": CELLS[name].goal}
    row |= {peer: rates.get(peer) for peer in peers} | {"best_peer": best}
    if None in ours:
        return row | dict.fromkeys(["grokmap", "sgemm_share", "sgemm_gflops", "ratio"])
    row["grokmap"], row["sgemm_share"], row["sgemm_gflops"] = (
        statistics.median(each[key] for each in ours)
        for key in ("steps_per_second", "sgemm_share", "sgemm_gflops"))
    return row | {"blas_core": ours[0]["blas_core"], "ratio": row["grokmap"] / rates[best]}


def line(cells, peers):
    """A line of the table."""
    widths = [9, 9, *[max(len(peer), 8) for peer in peers], 14, 6, 5]
    return " ".join([f"{cells[0]:13}", *[f"{x:>{width}}" for x, width in zip(cells[1:], widths)]])


def text(row, peers):
    """A cell's line."""
    def rate(x):
        return "-" if x is None else f"{x:,.0f}" if x >= 100 else f"{x:.3g}"

    def share(x):
        return "-" if x is None else f"{x:.2f}"

    return line(
        [row["cell"], rate(row["grokmap"]), share(row["sgemm_share"]),
         *[rate(row[peer]) for peer in peers], row["best_peer"], share(row["ratio"]),
         f"{row['goal']:g}"], peers)


def check(arguments):
    """Trains every cell for a few steps in all peers from the same parameters; the losses must agree."""
    arguments.vmap = CHECKED_SEEDS
    worst = 0.0
    for name in arguments.cells:
        losses = {}
        for peer in PEERS:
            found = start(peer, name, CHECKED_STEPS, arguments)()
            losses[peer] = [float(x) for x in (found[0] if peer == "jax-vmap" else found)]
        apart = max(
            abs(other / reference - 1) for each in losses.values()
            for reference, other in zip(losses["jax"], each, strict=True))
        worst = max(worst, apart)
        print(f"{name:13} losses {losses['jax'][0]:.6f} to {losses['jax'][-1]:.6f}, "
              f"peers within {apart:.1e}", flush=True)
    if not worst <= TOLERANCE:
        sys.exit(f"the peers differ by more than {TOLERANCE:g}")


def main():
    parser = argparse.ArgumentParser(
        prog="peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("worker", nargs="?", help="grokmap-worker; without it, the peers alone")
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=list(CELLS), metavar="CELL")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="for each program in each round")
    parser.add_argument("--bare", action="store_true", help="see above")
    parser.add_argument("--vmap", type=int, default=4, metavar="N", help="see above; 1: without")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--check", action="store_true", help="see above")
    parser.add_argument("--serve", choices=PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.serve, arguments.cells[0], arguments)

    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    # A kernel set that the site prescribes is not the machine's best.
    os.environ.pop("OPENBLAS_CORETYPE", None)
    if arguments.check:
        os.environ.update(ENVIRONMENT)
        return check(arguments)
    peers = [peer for peer in PEERS if peer != "jax-vmap" or arguments.vmap > 1]
    if arguments.format == "text":
        print(f"steps per second on CPU {core}, one thread, median of {arguments.rounds} rounds; "
              f"JAX {version('jax')}, PyTorch {version('torch')}")
        print(line(["cell", "grokmap", "of sgemm", *peers, "best peer", "ratio", "goal"], peers),
              flush=True)
    for name in arguments.cells:
        row = measure(name, peers, arguments)
        print(json.dumps(row) if arguments.format == "json" else text(row, peers), flush=True)


if __name__ == "__main__":
    main()
