"""Schedulers that others wrote, each with two workers of its own on this machine, on functions that do nothing.

Each is a context manager of a `Peer`.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

WORKERS = 2


@dataclass
class Peer:
    """A peer at work."""

    run: Callable  # seconds that so many tasks take
    trips: Callable  # seconds that single tasks take there and back, for so many of them
    schedulers: Callable  # the processes whose time and memory count as the scheduler's


def timed(body):
    """The function that makes `body` and returns how many seconds it took."""
    def run(*arguments):
        begin = time.perf_counter()
        body(*arguments)
        return time.perf_counter() - begin
    return run


def repeated(call):
    """The trips of a peer whose `call` is one task there and back."""
    return lambda count: [timed(call)() for _ in range(count)]


def nothing(_=None):
    """The task."""


@contextlib.contextmanager
def dask():
    """Dask distributed: scheduler and workers as processes of their own, as on a cluster; client in this one."""
    from distributed import Client, wait

    with tempfile.TemporaryDirectory() as folder:
        known = os.path.join(folder, "scheduler.json")
        common = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        scheduler = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_scheduler", "--scheduler-file", known,
             "--port", "0", "--no-dashboard"], **common)
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", known,
             "--nworkers", str(WORKERS), "--nthreads", "1", "--no-dashboard"], **common)
        try:
            with Client(scheduler_file=known) as client:
                client.wait_for_workers(WORKERS)
                yield Peer(
                    timed(lambda count: wait(client.map(nothing, range(count), pure=False))),
                    repeated(lambda: client.submit(nothing, pure=False).result()),
                    lambda: [psutil.Process(scheduler.pid)])
        finally:
            for process in (worker, scheduler):
                process.terminate()
                process.wait()


@contextlib.contextmanager
def parsl():
    """Parsl's HighThroughputExecutor, in the clear: its scheduler is this process and the interchange."""
    import parsl as library
    from parsl.executors import HighThroughputExecutor
    from parsl.providers import LocalProvider

    with tempfile.TemporaryDirectory() as folder:
        executor = HighThroughputExecutor(
            address="127.0.0.1", cores_per_worker=1, encrypted=False, max_workers_per_node=WORKERS,
            prefetch_capacity=100, provider=LocalProvider(init_blocks=1, max_blocks=1))
        config = library.Config(
            executors=[executor], initialize_logging=False, run_dir=folder, strategy="none",
            usage_tracking=0)
        with library.load(config):
            app = library.python_app(nothing)

            def run(count):
                for future in [app() for _ in range(count)]:
                    future.result()

            def schedulers():
                own = psutil.Process()
                return [own] + [
                    child for child in own.children(recursive=True)
                    if any("interchange" in word for word in child.cmdline())]

            yield Peer(timed(run), repeated(lambda: app().result()), schedulers)


@contextlib.contextmanager
def ipyparallel():
    """ipyparallel's load-balanced view: its scheduler is the controller with its processes."""
    import ipyparallel as library

    # No bound on the tasks that wait at an engine: what its documentation advises for small ones.
    cluster = library.Cluster(n=WORKERS, controller_args=["--TaskScheduler.hwm=0"], log_level=40)
    with cluster as client:
        client.wait_for_engines(WORKERS)
        view = client.load_balanced_view()

        def controller():
            return psutil.Process(cluster.controller.pid)

        def run(count):
            view.map_async(nothing, range(count), chunksize=1, ordered=False).get()

        yield Peer(
            timed(run), repeated(lambda: view.apply_sync(nothing)),
            lambda: [controller()] + controller().children(recursive=True))


@contextlib.contextmanager
def hyperqueue():
    """HyperQueue's LocalCluster: its tasks are processes, here /bin/true, and server and worker are one process.

    Waiting for a job asks once a second, so the last task notes the time; a round trip is a link of a chain of tasks.
    """
    from hyperqueue import Job, LocalCluster
    from hyperqueue.cluster import WorkerConfig

    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as silence:
        # Where its progress bars go.
        sys.stderr = silence
        last = os.path.join(folder, "last")
        with LocalCluster(worker_config=WorkerConfig(cores=WORKERS)) as cluster:
            client = cluster.client()

            def run(count, chained=False):
                job = Job(default_workdir=folder)
                before = []
                begin = time.time()
                for number in range(count):
                    program = ["/bin/true"] if number < count - 1 else ["/bin/touch", last]
                    task = job.program(program, stdout=None, stderr=None, deps=before)
                    before = [task] if chained else []
                client.wait_for_jobs([client.submit(job)])
                return os.stat(last).st_mtime - begin

            yield Peer(
                run, lambda count: [run(count, chained=True) / count],
                lambda: [psutil.Process()])


PEERS = {"dask": dask, "parsl": parsl, "ipyparallel": ipyparallel, "hyperqueue": hyperqueue}
