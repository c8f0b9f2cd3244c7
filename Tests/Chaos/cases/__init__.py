"""The cases, by name. Each returns one line of what was seen, and raises `Failed` when it did not hold."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from random import Random
from typing import Callable

CASES = {}


class Skipped(Exception):
    """The case cannot be run here."""


@dataclass
class Run:
    """How a case is run."""

    quick: bool
    random: Random


@dataclass
class Case:
    """A case: what it needs and what it shows."""

    name: str
    shows: str
    body: Callable
    quick: bool
    root: bool
    programs: tuple

    def run(self, run):
        if self.root and os.geteuid() != 0:
            raise Skipped("needs root")
        for program, package in self.programs:
            if not shutil.which(program):
                raise Skipped(f"needs {program} (apt install {package})")
        return self.body(run)


def case(shows, quick=False, root=False, programs=()):
    """Registers a function as the case of its name."""

    def register(body):
        name = body.__name__.replace("_", "-")
        CASES[name] = Case(name, shows, body, quick, root, programs)
        return body

    return register


def compiled(place, source):
    """One of the libraries that are preloaded into programs, built from its C source."""
    library = f"{place.path}/{source.removesuffix('.c')}.so"
    compiler = shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        raise Skipped("needs a C compiler")
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, f"{here}/{source}", "-ldl"],
                   check=True)
    return library


from . import batch, clocks, damage, disks, hosts, kills, network, peers, places, remote, silence, versions  # noqa: E402, F401
