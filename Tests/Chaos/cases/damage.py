"""Files that are not as they were written: torn tails, flipped bits, and a ledger that is merely out of reach."""

import os
import re
import shutil
import signal
import sqlite3
import time

from cases import case
from workplace import Workplace, eventually, expect, sweep, undisturbed

LONG_CELLS = sweep(rates="[1.0e-4, 1.0e-3]", decays="[0, 2]", steps=12_000, stop="budget")


MANY_CELLS = sweep(
    rates="[1.0e-5, 1.0e-4, 1.0e-3, 1.0e-2]", decays="[0, 1, 2, 4, 8]", steps=60_000, stop="budget")


# Values that no ledger of ours holds, and that SQLite takes for sound.
IMPOSSIBLE = [
    "UPDATE attempts SET pid = 'x'", "UPDATE attempts SET host = x'ff00'",
    "UPDATE attempts SET attempt = 9223372036854775807", "UPDATE attempts SET slot = 1e300",
    "UPDATE attempts SET ended_at = NULL, outcome = 7", "UPDATE results SET size = x'00'",
    "UPDATE results SET attempt = 'one'", "UPDATE results SET summary = 1",
    "UPDATE cells SET position = 'far', label = x'00'", "UPDATE workers SET pid = 'x'",
    "INSERT INTO checkpoints SELECT cell, 'a', 'b', 'c', 1, 2, 3, 4 FROM cells",
    "UPDATE events SET text = x'00', at = 5",
]


def drawn(place):
    """What the report says of every cell: its phase letters and counts, free of dates and paths."""
    with open(place.out + "/report/phase-diagram.svg") as file:
        return re.findall(r'id="cell-[^>]*>|<title>[^<]*</title>', file.read())


def flip(path, random, bits=1, keep=0):
    """Flips bits of a file at random places beyond the first `keep` bytes."""
    with open(path, "r+b") as file:
        size = os.path.getsize(path)
        for _ in range(bits):
            place = random.randrange(keep, size)
            file.seek(place)
            byte = file.read(1)[0] ^ (1 << random.randrange(8))
            file.seek(place)
            file.write(bytes([byte]))


@case("torn tails: the ledger's log and half-received files cut at random bytes after kill -9", quick=True)
def torn_tails(run):
    text = LONG_CELLS if run.quick else MANY_CELLS
    calm = undisturbed(text)
    with Workplace(text) as place:
        cut, rounds, published = [], 0, set()
        while rounds < (3 if run.quick else 60) and len(published) < len(calm):
            rounds += 1
            log = place.out + "/ledger.sqlite-wal"
            program = place.run("--slots", "2", "--checkpoint-every", "0.1")
            eventually("the ledger has a log", lambda: os.path.exists(log) or not program.runs)
            time.sleep((0.4 if run.quick else 1.2) * run.random.random())
            program.kill()
            program.wait()
            victims = [log]
            if os.path.isdir(place.out + "/incoming"):
                victims += [entry.path for entry in os.scandir(place.out + "/incoming")]
            for victim in victims:
                if os.path.exists(victim) and os.path.getsize(victim):
                    size = run.random.randrange(os.path.getsize(victim) + 1)
                    os.truncate(victim, size)
                    cut.append(size)
            published = set(place.cell_files())
        ended = place.finish("--slots", "2")
        found = place.curves()
        expect(found == calm, f"{len(found)} cells, curves differ")
        expect("moved to" not in ended.errors, f"something was quarantined: {ended}")
        return (f"{rounds} kills, {len(cut)} files cut; {len(published)} cells were in place before the"
                " last run; sweep complete")


@case("bits flipped in the ledger: never a crash, a wrong phase or a lost cell", quick=True)
def ledger_bits(run):
    text = sweep(rates="[1.0e-3, 1.0e-2]", decays="[0, 2]", steps=1000)
    calm = undisturbed(text)
    rounds = 8 if run.quick else 300
    with Workplace(text) as place:
        place.finish("--slots", "2")
        expected = drawn(place)
        ledger = place.out + "/ledger.sqlite"
        # Everything in one file, as it lies after a closed sweep.
        base = sqlite3.connect(ledger)
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        base.close()
        good = place.path + "/good.sqlite"
        shutil.copy(ledger, good)
        for change in IMPOSSIBLE:
            base = sqlite3.connect(ledger)
            base.execute(change)
            base.commit()
            base.close()
            for words in (["status", place.out], ["explain", place.out, "seed=0,learning_rate=0.001,weight_decay=0"],
                          ["run", "small.yaml", "--out", place.out]):
                ended = place.grokmap(*words)
                expect(ended.code == 0, f"{change}: {words[0]}: {ended}")
            shutil.copy(good, ledger)
        rebuilt = forgotten = 0
        for number in range(rounds):
            for suffix in ("-wal", "-shm"):
                if os.path.exists(ledger + suffix):
                    os.unlink(ledger + suffix)
            shutil.copy(good, ledger)
            flip(ledger, run.random, bits=1 if number % 2 else 8)
            shutil.copy(ledger, place.path + "/flipped.sqlite")
            status = place.grokmap("status", place.out, "--format", "json")
            expect(status.code in (0, 2), f"flip {number}: status: {status}")
            ended = place.run("--slots", "1").wait()
            expect(ended.code == 0, f"flip {number}: {ended}")
            expect("nothing to train" in ended.errors, f"flip {number}: trained again: {ended}")
            rebuilt += "rebuilding it" in ended.errors
            report = place.grokmap("report", place.out)
            expect(report.code == 0 and drawn(place) == expected,
                   f"flip {number}: another picture: {report}")
            forgotten += place.ledger("SELECT count(*) FROM results")[0][0] != 4
        expect(not forgotten, f"{forgotten} ledgers without all results")
        expect(place.curves() == calm, "cell files have changed")
        return f"{rounds} damaged ledgers: {rebuilt} rebuilt from the cells, the others read; same picture, nothing trained"


