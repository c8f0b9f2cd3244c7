"""A network that loses, repeats, delays, reorders, cuts and damages, and one that others write into."""

import socket
import threading
import time

from cases import case
from workplace import Workplace, eventually, expect, sweep, undisturbed
from zmtp import Dealer, Proxy, kind


class Faults:
    """What happens to each message, drawn from a seed."""

    def __init__(self, random, share, spare=(), cuts=0.0):
        self.random, self.share, self.spare, self.cuts = random, share, set(spare), cuts
        self.counts = dict.fromkeys(["dropped", "repeated", "delayed", "swapped", "truncated", "cut"], 0)
        self.held = {}
        self.lock = threading.Lock()

    def __call__(self, direction, frames):
        with self.lock:
            passed = [(0, frames)]
            if self.random.random() < self.cuts:
                self.counts["cut"] += 1
                return None
            if self.random.random() < self.share and kind(frames) not in self.spare:
                passed = self.strike(direction, frames)
            held = self.held.pop(direction, None) if passed else None
            return passed + [(0, held)] if held else passed

    def strike(self, direction, frames):
        fault = self.random.choice(["dropped", "repeated", "delayed", "swapped", "truncated"])
        self.counts[fault] += 1
        if fault == "repeated":
            return [(0, frames), (0, frames)]
        if fault == "delayed":
            return [(self.random.random() * 0.5, frames)]
        if fault == "swapped" and direction not in self.held:
            self.held[direction] = frames
            return []
        if fault == "truncated":
            frames = list(frames)
            if self.random.random() < 0.5 and len(frames) > 1:
                frames.pop()
            else:
                victim = self.random.randrange(len(frames))
                frames[victim] = frames[victim][:self.random.randrange(len(frames[victim]) + 1)]
            return [(0, frames)]
        return []

    def __str__(self):
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count)


def through(run, faults, text, name, seconds=300):
    """Runs a sweep whose worker talks through a proxy with these faults."""
    calm = undisturbed(text)
    with Workplace(text) as place:
        coordinator, address = place.serve()
        proxy = Proxy(address, faults)
        worker = place.work(proxy.address, "--checkpoint-every", "0.1")
        place.completes(coordinator, calm, seconds)
        expect("Fatal error" not in worker.text(), worker.text())
        proxy.stop()
        expect(sum(faults.counts.values()) > 0, "nothing went wrong")
        return f"{proxy.connections} connections, messages {faults}; sweep complete"


@case("messages between slots and coordinator lost, repeated, delayed, reordered and truncated", quick=True)
def messages(run):
    # A lost lease or request is made good after a lease time: for those who have minutes.
    spare = ["lease", "request", "drain"] if run.quick else []
    share = 0.3 if run.quick else 0.2
    text = sweep(steps=2000 if run.quick else 6000, stop="budget")
    return through(run, Faults(run.random, share, spare), text, "messages", 900)


@case("connections cut in the middle of a message, again and again", quick=True)
def connections(run):
    text = sweep(steps=3000 if run.quick else 100_000, stop="budget")
    return through(run, Faults(run.random, 0, cuts=0.1), text, "connections", 900)


