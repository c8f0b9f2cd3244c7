"""A directory of one case's own, with the built programs to run in it, and what every case is judged by."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

import h5py
import numpy as np

BUILD = os.environ["GROKMAP_BUILD"]


class Failed(AssertionError):
    """What a case was to show did not happen."""


def expect(holds, what):
    """Fails the case unless something holds."""
    if not holds:
        raise Failed(what)


def eventually(what, holds, seconds=180):
    """Waits until something holds and returns it; the deadline only ends what would hang."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise Failed(f"never happened within {seconds} s: {what}")


def sweep(rates="[1.0e-4, 1.0e-3, 1.0e-2]", decays="[0, 2, 8]", steps=2000, stop="decided", hidden="[24, 24]"):
    """A sweep file of cells that take a moment each."""
    return f"""sweep: small
title: A small sweep
cell:
  task: {{kind: addition, symbols: 6}}
  model: {{kind: pair-decoder, hidden: {hidden}}}
  loss: {{kind: mse, targets: gaussian, outputs: 8}}
  train_fraction: 0.8
  steps: {steps}
axes:
  learning_rate: {{path: optimizer.decoder.learning_rate, values: {rates}}}
  weight_decay: {{path: optimizer.decoder.weight_decay, values: {decays}}}
stop: {stop}
"""


class Ended:
    """How a program ended and what it said."""

    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    def __str__(self):
        return f"code {self.code}: {self.errors.strip()[-600:]}"


