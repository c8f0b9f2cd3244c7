"""Disks that are full, read-only, missing, failing, or lose what was not yet on them."""

import errno
import fcntl
import os
import signal
import struct
import subprocess
import time

import h5py

from cases import Skipped, case, compiled
from workplace import BUILD, Program, Workplace, curve_digest, eventually, expect, sweep, undisturbed

TEXT = sweep(steps=4000, stop="budget")


def mount(*words):
    """Mounts something of our own below the workplace."""
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise Skipped(f"mount {' '.join(words)}: {done.stderr.strip()}")


def tmpfs(place, name, size):
    """A small file system in memory."""
    path = f"{place.path}/{name}"
    os.makedirs(path, exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={size}", "grokmap", path)
    return path


@case("the results' disk full: one line, code 2; with room again the same command finishes", root=True)
def full_out(run):
    calm = undisturbed(TEXT)
    seen = []
    # Sizes at which it fills up while claiming, while leasing and while storing.
    for size in ("40k", "120k", "300k", "500k", "700k"):
        with Workplace(TEXT) as place:
            out = tmpfs(place, "out", size)
            ended = place.run("--slots", "2").wait()
            expect(ended.code == 2, f"at {size}: {ended}")
            expect("No space left on device" in ended.errors or "full" in ended.errors,
                   f"at {size}: {ended}")
            expect("quarantine" not in ended.errors, f"at {size}: {ended}")
            kept = place.curves()
            place.kill_all()
            # Once more, still without room: nothing is lost by trying.
            again = place.run("--slots", "2").wait()
            expect(again.code == 2, f"again at {size}: {again}")
            lost = set(kept) - set(place.curves())
            expect(not lost, f"at {size}: cells were there and are not: {lost}")
            place.kill_all()
            mount("-o", "remount,size=64m", out)
            place.finish("--slots", "2")
            place.check(calm)
            seen.append(f"{size}: {len(kept)} cells kept")
    return "; ".join(seen) + "; finished with room"


@case("the worker's scratch full: it gives its cell back, says so and leaves; another worker finishes", root=True)
def full_scratch(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place:
        coordinator, address = place.serve()
        scratch = tmpfs(place, "small", "48m")
        full = place.work(address, slots=2, name="small")
        eventually("results are there", place.cell_files)
        with open(scratch + "/filler", "wb") as filler:
            try:
                while True:
                    filler.write(bytes(1 << 16))
                    filler.flush()
            except OSError:
                pass
        ended = full.wait(60)
        expect(ended.code == 2, f"the worker: {ended}")
        expect("cannot keep a result" in ended.errors, f"the worker: {ended}")
        failed = place.ledger("SELECT count(*) FROM attempts WHERE outcome = 'failed'")[0][0]
        expect(failed == 0, f"{failed} attempts counted against their cells")
        expect(coordinator.runs, "the coordinator ended")
        refused = place.work(address, slots=1, name="small").wait(60)
        expect(refused.code == 2 and "scratch directory" in refused.errors, f"started again: {refused}")
        place.work(address, name="roomy")
        done = coordinator.wait()
        expect(done.code == 0, f"{done}")
        place.check(calm)
        return f"{ended.errors.strip().splitlines()[-1]!r}; no failure counted; another worker finished"


@case("the scratch of the workers that grokmap run starts is full: their own words, code 2, then finished", root=True)
def full_temporary(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place:
        scratch = tmpfs(place, "tmp", "48m")
        program = place.run("--slots", "2", env={"TMPDIR": scratch})
        eventually("results are there", place.cell_files)
        with open(scratch + "/filler", "wb") as filler:
            try:
                while True:
                    filler.write(bytes(1 << 16))
                    filler.flush()
            except OSError:
                pass
        ended = program.wait(90)
        expect(ended.code == 2, f"{ended}")
        line = ended.errors.strip().splitlines()[-1]
        expect("No space left" in line or "MiB are free" in line, f"{ended}")
        failed = place.ledger("SELECT count(*) FROM attempts WHERE outcome = 'failed'")[0][0]
        expect(failed == 0, f"{failed} attempts counted against their cells")
        os.unlink(scratch + "/filler")
        place.finish("--slots", "2", env={"TMPDIR": scratch})
        place.check(calm)
        return repr(line)


@case("a directory, scratch or file system that cannot be written: one line before anything is trained", quick=True)
def unwritable(run):
    calm = undisturbed(TEXT)
    seen = []
    with Workplace(TEXT) as place:
        coordinator, address = place.serve()
        with open(place.path + "/file", "w"):
            pass
        ended = place.work(address, name="file/below").wait(60)
        expect(ended.code == 2, f"no scratch: {ended}")
        lines = ended.errors.strip().splitlines()
        expect("scratch directory" in lines[-1] and "--scratch" in lines[-1], f"{ended}")
        seen.append(lines[-1])
        worker = place.work(address)
        expect(coordinator.wait().code == 0, "the coordinator")
        worker.wait()
        place.check(calm)
    return f"{seen[0]!r}"


@case("the results' file system turned read-only between runs and under a run", root=True)
def read_only(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place, Disk(place) as disk:
        program = place.run("--slots", "2")
        eventually("results are there", lambda: len(place.cell_files()) >= 2)
        program.kill()
        program.wait()
        place.kill_all()
        mount("-o", "remount,ro", place.out)
        kept = set(place.curves())
        ended = place.run("--slots", "2").wait()
        expect(ended.code == 2 and "Read-only file system" in ended.errors, f"{ended}")
        expect(len(ended.errors.strip().splitlines()) == 1, f"{ended}")
        mount("-o", "remount,rw", place.out)
        program = place.run("--slots", "2")
        eventually("it goes on", lambda: len(place.cell_files()) > len(kept))
        disk.cut()
        broken = program.wait(60)
        expect(broken.code == 2, f"under a run: {broken}")
        place.kill_all()
        disk.replug()
        expect(kept <= set(place.cell_files()), "cells were there and are not")
        place.finish("--slots", "2")
        place.check(calm)
        return (f"{ended.errors.strip()!r}; under a run: "
                f"{broken.errors.strip().splitlines()[-1]!r}; then finished")


@case("every call of writing a result or sweep.h5 failed once, in turn: told, and never another file", quick=True)
def failing_calls(run):
    text = sweep(rates="[1.0e-3]", decays="[0, 2]", steps=600)
    calls = ("open", "write", "short", "fsync", "read", "close", "rename")
    errors = (errno.EIO,) if run.quick else (errno.EIO, errno.ENOSPC, errno.EDQUOT)
    tried = {}
    with Workplace(text) as place:
        library = compiled(place, "fail_point.c")
        with open(place.path + "/cell.json", "w") as file:
            file.write('{"task": {"symbols": 6}, "model": {"hidden": [24, 24]}, "steps": 300}')
        train = [f"{BUILD}/grokmap-worker", "train", "cell.json", "--out", "x.h5", "--quiet"]
        place.finish("--slots", "1")
        report = [f"{BUILD}/grokmap", "report", place.out]
        for words, target, product in ((train, "x.h5", place.path + "/x.h5"),
                                       (report, "sweep.h5", place.out + "/sweep.h5")):
            if words is train:
                expect(Program(place.path, words).wait().code == 0, "undisturbed")
            good = values(product)
            for call in calls:
                for number in errors:
                    for at in range(1, 1000):
                        if words is train and os.path.exists(product):
                            os.unlink(product)
                        log = place.path + "/failed"
                        if os.path.exists(log):
                            os.unlink(log)
                        ended = Program(place.path, words, env={
                            "LD_PRELOAD": library, "FAIL_CALL": call, "FAIL_PATH": target,
                            "FAIL_AT": str(at), "FAIL_ERRNO": str(number), "FAIL_LOG": log}).wait()
                        if not os.path.exists(log):
                            break
                        tried[call] = tried.get(call, 0) + 1
                        what = f"{words[1]}, {call} {at}, errno {number}: {ended}"
                        if ended.code == 0 or words is report:
                            expect(values(product) == good, "other content after " + what)
                        else:
                            expect(not os.path.exists(product), "left behind by " + what)
                        expect(ended.code == (0 if call == "short" else 2), what)
    expect(set(tried) == set(calls), f"never failed: {set(calls) - set(tried)}")
    return ", ".join(f"{count} {call}" for call, count in tried.items()) + "; no other content, all told"


def values(path):
    """Every value of an HDF5 file but the times of day."""
    found = {}
    with h5py.File(path) as file:
        def look(name, thing):
            if isinstance(thing, h5py.Dataset):
                found[name] = thing[()].tobytes()
        file.visititems(look)
    return found


EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2


class Disk:
    """An ext4 disk of our own at the workplace's `out`, which can be cut off as by a power failure."""

    def __init__(self, place):
        self.place = place

    def __enter__(self):
        self.image = self.place.path + "/disk.img"
        with open(self.image, "wb") as file:
            file.truncate(128 << 20)
        made = subprocess.run(["mkfs.ext4", "-q", "-F", self.image], capture_output=True)
        if made.returncode != 0:
            raise Skipped("needs mkfs.ext4")
        os.makedirs(self.place.out, exist_ok=True)
        self.plug()
        os.rmdir(self.place.out + "/lost+found")
        return self

    def __exit__(self, *_):
        self.place.kill_all()
        subprocess.run(["umount", "-l", self.place.out], check=False)

    def plug(self):
        mount("-o", "loop", self.image, self.place.out)

    def cut(self):
        """Nothing reaches the disk any more, and what was in memory only is lost."""
        folder = os.open(self.place.out, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as problem:
            raise Skipped(f"no EXT4_IOC_SHUTDOWN: {problem}") from None
        finally:
            os.close(folder)

    def replug(self):
        """Mounts the disk as after a power failure: the journal is played, nothing else is there."""
        unplugged = subprocess.run(["umount", self.place.out], capture_output=True, text=True)
        expect(unplugged.returncode == 0, unplugged.stderr)
        self.plug()


def acknowledged(worker):
    """Cells whose results the coordinator has acknowledged to a worker, by the first digits of their names."""
    return {line.split("stored ")[1].split()[0] for line in worker.text().splitlines()
            if "stored " in line and "checkpoint" not in line}


def is_whole(path):
    """Whether a cell file can be read."""
    try:
        return bool(curve_digest(path))
    except (OSError, RuntimeError, KeyError):
        return False


@case("the power cut at random moments: no acknowledged result is lost", root=True, programs=[
    ("mkfs.ext4", "e2fsprogs")])
def power_cut(run):
    text = sweep(rates="[1.0e-5, 1.0e-4, 1.0e-3, 1.0e-2]", decays="[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]",
                 steps=60_000, stop="budget")
    calm = undisturbed(text)
    told = lost_files = 0
    with Workplace(text) as place, Disk(place) as disk:
        done = set()
        cuts = 0
        for number in range(8):
            if len(done) >= len(calm):
                break
            coordinator, address = place.serve()
            worker = place.work(address, name=f"scratch{number}")
            time.sleep(1 + 3 * run.random.random())
            disk.cut()
            cuts += 1
            # Whatever was acknowledged before this moment must be there again.
            os.kill(coordinator.pid, signal.SIGKILL)
            coordinator.wait()
            time.sleep(0.1)
            done |= acknowledged(worker)
            place.kill_all()
            worker.wait()
            disk.replug()
            before = {cell[:12] for cell, path in place.cell_files().items() if is_whole(path)}
            looked = place.grokmap("verify", place.out)
            expect(looked.code in (0, 1), f"verify after cut {number}: {looked}")
            there = {cell[:12] for cell, path in place.cell_files().items() if is_whole(path)}
            lost_files += len(done - before)
            expect(done <= there, f"acknowledged and lost at cut {number}: {done - there}")
            told = len(done)
        place.finish("--slots", "2")
        place.check(calm)
        return f"{cuts} cuts; {told} results acknowledged before them, all there ({lost_files} of them out of the ledger)"
