import Core

@testable import Worker

/// A slot's link under a virtual clock: events go in, and what it does is collected without the log lines.
struct LinkBench {
    /// The link.
    var link: SlotLink
    /// The virtual time.
    var now = Duration.zero

    /// The warnings so far.
    private(set) var warnings: [String] = []

    /// A link with a patience of 100 s.
    init(
        hello: Hello = Samples.hello, patience: Duration = .seconds(100), wallTime: Duration? = nil,
        seed: UInt64 = 1
    ) {
        link = SlotLink(
            settings: SlotLink.Settings(
                hello: hello, engine: Samples.engine, patience: patience,
                longestBackoff: .seconds(5), wallTime: wallTime, seed: seed))
    }

    /// A link that is registered, asked for one cell, and trains it.
    static func training(_ seed: UInt64 = 0, patience: Duration = .seconds(100)) throws -> LinkBench
    {
        var bench = LinkBench(patience: patience)
        _ = bench.happens(.started)
        _ = bench.hears(.welcome(Samples.welcome()))
        _ = bench.hears(.lease(try Samples.lease(seed)))
        return bench
    }

    /// A link with one finished result of this size, whose first piece has been sent.
    static func delivering(_ size: Int) throws -> LinkBench {
        var bench = try LinkBench.training()
        _ = bench.happens(.trained(try Samples.attempt(), Samples.file(size)))
        return bench
    }

    /// Lets an event happen now.
    mutating func happens(_ event: LinkEvent) -> [LinkEffect] {
        link.handle(event, at: now).filter { effect in
            if case .note(.warning, let text) = effect { warnings.append(text) }
            if case .note = effect { return false }
            return true
        }
    }

    /// Lets the coordinator say something now.
    mutating func hears(_ message: Message) -> [LinkEffect] { happens(.received(message)) }

    /// Lets time pass in one go, and then the clock tick.
    mutating func after(_ wait: Duration) -> [LinkEffect] {
        now += wait
        return happens(.tick)
    }

    /// Lets time pass the way the link thread does: the clock ticks at every deadline on the way.
    mutating func pass(_ time: Duration, answering: Bool = false) -> [LinkEffect] {
        let end = now + time
        var effects: [LinkEffect] = []
        while let due = link.deadline, due <= end {
            now = max(now, due)
            let fresh = happens(.tick)
            effects += fresh
            for case .send(.progress) in fresh where answering {
                effects += hears(.progress(Progress()))
            }
        }
        now = end
        return effects
    }
}

extension [LinkEffect] {
    /// The messages among the effects.
    var messages: [Message] {
        compactMap { effect in
            if case .send(let message) = effect { return message }
            return nil
        }
    }

    /// What the slot says it holds, in the hellos among the effects.
    var hellos: [[Hello.Held]] {
        messages.compactMap { message in
            if case .hello(let hello) = message { return hello.held }
            return nil
        }
    }

    /// The pieces of results among the effects: offset and length.
    var pieces: [[Int]] {
        compactMap { effect in
            if case .sendChunk(_, _, let offset, let length) = effect { return [offset, length] }
            return nil
        }
    }

    /// The pieces of checkpoints among the effects.
    var checkpointPieces: [FileChunk] {
        messages.compactMap { message in
            if case .checkpoint(let chunk) = message { return chunk }
            return nil
        }
    }

    /// What is asked of checkpoints among the effects: offsets.
    var asked: [Int] {
        messages.compactMap { message in
            if case .checkpointRequest(let request) = message { return request.offset }
            return nil
        }
    }

    /// Cells handed to the trainer among the effects.
    var jobs: [TrainingJob] {
        compactMap { effect in
            if case .train(let job) = effect { return job }
            return nil
        }
    }

    /// Requests for work among the effects.
    var requests: Int { messages.count { $0 == .request(Request(credit: 1)) } }
}
