"""Peers that behave badly: that never read, that come by the thousand, that send what is no message."""

import json
import socket
import threading
import time

from cases import case
from workplace import Workplace, eventually, expect, sweep, undisturbed
from zmtp import Dealer, frame, message

TEXT = sweep(rates="[1.0e-3]", steps=4000, stop="budget")


def version(place):
    """The version that a slot must say."""
    return place.grokmap("--version").output.split()[1]


def resident(pid):
    """Memory of a process in MiB."""
    try:
        with open(f"/proc/{pid}/status") as file:
            sizes = [line.split()[1] for line in file if line.startswith("VmRSS")]
    except OSError:
        sizes = []
    return int(sizes[0]) >> 10 if sizes else 0  # It has ended meanwhile.


@case("slots that register, ask for everything and never read an answer", quick=True)
def never_reading(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place:
        coordinator, address = place.serve()
        deaf = [Dealer(address) for _ in range(2)]
        said = 0
        for number, dealer in enumerate(deaf):
            dealer.hello(f"deaf{number}", version(place), 1)
            dealer.socket.setblocking(False)
            # Each is answered with a piece of text: more than queues and buffers hold.
            cry = message([b"grokmap/1", b"progress", json.dumps({"step": 0}).encode()])
            try:
                for _ in range(40 if run.quick else 400):
                    dealer.socket.sendall(cry * 500)
                    said += 500
            except BlockingIOError:
                pass
        worker = place.work(address)
        peak = 0
        while coordinator.runs:
            peak = max(peak, resident(coordinator.pid))
            time.sleep(0.1)
        place.completes(coordinator, calm)
        worker.wait()
        expect(peak < 300, f"the coordinator grew to {peak} MiB")
        for dealer in deaf:
            dealer.close()
        return f"{said} messages whose answers nobody read (coordinator at {peak} MiB at most); sweep complete"


@case("a thousand connections that say nothing, half a greeting, or hello and nothing more", quick=True)
def thousand_connections(run):
    calm = undisturbed(TEXT)
    count = 300 if run.quick else 1000
    with Workplace(TEXT) as place:
        # As few open files as many systems allow by default.
        coordinator, address = place.serve_limited("ulimit -Sn 256")
        host, port = address.removeprefix("tcp://").rsplit(":", 1)
        crowd = []
        ours = version(place)
        for number in range(count):
            if number % 3 == 0:
                crowd.append(socket.create_connection((host, int(port))))
            elif number % 3 == 1:
                crowd.append(socket.create_connection((host, int(port))))
                crowd[-1].sendall(b"\xff" + bytes(7))
            else:
                dealer = Dealer(address)
                dealer.hello(f"crowd{number}", ours, 1)
                crowd.append(dealer)
        worker = place.work(address)
        place.completes(coordinator, calm)
        worker.wait()
        for item in crowd:
            item.close()
        return f"{count} connections, {count // 3} of them registered as slots; sweep complete"


@case("messages of too many, too large or meaningless frames, by the thousand", quick=True)
def malformed(run):
    calm = undisturbed(TEXT)
    count = 3000 if run.quick else 100_000
    with Workplace(TEXT) as place:
        coordinator, address = place.serve()
        noisy = Dealer(address)
        answers = []

        def listen():
            try:
                while True:
                    answers.append(noisy.hear())
            except OSError:
                pass

        threading.Thread(target=listen, daemon=True).start()
        many = message([b"grokmap/1"] + [b""] * 50_000)
        noisy.socket.sendall(many)
        for _ in range(count):
            frames = [run.random.randbytes(run.random.randrange(40)) for _ in range(run.random.randrange(1, 6))]
            if run.random.random() < 0.5:
                frames[:2] = [b"grokmap/1", run.random.choice(
                    [b"hello", b"request", b"progress", b"result-chunk", b"checkpoint", b"release", b"lease"])]
            noisy.say(frames)
        # A frame beyond what the coordinator takes ends the connection, not the coordinator.
        large = Dealer(address)
        try:
            large.socket.sendall(frame(bytes(1 << 20)))
        except OSError:
            pass
        worker = place.work(address)
        place.completes(coordinator, calm)
        worker.wait()
        rejected = sum(1 for frames in answers if len(frames) > 1 and frames[1] == b"reject")
        expect(rejected > 0, "nothing was rejected")
        noisy.close()
        large.close()
        return f"{count} meaningless messages, one of 50,001 frames, one frame of 1 MiB; {rejected} rejects; sweep complete"


@case("a second coordinator on the same directory is refused, and does no harm", quick=True)
def two_coordinators(run):
    calm = undisturbed(TEXT)
    with Workplace(TEXT) as place:
        program = place.run("--slots", "2")
        eventually("it trains", lambda: place.processes("slot"))
        with place.held("slot"):
            for _ in range(5):
                second = place.run("--slots", "1").wait()
                expect(second.code == 2 and f"pid {program.pid}" in second.errors, f"{second}")
        place.completes(program, calm)
        return "five refused with the owner's pid; sweep complete"
