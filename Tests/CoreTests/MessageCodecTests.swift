import Testing

@testable import Core

@Suite("MessageCodec")
struct MessageCodecTests {
    private static let cell = String(repeating: "0a", count: 32)
    private static let attempt = AttemptID(
        cell: CellID(canonicalConfiguration: "{}"), attempt: 3)
    private static let attemptText =
        #"{"attempt":3,"cell":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}"#

    /// One message of each kind with the exact text of its frames.
    static let goldens: [(message: Message, kind: String, header: String)] = [
        (
            .hello(
                Hello(
                    worker: "w1", slot: 2, incarnation: "i9", host: "node", pid: 77,
                    processStamp: "b/1", version: "0.1.0", scienceVersion: 1,
                    blasCore: "Haswell", launch: "L",
                    held: [Hello.Held(attempt: attempt, step: 50, finished: true)])),
            "hello",
            #"{"blasCore":"Haswell","held":[{"attempt":"# + attemptText
                + #","finished":true,"step":50}],"host":"node","incarnation":"i9","launch":"L","#
                + #""pid":77,"processStamp":"b/1","scienceVersion":1,"slot":2,"version":"0.1.0","#
                + #""worker":"w1"}"#
        ),
        (
            .welcome(
                Welcome(
                    sweep: "q", coordinator: "c1", heartbeatSeconds: 2, leaseSeconds: 30.5,
                    abandon: [attempt])),
            "welcome",
            #"{"abandon":["# + attemptText
                + #"],"coordinator":"c1","heartbeatSeconds":2,"leaseSeconds":30.5,"sweep":"q"}"#
        ),
        (.request(Request(credit: 1)), "request", #"{"credit":1}"#),
        (
            .lease(
                Lease(
                    attempt: attempt, definition: "{}", rule: PhaseRule(), stop: .decided,
                    record: RecordRequest(measures: [.rqi], parameters: [.step(0), .last]))),
            "lease",
            #"{"attempt":"# + attemptText
                + #","definition":"{}","record":{"measures":["rqi"],"parameters":[0,"last"]},"#
                + #""rule":{"gap":1000,"sustain":1,"train_accuracy":0.9,"#
                + #""validation_accuracy":0.9},"stop":"decided"}"#
        ),
        (.progress(Progress()), "progress", #"{"step":0}"#),
        (
            .progress(
                Progress(
                    attempt: attempt, step: 12, trainLoss: 0.5, trainAccuracy: 1,
                    validationAccuracy: 0.25)),
            "progress",
            #"{"attempt":"# + attemptText
                + #","step":12,"trainAccuracy":1,"trainLoss":0.5,"validationAccuracy":0.25}"#
        ),
        (
            .resultChunk(
                FileChunk(
                    attempt: attempt, offset: 262144, size: 262147, sha256: cell,
                    payload: [1, 0, 255])),
            "result-chunk",
            #"{"attempt":"# + attemptText + #","offset":262144,"sha256":""# + cell
                + #"","size":262147}"#
        ),
        (
            .resultAck(
                FileAck(
                    attempt: attempt, state: .refused, offset: 0, credit: 9, reason: "damaged")),
            "result-ack",
            #"{"attempt":"# + attemptText
                + #","credit":9,"offset":0,"reason":"damaged","state":"refused"}"#
        ),
        (
            .release(Release(attempt: attempt, failed: true, reason: "a \"quoted\" reason")),
            "release",
            #"{"attempt":"# + attemptText
                + #","failed":true,"reason":"a \"quoted\" reason"}"#
        ),
        (.drain(Drain(reason: "done")), "drain", #"{"reason":"done"}"#),
        (.explain(Explain(subject: "w1/0")), "explain", #"{"subject":"w1/0"}"#),
        (.explanation(Explanation(lines: ["a", "b"])), "explanation", #"{"lines":["a","b"]}"#),
        (
            .hello(
                Hello(
                    worker: "w1", slot: 0, incarnation: "i", host: "node", pid: 7,
                    processStamp: "b/1", version: "0.1.0", scienceVersion: 1, blasCore: "Zen",
                    launch: nil, held: [], wallSeconds: 90.5, libraries: "zmq 4",
                    predecessor: "signal 9")),
            "hello",
            #"{"blasCore":"Zen","held":[],"host":"node","incarnation":"i","libraries":"zmq 4","#
                + #""pid":7,"predecessor":"signal 9","processStamp":"b/1","scienceVersion":1,"slot":0,"version":"0.1.0","#
                + #""wallSeconds":90.5,"worker":"w1"}"#
        ),
        (.goodbye(Goodbye(reason: "drained")), "goodbye", #"{"reason":"drained"}"#),
        (
            .reject(Reject(code: .unknownSlot, reason: "say hello")), "reject",
            #"{"code":"unknown-slot","reason":"say hello"}"#
        ),
        (
            .lease(
                Lease(
                    attempt: attempt, definition: "{}", rule: PhaseRule(), stop: .budget,
                    record: RecordRequest(measures: []),
                    checkpoint: CheckpointOffer(
                        step: 2048, size: 70_000, sha256: cell, engine: "grokmap 0.1.0 (avx2)",
                        blasCore: "Haswell", maker: "step 2048 of attempt 1"))),
            "lease",
            #"{"attempt":"# + attemptText
                + #","checkpoint":{"blasCore":"Haswell","engine":"grokmap 0.1.0 (avx2)","#
                + #""maker":"step 2048 of attempt 1","sha256":""# + cell
                + #"","size":70000,"step":2048},"definition":"{}","record":{"measures":[],"#
                + #""parameters":[]},"rule":{"gap":1000,"sustain":1,"train_accuracy":0.9,"#
                + #""validation_accuracy":0.9},"stop":"budget"}"#
        ),
        (
            .checkpoint(
                FileChunk(attempt: attempt, offset: 0, size: 3, sha256: cell, payload: [7, 8, 9])),
            "checkpoint",
            #"{"attempt":"# + attemptText + #","offset":0,"sha256":""# + cell + #"","size":3}"#
        ),
        (
            .checkpointAck(
                FileAck(attempt: attempt, sha256: cell, state: .stored, offset: 3, credit: 9)),
            "checkpoint-ack",
            #"{"attempt":"# + attemptText + #","credit":9,"offset":3,"sha256":""# + cell
                + #"","state":"stored"}"#
        ),
        (
            .checkpointRequest(CheckpointRequest(attempt: attempt, sha256: cell, offset: 262144)),
            "checkpoint-request",
            #"{"attempt":"# + attemptText + #","offset":262144,"sha256":""# + cell + #""}"#
        ),
        (
            .checkpointChunk(
                FileChunk(attempt: attempt, offset: 0, size: 0, sha256: cell, payload: [])),
            "checkpoint-chunk",
            #"{"attempt":"# + attemptText + #","offset":0,"sha256":""# + cell + #"","size":0}"#
        ),
    ]

    private func decode(_ frames: [[UInt8]]) -> Result<Message, MessageCodec.Failure> {
        do {
            return .success(try MessageCodec.decode(frames))
        } catch {
            return .failure(error)
        }
    }

    private func frames(_ kind: String, _ header: String) -> [[UInt8]] {
        [Array("grokmap/1".utf8), Array(kind.utf8), Array(header.utf8)]
    }

    @Test("fields that a later version adds are passed over, other protocols are named")
    func later() throws {
        let hello = """
            {"blasCore":"Haswell","held":[],"host":"h","incarnation":"1","pid":1,"processStamp":"s",\
            "scienceVersion":2,"slot":0,"version":"9.9.9","worker":"w","a_later_field":{"x":[1]}}
            """
        let frames = [Array("grokmap/1".utf8), Array("hello".utf8), Array(hello.utf8)]
        guard case .hello(let body) = try MessageCodec.decode(frames) else {
            Issue.record("no hello")
            return
        }
        #expect(body.version == "9.9.9")
        #expect(body.allocation == nil)
        #expect(throws: MessageCodec.Failure.version("grokmap/2")) {
            try MessageCodec.decode([Array("grokmap/2".utf8)] + frames.dropFirst())
        }
    }

    @Test("every kind has the frames of the protocol, to the byte", arguments: goldens.indices)
    func golden(_ place: Int) throws {
        let (message, kind, header) = Self.goldens[place]
        let encoded = MessageCodec.encode(message)
        #expect(
            encoded.prefix(3).map { String(decoding: $0, as: UTF8.self) } == [
                "grokmap/1", kind, header,
            ])
        switch message {
        case .resultChunk(let chunk), .checkpoint(let chunk), .checkpointChunk(let chunk):
            #expect(encoded.count == 4)
            #expect(encoded.last == chunk.payload)
        default: #expect(encoded.count == 3)
        }
        #expect(try MessageCodec.decode(encoded) == message)
    }

    @Test("keys that a later minor version adds are passed over")
    func tolerant() throws {
        let found = try MessageCodec.decode(frames("request", #"{"credit":1,"colour":"red"}"#))
        #expect(found == .request(Request(credit: 1)))
    }

    @Test("a number of frames that no message has is refused", arguments: [0, 1, 2, 5, 9])
    func frameCount(_ count: Int) {
        let frames = Array(repeating: Array("grokmap/1".utf8), count: count)
        #expect(decode(frames) == .failure(.frameCount(count)))
    }

    @Test("another protocol version is refused and named in printable text")
    func version() {
        var frames = frames("request", #"{"credit":1}"#)
        frames[0] = Array("grokmap/2".utf8)
        #expect(decode(frames) == .failure(.version("grokmap/2")))
        frames[0] = [0x1b, 0x5b, 0xff]
        #expect(decode(frames) == .failure(.version("?[?")))
        frames[0] = [UInt8](repeating: 0x41, count: 1000)
        #expect(decode(frames) == .failure(.version(String(repeating: "A", count: 40))))
    }

    @Test("an unknown kind, an oversize header and a payload out of place are refused")
    func refused() {
        #expect(decode(frames("weights", "{}")) == .failure(.kind("weights")))
        #expect(decode(frames("", "{}")) == .failure(.kind("")))
        let large = String(repeating: " ", count: MessageCodec.largestHeader + 1)
        #expect(
            decode(frames("request", large))
                == .failure(.headerSize(MessageCodec.largestHeader + 1)))
        #expect(
            decode(frames("request", #"{"credit":1}"#) + [[1, 2]])
                == .failure(.payload(kind: "request", size: 2)))
        let chunk = MessageCodec.encode(Self.goldens[6].message)
        #expect(
            decode(Array(chunk.prefix(3))) == .failure(.payload(kind: "result-chunk", size: 0)))
        let huge = [UInt8](repeating: 0, count: FileChunk.largestPayload + 1)
        #expect(
            decode(Array(chunk.prefix(3)) + [huge])
                == .failure(.payload(kind: "result-chunk", size: huge.count)))
        let most = [UInt8](repeating: 0, count: FileChunk.largestPayload)
        #expect(throws: Never.self) {
            try MessageCodec.decode(Array(chunk.prefix(3)) + [most])
        }
    }

    @Test(
        "a header that is no such message is refused with what is wrong with it",
        arguments: [
            ("request", "{}", "no key credit"),
            ("request", #"{"credit":"one"}"#, "credit: wrong type"),
            ("request", #"{"credit":null}"#, "credit: no value"),
            ("request", #"{"credit":-1}"#, "credit: -1 is out of range"),
            ("request", "[]", "wrong type"),
            ("request", "{", "The given data was not valid JSON."),
            (
                "lease",
                #"{"attempt":"# + attemptText + #","checkpoint":{"blasCore":"","engine":"","#
                    + #""sha256":"","size":-1,"step":0},"definition":"","record":{"measures":[],"#
                    + #""parameters":[]},"rule":{"gap":1,"sustain":1,"train_accuracy":0.9,"#
                    + #""validation_accuracy":0.9},"stop":"budget"}"#,
                "size: -1 is out of range"
            ),
            (
                "checkpoint-request",
                #"{"attempt":"# + attemptText + #","offset":-1,"sha256":""}"#,
                "offset: -1 is out of range"
            ),
            (
                "progress", #"{"step":9223372036854775807}"#,
                "step: 9223372036854775807 is out of range"
            ),
            ("progress", #"{"step":-5}"#, "step: -5 is out of range"),
        ])
    func headers(_ kind: String, _ header: String, _ problem: String) {
        #expect(
            decode(frames(kind, header)) == .failure(.header(kind: kind, problem: problem)))
    }

    @Test(
        "attempt numbers that would overflow when counted up are refused",
        arguments: [Int.max, Int.min, -1, 0, 1 << 41])
    func attempts(_ number: Int) {
        let bad = AttemptID(cell: Self.attempt.cell, attempt: number)
        for message: Message in [
            .hello(
                Hello(
                    worker: "w", slot: 0, incarnation: "i", host: "h", pid: 1, processStamp: "s",
                    version: "v", scienceVersion: 1, blasCore: "b", launch: nil,
                    held: [Hello.Held(attempt: bad, step: 0, finished: false)])),
            .progress(Progress(attempt: bad)),
            .release(Release(attempt: bad, failed: false, reason: "")),
            .resultChunk(
                FileChunk(attempt: bad, offset: 0, size: 1, sha256: "", payload: [1])),
        ] {
            guard case .failure(.header(_, let problem)) = decode(MessageCodec.encode(message))
            else {
                Issue.record("\(message) was taken")
                continue
            }
            #expect(problem == "attempt: \(number) is out of range")
        }
    }

    @Test("a loss that is not finite is left out of a sign of life")
    func notFinite() throws {
        let message = Message.progress(Progress(step: 1, trainLoss: .nan))
        #expect(try MessageCodec.decode(MessageCodec.encode(message)) == message)
    }

    @Test("a message cut off anywhere is refused, and never traps", arguments: goldens.indices)
    func truncated(_ place: Int) {
        let whole = MessageCodec.encode(Self.goldens[place].message)
        for frame in 0..<3 {
            for length in 0..<whole[frame].count {
                var cut = whole
                cut[frame] = Array(whole[frame].prefix(length))
                // `checkpoint-chunk` cut to `checkpoint` is a word of the protocol again.
                let kind = String(decoding: cut[1], as: UTF8.self)
                if frame == 1, Self.goldens.contains(where: { $0.kind == kind }) { continue }
                guard case .failure = decode(cut) else {
                    Issue.record("frame \(frame) cut to \(length) bytes was taken")
                    return
                }
            }
        }
    }

    @Test("no word of a peer breaks a line, steers a terminal or is longer than anybody means")
    func text() throws {
        let evil = "a\u{1B}]0;PWN\u{07}\nFORGED\r\u{9B}2J\u{202E}\u{2028}"
        let clean = "a\\u{1b}]0;PWN\\u{7}\\nFORGED\\u{d}\\u{9b}2J\\u{202e}\\u{2028}"
        var hello = Hello(
            worker: evil, slot: 0, incarnation: evil, host: evil, pid: 1, processStamp: evil,
            version: evil, scienceVersion: 1, blasCore: evil, launch: evil, held: [],
            libraries: evil, predecessor: evil)
        guard case .hello(let found) = try decode(MessageCodec.encode(.hello(hello))).get() else {
            Issue.record("not a hello")
            return
        }
        #expect(
            found
                == Hello(
                    worker: clean, slot: 0, incarnation: clean, host: clean, pid: 1,
                    processStamp: clean, version: clean, scienceVersion: 1, blasCore: clean,
                    launch: clean, held: [], libraries: clean, predecessor: clean))
        hello.host = String(repeating: "x", count: 100_000)
        guard case .hello(let long) = try decode(MessageCodec.encode(.hello(hello))).get() else {
            Issue.record("not a hello")
            return
        }
        #expect(long.host.count == 256)
        let attempt = AttemptID(cell: try #require(CellID(hex: Self.cell)), attempt: 1)
        let pairs: [(Message, Message)] = [
            (
                Message.release(Release(attempt: attempt, failed: true, reason: evil)),
                Message.release(Release(attempt: attempt, failed: true, reason: clean))
            ),
            (.goodbye(Goodbye(reason: evil)), .goodbye(Goodbye(reason: clean))),
            (.drain(Drain(reason: evil)), .drain(Drain(reason: clean))),
            (
                .reject(Reject(code: .malformed, reason: evil)),
                .reject(Reject(code: .malformed, reason: clean))
            ),
            (.explain(Explain(subject: evil)), .explain(Explain(subject: clean))),
            (.explanation(Explanation(lines: [evil])), .explanation(Explanation(lines: [clean]))),
        ]
        for (message, expected) in pairs {
            #expect(decode(MessageCodec.encode(message)) == .success(expected))
        }
    }

    @Test("20,000 damaged messages are read or refused, and never trap")
    func mutated() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomStream(state: seed)
        var refused = 0
        for _ in 0..<20_000 {
            var frames = MessageCodec.encode(
                Self.goldens[random.index(below: Self.goldens.count)].message)
            for _ in 0...random.index(below: 3) { Self.damage(&frames, &random) }
            switch decode(frames) {
            case .failure: refused += 1
            case .success(let message):
                // What is taken can be said again and means the same.
                let again = decode(MessageCodec.encode(message))
                #expect(again == .success(message), "seed \(seed)")
            }
        }
        #expect(refused > 10_000, "seed \(seed)")
    }

    private static func damage(_ frames: inout [[UInt8]], _ random: inout RandomStream) {
        guard !frames.isEmpty else { return }
        let frame = random.index(below: frames.count)
        let place = frames[frame].isEmpty ? 0 : random.index(below: frames[frame].count)
        switch random.index(below: 8) {
        case 0 where !frames[frame].isEmpty: frames[frame][place] = random.byte()
        case 1 where !frames[frame].isEmpty: frames[frame][place] ^= 1 << random.index(below: 8)
        case 2 where !frames[frame].isEmpty: frames[frame].remove(at: place)
        case 3: frames[frame].insert(random.byte(), at: place)
        case 4: frames[frame].removeSubrange(place...)
        case 5: frames.remove(at: frame)
        case 6: frames.insert(frames[frame], at: frame)
        default:
            let words = [
                "null", "-1", "1e999", "[[[[[[[[", "\"", "9223372036854775808", "{}", "\\u",
            ]
            frames[frame].insert(
                contentsOf: Array(words[random.index(below: words.count)].utf8), at: place)
        }
    }
}