@case("a ledger that is locked by another program is waited for and left alone", quick=True)
def locked_ledger(run):
    text = sweep(rates="[1.0e-3]")
    calm = undisturbed(text)
    with Workplace(text) as place:
        place.finish("--slots", "2")
        base = sqlite3.connect(place.out + "/ledger.sqlite", isolation_level=None)
        base.execute("PRAGMA locking_mode = EXCLUSIVE")
        base.execute("BEGIN EXCLUSIVE")
        base.execute("UPDATE meta SET value = value")
        ended = place.run().wait()
        expect(ended.code == 2, f"{ended}")
        lines = ended.errors.strip().splitlines()
        expect(len(lines) == 1 and "database is locked" in lines[0], f"{ended}")
        expect(os.listdir(place.out + "/quarantine") == [], "the ledger was put away")
        base.execute("COMMIT")
        base.close()
        place.finish()
        place.check(calm)
        return lines[0]


@case("bits flipped in cell files: put into quarantine and trained again", quick=True)
def cell_bits(run):
    text = sweep(rates="[1.0e-3, 1.0e-2]", decays="[0, 2]", steps=1000)
    calm = undisturbed(text)
    rounds = 4 if run.quick else 60
    with Workplace(text) as place:
        place.finish("--slots", "2")
        for number in range(rounds):
            victim = run.random.choice(sorted(place.cell_files().values()))
            flip(victim, run.random)
            if number % 2:
                # Without a ledger only the file's own checksums can tell.
                for suffix in ("", "-wal", "-shm"):
                    if os.path.exists(place.out + "/ledger.sqlite" + suffix):
                        os.unlink(place.out + "/ledger.sqlite" + suffix)
            place.finish("--slots", "2")
            expect(place.curves() == calm, f"flip {number} in {victim}: other curves")
        put_away = len(os.listdir(place.out + "/quarantine"))
        return f"{rounds} flips, {put_away} files in quarantine, the rest harmless; same curves"


@case("bits flipped in checkpoints: the cell begins at step 0 and has the same curve", quick=True)
def checkpoint_bits(run):
    calm = undisturbed(LONG_CELLS)
    rounds = begun_anew = 0
    # A cell may end before its checkpoint is struck; then there is another round.
    while rounds < (2 if run.quick else 20) or begun_anew == 0 and rounds < 40:
        rounds += 1
        with Workplace(LONG_CELLS) as place:
            program = place.run("--slots", "2", "--checkpoint-every", "0.05")
            folder = place.out + "/checkpoints"
            eventually("checkpoints", lambda: not program.runs or os.path.isdir(folder) and any(
                name.endswith(".ckpt") for name in os.listdir(folder)))
            program.kill()
            program.wait()
            place.kill_all()
            kept = [entry.path for entry in os.scandir(folder) if entry.name.endswith(".ckpt")]
            for victim in kept:
                flip(victim, run.random)
            ended = place.finish("--slots", "2")
            place.check(calm)
            begun_anew += ended.errors.count("begins at step 0")
    expect(begun_anew > 0, "no damaged checkpoint was noticed")
    return f"{rounds} sweeps: {begun_anew} damaged checkpoints dropped, same curves"


@case("bits flipped in results on a worker's disk before they are delivered: refused, trained again", quick=True)
def scratch_bits(run):
    text = sweep(rates="[1.0e-3]", decays="[0, 2]", steps=20_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        coordinator, address = place.serve()
        worker = place.work(address, slots=1)
        scratch = place.path + "/scratch"
        eventually("it trains", lambda: rows(place))
        # Results wait on the worker's disk while the coordinator is away.
        coordinator.kill()
        coordinator.wait()
        eventually("a result waits", lambda: ": finished " in worker.text())
        os.kill(place.processes("slot")[0][0], signal.SIGSTOP)
        waiting = [entry.path for entry in os.scandir(scratch) if entry.name.endswith(".h5")]
        time.sleep(0.2)
        flip(waiting[0], run.random)
        os.kill(place.processes("slot")[0][0], signal.SIGCONT)
        coordinator = place.run("--slots", "0", "--bind", address)
        place.completes(coordinator, calm)
        expect(worker.wait().code == 0, "the worker")
        expect("was refused" in worker.text(), f"nothing was refused: {worker.text()[-1500:]}")
        return "the damaged result was refused, its cell trained again, same curves"


def rows(place):
    """Attempts in slots' hands."""
    return place.ledger("SELECT 1 FROM attempts WHERE ended_at IS NULL")
