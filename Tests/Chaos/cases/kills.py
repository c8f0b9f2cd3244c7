"""Processes that die: the coordinator between any two of its effects, slots and supervisors at any moment."""

import os
import signal
import sqlite3
import time

from cases import Skipped, case, compiled
from workplace import Failed, Workplace, eventually, expect, sweep, undisturbed

TWO_CELLS = sweep(rates="[1.0e-3]", decays="[0, 2]", steps=3000, stop="budget")
TWELVE_CELLS = sweep(
    rates="[1.0e-5, 1.0e-4, 1.0e-3, 1.0e-2]", steps=12_000, stop="budget")


@case("the coordinator killed before each of its effects, and in the middle of each write", quick=True)
def kill_between_effects(run):
    calm = undisturbed(TWO_CELLS)
    with Workplace(TWO_CELLS) as shelf:
        return kill_at_points(run, calm, compiled(shelf, "kill_point.c"))


def kill_at_points(run, calm, library):
    """The kills, one or two per point; returns what was seen."""
    options = ("--slots", "1", "--checkpoint-every", "0.1")
    deeds, kills, torn_kills, number = [], 0, 0, 0
    # A sample that lies anywhere; a run in full meets every number until one is beyond the end.
    points = sorted(run.random.sample(range(1, 200), 6)) if run.quick else range(1, 100_000)
    for number in points:
        # Every number as it is in full runs; torn every second time in a sample.
        for torn in ([number % 2 == 0] if run.quick else [False, True]):
            with Workplace(TWO_CELLS) as place:
                log = place.path + "/deeds"
                env = {
                    "LD_PRELOAD": library, "KILL_NAME": "grokmap",
                    "KILL_AT": str(number), "KILL_LOG": log}
                if torn:
                    env["KILL_TORN"] = "1"
                first = place.run(*options, env=env).wait()
                if first.code == 0:
                    continue
                expect(first.code == -signal.SIGKILL, f"kill point {number}: {first}")
                with open(log) as file:
                    deed = file.read().split("\n")[0]
                deeds.append(" ".join(deed.split(" ")[1:2]))
                kills += 1
                torn_kills += torn
                published = set(place.cell_files())
                before = place.attempts() if published else {}
                try:
                    ended = place.finish(*options)
                    place.check(calm)
                    # What is in place by its name is never trained again, wherever the ledger was.
                    after = place.attempts()
                    again = [c for c in published if after.get(c, 0) > before.get(c, 0)]
                    expect(not again, f"trained again though it was in place: {again}")
                    expect("quarantine" not in ended.errors, f"quarantined: {ended}")
                except Failed as problem:
                    raise Failed(f"after a kill at {deed} (torn: {torn}): {problem}") from None
        if not run.quick and first.code == 0:
            break
    expect(run.quick or kills > 100, f"only {kills} kills")
    kinds = ", ".join(f"{deeds.count(kind)} {kind}" for kind in sorted(set(deeds)))
    return (f"{kills} kills ({torn_kills} with half-written data) at effects up to {number}: {kinds};"
            " every sweep complete with the same curves")


