"""What a report of many cells costs: seconds, memory, bytes.

    python Benchmarks/report.py .build/release/grokmap [--sites 64 64 5] [--seeds 1]

Nobody trains these cells. `grokmap run` without slots makes the directory; the ledger's rows are then written here, with
phases in curved regions, and beside them files of the right size that a report of more than 1,000 cells does not open.
"""

import argparse
import csv
import hashlib
import json
import math
import os
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

SWEEP = """
sweep: synthetic
title: {title}
cell:
  task: {{kind: addition, symbols: 3}}
  model: {{hidden: [2]}}
  loss: {{outputs: 2}}
  train_fraction: 0.67
  steps: 5000
axes:
  learning_rate: {{path: optimizer.decoder.learning_rate, log: [1.0e-5, 1.0e-2], points: {nx}}}
  weight_decay: {{path: optimizer.decoder.weight_decay, linear: [0, 10], points: {ny}}}
  train_fraction: {{path: train_fraction, values: {fractions}}}
seeds: {seeds}
"""
RULE = {"gap": 1000, "sustain": 1, "train_accuracy": 0.9, "validation_accuracy": 0.9}
SIZE = 16_820


def summary(row):
    """What the ledger keeps of a cell: crossings later towards the borders, which noise makes ragged."""
    noise = int(hashlib.sha256(row["cell"].encode()).hexdigest()[:6], 16) / 0xFFFFFF - 0.5
    x = (math.log10(float(row["learning_rate"])) + 5) / 3
    force = x + 0.06 * float(row["weight_decay"]) + float(row["train_fraction"]) - 0.34 + 0.16 * noise
    train = 400 + int(300 * (1 - x)) if x <= 0.85 + 0.1 * noise else None
    validation = None
    if train and force >= 0.7:
        validation = train + (300 if force >= 1.05 else 1000 + int(8000 * (1.05 - force)))
    accuracies = {"train_accuracy": 1.0 if train else 0.3, "validation_accuracy": 0.95 if validation else 0.1}
    found = {
        "rule": RULE, "stepsRun": validation or 5000, "stopReason": "decided" if validation else "budget",
        "trainAccuracy": accuracies["train_accuracy"], "validationAccuracy": accuracies["validation_accuracy"],
        "wallSeconds": 1.5, "measures": ["weight_norm"], "parameterSteps": [],
        "last": accuracies | {"train_loss": 0.01, "validation_loss": 0.3, "weight_norm": 3 + x}}
    for name, step in (("train", train), ("validation", validation)):
        if step:
            found[name] = {"step": step, "notBefore": step}
    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    return text + " " + hashlib.sha256(f"{row['cell']} {text}".encode()).hexdigest()[:16]


def fill(grokmap, directory, sweep):
    """A directory with every cell done; returns how many there are."""
    run = subprocess.Popen([grokmap, "run", sweep, "--out", directory, "--slots", "0", "--bind", "tcp://127.0.0.1:*"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    next(line for line in run.stderr if "--connect" in line)
    run.send_signal(signal.SIGINT)
    run.communicate()
    table = f"{directory}/table.csv"
    subprocess.run([grokmap, "export", directory, "--format", "csv", "--out", table], check=True,
                   stdout=subprocess.DEVNULL)
    count = 0
    with open(table, encoding="utf-8") as file, sqlite3.connect(f"{directory}/ledger.sqlite") as ledger:
        for row in csv.DictReader(file):
            cell = row["cell"]
            ledger.execute("INSERT INTO results VALUES (?, 1, ?, ?, '2026-01-02T03:04:05.000Z', ?)",
                           (cell, "0" * 64, SIZE, summary(row)))
            folder = f"{directory}/cells/{cell[:2]}"
            os.makedirs(folder, exist_ok=True)
            with open(f"{folder}/{cell}.h5", "wb") as made:
                made.truncate(SIZE)
            count += 1
    return count


parser = argparse.ArgumentParser()
parser.add_argument("grokmap", type=os.path.abspath)
parser.add_argument("--sites", nargs=3, type=int, default=[64, 64, 5])
parser.add_argument("--seeds", type=int, default=1)
arguments = parser.parse_args()
nx, ny, nz = arguments.sites
with tempfile.TemporaryDirectory() as folder:
    sweep = Path(folder, "sweep.yaml")
    fractions = [round(0.34 + 0.5 * number / max(1, nz - 1), 4) for number in range(nz)]
    sweep.write_text(SWEEP.format(title=f"{nx} by {ny} by {nz} sites", nx=nx, ny=ny, fractions=fractions,
                                  seeds=list(range(arguments.seeds))), encoding="utf-8")
    cells = fill(arguments.grokmap, f"{folder}/out", sweep)
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        subprocess.run([arguments.grokmap, "report", f"{folder}/out"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append((time.perf_counter() - begin, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    wall, cpu = min(times)
    report = Path(folder, "out/report")
    print(json.dumps({
        "cells": cells, "seconds": round(wall, 2), "cpu_seconds": round(cpu, 2),
        "peak_mb": round(after.ru_maxrss / 1024), "page_mb": round((report / "index.html").stat().st_size / 1e6, 2),
        "figure_mb": round((report / "phase-diagram.svg").stat().st_size / 1e6, 2),
        "data_mb": round(Path(folder, "out/sweep.h5").stat().st_size / 1e6, 2)}))