class Program:
    """A program that a case started; what it says goes to files."""

    count = 0

    def __init__(self, place, words, env=None, wrapper=()):
        Program.count += 1
        self.stem = f"{place}/said-{Program.count}"
        self.words = words
        with open(self.stem + ".out", "w") as out, open(self.stem + ".err", "w") as err:
            self.process = subprocess.Popen(
                [*wrapper, *words], cwd=place, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                env={**os.environ, **(env or {})})

    @property
    def pid(self):
        return self.process.pid

    @property
    def runs(self):
        return self.process.poll() is None

    def text(self, suffix=".err"):
        with open(self.stem + suffix, errors="replace") as file:
            return file.read()

    def kill(self, number=signal.SIGKILL):
        if self.runs:
            os.kill(self.pid, number)

    def wait(self, seconds=300):
        """Waits for the end; a program that hangs is killed and fails the case."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
            raise Failed(f"still running after {seconds} s: {self.text()[-600:]}") from None
        return Ended(self.process.returncode, self.text(".out"), self.text())


class Workplace:
    """A short-lived directory; whatever still runs in it at the end is killed with it."""

    def __init__(self, text, path=None):
        self.path = path or tempfile.mkdtemp(prefix="grokmap-chaos-", dir="/tmp")
        self.out = self.path + "/out"
        with open(self.path + "/small.yaml", "w") as file:
            file.write(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill_all()
        for mounted in sorted(self.mounts(), reverse=True):
            subprocess.run(["umount", "-l", mounted], check=False)
        shutil.rmtree(self.path, ignore_errors=True)

    def mounts(self):
        """What is mounted below this directory."""
        with open("/proc/mounts") as file:
            points = [line.split()[1] for line in file]
        return [point for point in points if point.startswith(self.path + "/")]

    # Programs

    def run(self, *options, env=None, wrapper=()):
        """Starts `grokmap run` on this sweep."""
        return self.start("grokmap", "run", "small.yaml", "--out", self.out, *options,
                          env=env, wrapper=wrapper)

    def start(self, program, *words, env=None, wrapper=()):
        """Starts a built program."""
        return Program(self.path, [f"{BUILD}/{program}", *words], env, wrapper)

    def grokmap(self, *words):
        """Runs `grokmap` to its end."""
        return self.start("grokmap", *words).wait()

    def finish(self, *options, env=None):
        """Runs the sweep to its end, which must be a good one."""
        ended = self.run(*options, env=env).wait()
        expect(ended.code == 0, f"the last run: {ended}")
        return ended

    def serve(self, *options, env=None):
        """A coordinator without slots of its own, and where it listens."""
        run = self.run("--slots", "0", "--bind", "tcp://127.0.0.1:*", *options, env=env)
        return run, self.address(run)

    def serve_limited(self, limit):
        """The same under a limit that a shell sets."""
        run = self.run("--slots", "0", "--bind", "tcp://127.0.0.1:*",
                       wrapper=["sh", "-c", limit + '; exec "$@"', "sh"])
        return run, self.address(run)

    def address(self, run):
        """Where a coordinator listens for workers of other machines."""
        pattern = re.compile(r"--connect (\S+)")
        found = eventually(
            "it listens", lambda: pattern.search(run.text()) or not run.runs)
        expect(found is not True, f"it ended: {run.text()}")
        return found.group(1)

    def work(self, address, *options, slots=2, name="scratch", env=None, wrapper=()):
        """A worker as one starts it by hand."""
        return self.start(
            "grokmap-worker", "--connect", address, "--slots", str(slots), "--blas-core", "auto",
            "--scratch", f"{self.path}/{name}", *options, env=env, wrapper=wrapper)

    def processes(self, kind=None):
        """Every process of ours that has this directory in its command line: (pid, kind)."""
        marks = [self.path]
        if os.path.isdir(self.out):
            digest = hashlib.sha256(os.path.realpath(self.out).encode()).hexdigest()
            marks.append(digest[:20])
        found = []
        for name in os.listdir("/proc"):
            if not name.isdigit() or int(name) == os.getpid():
                continue
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue  # It has ended meanwhile.
            if not any(mark in word for word in words for mark in marks):
                continue
            if words[0].endswith("/grokmap"):
                found.append((int(name), "coordinator"))
            elif words[0].endswith("grokmap-worker"):
                found.append((int(name), "slot" if "slot" in words else "supervisor"))
        return [item for item in found if kind in (None, item[1])]

    @contextlib.contextmanager
    def held(self, kind):
        """Stops the processes of a kind meanwhile, so that the sweep cannot end before what is done to it."""
        stopped = [pid for pid, _ in self.processes(kind)]
        expect(stopped, f"no {kind} is there to be stopped")
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                try:
                    os.kill(pid, signal.SIGCONT)
                except ProcessLookupError:
                    pass

    def kill_all(self):
        """Ends everything that this case started."""
        for _ in range(100):
            running = self.processes()
            if not running:
                return
            for pid, _ in running:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.05)

    # What is there

    def cell_files(self):
        """Cell files in place, by the cell's identity."""
        found = {}
        for folder, _, names in os.walk(self.out + "/cells"):
            for name in names:
                if name.endswith(".h5"):
                    found[name[:-3]] = os.path.join(folder, name)
        return found

    def curves(self):
        """A digest of everything a cell's training determines, by the cell's identity."""
        return {cell: curve_digest(path) for cell, path in self.cell_files().items()}

    def ledger(self, query, *values):
        """Rows of a query on the ledger."""
        base = sqlite3.connect(self.out + "/ledger.sqlite", timeout=10)
        try:
            return base.execute(query, values).fetchall()
        finally:
            base.close()

    def attempts(self):
        """Attempts so far, by cell."""
        return dict(self.ledger("SELECT cell, count(*) FROM attempts GROUP BY cell"))

    def completes(self, coordinator, calm, seconds=300):
        """Waits for the sweep's good end and checks what is there; returns how it ended."""
        ended = coordinator.wait(seconds)
        expect(ended.code == 0, f"{ended}")
        self.check(calm)
        return ended

    def check(self, calm):
        """What every case ends with: all cells of an undisturbed run, the same curves, nothing trained twice."""
        found = self.curves()
        missing = set(calm) - set(found)
        expect(set(found) == set(calm), f"cells {len(found)}, not {len(calm)}; missing {missing}")
        different = [cell for cell in calm if found[cell] != calm[cell]]
        expect(not different, f"curves that are not those of an undisturbed run: {different}")
        late = self.ledger(
            """SELECT a.cell, a.attempt FROM attempts a JOIN attempts s ON a.cell = s.cell
               WHERE s.outcome = 'stored' AND a.leased_at > s.ended_at""")
        expect(not late, f"leased after being stored: {late}")
        twice = self.ledger(
            """SELECT cell, count(*) FROM attempts WHERE outcome = 'stored'
               GROUP BY cell HAVING count(*) > 1""")
        expect(not twice, f"stored twice: {twice}")


def curve_digest(path):
    """SHA-256 over all datasets of a cell file and the attributes that training determines."""
    digest = hashlib.sha256()
    with h5py.File(path, "r") as file:
        for name in ("cell", "config", "steps_run", "stop_reason", "phase", "complete"):
            digest.update(repr((name, np.asarray(file.attrs[name]).tolist())).encode())
        for name in ("train_step", "validation_step"):
            value = file.attrs.get(name)
            digest.update(repr((name, None if value is None else int(value))).encode())
        datasets = []
        file.visititems(
            lambda name, item: datasets.append(name) if isinstance(item, h5py.Dataset) else None)
        for name in sorted(datasets):
            values = file[name][()]
            digest.update(f"{name} {np.asarray(values).dtype} {np.shape(values)}".encode())
            digest.update(np.asarray(values).tobytes())
    return digest.hexdigest()


_calm = {}


def undisturbed(text):
    """The curves of a run of this sweep that nothing happened to."""
    if text not in _calm:
        with Workplace(text) as place:
            place.finish("--slots", "2")
            _calm[text] = place.curves()
    return _calm[text]
