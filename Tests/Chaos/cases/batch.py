"""Workers as jobs of a real Slurm of one node, which belongs to the case (slurm.py)."""

import os
import re
import signal
import time

from cases import case
from slurm import PROGRAMS, Slurm
from workplace import Workplace, eventually, expect, sweep, undisturbed

LONG = dict(rates="[1.0e-3, 1.0e-2]", decays="[2]", stop="budget")


def profile(place, **keys):
    """A profile that looks and submits often, with these keys."""
    lines = dict(look_every=0.5, submit_every=1, maximum=2, cpus_per_node=1) | keys
    with open(place.path + "/profile.yaml", "w") as file:
        file.writelines(f"{key}: {value}\n" for key, value in lines.items())


def launch(place, slurm, *options):
    return place.run("--slurm", "profile.yaml", "--bind", "tcp://127.0.0.1:*", *options, env=slurm.environment)


def status(place):
    return place.grokmap("status", place.out).output


def trains(place, count=1):
    # The event log is opened after the ledger.
    eventually("the coordinator serves", lambda: os.path.exists(place.out + "/events.jsonl"))
    eventually("cells are in training", lambda: place.ledger(
        "SELECT count(*) FROM attempts WHERE ended_at IS NULL")[0][0] >= count)


@case("Slurm: a sweep trains in jobs of two CPUs, which are gone at its end", root=True, programs=PROGRAMS)
def slurm_completes(run):
    text = sweep()
    calm = undisturbed(text)
    with Workplace(text) as place, Slurm(place.path) as slurm:
        profile(place, cpus_per_node=2, maximum=1, time=10)
        checked = place.start("grokmap", "run", "small.yaml", "--out", place.out + "-2", "--slurm",
                              "profile.yaml", "--slurm-check")
        checked.wait()  # Without SLURM_CONF: must end, with one line.
        expect(checked.process.returncode == 2, "a check without a Slurm passed")
        checked = place.start("grokmap", "run", "small.yaml", "--out", place.out, "--slurm", "profile.yaml",
                              "--slurm-check", env=slurm.environment).wait()
        expect(checked.code == 0 and "to start at" in checked.output, f"the check: {checked}, {checked.output}")
        expect(not slurm.jobs("all"), "the check left a job")
        place.completes(launch(place, slurm), calm)
        slots = place.ledger("SELECT count(DISTINCT slot) FROM attempts")[0][0]
        expect(slots == 2, f"a job of two CPUs had {slots} slots")
        slurm.becomes_empty()
        return f"{len(calm)} cells on {slots} slots of one job; --slurm-check: {checked.output.strip()}"


@case("Slurm: a running job is cancelled, its successor requeued, the run killed and started again", root=True,
      programs=PROGRAMS)
def slurm_takes(run):
    text = sweep(**LONG, steps=400_000)
    calm = undisturbed(text)
    with Workplace(text) as place, Slurm(place.path) as slurm:
        profile(place, maximum=1)
        coordinator = launch(place, slurm, "--checkpoint-every", "1")
        trains(place)
        first = slurm.job()
        slurm.ask("scancel", first)
        second = eventually("another job runs", lambda: set(slurm.jobs()) - {first}).pop()
        eventually("its worker has a cell", lambda: place.ledger("SELECT count(*) FROM attempts")[0][0] >= 2)
        slurm.ask("scontrol", "requeue", second, check=True)
        # While it waits to begin again another one is asked for, and it is let go if that comes first.
        eventually("its worker has handed over", lambda: place.ledger(
            "SELECT count(*) FROM attempts WHERE outcome = 'released'")[0][0] >= 2)
        trains(place)
        coordinator.kill(signal.SIGKILL)
        coordinator.wait()
        again = launch(place, slurm, "--checkpoint-every", "1")
        place.completes(again, calm, 600)
        slurm.becomes_empty()
        ends = place.ledger("SELECT outcome, count(*) FROM attempts GROUP BY outcome ORDER BY outcome")
        resumed = place.ledger("SELECT count(*) FROM workers")[0][0]
        return f"jobs {first} cancelled, {second} requeued; {resumed} slots registered; attempts: {dict(ends)}"


@case("Slurm: wall time shorter than a cell, which goes from job to job with its checkpoint", root=True,
      programs=PROGRAMS)
def slurm_wall_time(run):
    # No machine gets to the end of this cell: what counts is how far each job leaves it.
    text = sweep(**(LONG | dict(rates="[1.0e-3]")), hidden="[200, 200]", steps=100_000_000)
    with Workplace(text) as place, Slurm(place.path) as slurm:
        profile(place, maximum=1, time=3)
        coordinator = launch(place, slurm)
        trains(place)
        reached = [0]
        for job in 1, 2:
            eventually(f"job {job} hands the cell over", lambda: place.ledger(
                "SELECT count(*) FROM attempts WHERE outcome = 'released'")[0][0] >= job, 600)
            reached.append(place.ledger("SELECT step FROM checkpoints")[0][0])
        eventually("a third job trains it", lambda: place.ledger("SELECT count(*) FROM attempts")[0][0] == 3)
        expect(reached == sorted(set(reached)), f"no further than the job before: {reached}")
        ends = place.ledger("SELECT outcome, reason FROM attempts WHERE ended_at NOT NULL ORDER BY attempt")
        expect(all(outcome == "released" for outcome, _ in ends), f"not handed over: {ends}")
        coordinator.kill(signal.SIGTERM)
        ended = coordinator.wait(120)
        expect(ended.code == 2, f"{ended}")
        slurm.becomes_empty()
        return f"jobs of three minutes left one cell at steps {reached[1:]}: {ends[0][1]}"


@case("Slurm: a drained node keeps jobs waiting, and the reason is told in Slurm's words", root=True,
      programs=PROGRAMS)
def slurm_drained(run):
    text = sweep()
    calm = undisturbed(text)
    with Workplace(text) as place, Slurm(place.path) as slurm:
        profile(place)
        slurm.ask("scontrol", "update", f"NodeName={slurm.host}", "State=DRAIN", "Reason=chaos", check=True)
        coordinator = launch(place, slurm)
        pattern = re.compile(r"slurm: .*pending \(([^)]*)")
        told = eventually("the reason is told", lambda: pattern.search(status(place)))
        slurm.ask("scontrol", "update", f"NodeName={slurm.host}", "State=RESUME", check=True)
        place.completes(coordinator, calm)
        slurm.becomes_empty()
        return f"while it was drained: {told.group(0)}"


@case("Slurm: submissions that are refused, and a controller that is away for a while", root=True,
      programs=PROGRAMS)
def slurm_refuses(run):
    text = sweep(steps=20_000)
    calm = undisturbed(text)
    with Workplace(text) as place, Slurm(place.path) as slurm:
        profile(place, partition="no-such")
        ended = launch(place, slurm, "--quiet").wait()
        expect(ended.code == 2 and ended.errors.count("\n") == 1, f"{ended}")
        profile(place)
        coordinator = launch(place, slurm)
        trains(place)
        slurm.daemons[1].terminate()
        slurm.daemons[1].wait()
        time.sleep(3)
        slurm.daemons.pop(1)
        slurm.start("slurmctld", "-D")
        place.completes(coordinator, calm)
        slurm.becomes_empty()
        return ended.errors.strip()
