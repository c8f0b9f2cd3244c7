"""Processes that are there and say nothing: stopped slots, a stopped coordinator, a trainer that hangs."""

import ctypes
import os
import signal
import time

from cases import Skipped, case
from workplace import Workplace, eventually, expect, sweep, undisturbed

# Longer than the lease of 30 s.
BEYOND_THE_LEASE = 40


def stop(pids, seconds):
    """Stops processes for so long, as a scheduler, a debugger or a laptop's lid would."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@case("a slot stopped for longer than its lease and woken again")
def stopped_slot(run):
    text = sweep(steps=200_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2")
        eventually("a cell is there", place.cell_files)
        slot = place.processes("slot")[0][0]
        stop([slot], BEYOND_THE_LEASE)
        place.completes(program, calm)
        lost = place.ledger("SELECT reason FROM attempts WHERE outcome = 'lost'")
        expect(any("silent" in row[0] for row in lost), f"no lease expired: {lost}")
        return f"lost: {lost[0][0]!r}; its late result did no harm, sweep complete"


@case("a slot stopped for ever: its cell is trained elsewhere and nothing is left running")
def slot_stopped_for_ever(run):
    text = sweep(steps=12_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2")
        eventually("a cell is there", place.cell_files)
        slot = place.processes("slot")[0][0]
        os.kill(slot, signal.SIGSTOP)
        place.completes(program, calm)
        eventually("all processes end", lambda: not place.processes(), 30)
        return "the cell was trained by the other slot, the stopped process is gone"


@case("the coordinator stopped for longer than the lease and woken again")
def stopped_coordinator(run):
    text = sweep(steps=60_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2")
        eventually("a cell is there", place.cell_files)
        stop([program.pid], BEYOND_THE_LEASE)
        place.completes(program, calm)
        lost = place.ledger("SELECT count(*) FROM attempts WHERE outcome = 'lost'")[0][0]
        return f"stopped for {BEYOND_THE_LEASE} s: {lost} leases of living slots lost, sweep complete"


@case("coordinator, supervisor and slots stopped together, as by a closed lid")
def closed_lid(run):
    text = sweep(steps=30_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        program = place.run("--slots", "2")
        eventually("a cell is there", place.cell_files)
        stop([pid for pid, _ in place.processes()], BEYOND_THE_LEASE)
        place.completes(program, calm)
        lost = place.ledger("SELECT count(*) FROM attempts WHERE outcome = 'lost'")[0][0]
        return f"all stopped for {BEYOND_THE_LEASE} s: {lost} leases lost, sweep complete"


PTRACE_INTERRUPT, PTRACE_SEIZE, __WALL = 0x4207, 0x4206, 0x40000000


def hold_thread(tid):
    """Stops the main thread of a process until that ends; its other threads go on."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_ulong, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    # A process of its own, which takes note of the end: before that the system keeps what it held.
    if os.fork() == 0:
        for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
            if libc.ptrace(request, tid, None, None) != 0:
                os._exit(1)
        while not (os.WIFEXITED(status := os.waitpid(tid, __WALL)[1]) or os.WIFSIGNALED(status)):
            pass
        os._exit(0)


@case("a trainer that hangs while its link goes on talking is given up after --stalled-after", root=True)
def hanging_trainer(run):
    text = sweep(rates="[1.0e-3]", steps=20_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        coordinator, address = place.serve()
        help_text = place.start("grokmap-worker", "serve", "--help").wait().output
        if "--stalled-after" not in help_text:
            raise Skipped("this grokmap-worker knows no --stalled-after")
        worker = place.work(address, "--stalled-after", "10", slots=1)
        slot = eventually("a slot", lambda: place.processes("slot"))[0][0]
        eventually("it trains", lambda: place.ledger(
            "SELECT 1 FROM attempts WHERE ended_at IS NULL"))
        # The main thread trains; link and control go on.
        hold_thread(slot)
        eventually("the slot is given up", lambda: (slot, "slot") not in place.processes(), 90)
        place.completes(coordinator, calm)
        worker.wait()
        reasons = place.ledger("SELECT reason FROM attempts WHERE outcome IN ('lost', 'failed')")
        return f"given up: {reasons[0][0]!r}; its successor trained the cell"
