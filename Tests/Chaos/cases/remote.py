"""Workers over ssh on several hosts: a real sshd in each of the case's network namespaces."""

import os
import re
import shutil
import subprocess

from cases import case
from cases.hosts import NEEDS, Hosts, ip
from workplace import Workplace, eventually, expect, sweep, undisturbed

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
PROGRAMS = [*NEEDS, ("ssh-keygen", "openssh-client"), ("ssh", "openssh-client")]


class Daemons:
    """An sshd on each host, with keys of the case's own."""

    def __init__(self, place, net, names):
        self.path, self.net, self.names = place.path, net, names
        self.daemons = []

    def __enter__(self):
        os.makedirs("/run/sshd", exist_ok=True)
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{self.path}/{name}"], check=True)
        shutil.copy(f"{self.path}/user.pub", f"{self.path}/authorized")
        for number, name in enumerate(self.net.names, 1):
            if name in self.names:
                self.start(name, f"10.231.77.{number}")
        with open(f"{self.path}/ssh_config", "w") as file:
            for number, name in enumerate(self.net.names, 1):
                file.write(f"Host {name}\n  HostName 10.231.77.{number}\n")
            file.write(f"Host *\n  IdentityFile {self.path}/user\n  IdentitiesOnly yes\n"
                       f"  UserKnownHostsFile {self.path}/known\n  StrictHostKeyChecking accept-new\n")
        return self

    def start(self, name, address):
        with open(f"{self.path}/sshd-{name}", "w") as file:
            file.write(f"ListenAddress {address}\nHostKey {self.path}/host\nAuthorizedKeysFile {self.path}/authorized\n"
                       f"PermitRootLogin yes\nStrictModes no\nUsePAM no\nPidFile none\n")
            if name == "beta" and os.path.exists(FAKETIME):
                # Its clock is a day ahead.
                file.write(f"SetEnv LD_PRELOAD={FAKETIME} FAKETIME=+1d FAKETIME_DONT_FAKE_MONOTONIC=1\n")
        self.daemons.append(subprocess.Popen(
            [*self.net.on(name), "/usr/sbin/sshd", "-D", "-e", "-f", f"{self.path}/sshd-{name}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def __exit__(self, *_):
        for daemon in self.daemons:
            daemon.terminate()
            daemon.wait(10)


def workers(net, name):
    """Processes of ours on a host."""
    found = []
    for pid in ip("netns", "pids", net.host(name), check=False).split():
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                if "grokmap-worker" in file.read().split("\0")[0]:
                    found.append(int(pid))
        except OSError:
            pass
    return found


@case("ssh: hosts without a bundle, with an old one, a day ahead, without sshd, and one that dies", root=True,
      programs=PROGRAMS)
def ssh_hosts(run):
    rates = ", ".join(f"{step}.0e-4" for step in range(1, 9))
    text = sweep(rates=f"[{rates}]", steps=100_000, stop="budget")
    calm = undisturbed(text)
    names = ("head", "alpha", "beta", "gamma", "delta")
    with Workplace(text) as place, Hosts(*names) as net, \
            Daemons(place, net, ("alpha", "beta", "delta")):
        os.makedirs(f"{place.path}/on-alpha/{'0' * 64}/bin")  # An old bundle.
        with open(place.path + "/hosts", "w") as file:
            for name in names[1:]:
                file.write(f"{name} slots=1 dir={place.path}/on-{name} ssh=-F{place.path}/ssh_config\n")
        coordinator = place.run(
            "--ssh", "hosts", "--bind", "tcp://10.231.77.1:*", "--checkpoint-every", "1", wrapper=net.on("head"))

        def at_work():
            if not os.path.exists(place.out + "/events.jsonl"):
                return False
            rows = place.ledger("SELECT host, ended_at FROM attempts")
            return {"alpha", "beta", "delta"} <= {host for host, _ in rows} and ("delta", None) in rows

        eventually("three hosts have trained, delta does", at_work, 600)
        net.destroy("delta")
        ended = place.completes(coordinator, calm, 600)
        for name in ("alpha", "beta"):
            expect(not workers(net, name), f"left on {name}: {workers(net, name)}")
            with open(f"{place.out}/ssh/{name}.log") as file:
                expect("slot" in file.read(), f"no log of {name}")
        expect("delta" in ended.errors, f"what could not be ended was not said: {ended.errors[-600:]}")
        reason = place.ledger("SELECT reason FROM allocations WHERE name = 'gamma'")[0][0]
        bundles = [name for name in os.listdir(f"{place.path}/on-alpha") if re.fullmatch("[0-9a-f]{64}", name)]
        expect(len(bundles) == 2, f"bundles on alpha: {bundles}")
        said = [line for line in ended.errors.splitlines() if "delta" in line and "may be left" in line]
        return f"{len(calm)} cells; gamma: {reason}; at the end: {said[-1] if said else ended.errors[-200:]}"