@case("a slot's messages recorded and said again by a stranger", quick=True)
def replay(run):
    text = sweep(decays="[0, 2]", steps=8000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        coordinator, address = place.serve()
        recorded = []

        def record(direction, frames):
            if direction == "up":
                recorded.append(frames)
            return [(0, frames)]

        proxy = Proxy(address, record)
        worker = place.work(proxy.address, slots=1)
        eventually("results are there", lambda: len(place.cell_files()) >= 2)
        said = 0
        with place.held("slot"):
            # As they were, and every one before any hello as well.
            for start in (0, 1):
                stranger = Dealer(address)
                for frames in list(recorded)[start:]:
                    stranger.say(frames)
                    said += 1
                time.sleep(0.2)
                stranger.close()
        place.completes(coordinator, calm)
        worker.wait()
        proxy.stop()
        return f"{said} messages said again from other connections; sweep complete"


class Wire:
    """A proxy of bytes: damages, records, and plays back what it recorded."""

    def __init__(self, target):
        host, port = target.removeprefix("tcp://").rsplit(":", 1)
        self.target = (host, int(port))
        self.recorded = []
        self.damage, self.share = None, 0.0
        self.damaged = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(self.target)
            except OSError:
                return
            record = []
            self.recorded.append(record)
            threading.Thread(target=self.pump, args=(near, far, record), daemon=True).start()
            threading.Thread(target=self.pump, args=(far, near, None), daemon=True).start()

    def pump(self, source, sink, record):
        passed = 0
        try:
            while data := source.recv(1 << 16):
                if record is not None:
                    record.append(data)
                # The greeting and the handshake are left alone, so that a connection stands first.
                if self.damage and passed > 600 and self.damage.random() < self.share:
                    self.damaged += 1
                    place = self.damage.randrange(len(data))
                    data = data[:place] + bytes([data[place] ^ 1 << self.damage.randrange(8)]) + data[place + 1:]
                sink.sendall(data)
                passed += len(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def keyed(place, *names):
    """Keys for the coordinator and workers of these names; the coordinator's public key."""
    server = None
    for name in names:
        created = place.grokmap("keys", "create", name, "--keys", place.path + "/keys")
        expect(created.code == 0, f"{created}")
        server = created.output.split("'")[1]
    return server


@case("encrypted bytes damaged and played back: connections end, nothing wrong comes in", quick=True)
def encrypted_bytes(run):
    text = sweep(decays="[0, 2]" if run.quick else "[0, 1, 2, 4, 8]", steps=8000, stop="budget")
    calm = undisturbed(text)
    with Workplace(text) as place:
        server = keyed(place, "node1")
        coordinator, address = place.serve("--keys", place.path + "/keys")
        wire = Wire(address)
        wire.damage, wire.share = run.random, 0.15 if run.quick else 0.05
        worker = place.work(wire.address, "--key", place.path + "/keys/node1.key",
                            "--server-key", server, "--checkpoint-every", "0.1")
        eventually("results are there", lambda: len(place.cell_files()) >= 2)
        played = 0
        with place.held("slot"):
            for record in [list(record) for record in wire.recorded]:
                with socket.create_connection(wire.target, timeout=30) as connection:
                    try:
                        for data in record:
                            connection.sendall(data)
                            played += len(data)
                        time.sleep(0.05)
                    except OSError:
                        pass  # Thrown out, as is right.
        place.completes(coordinator, calm)
        worker.kill()
        slots = place.ledger("SELECT count(DISTINCT worker) FROM workers")[0][0]
        expect(slots == 1, f"{slots} workers registered")
        expect(wire.damaged > 0, "nothing was damaged")
        return (f"{wire.damaged} bytes damaged over {len(wire.recorded)} connections, {played} bytes played"
                " back; sweep complete")


@case("strangers at an encrypted address: no key, another key, plain messages, noise", quick=True)
def strangers(run):
    text = sweep(decays="[0]")
    calm = undisturbed(text)
    with Workplace(text) as place:
        server = keyed(place, "node1")
        other = place.grokmap("keys", "create", "stranger", "--keys", place.path + "/others")
        expect(other.code == 0, f"{other}")
        coordinator, address = place.serve("--keys", place.path + "/keys")
        bare = place.work(address.replace("127.0.0.1", "10.255.255.1"), name="bare").wait()
        expect(bare.code != 0 and "--key" in bare.errors, f"{bare}")
        plain = place.work(address, "--patience", "3", slots=1, name="plain")
        unknown = place.work(
            address, "--key", place.path + "/others/stranger.key", "--server-key", server,
            "--patience", "3", slots=1, name="unknown")
        mistaken = place.work(
            address, "--key", place.path + "/keys/node1.key", "--server-key",
            other.output.split("'")[1], "--patience", "3", slots=1, name="mistaken")
        host, port = address.removeprefix("tcp://").rsplit(":", 1)
        for _ in range(50):
            with socket.create_connection((host, int(port))) as noise:
                try:
                    noise.sendall(run.random.randbytes(run.random.randrange(1, 4000)))
                except OSError:
                    pass
        for program, what in ((plain, "plain"), (unknown, "unknown key"), (mistaken, "wrong server")):
            ended = program.wait()
            expect(ended.code == 2, f"{what}: {ended}")
            expect("nothing heard from the coordinator" in ended.errors, f"{what}: {ended}")
        expect(not place.cell_files(), "a stranger trained a cell")
        expect(not place.ledger("SELECT * FROM workers"), "a stranger registered")
        worker = place.work(address, "--key", place.path + "/keys/node1.key", "--server-key", server)
        place.completes(coordinator, calm)
        expect(worker.wait().code == 0, "the worker")
        return "all were left outside and ended with code 2 and a word; the worker with its key did the sweep"
