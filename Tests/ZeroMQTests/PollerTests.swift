import Foundation
import Testing
import ZeroMQ

@Suite("Poller and Waker", .serialized, .timeLimit(.minutes(10)))
struct PollerTests {
    @Test("nothing to do is an empty answer, not an error")
    func timeout() throws {
        var poller = Poller()
        let waker = try Waker()
        _ = poller.add(descriptor: waker.descriptor)
        #expect(try poller.wait(.zero)?.isEmpty == true)
        #expect(try poller.wait(.milliseconds(3))?.isEmpty == true)
    }

    @Test("an answer names the socket that has something to do, and what")
    func entries() throws {
        let context = try Context()
        let idle = try Socket(context, .pair, brisk())
        let one = try Socket(context, .pair, brisk())
        let other = try Socket(context, .pair, brisk())
        try idle.bind("inproc://idle")
        try one.bind("inproc://one")
        try other.connect("inproc://one")
        var poller = Poller()
        let idleEntry = poller.add(idle)
        let oneEntry = poller.add(one)
        #expect(try other.send([[1]]) == .sent)
        let ready = try #require(try poller.wait(nil))
        #expect(ready[oneEntry] == .readable)
        #expect(ready[idleEntry] == nil)
        poller.watch(oneEntry, for: [])
        #expect(try poller.wait(.zero)?.isEmpty == true)
        poller.watch(oneEntry, for: [.readable, .writable])
        #expect(try poller.wait(nil)?[oneEntry] == [.readable, .writable])
    }

    @Test("another thread ends a wait without limit")
    func wakes() throws {
        let waker = try Waker()
        var poller = Poller()
        let entry = poller.add(descriptor: waker.descriptor)
        Thread.detachNewThread {
            usleep(5000)
            waker.wake()
            waker.wake()
        }
        #expect(try poller.wait(nil)?[entry] == .readable)
        #expect(waker.drain())
    }

    @Test("wake-ups add up to one, and draining takes them back")
    func drains() throws {
        let waker = try Waker()
        var poller = Poller()
        let entry = poller.add(descriptor: waker.descriptor)
        waker.wake()
        waker.wake()
        #expect(try poller.wait(nil)?[entry] == .readable)
        #expect(waker.drain())
        #expect(!waker.drain())
        #expect(try poller.wait(.zero)?.isEmpty == true)
    }

    @Test("signals do not end a wait")
    func signals() throws {
        // A handler without SA_RESTART makes every call it interrupts fail with EINTR.
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        var previous = sigaction()
        #expect(sigaction(SIGURG, &action, &previous) == 0)
        defer { sigaction(SIGURG, &previous, nil) }
        let waiter = pthread_self()
        let waker = try Waker()
        var poller = Poller()
        let entry = poller.add(descriptor: waker.descriptor)
        Thread.detachNewThread {
            for _ in 0..<20 {
                usleep(1000)
                pthread_kill(waiter, SIGURG)
            }
            waker.wake()
        }
        #expect(try poller.wait(nil)?[entry] == .readable)
    }

    @Test("a bad descriptor is reported, not waited for")
    func badDescriptor() throws {
        var poller = Poller()
        let entry = poller.add(descriptor: 1 << 20)
        #expect(try poller.wait(nil)?[entry]?.contains(.failed) == true)
    }
}
