#!/usr/bin/env python3
"""A Slurm that misbehaves on request: `sbatch`, `squeue` and `scancel` are links to this file.

Jobs run at once, as processes. Its directory is $FAKE_SLURM; files in it ask for mischief:
  refuse       sbatch refuses, in the file's words
  limit        sbatch refuses arrays longer than the number in it
  pending      jobs never start, for the reason in the file
  same-id      every job has the number in it
  queue-fails  squeue fails, in the file's words
  queue-slow   squeue takes so many seconds
  for-ever     a job that has ended is said to be COMPLETING, for ever
  forgets      squeue knows no job that has ended
What was asked of it is in `asked`, one command a line.
"""

import os
import signal
import subprocess
import sys
import time

HOME = os.environ["FAKE_SLURM"]
JOBS = HOME + "/jobs"


def wish(name):
    try:
        with open(f"{HOME}/{name}") as file:
            return file.read().strip() or "yes"
    except FileNotFoundError:
        return None


def option(name, default=None):
    return next((word.split("=", 1)[1] for word in sys.argv[1:] if word.startswith(f"--{name}=")), default)


def put(path, text):
    with open(path + ".new", "w") as file:
        file.write(str(text))
    os.rename(path + ".new", path)


def get(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def sbatch():
    script = sys.stdin.read()
    array = option("array")
    count = int(array.split("-")[1]) + 1 if array else 1
    if refusal := wish("refuse"):
        sys.exit(f"sbatch: error: {refusal}")
    if (limit := wish("limit")) and count > int(limit):
        sys.exit("sbatch: error: Batch job submission failed: Invalid job array specification")
    if "--test-only" in sys.argv:
        print("sbatch: Job 1 to start at 2026-01-01T00:00:00 using 1 processors", file=sys.stderr)
        return
    number = int(get(HOME + "/next") or 100)
    put(HOME + "/next", number + 1)
    number = wish("same-id") or number
    for task in range(count):
        name = f"{number}_{task}" if array else str(number)
        put(f"{JOBS}/{name}.state", "PENDING")
        if wish("pending"):
            continue
        environment = dict(os.environ, SLURM_JOB_ID=str(number), SLURM_CPUS_ON_NODE="1")
        if array:
            environment.update(SLURM_ARRAY_JOB_ID=str(number), SLURM_ARRAY_TASK_ID=str(task))
        with open(f"{JOBS}/{name}.log", "a") as log, open(f"{JOBS}/{name}.sh", "w") as file:
            file.write(script)
            file.flush()
            # One more process, so that the job is no child of anybody who ends.
            job = subprocess.Popen(
                ["sh", "-c", 'sh "$0"; echo $? > "$1.new"; mv "$1.new" "$1"', file.name, f"{JOBS}/{name}.end"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)
        put(f"{JOBS}/{name}.pid", job.pid)
        with open(f"{JOBS}/{name}.pids", "a") as pids:
            pids.write(f"{job.pid}\n")
        put(f"{JOBS}/{name}.state", "RUNNING")
        if os.path.exists(f"{JOBS}/{name}.end"):
            os.remove(f"{JOBS}/{name}.end")
    print(number)


def state(name):
    kept = get(f"{JOBS}/{name}.state")
    if kept == "CANCELLED":
        return "COMPLETING" if wish("for-ever") else kept
    end = get(f"{JOBS}/{name}.end").strip()
    if end:
        return "COMPLETING" if wish("for-ever") else "COMPLETED" if end == "0" else "FAILED"
    return kept


def squeue():
    if seconds := wish("queue-slow"):
        time.sleep(float(seconds))
    if words := wish("queue-fails"):
        sys.exit(f"slurm_load_jobs error: {words}")
    for name in sorted(file[:-6] for file in os.listdir(JOBS) if file.endswith(".state")):
        word = state(name)
        if wish("forgets") and word not in ("PENDING", "RUNNING"):
            continue
        print(f"{name}|{word}|{wish('pending') if word == 'PENDING' else 'None'}")


def scancel():
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    names = words or [file[:-6] for file in os.listdir(JOBS) if file.endswith(".state")]
    for name in names:
        if state(name) in ("PENDING", "RUNNING"):
            put(f"{JOBS}/{name}.state", "CANCELLED")
        # All that have had the number go: with `same-id` the end of one stands for another that runs.
        for pid in get(f"{JOBS}/{name}.pids").split():
            try:
                os.killpg(int(pid), signal.SIGTERM)
            except ProcessLookupError:
                pass


os.makedirs(JOBS, exist_ok=True)
with open(HOME + "/asked", "a") as file:
    file.write(" ".join([os.path.basename(sys.argv[0]), *sys.argv[1:]]) + "\n")
{"sbatch": sbatch, "squeue": squeue, "scancel": scancel}[os.path.basename(sys.argv[0])]()
