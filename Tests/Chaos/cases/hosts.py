"""Several hosts: network namespaces with names and addresses of their own, joined by a bridge. All of them are ours
and go with the case; no other address is spoken to."""

import os
import signal
import subprocess
import time

from cases import Skipped, case
from cases.network import keyed
from workplace import Workplace, eventually, expect, sweep, undisturbed

NEEDS = [("ip", "iproute2"), ("unshare", "util-linux")]


def ip(*words, check=True):
    """Runs ip(8)."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if check and done.returncode != 0:
        raise Skipped(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Hosts:
    """Hosts on a bridge of their own: the coordinator at 10.231.77.1, workers at .2 and on."""

    def __init__(self, *names):
        self.names = names
        self.tag = f"gm{os.getpid() % 100000}"

    def __enter__(self):
        # The bridge lies in a namespace too, so that this machine's own network stays as it is.
        ip("netns", "add", self.tag)
        self.inside("link", "add", "hub", "type", "bridge")
        self.inside("link", "set", "hub", "up")
        for number, name in enumerate(self.names, 1):
            host = self.host(name)
            ip("netns", "add", host)
            ip("-n", self.tag, "link", "add", f"to-{name}", "type", "veth", "peer", "name", "eth0",
               "netns", host)
            self.inside("link", "set", f"to-{name}", "master", "hub", "up")
            ip("-n", host, "address", "add", f"10.231.77.{number}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", host, "link", "set", device, "up")
        return self

    def __exit__(self, *_):
        for name in self.names:
            self.destroy(name)
        ip("netns", "delete", self.tag, check=False)

    def host(self, name):
        return f"{self.tag}-{name}"

    def inside(self, *words):
        ip("-n", self.tag, *words)

    def on(self, name):
        """What runs a program on a host, which has a name of its own."""
        return ["ip", "netns", "exec", self.host(name), "unshare", "--uts", "sh", "-c",
                f'hostname {name}; exec "$@"', "sh"]

    def cut(self, name):
        """Pulls a host's cable: no packet gets through, and nobody is told."""
        self.inside("link", "set", f"to-{name}", "nomaster")

    def heal(self, name):
        self.inside("link", "set", f"to-{name}", "master", "hub")

    def destroy(self, name):
        """The host with everything on it is gone, without a word."""
        if self.host(name) not in ip("netns", "list", check=False):
            return
        self.inside("link", "set", f"to-{name}", "nomaster")
        for pid in ip("netns", "pids", self.host(name), check=False).split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        ip("netns", "delete", self.host(name), check=False)


@case("three worker hosts: one cut off for longer than its lease and healed, one destroyed", root=True, programs=NEEDS)
def hosts(run):
    text = sweep(rates="[1.0e-5, 1.0e-4, 1.0e-3, 1.0e-2]", steps=1_500_000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place, Hosts("head", "alpha", "beta", "gamma") as net:
        server = keyed(place, "alpha", "beta", "gamma")
        coordinator = place.run(
            "--slots", "0", "--bind", "tcp://10.231.77.1:5599", "--keys", place.path + "/keys",
            wrapper=net.on("head"))
        address = place.address(coordinator)
        workers = {
            name: place.work(
                address, "--key", f"{place.path}/keys/{name}.key", "--server-key", server,
                "--checkpoint-every", "1", slots=1, name=f"scratch-{name}", wrapper=net.on(name))
            for name in ("alpha", "beta", "gamma")}

        def at_work():
            rows = place.ledger("SELECT DISTINCT host FROM attempts WHERE ended_at IS NULL")
            return len(rows) == 3

        eventually("all hosts train", at_work)
        time.sleep(3)
        net.cut("beta")
        net.destroy("gamma")
        # Longer than the lease of 30 s; idle hosts may take up what the silent ones had even before it expires.
        time.sleep(45)
        expect(coordinator.runs, "the sweep was over before the leases expired: make its cells longer")
        lost = "SELECT host, reason FROM attempts WHERE host IN ('beta', 'gamma') AND outcome != 'stored'"
        silent = {row[0] for row in place.ledger(lost)}
        expect(silent == {"beta", "gamma"}, f"whose leases ended: {silent}")
        net.heal("beta")
        place.completes(coordinator, calm, 900)
        back = place.ledger("SELECT count(*) FROM attempts WHERE host = 'beta' AND outcome = 'stored'")[0][0]
        for name in ("alpha", "beta"):
            expect(workers[name].wait(60).code == 0, f"{name}: {workers[name].text()[-300:]}")
        losses = "; ".join(f"{host}: {reason}" for host, reason in place.ledger(lost))
        return (f"cut off for 45 s, healed ({back} cells stored by it in all), another destroyed;"
                f" {losses}; sweep complete")
