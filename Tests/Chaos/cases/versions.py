"""Two releases in one sweep: the previous one is built from the history once, into .build/previous."""

import os
import re
import signal
import subprocess

from cases import Skipped, case
from workplace import Program, Workplace, eventually, expect, sweep, undisturbed

# The last commit that called itself 0.1.0 and was trained with from outside.
PREVIOUS = "e5ef624"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def previous():
    """The folder with the previous release's programs."""
    tree = ROOT + "/.build/previous"
    programs = tree + "/.build/release"
    if not os.path.exists(programs + "/grokmap-worker"):
        if subprocess.run(["git", "-C", ROOT, "cat-file", "-e", PREVIOUS + "^{commit}"], check=False).returncode:
            raise Skipped(f"the history has no {PREVIOUS}: this is no full clone")
        if not os.path.isdir(tree):
            subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT, tree], check=True)
        subprocess.run(["git", "-C", tree, "checkout", "--quiet", PREVIOUS], check=True)
        for product in "grokmap", "grokmap-worker":
            subprocess.run(["swift", "build", "-c", "release", "--product", product], cwd=tree, check=True)
    return programs


def one_line(program, *words):
    """How a program ended that could not go on: one line of reason, with these words in it."""
    ended = program.wait(120)
    lines = [line for line in ended.errors.splitlines() if "error" in line.lower() or "version" in line.lower()]
    expect(ended.code not in (0, None), f"it ended well: {ended}")
    expect(len(lines) == 1, f"{len(lines)} lines: {ended}")
    expect(all(word in lines[0] for word in words), f"without {words}: {lines[0]}")
    return lines[0]


@case("a worker of the previous release at this coordinator: one line, nothing lost, others go on")
def older_worker(run):
    older = previous()
    text = sweep()
    calm = undisturbed(text)
    with Workplace(text) as place:
        coordinator, address = place.serve()
        stranger = Program(place.path, [older + "/grokmap-worker", "--connect", address, "--slots", "1",
                                        "--blas-core", "auto", "--scratch", place.path + "/older"])
        said = one_line(stranger, "0.1.0")
        worker = place.work(address)
        place.completes(coordinator, calm)
        worker.wait()
        return said


@case("a worker of this release at a coordinator of the previous one: one line, nothing lost, others go on")
def older_coordinator(run):
    older = previous()
    with Workplace(sweep()) as place:
        coordinator = Program(place.path, [older + "/grokmap", "run", "small.yaml", "--out", place.out,
                                           "--slots", "0", "--bind", "tcp://127.0.0.1:*"])
        pattern = re.compile(r"tcp://127\.0\.0\.1:\d+")
        address = eventually("it listens", lambda: pattern.search(coordinator.text())).group(0)
        said = one_line(place.work(address, slots=1), "0.1.0")
        worker = Program(place.path, [older + "/grokmap-worker", "--connect", address, "--slots", "1",
                                      "--blas-core", "auto", "--scratch", place.path + "/older"])
        ended = coordinator.wait()
        worker.wait()
        expect(ended.code == 0 and len(place.cell_files()) == 9, f"{ended}")
        return said


@case("a sweep of the previous release, killed halfway, is taken over: its cells stay, the rest is trained")
def older_directory(run):
    older = previous()
    text = sweep(steps=20_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        first = Program(place.path, [older + "/grokmap", "run", "small.yaml", "--out", place.out, "--slots", "1"])
        eventually("some cells are stored", lambda: len(place.cell_files()) >= 3 or not first.runs)
        first.kill(signal.SIGKILL)
        first.wait()
        place.kill_all()
        kept = {cell: open(path, "rb").read() for cell, path in place.cell_files().items()}
        expect(0 < len(kept) < 9, f"{len(kept)} cells when it was killed")
        status = place.grokmap("status", place.out)
        expect(status.code == 0 and f"{len(kept)} of 9" in status.output, f"{status} {status.output}")
        ended = place.finish("--slots", "2")
        files = place.cell_files()
        expect(set(files) == set(calm), f"{len(files)} cells, not {len(calm)}")
        changed = [cell for cell, data in kept.items() if open(files[cell], "rb").read() != data]
        expect(not changed, f"written again: {changed}")
        verified = place.grokmap("verify", place.out)
        expect(verified.code == 0, f"{verified}")
        return f"{len(kept)} cells of 0.1.0 kept byte for byte, {9 - len(kept)} trained: {ended.errors.strip()[-80:]}"