@case("slots and supervisors that segfault, abort or are killed at random moments", quick=True)
def dying_slots(run):
    text = TWELVE_CELLS if not run.quick else sweep(decays="[0, 2]", steps=12_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2", "--checkpoint-every", "0.1")
        killed = []
        # A slot gets a second to train between two blows, or its supervisor would rightly call it hopeless.
        while program.runs and len(killed) < (3 if run.quick else 8):
            kind = run.random.choice(["slot", "slot", "slot", "supervisor"])
            found = place.processes(kind)
            if not found:
                time.sleep(0.01)
                continue
            number = run.random.choice([signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
            try:
                os.kill(run.random.choice(found)[0], number)
                killed.append(f"{kind} {number.name}")
            except ProcessLookupError:
                continue
            time.sleep(0.3 + run.random.random())
        place.completes(program, calm)
        lost = place.ledger("SELECT count(*) FROM attempts WHERE outcome = 'lost'")[0][0]
        expect(killed, "nothing was killed")
        return f"{', '.join(killed)}; {lost} attempts lost, sweep complete"


def attempt_in_hand(place, cell):
    """The process that trains a cell now, with the attempt's number."""
    rows = place.ledger(
        "SELECT pid, attempt FROM attempts WHERE cell = ? AND ended_at IS NULL", cell)
    return rows[0] if rows else None


@case("a cell that kills every slot that trains it ends as failed, with its reason; the others are trained")
def poison_cell(run):
    text = sweep(steps=15_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2", "--checkpoint-every", "0")
        eventually("a cell is leased", lambda: rows_so_far(place, "SELECT 1 FROM attempts"))
        poison = place.ledger("SELECT cell FROM cells ORDER BY position LIMIT 1 OFFSET 4")[0][0]
        deaths = 0
        while program.runs:
            found = attempt_in_hand(place, poison)
            if found and (found[0], "slot") in place.processes("slot"):
                os.kill(found[0], signal.SIGSEGV)
                deaths += 1
                eventually("its end is noticed",
                           lambda: attempt_in_hand(place, poison) != found or not program.runs)
            time.sleep(0.01)
        ended = program.wait()
        expect(ended.code == 1, f"exit code 1 was expected after {deaths} deaths: {ended}")
        failed = place.ledger("SELECT cell, reason FROM failures")
        expect([row[0] for row in failed] == [poison], f"failed: {failed}")
        found = place.curves()
        expect({cell: digest for cell, digest in calm.items() if cell != poison} == found,
               "the other cells are not those of an undisturbed run")
        explained = place.grokmap("explain", place.out, poison).output
        expect("failed: given up after" in explained, explained)
        told = [line for line in ended.errors.splitlines() if line.startswith("failed: ")]
        expect(len(told) == 1, ended.errors)
        # Forgiven, and with the cause gone, it is trained like any other.
        expect(place.grokmap("retry", place.out, "--failed").code == 0, "retry")
        place.finish("--slots", "2")
        place.check(calm)
        return f"{deaths} deaths; {failed[0][1]!r}; 8 other cells trained; trained after retry"


def rows_so_far(place, query):
    """Rows of a query on a ledger that may still be in the making."""
    if not os.path.exists(place.out + "/ledger.sqlite"):
        return []
    try:
        return place.ledger(query)
    except sqlite3.OperationalError:
        return []  # No such table yet.


class MemoryGroup:
    """A memory cgroup of our own, of either version."""

    def __init__(self):
        root = "/sys/fs/cgroup/memory"
        self.first = os.path.exists(root + "/memory.limit_in_bytes")
        self.path = f"{root if self.first else '/sys/fs/cgroup'}/grokmap-chaos-{os.getpid()}"
        try:
            os.mkdir(self.path)
            self.limit(1 << 40)
        except OSError as problem:
            raise Skipped(f"no memory cgroup can be made: {problem}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        eventually("the group is empty", self.removed)

    def removed(self):
        try:
            os.rmdir(self.path)
            return True
        except OSError:
            return False

    @property
    def wrapper(self):
        """What starts a program in the group."""
        return ["sh", "-c", f'echo $$ > {self.path}/cgroup.procs; exec "$@"', "sh"]

    def limit(self, size):
        with open(f"{self.path}/memory.{'limit_in_bytes' if self.first else 'max'}", "w") as file:
            file.write(str(size))

    @property
    def usage(self):
        with open(f"{self.path}/memory.{'usage_in_bytes' if self.first else 'current'}") as file:
            return int(file.read())

    @property
    def kills(self):
        with open(f"{self.path}/memory.{'oom_control' if self.first else 'events'}") as file:
            return int(dict(line.split() for line in file).get("oom_kill", 0))


@case("slots that the kernel kills for their memory", root=True)
def out_of_memory(run):
    text = sweep(steps=6000, stop="budget")
    calm = undisturbed(text)
    with MemoryGroup() as group, Workplace(text) as place:
        coordinator, address = place.serve()
        worker = place.work(address, slots=2, wrapper=group.wrapper)
        eventually("cells are trained", place.cell_files)
        need = group.usage
        worker.kill()
        worker.wait()
        for pid, _ in place.processes("slot"):
            os.kill(pid, signal.SIGKILL)
        eventually("the worker is gone", lambda: not place.processes("slot"))
        # Room for less than half of what two slots need.
        group.limit(need * 2 // 5)
        worker = place.work(address, slots=2, name="tight", wrapper=group.wrapper)
        eventually("the kernel kills", lambda: group.kills >= 2 or not worker.runs, 60)
        expect(group.kills >= 1, f"the kernel killed nothing with {need * 2 // 5 >> 20} of {need >> 20} MiB")
        count = group.kills
        group.limit(1 << 40)
        if not worker.runs:
            worker = place.work(address, slots=2, name="again", wrapper=group.wrapper)
        place.completes(coordinator, calm)
        return (f"{count} processes killed by the kernel with {need * 2 // 5 >> 20} of {need >> 20} MiB;"
                " with room again the sweep is complete")
