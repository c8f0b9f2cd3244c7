"""Opens cell files and a consolidated file with the libraries that people use, and checks what they see.

Usage: interoperability.py CELL.h5 ROWS.h5 SWEEP.h5 EXPECTED.json

CELL.h5 is a cell on pairs of symbols, ROWS.h5 one that predicts numbers from numbers.

EXPECTED.json holds what the writer was given. Exit status 0 when everything agrees; any warning is an error.
"""

import json
import math
import subprocess
import sys
import warnings

warnings.simplefilter("error")

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402

ENGINES = ("h5netcdf", "netcdf4")


def same(found, expected, what):
    """Equal values, NaN equal to itself; null in the expected values stands for NaN."""
    found = np.asarray(found, dtype=float).ravel()
    wanted = np.array([math.nan if v is None else v for v in expected], dtype=float)
    assert found.shape == wanted.shape, f"{what}: {found.shape} values, expected {wanted.shape}"
    assert np.array_equal(found, wanted, equal_nan=True), f"{what}: {found} is not {wanted}"


def text(value):
    """A fixed-length string attribute as h5py gives it."""
    return value.decode() if isinstance(value, bytes) else value


def every_dataset(group):
    """Every dataset below a group, with its path."""
    found = []
    group.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    return found


def check_scales(path):
    """Every axis of every dataset has a named scale, so that no reader makes up a dimension."""
    with h5py.File(path, "r") as file:
        for dataset in every_dataset(file):
            assert "long_name" in dataset.attrs, f"{dataset.name}: no long_name"
            assert "units" in dataset.attrs, f"{dataset.name}: no units"
            # A scalar has none, and says what an attribute says too.
            covered = dataset.fletcher32 or dataset.size == 0 or dataset.shape == ()
            assert covered, f"{dataset.name}: no checksum"
            if dataset.is_scale:
                continue
            for axis, dimension in enumerate(dataset.dims):
                assert len(dimension) == 1, f"{dataset.name}: axis {axis} has {len(dimension)} scales"


def check_cell_h5py(path, expected):
    """The attributes and arrays of a cell file, through h5py."""
    with h5py.File(path, "r") as file:
        for name, value in expected["attributes"].items():
            found = file.attrs[name]
            if isinstance(value, str):
                assert text(found) == value, f"{name}: {found!r} is not {value!r}"
            else:
                assert np.ndim(found) == 0 and found == value, f"{name}: {found!r} is not {value!r}"
        for name in expected["absent"]:
            assert name not in file.attrs, f"{name} is there"
        for name, values in expected["curves"].items():
            assert file[name].dtype == np.float64, name
            same(file[name][()], values, name)
        same(file["step"][()], expected["steps"], "step")
        split = file["split"]
        for name, values in expected["split"].items():
            same(split[name][()], values, f"split/{name}")
        parameters = file["parameters"]
        steps = [int(step) for step in parameters.attrs["steps"]]
        assert steps == expected["parameter_steps"], steps
        names = text(parameters.attrs["tensors"]).split()
        for step in steps:
            assert sorted(parameters[str(step)]) == sorted(names), step
        for name, tensor in expected["tensors"].items():
            found = parameters[str(steps[-1])][name]
            assert list(found.shape) == tensor["shape"], name
            same(found[()], tensor["values"], name)


def check_cell_xarray(path, expected, engine):
    """A cell file as xarray opens it, without any option."""
    with xr.open_dataset(path, engine=engine) as dataset:
        own = {
            "fourier_spectrum": ("fourier_spectrum_step", "frequency"),
            "matrix_entropy": ("matrix_entropy_step",),
        }
        dimensions = {"step", "early_step"}.union(*own.values())
        assert set(dataset.sizes) == dimensions, dataset.sizes
        assert set(dataset.coords) == dimensions | {"cell"}, dataset.coords
        assert text(dataset.cell.values.item()) == expected["attributes"]["cell"]
        assert list(dataset.frequency.values) == [1, 2]
        assert list(dataset.fourier_spectrum_step.values) == [0, 2500, 5000]
        assert dataset.fourier_spectrum.attrs["every"] == 2500
        assert dataset.step.dtype == np.int64
        for name, values in expected["curves"].items():
            dimension = "early_step" if name.startswith("early_") else "step"
            assert dataset[name].dims == own.get(name, (dimension,)), name
            assert dataset[name].dtype == np.float64, name
            same(dataset[name].values, values, name)
            assert dataset[name].attrs["units"] == ("nat" if "entropy" in name else "1"), name
        for name, value in expected["attributes"].items():
            assert dataset.attrs[name] == value, f"{name}: {dataset.attrs[name]!r}"
    with xr.open_dataset(path, engine=engine, group="split") as split:
        assert split.inputs.dims == ("example", "symbol"), split.inputs.dims
        assert split.labels.dims == ("example",)
        assert split.train.dims == ("train_index",)
        assert split.validation.dims == ("validation_index",)
        assert split.targets.dims == ("class", "output")
    for step in expected["parameter_steps"]:
        with xr.open_dataset(path, engine=engine, group=f"parameters/{step}") as parameters:
            for name, tensor in expected["tensors"].items():
                dims = tuple(f"{name}_axis_{axis}" for axis in range(len(tensor["shape"])))
                assert parameters[name].dims == dims, parameters[name].dims
    with xr.open_datatree(path, engine=engine) as tree:
        for node in tree.subtree:
            for name in node.sizes:
                assert "phony" not in name, f"{node.path}: {name}"


