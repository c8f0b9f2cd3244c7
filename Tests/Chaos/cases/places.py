"""The sweep's own places: reads that fail, files that are none, directories that go away, and what is left behind."""

import os
import shutil

from cases import case, compiled
from workplace import Workplace, eventually, expect, sweep, undisturbed

TEXT = sweep(rates="[1.0e-4, 1.0e-3]", decays="[0, 2]")
LONG = sweep(rates="[1.0e-4, 1.0e-3]", decays="[0, 2]", steps=60_000, stop="budget")


@case("the coordinator's disk cannot read what came in, or its ledger: no attempt is counted, nothing forgotten", quick=True)
def failing_reads(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place:
        library = compiled(place, "fail_point.c")

        def failing(path, at, *more):
            return {"LD_PRELOAD": library, "FAIL_NAME": "grokmap", "FAIL_CALL": "read", "FAIL_PATH": path,
                    "FAIL_AT": str(at), "FAIL_ERRNO": "5", "FAIL_LOG": place.path + "/failed", **dict(more)}

        ended = place.run("--slots", "2", env=failing("/incoming/", 1, ("FAIL_ON", "1"))).wait()
        # The coordinator reads a received file itself only where its reader refuses one.
        failed = ended.code == 2 and "Input/output error" in ended.errors.splitlines()[-1]
        expect(ended.code == 0 or failed, f"{ended}")
        counted = place.ledger("SELECT count(*) FROM attempts WHERE outcome IN ('failed', 'lost')")[0][0]
        given_up = place.ledger("SELECT count(*) FROM failures")[0][0]
        expect(counted == 0 and given_up == 0, f"{counted} attempts counted, {given_up} cells given up")
        place.kill_all()
        place.finish("--slots", "2")
        place.check(calm)
        before = place.attempts()
        tried = 0
        for at in range(1, 60):
            if os.path.exists(place.path + "/failed"):
                os.unlink(place.path + "/failed")
            looked = place.start("grokmap", "verify", place.out, env=failing("ledger.sqlite", at)).wait()
            if not os.path.exists(place.path + "/failed"):
                break
            tried += 1
            expect(looked.code in (0, 2), f"read {at} of the ledger: {looked}")
            expect(not os.listdir(place.out + "/quarantine"), f"put away after read {at}: {looked}")
        expect(tried > 0, "no read of the ledger failed")
        expect(place.attempts() == before, "attempts were forgotten")
        place.check(calm)
        return f"no attempt counted; {tried} reads of the ledger failed, none put it away; {sum(before.values())} attempts kept"


@case("FIFOs, devices, directories and links in place of files and folders: nothing waits, follows or overwrites", quick=True)
def special_files(run):
    calm = undisturbed(TEXT)
    tried = 0
    with Workplace(TEXT) as place:
        place.finish("--slots", "2")
        shutil.copytree(place.out, place.path + "/good")
        victim = place.path + "/victim"
        os.makedirs(victim)
        cell = os.path.relpath(sorted(place.cell_files().values())[0], place.out)
        thesis = victim + "/thesis.tex"
        targets = [cell, "sweep.yaml", "ledger.sqlite", "events.jsonl", "worker.log", "lock",
                   "incoming", "cells", "checkpoints", "quarantine", "report", "report/index.html.tmp"]
        kinds = {
            "FIFO": lambda path: os.mkfifo(path), "device": lambda path: os.symlink("/dev/zero", path),
            "directory": lambda path: os.makedirs(path), "link": lambda path: os.symlink(
                victim if "." not in os.path.basename(path) and not path.endswith("lock") else thesis, path)}
        for target in targets:
            for kind, make in kinds.items():
                if run.quick and run.random.random() < 0.6:
                    continue
                for command in ("run", "report", "verify", "status"):
                    shutil.rmtree(place.out)
                    shutil.copytree(place.path + "/good", place.out)
                    with open(thesis, "w") as file:
                        file.write("precious")
                    path = f"{place.out}/{target}"
                    if os.path.isdir(path):
                        shutil.rmtree(path)
                    elif os.path.lexists(path):
                        os.unlink(path)
                    if not os.path.lexists(path):
                        make(path)
                    words = {"run": ("run", "small.yaml", "--out", place.out, "--slots", "1")}.get(
                        command, (command, place.out))
                    ended = place.start("grokmap", *words).wait(60)
                    what = f"{kind} at {target}, {command}: {ended}"
                    expect(ended.code in (0, 1, 2), what)
                    expect(os.listdir(victim) == ["thesis.tex"], "followed: " + what)
                    with open(thesis) as file:
                        expect(file.read() == "precious", "overwritten: " + what)
                    place.kill_all()
                    tried += 1
        shutil.rmtree(place.out)
        shutil.copytree(place.path + "/good", place.out)
        place.check(calm)
    return f"{tried} commands on places of four kinds: each ended, nothing of others was touched"


@case("the lock file deleted, the directory or the ledger replaced under a run: never two owners, one line", quick=True)
def lost_places(run):
    calm = undisturbed(LONG)
    seen = []
    with Workplace(LONG) as place:
        first = place.run("--slots", "1")
        eventually("a cell is there", place.cell_files)
        os.unlink(place.out + "/lock")
        second = place.run("--slots", "1").wait()
        expect(second.code == 2 and "another coordinator has it" in second.errors, f"{second}")
        eventually("the lock is there again", lambda: os.path.exists(place.out + "/lock"))
        expect(first.runs, f"the first one ended: {first.text()}")
        for lost in ("directory", "ledger"):
            if lost == "directory":
                os.rename(place.out, place.path + "/moved")
                os.makedirs(place.out)
            else:
                os.rename(place.out + "/ledger.sqlite", place.path + "/ledger")
                shutil.copy(place.path + "/ledger", place.out + "/ledger.sqlite")
            ended = first.wait(60)
            line = ended.errors.strip().splitlines()[-1]
            # Of a directory that is gone the ledger may be missed first.
            expect(ended.code == 2 and "removed or replaced" in line, f"{lost}: {ended}")
            seen.append(lost)
            if lost == "directory":
                expect(os.listdir(place.out) == [], f"written into another's directory: {os.listdir(place.out)}")
                os.rmdir(place.out)
                os.rename(place.path + "/moved", place.out)
            place.kill_all()
            if lost == "directory":
                first = place.run("--slots", "1")
                eventually("it goes on", lambda: place.processes("slot"))
        place.finish("--slots", "2")
        found = place.curves()
        expect(found == calm, "other curves")
    return f"a second coordinator refused without the lock file; {', '.join(seen)} replaced: one line, code 2, then finished"


@case("the workers' scratch directory removed under a run: made again; what killed workers left goes with the next", quick=True)
def cleaned_scratch(run):
    calm = undisturbed(LONG)
    with Workplace(LONG) as place:
        scratch = place.path + "/tmp"
        os.makedirs(scratch)

        def directories():
            return [name for name in os.listdir(scratch) if name.startswith("grokmap-worker.")]

        program = place.run("--slots", "2", env={"TMPDIR": scratch})
        eventually("a cell is there", place.cell_files)
        for name in directories():
            shutil.rmtree(f"{scratch}/{name}", ignore_errors=True)
        place.completes(program, calm)
        expect(directories() == [], f"left behind: {directories()}")
        for _ in range(3):
            shutil.rmtree(place.out)
            program = place.run("--slots", "2", env={"TMPDIR": scratch})
            eventually("slots run", lambda: len(place.processes("slot")) == 2)
            program.kill()
            place.kill_all()
            program.wait()
        left = len(directories())
        expect(left <= 1, f"{left} directories after three kills")
        shutil.rmtree(place.out)
        place.finish("--slots", "2", env={"TMPDIR": scratch})
        expect(directories() == [], f"left behind: {directories()}")
    return "removed under a run: all cells, same curves; three kills of everything left one directory, the next run none"
