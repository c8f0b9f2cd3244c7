"""grokmap's coordinator beside other schedulers on tasks that do nothing, in one run on one machine.

For grokmap every task is a cell whose result is a file: verified, on the disk and in the ledger before it counts; the
peers keep nothing. Best of some rounds each. The folder must lie on the disk that sweeps would lie on.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version

import coordinator
import peers

GOALS = {
    "leases_per_second": 5000, "results_per_second": 1500, "round_trip_p50_ms": 1,
    "cpu_ms_per_cell": 0.2, "resume_finished_seconds": 1, "resume_half_seconds": 1}


def best(rounds, measure):
    """The best of some rounds: the one with most cells per second."""
    return max((measure() for _ in range(rounds)), key=lambda found: found["cells_per_second"])


def measure_grokmap(programs, folder, arguments):
    """All figures of grokmap; sizes in bytes."""
    def fresh(name):
        # Nothing is removed before the end: ext4 looks long for a place among files that were removed just now.
        return tempfile.mkdtemp(prefix=f"{name}-", dir=folder)

    def note(what):
        print(f"coordinator: {what}", file=sys.stderr, flush=True)

    def results(slots, count):
        with coordinator.Coordinator(programs, fresh("results")) as server:
            return server.load("results", "--count", count, slots=slots)

    note("leases")
    found = {"fsync_ms": coordinator.fsync_milliseconds(folder)}
    with coordinator.Coordinator(programs, fresh("leases")) as server:
        leases = best(arguments.rounds, lambda: server.load("leases"))
        found["round_trip_p50_ms"], found["round_trip_p99_ms"] = min(
            (trip["p50_ms"], trip["p99_ms"])
            for trip in (server.load("round-trip") for _ in range(arguments.rounds)))
    found["leases_per_second"] = leases["cells_per_second"]
    found["cpu_ms_per_lease"] = leases["coordinator_cpu_ms_per_cell"]
    note("results")
    durable = best(arguments.rounds, lambda: results(32, arguments.cells))
    found["results_per_second"] = durable["cells_per_second"]
    found["cpu_ms_per_cell"] = durable["coordinator_cpu_ms_per_cell"]
    found["results_resident_bytes"] = durable["coordinator_resident_bytes"]
    found["results_per_second_2_slots"] = best(
        arguments.rounds, lambda: results(2, arguments.cells // 5))["cells_per_second"]

    note("memory")
    with coordinator.Coordinator(
            programs, fresh("many"), ["seeds=[0,1,2,3,4,5,6,7,8,9]"]) as server:
        found["resident_bytes_1000_slots_100000_cells"] = server.load(
            "hold", slots=1000)["coordinator_resident_bytes"]

    note("resuming")
    path = fresh("resume")
    with coordinator.Coordinator(programs, path, interrupted=True) as server:
        server.load("results", "--count", 5000)
    found["resume_half_seconds"] = min(
        coordinator.first_lease(programs, path) for _ in range(arguments.rounds))
    with coordinator.Coordinator(programs, path, interrupted=True) as server:
        server.load("results", "--skip", 5000)
    found["resume_finished_seconds"] = min(
        coordinator.finished_run(programs, path) for _ in range(arguments.rounds))

    note("transfer")
    keys = fresh("keys")
    options = coordinator.make_keys(programs, keys)

    def transfer(security, ring):
        with coordinator.Coordinator(programs, fresh("transfer"), keys=ring) as server:
            return server.load("transfer", *security)

    for name, security, ring in (("encrypted", options, keys), ("clear", [], None)):
        rates = [transfer(security, ring) for _ in range(arguments.rounds)]
        for part in ("arrival", "stored"):
            found[f"transfer_{name}_{part}_bytes_per_second"] = max(
                rate[f"{part}_bytes_per_second"] for rate in rates)
    return found


def measure_peer(name, arguments):
    """A peer's figures, in this process: tasks per second, round trip, and what its schedulers use."""
    with peers.PEERS[name]() as peer:
        def cpu():
            return sum(sum(process.cpu_times()[:2]) for process in peer.schedulers())

        def round_of_tasks():
            used = cpu()
            rate = arguments.tasks / peer.run(arguments.tasks)
            return rate, 1000 * (cpu() - used) / arguments.tasks

        peer.run(arguments.tasks // 10)
        rate, used = max(round_of_tasks() for _ in range(arguments.rounds))
        return {
            "tasks_per_second": rate, "cpu_ms_per_task": used,
            "round_trip_p50_ms": 1000 * statistics.median(peer.trips(200)),
            "resident_bytes": sum(each.memory_info().rss for each in peer.schedulers())}


def spawns_per_second(count=1000):
    """Processes that two threads of a shell tool start in a second, the bound of whatever starts one per task."""
    begin = time.perf_counter()
    subprocess.run(
        ["xargs", "-P2", "-n1", "/bin/true"], input="\n".join(map(str, range(count))), text=True,
        check=True)
    return count / (time.perf_counter() - begin)


def show(ours, theirs, spawns):
    """The figures as text."""
    print(f"grokmap, with an fsync of {ours['fsync_ms']:.1f} ms on its disk:")
    for name, value in ours.items():
        goal = f"   (goal {GOALS[name]:g})" if name in GOALS else ""
        number = f"{value / 1e6:,.1f} MB" if "bytes" in name else f"{value:,.4g}"
        print(f"  {name.replace('_bytes', ''):42} {number:>12}{goal}")
    print(f"\n{'':26} {'tasks/s':>9} {'round trip':>10} {'CPU/task':>9} {'memory':>8} {'grokmap is':>10}")

    def line(name, rate, trip, cpu, memory):
        ratio = ours["results_per_second"] / rate
        print(f"{name:26} {rate:>9,.0f} {trip:>7.2f} ms {cpu:>6.2f} ms {memory / 1e6:>5,.0f} MB "
              f"{ratio:>8.1f} x")

    line("grokmap, durable", ours["results_per_second"], ours["round_trip_p50_ms"],
         ours["cpu_ms_per_cell"], ours["results_resident_bytes"])
    for name, found in theirs.items():
        line(f"{name} {version('distributed' if name == 'dask' else name)}", found["tasks_per_second"],
             found["round_trip_p50_ms"], found["cpu_ms_per_task"], found["resident_bytes"])
    print(f"(hyperqueue starts a process per task; xargs -P2 starts {spawns:,.0f} a second)")


def main():
    parser = argparse.ArgumentParser(prog="coordinator", description=__doc__)
    parser.add_argument("grokmap", help="the coordinator")
    parser.add_argument("load", help="the load generator")
    parser.add_argument("--cells", type=int, default=10_000, help="results to deliver in a round")
    parser.add_argument("--tasks", type=int, default=3_000, help="tasks of a peer in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="*", choices=peers.PEERS, default=list(peers.PEERS))
    parser.add_argument("--folder", default=".", help="where sweeps are made, and removed again")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--peer", choices=peers.PEERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return print("\n" + json.dumps(measure_peer(arguments.peer, arguments)))

    # A thousand connections take a thousand descriptors at the one end and two thousand at the other.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    arguments.grokmap, arguments.load = map(os.path.abspath, (arguments.grokmap, arguments.load))
    # Files that are ready in memory cost the measured round nothing.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with (tempfile.TemporaryDirectory(dir=memory) as arguments.files,
          tempfile.TemporaryDirectory(dir=arguments.folder) as folder):
        ours = measure_grokmap(arguments, folder, arguments)
    # Where workers of a peer find its programs and the task.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    os.environ["PYTHONPATH"] = os.path.dirname(os.path.abspath(__file__))
    theirs = {}
    for name in arguments.peers:
        print(f"coordinator: {name}", file=sys.stderr, flush=True)
        # A process each: some leave threads behind.
        done = subprocess.run(
            [sys.executable, *sys.argv, "--peer", name], stdout=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"coordinator: without {name}: it ended with code {done.returncode}", file=sys.stderr)
        else:
            theirs[name] = json.loads(done.stdout.splitlines()[-1])
    if arguments.format == "json":
        print(json.dumps({"grokmap": ours} | theirs))
    else:
        show(ours, theirs, spawns_per_second())


if __name__ == "__main__":
    main()
