"""A grokmap coordinator in a directory of its own, under the load of one process that plays its slots."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

SWEEP = Path(__file__).with_name("no-op.yaml")


class Coordinator:
    """`grokmap run` without slots of its own; in the end killed, or interrupted and waited for."""

    def __init__(self, programs, folder, settings=(), bind="tcp://127.0.0.1:*", keys=None,
                 interrupted=False):
        self.programs = programs
        self.interrupted = interrupted
        self.settings = [word for setting in settings for word in ("--set", setting)]
        command = [programs.grokmap, "run", SWEEP, "--out", folder, "--slots", "0", "--bind", bind]
        if keys:
            command += ["--keys", keys]
        self.begin = time.perf_counter()
        self.process = subprocess.Popen(
            command + self.settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.address = None
        for line in self.process.stderr:
            if found := re.search(r"--connect (\S+)", line):
                self.address = found[1]
                break

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.interrupted:
            self.process.send_signal(signal.SIGINT)
        else:
            self.process.kill()
        self.process.communicate()

    def load(self, mode, *options, slots=32):
        """What the load generator measures, as a dictionary."""
        command = [self.programs.load, mode, "--connect", self.address, "--pid", str(self.process.pid),
                   "--slots", str(slots), *map(str, options)]
        if mode in ("results", "transfer"):
            command += [SWEEP, *self.settings, "--files", self.programs.files]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def make_keys(programs, folder):
    """A key ring with one worker; returns the options that the worker shows them with."""
    made = subprocess.run(
        [programs.grokmap, "keys", "create", "load", "--keys", folder], check=True,
        capture_output=True, text=True)
    server = re.search(r"--server-key '([^']+)'", made.stdout)[1]
    return ["--key", f"{folder}/load.key", "--server-key", server]


def first_lease(programs, folder):
    """Seconds from the start of `grokmap run` on a directory until a slot has a cell."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{place.getsockname()[1]}"
    # The slot is there first and knocks every few milliseconds; what it says of the process measured is of no interest.
    slot = subprocess.Popen(
        [programs.load, "hold", "--connect", address, "--pid", str(os.getpid()), "--slots", "1"],
        stdout=subprocess.PIPE)
    time.sleep(0.5)
    with Coordinator(programs, folder, bind=address) as coordinator:
        slot.stdout.read(1)
        seconds = time.perf_counter() - coordinator.begin
        slot.communicate()
    return seconds


def finished_run(programs, folder):
    """Seconds that `grokmap run` takes to find that nothing is left to train."""
    begin = time.perf_counter()
    subprocess.run(
        [programs.grokmap, "run", SWEEP, "--out", folder, "--slots", "1"], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def fsync_milliseconds(folder):
    """The median time to put 30 KB on the disk where the sweeps lie."""
    times = []
    for number in range(50):
        path = os.path.join(folder, f"probe-{number}")
        with open(path, "wb", buffering=0) as file:
            file.write(bytes(30_000))
            begin = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begin)
        os.unlink(path)
    return 1000 * sorted(times)[len(times) // 2]
