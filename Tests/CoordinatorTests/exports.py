"""Opens what ExportTests wrote with the libraries that people use, and checks what they see.

Usage: exports.py DIRECTORY. Exit status 0 when everything agrees; any warning is an error.
"""

import glob
import json
import math
import struct
import sys
import warnings

warnings.simplefilter("error")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import xarray as xr  # noqa: E402

LOSSES = [1, 0.5, 0.1, 0.01]
NORMS = [3, 3, 2, 1]


def check_wide(table):
    """A row per cell, with its place, status and numbers."""
    assert len(table) == 6, table
    assert list(table.status) == ["verified"] * 2 + ["failed", "running", "missing", "missing"]
    # Coarse grid first, each site at its own axis values.
    assert set(zip(table.rate, table.decay)) == {(r, d) for r in (0.001, 0.01) for d in (0, 1, 2)}
    assert all(len(cell) == 64 for cell in table.cell)
    done = table[table.status == "verified"]
    assert list(done.phase) == ["grokking"] * 2
    assert list(done.train_loss) == [0.01] * 2 and list(done.weight_norm) == [1] * 2
    assert list(done.delay) == [2080] * 2
    assert table[table.status != "verified"].phase.isna().all()
    assert table[table.status != "verified"].wall_seconds.isna().all()


def check_long(table):
    """A row per verified cell and recorded step, with gaps where a measure was not evaluated."""
    assert set(table.status) == {"verified"}, table.status
    for _, cell in table.groupby("cell"):
        assert list(cell.step) == [0, 10, 20, 50, 2100], cell.step
        seen = cell[cell.train_loss.notna()]
        assert list(seen.train_loss) == LOSSES and list(seen.weight_norm) == NORMS
        assert list(cell[cell.rqi.notna()].step) == [0, 50, 2100]


def check_netcdf(path, curves, engine):
    """The table over the grid, and the curves over the grid and the number of the record."""
    with xr.open_dataset(path, engine=engine) as grid:
        assert grid.phase.dims == ("rate", "decay", "seed"), grid.phase.dims
        assert int(grid.phase.count()) == 2 and int((grid.status == 1).sum()) == 2
        assert float(grid.weight_norm.sel(rate=0.001, decay=0, seed=0)) == 1
        assert grid.rate.attrs["config_keys"] == "optimizer.decoder.learning_rate"
        assert grid.rate.attrs["long_name"] == "rate (optimizer.decoder.learning_rate)"
        assert ("train_loss_curve" in grid) == curves
        if not curves:
            return
        assert "step" in grid.coords
        done = grid.sel(rate=0.001, decay=0, seed=0)
        assert list(done.step) == [0, 10, 20, 50, 2100], done.step
        seen = done.train_loss_curve.dropna("record")
        assert list(seen) == LOSSES and list(seen.step) == [0, 10, 20, 2100]
        assert int(grid.train_loss_curve.count()) == 2 * len(LOSSES)


def crc32c(data):
    """The checksum of RFC 3720, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def varint(data, place):
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def fields(data):
    """The fields of a message in the encoding of protocol buffers."""
    found, place = [], 0
    while place < len(data):
        key, place = varint(data, place)
        size = {0: None, 1: 8, 2: None, 5: 4}[key & 7]
        if key & 7 == 0:
            value, place = varint(data, place)
        else:
            if size is None:
                size, place = varint(data, place)
            value, place = data[place : place + size], place + size
        found.append((key >> 3, value))
    return found


def records(path):
    """The records of an event file, checksums and all."""
    with open(path, "rb") as file:
        data = file.read()
    place = 0
    while place < len(data):
        head = data[place : place + 8]
        size = struct.unpack("<Q", head)[0]
        event = data[place + 12 : place + 12 + size]
        sums = data[place + 8 : place + 12] + data[place + 12 + size : place + 16 + size]
        assert struct.unpack("<II", sums) == (crc32c(head), crc32c(event)), path
        place += 16 + size
        yield dict(fields(event))


def check_events(root):
    """A run per verified cell, with the recorded numbers at their steps."""
    runs = sorted(glob.glob(f"{root}/*/events.out.tfevents.*"))
    assert [run.split("/")[-2] for run in runs] == [
        "rate=0.001,decay=0,seed=0", "rate=0.001,decay=2,seed=0",
    ], runs
    for run in runs:
        events = list(records(run))
        assert events[0][3] == b"brain.Event:2"
        losses = []
        for event in events[2:]:
            for _, value in fields(event[5]):
                scalar = dict(fields(value))
                if scalar[1] == b"loss/train":
                    losses.append((event.get(2, 0), struct.unpack("<f", scalar[2])[0]))
        assert losses == list(zip([0, 10, 20, 2100], np.float32(LOSSES))), losses
    try:
        from tensorboard.backend.event_processing import event_accumulator
    except ImportError:
        return
    for run in runs:
        seen = event_accumulator.EventAccumulator(run.rsplit("/", 1)[0])
        seen.Reload()
        assert [e.value for e in seen.Scalars("measures/rqi")] == [0, 0.5, 1]
        assert [e.step for e in seen.Scalars("accuracy/validation")] == [0, 10, 20, 2100]
        hparams = seen.SummaryMetadata("_hparams_/session_start_info")
        assert hparams.plugin_data.plugin_name == "hparams"
        from tensorboard.plugins.hparams import plugin_data_pb2

        content = plugin_data_pb2.HParamsPluginData.FromString(hparams.plugin_data.content)
        found = {k: v.number_value for k, v in content.session_start_info.hparams.items()}
        assert found["rate"] == 0.001 and found["seed"] == 0 and found["decay"] in (0, 2)


def main():
    """Runs every check."""
    root = sys.argv[1]
    for engine in ("h5netcdf", "netcdf4"):
        check_netcdf(f"{root}/wide.h5", False, engine)
        check_netcdf(f"{root}/curves.h5", True, engine)
    check_events(f"{root}/runs")
    check_wide(pd.read_csv(f"{root}/wide.csv"))
    check_wide(pd.read_json(f"{root}/wide.jsonl", lines=True))
    check_long(pd.read_csv(f"{root}/long.csv"))
    check_long(pd.read_json(f"{root}/long.jsonl", lines=True))
    with open(f"{root}/curves.jsonl", encoding="utf-8") as file:
        cells = [json.loads(line) for line in file]
    assert [("curves" in cell) for cell in cells] == [True] * 2 + [False] * 4
    assert cells[0]["curves"]["step"] == [0, 10, 20, 50, 2100]
    assert cells[0]["curves"]["train_loss"] == [1, 0.5, 0.1, None, 0.01]
    assert math.isclose(cells[0]["curves"]["rqi"][3], 0.5)
    print("agrees")


main()
