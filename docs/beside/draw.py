"""The pictures of beside.md: one sweep as matplotlib, seaborn and a tracker's report would show it.

    grokmap run docs/beside/sweep.yaml && python docs/beside/draw.py results/beside

Needs xarray, h5netcdf, pandas, matplotlib and seaborn.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import xarray as xr
from matplotlib.colors import BoundaryNorm, ListedColormap

directory = Path(sys.argv[1])
here = Path(__file__).parent
ds = xr.open_dataset(directory / "sweep.h5", engine="h5netcdf")
names = ds.phase.attrs["flag_meanings"].split()
x, y = ds.learning_rate, ds.weight_decay
plt.rcParams["font.size"] = 8


def save(name):
    """Saves the figure in hand, small."""
    plt.tight_layout()
    plt.savefig(here / f"{name}.png", dpi=110, pil_kwargs={"optimize": True})
    plt.close()


# matplotlib: what its gallery says of categories on a grid, cells around their values.
one = ds.phase.isel(seed=0).transpose("weight_decay", "learning_rate")
plt.figure(figsize=(3.6, 2.7))
mesh = plt.pcolormesh(x, y, one, shading="nearest", cmap=ListedColormap(plt.cm.viridis(np.linspace(0, 1, 4))),
                      norm=BoundaryNorm(np.arange(-0.5, 4), 4))
bar = plt.colorbar(mesh, ticks=range(4))
bar.ax.set_yticklabels(names)
plt.xscale("log")
plt.xlabel("learning_rate")
plt.ylabel("weight_decay")
plt.title("phase, seed 0")
save("matplotlib")

# seaborn: a table with numbers in its cells.
delay = ds.delay.mean("seed").transpose("weight_decay", "learning_rate").to_pandas()
plt.figure(figsize=(3.6, 2.7))
sns.heatmap(delay, annot=True, fmt=".0f", cmap="viridis", cbar_kws={"label": "delay"}, annot_kws={"size": 6})
plt.title("delay, mean over seeds")
save("seaborn")

# A tracker's report: every run's curves, parallel coordinates, a table of runs.
figure, (curves, lines, table) = plt.subplots(1, 3, figsize=(8.4, 2.7), width_ratios=[1, 1.2, 1.1])
runs = ds.to_dataframe().reset_index()
paths = sorted(directory.glob("cells/*/*.h5"))
for number, path in enumerate(paths):
    with xr.open_dataset(path, engine="h5netcdf") as cell:
        curves.plot(cell.step, cell.validation_accuracy, lw=0.7, color=plt.cm.tab20(number % 20))
curves.set(title="validation_accuracy", xlabel="step")
columns = ["learning_rate", "weight_decay", "train_step", "validation_step", "validation_accuracy"]
scaled = runs[columns].astype(float)
scaled = (scaled - scaled.min()) / (scaled.max() - scaled.min())
for number, row in scaled.iterrows():
    lines.plot(range(len(columns)), row, lw=0.7, color=plt.cm.viridis(row.iloc[-1] if row.iloc[-1] == row.iloc[-1] else 0))
lines.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
lines.set_yticks([])
lines.set(title="parallel coordinates")
table.axis("off")
shown = runs.head(9)[["learning_rate", "weight_decay", "seed", "validation_accuracy"]].round(4)
sheet = table.table(shown.values.tolist(), colLabels=["lr", "wd", "seed", "val_acc"], loc="center")
sheet.set_fontsize(6)
table.set(title=f"runs (9 of {len(runs)})")
save("tracker")