def check_rows(path, expected, engine):
    """The split of a cell whose examples are rows of numbers, with numbers to predict."""
    with xr.open_dataset(path, engine=engine, group="split") as split:
        assert split.inputs.dims == ("example", "feature"), split.inputs.dims
        assert split["values"].dims == ("example", "output"), split["values"].dims
        assert "labels" not in split
        for name, values in expected.items():
            assert split[name].dtype == np.float32, name
            same(split[name].values, values, f"split/{name}")


def check_sweep(path, expected, engine):
    """A consolidated file as xarray opens it, and the selection that the documentation promises."""
    dims = tuple(expected["dims"])
    with xr.open_dataset(path, engine=engine) as dataset:
        assert set(dataset.sizes) == set(dims), dataset.sizes
        for name, values in expected["coordinates"].items():
            assert dataset[name].dims == (name,)
            assert dataset[name].dtype == (np.int64 if name == "seed" else np.float64), name
            same(dataset[name].values, values, name)
        for name, values in expected["variables"].items():
            assert dataset[name].dims == dims, f"{name}: {dataset[name].dims}"
            same(dataset[name].values, values, name)
        found = [text(cell) for cell in dataset.cell.values.ravel()]
        assert found[: len(expected["cells"])] == expected["cells"], found
        assert all(len(cell) == 64 for cell in found)
        for name in ("phase", "phase_uncertain", "status", "stop_reason"):
            flags = np.atleast_1d(dataset[name].attrs["flag_values"])
            meanings = dataset[name].attrs["flag_meanings"].split()
            assert flags.dtype == np.int8 and len(flags) == len(meanings), name
        for name, value in expected["attributes"].items():
            assert dataset.attrs[name] == value, f"{name}: {dataset.attrs[name]!r}"
        chosen = dataset.phase.sel(train_fraction=0.65, learning_rate=1e-3, method="nearest")
        same(chosen.values, expected["selected"], "phase.sel")
        dataset.to_dataframe()
    with xr.open_dataset(path, engine=engine, mask_and_scale=False) as raw:
        for name, kind in expected["raw_types"].items():
            assert raw[name].dtype == np.dtype(kind), f"{name}: {raw[name].dtype}"


def check_many(paths, expected, engine):
    """Cell files side by side, told apart by their coordinates."""
    # Cells stop at steps of their own: their curves have no axis in common.
    with xr.open_dataset(paths[0], engine=engine) as first, xr.open_dataset(
        paths[1], engine=engine
    ) as second:
        both = xr.concat(
            [first[["train_loss"]], second[["train_loss"]]], dim="cell", join="outer"
        )
        assert both.train_loss.dims == ("cell", "step"), both.train_loss.dims
        assert len(np.unique(both.cell)) == 2
        # Where the other cell has a step of its own, this one has NaN.
        one = both.train_loss.sel(cell=first.cell, step=first.step)
        same(one.values, expected["curves"]["train_loss"], "concatenated train_loss")


def check_h5dump(path):
    """The HDF5 group's own tool reads the header and every value."""
    for options in (["-H"], []):
        done = subprocess.run(["h5dump", *options, path], capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, f"h5dump {path}: {done.stderr}"


def main():
    """Runs every check."""
    cell, rows, sweep, expected_path = sys.argv[1:]
    with open(expected_path, encoding="utf-8") as file:
        expected = json.load(file)
    for path in (cell, rows, sweep):
        check_scales(path)
        check_h5dump(path)
    check_cell_h5py(cell, expected["cell"])
    for engine in ENGINES:
        check_cell_xarray(cell, expected["cell"], engine)
        check_rows(rows, expected["rows"], engine)
        check_sweep(sweep, expected["sweep"], engine)
        check_many((cell, rows), expected["cell"], engine)
    print("agrees")


main()
